// Pages of the console when there is nothing to show yet: each says what comes there, and has a way on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { click, gone, heading, looksRight, reads, signIn, startConsoleBrowser, startConsoleLab } from './support/console-lab.mjs';

/** Address of each page, the name of its picture, and its heading while it is empty. */
const EMPTY = [
  ['dashboards', 'home', 'There is no dashboard yet'],
  ['dashboards?bin=1', 'bin', 'The bin is empty'],
  ['dashboards/new', 'new', 'New dashboard'],
  ['dashboards/import', 'import', 'Import a dashboard'],
  ['explore', 'explore', 'There is nothing to ask yet'],
  ['shares', 'shares', 'Nothing is shared yet'],
  ['sessions', 'sessions', 'Nobody is looking'],
  ['people/invitations', 'invitations', 'Nobody is invited'],
  ['people/groups', 'groups', 'There are no groups yet'],
  ['people/attributes', 'attributes', 'There are no attributes yet'],
  ['people/external', 'external', 'Nobody has come yet'],
  ['sources', 'sources', 'Sources & models'],
  ['new-model', 'new-model', 'There is no source yet'],
  ['proofs', 'proofs', 'Proofs'],
  ['links', 'links', 'Check a link'],
  ['usage', 'usage', 'Nobody has looked'],
  ['server', 'server', 'Server'],
];

describe('States of the console’s pages', () => {
  let lab;
  let browser;
  let page;
  before(async () => {
    lab = await startConsoleLab({ args: [] });
    await lab.setUp();
    browser = await startConsoleBrowser();
    ({ page } = browser);
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const settled = () => page.waitForFunction(() => !document.querySelector('main .opening') && document.querySelector('main h1'));

  for (const [address, name, says] of EMPTY) {
    test(`Where there is nothing yet, /${address} says what comes here`, async () => {
      await page.goto(`${lab.origin}/console/${address}`);
      await heading(page, says);
      await settled();
      await looksRight(page, `empty-${name}`);
    });
  }

  test('The way on from an empty page leads there', async () => {
    await page.goto(`${lab.origin}/console/sessions`);
    await click(page, 'link', 'Look at the shares');
    await heading(page, 'Nothing is shared yet');
    await click(page, 'link', 'Choose a dashboard');
    await heading(page, 'There is no dashboard yet');
    await click(page, 'link', 'Import one');
    await heading(page, 'Import a dashboard');
  });

  test('Without a source a dashboard begins with a text, or with adding a source', async () => {
    await page.goto(`${lab.origin}/console/dashboards/new`);
    await reads(page, 'There is no source yet');
    await page.click('input[value="table"]');
    await click(page, 'button', 'Begin');
    await reads(page, 'A dashboard needs a title.');
    await reads(page, 'A panel of this kind needs a source.');
    await page.click('input[value="text"]');
    await gone(page, 'A panel of this kind needs a source.');
    await click(page, 'link', 'Add the first one');
    await heading(page, 'New source');
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
