import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Column, Frame } from '../viewer/api/wire';
import {
  isOutside,
  niceTicks,
  reduce,
  sortedRows,
  stacked,
  toCategories,
  toSingles,
  toTimeSeries,
} from '../viewer/data/frames';
import { thresholdColor, thresholds } from '../viewer/data/options';
import { movedIndex, nextSort, toggleHidden } from '../viewer/data/interaction';
import { sparklinePath } from '../viewer/data/sparkline';
import { toggled } from '../viewer/menus/toggled';

function frameOf(name: string, ...columns: Column[]): Frame {
  return { name, columns, rows: columns[0]?.values.length ?? 0, truncated: false };
}
const time = (...values: number[]): Column => ({ name: 'time', type: 'time', values });
const numbers = (name: string, ...values: (number | null)[]): Column => ({
  name,
  type: 'number',
  values,
});
const words = (name: string, ...values: string[]): Column => ({ name, type: 'text', values });

test('a text column splits the values into series', () => {
  const frame = frameOf('A', time(1, 1, 2), words('who', 'x', 'y', 'x'), numbers('n', 10, 20, 30));
  assert.deepEqual(toTimeSeries([frame], {}), {
    times: [1, 2],
    series: [
      { name: 'x', values: [10, 30] },
      { name: 'y', values: [20, null] },
    ],
    left: 0,
  });
});

test('several queries share one x, and equal names are told apart', () => {
  const result = toTimeSeries(
    [frameOf('A', time(1, 3), numbers('n', 1, 3)), frameOf('B', time(2), numbers('n', 2))],
    {},
  );
  assert.deepEqual(result.times, [1, 2, 3]);
  assert.deepEqual(
    result.series.map((series) => [series.name, series.values]),
    [
      ['A · n', [1, null, 3]],
      ['B · n', [null, 2, null]],
    ],
  );
});

test('chosen columns win over guesses', () => {
  const frame = frameOf('A', time(1), numbers('a', 1), numbers('b', 2));
  const { series } = toTimeSeries([frame], { value_columns: ['b', 'gone'] });
  assert.deepEqual(series, [{ name: 'b', values: [2] }]);
});

test('a frame without time gives no series', () => {
  assert.equal(toTimeSeries([frameOf('A', numbers('n', 1))], {}).series.length, 0);
});

test('stacking sums from below and keeps common gaps', () => {
  const sums = stacked([
    { name: 'a', values: [1, null, null] },
    { name: 'b', values: [2, 5, null] },
  ]);
  assert.deepEqual(sums, [
    [1, null, null],
    [3, 5, null],
  ]);
});

test('single values by every reduction', () => {
  const values = [null, 2, 8, 5, null];
  const results = (['first', 'last', 'sum', 'mean', 'min', 'max'] as const).map((how) =>
    reduce(values, how),
  );
  assert.deepEqual(results, [2, 5, 15, 5, 2, 8]);
  assert.equal(reduce([null], 'sum'), null);
});

test('a stat keeps its trend in order of time', () => {
  const [single] = toSingles([frameOf('A', time(3, 1, 2), numbers('n', 30, 10, 20))], {
    reduce: 'max',
  });
  assert.deepEqual(single, { name: 'n', value: 30, text: null, trend: [10, 20, 30] });
});

test('bars sort by their sum and say what they left out', () => {
  const frame = frameOf(
    'A',
    words('k', 'a', 'b', 'c'),
    numbers('x', 1, 5, 3),
    numbers('y', 1, 0, 9),
  );
  const result = toCategories(frame, { sort: 'desc', limit: 2 });
  assert.deepEqual(result?.labels, ['c', 'b']);
  assert.equal(result.left, 1);
});

test('tables sort by number and by language, with the missing last both ways', () => {
  const frame = frameOf('A', numbers('n', 10, null, 9), words('t', 'b10', 'b9', 'a'));
  assert.deepEqual(sortedRows(frame, { column: 'n', direction: 'asc' }), [2, 0, 1]);
  assert.deepEqual(sortedRows(frame, { column: 'n', direction: 'desc' }), [0, 2, 1]);
  assert.deepEqual(sortedRows(frame, { column: 't', direction: 'asc' }, 'en'), [2, 1, 0]);
  assert.deepEqual(sortedRows(frame, null), [0, 1, 2]);
});

test('a click on a head sorts numbers down and texts up, then turns around', () => {
  assert.deepEqual(nextSort(null, numbers('n')), { column: 'n', direction: 'desc' });
  assert.deepEqual(nextSort(null, words('t')), { column: 't', direction: 'asc' });
  const turned = nextSort({ column: 'n', direction: 'desc' }, numbers('n'));
  assert.deepEqual(turned, { column: 'n', direction: 'asc' });
});

test('axis marks are round and enclose the values', () => {
  assert.deepEqual(niceTicks(0, 97, 5), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(niceTicks(-3, 7, 4), [-5, -2.5, 0, 2.5, 5, 7.5]);
  assert.deepEqual(niceTicks(0, 3000, 3, [512, 1024, 2048]), [0, 1024, 2048, 3072]);
  assert.deepEqual(niceTicks(0, 0, 3).length >= 2, true);
});

test('thresholds colour from the highest one reached', () => {
  const list = thresholds({
    thresholds: [
      { value: 80, color: 'red' },
      { value: null, color: 'green' },
    ],
  });
  assert.equal(thresholdColor(list, 12), 'green');
  assert.equal(thresholdColor(list, 80), 'red');
  assert.equal(thresholdColor(list, null), undefined);
});

test('the legend hides one, shows one alone, and never hides all', () => {
  const names = ['a', 'b', 'c'];
  assert.deepEqual([...toggleHidden(names, new Set(), 'a', false)], ['a']);
  assert.deepEqual([...toggleHidden(names, new Set(), 'a', true)], ['b', 'c']);
  assert.deepEqual([...toggleHidden(names, new Set(['b', 'c']), 'a', true)], []);
  assert.deepEqual([...toggleHidden(names, new Set(['a', 'b']), 'c', false)], []);
});

test('arrow keys walk along the points and stop at the ends', () => {
  assert.equal(movedIndex('ArrowRight', null, 3), 0);
  assert.equal(movedIndex('ArrowRight', 2, 3), 2);
  assert.equal(movedIndex('ArrowLeft', 0, 3), 0);
  assert.equal(movedIndex('Escape', 1, 3), null);
  assert.equal(movedIndex('a', 1, 3), undefined);
});

test('choosing “All” and single values exclude each other', () => {
  const variable = {
    name: 'v',
    type: 'list' as const,
    mode: 'free' as const,
    value: [],
    multi: true,
  };
  assert.deepEqual(toggled(variable, ['a', 'b'], '*'), ['*']);
  assert.deepEqual(toggled(variable, ['*'], 'a'), ['a']);
  assert.deepEqual(toggled(variable, ['a', 'b'], 'a'), ['b']);
  assert.deepEqual(toggled({ ...variable, multi: false }, ['a'], 'b'), ['b']);
});

test('a sparkline of one point has no line', () => {
  assert.deepEqual(sparklinePath([null, 4]), { line: '', area: '' });
  assert.match(sparklinePath([1, 2]).line, /^M0\.00 28\.00L100\.00 3\.00$/);
});

test('Values that all lie beside the range, or are none, leave nothing to see', () => {
  const of = (...values: (number | null)[]): { values: (number | null)[] }[] => [{ values }];
  assert.equal(isOutside(of(1, 2, 3), [10, 20, 30], 15, 100), false);
  assert.equal(isOutside(of(1, 2, 3), [10, 20, 30], 50, 100), true);
  assert.equal(isOutside(of(1, 2, 3), [10, 20, 30], 0, 9), true);
  // A line from the one to the other goes through the range.
  assert.equal(isOutside(of(1, 2, 3), [10, 20, 30], 21, 29), false);
  // The last bar reaches as far as the one before it.
  assert.equal(isOutside(of(1, 2, 3), [10, 20, 30], 35, 100), false);
  assert.equal(isOutside(of(1, null, null), [10, 20, 30], 15, 100), true);
  assert.equal(isOutside([...of(null, null), ...of(null, 5)], [10, 20], 15, 100), false);
  assert.equal(isOutside(of(null, null), [10, 20], 0, 100), true);
  assert.equal(isOutside([], [], 0, 100), true);
  // No range is none to be outside of.
  assert.equal(isOutside(of(1), [10], 0, 0), false);
});
