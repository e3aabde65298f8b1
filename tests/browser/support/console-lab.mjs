// A casement with the flights example, a browser at its console, and what the tests ask of a page.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { startCasement } from '../../support/casement.mjs';

const FLIGHTS = fileURLToPath(new URL('../../../examples/flights/', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../../../build/test-output/', import.meta.url));
const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const ADA = { organization: 'Acme', name: 'Ada Lovelace', handle: 'ada@acme.example',
  password: 'analytical engine no 1' };

/** What an authenticator app shows for this secret (RFC 6238). */
export function totpCode(secret, at = Date.now()) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map(letter => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** `more`: further options of startCasement. */
export async function startConsoleLab(more = {}) {
  const server = await startCasement({ args: ['--provision', FLIGHTS], ...more });
  /** As the operator reads it on the server's output, just after where it listens. */
  const setupCode = async () => {
    for (let attempt = 0; attempt < 200; attempt++) {
      const code = /with the one-time code (\S+)/.exec(server.log())?.[1];
      if (code) return code;
      await new Promise(done => setTimeout(done, 20));
    }
    throw new Error('the server did not print its set-up code');
  };
  const api = async (method, path, body, expected) => {
    const response = await fetch(`${server.url}/api/casement/v1${path}`, { method,
      headers: { authorization: `Bearer ${server.credentials.service_token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await response.text();
    if (expected ? response.status !== expected : !response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text && JSON.parse(text);
  };
  return {
    /** Another one after a restart. */
    get origin() { return server.url; },
    server, api, setupCode,
    /** Sets the server up over its API, for tests that are about something else. */
    async setUp() {
      const response = await fetch(`${server.url}/api/casement/v1/setup`, { method: 'POST',
        headers: { 'content-type': 'application/json', 'x-casement': '1', origin: server.url },
        body: JSON.stringify({ ...ADA, code: await setupCode() }) });
      assert.ok(response.ok, `${response.status} ${await response.text()}`);
    },
    /** Opens a share as a viewer would: a signed link, then a session, and its panels' data if `data`. */
    async look(share, secret, userAgent, data = false) {
      const nonce = randomBytes(16).toString('hex');
      const ts = Math.floor(Date.now() / 1000);
      const proof = createHmac('sha256', secret).update(`${nonce}|${ts}`).digest('hex');
      await this.lookAt(`${share.url}?token=${proof}&nonce=${nonce}&ts=${ts}`, userAgent, data);
    },
    /** The same with a link that was signed elsewhere. */
    async lookAt(link, userAgent, data = false) {
      const { pathname, search } = new URL(link);
      const response = await fetch(`${server.url}/api/casement/v1/sessions`, { method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': userAgent, origin: server.url,
          'sec-fetch-site': 'same-origin' },
        body: JSON.stringify({ link: pathname + search, secret: randomBytes(32).toString('base64url'), data }) });
      assert.equal(response.status, 201, await response.clone().text());
      await response.text();
    },
    /** The same server with the same data, which then listens somewhere else. */
    async restart() {
      await server.end();
      await server.start();
    },
    async close() {
      await server.stop();
    },
  };
}

/** A browser with one page. `faults` collects what the page itself complains about. */
export async function startConsoleBrowser({ theme = 'light', width = 1200, height = 860 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'casement-console-'));
  const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', headless: true, userDataDir: folder,
    protocolTimeout: 30_000,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--lang=en-GB'] });
  const [page] = await browser.pages();
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme },
    { name: 'prefers-reduced-motion', value: 'reduce' }]);
  // The browser's own question before a page with unsaved work is left: yes.
  page.on('dialog', dialog => dialog.accept());
  const faults = [];
  page.on('pageerror', error => faults.push(String(error)));
  page.on('console', message => {
    // What a call answers with is the page's business; the browser notes each refusal all the same.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text());
  });
  // Shows a test that does not wait for what it looks at: its answers come late, as on a busy machine.
  if (process.env.CONSOLE_LATENCY) {
    await page.emulateNetworkConditions({ download: -1, upload: -1, latency: Number(process.env.CONSOLE_LATENCY) });
  }
  page.setDefaultTimeout(Number(process.env.CONSOLE_PATIENCE ?? 15_000));
  return {
    page, browser, faults,
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** By role and name, as a screen reader finds it. */
export const find = (page, role, name) => page.locator(`::-p-aria([name="${name}"][role="${role}"])`);
export const click = (page, role, name) => find(page, role, name).click();
export const fill = (page, name, text) => page.locator(`::-p-aria([name="${name}"][role="textbox"])`).fill(text);
/** In a field that searches a list: types, waits until this is offered, and takes it by keyboard. */
export async function pick(page, name, typed, wanted) {
  await page.locator(`::-p-aria([name="${name}"][role="combobox"])`).fill(typed);
  await page.waitForFunction(label => [...document.querySelectorAll('.pick-option')]
    .some(option => option.textContent.includes(label)), {}, wanted);
  for (let steps = 0; ; steps++) {
    const current = await page.evaluate(() =>
      document.getElementById(document.activeElement?.getAttribute('aria-activedescendant') ?? '')?.textContent ?? '');
    if (current.includes(wanted)) break;
    assert.ok(steps < 50, `“${wanted}” is reached by arrows`);
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.pick-option') === null);
}
/** Writes into the page's search field, as a person does. */
export async function searchFor(page, text) {
  await page.waitForSelector('[data-search]');
  await page.focus('[data-search]');
  await page.$eval('[data-search]', field => field.select());
  await page.keyboard.press('Backspace');
  if (text !== '') await page.keyboard.type(text);
}
export const heading = (page, name) => find(page, 'heading', name).wait();
/** Waits until this text stands in the page. */
export const reads = (page, text) => page.waitForFunction(
  wanted => document.body.innerText.replaceAll('\u00a0', ' ').includes(wanted), {}, text);
export const gone = (page, text) => page.waitForFunction(
  wanted => !document.body.innerText.includes(wanted), {}, text);

export async function signIn(page, origin, { handle, password } = ADA) {
  await page.goto(`${origin}/console/`);
  await fill(page, 'Name or e-mail', handle);
  await fill(page, 'Password', password);
  await page.keyboard.press('Enter');
  await heading(page, 'Dashboards');
}

/** What axe finds that keeps people out; the rest is left to eyes. */
export async function accessible(page, what) {
  // By the debugger, which the page's policy does not bind; the page itself may load no such script.
  await page.evaluate(AXE);
  const look = async () => {
    // A panel fades for as long as other data are on their way to it: too faint to be read by rule.
    await page.waitForFunction(() => document.querySelector('.panel-body.stale') === null);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    return violations.filter(one => one.impact === 'serious' || one.impact === 'critical');
  };
  let grave = await look();
  // A dashboard may begin to refresh itself in the middle of a look; what is wrong is so twice.
  if (grave.length > 0) grave = await look();
  assert.deepEqual(grave.map(one => `${one.id}: ${one.nodes.map(node => node.html).slice(0, 3).join(' ')}`), [], what);
}

/** Until what was changed is drawn: two frames, and every transition at its end. */
const drawn = page => page.evaluate(async () => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  await frame();
  await frame();
  await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
  await frame();
});

/** With CASEMENT_KEEP_SCREENS=1 the page is kept as a picture of docs/console.md. */
export async function picture(page, name) {
  if (process.env.CASEMENT_KEEP_SCREENS !== '1') return;
  await drawn(page);
  await page.screenshot({ path: `${IMAGES}console-${name}.png` });
}

/** Nothing is wider than the window. */
export async function fits(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(over, 0, `${what}: ${over} px wider than the window`);
}

/** Waits for the open menu; it stands in line with its button, and apart from the window's edges. */
export async function menuInPlace(page) {
  await page.waitForSelector('[role="menu"]');
  const { menu, button, width } = await page.evaluate(() => {
    const sides = element => { const { left, right } = element.getBoundingClientRect(); return { left, right }; };
    const menu = document.querySelector('[role="menu"]');
    return { menu: sides(menu), button: sides(menu.closest('.popover').querySelector('button')),
      width: document.documentElement.clientWidth };
  });
  const told = JSON.stringify({ menu, button, width });
  assert.ok(menu.left >= 8 && menu.right <= width - 8, told);
  assert.ok(['left', 'right'].some(side => Math.abs(menu[side] - button[side]) < 1), told);
}

/**
 * The page in both themes and on a narrow screen: nothing too wide, nothing that axe calls serious,
 * and pictures in build/test-output/ to be looked at.
 */
export async function looksRight(page, name) {
  mkdirSync(OUTPUT, { recursive: true });
  const before = page.viewport();
  for (const theme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme },
      { name: 'prefers-reduced-motion', value: 'reduce' }]);
    for (const [size, width, height] of [['wide', 1200, 860], ['narrow', 360, 740]]) {
      await page.setViewport({ width, height });
      await drawn(page);
      await fits(page, `${name}, ${theme}, ${size}`);
      await accessible(page, `${name}, ${theme}, ${size}`);
      await page.screenshot({ path: `${OUTPUT}console-${name}-${theme}-${size}.png` });
    }
  }
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' }]);
  await page.setViewport(before);
  await drawn(page);
}
