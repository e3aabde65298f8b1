// Checking links, usage, the server's own pages, and the home of dashboards, as a person uses them.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { click, fill, find, gone, heading, looksRight, picture, reads, searchFor, signIn, startConsoleBrowser,
  startConsoleLab } from './support/console-lab.mjs';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';

describe('Watching over it in the console', () => {
  let lab;
  let browser;
  let page;
  let made;
  before(async () => {
    lab = await startConsoleLab();
    await lab.setUp();
    made = await lab.api('POST', '/dashboards/flights/shares', { title: 'Departures for Boston' });
    await lab.look(made.share, made.credential.secret, CHROME, true);
    // How long its panels took is in the trail when the server ends.
    await lab.restart();
    made.share = await lab.api('GET', `/shares/${made.share.token}`);
    browser = await startConsoleBrowser();
    ({ page } = browser);
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const choose = (name, value) => page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(value);
  const link = (text = null) => {
    const nonce = randomBytes(16).toString('hex');
    const ts = Math.floor(Date.now() / 1000);
    const token = createHmac('sha256', made.credential.secret).update(text ?? `${nonce}|${ts}`).digest('hex');
    return `${made.share.url}?token=${token}&nonce=${nonce}&ts=${ts}`;
  };

  test('A pasted link is checked with Enter, and the verdict is read out', async () => {
    await click(page, 'link', 'Check a link');
    await heading(page, 'Check a link');
    await fill(page, 'Link', link());
    await page.focus('textarea');
    await page.keyboard.press('Enter');
    await heading(page, 'This link opens');
    await reads(page, 'It has not been used.');
    const focused = await page.evaluate(() => document.activeElement.textContent);
    assert.equal(focused, 'This link opens');
    await looksRight(page, 'link-opens');
  });

  test('What is wrong with one is said, with what to do', async () => {
    await fill(page, 'Link', link('not what is signed'));
    await click(page, 'button', 'Check the link');
    await heading(page, 'This link does not open');
    await reads(page, 'not reached');
    await find(page, 'table', 'Parts of the link').wait();
    await looksRight(page, 'link-wrong');
    await picture(page, 'links');
    const text = await page.evaluate(() => document.body.innerText);
    assert.ok(!text.includes(made.credential.secret));
    await click(page, 'button', 'Clear');
    await gone(page, 'This link does not open');
  });

  test('The page of signed embedding leads there too', async () => {
    await page.goto(`${lab.origin}/admin/embed`);
    await heading(page, 'Check a link');
  });

  test('Usage shows what was opened, and leads to its rows in the trail', async () => {
    await page.goto(`${lab.origin}/console/usage`);
    await find(page, 'table', 'By dashboard, share, person and key').wait();
    await reads(page, 'Departures for Boston');
    await looksRight(page, 'usage');
    await picture(page, 'usage');
    const { share } = made;
    const { subjects } = await lab.api('GET', '/usage');
    const { object } = subjects.find(one => one.share === share.token);
    assert.deepEqual(await page.$$eval('.bar-ends', all => all.map(line => line.children.length)), [2, 2, 2]);
    const day = at => new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
    await reads(page, day(Date.now()));
    await find(page, 'link', 'Departures for Boston').wait();
    await reads(page, object);
    await click(page, 'link', 'Audit trail of Departures for Boston');
    await heading(page, 'Audit');
    await reads(page, 'rows, to the beginning');
    const trail = await lab.api('GET', `/audit?limit=1000&object=${encodeURIComponent(object)}`);
    await reads(page, `${trail.rows.length} rows, to the beginning`);
  });

  test('The trail shows how long panels took when somebody asks, and the address keeps that', async () => {
    const withAll = await lab.api('GET', '/audit?limit=1000&panel_times=true');
    const plain = withAll.rows.filter(row => row.action !== 'panels.timed');
    assert.ok(plain.length > 1 && plain.length < withAll.rows.length);
    const listed = () => page.$$eval('tbody tr', rows => rows.map(row => row.cells[1].querySelector('button').textContent));
    await page.goto(`${lab.origin}/console/audit`);
    await reads(page, `${plain.length} rows, to the beginning`);
    assert.deepEqual(await listed(), plain.map(row => row.action));
    await click(page, 'switch', 'Include times of panels');
    await reads(page, `${withAll.rows.length} rows, to the beginning`);
    assert.deepEqual(await listed(), withAll.rows.map(row => row.action));
    await looksRight(page, 'audit-times');
    await page.reload();
    await reads(page, `${withAll.rows.length} rows, to the beginning`);
    const isOn = () => page.$eval('[role="switch"]', one => one.getAttribute('aria-checked'));
    assert.equal(await isOn(), 'true');
    await click(page, 'switch', 'Include times of panels');
    await reads(page, `${plain.length} rows, to the beginning`);
    assert.equal(await isOn(), 'false');
    assert.equal(new URL(page.url()).search, '');
    // One who follows such a row to its like asks for them.
    await page.goto(`${lab.origin}/console/audit?action=panels.timed`);
    await reads(page, '1 row, to the beginning');
    await gone(page, 'Include times of panels');
  });

  test('A source is tested when one asks', async () => {
    await page.goto(`${lab.origin}/console/server`);
    await reads(page, 'not asked since the server started');
    await click(page, 'button', 'Test flights');
    await gone(page, 'not asked since the server started');
    await find(page, 'table', 'Sources').wait();
    await looksRight(page, 'health');
    await picture(page, 'health');
  });

  test('Settings have the vendors’ names, values and origins', async () => {
    await click(page, 'link', 'Parameter settings');
    await reads(page, 'aliyun.api_key_share_version');
    const silent = await page.$$eval('main tbody tr', rows => rows.filter(row => !row.querySelector('.setting-change'))
      .map(row => row.querySelector('.row-title').textContent));
    assert.deepEqual(silent, [], 'each setting with a vendor’s name says what a change does');
    await looksRight(page, 'parameters');
    await picture(page, 'parameters');
    await searchFor(page, 'SAMESITE');
    await reads(page, 'security.cookie_samesite');
    await gone(page, 'aliyun.api_key_share_version');
    await searchFor(page, '');
    await choose('Show', 'changed');
    await reads(page, 'server.listen');
    await looksRight(page, 'parameters-changed');
  });

  test('Each part’s licence can be read', async () => {
    await click(page, 'link', 'Version & licences');
    await find(page, 'table', 'Parts and their licences').wait();
    await looksRight(page, 'licences');
    await click(page, 'button', 'Read the licence of preact');
    await find(page, 'region', 'Licence of preact').wait();
    await looksRight(page, 'licence');
    await reads(page, 'Permission is hereby granted');
    await page.keyboard.press('Escape');
    await gone(page, 'Permission is hereby granted');
  });

  test('A folder is made, a dashboard moved into it, and found there', async () => {
    await page.goto(`${lab.origin}/console/`);
    await click(page, 'button', 'New folder');
    await looksRight(page, 'home-new-folder');
    await fill(page, 'Name', 'Airports');
    await page.keyboard.press('Enter');
    await find(page, 'link', 'Airports').wait();
    await click(page, 'button', 'Actions for Departures');
    await click(page, 'menuitem', 'Move to a folder');
    const { folders } = await lab.api('GET', '/folders');
    await choose('To', folders[0].uid);
    await looksRight(page, 'home-move');
    await click(page, 'button', 'Move');
    await gone(page, '2 dashboards');
    await reads(page, '1 dashboard');
    await looksRight(page, 'home');
    await click(page, 'link', 'Airports');
    await find(page, 'navigation', 'Folders above').wait();
    await find(page, 'link', 'Departures').wait();
    await looksRight(page, 'folder');
    await click(page, 'link', 'All folders');
    await click(page, 'button', 'Actions for folder Airports');
    await click(page, 'menuitem', 'Delete the folder');
    await click(page, 'button', 'Delete the folder');
    await reads(page, 'There is something in this folder');
    await searchFor(page, 'airports depart');
    await find(page, 'link', 'Departures').wait();
    await reads(page, 'in Airports');
    await looksRight(page, 'home-found');
  });

  test('A dashboard is starred, and those opened lately are remembered', async () => {
    await page.goto(`${lab.origin}/console/`);
    await searchFor(page, 'departures');
    await click(page, 'button', 'Star Departures');
    await page.waitForFunction(async () => {
      const answer = await fetch('/api/casement/v1/home', { headers: { 'X-Casement': '1' } });
      return (await answer.json()).dashboards.some(one => one.starred);
    });
    await page.goto(`${lab.origin}/console/dashboards?view=starred`);
    await find(page, 'link', 'Departures').wait();
    await looksRight(page, 'starred');
    await click(page, 'link', 'Departures');
    await heading(page, 'Departures');
    await page.waitForFunction(async () => {
      const answer = await fetch('/api/casement/v1/home', { headers: { 'X-Casement': '1' } });
      return (await answer.json()).dashboards.some(one => one.seen_at !== null);
    });
    await page.goto(`${lab.origin}/console/dashboards?view=recent`);
    await find(page, 'link', 'Departures').wait();
    await looksRight(page, 'recent');
    // On the page itself its star is in the menu.
    await click(page, 'link', 'Departures');
    await heading(page, 'Departures');
    const starred = () => page.evaluate(async () => {
      const answer = await fetch('/api/casement/v1/home', { headers: { 'X-Casement': '1' } });
      return (await answer.json()).dashboards.find(one => one.uid === 'flights').starred;
    });
    assert.equal(await starred(), true);
    await click(page, 'button', 'More about this dashboard');
    await click(page, 'menuitem', 'Take the star away');
    await reads(page, 'Its star is taken away.');
    assert.equal(await starred(), false);
    await click(page, 'button', 'More about this dashboard');
    await click(page, 'menuitem', 'Star');
    await reads(page, 'It stands under Starred now.');
    assert.equal(await starred(), true);
  });

  test('Tags are kept with a dashboard, and narrow the list one by one', async () => {
    const document = { title: 'Tagged', time: { span: '1d' }, panels: [] };
    for (const [uid, tags] of [['one', ['air']], ['both', []]]) {
      await lab.api('POST', '/dashboards', { document: { ...document, uid, title: `Tagged ${uid}`, tags } });
    }
    const rows = wanted => page.waitForFunction(titles => {
      const shown = [...document.querySelectorAll('table .row-link')].map(link => link.textContent).sort();
      return JSON.stringify(shown) === titles;
    }, {}, JSON.stringify(wanted.map(uid => `Tagged ${uid}`).sort()));
    await page.goto(`${lab.origin}/console/?q=tagged`);
    await click(page, 'button', 'Actions for Tagged both');
    await click(page, 'menuitem', 'Tags');
    await fill(page, 'Tags', 'air, north, air');
    await click(page, 'button', 'Keep the tags');
    await reads(page, 'The tags are kept.');
    assert.deepEqual((await lab.api('GET', '/dashboards/both')).document.tags, ['air', 'north']);

    await page.goto(`${lab.origin}/console/`);
    await choose('Tag', 'air');
    await rows(['one', 'both']);
    await click(page, 'button', 'north');
    await rows(['both']);
    assert.equal(await page.evaluate(() => location.search), '?tag=air&tag=north');
    await looksRight(page, 'home-tags');
    await page.reload();
    await rows(['both']);
    await click(page, 'button', 'Not only with the tag north');
    await rows(['one', 'both']);
    await page.goto(`${lab.origin}/console/?tag=north&tag=south`);
    await reads(page, 'Nothing matches');
    await click(page, 'button', 'Clear search and filters');
    await find(page, 'link', 'Airports').wait();
    for (const uid of ['one', 'both']) await lab.api('DELETE', `/dashboards/${uid}`);
  });

  test('Arrows go from row to row', async () => {
    await page.goto(`${lab.origin}/console/?q=a`);
    await reads(page, 'dashboards');
    await page.waitForSelector('table .row-link');
    await page.focus('table .row-link');
    const before = await page.evaluate(() => document.activeElement.textContent);
    const rows = await page.$$eval('table .row-link', all => all.length);
    assert.equal(rows, 2);
    await page.keyboard.press('ArrowDown');
    const after = await page.evaluate(() => document.activeElement.textContent);
    assert.notEqual(after, before);
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), before);
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
