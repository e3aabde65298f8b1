// The editor of the console: a dashboard from nothing, by mouse and by keyboard, saved, and what
// happens when two people save the same one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { codeEditors, press as pressOn } from './support/console-code.mjs';
import { click, fill, find, gone, heading, looksRight, picture, reads, signIn, startConsoleBrowser,
  startConsoleLab } from './support/console-lab.mjs';

const SQL = 'select date_trunc(\'day\', date) as time, count(*) as departures from flights group by 1 order by 1';

describe('The editor of dashboards', () => {
  let lab;
  let browser;
  let page;
  let uid;
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

  const press = (...keys) => pressOn(page, ...keys);
  const queries = () => codeEditors(page, '[data-query-editor]');
  /** What stands below a query. */
  const queryError = words => page.waitForFunction(wanted =>
    document.querySelector('.query-error')?.textContent.includes(wanted), {}, words);
  /** Whole grid steps of a panel's tile: x, y, w, h. */
  const placeOf = id => page.$eval(`[data-panel="${id}"]`, tile =>
    ['--x', '--y', '--w', '--h'].map(name => Number(tile.style.getPropertyValue(name))));
  const stands = (id, ...place) => page.waitForFunction((wanted, expected) => {
    const style = document.querySelector(`[data-panel="${wanted}"]`)?.style;
    return style && ['--x', '--y', '--w', '--h'].map(name => style.getPropertyValue(name)).join() === expected;
  }, {}, id, place.join());
  const grip = id => page.focus(`[data-panel="${id}"] .tile-grip`);
  const drawn = id => page.waitForSelector(`[data-panel="${id}"] .panel:not(.tile-waiting)[aria-busy="false"]`);
  const kept = async () => (await lab.api('GET', `/dashboards/${uid}`));
  const panelOf = (document, id) => document.panels.find(panel => panel.id === id);
  const choose = async (label, value) => {
    const field = await find(page, 'combobox', label).waitHandle();
    await field.select(value);
  };
  /** Opens a part of a panel's form. */
  const part = async title => {
    const summary = await page.waitForSelector(`::-p-xpath(//details[not(@open)]/summary[.//h2[text()="${title}"]])`);
    await summary.click();
  };
  const drag = async (selector, x, y) => {
    const box = await (await page.$(selector)).boundingBox();
    const from = { x: box.x + box.width / 3, y: box.y + box.height / 2 };
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    for (let step = 1; step <= 4; step++) await page.mouse.move(from.x + x * step / 4, from.y + y * step / 4);
    await page.mouse.up();
  };
  const save = async message => {
    await press('Control', 's');
    await heading(page, 'Save the dashboard');
    if (message) await fill(page, 'What you changed, and why', message);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
    await reads(page, 'Saved');
  };

  test('A new dashboard begins with a title, a source and its first panel', async () => {
    await page.goto(`${lab.origin}/console/dashboards/new`);
    await heading(page, 'New dashboard');
    await find(page, 'combobox', 'Source').wait();
    await click(page, 'button', 'Begin');
    await reads(page, 'A dashboard needs a title.');
    await looksRight(page, 'edit-new');
    // A kind is called by its name; what it is for is said once, after it.
    const kind = await find(page, 'radio', 'Stat').waitHandle();
    assert.equal(await kind.evaluate(radio => document.getElementById(radio.getAttribute('aria-describedby')).textContent),
      'One number, large, with its course behind it.');
    await fill(page, 'Title', 'Delays');
    await page.click('input[value="stat"]');
    await click(page, 'button', 'Begin');
    await heading(page, 'Delays');
    await drawn(1);
    assert.deepEqual(await placeOf(1), [1, 1, 6, 4]);
  });

  test('Panels and texts are added, and each is drawn', async () => {
    await click(page, 'button', 'Add a panel');
    await heading(page, 'Add a panel');
    await looksRight(page, 'edit-kinds');
    await page.click('dialog [data-kind="timeseries"]');
    await stands(2, 7, 1, 12, 8);
    await click(page, 'button', 'Add a panel');
    await page.click('dialog [data-kind="text"]');
    await drawn(3);
    await click(page, 'button', 'Create');
    await page.waitForFunction(() => /\/dashboards\/[^/]+\/edit$/.test(location.pathname));
    uid = await page.evaluate(() => decodeURIComponent(location.pathname.split('/').at(-2)));
    await reads(page, 'Saved');
    assert.equal((await kept()).document.panels.length, 3);
  });

  test('A query is written, drawn as one writes it, and its error is in the source’s own words', async () => {
    await drawn(1);
    await click(page, 'button', 'Edit Time series');
    await heading(page, 'Time series');
    await queries().write('select nothing_like_this from flights');
    await queryError('nothing_like_this');
    await page.waitForSelector('.panel-preview .trouble');
    await looksRight(page, 'edit-query-error');
    await queries().write('');
    await queryError('Must not be empty.');
    await page.waitForFunction(() => document.querySelector('.panel-preview')?.textContent.includes('Write a query to see the panel.'));
    await looksRight(page, 'edit-query-empty');
    // Completed with what the source has: its tables, their columns.
    await page.keyboard.type('select * from fli');
    await page.waitForFunction(() => [...document.querySelector('[data-query-editor]').shadowRoot
      .querySelectorAll('.cm-completionLabel')].some(label => label.textContent === 'flights'));
    await page.keyboard.press('Escape');
    await queries().write(SQL);
    await page.waitForSelector('.panel-preview canvas');
    assert.equal(await page.$('.query-error'), null);
    // Its only query stays: a panel needs one.
    assert.equal(await page.$('::-p-aria([name="Remove query A"][role="button"])'), null);
    await fill(page, 'Title', 'Departures by day');
    await heading(page, 'Departures by day');
  });

  test('Options come from forms: a style, a unit, thresholds in their order', async () => {
    await choose('Style', 'bars');
    await part('Values');
    await find(page, 'combobox', 'Unit').fill('short');
    await part('Thresholds');
    await click(page, 'button', 'Add a threshold');
    await click(page, 'button', 'Add a threshold');
    await page.waitForFunction(() => document.querySelectorAll('.part-list > li').length === 2);
    const fields = await page.$$('::-p-aria([name="From"][role="textbox"])');
    assert.equal(fields.length, 2);
    await fields[0].click({ count: 3 });
    await fields[0].type('9000');
    await fields[1].click({ count: 3 });
    await fields[1].type('many');
    await reads(page, 'This is not a number.');
    await fields[1].click({ count: 3 });
    await fields[1].type('5000');
    await page.focus('h1');
    await page.waitForFunction(() => [...document.querySelectorAll('.part-list input')]
      .map(field => field.value).filter(Boolean).join() === '5000,9000');
    await looksRight(page, 'edit-panel');
  });

  test('Undo takes back one step after the other, and redo brings it again', async () => {
    await press('Control', 'z');
    await page.waitForFunction(() => [...document.querySelectorAll('.part-list input')]
      .map(field => field.value).filter(Boolean).join() !== '5000,9000');
    await press('Control', 'Shift', 'z');
    await page.waitForFunction(() => [...document.querySelectorAll('.part-list input')]
      .map(field => field.value).filter(Boolean).join() === '5000,9000');
    await click(page, 'button', 'All panels');
    await page.waitForFunction(() => document.activeElement?.matches('[data-panel="2"] .tile-grip'));
  });

  test('The tools of a panel come by mouse and keyboard, and lie over nothing but the panel', async () => {
    const inside = id => page.$eval(`[data-panel="${id}"]`, tile => {
      const own = tile.getBoundingClientRect();
      const { opacity } = getComputedStyle(tile.querySelector('.tile-tools'));
      const tools = tile.querySelector('.tile-tools').getBoundingClientRect();
      return tools.width > 80 && opacity === '1' && tools.top >= own.top && tools.left >= own.left &&
        tools.right <= own.right && tools.bottom <= own.bottom;
    });
    for (const id of [1, 2, 3]) {
      await page.hover(`[data-panel="${id}"]`);
      assert.equal(await inside(id), true, `panel ${id}, by mouse`);
    }
    await grip(2);
    await page.mouse.move(0, 0);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Edit Departures by day');
    assert.equal(await inside(2), true, 'by keyboard');
    const wide = page.viewport();
    await page.setViewport({ width: 360, height: 740 });
    await page.waitForFunction(() => document.querySelector('.tile-steps button')?.checkVisibility());
    for (const id of [1, 2, 3]) assert.equal(await inside(id), true, `panel ${id}, at 360 pixels`);
    await page.setViewport(wide);
    await page.waitForFunction(() => !document.querySelector('.tile-steps button')?.checkVisibility());
  });

  test('Panels are moved and made larger by mouse', async () => {
    const before = await placeOf(1);
    const cell = await page.$eval('.edit-grid', grid => (grid.clientWidth + 12) / 24);
    await drag('[data-panel="1"] .tile-corner', -cell * 2, 36);
    await stands(1, before[0], before[1], before[2] - 2, before[3] + 1);
    await drag('[data-panel="1"] .tile-grip', cell, 0);
    await stands(1, 2, 1, 4, 5);
    await drag('[data-panel="2"] .tile-grip', -cell * 6, 36 * 2);
    assert.deepEqual((await placeOf(2))[0], 1, 'panel 2 is at the left');
    const [, y1, , h1] = await placeOf(1);
    const [, y2] = await placeOf(2);
    assert.ok(y2 >= y1 + h1, 'and below what it was moved under');
    await press('Control', 'z');
    await press('Control', 'z');
    await press('Control', 'z');
    await stands(1, ...before);
    await press('Control', 'y');
    await press('Control', 'y');
    await stands(1, 2, 1, 4, 5);
  });

  test('The same by keyboard, and it is said where the panel is', async () => {
    await grip(1);
    await page.keyboard.press('ArrowLeft');
    await stands(1, 1, 1, 4, 5);
    await reads(page, 'column 1, row 1, 4 wide, 5 high');
    await press('Shift', 'ArrowRight');
    await press('Shift', 'ArrowRight');
    await stands(1, 1, 1, 6, 5);
    await press('Shift', 'ArrowUp');
    await stands(1, 1, 1, 6, 4);
    await page.keyboard.press('ArrowLeft');
    await reads(page, 'is at the edge.');
    await grip(2);
    await page.keyboard.press('Enter');
    await heading(page, 'Departures by day');
    await click(page, 'button', 'All panels');
  });

  test('Rows fold what is below them; copies and what is deleted come and go', async () => {
    await click(page, 'button', 'Add a row');
    await find(page, 'button', 'Fold Row').wait();
    await page.waitForFunction(() => document.activeElement?.matches('.edit-row .tile-grip'));
    await click(page, 'button', 'Duplicate Stat');
    await page.waitForFunction(() => document.activeElement?.matches('[data-panel="5"] .tile-grip'));
    await page.keyboard.press('Delete');
    await page.waitForFunction(() => document.querySelector('[data-panel="5"]') === null);
    await click(page, 'button', 'Add a panel');
    await page.click('dialog [data-kind="table"]');
    await page.waitForFunction(() => document.querySelectorAll('.edit-tile').length === 5);
    await drawn(5);
    await click(page, 'button', 'Fold Row');
    await page.waitForFunction(() => document.querySelector('[data-panel="5"]') === null);
    await click(page, 'button', 'Unfold Row');
    await drawn(5);
    await looksRight(page, 'edit-grid');
  });

  test('A panel has several queries, each with its name, and transformations alone may read one', async () => {
    await click(page, 'button', 'Edit Table');
    await heading(page, 'Table');
    await click(page, 'button', 'Add a query');
    await queries().write('select 41 + 1 as answer', 1);
    await click(page, 'button', 'Move query B up');
    await click(page, 'button', 'Query B is for transformations only');
    await reads(page, 'Not drawn itself');
    assert.equal(await queries().text(0), 'select 41 + 1 as answer');
    await looksRight(page, 'edit-queries');
    // In an editor of code the keys take back what is written there, elsewhere what was done.
    await page.focus('h1');
    await press('Control', 'z');
    await page.waitForFunction(() => document.querySelectorAll('.query-item').length === 1);
    await click(page, 'button', 'All panels');
    await drawn(5);
  });

  test('Variables are made beside the panels, and the panels show their choice at once', async () => {
    await click(page, 'button', 'Variables');
    await reads(page, 'There is no variable yet.');
    await click(page, 'button', 'Add a variable');
    await fill(page, 'Name', 'airport');
    await page.keyboard.press('Enter');
    await queries().write('select iata from airports where state = \'GA\' order by 1');
    await click(page, 'button', 'Show its choices');
    await page.waitForFunction(() => /ATL/.test(document.querySelector('.choice-list')?.textContent ?? ''));
    await looksRight(page, 'edit-variables');
    await queries().write('');
    await page.waitForFunction(() => document.querySelector('.variables-editor .query-error, .variables-editor .field-error'));
    await queries().write('select iata from airports where state = \'GA\' order by 1');
    await page.waitForFunction(() => !document.querySelector('.variables-editor .query-error, .variables-editor .field-error'));
    await click(page, 'button', 'Panels');
    await drawn(5);
    await page.waitForSelector('.edit-bar ::-p-text(airport)');
  });

  test('The dashboard’s own settings are written in forms too, and wrong ones are told at their field', async () => {
    await click(page, 'button', 'Settings');
    await choose('Opens with', '3mo');
    await fill(page, 'Ranges end', 'yesterday');
    await page.waitForSelector('.form-field.wrong');
    await fill(page, 'Ranges end', '2001-07-01T00:00:00Z');
    await page.waitForFunction(() => document.querySelector('.form-field.wrong') === null);
    await choose('Refreshes', '5m');
    await looksRight(page, 'edit-settings');
    await click(page, 'button', 'Panels');
  });

  test('What is saved is what the server keeps, with a word why, and a reload shows it', async () => {
    await save('Departures by day, with limits');
    const { document, revision } = await kept();
    assert.equal(document.time.span, '3mo');
    assert.equal(document.refresh, '5m');
    assert.equal(document.panels.length, 5);
    const chart = panelOf(document, 2);
    assert.equal(chart.options.style, 'bars');
    assert.deepEqual(chart.options.thresholds.map(({ value }) => value), [5000, 9000]);
    assert.equal(chart.queries[0].sql, SQL);
    assert.equal(document.variables[0].name, 'airport');
    assert.equal(document.variables[0].query.sql, 'select iata from airports where state = \'GA\' order by 1');
    const { versions } = await lab.api('GET', `/dashboards/${uid}/versions`);
    assert.equal(versions[0].revision, revision);
    assert.equal(versions[0].message, 'Departures by day, with limits');
    await page.reload();
    await heading(page, 'Delays');
    await drawn(2);
    await reads(page, 'Saved');
    await picture(page, 'edit-grid');
    await click(page, 'button', 'Edit Departures by day');
    await page.waitForSelector('.panel-preview canvas');
    await picture(page, 'edit-panel');
    await click(page, 'button', 'All panels');
    await drawn(2);
  });

  test('Unsaved work is asked for before it is left, and a reload offers it again', async () => {
    await grip(1);
    await press('Shift', 'ArrowDown');
    await reads(page, 'Not saved');
    await click(page, 'link', 'Shares');
    await reads(page, 'Leave without saving?');
    await looksRight(page, 'edit-leave');
    await click(page, 'button', 'Cancel');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
    await page.reload();
    await heading(page, 'Go on with what was not saved?');
    await looksRight(page, 'edit-unsent');
    await click(page, 'button', 'Go on with it');
    await stands(1, 1, 1, 6, 5);
    await reads(page, 'Not saved');
    await save('');
  });

  test('Two who save the same dashboard see what differs, and nothing is lost', async () => {
    const other = await startConsoleBrowser();
    try {
      await signIn(other.page, lab.origin);
      await other.page.goto(`${lab.origin}/console/dashboards/${uid}/edit?part=settings`);
      await heading(other.page, 'Delays');
      await fill(other.page, 'Title', 'Delays of theirs');
      await other.page.keyboard.down('Control');
      await other.page.keyboard.press('s');
      await other.page.keyboard.up('Control');
      await heading(other.page, 'Save the dashboard');
      await other.page.keyboard.press('Enter');
      await reads(other.page, 'Saved');
      await other.page.waitForFunction(() => document.querySelector('dialog') === null);
    } finally {
      await other.close();
    }
    assert.equal((await kept()).title, 'Delays of theirs');
    await click(page, 'button', 'Settings');
    await fill(page, 'Title', 'Delays of mine');
    await press('Control', 's');
    await heading(page, 'Save the dashboard');
    await page.keyboard.press('Enter');
    await heading(page, 'Somebody else has saved it meanwhile');
    await reads(page, 'Delays of theirs');
    await looksRight(page, 'edit-conflict');
    await picture(page, 'edit-conflict');
    await click(page, 'button', 'Keep editing');
    assert.equal((await kept()).title, 'Delays of theirs');
    await press('Control', 's');
    await heading(page, 'Save the dashboard');
    await page.keyboard.press('Enter');
    await click(page, 'button', 'Take theirs');
    await heading(page, 'Delays of theirs');
    await press('Control', 'z');
    await heading(page, 'Delays of mine');
    await save('Mine again');
    assert.equal((await kept()).title, 'Delays of mine');
  });

  test('Mine is saved over theirs where that is chosen', async () => {
    const { document, revision } = await kept();
    await lab.api('PUT', `/dashboards/${uid}`, { document: { ...document, title: 'Once more theirs' }, revision });
    await fill(page, 'Title', 'Mine for good');
    await press('Control', 's');
    await heading(page, 'Save the dashboard');
    await page.keyboard.press('Enter');
    await click(page, 'button', 'Save mine over it');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
    await reads(page, 'Saved');
    assert.equal((await kept()).title, 'Mine for good');
  });

  test('Changes that do not touch each other are brought together', async () => {
    const { document, revision } = await kept();
    await lab.api('PUT', `/dashboards/${uid}`, { document: { ...document, description: 'Theirs.' }, revision });
    await fill(page, 'Title', 'Both');
    await press('Control', 's');
    await heading(page, 'Save the dashboard');
    await page.keyboard.press('Enter');
    await click(page, 'button', 'Bring both together');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
    await reads(page, 'Not saved');
    await save('');
    const now = (await kept()).document;
    assert.equal(now.title, 'Both');
    assert.equal(now.description, 'Theirs.');
  });

  test('A transformation and an override change what is drawn', async () => {
    await click(page, 'button', 'Panels');
    await drawn(5);
    await click(page, 'button', 'Edit Table');
    await page.waitForSelector('.panel-editor');
    await heading(page, 'Table');
    await queries().write('select origin, count(*) as departures from flights group by 1 order by 2 desc limit 5');
    await reads(page, 'departures');
    await part('Transformations');
    await choose('Another transformation', 'limit');
    await click(page, 'button', 'Add');
    await fill(page, 'Rows', '2');
    await page.waitForFunction(() => document.querySelectorAll('.panel-preview tbody tr').length === 2);
    // The words about the save lie over the end of the page for a while.
    await gone(page, 'The dashboard is saved.');
    await part('Overrides');
    await click(page, 'button', 'Add an override');
    await choose('Set another property', 'display_name');
    await looksRight(page, 'edit-table');
    await press('Control', 's');
    await heading(page, 'Save the dashboard');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
    const table = panelOf((await kept()).document, 5);
    assert.deepEqual(table.transformations, [{ id: 'limit', options: { limitField: 2 } }]);
  });

  test('A provisioned dashboard says why it is not edited here, and is copied', async () => {
    await page.goto(`${lab.origin}/console/dashboards/flights/edit`);
    await heading(page, 'It comes from a provisioning folder');
    await looksRight(page, 'edit-provisioned');
    await click(page, 'link', 'beginning a new dashboard with it');
    await heading(page, 'New dashboard');
    await click(page, 'button', 'Begin');
    await heading(page, 'Departures, copy');
    await drawn(2);
    await click(page, 'button', 'Create');
    await page.waitForFunction(() => /\/dashboards\/[^/]+\/edit$/.test(location.pathname));
    await gone(page, 'Not saved');
  });

  test('A dashboard of another dialect says where it is changed', async () => {
    await lab.api('POST', '/dashboards/import', { document: { title: 'Node load', uid: 'node-load',
      schemaVersion: 39, panels: [] } });
    await page.goto(`${lab.origin}/console/dashboards/node-load/edit`);
    await heading(page, 'It was made through the API of Grafana');
    await looksRight(page, 'edit-foreign');
    assert.deepEqual(browser.faults, []);
  });
});
