// Every page of the console when the server fails, is not there, is slow, or does not know the
// person any more: each says what happened and has a way on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ADA, click, fill, find, gone, heading, looksRight, reads, signIn, startConsoleBrowser, startConsoleLab }
  from './support/console-lab.mjs';

/** Pages that ask the server for what they show. */
const ASKING = ['dashboards', 'dashboards?bin=1', 'dashboards/flights', 'dashboards/flights/overview',
  'dashboards/flights/versions', 'dashboards/flights/json', 'dashboards/flights/edit', 'dashboards/new',
  'dashboards/new?from=flights', 'explore', 'shares', 'shares/any', 'sessions', 'people', 'people/invitations',
  'people/groups', 'people/roles', 'people/attributes', 'people/external', 'people/users/1', 'sources',
  'sources/flights', 'sources/flights/schema', 'models/flights', 'new-model', 'proofs', 'keys', 'keys/accounts',
  'keys/programs', 'keys/embedding', 'usage', 'audit', 'server', 'server/parameters', 'server/about', 'settings',
  'account'];

/** Of these there are pictures too: one of each form that a failure takes. */
const PICTURED = { dashboards: 'home', 'dashboards/flights': 'dashboard', 'dashboards/flights/edit': 'editor',
  'people/users/1': 'person', server: 'server', 'keys/embedding': 'keys', explore: 'explore', settings: 'settings',
  account: 'account', usage: 'usage', audit: 'audit', 'sources/flights': 'source',
  sources: 'sources' };

const UNAVAILABLE = { error: { code: 'unavailable', message: 'The catalog cannot be reached at the moment. Try again in a minute.' } };

describe('The console when the server fails', () => {
  let lab;
  let browser;
  let page;
  /** What becomes of a call: `{ status, body }`, 'cut', 'held', or null for the server's own answer. */
  let fate = () => null;
  const held = [];

  before(async () => {
    lab = await startConsoleLab();
    await lab.setUp();
    browser = await startConsoleBrowser();
    ({ page } = browser);
    await signIn(page, lab.origin);
    await page.setRequestInterception(true);
    page.on('request', request => {
      const { pathname } = new URL(request.url());
      const what = pathname.startsWith('/api/casement/v1/') ? fate(pathname) : null;
      if (what === null) return request.continue();
      if (what === 'cut') return request.abort('connectionrefused');
      if (what === 'held') return held.push(request);
      return request.respond({ status: what.status, contentType: what.type ?? 'application/json',
        body: typeof what.body === 'string' ? what.body : JSON.stringify(what.body) });
    });
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const open = address => page.goto(`${lab.origin}/console/${address}`);
  /** What the page needs to know who is there. */
  const isEntrance = pathname => pathname.endsWith('/me') || pathname.endsWith('/setup');
  const failing = what => pathname => (isEntrance(pathname) ? null : what);
  const failed = address => page.waitForSelector('main .failed, main .trouble')
    .catch(() => assert.fail(`/${address} does not say that it failed`));

  test('When the server fails, every page says so, and waits for nothing beside it', async () => {
    fate = failing({ status: 503, body: UNAVAILABLE });
    for (const address of ASKING) {
      await open(address);
      await failed(address);
      assert.equal(await page.$('main .opening'), null, `/${address} does not go on waiting beside it`);
      const words = await page.$eval('main', main => main.innerText);
      assert.match(words, /The catalog cannot be reached/, `/${address} says what the server said`);
      assert.match(words, /Try again\n|Try again$/, `/${address} can be tried again`);
      if (PICTURED[address]) await looksRight(page, `failed-${PICTURED[address]}`);
    }
  });

  test('It is there once the server answers, and one asks again', async () => {
    for (const [address, there] of [['shares', 'main .list'], ['dashboards/flights', 'main canvas'],
      ['people/users/1', 'main .card'], ['server', 'main .list'], ['explore', '.query-editor']]) {
      fate = failing({ status: 503, body: UNAVAILABLE });
      await open(address);
      await failed(address);
      fate = () => null;
      await click(page, 'button', 'Try again');
      await page.waitForSelector(there);
      await gone(page, 'The catalog cannot be reached');
      assert.equal(await page.$('main .failed'), null, address);
    }
  });

  test('An answer that is not the server’s own is told in words all the same', async () => {
    fate = failing({ status: 502, type: 'text/html', body: '<html><h1>Bad Gateway</h1></html>' });
    await open('shares');
    await reads(page, 'The server could not do this (status 502).');
    await looksRight(page, 'failed-proxy');
    // One that claims to be fine and is no JSON is no empty list.
    fate = failing({ status: 200, type: 'text/html', body: '<html>Sign in to the network</html>' });
    await open('shares');
    await failed('shares');
    await reads(page, 'Something other than the server answered');
    fate = () => null;
    await click(page, 'button', 'Try again');
    await page.waitForSelector('main .list');
  });

  test('A dashboard whose data fail says so in its panels', async () => {
    await open('dashboards/flights?panel=2');
    await page.waitForSelector('main .one-panel .panel');
    fate = pathname => (pathname.endsWith('/draw/query') ? { status: 503, body: UNAVAILABLE } : null);
    await click(page, 'link', 'All panels');
    await failed('dashboards/flights');
    await looksRight(page, 'failed-data');
    const count = await page.$$eval('main .trouble', all => all.length);
    assert.ok(count > 5, `${count}`);
    fate = () => null;
    await click(page, 'button', 'Try again');
    await page.waitForFunction(most => document.querySelectorAll('main .trouble').length < most, {}, count);
  });

  test('While an answer is on its way, the page says that it loads', async () => {
    for (const [address, name] of [['shares', 'list'], ['dashboards/flights', 'dashboard'], ['people/users/1', 'person']]) {
      fate = failing('held');
      await open(address);
      await page.waitForSelector('main .opening[role="status"]');
      await looksRight(page, `slow-${name}`);
      fate = () => null;
      for (const request of held.splice(0)) request.continue();
      await page.waitForFunction(() => document.querySelector('main .opening') === null);
      assert.equal(await page.$('main .failed'), null, address);
    }
  });

  test('Without a network every page says so once it cannot go on, and comes back by itself', async () => {
    fate = failing('cut');
    await open('shares');
    await failed('shares');
    await reads(page, 'The server cannot be reached.');
    await looksRight(page, 'failed-network');
    fate = () => null;
    await click(page, 'button', 'Try now');
    await page.waitForSelector('main .list');
    await page.waitForFunction(() => document.querySelector('main .failed, main .notice') === null);
  });

  test('What was typed stays when saving it fails', async () => {
    await open('settings');
    const field = await find(page, 'textbox', 'Name').waitHandle();
    const before = await field.evaluate(input => input.value);
    await fill(page, 'Name', 'Acme, renamed');
    fate = failing({ status: 503, body: UNAVAILABLE });
    await click(page, 'button', 'Save');
    await page.waitForSelector('main .notice.bad');
    await looksRight(page, 'failed-saving');
    assert.equal(await field.evaluate(input => input.value), 'Acme, renamed');
    fate = () => null;
    await click(page, 'button', 'Save');
    // What failed before is gone as soon as it is sent again: only this says that it was done.
    await reads(page, 'The name is changed.');
    assert.equal(await page.$('main .notice.bad'), null);
    assert.equal((await lab.api('GET', '/organization')).name, 'Acme, renamed');
    await fill(page, 'Name', before);
    await click(page, 'button', 'Save');
    await reads(page, before);
  });

  test('When the session has ended, each kind of page asks for the password, and goes on where it was', async () => {
    for (const [address, there] of [['shares', 'Shares'], ['dashboards/flights', 'Departures'],
      ['dashboards/new', 'New dashboard'], ['explore', 'Explore'], ['settings', 'Settings']]) {
      fate = failing({ status: 401, body: { error: { code: 'session_ended', message: 'Your session has ended.' } } });
      await open(address);
      await heading(page, 'Sign in');
      await reads(page, 'Your session has ended. Sign in again to go on where you were.');
      fate = () => null;
      await fill(page, 'Name or e-mail', ADA.handle);
      await fill(page, 'Password', ADA.password);
      await page.keyboard.press('Enter');
      await heading(page, there).catch(() => assert.fail(`/${address} is not there after the sign-in`));
      assert.equal(await page.$('main .failed'), null, address);
    }
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
