// What differs between two documents of a dashboard: in its own words first, then by lines of JSON.
import type { Json, JsonObject } from '../api/types';

export type Difference = 'added' | 'removed' | 'changed';

export interface Item {
  what: 'Dashboard' | 'Panel' | 'Variable';
  /** Which one: a title, a name. */
  name: string;
  difference: Difference;
  /** "title: “A” → “B”", "query A". */
  details: string[];
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
const word = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const same = (a: Json | undefined, b: Json | undefined): boolean => textOf(a) === textOf(b);

/** The same for equal values, whatever the order of their members. */
function textOf(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (value === undefined) return '';
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${textOf(value[name])}`)
    .join(',')}}`;
}

/** Where the parts of a document stand, by whose it is. */
interface Anatomy {
  panels: (document: JsonObject) => JsonObject[];
  panelTitle: (panel: JsonObject) => string;
  variables: (document: JsonObject) => JsonObject[];
  /** Members that those two are. */
  parts: string[];
  /** Members of a panel that place it. */
  place: string;
  queries: string;
  queryName: string;
}

const kNative: Anatomy = {
  panels: (document) => objects(document['panels']),
  panelTitle: (panel) => word(panel['title']),
  variables: (document) => objects(document['variables']),
  parts: ['panels', 'variables'],
  place: 'grid',
  queries: 'queries',
  queryName: 'name',
};
const kAnatomies: Record<string, Anatomy> = {
  grafana: {
    ...kNative,
    // A folded row keeps its panels to itself.
    panels: (document) =>
      objects(document['panels']).flatMap((panel) => [panel, ...objects(panel['panels'])]),
    variables: (document) =>
      isObject(document['templating']) ? objects(document['templating']['list']) : [],
    parts: ['panels', 'templating'],
    place: 'gridPos',
    queries: 'targets',
    queryName: 'refId',
  },
  datadog: {
    ...kNative,
    panels: (document) => objects(document['widgets']),
    panelTitle: (panel) =>
      isObject(panel['definition']) ? word(panel['definition']['title']) : '',
    variables: (document) => objects(document['template_variables']),
    parts: ['widgets', 'template_variables'],
    place: 'layout',
  },
};

const kShort = 60;

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') {
    return value.length <= kShort && !value.includes('\n') ? `“${value}”` : 'a text';
  }
  if (value === null || typeof value !== 'object') return String(value);
  const text = JSON.stringify(value);
  return text.length <= kShort ? text : Array.isArray(value) ? 'a list' : 'a value';
}

function member(name: string, before: Json | undefined, after: Json | undefined): string {
  const [old, now] = [shown(before), shown(after)];
  return old === now ? name : `${name}: ${old} → ${now}`;
}

/** Members that differ, in words. */
function members(before: JsonObject, after: JsonObject, without: string[] = []): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !without.includes(name) && !same(before[name], after[name]))
    .map((name) => member(name, before[name], after[name]));
}

function panelMembers(anatomy: Anatomy, before: JsonObject, after: JsonObject): string[] {
  const { place, queries, queryName } = anatomy;
  const details = members(before, after, [place, queries, 'panels']);
  if (!same(before[place], after[place])) details.push('place and size');
  const by = (panel: JsonObject): Map<string, JsonObject> =>
    new Map(
      objects(panel[queries]).map((query, at) => [word(query[queryName]) || String(at + 1), query]),
    );
  const [old, now] = [by(before), by(after)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(name), now.get(name)];
    if (!was) details.push(`query ${name} added`);
    else if (!is) details.push(`query ${name} removed`);
    else if (!same(was, is)) {
      details.push(
        `query ${name}: ${members(was, is)
          .map((text) => text.split(':')[0])
          .join(', ')}`,
      );
    }
  }
  return details;
}

function compareLists(
  what: Item['what'],
  before: JsonObject[],
  after: JsonObject[],
  keyOf: (item: JsonObject, at: number) => string,
  nameOf: (item: JsonObject) => string,
  detailsOf: (before: JsonObject, after: JsonObject) => string[],
): Item[] {
  const old = new Map(before.map((item, at) => [keyOf(item, at), item]));
  const now = new Map(after.map((item, at) => [keyOf(item, at), item]));
  const items: Item[] = [];
  for (const [key, item] of now) {
    const was = old.get(key);
    if (!was) items.push({ what, name: nameOf(item), difference: 'added', details: [] });
    else if (!same(was, item)) {
      const details = detailsOf(was, item);
      // A row whose own panels differ is told by those.
      if (details.length > 0)
        items.push({ what, name: nameOf(item), difference: 'changed', details });
    }
  }
  for (const [key, item] of old) {
    if (!now.has(key)) items.push({ what, name: nameOf(item), difference: 'removed', details: [] });
  }
  return items;
}

export function compareDocuments(dialect: string, before: JsonObject, after: JsonObject): Item[] {
  const anatomy = kAnatomies[dialect] ?? kNative;
  const own = members(before, after, anatomy.parts);
  const items: Item[] =
    own.length === 0 ? [] : [{ what: 'Dashboard', name: '', difference: 'changed', details: own }];
  items.push(
    ...compareLists(
      'Panel',
      anatomy.panels(before),
      anatomy.panels(after),
      (panel, at) => word(panel['id']) || `at ${at}`,
      (panel) => anatomy.panelTitle(panel) || `number ${word(panel['id'])}`,
      (was, is) => panelMembers(anatomy, was, is),
    ),
    ...compareLists(
      'Variable',
      anatomy.variables(before),
      anatomy.variables(after),
      (variable, at) => word(variable['name']) || `at ${at}`,
      (variable) => word(variable['label']) || word(variable['name']),
      (was, is) => members(was, is),
    ),
  );
  return items;
}
