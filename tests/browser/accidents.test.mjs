// A server without TLS, one without cookies, answers that get lost, and thirty days.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, reloadFrame, state, stateAfterRestart, textOf } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startLab } from './support/lab.mjs';

const DAY = 24 * 60 * 60;

describe('A server without TLS', () => {
  let browser;
  let plain;
  before(async () => {
    plain = await startLab({ tls: false });
    browser = await startChromium({ pin: '' });
  });
  after(async () => {
    await browser?.close();
    await plain?.close();
  });

  test('works without any cookie', async () => {
    await browser.goto(plain.host.url('host.test', plain.link('acme')));
    assert.equal(await state(browser), 'ready');
    await browser.reload();
    assert.equal(await state(browser), 'ready');
  });
});

// Behind a proxy that it was not told to trust, the server takes every request for plain HTTP.
describe('A server whose cookies never come', () => {
  let browser;
  let lab;
  before(async () => {
    lab = await startLab({ cookies: false });
    browser = await startChromium({ pin: lab.pin });
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  test('is opened again by the secret in the frame, wherever a cookie would have done it', async () => {
    const link = lab.link('acme');
    await open(browser, lab, 'host.test', link);
    assert.equal(await state(browser), 'ready');
    assert.equal(await reloadFrame(browser), 'ready', 'frame reload');
    await browser.reload();
    assert.equal(await state(browser), 'ready', 'host page reload');
    await browser.newTab(lab.host.url('host.test', link));
    assert.equal(await state(browser), 'ready', 'second tab');
    await browser.closeTab();
    const slots = await browser.frameEval(0, 'JSON.stringify(Object.values(localStorage))');
    assert.match(slots, /"mode\\":\\"secret/);
  });

  test('still refuses the copied link, and keeps two viewers apart', async () => {
    await open(browser, lab, 'host.test', [lab.link('acme'), lab.link('globex')]);
    for (const round of ['first load', 'reload']) {
      assert.deepEqual([await state(browser, 0), await state(browser, 1)], ['ready', 'ready'], round);
      assert.doesNotMatch(await textOf(browser, 0), /globex/i);
      assert.doesNotMatch(await textOf(browser, 1), /acme/i);
      if (round === 'first load') await browser.reload();
    }
    const link = lab.link('acme');
    await open(browser, lab, 'host.test', link);
    assert.equal(await state(browser), 'ready');
    await open(browser, lab, 'other.test', link);
    assert.equal(await state(browser), 'link_already_used');
  });

  test('shows it again after the browser was closed and opened with the same profile', async () => {
    assert.equal(await stateAfterRestart(browser, lab), 'ready');
  });
});

describe('Time and accidents', () => {
  let browser;
  let own;
  before(async () => {
    own = await startLab();
    browser = await startChromium({ pin: own.pin });
  });
  after(async () => {
    await browser?.close();
    await own?.close();
  });

  test('an answer lost on the way does not lose the session', async () => {
    const page = browser.page();
    let dropped = 0;
    await page.setRequestInterception(true);
    const listener = async request => {
      if (dropped === 0 && request.method() === 'POST' && request.url().endsWith('/sessions')) {
        dropped += 1;
        // The server opens the session; the browser never hears of it.
        await own.post(new URL(request.url()).pathname, request.postData(), request.headers());
        return request.abort('connectionreset');
      }
      return request.continue();
    };
    page.on('request', listener);
    await browser.goto(own.host.url('host.test', own.link('acme')));
    assert.equal(await state(browser), 'ready');
    assert.equal(dropped, 1);
    page.off('request', listener);
    await page.setRequestInterception(false);
  });

  test('lives for thirty days and not longer', async () => {
    const url = own.host.url('host.test', own.link('acme'));
    await browser.goto(url);
    assert.equal(await state(browser), 'ready');
    await own.restart({ clockShift: 29 * DAY });
    await browser.goto(url);
    assert.equal(await state(browser), 'ready');
    await own.restart({ clockShift: 31 * DAY });
    await browser.goto(url);
    assert.equal(await state(browser), 'session_expired');
  });
});
