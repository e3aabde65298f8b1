// Pictures of a dashboard inside the application's page, in both themes at two widths, kept in
// build/test-output/.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { drawn, pressOption, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { begin, connected, embed, ran, shows } from './support/looker-asking.mjs';
import { startLookerLab } from './support/looker-lab.mjs';

const OUTPUT = fileURLToPath(new URL('../../build/test-output/', import.meta.url));
mkdirSync(OUTPUT, { recursive: true });

/** What is looked at: how it is embedded, and what is done before the picture. */
const VIEWS = {
  dashboard: { make: "sdk => sdk.createDashboardWithId('orders').withDynamicIFrameHeight()", ready: drawn },
  themed: { make: "sdk => sdk.createDashboardWithUrl('/embed/dashboards/orders?_theme=' + encodeURIComponent(JSON.stringify(" +
    "{ background_color: '#10243f', text_color: '#f4f7fb', tile_background_color: '#17345a', tile_text_color: '#ffffff', " +
    "primary_button_color: '#f2a33a', show_title: false })))", ready: drawn },
  data: {
    make: "sdk => sdk.createDashboardWithId('orders')",
    async ready(browser) {
      await drawn(browser);
      await browser.frameEval(0, "(document.querySelectorAll('.panel-head button')[1].click(), true)");
      await pressOption(browser, /Show data/);
      await until(browser, "document.querySelector('dialog[open] table') !== null", 'the rows', 0);
    },
  },
  login: {
    // Where nobody has signed in yet.
    kind: 'private', site: 'other.test', make: "sdk => sdk.createDashboardWithId('orders').withAllowLoginScreen()",
    ready: browser => shows(browser, '/Password/'),
  },
  folder: {
    make: "sdk => sdk.createWithUrl('/embed/folders/' + FOLDER)", ready: browser => shows(browser, '/Trade/'),
  },
  subfolder: {
    make: "sdk => sdk.createWithUrl('/embed/folders/' + SUBFOLDER)",
    ready: browser => shows(browser, '/Parent folder[^]*Last year[^]*empty/'),
  },
  look: { make: "sdk => sdk.createLookWithId(LOOK)", type: 'look', ready: browser => shows(browser, '/Rocket/') },
  missing: {
    make: "sdk => sdk.createDashboardWithId('nothing')", ready: browser => shows(browser, '/Not found/'),
  },
};

describe('What it looks like in an application', () => {
  let lab;
  const ids = {};
  before(async () => {
    lab = await startLookerLab();
    const folder = await lab.looker('POST', '/folders', { name: 'Trade', parent_id: null });
    const inside = await lab.looker('POST', '/folders', { name: 'Last year', parent_id: folder.id });
    Object.assign(ids, { FOLDER: folder.id, SUBFOLDER: inside.id });
    for (const title of ['Returns', 'Orders of the week, by product and by the day on which they came']) {
      const { id } = await lab.looker('POST', '/looks', { title, folder_id: folder.id, casement_document: { title,
        timezone: 'UTC', time: { from: '2026-02-01', to: '2026-03-01' }, panels: [{ id: 1, type: 'barchart', title,
          grid: { x: 0, y: 0, w: 24, h: 12 }, queries: [{ name: 'A', source: 'orders',
            sql: "select product, sum(orders) as orders from orders where tenant = 'acme' group by product order by product" }] }] } });
      ids.LOOK ??= id;
    }
  });
  after(() => lab?.close());

  for (const colorScheme of ['light', 'dark']) {
    test(colorScheme, async () => {
      const browser = await startChromium({ pin: lab.pin, colorScheme });
      try {
        for (const [name, { kind = 'signed', site, type, make, ready }] of Object.entries(VIEWS)) {
          for (const width of [1280, 400]) {
            await browser.resize(width, 900);
            await begin(browser, lab, kind, 'ada', site);
            await embed(browser, make.replace(/\b(?:FOLDER|SUBFOLDER|LOOK)\b/, name => `'${ids[name]}'`));
            if (ready === drawn || name === 'data' || type) {
              await connected(browser);
              await ran(browser, { type });
            }
            await ready(browser);
            await browser.screenshot(`${OUTPUT}looker-${name}-${colorScheme}-${width}.png`);
            const overflow = await browser.frameEval(0,
              'document.documentElement.scrollWidth - document.documentElement.clientWidth');
            assert.equal(overflow, 0, `${name} at ${width}: nothing is wider than the frame`);
          }
        }
      } finally {
        await browser.close();
      }
    });
  }
});
