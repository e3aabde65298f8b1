import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { forget, open, state, until } from './support/asking.mjs';
import { startFirefox } from './support/browsers.mjs';
import { NAMES } from './support/certificates.mjs';
import { engineTests } from './support/engine.mjs';
import { startLab } from './support/lab.mjs';

engineTests('Firefox, as it comes', () => startFirefox({ names: NAMES }));

describe('Firefox with all third-party cookies blocked', () => {
  let lab;
  let browser;
  before(async () => {
    lab = await startLab();
    browser = await startFirefox({ names: NAMES, cookieBehavior: 1 });
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  test('keeps the session over a reload of frame and page', async () => {
    await open(browser, lab, 'host.test', lab.link('acme'));
    assert.equal(await state(browser), 'ready');
    await forget(browser);
    await browser.frameEval(0, 'setTimeout(() => location.reload(), 0)');
    assert.equal(await state(browser), 'ready');
    await browser.reload();
    assert.equal(await state(browser), 'ready');
  });
});

describe('Firefox with all cookies blocked', () => {
  let lab;
  let browser;
  before(async () => {
    lab = await startLab();
    browser = await startFirefox({ names: NAMES, cookieBehavior: 2 });
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  test('keeps it over a reload of the frame, and says so plainly after one of the page', async () => {
    await open(browser, lab, 'host.test', lab.link('acme'));
    assert.equal(await state(browser), 'ready');
    await forget(browser);
    await browser.frameEval(0, 'setTimeout(() => location.reload(), 0)');
    assert.equal(await state(browser), 'ready');
    await browser.reload();
    assert.equal(await state(browser), 'link_already_used');
  });

  test('is renewed once by a host page that uses the script', async () => {
    await browser.goto(lab.renewingPage('host.test'));
    assert.equal(await until(browser, 'window.states && window.states[0]', 'the first state'), 'ready');
    await browser.reload();
    await until(browser, "window.states && window.states.includes('ready')", 'the renewed frame');
  });
});
