// Which pages may frame a share: what the API takes as an origin, and what the browser makes of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { state, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startLab } from './support/lab.mjs';

const HOSTS = ['host.test', 'sub.host.test', 'other.test'];

/** PORT is the host pages' own. `framed` names the sites whose pages show the dashboard. */
const TAKEN = [
  { origins: [], framed: HOSTS },
  { origins: ['https://host.test:PORT'], framed: ['host.test'] },
  { origins: ['https://host.test'], framed: [] },
  { origins: ['https://host.test:*'], framed: ['host.test'] },
  { origins: ['https://*.host.test:PORT'], framed: ['sub.host.test'] },
  { origins: ['https://host.test:PORT', 'https://*.host.test:PORT'], framed: ['host.test', 'sub.host.test'] },
  { origins: ['https://other.test:PORT'], framed: ['other.test'] },
  { origins: ['http://host.test:PORT'], framed: [] },
];
/** What browsers read differently, or what would let anybody in. */
const REFUSED = ['https://host.test:PORT/only/here', 'host.test:PORT', 'https:', '*', "'self'", "'none'",
  'https://*', 'https://host.test; script-src *', 'https://host.test https://other.test'];

describe('Framing', () => {
  let lab;
  let browser;
  const here = origin => origin.replace('PORT', lab.host.port);
  before(async () => {
    lab = await startLab();
    browser = await startChromium({ pin: lab.pin });
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  /** Whether frame 0 shows Casement's page at all, or the browser's own in its place. */
  const isBlocked = () => browser.frameEval(0, "document.getElementById('app') === null");

  for (const { origins, framed } of TAKEN) {
    test(`${origins.join(' and ') || 'no origin'}: framed by ${framed.join(', ') || 'nobody'}`, async () => {
      await lab.allowOrigins('bound', origins.map(here));
      for (const host of HOSTS) {
        await browser.goto(lab.host.url(host, lab.link('bound')));
        if (framed.includes(host)) assert.equal(await state(browser), 'ready', host);
        else assert.equal(await isBlocked(), true, host);
      }
    });
  }

  for (const origin of REFUSED) {
    test(`${origin}: refused`, () => lab.allowOrigins('bound', [here(origin)], 400));
  }

  test('a page around the page that frames it must be listed too', async () => {
    const outer = () => lab.host.url('other.test', lab.host.url('host.test', lab.link('bound')));
    await lab.allowOrigins('bound', [here('https://host.test:PORT')]);
    await browser.goto(outer());
    assert.equal(await browser.frameEval(0, 'window.heard.length'), 0);
    await lab.allowOrigins('bound', ['https://host.test:PORT', 'https://other.test:PORT'].map(here));
    await browser.goto(outer());
    await until(browser, "window.heard.some(m => m.type === 'ready')", 'the inner frame', 0);
  });
});
