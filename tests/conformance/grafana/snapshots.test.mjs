// Dashboard snapshots (grafana.md §3.5) against a running server: taken with a dashboard's own
// queries or with the data that a client sends, opened by key, deleted by delete key; with nothing
// in them that could ask for data.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { addOrganization, createCredentials } from '../../support/casement.mjs';
import { bearer, startGrafana } from './support.mjs';

const FIXTURE = fileURLToPath(new URL('../../browser/fixture', import.meta.url));
const MiB = 1024 * 1024;

let grafana;
let editor;
let viewer;
before(async () => {
  grafana = await startGrafana({ args: ['--provision', FIXTURE] });
  editor = bearer((await grafana.newKey('an editor', 'Editor')).key);
  viewer = bearer((await grafana.newKey('a viewer', 'Viewer')).key);
});
after(() => grafana?.close());

const nobody = { headers: {} };
const create = (body, status = 200, headers = editor) =>
  grafana.expect(status, 'POST', '/api/snapshots', { headers, body });
const read = (key, status = 200) => grafana.expect(status, 'GET', `/api/snapshots/${key}`, nobody);
const list = (headers = editor, query = '') =>
  grafana.get(`/api/dashboard/snapshots${query}`, { headers });
const pathOf = (url) => new URL(url).pathname;

/** As Grafana's front end sends it, with a query and a link wherever one may stand. */
const sent = (more = {}) => ({
  title: 'CPU of all hosts',
  uid: 'no-such-dashboard',
  schemaVersion: 39,
  time: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-01T06:00:00.000Z' },
  links: [{ url: 'https://x.example/?token=SECRET' }],
  annotations: { list: [{ datasource: { uid: 'SECRET' }, expr: 'SECRET' }] },
  templating: {
    list: [
      {
        name: 'host',
        type: 'query',
        query: 'label_values(SECRET)',
        current: { text: 'a', value: 'a' },
      },
    ],
  },
  panels: [
    {
      id: 1,
      type: 'timeseries',
      title: 'CPU',
      gridPos: { x: 0, y: 0, w: 24, h: 9 },
      datasource: { type: 'prometheus', uid: 'SECRET' },
      targets: [{ refId: 'A', expr: 'SECRET' }],
      fieldConfig: { defaults: { unit: 'percent', links: [{ url: 'SECRET' }] }, overrides: [] },
      snapshotData: [
        {
          refId: 'A',
          meta: { executedQueryString: 'SECRET' },
          fields: [
            { name: 'Time', type: 'time', config: {}, values: [1772323200000, 1772326800000] },
            {
              name: 'Value',
              type: 'number',
              config: { links: [{ url: 'SECRET' }] },
              labels: { host: 'a' },
              values: [12.5, null],
            },
          ],
        },
      ],
    },
  ],
  ...more,
});

/** Opens the snapshot's page as a browser does: {status, lines, first, token}. */
async function openPage(link) {
  const answer = await grafana.call('POST', '/api/casement/v1/sessions', {
    headers: {},
    body: { link, secret: randomBytes(32).toString('base64url') },
  });
  if (answer.status !== 201) return { status: answer.status, code: answer.json.error.code };
  const lines = answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { status: 201, first: lines[0], lines: lines.slice(1), text: answer.text };
}
const ask = (first, path, body) =>
  grafana.call('POST', `/api/casement/v1/${path}`, { headers: bearer(first.access_token), body });

describe('a snapshot of a dashboard that is stored here', () => {
  let made;
  test('is taken with the dashboard’s own queries, and none out of the body', async () => {
    made = await create({
      name: 'Orders in February',
      dashboard: {
        uid: 'orders',
        title: 'Not this title',
        panels: [{ id: 2, type: 'table', targets: [{ rawSql: "select 'from the body'" }] }],
        templating: { list: [{ name: 'tenant', current: { value: 'globex' } }] },
      },
    });
    assert.deepEqual(Object.keys(made).sort(), ['deleteKey', 'deleteUrl', 'id', 'key', 'url']);
    assert.match(made.key, /^[0-9A-Za-z]{32}$/);
    assert.match(made.deleteKey, /^[0-9A-Za-z]{32}$/);
    assert.notEqual(made.key, made.deleteKey);
    assert.equal(pathOf(made.url), `/dashboard/snapshot/${made.key}`);
    assert.equal(pathOf(made.deleteUrl), `/api/snapshots-delete/${made.deleteKey}`);
  });

  test('is read by its key without signing in, its data in it and its queries gone', async () => {
    const answer = await grafana.call('GET', `/api/snapshots/${made.key}`, nobody);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['cache-control'], 'no-store');
    const { meta, dashboard } = answer.json;
    assert.equal(meta.isSnapshot, true);
    assert.equal(meta.type, 'snapshot');
    assert.equal(meta.canSave, false);
    assert.equal(dashboard.title, 'Orders');
    assert.deepEqual(dashboard.time, {
      from: '2026-02-01T00:00:00.000000Z',
      to: '2026-03-01T00:00:00.000000Z',
      selectable: false,
    });
    assert.deepEqual(dashboard.variables[0].default, ['Acme']);
    const days = dashboard.panels.find(({ title }) => title === 'Days');
    assert.deepEqual(
      days.snapshotData[0].fields.map(({ name, type }) => [name, type]),
      [
        ['day', 'time'],
        ['product', 'string'],
        ['orders', 'number'],
        ['revenue', 'number'],
      ],
    );
    assert.ok(days.snapshotData[0].fields[0].values.length > 20);
    assert.match(answer.text, /Anvil \(acme\)/);
    for (const word of [
      /select /i,
      /from the body/,
      /"sql"/,
      /"source"/,
      /globex/i,
      made.deleteKey,
    ]) {
      assert.doesNotMatch(answer.text, new RegExp(word));
    }
  });

  test('opens as a page, from stored data only, with nothing to choose', async () => {
    const page = await openPage(pathOf(made.url));
    assert.equal(page.status, 201);
    const { dashboard, sharable } = page.first;
    assert.equal(dashboard.title, 'Orders in February');
    assert.equal(dashboard.time.selectable, false);
    assert.deepEqual(
      dashboard.variables.map(({ mode }) => mode),
      ['locked'],
    );
    assert.equal(dashboard.refresh_seconds, null);
    assert.match(dashboard.snapshot.taken_at, /^\d{4}-/);
    assert.equal(sharable.target, pathOf(made.url));
    assert.deepEqual(page.lines.at(-1), { end: true });
    assert.equal(page.lines.filter(({ frames }) => frames?.[0]?.rows > 0).length, 4);
    assert.doesNotMatch(page.text, /select /i);

    const again = await ask(page.first, 'query', { panels: [5] });
    assert.match(again.text, /Anvil \(acme\)/);
    const refusals = {
      variable_locked: ['query', { panels: [5], variables: { tenant: ['globex'] } }],
      time_locked: ['query', { panels: [5], time: { span: '1y' } }],
      content_not_expected: ['query', { panels: [5], content: 'dashboards/orders' }],
      download_not_allowed: ['export', { panel: 5 }],
    };
    for (const [code, [path, body]] of Object.entries(refusals)) {
      const refused = await ask(page.first, path, body);
      assert.equal(refused.json?.error?.code, code, `${path}: ${refused.text}`);
    }
  });

  test('of one panel opens with nothing else', async () => {
    const solo = `/dashboard-solo/snapshot/${made.key}?panelId=3&theme=dark`;
    const page = await openPage(solo);
    assert.deepEqual(
      page.first.dashboard.panels.map(({ id }) => id),
      [3],
    );
    assert.equal(page.first.dashboard.theme, 'dark');
    assert.equal(page.first.sharable.page.solo, true);
    const other = await ask(page.first, 'query', { panels: [5] });
    assert.match(other.text, /panel_not_found/);
    assert.equal(
      (await openPage(`/dashboard-solo/snapshot/${made.key}?panelId=99`)).code,
      'panel_not_found',
    );
    assert.equal((await openPage(`/dashboard-solo/snapshot/${made.key}`)).status, 400);
  });

  test('covers the time that the body names, if the dashboard lets anybody choose', async () => {
    const time = { from: '2026-02-10T00:00:00Z', to: '2026-02-11T00:00:00Z' };
    const short = await create({ dashboard: { uid: 'orders', time } });
    const { dashboard } = await read(short.key);
    assert.equal(dashboard.time.from, '2026-02-10T00:00:00.000000Z');
    const perDay = dashboard.panels.find(({ title }) => title === 'Orders a day');
    const days = new Set(perDay.snapshotData[0].fields[0].values);
    assert.deepEqual([...days], [Date.parse(time.from)]);
  });

  test('goes with its source removed, and its dashboard too', async () => {
    const before = await openPage(pathOf(made.url));
    await grafana.restart({});
    const db = join(grafana.folder, 'catalog.db');
    // Nothing of it can be asked for any more.
    execFileSync('python3', [
      '-c',
      `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE counters SET value = value + 1 WHERE name = 'version'")
db.execute("UPDATE sources SET name = 'gone-' || name, "
           "version = (SELECT value FROM counters WHERE name = 'version')")
db.commit()
`,
      db,
    ]);
    await grafana.restart({});
    const page = await openPage(pathOf(made.url));
    const data = ({ lines }) => lines.map((line) => JSON.stringify(line)).sort();
    assert.deepEqual(data(page), data(before));
    await create({ dashboard: { uid: 'orders' } }, 422);
    await grafana.restart({ args: ['--provision', FIXTURE] });
  });
});

describe('a snapshot with the data that its client sends', () => {
  let made;
  test('is kept without its queries, sources and links', async () => {
    made = await create({ dashboard: sent(), name: 'Mine' });
    const answer = await grafana.call('GET', `/api/snapshots/${made.key}`, nobody);
    assert.doesNotMatch(answer.text, /SECRET|targets|datasource|label_values/);
    const { dashboard, meta } = answer.json;
    assert.equal(meta.name, 'Mine');
    assert.equal(dashboard.title, 'CPU of all hosts');
    assert.equal(dashboard.panels[0].fieldConfig.defaults.unit, 'percent');
    assert.deepEqual(dashboard.panels[0].snapshotData[0].fields[1].values, [12.5, null]);
    assert.equal(dashboard.templating.list[0].current.text, 'a');
    const disk = execFileSync(
      'python3',
      [
        '-c',
        "import sqlite3, sys; print(sum('SECRET' in row[0] for row in sqlite3.connect(sys.argv[1])" +
          ".execute('SELECT document FROM dashboard_snapshot_documents')))",
        join(grafana.folder, 'catalog.db'),
      ],
      { encoding: 'utf8' },
    );
    assert.equal(disk.trim(), '0');
  });

  test('keeps names that mean something to a script as plain names', async () => {
    const panel = JSON.parse(
      '{"id":1,"type":"stat","options":{"__proto__":{"polluted":1},"constructor":2},' +
        '"snapshotData":[{"refId":"__proto__","fields":[{"name":"__proto__","type":"number",' +
        '"labels":{"constructor":"x"},"values":[1]}]}]}',
    );
    const odd = await create({ dashboard: sent({ panels: [panel] }) });
    const { dashboard } = await read(odd.key);
    assert.equal({}.polluted, undefined);
    assert.equal(dashboard.panels[0].snapshotData[0].refId, '__proto__');
  });

  test('is refused when what it sends is no data', async () => {
    const bad = [
      undefined,
      '',
      'null',
      '[]',
      '{"dashboard":',
      {},
      { dashboard: null },
      { dashboard: 'x' },
      { dashboard: {} },
      { dashboard: { uid: 'nosuch', panels: [] } },
      { dashboard: { uid: ['orders'] } },
      { dashboard: sent(), expires: -1 },
      { dashboard: sent(), expires: '3600' },
      { dashboard: sent(), expires: 1e18 },
      { dashboard: sent(), name: 7 },
      { dashboard: sent(), name: 'x'.repeat(256) },
      { dashboard: sent({ panels: [{ snapshotData: 'x' }] }) },
      { dashboard: sent({ panels: [{ snapshotData: [{ fields: [{ type: 'number' }] }] }] }) },
      { dashboard: sent({ panels: [{ snapshotData: [{ target: 'x', datapoints: [[1, 2]] }] }] }) },
      `{"dashboard":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`,
      '{"dashboard":{"uid":"orders"},"dashboard":{"uid":"products"}}',
    ];
    for (const body of bad) {
      const error = await create(body, 400);
      assert.equal(error.message, 'bad request data', JSON.stringify(body));
    }
    for (const [key, value] of [
      ['key', 'short'],
      ['deleteKey', 'a b'.repeat(9)],
    ]) {
      const error = await create({ dashboard: sent(), [key]: value }, 400);
      assert.match(error.message, /22 to 64 letters/);
    }
  });

  test('goes nowhere else', async () => {
    const error = await create({ dashboard: sent(), external: true }, 403);
    assert.equal(error.message, 'External dashboard creation is disabled');
    assert.deepEqual(await grafana.get('/api/snapshot/shared-options', { headers: viewer }), {
      externalSnapshotURL: '',
      externalSnapshotName: '',
      externalEnabled: false,
    });
    assert.equal(
      await grafana.typed(401, 'GET', '/api/snapshot/shared-options', nobody),
      'auth.unauthorized',
    );
  });

  test('may have keys that its client chose, once', async () => {
    const key = `chosen-${randomBytes(12).toString('hex')}`;
    const deleteKey = `delete-${randomBytes(12).toString('hex')}`;
    const chosen = await create({ dashboard: sent(), key, deleteKey });
    assert.deepEqual([chosen.key, chosen.deleteKey], [key, deleteKey]);
    await create({ dashboard: sent(), key }, 409);
    await create({ dashboard: sent(), deleteKey }, 409);
    await create({ dashboard: sent(), key: `${key}-x`, deleteKey: `${key}-x` }, 409);
    await grafana.get(`/api/snapshots-delete/${deleteKey}`, nobody);
    await create({ dashboard: sent(), key, deleteKey });
  });
});

describe('large snapshots', () => {
  const ofSize = (bytes) =>
    sent({
      panels: [
        {
          id: 1,
          type: 'table',
          snapshotData: [
            {
              refId: 'A',
              fields: [{ name: 'x', type: 'string', config: {}, values: ['x'.repeat(bytes)] }],
            },
          ],
        },
      ],
    });

  test('are taken up to 8 MiB, and shown', async () => {
    const made = await create({ dashboard: ofSize(7 * MiB) });
    const { dashboard } = await read(made.key);
    assert.equal(dashboard.panels[0].snapshotData[0].fields[0].values[0].length, 7 * MiB);
    await grafana.remove(`/api/snapshots/${made.key}`);
  });

  test('are refused above that, before and after they are read', async () => {
    const answer = await create({ dashboard: ofSize(8 * MiB) }, 413);
    assert.match(answer.message, /8 MiB/);
    const huge = await grafana
      .call('POST', '/api/snapshots', {
        headers: editor,
        body: `{"dashboard":"${'x'.repeat(10 * MiB)}"}`,
      })
      .catch((error) => error);
    // The server may close while the body is still on its way.
    assert.ok(huge.status === 413 || ['EPIPE', 'ECONNRESET'].includes(huge.code), String(huge));
  });

  test('are not even read from somebody who may not make one', async () => {
    for (const headers of [{}, bearer('nonsense'), viewer]) {
      const answer = await grafana
        .call('POST', '/api/snapshots', {
          headers,
          body: `{"dashboard":"${'x'.repeat(3 * MiB)}"}`,
        })
        .catch((error) => error);
      const refused = [401, 403, 413].includes(answer.status);
      assert.ok(
        refused || ['EPIPE', 'ECONNRESET'].includes(answer.code),
        `${answer.status ?? answer}`,
      );
    }
  });

  test('stay a privilege of this one call', async () => {
    const answer = await grafana
      .call('POST', '/api/dashboards/db', {
        headers: editor,
        body: `{"dashboard":"${'x'.repeat(3 * MiB)}"}`,
      })
      .catch((error) => error);
    assert.ok(
      answer.status === 413 || ['EPIPE', 'ECONNRESET'].includes(answer.code),
      String(answer),
    );
  });
});

describe('who may do what', () => {
  test('viewers make none, and see no list but of their own', async () => {
    assert.match((await create({ dashboard: sent() }, 403, viewer)).message, /snapshots:create/);
    assert.equal((await create({ dashboard: sent() }, 401, {})).messageId, 'auth.unauthorized');
    assert.deepEqual(await list(viewer), []);
    assert.equal(
      await grafana.typed(401, 'GET', '/api/dashboard/snapshots', nobody),
      'auth.unauthorized',
    );
  });

  test('the list has no delete keys; query and limit narrow it', async () => {
    const one = await create({ dashboard: sent(), name: 'Listed alpha', expires: 3600 });
    await create({ dashboard: sent(), name: 'Listed beta' });
    const all = await list(editor, '?query=listed');
    assert.deepEqual(
      all.map(({ name }) => name),
      ['Listed beta', 'Listed alpha'],
    );
    assert.deepEqual(Object.keys(all[0]).sort(), [
      'created',
      'expires',
      'external',
      'externalUrl',
      'id',
      'key',
      'name',
      'orgId',
      'updated',
      'userId',
    ]);
    assert.equal(Date.parse(all[1].expires) - Date.parse(all[1].created), 3_600_000);
    assert.ok(Date.parse(all[0].expires) > Date.now() + 40 * 365 * 86_400_000);
    assert.doesNotMatch(JSON.stringify(all), new RegExp(one.deleteKey));
    assert.equal((await list(editor, '?query=listed&limit=1')).length, 1);
    assert.equal((await list(editor, '?limit=1%20or%201')).length, (await list()).length);
  });

  test('the delete key deletes without signing in, once, and the page goes with it', async () => {
    const made = await create({ dashboard: sent() });
    const wrong = [
      made.key,
      `${made.deleteKey}x`,
      made.deleteKey.toLowerCase(),
      '..%2f',
      'x'.repeat(4000),
    ];
    for (const key of wrong) {
      if (key === made.deleteKey) continue;
      const id = await grafana.typed(404, 'GET', `/api/snapshots-delete/${key}`, nobody);
      assert.equal(id, 'dashboardsnapshots.not-found');
    }
    // A scanner that only looks.
    assert.equal((await grafana.call('HEAD', pathOf(made.deleteUrl), nobody)).status, 405);
    await read(made.key);
    const gone = await grafana.get(pathOf(made.deleteUrl), nobody);
    assert.deepEqual(gone, {
      id: made.id,
      message: "Snapshot deleted. It might take an hour before it's cleared from any CDN caches.",
    });
    for (const path of [pathOf(made.deleteUrl), `/api/snapshots/${made.key}`]) {
      assert.equal(await grafana.typed(404, 'GET', path, nobody), 'dashboardsnapshots.not-found');
    }
    assert.equal((await openPage(pathOf(made.url))).code, 'snapshot_not_found');
    const shell = await grafana.call('GET', pathOf(made.url), nobody);
    assert.equal(shell.status, 404);
    assert.match(shell.text, /snapshot_not_found/);
  });

  test('a running session ends with its snapshot', async () => {
    const made = await create({ dashboard: { uid: 'orders' } });
    const page = await openPage(pathOf(made.url));
    assert.equal((await ask(page.first, 'query', { panels: [5] })).status, 200);
    await grafana.expect(200, 'DELETE', `/api/snapshots/${made.key}`, { headers: editor });
    const refused = await ask(page.first, 'query', { panels: [5] });
    assert.equal(refused.status, 404);
    assert.equal(refused.json.error.code, 'snapshot_not_found');
  });

  test('by its own key it is deleted by editors, and by nobody who has only that key', async () => {
    const made = await create({ dashboard: sent() });
    const path = `/api/snapshots/${made.key}`;
    assert.equal(await grafana.typed(401, 'DELETE', path, nobody), 'auth.unauthorized');
    const refused = await grafana.expect(403, 'DELETE', path, { headers: viewer });
    assert.match(refused.message, /snapshots:delete/);
    assert.equal((await grafana.remove(path)).id, made.id);
    assert.equal(await grafana.typed(404, 'DELETE', path), 'dashboardsnapshots.not-found');
  });

  test('another organization has none of it', async () => {
    addOrganization(grafana.folder);
    const made = await create({ dashboard: sent() });
    const other = bearer((await createCredentials(grafana.folder, 'Admin', 2)).grafana.service_account_token);
    assert.deepEqual(await list(other), []);
    assert.equal(
      await grafana.typed(404, 'DELETE', `/api/snapshots/${made.key}`, { headers: other }),
      'dashboardsnapshots.not-found',
    );
    assert.equal(
      (await create({ dashboard: { uid: 'orders' } }, 400, other)).message,
      'bad request data',
    );
    // Who has the key may see it, whoever that is.
    await grafana.get(`/api/snapshots/${made.key}`, { headers: other });
  });
});

describe('the page', () => {
  test('may stand in frames as other pages do, and stores nothing by being loaded', async () => {
    const made = await create({ dashboard: sent() });
    const page = await grafana.call('GET', pathOf(made.url), nobody);
    assert.equal(page.status, 200);
    assert.match(page.headers['content-security-policy'], /frame-ancestors \*/);
    assert.equal(page.headers['set-cookie'], undefined);
    assert.equal(page.headers['cache-control'], 'no-store');
    assert.match(page.text, /data-dialect="grafana"/);
    assert.doesNotMatch(page.text, /CPU of all hosts/);
    for (const path of [
      '/dashboard/snapshot/nosuch',
      '/dashboard/snapshot/a%2fb',
      '/dashboard/snapshot/..%2f',
    ]) {
      const refused = await grafana.call('GET', path, nobody);
      assert.ok([400, 404].includes(refused.status), `${path}: ${refused.status}`);
    }
  });

  test('shows what a client has sent', async () => {
    const made = await create({ dashboard: sent() });
    const page = await openPage(pathOf(made.url));
    assert.equal(page.status, 201, JSON.stringify(page));
    assert.equal(page.first.dashboard.title, 'CPU of all hosts');
    assert.match(page.text, /"columns":\[\{"name":"Time","type":"time"/);
    assert.doesNotMatch(page.text, /SECRET/);
  });

  test('does not stand in frames where embedding is off', async () => {
    const made = await create({ dashboard: sent() });
    await grafana.restart({ env: { CASEMENT_SECURITY_ALLOW_EMBEDDING: 'false' } });
    const page = await grafana.call('GET', pathOf(made.url), nobody);
    assert.match(page.headers['content-security-policy'], /frame-ancestors 'none'/);
    await grafana.restart({ args: ['--provision', FIXTURE] });
  });
});

describe('time', () => {
  test('ends a snapshot with its expiry, everywhere at once, and it is swept', async () => {
    const short = await create({ dashboard: { uid: 'orders' }, expires: 3600 });
    const long = await create({ dashboard: { uid: 'orders' }, expires: 0 });
    const page = await openPage(pathOf(short.url));
    const ends = Date.parse(page.first.session.expires_at);
    assert.ok(ends <= Date.now() + 3_600_000 && ends > Date.now() + 3_500_000);

    await grafana.restart({ args: ['--provision', FIXTURE], clockShift: 3700 });
    assert.equal(
      await grafana.typed(404, 'GET', `/api/snapshots/${short.key}`, nobody),
      'dashboardsnapshots.not-found',
    );
    assert.equal(
      await grafana.typed(404, 'GET', pathOf(short.deleteUrl), nobody),
      'dashboardsnapshots.not-found',
    );
    assert.equal((await openPage(pathOf(short.url))).code, 'snapshot_not_found');
    assert.ok((await list()).every(({ key }) => key !== short.key));
    await read(long.key);
    // The server sweeps when it starts, on a thread of its own.
    const stored = () =>
      execFileSync(
        'python3',
        [
          '-c',
          "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT COUNT(*) FROM " +
            "dashboard_snapshot_documents WHERE dashboard_snapshot = ?', (int(sys.argv[2]),)).fetchone()[0])",
          join(grafana.folder, 'catalog.db'),
          String(short.id),
        ],
        { encoding: 'utf8' },
      ).trim();
    const end = Date.now() + 10_000;
    while (stored() !== '0' && Date.now() < end) await new Promise((done) => setTimeout(done, 100));
    assert.equal(stored(), '0');
    await grafana.restart({ args: ['--provision', FIXTURE] });
  });
});

test('what was done is in the audit trail, without any delete key', async () => {
  const made = await create({ dashboard: sent(), name: 'Audited' });
  await grafana.get(pathOf(made.deleteUrl), nobody);
  const trail = async () =>
    (
      await grafana.call('GET', '/api/casement/v1/audit?limit=50', {
        headers: bearer(grafana.credentials.service_token),
      })
    ).text;
  const end = Date.now() + 10_000;
  let text = await trail();
  const deleted = new RegExp(
    `dashboard_snapshot.deleted","object":"dashboard_snapshot:${made.id}"`,
  );
  while (!deleted.test(text) && Date.now() < end) text = await trail();
  assert.match(text, deleted);
  assert.match(text, /dashboard_snapshot\.created/);
  assert.doesNotMatch(text, new RegExp(made.deleteKey));
  assert.doesNotMatch(grafana.server.log(), new RegExp(made.deleteKey));
});
