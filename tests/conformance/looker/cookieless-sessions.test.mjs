// Who belongs to a cookieless session, what joins it, what ends it, and whom its frames talk to.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  agent,
  body,
  claimsOf,
  firstFrame,
  nextFrame,
  claimless,
  cookielessCalls,
} from './cookieless.mjs';
import {
  allPermissions,
  codeOfPage,
  publicUrl,
  sdkFails,
  sdkOk,
  shellOf,
  startLooker,
} from './support.mjs';

describe('a cookieless session', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());
  const { acquire, generate, open, frame, exchange } = cookielessCalls(() => looker);

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
