// A dashboard in the console, as people look at it: what is chosen, one panel, the wall, pictures,
// queries, other eyes, and its versions.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { casementBinary } from '../support/casement.mjs';
import { click, fill, find, gone, heading, looksRight, pick, picture, reads, signIn,
  startConsoleBrowser, startConsoleLab } from './support/console-lab.mjs';

const kVera = { handle: 'vera@acme.example', password: 'a viewer of dashboards' };

/** Which airports' rows somebody sees. */
const ORIGINS = { uid: 'origins', title: 'Origins', time: { span: '1w', as_of: '2001-07-01T00:00:00Z' },
  timezone: 'UTC', panels: [
    { id: 1, type: 'table', title: 'Airports', grid: { x: 0, y: 0, w: 12, h: 10 }, queries: [
      { name: 'A', model: 'flights', sql: 'select origin, count(*) as departures from flights where date >= $from and date < $to group by 1 order by 1' }] },
    { id: 2, type: 'stat', title: 'How many', grid: { x: 12, y: 0, w: 12, h: 10 }, queries: [
      { name: 'A', model: 'flights', sql: 'select count(distinct origin) as n from flights where date >= $from and date < $to' }] },
    { id: 3, type: 'stat', title: 'Broken', grid: { x: 0, y: 10, w: 12, h: 4 }, queries: [
      { name: 'A', source: 'flights', sql: 'select no_such_column from flights' }] },
  ] };

/** Width, height and how many colours a PNG of eight bits a channel has. */
function readPng(bytes) {
  assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const channels = { 2: 3, 6: 4 }[bytes[25]];
  const parts = [];
  for (let at = 8; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const lines = [];
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)];
    const line = Buffer.from(raw.subarray(row * (stride + 1) + 1, (row + 1) * (stride + 1)));
    const above = lines[row - 1];
    for (let i = 0; i < stride; i++) {
      const a = i >= channels ? line[i - channels] : 0;
      const b = above ? above[i] : 0;
      const c = above && i >= channels ? above[i - channels] : 0;
      const p = a + b - c;
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
      const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      line[i] = (line[i] + [0, a, b, (a + b) >> 1, paeth][filter]) & 255;
    }
    lines.push(line);
  }
  const at = (x, y) => `#${lines[y].subarray(x * channels, x * channels + 3).toString('hex')}`;
  return { width, height, at };
}

describe('A dashboard in the console', () => {
  let lab;
  let browser;
  let page;
  let downloads;
  before(async () => {
    lab = await startConsoleLab();
    await lab.setUp();
    await lab.api('POST', '/dashboards', { document: ORIGINS });
    browser = await startConsoleBrowser();
    ({ page } = browser);
    downloads = mkdtempSync(join(tmpdir(), 'casement-downloads-'));
    const session = await browser.browser.target().createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
    if (downloads) rmSync(downloads, { recursive: true, force: true });
  });

  const go = async (path, name) => {
    await page.goto(`${lab.origin}/console/dashboards/${path}`);
    await heading(page, name);
  };
  const queryOf = () => new URL(page.url()).searchParams;
  const untilQuery = (name, value) => page.waitForFunction(
    (key, wanted) => new URLSearchParams(location.search).get(key) === wanted, {}, name, value);
  /** Menus come when somebody goes to them. */
  const choose = async (button, item) => {
    await click(page, 'button', button);
    await click(page, 'menuitem', item);
  };
  const chooseIn = async (button, role, item) => {
    await click(page, 'button', button);
    await click(page, role, item);
  };
  const panelMenu = (title, item) => choose(`Options for ${title}`, item);
  const drawn = () => page.waitForFunction(() => document.querySelector('.drawing .panel')
    && !document.querySelector('.drawing .panel[aria-busy="true"], .drawing .panel-body.stale'));
  const press = key => page.keyboard.press(key);
  const cellsOf = label => page.$$eval(`[aria-label="${label}"] tbody td:first-child`, cells => cells.map(cell => cell.textContent));
  const dashboards = () => lab.api('GET', '/dashboards/origins');

  test('It fills the page, with what can be chosen and done above it', async () => {
    await go('flights', 'Departures');
    await drawn();
    await reads(page, 'Atlanta, GA (ATL)');
    await find(page, 'link', 'Edit').wait();
    await find(page, 'button', 'Share').wait();
    await looksRight(page, 'view');
    await picture(page, 'view');
    const { width } = page.viewport();
    const right = await page.$eval('.drawing .grid', grid => grid.getBoundingClientRect().right);
    assert.ok(width - right < 40, `the panels end ${width - right} px before the window`);
    await page.setViewport({ width: 1800, height: 900 });
    const wide = await page.$eval('.drawing .grid', grid => grid.getBoundingClientRect().width);
    assert.ok(wide > 1500, 'it takes the room that there is');
    await page.setViewport({ width: 1200, height: 860 });
  });

  test('What is chosen stands in the address, so that a reload and a link keep it', async () => {
    await go('flights', 'Departures');
    await chooseIn('Time range: Past month', 'radio', 'Past week');
    await untilQuery('time', '1w');
    await click(page, 'button', 'Airport Atlanta, GA (ATL)');
    await click(page, 'option', 'Boston, MA (BOS)');
    await untilQuery('var-airport', 'BOS');
    await chooseIn('Time range: Past week', 'radio', 'UTC');
    await untilQuery('tz', 'UTC');
    await click(page, 'button', 'Refresh by itself: off');
    await click(page, 'menuitemradio', 'Every 5 min');
    await untilQuery('refresh', '300');
    const link = page.url();
    await page.reload();
    await find(page, 'button', 'Airport Boston, MA (BOS)').wait();
    await find(page, 'button', 'Time range: Past week').wait();
    await find(page, 'button', 'Refresh by itself: every 5 min').wait();
    const asked = page.waitForRequest(request => request.url().endsWith('/draw'));
    await page.goto(link);
    const body = JSON.parse((await asked).postData());
    assert.deepEqual([body.time, body.variables, body.query_timezone], [{ span: '1w' }, { airport: ['BOS'] }, 'UTC']);
  });

  test('An address that asks for what the dashboard does not have shows it as it begins, and says so', async () => {
    await go('flights?time=1w&var-nothing=5', 'Departures');
    await reads(page, 'Shown is what the dashboard begins with.');
    await find(page, 'button', 'Time range: Past month').wait();
    assert.equal(page.url().includes('nothing'), false);
  });

  test('Keys refresh it, move through time and widen it, and the help lists them', async () => {
    await go('flights', 'Departures');
    await drawn();
    const refreshed = page.waitForRequest(request => request.url().endsWith('/draw/query'));
    await press('r');
    await refreshed;
    await press(',');
    await page.waitForFunction(() => new URLSearchParams(location.search).has('from'));
    const [from, to] = ['from', 'to'].map(name => Number(queryOf().get(name)));
    assert.ok(from < Date.UTC(2001, 5, 1) && to < Date.UTC(2001, 6, 1));
    await press('.');
    await untilQuery('from', String(from + (to - from) / 2));
    await press('z');
    await untilQuery('from', String(from));
    await press('?');
    await heading(page, 'Keyboard shortcuts');
    await reads(page, 'A wider time range');
    await reads(page, 'TV mode, and back');
    await looksRight(page, 'view-keys');
    await press('Escape');
    await press('v');
    await page.waitForFunction(() => location.pathname.endsWith('/versions'));
    await heading(page, 'It has not been changed yet');
    await looksRight(page, 'versions-none');
  });

  test('One panel is looked at alone, with an address of its own, and back', async () => {
    await go('flights', 'Departures');
    await drawn();
    const asked = [];
    const listen = request => request.url().includes('/draw') && asked.push(request.postData());
    await panelMenu('How late', 'View alone');
    await untilQuery('panel', '8');
    await page.waitForFunction(() => document.querySelectorAll('.drawing .panel').length === 1);
    await drawn();
    await looksRight(page, 'view-alone');
    page.on('request', listen);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('.drawing .panel').length === 1);
    await drawn();
    page.off('request', listen);
    assert.deepEqual(asked.map(body => JSON.parse(body).panels), [[8]], 'no other panel is asked for');
    await press('Escape');
    await page.waitForFunction(() => document.querySelectorAll('.drawing .panel').length > 5);
    assert.equal(queryOf().has('panel'), false);
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('.drawing .panel').length === 1);
    await click(page, 'link', 'All panels');
    await page.waitForFunction(() => document.querySelectorAll('.drawing .panel').length > 5);
    await drawn();
  });

  test('On a screen on the wall there is the dashboard only, and it stays up to date', async () => {
    await go('flights?refresh=10', 'Departures');
    await drawn();
    await press('t');
    await untilQuery('tv', '1');
    await page.waitForFunction(() => !document.querySelector('nav')?.checkVisibility());
    assert.equal(await page.$('.controls'), null);
    // One line says what is shown; the buttons go away while nobody moves the pointer.
    const line = await page.$eval('.tv-line', element => element.textContent);
    assert.match(line, /^Departures.+Airport/);
    const shown = wanted => page.waitForFunction(wanted => getComputedStyle(document.querySelector('.tv-tools')).opacity === wanted, {}, wanted);
    await shown('0');
    await page.mouse.move(300, 300);
    await shown('1');
    await shown('0');
    await page.keyboard.press('Tab');
    await page.$eval('[aria-label="Leave TV mode"]', button => button.focus());
    await shown('1');
    await page.$eval('[aria-label="Leave TV mode"]', button => button.blur());
    // Nobody scrolls there: all of it fits, and fills the screen.
    const before = page.viewport();
    await page.setViewport({ width: 1920, height: 1080 });
    await page.waitForFunction(() => {
      const { scrollHeight, clientHeight } = document.documentElement;
      const lowest = Math.max(...[...document.querySelectorAll('.drawing .panel')].map(panel => panel.getBoundingClientRect().bottom));
      return scrollHeight === clientHeight && lowest > clientHeight * 0.9;
    });
    await page.setViewport(before);
    await looksRight(page, 'view-tv');
    await page.waitForRequest(request => request.url().endsWith('/draw/query'), { timeout: 25_000 });
    await page.reload();
    await page.waitForFunction(() => document.querySelector('.drawing .panel') && !document.querySelector('nav')?.checkVisibility());
    await press('Escape');
    await find(page, 'navigation', 'Main').wait();
    assert.equal(queryOf().has('tv'), false);
    await click(page, 'button', 'TV mode');
    await click(page, 'button', 'Leave TV mode');
    await find(page, 'navigation', 'Main').wait();
  });

  /** The file, once the browser has all of it. */
  const downloaded = async name => {
    const path = join(downloads, name);
    for (let attempt = 0; attempt < 200; attempt++) {
      if (existsSync(path)) return readFileSync(path);
      await page.evaluate(() => new Promise(done => setTimeout(done, 50)));
    }
    throw new Error(`there is no ${name}, only ${readdirSync(downloads)}`);
  };

  test('A panel becomes a picture in the colours of the theme, and its data a file', async () => {
    await go('flights', 'Departures');
    await drawn();
    await panelMenu('Departures over time', 'Save as picture');
    const light = readPng(await downloaded('Departures-over-time.png'));
    const card = await page.$eval('[aria-labelledby="panel-6-title"]', element => {
      const { width, height } = element.getBoundingClientRect();
      return { width, height };
    });
    assert.deepEqual([light.width, light.height], [Math.round(card.width * 2), Math.round(card.height * 2)]);
    assert.equal(light.at(40, light.height - 8), '#ffffff', 'the card of the light theme');
    const coloursIn = ({ width, at }, top, bottom) => {
      const found = new Set();
      for (let y = top; y < bottom; y += 1) for (let x = 0; x < width; x += 1) found.add(at(x, y));
      return found;
    };
    assert.ok(coloursIn(light, 16, 60).size > 8, 'its title is written on it');
    const bars = coloursIn(light, 100, 420);
    for (const colour of ['#12805c', '#b7791f', '#d1372b']) assert.ok(bars.has(colour), `${colour} is drawn`);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await panelMenu('Routes', 'Save as picture');
    const dark = readPng(await downloaded('Routes.png'));
    assert.equal(dark.at(12, dark.height - 12), '#151a21', 'the card of the dark theme');
    assert.ok(coloursIn(dark, 16, 60).size > 8);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    await panelMenu('Routes', 'Download CSV');
    assert.match((await downloaded('flights-panel-12.csv')).toString(), /^code,destination,/);
  });

  test('An author reads how a panel asks, with which values, and what comes of it', async () => {
    await go('flights?var-airport=MIA', 'Departures');
    await drawn();
    await panelMenu('On time', 'Inspect queries');
    await heading(page, 'Queries of “On time”');
    await reads(page, 'As written');
    await reads(page, 'where origin = $airport');
    await reads(page, 'MIA');
    await reads(page, 'from the cache');
    await find(page, 'region', 'Table: query A').wait();
    await looksRight(page, 'view-inspector');
    await picture(page, 'inspector');
    const fresh = page.waitForRequest(request => request.url().endsWith('/draw/inspect'));
    await click(page, 'button', 'Ask again past the cache');
    assert.equal(JSON.parse((await fresh).postData()).fresh, true);
    await page.waitForFunction(() => /Took\s*[\d.]+ (ms|s)/.test(document.querySelector('.inspected').innerText));
    await click(page, 'button', 'Close');
    await go('origins', 'Origins');
    await drawn();
    await panelMenu('Broken', 'Inspect queries');
    await reads(page, 'no_such_column');
    await find(page, 'heading', 'Query A failed').wait();
    await looksRight(page, 'view-inspector-failed');
    await click(page, 'button', 'Close');
  });

  test('Through the eyes of one airport there is no other airport’s row', async () => {
    await go('origins', 'Origins');
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Table: Airports"] tbody tr').length > 20);
    await choose('More about this dashboard', 'View as…');
    await heading(page, 'View as somebody else');
    await looksRight(page, 'view-as');
    await fill(page, 'airport', 'ATL');
    await click(page, 'button', 'Look');
    await reads(page, 'You see this as somebody with airport = ATL');
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Table: Airports"] tbody tr').length === 1);
    assert.deepEqual(await cellsOf('Table: Airports'), ['ATL']);
    assert.equal(await page.$eval('[aria-labelledby="panel-2-title"] .stat-value', element => element.textContent), '1');
    await gone(page, 'no_such_column');
    await looksRight(page, 'view-as-seen');
    await picture(page, 'view-as');
    await click(page, 'button', 'Options for Airports');
    await find(page, 'menuitem', 'View alone').wait();
    assert.equal(await page.$('::-p-aria([name="Inspect queries"][role="menuitem"])'), null, 'their eyes read no query');
    await press('Escape');
    await click(page, 'button', 'As somebody else…');
    await heading(page, 'View as somebody else');
    await click(page, 'button', 'Look');
    await reads(page, 'You see this as somebody without any attribute');
    await reads(page, 'No data in this time range.');
    assert.deepEqual(await cellsOf('Table: Airports'), []);
    await click(page, 'button', 'Back to your own view');
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Table: Airports"] tbody tr').length > 20);
    await gone(page, 'You see this as');
  });

  test('Through the eyes of a user there are the rows of that user’s attributes', async () => {
    execFileSync(casementBinary(), ['admin', 'create-user', '--data', lab.server.dataDir, '--handle', 'bea@acme.example', '--name', 'Bea Boston',
      '--role', 'Viewer', '--password-stdin'], { input: 'a viewer from boston', stdio: ['pipe', 'ignore', 'inherit'] });
    const { attributes } = await lab.api('GET', '/user-attributes');
    const airport = attributes.find(({ name }) => name === 'airport') ??
      await lab.api('POST', '/user-attributes', { name: 'airport', label: 'Airport', type: 'string' });
    const { users } = await lab.api('GET', '/users?search=bea@acme.example');
    await lab.api('PUT', `/users/${users[0].id}/attributes/${airport.id}`, { value: 'BOS' });

    await go('origins', 'Origins');
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Table: Airports"] tbody tr').length > 20);
    await choose('More about this dashboard', 'View as…');
    await page.locator('::-p-aria([name="Through the eyes of"][role="combobox"])').fill('user');
    // Nobody is chosen yet.
    await page.waitForSelector('dialog[open] .dialog-actions .primary[aria-disabled="true"]');
    await page.locator('::-p-aria([name="User"][role="combobox"])').fill('nobody of this name');
    await reads(page, 'Nothing fits.');
    // Escape leaves the list, not the dialog.
    await press('Escape');
    await heading(page, 'View as somebody else');
    await page.locator('::-p-aria([name="User"][role="combobox"])').fill('bea');
    await page.waitForSelector('.pick-option');
    await looksRight(page, 'view-as-user');
    await press('Escape');
    await pick(page, 'User', 'boston', 'Bea Boston');
    await click(page, 'button', 'Look');
    await reads(page, 'You see this as Bea Boston (bea@acme.example)');
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Table: Airports"] tbody tr').length === 1);
    assert.deepEqual(await cellsOf('Table: Airports'), ['BOS']);
    await lab.api('PUT', `/users/${users[0].id}/attributes/${airport.id}`, { value: null });
    await click(page, 'button', 'As somebody else…');
    await page.locator('::-p-aria([name="Through the eyes of"][role="combobox"])').fill('user');
    await pick(page, 'User', 'bea', 'Bea Boston');
    await click(page, 'button', 'Look');
    await reads(page, 'No data in this time range.');
    assert.deepEqual(await cellsOf('Table: Airports'), [], 'without the attribute there is no row');
    await click(page, 'button', 'Back to your own view');
    await gone(page, 'You see this as');
  });

  test('Through a share and through a pasted link it is as whoever opens it sees it, and the link stays good', async () => {
    const { share, credential } = await lab.api('POST', '/dashboards/flights/shares', { type: 'secure_embed', title: 'For Boston',
      selectable_template_vars: [{ name: 'airport', default_values: ['BOS'] }] });
    await go('flights?time=1w', 'Departures');
    await drawn();
    await choose('More about this dashboard', 'View as…');
    await page.locator('::-p-aria([name="Through the eyes of"][role="combobox"])').fill('share');
    await page.locator('::-p-aria([name="Share"][role="combobox"])').fill(share.token);
    await click(page, 'button', 'Look');
    await reads(page, 'whoever opens the share “For Boston”');
    await page.waitForSelector('.controls .plain');
    assert.match(await page.$eval('.controls .plain', element => element.textContent), /BOS/);
    await click(page, 'button', 'Back to your own view');
    await find(page, 'button', 'Airport Atlanta, GA (ATL)').wait();
    await find(page, 'button', 'Time range: Past week').wait();
    const link = execFileSync(casementBinary(), ['sign', 'datadog', '--url', share.url, '--credential-file', '-'],
      { input: credential.secret, encoding: 'utf8' }).trim();
    await choose('More about this dashboard', 'View as…');
    await page.locator('::-p-aria([name="Through the eyes of"][role="combobox"])').fill('link');
    await fill(page, 'Signed link', 'https://elsewhere.example/x');
    await click(page, 'button', 'Look');
    await reads(page, 'This is not a link that this server knows');
    await fill(page, 'Signed link', link);
    await click(page, 'button', 'Look');
    await reads(page, 'whoever opens the link that you pasted');
    assert.equal(page.url().includes('token='), false, 'the link is not in the address');
    await lab.lookAt(link, 'a browser with the link');
  });

  test('Versions say who changed what, show the difference, and bring an older one back', async () => {
    const [first, second] = [structuredClone(ORIGINS), structuredClone(ORIGINS)];
    first.panels.pop();
    await lab.api('PUT', '/dashboards/origins', { document: first, message: 'Without the broken one' });
    second.title = 'Origins of flights';
    second.panels[1].type = 'gauge';
    second.variables = [{ name: 'note', type: 'text', default: [''] }];
    await lab.api('PUT', '/dashboards/origins', { document: second });
    await go('origins', 'Origins of flights');
    await choose('More about this dashboard', 'Versions');
    await find(page, 'table', 'Versions').wait();
    await reads(page, 'Without the broken one');
    await reads(page, 'title: “Origins” → “Origins of flights”');
    await reads(page, 'type: “stat” → “gauge”');
    await find(page, 'region', 'Lines of JSON that differ').wait();
    await looksRight(page, 'versions');
    await picture(page, 'versions');
    const { revision } = await dashboards();
    await click(page, 'button', `Changes of revision ${revision - 1}`);
    await reads(page, 'Panel Broken');
    await untilQuery('to', String(revision - 1));
    await page.reload();
    await reads(page, 'Panel Broken');
    await click(page, 'button', `Restore revision ${revision - 2}`);
    await heading(page, `Restore revision ${revision - 2}`);
    await fill(page, 'Why', 'As it was before');
    await looksRight(page, 'versions-restore');
    await click(page, 'button', 'Restore');
    await heading(page, 'Origins');
    await reads(page, `Restored from ${revision - 2}`);
    await reads(page, 'As it was before');
    assert.equal((await dashboards()).document.panels.length, 3);
  });

  test('Who saved meanwhile is shown before an older version goes over it', async () => {
    await go('origins/versions', 'Origins');
    const { revision, document } = await dashboards();
    await click(page, 'button', `Restore revision ${revision - 2}`);
    await heading(page, `Restore revision ${revision - 2}`);
    await lab.api('PUT', '/dashboards/origins', { document: { ...document, title: 'Theirs' }, message: 'Mine now' });
    await click(page, 'button', 'Restore');
    await reads(page, `has saved revision ${revision + 1} meanwhile`);
    await reads(page, 'Mine now');
    await reads(page, 'title: “Origins” → “Theirs”');
    await looksRight(page, 'versions-conflict');
    assert.equal((await dashboards()).title, 'Theirs', 'nothing was written yet');
    await click(page, 'button', 'Restore all the same');
    await reads(page, `Restored from ${revision - 2}`);
    assert.equal((await dashboards()).revision, revision + 2);
  });

  test('Who may not write looks, and is offered nothing else', async () => {
    execFileSync(casementBinary(), ['admin', 'create-user', '--data', lab.server.dataDir, '--handle', kVera.handle, '--name', 'Vera',
      '--role', 'Viewer', '--password-stdin'], { input: kVera.password, stdio: ['pipe', 'ignore', 'inherit'] });
    const other = await startConsoleBrowser();
    try {
      await signIn(other.page, lab.origin, kVera);
      await other.page.goto(`${lab.origin}/console/dashboards/airport-operations`);
      await heading(other.page, 'Airport operations');
      await other.page.waitForSelector('.drawing .panel');
      for (const [role, name] of [['link', 'Edit'], ['button', 'Share']]) {
        assert.equal(await other.page.$(`::-p-aria([name="${name}"][role="${role}"])`), null, name);
      }
      await click(other.page, 'button', 'More about this dashboard');
      await find(other.page, 'menuitem', 'Versions').wait();
      for (const name of ['View as…', 'Delete']) {
        assert.equal(await other.page.$(`::-p-aria([name="${name}"][role="menuitem"])`), null, name);
      }
      await other.page.keyboard.press('Escape');
      await click(other.page, 'button', 'Options for Departures');
      await find(other.page, 'menuitem', 'Save as picture').wait();
      for (const name of ['Inspect queries', 'Edit panel']) {
        assert.equal(await other.page.$(`::-p-aria([name="${name}"][role="menuitem"])`), null, name);
      }
      await reads(other.page, 'No data in this time range.');
      await other.page.keyboard.press('Escape');
      // Explore is for those who write: it is in no navigation, under no key, and at no address.
      assert.equal(await other.page.$('::-p-aria([name="Explore"][role="link"])'), null);
      await other.page.goto(`${lab.origin}/console/explore`);
      await heading(other.page, 'You may look at dashboards');
      assert.equal(await other.page.$('[data-query-editor]'), null);
      for (const section of ['settings', 'keys/embedding', 'people', 'new-source', 'audit']) {
        await other.page.goto(`${lab.origin}/console/${section}`);
        await heading(other.page, 'This page is not for your role');
      }
      const asked = await other.page.evaluate(async () => {
        const body = JSON.stringify({ panel: 1, document: { title: 'x', panels: [{ id: 1, type: 'table', title: '',
          grid: { x: 0, y: 0, w: 24, h: 8 }, queries: [{ name: 'A', source: 'flights', sql: 'select 1' }] }] } });
        const send = (path, more) => fetch(`/api/casement/v1${path}`, { headers: { 'content-type': 'application/json', 'x-casement': '1' }, ...more });
        const answers = [await send('/draw/inspect', { method: 'POST', body }), await send('/models'), await send('/sources/flights/schema')];
        return Promise.all(answers.map(async answer => `${answer.status} ${(await answer.json()).error?.code}`));
      });
      assert.deepEqual(asked, Array(3).fill('403 missing_permission'));
      assert.deepEqual(other.faults, []);
    } finally {
      await other.close();
    }
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
