// Every page of the console when there is nothing to show yet, and when the server fails: each says
// so, and each has a way on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { click, find, gone, heading, looksRight, signIn, startConsoleBrowser, startConsoleLab }
  from './support/console-lab.mjs';

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
  ['new-model', 'new-model', 'New model'],
  ['proofs', 'proofs', 'Proofs'],
  ['keys/accounts', 'accounts', 'No service accounts yet'],
  ['links', 'links', 'Check a link'],
  ['usage', 'usage', 'Nobody has looked'],
  ['server', 'server', 'Server'],
];

/** Pages that ask the server for what they show. */
const ASKING = ['dashboards', 'dashboards?bin=1', 'dashboards/flights', 'dashboards/flights/overview',
  'dashboards/flights/versions', 'dashboards/flights/variables', 'dashboards/flights/json', 'dashboards/flights/edit',
  'explore', 'shares', 'shares/any', 'sessions', 'people', 'people/invitations', 'people/groups', 'people/roles',
  'people/attributes', 'people/external', 'people/users/1', 'sources', 'sources/flights', 'sources/flights/schema',
  'models/flights', 'new-model', 'proofs', 'keys', 'keys/accounts', 'keys/programs', 'keys/embedding', 'usage',
  'audit', 'server', 'server/parameters', 'server/about', 'settings', 'account'];

/** Of these there are pictures too: one of each form that a failure takes. */
const PICTURED = { dashboards: 'home', 'dashboards/flights': 'dashboard', 'people/users/1': 'person', server: 'server',
  'keys/embedding': 'keys', explore: 'explore', settings: 'settings', account: 'account' };

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

  test('When the server fails, every page says so and is there once it answers', async () => {
    let isBroken = true;
    await page.setRequestInterception(true);
    const answer = request => {
      const { pathname } = new URL(request.url());
      if (!isBroken || !pathname.startsWith('/api/casement/v1/') || pathname.endsWith('/me')) return request.continue();
      return request.respond({ status: 503, contentType: 'application/json', body: JSON.stringify(
        { error: { code: 'unavailable', message: 'The catalog cannot be reached at the moment. Try again in a minute.' } }) });
    };
    page.on('request', answer);
    for (const address of ASKING) {
      await page.goto(`${lab.origin}/console/${address}`);
      await page.waitForSelector('main .failed, main .notice.bad').catch(() => assert.fail(`/${address} does not say that it failed`));
      assert.equal(await page.$('main .opening'), null, `/${address} does not go on waiting beside it`);
      if (PICTURED[address]) await looksRight(page, `failed-${PICTURED[address]}`);
    }
    await page.goto(`${lab.origin}/console/shares`);
    const again = await find(page, 'button', 'Try again').waitHandle();
    isBroken = false;
    await again.click();
    await heading(page, 'Nothing is shared yet');
    await gone(page, 'The catalog cannot be reached');
    page.off('request', answer);
    await page.setRequestInterception(false);
  });

  test('The way on from an empty page leads there', async () => {
    await page.goto(`${lab.origin}/console/sessions`);
    await click(page, 'link', 'Look at the shares');
    await heading(page, 'Nothing is shared yet');
    await click(page, 'link', 'Choose a dashboard');
    await heading(page, 'There is no dashboard yet');
    await click(page, 'link', 'Import one');
    await heading(page, 'Import a dashboard');
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
