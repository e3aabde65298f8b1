// Dashboards, and the panels of one, to choose from.
import { getDashboard, listDashboards } from '../api/calls';
import type { DashboardSummary } from '../api/types';
import { allOf } from './all';

export async function everyDashboard(signal: AbortSignal): Promise<DashboardSummary[]> {
  const { items } = await allOf(async (after) => {
    const { dashboards, next } = await listDashboards(
      { limit: 1000, ...(after === undefined ? {} : { after }) },
      signal,
    );
    return { items: dashboards, next };
  });
  return items.sort((a, b) => a.title.localeCompare(b.title));
}

export interface PanelChoice {
  id: string;
  title: string;
}

/** None where the document is not a native one. */
export async function panelsOf(uid: string, signal: AbortSignal): Promise<PanelChoice[]> {
  const { document } = await getDashboard(uid, signal);
  const { panels } = document;
  if (!Array.isArray(panels)) return [];
  return panels.flatMap((panel) => {
    if (typeof panel !== 'object' || panel === null || Array.isArray(panel)) return [];
    const { id, title, type } = panel;
    if (typeof id !== 'number' || type === 'row') return [];
    return [{ id: String(id), title: typeof title === 'string' && title ? title : `Panel ${id}` }];
  });
}
