// What several pages say of a dashboard: where it comes from, and its way to the bin.
import { binDashboard } from '../api/calls';
import { wordsOf } from '../api/client';
import type { DashboardSummary } from '../api/types';
import { kDialects } from '../data/document';
import { confirm } from '../state/confirming';
import { toast } from '../state/toasts';
import { Badge } from '../ui/bits';

export function Origin({ item }: { item: Pick<DashboardSummary, 'dialect' | 'provisioned'> }) {
  return (
    <span class="badges">
      <Badge>{kDialects[item.dialect] ?? item.dialect}</Badge>
      {item.provisioned && <Badge>Provisioned</Badge>}
    </span>
  );
}

export async function bin(item: Pick<DashboardSummary, 'uid' | 'title'>): Promise<boolean> {
  const isSure = await confirm({
    title: `Move “${item.title}” to the bin?`,
    text: 'Its shares stop answering and their open sessions are cut at once. For 30 days it can be restored.',
    act: 'Move to the bin',
  });
  if (!isSure) return false;
  try {
    await binDashboard(item.uid);
    toast(`“${item.title}” is in the bin.`);
    return true;
  } catch (error) {
    toast(wordsOf(error), 'bad');
    return false;
  }
}
