// Public dashboards (grafana.md §3.4) against a running server: managed by who may, seen by everybody
// who knows the token, and with variables, which the vendor's have not; and what attackers try.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { bearer, startGrafana } from './support.mjs';

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const DAY = 86_400_000;
const FEBRUARY = Date.UTC(2026, 1, 1);
const nobody = { headers: {} };
/** Words of the queries below. */
const kQueryText = /select (day|distinct)|from orders|\$note/i;

/** Two tenants, two products, ten days. */
function writeSource() {
  const folder = mkdtempSync(join(tmpdir(), 'casement-public-'));
  mkdirSync(join(folder, 'sources'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(
    join(folder, 'sources/orders.yaml'),
    'name: orders\ntype: duckdb\nsettings:\n  tables:\n    orders: data/orders.csv\n',
  );
  const rows = ['day,tenant,product,orders'];
  for (let day = 1; day <= 10; ++day) {
    for (const tenant of ['acme', 'globex']) {
      for (const product of ['Anvil', 'Rocket']) {
        rows.push(`2026-02-${String(day).padStart(2, '0')},${tenant},${product},${day}`);
      }
    }
  }
  writeFileSync(join(folder, 'data/orders.csv'), `${rows.join('\n')}\n`);
  return folder;
}

const SECRET_SQL =
  'select day, sum(orders) as orders from orders where tenant = $tenant and product = $product ' +
  "and (product = $note or $note = 'any') and day >= $from and day < $to group by day order by day";

const document = (uid, more = {}) => ({
  uid,
  title: `Orders of ${uid}`,
  timezone: 'UTC',
  time: { from: '2026-02-01', to: '2026-02-11', selectable: true },
  variables: [
    {
      name: 'tenant',
      type: 'list',
      choices: [
        { value: 'acme', label: 'Acme' },
        { value: 'globex', label: 'Globex' },
      ],
      default: ['acme'],
    },
    {
      name: 'product',
      type: 'query',
      query: { source: 'orders', sql: 'select distinct product from orders order by product' },
      default: ['Anvil'],
    },
    { name: 'note', type: 'text', default: ['any'] },
  ],
  panels: [
    {
      id: 1,
      type: 'text',
      title: 'About',
      grid: { x: 0, y: 0, w: 24, h: 3 },
      markdown: 'Orders of one tenant.',
    },
    {
      id: 2,
      type: 'timeseries',
      title: 'Orders',
      grid: { x: 0, y: 3, w: 24, h: 8 },
      queries: [{ name: 'A', source: 'orders', sql: SECRET_SQL }],
    },
  ],
  ...more,
});

let folder;
let grafana;
let editor;
let viewer;
before(async () => {
  folder = writeSource();
  grafana = await startGrafana({ args: ['--provision', folder] });
  editor = bearer((await grafana.newKey('an editor', 'Editor')).key);
  viewer = bearer((await grafana.newKey('a viewer', 'Viewer')).key);
});
after(async () => {
  await grafana?.close();
  rmSync(folder, { recursive: true, force: true });
});

const own = () => ({ headers: bearer(grafana.credentials.service_token) });
const newDashboard = async (uid, more) => {
  await grafana.expect(201, 'POST', '/api/casement/v1/dashboards', {
    ...own(),
    body: { document: document(uid, more) },
  });
  return uid;
};
const pathOf = (dashboard, uid) =>
  `/api/dashboards/uid/${dashboard}/public-dashboards${uid === undefined ? '' : `/${uid}`}`;
const publish = (dashboard, body = {}, status = 200) =>
  grafana.expect(status, 'POST', pathOf(dashboard), {
    headers: editor,
    body: { isEnabled: true, ...body },
  });
const change = (shared, body) =>
  grafana.expect(200, 'PATCH', pathOf(shared.dashboardUid, shared.uid), { headers: editor, body });
let count = 0;
/** A new dashboard that is public, with the share's answer. */
const shared = async (body, more) => publish(await newDashboard(`d${++count}`, more), body);

const seen = (token) => `/api/public/dashboards/${token}`;
const show = (token) => grafana.get(seen(token), nobody);
const ask = (token, body = {}, panel = 2) =>
  grafana.call('POST', `${seen(token)}/panels/${panel}/query`, { ...nobody, body });
/** The numbers of a panel's answer. */
const numbers = async (token, body) => {
  const answer = await ask(token, body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.results.A.frames[0].data.values[1];
};
const typed = (status, method, path, options) => grafana.typed(status, method, path, options);

describe('a public dashboard is managed', () => {
  test('it is made, shown, changed, listed and removed', async () => {
    const uid = await newDashboard('managed');
    assert.equal(await typed(404, 'GET', pathOf(uid), { headers: viewer }), 'publicdashboards.notFound');
    const made = await publish(uid, { isEnabled: undefined });
    assert.deepEqual(Object.keys(made).sort(), [
      'accessToken',
      'annotationsEnabled',
      'createdAt',
      'createdBy',
      'dashboardUid',
      'isEnabled',
      'share',
      'timeSelectionEnabled',
      'uid',
      'updatedAt',
      'updatedBy',
      'variablesEnabled',
    ]);
    assert.match(made.accessToken, /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/, 'a UUID of version 4');
    assert.match(made.createdAt, rfc3339);
    assert.deepEqual(
      [made.isEnabled, made.timeSelectionEnabled, made.annotationsEnabled, made.variablesEnabled, made.share],
      [false, false, false, false, 'public'],
    );
    assert.deepEqual(await grafana.get(pathOf(uid), { headers: viewer }), made);

    const changed = await change(made, { isEnabled: true, timeSelectionEnabled: true });
    assert.deepEqual([changed.isEnabled, changed.timeSelectionEnabled], [true, true]);
    assert.equal(changed.accessToken, made.accessToken);
    const kept = await change(made, { annotationsEnabled: true });
    assert.deepEqual([kept.isEnabled, kept.timeSelectionEnabled, kept.annotationsEnabled], [true, true, true]);

    const list = await grafana.get('/api/dashboards/public-dashboards?query=ORDERS%20OF%20managed', {
      headers: viewer,
    });
    assert.deepEqual(list, {
      publicDashboards: [
        {
          uid: made.uid,
          accessToken: made.accessToken,
          title: 'Orders of managed',
          dashboardUid: uid,
          isEnabled: true,
          slug: 'orders-of-managed',
        },
      ],
      totalCount: 1,
      page: 1,
      perPage: 1000,
    });

    const removed = await grafana.call('DELETE', pathOf(uid, made.uid), { headers: editor });
    assert.equal(removed.status, 200);
    assert.equal(removed.text, '');
    assert.equal(await typed(404, 'GET', seen(made.accessToken), nobody), 'publicdashboards.notFound');
  });

  test('the list has pages', async () => {
    await Promise.all(['p1', 'p2', 'p3'].map(async (uid) => publish(await newDashboard(uid))));
    const page = (number) =>
      grafana.get(`/api/dashboards/public-dashboards?perpage=2&page=${number}&query=Orders of p`.replaceAll(' ', '%20'));
    const [first, second] = [await page(1), await page(2)];
    assert.deepEqual(
      [...first.publicDashboards, ...second.publicDashboards].map(({ dashboardUid }) => dashboardUid),
      ['p1', 'p2', 'p3'],
    );
    assert.deepEqual([first.totalCount, second.page, second.perPage], [3, 2, 2]);
  });

  test('the caller may say its uid and its token, which are checked', async () => {
    const uid = await newDashboard('chosen');
    const other = await newDashboard('other');
    const token = randomBytes(16).toString('hex');
    const bad = [
      [{ uid: 'a/b' }, 'invalidUid'],
      [{ uid: 'x'.repeat(41) }, 'invalidUid'],
      [{ accessToken: 'nothex' }, 'invalidAccessToken'],
      [{ share: 'everybody' }, 'invalidShareType'],
      [{ isEnabled: 'yes' }, 'badRequest'],
    ];
    for (const [body, id] of bad) {
      assert.equal(await typed(400, 'POST', pathOf(uid), { headers: editor, body }), `publicdashboards.${id}`);
    }
    const text = (body) => typed(400, 'POST', pathOf(uid), { headers: editor, body });
    assert.equal(await text('{"isEnabled": tr'), 'publicdashboards.badRequest');
    assert.equal(await text('[]'), 'publicdashboards.badRequest');
    assert.equal(await text(JSON.stringify({ more: 'x'.repeat(10_240) })), 'publicdashboards.badRequest');
    const email = { headers: editor, body: { share: 'email' } };
    assert.equal(await typed(404, 'POST', pathOf(uid), email), 'publicdashboards.notFound');

    const hyphens = token.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-').toUpperCase();
    const made = await publish(uid, { uid: 'my-uid', accessToken: hyphens });
    assert.deepEqual([made.uid, made.accessToken], ['my-uid', token]);
    assert.equal(await typed(400, 'POST', pathOf(uid), { headers: editor, body: {} }), 'publicdashboards.dashboardIsPublic');
    assert.equal(
      await typed(400, 'POST', pathOf(other), { headers: editor, body: { uid: 'my-uid' } }),
      'publicdashboards.uidExists',
    );
    assert.equal(
      await typed(400, 'POST', pathOf(other), { headers: editor, body: { accessToken: token } }),
      'publicdashboards.accessTokenExists',
    );
    // Any form of the token opens it.
    for (const form of [token, token.toUpperCase(), hyphens, `%7B${hyphens}%7D`, `urn:uuid:${hyphens}`]) {
      assert.equal((await show(form)).dashboard.uid, uid, form);
    }
  });

  test('of many that are made at once one stays', async () => {
    const uid = await newDashboard('raced');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        grafana.call('POST', pathOf(uid), { headers: editor, body: { isEnabled: true } })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(400)]);
    const list = await grafana.get('/api/dashboards/public-dashboards?query=raced');
    assert.equal(list.totalCount, 1);
    const made = answers.find(({ status }) => status === 200).json;
    assert.equal((await grafana.get(pathOf(uid))).uid, made.uid);
  });

  test('by who may share, on a dashboard that is there', async () => {
    const uid = await newDashboard('rights');
    const other = await newDashboard('elsewhere');
    const made = await publish(uid);
    for (const [method, path] of [
      ['POST', pathOf(other)],
      ['PATCH', pathOf(uid, made.uid)],
      ['DELETE', pathOf(uid, made.uid)],
    ]) {
      const body = method === 'DELETE' ? undefined : {};
      const refused = await grafana.expect(403, method, path, { headers: viewer, body });
      assert.match(refused.message, /dashboards\.public:write/);
      assert.equal(await typed(401, method, path, { headers: {}, body }), 'auth.unauthorized');
    }
    const asEditor = { headers: editor, body: {} };
    assert.equal(await typed(404, 'POST', pathOf('nosuch'), asEditor), 'publicdashboards.dashboardNotFound');
    assert.equal(await typed(404, 'PATCH', pathOf(uid, 'nosuch'), asEditor), 'publicdashboards.notFound');
    assert.equal(await typed(400, 'PATCH', pathOf(other, made.uid), asEditor), 'publicdashboards.invalidUid');
    assert.equal(await typed(400, 'DELETE', pathOf(other, made.uid), { headers: editor }), 'publicdashboards.invalidUid');
    assert.equal(await typed(400, 'GET', pathOf('a.b'), { headers: editor }), 'publicdashboards.identifierNotSet');
    assert.equal(await typed(400, 'POST', pathOf('a.b'), asEditor), 'publicdashboards.invalidUid');
  });

  test('the dashboard says whether it is public', async () => {
    await grafana.post('/api/dashboards/db', { dashboard: { uid: 'vendor', title: 'V' } });
    const enabled = async () => (await grafana.get('/api/dashboards/uid/vendor')).meta.publicDashboardEnabled;
    assert.equal(await enabled(), false);
    const made = await publish('vendor');
    assert.equal(await enabled(), true);
    await change(made, { isEnabled: false });
    assert.equal(await enabled(), false);
  });

  test('one whose variable stands for an attribute never is', async () => {
    const attribute = { variables: [{ name: 'tenant', type: 'text', attribute: 'tenant', default: ['acme'] },
      ...document('x').variables.slice(1)] };
    const uid = await newDashboard('bound', attribute);
    const refused = await grafana.expect(400, 'POST', pathOf(uid), { headers: editor, body: { isEnabled: true } });
    assert.equal(refused.messageId, 'publicdashboards.hasTemplateVariables');
    assert.match(refused.message, /"tenant"/);

    // And not when it becomes one later either.
    const made = await shared();
    await grafana.expect(200, 'PUT', `/api/casement/v1/dashboards/${made.dashboardUid}`, {
      ...own(),
      body: { document: document(made.dashboardUid, attribute) },
    });
    assert.equal(await typed(400, 'GET', seen(made.accessToken), nobody), 'publicdashboards.hasTemplateVariables');
    assert.equal((await ask(made.accessToken)).json.messageId, 'publicdashboards.hasTemplateVariables');
    assert.equal((await openSession(made.accessToken)).json.error.code, 'dashboard_not_public');
    assert.equal(
      await typed(400, 'PATCH', pathOf(made.dashboardUid, made.uid), { headers: editor, body: {} }),
      'publicdashboards.hasTemplateVariables',
    );
    // Pausing it is possible all the same.
    assert.equal((await change(made, { isEnabled: false })).isEnabled, false);
  });
});

/** Opens the page of a public dashboard as a browser does. */
const openSession = (token, query = '', secret = randomBytes(32).toString('base64url')) =>
  grafana.call('POST', '/api/casement/v1/sessions', {
    ...nobody,
    body: { link: `/public-dashboards/${token}${query}`, secret },
  });
const firstLine = (answer) => {
  assert.ok([200, 201].includes(answer.status), answer.text);
  return JSON.parse(answer.text.split('\n')[0]);
};

describe('what everybody gets', () => {
  test('is the dashboard without its queries', async () => {
    const { accessToken } = await shared({ variablesEnabled: true });
    const { meta, dashboard } = await show(accessToken);
    assert.equal(meta.publicDashboardEnabled, true);
    assert.deepEqual(
      [meta.type, meta.canSave, meta.canEdit, meta.canAdmin, meta.canDelete, meta.createdBy, meta.folderUid],
      ['db', false, false, false, false, '', ''],
    );
    assert.equal(dashboard.timepicker.hidden, true);
    assert.deepEqual(dashboard.panels[1].targets, [{ refId: 'A' }]);
    assert.doesNotMatch(JSON.stringify(dashboard), kQueryText);
    const [tenant, product, note] = dashboard.templating.list;
    assert.deepEqual([tenant.name, tenant.locked, tenant.current.value], ['tenant', false, 'acme']);
    assert.deepEqual(tenant.options.map(({ value }) => value), ['acme', 'globex']);
    assert.deepEqual(product.options.map(({ value }) => value), ['Anvil', 'Rocket']);
    assert.deepEqual([note.locked, note.options], [true, []]);
  });

  test('of a dashboard of this API only what is named stays', async () => {
    const hidden = 'S3CRET';
    await grafana.post('/api/dashboards/db', {
      dashboard: {
        uid: 'full',
        title: 'Full',
        schemaVersion: 41,
        time: { from: 'now-6h', to: 'now', other: hidden },
        links: [{ url: `https://x/?token=${hidden}` }],
        annotations: { list: [{ name: 'A', enable: true, expr: hidden, query: hidden, target: { q: hidden } }] },
        templating: {
          list: [{ name: 'v', type: 'query', query: hidden, definition: hidden, regex: hidden, options: [{ value: hidden }] }],
        },
        __inputs: [hidden],
        panels: [
          {
            id: 4,
            type: 'timeseries',
            title: 'P',
            gridPos: { x: 0, y: 0, w: 12, h: 8 },
            datasource: { type: 'prometheus', uid: 'p', url: hidden },
            targets: [
              { refId: 'A', expr: hidden, rawSql: hidden, query: hidden, pipeline: [hidden], legendFormat: hidden,
                datasource: { type: 'prometheus', uid: 'p', password: hidden } },
              { refId: 'B', hide: true, statement: hidden },
            ],
            links: [{ url: hidden }],
            alert: { conditions: [hidden] },
            snapshotData: [hidden],
            options: { legend: { showLegend: true }, dataLinks: [hidden] },
            fieldConfig: {
              defaults: { unit: 'short', links: [{ url: hidden }] },
              overrides: [{ matcher: { id: 'byName' }, properties: [{ id: 'links', value: [hidden] }, { id: 'unit', value: 's' }] }],
            },
          },
          { id: 5, type: 'row', collapsed: true, title: 'R', panels: [{ id: 6, type: 'stat', targets: [{ refId: 'A', expr: hidden }] }] },
          { id: 7, type: 'vendor-secret-panel', options: { anything: hidden } },
        ],
      },
    });
    const { accessToken } = await publish('full', { timeSelectionEnabled: true });
    const { dashboard } = await show(accessToken);
    assert.doesNotMatch(JSON.stringify(dashboard), /S3CRET/);
    assert.equal(dashboard.title, 'Full');
    assert.deepEqual(dashboard.panels[0].targets.map(({ refId, hide }) => [refId, hide]), [
      ['A', undefined],
      ['B', true],
    ]);
    assert.deepEqual(dashboard.panels[0].options, { legend: { showLegend: true } });
    assert.deepEqual(dashboard.panels[0].fieldConfig.overrides[0].properties, [{ id: 'unit', value: 's' }]);
    assert.deepEqual(dashboard.panels[1].panels[0].targets, [{ refId: 'A' }]);
  });

  test('is a panel’s data, with the dashboard’s own values and time', async () => {
    const { accessToken } = await shared();
    const answer = await ask(accessToken, { intervalMs: 1000, maxDataPoints: 400 });
    assert.equal(answer.status, 200, answer.text);
    const [frame] = answer.json.results.A.frames;
    assert.equal(answer.json.results.A.status, 200);
    assert.equal(frame.schema.refId, 'A');
    assert.deepEqual(frame.schema.fields.map(({ type }) => type), ['time', 'number']);
    assert.deepEqual(frame.data.values[1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.doesNotMatch(answer.text, kQueryText);
  });

  test('is the time of their choice only where it is selectable', async () => {
    const timeRange = { from: String(FEBRUARY), to: String(FEBRUARY + 3 * DAY), timezone: 'UTC' };
    const fixed = await shared();
    assert.equal((await numbers(fixed.accessToken, { timeRange })).length, 10);
    assert.equal((await numbers(fixed.accessToken, { timeRange: { from: 'nonsense' } })).length, 10);

    const open = await shared({ timeSelectionEnabled: true });
    assert.equal((await show(open.accessToken)).dashboard.timepicker.hidden, false);
    assert.deepEqual(await numbers(open.accessToken, { timeRange }), [1, 2, 3]);
    for (const wrong of [{ from: 'nonsense', to: 'now' }, { from: '5', to: '5' }, { from: 'now', to: 'now-1h' }]) {
      const answer = await ask(open.accessToken, { timeRange: wrong });
      assert.equal(answer.json.messageId, 'publicdashboards.invalidTimeRange', JSON.stringify(wrong));
    }
  });

  test('says what is wrong with a question', async () => {
    const { accessToken } = await shared();
    const cases = [
      [{ intervalMs: -1 }, 2, 400, 'invalidInterval'],
      [{ maxDataPoints: -1 }, 2, 400, 'maxDataPoints'],
      [{ intervalMs: 'x' }, 2, 400, 'badRequest'],
      [{ more: 'x'.repeat(10_240) }, 2, 400, 'badRequest'],
      [{}, 1, 400, 'panelQueriesNotFound'],
      [{}, 3, 404, 'panelNotFound'],
      [{}, '999999999999999999', 404, 'panelNotFound'],
      [{}, '9'.repeat(40), 400, 'invalidPanelId'],
      [{}, '-1', 400, 'invalidPanelId'],
      [{}, 'A', 400, 'invalidPanelId'],
    ];
    for (const [body, panel, status, id] of cases) {
      const answer = await ask(accessToken, body, panel);
      assert.deepEqual([answer.status, answer.json.messageId], [status, `publicdashboards.${id}`], String(panel));
    }
    for (const method of ['PUT', 'DELETE']) {
      assert.equal((await grafana.call(method, seen(accessToken), nobody)).status, 405);
    }
  });

  test('has no answer for other sites’ scripts', async () => {
    const { accessToken } = await shared();
    const headers = { Origin: 'https://evil.example' };
    const answer = await grafana.call('GET', seen(accessToken), { headers });
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    assert.equal(answer.headers['cache-control'], 'no-store');
  });
});

describe('variables, which the vendor’s public dashboards have not', () => {
  test('are locked to their defaults unless they are switched on', async () => {
    const locked = await shared();
    const answer = await ask(locked.accessToken, { variables: { tenant: ['globex'] } });
    assert.deepEqual([answer.status, answer.json.messageId], [403, 'publicdashboards.variableNotAllowed']);
    // The default itself is what they are locked to.
    assert.equal((await numbers(locked.accessToken, { variables: { tenant: ['acme'] } })).length, 10);

    const open = await change(locked, { variablesEnabled: true });
    assert.equal(open.variablesEnabled, true);
    assert.equal((await numbers(locked.accessToken, { variables: { tenant: ['globex'], product: ['Rocket'] } })).length, 10);
  });

  test('take what the dashboard offers, and nothing else', async () => {
    const { accessToken } = await shared({ variablesEnabled: true });
    const refused = [
      { tenant: ['initech'] },
      { tenant: ["acme' or '1'='1"] },
      { tenant: ['*'] },
      { product: ['Nothing'] },
      { product: ["Anvil' union select 1, 2 --"] },
      { product: ['*'] },
      { note: ['Anvil'] },
      { note: ["x' or 1=1 --"] },
    ];
    for (const variables of refused) {
      const answer = await ask(accessToken, { variables });
      assert.deepEqual(
        [answer.status, answer.json.messageId],
        [403, 'publicdashboards.variableNotAllowed'],
        JSON.stringify(variables),
      );
    }
    for (const variables of [{ nosuch: ['a'] }, { tenant: ['acme', 'globex'] }, { tenant: [] }, { tenant: 'acme' }, { tenant: [{}] }]) {
      const answer = await ask(accessToken, { variables });
      assert.deepEqual([answer.status, answer.json.messageId], [400, 'publicdashboards.badRequest'], JSON.stringify(variables));
    }
  });
});

describe('annotations', () => {
  const annotate = (body) => grafana.post('/api/annotations', { tags: ['deploy'], ...body });
  const events = (token, query = '') => grafana.get(`${seen(token)}/annotations${query}`, nobody);

  test('are shown where the share wants them, in the dashboard’s time', async () => {
    const made = await shared();
    const uid = made.dashboardUid;
    const inside = FEBRUARY + 2 * DAY;
    const { id } = await annotate({ dashboardUID: uid, panelId: 2, text: 'ours', time: inside, timeEnd: inside + DAY });
    await annotate({ dashboardUID: uid, text: 'long before', time: FEBRUARY - 9 * DAY });
    await annotate({ text: 'of everybody', time: inside });
    const other = await shared({ annotationsEnabled: true });
    await annotate({ dashboardUID: other.dashboardUid, text: 'of the other', time: inside });

    assert.deepEqual(await events(made.accessToken), []);
    await change(made, { annotationsEnabled: true });
    const [event, ...more] = await events(made.accessToken);
    assert.deepEqual(more, []);
    const { dashboardId, source, ...rest } = event;
    assert.deepEqual(rest, {
      id,
      dashboardUID: uid,
      panelId: 2,
      tags: ['deploy'],
      isRegion: true,
      text: 'ours',
      color: 'rgba(0, 211, 255, 1)',
      time: inside,
      timeEnd: inside + DAY,
    });
    assert.ok(dashboardId > 0);
    assert.equal(source.type, 'dashboard');
    assert.deepEqual((await events(other.accessToken)).map(({ text }) => text), ['of the other']);

    // The time is the dashboard's own unless it may be chosen.
    const early = `?from=${FEBRUARY - 20 * DAY}&to=${FEBRUARY - DAY}`;
    assert.deepEqual((await events(made.accessToken, early)).map(({ text }) => text), ['ours']);
    await change(made, { timeSelectionEnabled: true });
    assert.deepEqual((await events(made.accessToken, early)).map(({ text }) => text), ['long before']);
    for (const wrong of ['?from=5&to=4', '?from=x&to=y1', '?from=5', `?from=1&to=${'9'.repeat(30)}`]) {
      const refused = await grafana.call('GET', `${seen(made.accessToken)}/annotations${wrong}`, nobody);
      const said = refused.status === 200 ? refused.json.length : refused.json.messageId;
      assert.ok([1, 'publicdashboards.invalidTimeRange'].includes(said), wrong);
    }
    await change(made, { isEnabled: false });
    assert.equal(await typed(403, 'GET', `${seen(made.accessToken)}/annotations`, nobody), 'publicdashboards.notEnabled');
  });
});

describe('the page', () => {
  test('is the viewer’s shell, which may stand where the share says', async () => {
    const made = await shared();
    const answer = await grafana.call('GET', `/public-dashboards/${made.accessToken}?kiosk`, nobody);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /data-mode="link"/);
    assert.match(answer.headers['content-security-policy'], /frame-ancestors \*/);
    assert.equal(answer.headers['set-cookie'], undefined);
    await change(made, { isEnabled: false });
    const paused = await grafana.call('GET', `/public-dashboards/${made.accessToken}`, nobody);
    assert.equal(paused.status, 403);
    assert.match(paused.text, /data-code="share_paused"/);
    assert.equal((await grafana.call('GET', '/public-dashboards/zz', nobody)).status, 400);
    assert.equal((await grafana.call('GET', `/public-dashboards/${'0'.repeat(32)}`, nobody)).status, 404);
  });

  test('opens a session for each browser, with what its address asks for', async () => {
    const { accessToken } = await shared({ variablesEnabled: true, timeSelectionEnabled: true });
    const query = `?var-tenant=globex&var-note=x&from=${FEBRUARY}&to=${FEBRUARY + 2 * DAY}&theme=dark&kiosk&refresh=1m`;
    const secret = randomBytes(32).toString('base64url');
    const opened = await openSession(accessToken, query, secret);
    assert.equal(opened.status, 201);
    const line = firstLine(opened);
    const values = Object.fromEntries(line.dashboard.variables.map(({ name, value }) => [name, value]));
    assert.deepEqual(values, { tenant: ['globex'], product: ['Anvil'], note: ['any'] });
    assert.deepEqual([line.dashboard.time.from, line.dashboard.time.to], [FEBRUARY, FEBRUARY + 2 * DAY]);
    assert.equal(line.dashboard.theme, 'dark');
    assert.deepEqual([line.sharable.page.kiosk, line.sharable.page.refresh], ['full', 60]);
    assert.equal(line.content.url, `/public-dashboards/${accessToken}${query}`);
    assert.doesNotMatch(opened.text, kQueryText);

    assert.equal(firstLine(await openSession(accessToken, '', secret)).session.id, line.session.id);
    assert.notEqual(firstLine(await openSession(accessToken)).session.id, line.session.id);
  });

  test('keeps to the share’s rules in its session too', async () => {
    const made = await shared();
    const line = firstLine(await openSession(made.accessToken, `?var-tenant=globex&from=${FEBRUARY}&to=${FEBRUARY + DAY}`));
    assert.deepEqual(line.dashboard.variables.map(({ mode }) => mode), ['locked', 'locked', 'locked']);
    assert.equal(line.dashboard.time.selectable, false);
    assert.equal(line.dashboard.time.to - line.dashboard.time.from, 10 * DAY);
    const query = (body) =>
      grafana.call('POST', '/api/casement/v1/query', {
        headers: bearer(line.access_token),
        body: { panels: [2], ...body },
      });
    assert.equal((await query({})).status, 200);
    assert.equal((await query({ content: `dashboards/${made.dashboardUid}` })).status, 200);
    assert.equal((await query({ content: 'dashboards/other' })).json.error.code, 'content_not_expected');
    assert.equal((await query({ variables: { tenant: ['globex'] } })).json.error.code, 'variable_locked');
    assert.equal((await query({ time: { span: '1d' } })).json.error.code, 'time_locked');

    const other = await shared();
    const view = (content) =>
      grafana.call('POST', '/api/casement/v1/view', { headers: bearer(line.access_token), body: { content } });
    for (const target of [`/public-dashboards/${other.accessToken}`, `/d/${other.dashboardUid}`, '/embed/dashboards/1']) {
      assert.equal((await view(target)).json.error.code, 'content_not_expected', target);
    }

    await change(made, { isEnabled: false });
    assert.equal((await query({})).json.error.code, 'share_paused');
    await change(made, { isEnabled: true });
    assert.equal((await query({})).status, 200);
    await grafana.call('DELETE', pathOf(made.dashboardUid, made.uid), { headers: editor });
    assert.equal((await query({})).json.error.code, 'share_not_found');
  });

  test('a link that is signed for something else opens no public dashboard, nor the other way', async () => {
    const made = await shared();
    const link = `/sb/secure-embed/${made.accessToken}?token=${'0'.repeat(64)}&nonce=abcdefghijklmnop&ts=${Math.floor(Date.now() / 1000)}`;
    assert.equal((await grafana.call('GET', link, nobody)).status, 404);
    const secure = await grafana.expect(201, 'POST', `/api/casement/v1/dashboards/${made.dashboardUid}/shares`, {
      ...own(),
      body: { type: 'secure_embed' },
    });
    assert.equal((await openSession(secure.token)).status, 400);
  });
});

describe('what is over', () => {
  test('paused, removed and unknown tokens each have their refusal', async () => {
    const made = await shared();
    const everything = async (token) => {
      const answers = [await grafana.call('GET', seen(token), nobody), await ask(token)];
      return [...new Set(answers.map(({ status, json }) => `${status} ${json.messageId}`))];
    };
    await change(made, { isEnabled: false });
    assert.deepEqual(await everything(made.accessToken), ['403 publicdashboards.notEnabled']);
    assert.deepEqual(await everything('0'.repeat(32)), ['404 publicdashboards.notFound']);
    assert.deepEqual(await everything('x'), ['400 publicdashboards.invalidAccessToken']);
    assert.deepEqual(await everything('0'.repeat(4000)), ['400 publicdashboards.invalidAccessToken']);

    const gone = await shared();
    await grafana.call('DELETE', `/api/casement/v1/dashboards/${gone.dashboardUid}`, own());
    assert.deepEqual(await everything(gone.accessToken), ['404 publicdashboards.notFound']);
    assert.equal((await openSession(gone.accessToken)).status, 404);
  });

  test('one address cannot ask without end', async () => {
    const { accessToken } = await shared();
    let limited;
    for (let i = 0; i < 60 && !limited; ++i) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => grafana.call('GET', seen('0'.repeat(32)), nobody)),
      );
      limited = answers.find(({ status }) => status === 429);
    }
    assert.ok(limited, 'a limit is reached');
    assert.ok(Number(limited.headers['retry-after']) >= 1);
    assert.match(limited.json.message, /Too many requests/);
    // Who manages them is counted apart.
    assert.equal((await grafana.call('GET', '/api/dashboards/public-dashboards')).status, 200);
    assert.ok(accessToken);
  });
});
