// Sources and models in the console: added, tried, changed by two, browsed, deleted; a model with
// its row filters, the rows that it leaves, and what is proven.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ADA, click, fill, find, gone, heading, looksRight, pick, picture, reads, searchFor, signIn,
  startConsoleBrowser, startConsoleLab } from './support/console-lab.mjs';

const SECRET = 'correct-horse-battery';

describe('Sources and models in the console', () => {
  let lab;
  let browser;
  let page;
  let files;
  before(async () => {
    files = realpathSync(mkdtempSync(join(tmpdir(), 'casement-console-sources-')));
    mkdirSync(join(files, 'downloads'));
    writeFileSync(join(files, 'orders.csv'), 'tenant,id,amount\nacme,1,10\nacme,2,20\nglobex,3,30\n');
    writeFileSync(join(files, 'people.csv'), 'name,age\nAda,36\n');
    lab = await startConsoleLab({ env: { CASEMENT_DATA_ALLOWED_FOLDERS: files } });
    await lab.setUp();
    browser = await startConsoleBrowser();
    ({ page } = browser);
    const session = await page.createCDPSession();
    await session.send('Browser.setDownloadBehavior',
      { behavior: 'allow', downloadPath: join(files, 'downloads'), eventsEnabled: true });
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
    rmSync(files, { recursive: true, force: true });
  });

  const choose = (name, value) => page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(value);
  /** Into a field with suggestions, which a browser calls a combobox. */
  const suggest = async (name, text) => {
    await page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(text);
  };
  const open = path => page.goto(`${lab.origin}/console/${path}`);

  test('The list has sources and models, each with a page', async () => {
    await open('sources');
    await find(page, 'table', 'Sources').wait();
    await find(page, 'table', 'Models').wait();
    await reads(page, 'origin is one of the viewer’s airport');
    await looksRight(page, 'sources');
    await picture(page, 'sources');
  });

  test('Every kind of source has a form, whose errors stand at their fields', async () => {
    await click(page, 'link', 'New source');
    await heading(page, 'New source');
    await fill(page, 'Name', 'shop');
    await fill(page, 'Host', 'db.example.com');
    await fill(page, 'Port', 'many');
    await click(page, 'button', 'Add the source');
    await page.waitForFunction(() => document.querySelector('.field-error')?.textContent.includes('Port'));
    await looksRight(page, 'source-new');
    for (const [kind, field] of [['mysql', 'Host'], ['prometheus', 'URL'], ['sqlite', 'File'], ['duckdb', 'Or a DuckDB file']]) {
      await choose('Kind', kind);
      await find(page, 'textbox', field).wait();
    }
  });

  test('Files are a source: tried first, then added', async () => {
    await fill(page, 'Name', 'shop');
    await click(page, 'button', 'Add a table');
    await fill(page, 'Table', 'orders');
    await fill(page, 'Files, one a line', '/etc/passwd.csv');
    await click(page, 'button', 'Test the connection');
    await reads(page, 'reads files that are not there');
    await fill(page, 'Files, one a line', 'orders.csv');
    await click(page, 'button', 'Test the connection');
    await reads(page, 'It answers, after');
    await looksRight(page, 'source-files');
    assert.deepEqual((await lab.api('GET', '/sources')).sources.map(one => one.name), ['flights']);
    await click(page, 'button', 'Add the source');
    await heading(page, 'shop');
    assert.deepEqual((await lab.api('GET', '/sources/shop')).settings.tables, { orders: 'orders.csv' });
  });

  test('What it has is browsed and searched', async () => {
    await lab.api('PUT', '/sources/shop', { revision: 1,
      settings: { tables: { orders: 'orders.csv', people: 'people.csv' } } });
    await click(page, 'link', 'Tables');
    await reads(page, '2 tables');
    await reads(page, 'tenant');
    await looksRight(page, 'source-schema');
    await searchFor(page, 'AGE');
    await reads(page, '1 table');
    await gone(page, 'tenant');
    await searchFor(page, '');
  });

  test('A source that does not answer says so, and can be asked again', async () => {
    await lab.api('POST', '/sources', { name: 'away', type: 'postgres', secret: SECRET,
      settings: { host: '127.0.0.1', port: 9, database: 'd', user: 'u', ssl_mode: 'disable' } });
    await open('sources/away/schema');
    await reads(page, 'cannot be read at the moment');
    await looksRight(page, 'source-away');
    await find(page, 'button', 'Try again').wait();
  });

  test('A password is kept, and given again before it goes elsewhere', async () => {
    await open('sources/away');
    await reads(page, 'One is kept. It is never shown again.');
    assert.ok(!(await page.content()).includes(SECRET));
    await fill(page, 'Host', 'thief.example.com');
    await click(page, 'button', 'Save');
    await reads(page, 'Enter it again');
    await looksRight(page, 'source-password');
    await fill(page, 'Password', 'another-password');
    await fill(page, 'Host', 'new.example.com');
    await click(page, 'button', 'Save');
    await reads(page, 'The source is saved.');
    await reads(page, 'One is kept.');
    assert.equal((await lab.api('GET', '/sources/away')).settings.host, 'new.example.com');
  });

  test('Two editors of one source lose nothing', async () => {
    await open('sources/away');
    await fill(page, 'Database', 'mine');
    const kept = await lab.api('GET', '/sources/away');
    await lab.api('PUT', '/sources/away', { revision: kept.revision, settings: { ...kept.settings, user: 'theirs' } });
    await click(page, 'button', 'Save');
    await reads(page, 'Somebody else has saved this source');
    await reads(page, 'became');
    await looksRight(page, 'source-overtaken');
    await click(page, 'button', 'Keep mine, take the rest');
    await click(page, 'button', 'Save');
    await reads(page, 'The source is saved.');
    const { settings } = await lab.api('GET', '/sources/away');
    assert.deepEqual([settings.database, settings.user], ['mine', 'theirs']);
  });

  test('What was typed is not lost by leaving', async () => {
    await open('sources/away');
    await fill(page, 'Database', 'unsaved');
    await click(page, 'link', 'Sources & models');
    await reads(page, 'Leave without saving?');
    await click(page, 'button', 'Cancel');
    assert.equal(await page.title(), 'away · Casement');
    await click(page, 'button', 'Discard');
  });

  test('A model is made, with its errors at their places', async () => {
    await open('new-model?source=shop');
    await fill(page, 'Name', 'sales');
    await fill(page, 'Label', 'Sales');
    await click(page, 'button', 'Add a relation');
    await suggest('Relation', 'orders');
    await click(page, 'button', 'Add a row filter to orders');
    await suggest('Column', 'tenant');
    await fill(page, 'Attribute', 'Not Allowed');
    await click(page, 'button', 'Make the model');
    await page.waitForFunction(() => document.querySelector('.field-error')?.textContent.includes('This must be 1 to 64 small letters (a to z), digits and _'));
    await looksRight(page, 'model-new');
    await fill(page, 'Attribute', 'tenant');
    await click(page, 'button', 'Make the model');
    await heading(page, 'Sales');
    assert.deepEqual((await lab.api('GET', '/models/sales')).relations,
      { orders: { row_filters: [{ column: 'tenant', attribute: 'tenant', type: 'text', match: 'one_of' }] } });
  });

  test('Its rows are looked at as somebody would see them', async () => {
    await click(page, 'link', 'Rows');
    await click(page, 'button', 'Show the rows');
    await reads(page, 'No rows: there is no value for tenant');
    await page.type('.tokens input', 'acme\n');
    await click(page, 'button', 'Show the rows');
    await reads(page, '2 rows');
    await gone(page, 'globex');
    await looksRight(page, 'model-rows');
    await picture(page, 'model-rows');
    // The same of somebody: chosen by name, not by number.
    const { id } = await lab.api('POST', '/user-attributes', { name: 'tenant', label: 'Tenant', type: 'string' });
    const { users } = await lab.api('GET', `/users?search=${ADA.handle}`);
    await lab.api('PUT', `/users/${users[0].id}/attributes/${id}`, { value: 'globex' });
    await page.locator('::-p-aria([name="By"][role="combobox"])').fill('user');
    await pick(page, 'User', 'lovelace', ADA.handle);
    await looksRight(page, 'model-rows-user');
    await click(page, 'button', 'Show the rows');
    await reads(page, `As ${ADA.name}`);
    await reads(page, 'globex');
    await gone(page, 'acme');
  });

  test('What is proven is shown by panel, with what to change, and its certificate is verified', async () => {
    const grid = { x: 0, y: 0, w: 12, h: 6 };
    await lab.api('POST', '/dashboards', { document: { uid: 'sales', title: 'Sales board', time: { span: '1d' }, panels: [
      { id: 1, type: 'table', title: 'Bound', grid, queries: [{ model: 'sales', sql: 'select * from orders' }] },
      { id: 2, type: 'table', title: 'Whole', grid, queries: [{ source: 'shop', sql: 'select * from orders' }] },
      { id: 3, type: 'table', title: 'Elsewhere', grid, queries: [{ source: 'away', sql: 'select 1' }] }] } });
    await click(page, 'link', 'Proofs');
    await reads(page, '1 of 3 bound');
    await reads(page, 'orders.tenant by tenant');
    await reads(page, 'Let the query read the model “sales” in place of the source.');
    await reads(page, 'over which there is no model');
    await looksRight(page, 'model-proofs');
    await picture(page, 'proofs');
    await click(page, 'button', 'Download the certificate of Sales board');
    const folder = join(files, 'downloads');
    let name;
    for (let attempt = 0; attempt < 200 && !name; attempt++) {
      name = readdirSync(folder).find(one => one.endsWith('.json'));
      if (!name) await new Promise(done => setTimeout(done, 50));
    }
    const file = join(folder, name);
    await open('proofs');
    const verify = async path => {
      const input = await page.waitForSelector('input[type=file]');
      await input.uploadFile(path);
    };
    await verify(file);
    await reads(page, 'is genuine: this server issued exactly this.');
    const forged = JSON.parse(readFileSync(file, 'utf8'));
    forged.statement.summary.proven = 3;
    writeFileSync(join(files, 'forged.json'), JSON.stringify(forged));
    await verify(join(files, 'forged.json'));
    await reads(page, 'is not one of this server’s, or it was changed.');
    await choose('Dashboard', 'flights');
    await reads(page, 'bound');
    await looksRight(page, 'proofs');
  });

  test('What is in use is not deleted, and says who uses it', async () => {
    await open('sources/shop/uses');
    await reads(page, 'Sales board');
    await looksRight(page, 'source-uses');
    await reads(page, 'sales');
    const remove = async name => {
      await click(page, 'button', 'Delete');
      await fill(page, `Type “${name}” to confirm`, name);
      await click(page, 'button', 'Delete for good');
    };
    await remove('shop');
    await reads(page, 'is read by');
    await looksRight(page, 'source-in-use');
    await open('models/sales');
    await remove('sales');
    await reads(page, 'could no longer be proven');
    await lab.api('DELETE', '/dashboards/sales');
    await open('models/sales');
    await remove('sales');
    await heading(page, 'Sources & models');
    await open('sources/shop');
    await remove('shop');
    await heading(page, 'Sources & models');
    assert.deepEqual((await lab.api('GET', '/sources')).sources.map(one => one.name).sort(), ['away', 'flights']);
  });

  test('What is provisioned is read-only and says so', async () => {
    await open('sources/flights');
    await reads(page, 'comes from a provisioning folder');
    await click(page, 'button', 'Test the connection');
    await reads(page, 'It answers, after');
    await looksRight(page, 'source-provisioned');
    assert.equal(await page.$('form'), null);
    await open('models/flights');
    await reads(page, 'read-only here and changed in its file');
    await looksRight(page, 'model');
  });

  test('No script, style or policy was broken on the way', () => {
    assert.deepEqual(browser.faults, []);
  });
});
