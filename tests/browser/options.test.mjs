// Options whose effect is seen in the page and nowhere else.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { servePage } from './support/lone-page.mjs';
import { PLAIN, panel, series } from './support/plain-dashboard.mjs';

const OUTPUT = fileURLToPath(new URL('../../build/test-output/', import.meta.url));
mkdirSync(OUTPUT, { recursive: true });

const fields = { fields: true };
const frame = (id, ...columns) => ({ panel: id, from: PLAIN.time.from, to: PLAIN.time.to,
  frames: [{ name: 'A', rows: columns[0].values.length, truncated: false, columns }] });
const names = { name: 'disk', type: 'text', values: ['a', 'b', 'c'] };
const used = { name: 'used', type: 'number', values: [20, 50, 95] };
const wide = Array.from({ length: 12 }, (_, at) => ({ name: `column ${at}`, type: 'text',
  values: Array.from({ length: 3 }, (__, row) => `a value of ${row} in ${at}`) }));
const links = [{ title: 'Look closer', url: '/d/disk?var-disk=${__data.fields.disk}' }];

const DASHBOARD = { ...PLAIN, variables: [], panels: [
  panel(1, 'table', 'Frozen', 0, 0, 8, 7, { ...fields, options: { frozen_columns: 2, footer: { reducers: ['count'] } } }),
  panel(2, 'stat', 'Wide', 8, 0, 16, 3, { ...fields, options: { values: true, orientation: 'horizontal', limit: 1,
    text_mode: 'value_and_name', title_size: 21, value_size: 30 } }),
  panel(3, 'stat', 'Not wide', 8, 3, 16, 4, { ...fields, options: { values: true, orientation: 'horizontal', limit: 1,
    text_mode: 'value_and_name', wide_layout: false } }),
  panel(4, 'bargauge', 'Scheme', 0, 7, 8, 6, { ...fields, options: { min: 0, max: 100, links,
    color: { mode: 'continuous-BlYlRd' } } }),
  panel(5, 'gauge', 'Linked', 8, 7, 8, 6, { ...fields, options: { min: 0, max: 100, links } }),
  panel(6, 'geomap', 'Places', 16, 7, 8, 9),
  panel(7, 'timeseries', 'Hue', 0, 13, 8, 7, { ...fields, options: { gradient: 'hue', fill: 1, style: 'area' } }),
  panel(8, 'timeseries', 'Constant', 8, 13, 8, 7, { ...fields, options: { negative: 'constant' } }),
] };
const LINES = [frame(1, ...wide), frame(2, names, used), frame(3, names, used), frame(4, names, used),
  frame(5, names, used), frame(6, { name: 'city', type: 'text', values: ['Oslo', 'Rome'] },
    { name: 'lat', type: 'number', values: [59.9, 41.9] }, { name: 'lon', type: 'number', values: [10.7, 12.5] }),
  series(7), series(8)];

const of = title => `[...document.querySelectorAll('section')].find(s => s.querySelector('h2')?.textContent === '${title}')`;

describe('Options', () => {
  let page;
  let browser;
  before(async () => {
    page = await servePage({ dashboard: DASHBOARD, lines: LINES });
    browser = await startChromium({ pin: '' });
    await browser.resize(1200, 900);
    await browser.goto(page.url);
    await until(browser, `document.querySelectorAll('.uplot').length === 2 && document.querySelector('.land') &&
      document.querySelectorAll('.skeleton').length === 0`, 'all panels');
    await browser.screenshot(`${OUTPUT}options.png`);
  });
  after(async () => {
    await browser?.close();
    await page?.close();
  });

  test('frozen_columns: heads, cells and foot stay, each beside the one before', async () => {
    const places = () => browser.eval(`(() => {
      const table = ${of('Frozen')}.querySelector('.table-scroller');
      const left = table.getBoundingClientRect().left;
      return [...table.querySelectorAll('tr:is(thead tr, tbody tr:first-child, tfoot tr)')].map(row =>
        [...row.children].slice(0, 3).map(cell => Math.round(cell.getBoundingClientRect().left - left)));
    })()`);
    const still = await places();
    await browser.eval(`(${of('Frozen')}.querySelector('.table-scroller').scrollLeft = 300, true)`);
    const scrolled = await places();
    assert.equal(scrolled.length, 3);
    for (const [row, [first, second, third]] of scrolled.entries()) {
      assert.deepEqual([first, second], still[row].slice(0, 2));
      assert.equal(third, still[row][2] - 300);
    }
    assert.ok(still[0][1] > 20);
  });

  test('wide_layout, title_size, value_size: name and value side by side, as large as said', async () => {
    const boxes = title => browser.eval(`['.rich-stat-name', '.rich-stat-value'].map(part => {
      const element = ${of(title)}.querySelector(part);
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { left, right, top, bottom, size: getComputedStyle(element).fontSize };
    })`);
    const [name, value] = await boxes('Wide');
    assert.deepEqual([name.size, value.size], ['21px', '30px']);
    assert.ok(value.left >= name.right && value.top < name.bottom, 'beside it');
    const [above, below] = await boxes('Not wide');
    assert.ok(below.top >= above.bottom, 'below it');
  });

  test('a continuous scheme colours the whole bar', async () => {
    const fill = await browser.eval(`${of('Scheme')}.querySelector('.bar-gauge-fill').style.background`);
    assert.equal(fill.match(/rgb\(/g)?.length, 9, fill);
  });

  test('links: of bars and gauges, with the values of their rows', async () => {
    for (const title of ['Scheme', 'Linked']) {
      const found = await browser.eval(`[...${of(title)}.querySelectorAll('a.linked')]
        .map(a => [a.getAttribute('href').replace(location.origin, ''), a.rel, a.getAttribute('aria-label')])`);
      assert.equal(found.length, 3);
      assert.deepEqual(found[1].slice(0, 2), ['/d/disk?var-disk=b', 'noopener noreferrer']);
      assert.match(found[1][2], /^b: 50.* Look closer$/);
    }
  });

  test('two fingers zoom a map', async () => {
    const scale = () => browser.eval(`Number(/scale\\(([^)]+)\\)/.exec(${of('Places')}.querySelector('.land').getAttribute('transform'))[1])`);
    const { x, y } = await browser.eval(`(() => { const element = ${of('Places')}.querySelector('.chart-host'); element.scrollIntoView();
      const box = element.getBoundingClientRect(); return { x: box.left + box.width / 2, y: box.top + box.height / 2 }; })()`);
    const client = await browser.page().createCDPSession();
    const touch = (type, apart) => client.send('Input.dispatchTouchEvent', { type,
      touchPoints: apart === null ? [] : [{ x: x - apart, y, id: 0 }, { x: x + apart, y, id: 1 }] });
    const before = await scale();
    await touch('touchStart', 20);
    for (const apart of [22, 26, 32, 40]) await touch('touchMove', apart);
    await touch('touchEnd', null);
    const after = await scale();
    assert.ok(after > before * 1.3, `${before} to ${after}`);
  });
});
