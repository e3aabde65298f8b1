import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { dismiss, toast, toasts } from '../console/state/toasts';

const shown = (): string[] => toasts.value.map(({ text, tone }) => `${tone} ${text}`);

beforeEach(() => {
  toasts.value = [];
  mock.timers.enable();
});

afterEach(() => mock.timers.reset());

test('a new good word takes the place of the last one', () => {
  toast('Moved.');
  toast('Copied.');
  assert.deepEqual(shown(), ['good Copied.']);
});

test('what went wrong stays beside good words, and until it is closed', () => {
  toast('The network is gone.', 'bad');
  toast('Moved.');
  toast('Copied.');
  assert.deepEqual(shown(), ['bad The network is gone.', 'good Copied.']);
  mock.timers.tick(60_000);
  assert.deepEqual(shown(), ['bad The network is gone.']);
  dismiss(toasts.value[0]?.id ?? 0);
  assert.deepEqual(shown(), []);
});

test('a good word has its whole time, whenever the one before it came', () => {
  toast('Moved.');
  mock.timers.tick(5000);
  toast('Copied.');
  mock.timers.tick(5000);
  assert.deepEqual(shown(), ['good Copied.']);
  mock.timers.tick(2000);
  assert.deepEqual(shown(), []);
});

test('the same word twice stands once', () => {
  toast('The network is gone.', 'bad');
  toast('The network is gone.', 'bad');
  assert.deepEqual(shown(), ['bad The network is gone.']);
});

test('of many that went wrong the last three are shown', () => {
  for (const text of ['a', 'b', 'c', 'd']) toast(text, 'bad');
  assert.deepEqual(shown(), ['bad b', 'bad c', 'bad d']);
});
