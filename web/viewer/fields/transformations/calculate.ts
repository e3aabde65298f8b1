// Transformations that compute: new columns of a row, one value of many rows, distributions.
import type { Cell, Column, Frame } from '../../api/wire';
import * as read from '../../data/options';
import { reduceCells, reducerName } from '../../data/reducers';
import { seriesFrames } from './columns';
import {
  column,
  columnMatcher,
  find,
  frameOf,
  names,
  numberOf,
  object,
  range,
  timeOf,
  typeOf,
  Unsupported,
  type Transform,
  word,
} from './frames';
import { joinByField } from './joins';

type Numbers = (number | null)[];

const kBinary: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '**': (a, b) => a ** b,
  '%': (a, b) => a % b,
};

const kUnary: Record<string, (a: number) => number> = {
  abs: Math.abs,
  exp: Math.exp,
  ln: Math.log,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  percent: (a) => a * 100,
};

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function numbersOf(one: Column): Numbers {
  return one.values.map(numberOf);
}

/** A side of a sum: a column by name, a matcher, a fixed number. Null: there is no such column. */
function side(written: unknown, frame: Frame): Numbers | null {
  const { matcher, fixed } = object(written);
  const fill = (value: number | null): Numbers => range(frame.rows).map(() => value);
  if (fixed !== undefined) return fill(numberOf(fixed));
  const name = matcher === undefined ? written : undefined;
  const fits = matcher === undefined ? null : columnMatcher(matcher);
  const found =
    name !== undefined
      ? find(frame, name)
      : fits
        ? frame.columns.find((one) => fits(one, frame) && one.type === 'number')
        : undefined;
  if (found) return numbersOf(found);
  const number = name === undefined ? null : numberOf(name);
  return number === null ? null : fill(number);
}

interface Made {
  name: string;
  values: Cell[];
}

function made(frame: Frame, options: read.Options): Made[] {
  const numeric = frame.columns.filter((one) => one.type === 'number' || one.type === 'boolean');
  const mode = options.mode ?? 'reduceRow';
  switch (mode) {
    case 'reduceRow': {
      const { include, reducer } = object(options.reduce);
      const wanted = names(include);
      const used =
        wanted.length > 0
          ? wanted.flatMap((name) => find(frame, name) ?? [])
          : numeric.filter((one) => one.type === 'number');
      if (used.length === 0) return [];
      const how = typeof reducer === 'string' ? reducer : 'sum';
      return [
        {
          name: reducerName(how),
          values: range(frame.rows).map((row) =>
            reduceCells(
              used.map((one) => one.values[row] ?? null),
              how,
            ),
          ),
        },
      ];
    }
    case 'binary': {
      const { left, operator, right } = object(options.binary);
      const combine = kBinary[word(operator, '+')];
      if (!combine) return [];
      const label = (written: unknown): string =>
        String(object(written).fixed ?? object(object(written).matcher).options ?? written);
      const both = (a: Numbers, b: Numbers): Cell[] =>
        range(frame.rows).map((row) => {
          const x = a[row] ?? null;
          const y = b[row] ?? null;
          return x === null || y === null ? null : finite(combine(x, y));
        });
      const other = side(right, frame);
      const { matcher } = object(left);
      // A matcher for many columns makes one new column of each.
      if (matcher !== undefined && object(matcher).id === 'byType' && other) {
        const fits = columnMatcher(matcher);
        return numeric
          .filter((one) => fits?.(one, frame))
          .map((one) => ({
            name: `${one.name} ${String(operator)} ${label(right)}`,
            values: both(numbersOf(one), other),
          }));
      }
      const own = side(left, frame);
      if (!own || !other) return [];
      return [
        { name: `${label(left)} ${String(operator)} ${label(right)}`, values: both(own, other) },
      ];
    }
    case 'unary': {
      const { operator, fieldName } = object(options.unary);
      const one = find(frame, fieldName);
      const apply = kUnary[String(operator)];
      if (!one || !apply) return [];
      return [
        {
          name: `${String(operator)}(${one.name})`,
          values: numbersOf(one).map((value) => (value === null ? null : finite(apply(value)))),
        },
      ];
    }
    case 'index': {
      const isShare = object(options.index).asPercentile === true;
      return [
        {
          name: 'Row',
          values: range(frame.rows).map((row) =>
            isShare ? (frame.rows > 1 ? row / (frame.rows - 1) : 0) : row,
          ),
        },
      ];
    }
    case 'cumulativeFunctions': {
      const { field, reducer } = object(options.cumulative);
      const one = find(frame, field);
      if (!one) return [];
      let total = 0;
      let count = 0;
      return [
        {
          name: `cumulative ${word(reducer, 'sum')}(${one.name})`,
          values: numbersOf(one).map((value) => {
            total += value ?? 0;
            if (value !== null) count++;
            return reducer === 'mean' ? (count === 0 ? null : total / count) : total;
          }),
        },
      ];
    }
    case 'windowFunctions': {
      const rule = object(options.window);
      const one = find(frame, rule.field);
      if (!one) return [];
      const how = typeof rule.reducer === 'string' ? rule.reducer : 'mean';
      const written = numberOf(rule.windowSize) ?? 0.1;
      const isFixed = rule.windowSizeMode === 'fixed';
      const size = Math.max(1, Math.ceil(isFixed ? written : written * frame.rows));
      const isCentred = rule.windowAlignment === 'centered';
      const before = isCentred ? Math.floor((size - 1) / 2) : size - 1;
      const after = isCentred ? Math.ceil((size - 1) / 2) : 0;
      return [
        {
          name: `${isCentred ? 'centered' : 'trailing'} moving ${how}(${one.name})`,
          values: range(frame.rows).map((row) =>
            reduceCells(one.values.slice(Math.max(0, row - before), row + after + 1), how),
          ),
        },
      ];
    }
    default:
      throw new Unsupported(`calculateField with mode ${word(mode)}`);
  }
}

export const calculateField: Transform = (frames, options) => {
  // Series that came each by itself are put on one time first: a sum needs them in one row.
  const isSpread = frames.length > 1 && frames.every((frame) => timeOf(frame));
  const parts = isSpread ? joinByField(frames, {}) : frames;
  const alias = read.text(options, 'alias');
  return parts.map((frame) => {
    const added = made(frame, options).map(({ name, values }, _index, all): Column => {
      const title = alias !== undefined && all.length === 1 ? alias : name;
      return column(title, typeOf(values) === 'text' ? 'number' : typeOf(values), values);
    });
    if (added.length === 0) return frame;
    const time = timeOf(frame);
    const before = options.replaceFields === true ? (time ? [time] : []) : frame.columns;
    const names = new Set(added.map((one) => one.name));
    const kept = before.filter((one) => !names.has(one.name));
    return frameOf(frame.name, [...kept, ...added], frame.truncated);
  });
};

export const reduce: Transform = (frames, options) => {
  const reducers = names(options.reducers);
  const how = reducers.length > 0 ? reducers : ['max'];
  const hasTime = options.includeTimeField === true;
  if (options.mode === 'reduceFields') {
    return frames.map((frame) =>
      frameOf(
        frame.name,
        frame.columns
          .filter((one) => hasTime || one.type !== 'time')
          .flatMap((one) =>
            how.map((reducer) => {
              const value = reduceCells(one.values, reducer);
              return {
                ...one,
                name: how.length > 1 ? `${one.name} ${reducerName(reducer)}` : one.name,
                exact: {},
                type: value === null ? one.type : one.type === 'time' ? 'time' : typeOf([value]),
                values: [value],
              } satisfies Column;
            }),
          ),
      ),
    );
  }
  const fields = frames.flatMap((frame) =>
    frame.columns.filter((one) => hasTime || one.type !== 'time'),
  );
  if (fields.length === 0) return [];
  const hasLabels = options.labelsToFields === true;
  const labels = hasLabels
    ? [...new Set(fields.flatMap((one) => Object.keys(one.labels ?? {})))].sort()
    : [];
  return [
    frameOf('reduced', [
      column(
        'Field',
        'text',
        fields.map((one) => (hasLabels && one.labels ? one.name : (one.field?.title ?? one.name))),
      ),
      ...labels.map((name) =>
        column(
          name,
          'text',
          fields.map((one) => one.labels?.[name] ?? null),
        ),
      ),
      ...how.map((reducer) => {
        const values = fields.map((one) => reduceCells(one.values, reducer));
        const isMixed =
          new Set(values.filter((value) => value !== null).map((v) => typeof v)).size > 1;
        return isMixed
          ? column(
              reducerName(reducer),
              'text',
              values.map((v) => (v === null ? null : String(v))),
            )
          : column(reducerName(reducer), typeOf(values), values);
      }),
    ]),
  ];
};

/** Counts of values in equal buckets: xMin, xMax and a column for each series. */
export const histogram: Transform = (frames, options) => {
  const series = frames.flatMap((frame) => frame.columns.filter((one) => one.type === 'number'));
  const all = series.flatMap((one) => numbersOf(one)).filter((value) => value !== null);
  if (all.length === 0) return [];
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  const wanted = Math.max(1, Math.min(500, numberOf(options.bucketCount) ?? 30));
  const given = numberOf(options.bucketSize);
  const size = given !== null && given > 0 ? given : roundSize((high - low || 1) / wanted);
  const offset = numberOf(options.bucketOffset) ?? 0;
  const placeOf = (value: number): number => Math.floor((value - offset) / size);
  const first = placeOf(low);
  const count = Math.min(2000, placeOf(high) - first + 1);
  const counted = (values: Numbers): number[] => {
    const counts = range(count).map(() => 0);
    for (const value of values) {
      if (value === null) continue;
      const place = placeOf(value) - first;
      if (place < count) counts[place] = (counts[place] ?? 0) + 1;
    }
    return counts;
  };
  const edge = (place: number): number => Number(((first + place) * size + offset).toPrecision(12));
  const isOne = options.combine === true;
  return [
    frameOf('histogram', [
      column('xMin', 'number', range(count).map(edge)),
      column(
        'xMax',
        'number',
        range(count).map((place) => edge(place + 1)),
      ),
      ...(isOne
        ? [column('count', 'number', counted(all))]
        : series.map((one) => ({ ...one, exact: {}, values: counted(numbersOf(one)) }))),
    ]),
  ];
};

function roundSize(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= rough) ?? 10) * power;
}

/** One row per series: its labels and its course as a small line. */
export const timeSeriesTable: Transform = (frames, options) => {
  const byQuery = new Map<string, Frame[]>();
  for (const frame of frames) {
    if (timeOf(frame))
      byQuery.set(frame.name, [...(byQuery.get(frame.name) ?? []), ...seriesFrames(frame)]);
  }
  return [...byQuery].map(([query, parts]) => {
    const series = parts.flatMap((frame) =>
      frame.columns.filter((one) => one.type === 'number').map((one) => one),
    );
    const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels ?? {})))].sort();
    const how = object(options[query]).stat ?? object(options.refIdToStat)[query];
    const heads =
      labels.length > 0
        ? labels.map((name) =>
            column(
              name,
              'text',
              series.map((one) => one.labels?.[name] ?? null),
            ),
          )
        : [
            column(
              'Series',
              'text',
              series.map((one) => one.name),
            ),
          ];
    return frameOf(query, [
      ...heads,
      {
        ...column(
          `Trend #${query}`,
          'number',
          series.map((one) =>
            reduceCells(one.values, typeof how === 'string' ? how : 'lastNotNull'),
          ),
        ),
        trends: series.map(numbersOf),
      },
    ]);
  });
};
