// Transformations that choose, order, group and cut rows.
import type { Cell, Column, Frame } from '../../api/wire';
import { compareDecimals } from '../../data/frames';
import * as read from '../../data/options';
import { reduceCells } from '../../data/reducers';
import { safePattern } from '../patterns';
import {
  column,
  find,
  frameOf,
  isCalled,
  list,
  names,
  numberOf,
  object,
  range,
  takeCells,
  takeRows,
  timeOf,
  typeOf,
  type Transform,
  word,
} from './frames';
import { seriesFrames } from './columns';
import { isSetting, settingsOf } from './config';

export const sortBy: Transform = (frames, options) => {
  const [rule] = list(options.sort).map(object);
  if (!rule) return frames;
  return frames.map((frame) => {
    const by = find(frame, rule.field);
    if (!by) return frame;
    const sign = rule.desc === true ? -1 : 1;
    const collator = new Intl.Collator(undefined, { numeric: true });
    const order = range(frame.rows).sort((x, y) => {
      const a = by.values[x] ?? null;
      const b = by.values[y] ?? null;
      if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
      if (typeof a === 'string' || typeof b === 'string') {
        return sign * collator.compare(String(a), String(b));
      }
      return sign * (Number(a) - Number(b) || compareDecimals(by.exact?.[x], by.exact?.[y]));
    });
    return takeRows(frame, order);
  });
};

export const limit: Transform = (frames, options) => {
  const most = Math.max(0, Math.trunc(numberOf(options.limitField) ?? 10));
  const isLast = options.limitAt === 'tail';
  return frames.map((frame) =>
    takeRows(
      frame,
      isLast ? range(frame.rows).slice(-most || frame.rows) : range(frame.rows).slice(0, most),
    ),
  );
};

type Test = (value: Cell) => boolean;

function testOf(config: Record<string, unknown>): Test {
  const options = object(config.options);
  const wanted = options.value;
  const text = word(wanted);
  const compared = (is: (a: number, b: number) => boolean): Test => {
    const bound = numberOf(wanted);
    return (value) => {
      const number = numberOf(value);
      return number !== null && bound !== null && is(number, bound);
    };
  };
  switch (config.id) {
    case 'equal':
      return (value) => String(value ?? '') === text;
    case 'notEqual':
      return (value) => String(value ?? '') !== text;
    case 'greater':
      return compared((a, b) => a > b);
    case 'greaterOrEqual':
      return compared((a, b) => a >= b);
    case 'lower':
      return compared((a, b) => a < b);
    case 'lowerOrEqual':
      return compared((a, b) => a <= b);
    case 'between':
    case 'range': {
      const from = numberOf(options.from) ?? -Infinity;
      const to = numberOf(options.to) ?? Infinity;
      return (value) => {
        const number = numberOf(value);
        return number !== null && number > from && number < to;
      };
    }
    case 'regex': {
      const pattern = safePattern(text);
      return (value) => pattern?.test(String(value ?? '').slice(0, 1024)) === true;
    }
    case 'substring':
      return (value) =>
        String(value ?? '')
          .toLowerCase()
          .includes(text.toLowerCase());
    case 'notSubstring':
      return (value) =>
        !String(value ?? '')
          .toLowerCase()
          .includes(text.toLowerCase());
    case 'isNull':
      return (value) => value === null;
    case 'isNotNull':
      return (value) => value !== null;
    default:
      return () => true;
  }
}

export const filterByValue: Transform = (frames, options) => {
  const rules = list(options.filters)
    .map(object)
    .map((rule) => ({ name: rule.fieldName, fits: testOf(object(rule.config)) }));
  const isOut = options.type === 'exclude';
  const needsAll = options.match === 'all';
  return frames.map((frame) => {
    const tests = rules.flatMap(({ name, fits }) => {
      const one = find(frame, name);
      return one ? [(row: number): boolean => fits(one.values[row] ?? null)] : [];
    });
    if (tests.length === 0) return frame;
    return takeRows(
      frame,
      range(frame.rows).filter((row) => {
        const fits = needsAll ? tests.every((is) => is(row)) : tests.some((is) => is(row));
        return fits !== isOut;
      }),
    );
  });
};

const kParted = '\u0001';

/** Rows by the values of some columns, in the order in which they first come. */
function groups(frame: Frame, keys: readonly Column[]): number[][] {
  const found = new Map<string, number[]>();
  for (const row of range(frame.rows)) {
    const key = keys
      .map((one) => `${typeof one.values[row]}${one.exact?.[row] ?? String(one.values[row])}`)
      .join(kParted);
    const rows = found.get(key);
    if (rows) rows.push(row);
    else found.set(key, [row]);
  }
  return [...found.values()];
}

export const groupBy: Transform = (frames, options) => {
  const rules = Object.entries(object(options.fields)).map(([name, rule]) => ({
    name,
    ...object(rule),
  })) as { name: string; operation?: unknown; aggregations?: unknown }[];
  return frames.flatMap((frame) => {
    const ruleOf = (one: Column): (typeof rules)[number] | undefined =>
      rules.find(({ name }) => isCalled(one, name));
    const keys = frame.columns.filter((one) => ruleOf(one)?.operation === 'groupby');
    if (keys.length === 0) return [];
    const rows = groups(frame, keys);
    const first = rows.map((group) => group[0] ?? 0);
    const reduced = frame.columns.flatMap((one) => {
      const rule = ruleOf(one);
      if (rule?.operation !== 'aggregate') return [];
      return names(rule.aggregations).map((how) => {
        const values = rows.map((group) =>
          reduceCells(
            group.map((row) => one.values[row] ?? null),
            how,
          ),
        );
        const keepsType = /^(?:first|last|min|max)/.test(how);
        return {
          ...column(`${one.name} (${how})`, keepsType ? one.type : typeOf(values), values),
          ...(one.field ? { field: one.field } : {}),
        };
      });
    });
    return [
      frameOf(
        frame.name,
        [...keys.map((one) => takeCells(one, first)), ...reduced],
        frame.truncated,
      ),
    ];
  });
};

export const partitionByValues: Transform = (frames, options) =>
  frames.flatMap((frame) => {
    const wanted = names(options.fields);
    const keys = frame.columns.filter((one) => wanted.some((name) => isCalled(one, name)));
    if (keys.length === 0) return [frame];
    return groups(frame, keys)
      .slice(0, 200)
      .map((rows) => {
        const first = rows[0] ?? 0;
        const labels = Object.fromEntries(
          keys.map((one) => [one.name, String(one.values[first] ?? '')]),
        );
        const title = Object.values(labels).join(' ');
        const kept =
          options.keepFields === true
            ? frame.columns
            : frame.columns.filter((one) => !keys.includes(one));
        return frameOf(
          title,
          kept.map((one) => ({
            ...takeCells(one, rows),
            ...(one.type === 'number' ? { labels: { ...one.labels, ...labels } } : {}),
          })),
          frame.truncated,
        );
      });
  });

/** One table with a row for each point: Time, Metric, Value; the newest first. */
export const seriesToRows: Transform = (frames) => {
  const points: { time: Cell; metric: string; value: Cell }[] = [];
  for (const frame of frames.flatMap(seriesFrames)) {
    const time = timeOf(frame);
    if (!time) continue;
    for (const one of frame.columns.filter((candidate) => candidate.type === 'number')) {
      one.values.forEach((value, row) => {
        points.push({
          time: time.values[row] ?? null,
          metric: one.field?.title ?? one.name,
          value,
        });
      });
    }
  }
  points.sort((a, b) => Number(b.time) - Number(a.time));
  return [
    frameOf('rows', [
      column(
        'Time',
        'time',
        points.map(({ time }) => time),
      ),
      column(
        'Metric',
        'text',
        points.map(({ metric }) => metric),
      ),
      column(
        'Value',
        'number',
        points.map(({ value }) => value),
      ),
    ]),
  ];
};

export const rowsToFields: Transform = (frames, options) => {
  const rules = list(options.mappings).map(object);
  return frames.map((frame) => {
    const mapped = (handler: string): Column | undefined =>
      find(frame, rules.find(({ handlerKey }) => handlerKey === handler)?.fieldName);
    const name =
      mapped('field.name') ?? frame.columns.find((one) => one.type === 'text' && !isSetting(one));
    const value =
      mapped('field.value') ??
      frame.columns.find((one) => one.type === 'number' && !isSetting(one));
    if (!name || !value) return frame;
    const isLabel = (one: Column): boolean =>
      one !== name &&
      one !== value &&
      rules.some(
        (rule) => rule.handlerKey === 'field.label' && isCalled(one, String(rule.fieldName)),
      );
    const settings = frame.columns.filter(
      (one) =>
        one !== name &&
        one !== value &&
        (isSetting(one) || rules.some((rule) => isCalled(one, String(rule.fieldName)))),
    );
    return frameOf(
      frame.name,
      range(Math.min(frame.rows, 500)).map((row) => {
        const labels = Object.fromEntries(
          frame.columns.filter(isLabel).map((one) => [one.name, String(one.values[row] ?? '')]),
        );
        return {
          ...takeCells(value, [row]),
          name: String(name.values[row] ?? ''),
          ...(settings.length > 0
            ? { config: settingsOf(settings, rules, (one) => one.values[row] ?? null) }
            : {}),
          ...(Object.keys(labels).length > 0 ? { labels } : {}),
        };
      }),
    );
  });
};

export const transpose: Transform = (frames, options) =>
  frames.map((frame) => {
    const [head, ...rest] = frame.columns;
    if (!head) return frame;
    const title = (cell: Cell): string => String(cell ?? '');
    const isOneType = new Set(rest.map((one) => one.type)).size === 1;
    const type = isOneType ? (rest[0]?.type ?? 'text') : 'text';
    return frameOf(frame.name, [
      column(
        read.text(options, 'firstFieldName') ?? head.name,
        'text',
        rest.map((one) => one.name),
      ),
      ...range(Math.min(frame.rows, 499)).map((row) =>
        column(
          title(head.values[row] ?? null),
          type,
          rest.map((one) => {
            const value = one.values[row] ?? null;
            return isOneType || value === null ? value : String(value);
          }),
        ),
      ),
    ]);
  });

const kEmpty: Record<string, Cell> = { null: null, zero: 0, true: true, false: false, empty: '' };

export const groupingToMatrix: Transform = (frames, options) =>
  frames.map((frame) => {
    const across = find(frame, options.columnField);
    const down = find(frame, options.rowField);
    const value = find(frame, options.valueField);
    if (!across || !down || !value) return frame;
    const heads = [...new Set(across.values)].slice(0, 500);
    const lines = [...new Set(down.values)];
    const empty = kEmpty[word(options.emptyValue, 'empty')] ?? null;
    const cells = new Map<Cell, Map<Cell, Cell>>();
    for (const row of range(frame.rows)) {
      const key = across.values[row] ?? null;
      const inner = cells.get(key) ?? new Map<Cell, Cell>();
      inner.set(down.values[row] ?? null, value.values[row] ?? null);
      cells.set(key, inner);
    }
    const corner = `${down.name}\\${across.name}`;
    return frameOf(frame.name, [
      { ...column(corner, down.type, lines) },
      ...heads.map((head) =>
        column(
          String(head ?? ''),
          value.type,
          lines.map((line) => cells.get(head)?.get(line) ?? (empty === '' ? null : empty)),
        ),
      ),
    ]);
  });
