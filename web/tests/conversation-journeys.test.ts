import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quiet } from './looker-frame';
import { kFrameOrigin, kTarget } from './looker-server';
import { kDress, kPageChanged, opened } from './looker-telling';

test('another dashboard loads in place, is answered, and is told as a new page', async () => {
  const frame = await opened();
  frame.clock.advance(1000);
  await quiet();
  frame.host.log.length = 0;
  const url = '/embed/dashboards/43?embed_domain=https://app.example&sdk=3';
  frame.host.send('dashboard:stop');
  const answer = await frame.host.ask('page:load', { pushHistory: false, url });
  assert.deepEqual(answer, {
    action: 4,
    data: { eventName: 'page:load', payload: [{ success: true }], sequence: 1 },
  });
  await quiet();
  assert.deepEqual(frame.host.details('page:changed')[0], {
    type: 'page:changed',
    page: { ...kPageChanged.page, url, absoluteUrl: kFrameOrigin + url },
  });
  assert.equal(frame.travels.at(-1), `replace ${url}`);
  assert.equal(frame.host.last('dashboard:run:complete').status, 'complete');
  assert.equal((frame.host.last('dashboard:run:complete').dashboard as { id: string }).id, '43');
  await frame.host.ask('page:load', { pushHistory: true, url: '/embed/dashboards/44' });
  assert.equal(frame.travels.at(-1), `push /embed/dashboards/44?${kDress}`);
});

test('the older way to load a dashboard keeps theme and domain', async () => {
  const frame = await opened();
  await frame.host.ask('page:load', {
    url: '/embed/dashboards/42?theme=dark&State=CA&embed_domain=https://app.example&sdk=2',
  });
  const answer = await frame.host.ask('dashboard:load', { id: 'model::delays', pushHistory: true });
  assert.deepEqual(answer.data.payload, [{ success: true }]);
  assert.equal(
    frame.travels.at(-1),
    'push /embed/dashboards/model%3A%3Adelays?embed_domain=https://app.example&sdk=2&theme=dark',
  );
});

test('pages that are not ours, or not there, are refused with a sentence', async () => {
  const frame = await opened();
  const kind = (): string => frame.viewer.page.value.kind;
  for (const url of [
    'https://evil.example/embed/dashboards/1',
    '//evil.example/embed/dashboards/1',
    '/embed/explore/model/view',
    '/login/embed/x',
    '/embed/dashboards/../../api',
    'javascript:alert(1)',
    7,
    undefined,
  ]) {
    const answer = await frame.host.ask('page:load', { url });
    assert.equal(answer.action, 5, String(url));
  }
  assert.equal(kind(), 'dashboard');
  const missing = await frame.host.ask('page:load', { url: '/embed/dashboards/404' });
  assert.equal(missing.data.payload, 'The dashboard you requested could not be found.');
  assert.equal(kind(), 'message');
  // The session stands, and the next page opens.
  const next = await frame.host.ask('page:load', { url: '/embed/dashboards/43' });
  assert.equal(next.action, 4);
  assert.equal(kind(), 'dashboard');
});

test('the newer of two journeys wins, and the older one is told so', async () => {
  const frame = await opened();
  let release: () => void = () => undefined;
  frame.server.gate = new Promise((resolve) => (release = resolve));
  const answers = Promise.all([
    frame.host.ask('page:load', { url: '/embed/dashboards/43' }),
    frame.host.ask('page:load', { url: '/embed/dashboards/44' }),
  ]);
  await quiet();
  release();
  const [first, second] = await answers;
  assert.equal(first.action, 5);
  assert.equal(second.action, 4);
  assert.equal(frame.viewer.dashboard.value?.title, 'Content 44');
});

test('data of the dashboard before never shows in the next', async () => {
  const frame = await opened();
  let release: () => void = () => undefined;
  frame.server.gate = new Promise((resolve) => (release = resolve));
  const late = frame.viewer.refresh([1]);
  await quiet();
  frame.server.gate = Promise.resolve();
  await frame.host.ask('page:load', { url: '/embed/dashboards/43' });
  await quiet();
  const before = frame.viewer.panel(1).value;
  release();
  await late;
  await quiet();
  assert.equal(frame.viewer.panel(1).value, before);
});

test('a look speaks of itself as a look', async () => {
  const frame = await opened();
  frame.host.log.length = 0;
  const url = `/embed/looks/5?State=CA&${kDress}`;
  await frame.host.ask('page:load', { url });
  await quiet();
  const look = { url, absoluteUrl: kFrameOrigin + url, id: '5', title: 'Content 5' };
  assert.deepEqual(
    frame.host.events.filter((name) => /^(?:look|dashboard):/.test(name)),
    ['look:ready', 'look:run:start', 'look:run:complete'],
  );
  assert.deepEqual(frame.host.last('look:run:complete'), { type: 'look:run:complete', look });
  assert.equal((frame.host.last('page:changed').page as { type: string }).type, 'look');
  frame.host.send('look:filters:update', { filters: { State: 'TX' } });
  frame.host.send('look:run');
  await quiet();
  const changed = url.replace('CA', 'TX');
  assert.deepEqual(frame.host.last('look:state:changed'), {
    type: 'look:state:changed',
    look: { ...look, url: changed, absoluteUrl: kFrameOrigin + changed },
  });
  assert.equal(frame.host.details('look:run:complete').length, 2);
  assert.equal(frame.server.calls.at(-1)?.body.content, 'looks/5');
});

test('a folder is a page of its own, and its dashboards open from it', async () => {
  const frame = await opened();
  await frame.host.ask('page:load', { url: '/embed/folders/7' });
  await quiet();
  assert.equal(frame.viewer.special.value?.kind, 'folder');
  const { url } = frame.host.last('page:changed').page as { url: string };
  assert.equal(url, `/embed/folders/7?${kDress}`);
  await frame.viewer.go('/embed/dashboards/43', 'push');
  await quiet();
  assert.deepEqual(frame.viewer.special.peek(), null);
  assert.equal(frame.viewer.dashboard.value?.title, 'Content 43');
  assert.equal(frame.travels.at(-1), 'push /embed/dashboards/43');
});

test('a page that only waits is told as such', async () => {
  const frame = await opened();
  await frame.host.ask('page:load', { url: '/embed/preload/' });
  await quiet();
  assert.deepEqual(frame.viewer.special.value, { kind: 'blank' });
  assert.equal((frame.host.last('page:changed').page as { type: string }).type, 'preload');
});

test('host page and theme stay over a journey that names none', async () => {
  const frame = await opened();
  const go = async (url: string) => {
    await frame.host.ask('page:load', { url });
    await quiet();
    return frame.server.calls.filter(({ path }) => path === '/view').at(-1)?.body.content;
  };
  assert.equal(await go('/embed/dashboards/43'), `/embed/dashboards/43?${kDress}`);
  await go('/embed/dashboards/43?theme=A%20%26%20B');
  assert.equal(await go('/embed/looks/7'), `/embed/looks/7?${kDress}&theme=A%20%26%20B`);
  const own = `/embed/dashboards/44?_theme=%7B%7D&${kDress}`;
  assert.equal(await go(own), own);
});

test('going back in history is a journey that history already knows', async () => {
  const frame = await opened();
  await frame.host.ask('page:load', { url: '/embed/dashboards/43', pushHistory: true });
  frame.host.log.length = 0;
  const before = frame.travels.length;
  await frame.viewer.go(kTarget, 'none');
  await quiet();
  assert.equal(frame.travels.length, before);
  assert.deepEqual(frame.host.last('page:changed'), kPageChanged);
});
