// What a new panel begins with: something that draws at once where the sources say what they have.
import type { JsonObject, Source } from '../api/types';
import { objects, textOf } from './document';
import { asks, kKinds, type PanelKind } from './panel-kinds';

export function isPromql(source: Source | undefined): boolean {
  return source?.type === 'prometheus';
}

/** A table's name as SQL wants it. */
function quoted(table: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(table) ? table : `"${table.replace(/"/g, '""')}"`;
}

export function firstQuery(kind: PanelKind, source: Source | undefined): JsonObject {
  const name = { name: 'A', source: source?.name ?? '' };
  if (isPromql(source)) return { ...name, promql: 'up' };
  const table = source?.tables[0];
  if (table === undefined) return { ...name, sql: 'select 1 as value' };
  const rows = `select count(*) as rows from ${quoted(table)}`;
  const isOne = kind === 'stat' || kind === 'gauge' || kind === 'bargauge';
  return { ...name, sql: isOne ? rows : `select * from ${quoted(table)} limit 100` };
}

/** Without its id and place. */
export function freshPanel(kind: PanelKind, source: Source | undefined): JsonObject {
  if (kind === 'row') return { type: kind, title: 'Row' };
  if (kind === 'text') return { type: kind, title: '', markdown: 'Write **Markdown** here.' };
  return { type: kind, title: kKinds[kind].label, queries: [firstQuery(kind, source)] };
}

/** The source that a new query asks: the one that most panels ask, or the first. */
export function usualSource(document: JsonObject, sources: readonly Source[]): Source | undefined {
  const counts = new Map<string, number>();
  for (const panel of objects(document['panels'])) {
    for (const query of objects(panel['queries'])) {
      const name = textOf(query['source']);
      if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const known = sources.find(({ name }) => name === most?.[0]);
  if (known) return known;
  if (most) return { name: most[0], type: '', provisioned: false, tables: [] };
  return sources[0];
}

/** Another kind for the same panel: what it asks stays, what the new kind does not take goes. */
export function withKind(
  panel: JsonObject,
  kind: PanelKind,
  options: JsonObject,
  query: JsonObject,
): JsonObject {
  const { markdown, queries, options: _old, ...rest } = panel;
  const next: JsonObject = { ...rest, type: kind };
  if (kind === 'text') return { ...next, markdown: markdown ?? 'Write **Markdown** here.' };
  if (!asks(kind)) return next;
  if (Object.keys(options).length > 0) next['options'] = options;
  return { ...next, queries: objects(queries).length > 0 ? (queries ?? []) : [query] };
}
