import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../viewer/session/session';
import { SlotKeeper } from '../viewer/session/slots';
import type { EmbedSession } from '../viewer/looker/embed-session';
import { MemoryStore } from './fake-server';
import { quiet, sessionOf } from './looker-frame';
import { kTarget, LookerServer } from './looker-server';

const kLink = '/login/embed/%2Fembed%2Fdashboards%2F42%3FState%3DCA?nonce=%22a%22&signature=x';
const kNaked = '/embed/dashboards/43?embed_domain=https://app.example&sdk=3';

interface Browser {
  server: LookerServer;
  stores: MemoryStore[];
}

function newBrowser(): Browser {
  return { server: new LookerServer(), stores: [new MemoryStore(), new MemoryStore()] };
}

async function opened({ server, stores }: Browser, link: string, keeper?: string) {
  const session = sessionOf(server, stores, {
    link,
    ...(keeper === undefined ? {} : { keeper: keeperOf(stores, keeper) }),
  });
  const opening = await session.open();
  await quiet();
  return { session, first: opening.first };
}

function keeperOf(stores: MemoryStore[], name: string) {
  return new SlotKeeper(name, stores);
}

async function refusal(opening: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await opening.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Refusal, `expected a refusal, got ${String(error)}`);
  return error;
}

test('a signed link opens, and says the plain address that takes its place', async () => {
  const { session } = await opened(newBrowser(), kLink);
  assert.equal(session.target, kTarget);
  assert.equal(session.contentPath, 'dashboards/42');
});

test('a later frame without a link finds the session by its cookie', async () => {
  const browser = newBrowser();
  await opened(browser, kLink);
  const { session, first } = await opened(browser, kNaked);
  assert.equal(first.session.id, 's1');
  assert.equal(session.target, kNaked);
  const { path, body } = browser.server.calls.at(-1) ?? { path: '', body: {} };
  assert.equal(path, '/sessions/s1/resume');
  assert.equal(body.content, kNaked);
  assert.equal(body.secret, undefined);
});

test('where no cookie comes back, the later frame finds it by the secret', async () => {
  const browser = newBrowser();
  browser.server.takesCookies = false;
  await opened(browser, kLink);
  const { first } = await opened(browser, kNaked);
  assert.equal(first.session.id, 's1');
  assert.equal(typeof browser.server.calls.at(-1)?.body.secret, 'string');
});

test('a frame goes on with its own session after a reload, whoever signed in since', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    await opened(browser, kLink);
    await opened(browser, kNaked, 'casement:frame-one');
    const second = await opened(browser, kLink.replace('%22a%22', '%22b%22'));
    assert.equal(second.first.session.id, 's2');
    const again = await opened(browser, kNaked, 'casement:frame-one');
    assert.equal(again.first.session.id, 's1');
    const fresh = await opened(browser, kNaked, 'casement:frame-three');
    assert.equal(fresh.first.session.id, 's2');
  }
});

test('a reload of the link does not move the pointer back to its session', async () => {
  const browser = newBrowser();
  await opened(browser, kLink);
  await opened(browser, kLink.replace('%22a%22', '%22b%22'));
  await opened(browser, kLink);
  const later = await opened(browser, kNaked, 'casement:later');
  assert.equal(later.first.session.id, 's2');
});

test('a browser without a session is told that it is not signed in', async () => {
  const browser = newBrowser();
  const error = await refusal(sessionOf(browser.server, browser.stores, { link: kNaked }).open());
  assert.equal(error.code, 'not_authenticated');
  assert.deepEqual(browser.server.calls, []);
});

test('a navigation token opens as a link does', async () => {
  const browser = newBrowser();
  const link = `${kNaked}&embed_navigation_token=abc`;
  const { session } = await opened(browser, link);
  assert.deepEqual(browser.server.paths().slice(0, 1), ['/sessions']);
  assert.ok(!session.target.includes('embed_navigation_token'));
});

test('content that is missing is said to be so, and the session stays', async () => {
  const browser = newBrowser();
  await opened(browser, kLink);
  const missing = '/embed/dashboards/404';
  const error = await refusal(sessionOf(browser.server, browser.stores, { link: missing }).open());
  assert.equal(error.code, 'content_not_found');
  const { first } = await opened(browser, kNaked);
  assert.equal(first.session.id, 's1');
});

test('a frame waits for the session that a frame beside it is about to note', async () => {
  const browser = newBrowser();
  const pointer = keeperOf(browser.stores, 'casement:embed-user');
  await opened(browser, kLink);
  const ended = await pointer.read();
  await opened(browser, kLink.replace('%22a%22', '%22b%22'));
  const noted = await pointer.read();
  assert.ok(ended && noted);
  await pointer.write(ended);
  browser.server.ended.add('s1');
  const late = sessionOf(browser.server, browser.stores, {
    link: kNaked,
    pointerLock: async (action) => {
      await pointer.write(noted);
      return action();
    },
  });
  assert.equal((await late.open()).first.session.id, 's2');

  // With nothing newer it hears what became of the session.
  await pointer.write(ended);
  const alone = sessionOf(browser.server, browser.stores, {
    link: kNaked.replace('43', '44'),
    keeper: keeperOf(browser.stores, 'casement:alone'),
  });
  assert.equal((await refusal(alone.open())).code, 'session_ended');
});

test('an ended session ends the later frame too, and is forgotten', async () => {
  const browser = newBrowser();
  await opened(browser, kLink);
  browser.server.isOver = true;
  const over = await refusal(sessionOf(browser.server, browser.stores, { link: kNaked }).open());
  assert.ok(over.isEnd);
  const after = await refusal(sessionOf(browser.server, browser.stores, { link: kNaked }).open());
  assert.equal(after.code, 'not_authenticated');
});

test('signing in sends the password once, with the frame’s own secret', async () => {
  const browser = newBrowser();
  const link = `${kNaked}&allow_login_screen=true`;
  const session = sessionOf(browser.server, browser.stores, { link });
  assert.ok(session.mayLogIn);
  session.useCredentials({ email: 'ada@app.example', password: 'wrong' });
  assert.equal((await refusal(session.open())).code, 'login_failed');
  session.useCredentials({ email: 'ada@app.example', password: 'right' });
  await session.open();
  await quiet();
  const opens = browser.server.calls.filter(({ path }) => path === '/sessions');
  assert.equal(opens.length, 2);
  assert.deepEqual(opens[1]?.body.login, { email: 'ada@app.example', password: 'right' });
  assert.equal(typeof opens[1].body.secret, 'string');
  browser.server.calls.length = 0;
  await session.renew();
  assert.ok(browser.server.calls.every(({ body }) => body.login === undefined));
});

test('no login is offered by a signed link, or where the address does not ask for it', () => {
  const { server, stores } = newBrowser();
  assert.ok(!sessionOf(server, stores, { link: kNaked }).mayLogIn);
  assert.ok(!sessionOf(server, stores, { link: `${kLink}&allow_login_screen=true` }).mayLogIn);
});

test('what the grant hides and forbids is told to the dashboard', async () => {
  const browser = newBrowser();
  browser.server.permissions = { drill: false, download: false, fresh: false };
  const { first } = await opened(browser, kLink);
  assert.equal(first.dashboard.download, false);
  const hidden = (first.dashboard.variables ?? []).filter((variable) => variable.hidden);
  assert.deepEqual(
    hidden.map(({ name }) => name),
    ['place'],
  );
});

test('data calls name their content, and more of it only where asked', async () => {
  const browser = newBrowser();
  const { session } = await opened(browser, kLink);
  await session.load(kNaked, new AbortController().signal);
  assert.equal(session.contentPath, 'dashboards/43');
  await session.view({ state: ['CA'] }, new AbortController().signal);
  assert.deepEqual(browser.server.calls.at(-1), {
    path: '/view',
    body: { content: kNaked, variables: { state: ['CA'] } },
  });
});

function follow(session: EmbedSession) {
  return session.follow(() => undefined);
}

const kPersons = '/login/embed/%2Fembed%2Fdashboards%2F42?external_user_id=%22ada%22&nonce=';

test('a frame whose session another login of its person ended goes on with the newer one', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    const { session } = await opened(browser, `${kPersons}1`);
    await opened(browser, `${kPersons}2`);
    browser.server.ended.add('s1');
    const first = await follow(session);
    assert.equal(first?.session.id, 's2');
    browser.server.calls.length = 0;
    await session.check();
    assert.deepEqual(browser.server.paths(), ['/view'], 'the newer session is taken');
    await session.renew();
    assert.equal(browser.server.calls.at(-1)?.path, '/sessions/s2/resume');
  }
});

test('it does so also when it never had an answer, and after a reload', async () => {
  const browser = newBrowser();
  await opened(browser, `${kPersons}2`);
  browser.server.links.set(`${kPersons}1`, 's9');
  browser.server.ended.add('s9');
  const early = sessionOf(browser.server, browser.stores, { link: `${kPersons}1` });
  await refusal(early.open());
  assert.equal((await follow(early))?.session.id, 's1');

  browser.server.ended.add('s1');
  await opened(browser, `${kPersons}3`);
  const reloaded = sessionOf(browser.server, browser.stores, {
    link: kNaked,
    keeper: keeperOf(browser.stores, `casement:${kPersons}2`),
  });
  assert.ok((await refusal(reloaded.open())).isEnd);
  assert.equal((await follow(reloaded))?.session.id, 's3');
});

test('it waits for a frame that is still opening to note its session', async () => {
  const browser = newBrowser();
  const waits: number[] = [];
  const session = sessionOf(browser.server, browser.stores, {
    link: `${kPersons}1`,
    sleep: async (ms) => {
      waits.push(ms);
      if (waits.length === 2) await opened(browser, `${kPersons}2`);
    },
  });
  await session.open();
  await quiet();
  browser.server.ended.add('s1');
  let told = 0;
  assert.equal((await session.follow(() => told++))?.session.id, 's2');
  assert.deepEqual(waits, [0, 300]);
  assert.equal(told, 1);
});

test('another person\u2019s session, and an ended one, are left alone', async () => {
  const browser = newBrowser();
  const { session } = await opened(browser, `${kPersons}1`);
  browser.server.ended.add('s1');
  assert.equal(await follow(session), null, 'its own is all there is');
  browser.server.owners.set('s2', { user: 18 });
  await opened(browser, kLink);
  browser.server.calls.length = 0;
  assert.equal(await follow(session), null);
  assert.deepEqual(browser.server.calls, [], 'the pointer says whose it is');

  // A pointer that says the wrong thing is found out by the answer.
  const stored = await keeperOf(browser.stores, 'casement:embed-user').read();
  assert.ok(stored);
  await keeperOf(browser.stores, 'casement:embed-user').write({ ...stored, owner: { user: 17 } });
  assert.equal(await follow(session), null);
  assert.ok((await refusal(session.check())).isEnd, 'its own token is still what it has');
});

test('a user of the server and an embed user of the same number are two', async () => {
  const browser = newBrowser();
  const { session } = await opened(browser, kLink);
  browser.server.owners.set('s2', { user: 17, ordinary: true });
  const login = sessionOf(browser.server, browser.stores, {
    link: `${kNaked}&allow_login_screen=true`,
    keeper: keeperOf(browser.stores, 'casement:login'),
    pointer: keeperOf([new MemoryStore()], 'casement:nowhere'),
  });
  login.useCredentials({ email: 'ada@app.example', password: 'right' });
  await login.open();
  await quiet();
  const slot = await keeperOf(browser.stores, 'casement:login').read();
  assert.ok(slot);
  await keeperOf(browser.stores, 'casement:embed-user').write(slot);
  browser.server.ended.add('s1');
  assert.equal(await follow(session), null);
});

async function signedIn(browser: Browser): Promise<void> {
  browser.server.owners.set('s1', { user: 3, ordinary: true });
  const session = sessionOf(browser.server, browser.stores, {
    link: `${kNaked}&allow_login_screen=true`,
  });
  session.useCredentials({ email: 'ada@app.example', password: 'right' });
  await session.open();
  await quiet();
  browser.server.calls.length = 0;
}

test('a link that forces no logout leaves a signed-in user of the server as they are', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    await signedIn(browser);
    const session = sessionOf(browser.server, browser.stores, { link: kLink, keepsLogin: true });
    const { first } = await session.open();
    await quiet();
    assert.equal(first.session.id, 's1');
    assert.deepEqual(browser.server.paths(), ['/sessions/s1/resume']);
    assert.match(String(browser.server.calls[0]?.body.content), /^\/embed\/dashboards\/42\?/);
    await session.renew();
    assert.ok(!browser.server.paths().includes('/sessions'), 'the link is not used');
  }
});

test('it opens the link when that session is over', async () => {
  const browser = newBrowser();
  await signedIn(browser);
  browser.server.ended.add('s1');
  const session = sessionOf(browser.server, browser.stores, { link: kLink, keepsLogin: true });
  assert.equal((await session.open()).first.session.id, 's2');
});

test('a link that forces it leaves that session first, and no embed user\u2019s', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    await signedIn(browser);
    const { first } = await opened(browser, kLink);
    assert.equal(first.session.id, 's2');
    const [leave, open] = browser.server.calls;
    assert.equal(leave?.path, '/sessions/s1/leave');
    assert.equal(typeof leave.body.secret, takesCookies ? 'undefined' : 'string');
    assert.equal(open?.path, '/sessions');
    browser.server.calls.length = 0;
    await opened(browser, `${kLink}&again`);
    assert.ok(!browser.server.paths().some((path) => path.endsWith('/leave')));
    const later = await opened(browser, kNaked);
    assert.equal(later.first.session.id, 's3', 'frames to come find the person of the link');
  }
});

test('a page that the server refused signs nobody out', async () => {
  const browser = newBrowser();
  await signedIn(browser);
  const refused = { code: 'bad_signature', message: '' };
  const session = sessionOf(browser.server, browser.stores, { link: kLink, refused });
  assert.equal((await refusal(session.open())).code, 'bad_signature');
  assert.deepEqual(browser.server.calls, []);
});
