// Every panel type in both themes, as Chromium draws it: compared with the pictures in screens/, which
// were looked at one by one. What a person does with them, too.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { state, textOf, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startLab } from './support/lab.mjs';
import { unlike } from './support/screens.mjs';

const SCREENS = fileURLToPath(new URL('screens/', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../../build/test-output/', import.meta.url));
const DASHBOARD = JSON.parse(readFileSync(new URL('fixture/dashboards/panels.json', import.meta.url), 'utf8'));
const WIDTH = 1000;
const HEIGHT = 3400;
mkdirSync(OUTPUT, { recursive: true });

const titleOf = panel => `${panel.type}-${panel.id}`;
const panelAt = id => DASHBOARD.panels.findIndex(panel => panel.id === id);

async function opened(browser, lab) {
  await browser.resize(WIDTH, HEIGHT);
  await browser.goto(lab.host.url('host.test', lab.link('panels'),
    `style="width:${WIDTH}px;height:${HEIGHT}px;border:0;display:block"`));
  assert.equal(await state(browser), 'ready');
  await until(browser, "document.querySelectorAll('.skeleton').length === 0 && document.querySelectorAll('.land').length > 1",
    'all panels', 0);
  await browser.frameEval(0,
    'document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))');
}

const frameOf = async browser => (await browser.page().waitForSelector('#frame0')).contentFrame();

describe('Panel types', () => {
  let lab;
  before(async () => {
    lab = await startLab();
    await lab.shareAll('panels');
  });
  after(() => lab?.close());

  for (const colorScheme of ['light', 'dark']) {
    test(`look as they did, ${colorScheme}`, async () => {
      const browser = await startChromium({ pin: lab.pin, colorScheme });
      try {
        await opened(browser, lab);
        const sections = await (await frameOf(browser)).$$('.grid > .panel');
        assert.equal(sections.length, DASHBOARD.panels.length);
        const pictures = [];
        for (const section of sections) pictures.push(await section.screenshot());
        const drawn = browser.page();
        // An empty page of the same browser reads the images: the frame's own policy lets none in.
        await browser.newTab('about:blank');
        const reader = browser.page();
        const wrong = [];
        for (const [index, panel] of DASHBOARD.panels.entries()) {
          const name = `${titleOf(panel)}-${colorScheme}.png`;
          const compared = () => unlike(reader, pictures[index], `${SCREENS}${name}`);
          let difference = await compared();
          // A busy browser hands out a picture before all of it is painted: it has a second try.
          if (difference !== null) {
            await drawn.bringToFront();
            pictures[index] = await sections[index].screenshot();
            await reader.bringToFront();
            difference = await compared();
          }
          if (difference === null) continue;
          writeFileSync(`${OUTPUT}${name}`, pictures[index]);
          wrong.push(`${name}: ${difference}`);
        }
        assert.deepEqual(wrong, [], `see ${OUTPUT}`);
      } finally {
        await browser.close();
      }
    });
  }

  test('answer to keys and clicks, and keep text text', async () => {
    const browser = await startChromium({ pin: lab.pin });
    try {
      await opened(browser, lab);
      const frame = await frameOf(browser);
      const select = (id, inner) => `.grid > .panel:nth-child(${panelAt(id) + 1}) ${inner}`;
      const idOf = type => DASHBOARD.panels.find(panel => panel.type === type).id;

      // The newest line stands first; two alike but for digits are one; a click opens it.
      const line = select(idOf('logs'), '.log-line');
      assert.match(await frame.$eval(line, element => element.innerText), /81424/);
      assert.match(await textOf(browser), /<b>order<\/b> 81423/);
      await frame.click(`${line} .log-head`);
      await until(browser, `document.querySelector('${line} dl') !== null`, 'the details', 0);
      assert.match(await frame.$eval(`${line} dl`, element => element.innerText), /2026-02-01T11:58:18\.004Z/);

      // A slice leaves the whole with its name.
      const slices = select(idOf('piechart'), '.slice');
      const before = (await frame.$$(slices)).length;
      await frame.click(select(idOf('piechart'), '.legend button'), {});
      await until(browser, `document.querySelectorAll('${slices}').length !== ${before}`, 'another number of slices', 0);

      // Arrow keys read states one by one.
      await frame.focus(select(idOf('state-timeline'), '.chart'));
      await browser.page().keyboard.press('ArrowRight');
      await until(browser, `/api: running/.test(document.querySelector('${select(idOf('state-timeline'), '[aria-live]')}').textContent)`,
        'the first state', 0);

      // The map zooms by keys.
      const land = select(idOf('geomap'), '.land');
      const first = await frame.$eval(land, element => element.getAttribute('transform'));
      await frame.focus(select(idOf('geomap'), '.chart'));
      await browser.page().keyboard.press('+');
      await until(browser, `document.querySelector('${land}').getAttribute('transform') !== '${first}'`, 'a nearer map', 0);

      // A gauge says what it shows.
      const gauge = await frame.$eval(select(1, '[role=meter]'), element => element.getAttribute('aria-valuetext'));
      assert.equal(gauge, '73.4%');
    } finally {
      await browser.close();
    }
  });

  test('show a retry where their part cannot be loaded, and draw after it', async () => {
    const browser = await startChromium({ pin: lab.pin });
    try {
      await browser.resize(WIDTH, 900);
      const page = browser.page();
      await page.setRequestInterception(true);
      let isBlocked = true;
      page.on('request', request => {
        if (isBlocked && /\/assets\/rich-[^/]*\.js/.test(request.url())) request.abort();
        else request.continue();
      });
      await browser.goto(lab.host.url('host.test', lab.link('panels'),
        `style="width:${WIDTH}px;height:880px;border:0;display:block"`));
      await until(browser, "document.querySelectorAll('.trouble button').length > 5", 'the retry', 0);
      isBlocked = false;
      await browser.frameEval(0, "document.querySelector('.trouble button').click()");
      await until(browser, "document.querySelectorAll('.gauge').length > 3 && document.querySelectorAll('.trouble').length === 0",
        'the pictures', 0);
    } finally {
      await browser.close();
    }
  });
});
