import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, reloadFrame, state, until } from './support/asking.mjs';
import { startFirefox } from './support/browsers.mjs';
import { NAMES } from './support/certificates.mjs';
import { engineTests } from './support/engine.mjs';
import { startLab } from './support/lab.mjs';

// It says "none" of cookies that stand outside of every partition; the partitioned ones come back.
engineTests('Firefox, as it comes', () => startFirefox({ names: NAMES }), { storageAccess: 'none' });

/** Firefox under a policy of its own. `tests` gets the lab and the browser once they are there. */
function underPolicy(name, cookieBehavior, tests) {
  describe(name, () => {
    const running = {};
    before(async () => {
      running.lab = await startLab();
      running.browser = await startFirefox({ names: NAMES, cookieBehavior });
    });
    after(async () => {
      await running.browser?.close();
      await running.lab?.close();
    });
    tests(running);
  });
}

/** A page that embeds through the script is given a fresh link, once, where nothing opens the used one. */
async function isRenewed({ browser, lab }, openAgain) {
  const page = lab.renewingPage('host.test');
  await browser.goto(page);
  assert.equal(await until(browser, 'window.states && window.states[0]', 'the first state'), 'ready');
  await openAgain(page);
  await until(browser, "window.states && window.states.includes('ready')", 'the renewed frame');
  assert.equal(await browser.eval('window.asked'), 2, 'the used link was tried first');
}

underPolicy('Firefox with all third-party cookies blocked', 1, running => {
  test('keeps the session over a reload of frame and page, but in this tab only', async () => {
    const { browser, lab } = running;
    const link = lab.link('acme');
    await open(browser, lab, 'host.test', link);
    assert.equal(await state(browser), 'ready');
    assert.equal(await reloadFrame(browser), 'ready');
    await browser.reload();
    assert.equal(await state(browser), 'ready');
    await browser.newTab(lab.host.url('host.test', link));
    assert.equal(await state(browser), 'link_already_used');
  });

  test('is renewed in another tab by a host page that uses the script', () =>
    isRenewed(running, page => running.browser.newTab(page)));
});

underPolicy('Firefox with all cookies blocked', 2, running => {
  test('keeps it over a reload of the frame, and says so plainly after one of the page', async () => {
    const { browser, lab } = running;
    await open(browser, lab, 'host.test', lab.link('acme'));
    assert.equal(await state(browser), 'ready');
    assert.equal(await reloadFrame(browser), 'ready');
    await browser.reload();
    assert.equal(await state(browser), 'link_already_used');
  });

  test('is renewed once by a host page that uses the script', () =>
    isRenewed(running, () => running.browser.reload()));
});
