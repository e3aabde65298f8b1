// How a person's session comes, goes on and ends in the frames of one browser.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { casementBinary } from '../support/casement.mjs';
import { textOf, until } from './support/asking.mjs';
import { startChromium } from './support/browsers.mjs';
import { act, begin, connected, embed, event, eventually, forgetEvents, ran, shows, told } from './support/looker-asking.mjs';
import { startLookerLab } from './support/looker-lab.mjs';

const orders = "sdk => sdk.createDashboardWithId('orders')";
const products = "sdk => sdk.createDashboardWithId('products')";
const plain = name => `/embed/dashboards/${name}`;
const PASSWORD = 'correct horse battery staple';

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

async function open(kind, make = orders, person = 'ada') {
  await begin(browser, lab, kind, person);
  await embed(browser, make);
  await connected(browser);
  return ran(browser);
}

/** Collects the paths of the API that the frames call while `action` runs. */
async function callsDuring(calls, action) {
  const listener = request => {
    const { origin, pathname } = new URL(request.url());
    if (origin === lab.origin && request.method() === 'POST') calls.push(pathname.replace(/^.*\/v1/, ''));
  };
  browser.page().on('request', listener);
  try {
    await action();
  } finally {
    browser.page().off('request', listener);
  }
}

const frames = (...links) => browser.goto(lab.host.url('host.test', links));
const reload = i => browser.frameEval(i, 'setTimeout(() => location.reload(), 0)');

describe('Frames that are each signed for themselves', () => {
  test('of one person, all go on in the newest session', async () => {
    await frames(lab.sign(plain('orders')), lab.sign(plain('products')));
    await shows(browser, '/Revenue by product/', 0);
    await shows(browser, '/Rocket/', 1);
    for (const i of [0, 1]) {
      await browser.frameEval(i, '(document.querySelector(\'[aria-label^="Refresh"]\').click(), true)');
      await until(browser, '!document.querySelector(\'[aria-busy="true"]\')', 'the end of a run', i);
      assert.match(await textOf(browser, i), /Anvil|Rocket/, `frame ${i}`);
    }
    for (const i of [0, 1]) await reload(i);
    await shows(browser, '/Revenue by product/', 0);
    await shows(browser, '/Rocket/', 1);
  });

  test('of one person, one after the other: the first goes on when it next asks', async () => {
    await frames(lab.sign(plain('orders')));
    await shows(browser, '/Revenue by product/', 0);
    await browser.eval(`(() => { const frame = document.createElement('iframe'); frame.id = 'frame1';
      frame.width = 1000; frame.height = 700;
      frame.src = ${JSON.stringify(lab.sign(plain('products')))}; document.body.append(frame); })()`);
    await shows(browser, '/Rocket/', 1);
    const calls = [];
    await callsDuring(calls, async () => {
      await browser.frameEval(0, '(document.querySelector(\'[aria-label^="Refresh"]\').click(), true)');
      await until(browser, '!document.querySelector(\'[aria-busy="true"]\')', 'the end of a run', 0);
      await shows(browser, '/Anvil/', 0);
    });
    assert.ok(calls.some(path => path.endsWith('/resume')), JSON.stringify(calls));
  });

  test('of two persons, each keep to their own', async () => {
    await frames(lab.sign(plain('orders'), 'ada'), lab.sign(plain('products'), 'bob'));
    await shows(browser, '/Revenue by product/', 0);
    await shows(browser, '/Rocket/', 1);
    const { sessions } = await lab.api('GET', '/api/casement/v1/sessions?limit=2');
    for (const { id } of sessions) await lab.api('DELETE', `/api/casement/v1/sessions/${id}`, undefined, 204);
    // Ada comes back in a third frame; Bob's stays shut.
    await browser.eval(`(() => { const frame = document.createElement('iframe'); frame.id = 'frame2';
      frame.width = 1000; frame.height = 700;
      frame.src = ${JSON.stringify(lab.sign(plain('products'), 'ada'))}; document.body.append(frame); })()`);
    await shows(browser, '/Rocket/', 2);
    await browser.frameEval(1, '(document.querySelector(\'[aria-label^="Refresh"]\')?.click(), true)');
    assert.match(await shows(browser, '/session_ended/', 1), /Your access was ended/);
    await browser.frameEval(0, '(document.querySelector(\'[aria-label^="Refresh"]\')?.click(), true)');
    await until(browser, '!document.querySelector(\'[aria-busy="true"]\')', 'the end of a run', 0);
    assert.match(await shows(browser, '/Anvil/', 0), /acme/);
  });
});

describe('Links', () => {
  test('signed by the application itself open as SDK 2.x rewrites them', async () => {
    const link = lab.sign(`${plain('orders')}?Tenant=globex`);
    await begin(browser, lab, 'private');
    await embed(browser, `sdk => sdk.createDashboardWithUrl(${JSON.stringify(link)})`);
    await connected(browser);
    const { dashboard } = await ran(browser);
    assert.deepEqual(dashboard.dashboard_filters, { tenant: 'globex' });
    assert.match(dashboard.url, /^\/embed\/dashboards\/orders\?/);
    assert.match(await shows(browser, '/Anvil/'), /globex/);
  });

  test('opened before, in another browser’s place, say so in the frame and to the host', async () => {
    const link = lab.sign(`${plain('orders')}?embed_domain=${lab.host.origin('host.test')}&sdk=3`);
    await frames(link);
    await shows(browser, '/Revenue by product/', 0);
    await browser.goto(lab.host.url('other.test', link));
    assert.match(await shows(browser, '/link_already_used/', 0), /already opened/);
  });

  test('of a signature that does not hold are refused', async () => {
    await frames(lab.sign(plain('orders')).replace(/(external_user_id=)[^&]*/, '$1%22eve%22'));
    const text = await shows(browser, '/signature/', 0);
    assert.doesNotMatch(text, /Anvil|Orders/);
  });

  test('bring a person nowhere without a session', async () => {
    await frames(lab.origin + plain('orders'));
    const other = await startChromium({ pin: lab.pin });
    try {
      await other.goto(lab.host.url('host.test', lab.origin + plain('orders')));
      await until(other, '/not_authenticated/.test(document.body.innerText)', 'the refusal', 0);
      assert.match(await textOf(other), /You are not authenticated to view this page/);
    } finally {
      await other.close();
    }
  });
});

describe('Looks and folders', () => {
  let look;
  let folder;
  before(async () => {
    folder = await lab.looker('POST', '/folders', { name: 'Trade', parent_id: null });
    look = await lab.looker('POST', '/looks', { title: 'Orders by product', folder_id: folder.id,
      casement_document: { title: 'Orders by product', timezone: 'UTC',
        time: { from: '2026-02-01', to: '2026-03-01' },
        variables: [{ name: 'tenant', label: 'Tenant', type: 'list', choices: [{ value: 'acme' }, { value: 'globex' }], default: ['acme'] }],
        panels: [{ id: 1, type: 'barchart', title: 'Orders by product', grid: { x: 0, y: 0, w: 24, h: 12 },
          queries: [{ name: 'A', source: 'orders',
            sql: 'select product, sum(orders) as orders from orders where tenant = $tenant group by product order by product' }] }] } });
  });

  for (const kind of ['signed', 'cookieless']) {
    test(`a look opens, runs and takes filters: ${kind}`, async () => {
      await begin(browser, lab, kind);
      await embed(browser, `sdk => sdk.createLookWithId('${look.id}')`);
      await connected(browser);
      await event(browser, 'look:ready');
      const complete = await ran(browser, { type: 'look' });
      assert.match(complete.look.url, new RegExp(`^/embed/looks/${look.id}\\?`));
      assert.match(await shows(browser, '/Anvil/'), /Anvil \(acme\)/);
      await until(browser, "window.connections[0].getPageType() === 'looks'", 'the page type');
      await forgetEvents(browser);
      await act(browser, "connection.asLookConnection().updateFilters({ Tenant: 'globex' })");
      await event(browser, 'look:state:changed');
      await act(browser, 'connection.asLookConnection().run()');
      await ran(browser, { type: 'look' });
      assert.match(await shows(browser, '/Anvil .globex/'), /globex/);
    });
  }

  test('a folder leads to what it holds, in the same frame', async () => {
    await open('signed');
    await act(browser, `connection.loadUrl({ url: '/embed/folders/${folder.id}', pushHistory: true })`);
    await shows(browser, '/Trade/');
    await forgetEvents(browser);
    await browser.frameEval(0, "([...document.querySelectorAll('.folder-list a')].find(a => /Orders by product/.test(a.textContent)).click(), true)");
    await ran(browser, { type: 'look' });
    assert.match(await shows(browser, '/Anvil/'), /acme/);
    // What the frame itself has led to still knows its host page after a reload.
    await forgetEvents(browser);
    await reload(0);
    assert.match((await ran(browser, { type: 'look' })).look.url, new RegExp(`^/embed/looks/${look.id}\\?`));
    await forgetEvents(browser);
    await act(browser, 'connection.asLookConnection().run()');
    await ran(browser, { type: 'look' });
  });
});

describe('The end of a session', () => {
  for (const kind of ['signed', 'cookieless']) {
    test(`is told to the host, once, and no data stays: ${kind}`, async () => {
      lab.app.persons.short = { external_user_id: `short ${kind}`, session_length: 6 };
      await open(kind, orders, 'short');
      const status = await event(browser, 'session:status', { where: '!detail.expired' });
      assert.ok(status.session_ttl <= 6 && status.session_ttl > 0, JSON.stringify(status));
      assert.deepEqual({ expired: status.expired, interrupted: status.interrupted }, { expired: false, interrupted: false });
      await event(browser, 'session:expired');
      const [last] = (await told(browser, 'session:status')).slice(-1);
      assert.equal(last.expired, true);
      assert.equal(last.session_ttl, 0);
      const text = await shows(browser, '/Your access has expired/');
      assert.doesNotMatch(text, /Anvil/);
      assert.equal((await told(browser, 'session:expired')).length, 1);
      assert.equal(await act(browser, 'connection.hasSessionExpired()'), true);
    });
  }

  test('comes with the application’s logout of a cookieless person', async () => {
    await open('cookieless');
    await embed(browser, products);
    await connected(browser, 1);
    await ran(browser, { i: 1 });
    await lab.app.logOut('ada');
    await act(browser, 'connection.asDashboardConnection().run()');
    await event(browser, 'session:expired');
    assert.match(await shows(browser, '/Your access was ended/'), /session_ended/);
    await browser.frameEval(1, '(document.querySelector(\'[aria-label^="Refresh"]\')?.click(), true)');
    await shows(browser, '/Your access was ended/', 1);
  });
});

describe('Tokens of a cookieless session', () => {
  test('are asked for again before they end, and the page goes on', async () => {
    lab.app.persons.brief = { external_user_id: 'brief', session_length: 24 };
    lab.app.asked.length = 0;
    await open('cookieless', orders, 'brief');
    const calls = [];
    await callsDuring(calls, () => eventually(() => calls.includes('/sessions/tokens'), 'the exchange'));
    assert.ok(lab.app.asked.some(({ kind }) => kind === 'generate'));
    await forgetEvents(browser);
    await act(browser, 'connection.asDashboardConnection().run()');
    assert.equal((await ran(browser)).status, 'complete');
  });

  test('that do not come interrupt the page until they do', async () => {
    lab.app.persons.torn = { external_user_id: 'torn', session_length: 30 };
    lab.app.broken = 500;
    try {
      await open('cookieless', orders, 'torn');
      const status = await event(browser, 'session:status', { where: 'detail.interrupted' });
      assert.equal(status.recoverable, true);
      await shows(browser, '/Your session was interrupted/');
      assert.deepEqual(await told(browser, 'session:expired'), []);
    } finally {
      lab.app.broken = null;
    }
    await forgetEvents(browser);
    await browser.frameEval(0, "(document.querySelector('.message-page button').click(), true)");
    assert.equal((await ran(browser)).status, 'complete');
    assert.match(await shows(browser, '/Anvil/'), /acme/);
  });
});

describe('A user of the server, signed in inside a frame', () => {
  before(() => {
    const made = spawnSync(casementBinary(), ['admin', 'create-user', '--data', lab.dataDir, '--handle',
      'grace@example.com', '--name', 'Grace', '--role', 'Admin', '--password-stdin'], { input: PASSWORD, encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
  });

  // On a site of its own: nobody else is signed in in its part of the browser.
  const begun = () => begin(browser, lab, 'private', 'ada', 'other.test');
  const framed = link => browser.goto(lab.host.url('other.test', link));

  test('opens what she may, here and in frames to come', async () => {
    await begun();
    await embed(browser, `${orders}.withAllowLoginScreen()`);
    await shows(browser, '/Password/');
    const frame = await (await browser.page().$('#frame0')).contentFrame();
    await frame.type('[name=email]', 'grace@example.com');
    await frame.type('[name=password]', 'wrong');
    await (await frame.$('.login button')).click();
    await shows(browser, '/not right/');
    await frame.$eval('[name=password]', field => { field.value = ''; });
    await frame.type('[name=password]', PASSWORD);
    await (await frame.$('.login button')).click();
    await connected(browser);
    await ran(browser);
    assert.match(await shows(browser, '/Anvil/'), /acme/);
    await embed(browser, products);
    await connected(browser, 1);
    await ran(browser, { i: 1 });
  });

  test('stays so where a link forces no logout, and its person is passed over', async () => {
    const calls = [];
    await callsDuring(calls, async () => {
      await framed(lab.sign(plain('products'), 'ada', { force_logout_login: false }));
      await shows(browser, '/Rocket/');
    });
    assert.ok(!calls.includes('/sessions'), JSON.stringify(calls));
  });

  test('is signed out where a link forces it', async () => {
    const calls = [];
    await callsDuring(calls, async () => {
      await framed(lab.sign(plain('products')));
      await shows(browser, '/Rocket/');
    });
    const at = calls.findIndex(path => path.endsWith('/leave'));
    assert.ok(at >= 0 && at < calls.indexOf('/sessions'), JSON.stringify(calls));
  });
});

describe('A host page without the SDK', () => {
  const target = () => `${plain('orders')}?embed_domain=${lab.host.origin('host.test')}`;
  const listen = `(() => { window.texts = []; addEventListener('message', e => window.texts.push(e.data)); })()`;
  const say = message => `(document.getElementById('frame0').contentWindow.postMessage(
    ${JSON.stringify(JSON.stringify(message))}, '${new URL(lab.origin).origin}'), true)`;
  const saying = type => `window.texts.filter(t => typeof t === 'string').map(t => JSON.parse(t)).find(m => m.type === '${type}')`;

  test('talks with the frame in JSON texts', async () => {
    await browser.goto(lab.host.url('host.test', []));
    await browser.eval(listen);
    await browser.eval(`(() => { const f = document.createElement('iframe'); f.id = 'frame0'; f.width = 1000; f.height = 700;
      f.src = ${JSON.stringify(lab.sign(target()))}; document.body.append(f); })()`);
    await until(browser, saying('dashboard:run:complete'), 'the run');
    await browser.eval('(window.texts.length = 0, true)');
    await browser.eval(say({ type: 'dashboard:filters:update', filters: { Tenant: 'globex' } }));
    await browser.eval(say({ type: 'dashboard:run' }));
    const complete = await until(browser, saying('dashboard:run:complete'), 'the second run');
    assert.deepEqual(complete.dashboard.dashboard_filters, { tenant: 'globex' });
    assert.match(await shows(browser, '/Anvil .globex/'), /globex/);
    assert.ok(await browser.eval("window.texts.every(t => typeof t === 'string')"));
  });
});
