import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compacted,
  folded,
  freePlace,
  moved,
  nudged,
  resized,
  rowOf,
  unfolded,
  type Item,
} from '../console/edit/layout';

const item = (id: number, x: number, y: number, w: number, h: number): Item => ({
  id,
  x,
  y,
  w,
  h,
  isRow: false,
});
const row = (id: number, y: number): Item => ({ id, x: 0, y, w: 24, h: 1, isRow: true });

/** "1:0,0 12x8" of each, by its id. */
const told = (items: readonly Item[] | null): string[] =>
  [...(items ?? [])]
    .sort((a, b) => a.id - b.id)
    .map(({ id, x, y, w, h }) => `${id}:${x},${y} ${w}x${h}`);

const kPair = [item(1, 0, 0, 12, 8), item(2, 12, 0, 12, 8)];
const kPile = [item(1, 0, 0, 24, 4), item(2, 0, 4, 24, 6)];

test('A panel that is made larger pushes what is below it down', () => {
  assert.deepEqual(told(resized(kPile, 1, 24, 7)), ['1:0,0 24x7', '2:0,7 24x6']);
});

test('A panel that is made wider pushes its neighbour below itself', () => {
  assert.deepEqual(told(resized(kPair, 1, 16, 8)), ['1:0,0 16x8', '2:12,8 12x8']);
});

test('A panel that is made smaller lets what is below it come up', () => {
  assert.deepEqual(told(resized(kPile, 1, 24, 2)), ['1:0,0 24x2', '2:0,2 24x6']);
});

test('No panel is wider than the grid, and none is without size', () => {
  assert.deepEqual(told(resized([item(1, 20, 0, 4, 4)], 1, 40, 0)), ['1:20,0 4x1']);
});

test('A panel that is moved beyond the edge stays at it', () => {
  assert.deepEqual(told(moved(kPair, 1, -9, -3)), told(kPair));
  assert.deepEqual(told(moved([item(1, 0, 0, 6, 4)], 1, 99, 0)), ['1:18,0 6x4']);
});

test('A panel falls up until it rests on another', () => {
  assert.deepEqual(told(moved(kPair, 2, 12, 30)), told(kPair));
  assert.deepEqual(told(moved(kPair, 2, 0, 30)), ['1:0,0 12x8', '2:0,8 12x8']);
});

test('Two panels change places when one has passed half of the other', () => {
  assert.deepEqual(told(moved(kPile, 1, 0, 2)), told(kPile));
  assert.deepEqual(told(moved(kPile, 1, 0, 4)), ['1:0,6 24x4', '2:0,0 24x6']);
  assert.deepEqual(told(moved(kPile, 2, 0, 1)), ['1:0,6 24x4', '2:0,0 24x6']);
});

test('Whatever is moved where, no two panels lie over each other', () => {
  const many = Array.from({ length: 12 }, (_, at) =>
    item(at + 1, (at * 7) % 20, at * 2, 4 + (at % 3), 3 + (at % 4)),
  );
  let items = compacted(many);
  for (let turn = 0; turn < 200; turn++) {
    const id = (turn * 5) % 12 || 1;
    items =
      turn % 3 === 0
        ? resized(items, id, 1 + (turn % 9), 1 + (turn % 6))
        : moved(items, id, (turn * 11) % 24, (turn * 7) % 40);
    for (const a of items) {
      assert.ok(a.x >= 0 && a.x + a.w <= 24 && a.y >= 0, `panel ${a.id} is within the grid`);
      for (const b of items) {
        if (a.id >= b.id) continue;
        const isApart =
          a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        assert.ok(isApart, `panels ${a.id} and ${b.id} after turn ${turn}`);
      }
    }
  }
});

test('By keyboard one step down is as far as it takes to change places', () => {
  assert.deepEqual(told(nudged(kPile, 1, 'down')), ['1:0,6 24x4', '2:0,0 24x6']);
  assert.equal(nudged(kPile, 2, 'down'), null);
  assert.equal(nudged(kPile, 1, 'up'), null);
});

test('By keyboard one step aside is one column', () => {
  assert.deepEqual(told(nudged([item(1, 0, 0, 6, 4)], 1, 'right')), ['1:1,0 6x4']);
  assert.equal(nudged([item(1, 0, 0, 6, 4)], 1, 'left'), null);
});

const kRows = [
  item(1, 0, 0, 24, 2),
  row(2, 2),
  item(3, 0, 3, 12, 5),
  row(4, 8),
  item(5, 0, 9, 12, 4),
];

test('A row takes what belongs to it along', () => {
  assert.deepEqual(told(nudged(kRows, 4, 'up')), [
    '1:0,0 24x2',
    '2:0,7 24x1',
    '3:0,8 12x5',
    '4:0,2 24x1',
    '5:0,3 12x4',
  ]);
  assert.deepEqual(told(moved(kRows, 2, 0, 8)), told(nudged(kRows, 4, 'up')));
  assert.equal(nudged(kRows, 2, 'up'), null, 'nothing goes above what stands before the first row');
});

test('What is folded away is out of the way, and comes back below its row', () => {
  const { shown, hidden } = folded(kRows, new Set([2]));
  assert.deepEqual(told(shown), ['1:0,0 24x2', '2:0,2 24x1', '4:0,3 24x1', '5:0,4 12x4']);
  assert.deepEqual(told(unfolded(shown, hidden)), told(kRows));
  const taller = unfolded(resized(shown, 1, 24, 6), hidden);
  assert.deepEqual(told(taller), [
    '1:0,0 24x6',
    '2:0,6 24x1',
    '3:0,7 12x5',
    '4:0,12 24x1',
    '5:0,13 12x4',
  ]);
});

test('A panel belongs to the row above it', () => {
  assert.equal(rowOf(kRows, 1), null);
  assert.equal(rowOf(kRows, 5)?.id, 4);
});

test('A new panel stands beside the last one where there is room, else below all', () => {
  assert.deepEqual(freePlace([item(1, 0, 0, 12, 8)], 12, 8), { x: 12, y: 0, w: 12, h: 8 });
  assert.deepEqual(freePlace(kPair, 12, 8), { x: 0, y: 8, w: 12, h: 8 });
  assert.deepEqual(freePlace([row(1, 0)], 6, 4), { x: 0, y: 1, w: 6, h: 4 });
  assert.deepEqual(freePlace([], 6, 4), { x: 0, y: 0, w: 6, h: 4 });
});
