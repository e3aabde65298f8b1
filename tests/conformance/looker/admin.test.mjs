// The vendor's own npm SDK against the calls by which an application prepares whom its links open for:
// people, groups, attributes, roles. Every operation is called by the SDK's method.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { createCredentials } from '../../support/casement.mjs';
import { isGone, refusal, sdkFails, sdkFor, sdkOk, startLooker } from './support.mjs';

let looker;
let sdk;

before(async () => {
  looker = await startLooker();
  sdk = looker.sdk;
});

after(() => looker?.close());
const ids = (list) => list.map((one) => one.id);
const names = (list) => list.map((one) => one.name);

/** A link's person, with a session open in a browser. */
async function viewer(external_user_id, more = {}) {
  return looker.viewer({ external_user_id, ...more });
}

const personOf = (external_user_id) => sdkOk(sdk.user_for_credential('embed', external_user_id));

describe('users', () => {
  test('are made, read, changed and removed', async () => {
    const made = await sdkOk(
      sdk.create_user({
        first_name: 'Ada',
        last_name: 'Lovelace',
        credentials_email: { email: 'ada@example.com' },
      }),
    );
    assert.equal(typeof made.id, 'string');
    assert.equal(made.display_name, 'Ada Lovelace');
    assert.equal(made.email, 'ada@example.com');
    const changed = await sdkOk(sdk.update_user(made.id, { last_name: 'King', locale: 'en' }));
    assert.equal(changed.display_name, 'Ada King');
    assert.deepEqual(await sdkOk(sdk.user(made.id, 'id,locale')), { id: made.id, locale: 'en' });
    assert.ok(ids(await sdkOk(sdk.all_users({}))).includes(made.id));
    assert.deepEqual(ids(await sdkOk(sdk.search_users({ email: 'ADA@%', embed_user: false }))), [
      made.id,
    ]);
    assert.equal(
      await refusal(sdk.create_user({ credentials_email: { email: 'ada@example.com' } })),
      'email:already_exists',
    );
    await sdkOk(sdk.delete_user(made.id));
    await isGone(sdk.user(made.id));
  });

  test('the caller is one of them', async () => {
    const me = await sdkOk(sdk.me());
    assert.equal(me.id, (await sdkOk(sdk.user(me.id))).id);
    await sdkFails(sdk.delete_user(me.id));
    await sdkFails(sdk.update_user(me.id, { is_disabled: true }));
  });

  test('that only the application knows are made by the API or by a link', async () => {
    const odd = 'customer/7 ü+"';
    const made = await sdkOk(sdk.create_embed_user({ external_user_id: odd }));
    const found = await personOf(odd);
    assert.equal(found.id, made.id);
    assert.equal(found.credentials_embed[0].external_user_id, odd);
    await isGone(sdk.user_for_credential('embed', 'customer'));
    assert.equal(await refusal(sdk.create_embed_user({})), 'external_user_id:missing_field');

    await viewer('by-link', { first_name: 'Bea', last_name: 'Link' });
    const person = await personOf('by-link');
    assert.equal(person.display_name, 'Bea Link');
    const [credential] = await sdkOk(sdk.all_user_credentials_embeds(person.id));
    assert.equal(credential.external_user_id, 'by-link');
    assert.equal(credential.type, 'embed');
    assert.ok(credential.logged_in_at);
    assert.equal(
      (await sdkOk(sdk.user_credentials_embed(person.id, credential.id))).id,
      credential.id,
    );
    assert.deepEqual(ids(await sdkOk(sdk.search_users({ first_name: 'be%', sorts: 'id desc' }))), [
      person.id,
    ]);
  });

  test('lose their sessions one by one, or all at once', async () => {
    const first = await viewer('leaving');
    const person = await personOf('leaving');
    const sessions = await sdkOk(sdk.all_user_sessions(person.id));
    assert.deepEqual(ids(sessions), [first.id]);
    assert.equal((await sdkOk(sdk.user_session(person.id, first.id))).credentials_type, 'embed');
    assert.equal((await first.query()).status, 200);
    await sdkOk(sdk.delete_user_session(person.id, first.id));
    assert.equal((await first.query()).status, 410);

    const second = await viewer('leaving');
    await sdkOk(sdk.update_user(person.id, { is_disabled: true }));
    assert.equal((await second.query()).status, 410);
    const refused = await looker.open(await looker.link({ external_user_id: 'leaving' }));
    assert.equal(refused.code, 'user_disabled', refused.text);
    await sdkOk(sdk.update_user(person.id, { is_disabled: false }));
    const third = await viewer('leaving');
    await sdkOk(sdk.delete_user_credentials_embed(person.id, person.id));
    assert.equal((await third.query()).status, 410);
    await isGone(sdk.user(person.id));
    await viewer('leaving');
    assert.notEqual((await personOf('leaving')).id, person.id, 'somebody new');
  });
});

describe('groups and attributes', () => {
  test('groups have members of both kinds', async () => {
    const group = await sdkOk(sdk.create_group({ name: 'South' }));
    const user = await sdkOk(sdk.create_user({ first_name: 'Cem' }));
    const embed = await sdkOk(sdk.create_embed_user({ external_user_id: 'south-1' }));
    for (const { id } of [user, embed]) {
      assert.equal((await sdkOk(sdk.add_group_user(group.id, { user_id: id }))).id, id);
    }
    assert.deepEqual(ids(await sdkOk(sdk.all_group_users({ group_id: group.id }))), [
      user.id,
      embed.id,
    ]);
    assert.equal((await sdkOk(sdk.group(group.id))).user_count, 2);
    await sdkOk(sdk.delete_group_user(group.id, embed.id));
    assert.equal((await sdkOk(sdk.update_group(group.id, { name: 'Deep South' }))).user_count, 1);
    assert.deepEqual(names(await sdkOk(sdk.search_groups({ name: 'deep%' }))), ['Deep South']);
    assert.ok(names(await sdkOk(sdk.all_groups({}))).includes('Deep South'));
    assert.equal(await refusal(sdk.create_group({ name: 'Deep South' })), 'name:already_exists');
    await sdkOk(sdk.delete_group(group.id));
    await isGone(sdk.group(group.id));
  });

  test('an external group comes with its folder, and nobody joins it by its number', async () => {
    await viewer('insider', { external_group_id: 'acme' });
    const [group] = await sdkOk(sdk.search_groups({ external_group_id: 'acme' }));
    const person = await personOf('insider');
    assert.ok(person.group_ids.includes(group.id));
    assert.equal(person.credentials_embed[0].external_group_id, 'acme');
    const folder = await sdkOk(sdk.folder(person.embed_group_folder_id));
    assert.equal(folder.name, 'Embed Shared Group acme');
    const other = await sdkOk(sdk.create_embed_user({ external_user_id: 'outsider' }));
    assert.equal(
      await refusal(sdk.add_group_user(group.id, { user_id: other.id })),
      'user_id:invalid',
    );
  });

  test('an attribute has values of the person, the groups and its own', async () => {
    const attribute = await sdkOk(
      sdk.create_user_attribute({
        name: 'airport',
        label: 'Airport',
        type: 'string',
        default_value: 'JFK',
      }),
    );
    assert.equal(
      await refusal(sdk.create_user_attribute({ name: 'airport', label: 'A', type: 'string' })),
      'name:already_exists',
    );
    assert.ok(names(await sdkOk(sdk.all_user_attributes({}))).includes('airport'));
    assert.equal((await sdkOk(sdk.user_attribute(attribute.id))).default_value, 'JFK');
    const user = await sdkOk(sdk.create_user({ first_name: 'Dia' }));
    const group = await sdkOk(sdk.create_group({ name: 'North' }));
    await sdkOk(sdk.add_group_user(group.id, { user_id: user.id }));
    const value = async () => {
      const [first] = await sdkOk(sdk.user_attribute_user_values({ user_id: user.id }));
      return first.value;
    };
    assert.equal(await value(), 'JFK');
    await sdkOk(
      sdk.set_user_attribute_group_values(attribute.id, [{ group_id: group.id, value: 'ATL' }]),
    );
    assert.equal(await value(), 'ATL');
    const [stored] = await sdkOk(sdk.all_user_attribute_group_values(attribute.id));
    assert.equal(stored.group_id, group.id);
    await sdkOk(sdk.update_user_attribute_group_value(group.id, attribute.id, { value: 'ORD' }));
    assert.equal(await value(), 'ORD');
    await sdkOk(sdk.set_user_attribute_user_value(user.id, attribute.id, { value: 'SFO' }));
    assert.equal(await value(), 'SFO');
    await sdkOk(sdk.delete_user_attribute_user_value(user.id, attribute.id));
    await sdkOk(sdk.delete_user_attribute_group_value(group.id, attribute.id));
    assert.equal(await value(), 'JFK');
    await sdkOk(sdk.update_user_attribute(attribute.id, { value_is_hidden: true }));
    assert.equal(await value(), '');
    assert.equal(
      await refusal(sdk.update_user_attribute(attribute.id, { value_is_hidden: false })),
      'value_is_hidden:invalid',
    );
    await sdkOk(sdk.delete_user_attribute(attribute.id));
    await isGone(sdk.user_attribute(attribute.id));
  });
});

describe('roles', () => {
  test('are made of a permission set and a model set', async () => {
    const permissions = await sdkOk(sdk.all_permissions());
    const tree = Object.fromEntries(permissions.map((one) => [one.permission, one.parent]));
    assert.equal(tree.access_data, null);
    assert.equal(tree.see_user_dashboards, 'see_looks');
    const [builtIn] = await sdkOk(sdk.all_roles({}));
    assert.equal(builtIn.name, 'Admin');
    assert.equal(builtIn.model_set.name, 'All');
    assert.ok(builtIn.model_set.models.includes('plain'));
    await sdkFails(sdk.delete_role(builtIn.id));

    const set = await sdkOk(
      sdk.create_permission_set({
        name: 'Readers',
        permissions: ['access_data', 'see_looks', 'see_user_dashboards'],
      }),
    );
    const models = await sdkOk(sdk.create_model_set({ name: 'Plain', models: ['plain'] }));
    const role = await sdkOk(
      sdk.create_role({ name: 'Reader', permission_set_id: set.id, model_set_id: models.id }),
    );
    assert.equal((await sdkOk(sdk.role(role.id))).permission_set.name, 'Readers');
    assert.equal((await sdkOk(sdk.permission_set(set.id))).built_in, false);
    assert.deepEqual((await sdkOk(sdk.model_set(models.id))).models, ['plain']);
    assert.deepEqual(names(await sdkOk(sdk.search_roles({ name: 'read%' }))), ['Reader']);
    assert.deepEqual(names(await sdkOk(sdk.search_permission_sets({ built_in: true }))), ['Admin']);
    assert.deepEqual(names(await sdkOk(sdk.search_model_sets({ name: 'pla%' }))), ['Plain']);
    assert.equal((await sdkOk(sdk.all_permission_sets())).length, 2);
    assert.equal((await sdkOk(sdk.all_model_sets())).length, 2);
    assert.equal(
      await refusal(sdk.create_permission_set({ name: 'P', permissions: ['root'] })),
      'permissions:invalid',
    );
    await sdkOk(sdk.update_permission_set(set.id, { name: 'Readers of plain' }));
    await sdkOk(sdk.update_model_set(models.id, { name: 'Only plain' }));
    await sdkOk(sdk.update_role(role.id, { name: 'Reader of plain' }));

    const group = await sdkOk(sdk.create_group({ name: 'Readers' }));
    assert.deepEqual(ids(await sdkOk(sdk.set_role_groups(role.id, [group.id]))), [group.id]);
    assert.deepEqual(ids(await sdkOk(sdk.role_groups(role.id))), [group.id]);
    const user = await sdkOk(sdk.create_user({ first_name: 'Eli' }));
    assert.deepEqual(ids(await sdkOk(sdk.set_role_users(role.id, [user.id]))), [user.id]);
    assert.deepEqual(ids(await sdkOk(sdk.role_users({ role_id: role.id }))), [user.id]);
    assert.deepEqual(ids(await sdkOk(sdk.user_roles({ user_id: user.id }))), [role.id]);
    assert.deepEqual(await sdkOk(sdk.set_user_roles(user.id, [])), []);

    // What a group's role gives, a link that names the group gets.
    const seen = await viewer('by-group', {
      permissions: [],
      models: [],
      group_ids: [group.id],
    });
    assert.equal((await seen.query()).status, 200);
    await sdkFails(sdk.delete_model_set(models.id));
    await sdkOk(sdk.delete_role(role.id));
    await sdkOk(sdk.delete_model_set(models.id));
    await sdkOk(sdk.delete_permission_set(set.id));
  });

  test('models are the names that they grant', async () => {
    const models = await sdkOk(sdk.all_lookml_models({}));
    assert.ok(names(models).includes('plain'));
    assert.equal((await sdkOk(sdk.lookml_model('plain'))).name, 'plain');
    await isGone(sdk.lookml_model('none'));
  });
});

test('a client that may only look changes nobody and nothing', async () => {
  const credentials = await createCredentials(looker.dataDir, 'Viewer');
  const small = sdkFor(looker.url, credentials.looker);
  for (const attempt of [
    small.all_users({}),
    small.create_user({ first_name: 'Eve' }),
    small.create_embed_user({ external_user_id: 'eve' }),
    small.all_groups({}),
    small.all_user_attributes({}),
    small.all_roles({}),
    small.all_permissions(),
    small.create_dashboard({ title: 'Mine' }),
    small.create_folder({ name: 'Mine' }),
    small.create_theme({ name: 'mine' }),
    small.set_default_theme('night'),
  ]) {
    assert.match((await sdkFails(attempt)).message, /permission/);
  }
  assert.ok((await sdkOk(small.all_dashboards())).length > 0);
  assert.equal((await sdkOk(small.me())).display_name, 'API client');
});
