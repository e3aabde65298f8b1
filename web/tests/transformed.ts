// Tables and steps for tests of transformations.
import assert from 'node:assert/strict';
import type { Cell, Column, Frame, Transformation } from '../viewer/api/wire';
import { applyTransformations } from '../viewer/fields/transformations/apply';

export const text = (name: string, ...values: Cell[]): Column => ({ name, type: 'text', values });
export const number = (name: string, ...values: Cell[]): Column => ({
  name,
  type: 'number',
  values,
});
export const time = (...values: Cell[]): Column => ({ name: 'Time', type: 'time', values });
export const frame = (name: string, ...columns: Column[]): Frame => ({
  name,
  columns,
  rows: columns[0]?.values.length ?? 0,
  truncated: false,
});

/** As `{column: values}` of each table. */
export function done(frames: Frame[], ...list: Transformation[]): Record<string, Cell[]>[] {
  const { frames: made, trouble } = applyTransformations(frames, list);
  assert.equal(trouble, null);
  return made.map((one) => {
    assert.ok(one.columns.every((column) => column.values.length === one.rows));
    return Object.fromEntries(one.columns.map((column) => [column.name, column.values]));
  });
}
export const one = (id: string, options: Record<string, unknown> = {}): Transformation => ({
  id,
  options,
});
