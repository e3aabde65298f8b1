// From result tables to what a picture draws: time series, categories, single values.
import type { Cell, Column, Frame } from '../api/wire';
import * as read from './options';
import type { Options } from './options';

export interface Series {
  name: string;
  values: (number | null)[];
}

export interface TimeSeries {
  times: number[];
  series: Series[];
  /** Series left out because no eye could tell them apart. */
  left: number;
}

export const kMostSeries = 50;

export function isEmpty(frames: readonly Frame[] | undefined): boolean {
  return !frames || frames.every((frame) => frame.rows === 0);
}

/** Nothing of it can be seen between `from` and `to`. Bars begin at their time and reach to the next. */
export function isOutside(
  series: readonly { values: readonly unknown[] }[],
  times: readonly number[],
  from: number,
  to: number,
): boolean {
  let first = -1;
  let last = -1;
  for (let at = 0; at < times.length; at++) {
    if (!series.some(({ values }) => typeof values[at] === 'number')) continue;
    if (first < 0) first = at;
    last = at;
  }
  if (first < 0) return true;
  const [end = 0, before = end] = [times[last], times[last - 1]];
  return to > from && ((times[first] ?? 0) > to || end + (end - before) < from);
}

function asNumber(cell: Cell | undefined): number | null {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  return null;
}

function asText(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? '–' : String(cell);
}

function named(frame: Frame, name: string | undefined): Column | undefined {
  return name === undefined ? undefined : frame.columns.find((column) => column.name === name);
}

function valueColumns(frame: Frame, options: Options, taken: (Column | undefined)[]): Column[] {
  const wanted = read.texts(options, 'value_columns');
  if (wanted) return wanted.flatMap((name) => named(frame, name) ?? []);
  return frame.columns.filter((column) => column.type === 'number' && !taken.includes(column));
}

export function timeColumn(frame: Frame, options: Options): Column | undefined {
  return (
    named(frame, read.text(options, 'time_column')) ??
    frame.columns.find((column) => column.type === 'time')
  );
}

/** One x for all series: the sorted union of every frame's times. Absent is null. */
export function toTimeSeries(frames: readonly Frame[], options: Options): TimeSeries {
  const found = new Map<string, Map<number, number | null>>();
  const instants = new Set<number>();
  const isOneFrame = frames.filter((frame) => frame.rows > 0).length <= 1;

  for (const frame of frames) {
    const time = timeColumn(frame, options);
    if (!time) continue;
    const split =
      named(frame, read.text(options, 'series_column')) ??
      frame.columns.find((column) => column.type === 'text');
    const values = valueColumns(frame, options, [time, split]);
    for (const column of values) {
      for (let row = 0; row < frame.rows; row++) {
        const instant = time.values[row];
        if (typeof instant !== 'number') continue;
        let name = column.name;
        if (split) {
          name = asText(split.values[row]);
          if (values.length > 1) name = `${name} · ${column.name}`;
        }
        instants.add(instant);
        seriesOf(found, isOneFrame ? name : nameIn(frame, name)).set(
          instant,
          asNumber(column.values[row]),
        );
      }
    }
  }

  const times = [...instants].sort((a, b) => a - b);
  const names = [...found.keys()];
  const shorten = shortNames(names);
  const series = names.slice(0, kMostSeries).map((name) => {
    const points = found.get(name);
    return {
      name: shorten.get(name) ?? name,
      values: times.map((instant) => points?.get(instant) ?? null),
    };
  });
  return { times, series, left: Math.max(0, names.length - kMostSeries) };
}

const kFrameMark = '\u0000';

function nameIn(frame: Frame, name: string): string {
  return frame.name + kFrameMark + name;
}

/** Frame names are shown only where the bare name would be there twice. */
function shortNames(names: readonly string[]): Map<string, string> {
  const bare = (name: string): string => name.slice(name.indexOf(kFrameMark) + 1);
  const count = new Map<string, number>();
  for (const name of names) count.set(bare(name), (count.get(bare(name)) ?? 0) + 1);
  return new Map(
    names.map((name) => [
      name,
      (count.get(bare(name)) ?? 0) > 1 ? name.replace(kFrameMark, ' · ') : bare(name),
    ]),
  );
}

function seriesOf(
  found: Map<string, Map<number, number | null>>,
  name: string,
): Map<number, number | null> {
  let points = found.get(name);
  if (!points) {
    points = new Map();
    found.set(name, points);
  }
  return points;
}

/** Sums from the first series up; a gap counts as nothing, and stays a gap where all have one. */
export function stacked(series: readonly Series[]): (number | null)[][] {
  const total: (number | null)[] = [];
  return series.map(({ values }) =>
    values.map((value, index) => {
      const below = total[index] ?? null;
      const sum = value === null ? below : (below ?? 0) + value;
      total[index] = sum;
      return sum;
    }),
  );
}

export type Reduce = 'last' | 'first' | 'sum' | 'mean' | 'min' | 'max';

export function reduce(values: readonly (number | null)[], how: Reduce): number | null {
  const present = values.filter((value): value is number => value !== null);
  const first = present[0];
  if (first === undefined) return null;
  switch (how) {
    case 'first':
      return first;
    case 'last':
      return present[present.length - 1] ?? null;
    case 'sum':
      return present.reduce((sum, value) => sum + value, 0);
    case 'mean':
      return present.reduce((sum, value) => sum + value, 0) / present.length;
    case 'min':
      return present.reduce((least, value) => Math.min(least, value), first);
    case 'max':
      return present.reduce((most, value) => Math.max(most, value), first);
  }
}

export interface Single {
  name: string;
  value: number | null;
  /** A value that is a text. */
  text: string | null;
  /** In order of time, for a sparkline; empty where there is no time column. */
  trend: (number | null)[];
}

export function toSingles(frames: readonly Frame[], options: Options): Single[] {
  const how = read.choice(
    options,
    'reduce',
    ['last', 'first', 'sum', 'mean', 'min', 'max'] as const,
    'last',
  );
  return frames.flatMap((frame) => {
    const column =
      named(frame, read.text(options, 'value_column')) ??
      frame.columns.find((candidate) => candidate.type === 'number') ??
      frame.columns.find((candidate) => candidate.type !== 'time');
    if (!column || frame.rows === 0) return [];
    const isText = column.type === 'text';
    const time = frame.columns.find((candidate) => candidate.type === 'time');
    const values = inOrderOfTime(column.values.map(asNumber), time);
    return [
      {
        name: column.name,
        value: isText ? null : reduce(values, how),
        text: isText ? asText(column.values[how === 'first' ? 0 : frame.rows - 1]) : null,
        trend: time && frame.rows > 1 && !isText ? values : [],
      },
    ];
  });
}

function inOrderOfTime(values: (number | null)[], time: Column | undefined): (number | null)[] {
  if (!time) return values;
  const at = (index: number): number => asNumber(time.values[index]) ?? 0;
  return values
    .map((value, index) => ({ value, index }))
    .sort((a, b) => at(a.index) - at(b.index))
    .map(({ value }) => value);
}

export interface Categories {
  labels: Cell[];
  labelType: Column['type'];
  series: Series[];
  /** Rows beyond `limit`. */
  left: number;
}

export function toCategories(frame: Frame, options: Options): Categories | null {
  const label =
    named(frame, read.text(options, 'label_column')) ??
    frame.columns.find((column) => column.type === 'text') ??
    frame.columns[0];
  if (!label) return null;
  const values = valueColumns(frame, options, [label]);
  const rows = Array.from({ length: frame.rows }, (_, row) => row);
  const total = (row: number): number =>
    values.reduce((sum, column) => sum + (asNumber(column.values[row]) ?? 0), 0);
  const sort = read.choice(options, 'sort', ['none', 'asc', 'desc'] as const, 'none');
  if (sort !== 'none') {
    rows.sort((a, b) => (sort === 'asc' ? total(a) - total(b) : total(b) - total(a)));
  }
  const limit = Math.max(1, read.number(options, 'limit') ?? 100);
  const shown = rows.slice(0, limit);
  return {
    labels: shown.map((row) => label.values[row] ?? null),
    labelType: label.type,
    series: values.map((column) => ({
      name: column.name,
      values: shown.map((row) => asNumber(column.values[row])),
    })),
    left: rows.length - shown.length,
  };
}

export function compareCells(a: Cell, b: Cell, collator: Intl.Collator): number {
  if (a === b) return 0;
  // What is missing stands last in both directions; the caller turns only the rest around.
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'string' || typeof b === 'string') return collator.compare(String(a), String(b));
  return Number(a) - Number(b);
}

/** Numbers that a double cannot hold, as text; those that are not given are equal. */
export function compareDecimals(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined || a === b) return 0;
  const negative = a.startsWith('-');
  if (negative !== b.startsWith('-')) return negative ? -1 : 1;
  const parts = (text: string): [string, string] => {
    const [whole = '', rest = ''] = text.replace(/^-/, '').split('.');
    return [whole, rest];
  };
  const [x, xs] = parts(a);
  const [y, ys] = parts(b);
  const length = Math.max(x.length, y.length);
  const left = x.padStart(length, '0') + xs;
  const right = y.padStart(length, '0') + ys;
  const order = left < right ? -1 : left > right ? 1 : 0;
  return negative ? -order : order;
}

/** Row numbers in the order to show. */
export function sortedRows(
  frame: Frame,
  sort: { column: string; direction: 'asc' | 'desc' } | null,
  locale?: string,
): number[] {
  const rows = Array.from({ length: frame.rows }, (_, row) => row);
  const column = sort && named(frame, sort.column);
  if (!column) return rows;
  const collator = new Intl.Collator(locale, { numeric: true });
  const sign = sort.direction === 'asc' ? 1 : -1;
  return rows.sort((x, y) => {
    const a = column.values[x] ?? null;
    const b = column.values[y] ?? null;
    const order =
      compareCells(a, b, collator) || compareDecimals(column.exact?.[x], column.exact?.[y]);
    return a === null || b === null ? order : sign * order;
  });
}

/** Round marks that enclose `min` and `max`. */
export function niceTicks(
  min: number,
  max: number,
  about: number,
  steps?: readonly number[],
): number[] {
  const span = max - min || Math.abs(max) || 1;
  const rough = span / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    steps?.find((candidate) => candidate >= rough) ??
    [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ??
    rough;
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
