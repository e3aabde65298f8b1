// Queries and variables in the console: Explore, the editors with what they complete, and the variables
// of a dashboard.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startMetrics } from '../support/metrics.mjs';
import { codeEditors, press } from './support/console-code.mjs';
import { click, fill, find, heading, looksRight, pick, picture, reads, signIn, startConsoleBrowser, startConsoleLab }
  from './support/console-lab.mjs';

const DOCUMENT = { uid: 'mine', title: 'Mine', timezone: 'UTC',
  time: { from: '2001-01-01', to: '2001-02-01' },
  variables: [
    { name: 'airport', label: 'Airport', type: 'list', choices: [{ value: 'ATL', label: 'Atlanta' }, { value: 'SFO' }], default: ['ATL'] },
    { name: 'step', type: 'interval', choices: [{ value: '1d' }, { value: '1w' }] },
  ],
  panels: [{ id: 3, type: 'table', title: 'From $airport', grid: { x: 0, y: 0, w: 12, h: 6 },
    queries: [{ name: 'A', source: 'flights', sql: 'select destination, count(*) as n from flights where origin = $airport group by 1' }] }] };

describe('Queries and variables in the console', () => {
  let lab;
  let metrics;
  let browser;
  let page;
  before(async () => {
    [lab, metrics] = await Promise.all([startConsoleLab(), startMetrics({ samples: 5 })]);
    await lab.setUp();
    const added = await fetch(`${lab.origin}/api/datasources`, { method: 'POST',
      headers: { authorization: `Bearer ${lab.server.credentials.service_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'metrics', type: 'prometheus', access: 'proxy', url: metrics.url,
        jsonData: { timeInterval: '1s' } }) });
    assert.equal(added.status, 200, await added.text());
    await lab.api('POST', '/dashboards', { document: DOCUMENT });
    browser = await startConsoleBrowser();
    ({ page } = browser);
    await signIn(page, lab.origin);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
    await metrics?.close();
  });

  const EDITOR = '[data-query-editor]';
  const keys = (...pressed) => press(page, ...pressed);
  const focusEditor = at => codeEditors(page, EDITOR).focus(at);
  const write = (text, at) => codeEditors(page, EDITOR).write(text, at);
  const textOf = at => codeEditors(page, EDITOR).text(at);
  /** With the dialog that shows what changes. */
  const save = async () => {
    await keys('Control', 's');
    await heading(page, 'Save the dashboard');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
    await reads(page, 'Saved');
  };
  const offered = wanted => page.waitForFunction((selector, label) =>
    [...document.querySelectorAll(selector)].some(editor => [...editor.shadowRoot
      .querySelectorAll('.cm-tooltip-autocomplete .cm-completionLabel')].some(one => one.textContent === label)),
  {}, EDITOR, wanted);
  /** With the mouse: Enter is held off for a moment after the list has opened. */
  const choose = async wanted => {
    await offered(wanted);
    const place = await page.evaluate((selector, label) => {
      const item = [...document.querySelectorAll(selector)].flatMap(editor =>
        [...editor.shadowRoot.querySelectorAll('.cm-tooltip-autocomplete li')])
        .find(one => one.querySelector('.cm-completionLabel').textContent === label);
      const { x, y, width, height } = item.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }, EDITOR, wanted);
    await page.mouse.click(place.x, place.y);
  };
  const drawAs = async kind => {
    const choice = `.picture-choice input[value="${kind}"]`;
    await page.waitForSelector(choice);
    await page.click(choice);
  };
  const fixedRange = async (from, to) => {
    await page.select(await idOf('Time range'), 'fixed');
    for (const [name, value] of [['From', from], ['To', to]]) {
      await page.$eval(await idOf(name), (field, wanted) => {
        field.value = wanted;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }, value);
    }
  };
  const idOf = async name => {
    await page.waitForFunction(wanted => [...document.querySelectorAll('label')].some(one => one.textContent === wanted), {}, name);
    return page.evaluate(wanted => `#${CSS.escape([...document.querySelectorAll('label')]
      .find(one => one.textContent === wanted).htmlFor)}`, name);
  };

  test('A query is written in Explore, run by keyboard, and seen as a table with how it was asked', async () => {
    await click(page, 'link', 'Explore');
    await heading(page, 'Explore');
    await fixedRange('2001-01-01T00:00', '2001-07-01T00:00');
    await write('select origin, count(*) as departures from flights where date >= $from and date < $to group by 1 order by 2 desc limit 5');
    await keys('Control', 'Enter');
    await heading(page, 'How it was asked');
    await page.waitForFunction(() => document.querySelectorAll('.explore-drawing table tbody tr').length === 5);
    await reads(page, 'duckdb');
    await page.click('.inspected summary');
    await reads(page, '$from');
    await reads(page, '2001-');
    await looksRight(page, 'explore');
  });

  test('The same data is drawn otherwise, and its kind is what a new panel gets', async () => {
    await write('select date_trunc(\'month\', date) as time, count(*) as departures from flights group by 1 order by 1');
    await click(page, 'button', 'Run');
    await drawAs('timeseries');
    await page.waitForSelector('.explore-drawing canvas');
    await looksRight(page, 'explore-chart');
    await page.evaluate(() => window.scrollTo(0, 0));
    await picture(page, 'explore');
  });

  test('What the source says against a query stands below it', async () => {
    await write('select nothing from flights');
    await click(page, 'button', 'Run');
    await page.waitForFunction(() => /nothing/.test(document.querySelector('.query-error')?.textContent ?? ''));
    assert.equal(await page.$('.explore-drawing'), null);
    await looksRight(page, 'explore-error');
  });

  test('What completes is there as long as it helps: not for a whole word, not after the run, not beyond the editor', async () => {
    const list = () => page.evaluate(selector => {
      const editor = document.querySelector(selector);
      const found = editor.shadowRoot.querySelector('.cm-tooltip-autocomplete');
      if (!found) return null;
      const [own, of] = [found.getBoundingClientRect(), editor.getBoundingClientRect()];
      return { isWithin: own.width > 0 && own.left >= of.left && own.right <= of.right };
    }, EDITOR);
    const closed = () => page.waitForFunction(selector =>
      !document.querySelector(selector).shadowRoot.querySelector('.cm-tooltip-autocomplete'), {}, EDITOR);
    await write('select origin from ');
    await page.keyboard.type('fligh');
    await offered('flights');
    await page.keyboard.type('ts');
    await closed();
    await write('select origin from ');
    await page.keyboard.type('fligh');
    await offered('flights');
    await keys('Control', 'Enter');
    await closed();
    await write('select origin from ');
    await page.keyboard.type('fligh');
    await offered('flights');
    await page.focus('h1');
    await closed();
    const wide = page.viewport();
    await page.setViewport({ width: 360, height: 740 });
    await write('select distinct a_rather_long_name_of from fl');
    await page.keyboard.type('i');
    await offered('flights');
    await page.waitForFunction(selector => document.querySelector(selector).getBoundingClientRect().width < 300, {}, EDITOR);
    assert.deepEqual(await list(), { isWithin: true });
    await page.keyboard.press('Escape');
    await page.setViewport(wide);
  });

  test('Names, words and functions are completed as one types', async () => {
    await write('select count(*) from flights where date >= ');
    await page.keyboard.type('$int');
    await choose('$interval');
    assert.match(await textOf(), /date >= \$interval$/);
    await page.keyboard.type(' gro');
    await choose('group');
    assert.match(await textOf(), /\$interval group$/);
    // Elsewhere these keys lead to other pages, and to the list of keys.
    await page.keyboard.type(' gd?');
    assert.match(await textOf(), /group gd\?$/);
    assert.equal(await page.$('dialog'), null);
    await heading(page, 'Explore');
  });

  test('The editor keeps nobody in: Escape, then Tab goes on', async () => {
    await focusEditor();
    // What is offered there is closed first.
    await page.keyboard.press('Escape');
    await page.waitForFunction(selector => ![...document.querySelectorAll(selector)].some(
      editor => editor.shadowRoot?.querySelector('.cm-tooltip-autocomplete')), {}, EDITOR);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(selector => document.activeElement?.matches(selector), EDITOR), false);
    assert.doesNotMatch(await textOf(), /\t/);
  });

  test('Queries are added, duplicated, moved and removed, and keep their names', async () => {
    await click(page, 'button', 'Add a query');
    await write('select 2 as two', 1);
    await click(page, 'button', 'Duplicate query A');
    await click(page, 'button', 'Move query B up');
    const names = () => page.$$eval('.query-name input', fields => fields.map(field => field.value).join(' '));
    assert.equal(await names(), 'A B C');
    assert.equal(await textOf(1), 'select 2 as two');
    await looksRight(page, 'explore-queries');
    await click(page, 'button', 'Remove query C');
    await click(page, 'button', 'Remove query A');
    assert.equal(await names(), 'B');
    assert.equal(await textOf(0), 'select 2 as two');
  });

  test('Queries are tried with the variables of a dashboard, and with those that are always there', async () => {
    await click(page, 'link', 'Explore');
    await heading(page, 'Explore');
    await pick(page, 'Variables of', 'mine', 'Mine');
    await find(page, 'button', 'Airport Atlanta').wait();
    await fixedRange('2001-01-01T00:00', '2001-07-01T00:00');
    await write('select origin, count(*) as departures from flights where origin = $airport and date >= $from and date < $to group by 1');
    await keys('Control', 'Enter');
    const origins = wanted => page.waitForFunction(text => {
      const rows = [...document.querySelectorAll('.explore-drawing table tbody tr')];
      return rows.length === 1 && rows[0].textContent.includes(text);
    }, {}, wanted);
    await drawAs('table');
    await origins('ATL');
    await looksRight(page, 'explore-variables');
    await click(page, 'button', 'Airport Atlanta');
    await click(page, 'option', 'SFO');
    await find(page, 'button', 'Airport SFO').wait();
    await focusEditor();
    await keys('Control', 'Enter');
    await origins('SFO');
    await page.waitForFunction(() => /SFO/.test(document.querySelector('.inspected')?.textContent ?? ''));
    // Completed as they are on that dashboard.
    await write('select $');
    await page.keyboard.type('st');
    await offered('$step');
    await page.keyboard.press('Escape');
    // Without the dashboard the name is nobody's.
    await (await page.waitForSelector('::-p-aria([name="Variables of"][role="combobox"])')).focus();
    await keys('Control', 'a');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('.explore-values') === null);
    await write('select $airport');
    await keys('Control', 'Enter');
    await page.waitForFunction(() => /airport/.test(document.querySelector('.query-error')?.textContent ?? ''));
  });

  test('PromQL has an editor of its own, with its functions, legends and formats', async () => {
    await page.select('.query-reads select', 'source:metrics');
    await page.select(await idOf('Time range'), '15m');
    await write('sum by (job) (');
    await page.keyboard.type('avg_over');
    await choose('avg_over_time');
    assert.equal(await textOf(), 'sum by (job) (avg_over_time(');
    await write('sum by (job) (avg_over_time(up{job="prometheus"}[$__rate_interval]))');
    await fill(page, 'Legend', 'up of {{job}}');
    await looksRight(page, 'explore-promql');
    await click(page, 'button', 'Run');
    // A lone line has no legend.
    await drawAs('timeseries');
    await page.waitForSelector('.explore-drawing canvas');
    await drawAs('table');
    await page.waitForFunction(() => /up of prometheus/.test(document.querySelector('.explore-drawing table')?.textContent ?? ''));
    await drawAs('timeseries');
    await write('rate(up)');
    await click(page, 'button', 'Run');
    await page.waitForFunction(() => /range vector/.test(document.querySelector('.query-error')?.textContent ?? ''));
    await page.select('.query-reads select', 'source:flights');
    assert.equal(await page.$('.query-settings'), null);
    await write('select 2 as two');
  });

  test('What was explored becomes a panel of a dashboard, which others may have saved meanwhile', async () => {
    await click(page, 'button', 'Add to a dashboard');
    await page.waitForFunction(() => [...document.querySelectorAll('dialog option')].some(one => one.value === 'mine'));
    // Those of the provisioning folder are changed there.
    assert.deepEqual(await page.$$eval('dialog option', all => all.map(one => one.value)), ['', 'mine']);
    await page.select('dialog select', 'mine');
    await fill(page, 'Title of the panel', 'Two');
    await looksRight(page, 'explore-add');
    await lab.api('PUT', '/dashboards/mine', { document: { ...DOCUMENT, description: 'Changed meanwhile' } });
    await click(page, 'button', 'Add the panel');
    await heading(page, 'Mine');
    const { document } = await lab.api('GET', '/dashboards/mine');
    assert.equal(document.description, 'Changed meanwhile');
    assert.deepEqual(document.panels[1], { id: 4, type: 'timeseries', title: 'Two', grid: { x: 0, y: 6, w: 12, h: 8 },
      queries: [{ name: 'B', source: 'flights', sql: 'select 2 as two' }] });
  });

  test('A variable is renamed with everything that names it', async () => {
    await page.goto(`${lab.origin}/console/dashboards/mine`);
    await heading(page, 'Mine');
    await click(page, 'button', 'More about this dashboard');
    await click(page, 'menuitem', 'Variables');
    await click(page, 'button', '$airport Airport list Atlanta, SFO');
    await looksRight(page, 'variables');
    await picture(page, 'variables');
    const drawn = page.waitForResponse(answer => answer.url().endsWith('/draw')
      && answer.request().postData()?.includes('origin = $home'));
    await fill(page, 'Name', 'home');
    await page.keyboard.press('Enter');
    await reads(page, '$airport is $home now, also in 2 places');
    // The preview goes on with what there is now, and asks for nothing of what was there.
    assert.equal((await drawn).status(), 200);
    await save();
    const { document } = await lab.api('GET', '/dashboards/mine');
    assert.equal(document.variables[0].name, 'home');
    assert.match(document.panels[0].queries[0].sql, /origin = \$home/);
    assert.equal(document.panels[0].title, 'From $home');
  });

  test('A query variable shows its choices before anything is saved, or why there are none', async () => {
    await click(page, 'button', 'Add a variable');
    await write('select iata, city from airports where state = \'GA\' order by city');
    await keys('Control', 'Enter');
    await page.waitForFunction(() => /Atlanta/.test(document.querySelector('.choice-list')?.textContent ?? ''));
    await looksRight(page, 'variable-query');
    await write('select iata from runways');
    await click(page, 'button', 'Show its choices');
    await page.waitForFunction(() => /runways/.test(document.querySelector('.choice-preview .query-error')?.textContent ?? ''));
    await looksRight(page, 'variable-query-error');
    await write('select distinct destination from flights where origin = $home order by 1');
    await click(page, 'button', 'Show its choices');
    await page.waitForFunction(() => document.querySelectorAll('.choice-list li').length > 10);
  });

  test('What the server refuses stands at the field, and the variable with it is open', async () => {
    await page.select(await idOf('Type'), 'list');
    await page.waitForSelector('.choice-row');
    await page.$eval('.choice-row input', field => {
      field.value = '*';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.waitForFunction(() => /every choice/.test(document.querySelector('.choice-row .field-error')?.textContent ?? ''));
    await looksRight(page, 'variable-refused');
    await page.$eval('.choice-row input', field => {
      field.value = 'one';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
  });

  test('One that was added by mistake is removed without a question', async () => {
    await click(page, 'button', 'Remove variable variable');
    await page.waitForFunction(() => document.querySelectorAll('.variable-item').length === 2);
    assert.equal(await page.$('dialog'), null);
  });

  test('A variable that is named somewhere is not removed without a warning', async () => {
    await click(page, 'button', 'Move variable step up');
    await click(page, 'button', 'Remove variable home');
    await reads(page, 'Remove $home all the same?');
    await reads(page, 'query A of panel “From $home”');
    await click(page, 'button', 'Cancel');
    await page.waitForFunction(() => document.querySelector('dialog') === null);
    await save();
    const { document } = await lab.api('GET', '/dashboards/mine');
    assert.deepEqual(document.variables.map(one => one.name), ['step', 'home']);
  });

  test('A variable asks a source of metrics for the values of a label', async () => {
    await lab.api('POST', '/dashboards', { document: { uid: 'live', title: 'Live', time: { span: '1h' }, panels: [] } });
    await page.goto(`${lab.origin}/console/dashboards/live/edit?part=variables`);
    await click(page, 'button', 'Add a variable');
    await page.select(await idOf('Its choices come from'), 'source:metrics');
    await write('label_values(up, job)');
    await click(page, 'button', 'Show its choices');
    await page.waitForFunction(() => /node\s*prometheus/.test(document.querySelector('.choice-list')?.innerText ?? ''));
    await write('label_values(up, job');
    await click(page, 'button', 'Show its choices');
    await page.waitForFunction(() => (document.querySelector('.choice-preview .query-error')?.textContent ?? '') !== '');
    await looksRight(page, 'variable-promql');
  });

  test('Dashboards of a provisioning folder are changed there', async () => {
    await page.goto(`${lab.origin}/console/dashboards/flights`);
    await click(page, 'button', 'More about this dashboard');
    await find(page, 'menuitem', 'JSON').wait();
    assert.equal(await page.$('::-p-aria([name="Variables"][role="menuitem"])'), null);
  });

  test('The page has nothing to complain about', () => {
    assert.deepEqual(browser.faults, []);
  });
});
