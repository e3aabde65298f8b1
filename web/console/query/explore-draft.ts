// What somebody explores: queries, a time range and a picture, and the document that draws it.
import type { Json, JsonObject } from '../api/types';
import { isObject, listOf, textOf } from './json';
import { namesOf } from './queries';
import { typeOfVariable, variablesOf } from './variables';

export const kExplorePanel = 1;

export type Picture = 'table' | 'timeseries' | 'barchart' | 'stat' | 'logs';

export const kPictures: { value: Picture; label: string }[] = [
  { value: 'table', label: 'Table' },
  { value: 'timeseries', label: 'Time series' },
  { value: 'barchart', label: 'Bars' },
  { value: 'stat', label: 'One number' },
  { value: 'logs', label: 'Logs' },
];

/** The last so much, or between two instants. */
export interface Range {
  span: string;
  /** As a field for local times has them, when the span is "fixed". */
  from: string;
  to: string;
}

const kMinute = 60_000;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

export const kSpans: { value: string; label: string; length: number }[] = [
  { value: '15m', label: 'Last 15 minutes', length: 15 * kMinute },
  { value: '1h', label: 'Last hour', length: kHour },
  { value: '4h', label: 'Last 4 hours', length: 4 * kHour },
  { value: '1d', label: 'Last day', length: kDay },
  { value: '2d', label: 'Last 2 days', length: 2 * kDay },
  { value: '1w', label: 'Last week', length: 7 * kDay },
  { value: '1mo', label: 'Last 30 days', length: 30 * kDay },
  { value: '3mo', label: 'Last 90 days', length: 90 * kDay },
  { value: '1y', label: 'Last year', length: 365 * kDay },
];

/** Variables of a dashboard that queries are tried with; conditions bind nothing and stay there. */
export interface Borrowed {
  uid: string;
  title: string;
  variables: JsonObject[];
  /** What was chosen here, by name; the dashboard's own defaults otherwise. */
  values: Record<string, string[]>;
}

export interface ExploreDraft {
  queries: Json[];
  picture: Picture;
  range: Range;
  borrowed: Borrowed | null;
}

export function borrowedFrom(uid: string, title: string, document: Json): Borrowed {
  const variables = variablesOf(document).filter((one) => typeOfVariable(one) !== 'filters');
  return { uid, title, variables, values: {} };
}

/** The variables as the document of a draft has them: what was chosen is what they begin with. */
export function draftVariables(borrowed: Borrowed | null): JsonObject[] {
  return (borrowed?.variables ?? []).map((variable) => {
    const chosen = borrowed?.values[textOf(variable['name'])];
    return chosen === undefined ? variable : { ...variable, default: chosen };
  });
}

export interface Instants {
  from: string;
  to: string;
}

/** The range now, as instants; null where what is written is no range. */
export function instantsOf({ span, from, to }: Range, now: number): Instants | null {
  const length = kSpans.find(({ value }) => value === span)?.length;
  // A run asks twice, for the picture and for how it was asked: both about the same instants.
  const start = length === undefined ? Date.parse(from) : now - length;
  const end = length === undefined ? Date.parse(to) : now;
  if (!Number.isFinite(start) || !Number.isFinite(end) || start >= end) return null;
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

function panelOf(
  { queries, picture }: Pick<ExploreDraft, 'queries' | 'picture'>,
  id: number,
  grid: JsonObject,
  title: string,
): JsonObject {
  const names = namesOf(queries);
  return {
    id,
    type: picture,
    title,
    grid,
    queries: queries.map((query, at) =>
      isObject(query) ? { ...query, name: names[at] ?? '' } : query,
    ),
  };
}

export function exploreDocument(draft: ExploreDraft, { from, to }: Instants): JsonObject {
  const variables = draftVariables(draft.borrowed);
  return {
    title: 'Explore',
    time: { from, to, selectable: false },
    ...(variables.length > 0 ? { variables } : {}),
    panels: [panelOf(draft, kExplorePanel, { x: 0, y: 0, w: 24, h: 11 }, '')],
  };
}

/** The dashboard with one panel more, below all others. */
export function withPanel(
  document: JsonObject,
  draft: Pick<ExploreDraft, 'queries' | 'picture'>,
  title: string,
): JsonObject {
  const panels = listOf(document['panels']);
  const numberIn = (object: Json | undefined, member: string): number => {
    const value = isObject(object) ? object[member] : undefined;
    return typeof value === 'number' ? value : 0;
  };
  const ends = panels.map((one) => {
    const grid = isObject(one) ? one['grid'] : undefined;
    return numberIn(grid, 'y') + numberIn(grid, 'h');
  });
  const id = Math.max(0, ...panels.map((one) => numberIn(one, 'id'))) + 1;
  const grid = { x: 0, y: Math.max(0, ...ends), w: 12, h: 8 };
  return { ...document, panels: [...panels, panelOf(draft, id, grid, title)] };
}

/** A refusal's place in the explored document as the name of its query; null: it is another place. */
export function queryAt(field: string | null, queries: readonly Json[]): string | null {
  const place = /^document\.panels\[0\]\.queries\[(\d+)\]/.exec(field ?? '')?.[1];
  return place === undefined ? null : (namesOf(queries)[Number(place)] ?? null);
}

/** Whether it is worth asking: every query says what it reads, and something of it. */
export const isWritten = (queries: readonly Json[]): boolean =>
  queries.length > 0 &&
  queries
    .filter(isObject)
    .every(
      (query) =>
        textOf(query['source']) + textOf(query['model']) !== '' &&
        (textOf(query['sql']) + textOf(query['promql'])).trim() !== '',
    );
