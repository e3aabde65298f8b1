// Data sources, permissions, settings and the home dashboard (grafana.md §5) against a running
// server.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { bearer, startGrafana } from './support.mjs';

let files;
let grafana;
let editor;
let viewer;
before(async () => {
  files = realpathSync(mkdtempSync(join(tmpdir(), 'casement-sources-')));
  mkdirSync(join(files, 'data'));
  writeFileSync(join(files, 'data', 'n.csv'), 'n,who\n1,a\n2,b\n');
  symlinkSync('/etc/passwd', join(files, 'data', 'passwd.csv'));
  mkdirSync(join(files, 'provisioned', 'sources'), { recursive: true });
  writeFileSync(
    join(files, 'provisioned', 'sources', 'own.yaml'),
    'name: own\ntype: duckdb\nsettings:\n  tables:\n    n: ../data/n.csv\n',
  );
  grafana = await startGrafana({
    args: ['--provision', join(files, 'provisioned')],
    env: { CASEMENT_DATA_ALLOWED_FOLDERS: join(files, 'data') },
  });
  editor = bearer((await grafana.newKey('an editor', 'Editor')).key);
  viewer = bearer((await grafana.newKey('a viewer', 'Viewer')).key);
});
after(async () => {
  await grafana?.close();
  if (files) rmSync(files, { recursive: true, force: true });
});

const add = (body, status = 200) => grafana.post('/api/datasources', body, status);
const put = (uid, body, status = 200) =>
  grafana.expect(status, 'PUT', `/api/datasources/uid/${uid}`, { body });
const remove = (uid) => grafana.remove(`/api/datasources/uid/${uid}`);

describe('a data source', () => {
  test('is made, read, changed, listed and deleted', async () => {
    const made = await add({
      name: 'Metrics',
      type: 'prometheus',
      access: 'proxy',
      url: 'http://prometheus:9090',
      uid: 'metrics',
      user: 'u',
      database: 'd',
      basicAuth: true,
      basicAuthUser: 'b',
      withCredentials: true,
      jsonData: { httpMethod: 'POST', nested: { deep: [1, 2] } },
      secureJsonData: { basicAuthPassword: 'pass-1-pass-1', httpHeaderValue1: 'value-1-value-1' },
    });
    const { datasource, id, ...rest } = made;
    assert.deepEqual(rest, { message: 'Datasource added', name: 'Metrics' });
    assert.equal(typeof id, 'number');
    const whole = {
      id,
      uid: 'metrics',
      orgId: 1,
      name: 'Metrics',
      type: 'prometheus',
      typeLogoUrl: '',
      access: 'proxy',
      url: 'http://prometheus:9090',
      user: 'u',
      database: 'd',
      basicAuth: true,
      basicAuthUser: 'b',
      withCredentials: true,
      isDefault: false,
      jsonData: { httpMethod: 'POST', nested: { deep: [1, 2] } },
      secureJsonFields: { basicAuthPassword: true, httpHeaderValue1: true },
      version: 1,
      readOnly: false,
    };
    assert.deepEqual(datasource, whole);
    for (const path of ['uid/metrics', 'name/Metrics', String(id)]) {
      assert.deepEqual(await grafana.get(`/api/datasources/${path}`), whole, path);
    }
    const changed = await put('metrics', { ...whole, url: 'http://other:9090', version: 1 });
    assert.equal(changed.message, 'Datasource updated');
    assert.deepEqual(changed.datasource, { ...whole, url: 'http://other:9090', version: 2 });
    const { basicAuthUser, withCredentials, secureJsonFields, version, ...listed } = whole;
    const list = await grafana.get('/api/datasources');
    assert.deepEqual(
      list.find(({ uid }) => uid === 'metrics'),
      { ...listed, url: 'http://other:9090', typeName: 'prometheus' },
    );
    assert.deepEqual(await remove('metrics'), { message: 'Data source deleted', id });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      assert.deepEqual(
        await grafana.expect(404, method, '/api/datasources/uid/metrics', { body: {} }),
        { message: 'Data source not found' },
      );
    }
  });

  test('of older clients is changed and deleted by its number', async () => {
    const { id } = await add({ name: 'Old one', type: 'graphite' });
    const path = `/api/datasources/${id}`;
    const { datasource } = await grafana.expect(200, 'PUT', path, { body: { name: 'Renamed' } });
    assert.equal(datasource.name, 'Renamed');
    assert.equal(datasource.type, 'graphite');
    assert.deepEqual(await grafana.remove(path), { message: 'Data source deleted' });
    assert.equal(await grafana.simple(404, 'GET', path), 'Data source not found');
    for (const wrong of ['x', '1x', '99999999999999999999']) {
      assert.equal(
        await grafana.simple(400, 'GET', `/api/datasources/${wrong}`),
        'id is invalid',
        wrong,
      );
    }
  });

  test('is deleted by a name with anything in it', async () => {
    const name = 'A / b? %20 é';
    const { id } = await add({ name, type: 'graphite' });
    const path = `/api/datasources/name/${encodeURIComponent(name)}`;
    assert.equal((await grafana.get(path)).id, id);
    assert.deepEqual(await grafana.remove(path), { message: 'Data source deleted', id });
  });

  test('keeps its secrets until the body names them', async () => {
    await add({ name: 'S', type: 'x', uid: 's', secureJsonData: { a: 'one', b: 'two' } });
    const fields = async (body) => (await put('s', body)).datasource.secureJsonFields;
    assert.deepEqual(await fields({}), { a: true, b: true });
    assert.deepEqual(await fields({ secureJsonData: {} }), { a: true, b: true });
    assert.deepEqual(await fields({ secureJsonData: null }), { a: true, b: true });
    assert.deepEqual(await fields({ secureJsonData: { a: 'other', c: 'new' } }), {
      a: true,
      b: true,
      c: true,
    });
    assert.deepEqual(await fields({ secureJsonData: { a: '', c: '' } }), { b: true });
    assert.deepEqual(await fields({ secureJsonData: { b: '' } }), {});
    await remove('s');
  });

  test('that somebody else has changed is a conflict', async () => {
    await add({ name: 'V', type: 'x', uid: 'v' });
    await put('v', { version: 1, url: 'http://one' });
    const late = await put('v', { version: 1, url: 'http://two' }, 409);
    assert.deepEqual(late, {
      message: 'Datasource has already been updated by someone else. Please reload and try again',
    });
    const both = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        grafana.call('PUT', '/api/datasources/uid/v', { body: { version: 2, url: `http://${n}` } }),
      ),
    );
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    await remove('v');
  });

  test('shares neither its name nor its uid', async () => {
    await add({ name: 'One', type: 'x', uid: 'one' });
    await add({ name: 'Two', type: 'x', uid: 'two' });
    const message = 'data source with the same name already exists';
    assert.deepEqual(await add({ name: 'One', type: 'x' }, 409), { message });
    assert.deepEqual(await add({ name: 'Three', type: 'x', uid: 'one' }, 409), {
      message: 'data source with the same uid already exists',
    });
    assert.deepEqual(await put('two', { name: 'One' }, 409), {
      message: `Failed to update datasource: ${message}`,
    });
    assert.equal((await put('two', { uid: 'one' }, 409)).message.includes('same uid'), true);
    await remove('one');
    await remove('two');
  });

  test('is the default alone', async () => {
    await add({ name: 'A', type: 'x', uid: 'a', isDefault: true });
    await add({ name: 'B', type: 'x', uid: 'b', isDefault: true });
    const defaults = async () =>
      (await grafana.get('/api/datasources')).filter((s) => s.isDefault).map((s) => s.uid);
    assert.deepEqual(await defaults(), ['b']);
    assert.equal((await grafana.get('/api/datasources/uid/a')).version, 1);
    await put('a', { isDefault: true });
    assert.deepEqual(await defaults(), ['a']);
    await remove('a');
    assert.deepEqual(await defaults(), []);
    await remove('b');
  });

  test('is for Admins only', async () => {
    for (const headers of [editor, viewer]) {
      const refused = await grafana.expect(403, 'GET', '/api/datasources', { headers });
      assert.equal(refused.title, 'Access denied');
      assert.match(refused.message, /datasources:read$/);
    }
    const refused = await grafana.expect(403, 'POST', '/api/datasources', {
      headers: editor,
      body: { name: 'x', type: 'x' },
    });
    assert.match(refused.message, /datasources:create$/);
    assert.equal(
      await grafana.typed(401, 'GET', '/api/datasources', { headers: {} }),
      'auth.unauthorized',
    );
  });

  test('of another type is kept, and says that it cannot be queried', async () => {
    await add({ name: 'P', type: 'elasticsearch', uid: 'p' });
    const health = await grafana.expect(400, 'GET', '/api/datasources/uid/p/health');
    assert.equal(health.status, 'ERROR');
    assert.match(health.message, /cannot query/);
    // Nothing else minds it.
    const sources = await grafana.get('/api/casement/v1/sources', {
      headers: bearer(grafana.credentials.service_token),
    });
    assert.deepEqual(
      sources.sources.find(({ name }) => name === 'P'),
      { name: 'P', type: 'elasticsearch', provisioned: false, tables: [] },
    );
    await grafana.restart({
      args: ['--provision', join(files, 'provisioned')],
      env: { CASEMENT_DATA_ALLOWED_FOLDERS: join(files, 'data') },
    });
    assert.equal((await grafana.get('/api/datasources/uid/p')).name, 'P');
    await remove('p');
  });

  test('with secrets shows them nowhere, not in the log either', async () => {
    const secret = 'correct-horse-battery';
    const seen = [];
    const call = async (method, path, body) =>
      seen.push((await grafana.call(method, path, { body })).text);
    await call('POST', '/api/datasources', {
      name: 'H',
      type: 'x',
      uid: 'h',
      secureJsonData: { password: secret },
    });
    await call('POST', '/api/datasources', { name: 'H', type: 'x', secureJsonData: secret });
    await call('POST', '/api/datasources', { name: 'H', secureJsonData: { password: secret } });
    await call('GET', '/api/datasources/uid/h');
    await call('GET', '/api/datasources');
    await call('GET', '/api/datasources/uid/h/health');
    await call('PUT', '/api/datasources/uid/h', { secureJsonData: { password: [secret] } });
    await call('PUT', '/api/datasources/uid/h', `{"secureJsonData":{"password":"${secret}"`);
    await call('GET', '/api/admin/settings');
    await call('DELETE', '/api/datasources/uid/h');
    const audit = await grafana.get('/api/casement/v1/audit', {
      headers: bearer(grafana.credentials.service_token),
    });
    assert.ok(JSON.stringify(audit).includes('source.created'));
    for (const text of [...seen, JSON.stringify(audit), grafana.server.log()]) {
      assert.ok(!text.includes(secret), text);
    }
  });
});

describe('a data source over files', () => {
  const source = (jsonData) => ({ name: 'Files', type: 'duckdb', uid: 'files', jsonData });

  test('answers queries from a folder that is allowed', async () => {
    const { datasource } = await add(source({ tables: { n: 'n.csv' } }));
    assert.deepEqual(datasource.jsonData, { tables: { n: 'n.csv' } });
    const health = await grafana.get('/api/datasources/uid/files/health', { headers: editor });
    assert.equal(health.status, 'OK');
    assert.equal(typeof health.message, 'string');
    await remove('files');
  });

  test('reads nothing outside of it', async () => {
    for (const path of [
      '/etc/passwd.csv',
      '../data/../../secret.csv',
      '../provisioned/x.csv',
      'passwd.csv',
      join(files, 'data', '..', 'x.csv'),
      'missing.csv',
    ]) {
      const { message } = await add(source({ tables: { n: path } }), 403);
      assert.match(message, /data\.allowed_folders/, path);
      assert.ok(!message.includes(files), message);
    }
    await add(source({ database: '/etc/shadow' }), 403);
    for (const jsonData of [
      {},
      { tables: {} },
      { tables: { n: 7 } },
      { tables: { 'n; DROP': 'n.csv' } },
      { tables: { n: 'http://127.0.0.1/n.csv' } },
      { tables: { n: 'n.csv' }, database: 'x.duckdb' },
      { tables: { n: 'n.csv' }, threads: 'many' },
    ]) {
      await add(source(jsonData), 400);
    }
    await grafana.expect(404, 'GET', '/api/datasources/uid/files');
  });

  test('that a folder provisions is shown without its paths, and only read', async () => {
    const list = await grafana.get('/api/datasources');
    const own = list.find(({ name }) => name === 'own');
    assert.equal(own.readOnly, true);
    assert.deepEqual(own.jsonData, {});
    const whole = await grafana.call('GET', `/api/datasources/uid/${own.uid}`);
    assert.ok(!whole.text.includes('n.csv'));
    const health = await grafana.get(`/api/datasources/uid/${own.uid}/health`);
    assert.equal(health.status, 'OK');
    assert.match(
      (await put(own.uid, { name: 'mine' }, 403)).message,
      /^Cannot update read-only data source/,
    );
    assert.match(
      await grafana.simple(403, 'DELETE', `/api/datasources/uid/${own.uid}`),
      /^Cannot delete read-only data source/,
    );
    assert.match(
      await grafana.simple(403, 'DELETE', '/api/datasources/name/own'),
      /^Cannot delete read-only data source/,
    );
  });
});

describe('bodies that are none', () => {
  test('are refused', async () => {
    for (const body of [
      '{',
      '[]',
      '"x"',
      '{"name":"x","name":"x","type":"x"}',
      { name: 7, type: 'x' },
      { name: 'x', type: 'x', uid: 'a/b' },
      { name: 'x', type: 'x', uid: 'x'.repeat(41) },
      { name: 'x'.repeat(191), type: 'x' },
      { name: 'x', type: 'x', jsonData: 'x' },
      { name: 'x', type: 'x', secureJsonData: { a: 7 } },
      { name: 'x' },
      { type: 'x' },
      {},
    ]) {
      await add(body, 400);
    }
    const huge = await grafana.call('POST', '/api/datasources', {
      body: { name: 'x', type: 'x', jsonData: { a: 'x'.repeat(2 * 1024 * 1024) } },
    });
    assert.equal(huge.status, 413);
    const names = (await grafana.get('/api/datasources')).map(({ name }) => name);
    assert.deepEqual(names, ['own']);
  });
});

describe('permissions', () => {
  before(async () => {
    await grafana.post('/api/folders', { uid: 'f', title: 'F' });
    await grafana.post('/api/dashboards/db', {
      dashboard: { uid: 'd', title: 'D' },
      folderUid: 'f',
    });
  });
  const paths = ['/api/folders/f/permissions', '/api/dashboards/uid/d/permissions'];

  test('are what roles may', async () => {
    for (const path of paths) {
      const list = await grafana.get(path);
      assert.deepEqual(
        list.map((item) => [item.role, item.permission, item.permissionName]),
        [
          ['Viewer', 1, 'View'],
          ['Editor', 2, 'Edit'],
        ],
      );
      for (const item of list) {
        assert.equal(item.userId, 0);
        assert.equal(item.teamId, 0);
        assert.equal(item.folderUid, 'f');
      }
    }
    const [dashboard] = await grafana.get(paths[1]);
    assert.equal(dashboard.uid, 'd');
    assert.equal(dashboard.isFolder, false);
    assert.equal(dashboard.inherited, true);
  });

  test('can be set to what they are', async () => {
    const as = (items) => grafana.call('POST', paths[1], { body: { items } });
    const told = await as(await grafana.get(paths[1]));
    assert.equal(told.status, 200, told.text);
    assert.deepEqual(told.json, { message: 'Dashboard permissions updated' });
    assert.equal(
      (
        await as([
          { role: 'Editor', permission: 2 },
          { role: 'Viewer', permission: 1 },
        ])
      ).status,
      200,
    );
    for (const items of [
      [],
      [{ role: 'Viewer', permission: 2 }],
      [{ role: 'Viewer', permission: 1 }],
      [
        { role: 'Viewer', permission: 1 },
        { role: 'Editor', permission: 2 },
        { userId: 3, permission: 1 },
      ],
      [{ teamId: 3, permission: 1 }],
    ]) {
      const refused = await as(items);
      assert.equal(refused.status, 400);
      assert.match(refused.json.message, /rights to roles/);
    }
    assert.equal((await grafana.call('POST', paths[1], { body: {} })).status, 400);
    assert.deepEqual(await grafana.post(paths[0], { items: await grafana.get(paths[0]) }), {
      message: 'Folder permissions updated',
    });
  });

  test('are an Admin’s to see', async () => {
    for (const path of paths) {
      await grafana.expect(403, 'GET', path, { headers: editor });
      await grafana.expect(403, 'POST', path, { headers: editor, body: { items: [] } });
    }
    await grafana.expect(404, 'GET', '/api/dashboards/uid/nowhere/permissions');
    await grafana.expect(404, 'GET', '/api/folders/nowhere/permissions');
  });
});

describe('settings and home', () => {
  test('settings are texts by section, without secrets and paths', async () => {
    const settings = await grafana.get('/api/admin/settings');
    assert.equal(settings.aliyun.api_key_share, 'false');
    assert.equal(settings.aliyun.login_rate_limiter, '10');
    assert.equal(settings.auth.api_key_max_seconds_to_live, '-1');
    assert.equal(typeof settings['auth.anonymous'].enabled, 'string');
    assert.equal(settings.security.allow_embedding, 'true');
    assert.equal(settings.security.master_key_file, '');
    for (const section of Object.values(settings)) {
      for (const [name, value] of Object.entries(section)) {
        assert.equal(typeof value, 'string', name);
        assert.ok(!value.includes(grafana.folder) && !value.includes(files), name);
      }
    }
    assert.equal(settings.store, undefined);
    await grafana.expect(403, 'GET', '/api/admin/settings', { headers: editor });
  });

  test('home is a document with its meta', async () => {
    const home = await grafana.get('/api/dashboards/home', { headers: viewer });
    assert.equal(home.meta.isHome, true);
    assert.equal(home.meta.canSave, false);
    assert.equal(home.dashboard.title, 'Home');
    assert.ok(Array.isArray(home.dashboard.panels));
    await grafana.expect(401, 'GET', '/api/dashboards/home', { headers: {} });
  });
});
