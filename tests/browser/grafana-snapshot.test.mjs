// A snapshot of a dashboard in a frame of another site, in a browser that blocks its cookies.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { drawn, forget, open, reloadFrame, state, textOf, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startLab } from './support/lab.mjs';

const FLIGHTS = fileURLToPath(new URL('../../examples/flights', import.meta.url));
const FOLDERS = ['dashboards', 'sources', 'models', 'shares', 'data'];
const PANEL = 6;

let folder;
let lab;
let browser;
let snapshot;
before(async () => {
  // A copy, because its source is to go.
  folder = mkdtempSync(join(tmpdir(), 'casement-flights-'));
  for (const name of FOLDERS) cpSync(join(FLIGHTS, name), join(folder, name), { recursive: true });
  lab = await startLab({ fixture: folder });
  browser = await startChromium({ pin: lab.pin, policy: 'blocked' });
  snapshot = await take();
});
after(async () => {
  await browser?.close();
  await lab?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function take(more = {}) {
  const answer = await lab.call('POST', '/api/snapshots', {
    headers: { authorization: `Bearer ${lab.credentials.grafana.service_account_token}`,
      'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Departures, kept', dashboard: { uid: 'flights' }, ...more }),
  });
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text);
}
const show = (link, site = 'host.test') => open(browser, lab, site, [link]);
const isSeen = selector => browser.frameEval(0,
  `(document.querySelector('${selector}')?.getBoundingClientRect().height ?? 0) > 0`);
const panels = () => browser.frameEval(0, "[...document.querySelectorAll('.panel')].length");
/** All panels of the frame have drawn their data, and none says that it could not. */
const whole = async () => {
  await drawn(browser);
  await until(browser, "document.querySelectorAll('.panel').length > 3 && " +
    "document.querySelector('tbody tr') !== null", 'all panels', 0);
  assert.doesNotMatch(await textOf(browser), /could not be loaded|No data/i);
};

test('a snapshot is drawn as its dashboard was, and says of when it is', async () => {
  await show(snapshot.url);
  assert.equal(await state(browser), 'ready');
  await whole();
  const text = await textOf(browser);
  assert.match(text, /Departures, kept/);
  assert.match(text, /Snapshot of /);
  assert.match(text, /ATL/);
  await until(browser, '[...document.styleSheets].length === 2', 'the style sheet', 0);
  // Nothing to choose, and nothing to ask again.
  assert.equal(await isSeen('.controls .popover button[aria-haspopup="dialog"]'), false);
  assert.equal(await isSeen('button[aria-label^="Refresh"]'), false);
  if (process.env.CASEMENT_PICTURES) {
    await browser.resize(1400, 900);
    await browser.screenshot(join(process.env.CASEMENT_PICTURES, 'snapshot.png'));
  }
});

test('one panel of it fills the frame', async () => {
  const url = new URL(snapshot.url);
  url.pathname = url.pathname.replace('/dashboard/', '/dashboard-solo/');
  url.search = `?panelId=${PANEL}&theme=dark`;
  await show(url.href);
  assert.equal(await state(browser), 'ready');
  await until(browser, '[...document.styleSheets].length === 2', 'the style sheet', 0);
  await drawn(browser);
  assert.equal(await panels(), 1);
  assert.equal(await isSeen('.page-header'), false);
  const [panel, frame] = await browser.frameEval(0,
    "[document.querySelector('.panel').getBoundingClientRect().height, innerHeight]");
  assert.equal(panel, frame);
});

test('each browser has a session of its own, found again after a reload', async () => {
  await show(snapshot.url);
  assert.equal(await state(browser), 'ready');
  assert.equal(await reloadFrame(browser), 'ready');
  await show(snapshot.url, 'other.test');
  assert.equal(await state(browser), 'ready');
});

test('it still shows when its source and its dashboard are gone', async () => {
  await show(snapshot.url);
  assert.equal(await state(browser), 'ready');
  for (const name of FOLDERS) rmSync(join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'sources'));
  await lab.restart({ clockShift: 0 });
  assert.equal(await reloadFrame(browser), 'ready');
  await whole();
  await show(snapshot.url, 'third.test');
  assert.equal(await state(browser), 'ready');
  await whole();
});

test('it is over when it is deleted, also where it is open', async () => {
  await show(snapshot.url);
  assert.equal(await state(browser), 'ready');
  const gone = await lab.call('GET', new URL(snapshot.deleteUrl).pathname);
  assert.equal(gone.status, 200);
  await forget(browser);
  await browser.eval("(document.getElementById('frame0').contentWindow.postMessage(" +
    "{ source: 'casement-host', type: 'refresh' }, '*'), true)");
  assert.equal(await state(browser), 'snapshot_not_found');
  assert.doesNotMatch(await textOf(browser), /ATL/);
  assert.equal(await reloadFrame(browser), 'snapshot_not_found');
  assert.match(await textOf(browser), /This snapshot is not here/);
  await show(snapshot.url, 'other.test');
  assert.equal(await state(browser), 'snapshot_not_found');
});
