// People in the console, as an administrator manages them and as somebody who was invited comes in.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setCookies } from '../support/cookies.mjs';
import { ADA, click, fill, find, gone, heading, looksRight, picture, reads, searchFor, signIn,
  startConsoleBrowser, startConsoleLab, totpCode } from './support/console-lab.mjs';

const GRACE = { handle: 'grace@acme.example', name: 'Grace Hopper', password: 'nanoseconds of wire' };

describe('People in the console', () => {
  let lab;
  let browser;
  let page;
  let link;
  const open = path => page.goto(`${lab.origin}/console${path}`);
  const choose = (name, value) => page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(value);
  const check = name => page.locator(`::-p-aria([name="${name}"][role="checkbox"])`).click();
  /** A button of the dialog that is open. */
  const inDialog = name => page.locator(`dialog[open] ::-p-aria([name="${name}"][role="button"])`).click();
  const shownLink = () => page.$eval('.secret code', element => element.textContent);
  const userOf = async handle => {
    const { users } = await lab.api('GET', `/users?search=${encodeURIComponent(handle)}`);
    return users.find(one => one.handle === handle);
  };

  before(async () => {
    lab = await startConsoleLab();
    await lab.setUp();
    browser = await startConsoleBrowser();
    ({ page } = browser);
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  test('Somebody is invited with a link that is shown once', async () => {
    await click(page, 'link', 'People');
    await heading(page, 'People');
    await reads(page, ADA.handle);
    await looksRight(page, 'people');
    await click(page, 'button', 'Invite');
    await fill(page, 'E-mail or sign-in name', ADA.handle);
    await fill(page, 'Name', GRACE.name);
    await choose('Role', 'Editor');
    await reads(page, 'Whoever has it writes dashboards and shares them.');
    await inDialog('Make the link');
    await reads(page, `There is a user "${ADA.handle}" already in this organization.`);
    await looksRight(page, 'people-invite');
    await fill(page, 'E-mail or sign-in name', GRACE.handle);
    await inDialog('Make the link');
    await heading(page, `The invitation of ${GRACE.handle}`);
    link = await shownLink();
    assert.match(link, /\/console\/invitation\/[\w-]{22}#[\w-]{43}$/);
    await looksRight(page, 'people-link');
    await picture(page, 'people');
    await click(page, 'link', 'Invitations');
    await reads(page, 'Invitation as Editor');
    await gone(page, link.split('#')[1]);
    await looksRight(page, 'people-invitations');
    await page.goBack();
    await find(page, 'table', 'People').wait();
    assert.equal(await page.$('.secret'), null, 'nor does it come back with the page');
  });

  test('Whoever opens it chooses a password and is signed in', async () => {
    const guest = await startConsoleBrowser();
    try {
      await guest.page.goto(link);
      await heading(guest.page, 'Welcome to Acme');
      await reads(guest.page, `you sign in with ${GRACE.handle}`);
      await looksRight(guest.page, 'people-join');
      await fill(guest.page, 'Password', 'short');
      await click(guest.page, 'button', 'Join');
      await reads(guest.page, 'The password must have 8 to 1024 bytes.');
      await fill(guest.page, 'Password', GRACE.password);
      await click(guest.page, 'button', 'Join');
      await heading(guest.page, 'Dashboards');
      assert.equal(new URL(guest.page.url()).hash, '');
      const navigation = await guest.page.$eval('#navigation', element => element.innerText);
      assert.ok(!navigation.includes('People'), 'an editor manages nobody');
      await guest.page.goto(link);
      await guest.page.reload();
      await reads(guest.page, 'This link was used already.');
      await looksRight(guest.page, 'people-used');
      await guest.page.goto(`${lab.origin}/console/people`);
      await heading(guest.page, 'This page is not for your role');
      await looksRight(guest.page, 'people-refused');
      await guest.page.goto(`${lab.origin}/console/invitation/x`);
      await heading(guest.page, 'This link is not whole');
      await looksRight(guest.page, 'people-not-whole');
      assert.deepEqual(guest.faults, []);
    } finally {
      await guest.close();
    }
  });

  test('A link that nobody has used is revoked', async () => {
    const { url } = await lab.api('POST', '/invitations', { handle: 'eve@acme.example', name: 'Eve', role: 'Viewer' });
    await open('/people/invitations');
    await click(page, 'button', 'Revoke the link of eve@acme.example');
    await inDialog('Revoke');
    await reads(page, 'Revoked');
    const guest = await startConsoleBrowser();
    try {
      await guest.page.goto(url);
      await reads(guest.page, 'This link was taken back.');
    } finally {
      await guest.close();
    }
  });

  test('A person gets another name and role, and is found by the new name', async () => {
    await open('/people');
    await find(page, 'link', GRACE.name).wait();
    await searchFor(page, 'hopper');
    await gone(page, ADA.handle);
    await click(page, 'link', GRACE.name);
    await heading(page, GRACE.name);
    await fill(page, 'Name', 'Grace M. Hopper');
    await choose('Role', 'Viewer');
    await looksRight(page, 'people-person');
    await picture(page, 'person');
    await click(page, 'button', 'Save');
    await heading(page, 'Grace M. Hopper');
    await reads(page, 'Saved. Another role holds at once.');
    const user = await userOf(GRACE.handle);
    assert.equal(user.role, 'Viewer');
    assert.equal(user.name, 'Grace M. Hopper');
  });

  test('A second factor is taken away, a password link made, and every session ended', async () => {
    const user = await userOf(GRACE.handle);
    const call = async (method, path, body, cookie = '') => fetch(`${lab.origin}/api/casement/v1${path}`, { method,
      headers: { 'content-type': 'application/json', 'x-casement': '1', origin: lab.origin, cookie },
      ...(body ? { body: JSON.stringify(body) } : {}) });
    const signed = await call('POST', '/sign-in', { handle: GRACE.handle, password: GRACE.password });
    const cookie = setCookies(signed).find(one => one.startsWith('casement_console=')).split(';')[0];
    const { secret } = await (await call('POST', '/me/totp', undefined, cookie)).json();
    assert.equal((await call('PUT', '/me/totp', { code: totpCode(secret) }, cookie)).status, 200);

    await open(`/people/users/${user.id}`);
    await click(page, 'button', 'Reset the second factor');
    await inDialog('Take it away');
    await reads(page, 'The second factor is gone.');
    await find(page, 'button', 'Password link…').wait();
    await click(page, 'button', 'Password link…');
    await inDialog('Make the link');
    await heading(page, `A password link for ${GRACE.handle}`);
    await looksRight(page, 'people-password-link');
    const url = await shownLink();
    await click(page, 'button', 'End all sessions');
    await inDialog('End them all');
    await reads(page, 'over.');
    assert.equal((await call('GET', '/me', undefined, cookie)).status, 401);

    const guest = await startConsoleBrowser();
    try {
      await guest.page.goto(url);
      await heading(guest.page, 'Choose another password');
      await looksRight(guest.page, 'people-password');
      await fill(guest.page, 'Password', 'another one entirely');
      await click(guest.page, 'button', 'Change the password');
      await heading(guest.page, 'Dashboards');
    } finally {
      await guest.close();
    }
    assert.equal((await call('POST', '/sign-in', { handle: GRACE.handle, password: GRACE.password })).status, 401);
  });

  test('One cannot lock oneself out', async () => {
    await open('/people');
    await click(page, 'link', ADA.name);
    await heading(page, ADA.name);
    await reads(page, 'This is you');
    await reads(page, 'Another administrator can change your role.');
    await looksRight(page, 'people-self');
    for (const name of ['Delete', 'Disable', 'End all sessions']) {
      const buttons = await page.$$(`::-p-aria([name="${name}"][role="button"])`);
      assert.equal(buttons.length, 0, name);
    }
  });

  test('A group is made, gets a role and members, and shows on the person’s page', async () => {
    await open('/people/groups');
    await heading(page, 'There are no groups yet');
    await click(page, 'button', 'New group');
    await fill(page, 'Name', 'Navigators');
    await inDialog('Make it');
    await heading(page, 'Navigators');
    await check('Admin');
    await click(page, 'button', 'Save the roles');
    await reads(page, 'The roles are saved.');
    await click(page, 'button', 'Add');
    await click(page, 'button', `Add ${GRACE.handle}`);
    await looksRight(page, 'people-members');
    await inDialog('Close');
    await find(page, 'button', `Take out ${GRACE.handle}`).wait();
    await looksRight(page, 'people-group');
    await open('/people/groups');
    await find(page, 'link', 'Navigators').wait();
    await looksRight(page, 'people-groups');
    await click(page, 'link', 'Navigators');
    await click(page, 'link', 'Grace M. Hopper');
    await find(page, 'checkbox', 'Navigators').wait();
    const isIn = await page.$eval('::-p-aria([name="Navigators"][role="checkbox"])', box => box.checked);
    assert.equal(isIn, true);
    await check('Navigators');
    await click(page, 'button', 'Save groups and roles');
    await reads(page, 'Groups and roles are saved.');
    assert.deepEqual((await lab.api('GET', `/users/${(await userOf(GRACE.handle)).id}`)).groups, []);
  });

  test('An attribute has values of groups in an order, and a hidden one is only ever written', async () => {
    const user = await userOf(GRACE.handle);
    const made = {};
    for (const name of ['East', 'West']) {
      made[name] = await lab.api('POST', '/groups', { name });
      await lab.api('PUT', `/groups/${made[name].id}/members/${user.id}`);
    }
    await open('/people/attributes');
    await heading(page, 'There are no attributes yet');
    await click(page, 'button', 'New attribute');
    await fill(page, 'Name', 'Wrong Name');
    await fill(page, 'Label', 'Region');
    await inDialog('Save');
    await reads(page, 'The name has 1 to 64 small letters');
    await looksRight(page, 'people-attribute-dialog');
    await fill(page, 'Name', 'region');
    await inDialog('Save');
    await click(page, 'link', 'Region');
    await heading(page, 'Region');
    await choose('Another group', String(made.East.id));
    await fill(page, '1. East', 'E');
    await choose('Another group', String(made.West.id));
    await fill(page, '2. West', 'W');
    await click(page, 'button', '↑ West earlier');
    await find(page, 'textbox', '1. West').wait();
    await click(page, 'button', 'Save the values');
    await reads(page, 'The values of the groups are saved.');
    await looksRight(page, 'people-attribute');
    await open(`/people/users/${user.id}`);
    await reads(page, 'The group “West”');
    await click(page, 'button', 'Set Region');
    await fill(page, 'Value', 'my own');
    await looksRight(page, 'people-value');
    await inDialog('Set');
    await reads(page, 'This person’s own');
    await reads(page, 'my own');

    await lab.api('POST', '/user-attributes', { name: 'token', label: 'Token', type: 'string', hidden: true });
    await open(`/people/users/${user.id}`);
    await click(page, 'button', 'Set Token');
    await fill(page, 'Value', 'nobody reads this');
    await inDialog('Set');
    await reads(page, '“Token” is set.');
    await gone(page, 'nobody reads this');
    await click(page, 'button', 'Take away the own value of Token');
    await reads(page, '“Token” is no longer set for this person.');
    await open('/people/attributes');
    await reads(page, 'Hidden');
    await looksRight(page, 'people-attributes');
  });

  test('What each role of users may do is what the server lets it', async () => {
    await open('/people/roles');
    await find(page, 'table', 'What users of each role may do').wait();
    const told = await page.$$eval('table[aria-label="What users of each role may do"] tbody tr', rows => rows.map(row =>
      [row.querySelector('.code').textContent, ...[...row.cells].slice(1).map(one => one.querySelector('.cell').textContent)]));
    const call = (method, path, body, cookie = '') => fetch(`${lab.origin}/api/casement/v1${path}`, { method,
      headers: { 'content-type': 'application/json', 'x-casement': '1', origin: lab.origin, cookie },
      body: body && JSON.stringify(body) });
    for (const [at, role] of ['Viewer', 'Editor', 'Admin'].entries()) {
      const made = await lab.api('POST', '/invitations', { handle: `${role.toLowerCase()}@acme.example`, name: role, role });
      const joined = await call('POST', '/invitation/accept', { secret: new URL(made.url).hash.slice(1), password: GRACE.password });
      const cookie = setCookies(joined).find(one => one.startsWith('casement_console=')).split(';')[0];
      const { permissions } = await (await call('GET', '/me', undefined, cookie)).json();
      assert.deepEqual(told.filter(row => row[at + 1] === 'yes').map(([name]) => name).sort(), [...permissions].sort(), role);
      assert.equal(told.filter(row => row[at + 1] === 'no').length, told.length - permissions.length, role);
    }
  });

  test('A role is made of a permission set and a model set; the built-in ones cannot be edited', async () => {
    await open('/people/roles');
    await find(page, 'table', 'Model sets').wait();
    assert.equal(await page.$('::-p-aria([name="Edit Admin"][role="button"])'), null);
    await click(page, 'button', 'New permission set');
    await fill(page, 'Name', 'Lookers');
    await page.locator('dialog[open] .check input').click();
    await looksRight(page, 'people-permission-set');
    await inDialog('Save');
    await reads(page, 'The set “Lookers” is saved.');
    await click(page, 'button', 'New model set');
    await fill(page, 'Name', 'Flights only');
    await fill(page, 'Models', 'flights');
    await page.keyboard.press('Enter');
    await looksRight(page, 'people-model-set');
    await inDialog('Save');
    await reads(page, 'The set “Flights only” is saved.');
    await click(page, 'button', 'New role');
    await fill(page, 'Name', 'Passenger');
    const { items: sets } = await lab.api('GET', '/permission-sets');
    const { items: models } = await lab.api('GET', '/model-sets');
    await choose('Permissions', String(sets.find(one => one.name === 'Lookers').id));
    await choose('Models', String(models.find(one => one.name === 'Flights only').id));
    await looksRight(page, 'people-role');
    await inDialog('Save');
    await reads(page, 'The role “Passenger” is saved.');
    await looksRight(page, 'people-roles');
    await click(page, 'button', 'Delete Lookers');
    await inDialog('Delete for good');
    await reads(page, 'Something else still needs it.');
    const { items: roles } = await lab.api('GET', '/roles');
    assert.deepEqual(roles.find(one => one.name === 'Passenger').model_set.name, 'Flights only');
  });

  test('External people are found, looked at, cut off and kept out', async () => {
    const keys = lab.server.credentials.looker;
    const login = await fetch(`${lab.origin}/api/4.0/login`, { method: 'POST', body: new URLSearchParams(keys) });
    const { access_token: token } = await login.json();
    const signed = await fetch(`${lab.origin}/api/4.0/embed/sso_url`, { method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ target_url: `${lab.origin}/embed/dashboards/airport-operations`, external_user_id: 'tenant-7/anna',
        first_name: 'Anna', last_name: 'Tenant', session_length: 900, models: ['flights'],
        permissions: ['access_data', 'see_user_dashboards', 'see_lookml_dashboards'],
        user_attributes: { region: 'E', token: 'nobody reads this either' } }) });
    await lab.lookAt((await signed.json()).url, 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0');
    await open('/people/external');
    await find(page, 'link', 'tenant-7/anna').wait();
    await looksRight(page, 'people-external');
    await searchFor(page, 'nobody of this name');
    await heading(page, 'Nothing matches');
    await choose('In', 'last_name');
    await searchFor(page, 'tenant');
    await click(page, 'link', 'tenant-7/anna');
    await reads(page, 'Firefox 128 on Linux');
    await reads(page, 'access_data');
    await gone(page, 'nobody reads this either');
    await looksRight(page, 'people-external-person');
    await click(page, 'button', 'End all sessions');
    await inDialog('End them all');
    await reads(page, 'This person is not looking at anything now.');
    await click(page, 'button', 'Disable');
    await inDialog('Disable');
    await reads(page, 'This person is kept out.');
    await click(page, 'button', 'Delete');
    await inDialog('Delete for good');
    await heading(page, 'Nobody has come yet');
  });

  test('A person is disabled and then deleted, when the name was typed', async () => {
    const user = await userOf(GRACE.handle);
    await open(`/people/users/${user.id}`);
    await click(page, 'button', 'Disable');
    await inDialog('Disable');
    await reads(page, 'This person is kept out.');
    await click(page, 'button', 'Delete');
    await fill(page, `Type “${GRACE.handle}” to confirm`, GRACE.handle);
    await inDialog('Delete for good');
    await find(page, 'table', 'People').wait();
    assert.equal(await userOf(GRACE.handle), undefined);
  });

  test('What is not saved is asked about before one leaves', async () => {
    await open('/people');
    await click(page, 'link', ADA.name);
    await heading(page, ADA.name);
    await fill(page, 'Name', 'Ada King');
    await click(page, 'link', 'Audit');
    await heading(page, 'Leave without saving?');
    await inDialog('Cancel');
    await find(page, 'textbox', 'Name').wait();
    await click(page, 'button', 'Save');
    await heading(page, 'Ada King');
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
