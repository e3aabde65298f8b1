// A Chromium for measuring, and what comes to it over the wire: each answer's bytes as they were sent,
// headers included.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../tests/browser/package.json', import.meta.url));

export async function startChromium() {
  const { default: puppeteer } = await import(require.resolve('puppeteer-core'));
  return puppeteer.launch({ executablePath: '/usr/bin/chromium', headless: true,
    // One process for page and frame, so that one place sees all that the frame loads.
    args: ['--no-sandbox', '--disable-site-isolation-trials',
      '--disable-features=IsolateOrigins,site-per-process', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
      '--disable-background-networking', '--disable-component-update'] });
}

/** The address without what changes from build to build and from link to link. */
export const nameOf = url => new URL(url).pathname.replace(/-[0-9a-fA-F]{12}|-[0-9A-Z]{8}(?=\.)/, '')
  .replace(/\/secure-embed\/.*/, '/secure-embed/…');

/** Counts from now on, with an empty cache. `files()`: what `origin` sent; `foreign()`: requests to anybody else. */
export async function countLoaded(page, origin) {
  const client = await page.createCDPSession();
  const loaded = new Map();
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  client.on('Network.responseReceived', ({ requestId, response, type }) => {
    const [, encoding = ''] = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'content-encoding') ?? [];
    loaded.set(requestId, { url: response.url, type, encoding, bytes: 0 });
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (loaded.has(requestId)) loaded.get(requestId).bytes = encodedDataLength;
  });
  const isOurs = ({ url }) => url.startsWith(origin);
  return {
    forget: () => loaded.clear(),
    files: () => [...loaded.values()].filter(one => isOurs(one) && one.bytes > 0),
    foreign: () => [...loaded.values()].filter(one => !isOurs(one) && !one.url.startsWith('http://localhost')),
    useCache: () => client.send('Network.setCacheDisabled', { cacheDisabled: false }),
  };
}
