// The signed URLs that the API makes for the vendor's own npm SDK.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  assertErrorBody,
  allPermissions,
  pathAndQuery,
  publicUrl,
  sdkOk,
  startLooker,
} from './support.mjs';

const target_url = `${publicUrl}/embed/dashboards/sales`;

const sso = (more = {}) => ({
  target_url,
  external_user_id: 'sdk-user',
  permissions: allPermissions,
  models: ['plain'],
  ...more,
});

describe('a signed URL that the API makes', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());

  const make = async (more) => (await sdkOk(looker.sdk.create_sso_embed_url(sso(more)))).url;
  const open = (url, options) => looker.open(pathAndQuery(url), options);
  const valuesOf = (url) =>
    Object.fromEntries(
      [...new URL(url).searchParams].map(([name, text]) => [
        name,
        name === 'signature' ? text : JSON.parse(text),
      ]),
    );
  const refusedField = async (body) => {
    const answer = await looker.post('/embed/sso_url', body, null);
    assertErrorBody(answer.json);
    assert.equal(answer.status, 422, answer.text);
    assert.equal(answer.json.message, 'Validation Failed');
    return answer.json.errors[0];
  };

  test('opens, with a secret that was made for it because there was none', async () => {
    assert.deepEqual(await looker.get('/embed_config/secrets'), []);
    const url = await make();
    const secrets = await looker.get('/embed_config/secrets');
    assert.deepEqual(
      secrets.map(({ algorithm, enabled }) => [algorithm, enabled]),
      [['hmac/sha-256', true]],
    );
    assert.equal(valuesOf(url).signature.length, 44);
    const opened = await open(url);
    assert.equal(opened.status, 201, opened.text);
    assert.equal((await open(url)).status, 409);
    await make();
    assert.equal((await looker.get('/embed_config/secrets')).length, 1, 'not one for each call');
  });

  test("has the vendor's defaults", async () => {
    const values = valuesOf(await make());
    assert.equal(values.session_length, 300);
    assert.equal(values.force_logout_login, true);
    assert.deepEqual(values.access_filters, {});
    assert.match(values.nonce, /^[0-9a-f]{32}$/);
    assert.ok(Math.abs(values.time - Date.now() / 1000) < 60);
    for (const absent of ['group_ids', 'external_group_id', 'user_attributes', 'user_timezone']) {
      assert.ok(!(absent in values), absent);
    }
  });

  test('says everything that it was told', async () => {
    const all = {
      session_length: 1234,
      force_logout_login: false,
      external_user_id: 'zoë/東京 "x" + &=%',
      first_name: 'Zoë',
      last_name: "O'Neil",
      user_timezone: 'Europe/Berlin',
      permissions: ['access_data', 'see_looks'],
      models: ['plain', 'unknown'],
      group_ids: ['7', '8'],
      external_group_id: 'Allegra K',
      user_attributes: { city: '東京 & "Ōsaka"', company: '17' },
    };
    const values = valuesOf(await make(all));
    for (const [name, value] of Object.entries(all)) assert.deepEqual(values[name], value, name);
    const opened = await open(await make({ ...all, permissions: allPermissions }));
    assert.equal(opened.status, 201, opened.text);
  });

  test('takes numbers for texts where clients send them', async () => {
    const values = valuesOf(await make({ group_ids: [7], user_attributes: { a: 17, b: true } }));
    assert.deepEqual(values.group_ids, ['7']);
    assert.deepEqual(values.user_attributes, { a: '17', b: 'true' });
  });

  test('leads to the page that was asked for, in either spelling, with its query', async () => {
    for (const [path, target] of [
      ['/embed/dashboards/sales', '/embed/dashboards/sales'],
      ['/dashboards/sales', '/embed/dashboards/sales'],
      [
        '/dashboards/sales?Product=a%26b&theme=dark',
        '/embed/dashboards/sales?Product=a%26b&theme=dark',
      ],
    ]) {
      const opened = await open(await make({ target_url: publicUrl + path }));
      assert.equal(opened.head.embed?.target, target, opened.text);
    }
  });

  test('leads nowhere else', async () => {
    for (const target of [
      '',
      '/embed/dashboards/sales',
      'embed/dashboards/1',
      '//dash.test:9443/embed/dashboards/1',
      'https://evil.example/embed/dashboards/1',
      'https://dash.test/embed/dashboards/1',
      'https://dash.test:9443',
      'https://dash.test:9443@evil.example/embed/dashboards/1',
      'https://user@dash.test:9443/embed/dashboards/1',
      'javascript:alert(1)//embed/dashboards/1',
      `${publicUrl}/embed/../admin`,
      `${publicUrl}/embed/%2e%2e/admin`,
      `${publicUrl}/embed/a#b`,
      `${publicUrl}/embed/dashboards/1\n`,
      `${publicUrl}/embed//evil.example`,
      `${publicUrl}\\@evil.example/embed/dashboards/1`,
    ]) {
      const { field } = await refusedField(sso({ target_url: target }));
      assert.equal(field, 'target_url', target);
    }
  });

  test('needs its fields, each of its type', async () => {
    const missing = await refusedField({ external_user_id: 'x' });
    assert.deepEqual([missing.field, missing.code], ['target_url', 'missing_field']);
    const nobody = await refusedField(sso({ external_user_id: undefined }));
    assert.deepEqual([nobody.field, nobody.code], ['external_user_id', 'missing_field']);
    for (const [field, value] of Object.entries({
      external_user_id: '',
      session_length: -1,
      permissions: 'access_data',
      models: { a: 1 },
      group_ids: [{}],
      user_attributes: { a: {} },
      force_logout_login: 'true',
      user_timezone: 'Mars/Olympus',
      external_group_id: 'x'.repeat(82),
      first_name: 'x'.repeat(300),
    })) {
      const refused = await refusedField(sso({ [field]: value }));
      assert.ok(refused.field.startsWith(field), `${field}: ${JSON.stringify(refused)}`);
      assert.equal(refused.code, 'invalid');
    }
    assert.equal((await refusedField(sso({ session_length: 2592001 }))).field, 'session_length');
    await make({ session_length: 2592000 });
    await make({ session_length: 0 });
    await refusedField(sso({ permissions: [] }));
    await refusedField(sso({ models: [] }));
    await make({ permissions: [], models: [], group_ids: ['1'] });
    await make({ first_name: null, last_name: null, user_timezone: null, secret_id: null });
  });

  test('is signed with the secret that was named, or the newest that is enabled', async () => {
    const first = await sdkOk(looker.sdk.create_embed_secret({ algorithm: 'hmac/sha-1' }));
    const length = async (more) => valuesOf(await make(more)).signature.length;
    assert.equal(await length(), 28, 'the newest');
    const second = await sdkOk(looker.sdk.create_embed_secret({}));
    assert.equal(await length(), 44);
    assert.equal(await length({ secret_id: first.id }), 28);
    const off = await sdkOk(
      looker.sdk.create_embed_secret({ algorithm: 'hmac/sha-1', enabled: false }),
    );
    assert.equal(await length(), 44, 'one that is off signs nothing');
    for (const secret_id of [off.id, '999', '-1']) {
      const answer = await looker.post('/embed/sso_url', sso({ secret_id }), null);
      assert.equal(answer.status, 404, `${secret_id}: ${answer.text}`);
      assertErrorBody(answer.json);
    }
    for (const secret_id of ['x', `${second.id}x`, ' 1', '9'.repeat(30)]) {
      assert.equal((await refusedField(sso({ secret_id }))).field, 'secret_id');
    }
  });

  test('puts its embed_domain on the allowlist, once, and nothing that is no origin', async () => {
    await sdkOk(looker.sdk.create_sso_embed_url(sso({ embed_domain: 'https://app.example' })));
    await sdkOk(looker.sdk.create_sso_embed_url(sso({ embed_domain: 'https://app.example' })));
    const { embed_config } = await looker.get('/setting');
    assert.deepEqual(embed_config.domain_allowlist, ['https://app.example']);
    for (const embed_domain of [
      'app.example',
      'https://app.example/path',
      'javascript:x',
      'https://app.example; script-src *',
      '*',
    ]) {
      assert.equal((await refusedField(sso({ embed_domain }))).field, 'embed_domain');
    }
  });

  test('for the caller himself opens once, as an ordinary user', async () => {
    const { url } = await sdkOk(
      looker.sdk.create_embed_url_as_me({ target_url, session_length: 60 }),
    );
    const opened = await open(url);
    assert.equal(opened.status, 201, opened.text);
    assert.equal(opened.head.embed.ordinary, true);
    assert.ok(opened.head.embed.session_ttl <= 60);
    assert.equal((await open(url)).status, 409);
    const other = url.slice(0, -2) + (url.endsWith('aa') ? 'bb' : 'aa');
    assert.equal((await open(other)).status, 401);
    const elsewhere = await looker.post(
      '/embed/token_url/me',
      {
        target_url: 'https://evil.example/embed/dashboards/1',
      },
      null,
    );
    assert.equal(elsewhere.status, 422);
  });
});
