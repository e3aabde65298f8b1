// The console's frame: the first set-up, signing in with and without a second factor, the account,
// the menu, and what happens when the session or the connection is gone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ADA, click, fill, find, gone, heading, looksRight, menuInPlace, picture, reads, signIn,
  startConsoleBrowser, startConsoleLab, totpCode } from './support/console-lab.mjs';

describe('The console', () => {
  let lab;
  let browser;
  let page;
  before(async () => {
    lab = await startConsoleLab();
    browser = await startConsoleBrowser();
    ({ page } = browser);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  test('A new server is set up with its code, and with no other', async () => {
    await page.goto(`${lab.origin}/console/`);
    await heading(page, 'Set up this server');
    await looksRight(page, 'setup');
    await picture(page, 'setup');
    await fill(page, 'Set-up code', 'wrong-code');
    await fill(page, 'Organization', ADA.organization);
    await fill(page, 'Your name', ADA.name);
    await fill(page, 'Sign-in name', ADA.handle);
    await fill(page, 'Password', ADA.password);
    await click(page, 'button', 'Set up and sign in');
    await page.waitForSelector('.wrong, .notice.bad');
    await looksRight(page, 'setup-wrong');
    await fill(page, 'Set-up code', await lab.setupCode());
    await click(page, 'button', 'Set up and sign in');
    await heading(page, 'Dashboards');
    await reads(page, ADA.organization);
  });

  test('Signing out and in again goes by keyboard alone', async () => {
    await click(page, 'button', `Your account: ${ADA.name}`);
    await menuInPlace(page);
    await looksRight(page, 'menu');
    await click(page, 'menuitem', 'Sign out');
    await heading(page, 'Sign in');
    await reads(page, 'You have signed out.');
    await looksRight(page, 'sign-in');
    await page.keyboard.type(ADA.handle);
    await page.keyboard.press('Tab');
    await page.keyboard.type('not this one');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notice.bad');
    await fill(page, 'Password', ADA.password);
    await click(page, 'button', 'Another organization…');
    await fill(page, 'Number of the organization', '77');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notice.bad');
    await looksRight(page, 'sign-in-wrong');
    await fill(page, 'Number of the organization', '1');
    await page.keyboard.press('Enter');
    await heading(page, 'Dashboards');
  });

  test('The session that has ended asks for the password over what was being typed', async () => {
    await page.goto(`${lab.origin}/console/settings`);
    await heading(page, 'Settings');
    await fill(page, 'Name', 'Acme International');
    await page.evaluate(() => fetch('/api/casement/v1/sign-out', { method: 'POST', headers: { 'X-Casement': '1' } }));
    await click(page, 'button', 'Save');
    await reads(page, 'Your session has ended.');
    await looksRight(page, 'session-ended');
    await fill(page, 'Name or e-mail', ADA.handle);
    await fill(page, 'Password', ADA.password);
    await page.keyboard.press('Enter');
    await heading(page, 'Settings');
    assert.equal(await page.$eval('main .form input', input => input.value), 'Acme International');
    await click(page, 'button', 'Save');
    await reads(page, 'The name is changed.');
    await page.waitForFunction(() => document.querySelector('.organization').textContent === 'Acme International');
    await looksRight(page, 'settings');
  });

  test('A second factor is set up with a code, and asked for after that', async () => {
    await page.goto(`${lab.origin}/console/account`);
    await heading(page, 'Security and sessions');
    await looksRight(page, 'account');
    await click(page, 'button', 'Set up…');
    await page.waitForSelector('.qr');
    await looksRight(page, 'totp');
    const secret = await page.$eval('dialog .copy-line code', element => element.textContent);
    await fill(page, 'Code that the app shows now', '000000');
    await click(page, 'button', 'Switch on');
    await page.waitForSelector('dialog .field-error, dialog .notice.bad');
    await fill(page, 'Code that the app shows now', totpCode(secret));
    await click(page, 'button', 'Switch on');
    await heading(page, 'Your recovery codes');
    await looksRight(page, 'totp-codes');
    const codes = (await page.$eval('dialog pre', element => element.textContent)).split('\n');
    assert.ok(codes.length >= 8, `${codes.length} codes`);
    await click(page, 'button', 'I have kept them');
    await page.waitForFunction(() => document.querySelector('dialog') === null);

    await click(page, 'button', `Your account: ${ADA.name}`);
    await click(page, 'menuitem', 'Sign out');
    await fill(page, 'Name or e-mail', ADA.handle);
    await fill(page, 'Password', ADA.password);
    await page.keyboard.press('Enter');
    await heading(page, 'One more step');
    await looksRight(page, 'totp-step');
    await fill(page, 'Code from your app', '000000');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notice.bad');
    await fill(page, 'Code from your app', codes[0]);
    await page.keyboard.press('Enter');
    await heading(page, 'Security and sessions');
    await click(page, 'button', 'Switch off…');
    await page.locator('dialog input').fill(ADA.password);
    await click(page, 'button', 'Switch off');
    await reads(page, 'The second factor is off.');
  });

  test('The password is changed, and a session elsewhere is ended', async () => {
    const other = await startConsoleBrowser();
    try {
      await signIn(other.page, lab.origin);
      await page.goto(`${lab.origin}/console/account`);
      await page.waitForFunction(() => [...document.querySelectorAll('.row-item button')].length > 0);
      await page.locator('.row-item button').click();
      await reads(page, 'End this session?');
      await click(page, 'button', 'End the session');
      await reads(page, 'The session is over.');
      await other.page.reload();
      await heading(other.page, 'Sign in');
    } finally {
      await other.close();
    }
    await fill(page, 'Password now', 'not this one');
    await fill(page, 'New password', 'difference engine no 2');
    await click(page, 'button', 'Change the password');
    await page.waitForSelector('.wrong, .notice.bad');
    await fill(page, 'Password now', ADA.password);
    await click(page, 'button', 'Change the password');
    await reads(page, 'Your password is changed.');
    await fill(page, 'Password now', 'difference engine no 2');
    await fill(page, 'New password', ADA.password);
    await click(page, 'button', 'Change the password');
    await page.waitForFunction(() => document.querySelector('main input').value === '');
  });

  test('Keys lead to every page, and ? lists them', async () => {
    await page.goto(`${lab.origin}/console/dashboards`);
    await heading(page, 'Dashboards');
    for (const [key, title] of [['s', 'Shares'], ['l', 'Sessions'], ['m', 'Sources & models'], ['a', 'Audit'],
      ['e', 'Settings'], ['d', 'Dashboards']]) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await heading(page, title);
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1', `the focus is on ${title}`);
    }
    await page.keyboard.press('?');
    await heading(page, 'Keyboard shortcuts');
    await looksRight(page, 'shortcuts');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
  });

  test('The menu of a narrow screen opens, leads on and closes', async () => {
    await page.setViewport({ width: 360, height: 740 });
    await page.goto(`${lab.origin}/console/`);
    await click(page, 'button', 'Menu');
    await page.waitForSelector('.nav-open .nav');
    await looksRight(page, 'navigation');
    await click(page, 'link', 'Shares');
    await heading(page, 'Shares');
    assert.equal(await page.$('.nav-open'), null);
    await page.setViewport({ width: 1200, height: 860 });
  });

  test('The theme that is chosen stays', async () => {
    const themeNow = () => page.evaluate(() => document.documentElement.dataset.theme);
    await click(page, 'button', `Your account: ${ADA.name}`);
    await click(page, 'menuitemradio', 'Dark');
    assert.equal(await themeNow(), 'dark');
    await page.reload();
    await heading(page, 'Shares');
    assert.equal(await themeNow(), 'dark');
    await click(page, 'button', `Your account: ${ADA.name}`);
    await click(page, 'menuitemradio', 'As the system');
    assert.equal(await themeNow(), 'light');
  });

  test('An address without a page says so', async () => {
    await page.goto(`${lab.origin}/console/no/such/page/here`);
    await heading(page, 'There is no such page');
    await looksRight(page, 'not-found');
    await click(page, 'link', 'Go to the dashboards');
    await heading(page, 'Dashboards');
  });

  test('Without a connection it says so, and comes back by itself', async () => {
    await click(page, 'link', 'Shares');
    await heading(page, 'Shares');
    await click(page, 'link', 'Settings');
    await heading(page, 'Settings');
    await page.setOfflineMode(true);
    await click(page, 'link', 'Shares');
    await reads(page, 'The server cannot be reached.');
    await looksRight(page, 'offline');
    await page.setOfflineMode(false);
    await gone(page, 'The server cannot be reached.');
    await reads(page, 'shares');
    await find(page, 'table', 'Shares').wait();
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
