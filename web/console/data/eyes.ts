// Whose eyes a dashboard can be looked at through.
import { listModels, listShares } from '../api/calls';
import type { Dashboard, JsonObject, Share } from '../api/types';

const kMost = 1000;

export async function sharesOf(dashboard: Dashboard, signal: AbortSignal): Promise<Share[]> {
  return (await listShares({ dashboard: dashboard.uid, limit: kMost }, signal)).shares;
}

/** Attributes that narrow something here: the dashboard's variables', and those of models. */
export async function attributesFor(dashboard: Dashboard, signal: AbortSignal): Promise<string[]> {
  const names = new Set<string>();
  const { variables } = dashboard.document;
  for (const variable of Array.isArray(variables) ? variables : []) {
    const attribute = (variable as JsonObject | null)?.['attribute'];
    if (typeof attribute === 'string' && attribute !== '') names.add(attribute);
  }
  const used = modelsOf(dashboard);
  try {
    const { models } = await listModels(signal);
    for (const model of models.filter(({ name }) => used.size === 0 || used.has(name))) {
      for (const attribute of attributesIn(model.relations)) names.add(attribute);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // Who may not list models names the attributes by hand.
  }
  return [...names].sort();
}

function modelsOf({ document }: Dashboard): Set<string> {
  const used = new Set<string>();
  const panels = Array.isArray(document['panels']) ? document['panels'] : [];
  for (const panel of panels) {
    const queries = (panel as JsonObject | null)?.['queries'];
    for (const query of Array.isArray(queries) ? queries : []) {
      const model = (query as JsonObject | null)?.['model'];
      if (typeof model === 'string' && model !== '') used.add(model);
    }
  }
  return used;
}

function attributesIn(relations: JsonObject): string[] {
  return Object.values(relations).flatMap((relation) => {
    const filters = (relation as JsonObject | null)?.['row_filters'];
    return (Array.isArray(filters) ? filters : []).flatMap((filter) => {
      const attribute = (filter as JsonObject | null)?.['attribute'];
      return typeof attribute === 'string' ? [attribute] : [];
    });
  });
}
