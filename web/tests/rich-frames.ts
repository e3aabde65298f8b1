// Small results for the tests of the pictures.
import type { Cell, Column, Frame } from '../viewer/api/wire';

export function frameOf(name: string, ...columns: Column[]): Frame {
  return { name, columns, rows: columns[0]?.values.length ?? 0, truncated: false };
}

export const times = (...values: number[]): Column => ({ name: 'time', type: 'time', values });

export const numbers = (name: string, ...values: (number | null)[]): Column => ({
  name,
  type: 'number',
  values,
});

export const words = (name: string, ...values: (string | null)[]): Column => ({
  name,
  type: 'text',
  values,
});

export const flags = (name: string, ...values: Cell[]): Column => ({
  name,
  type: 'boolean',
  values,
});
