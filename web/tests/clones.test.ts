import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel } from '../viewer/api/wire';
import { unfolded } from '../viewer/data/rows';
import { fillIn } from '../viewer/panels/markdown';
import { pageId, wireId } from '../viewer/session/clones';
import { filterWords, readFilter, writeFilter } from '../viewer/variables/filter-text';

const panel = (id: number, y: number, h: number, type = 'table'): Panel => ({
  id,
  type,
  grid: { x: 0, y, w: 24, h },
});

test('a clone has one number of its own in the page, and its name on the wire', () => {
  const first = pageId(5, 'web-1');
  const second = pageId(5, 'web-2');
  assert.ok(first < 0 && second < 0 && first !== second);
  assert.equal(pageId(5, 'web-1'), first);
  assert.deepEqual(wireId(second), { id: 5, repeat: 'web-2' });
  assert.equal(pageId(5, undefined), 5);
  assert.equal(wireId(5), 5);
});

test('what a folded row owns is gone, and what is below it moves up', () => {
  const all = [
    panel(1, 0, 4),
    panel(2, 4, 1, 'row'),
    panel(3, 5, 6),
    panel(4, 11, 1, 'row'),
    panel(5, 12, 3),
    panel(6, 15, 1, 'row'),
    panel(7, 16, 2),
  ];
  const places = (folded: number[]): string[] =>
    unfolded(all, new Set(folded)).map(({ id, grid }) => `${id}@${grid.y}`);
  assert.deepEqual(places([]), ['1@0', '2@4', '3@5', '4@11', '5@12', '6@15', '7@16']);
  assert.deepEqual(places([2]), ['1@0', '2@4', '4@5', '5@6', '6@9', '7@10']);
  assert.deepEqual(places([2, 4]), ['1@0', '2@4', '4@5', '6@6', '7@7']);
  assert.deepEqual(places([6]), ['1@0', '2@4', '3@5', '4@11', '5@12', '6@15']);
});

test('a title takes values with and without braces', () => {
  const title = /\$\{?([A-Za-z_]\w*)\}?/g;
  assert.equal(
    fillIn('$host and ${host}: $5 of $hosts', { host: 'a' }, title),
    'a and a: $5 of $hosts',
  );
});

test('a filter is written as the server reads it', () => {
  const filter = { key: 'a|b', operator: '=|', values: ['x', 'y|z'] };
  assert.equal(writeFilter(filter), 'a__gfp__b|=__gfp__|x|y__gfp__z');
  assert.deepEqual(readFilter(writeFilter(filter)), filter);
  assert.equal(filterWords(filter), 'a|b is one of x, y|z');
});
