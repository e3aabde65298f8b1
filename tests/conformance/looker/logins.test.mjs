// The vendor's own npm SDK against a running casement: who is let in to the API, how far, how often,
// and what its error bodies must be for the vendor's clients to read them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { pipeline, requestBytes } from '../attacks/support/wire.mjs';
import {
  assertErrorBody,
  allPermissions,
  api40,
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
