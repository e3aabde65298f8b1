import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookerFrame, quiet, sessionOf } from './looker-frame';
import { opened } from './looker-telling';

test('a minute before its end the session says so, and it ends only when the server agrees', async () => {
  const frame = await opened(({ server }) => {
    server.ttl = 900;
  });
  frame.clock.advance(839_000);
  await quiet();
  assert.ok(!frame.host.events.includes('session:status'));
  frame.clock.advance(1000);
  await quiet();
  assert.deepEqual(frame.host.details('session:status'), [
    { type: 'session:status', session_ttl: 60, expired: false, interrupted: false },
  ]);
  // This clock was fast: the server gives it more.
  frame.server.ttl = 120;
  frame.clock.advance(60_000);
  await quiet();
  assert.ok(!frame.host.events.includes('session:expired'));
  assert.equal(frame.viewer.page.value.kind, 'dashboard');
  frame.server.isOver = true;
  frame.clock.advance(120_000);
  await quiet();
  assert.deepEqual(frame.host.last('session:status'), {
    type: 'session:status',
    session_ttl: 0,
    expired: true,
    interrupted: false,
    recoverable: false,
  });
  assert.deepEqual(frame.host.details('session:expired'), [{ type: 'session:expired' }]);
  assert.deepEqual(frame.closed, ['session_expired']);
  frame.clock.advance(600_000);
  await quiet();
  assert.equal(frame.host.details('session:expired').length, 1);
});

test('a frame that goes on in the newer session of its person tells of no end', async () => {
  const frame = await opened();
  const stores = [frame.stores];
  const newer = sessionOf(frame.server, stores, {
    link: '/login/embed/%2Fembed%2Fdashboards%2F42?b',
  });
  await newer.open();
  await quiet();
  frame.server.ended.add('s1');
  frame.host.log.length = 0;
  frame.host.send('dashboard:filters:update', { filters: { state: 'WA' } });
  frame.host.send('dashboard:run');
  await quiet();
  assert.deepEqual(frame.closed, []);
  assert.ok(!frame.host.events.includes('session:expired'));
  assert.equal(frame.viewer.page.value.kind, 'dashboard');
  assert.equal(frame.host.last('dashboard:run:complete').status, 'complete');
  assert.deepEqual(frame.viewer.variables.value.state, ['WA'], 'the filters stay as they were');

  frame.server.ended.add('s2');
  frame.host.send('dashboard:run');
  await quiet();
  assert.deepEqual(frame.closed, ['session_ended']);
  assert.equal(frame.host.details('session:expired').length, 1);
});

test('a link that does not open expires nothing at the host', async () => {
  const frame = lookerFrame({ refused: { code: 'link_expired', message: 'Too late.' } });
  await frame.open();
  assert.deepEqual(frame.closed, ['link_expired']);
  assert.ok(!frame.host.events.includes('session:expired'));
  assert.ok(!frame.host.events.includes('page:changed'));
  const answer = await frame.host.ask('page:load', { url: '/embed/dashboards/43' });
  assert.equal(answer.data.payload, 'Nothing is shown here: link_expired.');
});

test('a private page asks for a login, says why it failed, and opens', async () => {
  const frame = lookerFrame({ link: '/embed/dashboards/42?allow_login_screen=true' });
  await frame.open();
  assert.deepEqual(frame.viewer.special.value, { kind: 'login', message: '', isBusy: false });
  await frame.viewer.logIn('ada@app.example', 'wrong');
  assert.deepEqual(frame.viewer.special.value, {
    kind: 'login',
    message: 'login_failed',
    isBusy: false,
  });
  await frame.viewer.logIn('ada@app.example', 'right');
  await quiet();
  assert.equal(frame.viewer.special.value, null);
  assert.ok(frame.host.events.includes('dashboard:run:complete'));
});
