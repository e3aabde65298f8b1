// A public dashboard in a frame of another site, in a browser that blocks third-party cookies.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { drawn, forget, open, reloadFrame, state, textOf, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { startGrafanaLab } from './support/grafana-lab.mjs';
import { shows } from './support/looker-asking.mjs';

let lab;
let browser;
let shared;
before(async () => {
  lab = await startGrafanaLab();
  browser = await startChromium({ pin: lab.pin, policy: 'blocked' });
  shared = await manage('POST', '', { isEnabled: true, variablesEnabled: true });
});
after(async () => {
  await browser?.close();
  await lab?.close();
});

async function manage(method, path, body) {
  const answer = await lab.call(method, `/api/dashboards/uid/orders/public-dashboards${path}`, {
    headers: { authorization: `Bearer ${lab.credentials.grafana.service_account_token}`,
      'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text);
}
const change = body => manage('PATCH', `/${shared.uid}`, body);

const target = (query = '') => `/public-dashboards/${shared.accessToken}${query}`;
const show = query => open(browser, lab, 'host.test', [lab.origin + target(query)]);
const hasAddress = wanted =>
  until(browser, `location.pathname + location.search === ${JSON.stringify(wanted)}`, `the address ${wanted}`, 0);
/** Presses what is named so, in the frame. */
const press = (selector, name) => until(browser, `(() => { const found = [...document.querySelectorAll('${selector}')]
  .find(element => element.textContent.includes('${name}')); found?.click(); return found !== undefined; })()`, name, 0);
const count = selector => browser.frameEval(0, `document.querySelectorAll('${selector}').length`);

describe('A public dashboard', () => {
  test('is drawn in a frame of another site by its address alone, which stays', async () => {
    await show();
    assert.equal(await state(browser), 'ready');
    await drawn(browser);
    await shows(browser, '/Anvil \\(acme\\)/');
    await hasAddress(target());
  });

  test('lets its viewers choose, and a reload shows what was chosen', async () => {
    await show();
    assert.equal(await state(browser), 'ready');
    await press('.controls .button', 'Acme');
    await press('[role="option"]', 'Globex');
    await shows(browser, '/Anvil \\(globex\\)/');
    await hasAddress(target('?var-tenant=globex'));
    assert.equal(await reloadFrame(browser), 'ready');
    await shows(browser, '/Anvil \\(globex\\)/');
    assert.doesNotMatch(await textOf(browser), /\(acme\)/);
  });

  test('shows what its address names, and refuses what the dashboard does not offer', async () => {
    await show('?var-tenant=globex&kiosk');
    assert.equal(await state(browser), 'ready');
    await shows(browser, '/Anvil \\(globex\\)/');
    await show('?var-tenant=initech');
    assert.equal(await state(browser), 'value_not_allowed');
  });

  test('has the time of its author unless it may be chosen', async () => {
    const february = '?from=1770336000000&to=1770422400000';
    await show(february);
    assert.equal(await state(browser), 'ready');
    await drawn(browser);
    assert.equal(await count('.controls .plain'), 1);
    const whole = await textOf(browser);
    await change({ timeSelectionEnabled: true });
    await show(february);
    assert.equal(await state(browser), 'ready');
    await drawn(browser);
    assert.equal(await count('.controls .plain'), 0);
    assert.notEqual(await textOf(browser), whole);
    await change({ timeSelectionEnabled: false });
  });

  test('locks its variables when that is switched off', async () => {
    await change({ variablesEnabled: false });
    await show('?var-tenant=globex');
    assert.equal(await state(browser), 'ready');
    await shows(browser, '/Anvil \\(acme\\)/');
    assert.doesNotMatch(await textOf(browser), /globex/i);
    await change({ variablesEnabled: true });
  });

  test('is refused with a plain page while it is paused, and comes back', async () => {
    await show();
    assert.equal(await state(browser), 'ready');
    await change({ isEnabled: false });
    await forget(browser);
    assert.equal(await reloadFrame(browser), 'share_paused');
    assert.match(await textOf(browser), /paused by its owner/);
    assert.doesNotMatch(await textOf(browser), /acme/i);
    await change({ isEnabled: true });
    assert.equal(await reloadFrame(browser), 'ready');
  });
});
