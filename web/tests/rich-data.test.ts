import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBins } from '../viewer/rich/bins';
import { bandsOf, scaleOf, shareOf } from '../viewer/rich/scale';
import { roundSize, seriesValues, spanOf, toCells, usualStep } from '../viewer/rich/heat-cells';
import { levelOf, pretty, signature, toLines } from '../viewer/rich/log-lines';
import { logTime } from '../viewer/rich/log-time';
import { toItems } from '../viewer/rich/singles';
import { distinctValues, durationText, toStateRows } from '../viewer/rich/states';
import { flags, frameOf, numbers, times, words } from './rich-frames';

const kHour = 3_600_000;
const kAll = { from: 0, to: 0 };

// -- single values ---------------------------------------------------------------------------------

test('rows with names and without times are values of their own', () => {
  const frame = frameOf('A', words('city', 'Rome', 'Oslo'), numbers('n', 3, 4));
  assert.deepEqual(
    toItems([frame], {}).items.map(({ name, value }) => [name, value]),
    [
      ['Rome', 3],
      ['Oslo', 4],
    ],
  );
  assert.deepEqual(
    toItems([frame], { values: false, reduce: 'sum' }).items.map(({ name, value }) => [
      name,
      value,
    ]),
    [['n', 7]],
  );
});

test('series are reduced one by one, split by a column of names', () => {
  const frame = frameOf(
    'A',
    times(2, 1, 1, 2),
    words('host', 'a', 'a', 'b', 'b'),
    numbers('cpu', 20, 10, 30, null),
  );
  assert.deepEqual(
    toItems([frame], {}).items.map(({ name, value }) => [name, value]),
    [
      ['a', 20],
      ['b', 30],
    ],
  );
});

test('number columns without names are values each, and texts stay texts', () => {
  const frame = frameOf('A', numbers('x', 1, 2), numbers('y', 5, 7));
  assert.deepEqual(
    toItems([frame], { reduce: 'max' }).items.map(({ name, value }) => [name, value]),
    [
      ['x', 2],
      ['y', 7],
    ],
  );
  const text = toItems([frameOf('A', words('state', 'up', 'down'))], {}).items[0];
  assert.ok(text);
  assert.equal(text.text, 'down');
  assert.equal(text.value, null);
});

test('values beyond the limit are counted', () => {
  const frame = frameOf('A', words('n', 'a', 'b', 'c'), numbers('v', 1, 2, 3));
  const { items, left } = toItems([frame], { limit: 2 });
  assert.deepEqual([items.length, left], [2, 1]);
});

test('a scale is the options’, or a round one around the values and thresholds', () => {
  assert.deepEqual(scaleOf({}, [73]), { min: 0, max: 80 });
  assert.deepEqual(scaleOf({ unit: 'percent' }, [73]), { min: 0, max: 100 });
  assert.deepEqual(scaleOf({ min: -10, max: 10 }, [3]), { min: -10, max: 10 });
  assert.deepEqual(scaleOf({}, [-3, 4]), { min: -3, max: 4 });
  assert.deepEqual(scaleOf({}, [null]), { min: 0, max: 1 });
  assert.equal(shareOf(200, { min: 0, max: 100 }), 1);
  assert.equal(shareOf(-1, { min: 0, max: 100 }), 0);
});

test('bands cover the scale without gaps', () => {
  const thresholds = [
    { value: null, color: 'green' },
    { value: 70, color: '#ffaa00' },
    { value: 200, color: 'red' },
  ];
  const bands = bandsOf({ thresholds }, { min: 0, max: 100 });
  assert.deepEqual(
    bands.map(({ from, to }) => [from, to]),
    [
      [0, 70],
      [70, 100],
    ],
  );
});

// -- heatmap ---------------------------------------------------------------------------------------

test('counts up to a bound become counts between bounds', () => {
  const frame = frameOf(
    'A',
    times(0, 10),
    numbers('+Inf', 9, 5),
    numbers('0.5', 7, 5),
    numbers('0.1', 2, 1),
  );
  const cells = toCells([frame], {}, kAll);
  assert.ok(cells);
  assert.deepEqual(cells.counts, [
    [2, 1],
    [5, 4],
    [2, 0],
  ]);
  assert.deepEqual(cells.buckets[2], { name: '+Inf', from: 0.5, to: null });
  assert.deepEqual(cells.times, [0, 10, 20]);
});

test('the bound stands in a label where the column is called otherwise', () => {
  const labelled = (le: string, ...values: number[]) => ({
    ...numbers(`p{le="${le}"}`, ...values),
    labels: { le },
  });
  const cells = toCells([frameOf('A', times(0), labelled('+Inf', 3), labelled('1', 1))], {}, kAll);
  assert.deepEqual(cells?.counts, [[1], [2]]);
});

test('buckets that do not grow are counts already, and names stay names', () => {
  const cells = toCells([frameOf('A', times(0), numbers('1', 4), numbers('+Inf', 2))], {}, kAll);
  assert.deepEqual(cells?.counts, [[4], [2]]);
  const named = toCells(
    [frameOf('A', times(0), numbers('small', 4), numbers('large', 2))],
    {},
    kAll,
  );
  assert.deepEqual(named?.buckets[0], { name: 'small', from: null, to: null });
});

test('raw values are counted into cells of time and value', () => {
  const frame = frameOf('A', times(0, kHour / 2, kHour, kHour), numbers('v', 1, 1.5, 7, 7.5));
  const cells = toCells(
    [frame],
    { calculate: true, x_bucket_size: '1h', y_bucket_size: 5 },
    { from: 0, to: 2 * kHour },
  );
  assert.ok(cells);
  assert.deepEqual(cells.counts, [
    [2, 0],
    [0, 2],
  ]);
  assert.deepEqual(
    cells.buckets.map(({ from, to }) => [from, to]),
    [
      [0, 5],
      [5, 10],
    ],
  );
});

test('buckets on a logarithmic scale are powers', () => {
  const frame = frameOf('A', times(0, 1, 2), numbers('v', 1, 10, 950));
  const cells = toCells([frame], { calculate: true, y_scale: 'log10' }, { from: 0, to: 3 });
  assert.ok(cells);
  const bounds = cells.buckets.map(({ to }) => to ?? 0);
  assert.equal(bounds.length % 3, 0);
  assert.ok(Math.abs((bounds[bounds.length - 1] ?? 0) - 1000) < 1e-6);
  assert.equal(
    cells.counts.flat().reduce<number>((sum, count) => sum + (count ?? 0), 0),
    3,
  );
});

test('a tiny bucket size cannot ask for millions of cells', () => {
  const frame = frameOf('A', times(0, 1), numbers('v', 0, 1e9));
  const cells = toCells(
    [frame],
    { calculate: true, y_bucket_size: 0.001, x_bucket_size: '1ms' },
    { from: 0, to: 86_400_000 },
  );
  assert.ok(cells);
  assert.ok(cells.counts.length <= 201);
  assert.ok(cells.times.length <= 502);
});

test('nothing to draw is said, not drawn', () => {
  assert.equal(toCells([frameOf('A', numbers('v', 1))], {}, kAll), null);
  assert.equal(toCells([frameOf('A', times(1))], {}, kAll), null);
});

test('the usual step is not that of a gap', () => {
  assert.equal(usualStep([0, 10, 20, 90, 100]), 10);
  assert.equal(usualStep([5]), 60_000);
  assert.equal(spanOf('5m'), 300_000);
  assert.equal(spanOf('0m'), undefined);
  assert.equal(spanOf('soon'), undefined);
});

// -- histogram -------------------------------------------------------------------------------------

test('every value falls into one bin, the greatest too', () => {
  const bins = toBins([{ name: 'A', values: [0, 4.9, 5, 10] }], { bucket_size: 5 });
  assert.ok(bins);
  assert.deepEqual(bins.series[0]?.counts, [2, 1, 1]);
  assert.equal(bins.start, 0);
  assert.equal(toBins([], {}), null);
});

test('the size of bins is round, and series may be taken as one', () => {
  assert.equal(roundSize(3.2), 5);
  assert.equal(roundSize(0.21), 0.25);
  assert.equal(roundSize(0), 1);
  const bins = toBins(
    [
      { name: 'A', values: [1] },
      { name: 'B', values: [1, 2] },
    ],
    { combine: true, bucket_size: 1 },
  );
  assert.deepEqual(bins?.series, [{ name: 'All', counts: [2, 1] }]);
});

test('series of a result give their numbers with or without times', () => {
  const timed = frameOf('A', times(1, 2), words('who', 'x', 'y'), numbers('n', 3, 4));
  assert.deepEqual(
    seriesValues([timed], {}).map(({ name, values }) => [name, values]),
    [
      ['x', [3]],
      ['y', [4]],
    ],
  );
  assert.deepEqual(seriesValues([frameOf('B', numbers('n', 1, null))], {}), [
    { name: 'n', values: [1] },
  ]);
});

// -- logs ------------------------------------------------------------------------------------------

test('newest lines come first, and equal times keep their order', () => {
  const frame = frameOf('A', times(1, 3, 3), words('line', 'a', 'b', 'c'));
  const said = (options: object): string[] =>
    toLines([frame], { ...options }).lines.map((line) => line.message);
  assert.deepEqual(said({}), ['b', 'c', 'a']);
  assert.deepEqual(said({ sort_order: 'ascending' }), ['a', 'b', 'c']);
});

test('levels are found in their column or in the line', () => {
  assert.equal(levelOf('WARN', ''), 'warning');
  assert.equal(levelOf('Fatal', ''), 'critical');
  assert.equal(levelOf('purple', 'error'), 'unknown');
  assert.equal(levelOf(undefined, 'ts=1 level=error msg=x'), 'error');
  assert.equal(levelOf(undefined, '[info] started'), 'info');
  assert.equal(levelOf(undefined, 'no word of it'), 'unknown');
});

test('lines alike in a row become one with their count', () => {
  const frame = frameOf(
    'A',
    times(1, 2, 3, 4),
    words('line', 'took 3 s', 'took 4 s', 'x', 'took 5 s'),
  );
  const counts = (dedup: string): number[] =>
    toLines([frame], { dedup, sort_order: 'ascending' }).lines.map((line) => line.count);
  assert.deepEqual(counts('none'), [1, 1, 1, 1]);
  assert.deepEqual(counts('exact'), [1, 1, 1, 1]);
  assert.deepEqual(counts('numbers'), [2, 1, 1]);
  assert.equal(signature('a=1, b=2', 'signature'), '=, =');
});

test('other columns are labels, a JSON object many, and common ones are found', () => {
  const frame = frameOf(
    'A',
    times(1, 2),
    words('line', 'a', 'b'),
    words('labels', '{"app":"shop","pod":"1"}', '{"app":"shop","pod":"2"}'),
  );
  const { lines, common } = toLines([frame], {});
  assert.deepEqual(lines[0]?.labels, [
    { name: 'app', value: 'shop' },
    { name: 'pod', value: '2' },
  ]);
  assert.deepEqual(common, [{ name: 'app', value: 'shop' }]);
});

test('JSON is written over lines only where it is JSON', () => {
  assert.equal(pretty('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(pretty('{oops'), '{oops');
  assert.equal(pretty('17'), '17');
});

test('the time of a line is as wide for each', () => {
  assert.deepEqual(logTime(Date.UTC(2026, 0, 5, 3, 4, 5, 7), 'UTC'), {
    day: '2026-01-05',
    clock: '03:04:05.007',
  });
});

// -- states ----------------------------------------------------------------------------------------

test('equal states in a row are one, and a null ends a state', () => {
  const frame = frameOf('A', times(0, 10, 20, 30, 40), words('state', 'a', 'a', null, 'a', 'b'));
  assert.deepEqual(toStateRows([frame], {}, 50, true).rows, [
    {
      name: 'state',
      states: [
        { from: 0, to: 20, value: 'a' },
        { from: 30, to: 40, value: 'a' },
        { from: 40, to: 50, value: 'b' },
      ],
    },
  ]);
  assert.equal(toStateRows([frame], {}, 50, false).rows[0]?.states.length, 4);
});

test('a column of names makes rows, and several columns of states too', () => {
  const split = frameOf(
    'A',
    times(0, 0, 10),
    words('who', 'x', 'y', 'x'),
    words('state', 'a', 'b', 'c'),
  );
  assert.deepEqual(
    toStateRows([split], {}, 20, true).rows.map(({ name, states }) => [name, states.length]),
    [
      ['x', 2],
      ['y', 1],
    ],
  );
  const side = frameOf('A', times(0, 10), words('one', 'a', 'b'), words('two', 'c', 'c'));
  assert.deepEqual(
    toStateRows([side], {}, 20, true).rows.map(({ name, states }) => [name, states.length]),
    [
      ['one', 2],
      ['two', 1],
    ],
  );
});

test('values that belong together are one state', () => {
  const frame = frameOf('A', times(0, 10, 20), numbers('n', 1, 2, 90));
  const { rows } = toStateRows([frame], {}, 30, true, (value) => (Number(value) < 50 ? 0 : 50));
  assert.deepEqual(rows[0]?.states, [
    { from: 0, to: 20, value: 0 },
    { from: 20, to: 30, value: 50 },
  ]);
});

test('flags are states, and each different value counts once', () => {
  const frame = frameOf('A', times(0, 10, 20), flags('up', true, false, true));
  assert.deepEqual(distinctValues(toStateRows([frame], {}, 30, true).rows), [true, false]);
});

test('a duration says its two greatest parts', () => {
  assert.equal(durationText(90_061_000), '1 d 1 h');
  assert.equal(durationText(5_400_000), '1 h 30 min');
  assert.equal(durationText(0), '0 s');
});
