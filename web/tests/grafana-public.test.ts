import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameHistory, load, newBrowser, quiet } from './grafana-frame';

const kPath = '/public-dashboards/flights';
const kAddress = `${kPath}?var-airport=ATL`;

test('a public page opens by its address, which stays as it is', async () => {
  const browser = newBrowser();
  const frame = await load(browser, kAddress);
  assert.equal(frame.viewer.page.value.kind, 'dashboard');
  assert.equal(frame.history.address, kAddress);
  assert.equal(browser.server.lastCall('/sessions').link, kAddress);
});

test('what a viewer chooses stands in the address, and a reload asks for it again', async () => {
  const browser = newBrowser();
  const { history, viewer } = await load(browser, kAddress);
  viewer.setVariable('airport', ['JFK']);
  await quiet();
  assert.equal(history.address, `${kPath}?var-airport=JFK`);
  browser.server.calls.length = 0;
  const again = await load(browser, history);
  assert.equal(again.viewer.page.value.kind, 'dashboard');
  assert.deepEqual(browser.server.paths(), ['/sessions/s1/resume']);
  assert.equal(browser.server.lastCall('/sessions/s1/resume').content, history.address);
});

test('all frames of one public page have one session in a browser', async () => {
  const browser = newBrowser();
  await load(browser, kAddress);
  await load(browser, `${kPath}?kiosk`);
  const opened = browser.server.paths().filter((path) => path === '/sessions');
  assert.equal(opened.length, 1);
});

test('a public page’s session is not what plain addresses of this browser open with', async () => {
  const browser = newBrowser();
  await load(browser, kAddress);
  const plain = await load(browser, '/d/flights/all-flights');
  assert.deepEqual(plain.closed, ['not_authenticated']);
});

test('a session that has reached its end is followed by another', async () => {
  const browser = newBrowser();
  const first = await load(browser, kAddress);
  browser.server.isOver = true;
  const over = await load(browser, new FrameHistory(kAddress));
  assert.equal(over.viewer.page.value.kind, 'dashboard');
  assert.equal(browser.server.paths().filter((path) => path === '/sessions').length, 2);
  assert.deepEqual(first.closed, []);
});

test('a refused public page says why, and opens nothing', async () => {
  const browser = newBrowser();
  const frame = await load(browser, kAddress, {
    refused: { code: 'share_paused', message: 'Paused.' },
  });
  assert.deepEqual(frame.closed, ['share_paused']);
  assert.deepEqual(browser.server.paths(), []);
});

test('data is asked for by the dashboard’s name after every way of coming in', async () => {
  for (const takesCookies of [true, false]) {
    const browser = newBrowser();
    browser.server.takesCookies = takesCookies;
    for (const visit of ['first', 'again']) {
      const { viewer } = await load(browser, kAddress);
      viewer.setVariable('airport', ['JFK']);
      await quiet();
      assert.equal(browser.server.lastCall('/query').content, 'dashboards/flights', visit);
    }
  }
});
