import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryOf, TokenKeeper } from '../viewer/looker/tokens';
import { lookerFrame, quiet } from './looker-frame';
import { FakeClock } from './looker-host';

const kWall = 1_700_000_000_000;

function jwt(exp: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ exp, token_type: 'api' })}.x`;
}

interface Keeping {
  clock: FakeClock;
  keeper: TokenKeeper;
  /** When new tokens were asked for, in seconds. */
  asked: number[];
  events: string[];
}

function keeping(): Keeping {
  const clock = new FakeClock();
  const asked: number[] = [];
  const events: string[] = [];
  const keeper = new TokenKeeper({
    now: clock.now,
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
    wallClock: () => kWall + clock.time,
    request: () => asked.push(clock.time / 1000),
    renewed: () => events.push('renewed'),
    interrupted: () => events.push('interrupted'),
    expired: () => events.push('expired'),
  });
  return { clock, keeper, asked, events };
}

function tokens(name: string, ttl = 600): Record<string, unknown> {
  return {
    api_token: `api-${name}`,
    api_token_ttl: ttl,
    navigation_token: `nav-${name}`,
    navigation_token_ttl: ttl,
    session_reference_token_ttl: 3600,
  };
}

test('after the first answer nothing is asked until the last two minutes', () => {
  const { clock, keeper, asked, events } = keeping();
  keeper.start();
  keeper.receive(tokens('a'));
  clock.advance(489_000);
  assert.deepEqual(asked, [0]);
  clock.advance(2000);
  assert.deepEqual(asked, [0, 490]);
  assert.deepEqual(events, []);
});

test('the same tokens with their first numbers do not live longer', () => {
  const { clock, keeper, asked } = keeping();
  keeper.start();
  keeper.receive(tokens('a'));
  clock.advance(490_000);
  // The SDK's own timer says that it is too early.
  keeper.receive(tokens('a'));
  clock.advance(20_000);
  assert.deepEqual(asked, [0, 490, 510]);
});

test('new tokens are taken up at once, and the waiting begins anew', () => {
  const { clock, keeper, asked, events } = keeping();
  keeper.start();
  keeper.receive(tokens('a'));
  clock.advance(490_000);
  keeper.receive(tokens('b'));
  assert.deepEqual(events, ['renewed']);
  clock.advance(480_000);
  assert.deepEqual(asked, [0, 490]);
  clock.advance(11_000);
  assert.deepEqual(asked, [0, 490, 980]);
});

test('a token that says itself when it ends is believed', () => {
  const { clock, keeper, asked } = keeping();
  keeper.start();
  // Made five minutes before this page saw it.
  keeper.receive({ ...tokens('a'), api_token: jwt(kWall / 1000 + 300) });
  clock.advance(189_000);
  assert.deepEqual(asked, [0]);
  clock.advance(2000);
  assert.deepEqual(asked, [0, 190]);
});

test('a wrong clock here does not make a token end early', () => {
  const { clock, keeper, asked } = keeping();
  keeper.start();
  keeper.receive({ ...tokens('a'), api_token: jwt(kWall / 1000 - 3600) });
  clock.advance(480_000);
  assert.deepEqual(asked, [0]);
});

test('a host that stays silent is asked again', () => {
  const { clock, keeper, asked } = keeping();
  keeper.start();
  clock.advance(41_000);
  assert.deepEqual(asked, [0, 20, 40]);
});

test('tokens that are all undefined interrupt, and nothing more is asked', () => {
  const { clock, keeper, asked, events } = keeping();
  keeper.start();
  keeper.receive({
    api_token: undefined,
    api_token_ttl: undefined,
    navigation_token: undefined,
    navigation_token_ttl: undefined,
    session_reference_token_ttl: undefined,
  });
  clock.advance(600_000);
  assert.deepEqual(events, ['interrupted']);
  assert.deepEqual(asked, [0]);
});

test('a session without time left is expired, whatever the tokens say', () => {
  const { clock, keeper, asked, events } = keeping();
  keeper.start();
  keeper.receive({
    api_token: 'session expired',
    api_token_ttl: 240,
    navigation_token: 'session expired',
    navigation_token_ttl: 240,
    session_reference_token_ttl: 0,
  });
  keeper.receive(tokens('late'));
  clock.advance(600_000);
  assert.deepEqual(events, ['expired']);
  assert.deepEqual(asked, [0]);
});

test('very short tokens are not asked for in a storm', () => {
  const { clock, keeper, asked } = keeping();
  keeper.start();
  for (let round = 0; round < 30; round++) {
    keeper.receive(tokens('a', 30));
    clock.advance(1000);
  }
  assert.ok(asked.length <= 15, `asked ${asked.length} times in 30 s`);
});

test('whoever needs tokens waits for those that still hold, or half a minute', async () => {
  const { clock, keeper } = keeping();
  keeper.start();
  keeper.receive(tokens('a'));
  assert.deepEqual(await keeper.current(), { api: 'api-a', navigation: 'nav-a' });
  clock.advance(601_000);
  const waiting = keeper.current();
  keeper.receive(tokens('a'));
  keeper.receive(tokens('b'));
  assert.deepEqual(await waiting, { api: 'api-b', navigation: 'nav-b' });
  clock.advance(601_000);
  const inVain = keeper.current();
  clock.advance(30_000);
  assert.equal(await inVain, null);
});

test('only a token with a readable end has one', () => {
  assert.equal(expiryOf(jwt(12)), 12_000);
  for (const token of ['opaque', 'a.b.c', undefined, 7, 'a.bnVsbA.c']) {
    assert.equal(expiryOf(token), null);
  }
});

test('a cookieless frame asks when the host is there, and changes new tokens for access', async () => {
  const frame = lookerFrame();
  frame.server.cookieless = true;
  await frame.open();
  assert.deepEqual(frame.host.last('session:tokens:request'), { type: 'session:tokens:request' });
  frame.host.send('session:tokens', tokens('a'));
  await quiet();
  assert.ok(!frame.server.paths().includes('/sessions/tokens'));
  frame.server.goodTokens.add('api-b');
  frame.clock.advance(491_000);
  await quiet();
  assert.equal(frame.host.details('session:tokens:request').length, 2);
  frame.host.send('session:tokens', tokens('b'));
  await quiet();
  assert.deepEqual(frame.server.calls.at(-1), {
    path: '/sessions/tokens',
    body: { api_token: 'api-b', navigation_token: 'nav-b' },
  });
});

test('a signed frame asks the host for nothing', async () => {
  const frame = lookerFrame();
  await frame.open();
  assert.deepEqual(frame.host.details('session:tokens:request'), []);
});

test('an interrupted session shows so, tells the host, and can go on', async () => {
  const frame = lookerFrame();
  frame.server.cookieless = true;
  await frame.open();
  frame.host.send('session:tokens', tokens('a'));
  await quiet();
  frame.host.send('session:tokens', {});
  await quiet();
  assert.deepEqual(frame.viewer.page.value, {
    kind: 'message',
    code: 'session_interrupted',
    message: '',
    canRetry: true,
  });
  assert.deepEqual(frame.host.last('session:status'), {
    type: 'session:status',
    session_ttl: 3600,
    expired: false,
    interrupted: true,
    recoverable: true,
  });
  assert.ok(!frame.host.events.includes('session:expired'));
  frame.server.goodTokens.add('api-a');
  frame.viewer.retry();
  await quiet();
  assert.equal(frame.viewer.page.peek().kind, 'dashboard');
  assert.deepEqual(
    frame.host.details('session:status').map(({ interrupted }) => interrupted),
    [true, false],
    'the host hears that it goes on, once',
  );
  frame.host.log.length = 0;
  frame.host.send('dashboard:run');
  await quiet();
  assert.ok(frame.host.events.includes('dashboard:run:complete'));
});

test('tokens that the server does not take interrupt the page for good, and end no session', async () => {
  const frame = lookerFrame();
  frame.server.cookieless = true;
  await frame.open();
  frame.host.send('session:tokens', tokens('a'));
  await quiet();
  frame.server.tokenRefusal = 'user_agent_changed';
  frame.clock.advance(599_000);
  await quiet();
  frame.host.send('dashboard:run');
  await quiet();
  // The tokens it has are refused, and so are those that the host gives it then.
  frame.host.send('session:tokens', tokens('b'));
  await quiet();
  assert.deepEqual(frame.closed, ['user_agent_changed']);
  assert.deepEqual(frame.host.last('session:status'), {
    type: 'session:status',
    session_ttl: 3001,
    expired: false,
    interrupted: true,
    recoverable: false,
  });
  assert.ok(!frame.host.events.includes('session:expired'));
});

test('a session that the host calls over is over here', async () => {
  const frame = lookerFrame();
  frame.server.cookieless = true;
  await frame.open();
  frame.host.send('session:tokens', {
    ...tokens('session expired'),
    session_reference_token_ttl: 0,
  });
  await quiet();
  assert.deepEqual(frame.closed, ['session_expired']);
  assert.deepEqual(frame.host.last('session:status'), {
    type: 'session:status',
    session_ttl: 0,
    expired: true,
    interrupted: false,
    recoverable: false,
  });
  assert.equal(frame.host.details('session:expired').length, 1);
});
