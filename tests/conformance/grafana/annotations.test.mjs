// Annotations (grafana.md §5) against a running server: written by who may, read by who sees what they
// are about, and shown on public dashboards that want them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { bearer, startGrafana } from './support.mjs';

const NOON = Date.UTC(2026, 2, 11, 12);
const MINUTE = 60_000;

let grafana;
let editor;
let viewer;
before(async () => {
  grafana = await startGrafana();
  editor = bearer((await grafana.newKey('an editor', 'Editor')).key);
  viewer = bearer((await grafana.newKey('a viewer', 'Viewer')).key);
  for (const uid of ['one', 'two']) {
    await grafana.post('/api/dashboards/db', { dashboard: { uid, title: `Dashboard ${uid}` } });
  }
});
after(() => grafana?.close());

const root = '/api/annotations';
const add = (body, status = 200, headers = editor) =>
  grafana.expect(status, 'POST', root, { headers, body });
const list = (query = '', headers = viewer) => grafana.get(`${root}?${query}`, { headers });
const texts = async (query, headers) => (await list(query, headers)).map(({ text }) => text);
const change = (method, id, body, status = 200) =>
  grafana.expect(status, method, `${root}/${id}`, { headers: editor, body });

describe('annotations', () => {
  test('are made, read, changed and deleted', async () => {
    const made = await add({
      dashboardUID: 'one',
      panelId: 2,
      time: NOON,
      timeEnd: NOON + MINUTE,
      text: 'deployed',
      tags: ['deploy', ' deploy ', 'ci', ''],
      data: { build: 7 },
    });
    assert.equal(made.message, 'Annotation added');
    const row = await grafana.get(`${root}/${made.id}`, { headers: viewer });
    const { dashboardId, created, updated, ...rest } = row;
    assert.deepEqual(rest, {
      id: made.id,
      alertId: 0,
      alertName: '',
      dashboardUID: 'one',
      panelId: 2,
      userId: 0,
      userName: 'an editor',
      newState: '',
      prevState: '',
      time: NOON,
      timeEnd: NOON + MINUTE,
      text: 'deployed',
      tags: ['deploy', 'ci'],
      login: 'an editor',
      email: '',
      avatarUrl: '',
      data: { build: 7 },
    });
    assert.ok(dashboardId > 0 && created > NOON && updated >= created);

    assert.equal((await change('PATCH', made.id, { tags: ['late'] })).message, 'Annotation patched');
    const patched = await grafana.get(`${root}/${made.id}`);
    assert.deepEqual([patched.text, patched.tags, patched.time, patched.timeEnd],
      ['deployed', ['late'], NOON, NOON + MINUTE]);

    const whole = { text: 'rolled back', time: NOON + 2 * MINUTE };
    assert.equal((await change('PUT', made.id, whole)).message, 'Annotation updated');
    const put = await grafana.get(`${root}/${made.id}`);
    assert.deepEqual([put.text, put.tags, put.time, put.timeEnd, put.dashboardUID, put.panelId],
      ['rolled back', [], whole.time, whole.time, 'one', 2]);

    assert.equal((await change('DELETE', made.id)).message, 'Annotation deleted');
    for (const method of ['GET', 'DELETE']) {
      assert.equal(await grafana.simple(404, method, `${root}/${made.id}`), 'Annotation not found');
    }
    assert.equal((await change('PATCH', made.id, { text: 'x' }, 404)).message, 'Annotation not found');
  });

  test('are found by time, place and tags, the last first', async () => {
    await add({ text: 'all', time: NOON, tags: ['a'] });
    await add({ text: 'long', time: NOON, timeEnd: NOON + 60 * MINUTE, tags: ['a', 'b'] });
    await add({ text: 'of two', dashboardUID: 'two', panelId: 4, time: NOON + 30 * MINUTE, tags: ['b'] });
    const { id } = (await grafana.get('/api/dashboards/uid/two')).dashboard;
    assert.deepEqual(await texts(), ['long', 'of two', 'all']);
    assert.deepEqual(await texts(`from=${NOON + MINUTE}`), ['long', 'of two']);
    assert.deepEqual(await texts(`from=${NOON - MINUTE}&to=${NOON}`), ['long', 'all']);
    assert.deepEqual(await texts(`dashboardUID=two`), ['of two']);
    assert.deepEqual(await texts(`dashboardId=${id}&panelId=4`), ['of two']);
    assert.deepEqual(await texts(`dashboardId=${id}&panelId=5`), []);
    assert.deepEqual(await texts('tags=a&tags=b'), ['long']);
    assert.deepEqual(await texts('tags=a&tags=b&matchAny=true'), ['long', 'of two', 'all']);
    assert.deepEqual(await texts('limit=1'), ['long']);
    assert.deepEqual(await texts('type=alert'), []);
    assert.deepEqual(await texts('type=annotation&limit=2'), ['long', 'of two']);
    assert.deepEqual(await texts('tags=%27%20OR%201%3D1'), []);
    assert.equal(
      await grafana.simple(400, 'GET', `${root}?dashboardUID=nosuch`, { headers: viewer }),
      'Invalid dashboard UID in annotation request',
    );
    // What is no number says nothing, as for the vendor.
    assert.equal((await list('from=x&panelId=-1&limit=0&dashboardId=999999999999999999999999')).length, 3);
  });

  test('have tags, with how often each stands', async () => {
    const { result } = await grafana.get(`${root}/tags`, { headers: viewer });
    assert.deepEqual(result.tags, [{ tag: 'a', count: 2 }, { tag: 'b', count: 2 }]);
    const one = await grafana.get(`${root}/tags?tag=B&limit=5`);
    assert.deepEqual(one.result.tags, [{ tag: 'b', count: 2 }]);
    assert.equal((await grafana.get(`${root}/tags?limit=1`)).result.tags.length, 1);
  });

  test('are written by who may change dashboards', async () => {
    const { id } = await add({ text: 'kept' });
    const refused = async (method, path, body) => {
      const answer = await grafana.expect(403, method, path, { headers: viewer, body });
      assert.match(answer.message, /annotations:/);
    };
    await refused('POST', root, { text: 'x' });
    await refused('PUT', `${root}/${id}`, { text: 'x' });
    await refused('PATCH', `${root}/${id}`, { text: 'x' });
    await refused('DELETE', `${root}/${id}`);
    assert.equal(await grafana.typed(401, 'GET', root, { headers: {} }), 'auth.unauthorized');
    assert.equal((await grafana.get(`${root}/${id}`)).text, 'kept');
    await change('DELETE', id);
  });

  test('say what is wrong with them', async () => {
    const cases = [
      [{}, 'Failed to save annotation'],
      [{ text: '' }, 'Failed to save annotation'],
      [{ text: 'x', panelId: 3 }, 'Failed to save annotation'],
      [{ text: 'x', tags: Array.from({ length: 65 }, (_, i) => `t${i}`) }, 'Failed to save annotation'],
      [{ text: 'x', tags: ['t'.repeat(101)] }, 'bad request data'],
      [{ text: 'x'.repeat(65_537) }, 'bad request data'],
      [{ text: 'x', tags: 'a' }, 'bad request data'],
      [{ text: 'x', time: -1 }, 'bad request data'],
      [{ text: 'x', time: 1e18 }, 'bad request data'],
      [{ text: 'x', time: '5' }, 'bad request data'],
      [{ text: 'x', data: [] }, 'bad request data'],
      [{ text: 'x', dashboardId: -1 }, 'bad request data'],
    ];
    for (const [body, message] of cases) {
      assert.equal((await add(body, 400)).message, message, JSON.stringify(body).slice(0, 80));
    }
    assert.equal((await add({ text: 'x', dashboardUID: 'nosuch' }, 404)).message, 'Dashboard not found');
    assert.equal((await add({ text: 'x', dashboardId: 999_999 }, 404)).message, 'Dashboard not found');
    for (const id of ['x', '9'.repeat(30), '1.5']) {
      assert.equal(await grafana.simple(400, 'GET', `${root}/${id}`), 'annotationId is invalid', id);
    }
    for (const id of ['0', '-1', '9223372036854775807']) {
      assert.equal(await grafana.simple(404, 'GET', `${root}/${id}`), 'Annotation not found', id);
    }
    // A region that is given backwards is turned round.
    const { id } = await add({ text: 'turned', time: NOON, timeEnd: NOON - MINUTE });
    const row = await grafana.get(`${root}/${id}`);
    assert.deepEqual([row.time, row.timeEnd], [NOON - MINUTE, NOON]);
    await change('DELETE', id);
  });

  test('of a dashboard go out of sight with it', async () => {
    await grafana.post('/api/dashboards/db', { dashboard: { uid: 'brief', title: 'Brief' } });
    const { id } = await add({ text: 'soon gone', dashboardUID: 'brief', tags: ['brief'] });
    await grafana.remove('/api/dashboards/uid/brief');
    assert.equal(await grafana.simple(404, 'GET', `${root}/${id}`), 'Annotation not found');
    assert.ok(!(await texts()).includes('soon gone'));
    assert.deepEqual((await grafana.get(`${root}/tags?tag=brief`)).result.tags, []);
  });
});

describe('annotations of what is kept for a group', () => {
  test('are not there for who does not see its folder', async () => {
    // Made where everybody sees it, then moved into a folder that only a group may see.
    await grafana.post('/api/folders', { uid: 'board', title: 'Board' });
    await grafana.post('/api/dashboards/db', {
      dashboard: { uid: 'figures', title: 'Figures' },
      folderUid: 'board',
    });
    const { id } = await add({ text: 'merger', dashboardUID: 'figures', tags: ['secret'] });
    const { dashboardId } = await grafana.get(`${root}/${id}`);
    await keepForGroup('board');

    for (const headers of [viewer, editor]) {
      assert.ok(!(await texts('', headers)).includes('merger'));
      assert.deepEqual(await texts(`dashboardId=${dashboardId}`, headers), []);
      assert.deepEqual(await texts('tags=secret', headers), []);
      assert.equal(await grafana.simple(404, 'GET', `${root}/${id}`, { headers }), 'Annotation not found');
      assert.equal(
        await grafana.simple(400, 'GET', `${root}?dashboardUID=figures`, { headers }),
        'Invalid dashboard UID in annotation request',
      );
      const tags = await grafana.get(`${root}/tags?tag=secret`, { headers });
      assert.deepEqual(tags.result.tags, []);
    }
    assert.equal((await change('PATCH', id, { text: 'x' }, 404)).message, 'Annotation not found');
    assert.equal((await change('DELETE', id, undefined, 404)).message, 'Annotation not found');
    assert.equal((await add({ text: 'x', dashboardUID: 'figures' }, 404)).message, 'Dashboard not found');
    assert.equal((await add({ text: 'x', dashboardId }, 404)).message, 'Dashboard not found');
    // Whoever manages the organization sees everything.
    assert.deepEqual(await texts('tags=secret', bearer(grafana.admin)), ['merger']);
  });
});

/** Through the API whose folders have groups. */
async function keepForGroup(uid) {
  const { client_id, client_secret } = grafana.credentials.looker;
  const login = await grafana.call('POST', '/api/4.0/login', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `client_id=${client_id}&client_secret=${client_secret}`,
  });
  assert.equal(login.status, 200, login.text);
  const headers = { Authorization: `token ${login.json.access_token}` };
  const group = await grafana.expect(200, 'POST', '/api/4.0/groups', { headers, body: { name: 'board' } });
  const { id } = await grafana.get(`/api/folders/${uid}`);
  const body = { casement_group_ids: [group.id] };
  await grafana.expect(200, 'PATCH', `/api/4.0/folders/${id}`, { headers, body });
}
