import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameHistory, load, newBrowser, quiet } from './grafana-frame';

const kClean = '/d/flights/all-flights?orgId=1&var-airport=ATL';
const kProof = 'aliyun_api_key_sign=00ff&aliyun_api_key_timestamp=1&aliyun_api_key_name=wall';
const kLink = `${kClean}&${kProof}`;
const kOther = kLink.replace('00ff', '11ee');

test('a link opens, and its proof leaves the address', async () => {
  const frame = await load(newBrowser(), kLink);
  assert.equal(frame.viewer.page.value.kind, 'dashboard');
  assert.equal(frame.history.address, kClean);
  assert.equal(frame.session.contentPath, 'dashboards/flights');
});

test('the proof stays in the address until the session can be found without it', async () => {
  const browser = newBrowser();
  const seen: string[][] = [];
  const frame = await load(browser, kLink, {
    settled: () => seen.push(browser.server.paths()),
  });
  assert.deepEqual(seen, [['/sessions', '/sessions/s1/resume']]);
  await frame.session.renew();
  await quiet();
  assert.equal(seen.length, 1);
});

test('a reload finds the session by its cookie, or by the secret where none comes back', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    const { history } = await load(browser, kLink);
    browser.server.calls.length = 0;
    browser.server.linkIsExpired = true;
    const again = await load(browser, history);
    assert.equal(again.viewer.page.value.kind, 'dashboard');
    assert.deepEqual(browser.server.paths(), ['/sessions/s1/resume']);
    const { content, secret } = browser.server.lastCall('/sessions/s1/resume');
    assert.equal(content, kClean);
    assert.equal(typeof secret, takesCookies ? 'undefined' : 'string');
  }
});

test('the link itself, loaded again after its time, finds the session it opened', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    await load(browser, kLink);
    browser.server.linkIsExpired = true;
    browser.server.calls.length = 0;
    const again = await load(browser, kLink);
    assert.equal(again.viewer.page.value.kind, 'dashboard');
    assert.equal(again.history.address, kClean);
    assert.deepEqual(browser.server.paths(), ['/sessions/s1/resume']);
    // Which dashboard it opened is the server's to say.
    assert.equal(browser.server.lastCall('/sessions/s1/resume').content, undefined);
  }
});

test('a link whose cookie is gone opens anew while its time lasts', async () => {
  const browser = newBrowser();
  await load(browser, kLink);
  browser.server.forgetCookies();
  const again = await load(browser, kLink);
  assert.equal(again.viewer.page.value.kind, 'dashboard');
  assert.ok(browser.server.paths().includes('/sessions/s2/resume'));
});

test('in another browser the link is over after its time, and says so', async () => {
  const browser = newBrowser();
  await load(browser, kLink);
  browser.server.linkIsExpired = true;
  const stranger = await load({ ...browser, stores: newBrowser().stores }, kLink);
  assert.deepEqual(stranger.closed, ['link_expired']);
});

test('a link for one use opens for one browser, also in two of its frames', async () => {
  const browser = newBrowser();
  const link = `${kClean}&casement_nonce=abcdefghijklmnop&casement_signature=00`;
  const first = await load(browser, link);
  assert.equal(first.history.address, kClean);
  const second = await load(browser, link);
  assert.equal(second.viewer.page.value.kind, 'dashboard');
  const stranger = await load({ ...browser, stores: newBrowser().stores }, link);
  assert.deepEqual(stranger.closed, ['link_already_used']);
});

test('a frame without a proof goes on with the session that was opened last', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    await load(browser, kLink);
    await load(browser, kOther);
    browser.server.calls.length = 0;
    const later = await load(browser, '/d/other');
    assert.equal(later.viewer.page.value.kind, 'dashboard');
    assert.equal(later.session.contentPath, 'dashboards/other');
    assert.deepEqual(browser.server.paths(), ['/sessions/s2/resume']);
    assert.equal(browser.server.lastCall('/sessions/s2/resume').content, '/d/other');
  }
});

test('a frame keeps its own session over reloads, whatever was opened since', async () => {
  const browser = newBrowser();
  const opened = await load(browser, kLink);
  const found = await load(browser, '/d/other');
  await load(browser, kOther);
  for (const { history } of [opened, found]) {
    browser.server.calls.length = 0;
    await load(browser, history);
    assert.deepEqual(browser.server.paths(), ['/sessions/s1/resume']);
  }
});

test('a reload of an older link does not make its session the last one', async () => {
  const browser = newBrowser();
  await load(browser, kLink);
  await load(browser, kOther);
  await load(browser, kLink);
  browser.server.calls.length = 0;
  await load(browser, '/d/other');
  assert.deepEqual(browser.server.paths(), ['/sessions/s2/resume']);
});

test('a frame that found the last session leaves the pointer to whoever opens one', async () => {
  const browser = newBrowser();
  await load(browser, kLink);
  let moves = 0;
  const frame = await load(browser, '/d/other', {
    pointerLock: (action) => {
      moves++;
      return action();
    },
  });
  assert.equal(frame.viewer.page.value.kind, 'dashboard');
  assert.equal(moves, 0);
});

test('a browser without a session is told that it takes a link, and nobody is asked', async () => {
  const browser = newBrowser();
  const frame = await load(browser, kClean);
  assert.deepEqual(frame.closed, ['not_authenticated']);
  assert.deepEqual(browser.server.calls, []);
  assert.equal(frame.history.address, kClean);
});

test('a browser that is admitted without a link opens a session where it has none', async () => {
  const browser = newBrowser();
  const isAdmitted = true;
  const first = await load(browser, kClean, { isAdmitted });
  assert.equal(first.viewer.page.value.kind, 'dashboard');
  assert.equal(browser.server.lastCall('/sessions').link, kClean);
  const again = await load(browser, first.history, { isAdmitted });
  assert.equal(again.viewer.page.value.kind, 'dashboard');
  assert.equal(browser.server.paths().filter((path) => path === '/sessions').length, 1);
});

test('the session of a link goes before being admitted without one', async () => {
  const browser = newBrowser();
  const { history } = await load(browser, kLink);
  const again = await load(browser, history, { isAdmitted: true });
  assert.equal(again.viewer.page.value.kind, 'dashboard');
  assert.equal(browser.server.paths().filter((path) => path === '/sessions').length, 1);
});

test('a browser that keeps nothing is told which setting that is', async () => {
  const frame = await load(newBrowser(), kClean, { keepsData: () => false });
  assert.deepEqual(frame.closed, ['storage_refused']);
});

test('a session that its browser lost is not taken for one', async () => {
  const browser = newBrowser();
  const { history } = await load(browser, kLink);
  browser.server.forgetCookies();
  const again = await load(browser, history);
  assert.deepEqual(again.closed, ['not_authenticated']);
});

test('a dashboard that the session does not show leaves the session as it is', async () => {
  const browser = newBrowser();
  await load(browser, kLink);
  const missing = await load(browser, '/d/missing');
  assert.deepEqual(missing.closed, ['content_not_found']);
  const later = await load(browser, '/d/other');
  assert.equal(later.viewer.page.value.kind, 'dashboard');
});

test('a session whose time is over says so once, and is forgotten', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    const { history } = await load(browser, kLink);
    browser.server.isOver = true;
    assert.deepEqual((await load(browser, history)).closed, ['end session_expired']);
    // The last session of this browser was the same one.
    assert.deepEqual((await load(browser, history)).closed, ['end session_expired']);
    assert.deepEqual((await load(browser, history)).closed, ['not_authenticated']);
  }
});

test('a session that ends while it is looked at closes the page', async () => {
  const browser = newBrowser();
  const { viewer, closed } = await load(browser, kLink);
  browser.server.failWith = { status: 410, code: 'session_expired' };
  viewer.refreshIfOpen();
  await quiet();
  assert.deepEqual(closed, ['end session_expired']);
  assert.equal(viewer.page.value.kind, 'message');
});

test('the renewal that comes before the end of a token tells the end of the session', async () => {
  const browser = newBrowser();
  const { session } = await load(browser, kLink);
  browser.server.isOver = true;
  await assert.rejects(session.renew(), { code: 'session_expired' });
});

test('a refused page says why, and spends nothing', async () => {
  const browser = newBrowser();
  const refused = { code: 'signature_invalid', message: 'The signature does not fit.' };
  const frame = await load(browser, kLink, { refused });
  assert.deepEqual(frame.viewer.page.value, {
    kind: 'message',
    ...refused,
    canRetry: false,
  });
  assert.deepEqual(browser.server.calls, []);
  assert.equal(frame.history.address, kLink);
});

test('a link that is refused as too old still opens the session it opened here', async () => {
  const browser = newBrowser();
  await load(browser, kLink);
  const refused = { code: 'link_expired', message: 'Too old.' };
  const again = await load(browser, kLink, { refused });
  assert.equal(again.viewer.page.value.kind, 'dashboard');
});

test('a refused address without a proof does not take the last session', async () => {
  const browser = newBrowser();
  await load(browser, kLink);
  browser.server.calls.length = 0;
  const refused = { code: 'target_refused', message: 'No such page.' };
  const frame = await load(browser, '/d/other', { refused });
  assert.deepEqual(frame.closed, ['target_refused']);
  assert.deepEqual(browser.server.calls, []);
});

test('where nothing can be stored the link opens all the same', async () => {
  const browser = newBrowser();
  browser.server.takesCookies = false;
  for (const store of browser.stores) store.isBroken = true;
  const frame = await load(browser, kLink);
  assert.equal(frame.viewer.page.value.kind, 'dashboard');
});

test('a frame keeps the name of its slot in history, beside what others keep there', async () => {
  const browser = newBrowser();
  await load(browser, kLink);
  const history = new FrameHistory('/d/other');
  history.state = { host: 1 };
  const { viewer } = await load(browser, history);
  const state = history.state as Record<string, unknown>;
  assert.equal(state.host, 1);
  assert.match(String(state['casement.frame']), /^casement:f/);
  assert.equal(viewer.page.value.kind, 'dashboard');
});
