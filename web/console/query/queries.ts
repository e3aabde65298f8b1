// A panel's queries as the document has them, and what can be done to their list.
import type { Json, JsonObject, Model, Source } from '../api/types';
import { isObject, moved, objectOf, textOf, withMembers } from './json';
import type { QueryLanguage } from './names';
import type { SqlDialect } from './sql-completion';

/** As many as a panel takes. */
export const kMostQueries = 20;

/** What only queries of one language say. */
const kPromqlMembers = ['legend', 'format', 'instant', 'min_step'];

/** A variable of type source, which queries can name in a source's place. */
export interface SourceVariable {
  name: string;
  /** Of which type its sources are. */
  type: string;
}

export function sourceVariables(document: Json): SourceVariable[] {
  const { variables } = objectOf(document);
  return (Array.isArray(variables) ? variables : [])
    .filter(isObject)
    .flatMap((variable) =>
      textOf(variable['type']) === 'source'
        ? [{ name: textOf(variable['name']), type: textOf(variable['source_type']) }]
        : [],
    );
}

/** Names that the queries of a dashboard can say. Conditions bind nothing. */
export function variableNames(document: Json): string[] {
  const { variables } = objectOf(document);
  return (Array.isArray(variables) ? variables : [])
    .filter(isObject)
    .filter((variable) => textOf(variable['type']) !== 'filters')
    .map((variable) => textOf(variable['name']))
    .filter((name) => name !== '');
}

export interface Known {
  sources: readonly Source[];
  models: readonly Model[];
  sourceVariables: readonly SourceVariable[];
}

/** What a query reads, as the choice of it says: "source:flights", "model:airports", or nothing. */
export function readsOf(query: JsonObject): string {
  const model = textOf(query['model']);
  if (model !== '') return `model:${model}`;
  const source = textOf(query['source']);
  return source === '' ? '' : `source:${source}`;
}

/** The source behind what a query reads; empty where a variable or nobody says which. */
export function sourceOf(query: JsonObject, { models, sources }: Known): string {
  const model = textOf(query['model']);
  if (model !== '') return models.find(({ name }) => name === model)?.source ?? '';
  const source = textOf(query['source']);
  return sources.some(({ name }) => name === source) ? source : '';
}

/** Type of what the query reads ("duckdb"); empty where it is not known. */
export function typeOf(query: JsonObject, known: Known): string {
  const source = textOf(query['source']);
  if (source.startsWith('$')) {
    return known.sourceVariables.find(({ name }) => `$${name}` === source)?.type ?? '';
  }
  const name = sourceOf(query, known);
  return known.sources.find((one) => one.name === name)?.type ?? '';
}

export function languageOf(query: JsonObject): QueryLanguage {
  return 'promql' in query ? 'promql' : 'sql';
}

export const languageOfType = (type: string): QueryLanguage =>
  type === 'prometheus' ? 'promql' : 'sql';

export function dialectOfType(type: string): SqlDialect {
  if (type === 'postgres' || type === 'grafana-postgresql-datasource') return 'postgres';
  return type === 'mysql' || type === 'sqlite' ? type : 'duckdb';
}

export const textOfQuery = (query: JsonObject): string => textOf(query[languageOf(query)]);

/** The query in another language: its text stays, what only the old one knows goes. */
export function inLanguage(query: JsonObject, language: QueryLanguage): JsonObject {
  if (languageOf(query) === language && language in query) return query;
  const text = textOfQuery(query);
  return withMembers(query, {
    sql: undefined,
    promql: undefined,
    ...(language === 'sql'
      ? Object.fromEntries(kPromqlMembers.map((name) => [name, undefined]))
      : {}),
    [language]: text,
  });
}

/** The query reading something else, as readsOf says it, in the language of that. */
export function reading(query: JsonObject, reads: string, known: Known): JsonObject {
  const [kind = '', ...rest] = reads.split(':');
  const name = rest.join(':');
  const changed = withMembers(query, {
    source: kind === 'source' ? name : undefined,
    model: kind === 'model' ? name : undefined,
  });
  const type = typeOf(changed, known);
  return type === '' ? changed : inLanguage(changed, languageOfType(type));
}

/** What a new query reads: as the one before it, else the first source there is. */
export function firstReads({ sources, models }: Known): string {
  const [source] = sources;
  if (source) return `source:${source.name}`;
  const [model] = models;
  return model ? `model:${model.name}` : '';
}

/** A, B, …, Z, then Q27 and on: the first that is free. */
export function freeName(taken: readonly string[]): string {
  for (let at = 0; ; at++) {
    const name = at < 26 ? String.fromCharCode(65 + at) : `Q${at + 1}`;
    if (!taken.includes(name)) return name;
  }
}

/** Their names, those among them that the document leaves to their place too. */
export const namesOf = (queries: readonly Json[]): string[] =>
  queries.map(
    (query, at) => textOf(objectOf(query)['name']) || String.fromCharCode(65 + (at % 26)),
  );

/** With every name written: what moves keeps its own. */
function named(queries: readonly Json[]): JsonObject[] {
  const names = namesOf(queries);
  return queries.map((query, at) => ({ ...objectOf(query), name: names[at] ?? '' }));
}

export function added(
  queries: readonly Json[],
  known: Known,
  first: QueryLanguage = 'sql',
): Json[] {
  const all = named(queries);
  const last = all.at(-1);
  const name = freeName(namesOf(all));
  const reads = (last && readsOf(last)) ?? firstReads(known);
  const language = last ? languageOf(last) : first;
  return [...all, reading({ name, [language]: '' }, reads || firstReads(known), known)];
}

export function duplicated(queries: readonly Json[], at: number): Json[] {
  const all = named(queries);
  const one = all[at];
  if (!one) return all;
  return [...all.slice(0, at + 1), { ...one, name: freeName(namesOf(all)) }, ...all.slice(at + 1)];
}

export const movedTo = (queries: readonly Json[], from: number, to: number): Json[] =>
  moved(named(queries), from, to);

export const without = (queries: readonly Json[], at: number): Json[] =>
  named(queries).filter((_, other) => other !== at);

export const replaced = (queries: readonly Json[], at: number, query: JsonObject): Json[] =>
  queries.map((one, other) => (other === at ? query : one));

/** What is wrong with a query's name; null: nothing. */
export function nameFault(name: string, others: readonly string[]): string | null {
  if (!/^[A-Za-z0-9][A-Za-z0-9 _-]*$/.test(name) || name.length > 64) {
    return 'A letter or digit first, then letters, digits, spaces, _ and -.';
  }
  return others.includes(name) ? 'Another query of this panel has this name.' : null;
}

/**
 * What is wrong with each query, by its name. `faults`: by path from the panel, "queries[0].sql".
 * What is said of another member than the text says which one.
 */
export function faultsByName(
  queries: readonly Json[],
  faults: readonly { path: string; message: string }[],
): Record<string, string> {
  const names = namesOf(queries);
  const told = new Map<string, string[]>();
  for (const { path, message } of faults) {
    const [, index = '', member = ''] = /^queries\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
    const name = index === '' ? undefined : names[Number(index)];
    if (name === undefined) continue;
    const isText = member === '' || member === 'sql' || member === 'promql';
    told.set(name, [...(told.get(name) ?? []), isText ? message : `${member}: ${message}`]);
  }
  return Object.fromEntries([...told].map(([name, words]) => [name, words.join(' ')]));
}

/** What each query says, by its name. */
export function textsByName(queries: readonly Json[]): Map<string, string> {
  const names = namesOf(queries);
  return new Map(queries.map((query, at) => [names[at] ?? '', textOfQuery(objectOf(query))]));
}
