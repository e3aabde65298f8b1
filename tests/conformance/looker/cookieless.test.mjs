// Cookieless embedding as the vendor's guide has it: the host's backend acquires a session and
// renews its tokens through the SDK, the browser opens frames with them, and no cookie is needed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  Viewer,
  allPermissions,
  codeOfPage,
  pageHeaders,
  publicUrl,
  sdkFails,
  sdkOk,
  shellOf,
  startLooker,
} from './support.mjs';

const agent = 'Mozilla/5.0 (conformance)';
const asBrowser = { headers: { 'User-Agent': agent } };
const body = (more = {}) => ({
  external_user_id: 'cookieless-1',
  permissions: allPermissions,
  models: ['plain'],
  session_length: 900,
  ...more,
});
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** The address of the first frame, as the vendor's embed SDK makes it. */
function firstFrame(tokens, target = '/embed/dashboards/sales', more = '') {
  const inner = `${target}${target.includes('?') ? '&' : '?'}embed_navigation_token=${tokens.navigation_token}${more}`;
  return `/login/embed/${encodeURIComponent(inner)}?embed_authentication_token=${tokens.authentication_token}`;
}
const nextFrame = (tokens, target = '/embed/dashboards/note', more = '') =>
  `${target}?embed_navigation_token=${tokens.navigation_token}${more}`;

describe('a cookieless session', () => {
  let looker;
  let count = 0;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());

  const acquire = (more) =>
    sdkOk(
      looker.sdk.acquire_embed_cookieless_session(
        body({ external_user_id: `c${(count += 1)}`, ...more }),
        asBrowser,
      ),
    );
  const generate = (tokens) =>
    looker.sdk.generate_tokens_for_cookieless_session(
      {
        session_reference_token: tokens.session_reference_token,
        navigation_token: tokens.navigation_token,
        api_token: tokens.api_token,
      },
      asBrowser,
    );
  const open = (link, headers = { 'User-Agent': agent }) => looker.open(link, { headers });
  async function frame(link) {
    const opened = await open(link);
    assert.equal(opened.status, 201, opened.text);
    return new Viewer(looker, opened, { 'User-Agent': agent });
  }
  const exchange = (api_token, headers = { 'User-Agent': agent }) =>
    looker.call('POST', '/api/casement/v1/sessions/tokens', {
      headers: { ...pageHeaders, ...headers },
      body: { api_token },
    });

  test('has four tokens with their lives, all that the SDK wants', async () => {
    const tokens = await acquire();
    assert.deepEqual(Object.keys(tokens).sort(), [
      'api_token',
      'api_token_ttl',
      'authentication_token',
      'authentication_token_ttl',
      'navigation_token',
      'navigation_token_ttl',
      'session_reference_token',
      'session_reference_token_ttl',
    ]);
    const {
      authentication_token_ttl: auth,
      navigation_token_ttl: nav,
      api_token_ttl: api,
      session_reference_token_ttl: reference,
    } = tokens;
    assert.deepEqual([auth, nav, api], [30, 600, 600]);
    assert.ok(reference >= 898 && reference <= 900, String(reference));
    for (const name of [
      'authentication_token',
      'navigation_token',
      'api_token',
      'session_reference_token',
    ]) {
      const { exp } = claimsOf(tokens[name]);
      assert.ok(Math.abs(exp - Date.now() / 1000 - tokens[`${name}_ttl`]) < 5, `${name}'s exp`);
    }
    const brief = await acquire({ session_length: 20 });
    for (const name of ['authentication', 'navigation', 'api', 'session_reference']) {
      assert.ok(brief[`${name}_token_ttl`] <= 20, 'no token outlives its session');
    }
    const usual = await acquire({ session_length: undefined });
    assert.ok(usual.session_reference_token_ttl <= 300 && usual.session_reference_token_ttl > 290);
  });

  test('opens its first frame with the authentication token, once', async () => {
    const tokens = await acquire();
    const link = firstFrame(tokens, '/embed/dashboards/sales?Product=Rock');
    assert.equal((await looker.page(link, { 'User-Agent': agent })).status, 200);
    const viewer = await frame(link);
    assert.equal(viewer.head.embed.cookieless, true);
    assert.deepEqual(viewer.head.embed.filters, { Product: 'Rock' });
    assert.ok(
      !viewer.text.includes(tokens.navigation_token),
      "the page's address comes back without it",
    );
    assert.equal((await viewer.query()).status, 200);
    assert.equal((await open(link)).status, 409);
    const elsewhere = await open(firstFrame(tokens, '/embed/dashboards/note'));
    assert.equal(elsewhere.status, 409, 'nor for another page');
  });

  test('opens further frames with the navigation token, and each reloads by its own secret', async () => {
    const tokens = await acquire();
    const first = await frame(firstFrame(tokens));
    const second = await frame(nextFrame(tokens));
    const third = await frame(nextFrame(tokens));
    assert.equal(new Set([first.id, second.id, third.id]).size, 3);
    const again = await second.resume(
      { secret: second.secret, content: '/embed/dashboards/note' },
      { cookie: null },
    );
    assert.equal(again.status, 200, again.text);
    assert.equal((await looker.page(nextFrame(tokens), { 'User-Agent': agent })).status, 200);
    assert.equal((await second.view('/embed/dashboards/sales')).status, 200);
  });

  test('belongs to one User-Agent, and a wrong one spends nothing', async () => {
    const tokens = await acquire();
    const link = firstFrame(tokens);
    for (const stranger of ['curl/8', '', `${agent}.`, agent.toLowerCase()]) {
      const refused = await open(link, { 'User-Agent': stranger });
      assert.deepEqual([refused.status, refused.code], [401, 'user_agent_changed'], stranger);
      assert.equal((await open(nextFrame(tokens), { 'User-Agent': stranger })).status, 401);
    }
    const viewer = await frame(link);
    const wrong = { 'User-Agent': 'curl/8' };
    assert.equal((await viewer.query({}, wrong)).status, 401);
    assert.equal((await viewer.view('/embed/dashboards/note', {}, wrong)).status, 401);
    assert.equal(
      (await viewer.resume({ secret: viewer.secret }, { cookie: null, headers: wrong })).status,
      401,
    );
    assert.equal((await exchange(tokens.api_token, wrong)).status, 401);
    const elsewhere = await looker.sdk.generate_tokens_for_cookieless_session(
      {
        session_reference_token: tokens.session_reference_token,
      },
      { headers: wrong },
    );
    assert.equal(elsewhere.ok, false);
    const joined = await looker.sdk.acquire_embed_cookieless_session(
      body({
        external_user_id: `c${count}`,
        session_reference_token: tokens.session_reference_token,
      }),
      { headers: wrong },
    );
    assert.equal(joined.ok, false);
    assert.equal((await viewer.query()).status, 200);
  });

  test('has tokens that end at their time', async () => {
    const tokens = await acquire();
    const kept = await acquire();
    const viewer = await frame(firstFrame(kept));
    await looker.restart({ clockShift: 40 });
    try {
      const late = await open(firstFrame(tokens));
      assert.deepEqual([late.status, late.code], [410, 'token_expired'], late.text);
      assert.equal((await open(nextFrame(tokens))).status, 201, 'the other one has ten minutes');
      await looker.restart({ clockShift: 620 });
      const over = await open(nextFrame(tokens));
      assert.deepEqual([over.status, over.code], [410, 'token_expired'], over.text);
      const stale = await exchange(kept.api_token);
      assert.deepEqual([stale.status, stale.json.error.code], [401, 'api_token_expired']);
      const fresh = await sdkOk(generate(kept));
      assert.ok(
        fresh.api_token_ttl <= 280 && fresh.api_token_ttl > 200,
        'as long as the session lives',
      );
      assert.equal((await exchange(fresh.api_token)).status, 200);
      await looker.restart({ clockShift: 910 });
      const ended = await sdkOk(generate(fresh));
      assert.equal(ended.session_reference_token_ttl, 0, 'over is not an error');
      assert.equal((await viewer.resume({ secret: viewer.secret }, { cookie: null })).status, 410);
      const anew = await sdkOk(
        looker.sdk.acquire_embed_cookieless_session(
          body({
            external_user_id: 'somebody-new',
            session_reference_token: kept.session_reference_token,
          }),
          asBrowser,
        ),
      );
      assert.ok(anew.session_reference_token_ttl > 890, 'an ended reference is passed over');
    } finally {
      await looker.restart();
    }
  });

  test("is renewed by its backend, and the frame's right to data with it", async () => {
    const tokens = await acquire();
    const viewer = await frame(firstFrame(tokens));
    const fresh = await sdkOk(generate(tokens));
    assert.ok(!('authentication_token' in fresh));
    assert.equal(
      claimsOf(fresh.session_reference_token).sub,
      claimsOf(tokens.session_reference_token).sub,
    );
    const got = await exchange(fresh.api_token);
    assert.equal(got.status, 200, got.text);
    assert.ok(got.json.session_ttl > 800);
    const other = new Viewer(
      looker,
      { ...viewer, accessToken: got.json.access_token },
      { 'User-Agent': agent },
    );
    assert.equal((await other.query({ content: 'dashboards/sales' })).status, 200);
    for (const token of [
      tokens.api_token,
      tokens.navigation_token,
      tokens.session_reference_token,
    ]) {
      const answer = await viewer.query({}, { Authorization: `Bearer ${token}` });
      assert.equal(answer.status, 401, 'none of the four is good for data itself');
    }
    for (const token of [
      tokens.navigation_token,
      tokens.session_reference_token,
      tokens.authentication_token,
      viewer.accessToken,
      'x',
      'session expired',
      `${tokens.api_token}x`,
    ]) {
      assert.equal((await exchange(token)).status, 401);
    }
  });

  test("refuses tokens that are not its own, in words that the vendor's sample looks for", async () => {
    const [one, two] = [await acquire(), await acquire()];
    for (const mixed of [
      { ...one, api_token: two.api_token },
      { ...one, navigation_token: two.navigation_token },
      { ...one, api_token: one.navigation_token },
      { ...one, api_token: 'x' },
      { ...one, session_reference_token: one.api_token },
      { ...one, session_reference_token: 'x' },
      { ...one, session_reference_token: `${one.session_reference_token}x` },
    ]) {
      const error = await sdkFails(generate(mixed));
      assert.match(error.message, /Invalid input tokens provided/);
      assert.equal(typeof error.documentation_url, 'string');
    }
    const none = { ...one, session_reference_token: claimless(one.session_reference_token) };
    await sdkFails(generate(none));
  });
  function claimless(token) {
    const [, claims] = token.split('.');
    const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    return `${header}.${claims}.`;
  }

  test('is joined by its reference, by the same person only, and not made longer', async () => {
    const external_user_id = 'joiner';
    const first = await acquire({ external_user_id });
    const second = await acquire({
      external_user_id,
      session_reference_token: first.session_reference_token,
      session_length: 2592000,
      permissions: [...allPermissions, 'see_sql'],
    });
    assert.equal(
      claimsOf(second.session_reference_token).sub,
      claimsOf(first.session_reference_token).sub,
    );
    assert.ok(second.session_reference_token_ttl <= 900);
    const viewer = await frame(firstFrame(second));
    assert.doesNotMatch(viewer.text, /canary-sql/, 'its grants stay as they were');
    const mixed = await looker.post(
      '/embed/cookieless_session/acquire',
      body({
        external_user_id: 'somebody-else',
        session_reference_token: first.session_reference_token,
      }),
      null,
    );
    assert.equal(mixed.status, 404, mixed.text);
    const forged = await looker.post(
      '/embed/cookieless_session/acquire',
      body({
        external_user_id,
        session_reference_token: 'x.y.z',
      }),
      null,
    );
    assert.equal(forged.status, 400);
  });

  test('ends with every frame when it is deleted', async () => {
    const tokens = await acquire();
    const frames = [await frame(firstFrame(tokens)), await frame(nextFrame(tokens))];
    const other = await frame(firstFrame(await acquire()));
    await sdkOk(looker.sdk.delete_embed_cookieless_session(tokens.session_reference_token));
    for (const viewer of frames) {
      const answer = await viewer.query();
      assert.deepEqual([answer.status, answer.code], [410, 'session_ended'], answer.text);
      assert.equal((await viewer.resume({ secret: viewer.secret }, { cookie: null })).status, 410);
    }
    assert.equal((await open(nextFrame(tokens))).status, 410);
    assert.equal((await exchange(tokens.api_token)).status, 410);
    assert.equal((await sdkOk(generate(tokens))).session_reference_token_ttl, 0);
    await sdkFails(looker.sdk.delete_embed_cookieless_session(tokens.session_reference_token));
    await sdkFails(looker.sdk.delete_embed_cookieless_session('x'));
    assert.equal((await other.query()).status, 200);
  });

  test('leaving one frame leaves the others', async () => {
    const tokens = await acquire();
    const [one, two] = [await frame(firstFrame(tokens)), await frame(nextFrame(tokens))];
    const left = await one.call(
      `/sessions/${one.id}/leave`,
      { secret: one.secret },
      { 'X-Casement': '1' },
    );
    assert.equal(left.status, 204, left.text);
    assert.equal((await one.query()).status, 410);
    assert.equal((await two.query({ content: 'dashboards/note' })).status, 200);
  });

  test('may talk to its own embed_domain, which goes on no list', async () => {
    const embed_domain = 'https://one-off.example';
    await looker.patch('/setting', { embed_config: { domain_allowlist: ['https://app.example'] } });
    const tokens = await acquire({ embed_domain });
    const more = `&embed_domain=${encodeURIComponent(embed_domain)}&sdk=3`;
    for (const link of [firstFrame(tokens, undefined, more), nextFrame(tokens, undefined, more)]) {
      const page = await looker.page(link, { 'User-Agent': agent });
      assert.equal(shellOf(page)['embed-domain'], embed_domain);
      assert.match(
        page.headers['content-security-policy'],
        /frame-ancestors 'self' https:\/\/app\.example https:\/\/one-off\.example$/,
      );
    }
    const renewed = await sdkOk(generate(tokens));
    assert.equal(
      shellOf(await looker.page(nextFrame(renewed, undefined, more)))['embed-domain'],
      embed_domain,
    );
    const others = await acquire();
    for (const link of [firstFrame(others, undefined, more), nextFrame(others, undefined, more)]) {
      const shell = shellOf(await looker.page(link, { 'User-Agent': agent }));
      assert.equal(shell['embed-domain'], undefined);
      assert.equal(shell['embed-domain-refused'], embed_domain);
    }
    assert.deepEqual((await looker.get('/setting')).embed_config.domain_allowlist, [
      'https://app.example',
    ]);
    await looker.patch('/setting', { embed_config: { domain_allowlist: [] } });
    const bad = await looker.post(
      '/embed/cookieless_session/acquire',
      body({ embed_domain: 'x' }),
      null,
    );
    assert.equal(bad.status, 422);
  });

  test('is told apart from a signed link', async () => {
    const tokens = await acquire();
    for (const [link, code] of [
      [`${firstFrame(tokens)}&nonce=%22x%22`, 'link_malformed'],
      [firstFrame({ ...tokens, authentication_token: '' }), 'parameter_invalid'],
      [firstFrame({ ...tokens, authentication_token: 'x' }), 'token_invalid'],
      [firstFrame({ ...tokens, authentication_token: tokens.navigation_token }), 'token_invalid'],
      [
        firstFrame({ ...tokens, authentication_token: tokens.session_reference_token }),
        'token_invalid',
      ],
      [
        firstFrame({ ...tokens, authentication_token: claimless(tokens.authentication_token) }),
        'token_invalid',
      ],
      [nextFrame({ navigation_token: tokens.api_token }), 'token_invalid'],
      [nextFrame({ navigation_token: '' }), 'token_invalid'],
    ]) {
      const refused = await open(link);
      assert.equal(refused.code, code, `${link}: ${refused.text}`);
      assert.ok([400, 401].includes(refused.status));
      const page = await looker.page(link);
      assert.equal(codeOfPage(page), code);
    }
  });

  test('needs a person, as a signed link does', async () => {
    const refused = async (more) => {
      const answer = await looker.post('/embed/cookieless_session/acquire', body(more), null);
      assert.equal(answer.status, 422, answer.text);
      return answer.json.errors[0];
    };
    assert.deepEqual([(await refused({ external_user_id: undefined })).code], ['missing_field']);
    for (const [field, value] of Object.entries({
      session_length: 2592001,
      permissions: 'x',
      user_timezone: 'Mars',
      external_user_id: '',
    })) {
      assert.equal((await refused({ [field]: value })).field, field);
    }
    await refused({ permissions: [], models: [] });
    const link = await sdkOk(
      looker.sdk.create_embed_url_as_me({ target_url: `${publicUrl}/embed/dashboards/sales` }),
    );
    assert.match(link.url, /\/login\/embed\/.*embed_authentication_token=/);
  });
});
