// Pictures of field options in both themes, kept in build/test-output/; and what one can do with them.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { fieldsDashboard, fieldsLines } from './support/fields-dashboard.mjs';
import { servePage } from './support/lone-page.mjs';

const OUTPUT = fileURLToPath(new URL('../../build/test-output/', import.meta.url));
mkdirSync(OUTPUT, { recursive: true });

const drawn = `document.querySelectorAll('.uplot').length === 5 && document.querySelectorAll('.rich-table table').length === 2`;
const panel = title => `[...document.querySelectorAll('section')].find(s => s.textContent.startsWith('${title}'))`;

describe('Field options', () => {
  let page;
  before(async () => { page = await servePage({ dashboard: fieldsDashboard, lines: fieldsLines }); });
  after(() => page?.close());

  for (const colorScheme of ['light', 'dark']) {
    test(`look right, ${colorScheme}`, async () => {
      const browser = await startChromium({ pin: '', colorScheme });
      try {
        await browser.resize(1280, 1560);
        const troubles = [];
        browser.page().on('pageerror', error => troubles.push(String(error)));
        browser.page().on('console', said => { if (said.type() === 'error') troubles.push(said.text()); });
        await browser.goto(page.url);
        await until(browser, drawn, 'all panels');
        await browser.screenshot(`${OUTPUT}fields-${colorScheme}.png`);
        assert.deepEqual(troubles, []);
        assert.equal(await browser.eval('document.documentElement.scrollWidth - innerWidth <= 0'), true);
      } finally {
        await browser.close();
      }
    });
  }

  test('links, filters, exact numbers, and what is not supported', async () => {
    const browser = await startChromium({ pin: '' });
    try {
      await browser.resize(1280, 1560);
      await browser.goto(page.url);
      await until(browser, drawn, 'all panels');
      const table = panel('Instances');
      // Two numbers that are one double stand in the order of their digits.
      assert.deepEqual(await browser.eval(`[...${table}.querySelectorAll('tbody tr')].slice(0, 2).map(r => r.cells[5].textContent)`),
        ['9007199254740993', '9007199254740992']);
      const link = await browser.eval(`(() => { const a = ${table}.querySelector('tbody a'); return [a.getAttribute('href'), a.rel, a.target]; })()`);
      assert.equal(link[0].endsWith('/d/node?var-host=web-1'), true, link[0]);
      assert.deepEqual(link.slice(1), ['noopener noreferrer', '_blank']);
      // "web 1" is no address: that link of the page is not there.
      assert.deepEqual(await browser.eval(`[...document.querySelectorAll('.controls .link-list a')].map(a => a.textContent)`), ['All dashboards']);
      assert.match(await browser.eval(`${panel('Network traffic')}.querySelector('.link-list a').href`), /host=web%201$/);
      assert.match(await browser.eval(`${panel('Unknown change')}.textContent`), /spatial.*not supported/);
      await browser.eval(`${table}.querySelector('.head-filter').click()`);
      await until(browser, `${table}.querySelector('.filter-box') !== null`, 'the filter');
      await browser.eval(`${table}.querySelector('.filter-box li input').click()`);
      await until(browser, `${table}.querySelectorAll('tbody tr').length === 1`, 'one row');
    } finally {
      await browser.close();
    }
  });
});
