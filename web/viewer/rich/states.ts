// Rows of states over time: what a state timeline and a status history draw.
import type { Cell, Column, Frame } from '../api/wire';
import { timeColumn } from '../data/frames';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { usualStep } from './heat-cells';

export interface State {
  from: number;
  to: number;
  value: Cell;
}

export interface StateRow {
  name: string;
  /** Where its values come from. */
  column?: Column;
  states: State[];
}

export const kMostRows = 100;

export interface StateRows {
  rows: StateRow[];
  left: number;
}

/**
 * One row per series. Each value lasts until the next; the last until `end`. With `merge`, equal
 * values in a row are one state. A null ends a state and begins none. `group` puts values together
 * that are one state.
 */
export function toStateRows(
  frames: readonly Frame[],
  options: Options,
  end: number,
  merge: boolean,
  group: (value: Cell) => Cell = (value) => value,
): StateRows {
  const found = new Map<string, { time: number; value: Cell }[]>();
  const sources = new Map<string, Column>();
  const dated = frames.flatMap((frame) => {
    const time = timeColumn(frame, options);
    return time && frame.rows > 0 ? [{ frame, time }] : [];
  });
  for (const { frame, time } of dated) {
    const split = splitColumn(frame, options, time);
    const values = valueColumns(frame, options, [time, split]);
    for (const column of values) {
      for (let row = 0; row < frame.rows; row++) {
        const at = time.values[row];
        if (typeof at !== 'number') continue;
        const own = split ? String(split.values[row] ?? '–') : column.name;
        const name = split && values.length > 1 ? `${own} · ${column.name}` : own;
        const whole = dated.length > 1 && !split ? nameIn(frame, name, dated.length) : name;
        const points = found.get(whole) ?? [];
        if (points.length === 0) {
          found.set(whole, points);
          sources.set(whole, column);
        }
        points.push({ time: at, value: group(column.values[row] ?? null) });
      }
    }
  }
  const rows = [...found].map(([name, points]) => ({
    name,
    ...(sources.get(name)?.field ? { column: sources.get(name) as Column } : {}),
    states: statesOf(
      points.sort((a, b) => a.time - b.time),
      end,
      merge,
    ),
  }));
  return { rows: rows.slice(0, kMostRows), left: Math.max(0, rows.length - kMostRows) };
}

function nameIn(frame: Frame, name: string, frames: number): string {
  return frames > 1 && /^(value|state|status|v)$/i.test(name) ? frame.name : name;
}

function statesOf(
  points: readonly { time: number; value: Cell }[],
  end: number,
  merge: boolean,
): State[] {
  const states: State[] = [];
  const usual = usualStep(points.map((point) => point.time));
  points.forEach(({ time, value }, index) => {
    const next = points[index + 1]?.time ?? Math.max(end, time + (points.length > 1 ? usual : 0));
    if (value === null || next <= time) return;
    const last = states[states.length - 1];
    if (merge && last && last.value === value && last.to === time) last.to = next;
    else states.push({ from: time, to: next, value });
  });
  return states;
}

/** The column whose texts are names of rows; with a single text column those texts are the states. */
function splitColumn(frame: Frame, options: Options, time: Column): Column | undefined {
  const asked = read.text(options, 'series_column');
  if (asked !== undefined) return frame.columns.find((column) => column.name === asked);
  const wanted = read.texts(options, 'value_columns') ?? [];
  const texts = frame.columns.filter(
    (column) => column.type === 'text' && column !== time && !wanted.includes(column.name),
  );
  const others = frame.columns.filter(
    (column) => column !== time && !texts.includes(column) && column.type !== 'time',
  );
  const first = texts[0];
  if (!first || (texts.length === 1 && others.length === 0)) return undefined;
  // Several texts at ever new times are states side by side, not names.
  const times = new Set(time.values);
  return others.length > 0 || times.size < frame.rows ? first : undefined;
}

function valueColumns(
  frame: Frame,
  options: Options,
  taken: readonly (Column | undefined)[],
): Column[] {
  const wanted = read.texts(options, 'value_columns');
  return frame.columns.filter((column) =>
    wanted
      ? wanted.includes(column.name)
      : !taken.includes(column) && column.type !== 'time' && column.field?.options.hidden !== true,
  );
}

/** Different values, in the order of their first appearance. */
export function distinctValues(rows: readonly StateRow[]): Cell[] {
  return [...new Set(rows.flatMap((row) => row.states.map((state) => state.value)))];
}

/** "3 h 20 min": the two greatest parts. */
export function durationText(span: number): string {
  const parts: string[] = [];
  let rest = Math.round(span / 1000);
  for (const [size, name] of [
    [86400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}
