// The page of a sharable link in a frame of another site.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { drawn, forget, open, reloadFrame, state, textOf, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startGrafanaLab } from './support/grafana-lab.mjs';
import { shows } from './support/looker-asking.mjs';

const ORDERS = '/d/orders/orders?orgId=1&var-tenant=globex';
const ALL_PANELS = ['About', 'Orders', 'Orders a day', 'Revenue by product', 'Days'];

let lab;
let browser;
before(async () => {
  lab = await startGrafanaLab();
  browser = await startChromium({ pin: lab.pin, policy: 'blocked' });
});
after(async () => {
  await browser?.close();
  await lab?.close();
});

const show = (...links) => open(browser, lab, 'host.test', links);
const address = (i = 0) => browser.frameEval(i, 'location.pathname + location.search');
const panels = (i = 0) =>
  browser.frameEval(i, "[...document.querySelectorAll('.panel h2')].map(title => title.textContent)");
/** Whether something of this selector can be seen in frame 0. */
const isSeen = selector =>
  browser.frameEval(0, `(document.querySelector('${selector}')?.getBoundingClientRect().height ?? 0) > 0`);
const hasAddress = (target, i = 0) =>
  until(browser, `location.pathname + location.search === ${JSON.stringify(target)}`, `the address ${target}`, i);
const refresh = i => browser.eval(`(document.getElementById('frame${i}').contentWindow.postMessage(` +
  "{ source: 'casement-host', type: 'refresh' }, '*'), true)");
/** Presses what is named so, in frame 0. */
const press = (selector, name) => until(browser, `(() => { const found = [...document.querySelectorAll('${selector}')]
  .find(element => element.textContent.includes('${name}')); found?.click(); return found !== undefined; })()`, name, 0);

describe('A link with a key’s signature', () => {
  test('opens its dashboard, and leaves no proof in the address', async () => {
    await show(lab.v2(ORDERS));
    assert.equal(await state(browser), 'ready');
    await drawn(browser);
    await hasAddress(ORDERS);
    assert.deepEqual(await panels(), ALL_PANELS);
    await shows(browser, '/Anvil \\(globex\\)/');
    assert.doesNotMatch(await textOf(browser), /acme/i);
  });

  test('opens with the whole key in the address too, and that goes as well', async () => {
    await show(lab.v1(ORDERS));
    assert.equal(await state(browser), 'ready');
    await hasAddress(ORDERS);
  });

  test('is shown again after every kind of reload, also when its minute is over', async () => {
    const link = lab.v2(ORDERS);
    await show(link);
    assert.equal(await state(browser), 'ready');
    await hasAddress(ORDERS);
    for (const clockShift of [0, 180]) {
      await lab.restart({ clockShift });
      assert.equal(await reloadFrame(browser), 'ready', `frame, ${clockShift}`);
      await shows(browser, '/Anvil \\(globex\\)/');

      await forget(browser);
      await browser.eval('window.assignAgain(0)');
      assert.equal(await state(browser), 'ready', `same src, ${clockShift}`);

      await browser.reload();
      assert.equal(await state(browser), 'ready', `host page, ${clockShift}`);
      await hasAddress(ORDERS);
    }
    await open(browser, lab, 'other.test', link);
    assert.equal(await state(browser), 'link_expired');
    await lab.restart({ clockShift: 0 });
  });

  test('says why it does not open', async () => {
    const cases = {
      signature_invalid: lab.v2(ORDERS).replace(/_sign=[0-9a-f]+/, `_sign=${'0'.repeat(32)}`),
      link_expired: lab.v2(ORDERS, { age: 120 }),
      link_not_yet_valid: lab.v2(ORDERS, { age: -120 }),
      content_not_found: lab.v2('/d/nosuch'),
      panel_not_found: lab.v2('/d-solo/orders?panelId=99'),
    };
    for (const [code, link] of Object.entries(cases)) {
      await show(link);
      assert.equal(await state(browser), code);
      assert.ok((await textOf(browser)).trim().length > 20, `${code} has a message in the frame`);
    }
  });

  test('ends when its session does, and says so', async () => {
    await show(lab.v2(ORDERS, { session: 120 }));
    assert.equal(await state(browser), 'ready');
    await forget(browser);
    await lab.restart({ clockShift: 180 });
    await refresh(0);
    assert.equal(await state(browser), 'session_expired');
    assert.doesNotMatch(await textOf(browser), /globex/);
    await lab.restart({ clockShift: 0 });
  });
});

describe('An address without a proof', () => {
  test('opens nothing in a browser that has no session', async () => {
    // No other test has a session on this site.
    await open(browser, lab, 'other.test', [`${lab.origin}${ORDERS}`]);
    assert.equal(await state(browser), 'not_authenticated');
    assert.match(await textOf(browser), /opens through a signed link only/);
  });

  test('opens in the session of another frame, and keeps to it', async () => {
    await show(lab.v2(ORDERS));
    assert.equal(await state(browser), 'ready');
    await hasAddress(ORDERS);
    await show(`${lab.origin}/d/products`);
    assert.equal(await state(browser), 'ready');
    assert.equal(await address(), '/d/products');
    assert.equal(await reloadFrame(browser), 'ready');
  });

  test('shows what was chosen, also after a reload', async () => {
    await show(lab.v2('/d/orders?var-tenant=acme&orgId=1'));
    assert.equal(await state(browser), 'ready');
    await press('.controls .button', 'Acme');
    await press('[role="option"]', 'Globex');
    await hasAddress('/d/orders?var-tenant=globex&orgId=1');
    await shows(browser, '/Anvil \\(globex\\)/');
    assert.equal(await reloadFrame(browser), 'ready');
    await shows(browser, '/Anvil \\(globex\\)/');
  });
});

describe('A page in the shape that its address asks for', () => {
  const shaped = async target => {
    await show(lab.v2(target));
    assert.equal(await state(browser), 'ready');
    await until(browser, "document.querySelector('.sharable') !== null", 'the style', 0);
    await until(browser, '[...document.styleSheets].length === 2', 'the style sheet', 0);
  };

  test('kiosk has nothing but panels; tv keeps the pickers', async () => {
    await shaped(ORDERS);
    assert.deepEqual([await isSeen('h1'), await isSeen('.controls .popover')], [true, true]);
    await shaped(`${ORDERS}&kiosk`);
    assert.equal(await isSeen('.page-header'), false);
    assert.deepEqual(await panels(), ALL_PANELS);
    await shaped(`${ORDERS}&kiosk=tv`);
    assert.deepEqual([await isSeen('h1'), await isSeen('.controls .popover'), await isSeen('.button-group')],
      [false, true, false]);
  });

  test('pickers can be hidden one by one', async () => {
    await shaped(`${ORDERS}&_dash.hideTimePicker`);
    assert.doesNotMatch(await browser.frameEval(0, "document.querySelector('.page-header').innerText"), /2026/);
    assert.match(await browser.frameEval(0, "document.querySelector('.page-header').innerText"), /Globex/);
    await shaped(`${ORDERS}&_dash.hideVariables=true`);
    assert.match(await browser.frameEval(0, "document.querySelector('.page-header').innerText"), /2026/);
    assert.doesNotMatch(await browser.frameEval(0, "document.querySelector('.page-header').innerText"), /Globex/);
  });

  test('one panel fills the frame', async () => {
    for (const [target, isAlone] of [['/d-solo/orders?panelId=3', true], ['/d/orders?viewPanel=3', false]]) {
      await shaped(target);
      assert.deepEqual(await panels(), ['Orders a day']);
      await drawn(browser);
      const [panel, frame, page] = await browser.frameEval(0,
        "[document.querySelector('.panel').getBoundingClientRect().height, innerHeight, document.body.scrollHeight]");
      assert.equal(page, frame, 'nothing to scroll');
      assert.ok(isAlone ? panel === frame : panel > frame * 0.7, `${panel} of ${frame}`);
      assert.equal(await isSeen('.page-header'), !isAlone);
    }
  });

  test('all panels fit the frame when asked to', async () => {
    await shaped(`${ORDERS}&autofitpanels`);
    assert.equal(await browser.frameEval(0, 'document.body.scrollHeight <= innerHeight'), true);
    assert.deepEqual(await panels(), ALL_PANELS);
  });
});

describe('A link of the third version', () => {
  test('opens in one browser and in no other', async () => {
    const link = lab.v3(ORDERS);
    await show(link, link);
    assert.deepEqual([await state(browser, 0), await state(browser, 1)], ['ready', 'ready']);
    await hasAddress(ORDERS);
    assert.equal(await reloadFrame(browser), 'ready');
    // Another site's partition is another browser to the frame.
    await open(browser, lab, 'other.test', [link]);
    assert.equal(await state(browser), 'link_already_used');
    assert.doesNotMatch(await textOf(browser), /globex/);
  });

  test('keeps what it locks, whatever the address says afterwards', async () => {
    await show(lab.v3(ORDERS, { lock: ['tenant'] }));
    assert.equal(await state(browser), 'ready');
    await hasAddress(ORDERS);
    await forget(browser);
    await browser.frameEval(0, "setTimeout(() => { location.href = '/d/orders?var-tenant=acme'; }, 0)");
    assert.equal(await state(browser), 'ready');
    await shows(browser, '/Anvil \\(globex\\)/');
    assert.doesNotMatch(await textOf(browser), /acme/i);
  });

  test('opens its own dashboard and no other', async () => {
    await show(lab.v3(ORDERS));
    assert.equal(await state(browser), 'ready');
    await hasAddress(ORDERS);
    await forget(browser);
    await browser.frameEval(0, "setTimeout(() => { location.href = '/d/products'; }, 0)");
    assert.equal(await state(browser), 'content_not_found');
  });
});

/** As a tool saves it through the vendor's API. */
const IMPORTED = {
  uid: 'imported', title: 'Imported', schemaVersion: 41,
  time: { from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z' },
  templating: { list: [
    { name: 'tenant', label: 'Tenant', type: 'query', datasource: 'orders', multi: true,
      query: 'SELECT DISTINCT tenant FROM orders ORDER BY 1', current: { value: ['globex'] } },
    { name: 'least', type: 'textbox', query: '0', hide: 2 },
  ] },
  panels: [
    { id: 1, type: 'row', title: 'Numbers', gridPos: { x: 0, y: 0, w: 24, h: 1 } },
    { id: 2, type: 'timeseries', title: 'Orders a day', gridPos: { x: 0, y: 1, w: 16, h: 8 }, datasource: 'orders',
      targets: [{ refId: 'A', format: 'time_series', rawSql: "SELECT $__timeGroup(day, '1d'), product AS metric, " +
        'sum(orders) AS orders FROM orders WHERE $__timeFilter(day) AND tenant IN ($tenant) AND orders >= $least ' +
        'GROUP BY 1, 2 ORDER BY 1' }],
      fieldConfig: { defaults: { custom: { drawStyle: 'line', fillOpacity: 20 } } } },
    { id: 3, type: 'stat', title: 'Orders', gridPos: { x: 16, y: 1, w: 8, h: 8 }, datasource: { uid: 'orders' },
      targets: [{ refId: 'A', format: 'table',
        rawSql: 'SELECT sum(orders) AS orders FROM orders WHERE tenant IN (${tenant:sqlstring})' }],
      options: { colorMode: 'background' }, fieldConfig: { defaults: { unit: 'suffix:pcs', thresholds: {
        mode: 'absolute', steps: [{ color: 'green', value: null }, { color: 'red', value: 1e9 }] } } } },
    { id: 4, type: 'table', title: 'Products', gridPos: { x: 0, y: 9, w: 16, h: 8 }, datasource: null,
      targets: [{ refId: 'A', datasource: { type: 'duckdb', uid: 'orders' }, format: 'table',
        rawSql: 'SELECT product, sum(revenue) AS revenue FROM orders WHERE tenant IN ($tenant) GROUP BY 1 ORDER BY 1' }] },
    { id: 5, type: 'canvas', title: 'Map', gridPos: { x: 16, y: 9, w: 8, h: 4 } },
    { id: 6, type: 'table', title: 'Odd', gridPos: { x: 16, y: 13, w: 8, h: 4 }, datasource: 'orders',
      targets: [{ refId: 'A', rawSql: 'SELECT * FROM $tenant' }] },
  ],
};

describe('A dashboard saved through the vendor’s API', () => {
  test('is drawn: a chart, a number, a table, and a word about what is not', async () => {
    const answer = await lab.call('POST', '/api/dashboards/db', {
      headers: { authorization: `Bearer ${lab.credentials.grafana.service_account_token}`,
        'content-type': 'application/json' },
      body: JSON.stringify({ dashboard: IMPORTED }) });
    assert.equal(answer.status, 200, answer.text);
    await show(lab.v2('/d/imported/imported'));
    assert.equal(await state(browser), 'ready');
    await drawn(browser);
    assert.deepEqual(await panels(), ['Orders a day', 'Orders', 'Products', 'Map', 'Odd']);
    await shows(browser, '/Anvil \\(globex\\)/');
    const text = await textOf(browser);
    assert.match(text, /Numbers/);
    assert.match(text, /\d pcs/);
    assert.match(text, /This panel cannot be shown here/);
    assert.match(text, /This canvas panel cannot be drawn here yet/);
    assert.doesNotMatch(text, /acme|least|SELECT/i);
    assert.equal(await browser.frameEval(0, "document.querySelectorAll('.panel-timeseries canvas').length"), 1);
    assert.ok(await browser.frameEval(0, "document.querySelectorAll('.panel-table tbody tr').length > 1"));
  });

  test('follows a variable with several values', async () => {
    await show(lab.v2('/d/imported?var-tenant=globex&var-tenant=acme'));
    assert.equal(await state(browser), 'ready');
    await shows(browser, '/Anvil \\(globex\\)/');
    await shows(browser, '/Anvil \\(acme\\)/');
  });
});
