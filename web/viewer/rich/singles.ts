// Which single values a result holds: one per row, or one per column or series.
import type { Cell, Column, Frame } from '../api/wire';
import { toTimeSeries } from '../data/frames';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { reduceCells } from '../data/reducers';
import { safePattern } from '../fields/patterns';

export interface Item {
  name: string;
  value: number | null;
  /** Of a value that is a text. */
  text: string | undefined;
  /** Where it comes from: how it is written and coloured may be told there. */
  column?: Column | undefined;
  row?: number;
}

export interface Items {
  items: Item[];
  /** Beyond `limit`. */
  left: number;
}

export function toItems(frames: readonly Frame[], options: Options): Items {
  const how = read.text(options, 'reduce') ?? 'last';
  const timed = frames.filter((frame) => isTimed(frame, options));
  const all = [
    ...frames
      .filter((frame) => frame.rows > 0 && !timed.includes(frame))
      .flatMap((frame) =>
        perRow(frame, options) ? rowItems(frame, options) : columnItems(frame, options, how),
      ),
    ...(timed.length > 0 ? seriesItems(timed, options, how) : []),
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
  const columns = valueColumns(frame, options, label);
  return Array.from({ length: frame.rows }, (_, row) =>
    columns.map((column) => {
      const own = label ? cellText(label.values[row]) : columns.length > 1 ? '' : column.name;
      const name = columns.length > 1 ? `${own} ${column.name}`.trim() : own;
      return { ...itemOf(name, column.values[row]), column, row };
    }),
  ).flat();
}

function columnItems(frame: Frame, options: Options, how: string): Item[] {
  return valueColumns(frame, options, undefined).map((column) => ({
    ...itemOf(column.name, reduceCells(column.values, how)),
    column,
  }));
}

function seriesItems(frames: readonly Frame[], options: Options, how: string): Item[] {
  const columns = frames.flatMap((frame) => valueColumns(frame, options, undefined));
  const chosen = { ...options, value_columns: columns.map((column) => column.name) };
  return toTimeSeries(frames, chosen).series.map(({ name, values }) => ({
    ...itemOf(name, reduceCells(values, how)),
    column: columns.find((column) => column.name === name) ?? columns[0],
  }));
}

function valueColumns(frame: Frame, options: Options, label: Column | undefined): Column[] {
  const named = find(frame, read.text(options, 'value_column'));
  if (named) return [named];
  const usable = frame.columns.filter(
    (column) => column !== label && column.field?.options.hidden !== true,
  );
  const fields = read.text(options, 'fields');
  if (fields !== undefined) {
    const pattern = fields.startsWith('/') ? safePattern(fields) : null;
    return usable.filter((column) =>
      pattern ? pattern.test(column.name) : column.name === fields,
    );
  }
  const numbers = usable.filter((column) => column.type === 'number');
  if (numbers.length > 0) return options.per_series === false ? numbers.slice(0, 1) : numbers;
  return usable.filter((column) => column.type !== 'time').slice(0, 1);
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
