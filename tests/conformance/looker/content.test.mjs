// What an administrator prepares by the API decides what a link opens: groups and roles, folders,
// looks, user attributes, themes. Made with the vendor's SDK, seen through the page's calls.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { allPermissions, rowsOf, sdkOk, startLooker } from './support.mjs';

const grid = { x: 0, y: 0, w: 24, h: 4 };
const panel = (sql, more = {}) => ({
  id: 1,
  type: 'table',
  grid,
  queries: [{ name: 'A', source: 'plain', sql }],
  ...more,
});

describe('what was prepared by the API', () => {
  let looker, sdk;
  let count = 0;
  before(async () => {
    looker = await startLooker();
    ({ sdk } = looker);
  });
  after(() => looker?.close());

  /** A session with nothing but what `user` says. */
  const session = (user) =>
    looker.viewer(
      {
        external_user_id: `c${(count += 1)}`,
        permissions: [],
        models: [],
        ...user,
      },
      { target: '/embed/preload/' },
    );
  const status = async (viewer, target) => (await viewer.view(target)).status;
  const group = (name) => sdkOk(sdk.create_group({ name }));

  test("a group's roles grant what its members may, beside the link's own", async () => {
    const permissions = await sdkOk(
      sdk.create_permission_set({ name: 'Readers', permissions: allPermissions }),
    );
    const models = await sdkOk(sdk.create_model_set({ name: 'Plain', models: ['plain'] }));
    const role = await sdkOk(
      sdk.create_role({
        name: 'Reader',
        permission_set_id: permissions.id,
        model_set_id: models.id,
      }),
    );
    const readers = await group('Readers');
    await sdkOk(sdk.set_role_groups(role.id, [readers.id]));
    const sales = '/embed/dashboards/sales';
    assert.equal(await status(await session({ group_ids: [readers.id] }), sales), 200);
    assert.equal(await status(await session({ group_ids: [Number(readers.id)] }), sales), 200);
    const others = await group('Others');
    assert.equal(await status(await session({ group_ids: [others.id] }), sales), 404);
    // Permissions of one role do not reach into the models of another.
    const crossed = await session({
      group_ids: [readers.id],
      permissions: [...allPermissions, 'see_sql'],
      models: ['other'],
    });
    const view = await crossed.view(sales);
    assert.equal(view.status, 200);
    assert.doesNotMatch(view.text, /canary-sql/);
    const joined = await session({
      group_ids: [readers.id],
      permissions: ['access_data', 'see_looks', 'see_sql'],
      models: ['plain'],
    });
    assert.match((await joined.view(sales)).text, /canary-sql/);
    // What changes later does not change a session that is open.
    const before = await session({ group_ids: [readers.id] });
    await sdkOk(sdk.set_role_groups(role.id, []));
    assert.equal(await status(before, sales), 200);
    assert.equal(await status(await session({ group_ids: [readers.id] }), sales), 404);
  });

  test('a look opens with see_looks, by its number', async () => {
    const look = await looker.post('/looks', {
      title: 'Total',
      casement_document: {
        title: 'Total',
        panels: [panel('select sum(amount) as total from sales')],
      },
    });
    const page = `/embed/looks/${look.id}`;
    const may = await session({ permissions: ['access_data', 'see_looks'], models: ['plain'] });
    const seen = await may.view(page);
    assert.equal(seen.status, 200, seen.text);
    assert.deepEqual(seen.head.content, { type: 'look', id: look.id, title: 'Total', url: page });
    const data = await may.query({ content: `looks/${look.id}` });
    assert.equal(rowsOf(data.lines, 1)[0].total, 63);
    for (const user of [
      { permissions: ['access_data', 'see_lookml_dashboards'], models: ['plain'] },
      { permissions: ['access_data', 'see_looks'], models: ['other'] },
    ]) {
      const blind = await session(user);
      assert.equal(await status(blind, page), 404);
      assert.equal((await blind.query({ content: `looks/${look.id}` })).status, 404);
    }
    await looker.patch(`/looks/${look.id}`, { deleted: true });
    assert.equal(await status(may, page), 404, 'in the bin');
    assert.equal((await may.query({ content: `looks/${look.id}` })).status, 404);
  });

  test('a folder shows to its groups what they may open, and hides what lies below it from the rest', async () => {
    const inside = await group('Inside');
    const parent = await looker.post('/folders', { name: 'Open' });
    const folder = await looker.post('/folders', {
      name: 'Closed',
      parent_id: parent.id,
      casement_group_ids: [inside.id],
    });
    await looker.own(
      'POST',
      '/dashboards',
      { document: { title: 'Kept', panels: [panel('select 1 as one')] } },
      201,
    );
    const [dashboard] = await looker.get('/dashboards/search?title=Kept');
    await looker.patch(`/dashboards/${dashboard.id}`, { folder_id: folder.id });
    const browse = { permissions: [...allPermissions, 'embed_browse_spaces'], models: ['plain'] };
    const member = await session({ ...browse, group_ids: [inside.id] });
    const stranger = await session(browse);
    const shown = await member.view(`/embed/folders/${folder.id}`);
    assert.equal(shown.status, 200, shown.text);
    assert.deepEqual(shown.head.folder.items, [
      {
        type: 'dashboard',
        id: dashboard.id,
        title: 'Kept',
        url: `/embed/dashboards/${dashboard.id}`,
      },
    ]);
    assert.equal(shown.head.folder.parent.id, parent.id);
    assert.deepEqual(
      (await member.view(`/embed/folders/${parent.id}`)).head.folder.folders.map(
        ({ title }) => title,
      ),
      ['Closed'],
    );
    assert.deepEqual((await stranger.view(`/embed/folders/${parent.id}`)).head.folder.folders, []);
    assert.equal(await status(stranger, `/embed/folders/${folder.id}`), 404);
    assert.equal(await status(stranger, `/embed/dashboards/${dashboard.id}`), 404);
    assert.equal(await status(member, `/embed/dashboards/${dashboard.id}`), 200);
    const blind = await session({
      permissions: ['embed_browse_spaces'],
      models: ['plain'],
      group_ids: [inside.id],
    });
    assert.deepEqual(
      (await blind.view(`/embed/folders/${folder.id}`)).head.folder.items,
      [],
      'only what one may open',
    );
  });

  test('a closed system shows an embed user what lies in folders of his groups, and nothing else', async () => {
    const club = await group('Club');
    const folder = await looker.post('/folders', { name: 'Club', casement_group_ids: [club.id] });
    await looker.own(
      'POST',
      '/dashboards',
      { document: { title: 'Club rules', panels: [panel('select 1 as one')] } },
      201,
    );
    const [dashboard] = await looker.get('/dashboards/search?title=Club%20rules');
    await looker.patch(`/dashboards/${dashboard.id}`, { folder_id: folder.id });
    await looker.patch('/setting', { embed_config: { closed_system: true } });
    try {
      const user = { permissions: allPermissions, models: ['plain'] };
      const member = await session({ ...user, group_ids: [club.id] });
      assert.equal(await status(member, `/embed/dashboards/${dashboard.id}`), 200);
      assert.equal(await status(member, '/embed/dashboards/sales'), 404, 'in no folder');
      assert.equal(await status(await session(user), `/embed/dashboards/${dashboard.id}`), 404);
    } finally {
      await looker.patch('/setting', { embed_config: { closed_system: false } });
    }
  });

  test("an attribute's value is the link's, else its group's by rank, else the default", async () => {
    const attribute = await sdkOk(
      sdk.create_user_attribute({
        name: 'region',
        label: 'Region',
        type: 'string',
        default_value: 'east',
        user_can_edit: false,
        user_can_view: true,
      }),
    );
    const [first, second] = [await group('First'), await group('Second')];
    await sdkOk(
      sdk.set_user_attribute_group_values(attribute.id, [
        { group_id: first.id, value: 'north' },
        { group_id: second.id, value: 'south' },
      ]),
    );
    const amounts = async (user) => {
      const viewer = await session({ permissions: allPermissions, models: ['plain'], ...user });
      const { lines } = await viewer.query({ content: 'dashboards/mine', panels: [1] });
      return rowsOf(lines, 1)?.map(({ amount }) => amount) ?? lines[0].error.code;
    };
    assert.deepEqual(await amounts({}), [16, 32], 'the default');
    assert.deepEqual(await amounts({ group_ids: [second.id] }), [2, 8]);
    assert.deepEqual(
      await amounts({ group_ids: [second.id, first.id] }),
      [1, 4],
      "by rank, not by the link's order",
    );
    assert.deepEqual(
      await amounts({ group_ids: [first.id], user_attributes: { region: 'south' } }),
      [2, 8],
    );
    assert.equal(
      await amounts({ user_attributes: { region: '' } }),
      'attribute_missing',
      'an empty value is one',
    );
    await sdkOk(
      sdk.update_user_attribute(attribute.id, {
        user_can_edit: true,
        name: 'region',
        label: 'Region',
        type: 'string',
      }),
    );
    assert.equal(
      await amounts({ user_attributes: { region: 'south' } }),
      'attribute_missing',
      'what a person may edit locks nothing',
    );
    await sdkOk(sdk.delete_user_attribute(attribute.id));
  });

  test('an attribute of a type takes no value of another, and a hidden one is told to no page', async () => {
    const number = await sdkOk(
      sdk.create_user_attribute({ name: 'size', label: 'Size', type: 'number' }),
    );
    for (const [value, expected] of [
      ['42', 201],
      ['-1.5', 201],
      ['x', 400],
      ['1,2', 400],
      ['', 201],
    ]) {
      const answer = await looker.open(await looker.link({ user_attributes: { size: value } }));
      assert.equal(answer.status, expected, `${value}: ${answer.text}`);
      if (expected === 400) assert.equal(answer.code, 'attribute_invalid');
    }
    await sdkOk(sdk.delete_user_attribute(number.id));
    await sdkOk(
      sdk.create_user_attribute({
        name: 'region',
        label: 'Hidden region',
        type: 'string',
        value_is_hidden: true,
        hidden_value_domain_whitelist: 'my_domain/*',
      }),
    );
    const viewer = await looker.viewer(
      { user_attributes: { region: 'south' } },
      { target: '/embed/dashboards/mine' },
    );
    assert.deepEqual(
      rowsOf(viewer.lines, 1).map(({ amount }) => amount),
      [2, 8],
      'queries use it',
    );
    assert.doesNotMatch(JSON.stringify(viewer.head), /south/, 'the page is not told it');
  });

  test("a theme of the API is a page's by its name", async () => {
    const made = await looker.post('/themes', {
      name: 'brand',
      settings: { background_color: '#102030', font_family: 'Inter' },
    });
    assert.equal(made.name, 'brand');
    const viewer = await looker.viewer({}, { target: '/embed/dashboards/sales?theme=brand' });
    const { appearance } = viewer.head.dashboard;
    assert.equal(appearance.background_color, '#102030');
    assert.equal(appearance.font_family, 'Inter');
    const over = await viewer.view(
      `/embed/dashboards/sales?theme=brand&_theme=${encodeURIComponent('{"background_color":"#ffffff"}')}`,
    );
    assert.equal(over.head.dashboard.appearance.background_color, '#ffffff');
  });

  test('a page that names no theme, or one whose time is over, looks as the default theme says', async () => {
    await looker.post('/themes', { name: 'house', settings: { background_color: '#203040' } });
    await looker.post('/themes', {
      name: 'summer',
      settings: { background_color: '#aabbcc' },
      end_at: '2020-09-01T00:00:00Z',
    });
    const viewer = await looker.viewer({}, { target: '/embed/dashboards/sales' });
    const colored = async (query) =>
      (await viewer.view(`/embed/dashboards/sales${query}`)).head.dashboard.appearance
        ?.background_color;
    assert.equal(await colored(''), undefined, 'nobody chose a default yet');
    await sdkOk(sdk.set_default_theme('house'));
    assert.equal(await colored(''), '#203040');
    assert.equal(await colored('?theme=summer'), '#203040');
    assert.equal(await colored('?theme=dark'), undefined);
  });

  test('a person made before his first link is found by it, and disabled is refused', async () => {
    const made = await sdkOk(sdk.create_embed_user({ external_user_id: 'early bird/1' }));
    await looker.viewer({ external_user_id: 'early bird/1', first_name: 'Early' });
    const found = await looker.get(`/users/credential/embed/${encodeURIComponent('early bird/1')}`);
    assert.equal(found.id, made.id);
    assert.equal(found.first_name, 'Early');
    assert.equal(found.last_name, 'User');
    const viewer = await looker.viewer({ external_user_id: 'early bird/1' });
    assert.equal(
      (await looker.get(`/users/${made.id}`)).first_name,
      'Early',
      'kept when none is sent',
    );
    const sessions = await looker.get(`/users/${made.id}/sessions`);
    assert.equal(sessions.length, 1, 'the one before was ended');
    await looker.patch(`/users/${made.id}`, { is_disabled: true });
    assert.equal((await viewer.query()).status, 410);
    const refused = await looker.open(await looker.link({ external_user_id: 'early bird/1' }));
    assert.deepEqual([refused.status, refused.code], [403, 'user_disabled']);
  });
});
