// What each permission opens, and that nothing else does.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { allPermissions, rowsOf, startLooker } from './support.mjs';

const notFound = (type = 'dashboard') =>
  `The ${type} you requested could not be found. It either doesn't exist or you don't have permission to view it.`;

const userMade = {
  title: 'Made by hand',
  timezone: 'UTC',
  panels: [
    {
      id: 1,
      type: 'table',
      grid: { x: 0, y: 0, w: 24, h: 4 },
      queries: [{ name: 'A', source: 'plain', sql: 'select sum(amount) as total from sales' }],
    },
  ],
};

describe('a permission', () => {
  let looker, made;
  before(async () => {
    looker = await startLooker();
    made = await looker.own('POST', '/dashboards', { document: userMade }, 201);
  });
  after(() => looker?.close());

  let count = 0;
  /** A session with these permissions that shows nothing yet. */
  const session = (permissions, more = {}) =>
    looker.viewer(
      { external_user_id: `p${(count += 1)}`, permissions, ...more },
      { target: '/embed/preload/' },
    );
  async function sees(viewer, target) {
    const answer = await viewer.view(target);
    assert.equal(answer.status, 200, `${target}: ${answer.text}`);
    const { type, id } = answer.head.content;
    if (type === 'folder') return answer;
    const data = await viewer.query({ content: `${type}s/${id}` });
    assert.equal(data.status, 200, data.text);
    for (const line of data.lines) assert.ok(!line.error, data.text);
    return answer;
  }
  async function isBlindTo(viewer, target, type = 'dashboard') {
    const answer = await viewer.view(target);
    assert.deepEqual(
      [answer.status, answer.code],
      [404, 'content_not_found'],
      `${target}: ${answer.text}`,
    );
    assert.equal(answer.message, notFound(type));
    const content = /^\/embed\/([^?]*)/.exec(target)[1];
    for (const call of [viewer.query({ content }), viewer.export({ content, panel: 1 })]) {
      const data = await call;
      assert.deepEqual([data.status, data.message], [404, notFound(type)], data.text);
    }
  }
  const byHand = () => `/embed/dashboards/${made.id ?? made.uid}`;

  test('for a dashboard that people made is three: data, looks, dashboards, for its model', async () => {
    await sees(await session(allPermissions), byHand());
    for (const permissions of [
      ['access_data', 'see_looks'],
      ['access_data', 'see_user_dashboards'],
      ['see_looks', 'see_user_dashboards'],
      ['see_user_dashboards'],
      ['access_data', 'see_lookml_dashboards'],
    ]) {
      await isBlindTo(await session(permissions), byHand());
    }
    await isBlindTo(await session(allPermissions, { models: ['other'] }), byHand());
    await isBlindTo(
      await session(allPermissions, { models: ['Plain', 'plain ', '*', 'all'] }),
      byHand(),
    );
  });

  test('see_lookml_dashboards opens what was provisioned, by its model too', async () => {
    const viewer = await session(['access_data', 'see_lookml_dashboards']);
    await sees(viewer, '/embed/dashboards/sales');
    await sees(viewer, '/embed/dashboards/plain::sales');
    await isBlindTo(viewer, '/embed/dashboards/other::sales');
    await isBlindTo(await session(['see_lookml_dashboards']), '/embed/dashboards/sales');
    const other = await session(allPermissions);
    await sees(other, '/embed/dashboards/sales');
    await isBlindTo(other, '/embed/dashboards/plain::sales');
  });

  test('for a page of text asks for no model of its own', async () => {
    await sees(await session(allPermissions, { models: ['anything'] }), '/embed/dashboards/note');
    await isBlindTo(
      await session(['access_data'], { models: ['anything'] }),
      '/embed/dashboards/note',
    );
  });

  test('says the same of what is missing and of what is not allowed', async () => {
    const viewer = await session(['access_data', 'see_looks']);
    for (const id of [
      'sales',
      'none',
      '999999',
      '0',
      '-1',
      '1e3',
      '01',
      'x::sales',
      'a'.repeat(65),
    ]) {
      const answer = await viewer.view(`/embed/dashboards/${id}`);
      assert.deepEqual([answer.status, answer.message], [404, notFound()], id);
    }
    for (const type of ['look', 'folder']) {
      assert.equal((await viewer.view(`/embed/${type}s/1`)).message, notFound(type));
    }
    assert.equal((await viewer.view('/embed/preload/')).status, 200, 'the session stands');
  });

  test('to explore, schedule or save is granted to nobody', async () => {
    const viewer = await session([
      ...allPermissions,
      'explore',
      'save_content',
      'see_lookml',
      'schedule_look_emails',
      'send_to_s3',
      'manage_spaces',
      'create_alerts',
      'admin',
      '*',
    ]);
    for (const page of [
      'explore/plain/sales',
      'query/plain/sales',
      'merge',
      'extensions/a::b',
      'reporting/x',
      'conversations',
      'query-visualization/x',
    ]) {
      const answer = await viewer.view(`/embed/${page}`);
      assert.deepEqual([answer.status, answer.code], [404, 'content_not_found'], page);
    }
    const { permissions } = (await sees(viewer, '/embed/dashboards/sales')).head.embed;
    assert.deepEqual(permissions, { drill: false, download: false, fresh: false, browse: false });
  });

  test('to download gives nothing, five thousand rows, or all', async () => {
    const rows = async (...more) => {
      const viewer = await session([...allPermissions, ...more]);
      const { head } = await sees(viewer, '/embed/dashboards/large');
      assert.equal(head.embed.permissions.download, more.length > 0);
      const answer = await viewer.export({ content: 'dashboards/large', panel: 1 });
      if (answer.status !== 200) return answer.code;
      assert.match(answer.headers['content-type'], /^text\/csv/);
      return answer.text.trimEnd().split('\n').length - 1;
    };
    assert.equal(await rows(), 'download_not_allowed');
    assert.equal(await rows('download_with_limit'), 5000);
    assert.equal(await rows('download_without_limit'), 7776);
    assert.equal(await rows('download_with_limit', 'download_without_limit'), 7776);
    const without = await session([
      'access_data',
      'see_lookml_dashboards',
      'download_without_limit',
    ]);
    const answer = await without.export({ content: 'dashboards/large', panel: 1 });
    assert.equal(answer.code, 'download_not_allowed', 'its parent see_looks is missing');
  });

  test('to ask past the cache is one of its own', async () => {
    const some = await session([...allPermissions, 'clear_cache_refresh']);
    const none = await session(allPermissions);
    const ask = async (viewer, more = {}) => {
      const answer = await viewer.query({ content: 'dashboards/sales', panels: [4], ...more });
      return answer.status === 200 ? rowsOf(answer.lines, 4)[0].drawn : answer.code;
    };
    assert.equal((await sees(some, '/embed/dashboards/sales')).head.embed.permissions.fresh, true);
    const drawn = await ask(some);
    assert.equal(await ask(none), drawn, 'one cache for both');
    assert.equal(await ask(none, { fresh: true }), 'missing_permission');
    const anew = await ask(some, { fresh: true });
    assert.notEqual(anew, drawn);
    assert.equal(await ask(none), anew, 'what was fetched anew is shown to all');
    assert.equal(await ask(none, { fresh: false }), anew);
  });

  test('to drill is told to the page', async () => {
    const viewer = await session([...allPermissions, 'see_drill_overlay']);
    assert.equal(
      (await sees(viewer, '/embed/dashboards/sales')).head.embed.permissions.drill,
      true,
    );
    assert.equal((await sees(viewer, '/embed/dashboards/note')).status, 200);
  });

  test('to read the queries shows their text, and nobody else reads a word of it', async () => {
    const canary = /canary-sql-plain/;
    const reader = await session([...allPermissions, 'see_sql']);
    const shown = await sees(reader, '/embed/dashboards/sales');
    const panel = shown.head.dashboard.panels.find(({ id }) => id === 2);
    assert.match(panel.sql.A, canary);
    const blind = await session(allPermissions);
    for (const answer of [
      await blind.view('/embed/dashboards/sales'),
      await blind.query({ content: 'dashboards/sales' }),
    ]) {
      assert.doesNotMatch(answer.text, canary);
      assert.doesNotMatch(answer.text, /\bselect\b/i);
    }
    const childless = await session(['access_data', 'see_lookml_dashboards', 'see_sql']);
    assert.doesNotMatch(
      (await childless.view('/embed/dashboards/sales')).text,
      canary,
      'see_looks is missing',
    );
  });

  test("to browse opens the folder of one's own closed group, and no other's", async () => {
    const of = (external_group_id, more = []) =>
      session([...allPermissions, ...more], { external_group_id });
    const browser = await of('Allegra', ['embed_browse_spaces']);
    let own;
    for (let id = 1; id <= 20 && !own; id += 1) {
      const answer = await browser.view(`/embed/folders/${id}`);
      if (answer.status === 200 && answer.head.folder.title === 'Embed Shared Group Allegra')
        own = answer;
    }
    assert.ok(own, 'the group has its folder');
    assert.deepEqual(own.head.content.type, 'folder');
    assert.equal(own.head.dashboard, undefined);
    assert.deepEqual(own.head.folder.items, []);
    assert.equal(own.head.embed.permissions.browse, true);
    const page = own.head.content.url;
    await isBlindTo(await of('Allegra'), page, 'folder');
    await isBlindTo(await of('Other', ['embed_browse_spaces']), page, 'folder');
    await isBlindTo(await of('', ['embed_browse_spaces']), page, 'folder');
    const data = await browser.query({ content: page.slice('/embed/'.length) });
    assert.equal(data.status, 404, 'a folder has no data');
  });
});
