// Three engines behind one small face: go, reload, another tab, look into a frame, take a picture;
// and where a page is used by hand: click, drag, type, press.
//
// What each needs to behave like a real browser here is measured, not guessed:
// - Debian's Chromium blocks third-party cookies by default; the profile says which way it is.
// - Firefox under automation accepts all cookies unless its preferences are put back.
// - WebKitGTK is driven by its own WebDriver; one driver process per session, under a display.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { webDriverHands } from './webdriver-hands.mjs';

const freePort = () => new Promise(done => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

function profileFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'casement-profile-'));
  // An engine's processes write into it for a moment after its window has gone: from the beginning again, then.
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

/** What Puppeteer drives, Chromium and Firefox alike. `launch` opens the browser, again too. */
async function puppeteerFace(launch, remove) {
  let browser;
  let current;
  const use = page => {
    current = page;
    // The browser's own question before a page with unsaved work is left: yes.
    page.on('dialog', dialog => dialog.accept());
  };
  const start = async () => {
    browser = await launch();
    use((await browser.pages())[0] ?? await browser.newPage());
  };
  await start();
  const elementOf = async code => (await current.evaluateHandle(code)).asElement();
  return {
    goto: url => current.goto(url, { waitUntil: 'load' }),
    reload: () => current.reload({ waitUntil: 'load' }),
    eval: code => current.evaluate(code),
    async evalIn(selector, code) {
      const element = await current.waitForSelector(selector);
      return (await element.contentFrame()).evaluate(code);
    },
    frameEval(i, code) {
      return this.evalIn(`#frame${i}`, code);
    },
    /** Clicks the element that `code` finds, at its middle. False: it finds none. */
    async click(code) {
      const element = await elementOf(code);
      await element?.click();
      return element !== null;
    },
    /** Takes the element that `code` finds at its middle, and carries it so far. */
    async drag(code, x, y) {
      const box = await (await elementOf(code)).boundingBox();
      const [left, top] = [box.x + box.width / 2, box.y + box.height / 2];
      await current.mouse.move(left, top);
      await current.mouse.down();
      for (let step = 1; step <= 4; step++) await current.mouse.move(left + x * step / 4, top + y * step / 4);
      await current.mouse.up();
    },
    /** Chooses the entry of this value in the select element that `code` finds. */
    async select(code, value) {
      await (await elementOf(code)).select(value);
    },
    type: text => current.keyboard.type(text),
    /** All of these at once, the last one shortest: 'Control', 's'. */
    async press(...keys) {
      for (const key of keys) await current.keyboard.down(key);
      for (const key of keys.reverse()) await current.keyboard.up(key);
    },
    async newTab(url) {
      use(await browser.newPage());
      await current.goto(url, { waitUntil: 'load' });
    },
    /** The tab of before is in front again: pages behind another are hidden, and rest. */
    async closeTab() {
      await current.close();
      [current] = await browser.pages();
      await current.bringToFront();
    },
    resize: (width, height) => current.setViewport({ width, height }),
    async screenshot(path) {
      await current.screenshot({ path });
    },
    page: () => current,
    /** Closes the browser in order and opens it again with the same profile. */
    async restart() {
      await browser.close();
      await start();
    },
    async close() {
      await browser.close();
      await remove();
    },
  };
}

/** `policy`: "blocked" or "allowed" third-party cookies, or "none" at all, nor any storage. */
export async function startChromium({ pin, policy = 'blocked', colorScheme }) {
  const { folder, remove } = profileFolder();
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default', 'Preferences'),
    JSON.stringify({ profile: { cookie_controls_mode: policy === 'allowed' ? 0 : 1,
      default_content_setting_values: policy === 'none' ? { cookies: 2 } : {} } }));
  const browser = await puppeteerFace(() => puppeteer.launch({
    executablePath: '/usr/bin/chromium', headless: true, userDataDir: folder,
    // Frames stay in the page's process: with two of another site, the driver now and then loses one
    // that got a process of its own. What a frame may store and send is the same either way.
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-site-isolation-trials', '--disable-features=IsolateOrigins,site-per-process',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--host-resolver-rules=MAP *.test 127.0.0.1', `--ignore-certificate-errors-spki-list=${pin}`],
  }), remove);
  if (colorScheme) {
    await browser.page().emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colorScheme }]);
  }
  return browser;
}

/**
 * `cookieBehavior`: 5 is Firefox's default (partitioned), 1 blocks all third-party, 2 blocks all.
 * `atStart`: code for every document of its tab, before the document's own; the tab has the keyboard's focus.
 */
export async function startFirefox({ names = [], cookieBehavior = 5, atStart }) {
  const { folder, remove } = profileFolder();
  const browser = await puppeteerFace(() => puppeteer.launch({
    browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, userDataDir: folder,
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      'network.dns.localDomains': names.join(','),
      'network.proxy.type': 0,
      'network.cookie.sameSite.laxByDefault': false,
      'network.cookie.cookieBehavior': cookieBehavior,
      'network.cookie.cookieBehavior.pbmode': cookieBehavior,
      'browser.contentblocking.features.standard': '-tp,tpPrivate,cookieBehavior5,cookieBehaviorPBM5,-cryptoTP,-fp',
      ...(cookieBehavior === 5 ? {} : { 'browser.contentblocking.category': 'custom' }),
    },
  }), remove);
  if (atStart) {
    // The tab that it opens with has no focus: keys reach a button there, and do not press it.
    await browser.newTab('about:blank');
    await browser.page().evaluateOnNewDocument(atStart);
  }
  return browser;
}

const MINI_BROWSER = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;
const WITH_PROFILE = fileURLToPath(new URL('webkit-browser.py', import.meta.url));

/** One WebKitWebDriver and its one session; answers how to call it, and how to end both. */
async function startWebDriver(binary, args, variables) {
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, GIO_USE_VFS: 'local', GSETTINGS_BACKEND: 'memory', NO_AT_BRIDGE: '1', GTK_USE_PORTAL: '0',
      ...variables },
  });
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method, headers: { 'content-type': 'application/json' },
      body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
      signal: AbortSignal.timeout(30_000),
    });
    const { value } = await response.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  for (let attempt = 0; ; attempt++) {
    try {
      await call('GET', '/status');
      break;
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise(done => setTimeout(done, 100));
    }
  }
  const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: {
    acceptInsecureCerts: true, 'webkitgtk:browserOptions': { binary, args },
  } } });
  return {
    session: (method, path, body) => call(method, `/session/${sessionId}${path}`, body),
    async end() {
      await call('DELETE', `/session/${sessionId}`).catch(() => {});
      driver.kill();
    },
  };
}

/**
 * WebKitGTK without third-party cookies. As its own browser comes under its driver it forgets all at
 * its end; with `profile` a small browser around the same engine keeps one, and prevents tracking
 * as Safari does. That one also runs `atStart` in every document before its own code. `env`: more
 * variables for it.
 */
export async function startWebKit({ proxyPort, profile = false, atStart, env = {} }) {
  const { folder, remove } = profileFolder();
  const proxy = proxyPort === undefined ? [] : [`--proxy=http://127.0.0.1:${proxyPort}`];
  const early = join(folder, 'at-start.js');
  if (atStart) writeFileSync(early, atStart);
  const start = () => profile
    ? startWebDriver(WITH_PROFILE, [`--profile=${folder}`, ...proxy, ...(atStart ? [`--at-start=${early}`] : [])], env)
    : startWebDriver(MINI_BROWSER, ['--automation', ...proxy], env);
  let driver = await start();
  const session = (...call) => driver.session(...call);
  const run = code => session('POST', '/execute/sync', { script: `return (${code})`, args: [] });
  return {
    goto: url => session('POST', '/url', { url }),
    reload: () => session('POST', '/refresh'),
    eval: run,
    ...webDriverHands(session, run),
    async evalIn(selector, code) {
      const element = await session('POST', '/element', { using: 'css selector', value: selector });
      await session('POST', '/frame', { id: element });
      try {
        return await run(code);
      } finally {
        await session('POST', '/frame', { id: null });
      }
    },
    frameEval(i, code) {
      return this.evalIn(`#frame${i}`, code);
    },
    async newTab(url) {
      const { handle } = await session('POST', '/window/new', { type: 'tab' });
      await session('POST', '/window', { handle });
      await session('POST', '/url', { url });
    },
    async closeTab() {
      const [handle] = await session('DELETE', '/window');
      await session('POST', '/window', { handle });
    },
    resize: (width, height) => session('POST', '/window/rect', { width, height }),
    async screenshot(path) {
      writeFileSync(path, Buffer.from(await session('GET', '/screenshot'), 'base64'));
    },
    async restart() {
      await driver.end();
      driver = await start();
    },
    async close() {
      await driver.end();
      await remove();
    },
  };
}
