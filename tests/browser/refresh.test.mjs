// A refresh of an open page: what it carries, and that it leaves alone what the viewer has set.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { drawn, open, state, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startLab } from './support/lab.mjs';

/** An hour of seconds, which moves on with the clock, and a table that stays as it is. */
const LIVE = {
  uid: 'live', title: 'Live', timezone: 'UTC', time: { span: '1h' },
  panels: [
    { id: 1, type: 'timeseries', title: 'Load', grid: { x: 0, y: 0, w: 24, h: 8 },
      queries: [{ name: 'A', source: 'orders', sql: `select second as time,
        epoch(second)::bigint % 97 as load, epoch(second)::bigint % 89 as waiting
        from generate_series(date_trunc('second', $from), $to, interval 1 second) as s(second)` }] },
    { id: 2, type: 'table', title: 'Numbers', grid: { x: 0, y: 8, w: 24, h: 10 }, options: { page_size: 10 },
      queries: [{ name: 'A', source: 'orders', sql: 'select i as number, i * i as square from range(200) as r(i)' }] },
  ],
};

let lab;
let browser;
before(async () => {
  lab = await startLab({});
  await lab.api('POST', '/api/casement/v1/dashboards', { document: LIVE }, 201);
  await lab.shareAll('live');
  browser = await startChromium({ pin: lab.pin, policy: 'blocked' });
  await browser.resize(1200, 1000);
});
after(async () => {
  await browser?.close();
  await lab?.close();
});

const table = what => browser.frameEval(0, `(() => { const table = document.querySelector('table');
  return ${what}; })()`);
const firstCell = "table.querySelector('tbody tr:not(.spacer) td').textContent";

test('a refresh brings the new rows and nothing else, and the table stays as the viewer left it', async () => {
  // What the page was answered, kept beside what it makes of it.
  await browser.page().evaluateOnNewDocument(() => {
    const ask = window.fetch;
    window.answers = [];
    window.fetch = async (...request) => {
      const answer = await ask(...request);
      const { pathname } = new URL(answer.url);
      if (/\/(sessions|query)$/.test(pathname)) answer.clone().text().then(text => window.answers.push(text));
      return answer;
    };
  });
  const answer = at => until(browser, `window.answers[${at}]`, 'the answer', 0);
  const panelsOf = text => text.trim().split('\n').map(line => JSON.parse(line)).filter(line => line.panel);

  await open(browser, lab, 'host.test', [lab.link('live')]);
  assert.equal(await state(browser), 'ready');
  await drawn(browser);
  await until(browser, "document.querySelectorAll('tbody tr').length >= 10", 'the table', 0);
  // Largest first, second page.
  await until(browser, `(() => { const sorted = document.querySelector('th[aria-sort=descending]');
    if (sorted === null) document.querySelector('thead button').click();
    return sorted !== null; })()`, 'the order', 0);
  await browser.frameEval(0, "document.querySelector('button[aria-label=\"Next page\"]').click()");
  await until(browser, `document.querySelector('tbody tr:not(.spacer) td').textContent === '189'`, 'page two', 0);

  const whole = await answer(0);
  const first = panelsOf(whole).find(({ panel }) => panel === 1);
  await browser.frameEval(0, "document.querySelector('button[aria-label^=Refresh]').click()");
  const refreshed = await answer(1);
  await until(browser, "document.querySelectorAll('[aria-busy=true], .stale').length === 0", 'the rest', 0);
  const [load, numbers] = [1, 2].map(id => panelsOf(refreshed).find(({ panel }) => panel === id));

  assert.equal(first.frames[0].rows, 3601);
  assert.equal(numbers.unchanged, true);
  const [frame] = load.frames ?? [];
  assert.ok(load.unchanged || (frame.kept.rows > 3500 && frame.columns[0].values.length < 100));
  assert.ok(refreshed.length * 20 < whole.length, `${refreshed.length} of ${whole.length} bytes`);

  assert.equal(await table(firstCell), '189');
  assert.equal(await table("table.querySelector('th[aria-sort=descending]') !== null"), true);
});
