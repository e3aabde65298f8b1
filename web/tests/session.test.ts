import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelLine } from '../viewer/api/wire';
import { withLock } from '../viewer/session/browser-session';
import { Refusal, Unreachable, type Opening } from '../viewer/session/session';
import type { Slot, SlotStore } from '../viewer/session/slots';
import { FakeServer, frame, MemoryStore, newBrowser, settled, type Browser } from './fake-server';

async function drain(lines: AsyncGenerator<PanelLine, boolean>): Promise<[number[], boolean]> {
  const panels: number[] = [];
  for (;;) {
    const next = await lines.next();
    if (next.done) return [panels, next.value];
    panels.push(next.value.panel);
  }
}

async function refusal(opening: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await opening.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Refusal, `expected a refusal, got ${String(error)}`);
  return error;
}

function modes(browser: Browser): (string | undefined)[] {
  return browser.stores.map((store) => [...store.slots.values()][0]?.mode);
}

async function openAndSettle(opening: Promise<Opening>): Promise<Opening> {
  const result = await opening;
  await settled();
  return result;
}

test('the first load opens the link and brings its panels', async () => {
  const opening = await openAndSettle(frame(new FakeServer(), newBrowser()).open());
  assert.equal(opening.first.session.id, 's1');
  assert.deepEqual(await drain(opening.panels), [[1, 2], true]);
});

test('the secret is written before the link is spent', async () => {
  const server = new FakeServer();
  const browser = newBrowser();
  const seen: (string | undefined)[] = [];
  const session = frame(server, browser, {
    fetch: (input, init) => {
      seen.push(...modes(browser));
      return server.fetch(input, init);
    },
  });
  await openAndSettle(session.open());
  assert.deepEqual(seen.slice(0, 2), ['secret', 'secret']);
});

test('when the cookie comes back the secret is forgotten everywhere', async () => {
  const browser = newBrowser();
  await openAndSettle(frame(new FakeServer(), browser).open());
  assert.deepEqual(modes(browser), ['cookie', 'cookie']);
});

test('without cookies the secret stays, and a reload opens with it', async () => {
  const server = new FakeServer();
  server.takesCookies = false;
  const browser = newBrowser();
  await openAndSettle(frame(server, browser).open());
  assert.deepEqual(modes(browser), ['secret', 'secret']);
  const again = await openAndSettle(frame(server, browser).open());
  assert.equal(again.first.session.id, 's1');
});

test('the picture does not wait for the look at the cookie', async () => {
  const server = new FakeServer();
  const session = frame(server, newBrowser(), {
    fetch: (input, init) =>
      (input as string).endsWith('/resume')
        ? new Promise(() => undefined)
        : server.fetch(input, init),
  });
  const opening = await session.open();
  assert.deepEqual(await drain(opening.panels), [[1, 2], true]);
});

test('a reload in cookie mode resumes without the link', async () => {
  const server = new FakeServer();
  const browser = newBrowser();
  await openAndSettle(frame(server, browser).open());
  server.calls.length = 0;
  const opening = await openAndSettle(frame(server, browser).open());
  assert.deepEqual(server.calls, ['/sessions/s1/resume']);
  assert.deepEqual(await drain(opening.panels), [[1, 2], true]);
});

test('a lost answer is asked for again with the same secret', async () => {
  const server = new FakeServer();
  server.lostAnswers = 2;
  const opening = await openAndSettle(frame(server, newBrowser()).open());
  assert.equal(opening.first.session.id, 's1');
  assert.equal(server.sessions.size, 1);
});

test('after a load that never got an answer, the next one upgrades to the cookie', async () => {
  const server = new FakeServer();
  server.lostAnswers = 4;
  const browser = newBrowser();
  await assert.rejects(frame(server, browser).open(), Unreachable);
  assert.deepEqual(modes(browser), ['secret', 'secret']);
  await openAndSettle(frame(server, browser).open());
  assert.deepEqual(modes(browser), ['cookie', 'cookie']);
});

test('another browser gets the refusal and keeps nothing', async () => {
  const server = new FakeServer();
  await openAndSettle(frame(server, newBrowser()).open());
  const stranger = newBrowser();
  server.sessions.forEach((session) => {
    session.hasCookie = false;
  });
  const error = await refusal(frame(server, stranger).open());
  assert.equal(error.code, 'link_already_used');
  assert.deepEqual(modes(stranger), [undefined, undefined]);
});

test('storage lost but cookie kept: one resume with the returned id', async () => {
  const server = new FakeServer();
  await openAndSettle(frame(server, newBrowser()).open());
  server.calls.length = 0;
  const emptied = newBrowser();
  const opening = await openAndSettle(frame(server, emptied).open());
  assert.equal(opening.first.session.id, 's1');
  assert.deepEqual(server.calls, ['/sessions', '/sessions/s1/resume']);
  assert.deepEqual(modes(emptied), ['cookie', 'cookie']);
});

test('a refused secret is dropped only where it is one’s own', async () => {
  const server = new FakeServer();
  server.takesCookies = false;
  const browser = newBrowser();
  await openAndSettle(frame(server, browser).open());
  const good = [...(browser.stores[0]?.slots.values() ?? [])][0];
  // Another frame without locks has overwritten one of the stores.
  const link = '/sb/secure-embed/x?nonce=1';
  await browser.stores[0]?.write(`casement:${link}`, { mode: 'secret', secret: 'bad', ends: 9e15 });
  const opening = await openAndSettle(frame(server, browser).open());
  assert.equal(opening.first.session.id, 's1');
  assert.deepEqual(good?.mode === 'secret' && good.secret, server.sessions.get(link)?.secret);
});

test('two frames at once without locks end in one session', async () => {
  const server = new FakeServer();
  server.takesCookies = false;
  const browser = newBrowser();
  const [a, b] = await Promise.all([frame(server, browser).open(), frame(server, browser).open()]);
  assert.equal(a.first.session.id, b.first.session.id);
  await settled();
  const again = await openAndSettle(frame(server, browser).open());
  assert.equal(again.first.session.id, 's1');
});

test('two links in one browser keep two slots', async () => {
  const server = new FakeServer();
  const browser = newBrowser();
  await openAndSettle(frame(server, browser, { link: '/a?nonce=1' }).open());
  await openAndSettle(frame(server, browser, { link: '/a?nonce=2' }).open());
  const first = await openAndSettle(frame(server, browser, { link: '/a?nonce=1' }).open());
  const second = await openAndSettle(frame(server, browser, { link: '/a?nonce=2' }).open());
  assert.notEqual(first.first.session.id, second.first.session.id);
});

test('a refused page still tries what this browser holds, and nothing else', async () => {
  const server = new FakeServer();
  const browser = newBrowser();
  const refused = { code: 'link_expired', message: 'Expired.' };
  const error = await refusal(frame(server, browser, { refused }).open());
  assert.equal(error.code, 'link_expired');
  assert.deepEqual(server.calls, []);
  await openAndSettle(frame(server, browser).open());
  const opening = await openAndSettle(frame(server, browser, { refused }).open());
  assert.equal(opening.first.session.id, 's1');
});

test('a new link that has expired leaves no secret behind', async () => {
  const server = new FakeServer();
  server.linkIsExpired = true;
  const browser = newBrowser();
  assert.equal((await refusal(frame(server, browser).open())).code, 'link_expired');
  assert.deepEqual(modes(browser), [undefined, undefined]);
});

test('an ended session is an end, and its slot goes', async () => {
  const server = new FakeServer();
  const browser = newBrowser();
  await openAndSettle(frame(server, browser).open());
  server.sessions.forEach((session) => {
    session.isEnded = true;
  });
  const error = await refusal(frame(server, browser).open());
  assert.equal(error.code, 'session_ended');
  assert.ok(error.isEnd);
  assert.deepEqual(modes(browser), [undefined, undefined]);
});

test('a rejected token is renewed once and the call repeated', async () => {
  const server = new FakeServer();
  const session = frame(server, newBrowser());
  await openAndSettle(session.open());
  server.forgetTokens();
  server.calls.length = 0;
  const lines = await session.query({ panels: [7] }, new AbortController().signal);
  assert.deepEqual(await drain(lines), [[7], true]);
  assert.deepEqual(server.calls, ['/query', '/sessions/s1/resume', '/query']);
});

test('a token near its end is renewed before the call, once for all calls', async () => {
  const server = new FakeServer();
  const browser = newBrowser();
  const session = frame(server, browser);
  await openAndSettle(session.open());
  browser.now += 596_000;
  server.calls.length = 0;
  const { signal } = new AbortController();
  await Promise.all([
    session.query({ panels: [1] }, signal),
    session.query({ panels: [2] }, signal),
  ]);
  assert.deepEqual(server.calls.filter((path) => path.endsWith('resume')).length, 1);
});

test('a query of an ended session is refused without a renewal', async () => {
  const server = new FakeServer();
  const session = frame(server, newBrowser());
  await openAndSettle(session.open());
  server.sessions.forEach((stored) => {
    stored.isEnded = true;
  });
  server.calls.length = 0;
  const error = await refusal(session.query({ panels: [1] }, new AbortController().signal));
  assert.ok(error.isEnd);
  assert.deepEqual(server.calls, ['/query']);
});

test('an answer that breaks off is told from a whole one', async () => {
  const server = new FakeServer();
  server.cutAfter = 2;
  const opening = await openAndSettle(frame(server, newBrowser()).open());
  assert.deepEqual(await drain(opening.panels), [[1], false]);
});

test('an answer cut before its first line counts as lost', async () => {
  const server = new FakeServer();
  server.cutAfter = 0;
  await assert.rejects(frame(server, newBrowser()).open(), Unreachable);
});

test('a store that refuses writes keeps no old secret after the upgrade', async () => {
  class Stubborn extends MemoryStore {
    override write(name: string, slot: Slot): Promise<boolean> {
      return slot.mode === 'cookie' ? Promise.resolve(false) : super.write(name, slot);
    }
  }
  const stubborn: SlotStore & MemoryStore = new Stubborn();
  const browser = { ...newBrowser(), stores: [new MemoryStore(), stubborn] };
  await openAndSettle(frame(new FakeServer(), browser).open());
  assert.deepEqual(modes(browser), ['cookie', undefined]);
});

test('a browser that refuses locks goes on without', async () => {
  const refusing = {
    request: () => Promise.reject(new DOMException('no', 'SecurityError')),
  } as unknown as LockManager;
  assert.equal(await withLock(refusing, 'x', () => Promise.resolve(7)), 7);
  assert.equal(await withLock(undefined, 'x', () => Promise.resolve(8)), 8);
});

test('an action that fails under its lock is not run a second time', async () => {
  let runs = 0;
  const granting = {
    request: (_: string, action: () => Promise<unknown>) => action(),
  } as unknown as LockManager;
  const failing = withLock(granting, 'x', () => {
    runs++;
    return Promise.reject(new Error('inside'));
  });
  await assert.rejects(failing, /inside/);
  assert.equal(runs, 1);
});
