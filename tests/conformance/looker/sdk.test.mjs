// The vendor's own npm SDK against a running casement: every operation around embedding, and what
// its error bodies must be for the vendor's clients to read them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { pipeline, requestBytes } from '../attacks/support/wire.mjs';
import {
  assertErrorBody,
  allPermissions,
  api40,
  pathAndQuery,
  publicUrl,
  sdkFails,
  sdkFor,
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

describe('logging in', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());

  test('gives the SDK a token of an hour, and takes it back', async () => {
    const sdk = sdkFor(looker.url, looker.credentials.looker);
    assert.equal(sdk.authSession.isAuthenticated(), false);
    const token = await sdk.authSession.login();
    assert.match(token.access_token, /^\S{20,}$/);
    assert.equal(token.token_type, 'Bearer');
    assert.equal(token.expires_in, 3600);
    await sdkOk(sdk.get_setting());
    const spoken = token.access_token;
    await sdk.authSession.logout();
    assert.equal(sdk.authSession.isAuthenticated(), false);
    for (const scheme of ['token', 'Bearer']) {
      const answer = await looker.call('GET', `${api40}/setting`, {
        headers: { Authorization: `${scheme} ${spoken}` },
      });
      assert.equal(answer.status, 401, answer.text);
      assertErrorBody(answer.json);
    }
    const again = await looker.call('DELETE', `${api40}/logout`, {
      headers: { Authorization: `token ${spoken}` },
    });
    assert.equal(again.status, 401);
  });

  test("is of one shape, whichever part is wrong: the vendor's 404", async () => {
    const { client_id, client_secret } = looker.credentials.looker;
    const texts = new Set();
    for (const wrong of [
      { client_id, client_secret: 'x'.repeat(24) },
      { client_id: 'x'.repeat(20), client_secret },
      { client_id: '', client_secret: '' },
      { client_id, client_secret: looker.credentials.service_token },
      { client_id: client_secret, client_secret: client_id },
      { client_id: client_id.toUpperCase(), client_secret: `${client_secret} ` },
    ]) {
      const answer = await looker.login(wrong);
      assert.equal(answer.status, 404, JSON.stringify(wrong));
      assertErrorBody(answer.json);
      texts.add(answer.text);
    }
    assert.deepEqual(
      [...texts].map((text) => JSON.parse(text).message),
      ['Not found'],
    );
    const sdk = sdkFor(looker.url, { client_id, client_secret: 'wrong' });
    const error = await sdk.get_setting().then(
      (result) => result.error,
      (thrown) => thrown,
    );
    assert.match(error.message, /Not found/);
  });

  test('takes the form in the query too, which the vendor still does', async () => {
    const { client_id, client_secret } = looker.credentials.looker;
    const query = new URLSearchParams({ client_id, client_secret });
    const answer = await looker.call('POST', `${api40}/login?${query}`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.deepEqual(Object.keys(answer.json).sort(), [
      'access_token',
      'expires_in',
      'refresh_token',
      'token_type',
    ]);
    assert.ok(!looker.logged.includes(client_secret), 'the log knows no query');
  });

  test('takes both spellings of the header, in any case, and nothing else', async () => {
    const { access_token: token } = (await looker.login()).json;
    const ask = (Authorization) =>
      looker.call('GET', `${api40}/setting`, { headers: Authorization ? { Authorization } : {} });
    for (const good of [
      `token ${token}`,
      `Bearer ${token}`,
      `Token ${token}`,
      `bearer ${token}`,
      `token   ${token}`,
    ]) {
      assert.equal((await ask(good)).status, 200, good);
    }
    for (const bad of [
      '',
      token,
      `Basic ${token}`,
      `token`,
      `token `,
      `token ${token}x`,
      `token ${token} ${token}`,
      `Bearer ${token},${token}`,
      [`token ${token}`, `token ${token}`],
    ]) {
      const answer = await ask(bad);
      assert.equal(answer.status, 401, String(bad));
      assertErrorBody(answer.json);
    }
  });

  test('ends after an hour', async () => {
    const { access_token: token } = (await looker.login()).json;
    const ask = () =>
      looker.call('GET', `${api40}/setting`, { headers: { Authorization: `token ${token}` } });
    await looker.restart({ clockShift: 3590 });
    assert.equal((await ask()).status, 200, 'a restart forgets nobody');
    await looker.restart({ clockShift: 3610 });
    assert.equal((await ask()).status, 401);
    await looker.restart();
  });

  test("in somebody else's name needs an administrator, and ends on its own", async () => {
    const sdk = sdkFor(looker.url, looker.credentials.looker);
    const own = await sdk.authSession.login();
    const sudo = await sdkOk(sdk.login_user('1'));
    assert.notEqual(sudo.access_token, own.access_token);
    const asThem = (method, path) =>
      looker.call(method, `${api40}${path}`, {
        headers: { Authorization: `token ${sudo.access_token}` },
      });
    assert.equal((await asThem('GET', '/setting')).status, 200);
    assert.equal((await asThem('DELETE', '/logout')).status, 204);
    assert.equal((await asThem('GET', '/setting')).status, 401);
    await sdkOk(sdk.get_setting());
    for (const nobody of ['999', '0', '-1', 'x', '1x', '9'.repeat(40), '%31%20']) {
      const answer = await looker.post(`/login/${nobody}`, undefined, null);
      assert.equal(answer.status, 404, `${nobody}: ${answer.text}`);
      assertErrorBody(answer.json);
    }
  });

  test('says which API this is, to anybody', async () => {
    const versions = await sdkOk(looker.sdk.versions());
    assert.match(versions.looker_release_version, /^26\./);
    assert.equal(versions.current_version.version, '4.0');
    assert.equal(versions.api_server_url, publicUrl);
    assert.equal(versions.web_server_url, publicUrl);
    assert.ok(versions.supported_versions.some(({ version }) => version === '4.0'));
    const alive = await looker.call('GET', '/alive');
    assert.equal(alive.status, 200);
    assert.equal(alive.text, '');
    assert.equal((await looker.call('GET', '/versions')).status, 200);
  });

  test('has an answer that the SDKs can read for what is not there', async () => {
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['GET', '/embed/sso_url'],
      ['POST', '/embed/nothing'],
      ['DELETE', '/setting'],
    ]) {
      const answer = await looker.api(method, path, method === 'POST' ? {} : undefined, null);
      assert.ok([404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
      assertErrorBody(answer.json);
    }
    const broken = await looker.post('/embed/sso_url', '{"target_url": ', null);
    assert.equal(broken.status, 400);
    assertErrorBody(broken.json);
  });
});

describe('a client that may only look', () => {
  let looker, viewer;
  before(async () => {
    looker = await startLooker();
    const { createCredentials } = await import('../../support/casement.mjs');
    viewer = sdkFor(looker.url, (await createCredentials(looker.dataDir, 'Viewer')).looker);
  });
  after(() => looker?.close());

  test('makes no URL, no secret, no session and changes no setting', async () => {
    for (const [what, call] of Object.entries({
      sso: () => viewer.create_sso_embed_url(sso()),
      validate: () => viewer.validate_embed_url('https://x/login/embed/x'),
      secret: () => viewer.create_embed_secret({}),
      remove: () => viewer.delete_embed_secret('1'),
      setting: () => viewer.set_setting({ embed_enabled: false }),
      acquire: () => viewer.acquire_embed_cookieless_session({ external_user_id: 'x' }),
      sudo: () => viewer.login_user('1'),
    })) {
      const error = await sdkFails(call());
      assertErrorBody(error);
      assert.match(error.message, /permission/, what);
    }
  });

  test('gets its own URL all the same', async () => {
    const { url } = await sdkOk(viewer.create_embed_url_as_me({ target_url }));
    assert.ok(url.startsWith(`${publicUrl}/login/embed/`));
  });
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

test('too many calls a minute are 429 with Retry-After, and other clients go on', async () => {
  const looker = await startLooker({ env: { CASEMENT_LOG_ACCESS: 'false' } });
  try {
    const { access_token: token } = (await looker.login()).json;
    const request = requestBytes('GET', `${api40}/setting?fields=timezone`, {
      Host: 'h',
      Authorization: `token ${token}`,
    });
    let limited;
    const requests = (function* () {
      for (let i = 0; i < 40_000 && !limited; i += 1) yield request;
    })();
    const onAnswer = (answer) => {
      if (answer.status === 429) limited ??= answer;
      else assert.equal(answer.status, 200, answer.body);
    };
    await Promise.all(
      Array.from({ length: 8 }, () => pipeline(looker.port, requests, { depth: 32, onAnswer })),
    );
    assert.ok(limited, '40 000 calls at once are too many');
    const wait = Number(/\r\nretry-after: *(\d+)/i.exec(limited.head)?.[1]);
    assert.ok(wait >= 1 && wait <= 60, limited.head);
    assertErrorBody(JSON.parse(limited.body));
    const { createCredentials } = await import('../../support/casement.mjs');
    const other = await createCredentials(looker.dataDir);
    await sdkOk(sdkFor(looker.url, other.looker).get_setting());
  } finally {
    await looker.close();
  }
});
