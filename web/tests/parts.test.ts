import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel } from '../viewer/api/wire';
import { Parts, partsOf, type PanelPart } from '../viewer/state/parts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const panel = (type: string): Panel => ({ id: 1, type, grid: { x: 0, y: 0, w: 1, h: 1 } });

test('a plain panel needs no part, and a gauge needs one', () => {
  assert.deepEqual(partsOf(panel('timeseries')), []);
  assert.deepEqual(partsOf(panel('gauge')), ['rich']);
  assert.deepEqual(partsOf(panel('state-timeline')), ['rich']);
  assert.deepEqual(partsOf(panel('engauge')), []);
});

test('a part is loaded once, whoever asks for it', async () => {
  let loads = 0;
  const part: PanelPart = { pictures: {} };
  const parts = new Parts(() => {
    loads++;
    return Promise.resolve(part);
  });
  assert.equal(parts.get('rich'), 'loading');
  assert.equal(parts.get('rich'), 'loading');
  await settled();
  assert.equal(parts.get('rich'), part);
  parts.retry('rich');
  assert.equal(loads, 1);
});

test('a part that failed is asked for again only when somebody wants it, under another address', async () => {
  const attempts: number[] = [];
  const part: PanelPart = {};
  const parts = new Parts((_, attempt) => {
    attempts.push(attempt);
    return attempts.length < 3 ? Promise.reject(new Error('offline')) : Promise.resolve(part);
  });
  parts.get('rich');
  await settled();
  assert.equal(parts.get('rich'), 'failed');
  parts.retry('rich');
  assert.equal(parts.get('rich'), 'loading');
  parts.retry('rich');
  await settled();
  assert.equal(parts.get('rich'), 'failed');
  parts.retry('rich');
  await settled();
  assert.equal(parts.get('rich'), part);
  assert.deepEqual(attempts, [0, 1, 2]);
});
