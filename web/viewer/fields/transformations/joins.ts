// Transformations that make one table of several.
import type { Cell, Column, Frame } from '../../api/wire';
import * as read from '../../data/options';
import { seriesFrames } from './columns';
import {
  column,
  find,
  frameOf,
  kMostRows,
  names,
  range,
  takeRows,
  timeOf,
  typeOf,
  type Transform,
  word,
} from './frames';

const kParted = '\u0001';

function keyOf(value: Cell): string {
  return typeof value + String(value);
}

/**
 * Tables with columns in common become one: rows that agree in all of these are one row, unless
 * both have a value of their own in the same other column.
 */
export const merge: Transform = (frames) => {
  const parts = frames.flatMap(seriesFrames).filter((frame) => frame.columns.length > 0);
  const [first] = parts;
  if (!first || parts.length === 1) return frames;
  const order: Column[] = [];
  for (const frame of parts) {
    for (const one of frame.columns) {
      if (!order.some((known) => known.name === one.name)) order.push(one);
    }
  }
  const shared = order
    .map(({ name }) => name)
    .filter((name) => parts.every((frame) => frame.columns.some((one) => one.name === name)));
  const keys = shared.filter((name) =>
    parts.every((frame) => frame.columns.find((one) => one.name === name)?.type !== 'number'),
  );
  const rows: Map<string, Cell>[] = [];
  const byKey = new Map<string, Map<string, Cell>[]>();
  for (const frame of parts) {
    for (const row of range(frame.rows)) {
      const cells = new Map(frame.columns.map((one) => [one.name, one.values[row] ?? null]));
      const key = keys.map((name) => keyOf(cells.get(name) ?? null)).join(kParted);
      const same = byKey.get(key) ?? [];
      byKey.set(key, same);
      const home =
        keys.length === 0
          ? undefined
          : same.find((known) =>
              [...cells].every(
                ([name, value]) =>
                  !known.has(name) || known.get(name) === value || keys.includes(name),
              ),
            );
      if (home) for (const [name, value] of cells) home.set(name, value);
      else if (rows.length < kMostRows) {
        rows.push(cells);
        same.push(cells);
      }
    }
  }
  return [
    frameOf(
      first.name,
      order.map(({ name, type, field }) => ({
        ...column(
          name,
          type,
          rows.map((cells) => cells.get(name) ?? null),
        ),
        ...(field ? { field } : {}),
      })),
      parts.some((frame) => frame.truncated),
    ),
  ];
};

export const joinByField: Transform = (frames, options) => {
  const wanted = read.text(options, 'byField');
  const keyOfFrame = (frame: Frame): Column | undefined =>
    wanted === undefined
      ? (timeOf(frame) ?? frame.columns[0])
      : (find(frame, wanted) ??
        // Grafana calls every time column "Time".
        (wanted === 'Time' || wanted === 'time' ? timeOf(frame) : undefined));
  const parts = frames.flatMap((frame) => {
    const key = keyOfFrame(frame);
    return key ? [{ frame, key }] : [];
  });
  const [first] = parts;
  if (!first || parts.length < 2) return frames;
  const isInner = options.mode === 'inner';
  const isTabular = options.mode === 'outerTabular' || isInner;
  const order: Cell[] = [];
  const seen = new Map<string, number>();
  for (const { key } of parts) {
    for (const value of key.values) {
      const name = keyOf(value);
      if (seen.has(name) || value === null) continue;
      seen.set(name, order.length);
      order.push(value);
    }
  }
  if (first.key.type === 'time' || first.key.type === 'number') {
    order.sort((a, b) => Number(a) - Number(b));
    order.forEach((value, index) => seen.set(keyOf(value), index));
  }
  // In a table each of several rows with one key is a row of the result.
  const rowsOf = parts.map(({ frame, key }) => {
    const rows = order.map((): number[] => []);
    for (const row of range(frame.rows)) {
      const place = seen.get(keyOf(key.values[row] ?? null));
      if (place !== undefined) rows[place]?.push(row);
    }
    return rows;
  });
  const lines: { value: Cell; rows: (number | undefined)[] }[] = [];
  order.forEach((value, place) => {
    const matches = rowsOf.map((rows) => rows[place] ?? []);
    if (isInner && matches.some((rows) => rows.length === 0)) return;
    let combined: (number | undefined)[][] = [[]];
    for (const rows of matches) {
      const some = isTabular ? rows : rows.slice(-1);
      const choices = some.length > 0 ? some : [undefined];
      combined = combined.flatMap((line) => choices.map((row) => [...line, row]));
      if (combined.length > 1000) combined = combined.slice(0, 1000);
    }
    for (const rows of combined) {
      if (lines.length < kMostRows) lines.push({ value, rows });
    }
  });
  const taken = new Map<string, number>();
  const all = parts.flatMap(({ frame, key }) =>
    frame.columns.filter((one) => one !== key).map((one) => one.name),
  );
  const columns = parts.flatMap(({ frame, key }, part) =>
    frame.columns
      .filter((one) => one !== key)
      .map((one) => {
        const isTwice = all.filter((name) => name === one.name).length > 1;
        const count = (taken.get(one.name) ?? 0) + 1;
        taken.set(one.name, count);
        return {
          ...one,
          name: isTwice ? `${one.name} ${frame.name || count}` : one.name,
          values: lines.map(({ rows }) => {
            const row = rows[part];
            return row === undefined ? null : (one.values[row] ?? null);
          }),
          ...(one.exact
            ? {
                exact: Object.fromEntries(
                  lines.flatMap(({ rows }, index) => {
                    const text = one.exact?.[rows[part] ?? -1];
                    return text === undefined ? [] : [[String(index), text]];
                  }),
                ),
              }
            : {}),
        };
      }),
  );
  return [
    frameOf(
      first.frame.name,
      [
        column(
          first.key.name,
          first.key.type,
          lines.map(({ value }) => value),
        ),
        ...columns,
      ],
      parts.some(({ frame }) => frame.truncated),
    ),
  ];
};

/** One row for what has the same labels but one, and a column for each value of that one. */
export const joinByLabels: Transform = (frames, options) => {
  const split = word(options.value);
  const series = frames.flatMap((frame) =>
    frame.columns.filter((one) => one.labels && one.type !== 'time'),
  );
  const known = [...new Set(series.flatMap((one) => Object.keys(one.labels ?? {})))];
  if (!known.includes(split)) {
    const text =
      split === '' ? 'No label is chosen to split by.' : `No series has the label “${split}”.`;
    return [frameOf('Error', [column('Error', 'text', [text])])];
  }
  const wanted = names(options.join);
  const labels = (wanted.length > 0 ? wanted : known).filter((name) => name !== split);
  const heads = [...new Set(series.map((one) => one.labels?.[split] ?? ''))];
  const groups = new Map<string, { keys: Cell[]; values: Map<string, Cell[]> }>();
  for (const one of series) {
    const keys = labels.map((name) => one.labels?.[name] ?? null);
    const key = keys.map(keyOf).join(kParted);
    const group = groups.get(key) ?? { keys, values: new Map<string, Cell[]>() };
    groups.set(key, group);
    const head = one.labels?.[split] ?? '';
    group.values.set(head, [...(group.values.get(head) ?? []), ...one.values]);
  }
  const lines = [...groups.values()].flatMap(({ keys, values }) => {
    const count = Math.max(1, ...[...values.values()].map((cells) => cells.length));
    return range(Math.min(count, kMostRows)).map((row) => ({
      keys,
      cells: heads.map((head) => values.get(head)?.[row] ?? null),
    }));
  });
  return [
    frameOf(
      frames.map(({ name }) => name).join('-'),
      [
        ...labels.map((name, at) =>
          column(
            name,
            'text',
            lines.map(({ keys }) => keys[at] ?? null),
          ),
        ),
        ...heads.map((name, at) =>
          column(
            name,
            series.find((one) => one.labels?.[split] === name)?.type ?? 'number',
            lines.map(({ cells }) => cells[at] ?? null),
          ),
        ),
      ],
      frames.some((frame) => frame.truncated),
    ),
  ];
};

/** Side by side, the shorter ones filled up. */
export const concatenate: Transform = (frames, options) => {
  if (frames.length < 2) return frames;
  const rows = Math.max(...frames.map((frame) => frame.rows));
  const mode = options.frameNameMode ?? 'field';
  return [
    frameOf(
      'joined',
      frames.flatMap((frame) =>
        frame.columns.map((one) => ({
          ...one,
          ...(mode === 'field' && one.type !== 'time'
            ? { name: `${frame.name} · ${one.name}` }
            : {}),
          ...(mode === 'label'
            ? { labels: { ...one.labels, [word(options.frameNameLabel, 'frame')]: frame.name } }
            : {}),
          values: range(rows).map((row) => one.values[row] ?? null),
        })),
      ),
    ),
  ];
};

/** One below the other, for tables with the same columns. */
export const append: Transform = (frames) => {
  const [first] = frames;
  if (!first || frames.length < 2) return frames;
  const all = [...new Set(frames.flatMap((frame) => frame.columns.map((one) => one.name)))];
  return [
    frameOf(
      first.name,
      all.map((name) => {
        const values = frames.flatMap((frame): Cell[] => {
          const one = frame.columns.find((candidate) => candidate.name === name);
          return one ? one.values : range(frame.rows).map(() => null);
        });
        const known = frames.flatMap((frame) => frame.columns).find((one) => one.name === name);
        return column(name, known?.type ?? typeOf(values), values);
      }),
    ),
  ];
};

export const prepareTimeSeries: Transform = (frames, options) => {
  const format = options.format ?? 'wide';
  const timed = frames.filter((frame) => timeOf(frame));
  if (format === 'wide') return timed.length < 2 ? timed : joinByField(timed, {});
  if (format === 'many' || format === 'multi') return timed.flatMap(longToSeries);
  if (format === 'long') {
    return timed.flatMap((frame) => {
      const time = timeOf(frame);
      const parts = seriesFrames(frame).map((part) => {
        const value = part.columns.find((one) => one.type === 'number');
        return frameOf(part.name, [
          ...part.columns.filter((one) => one.type === 'time'),
          ...Object.entries(value?.labels ?? {}).map(([name, text]) =>
            column(
              name,
              'text',
              range(part.rows).map(() => text),
            ),
          ),
          ...(value ? [{ ...value, name: 'value' }] : []),
        ]);
      });
      return time ? append(parts, {}) : [];
    });
  }
  return timed;
};

/** A text column splits the rows into one table for each of its values. */
function longToSeries(frame: Frame): Frame[] {
  const split = frame.columns.filter((one) => one.type === 'text');
  if (split.length === 0) return seriesFrames(frame);
  const found = new Map<string, number[]>();
  for (const row of range(frame.rows)) {
    const key = split.map((one) => String(one.values[row] ?? '')).join(kParted);
    const rows = found.get(key);
    if (rows) rows.push(row);
    else found.set(key, [row]);
  }
  return [...found.values()].slice(0, 500).map((rows) => {
    const part = takeRows(frame, rows);
    const labels = Object.fromEntries(
      split.map((one) => [one.name, String(one.values[rows[0] ?? 0] ?? '')]),
    );
    return frameOf(
      frame.name,
      part.columns
        .filter((one) => one.type !== 'text')
        .map((one) => (one.type === 'number' ? { ...one, labels } : one)),
      frame.truncated,
    );
  });
}
