// Every way to share in the console, and each as the person at the other end sees it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { freePort, linkIn, mailSettings, startMailServer } from '../support/mail.mjs';
import { click, fill, find, gone, heading, looksRight, reads, signIn, startConsoleBrowser,
  startConsoleLab } from './support/console-lab.mjs';

describe('Sharing in every way', () => {
  let mail;
  let lab;
  let browser;
  let page;
  before(async () => {
    mail = await startMailServer();
    const port = await freePort();
    lab = await startConsoleLab({ listen: `127.0.0.1:${port}`,
      env: mailSettings(mail, { CASEMENT_SERVER_PUBLIC_URL: `http://127.0.0.1:${port}` }) });
    await lab.setUp();
    browser = await startConsoleBrowser();
    ({ page } = browser);
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
    await mail?.stop();
  });

  const choose = (name, value) => page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(value);
  const startSharing = async way => {
    await page.goto(`${lab.origin}/console/dashboards/flights`);
    await heading(page, 'Departures');
    await click(page, 'button', 'Share');
    await heading(page, 'Share “Departures”');
    await page.locator(`.way input[value="${way}"]`).click();
  };
  const tokenOfPage = () => decodeURIComponent(new URL(page.url()).pathname.split('/')[3]);
  const share = token => lab.api('GET', `/shares/${token}`);
  const turn = name => page.locator(`::-p-aria([name="${name}"][role="switch"])`).click();
  /** Another person's browser: nothing is kept from before. */
  const stranger = async () => {
    const context = await browser.browser.createBrowserContext();
    const other = await context.newPage();
    await other.setViewport({ width: 1100, height: 800 });
    other.setDefaultTimeout(15_000);
    return { other, close: () => context.close() };
  };

  test('An open share is made with three clicks, and opens for a stranger', async () => {
    await startSharing('open');
    await reads(page, 'Everybody who has the address sees the dashboard.');
    await fill(page, 'Name', 'Departures for all');
    const ends = await page.$eval('dialog input[type="datetime-local"]', field => Date.parse(field.value));
    assert.ok(Math.abs(ends - Date.now() - 365.5 * 86_400_000) < 2 * 86_400_000, 'it ends in a year');
    await looksRight(page, 'share-open');
    await click(page, 'button', 'Open it to everybody');
    await heading(page, 'Departures for all');
    const { url, expires_at: end } = await share(tokenOfPage());
    assert.equal(Date.parse(end), ends, 'as the form says');
    await reads(page, url);
    await looksRight(page, 'share-address');
    const { other, close } = await stranger();
    await other.goto(url);
    await reads(other, 'Departures for all');
    await other.reload();
    await reads(other, 'Departures for all');
    await close();
  });

  test('A paused one says so, plainly', async () => {
    const { shares } = await lab.api('GET', '/shares?type=open');
    const open = shares.at(-1);
    await page.goto(`${lab.origin}/console/shares/${open.token}`);
    await heading(page, 'Departures for all');
    await click(page, 'button', 'Pause');
    await page.locator('dialog .primary').click();
    await reads(page, 'The share is paused.');
    const { other, close } = await stranger();
    await other.goto(open.url);
    await heading(other, 'This dashboard is paused');
    await looksRight(other, 'paused-page');
    await close();
    await click(page, 'button', 'Activate');
    await reads(page, 'The share is active again.');
  });

  test('An embed needs a site, and opens in a frame of nobody else', async () => {
    await startSharing('embed');
    const create = await find(page, 'button', 'Create the embed').waitHandle();
    assert.equal(await create.evaluate(element => element.getAttribute('aria-disabled')), 'true');
    await looksRight(page, 'share-embed');
    await fill(page, 'Sites that may frame it', 'https://app.example.com');
    await page.keyboard.press('Enter');
    await click(page, 'button', 'Create the embed');
    await reads(page, 'Address of the frame');
    const kept = await share(tokenOfPage());
    assert.deepEqual(kept.allowed_origins, ['https://app.example.com']);
    const { other, close } = await stranger();
    await other.goto(kept.url);
    await reads(other, 'opens only inside the pages that it was made for');
    await looksRight(other, 'framed-only-page');
    await close();
  });

  test('Somebody is invited, asks for a link, and comes in with it', async () => {
    await startSharing('invite');
    await fill(page, 'Name', 'Departures by invitation');
    await click(page, 'button', 'Create, then invite');
    await heading(page, 'Departures by invitation');
    await reads(page, 'Nobody is invited yet');
    await looksRight(page, 'invitations-none');
    const token = tokenOfPage();
    const { url } = await share(token);
    await fill(page, 'Addresses or domains', 'anna@example.com, @corp.example, nonsense@');
    await page.keyboard.press('Enter');
    await click(page, 'button', 'Invite and send links');
    await page.waitForSelector('.wrong .field-error');
    await click(page, 'button', 'Remove nonsense@');
    await click(page, 'button', 'Invite and send links');
    await reads(page, 'Everybody at @corp.example');
    await mail.next(one => one.to.includes('anna@example.com'));
    await looksRight(page, 'invitations');

    const { other, close } = await stranger();
    await other.goto(url);
    await heading(other, 'This dashboard is for invited people');
    await looksRight(other, 'ask-page');
    const seen = mail.mails.length;
    await fill(other, 'E-mail address', 'bob@corp.example');
    await click(other, 'button', 'Send me a link');
    await heading(other, 'Look into your mail');
    await looksRight(other, 'asked-page');
    const got = await mail.next(one => one.to.includes('bob@corp.example'), seen);
    await other.goto(linkIn(got));
    await reads(other, 'Departures by invitation');
    await other.waitForFunction(() => !location.search.includes('invitation'));
    // Without the link, later: by the plain address.
    await other.goto('about:blank');
    await other.goto(url);
    await reads(other, 'Departures by invitation');
    await other.reload();
    await reads(other, 'Departures by invitation');

    // The same link in another browser.
    const thief = await stranger();
    await thief.other.goto(linkIn(got));
    await reads(thief.other, 'works once, and was opened in another browser');
    await thief.close();

    // His session stands among the others, under the address to which the link went.
    const invitations = page.url();
    await page.goto(`${lab.origin}/console/sessions?share=${token}`);
    await heading(page, 'Sessions');
    await reads(page, 'bob@corp.example');
    await page.goto(invitations);
    await reads(page, 'Signed in');
    await click(page, 'button', 'End access of bob@corp.example');
    await reads(page, 'End the access of bob@corp.example?');
    await page.locator('dialog .primary').click();
    await reads(page, 'The access is ended.');
    await other.reload();
    await reads(other, 'Your access was ended.');
    await heading(other, 'This dashboard is for invited people');
    await close();

    await click(page, 'button', 'Take back the invitation of @corp.example');
    await page.locator('dialog .primary').click();
    await gone(page, 'Everybody at @corp.example');
    assert.deepEqual((await share(token)).invitees.map(one => one.email), ['anna@example.com']);
  });

  test('A link is copied, and a snapshot is taken, opened and deleted', async () => {
    await startSharing('link');
    await looksRight(page, 'share-link');
    await reads(page, `${lab.origin}/console/dashboards/flights`);
    await page.locator('.way input[value="snapshot"]').click();
    await fill(page, 'Name of the snapshot', 'Before the summer');
    await choose('It is deleted', '3600');
    await click(page, 'button', 'Take a snapshot');
    await page.waitForSelector('.copy-line code');
    await find(page, 'button', 'Delete the snapshot Before the summer').wait();
    await looksRight(page, 'share-snapshot');
    const url = await page.$eval('.copy-line code', element => element.textContent);
    const { other, close } = await stranger();
    await other.goto(url);
    await reads(other, 'Departures');
    await click(page, 'button', 'Delete the snapshot Before the summer');
    await reads(page, 'The snapshot “Before the summer” is deleted.');
    assert.equal((await fetch(url)).status, 404);
    await close();
  });

  test('Both have the time and the values that are chosen, where one wants that', async () => {
    await page.goto(`${lab.origin}/console/dashboards/flights?time=1w&var-airport=ORD&tv=0`);
    await heading(page, 'Departures');
    await reads(page, 'Chicago, IL (ORD)');
    await click(page, 'button', 'Share');
    await page.locator('.way input[value="link"]').click();
    const address = () => page.$eval('dialog .copy-line code', element => element.textContent);
    assert.equal(await address(), `${lab.origin}/console/dashboards/flights?time=1w&var-airport=ORD`);
    await looksRight(page, 'share-link-chosen');
    await turn('With the time, the values and the panel that are chosen now');
    assert.equal(await address(), `${lab.origin}/console/dashboards/flights`);
    await page.locator('.way input[value="snapshot"]').click();
    await fill(page, 'Name of the snapshot', 'Chicago’s week');
    const asked = page.waitForRequest(request => request.method() === 'POST' && request.url().endsWith('/snapshots'));
    await click(page, 'button', 'Take a snapshot');
    const { time, variables } = JSON.parse((await asked).postData());
    assert.deepEqual({ time, variables }, { time: { span: '1w' }, variables: { airport: ['ORD'] } });
    await page.waitForSelector('dialog .copy-line code');
    const url = await address();
    const { other, close } = await stranger();
    await other.goto(url);
    // Of all routes from Chicago in that week this one is flown most; from Atlanta it is Chicago.
    await reads(other, 'Minneapolis');
    await close();
    await click(page, 'button', 'Delete the snapshot Chicago’s week');
    await reads(page, 'The snapshot “Chicago’s week” is deleted.');
  });

  test('A type is switched off: it says how many close, and they do', async () => {
    const { shares } = await lab.api('GET', '/shares?type=open');
    const open = shares.at(-1);
    await page.goto(`${lab.origin}/console/settings`);
    await reads(page, 'Dashboards may be shared');
    await looksRight(page, 'sharing-switches');
    await turn('Open links');
    await reads(page, 'Switch off: Open links?');
    await reads(page, 'One active share closes at once');
    await page.locator('dialog .primary').click();
    await reads(page, 'Open links: off.');
    const { other, close } = await stranger();
    await other.goto(open.url);
    await heading(other, 'This dashboard is not shared at the moment');
    await looksRight(other, 'not-shared-page');
    await page.goto(`${lab.origin}/console/shares/${open.token}`);
    await reads(page, 'The organization has switched shares of this type off');
    await looksRight(page, 'share-off');
    await page.goto(`${lab.origin}/console/settings`);
    await turn('Open links');
    await reads(page, 'Open links: on.');
    await other.reload();
    await reads(other, 'Departures for all');
    await close();
  });

  test('Shares are filtered by who shared them, and one that nobody has is claimed', async () => {
    const made = await lab.api('POST', '/dashboards/flights/shares', { type: 'open', title: 'Made by a key' });
    await page.goto(`${lab.origin}/console/shares`);
    await reads(page, 'Made by a key');
    await looksRight(page, 'shares-list');
    await choose('Sharer', 'ada@acme.example');
    await gone(page, 'Made by a key');
    await reads(page, 'Departures for all');
    await choose('Sharer', ' ');
    await reads(page, 'Made by a key');
    await gone(page, 'Departures for all');
    await click(page, 'link', 'Made by a key');
    await click(page, 'button', 'Claim');
    await reads(page, 'The share is yours now.');
    assert.equal((await share(made.share.token)).sharer, 'ada@acme.example');
    await reads(page, 'by ada@acme.example, made');
  });

  test('Nothing went wrong in the pages', () => {
    assert.deepEqual(browser.faults, []);
  });
});
