// Sources, what they have, and the rows of models, over the native API: what an administrator does,
// what nobody else may, and what somebody tries who wants files, secrets or rows.
//
//     node --test tests/conformance/console/sources.test.mjs
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { addOrganization, createCredentials, startCasement } from '../../support/casement.mjs';
import { startMetrics } from '../../support/metrics.mjs';
import { startPostgres } from '../../support/postgres.mjs';

const kSecret = 'correct-horse-battery-staple';
const yaml = (folder, name, text) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
};

let files;
let server;
let postgres;
let tokens;
let keys;

async function call(method, path, body, token = tokens.Admin) {
  const response = await fetch(`${server.url}/api/casement/v1${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = text === '' ? null : JSON.parse(text);
  return { status: response.status, body: json, code: json?.error?.code, text,
    field: json?.error?.field };
}
async function good(method, path, body, token) {
  const answer = await call(method, path, body, token);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}
async function refused(status, code, method, path, body, token) {
  const answer = await call(method, path, body, token);
  assert.equal(`${answer.status} ${answer.code}`, `${status} ${code}`, answer.text);
  return answer;
}

const postgresSettings = (more = {}) => ({
  host: '127.0.0.1',
  port: 9,
  database: 'shop',
  user: 'reader',
  ssl_mode: 'disable',
  connect_timeout: 2,
  ...more,
});
const dashboard = (uid, query) => ({
  document: {
    uid,
    title: `About ${uid}`,
    time: { span: '1d' },
    panels: [
      { id: 1, type: 'table', title: 'All', grid: { x: 0, y: 0, w: 24, h: 6 }, queries: [query] },
    ],
  },
});
/** Rows of the audit trail, newest first, once one of them `fits`: they are written a moment later. */
const audited = async (action, fits = () => true) => {
  for (let tries = 0; tries < 400; tries++) {
    const { rows } = await good('GET', '/audit?limit=1000');
    const found = rows.filter((row) => row.action === action && fits(row));
    if (found.length > 0) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  return [];
};

before(async () => {
  files = realpathSync(mkdtempSync(join(tmpdir(), 'casement-native-sources-')));
  const data = join(files, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'orders.csv'), 'tenant,id,note\nacme,1,a\nacme,2,b\nglobex,3,c\n');
  writeFileSync(join(data, 'people.csv'), 'name,age\nAda,36\n');
  writeFileSync(join(files, 'outside.csv'), 'word\nsecret\n');
  symlinkSync('/etc/passwd', join(data, 'passwd.csv'));
  execFileSync('python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("CREATE TABLE bills (id INTEGER, tenant TEXT)")
db.execute("INSERT INTO bills VALUES (1, 'acme'), (2, 'globex')")
db.commit()
`, join(data, 'shop.db')]);
  postgres = await startPostgres();
  await postgres.execute('create table flights (origin text, fare numeric(8,2)); '
    + "insert into flights values ('ATL', 1), ('ORD', 2);");
  const provisioned = join(files, 'provisioned');
  yaml(join(provisioned, 'sources'), 'own.yaml',
    'name: own\ntype: duckdb\nsettings:\n  tables:\n    orders: ../data/orders.csv\n');
  yaml(join(provisioned, 'sources'), 'pg.yaml',
    `name: pg\ntype: postgres\nsettings:\n  host: ${postgres.folder}\n  database: postgres\n`
    + '  user: casement\n  ssl_mode: disable\n');
  const dataDir = join(files, 'store');
  tokens = {};
  keys = await createCredentials(dataDir, 'Admin');
  tokens.Admin = keys.service_token;
  for (const role of ['Editor', 'Viewer']) {
    tokens[role] = (await createCredentials(dataDir, role)).service_token;
  }
  addOrganization(dataDir);
  tokens.other = (await createCredentials(dataDir, 'Admin', 2)).service_token;
  server = await startCasement({
    dataDir,
    args: ['--provision', provisioned],
    env: { CASEMENT_DATA_ALLOWED_FOLDERS: data },
  });
});
after(async () => {
  await server?.stop();
  await postgres?.close();
  if (files) rmSync(files, { recursive: true, force: true });
});

describe('A source', () => {
  test('is made, read, changed and taken away, and each step stands in the trail', async () => {
    const made = await good('POST', '/sources', {
      name: 'first',
      type: 'postgres',
      settings: postgresSettings(),
      secret: kSecret,
    });
    assert.deepEqual(made, {
      name: 'first',
      type: 'postgres',
      origin: 'console',
      revision: 1,
      default: false,
      has_secret: true,
      settings: postgresSettings(),
    });
    assert.deepEqual(await good('GET', '/sources/first'), made);
    const changed = await good('PUT', '/sources/first', {
      revision: 1,
      settings: postgresSettings({ database: 'other', max_concurrent: 3 }),
    });
    assert.equal(changed.revision, 2);
    assert.equal(changed.has_secret, true, 'absent keeps it');
    assert.equal(changed.settings.database, 'other');
    const without = await good('PUT', '/sources/first', {
      revision: 2, settings: changed.settings, secret: null, default: true,
    });
    assert.equal(without.has_secret, false);
    assert.equal(without.default, true);
    const second = await good('POST', '/sources', {
      name: 'second', type: 'prometheus', settings: { url: 'http://127.0.0.1:9' }, default: true,
    });
    assert.equal(second.default, true);
    assert.equal((await good('GET', '/sources/first')).default, false, 'one at the most');
    for (const name of ['first', 'second']) await good('DELETE', `/sources/${name}`);
    await refused(404, 'source_not_found', 'GET', '/sources/first');
    await refused(404, 'source_not_found', 'DELETE', '/sources/first');
    for (const action of ['source.created', 'source.changed', 'source.deleted']) {
      assert.ok((await audited(action)).length > 0, action);
    }
  });

  test('that is the default one keeps its plain secret', async () => {
    const silent = await listener();
    try {
      const settings = { url: `http://127.0.0.1:${silent.port}`, timeout: '2s' };
      await good('POST', '/sources', {
        name: 'plain', type: 'prometheus', settings, secret: kSecret, default: true,
      });
      await good('POST', '/sources/test', { name: 'plain' });
      assert.match(silent.heard(), new RegExp(`Bearer ${kSecret}`));
    } finally {
      await silent.close();
      await call('DELETE', '/sources/plain');
    }
  });

  test('with settings that are wrong says where', async () => {
    const wrong = [
      ['postgres', postgresSettings({ port: 'many' }), 'settings.port'],
      ['postgres', postgresSettings({ port: 70_000 }), 'settings.port'],
      ['postgres', { host: 'h', database: 'd' }, 'settings.user'],
      ['postgres', postgresSettings({ options: '-c statement_timeout=0' }), 'settings.options'],
      ['postgres', postgresSettings({ host: 'a,b' }), 'settings.host'],
      ['postgres', postgresSettings({ ca: 'no certificate' }), 'settings.ca'],
      ['postgres', postgresSettings({ read_only: false }), 'settings.read_only'],
      ['mysql', { host: 'h', user: 'u', database: 'd', tls: 'maybe' }, 'settings.tls'],
      ['mysql', { host: 'h;x=1', user: 'u', database: 'd' }, 'settings.host'],
      ['mysql', { user: 'u', database: 'd' }, 'settings.host'],
      ['prometheus', { url: 'file:///etc/passwd' }, 'settings.url'],
      ['prometheus', { url: 'http://u:p@h/' }, 'settings.url'],
      ['prometheus', { url: 'http://h/?x=1' }, 'settings.url'],
      ['prometheus', { url: 'http://h', query_parameters: { query: 'x' } },
        'settings.query_parameters.query'],
      ['duckdb', { tables: { t: 'a.exe' } }, 'settings.tables.t'],
      ['duckdb', { tables: { t: 7 } }, 'settings.tables.t'],
      ['duckdb', { tables: { t: 'orders.csv' }, memory_limit: 'all' }, 'settings.memory_limit'],
      ['sqlite', { database: ':memory:' }, 'settings.database'],
      ['sqlite', { database: 'shop.db', grafana: { access: 'proxy' } }, 'settings.grafana'],
      ['postgres', postgresSettings({ max_concurrent: 0 }), 'settings.max_concurrent'],
      ['nosuch', {}, 'type'],
    ];
    for (const [type, settings, field] of wrong) {
      for (const [method, path, body] of [
        ['POST', '/sources', { name: 'w', type, settings }],
        ['POST', '/sources/test', { type, settings }],
      ]) {
        const answer = await refused(400, 'invalid_source', method, path, body);
        assert.equal(answer.field, field, `${path} ${JSON.stringify(settings)}: ${answer.text}`);
      }
    }
    await refused(404, 'source_not_found', 'GET', '/sources/w');
    await refused(400, 'invalid_source', 'POST', '/sources',
      { name: 'w', type: 'sqlite', settings: { database: 'shop.db' }, secret: 'x' });
  });

  test('of wrong types, twice, or huge is refused before anything is kept', async () => {
    for (const body of [
      [], 'x', { name: 'n' }, { name: 7, type: 'sqlite', settings: {} },
      { name: 'n', type: 'sqlite', settings: [] },
      { name: 'n', type: 'sqlite', settings: { database: 'shop.db' }, secret: 7 },
      { name: 'n', type: 'sqlite', settings: { database: 'shop.db' }, extra: 1 },
      { name: '', type: 'sqlite', settings: {} },
      { name: '../x', type: 'sqlite', settings: {} },
      { name: 'a/b', type: 'sqlite', settings: {} },
      { name: 'x'.repeat(65), type: 'sqlite', settings: {} },
      '{"name":"n","name":"m","type":"sqlite","settings":{}}',
      '{"name":"n\\u0000","type":"sqlite","settings":{}}',
      { name: 'n', type: 'postgres', settings: postgresSettings(), secret: 'x'.repeat(70_000) },
      { name: 'n', type: 'postgres', settings: { host: 'x'.repeat(100_000) } },
    ]) {
      const answer = await call('POST', '/sources', body);
      assert.equal(answer.status, 400, `${JSON.stringify(body).slice(0, 80)}: ${answer.text}`);
    }
    const huge = await call('POST', '/sources',
      { name: 'n', type: 'postgres', settings: { ca: 'x'.repeat(1_200_000) } });
    assert.equal(huge.status, 413, huge.text);
    const settings = { database: 'shop.db' };
    await good('POST', '/sources', { name: 'twice', type: 'sqlite', settings });
    const twice = await refused(409, 'source_name_taken', 'POST', '/sources',
      { name: 'twice', type: 'sqlite', settings });
    assert.equal(twice.field, 'name');
    await good('DELETE', '/sources/twice');
  });

  test('is changed by two editors, and neither loses anything unawares', async () => {
    await good('POST', '/sources', { name: 'both', type: 'postgres', settings: postgresSettings() });
    await good('PUT', '/sources/both',
      { revision: 1, settings: postgresSettings({ database: 'theirs' }) });
    const late = await refused(409, 'source_version_mismatch', 'PUT', '/sources/both',
      { revision: 1, settings: postgresSettings({ user: 'mine' }) });
    assert.match(late.body.error.message, /database, user/);
    assert.match(late.body.error.message, /revision 2/);
    assert.equal((await good('GET', '/sources/both')).settings.database, 'theirs');
    await refused(409, 'source_version_mismatch', 'DELETE', '/sources/both?revision=1');
    const races = await Promise.all([1, 2, 3, 4].map((n) =>
      call('PUT', '/sources/both', { revision: 2, settings: postgresSettings({ user: `u${n}` }) })));
    assert.equal(races.filter(({ status }) => status === 200).length, 1);
    assert.equal(races.filter(({ status }) => status === 409).length, 3);
    await good('DELETE', '/sources/both?revision=3');
  });

  test('that is read by somebody stays, and says by whom', async () => {
    await good('POST', '/sources',
      { name: 'used', type: 'sqlite', settings: { database: 'shop.db' } });
    await good('POST', '/dashboards', dashboard('reader', { source: 'used', sql: 'select 1' }));
    await good('PUT', '/models/bills',
      { source: 'used', relations: { bills: { row_filters: [{ column: 'tenant', attribute: 'tenant' }] } } });
    const stays = await refused(409, 'source_in_use', 'DELETE', '/sources/used');
    assert.match(stays.body.error.message, /"About reader" \(reader\).*model "bills"/);
    assert.deepEqual(await good('GET', '/sources/used/uses'), {
      dashboards: [{ uid: 'reader', title: 'About reader' }], looks: [], models: ['bills'],
    });
    await good('DELETE', '/dashboards/reader');
    await refused(409, 'source_in_use', 'DELETE', '/sources/used');
    await good('DELETE', '/models/bills');
    await good('DELETE', '/sources/used');
  });

  test('of a provisioning folder is read-only, says so, and shows no settings', async () => {
    const own = await good('GET', '/sources/own');
    assert.equal(own.origin, 'provisioning');
    assert.equal(own.settings, null);
    const refusal = await refused(403, 'source_read_only', 'PUT', '/sources/own',
      { revision: own.revision, settings: { tables: { orders: 'orders.csv' } } });
    assert.match(refusal.body.error.message, /provisioning folder/);
    await refused(403, 'source_read_only', 'DELETE', '/sources/own');
    await refused(403, 'source_read_only', 'POST', '/sources/test',
      { name: 'own', settings: { tables: { orders: 'orders.csv' } } });
    assert.equal((await good('POST', '/sources/test', { name: 'own' })).answers, true);
  });

  test('of Grafana’s API is changed there, and may be tried and deleted here', async () => {
    const response = await fetch(`${server.url}/api/datasources`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.grafana.service_account_token}`,
        'content-type': 'application/json' },
      body: JSON.stringify({ name: 'G', type: 'prometheus', access: 'proxy',
        url: 'http://127.0.0.1:9', secureJsonData: { basicAuthPassword: kSecret } }),
    });
    assert.equal(response.status, 200, await response.text());
    assert.equal((await good('GET', '/sources/G')).origin, 'grafana');
    await refused(403, 'source_read_only', 'PUT', '/sources/G',
      { revision: 1, settings: { url: 'http://127.0.0.1:9' } });
    assert.equal((await good('POST', '/sources/test', { name: 'G' })).answers, false);
    await good('DELETE', '/sources/G');
  });
});

/** A server that hears and says nothing of use. */
async function listener() {
  let heard = '';
  const sockets = new Set();
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk;
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  await new Promise((done) => listening.listen(0, '127.0.0.1', done));
  return {
    port: listening.address().port,
    heard: () => heard,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => listening.close(done));
    },
  };
}

describe('The connection of a source', () => {
  test('is tried before anything is saved', async () => {
    const tried = await good('POST', '/sources/test',
      { type: 'sqlite', settings: { database: 'shop.db' } });
    assert.equal(tried.answers, true);
    assert.equal(tried.message, null);
    const silent = await good('POST', '/sources/test',
      { type: 'postgres', settings: postgresSettings(), secret: kSecret });
    assert.equal(silent.answers, false);
    assert.ok(silent.message.length > 10);
    assert.ok(!silent.message.includes(kSecret));
    const names = (await good('GET', '/sources')).sources.map(({ name }) => name);
    assert.deepEqual(names.sort(), ['own', 'pg']);
    const [last] = await audited('source.tested', (row) => row.detail.address === '127.0.0.1');
    assert.equal(last.detail.answers, false);
  });

  test('takes a kept secret nowhere else', async () => {
    const thief = await listener();
    try {
      const home = { url: 'http://127.0.0.1:9', timeout: '1s' };
      await good('POST', '/sources',
        { name: 'kept', type: 'prometheus', settings: home, secret: kSecret });
      const away = { ...home, url: `http://127.0.0.1:${thief.port}` };
      for (const [method, path, body] of [
        ['POST', '/sources/test', { name: 'kept', settings: away }],
        ['PUT', '/sources/kept', { revision: 1, settings: away }],
        ['PUT', '/sources/kept', { revision: 1, settings: { ...home, tls_verify: false } }],
      ]) {
        const answer = await refused(400, 'secret_needed', method, path, body);
        assert.equal(answer.field, 'secret');
      }
      assert.equal(thief.heard(), '');
      // With another one, or none, it goes; what is no address may change with the kept one.
      await good('POST', '/sources/test', { name: 'kept', settings: away, secret: 'typed anew' });
      assert.match(thief.heard(), /Bearer typed anew/);
      await good('POST', '/sources/test', { name: 'kept', settings: away, secret: null });
      assert.ok(!thief.heard().includes(kSecret));
      await good('PUT', '/sources/kept', { revision: 1, settings: { ...home, timeout: '2s' } });
    } finally {
      await thief.close();
      await call('DELETE', '/sources/kept');
    }
  });

  test('opens no file outside of the allowed folders, and tells of none', async () => {
    const outside = [
      ['duckdb', { tables: { t: join(files, 'outside.csv') } }],
      ['duckdb', { tables: { t: '../outside.csv' } }],
      ['duckdb', { tables: { t: '/no/such/file.csv' } }],
      ['duckdb', { tables: { t: 'passwd.csv' } }],
      ['duckdb', { tables: { t: '*.csv' } }],
      ['duckdb', { database: join(files, 'store', 'catalog.db') }],
      ['duckdb', { folder: files, tables: { t: 'outside.csv' } }],
      ['sqlite', { database: join(files, 'store', 'catalog.db') }],
      ['sqlite', { database: '../store/catalog.db' }],
      ['sqlite', { folder: '/', database: 'etc/passwd' }],
      ['postgres', postgresSettings({ host: postgres.folder })],
      ['postgres', postgresSettings({ host: '@abstract' })],
      ['postgres', postgresSettings({ ca_file: '/etc/ssl/certs/ca-certificates.crt' })],
      ['mysql', { socket: '/run/mysqld/mysqld.sock', user: 'u', database: 'd' }],
      ['mysql', { host: 'h', user: 'u', database: 'd', tls_ca: '/etc/passwd' }],
      ['prometheus', { url: 'https://127.0.0.1:9', ca_file: '/etc/passwd' }],
    ];
    const said = new Set();
    for (const [type, settings] of outside) {
      for (const path of ['/sources', '/sources/test']) {
        const body = path === '/sources' ? { name: 'out', type, settings } : { type, settings };
        const answer = await refused(403, 'folder_not_allowed', 'POST', path, body);
        assert.match(answer.field, /^settings\./);
        if (type === 'duckdb') said.add(answer.body.error.message.replace(/"(out|new)"/, '""'));
      }
    }
    assert.equal(said.size, 1, [...said].join('\n'));
  });

  test('is not kept open by many who try at once', async () => {
    const slow = createServer(() => undefined);
    await new Promise((done) => slow.listen(0, '127.0.0.1', done));
    const settings = { url: `http://127.0.0.1:${slow.address().port}`, timeout: '1s' };
    try {
      const all = await Promise.all(Array.from({ length: 12 }, () =>
        call('POST', '/sources/test', { type: 'prometheus', settings })));
      const busy = all.filter(({ status }) => status === 429);
      assert.ok(busy.length >= 4, `${busy.length} were told to wait`);
      assert.ok(all.every(({ status, body }) => status === 429 || body.answers === false));
      assert.equal((await good('GET', '/organization')).id, 1);
    } finally {
      slow.closeAllConnections?.();
      slow.close();
    }
  });
});

describe('What a source has', () => {
  const relations = async (name, query = '') =>
    (await good('GET', `/sources/${name}/schema${query}`)).relations;

  test('is told with types, for files and servers', async () => {
    assert.deepEqual(await relations('own'), [
      { name: 'orders', columns: [
        { name: 'tenant', type: 'VARCHAR' }, { name: 'id', type: 'BIGINT' },
        { name: 'note', type: 'VARCHAR' }] },
    ]);
    assert.deepEqual(await relations('pg'), [
      { name: 'flights', columns: [
        { name: 'origin', type: 'text' }, { name: 'fare', type: 'numeric(8,2)' }] },
    ]);
    await good('POST', '/sources',
      { name: 'lite', type: 'sqlite', settings: { database: 'shop.db' } });
    assert.deepEqual(await relations('lite'), [
      { name: 'bills', columns: [
        { name: 'id', type: 'INTEGER' }, { name: 'tenant', type: 'TEXT' }] },
    ]);
    await good('DELETE', '/sources/lite');
  });

  test('is searched and read in pages', async () => {
    await postgres.execute(Array.from({ length: 30 }, (_, i) =>
      `create table page_${String(i).padStart(2, '0')} (a int, marked_${i} int);`).join('\n'));
    const first = await good('GET', '/sources/pg/schema?search=PAGE_&limit=20');
    assert.equal(first.total, 30);
    assert.equal(first.relations.length, 20);
    const second = await good('GET', `/sources/pg/schema?search=page_&limit=20&after=${first.next}`);
    assert.equal(second.relations.length, 10);
    assert.equal(second.next, null);
    assert.deepEqual((await relations('pg', '?search=marked_17')).map(({ name }) => name), ['page_17']);
    assert.deepEqual(await relations('pg', "?search=%25'%3B--"), []);
    assert.equal((await call('GET', '/sources/pg/schema?limit=0')).status, 400);
    assert.equal((await call('GET', `/sources/pg/schema?search=${'x'.repeat(200)}`)).status, 400);
  });

  test('is metrics and labels for Prometheus', async () => {
    const metrics = await startMetrics({ samples: 2 });
    try {
      await good('POST', '/sources',
        { name: 'metrics', type: 'prometheus', settings: { url: metrics.url } });
      const schema = await good('GET', '/sources/metrics/schema?search=up');
      assert.ok(schema.relations.some(({ name }) => name === 'up'));
      const all = await good('GET', '/sources/metrics/schema?limit=2000');
      assert.ok(all.labels.includes('instance'));
    } finally {
      await call('DELETE', '/sources/metrics');
      await metrics.close();
    }
  });

  test('is not known while the source does not answer, and that is said without its address', async () => {
    await good('POST', '/sources', {
      name: 'away', type: 'postgres', settings: postgresSettings({ host: 'nowhere.invalid' }),
    });
    const answer = await call('GET', '/sources/away/schema');
    assert.equal(`${answer.status} ${answer.code}`, '503 source_unavailable', answer.text);
    assert.ok(!answer.text.includes('nowhere.invalid'));
    await good('DELETE', '/sources/away');
  });
});

describe('Models, for whoever writes queries', () => {
  test('are listed without what tells customers apart', async () => {
    await good('PUT', '/models/narrow', {
      source: 'own',
      label: 'Narrow',
      relations: {
        orders: {
          row_filters: [{ column: 'tenant', attribute: 'customer_of_ours' }],
          columns: { note: { show: 'stars', unless: 'see_sql' } },
        },
      },
    });
    const listed = await call('GET', '/models', undefined, tokens.Editor);
    const narrow = listed.body.models.find(({ name }) => name === 'narrow');
    assert.deepEqual(narrow, {
      name: 'narrow',
      label: 'Narrow',
      source: 'own',
      provisioned: false,
      relations: { orders: { columns: { note: { show: 'stars' } } } },
    });
    for (const word of ['row_filters', 'customer_of_ours', 'see_sql', '"version"']) {
      assert.ok(!listed.text.includes(word), word);
    }
    await refused(403, 'missing_permission', 'GET', '/models/narrow', undefined, tokens.Editor);
    // A query under it is written and asked without knowing them.
    const asked = await good('POST', '/draw/inspect', {
      panel: 1,
      document: dashboard('draft', { name: 'A', model: 'narrow', sql: 'select id from orders' })
        .document,
    }, tokens.Editor);
    assert.equal(asked.queries[0].error, null);
    await good('DELETE', '/models/narrow');
  });
});

describe('The rows of a model', () => {
  const preview = (body, model = 'orders') => call('POST', `/models/${model}/preview`, body);
  const column = (relation, name) =>
    relation.table.columns.find((one) => one.name === name).values;
  before(async () => {
    await good('PUT', '/models/orders', {
      source: 'own',
      relations: {
        orders: {
          row_filters: [{ column: 'tenant', attribute: 'tenant' }],
          columns: { note: { show: 'stars' } },
        },
      },
    });
  });
  after(() => call('DELETE', '/models/orders'));

  test('are those of the values, with covered columns covered', async () => {
    const { body, status, text } = await preview({ attributes: { tenant: ['acme'] } });
    assert.equal(status, 200, text);
    const [orders] = body.relations;
    assert.deepEqual(column(orders, 'id'), [1, 2]);
    assert.deepEqual(column(orders, 'note'), ['***', '***']);
    assert.deepEqual(orders.missing, []);
    const [row] = await audited('model.previewed');
    assert.deepEqual(row.detail, { name: 'orders', attributes: { tenant: ['acme'] } });
  });

  test('are none without a value, and that is said', async () => {
    for (const attributes of [{}, { tenant: [] }, { tenant: [''] }, { other: ['acme'] },
      { tenant: ["x' OR '1'='1"] }]) {
      const { body } = await preview({ attributes });
      const [orders] = body.relations;
      assert.equal(orders.table.rows, 0, JSON.stringify(attributes));
      const isMissing = !(attributes.tenant?.[0]?.length > 0);
      assert.deepEqual(orders.missing, isMissing ? ['tenant'] : []);
    }
  });

  test('are those of a user, by the attributes that he has and cannot edit', async () => {
    const login = await fetch(`${server.url}/api/4.0/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(keys.looker),
    });
    const { access_token: token } = await login.json();
    const looker = async (method, path, body) => {
      const response = await fetch(`${server.url}/api/4.0${path}`, {
        method,
        headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.equal(response.status, 200, await response.clone().text());
      return response.json();
    };
    const attribute = await looker('POST', '/user_attributes',
      { name: 'tenant', label: 'Tenant', type: 'string', default_value: 'globex' });
    const { id } = await looker('POST', '/users', { first_name: 'Eve', last_name: 'Example' });
    const user = Number(id);
    const { body, status, text } = await preview({ user });
    assert.equal(status, 200, text);
    assert.deepEqual(column(body.relations[0], 'id'), [3]);
    assert.deepEqual(body.user, { id: user, name: 'Eve Example' });
    const looked = await audited('model.previewed', (row) => row.detail.user === user);
    assert.equal(looked.length, 1);
    // What its owner may edit narrows nothing, so it leaves no rows.
    await looker('PATCH', `/user_attributes/${attribute.id}`, { user_can_edit: true });
    const edited = (await preview({ user })).body.relations[0];
    assert.equal(edited.table.rows, 0);
    assert.deepEqual(edited.missing, ['tenant']);
  });

  test('are asked for in one way, of what there is', async () => {
    await refused(400, 'invalid_body', 'POST', '/models/orders/preview', {});
    await refused(400, 'invalid_body', 'POST', '/models/orders/preview',
      { attributes: {}, user: 1 });
    await refused(404, 'user_not_found', 'POST', '/models/orders/preview', { user: 424242 });
    await refused(404, 'model_not_found', 'POST', '/models/none/preview', { attributes: {} });
    await refused(404, 'relation_not_found', 'POST', '/models/orders/preview',
      { attributes: {}, relation: 'nothing' });
    assert.equal((await preview({ attributes: { tenant: 'acme' } })).status, 400);
    assert.equal((await preview({ attributes: { tenant: Array(200).fill('x') } })).status, 400);
  });

  test('are bound in PostgreSQL too, and who reads a model is told', async () => {
    await good('PUT', '/models/fares', {
      source: 'pg',
      relations: { flights: { row_filters: [{ column: 'origin', attribute: 'airport' }] } },
    });
    const { body } = await preview({ attributes: { airport: ['ORD'] } }, 'fares');
    assert.deepEqual(column(body.relations[0], 'origin'), ['ORD']);
    await good('POST', '/dashboards',
      dashboard('fares', { model: 'fares', sql: 'select * from flights' }));
    assert.deepEqual((await good('GET', '/models/fares/uses')).dashboards,
      [{ uid: 'fares', title: 'About fares' }]);
    await refused(409, 'proof_broken', 'DELETE', '/models/fares');
    await good('DELETE', '/dashboards/fares');
    await good('DELETE', '/models/fares');
  });
});

describe('Others', () => {
  const kCalls = [
    ['GET', '/sources/own', undefined, 'Admin'],
    ['PUT', '/sources/own', { revision: 1, settings: {} }, 'Admin'],
    ['DELETE', '/sources/own', undefined, 'Admin'],
    ['GET', '/sources/own/uses', undefined, 'Admin'],
    ['POST', '/sources', { name: 'x', type: 'sqlite', settings: { database: 'shop.db' } }, 'Admin'],
    ['POST', '/sources/test', { name: 'own' }, 'Admin'],
    ['POST', '/models/none/preview', { attributes: {} }, 'Admin'],
    ['GET', '/models/none/uses', undefined, 'Admin'],
    ['GET', '/sources/own/schema', undefined, 'Editor'],
    ['GET', '/sources', undefined, 'Editor'],
    ['GET', '/models', undefined, 'Editor'],
    ['GET', '/models/none', undefined, 'Admin'],
  ];

  test('may do what their role permits and nothing more', async () => {
    for (const [method, path, body, least] of kCalls) {
      for (const role of ['Viewer', 'Editor']) {
        const answer = await call(method, path, body, tokens[role]);
        const may = role === least;
        assert.equal(answer.code === 'missing_permission', !may,
          `${role} ${method} ${path}: ${answer.status} ${answer.text}`);
      }
      assert.equal((await call(method, path, body, null)).status, 401);
    }
  });

  test('of another organization find nothing of ours', async () => {
    for (const [method, path, body] of kCalls) {
      if (path === '/sources' || path === '/models') continue;
      const answer = await call(method, path, body, tokens.other);
      assert.equal(answer.status, 404, `${method} ${path}: ${answer.status} ${answer.text}`);
    }
    assert.deepEqual((await good('GET', '/sources', undefined, tokens.other)).sources, []);
    assert.deepEqual((await good('GET', '/models', undefined, tokens.other)).models, []);
  });

  test('find no secret in the trail or the log', async () => {
    const trail = JSON.stringify((await good('GET', '/audit?limit=1000')).rows);
    assert.ok(!trail.includes(kSecret));
    assert.ok(!server.log().includes(kSecret));
  });
});
