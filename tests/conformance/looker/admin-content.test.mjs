// The vendor's own npm SDK against the calls that prepare what a link's page shows: dashboards, looks,
// folders, themes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { isGone, publicUrl, refusal, sdkFails, sdkOk, startLooker } from './support.mjs';

let looker;
let sdk;

before(async () => {
  looker = await startLooker();
  sdk = looker.sdk;
});

after(() => looker?.close());
const ids = (list) => list.map((one) => one.id);
const names = (list) => list.map((one) => one.name);

const document = {
  title: 'By hand',
  variables: [{ name: 'region', type: 'list', choices: [{ value: 'north' }], default: ['north'] }],
  panels: [
    {
      id: 1,
      type: 'stat',
      title: 'One',
      grid: { x: 0, y: 0, w: 6, h: 4 },
      queries: [{ source: 'plain', sql: 'SELECT 1 AS one' }],
    },
  ],
};

describe('content', () => {
  test('a dashboard is made, read in parts, opened by a link, and removed', async () => {
    const empty = await sdkOk(
      sdk.create_dashboard({ title: 'Empty', refresh_interval: '5 minutes' }),
    );
    assert.equal(empty.refresh_interval_to_i, 300);
    assert.deepEqual(empty.dashboard_elements, []);
    const made = await sdkOk(sdk.create_dashboard({ casement_document: document }));
    assert.equal(made.title, 'By hand');
    assert.deepEqual(ids(await sdkOk(sdk.dashboard_dashboard_elements(made.id))), ['1']);
    assert.deepEqual(names(await sdkOk(sdk.dashboard_dashboard_filters(made.id))), ['region']);
    const [layout] = await sdkOk(sdk.dashboard_dashboard_layouts(made.id));
    assert.equal(layout.dashboard_layout_components[0].width, 6);
    assert.deepEqual(ids(await sdkOk(sdk.search_dashboards({ title: 'by%' }))), [made.id]);
    assert.ok(ids(await sdkOk(sdk.all_dashboards())).includes(empty.id));
    const changed = await sdkOk(sdk.update_dashboard(made.id, { title: 'By API' }));
    assert.equal(changed.casement_document.title, 'By API');
    assert.equal((await sdkOk(sdk.dashboard(made.id, 'title'))).title, 'By API');

    const opened = await looker.viewer({}, { target: made.url });
    assert.equal(opened.head.content.title, 'By API');
    assert.equal((await opened.query()).status, 200);
    const { url } = await sdkOk(
      sdk.create_sso_embed_url({
        target_url: publicUrl + made.url,
        external_user_id: 'by-api',
        permissions: ['access_data', 'see_looks', 'see_user_dashboards'],
        models: ['plain'],
      }),
    );
    assert.ok(url.startsWith(publicUrl));
    await sdkOk(sdk.delete_dashboard(made.id));
    await isGone(sdk.dashboard(made.id));
    assert.equal(await refusal(sdk.create_dashboard({})), 'title:missing_field');
  });

  test('a look is one panel', async () => {
    const made = await sdkOk(
      sdk.create_look({ title: 'One', casement_document: { ...document, title: 'x' } }),
    );
    assert.equal(made.title, 'One');
    assert.equal((await sdkOk(sdk.look(made.id))).model.id, 'plain');
    assert.equal((await sdkOk(sdk.update_look(made.id, { title: 'Two' }))).title, 'Two');
    assert.deepEqual(ids(await sdkOk(sdk.search_looks({ title: 'tw%' }))), [made.id]);
    assert.deepEqual(ids(await sdkOk(sdk.all_looks())), [made.id]);
    assert.equal(
      await refusal(sdk.create_look({ title: 'T', query_id: '1' })),
      'casement_document:missing_field',
    );
    await sdkOk(sdk.delete_look(made.id));
    await isGone(sdk.look(made.id));
  });

  test('folders hold folders and content', async () => {
    const top = await sdkOk(sdk.create_folder({ name: 'Top' }));
    const sub = await sdkOk(sdk.create_folder({ name: 'Sub', parent_id: top.id }));
    const inside = await sdkOk(sdk.create_dashboard({ title: 'Inside', folder_id: sub.id }));
    assert.equal(inside.folder.name, 'Sub');
    assert.deepEqual(ids(await sdkOk(sdk.folder_children({ folder_id: top.id }))), [sub.id]);
    assert.deepEqual(
      ids(await sdkOk(sdk.folder_children_search({ folder_id: top.id, name: 's%' }))),
      [sub.id],
    );
    assert.equal((await sdkOk(sdk.folder_parent(sub.id))).id, top.id);
    assert.deepEqual(ids(await sdkOk(sdk.folder_ancestors(sub.id))), [top.id]);
    assert.deepEqual(ids(await sdkOk(sdk.folder_dashboards(sub.id))), [inside.id]);
    assert.deepEqual(await sdkOk(sdk.folder_looks(sub.id)), []);
    assert.deepEqual(ids(await sdkOk(sdk.search_folders({ name: 'sub' }))), [sub.id]);
    assert.ok(ids(await sdkOk(sdk.all_folders())).includes(top.id));
    await sdkFails(sdk.delete_folder(sub.id));
    await sdkOk(sdk.update_dashboard(inside.id, { folder_id: top.id }));
    assert.equal((await sdkOk(sdk.update_folder(sub.id, { name: 'Below' }))).name, 'Below');
    await sdkOk(sdk.delete_folder(sub.id));
    await isGone(sdk.folder(sub.id));
  });

  test('one theme is the default', async () => {
    await isGone(sdk.default_theme());
    const theme = await sdkOk(
      sdk.create_theme({ name: 'night', settings: { background_color: '#101010' } }),
    );
    assert.equal((await sdkOk(sdk.validate_theme({ name: 'other' }))).message, 'Valid');
    assert.equal((await sdkOk(sdk.set_default_theme('night'))).id, theme.id);
    assert.equal((await sdkOk(sdk.default_theme(new Date()))).id, theme.id);
    assert.equal((await sdkOk(sdk.theme_or_default('none'))).id, theme.id);
    assert.deepEqual(names(await sdkOk(sdk.active_themes({ ts: new Date() }))), ['night']);
    assert.deepEqual(names(await sdkOk(sdk.all_themes())), ['night']);
    assert.deepEqual(names(await sdkOk(sdk.search_themes({ name: 'n%' }))), ['night']);
    await sdkFails(sdk.delete_theme(theme.id));
    const spring = await sdkOk(
      sdk.create_theme({ name: 'spring', begin_at: new Date(Date.now() + 3_600_000) }),
    );
    assert.deepEqual(await sdkOk(sdk.active_themes({ name: 'spring' })), []);
    await sdkOk(sdk.update_theme(spring.id, { begin_at: null }));
    assert.equal((await sdkOk(sdk.active_themes({ name: 'spring' }))).length, 1);
    assert.equal((await sdkOk(sdk.theme(spring.id))).name, 'spring');
    await sdkOk(sdk.delete_theme(spring.id));
    assert.equal(
      await refusal(sdk.create_theme({ name: 'x', settings: { background_color: 'red' } })),
      'settings.background_color:invalid',
    );
  });
});
