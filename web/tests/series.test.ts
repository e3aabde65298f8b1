import './page-globals';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel } from '../viewer/api/wire';
import { turned } from '../viewer/fields/colors';
import { prepare } from '../viewer/fields/prepare';
import { toLines } from '../viewer/fields/series';

test('a colour is turned around the wheel, and grey stays grey', () => {
  assert.equal(turned('#ff0000', 120, 0), '#00ff00');
  assert.equal(turned('#00ff00', -120, 0), '#ff0000');
  assert.equal(turned('#2b6cd9', 360, 0), '#2b6cd9');
  assert.equal(turned('#808080', 90, 0), '#808080');
  assert.equal(turned('#ff0000', 0, -1), '#000000');
  assert.equal(turned('#ff0000', 0, 1), '#ffffff');
});

test('a constant is its first value all the way, and keeps its values for tooltips', () => {
  const panel: Panel = {
    id: 1,
    type: 'timeseries',
    grid: { x: 0, y: 0, w: 1, h: 1 },
    options: { negative: 'constant' },
  };
  const frame = {
    name: 'A',
    rows: 4,
    truncated: false,
    columns: [
      { name: 'time', type: 'time' as const, values: [1, 2, 3, 4] },
      { name: 'limit', type: 'number' as const, values: [null, 7, 8, null] },
    ],
  };
  const context = { from: 1, to: 4, zone: 'UTC', isDark: false, variables: {} };
  const [line] = toLines(prepare(panel, [frame], context).frames).lines;
  assert.deepEqual(line?.drawn, [7, 7, 7, 7]);
  assert.deepEqual(line.values, [null, 7, 8, null]);
});
