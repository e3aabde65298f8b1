// Single values of a result: one for each number column, or one for each row.
import type { Cell, Column, Frame } from '../api/wire';
import type { DataLink, Field } from '../data/field';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { reduceCells, reducerUnit } from '../data/reducers';
import { formatNumber } from '../format/numbers';
import { safePattern } from './patterns';
import { numberOf } from './transformations/frames';

export interface SingleValue {
  name: string;
  text: string;
  number: number | null;
  color: string | undefined;
  seriesColor: string;
  field: Field;
  trend: (number | null)[];
  /** From the first value to the last, as a share of the first; null without one. */
  change: number | null;
  links: () => DataLink[];
}

const kMost = 200;

function chosen(frame: Frame, options: Options): Column[] {
  const wanted = read.text(options, 'value_column');
  const fields = read.text(options, 'fields');
  const usable = frame.columns.filter((one) => one.field && one.field.options.hidden !== true);
  const isCalled = (one: Column, name: string): boolean =>
    one.name === name || one.field?.source === name;
  if (wanted !== undefined) return usable.filter((one) => isCalled(one, wanted)).slice(0, 1);
  if (fields !== undefined) {
    const pattern = fields.startsWith('/') ? safePattern(fields) : null;
    return usable.filter((one) => (pattern ? pattern.test(one.name) : isCalled(one, fields)));
  }
  const numbers = usable.filter((one) => one.type === 'number');
  if (options.per_series === false) return numbers.slice(0, 1);
  return numbers.length > 0 ? numbers : usable.filter((one) => one.type !== 'time').slice(0, 1);
}

export function singleValues(frames: readonly Frame[], options: Options): SingleValue[] {
  const how = read.text(options, 'reduce') ?? 'last';
  const most = read.number(options, 'limit') ?? kMost;
  return frames
    .flatMap((frame) =>
      options.values === true ? ofRows(frame, options, most) : ofColumns(frame, options, how),
    )
    .slice(0, most);
}

function ofColumns(frame: Frame, options: Options, how: string): SingleValue[] {
  const time = frame.columns.find((one) => one.type === 'time');
  return chosen(frame, options).flatMap((column): SingleValue[] => {
    const { field } = column;
    if (!field) return [];
    const order = Array.from(column.values.keys());
    if (time) order.sort((a, b) => Number(time.values[a]) - Number(time.values[b]));
    const cells = order.map((row): Cell => column.values[row] ?? null);
    const value = reduceCells(cells, how);
    const row = exactRow(order, column, value, how);
    const number = column.type === 'text' ? null : numberOf(value);
    const shown = field.show(value, row);
    const kind = reducerUnit(how);
    const trend = column.type === 'text' || !time ? [] : cells.map(numberOf);
    const first = reduceCells(cells, 'first');
    const last = reduceCells(cells, 'last');
    const change =
      typeof first === 'number' && typeof last === 'number' && first !== 0
        ? (last - first) / Math.abs(first)
        : null;
    return [
      {
        name: column.name,
        text:
          kind === 'own' || typeof value !== 'number' || field.options.unit !== undefined
            ? shown.text
            : formatNumber(value, { unit: kind }),
        number,
        color: shown.color,
        seriesColor: field.color,
        field,
        trend: trend.length > 1 ? trend : [],
        change,
        links: () => field.links(row ?? order[order.length - 1] ?? 0),
      },
    ];
  });
}

/** The row that gave the value, where it is one of them. */
function exactRow(order: number[], column: Column, value: Cell, how: string): number | undefined {
  if (!/^(?:last|first|min|max)/.test(how)) return undefined;
  const rows = how.startsWith('last') ? [...order].reverse() : order;
  return rows.find((row) => column.values[row] === value);
}

function ofRows(frame: Frame, options: Options, most: number): SingleValue[] {
  const columns = chosen(frame, options);
  const names = frame.columns.filter((one) => one.type === 'text' && !columns.includes(one));
  return Array.from({ length: Math.min(frame.rows, most) }, (_, row) => row).flatMap((row) =>
    columns.flatMap((column): SingleValue[] => {
      const { field } = column;
      if (!field) return [];
      const value = column.values[row] ?? null;
      const shown = field.show(value, row);
      const label = names
        .map((one) => one.field?.show(one.values[row] ?? null).text ?? '')
        .join(' ');
      return [
        {
          name: label === '' ? column.name : columns.length > 1 ? `${label} ${column.name}` : label,
          text: shown.text,
          number: numberOf(value),
          color: shown.color,
          seriesColor: field.color,
          field,
          trend: [],
          change: null,
          links: () => field.links(row),
        },
      ];
    }),
  );
}
