// What axe-core finds in the page's states, in both themes: nothing serious may be among it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { state, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { fieldsDashboard, fieldsLines } from './support/fields-dashboard.mjs';
import { startLab } from './support/lab.mjs';
import { servePage } from './support/lone-page.mjs';
import { LINES, PLAIN, panel } from './support/plain-dashboard.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is wrong and where, without what is a matter of taste. `context`: a page or a frame. */
async function findings(context) {
  await context.evaluate(`${AXE}; true`);
  const found = await context.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => {
    // The colours of values are their author's thresholds: the page cannot choose others.
    const isAuthors = (id, target) => id === 'color-contrast' &&
      document.querySelector(target.join(' ')).closest('[style*="color:"]') !== null;
    return violations.map(({ id, impact, nodes }) => ({ id, impact,
      at: nodes.filter(({ target }) => !isAuthors(id, target))
        .map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`) }));
  }));
  return found.filter(({ impact, at }) => (impact === 'serious' || impact === 'critical') && at.length > 0);
}

const many = Array.from({ length: 12 }, (_, at) => ({ value: `web-${at + 1}` }));
const table = { panel: 3, from: PLAIN.time.from, to: PLAIN.time.to, frames: [{ name: 'A', rows: 40, truncated: true,
  columns: [{ name: 'name', type: 'text', values: Array.from({ length: 40 }, (_, at) => `row ${at}`) },
    { name: 'count', type: 'number', values: Array.from({ length: 40 }, (_, at) => (at % 7 ? at : null)) }] }] };
const broken = { panel: 4, error: { code: 'query_failed', message: 'The source did not answer.' } };
const DASHBOARD = { ...PLAIN, description: 'Of two hosts', notice: 'Some of it is old.',
  variables: [{ ...PLAIN.variables[0], choices: many }, { name: 'tenant', type: 'text', mode: 'free', value: ['acme'] },
    { name: 'region', label: 'Region', type: 'list', mode: 'locked', value: ['eu'] }],
  panels: [...PLAIN.panels, panel(3, 'table', 'Rows', 0, 8, 8, 8, { options: { page_size: 10, columns: [
      { name: 'name' }, { name: 'count', bar: true }] } }),
    panel(4, 'stat', 'Broken', 8, 8, 8, 8), panel(5, 'row', 'More', 0, 16, 24, 1),
    panel(6, 'text', 'About', 16, 8, 8, 8, { queries: [], content: [{ t: 'p', c: [{ t: 'text', v: 'Words' }] }] })] };

describe('Somebody with a keyboard or a screen reader', () => {
  const pages = {};
  before(async () => {
    pages.plain = await servePage({ dashboard: DASHBOARD, lines: [...LINES, table, broken] });
    pages.fields = await servePage({ dashboard: fieldsDashboard, lines: fieldsLines });
  });
  after(() => Promise.all(Object.values(pages).map(page => page.close())));

  for (const colorScheme of ['light', 'dark']) {
    test(`can use the page and its menus, ${colorScheme}`, async () => {
      const browser = await startChromium({ pin: '', colorScheme });
      try {
        await browser.resize(1200, 900);
        await browser.goto(pages.plain.url);
        await until(browser, "document.querySelectorAll('.uplot canvas').length === 2", 'the charts');
        const tab = browser.page();
        const look = async what => assert.deepEqual(await findings(tab), [], what);
        await look('the dashboard');
        for (const [face, inside] of [
          ['button[aria-label^="Time range"]', '.custom-range'],
          ['button[aria-label^="Host"]', '[role=option]'],
          ['button[aria-label^="Options for Load"]', '[role=menuitem]'],
          ['button[aria-label^="Theme"]', '[role=menuitemradio]'],
        ]) {
          await tab.focus(face);
          await tab.keyboard.press('Enter');
          await tab.waitForSelector(inside);
          await look(face);
          await tab.keyboard.press('Escape');
          await until(browser, `document.querySelector('${inside}') === null`, 'closed');
        }
        await tab.focus('.chart');
        await tab.keyboard.press('ArrowRight');
        await tab.waitForSelector('.tooltip');
        await look('a point');
      } finally {
        await browser.close();
      }
    });

    test(`can use tables, series and values, ${colorScheme}`, async () => {
      const browser = await startChromium({ pin: '', colorScheme });
      try {
        await browser.resize(1280, 1560);
        await browser.goto(pages.fields.url);
        await until(browser, "document.querySelectorAll('.uplot').length === 5 && document.querySelectorAll('.rich-table table').length === 2",
          'all panels');
        assert.deepEqual(await findings(browser.page()), []);
        await browser.eval("document.querySelector('.head-filter').click()");
        await until(browser, "document.querySelector('.filter-box') !== null", 'the filter');
        assert.deepEqual(await findings(browser.page()), [], 'the filter');
      } finally {
        await browser.close();
      }
    });

    test(`can read why there is no dashboard, ${colorScheme}`, async () => {
      const browser = await startChromium({ pin: '', colorScheme });
      try {
        pages.plain.refuse.push(/sessions/);
        await browser.goto(pages.plain.url);
        await until(browser, "document.querySelector('.message-page')", 'the reason');
        pages.plain.refuse.length = 0;
        assert.deepEqual(await findings(browser.page()), []);
      } finally {
        await browser.close();
      }
    });
  }

  test('can use every panel type, in a frame', async () => {
    const lab = await startLab();
    const browser = await startChromium({ pin: lab.pin });
    try {
      await lab.shareAll('panels');
      await browser.resize(1000, 3400);
      await browser.goto(lab.host.url('host.test', lab.link('panels'), 'style="width:1000px;height:3400px;border:0"'));
      assert.equal(await state(browser), 'ready');
      await until(browser, "document.querySelectorAll('.skeleton').length === 0 && document.querySelectorAll('.land').length > 1",
        'all panels', 0);
      const frame = await (await browser.page().waitForSelector('#frame0')).contentFrame();
      assert.deepEqual(await findings(frame), []);
    } finally {
      await browser.close();
      await lab.close();
    }
  });
});
