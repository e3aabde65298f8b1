// A server without TLS, answers that get lost, and thirty days.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { state } from './support/asking.mjs';
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
