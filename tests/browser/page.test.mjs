// The page's frame around the pictures: what it asks for and when, its menus, its times, and whether
// people who use a keyboard or a screen reader can follow.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { servePage } from './support/lone-page.mjs';
import { LINES, PLAIN } from './support/plain-dashboard.mjs';

const OUTPUT = fileURLToPath(new URL('../../build/test-output/', import.meta.url));
mkdirSync(OUTPUT, { recursive: true });

const drawn = "document.querySelectorAll('.uplot canvas').length === 2";
const partsAsked = page => page.asked.map(({ path }) => /^\/assets\/([a-z]+)-.*\.js/.exec(path)?.[1])
  .filter(name => name && name !== 'viewer' && name !== 'plot');
const queries = page => page.asked.filter(({ path }) => path.endsWith('/query')).map(({ body }) => JSON.parse(body));

/** Whether the last columns of a chart's pixels, left and right, are empty: no letter ends there. */
const hasCleanEdges = `[...document.querySelectorAll('.uplot canvas')].every(canvas => {
  const context = canvas.getContext('2d');
  return [0, canvas.width - 1].every(x =>
    context.getImageData(x, 0, 1, canvas.height).data.every((value, at) => at % 4 !== 3 || value < 40));
})`;

describe('The page', () => {
  let page;
  before(async () => { page = await servePage({ dashboard: PLAIN, lines: LINES }); });
  after(() => page?.close());

  async function withPage(options, use) {
    const browser = await startChromium({ pin: '', ...options });
    try {
      const { width = 1100, height = 700 } = options;
      await browser.resize(width, height);
      page.asked.length = 0;
      page.refuse.length = 0;
      await browser.goto(page.url);
      await until(browser, drawn, 'the charts');
      await use(browser, browser.page());
    } finally {
      await browser.close();
    }
  }

  test('a dashboard of plain time series asks for the chart library and for no other part', () =>
    withPage({}, async browser => {
      await until(browser, "document.querySelectorAll('[aria-busy=true]').length === 0", 'rest');
      assert.deepEqual(partsAsked(page), []);
      assert.equal(page.asked.filter(({ path }) => path.startsWith('/assets/')).length, 3);
    }));

  test('menus come when somebody goes to them, also by keyboard, and give the focus back', () =>
    withPage({}, async (browser, tab) => {
      const face = 'button[aria-label^="Options for Load"]';
      await tab.focus(face);
      await tab.keyboard.press('Enter');
      await until(browser, "document.activeElement.getAttribute('role') === 'menuitem'", 'the menu');
      assert.deepEqual(partsAsked(page), ['menus']);
      assert.deepEqual(await tab.$$eval('[role=menuitem]', items => items.map(item => item.textContent)),
        ['Refresh', 'Show as table', 'Full screen', 'Download CSV']);
      await tab.keyboard.press('ArrowDown');
      assert.equal(await browser.eval('document.activeElement.textContent'), 'Show as table');
      await tab.keyboard.press('Escape');
      assert.equal(await tab.$('[role=menu]'), null);
      assert.equal(await browser.eval(`document.activeElement === document.querySelector('${face}')`), true);
      await tab.keyboard.press('Enter');
      await until(browser, "document.activeElement.getAttribute('role') === 'menuitem'", 'the menu again');
      await tab.keyboard.press('ArrowDown');
      await tab.keyboard.press('Enter');
      await until(browser, "document.querySelectorAll('tbody tr').length > 0", 'the table');
      // A click elsewhere closes, and several choices are one question when the list closes.
      await tab.click('button[aria-label^="Host"]');
      await tab.waitForSelector('[role=option]');
      await tab.click('[role=option]:nth-child(2)');
      await tab.click('h1');
      await until(browser, "document.querySelector('button[aria-label=\"Host web-1, web-2\"]')", 'both hosts');
      assert.deepEqual(queries(page).map(({ variables }) => variables.host), [['web-1', 'web-2']]);
      assert.deepEqual(partsAsked(page), ['menus']);
    }));

  test('a menu that could not be loaded says so, and comes at the next try', () =>
    withPage({}, async (browser, tab) => {
      page.refuse.push(/menus/);
      await tab.click('button[aria-label^="Theme"]');
      await until(browser, "document.querySelector('.popover [role=alert]')", 'the reason');
      page.refuse.length = 0;
      await tab.click('button[aria-label^="Theme"]');
      assert.equal(await tab.$('.popover [role=alert]'), null);
      await tab.click('button[aria-label^="Theme"]');
      await tab.waitForSelector('[role=menuitemradio]');
    }));

  test('a viewer chooses the time zone, for what is shown and for what is asked', () =>
    withPage({}, async (browser, tab) => {
      await tab.emulateTimezone('America/New_York');
      await tab.reload();
      await until(browser, drawn, 'the charts');
      const shown = () => browser.eval(`document.querySelector('.chart').getAttribute('aria-label')`);
      const choose = async words => {
        await tab.click('button[aria-label^="Time range"]');
        await tab.waitForSelector('[aria-label="Time zone"]');
        const items = await tab.$$eval('[aria-label="Time zone"] [role=radio]',
          list => list.map(item => [item.textContent, item.getAttribute('aria-checked')]));
        await browser.eval(`[...document.querySelectorAll('[aria-label="Time zone"] [role=radio]')]
          .find(item => item.textContent.includes(${JSON.stringify(words)})).click()`);
        return items;
      };
      const isWritten = words => until(browser,
        `document.querySelector('.chart').getAttribute('aria-label').includes(${JSON.stringify(words)})`, words);
      assert.match(await shown(), /1:00.+7:00/);
      assert.deepEqual(await choose('UTC'), [['This browser’s (America/New York)', 'false'], ['UTC', 'false'],
        ['The dashboard’s (Europe/Berlin)', 'true']]);
      await isWritten('12:00');
      await choose('This browser’s');
      await isWritten('8:00');
      await choose('The dashboard’s');
      await isWritten('1:00');
      await until(browser, "document.querySelectorAll('.stale').length === 0", 'rest');
      assert.deepEqual(queries(page).map(({ timezone, query_timezone }) => [timezone, query_timezone]),
        [['UTC', 'UTC'], ['America/New_York', 'America/New_York'], ['Europe/Berlin', 'Europe/Berlin']]);
    }));

  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1100, 860, 610, 360]) {
      test(`no label of the time axis is cut, ${width} pixels, ${colorScheme}`, () =>
        withPage({ colorScheme, width }, async browser => {
          await browser.screenshot(`${OUTPUT}page-${width}-${colorScheme}.png`);
          assert.equal(await browser.eval(hasCleanEdges), true);
        }));
    }
  }
});
