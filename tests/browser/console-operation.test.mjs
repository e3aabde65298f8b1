// Live sessions, the audit trail, sources and models in the console.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { click, find, gone, heading, looksRight, menuInPlace, picture, reads, searchFor, signIn,
  startConsoleBrowser, startConsoleLab } from './support/console-lab.mjs';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
// A visitor chooses this name; a spreadsheet would run it.
const FORMULA = '=HYPERLINK("http://attacker.example")';

describe('Operation in the console', () => {
  let lab;
  let browser;
  let page;
  let downloads;
  let made;
  before(async () => {
    downloads = mkdtempSync(join(tmpdir(), 'casement-downloads-'));
    lab = await startConsoleLab();
    await lab.setUp();
    const share = title => lab.api('POST', '/dashboards/flights/shares', { title });
    made = { first: await share('Departures for Boston'), second: await share('Departures for Denver') };
    for (const agent of [FIREFOX, SAFARI]) await lab.look(made.first.share, made.first.credential.secret, agent);
    await lab.look(made.second.share, made.second.credential.secret, FORMULA);
    browser = await startConsoleBrowser();
    ({ page } = browser);
    const session = await page.createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads, eventsEnabled: true });
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
    rmSync(downloads, { recursive: true, force: true });
  });

  const choose = (name, value) => page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(value);
  const downloaded = async ending => {
    for (let attempt = 0; attempt < 200; attempt++) {
      const file = readdirSync(downloads).find(name => name.endsWith(ending));
      if (file) return readFileSync(join(downloads, file), 'utf8');
      await new Promise(done => setTimeout(done, 50));
    }
    throw new Error(`no ${ending} was saved`);
  };

  test('Who looks at what stands in the list of live sessions', async () => {
    await page.goto(`${lab.origin}/console/sessions`);
    await reads(page, '3 sessions');
    await reads(page, 'Firefox 128 on Windows');
    await reads(page, 'Safari 17 on iPhone');
    await looksRight(page, 'sessions');
    // The handbook's picture is of one share, as its viewers come.
    await choose('Share', made.first.share.token);
    await gone(page, '=HYPERLINK');
    await picture(page, 'sessions');
    await choose('Share', '');
    await reads(page, '3 sessions');
    await searchFor(page, 'iphone');
    await reads(page, '1 of 3 sessions');
    await searchFor(page, '');
    await find(page, 'button', 'End the session of Firefox 128 on Windows at 127.0.0.1').wait();
  });

  test('One session is ended, then all of a share, and no other', async () => {
    await click(page, 'button', 'End the session of Firefox 128 on Windows at 127.0.0.1');
    await click(page, 'button', 'End the session');
    await gone(page, 'Firefox 128');
    assert.equal((await lab.api('GET', '/sessions')).sessions.length, 2);
    await choose('Share', made.first.share.token);
    await find(page, 'button', 'End all of this share').wait();
    await gone(page, '=HYPERLINK');
    await click(page, 'button', 'End all of this share');
    await reads(page, 'End all sessions of “Departures for Boston”?');
    await click(page, 'button', 'End them all');
    await heading(page, 'Nobody is looking');
    await looksRight(page, 'sessions-none');
    const { sessions } = await lab.api('GET', '/sessions');
    assert.deepEqual(sessions.map(one => one.share), [made.second.share.token]);
  });

  test('The trail is filtered by what happened and by words, and the address keeps the filter', async () => {
    await page.goto(`${lab.origin}/console/audit`);
    await find(page, 'table', 'Audit trail, newest first').wait();
    await reads(page, 'link.redeemed');
    await looksRight(page, 'audit');
    await picture(page, 'audit');
    await choose('About', 'share.');
    await gone(page, 'link.redeemed');
    await reads(page, 'share.created');
    await searchFor(page, 'no such words anywhere');
    await heading(page, 'Nothing matches');
    await looksRight(page, 'audit-none');
    await page.goto(`${lab.origin}/console/audit?action=link.redeemed`);
    await reads(page, '3 rows, to the beginning');
  });

  test('What the filter shows is saved as NDJSON and as CSV, without formulas', async () => {
    await click(page, 'button', 'Export what the filter shows');
    await menuInPlace(page);
    await looksRight(page, 'audit-export');
    await click(page, 'menuitem', 'NDJSON, every field');
    const rows = (await downloaded('.ndjson')).trim().split('\n').map(line => JSON.parse(line));
    const known = (await lab.api('GET', '/audit?limit=1000')).rows.filter(row => row.action === 'link.redeemed');
    assert.deepEqual(rows, known);
    await click(page, 'button', 'Export what the filter shows');
    await click(page, 'menuitem', 'CSV, for spreadsheets');
    const lines = (await downloaded('.csv')).trim().split('\r\n');
    assert.equal(lines[0], 'id,at,actor,action,object,client,detail,chain');
    assert.equal(lines.length, 4);
    assert.ok(lines.every(line => !/(^|,)"?[=+\-@]/.test(line)), lines.join('\n'));
  });

  test('The chain is checked', async () => {
    await click(page, 'button', 'Check the chain');
    await reads(page, '✓ The trail is whole.');
    await looksRight(page, 'audit-chain');
  });

  test('Sources and models are there to look at', async () => {
    await page.goto(`${lab.origin}/console/sources`);
    await find(page, 'table', 'Sources').wait();
    await find(page, 'table', 'Models').wait();
    await reads(page, 'origin is one of the viewer’s airport');
    await looksRight(page, 'sources');
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
