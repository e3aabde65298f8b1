// A line, or a curve, that comes nearest to the points: where they seem to go.
import type { Column } from '../../api/wire';
import {
  column,
  find,
  frameOf,
  numberOf,
  range,
  timeOf,
  Unsupported,
  type Transform,
} from './frames';

const kMostPoints = 10_000;
const kMostDegree = 10;

export const regression: Transform = (frames, options) => {
  const isCurve = options.modelType === 'polynomial';
  const degree = isCurve ? bounded(options.degree, 2, 1, kMostDegree) : 1;
  const count = bounded(options.predictionCount, 100, 2, kMostPoints);
  const home = frames.find((frame) => find(frame, options.yFieldName));
  const y = home && find(home, options.yFieldName);
  if (!home || !y) return frames;
  const isTime = /^time$/i.test(String(options.xFieldName));
  const x = find(home, options.xFieldName) ?? (isTime ? timeOf(home) : undefined);
  if (!x) throw new Unsupported('regression');
  const places = x.values.map(numberOf);
  const known = places.filter((place): place is number => place !== null);
  const from = known.reduce((a, b) => Math.min(a, b), Infinity);
  const to = known.reduce((a, b) => Math.max(a, b), -Infinity);
  if (known.length === 0) return frames;
  // Counted from 0 to 1: powers of milliseconds since 1970 are beyond what a double can tell apart.
  const span = to - from || 1;
  const points = places.flatMap((place, row): [number, number][] => {
    const value = numberOf(y.values[row]);
    return place === null || value === null ? [] : [[(place - from) / span, value]];
  });
  const factors = nearest(points, degree);
  const wanted = range(count).map((at) =>
    at === count - 1 ? to : from + (at * (to - from)) / count,
  );
  const predicted: Column = {
    ...column(
      `${y.name} predicted`,
      'number',
      wanted.map((place) =>
        factors === null
          ? null
          : factors.reduceRight((sum, factor) => sum * ((place - from) / span) + factor, 0),
      ),
    ),
    ...(y.config ? { config: y.config } : {}),
  };
  return [
    ...frames,
    frameOf(`${isCurve ? 'polynomial' : 'linear'} regression`, [
      column(x.name, x.type, wanted),
      predicted,
    ]),
  ];
};

function bounded(value: unknown, otherwise: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.trunc(numberOf(value) ?? otherwise)));
}

/** The factors of 1, x, x² … with the least squares; null where the points do not say. */
function nearest(points: readonly [number, number][], degree: number): number[] | null {
  const size = degree + 1;
  const powers = range(2 * degree + 1).map((power) =>
    points.reduce((sum, [x]) => sum + x ** power, 0),
  );
  const rows = range(size).map((row) => [
    ...range(size).map((at) => powers[row + at] ?? 0),
    points.reduce((sum, [x, y]) => sum + y * x ** row, 0),
  ]);
  return solved(rows);
}

/** By elimination, the greatest number of a column first. */
function solved(rows: number[][]): number[] | null {
  const size = rows.length;
  for (let at = 0; at < size; at++) {
    const best = range(size)
      .slice(at)
      .reduce((a, b) => (Math.abs(rows[b]?.[at] ?? 0) > Math.abs(rows[a]?.[at] ?? 0) ? b : a), at);
    const pivot = rows[best];
    const other = rows[at];
    if (!pivot || !other || Math.abs(pivot[at] ?? 0) < 1e-12) return null;
    rows[best] = other;
    rows[at] = pivot;
    for (const row of rows) {
      if (row === pivot) continue;
      const share = (row[at] ?? 0) / (pivot[at] ?? 1);
      for (let place = at; place <= size; place++) {
        row[place] = (row[place] ?? 0) - share * (pivot[place] ?? 0);
      }
    }
  }
  return rows.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1));
}
