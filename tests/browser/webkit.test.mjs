import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, reloadFrame, state, stateAfterRestart, textOf } from './support/asking.mjs';
import { startWebKit } from './support/browsers.mjs';
import { engineTests } from './support/engine.mjs';
import { startLab } from './support/lab.mjs';

// Its own browser has no profile when it is driven; and it sends no Sec-Fetch-Storage-Access.
engineTests('WebKitGTK', lab => startWebKit({ proxyPort: lab.host.proxyPort }),
  { storageAccess: 'unsaid', keepsProfile: false });

describe('WebKitGTK with a profile and tracking prevention', () => {
  let lab;
  let browser;
  before(async () => {
    lab = await startLab();
    browser = await startWebKit({ proxyPort: lab.host.proxyPort, profile: true });
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  test('keeps the session without any cookie, by the secret in its own storage', async () => {
    await open(browser, lab, 'host.test', lab.link('acme'));
    assert.equal(await state(browser), 'ready');
    assert.equal(await reloadFrame(browser), 'ready');
    await browser.reload();
    assert.equal(await state(browser), 'ready');
    assert.match(await browser.frameEval(0, 'JSON.stringify(Object.values(localStorage))'), /secret/);
  });

  test('shows it again after the browser was closed and opened with the same profile', async () => {
    assert.equal(await stateAfterRestart(browser, lab), 'ready');
    assert.match(await textOf(browser), /acme/i);
  });
});
