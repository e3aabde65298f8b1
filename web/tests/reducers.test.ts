import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDecimals } from '../viewer/data/frames';
import { reduceCells } from '../viewer/data/reducers';

const values = [3, null, 1, 4, 4, 0];

test('many values become one', () => {
  const expected: [string, unknown][] = [
    ['last', 0],
    ['lastNotNull', 0],
    ['first', 3],
    ['sum', 12],
    ['mean', 2.4],
    ['min', 0],
    ['max', 4],
    ['logmin', 1],
    ['median', 3],
    ['range', 4],
    ['count', 5],
    ['countAll', 6],
    ['diff', -3],
    ['diffperc', -1],
    ['delta', 4],
    ['step', -4],
    ['changeCount', 4],
    ['distinctCount', 5],
    ['allIsZero', 0],
    ['allIsNull', 0],
    ['p99', 4],
    ['p50', 3],
    ['no such', null],
  ];
  for (const [how, result] of expected) assert.equal(reduceCells(values, how), result, how);
  assert.equal(reduceCells([2, 4, 4, 4, 5, 5, 7, 9], 'stdDev'), 2);
  assert.equal(reduceCells([2, 4, 4, 4, 5, 5, 7, 9], 'variance'), 4);
});

test('a counter that starts anew goes on from zero', () => {
  assert.equal(reduceCells([10, 15, 2, 4], 'delta'), 9);
});

test('nothing stays nothing', () => {
  for (const how of [
    'last',
    'sum',
    'mean',
    'min',
    'max',
    'median',
    'stdDev',
    'p95',
    'diff',
    'delta',
  ]) {
    assert.equal(reduceCells([null, null], how), null, how);
  }
  assert.equal(reduceCells([null], 'count'), 0);
  assert.equal(reduceCells([null], 'allIsNull'), 1);
  assert.equal(reduceCells(['a', null, 'b'], 'last'), 'b');
});

test('numbers as text stand in the order of their digits', () => {
  assert.ok(compareDecimals('9007199254740993', '9007199254740992') > 0);
  assert.ok(compareDecimals('-9007199254740993', '-9007199254740992') < 0);
  assert.ok(compareDecimals('10', '9.99') > 0);
  assert.ok(compareDecimals('0.1', '0.10000000000000000001') < 0);
  assert.ok(compareDecimals('-1', '1') < 0);
  assert.equal(compareDecimals(undefined, '1'), 0);
});
