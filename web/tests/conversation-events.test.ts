import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookerFrame, quiet } from './looker-frame';
import { detail, kPageChanged, opened } from './looker-telling';

test('a dashboard tells the whole story of its first run, in order', async () => {
  const frame = await opened();
  assert.deepEqual(frame.host.log[0], { action: 1, data: {} });
  assert.deepEqual(frame.host.events, [
    'page:changed',
    'dashboard:loaded',
    'dashboard:run:start',
    'dashboard:tile:start',
    'dashboard:tile:start',
    'dashboard:tile:complete',
    'dashboard:tile:complete',
    'dashboard:run:complete',
  ]);
  // The SDK reads the page from the second telling.
  frame.clock.advance(200);
  await quiet();
  assert.equal(frame.host.events.at(-1), 'page:changed');
  assert.equal(frame.host.details('page:changed').length, 2);
  frame.clock.advance(60_000);
  await quiet();
  assert.equal(frame.host.details('page:changed').length, 2);
});

test('every event has exactly its fields', async () => {
  const frame = await opened();
  const { host } = frame;
  frame.clock.advance(200);
  await quiet();
  const dashboard = detail();
  const tile = (id: number) => ({ id: String(id), title: `Tile ${id}`, listen: {} });
  assert.deepEqual(host.details('page:changed'), [kPageChanged, kPageChanged]);
  assert.deepEqual(host.last('dashboard:loaded'), {
    type: 'dashboard:loaded',
    status: 'complete',
    dashboard,
  });
  assert.deepEqual(host.last('dashboard:run:start'), { type: 'dashboard:run:start', dashboard });
  assert.deepEqual(host.details('dashboard:tile:start')[0], {
    type: 'dashboard:tile:start',
    dashboard,
    tile: tile(1),
  });
  assert.deepEqual(host.details('dashboard:tile:complete'), [
    {
      type: 'dashboard:tile:complete',
      dashboard,
      tile: tile(1),
      status: 'complete',
      truncated: false,
      errors: [],
    },
    {
      type: 'dashboard:tile:complete',
      dashboard,
      tile: tile(2),
      status: 'complete',
      truncated: true,
      errors: [],
    },
  ]);
  assert.deepEqual(host.last('dashboard:run:complete'), {
    type: 'dashboard:run:complete',
    dashboard,
    status: 'complete',
    tileStatuses: [
      { tileId: '1', status: 'complete' },
      { tileId: '2', status: 'complete', truncated: true },
    ],
  });
  assert.ok(host.log.slice(1).every(({ action }) => action === 2));
});

test('a tile that failed is named with its error, and so is the run', async () => {
  const frame = await opened(({ server }) => server.broken.add(2));
  const error = {
    message: 'The query failed.',
    message_details: null,
    params: null,
    error_pos: null,
    level: 'error',
    fatal: true,
    sql_error_loc: {},
  };
  const complete = frame.host.last('dashboard:run:complete');
  assert.equal(complete.status, 'error');
  assert.deepEqual(complete.tileStatuses, [
    { tileId: '1', status: 'complete' },
    { tileId: '2', status: 'error', errors: [error] },
  ]);
  assert.deepEqual(frame.host.last('dashboard:tile:complete').errors, [error]);
});

test('a host that comes after the data hears of the page first, then of all that was', async () => {
  const frame = lookerFrame();
  await frame.viewer.open();
  frame.conversation.setHeight(900);
  await quiet();
  frame.conversation.start();
  await quiet();
  assert.deepEqual(frame.host.events.slice(0, 3), [
    'page:changed',
    'page:properties:changed',
    'dashboard:loaded',
  ]);
  frame.clock.advance(200);
  await quiet();
  assert.equal(frame.host.details('page:changed').length, 2);
});

test('what a host says before there is data is done when there is', async () => {
  const frame = lookerFrame();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { fetch } = frame.server;
  const slow = lookerFrame({
    fetch: async (input, init) => {
      await held;
      return fetch(input, init);
    },
  });
  slow.conversation.start();
  const opening = slow.viewer.open();
  await quiet();
  slow.host.send('dashboard:filters:update', { filters: { State: 'TX' } });
  slow.host.send('dashboard:run');
  const answer = slow.host.ask('dashboard:load', { id: '43', pushHistory: false });
  await quiet();
  assert.deepEqual(slow.host.events, []);
  release();
  await opening;
  assert.deepEqual((await answer).data.payload, [{ success: true }]);
  await quiet();
  assert.equal(slow.viewer.dashboard.value?.title, 'Content 43');
});

test('a stopped run is told as stopped, and a newer run stops the older', async () => {
  const frame = await opened();
  let release: () => void = () => undefined;
  frame.server.gate = new Promise((resolve) => (release = resolve));
  frame.host.log.length = 0;
  frame.host.send('dashboard:run');
  await quiet();
  frame.host.send('dashboard:stop');
  await quiet();
  assert.equal(frame.host.last('dashboard:run:complete').status, 'stopped');
  frame.host.send('dashboard:run');
  frame.host.send('dashboard:run');
  await quiet();
  assert.equal(frame.host.details('dashboard:run:start').length, 3);
  release();
  await quiet();
  assert.deepEqual(
    frame.host.details('dashboard:run:complete').map(({ status }) => status),
    ['stopped', 'stopped', 'complete'],
  );
  assert.equal(frame.viewer.isLoading.value, false);
});

test('one tile’s refresh is told as that tile’s, not as a run', async () => {
  const frame = await opened();
  frame.host.log.length = 0;
  await frame.viewer.refresh([2]);
  await quiet();
  assert.deepEqual(frame.host.events, ['dashboard:tile:start', 'dashboard:tile:complete']);
});

test('scheduling and editing are not offered; only what waits is answered', async () => {
  const frame = await opened();
  frame.host.log.length = 0;
  const answer = await frame.host.ask('dashboard:schedule_modal:open');
  assert.equal(answer.action, 5);
  assert.equal(answer.data.payload, 'Scheduled deliveries are not offered here.');
  frame.host.send('dashboard:edit');
  await quiet();
  assert.equal(frame.host.log.length, 1);
});
