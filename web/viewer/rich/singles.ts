// Which single values a result holds: one per row, or one per column or series.
import type { Cell, Column, Frame } from '../api/wire';
import { reduce, toTimeSeries, type Reduce } from '../data/frames';
import type { Options } from '../data/options';
import * as read from '../data/options';

export interface Item {
  name: string;
  value: number | null;
  /** Of a value that is a text. */
  text: string | undefined;
}

export interface Items {
  items: Item[];
  /** Beyond `limit`. */
  left: number;
}

const kHow = ['last', 'first', 'sum', 'mean', 'min', 'max'] as const;

export function toItems(frames: readonly Frame[], options: Options): Items {
  const how = read.choice(options, 'reduce', kHow, 'last');
  const wanted = read.text(options, 'value_column');
  const timed = frames.filter((frame) => isTimed(frame, options));
  const all = [
    ...frames
      .filter((frame) => frame.rows > 0 && !timed.includes(frame))
      .flatMap((frame) =>
        perRow(frame, options) ? rowItems(frame, options) : columnItems(frame, wanted, how),
      ),
    ...(timed.length > 0 ? seriesItems(timed, options, wanted, how) : []),
  ];
  const limit = Math.max(1, read.number(options, 'limit') ?? 100);
  return { items: all.slice(0, limit), left: Math.max(0, all.length - limit) };
}

function isTimed(frame: Frame, options: Options): boolean {
  return (
    frame.rows > 0 &&
    options.values !== true &&
    frame.columns.some((column) => column.type === 'time') &&
    frame.columns.some((column) => column.type === 'number')
  );
}

/** Rows with names and without times are values of their own, unless the options say otherwise. */
function perRow(frame: Frame, options: Options): boolean {
  const isNamed = frame.columns.some((column) => column.type === 'text');
  const hasNumber = frame.columns.some((column) => column.type === 'number');
  return read.flag(options, 'values', isNamed && hasNumber);
}

function rowItems(frame: Frame, options: Options): Item[] {
  const label =
    find(frame, read.text(options, 'label_column')) ??
    frame.columns.find((column) => column.type === 'text');
  const columns = valueColumns(frame, read.text(options, 'value_column'), label);
  return Array.from({ length: frame.rows }, (_, row) =>
    columns.map((column) => {
      const own = label ? cellText(label.values[row]) : columns.length > 1 ? '' : column.name;
      const name = columns.length > 1 ? `${own} ${column.name}`.trim() : own;
      return itemOf(name, column.values[row]);
    }),
  ).flat();
}

function columnItems(frame: Frame, wanted: string | undefined, how: Reduce): Item[] {
  return valueColumns(frame, wanted, undefined).map((column) => {
    if (column.type === 'text') {
      return itemOf(column.name, column.values[how === 'first' ? 0 : frame.rows - 1]);
    }
    return {
      name: column.name,
      value: reduce(column.values.map(asNumber), how),
      text: undefined,
    };
  });
}

function seriesItems(
  frames: readonly Frame[],
  options: Options,
  wanted: string | undefined,
  how: Reduce,
): Item[] {
  const chosen = wanted === undefined ? options : { ...options, value_columns: [wanted] };
  return toTimeSeries(frames, chosen).series.map(({ name, values }) => ({
    name,
    value: reduce(values, how),
    text: undefined,
  }));
}

function valueColumns(
  frame: Frame,
  wanted: string | undefined,
  label: Column | undefined,
): Column[] {
  const named = find(frame, wanted);
  if (named) return [named];
  const numbers = frame.columns.filter((column) => column.type === 'number' && column !== label);
  if (numbers.length > 0) return numbers;
  return frame.columns.filter((column) => column.type !== 'time' && column !== label).slice(0, 1);
}

function find(frame: Frame, name: string | undefined): Column | undefined {
  return name === undefined ? undefined : frame.columns.find((column) => column.name === name);
}

function itemOf(name: string, cell: Cell | undefined): Item {
  return typeof cell === 'string'
    ? { name, value: null, text: cell }
    : { name, value: asNumber(cell), text: undefined };
}

export function asNumber(cell: Cell | undefined): number | null {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  return null;
}

export function cellText(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? '–' : String(cell);
}
