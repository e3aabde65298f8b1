// Every call that Grafana's Terraform provider makes for a folder, a data source, a dashboard, a
// service account and its token, in its order: apply, plan (which reads everything again), a change,
// destroy. Headers and bodies are those of its Go client, which leaves out what is empty or false;
// answers are decoded as strictly as it does (grafana.md §5).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startGrafana } from './support.mjs';

let grafana;
before(async () => {
  grafana = await startGrafana();
});
after(() => grafana?.close());

/** A call of the Go client. A refusal must be JSON too, or the client fails on it otherwise. */
async function send(method, path, body) {
  const answer = await grafana.call(method, path, {
    headers: {
      'User-Agent': 'Terraform/1.9.0 (+https://www.terraform.io) terraform-provider-grafana/4.0.0',
      Accept: 'application/json',
      Authorization: `Bearer ${grafana.admin}`,
      'Accept-Encoding': 'identity',
    },
    body: body === undefined ? undefined : `${JSON.stringify(body)}\n`,
  });
  assert.match(answer.headers['content-type'], /^application\/json/, `${method} ${path}`);
  assert.notEqual(answer.json, undefined, answer.text);
  return answer;
}
async function done(method, path, body, status = 200) {
  const answer = await send(method, path, body);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer.json;
}
const gone = (path) => done('GET', path, undefined, 404);

// What Go would decode the members into. A member that is there must be of its type; one of the
// required must be there.
const isText = (value) => typeof value === 'string';
const isFlag = (value) => typeof value === 'boolean';
const isNumber = (value) => Number.isSafeInteger(value);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTime = (value) => isText(value) && !Number.isNaN(Date.parse(value));
const isFlags = (value) => isObject(value) && Object.values(value).every(isFlag);
const maybe = (is) => Object.assign((value) => value === null || is(value), { optional: true });

function decode(value, members, what) {
  assert.ok(isObject(value), what);
  for (const [name, is] of Object.entries(members)) {
    if (is.optional && !(name in value)) continue;
    assert.ok(is(value[name]), `${what}.${name}: ${JSON.stringify(value[name])}`);
  }
  return value;
}

const folderMembers = {
  id: isNumber,
  uid: isText,
  title: isText,
  url: isText,
  orgId: maybe(isNumber),
  parentUid: maybe(isText),
  hasAcl: maybe(isFlag),
  canSave: maybe(isFlag),
  canEdit: maybe(isFlag),
  canAdmin: maybe(isFlag),
  canDelete: maybe(isFlag),
  created: maybe(isTime),
  createdBy: maybe(isText),
  updated: maybe(isTime),
  updatedBy: maybe(isText),
  version: maybe(isNumber),
  parents: maybe(Array.isArray),
};
const datasourceMembers = {
  id: isNumber,
  uid: isText,
  orgId: isNumber,
  name: isText,
  type: isText,
  typeLogoUrl: maybe(isText),
  access: isText,
  url: isText,
  user: isText,
  database: isText,
  basicAuth: isFlag,
  basicAuthUser: isText,
  withCredentials: maybe(isFlag),
  isDefault: isFlag,
  // The provider fails on anything but an object, null too.
  jsonData: isObject,
  secureJsonFields: maybe(isFlags),
  version: maybe(isNumber),
  readOnly: isFlag,
  accessControl: maybe(isFlags),
};
const accountMembers = {
  id: isNumber,
  name: isText,
  login: maybe(isText),
  orgId: isNumber,
  role: isText,
  isDisabled: isFlag,
  uid: maybe(isText),
  avatarUrl: maybe(isText),
  tokens: maybe(isNumber),
};
const tokenMembers = {
  id: isNumber,
  name: isText,
  created: maybe(isTime),
  expiration: maybe(isTime),
  lastUsedAt: maybe(isTime),
  hasExpired: isFlag,
  isRevoked: maybe(isFlag),
  secondsUntilExpiration: maybe((value) => typeof value === 'number'),
};

const readFolder = async (uid) =>
  decode(await done('GET', `/api/folders/${uid}`), folderMembers, 'folder');
const readSource = async (uid) =>
  decode(await done('GET', `/api/datasources/uid/${uid}`), datasourceMembers, 'datasource');
async function readDashboard(uid) {
  const { meta, dashboard } = await done('GET', `/api/dashboards/uid/${uid}`);
  decode(meta, { url: isText, folderUid: isText, slug: isText, version: isNumber }, 'meta');
  for (const time of ['created', 'updated', 'expires']) assert.ok(isTime(meta[time]), time);
  decode(dashboard, { uid: isText, id: isNumber, version: isNumber }, 'dashboard');
  return { meta, dashboard };
}
/** Older providers look for the account in a list. */
async function readAccount(id) {
  const own = decode(await done('GET', `/api/serviceaccounts/${id}`), accountMembers, 'account');
  const page = await done('GET', '/api/serviceaccounts/search?page=1&perpage=5000');
  decode(page, { totalCount: isNumber, page: isNumber, perPage: isNumber }, 'page');
  const listed = page.serviceAccounts.find((account) => account.id === id);
  decode(listed, accountMembers, 'listed account');
  for (const name of ['name', 'role', 'isDisabled']) assert.equal(listed[name], own[name]);
  return own;
}
async function readToken(account, id) {
  const list = await done('GET', `/api/serviceaccounts/${account}/tokens`);
  for (const token of list) decode(token, tokenMembers, 'token');
  return list.find((token) => token.id === id);
}

/** The dashboard without what the provider takes out before it compares. */
function normalized({ id, version, ...dashboard }) {
  return { ...dashboard, panels: dashboard.panels?.map(({ id: _, ...panel }) => panel) };
}

describe('terraform', { concurrency: false }, () => {
  const model = {
    title: 'Traffic',
    uid: 'traffic',
    tags: ['a'],
    timezone: 'browser',
    schemaVersion: 39,
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'Requests',
        gridPos: { h: 8, w: 12, x: 0, y: 0 },
        datasource: { type: 'prometheus', uid: 'metrics' },
        targets: [{ refId: 'A', expr: 'rate(requests_total[$__rate_interval])' }],
        fieldConfig: { defaults: { unit: 'reqps', custom: { lineWidth: 1.5 } }, overrides: [] },
      },
    ],
    time: { from: 'now-6h', to: 'now' },
  };
  const state = {};

  test('the provider asks which server it is', async () => {
    const health = await done('GET', '/api/health');
    assert.match(health.version, /^\d+\.\d+\.\d+/);
  });

  test('apply makes everything, and reads it', async () => {
    const folder = decode(
      await done('POST', '/api/folders', { title: 'Team' }),
      folderMembers,
      'folder',
    );
    state.folder = folder.uid;
    assert.equal((await readFolder(folder.uid)).title, 'Team');
    const child = await done('POST', '/api/folders', {
      title: 'Inner',
      uid: 'inner',
      parentUid: folder.uid,
    });
    assert.equal((await readFolder(child.uid)).parentUid, folder.uid);

    const added = decode(
      await done('POST', '/api/datasources', {
        access: 'proxy',
        basicAuth: true,
        basicAuthUser: 'reader',
        isDefault: true,
        jsonData: { httpHeaderName1: 'X-Scope-OrgID', httpMethod: 'POST' },
        name: 'Metrics',
        secureJsonData: { basicAuthPassword: 'first-secret', httpHeaderValue1: 'header-secret' },
        type: 'prometheus',
        uid: 'metrics',
        url: 'https://prometheus.example:9090',
      }),
      { id: isNumber, name: isText, message: isText, datasource: isObject },
      'added',
    );
    decode(added.datasource, datasourceMembers, 'added.datasource');
    const source = await readSource(added.datasource.uid);
    assert.deepEqual(source.jsonData, { httpHeaderName1: 'X-Scope-OrgID', httpMethod: 'POST' });
    assert.deepEqual(source.secureJsonFields, { basicAuthPassword: true, httpHeaderValue1: true });
    assert.equal(source.isDefault, true);
    // The least that the provider can send.
    const least = await done('POST', '/api/datasources', {
      access: 'proxy',
      jsonData: {},
      name: 'Least',
      type: 'testdata',
    });
    state.least = least.datasource.uid;
    assert.deepEqual((await readSource(state.least)).jsonData, {});

    const saved = decode(
      await done('POST', '/api/dashboards/db', {
        dashboard: model,
        folderUid: state.folder,
        message: 'from code',
        updatedAt: '0001-01-01T00:00:00.000Z',
      }),
      { id: isNumber, uid: isText, url: isText, version: isNumber, status: isText },
      'saved',
    );
    assert.equal(saved.uid, 'traffic');
    const read = await readDashboard(saved.uid);
    assert.equal(read.meta.folderUid, state.folder);
    assert.deepEqual(normalized(read.dashboard), normalized(model));
    state.dashboard = read.dashboard.id;

    const account = decode(
      await done('POST', '/api/serviceaccounts', { name: 'robot', role: 'Viewer' }, 201),
      accountMembers,
      'account',
    );
    state.account = account.id;
    assert.equal((await readAccount(account.id)).role, 'Viewer');

    const token = decode(
      await done('POST', `/api/serviceaccounts/${account.id}/tokens`, {
        name: 'robot-token',
        secondsToLive: 86_400,
      }),
      { id: isNumber, name: isText, key: isText },
      'token',
    );
    state.token = token.id;
    const shown = await readToken(account.id, token.id);
    assert.equal(shown.name, 'robot-token');
    assert.equal(shown.hasExpired, false);
    assert.ok(isTime(shown.expiration));
  });

  test('plan reads everything again and finds nothing to do', async () => {
    for (let time = 0; time < 2; ++time) {
      const folder = await readFolder(state.folder);
      assert.deepEqual([folder.title, folder.parentUid ?? ''], ['Team', '']);
      const source = await readSource('metrics');
      assert.deepEqual(
        [source.name, source.type, source.url, source.access, source.basicAuthUser, source.user],
        ['Metrics', 'prometheus', 'https://prometheus.example:9090', 'proxy', 'reader', ''],
      );
      const { dashboard, meta } = await readDashboard('traffic');
      assert.deepEqual(normalized(dashboard), normalized(model));
      assert.equal(dashboard.version, 1);
      assert.equal(meta.url, '/d/traffic/traffic');
      const account = await readAccount(state.account);
      assert.deepEqual(
        [account.name, account.role, account.isDisabled],
        ['robot', 'Viewer', false],
      );
      assert.ok(await readToken(state.account, state.token));
    }
    // As `terraform plan -generate-config-out` and data sources list them.
    for (const type of ['dash-db', 'dash-folder']) {
      for (const hit of await done('GET', `/api/search?type=${type}`)) {
        decode(hit, { uid: isText, title: isText, folderUid: maybe(isText), id: isNumber }, type);
      }
    }
    for (const source of await done('GET', '/api/datasources')) {
      decode(source, { uid: isText, name: isText, readOnly: isFlag, id: isNumber }, 'listed');
    }
  });

  test('apply changes what has changed', async () => {
    await done('GET', `/api/folders/${state.folder}`);
    decode(
      await done('PUT', `/api/folders/${state.folder}`, { overwrite: true, title: 'Team two' }),
      folderMembers,
      'folder',
    );
    assert.equal((await readFolder(state.folder)).title, 'Team two');

    const changed = await done('PUT', '/api/datasources/uid/metrics', {
      access: 'proxy',
      isDefault: true,
      jsonData: { httpMethod: 'GET' },
      name: 'Metrics',
      secureJsonData: { basicAuthPassword: 'second-secret' },
      type: 'prometheus',
      uid: 'metrics',
      url: 'https://prometheus.example:9091',
    });
    decode(
      changed,
      { id: isNumber, name: isText, message: isText, datasource: isObject },
      'changed',
    );
    const source = await readSource('metrics');
    assert.equal(source.url, 'https://prometheus.example:9091');
    assert.equal(source.basicAuth, false);
    assert.deepEqual(source.jsonData, { httpMethod: 'GET' });

    const edited = { ...model, title: 'More traffic', id: state.dashboard };
    await done('POST', '/api/dashboards/db', {
      dashboard: edited,
      folderUid: 'inner',
      overwrite: true,
      updatedAt: '0001-01-01T00:00:00.000Z',
    });
    const read = await readDashboard('traffic');
    assert.equal(read.dashboard.version, 2);
    assert.equal(read.dashboard.id, state.dashboard);
    assert.equal(read.meta.folderUid, 'inner');
    assert.deepEqual(normalized(read.dashboard), normalized(edited));

    await done('PATCH', `/api/serviceaccounts/${state.account}`, {
      isDisabled: true,
      name: 'robot',
      role: 'Editor',
      serviceAccountId: state.account,
    });
    const account = await readAccount(state.account);
    assert.deepEqual([account.role, account.isDisabled], ['Editor', true]);
  });

  test('what somebody removed by hand is gone for plan, and made anew', async () => {
    await done('DELETE', '/api/dashboards/uid/traffic');
    await gone('/api/dashboards/uid/traffic');
    await done('DELETE', `/api/datasources/uid/${state.least}`);
    await gone(`/api/datasources/uid/${state.least}`);
    const saved = await done('POST', '/api/dashboards/db', {
      dashboard: model,
      folderUid: 'inner',
      updatedAt: '0001-01-01T00:00:00.000Z',
    });
    assert.equal(saved.uid, 'traffic');
  });

  test('destroy removes everything, in the other order', async () => {
    const message = { message: isText };
    decode(
      await done('DELETE', `/api/serviceaccounts/${state.account}/tokens/${state.token}`),
      message,
      'token',
    );
    assert.equal(await readToken(state.account, state.token), undefined);
    decode(await done('DELETE', `/api/serviceaccounts/${state.account}`), message, 'account');
    await gone(`/api/serviceaccounts/${state.account}`);
    decode(
      await done('DELETE', '/api/dashboards/uid/traffic'),
      { ...message, title: isText, uid: isText },
      'dashboard',
    );
    await gone('/api/dashboards/uid/traffic');
    decode(await done('DELETE', '/api/datasources/uid/metrics'), message, 'datasource');
    await gone('/api/datasources/uid/metrics');
    // prevent_destroy_if_not_empty looks first.
    for (const type of ['dash-db', 'dash-folder']) {
      assert.deepEqual(await done('GET', `/api/search?folderUIDs=inner&type=${type}`), []);
    }
    for (const uid of ['inner', state.folder]) {
      decode(
        await done('DELETE', `/api/folders/${uid}?forceDeleteRules=true`),
        { ...message, id: isNumber, title: isText },
        'folder',
      );
      await gone(`/api/folders/${uid}`);
    }
    // A second destroy finds nothing, which is no failure for the provider.
    await done('DELETE', '/api/datasources/uid/metrics', undefined, 404);
    await done('DELETE', '/api/dashboards/uid/traffic', undefined, 404);
    await done('DELETE', `/api/folders/${state.folder}`, undefined, 404);
    for (const token of await done('GET', '/api/datasources')) assert.fail(token.name);
    assert.deepEqual(await done('GET', '/api/search'), []);
    assert.ok(!grafana.server.log().includes('secret'), 'a secret in the log');
  });

  test('a folder whose uid is a number is asked for by number first', async () => {
    await done('POST', '/api/folders', { title: 'Numbered', uid: '4711' });
    await gone('/api/folders/id/4711');
    assert.equal((await readFolder('4711')).title, 'Numbered');
    await done('DELETE', '/api/folders/4711?forceDeleteRules=true');
  });
});
