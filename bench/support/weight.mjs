// What a browser that has been here never before fetches for the embedded page and for the console's
// pages: as the running server sends it, compressed, with headers.
import { ADA, startConsoleLab } from '../../tests/browser/support/console-lab.mjs';
import { countLoaded, nameOf, startChromium } from './loaded.mjs';
import { table, whole } from './load.mjs';
import { startHost } from './page.mjs';

const kGoal = 60_000;

/** One of the console's own, which may be edited: the example's comes from its folder. */
const NOTES = { uid: 'notes', title: 'Notes', time: { span: '1mo', as_of: '2001-07-01T00:00:00Z' }, panels: [
  { id: 1, type: 'stat', title: 'Departures', grid: { x: 0, y: 0, w: 8, h: 4 },
    queries: [{ name: 'A', source: 'flights', sql: 'select count(*) as n from flights' }] },
  { id: 2, type: 'timeseries', title: 'By day', grid: { x: 8, y: 0, w: 16, h: 8 }, queries: [{ name: 'A', source: 'flights',
    sql: "select date_trunc('day', date) as time, count(*) as departures from flights where date >= $from and date < $to group by 1 order by 1" }] },
] };

/** When a page of the console is there: code in the page, once true. */
const PAGES = [
  { name: 'console: home', path: '', isThere: "document.querySelector('.row-link') !== null" },
  { name: 'console: a dashboard', path: 'dashboards/flights',
    isThere: "document.querySelector('.drawing canvas') !== null && document.querySelector('.drawing [aria-busy=true]') === null" },
  { name: 'console: the editor', path: 'dashboards/notes/edit',
    isThere: "document.querySelectorAll('.edit-tile .panel:not(.tile-waiting)[aria-busy=false]').length === 2" },
  { name: 'console: Explore', path: 'explore',
    isThere: "document.querySelector('[data-query-editor]')?.shadowRoot?.querySelector('.cm-content') != null" },
];

/** `link` signs one of a share. */
export async function measureWeight(link) {
  const lab = await startConsoleLab();
  const browser = await startChromium();
  try {
    await lab.setUp();
    await lab.api('POST', '/dashboards', { document: NOTES });
    const { share, credential } = await lab.api('POST', '/dashboards/flights/shares', { type: 'secure_embed', title: 'Bench' });
    const rows = [];
    let entry;
    let foreign = 0;

    /** In a profile of its own: nobody has been here before. */
    const measure = async (name, show, goal = '–') => {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport({ width: 1200, height: 860 });
      const loaded = await countLoaded(page, lab.origin);
      await show(page, loaded);
      await page.waitForNetworkIdle({ idleTime: 500 });
      const all = loaded.files();
      const answers = all.filter(({ url }) => new URL(url).pathname.startsWith('/api/'));
      const files = all.filter(one => !answers.includes(one));
      entry ??= name.startsWith('console') ? files : undefined;
      foreign += loaded.foreign().length;
      const sum = list => list.reduce((bytes, one) => bytes + one.bytes, 0);
      const fresh = entry && files.filter(({ url, type }) => type === 'Document' || !entry.some(one => one.url === url));
      rows.push([name, all.length, whole(sum(files)), fresh && fresh !== files && entry !== files ? whole(sum(fresh)) : '–',
        whole(sum(answers)), goal]);
      await context.close();
    };

    await measure('embedded page, a dashboard with time series', async page => {
      const host = await startHost(page, lab.origin);
      await host.open(lab.origin + link({ url: share.url, credential: credential.secret }));
      host.close();
    }, whole(kGoal));
    await measure('console: sign-in', async page => {
      await page.goto(`${lab.origin}/console/`);
      await page.waitForSelector('.entry form input');
    }, whole(kGoal));
    for (const { name, path, isThere } of PAGES) {
      await measure(name, async (page, loaded) => {
        await page.goto(`${lab.origin}/console/`);
        await page.waitForSelector('.entry form input');
        await page.evaluate(async ({ handle, password }) => {
          const answer = await fetch('/api/casement/v1/sign-in', { method: 'POST', body: JSON.stringify({ handle, password }),
            headers: { 'content-type': 'application/json', 'x-casement': '1' } });
          if (!answer.ok) throw new Error(await answer.text());
        }, ADA);
        await page.waitForNetworkIdle({ idleTime: 500 });
        await page.goto('about:blank');
        loaded.forget();
        await page.goto(`${lab.origin}/console/${path}`);
        await page.waitForFunction(isThere);
      });
    }
    table('What a browser fetches at its first visit, bytes on the wire with headers',
      ['', 'requests', 'files', 'of them not the sign-in page’s', 'answers of the API', 'goal for files'], rows);
    console.log(`\nRequests to anybody else: ${foreign}.`);
    const kinds = new Map();
    for (const { url, encoding, bytes } of entry) {
      const kind = `${nameOf(url)} ${encoding}`;
      const { count, sum } = kinds.get(kind) ?? { count: 0, sum: 0 };
      kinds.set(kind, { count: count + 1, sum: sum + bytes });
    }
    table('The console before its first page, bytes on the wire with headers', ['', 'requests', 'bytes'], [
      ...[...kinds].map(([kind, { count, sum }]) => [kind, count, whole(sum)]),
      [`in all (goal: ≤ ${whole(kGoal)})`, entry.length, whole(entry.reduce((bytes, one) => bytes + one.bytes, 0))],
    ]);
  } finally {
    await browser.close();
    await lab.close();
  }
}
