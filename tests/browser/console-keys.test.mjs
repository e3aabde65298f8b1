// Keys in the console, as a person makes, rotates, tries out and takes them away; each is tried at
// the API for which it is made.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ADA, click, fill, find, gone, heading, looksRight, pick, reads, searchFor, signIn,
  startConsoleBrowser, startConsoleLab } from './support/console-lab.mjs';

describe('Keys in the console', () => {
  let lab;
  let browser;
  let page;
  before(async () => {
    lab = await startConsoleLab({ env: { CASEMENT_ALIYUN_API_KEY_SHARE: 'true',
      CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: 'v1,v2,v3' } });
    await lab.setUp();
    // Those that came with the lab's own credentials.
    for (const { id } of (await lab.api('GET', '/account-keys')).keys) await lab.api('DELETE', `/account-keys/${id}`);
    for (const { id } of (await lab.api('GET', '/service-accounts')).accounts) {
      await lab.api('DELETE', `/service-accounts/${id}`);
    }
    browser = await startConsoleBrowser();
    ({ page } = browser);
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const go = path => page.goto(`${lab.origin}/console/keys${path}`);
  const choose = (name, value) => page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(value);
  const date = (name, value) => page.locator(`::-p-aria([name="${name}"])`).fill(value);
  /** The menu of a row comes when somebody goes to it. */
  const menu = async (row, item) => {
    await click(page, 'button', `Actions for ${row}`);
    await click(page, 'menuitem', item);
  };
  const shown = async () => {
    await page.waitForSelector('.card.secret code');
    return page.$$eval('.card.secret code', elements => elements.map(element => element.textContent));
  };
  const kept = async () => {
    await click(page, 'button', 'I have kept it');
    await page.waitForFunction(() => !document.querySelector('.card.secret'));
  };
  const status = async (path, headers) => (await fetch(`${lab.origin}${path}`, { headers })).status;
  const opens = key => status('/api/search', { authorization: `Bearer ${key}` });
  const rows = count => page.waitForFunction(
    wanted => document.querySelectorAll('.list tbody tr').length === wanted, {}, count);
  const told = text => page.waitForFunction(
    wanted => [...document.querySelectorAll('dialog[open]')].some(dialog => dialog.innerText.includes(wanted)), {}, text);
  const closed = () => page.waitForFunction(() => !document.querySelector('dialog[open]'));
  const frameSays = text => page.waitForFunction(
    wanted => document.querySelector('.live-test [role="status"]')?.innerText.includes(wanted), {}, text);

  let key;
  test('An API key is made with a name, a role and a life, and shown once', async () => {
    await page.goto(`${lab.origin}/console/`);
    await heading(page, 'Dashboards');
    await click(page, 'link', 'Keys');
    await heading(page, 'Keys');
    await reads(page, 'No API keys');
    await click(page, 'button', 'New API key');
    await fill(page, 'Name', 'nightly');
    await choose('Role', 'Editor');
    for (const [typed, says] of [['10', 'Say the unit'], ['2020-01-01', 'over already'], ['2027-02-31', 'no such day'],
      ['soon', 'Write it like 60s'], ['0d', 'a second at least']]) {
      await fill(page, 'Time to live', typed);
      await click(page, 'button', 'Make it');
      await told(says);
    }
    await looksRight(page, 'keys-new');
    await fill(page, 'Time to live', '10m');
    await click(page, 'button', 'Make it');
    [key] = await shown();
    assert.match(key, /^eyJr/);
    await reads(page, 'It is shown now and never again.');
    await looksRight(page, 'keys-fresh');
    assert.equal(await opens(key), 200);
    const { keys: [row] } = await lab.api('GET', '/account-keys?query=nightly');
    const left = Date.parse(row.expires_at) - Date.parse(row.created_at);
    assert.ok(left > 599_000 && left <= 600_000, `${left}`);
    assert.equal(row.role, 'Editor');
    await page.reload();
    await reads(page, `••••${key.slice(-4)}`);
    assert.ok(!(await page.content()).includes(key));
  });

  test('A name that is taken is said at its field, and typed work is not lost by accident', async () => {
    await click(page, 'button', 'New API key');
    await fill(page, 'Name', 'nightly');
    await click(page, 'button', 'Make it');
    await told('has a key or a token of this name already');
    await page.keyboard.press('Escape');
    await heading(page, 'Close without saving?');
    await click(page, 'button', 'Cancel');
    await told('New API key');
    assert.equal(await page.$eval('dialog[open] input', field => field.value), 'nightly');
    await page.keyboard.press('Escape');
    await heading(page, 'Close without saving?');
    await page.$$eval('dialog[open]', all => all.at(-1).querySelector('.danger').click());
    await closed();
  });

  test('Rotation keeps the key before for the overlap; without one it is refused at once', async () => {
    await menu('nightly', 'Rotate…');
    // It lives for ten minutes: the old one is not offered a day.
    assert.equal(await page.$eval('dialog[open] select', field => field.value), '0');
    await choose('The old API key ends', '3600');
    await looksRight(page, 'keys-rotate');
    await click(page, 'button', 'Rotate');
    const [second] = await shown();
    assert.notEqual(second, key);
    assert.equal(await opens(key), 200);
    assert.equal(await opens(second), 200);
    await kept();
    await reads(page, 'The previous API key works until');
    await menu('nightly', 'Rotate…');
    await choose('The old API key ends', '0');
    await fill(page, 'Time to live, from now', 'next year');
    await click(page, 'button', 'Rotate');
    await told('Write it like');
    await fill(page, 'Time to live, from now', '1y');
    await click(page, 'button', 'Rotate');
    const [third] = await shown();
    assert.equal(await opens(second), 401);
    assert.equal(await opens(third), 200);
    key = third;
    await kept();
  });

  test('250 keys are all there, found by a word, and shown by and by', async () => {
    for (let begin = 0; begin < 250; begin += 25) {
      await Promise.all(Array.from({ length: 25 }, (_, at) =>
        lab.api('POST', '/account-keys', { name: `bulk ${begin + at}`, role: 'None' })));
    }
    await go('');
    await reads(page, '251 API keys');
    await rows(50);
    for (const count of [100, 150, 200, 250, 251]) {
      await click(page, 'button', 'Show more');
      await rows(count);
    }
    await searchFor(page, 'bulk 249');
    await reads(page, '1 of 251 API keys');
    await searchFor(page, '');
    const { keys } = await lab.api('GET', '/account-keys?query=bulk&limit=1000');
    for (const { id } of keys) await lab.api('DELETE', `/account-keys/${id}`);
  });

  test('Expired keys are hidden until they are asked for', async () => {
    const short = await lab.api('POST', '/account-keys', { name: 'short', role: 'Viewer', seconds_to_live: 1 });
    while (!(await lab.api('GET', `/account-keys/${short.id}`)).expired);
    await go('');
    await reads(page, '1 API key');
    await click(page, 'switch', 'Include expired keys');
    await reads(page, '2 API keys');
    await reads(page, 'Expired');
    await reads(page, 'ended just now');
    await looksRight(page, 'keys');
    await menu('short', 'Delete');
    await heading(page, 'Delete “short”?');
    await click(page, 'button', 'Delete for good');
    await reads(page, '1 API key');
  });

  test('A key moves to a service account and goes on working; all of them do at once', async () => {
    await lab.api('POST', '/account-keys', { name: 'second', role: 'Viewer' });
    await lab.api('POST', '/account-keys', { name: 'third', role: 'None' });
    await go('');
    await reads(page, '3 API keys');
    await menu('nightly', 'Move to a service account');
    await heading(page, 'Move “nightly” to a service account?');
    await click(page, 'button', 'Move');
    await reads(page, '2 API keys');
    assert.equal(await opens(key), 200);
    await click(page, 'button', 'Move all to service accounts');
    await click(page, 'button', 'Move all');
    await reads(page, '2 of 2 API keys moved to service accounts.');
    await reads(page, 'No API keys');
    await click(page, 'link', 'Service accounts');
    await reads(page, '3 service accounts');
    await reads(page, 'sa-autogen-1-nightly');
  });

  let token;
  test('A service account gets a token, is switched off and on, and is deleted with what it has', async () => {
    await go('/accounts');
    await click(page, 'button', 'New service account');
    await fill(page, 'Name', 'Report mailer');
    await click(page, 'button', 'Make it');
    await heading(page, 'Report mailer');
    await reads(page, 'There is none: the account cannot do anything yet.');
    await looksRight(page, 'keys-account-none');
    await click(page, 'button', 'Add a token');
    await fill(page, 'Name', 'mailer 1');
    assert.equal(await page.$eval('dialog[open] .form-field:nth-of-type(2) input', field => field.value), '90d');
    await fill(page, 'Time to live', 'never');
    await click(page, 'button', 'Make it');
    [token] = await shown();
    assert.match(token, /^glsa_/);
    assert.equal(await opens(token), 200);
    await kept();
    await reads(page, 'mailer 1');
    await looksRight(page, 'keys-account');

    await click(page, 'button', 'Name and role');
    await choose('Role', 'Editor');
    await click(page, 'button', 'Save');
    await reads(page, 'The service account is saved.');
    await click(page, 'button', 'Switch off');
    await heading(page, 'Switch “Report mailer” off?');
    await looksRight(page, 'keys-account-off');
    await page.$eval('dialog[open] .danger', button => button.click());
    await reads(page, 'The account is off: none of them works.');
    assert.equal(await opens(token), 401);
    await click(page, 'button', 'Switch on');
    await gone(page, 'The account is off');
    assert.equal(await opens(token), 200);

    await menu('mailer 1', 'Revoke');
    await heading(page, 'Revoke “mailer 1”?');
    await click(page, 'button', 'Revoke for good');
    await reads(page, 'Revoked');
    assert.equal(await opens(token), 401);

    await go('/accounts');
    await searchFor(page, 'mailer');
    await reads(page, '1 of 4 service accounts');
    await looksRight(page, 'keys-accounts');
    await click(page, 'link', 'Report mailer');
    await heading(page, 'Report mailer');
    await click(page, 'button', 'Delete');
    await told('Its token goes with it');
    await fill(page, 'Type “Report mailer” to confirm', 'Report mailer');
    await click(page, 'button', 'Delete for good');
    await heading(page, 'Keys');
    await reads(page, '3 service accounts');
  });

  test('A version 1 link is made of a pasted key, which is sent nowhere', async () => {
    const linking = await lab.api('POST', '/account-keys', { name: 'linking', role: 'Viewer' });
    const sent = [];
    page.on('request', request => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    await go('');
    await menu('linking', 'Sharable link…');
    await heading(page, 'Sharable link of “linking”');
    await choose('Version', '1');
    await fill(page, 'The key itself', 'glsa_short');
    await click(page, 'button', 'Make the link');
    await told('This is not a whole token.');
    await looksRight(page, 'keys-link');
    await fill(page, 'The key itself', linking.key);
    await click(page, 'button', 'Make the link');
    await told('treat the link like the key');
    const link = await page.$eval('dialog[open] .copy-line code', element => element.textContent);
    assert.equal(new URL(link).searchParams.get('aliyun_api_key'), linking.key);
    assert.deepEqual(sent.filter(one => one.includes(linking.key.slice(4, 30))), []);
    await lab.lookAt(link, 'somebody with the link');
    page.removeAllListeners('request');
  });

  test('Links of versions 2 and 3 are signed by the server, and open in a frame as a live test', async () => {
    for (const version of ['2', '3']) {
      await go('');
      await menu('linking', 'Sharable link…');
      await choose('Version', version);
      await choose('Dashboard', 'flights');
      await fill(page, 'Variables', 'airport');
      await click(page, 'button', 'Make the link');
      await told('is not name=value');
      await fill(page, 'Variables', 'airport=ATL');
      if (version === '3') {
        await fill(page, 'Locked variables', 'airport');
        await page.keyboard.press('Enter');
      }
      await click(page, 'button', 'Make the link');
      await told('It opens until');
      await click(page, 'button', 'Open it in a frame');
      await frameSays('It opened in this frame.');
      if (version === '3') await looksRight(page, 'keys-live');
    }
    // It opens once: in another frame of the same address it is refused.
    const link = await page.$eval('dialog[open] .copy-line code', element => element.textContent);
    await assert.rejects(lab.lookAt(link, 'somebody else'), /link_already_used/);
    await page.keyboard.press('Escape');
    await closed();
  });

  test('Keys of Datadog, Looker and this server are made, switched off and deleted', async () => {
    await go('/programs');
    const before = (await lab.api('GET', '/keys?limit=1000')).keys.length;
    await reads(page, `${before} keys`);
    await click(page, 'button', 'New key');
    await choose('Kind', 'looker_client');
    await fill(page, 'Name', 'embedding backend');
    await choose('Role', 'Admin');
    await choose('Belongs to', 'other');
    await click(page, 'button', 'Make it');
    await told('Choose whose it is.');
    await pick(page, 'Person', 'ada', ADA.handle);
    await looksRight(page, 'keys-program-new');
    await choose('Belongs to', 'mine');
    await date('Ends', '2020-01-01T10:00');
    await click(page, 'button', 'Make it');
    await told('This time is over already');
    await date('Ends', '');
    await click(page, 'button', 'Make it');
    const [id, secret] = await shown();
    await looksRight(page, 'keys-client');
    const login = () => fetch(`${lab.origin}/api/4.0/login`, { method: 'POST',
      body: new URLSearchParams({ client_id: id, client_secret: secret }) });
    assert.equal((await login()).status, 200);
    await kept();
    await reads(page, `for ${ADA.handle}`);
    const used = (await lab.api('GET', '/keys?limit=1000')).keys.find(one => one.client_id === id).last_used_at;
    assert.ok(Date.now() - Date.parse(used) < 60_000, used);

    await menu('embedding backend', 'Switch off');
    await reads(page, '“embedding backend” is refused now.');
    assert.equal((await login()).status, 404);
    await menu('embedding backend', 'Switch on');
    await reads(page, '“embedding backend” works again.');
    assert.equal((await login()).status, 200);

    await menu('embedding backend', 'Name and end…');
    await fill(page, 'Name', 'host backend');
    await looksRight(page, 'keys-program-edit');
    await click(page, 'button', 'Save');
    await reads(page, 'The key is saved.');
    await choose('Kind', 'looker_client');
    await reads(page, `2 of ${before + 1} keys`);
    await looksRight(page, 'keys-programs');
    await menu('host backend', 'Delete');
    await heading(page, 'Delete “host backend”?');
    await click(page, 'button', 'Delete for good');
    await reads(page, `1 of ${before} keys`);
    assert.equal((await login()).status, 404);
  });

  test('Embed secrets are added, rotated with an overlap, switched off and deleted', async () => {
    await go('/embedding');
    await reads(page, 'There is none: no embed link opens yet.');
    await looksRight(page, 'keys-embedding-none');
    await click(page, 'button', 'Add');
    await fill(page, 'Note', 'shop');
    await page.keyboard.press('Enter');
    const [first] = await shown();
    assert.match(first, /^[0-9a-f]{64}$/);
    await kept();
    await click(page, 'button', 'Rotate');
    await heading(page, 'Rotate the embed secrets');
    await choose('The others end', '3600');
    await page.$eval('dialog[open] form', form => form.requestSubmit());
    const [second] = await shown();
    assert.notEqual(first, second);
    await kept();
    await rows(2);
    const secrets = async () => (await lab.api('GET', '/embed-secrets')).secrets;
    assert.equal((await secrets()).filter(({ enabled, expired }) => enabled && !expired).length, 2);

    const name = `the secret that ends in ${first.slice(-4)}`;
    await menu(name, 'Note…');
    await fill(page, 'Note', 'the old shop');
    await click(page, 'button', 'Save');
    await reads(page, 'the old shop');
    await menu(name, 'Switch off');
    await page.waitForSelector('dialog[open] .danger');
    await page.$eval('dialog[open] .danger', button => button.click());
    await reads(page, 'Links that it signs are refused now.');
    await looksRight(page, 'keys-embedding');
    await menu(name, 'Delete');
    await click(page, 'button', 'Delete for good');
    await reads(page, 'The secret is deleted.');
    assert.equal((await secrets()).length, 1);
  });

  test('Origins are allowed and taken off, and what is none is explained at the field', async () => {
    await go('/embedding');
    await reads(page, 'pages of every origin may frame the dashboards');
    for (const [typed, says] of [['app.example.com', 'starts with https://'],
      ['https://app.example.com/page', 'has no path'], ['https://app.example.com:*', 'must be a number']]) {
      await fill(page, 'Origin', typed);
      await click(page, 'button', 'Allow');
      await reads(page, says);
    }
    await fill(page, 'Origin', 'HTTPS://*.Example.com');
    await click(page, 'button', 'Allow');
    await reads(page, 'https://*.example.com is on the list.');
    await fill(page, 'Origin', 'https://shop.example.com');
    await click(page, 'button', 'Allow');
    await reads(page, 'is allowed by another entry already');
    await looksRight(page, 'keys-origins');
    assert.deepEqual((await lab.api('GET', '/embed-settings')).domains, ['https://*.example.com']);

    await fill(page, 'Time zone', 'Berlin');
    await click(page, 'button', 'Save');
    await reads(page, 'This is no time zone.');
    await fill(page, 'Time zone', 'Europe/Berlin');
    await click(page, 'button', 'Save');
    await reads(page, 'The time zone is saved.');
    await click(page, 'switch', 'Strict');
    await reads(page, 'Strict: on.');
    await click(page, 'switch', 'Strict');
    await reads(page, 'Strict: off.');
    // By the keyboard: what was just said may stand before the button.
    await page.focus('[aria-label="Take https://*.example.com off the list"]');
    await page.keyboard.press('Enter');
    await told('It is the last one.');
    await click(page, 'button', 'Take it off');
    await reads(page, 'The list is empty');
  });

  test('An embed URL is signed for a person, and opens in a frame as a live test', async () => {
    const group = await lab.api('POST', '/groups', { name: 'Carriers' });
    await lab.api('POST', '/groups', { name: 'Airports' });
    await go('/embedding');
    await click(page, 'button', 'Get embed URL');
    await heading(page, 'Embed URL');
    await choose('Dashboard', 'airport-operations');
    await fill(page, 'External user id', ' ');
    await click(page, 'button', 'Sign it');
    await page.waitForSelector('dialog[open] .form-field.wrong');
    // What the server said was about what was sent.
    await fill(page, 'External user id', 'host-7');
    await page.waitForFunction(() => document.querySelector('dialog[open] .wrong, dialog[open] .notice.bad') === null);
    await fill(page, 'First name', 'Vera');
    await fill(page, 'User attributes', 'airport');
    await click(page, 'button', 'Sign it');
    await told('is not name=value');
    await fill(page, 'User attributes', 'airport=');
    await page.waitForFunction(() => document.querySelector('dialog[open] .wrong') === null);
    await fill(page, 'User attributes', 'airport=ATL');
    for (const name of ['Carriers', 'Airports']) await pick(page, 'Groups', name.slice(0, 3), name);
    await click(page, 'button', 'Remove Airports');
    await looksRight(page, 'keys-embed-url');
    await click(page, 'button', 'Sign it');
    await told('It opens once, within five minutes.');
    const url = await page.$eval('dialog[open] .copy-line code', element => element.textContent);
    assert.deepEqual(JSON.parse(new URL(url).searchParams.get('group_ids')), [String(group.id)]);
    assert.ok(url.startsWith(`${lab.origin}/login/embed/`));
    await click(page, 'button', 'Open it in a frame');
    const frame = await page.waitForSelector('.live-test iframe');
    // The button is gone: who pressed it goes on where its work is seen.
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Live test');
    const inside = await frame.contentFrame();
    await inside.waitForFunction(() => document.body.innerText.includes('Atlanta') || document.querySelector('canvas') !== null);
    await page.$eval('dialog[open] summary', summary => summary.click());
    await told('/api/4.0/embed/cookieless_session/acquire');
    await looksRight(page, 'keys-embed-live');
    await assert.rejects(lab.lookAt(url, 'somebody else'), /link_already_used/);
    await page.keyboard.press('Escape');
    await closed();
  });

  test('Who may not manage the organization sees nothing of it', async () => {
    const { keys } = await lab.api('GET', '/keys?kind=service_token');
    assert.ok(keys.length > 0);
    await page.setRequestInterception(true);
    page.on('request', async request => {
      if (!request.url().endsWith('/api/casement/v1/me')) return request.continue();
      // The same person, had he the role Editor: the server's own answer without that permission.
      const answer = await fetch(request.url(), { headers: { ...request.headers(),
        cookie: (await page.browserContext().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ') } });
      const me = await answer.json();
      me.permissions = me.permissions.filter(name => name !== 'org_manage');
      return request.respond({ status: 200, contentType: 'application/json', body: JSON.stringify(me) });
    });
    await page.goto(`${lab.origin}/console/`);
    await heading(page, 'Dashboards');
    assert.equal(await page.$('.nav a[href$="/keys"]'), null);
    page.removeAllListeners('request');
    await page.setRequestInterception(false);
    assert.deepEqual(browser.faults, []);
  });
});
