// Pickers that follow from each other, repeated panels, and rows that fold.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { drawn, open, state, textOf, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startGrafanaLab } from './support/grafana-lab.mjs';

const HOSTS = '/d/hosts/hosts?orgId=1';

let lab;
let browser;
before(async () => {
  lab = await startGrafanaLab();
  browser = await startChromium({ pin: lab.pin, policy: 'blocked' });
  await browser.resize(1200, 1000);
});
after(async () => {
  await browser?.close();
  await lab?.close();
});

const panels = () =>
  browser.frameEval(0, "[...document.querySelectorAll('.panel h2')].map(title => title.textContent)");
const shows = titles =>
  until(browser, "JSON.stringify([...document.querySelectorAll('.panel h2')].map(title => title.textContent))" +
    ` === ${JSON.stringify(JSON.stringify(titles))}`, `the panels ${titles}`, 0);
/** Presses what has this text, in frame 0. */
const press = (selector, text) => until(browser, `(() => { const found = [...document.querySelectorAll('${selector}')]
  .find(element => element.textContent.includes('${text}')); found?.click(); return found !== undefined; })()`, text, 0);
const look = name => process.env.CASEMENT_PICTURES
  ? browser.screenshot(`${process.env.CASEMENT_PICTURES}/variables-${name}.png`) : undefined;
/** Types into a field as a hand does: the page hears of it. */
const fill = (label, text) => browser.frameEval(0, `(() => {
  const field = [...document.querySelectorAll('.filter-form label')].find(one => one.textContent.startsWith('${label}'))
    .querySelector('input');
  field.value = '${text}';
  field.dispatchEvent(new Event('input', { bubbles: true }));
})()`);

describe('A dashboard with chained variables', () => {
  test('repeats a panel for each value, and changes both with the parent', async () => {
    await open(browser, lab, 'host.test', [lab.v2(HOSTS)]);
    assert.equal(await state(browser), 'ready');
    await drawn(browser);
    await shows(['Load of web-1', 'Load of web-2', 'Load of web-10', 'Latest']);
    await until(browser, "document.querySelectorAll('canvas').length === 3", 'three pictures', 0);
    await look('eu');

    await press('.controls button', 'Region');
    await press('[role=option]', 'us');
    await shows(['Load of db-1', 'Load of db-2', 'Latest']);
    await until(browser, "document.querySelectorAll('canvas').length === 2", 'two pictures', 0);
    await until(browser, "document.body.innerText.includes('Shown for us.')", 'the text', 0);
    await look('us');
  });

  test('shows one clone when one value is chosen', async () => {
    await press('.controls button', 'Host');
    await press('[role=option]', 'db-2');
    await press('.choices-foot button', 'Done');
    await shows(['Load of db-2', 'Latest']);
  });

  test('falls back to what is offered when a chosen value is not there any more', async () => {
    await press('.controls button', 'Region');
    await press('[role=option]', 'eu');
    await shows(['Load of web-1', 'Load of web-2', 'Load of web-10', 'Latest']);
  });
});

describe('A row', () => {
  const row = title => `[...document.querySelectorAll('.row button')].find(one => one.textContent.includes('${title}'))`;

  test('folds its panels away, and what is below moves up', async () => {
    await open(browser, lab, 'host.test', [lab.v2(HOSTS)]);
    assert.equal(await state(browser), 'ready');
    await drawn(browser);
    const top = () => browser.frameEval(0, `${row('End')}.getBoundingClientRect().top`);
    const before = await top();
    await press('.row button', 'Latest of eu');
    await until(browser, `${row('Latest of eu')}.ariaExpanded === 'false'`, 'the folded row', 0);
    assert.deepEqual(await panels(), ['Load of web-1', 'Load of web-2', 'Load of web-10']);
    assert.ok(await top() < before - 100);
    await look('folded');
    await press('.row button', 'Latest of eu');
    await shows(['Load of web-1', 'Load of web-2', 'Load of web-10', 'Latest']);
  });

  test('that is folded asks for its panels only when it is opened', async () => {
    assert.doesNotMatch(await textOf(browser), /\n5\n/);
    await press('.row button', 'More');
    await until(browser, "document.querySelector('.panel-stat')?.innerText.includes('5') === true", 'its number', 0);
    await look('opened');
  });
});

describe('Filters', () => {
  test('are put together from what the data has', async () => {
    await press('.filters button', 'Filters');
    await until(browser, "document.querySelector('.filter-form') !== null", 'the form', 0);
    await until(browser, "[...document.querySelectorAll('datalist option')].some(one => one.value === 'kind')", 'keys', 0);
    await fill('What', 'host');
    await until(browser, "[...document.querySelectorAll('datalist option')].some(one => one.value === 'web-10')", 'values', 0);
    await fill('Value', 'web-10');
    await look('form');
    await press('.filter-form button', 'Add');
    await until(browser, "document.querySelector('.panel-table')?.innerText.includes('web-2') === false", 'fewer rows', 0);
    assert.match(await textOf(browser), /host is web-10/);
    await look('filtered');
    assert.match(await browser.frameEval(0, "document.querySelector('.panel-table').innerText"), /web-10/);
  });

  test('come with an address too', async () => {
    await open(browser, lab, 'host.test', [lab.v2(`${HOSTS}&var-adhoc=${encodeURIComponent('host|=|web-1')}`)]);
    assert.equal(await state(browser), 'ready');
    await until(browser, "document.body.innerText.includes('host is web-1')", 'the filter', 0);
    await until(browser, "document.querySelector('.panel-table')?.innerText.includes('web-1') === true", 'its row', 0);
    assert.doesNotMatch(await browser.frameEval(0, "document.querySelector('.panel-table').innerText"), /web-10/);
  });
});
