// Weight and speed of the embedded page in Chromium: what it loads before the first time series is
// drawn, and how long that takes from the moment the host page sets the link.
import http from 'node:http';
import { countLoaded, nameOf, startChromium } from './loaded.mjs';
import { median, table } from './load.mjs';

/** A host page on another site. `open(link)` frames it there: milliseconds until a time series stands in it. */
export async function startHost(page, origin) {
  const host = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Host</title><iframe id="frame" width="1200" height="900"></iframe>');
  });
  await new Promise(done => host.listen(0, '127.0.0.1', done));
  return {
    async open(link) {
      await page.goto(`http://localhost:${host.address().port}/`);
      const start = performance.now();
      await page.evaluate(url => { document.getElementById('frame').src = url; }, link);
      const frame = await page.waitForFrame(f => f.url().startsWith(origin));
      await frame.waitForFunction(() => document.querySelector('canvas'), { polling: 'raf' });
      return performance.now() - start;
    },
    close: () => host.close(),
  };
}

export async function measurePage(origin, makeLink) {
  const browser = await startChromium();
  const page = await browser.newPage();
  const loaded = await countLoaded(page, origin);
  const host = await startHost(page, origin);
  const open = () => host.open(makeLink());
  await open();
  const files = loaded.files();
  table('What a viewer loads before the first time series, bytes on the wire with headers', ['', 'bytes'], [
    ...files.map(f => [nameOf(f.url), f.bytes]),
    ['in all (goal: ≤ 60 000)', files.reduce((sum, f) => sum + f.bytes, 0)],
    ['requests to anybody else', loaded.foreign().length],
  ]);
  await loaded.useCache();
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
