// The vendor's own SDK, as published, against a running server: signed and cookieless, in a Chromium
// that blocks third-party cookies as it does by default.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pressOption, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { act, begin, connected, embed, event, eventually, forgetEvents, ran, shows, told } from './support/looker-asking.mjs';
import { startLookerLab } from './support/looker-lab.mjs';

let lab;
let browser;
before(async () => {
  lab = await startLookerLab();
  browser = await startChromium({ pin: lab.pin });
});
after(async () => {
  await browser?.close();
  await lab?.close();
});

const orders = "sdk => sdk.createDashboardWithId('orders')";

async function shownOrders(kind, make = orders, person = 'ada') {
  await begin(browser, lab, kind, person);
  await embed(browser, make);
  await connected(browser);
  return ran(browser);
}

for (const kind of ['signed', 'cookieless']) {
  describe(`A dashboard that is ${kind}`, () => {
    test('connects, tells what it does, and shows its rows', async () => {
      const complete = await shownOrders(kind, `${orders}.withFilters({ Tenant: 'globex' })`);
      assert.equal(complete.status, 'complete');
      assert.match(await shows(browser, '/Anvil/'), /Anvil \(globex\)/);
      assert.doesNotMatch(await shows(browser, '/Anvil/'), /acme/i);

      const { dashboard, tileStatuses } = complete;
      assert.equal(dashboard.id, 'orders');
      assert.equal(dashboard.title, 'Orders');
      assert.equal(dashboard.canEdit, false);
      assert.deepEqual(dashboard.dashboard_filters, { tenant: 'globex' });
      const url = new URL(dashboard.absoluteUrl);
      assert.equal(url.origin, lab.origin);
      assert.equal(url.pathname, '/embed/dashboards/orders');
      assert.equal(dashboard.absoluteUrl, lab.origin + dashboard.url);
      assert.equal(url.searchParams.get('embed_domain'), lab.host.origin('host.test'));
      assert.equal(url.searchParams.get('sdk'), '3');
      assert.doesNotMatch(dashboard.url, /token|signature|nonce/);
      assert.deepEqual(Object.keys(dashboard.options.elements), ['1', '2', '3', '4', '5']);
      assert.equal(dashboard.options.layouts[0].dashboard_layout_components.length, 5);
      assert.deepEqual(tileStatuses.map(({ tileId, status }) => `${tileId} ${status}`),
        ['2 complete', '3 complete', '4 complete', '5 complete']);

      for (const name of ['dashboard:loaded', 'dashboard:run:start']) await event(browser, name);
      for (const [name, tiles] of [['start', 4], ['complete', 4]]) {
        const events = await told(browser, `dashboard:tile:${name}`);
        assert.equal(events.length, tiles, name);
        assert.ok(events.every(({ tile }) => tile.id && tile.title), JSON.stringify(events));
      }
      const [first] = await told(browser, 'page:changed');
      assert.equal(first.page.type, 'dashboard');
      assert.match(first.page.url, /^\/embed\/dashboards\/orders\?/);
      await until(browser, "window.connections[0].getPageType() === 'dashboards'", 'the page type');
      assert.equal(await act(browser, 'connection.getLookerMajorVersion()'), 26);
    });

    test('resolves for who waits until it is loaded', async () => {
      await begin(browser, lab, kind);
      await embed(browser, orders, { waitUntilLoaded: true });
      await connected(browser);
      await until(browser, "window.connections[0].getPageType() === 'dashboards'", 'the page type');
      await forgetEvents(browser);
      await act(browser, 'connection.run()');
      assert.equal((await ran(browser)).status, 'complete');
    });

    test('takes filters from the host, and runs when it says so', async () => {
      await shownOrders(kind);
      assert.match(await shows(browser, '/Anvil/'), /Anvil \(acme\)/);
      await forgetEvents(browser);
      await act(browser, "connection.asDashboardConnection().updateFilters({ Tenant: 'globex' })");
      const changed = await event(browser, 'dashboard:filters:changed');
      assert.deepEqual(changed.dashboard.dashboard_filters, { tenant: 'globex' });
      assert.deepEqual(await told(browser, 'dashboard:run:start'), []);
      await act(browser, 'connection.asDashboardConnection().run()');
      const complete = await ran(browser);
      assert.deepEqual(complete.dashboard.dashboard_filters, { tenant: 'globex' });
      const text = await shows(browser, '/Anvil .globex/');
      assert.doesNotMatch(text, /Anvil \(acme\)/);
    });

    test('tells of a filter that its viewer changes', async () => {
      await shownOrders(kind);
      await forgetEvents(browser);
      const frame = await (await browser.page().$('#frame0')).contentFrame();
      await (await frame.waitForSelector('.controls button')).click();
      await pressOption(browser, /Globex/);
      const changed = await event(browser, 'dashboard:filters:changed');
      assert.deepEqual(changed.dashboard.dashboard_filters, { tenant: 'globex' });
      await ran(browser);
      assert.match(await shows(browser, '/Anvil .globex/'), /globex/);
    });

    test('stops', async () => {
      await begin(browser, lab, kind);
      await embed(browser, "sdk => sdk.createDashboardWithId('endless')");
      await connected(browser);
      await event(browser, 'dashboard:tile:complete', { where: "detail.tile.id === '2'" });
      await act(browser, 'connection.asDashboardConnection().stop()');
      const { status, tileStatuses } = await ran(browser);
      assert.equal(status, 'stopped');
      assert.notEqual(tileStatuses.find(({ tileId }) => tileId === '3').status, 'complete');
    });

    test('goes to another dashboard with what it was told to show there, and back', async () => {
      await shownOrders(kind, `${orders}.withTheme('dark')`);
      await until(browser, "window.connections[0].getPageType() === 'dashboards'", 'the page type');
      await forgetEvents(browser);
      await act(browser, "connection.loadDashboard({ id: 'products', pushHistory: true, params: { Tenant: 'globex', theme: 'dark' } })");
      const { page } = await event(browser, 'page:changed');
      assert.match(page.url, /^\/embed\/dashboards\/products\?/);
      const complete = await ran(browser);
      assert.equal(complete.dashboard.id, 'products');
      assert.deepEqual(complete.dashboard.dashboard_filters, { tenant: 'globex' });
      assert.match(await shows(browser, '/Rocket/'), /Rocket \(globex\)/);
      const theme = 'document.documentElement.dataset.theme';
      assert.equal(await browser.frameEval(0, theme), 'dark');

      await forgetEvents(browser);
      await browser.frameEval(0, '(history.back(), true)');
      const back = await event(browser, 'page:changed');
      assert.match(back.page.url, /^\/embed\/dashboards\/orders\?/);
      assert.equal((await ran(browser)).dashboard.id, 'orders');
      await shows(browser, '/Revenue by product/');
      assert.equal(await browser.frameEval(0, theme), 'dark');

      await forgetEvents(browser);
      await act(browser, "connection.loadDashboard('products')");
      assert.equal((await ran(browser)).dashboard.id, 'products');
      assert.equal(await browser.frameEval(0, theme), 'dark', 'the theme stays where none is named');
    });

    test('refuses what is not there in the answer to the host, and can be led elsewhere', async () => {
      await shownOrders(kind);
      const failure = await act(browser, "connection.loadDashboard('nothing').then(() => 'loaded', error => String(error.message ?? error))");
      assert.match(failure, /could not be found/);
      await shows(browser, '/Not found/');
      await forgetEvents(browser);
      await act(browser, "connection.loadDashboard('products')");
      assert.equal((await ran(browser)).dashboard.id, 'products');
    });

    test('takes options of tiles and of the layout', async () => {
      const { dashboard: { options } } = await shownOrders(kind);
      const [layout] = options.layouts;
      const components = layout.dashboard_layout_components.map(component =>
        component.dashboard_element_id === '5' ? { ...component, deleted: true } : component);
      const change = { elements: { 2: { title: 'All orders' }, 4: { title_hidden: true } },
        layouts: [{ ...layout, dashboard_layout_components: components }] };
      await act(browser, `connection.asDashboardConnection().setOptions(${JSON.stringify(change)})`);
      const text = await shows(browser, '/All orders/');
      assert.doesNotMatch(text, /Revenue by product|Days/);
    });

    test('lets the host take a click on a link over', async () => {
      await begin(browser, lab, kind);
      await browser.eval("(window.answers['drillmenu:click'] = { cancel: true }, true)");
      await embed(browser, orders);
      await connected(browser);
      await ran(browser);
      const tabs = (await browser.page().browser().pages()).length;
      await browser.frameEval(0, "(document.querySelector('.markdown a').click(), true)");
      const click = await event(browser, 'drillmenu:click');
      assert.equal(click.label, 'handbook');
      assert.equal(click.url, 'https://example.com/');
      await act(browser, 'connection.asDashboardConnection().run()');
      assert.equal((await browser.page().browser().pages()).length, tabs);
    });

    test('shows the rows behind a tile in a dialog that the host hears of, and gives them as a file', async () => {
      await shownOrders(kind, `${orders}.withDialogScroll()`);
      await forgetEvents(browser);
      const openMenu = () => browser.frameEval(0, "(document.querySelector('.panel-stat .panel-head button').click(), true)");
      await openMenu();
      await pressOption(browser, /Show data/);
      assert.equal((await event(browser, 'env:client:dialog')).open, true);
      assert.equal((await event(browser, 'drillmenu:click')).label, 'Show data');
      await until(browser, "/Feb 1, 2026/.test(document.querySelector('dialog[open]').innerText)", 'the rows', 0);
      await forgetEvents(browser);
      const answered = browser.page().waitForResponse(response => response.url().endsWith('/export'));
      await browser.frameEval(0, `([...document.querySelectorAll('dialog button')].find(b => /CSV/.test(b.textContent)).click(), true)`);
      const { dashboard, fileFormat } = await event(browser, 'drillmodal:download');
      assert.deepEqual([dashboard.id, fileFormat], ['orders', 'csv']);
      assert.deepEqual(await told(browser, 'dashboard:tile:download'), []);
      const file = await answered;
      assert.equal(file.status(), 200);
      await browser.frameEval(0, `([...document.querySelectorAll('dialog button')].find(b => /Close/.test(b.textContent)).click(), true)`);
      assert.equal((await event(browser, 'env:client:dialog')).open, false);
      await openMenu();
      await pressOption(browser, /CSV/);
      assert.equal((await event(browser, 'dashboard:tile:download')).tile.id, '2');
    });

    test('tells its height, and the SDK makes the frame as high', async () => {
      await shownOrders(kind, `${orders}.withDynamicIFrameHeight()`);
      const [{ height }] = (await told(browser, 'page:properties:changed')).slice(-1);
      assert.ok(height > 300, `${height}`);
      await until(browser, "parseInt(document.getElementById('frame0').style.height) > 300", 'the height');
      const inner = '[document.getElementById("app").getBoundingClientRect().height, innerHeight]';
      await until(browser, `(() => { const [need, have] = ${inner}; return Math.abs(need - have) <= 1; })()`, 'rest', 0);
    });

    test('opens from its whole address too', async () => {
      await shownOrders(kind, "sdk => sdk.createDashboardWithUrl('/embed/dashboards/orders?Tenant=globex')");
      assert.match(await shows(browser, '/Anvil/'), /globex/);
      await shownOrders(kind, "sdk => sdk.createWithUrl('/embed/dashboards/orders?Tenant=globex')");
      assert.match(await shows(browser, '/Anvil/'), /globex/);
    });

    test('waits as a preloaded page until it is told what to show', async () => {
      await begin(browser, lab, kind);
      await embed(browser, 'sdk => sdk.preload()', { waitUntilLoaded: true });
      await connected(browser);
      await act(browser, "connection.loadDashboard({ id: 'orders', params: { Tenant: 'globex' } })");
      await ran(browser);
      assert.match(await shows(browser, '/Anvil/'), /globex/);
    });

    test('stays open over a reload of the frame, and greets the host again', async () => {
      await shownOrders(kind, `${orders}.withFilters({ Tenant: 'globex' })`);
      await forgetEvents(browser);
      await browser.frameEval(0, 'setTimeout(() => location.reload(), 0)');
      await ran(browser);
      assert.match(await shows(browser, '/Anvil/'), /globex/);
      await forgetEvents(browser);
      await act(browser, 'connection.asDashboardConnection().run()');
      assert.equal((await ran(browser)).status, 'complete');
    });

    test('shows two frames of one person, the second without a login of its own', async () => {
      await shownOrders(kind);
      const before = lab.app.asked.length;
      await embed(browser, "sdk => sdk.createDashboardWithId('products').withFilters({ Tenant: 'globex' })");
      await connected(browser, 1);
      await ran(browser, { i: 1 });
      assert.match(await shows(browser, '/Rocket/', 1), /globex/);
      assert.equal(lab.app.asked.length, before);
      await forgetEvents(browser);
      await act(browser, 'connection.asDashboardConnection().run()', 0);
      await act(browser, 'connection.asDashboardConnection().run()', 1);
      assert.equal((await ran(browser, { i: 0 })).status, 'complete');
      assert.equal((await ran(browser, { i: 1 })).status, 'complete');
    });
  });
}

describe('A page that is not on the allowlist', () => {
  async function saidBy(action) {
    const said = [];
    const listener = message => said.push(message.text());
    browser.page().on('console', listener);
    try {
      await action(said);
    } finally {
      browser.page().off('console', listener);
    }
  }

  test('does not get the frame at all', () => saidBy(async said => {
    await begin(browser, lab, 'signed', 'ada', 'sub.host.test');
    await embed(browser, orders);
    await eventually(() => said.some(text => /frame-ancestors/.test(text)), 'the browser’s word on it');
    assert.equal(await browser.eval('window.connections.length + window.failures.length + window.heard.length'), 0);
    await until(browser, "document.getElementById('app') === null", 'the browser’s own page', 0);
  }));

  test('is shown the frame where the list is empty, and told nothing; the console says what to do', async () => {
    await lab.looker('PATCH', '/setting', { embed_config: { domain_allowlist: [] } });
    try {
      await saidBy(async said => {
        await begin(browser, lab, 'signed');
        await embed(browser, orders);
        await shows(browser, '/Revenue by product/');
        const origin = lab.host.origin('host.test');
        await eventually(() => said.some(text => text.includes(`"${origin}"`) && /allowlist/.test(text)), 'the message');
        assert.equal(await browser.eval('window.connections.length + window.failures.length + window.heard.length'), 0);
      });
    } finally {
      await lab.looker('PATCH', '/setting', { embed_config: { domain_allowlist: [lab.host.origin('host.test')] } });
    }
  });
});
