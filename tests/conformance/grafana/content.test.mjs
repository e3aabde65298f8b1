// The calls around sharable links (grafana.md §5) against a running server: folders, dashboards and
// their versions, import, search, organization, user, health; and what a tool that applies and
// destroys a plan does with them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { bearer, startGrafana } from './support.mjs';

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

let grafana;
let editor;
let viewer;
before(async () => {
  grafana = await startGrafana();
  editor = bearer((await grafana.newKey('an editor', 'Editor')).key);
  viewer = bearer((await grafana.newKey('a viewer', 'Viewer')).key);
});
after(() => grafana?.close());

const titles = (list) => list.map(({ title }) => title);
const save = (dashboard, more = {}, status = 200) =>
  grafana.expect(status, 'POST', '/api/dashboards/db', {
    headers: editor,
    body: { dashboard, ...more },
  });
const read = (uid) => grafana.get(`/api/dashboards/uid/${uid}`);
const folder = (title, more = {}, status = 200) =>
  grafana.expect(status, 'POST', '/api/folders', { headers: editor, body: { title, ...more } });

describe('health', () => {
  test('is told to anybody, pretty, with a version that a semantic one is read from', async () => {
    const answer = await grafana.call('GET', '/api/health', { headers: {} });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json; charset=UTF-8');
    assert.match(answer.text, /^\{\n {2}"database": "ok",\n/);
    assert.match(answer.json.version, /^\d+\.\d+\.\d+\+[0-9A-Za-z-]+$/);
  });
});

describe('the organization and the user', () => {
  test('are told to whoever has a key', async () => {
    const org = await grafana.get('/api/org', { headers: viewer });
    assert.equal(org.id, 1);
    assert.equal(org.name, 'Main');
    assert.deepEqual(Object.keys(org.address).sort(), [
      'address1',
      'address2',
      'city',
      'country',
      'state',
      'zipCode',
    ]);
    assert.equal(await grafana.simple(404, 'GET', '/api/user'), 'user not found');
    assert.equal(await grafana.typed(401, 'GET', '/api/org', { headers: {} }), 'auth.unauthorized');
  });
});

describe('folders', () => {
  test('are made, read, changed, listed and deleted', async () => {
    const made = await folder(' Plants ', { uid: 'plants', description: 'All of them' });
    assert.deepEqual(
      { ...made, created: 0, updated: 0 },
      {
        id: made.id,
        uid: 'plants',
        title: 'Plants',
        orgId: 1,
        url: '/dashboards/f/plants/plants',
        hasAcl: false,
        canSave: true,
        canEdit: true,
        canAdmin: false,
        canDelete: true,
        createdBy: 'an editor',
        created: 0,
        updatedBy: 'an editor',
        updated: 0,
        version: 1,
        description: 'All of them',
      },
    );
    assert.match(made.created, rfc3339);
    const seen = await grafana.get('/api/folders/plants', { headers: viewer });
    assert.equal(seen.canSave, false);
    const put = (body, status = 200) =>
      grafana.expect(status, 'PUT', '/api/folders/plants', { headers: editor, body });
    const changed = await put({ title: 'Works', version: 1 });
    assert.equal(changed.title, 'Works');
    assert.equal(changed.version, 2);
    assert.equal(changed.description, 'All of them');
    assert.deepEqual(await put({ title: 'Late', version: 1 }, 412), {
      message: 'the folder has been changed by someone else',
      status: 'version-mismatch',
    });
    assert.equal((await put({ title: 'Later', version: 1, overwrite: true })).version, 3);
    assert.deepEqual(await grafana.get('/api/folders'), [
      { id: made.id, uid: 'plants', title: 'Later' },
    ]);
    assert.deepEqual(await grafana.remove('/api/folders/plants'), {
      message: 'Folder Later deleted',
      id: made.id,
      title: 'Later',
    });
    assert.deepEqual(await grafana.expect(404, 'GET', '/api/folders/plants'), {
      message: 'folder not found',
      status: 'not-found',
    });
  });

  test('get a uid when they come without one', async () => {
    const made = await folder('Without');
    assert.match(made.uid, /^[0-9A-Za-z]{14}$/);
    await grafana.remove(`/api/folders/${made.uid}`);
  });

  test('are refused in the words of the vendor', async () => {
    await folder('Taken', { uid: 'taken' });
    const refused = async (status, body) => {
      const answer = await grafana.expect(status, 'POST', '/api/folders', { body });
      return answer.message;
    };
    for (const body of ['{', '[]', { title: 7 }]) {
      assert.equal(await refused(400, body), 'bad request data');
    }
    for (const body of ['', {}, { title: '  ' }]) {
      assert.equal(await refused(400, body), 'folder title cannot be empty');
    }
    assert.equal(await refused(400, { title: 'T', uid: 'a/b' }), 'uid contains illegal characters');
    assert.equal(
      await refused(400, { title: 'T', uid: 'general' }),
      'uid contains illegal characters',
    );
    assert.equal(
      await refused(400, { title: 'T', uid: 'x'.repeat(41) }),
      'uid too long, max 40 characters',
    );
    assert.equal(
      await refused(409, { title: 'Other', uid: 'taken' }),
      'a folder/dashboard with the same uid already exists',
    );
    assert.equal(
      await refused(409, { title: 'Taken' }),
      'a folder with the same name already exists in the current location',
    );
    assert.equal(await refused(404, { title: 'T', parentUid: 'nowhere' }), 'folder not found');
    await grafana.remove('/api/folders/taken');
  });

  test('stand in one another, move and go together', async () => {
    const top = await folder('Top', { uid: 'top' });
    await folder('Middle', { uid: 'middle', parentUid: 'top' });
    const low = await folder('Low', { uid: 'low', parentUid: 'middle' });
    assert.equal(low.parentUid, 'middle');
    assert.deepEqual(titles(low.parents), ['Top', 'Middle']);
    assert.deepEqual(titles(await grafana.get('/api/folders')), ['Top']);
    const [middle] = await grafana.get('/api/folders?parentUid=top');
    assert.equal(middle.parentUid, 'top');
    await folder('Second', { uid: 'second', parentUid: 'top' });
    assert.deepEqual(titles(await grafana.get('/api/folders?parentUid=top&limit=1&page=2')), [
      'Second',
    ]);
    await grafana.expect(404, 'GET', '/api/folders?parentUid=nowhere');
    await save({ title: 'In low', uid: 'in-low' }, { folderUid: 'low' });
    assert.deepEqual(await grafana.get('/api/folders/top/counts'), {
      folder: 3,
      dashboard: 1,
      librarypanel: 0,
      alertrule: 0,
    });

    const move = (uid, parentUid, status = 200) =>
      grafana.expect(status, 'POST', `/api/folders/${uid}/move`, { body: { parentUid } });
    assert.equal((await move('top', 'low', 400)).messageId, 'folder.circular-reference');
    assert.equal((await move('top', 'top', 400)).messageId, 'folder.circular-reference');
    await move('low', 'nowhere', 404);
    const moved = await move('low', '');
    assert.equal(moved.parentUid, undefined);
    assert.equal(moved.version, 2);
    await move('low', 'second');

    await grafana.remove('/api/folders/top');
    for (const uid of ['top', 'middle', 'second', 'low']) {
      await grafana.expect(404, 'GET', `/api/folders/${uid}`);
    }
    await grafana.expect(404, 'GET', '/api/dashboards/uid/in-low');
    assert.deepEqual(await grafana.get(`/api/search?folderUIDs=${top.uid}`), []);
  });

  test('do not stand deeper in one another than can be seen', async () => {
    let parentUid = '';
    for (let depth = 1; depth <= 32; ++depth) {
      ({ uid: parentUid } = await folder('Deep', { uid: `deep-${depth}`, parentUid }));
    }
    const refused = await folder('Deep', { parentUid }, 400);
    assert.equal(refused.messageId, 'folder.maximum-depth-reached');
    await folder('Pair', { uid: 'pair' });
    await folder('Child', { uid: 'child', parentUid: 'pair' });
    const moved = await grafana.expect(400, 'POST', '/api/folders/pair/move', {
      body: { parentUid: 'deep-31' },
    });
    assert.equal(moved.messageId, 'folder.maximum-depth-reached');
    await grafana.remove('/api/folders/pair');
    await grafana.remove('/api/folders/deep-1');
  });
});

describe('dashboards', () => {
  const document = {
    id: null,
    title: 'Boilers',
    tags: ['heat', 'plant'],
    schemaVersion: 41,
    panels: [{ id: 1, type: 'timeseries', targets: [{ expr: 'up{job="x"}' }], unknown: [1, 2.5] }],
    templating: { list: [] },
  };

  test('are made, and echoed unchanged but id, uid and version', async () => {
    const made = await save({ ...document, uid: 'boilers' }, { message: 'First' });
    assert.deepEqual(made, {
      id: made.id,
      uid: 'boilers',
      url: '/d/boilers/boilers',
      status: 'success',
      version: 1,
      slug: 'boilers',
      title: 'Boilers',
      folderUid: '',
    });
    const { dashboard, meta } = await grafana.get('/api/dashboards/uid/boilers', {
      headers: viewer,
    });
    assert.deepEqual(dashboard, { ...document, id: made.id, uid: 'boilers', version: 1 });
    assert.equal(meta.type, 'db');
    assert.equal(meta.canSave, false);
    assert.equal(meta.url, '/d/boilers/boilers');
    assert.equal(meta.version, 1);
    assert.equal(meta.folderUid, '');
    assert.equal(meta.folderTitle, 'General');
    assert.equal(meta.createdBy, 'an editor');
    assert.match(meta.created, rfc3339);
  });

  test('are changed by whoever knows their version', async () => {
    const { dashboard } = await read('boilers');
    const second = await save({ ...dashboard, title: 'Boilers 2' });
    assert.equal(second.version, 2);
    assert.equal(second.id, dashboard.id);
    const mismatch = {
      message: 'The dashboard has been changed by someone else',
      status: 'version-mismatch',
    };
    assert.deepEqual(await save({ ...dashboard, title: 'Late' }, {}, 412), mismatch);
    assert.deepEqual(await save({ title: 'Blind', uid: 'boilers' }, {}, 412), mismatch);
    assert.equal((await read('boilers')).dashboard.title, 'Boilers 2');
    const third = await save({ ...dashboard, title: 'Boilers 3' }, { overwrite: true });
    assert.equal(third.version, 3);
    assert.equal((await read('boilers')).meta.updatedBy, 'an editor');
  });

  test('of one moment are saved once', async () => {
    const { dashboard } = await read('boilers');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        grafana.call('POST', '/api/dashboards/db', {
          headers: editor,
          body: { dashboard: { ...dashboard, title: `Race ${i}` } },
        }),
      ),
    );
    const codes = answers.map(({ status }) => status).sort();
    assert.deepEqual(codes, [200, ...Array(7).fill(412)]);
    assert.equal((await read('boilers')).dashboard.version, dashboard.version + 1);
    const made = await Promise.all(
      Array.from({ length: 4 }, () =>
        grafana.call('POST', '/api/dashboards/db', {
          headers: editor,
          body: { dashboard: { uid: 'once', title: 'Once' } },
        }),
      ),
    );
    assert.deepEqual(made.map(({ status }) => status).sort(), [200, 412, 412, 412]);
    await grafana.remove('/api/dashboards/uid/once');
  });

  test('get a uid when they come without one', async () => {
    const made = await save({ title: 'Без имени' });
    assert.match(made.uid, /^[0-9A-Za-z]{14}$/);
    assert.equal(made.url, `/d/${made.uid}`);
    await grafana.remove(`/api/dashboards/uid/${made.uid}`);
  });

  test('are refused in the words of the vendor', async () => {
    const refused = (status, body) =>
      grafana.expect(status, 'POST', '/api/dashboards/db', { body });
    for (const body of ['{', '[]', '', {}, { dashboard: [] }, { dashboard: {}, overwrite: 1 }]) {
      assert.equal((await refused(400, body)).message, 'bad request data');
    }
    for (const title of [undefined, '', '  ', 7, null]) {
      assert.deepEqual(await refused(400, { dashboard: { title } }), {
        message: 'Dashboard title cannot be empty',
        status: 'empty-name',
      });
    }
    await refused(400, { dashboard: { title: 'x'.repeat(5000) } });
    const told = async (status, body) => (await refused(status, body)).message;
    assert.equal(
      await told(400, { dashboard: { title: 'T', uid: '../etc' } }),
      'uid contains illegal characters',
    );
    assert.equal(
      await told(400, { dashboard: { title: 'T', uid: 'x'.repeat(41) } }),
      'uid too long, max 40 characters',
    );
    assert.equal(
      await told(400, { dashboard: { title: 'T' }, folderUid: 'nowhere' }),
      'folder not found',
    );
    assert.equal(
      await told(400, { dashboard: { title: 'T' }, folderId: 999999 }),
      'folder not found',
    );
    assert.deepEqual(await refused(404, { dashboard: { title: 'T', id: 999999 } }), {
      message: 'Dashboard not found',
      status: 'not-found',
    });
    const { id } = (await read('boilers')).dashboard;
    assert.match(
      await told(400, { dashboard: { title: 'T', id, uid: 'another' } }),
      /keeps its uid/,
    );
    assert.equal((await grafana.expect(404, 'GET', '/api/dashboards/uid/no')).status, 'not-found');
    await grafana.expect(404, 'DELETE', '/api/dashboards/uid/no');
  });

  test('keep what they were, and go back to it', async () => {
    const first = await save({ title: 'V 1', uid: 'versions', x: 1 }, { message: 'one' });
    await save({ title: 'V 2', uid: 'versions', x: 2, version: 1 }, { message: 'two' });
    const path = '/api/dashboards/uid/versions';
    const { versions, continueToken } = await grafana.get(`${path}/versions`);
    assert.equal(continueToken, '');
    assert.deepEqual(
      versions.map(({ version, parentVersion, message, createdBy }) => [
        version,
        parentVersion,
        message,
        createdBy,
      ]),
      [
        [2, 1, 'two', 'an editor'],
        [1, 0, 'one', 'an editor'],
      ],
    );
    const page = await grafana.get(`${path}/versions?limit=1`);
    assert.equal(page.continueToken, '2');
    const rest = await grafana.get(`${path}/versions?limit=1&continueToken=2`);
    assert.deepEqual([rest.versions[0].version, rest.continueToken], [1, '']);
    const one = await grafana.get(`${path}/versions/1`);
    assert.deepEqual(one.data, { title: 'V 1', uid: 'versions', x: 1, id: first.id, version: 1 });
    const restored = await grafana.expect(200, 'POST', `${path}/restore`, {
      headers: editor,
      body: { version: 1 },
    });
    assert.equal(restored.version, 3);
    const { dashboard } = await read('versions');
    assert.deepEqual([dashboard.title, dashboard.x, dashboard.version], ['V 1', 1, 3]);
    const last = await grafana.get(`${path}/versions/3`);
    assert.deepEqual([last.restoredFrom, last.message], [1, 'Restored from version 1']);
    const message = 'Dashboard version not found';
    assert.equal(await grafana.simple(404, 'GET', `${path}/versions/9`), message);
    assert.equal(await grafana.simple(400, 'GET', `${path}/versions/x`), 'id is invalid');
    assert.equal(
      await grafana.simple(404, 'POST', `${path}/restore`, { body: { version: 9 } }),
      message,
    );
    assert.equal(await grafana.simple(400, 'POST', `${path}/restore`), 'bad request data');
    await grafana.remove(path);
    await grafana.expect(404, 'GET', `${path}/versions`);
  });

  test('that were deleted give their uid to new ones, and can be restored all the same', async () => {
    const first = await save({ title: 'Gone', uid: 'again' });
    assert.deepEqual(await grafana.remove('/api/dashboards/uid/again'), {
      title: 'Gone',
      message: 'Dashboard Gone deleted',
      uid: 'again',
    });
    assert.deepEqual(titles(await grafana.get('/api/search?deleted=true&query=Gone')), ['Gone']);
    assert.deepEqual(
      await grafana.get('/api/search?deleted=true&query=Gone', { headers: viewer }),
      [],
    );
    const second = await save({ title: 'New', uid: 'again', version: 5 });
    assert.notEqual(second.id, first.id);
    assert.equal(second.version, 1);
    assert.equal((await read('again')).dashboard.title, 'New');
    const [binned] = await grafana.get('/api/search?deleted=true&query=Gone');
    assert.equal(binned.id, first.id);
    assert.match(binned.uid, /^bin-/);
    await grafana.remove('/api/dashboards/uid/again');
  });

  test('of this server’s own format are found and deleted here, not read or written', async () => {
    const native = await grafana.expect(201, 'POST', '/api/casement/v1/dashboards', {
      headers: bearer(grafana.credentials.service_token),
      body: { document: { uid: 'own-one', title: 'Own one', panels: [] } },
    });
    assert.equal(native.uid, 'own-one');
    const [hit] = await grafana.get('/api/search?query=own%20one');
    assert.deepEqual([hit.uid, hit.type], ['own-one', 'dash-db']);
    const path = '/api/dashboards/uid/own-one';
    assert.match(await grafana.simple(406, 'GET', path), /api\/casement\/v1\/dashboards\/own-one/);
    assert.match(await grafana.simple(406, 'GET', `${path}/versions`), /another API/);
    const refused = await save({ title: 'T', uid: 'own-one' }, { overwrite: true }, 400);
    assert.match(refused.message, /another API/);
    await grafana.remove(path);
  });

  test('are counted by their tags', async () => {
    await save({ title: 'Tagged', uid: 'tagged', tags: ['heat', 'heat', 7, 'cold'] });
    assert.deepEqual(await grafana.get('/api/dashboards/tags', { headers: viewer }), [
      { term: 'cold', count: 1 },
      { term: 'heat', count: 2 },
      { term: 'plant', count: 1 },
    ]);
    await grafana.remove('/api/dashboards/uid/tagged');
  });

  test('that were exported come in with their inputs filled in', async () => {
    const exported = {
      __inputs: [{ name: 'DS_MAIN', type: 'datasource', pluginId: 'prometheus' }],
      id: 77,
      uid: 'imported',
      title: 'Imported',
      panels: [{ datasource: { uid: '${DS_MAIN}' }, legend: '${other} ${DS_MAIN}!' }],
    };
    const inputs = [{ name: 'DS_MAIN', type: 'datasource', value: 'main' }];
    const path = '/api/dashboards/import';
    const missing = await grafana.expect(400, 'POST', path, { body: { dashboard: exported } });
    assert.equal(missing.message, 'Dashboard input missing in request payload: DS_MAIN');
    const made = await grafana.post(path, { dashboard: exported, inputs });
    assert.deepEqual(
      [made.uid, made.imported, made.importedUrl],
      ['imported', true, '/d/imported/imported'],
    );
    const { dashboard } = await read('imported');
    assert.deepEqual(dashboard.panels, [{ datasource: { uid: 'main' }, legend: '${other} main!' }]);
    assert.equal(dashboard.__inputs, undefined);
    await grafana.expect(412, 'POST', path, { body: { dashboard: exported, inputs } });
    await grafana.post(path, { dashboard: exported, inputs, overwrite: true });
    await grafana.remove('/api/dashboards/uid/imported');
  });
});

describe('search', () => {
  before(async () => {
    await folder('Search here', { uid: 'here' });
    await save({ title: 'Search b', uid: 'sb', tags: ['one', 'two'] }, { folderUid: 'here' });
    await save({ title: 'search a', uid: 'sa', tags: ['one'] });
    await save({ title: 'Search c', uid: 'sc' });
  });
  const find = async (query) => titles(await grafana.get(`/api/search?query=SEARCH&${query}`));

  test('finds folders and dashboards', async () => {
    assert.deepEqual(await find(''), ['Search here', 'Search b', 'Search c', 'search a']);
    const [hit] = await grafana.get('/api/search?dashboardUIDs=sb');
    assert.equal(hit.uri, 'db/search-b');
    assert.equal(hit.url, '/d/sb/search-b');
    assert.deepEqual(hit.tags, ['one', 'two']);
    assert.deepEqual([hit.folderUid, hit.folderTitle], ['here', 'Search here']);
    assert.deepEqual([hit.isStarred, hit.isDeleted, hit.orgId], [false, false, 1]);
  });

  test('narrows by every parameter', async () => {
    assert.deepEqual(await find('type=dash-folder'), ['Search here']);
    assert.deepEqual(await find('type=dash-db&sort=alpha-desc'), [
      'search a',
      'Search c',
      'Search b',
    ]);
    assert.deepEqual(await find('tag=one'), ['Search b', 'search a']);
    assert.deepEqual(await find('tag=one&tag=two'), ['Search b']);
    assert.deepEqual(await find('folderUIDs=here'), ['Search b']);
    assert.deepEqual(await find('folderUIDs=general&type=dash-db'), ['Search c', 'search a']);
    assert.deepEqual(await find('folderUIDs=here&folderUIDs=general&type=dash-db&limit=2&page=2'), [
      'search a',
    ]);
    assert.deepEqual(await find('dashboardUIDs=sa&dashboardUIDs=sc'), ['Search c', 'search a']);
    assert.deepEqual(await find('starred=true'), []);
    assert.deepEqual(await find('page=900000000000000'), []);
    assert.deepEqual(
      await grafana.get('/api/search?permission=Edit&query=search', { headers: viewer }),
      [],
    );
    assert.match(
      (await grafana.expect(422, 'GET', '/api/search?limit=5001')).message,
      /above maximum allowed/,
    );
  });
});

describe('who may do what', () => {
  test('a viewer changes nothing, and is told which permission he lacks', async () => {
    const calls = [
      ['POST', '/api/folders', 'folders:create'],
      ['PUT', '/api/folders/here', 'folders:write'],
      ['DELETE', '/api/folders/here', 'folders:delete'],
      ['POST', '/api/folders/here/move', 'folders:write'],
      ['POST', '/api/dashboards/db', 'dashboards:write'],
      ['POST', '/api/dashboards/import', 'dashboards:create'],
      ['DELETE', '/api/dashboards/uid/sa', 'dashboards:delete'],
      ['GET', '/api/dashboards/uid/sa/versions', 'dashboards:write'],
      ['GET', '/api/dashboards/uid/sa/versions/1', 'dashboards:write'],
      ['POST', '/api/dashboards/uid/sa/restore', 'dashboards:write'],
    ];
    for (const [method, path, action] of calls) {
      const refused = await grafana.expect(403, method, path, { headers: viewer });
      assert.equal(refused.title, 'Access denied');
      assert.ok(refused.message.endsWith(`Permissions needed: ${action}`), refused.message);
      await grafana.expect(401, method, path, { headers: {} });
    }
    const nobody = bearer((await grafana.newKey('nobody', 'None')).key);
    for (const path of ['/api/folders', '/api/search', '/api/dashboards/uid/sa', '/api/org']) {
      await grafana.expect(403, 'GET', path, { headers: nobody });
    }
  });
});

describe('a tool that applies and destroys a plan', () => {
  test('finds every call it makes, twice over', async () => {
    for (let round = 1; round <= 2; ++round) {
      const { version } = await grafana.get('/api/health', { headers: {} });
      assert.match(version, /^11\./);
      await grafana.get('/api/org');
      const account = await grafana.newAccount(`plan ${round}`, 'Editor');
      const token = await grafana.newToken(account.id, `plan ${round}`);
      const headers = bearer(token.key);
      const top = await grafana.expect(200, 'POST', '/api/folders', {
        headers,
        body: { uid: 'plan', title: 'Plan', parentUid: '' },
      });
      await grafana.get(`/api/folders/${top.uid}`, { headers });
      const config = { uid: 'plan-board', title: 'Plan board', panels: [] };
      const made = await grafana.expect(200, 'POST', '/api/dashboards/db', {
        headers,
        body: { dashboard: config, folderUid: top.uid, overwrite: false, message: '' },
      });
      const board = await grafana.get(`/api/dashboards/uid/${made.uid}`, { headers });
      assert.equal(typeof board.dashboard.id, 'number');
      assert.equal(typeof board.dashboard.version, 'number');
      assert.equal(board.meta.folderUid, 'plan');
      const found = await grafana.get(`/api/search?type=dash-db&limit=5000&folderUIDs=plan`);
      assert.deepEqual(titles(found), ['Plan board']);
      const changed = await grafana.expect(200, 'POST', '/api/dashboards/db', {
        headers,
        body: {
          dashboard: { ...config, id: made.id, title: 'Changed' },
          folderUid: top.uid,
          overwrite: true,
        },
      });
      assert.equal(changed.version, 2);
      await grafana.expect(200, 'PUT', '/api/folders/plan', {
        headers,
        body: { title: 'Plan, changed', overwrite: true },
      });
      for (const path of ['/api/dashboards/uid/plan-board', '/api/folders/plan']) {
        await grafana.expect(200, 'DELETE', path, { headers });
        await grafana.expect(404, 'GET', path, { headers });
      }
      await grafana.remove(`/api/serviceaccounts/${account.id}/tokens/${token.id}`);
      await grafana.remove(`/api/serviceaccounts/${account.id}`);
    }
  });
});
