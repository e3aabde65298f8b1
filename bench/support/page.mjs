// Weight and speed of the embedded page in Chromium: what it loads before the first time series is
// drawn, and how long that takes from the moment the host page sets the link.
import { createRequire } from 'node:module';
import http from 'node:http';
import { median, table } from './load.mjs';

const require = createRequire(new URL('../../tests/browser/package.json', import.meta.url));

export async function measurePage(origin, makeLink) {
  const { default: puppeteer } = await import(require.resolve('puppeteer-core'));
  const host = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Host</title><iframe id="frame" width="1200" height="900"></iframe>');
  });
  await new Promise(done => host.listen(0, '127.0.0.1', done));
  const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', headless: true,
    // One process for page and frame, so that one place sees all that the frame loads.
    args: ['--no-sandbox', '--disable-site-isolation-trials',
      '--disable-features=IsolateOrigins,site-per-process', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
      '--disable-background-networking', '--disable-component-update'] });
  const page = await browser.newPage();
  const client = await page.createCDPSession();
  const loaded = new Map();
  await client.send('Network.enable');
  client.on('Network.responseReceived', e => loaded.set(e.requestId, { url: e.response.url, bytes: 0 }));
  client.on('Network.loadingFinished', e => {
    if (loaded.has(e.requestId)) loaded.get(e.requestId).bytes = e.encodedDataLength;
  });

  /** Milliseconds from setting the link until a time series stands in the frame. */
  async function open() {
    await page.goto(`http://localhost:${host.address().port}/`);
    const link = makeLink();
    const start = performance.now();
    await page.evaluate(url => { document.getElementById('frame').src = url; }, link);
    const frame = await page.waitForFrame(f => f.url().startsWith(origin));
    await frame.waitForFunction(() => document.querySelector('canvas'), { polling: 'raf' });
    return performance.now() - start;
  }
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  loaded.clear();
  await open();
  const files = [...loaded.values()].filter(f => f.url.startsWith(origin) && f.bytes > 0);
  const foreign = [...loaded.values()].filter(f => !f.url.startsWith(origin) && !f.url.startsWith('http://localhost'));
  const name = url => new URL(url).pathname.replace(/-[0-9a-f]{8,}/, '').replace(/\/secure-embed\/.*/, '/secure-embed/…');
  table('What a viewer loads before the first time series, bytes on the wire with headers', ['', 'bytes'], [
    ...files.map(f => [name(f.url), f.bytes]),
    ['in all (goal: ≤ 60 000)', files.reduce((sum, f) => sum + f.bytes, 0)],
    ['requests to anybody else', foreign.length],
  ]);
  await client.send('Network.setCacheDisabled', { cacheDisabled: false });
  await open();
  const times = [];
  for (let round = 0; round < 21; round += 1) times.push(await open());
  table('From link to first time series in Chromium, warm server, a new link each time', ['', 'ms'], [
    ['median of 21 (goal: ≤ 150)', median(times).toFixed(0)],
    ['fastest', Math.min(...times).toFixed(0)],
    ['slowest', Math.max(...times).toFixed(0)],
  ]);
  await browser.close();
  host.close();
}
