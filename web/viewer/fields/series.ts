// The series of a chart: values on one time, turned, stacked and in the order of drawing.
import type { Frame } from '../api/wire';
import type { Shown } from '../data/field';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { length } from './lengths';
import { numberOf } from './transformations/frames';

export const kMostDrawn = 200;

/** Undefined: no point here, and no gap either. */
export type Point = number | null | undefined;

export interface Line {
  name: string;
  color: string;
  options: Options;
  /** As the query gave them. */
  values: Point[];
  /** As drawn. */
  drawn: Point[];
  show: (value: number | null) => Shown;
  links: (index: number) => { title: string; href: string }[];
  /** Lines with the same one share an axis. */
  scale: string;
  stack: string | null;
  isPercent: boolean;
}

export interface Lines {
  times: number[];
  lines: Line[];
  /** Left out: no eye could tell them apart. */
  left: number;
}

export function toLines(frames: readonly Frame[]): Lines {
  const timed = frames.flatMap((frame) => {
    const time = frame.columns.find((one) => one.type === 'time');
    return time && frame.rows > 0 ? [{ frame, time }] : [];
  });
  const instants = new Set<number>();
  for (const { time } of timed) {
    for (const value of time.values) if (typeof value === 'number') instants.add(value);
  }
  const times = [...instants].sort((a, b) => a - b);
  const place = new Map(times.map((instant, index) => [instant, index]));
  const names = timed.flatMap(({ frame }) =>
    frame.columns.filter((one) => one.type === 'number').map((one) => one.name),
  );
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  const taken = new Set<string>();
  const all = timed.flatMap(({ frame, time }) => {
    const rows = time.values.map((value) =>
      typeof value === 'number' ? place.get(value) : undefined,
    );
    const isOwnTime = rows.length === times.length && rows.every((at, row) => at === row);
    return frame.columns.flatMap((column): Line[] => {
      const { field } = column;
      if (column.type !== 'number' || !field || field.options.hidden === true) return [];
      const cells = column.values.map(numberOf);
      let values: Point[] = cells;
      if (!isOwnTime) {
        values = times.map(() => undefined);
        rows.forEach((at, row) => {
          if (at !== undefined) values[at] = cells[row] ?? null;
        });
      }
      const { options } = field;
      let name =
        (count.get(column.name) ?? 0) > 1 && timed.length > 1
          ? `${frame.name} · ${column.name}`
          : column.name;
      for (let twice = 2; taken.has(name); twice++) name = `${column.name} (${twice})`;
      taken.add(name);
      const isStacked = options.stack === true && options.style !== 'points';
      const isPercent = isStacked && options.stack_mode === 'percent';
      const scale = [
        read.text(options, 'axis') ?? 'auto',
        isPercent ? '%' : (read.text(options, 'unit') ?? ''),
        read.text(options, 'scale') ?? '',
        read.number(options, 'log_base') ?? '',
        ...['min', 'max', 'soft_min', 'soft_max'].map((end) => read.number(options, end) ?? ''),
      ].join('|');
      const isDown = options.negative === 'negative-Y';
      return [
        {
          name,
          color: field.color,
          options,
          values,
          drawn: prepared(values, times, options),
          show: (value) => field.show(value),
          links: (index) => field.links(rows.indexOf(index)),
          scale,
          stack: isStacked
            ? [
                read.text(options, 'stack_group') ?? 'A',
                scale,
                isDown,
                options.style === 'bars',
              ].join('|')
            : null,
          isPercent,
        },
      ];
    });
  });
  return { times, lines: all.slice(0, kMostDrawn), left: Math.max(0, all.length - kMostDrawn) };
}

/** Gaps, zeros and signs as the options want them; or the first value, all the way. */
function prepared(values: readonly Point[], times: readonly number[], options: Options): Point[] {
  if (options.negative === 'constant') {
    const first = values.find((value) => typeof value === 'number') ?? null;
    return values.map(() => first);
  }
  const isDown = options.negative === 'negative-Y';
  const isLog = options.scale === 'log';
  const nullAs = options.null_as;
  const drawn = values.map((value): Point => {
    if (value === null) return nullAs === 'zero' ? 0 : nullAs === 'connect' ? undefined : null;
    if (value === undefined) return undefined;
    if (isLog && value <= 0) return null;
    return isDown ? -value : value;
  });
  const most = nullAs === 'connect' ? null : length(read.text(options, 'connect_up_to'));
  if (most === null) return drawn;
  let last = -1;
  drawn.forEach((value, index) => {
    if (typeof value !== 'number') return;
    if (last >= 0 && (times[index] ?? 0) - (times[last] ?? 0) <= most) {
      for (let at = last + 1; at < index; at++) drawn[at] = undefined;
    }
    last = index;
  });
  return drawn;
}

export interface Stacked {
  lines: Line[];
  /** Pairs of places in `lines`: the first one's fill ends at the second. */
  bands: [number, number][];
}

/** Stacks what belongs together; of each stack the tallest comes first, so that it stands behind. */
export function stackLines(lines: readonly Line[]): Stacked {
  const out: Line[] = [];
  const bands: [number, number][] = [];
  const done = new Set<string>();
  for (const line of lines) {
    if (line.stack === null) {
      out.push(line);
      continue;
    }
    if (done.has(line.stack)) continue;
    done.add(line.stack);
    const group = lines.filter((other) => other.stack === line.stack);
    const size = line.drawn.length;
    const totals = Array.from({ length: size }, (_, at) =>
      group.reduce((sum, { drawn }) => sum + Math.abs(drawn[at] ?? 0), 0),
    );
    const below: number[] = [];
    const sums = group.map((one) => ({
      ...one,
      drawn: one.drawn.map((value, at): Point => {
        if (value === null && group.every(({ drawn }) => typeof drawn[at] !== 'number'))
          return null;
        const total = totals[at] ?? 0;
        const share = one.isPercent ? (total === 0 ? 0 : (value ?? 0) / total) : (value ?? 0);
        const sum = (below[at] ?? 0) + share;
        below[at] = sum;
        return sum;
      }),
    }));
    sums.reverse();
    const first = out.length;
    out.push(...sums);
    if (line.options.style !== 'bars') {
      for (let at = 0; at + 1 < sums.length; at++) bands.push([first + at, first + at + 1]);
    }
  }
  out.forEach((line, index) => {
    const lower = read.text(line.options, 'fill_below_to');
    const at = lower === undefined ? -1 : out.findIndex((other) => other.name === lower);
    if (at >= 0 && at !== index) bands.push([index, at]);
  });
  return { lines: out, bands };
}
