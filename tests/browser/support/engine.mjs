// What every engine must do. One engine a file, so that each can be run by itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { forget, open, reloadFrame, state, stateAfterRestart, textOf, until } from './asking.mjs';
import { startLab } from './lab.mjs';

/**
 * Declares the tests of one engine; `start` takes the lab. `storageAccess` is what a browser of this
 * policy says about a foreign frame's cookies; `keepsProfile`: it can be closed and opened again.
 */
export function engineTests(name, start, { storageAccess, keepsProfile = true }) {
  describe(name, () => {
    let lab;
    let browser;
    before(async () => {
      lab = await startLab();
      browser = await start(lab);
    });
    after(async () => {
      await browser?.close();
      await lab?.close();
    });

    test('is set up like a real browser: a frame has storage, and the cookies its policy says', async () => {
      await open(browser, lab, 'host.test', lab.link('acme'));
      assert.equal(await state(browser), 'ready');
      assert.equal(await browser.frameEval(0, "(localStorage.setItem('guard', '1'), localStorage.getItem('guard'))"), '1');
      await open(browser, lab, 'host.test', lab.host.storageAccess('casement.test'));
      assert.equal((await textOf(browser)).trim(), storageAccess);
    });

    test('shows the dashboard, and again after every kind of reload', async () => {
      await open(browser, lab, 'host.test', lab.link('acme'));
      assert.equal(await state(browser), 'ready');
      assert.match(await textOf(browser), /acme/i);

      assert.equal(await reloadFrame(browser), 'ready', 'frame reload');

      await forget(browser);
      await browser.eval('window.assignAgain(0)');
      assert.equal(await state(browser), 'ready', 'same src assigned again');

      await browser.reload();
      assert.equal(await state(browser), 'ready', 'host page reload');
    });

    test('opens in a second tab of the same browser', async () => {
      const link = lab.link('acme');
      await open(browser, lab, 'host.test', link);
      assert.equal(await state(browser), 'ready');
      await browser.newTab(lab.host.url('host.test', link));
      assert.equal(await state(browser), 'ready');
      await browser.closeTab();
    });

    test('refuses the copied link on another site', async () => {
      const link = lab.link('acme');
      await open(browser, lab, 'host.test', link);
      assert.equal(await state(browser), 'ready');
      await open(browser, lab, 'other.test', link);
      assert.equal(await state(browser), 'link_already_used');
      assert.match(await textOf(browser), /already (been )?(opened|used)/i);
      assert.doesNotMatch(await textOf(browser), /acme/i);
    });

    test('keeps two viewers on one page apart, also after a reload', async () => {
      await open(browser, lab, 'host.test', [lab.link('acme'), lab.link('globex')]);
      for (const round of ['first load', 'reload']) {
        assert.equal(await state(browser, 0), 'ready', round);
        assert.equal(await state(browser, 1), 'ready', round);
        const [one, two] = [await textOf(browser, 0), await textOf(browser, 1)];
        assert.match(one, /acme/i);
        assert.doesNotMatch(one, /globex/i);
        assert.match(two, /globex/i);
        assert.doesNotMatch(two, /acme/i);
        if (round === 'first load') await browser.reload();
      }
    });

    test('survives one fresh link mounted twice at once', async () => {
      const link = lab.link('acme');
      await open(browser, lab, 'host.test', [link, link]);
      assert.deepEqual([await state(browser, 0), await state(browser, 1)], ['ready', 'ready']);
      await browser.reload();
      assert.deepEqual([await state(browser, 0), await state(browser, 1)], ['ready', 'ready']);
    });

    test('does not spend a link that a foreign page frames', async () => {
      const link = lab.link('bound');  // its share names host.test alone
      await open(browser, lab, 'other.test', link);
      await until(browser, "document.readyState === 'complete'", 'the page');
      assert.equal(await browser.eval('window.heard.length'), 0);
      await open(browser, lab, 'host.test', link);
      assert.equal(await state(browser), 'ready');
    });

    test('does not spend a link in a sandbox without an origin', async () => {
      const link = lab.link('acme');
      await open(browser, lab, 'host.test', link, 'sandbox="allow-scripts"');
      assert.equal(await state(browser), 'sandbox_without_allow_same_origin');
      await open(browser, lab, 'host.test', link, 'sandbox="allow-scripts allow-same-origin"');
      assert.equal(await state(browser), 'ready');
    });

    test('says why it does not open: tampered, expired, paused, gone', async () => {
      const cases = {
        bad_signature: lab.link('acme', { token: '0'.repeat(64) }),
        link_expired: lab.link('acme', { age: 31 * 60 }),
        link_not_yet_valid: lab.link('acme', { age: -120 }),
        share_paused: lab.link('paused'),
        share_not_found: lab.link('acme', { share: 'nosuchshare0000000000' }),
      };
      for (const [code, link] of Object.entries(cases)) {
        await open(browser, lab, 'host.test', link);
        assert.equal(await state(browser), code);
        assert.equal(await browser.eval('window.heard.find(m => m.code).type'), 'denied', code);
        assert.ok((await textOf(browser)).trim().length > 20, `${code} has a message in the frame`);
      }
    });

    test('shuts an open dashboard when its session is ended', async () => {
      await open(browser, lab, 'host.test', lab.link('acme'));
      assert.equal(await state(browser), 'ready');
      await forget(browser);
      await lab.endNewestSession();
      await browser.eval("(document.getElementById('frame0').contentWindow.postMessage(" +
        "{ source: 'casement-host', type: 'refresh' }, '*'), true)");
      assert.equal(await state(browser), 'session_ended');
      assert.doesNotMatch(await textOf(browser), /acme/i);
    });

    test('shuts it within a second, unasked, when an answer is under way', async () => {
      await open(browser, lab, 'host.test', lab.link('endless'));
      assert.equal(await state(browser), 'ready');
      assert.match(await textOf(browser), /acme/i);
      await forget(browser);
      await lab.endNewestSession();
      const ended = Date.now();
      assert.equal(await state(browser), 'session_ended');
      const took = await browser.eval("window.heard.find(m => m.type === 'session-expired').at") - ended;
      assert.ok(took < 1000, `it took ${took} ms`);
      assert.doesNotMatch(await textOf(browser), /acme/i);
    });

    if (keepsProfile) {
      test('shows it again after the browser was closed and opened with the same profile', async () => {
        assert.equal(await stateAfterRestart(browser, lab), 'ready');
        assert.match(await textOf(browser), /acme/i);
      });
    }
  });
}
