// Cookieless embedding as the vendor's guide has it: the host's backend acquires a session and
// renews its tokens through the SDK, the browser opens frames with them, and no cookie is needed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  agent,
  asBrowser,
  body,
  claimless,
  claimsOf,
  cookielessCalls,
  firstFrame,
  nextFrame,
} from './cookieless.mjs';
import { Viewer, sdkFails, sdkOk, startLooker } from './support.mjs';

describe('a cookieless session', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());
  const { acquire, generate, open, frame, exchange } = cookielessCalls(() => looker);

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
    const external_user_id = 'one browser';
    const tokens = await acquire({ external_user_id });
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
        external_user_id,
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
});
