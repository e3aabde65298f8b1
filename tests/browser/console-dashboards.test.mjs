// Dashboards in the console: the list, a new one, its document with what is wrong in it, the import,
// the bin.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { codeEditors, press } from './support/console-code.mjs';
import { click, find, heading, looksRight, picture, reads, searchFor, signIn, startConsoleBrowser,
  startConsoleLab } from './support/console-lab.mjs';

const GRAFANA = { title: 'Node load', uid: 'node-load', schemaVersion: 39, panels: [
  { id: 1, type: 'timeseries', title: 'Load', gridPos: { x: 0, y: 0, w: 12, h: 8 }, targets: [] },
  { id: 2, type: 'some-plugin-panel', title: 'Of a plugin', gridPos: { x: 12, y: 0, w: 12, h: 8 }, targets: [] },
] };

describe('Dashboards in the console', () => {
  let lab;
  let browser;
  let page;
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

  const focusEditor = () => codeEditors(page, '[data-editor]').focus();
  const write = text => codeEditors(page, '[data-editor]').write(text);

  /** What the page of a dashboard has behind its last button. */
  const more = async item => {
    await click(page, 'button', 'More about this dashboard');
    await click(page, 'menuitem', item);
  };

  test('The list is searched as one types, and the address keeps the search', async () => {
    await reads(page, '2 dashboards');
    await looksRight(page, 'dashboards');
    await picture(page, 'dashboards');
    await page.keyboard.press('/');
    await page.keyboard.type('depart');
    await reads(page, '1 of 2 dashboards');
    await page.reload();
    await reads(page, '1 of 2 dashboards');
    await searchFor(page, 'nothing like this');
    await heading(page, 'Nothing matches');
    await looksRight(page, 'no-match');
    await searchFor(page, '');
    await find(page, 'link', 'Departures').wait();
  });

  test('A dashboard shows what is in it and who shares it', async () => {
    await click(page, 'link', 'Departures');
    await heading(page, 'Departures');
    await more('Overview');
    await find(page, 'table', 'Panels').wait();
    await find(page, 'table', 'Shares').wait();
    await reads(page, 'Atlanta (ATL)');
    await looksRight(page, 'dashboard');
  });

  test('A new dashboard is refused with the place that is wrong, and made when it is right', async () => {
    await page.goto(`${lab.origin}/console/dashboards/new?as=json`);
    await heading(page, 'New dashboard');
    await write('{\n  "title": "Delays",\n  "panels": [,]\n}');
    await click(page, 'button', 'Create');
    await reads(page, 'Line 3, column 14');
    await write('{\n  "title": "Delays",\n  "panels": [\n    { "id": 1, "type": "hologram", "title": "No such type",\n      "grid": { "x": 0, "y": 0, "w": 8, "h": 4 } }\n  ]\n}');
    await click(page, 'button', 'Create');
    await reads(page, 'panels[0].type, line 4');
    await page.waitForFunction(() => document.querySelector('[data-editor]').shadowRoot.querySelector('.cm-lintRange-error'));
    await looksRight(page, 'document-error');
    await picture(page, 'document');
    await write('{\n  "uid": "delays", "title": "Delays",\n  "panels": [\n    { "id": 1, "type": "stat", "title": "All", "grid": { "x": 0, "y": 0, "w": 8, "h": 4 },\n      "queries": [{ "name": "A", "source": "flights", "sql": "select count(*) as n from flights" }] }\n  ]\n}');
    await click(page, 'button', 'Create');
    await heading(page, 'Delays');
    const { document } = await lab.api('GET', '/dashboards/delays');
    assert.equal(document.panels[0].queries[0].source, 'flights');
  });

  test('A document is edited and saved by keyboard, and unsaved work is asked for', async () => {
    await more('JSON');
    await write('{ "title": "Delays of today", "panels": [] }');
    await click(page, 'link', 'Shares');
    await reads(page, 'Leave without saving?');
    await looksRight(page, 'document-leave');
    await click(page, 'button', 'Cancel');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
    await focusEditor();
    await press(page, 'Control', 's');
    await reads(page, 'The dashboard is saved.');
    await heading(page, 'Delays of today');
    assert.equal((await lab.api('GET', '/dashboards/delays')).title, 'Delays of today');
  });

  test('What somebody else has saved meanwhile is not replaced without asking', async () => {
    await page.reload();
    await heading(page, 'Delays of today');
    await write('{ "title": "Mine", "panels": [] }');
    await lab.api('PUT', '/dashboards/delays', { document: { title: 'Theirs', panels: [] } });
    await click(page, 'button', 'Save');
    await reads(page, 'Somebody else has saved it meanwhile');
    await looksRight(page, 'document-overtaken');
    await click(page, 'button', 'Cancel');
    assert.equal((await lab.api('GET', '/dashboards/delays')).title, 'Theirs');
    await click(page, 'button', 'Save');
    await click(page, 'button', 'Replace theirs');
    await heading(page, 'Mine');
    assert.equal((await lab.api('GET', '/dashboards/delays')).title, 'Mine');
  });

  test('The editor keeps nobody in: Escape, then Tab goes on', async () => {
    await focusEditor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute('data-editor')), false);
  });

  test('A dashboard of Grafana is looked at before it is imported, and has its report after', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'casement-import-'));
    try {
      const file = join(folder, 'node-load.json');
      writeFileSync(file, JSON.stringify(GRAFANA));
      await page.goto(`${lab.origin}/console/dashboards/import`);
      await heading(page, 'Import a dashboard');
      const [chooser] = await Promise.all([page.waitForFileChooser(), click(page, 'button', 'Choose a file…')]);
      await chooser.accept([file]);
      await page.waitForFunction(() => document.querySelector('textarea').value.includes('Node load'));
      await click(page, 'button', 'Look first');
      await reads(page, 'Nothing is kept yet.');
      await looksRight(page, 'import');
      await click(page, 'button', 'Import');
      await heading(page, 'Node load');
      await reads(page, 'some-plugin-panel');
      await reads(page, 'panel 1 “Load”');
      await looksRight(page, 'import-report');
      await click(page, 'link', 'JSON');
      await reads(page, 'and is changed there');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('What is deleted is in the bin, and comes back from there', async () => {
    await page.goto(`${lab.origin}/console/dashboards/delays`);
    await heading(page, 'Mine');
    await more('Delete');
    await click(page, 'button', 'Move to the bin');
    await heading(page, 'Dashboards');
    await click(page, 'link', 'Bin');
    await find(page, 'table', 'Dashboards in the bin').wait();
    await looksRight(page, 'bin');
    await click(page, 'button', 'Restore Mine');
    await heading(page, 'The bin is empty');
    await click(page, 'link', 'All');
    await find(page, 'link', 'Mine').wait();
  });

  test('A dashboard that is not there says so', async () => {
    for (const address of ['no-such-dashboard/edit', 'no-such-dashboard']) {
      await page.goto(`${lab.origin}/console/dashboards/${address}`);
      await heading(page, 'There is no such dashboard');
    }
    await looksRight(page, 'dashboard-missing');
    await click(page, 'link', 'Look in the bin');
    await heading(page, 'The bin is empty');
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
