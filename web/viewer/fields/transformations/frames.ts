// What the transformations have in common: making frames, finding columns, keeping to bounds.
import type { Cell, Column, ColumnType, Frame } from '../../api/wire';
import type { Options } from '../../data/options';
import { safePattern } from '../patterns';

/** What a page can still draw; more is cut off and said. */
export const kMostRows = 50_000;
export const kMostColumns = 500;

export type Transform = (frames: Frame[], options: Options) => Frame[];

export function frameOf(name: string, columns: Column[], truncated = false): Frame {
  const rows = columns[0]?.values.length ?? 0;
  const isLong = rows > kMostRows;
  const kept = columns.slice(0, kMostColumns);
  return {
    name,
    columns: isLong
      ? kept.map((column) => ({ ...column, values: column.values.slice(0, kMostRows) }))
      : kept,
    rows: Math.min(rows, kMostRows),
    truncated: truncated || isLong || columns.length > kMostColumns,
  };
}

export function column(name: string, type: ColumnType, values: Cell[]): Column {
  return { name, type, values };
}

/** The same rows of every column, with what a double cannot hold. */
export function takeRows(frame: Frame, rows: readonly number[]): Frame {
  return frameOf(
    frame.name,
    frame.columns.map((one) => takeCells(one, rows)),
    frame.truncated,
  );
}

export function takeCells(one: Column, rows: readonly number[]): Column {
  const { exact, ...rest } = one;
  const taken: Column = { ...rest, values: rows.map((row) => one.values[row] ?? null) };
  if (!exact) return taken;
  const texts: Record<string, string> = {};
  rows.forEach((row, index) => {
    const text = exact[row];
    if (text !== undefined) texts[index] = text;
  });
  return { ...taken, exact: texts };
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

export function object(value: unknown): Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Options)
    : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or a number as one; else `otherwise`. */
export function word(value: unknown, otherwise = ''): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
}

export function names(value: unknown): string[] {
  return list(value).filter((item): item is string => typeof item === 'string');
}

export function typeOf(values: readonly Cell[]): ColumnType {
  const first = values.find((value) => value !== null);
  if (typeof first === 'number') return 'number';
  if (typeof first === 'boolean') return 'boolean';
  return 'text';
}

export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A column is called by its name, or by its name with its labels. */
export function isCalled(one: Column, name: string): boolean {
  return one.name === name || one.field?.title === name;
}

export function find(frame: Frame, name: unknown): Column | undefined {
  return typeof name === 'string'
    ? frame.columns.find((candidate) => isCalled(candidate, name))
    : undefined;
}

export function timeOf(frame: Frame): Column | undefined {
  return frame.columns.find((candidate) => candidate.type === 'time');
}

/** Which columns a Grafana matcher means; null for a matcher that is not known here. */
export function columnMatcher(matcher: unknown): ((one: Column, frame: Frame) => boolean) | null {
  const { id, options } = object(matcher);
  switch (id) {
    case 'byName':
      return (one) => isCalled(one, String(options));
    case 'byNames': {
      const wanted = names(object(options).names ?? options);
      const isOut = object(options).mode === 'exclude';
      return (one) => wanted.some((name) => isCalled(one, name)) !== isOut;
    }
    case 'byRegexp': {
      const pattern = safePattern(String(options));
      return pattern ? (one) => pattern.test(one.name.slice(0, 512)) : () => false;
    }
    case 'byRegexpOrNames': {
      const wanted = names(object(options).names);
      const pattern = safePattern(word(object(options).pattern));
      return (one) =>
        wanted.includes(one.name) ||
        (object(options).pattern !== undefined && pattern?.test(one.name.slice(0, 512)) === true);
    }
    case 'byType':
      return (one) => one.type === kTypes[String(options)];
    case 'byTypes':
      return (one) => names(options).some((type) => kTypes[type] === one.type);
    case 'byFrameRefID':
    case 'byRefId':
      return (_, frame) => frame.name === options;
    case 'numeric':
      return (one) => one.type === 'number';
    case 'time':
      return (one) => one.type === 'time';
    case 'first':
      return (one, frame) => frame.columns[0] === one;
    case 'firstTimeField':
      return (one, frame) => timeOf(frame) === one;
    default:
      return null;
  }
}

const kTypes: Record<string, ColumnType> = {
  number: 'number',
  string: 'text',
  text: 'text',
  time: 'time',
  boolean: 'boolean',
};

/** Says why a panel shows its data untransformed. */
export class Unsupported extends Error {}
