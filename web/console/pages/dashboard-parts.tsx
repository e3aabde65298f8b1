// What several pages say of a dashboard: where it comes from, and its way to the bin.
import { binDashboard } from '../api/calls';
import { Refusal, wordsOf } from '../api/client';
import type { DashboardSummary } from '../api/types';
import { kDialects } from '../data/document';
import { confirm } from '../state/confirming';
import type { Resource } from '../state/resource';
import { to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge } from '../ui/bits';
import { Link } from '../ui/link';
import { Empty, Failed, Loading } from '../ui/states';

export function Origin({ item }: { item: Pick<DashboardSummary, 'dialect' | 'provisioned'> }) {
  return (
    <span class="badges">
      <Badge>{kDialects[item.dialect] ?? item.dialect}</Badge>
      {item.provisioned && <Badge>Provisioned</Badge>}
    </span>
  );
}

/** In place of a dashboard that is on its way, or that did not come. */
export function NoDashboard({ from }: { from: Pick<Resource<unknown>, 'error' | 'reload'> }) {
  const { error } = from;
  if (error === null) return <Loading what="the dashboard" />;
  if (!(error instanceof Refusal && error.status === 404)) {
    return <Failed error={error} onRetry={from.reload} />;
  }
  return (
    <Empty title="There is no such dashboard">
      <p>Its address may be misspelt, or it is in the bin, where it stays for 30 days.</p>
      <div class="button-row">
        <Link class="button" href={to('dashboards')}>
          Go to the dashboards
        </Link>
        <Link class="button" href={`${to('dashboards')}?bin=1`}>
          Look in the bin
        </Link>
      </div>
    </Empty>
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
