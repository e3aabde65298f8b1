import assert from 'node:assert/strict';
import { test } from 'node:test';
import './page-globals';
import type { Cell, Column, Frame, Panel } from '../viewer/api/wire';
import { prepare } from '../viewer/fields/prepare';
import { stackLines, toLines } from '../viewer/fields/series';

const context = { from: 0, to: 10, zone: 'UTC', isDark: false, variables: {} };
const frame = (name: string, ...columns: Column[]): Frame => ({
  name,
  columns,
  rows: columns[0]?.values.length ?? 0,
  truncated: false,
});
const time = (...values: Cell[]): Column => ({ name: 't', type: 'time', values });
const number = (name: string, ...values: Cell[]): Column => ({ name, type: 'number', values });
const panel = (members: Partial<Panel>): Panel => ({
  id: 1,
  type: 'timeseries',
  grid: { x: 0, y: 0, w: 1, h: 1 },
  ...members,
});
const columnsOf = (one: Panel, ...frames: Frame[]): Column[] =>
  prepare(one, frames, context).frames.flatMap((made) => made.columns);

test('a later override wins, and finds columns by name, pattern, type, query and value', () => {
  const data = frame('A', time(1, 2), number('cpu a', 1, 2), number('cpu b', 0, 0));
  const decimals = (by: string, value: unknown): unknown[] =>
    columnsOf(
      panel({ type: 'table', overrides: [{ match: { by, value }, set: { decimals: 3 } }] }),
      data,
    ).map((one) => one.field?.options.decimals);
  assert.deepEqual(decimals('name', 'cpu a'), [undefined, 3, undefined]);
  assert.deepEqual(decimals('regexp', '/CPU/i'), [undefined, 3, 3]);
  assert.deepEqual(decimals('type', 'time'), [3, undefined, undefined]);
  assert.deepEqual(decimals('query', 'A'), [undefined, 3, 3]);
  assert.deepEqual(decimals('names', ['cpu b']), [undefined, undefined, 3]);
  const isZero = { reducer: 'max', op: 'eq', value: 0 };
  assert.deepEqual(decimals('value', isZero), [undefined, undefined, 3]);
});

test('series of a long table are found by their own names', () => {
  const long: Frame = frame(
    'A',
    time(1, 1),
    { name: 'host', type: 'text', values: ['a', 'b'] },
    number('v', 5, 6),
  );
  const set = { display_name: 'Host ${__field.labels.host}' };
  const made = columnsOf(panel({ overrides: [{ match: { by: 'name', value: 'b' }, set }] }), long);
  assert.deepEqual(
    made.map((one) => one.name),
    ['t', 'a', 'Host b'],
  );
});

test('mappings, thresholds and what is missing', () => {
  const options = {
    no_value: 'none',
    thresholds_mode: 'percentage',
    min: 0,
    max: 10,
    thresholds: [
      { value: null, color: '#111111' },
      { value: 50, color: '#222222' },
    ],
    mappings: [
      { type: 'range', from: 8, to: null, text: 'full', color: '#333333' },
      { type: 'special', match: 'null', text: '' },
    ],
  };
  const [, one] = columnsOf(panel({ options }), frame('A', time(1), number('v', 1)));
  const show = (value: Cell): unknown[] => {
    const shown = one?.field?.show(value);
    return [shown?.text, shown?.color];
  };
  assert.deepEqual(show(1), ['1', '#111111']);
  assert.deepEqual(show(5), ['5', '#222222']);
  assert.deepEqual(show(9), ['full', '#333333']);
  assert.deepEqual(show(null), ['none', undefined]);
});

test('hidden queries are there for the transformations only', () => {
  const frames = [frame('A', time(1), number('a', 1)), frame('B', time(1), number('b', 2))];
  const names = (one: Panel): string[] => columnsOf(one, ...frames).map(({ name }) => name);
  assert.deepEqual(names(panel({ hidden: ['B'] })), ['t', 'a']);
  const join = [{ id: 'joinByField', options: {} }];
  assert.deepEqual(names(panel({ hidden: ['B'], transformations: join })), ['t', 'a', 'b']);
});

test('stacks add up, in percent to one; turned series stand by themselves', () => {
  const data = frame('A', time(1, 2), number('a', 1, null), number('b', 3, 4), number('c', 2, 2));
  const drawn = (options: Record<string, unknown>): unknown =>
    stackLines(
      toLines(
        prepare(
          panel({
            options,
            overrides: [{ match: { by: 'name', value: 'c' }, set: { negative: 'negative-Y' } }],
          }),
          [data],
          context,
        ).frames,
      ).lines,
    ).lines.map((line) => [line.name, line.drawn]);
  assert.deepEqual(drawn({ stack: true }), [
    ['b', [4, 4]],
    ['a', [1, 0]],
    ['c', [-2, -2]],
  ]);
  assert.deepEqual(drawn({ stack: true, stack_mode: 'percent' }), [
    ['b', [1, 1]],
    ['a', [0.25, 0]],
    ['c', [-1, -1]],
  ]);
});

test('gaps are bridged up to their length; times of another query make none', () => {
  const minute = 60_000;
  const gap = frame('A', time(0, minute, 2 * minute, 9 * minute), number('a', 1, null, 3, null));
  const other = frame('B', time(minute / 2), number('b', 7));
  const one = panel({ options: { connect_up_to: '5m' } });
  const { lines } = toLines(prepare(one, [gap, other], context).frames);
  assert.deepEqual(lines[0]?.drawn, [1, undefined, undefined, 3, null]);
  assert.deepEqual(lines[1]?.drawn, [undefined, 7, undefined, undefined, undefined]);
});
