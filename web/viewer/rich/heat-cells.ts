// Cells of a heatmap: counts per stretch of time and bucket of values.
import type { Column, Frame } from '../api/wire';
import { timeColumn, toTimeSeries } from '../data/frames';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { asNumber } from './singles';

export interface Bucket {
  name: string;
  /** Bounds, where the bucket has some; the first reaches down and the last up without end. */
  from: number | null;
  to: number | null;
}

export interface Cells {
  /** Start of every column; one more for the end of the last. */
  times: number[];
  buckets: Bucket[];
  /** By bucket, then by column; null where nothing is known. */
  counts: (number | null)[][];
}

/** As asked, or null where the data has no times or no numbers. */
export function toCells(
  frames: readonly Frame[],
  options: Options,
  range: { from: number; to: number },
): Cells | null {
  if (options.calculate === true) return calculated(frames, options, range);
  return ready(frames, options);
}

// -- counted by the source -------------------------------------------------------------------------

function ready(frames: readonly Frame[], options: Options): Cells | null {
  const frame = frames.find((candidate) => candidate.rows > 0);
  const time = frame && timeColumn(frame, options);
  if (!frame || !time) return null;
  const order = Array.from({ length: frame.rows }, (_, row) => row)
    .filter((row) => typeof time.values[row] === 'number')
    .sort((a, b) => Number(time.values[a]) - Number(time.values[b]));
  const columns = frame.columns
    .filter((column) => column.type === 'number')
    .map((column) => ({ column, bound: upperBound(column) }));
  if (columns.length === 0 || order.length === 0) return null;
  const hasBounds = columns.every(({ bound }) => bound !== null);
  if (hasBounds) columns.sort((a, b) => (a.bound ?? 0) - (b.bound ?? 0));
  let counts = columns.map(({ column }) => order.map((row) => asNumber(column.values[row])));
  // Prometheus counts everything up to a bound. Such a histogram always has the bound +Inf.
  if (hasBounds && columns[columns.length - 1]?.bound === Infinity && isCumulative(counts)) {
    counts = counts.map((values, index) => {
      const below = counts[index - 1];
      return below ? values.map((value, at) => minus(value, below[at] ?? null)) : values;
    });
  }
  const starts = order.map((row) => Number(time.values[row]));
  return {
    times: [...starts, (starts[starts.length - 1] ?? 0) + usualStep(starts)],
    buckets: columns.map(({ column, bound }, index) => ({
      name: column.labels?.le ?? column.name,
      from: hasBounds ? (columns[index - 1]?.bound ?? null) : null,
      to: bound === Infinity ? null : bound,
    })),
    counts,
  };
}

function upperBound(column: Column): number | null {
  const text = column.labels?.le ?? column.name;
  if (/^\+?inf(inity)?$/i.test(text)) return Infinity;
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function isCumulative(counts: readonly (readonly (number | null)[])[]): boolean {
  for (let bucket = 1; bucket < counts.length; bucket++) {
    const below = counts[bucket - 1];
    const values = counts[bucket];
    for (let at = 0; at < (values?.length ?? 0); at++) {
      const value = values?.[at] ?? null;
      const less = below?.[at] ?? null;
      // Rates of counters that were read at different moments differ in the last digits.
      if (value !== null && less !== null && value < less - Math.abs(less) * 1e-6) return false;
    }
  }
  return true;
}

function minus(value: number | null, below: number | null): number | null {
  return value === null ? null : Math.max(0, value - (below ?? 0));
}

/** The most frequent distance; gaps make others longer. */
export function usualStep(times: readonly number[]): number {
  const found = new Map<number, number>();
  for (let index = 1; index < times.length; index++) {
    const step = (times[index] ?? 0) - (times[index - 1] ?? 0);
    if (step > 0) found.set(step, (found.get(step) ?? 0) + 1);
  }
  let usual = 60_000;
  let most = 0;
  for (const [step, count] of found) {
    if (count > most || (count === most && step < usual)) {
      usual = step;
      most = count;
    }
  }
  return usual;
}

// -- counted here ----------------------------------------------------------------------------------

const kSpan: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const kRoundSpans = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * 1000),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * 60_000),
  ...[1, 2, 3, 6, 12].map((count) => count * 3_600_000),
  ...[1, 2, 7, 14, 28].map((count) => count * 86_400_000),
];
const kMostColumns = 500;
const kMostBuckets = 200;

export function spanOf(text: string | undefined): number | undefined {
  const match = /^(\d+)(ms|s|m|h|d|w)$/.exec(text ?? '');
  const span = Number(match?.[1] ?? 0) * (kSpan[match?.[2] ?? ''] ?? 0);
  return span > 0 ? span : undefined;
}

function calculated(
  frames: readonly Frame[],
  options: Options,
  range: { from: number; to: number },
): Cells | null {
  const points = pointsOf(frames, options);
  const times = points.map((point) => point.time);
  if (points.length === 0) return null;
  const first = range.to > range.from ? range.from : least(times);
  const last = range.to > range.from ? range.to : most(times) + 1;
  const wanted = read.number(options, 'x_bucket_count') ?? 40;
  const rough = Math.max(1, (last - first) / wanted);
  const step = Math.max(
    spanOf(read.text(options, 'x_bucket_size')) ??
      (read.number(options, 'x_bucket_count') !== undefined
        ? rough
        : (kRoundSpans.find((span) => span >= rough) ?? rough)),
    (last - first) / kMostColumns,
  );
  const start = Math.floor(first / step) * step;
  const columns = Math.max(1, Math.ceil((last - start) / step));
  const bounds = valueBounds(
    points.map((point) => point.value),
    options,
  );
  const counts = bounds.slice(1).map(() => new Array<number | null>(columns).fill(0));
  for (const { time, value } of points) {
    const column = Math.floor((time - start) / step);
    const bucket = bucketAt(bounds, value);
    const row = counts[bucket];
    if (row && column >= 0 && column < columns) row[column] = (row[column] ?? 0) + 1;
  }
  return {
    times: Array.from({ length: columns + 1 }, (_, index) => start + index * step),
    buckets: counts.map((_, index) => ({
      name: '',
      from: bounds[index] ?? 0,
      to: bounds[index + 1] ?? 0,
    })),
    counts,
  };
}

/** Every row counts, also where several stand at one time. */
function pointsOf(frames: readonly Frame[], options: Options): { time: number; value: number }[] {
  const points: { time: number; value: number }[] = [];
  for (const frame of frames) {
    const time = timeColumn(frame, options);
    if (!time) continue;
    for (const column of frame.columns) {
      if (column.type !== 'number') continue;
      for (let row = 0; row < frame.rows; row++) {
        const at = time.values[row];
        const value = column.values[row];
        if (typeof at === 'number' && typeof value === 'number') points.push({ time: at, value });
      }
    }
  }
  return points;
}

function valueBounds(values: readonly number[], options: Options): number[] {
  const low = least(values);
  const high = most(values);
  const scale = read.choice(options, 'y_scale', ['linear', 'log2', 'log10'] as const, 'linear');
  if (scale !== 'linear' && low > 0) {
    const base = scale === 'log2' ? 2 : 10;
    const from = Math.floor(Math.log(low) / Math.log(base) + 1e-9);
    const to = Math.max(from + 1, Math.ceil(Math.log(high) / Math.log(base) + 1e-9));
    const parts = Math.max(1, Math.min(8, Math.round(12 / (to - from))));
    return Array.from(
      { length: (to - from) * parts + 1 },
      (_, index) => base ** (from + index / parts),
    );
  }
  const size =
    read.number(options, 'y_bucket_size') ??
    roundSize((high - low) / (read.number(options, 'y_bucket_count') ?? 12));
  const step = Math.max(size, (high - low) / (kMostBuckets - 1), 1e-12);
  const start = Math.floor(low / step + 1e-9);
  const end = Math.max(start + 1, Math.floor(high / step + 1e-9) + 1);
  return Array.from({ length: end - start + 1 }, (_, index) =>
    Number(((start + index) * step).toPrecision(12)),
  );
}

function bucketAt(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= (bounds[middle] ?? 0)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** 1, 2, 2.5 or 5 with a power of ten: the least that is not smaller. */
export function roundSize(rough: number): number {
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((step) => rough <= step * power * (1 + 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(12));
}

export function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

export function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

/** All values of the series in a result, for the pictures that count them. */
export function seriesValues(
  frames: readonly Frame[],
  options: Options,
): { name: string; values: number[] }[] {
  const timed = frames.filter((frame) => timeColumn(frame, options));
  const rest = frames.filter((frame) => !timed.includes(frame));
  const isNumber = (value: unknown): value is number =>
    typeof value === 'number' && Number.isFinite(value);
  const wanted = read.texts(options, 'value_columns');
  return [
    ...toTimeSeries(timed, options).series.map(({ name, values }) => ({
      name,
      values: values.filter(isNumber),
    })),
    ...rest.flatMap((frame) =>
      frame.columns
        .filter((column) => (wanted ? wanted.includes(column.name) : column.type === 'number'))
        .map((column) => ({ name: column.name, values: column.values.filter(isNumber) })),
    ),
  ].filter(({ values }) => values.length > 0);
}
