// Secrets, settings and the validator by the vendor's own npm SDK: how an administrator runs embedding.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  assertErrorBody,
  allPermissions,
  codeOfPage,
  pathAndQuery,
  publicUrl,
  sdkFails,
  sdkOk,
  signLink,
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

describe('the validator', () => {
  let looker, key;
  before(async () => {
    looker = await startLooker();
    key = await looker.key();
  });
  after(() => looker?.close());
  const absolute = (link) => publicUrl + link;

  test("says yes to a good URL, asked by the SDK and by Python's encoding, and spends nothing", async () => {
    const link = signLink(key);
    const said = await sdkOk(looker.sdk.validate_embed_url(absolute(link)));
    assert.equal(said.url, absolute(link));
    for (let i = 0; i < 3; i += 1) {
      await looker.get(`/embed/sso/validate?url=${encodeURIComponent(absolute(link))}`);
    }
    assert.equal((await looker.open(link)).status, 201);
  });

  async function refusal(link, body) {
    const answer = body
      ? await looker.post('/embed/sso/validate', { url: absolute(link), ...body }, null)
      : await looker.get(`/embed/sso/validate?url=${encodeURIComponent(absolute(link))}`, null);
    assert.equal(answer.status, 422, answer.text);
    assertErrorBody(answer.json);
    return answer.json;
  }

  test("says no in the vendor's words", async () => {
    const used = signLink(key, { nonce: 'used-once' });
    assert.equal((await looker.open(used)).status, 201);
    const wrong = signLink({ secret: 'another' });
    for (const [link, words] of [
      [used, "'nonce' param already used this hour: 'used-once'"],
      [wrong, "'signature' param failed to authenticate: '"],
      [
        signLink(key, {}, { age: 301 }),
        "'time' param is not within 5 minutes of the server's system time",
      ],
      [
        signLink(key, {}, { age: -310 }),
        "'time' param is not within 5 minutes of the server's system time",
      ],
      [
        signLink(key, { force_logout_login: undefined }),
        'Missing required parameter: force_logout_login',
      ],
      [
        signLink(key, {}, { more: { embed_domain: 'https://app.example' } }),
        'This request includes invalid params: ["embed_domain"]',
      ],
      [signLink(key, {}, { raw: { permissions: '["x"' } }), "'permissions' must be"],
      ['/login/embed/x y', 'Uh oh, something went wrong!'],
    ]) {
      const { errors, valid } = await refusal(link);
      assert.equal(valid, false);
      assert.ok(
        errors[0].message.startsWith(`Embed URI is not valid: ${words}`),
        errors[0].message,
      );
    }
    const other = await looker.get(
      `/embed/sso/validate?url=${encodeURIComponent(`https://foo.com${signLink(key)}`)}`,
      null,
    );
    assert.match(
      other.json.errors[0].message,
      /^Embed URI is not valid: Invalid host: foo\.com {2}\(Use dash\.test:9443 instead\)$/,
    );
    const error = await sdkFails(looker.sdk.validate_embed_url(absolute(wrong)));
    assert.match(error.errors[0].message, /^Embed URI is not valid: 'signature' param failed/);
  });

  test('shows what the server signed, never the key, and the first line that differs', async () => {
    const { linkParts, stringToSign, signatureOf } = await import('./support.mjs');
    const parts = linkParts();
    const mine = stringToSign('dash.test:9443', parts);
    const query = (texts) =>
      Object.entries(texts)
        .map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
        .join('&');
    const bad = `${parts.path}?${query({ ...parts.texts, signature: signatureOf('dash.test', parts, key) })}`;
    const said = await refusal(bad, { string_to_sign: stringToSign('dash.test', parts) });
    assert.equal(said.string_to_sign, mine);
    assert.match(JSON.stringify(said.difference), /dash\.test/);
    assert.match(JSON.stringify(said.difference), /line 1|host/i);
    assert.ok(!JSON.stringify(said).includes(key.secret));
    const same = await refusal(bad, { string_to_sign: mine });
    assert.equal(same.difference, null);
    const good = await looker.post('/embed/sso/validate', {
      url: absolute(signLink(key)),
      string_to_sign: 'x',
    });
    assert.equal(good.valid, true);
  });

  test('looks at no URL that it was not given', async () => {
    for (const query of ['', '?', '?x=1', '?url=', '?curl=https%3A%2F%2Fx%2Fy']) {
      const answer = await looker.get(`/embed/sso/validate${query}`, null);
      assert.equal(answer.status, 422, `${query}: ${answer.text}`);
      assertErrorBody(answer.json);
    }
  });
});

describe('embed secrets', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());

  test('are shown once, and listed by their ends', async () => {
    const made = await sdkOk(looker.sdk.create_embed_secret({}));
    assert.equal(typeof made.id, 'string');
    assert.match(made.secret, /^[0-9a-f]{64}$/);
    assert.equal(made.algorithm, 'hmac/sha-256');
    assert.equal(made.enabled, true);
    assert.equal(made.secret_type, 'SSO');
    assert.ok(Date.parse(made.created_at) > 0);
    const list = await looker.get('/embed_config/secrets');
    const one = list.find(({ id }) => id === made.id);
    assert.ok(!('secret' in one));
    assert.ok(made.secret.endsWith(one.suffix));
    assert.deepEqual(await looker.get(`/embed_config/secrets/${made.id}`), one);
    assert.ok(!JSON.stringify(list).includes(made.secret));
  });

  test('refuse what they cannot be', async () => {
    for (const body of [
      { algorithm: 'none' },
      { algorithm: 'hmac/md5' },
      { secret_type: 'JWT' },
      { enabled: 'yes' },
      { algorithm: 1 },
    ]) {
      const answer = await looker.post('/embed_config/secrets', body, null);
      assert.equal(answer.status, 422, answer.text);
      assertErrorBody(answer.json);
    }
    await looker.post('/embed_config/secrets', { algorithm: null, enabled: null });
    await looker.post('/embed_config/secrets', undefined);
    for (const id of ['999', 'x', '0', '-1']) {
      assert.equal(
        (await looker.api('DELETE', `/embed_config/secrets/${id}`, undefined, null)).status,
        404,
      );
    }
  });

  test('are rotated with an overlap in which both sign', async () => {
    const old = await looker.post('/embed_config/secrets', {});
    const next = await looker.post('/embed_config/secrets/rotate', { overlap_seconds: 600 });
    assert.notEqual(next.secret, old.secret);
    const session = await looker.open(signLink(old, { external_user_id: 'a' }));
    assert.equal(session.status, 201, session.text);
    assert.equal((await looker.open(signLink(next, { external_user_id: 'b' }))).status, 201);
    await looker.restart({ clockShift: 700 });
    const shifted = { time: Math.floor(Date.now() / 1000) + 700 };
    const late = await looker.open(signLink(old, shifted));
    assert.deepEqual([late.status, late.code], [401, 'secret_disabled']);
    assert.equal((await looker.open(signLink(next, shifted))).status, 201);
    await looker.restart();
  });

  for (const [what, end] of Object.entries({
    'switched off': (id) => looker.patch(`/embed_config/secrets/${id}`, { enabled: false }),
    removed: (id) => sdkOk(looker.sdk.delete_embed_secret(id)),
  })) {
    test(`that are ${what} sign nothing and end the sessions that they opened`, async () => {
      const { Viewer } = await import('./support.mjs');
      const key = await looker.post('/embed_config/secrets', {});
      const kept = await looker.post('/embed_config/secrets', {});
      const opened = await looker.open(signLink(key, { external_user_id: `x ${what}` }));
      const viewer = new Viewer(looker, opened);
      const other = new Viewer(
        looker,
        await looker.open(signLink(kept, { external_user_id: 'y' })),
      );
      assert.equal((await viewer.query()).status, 200);
      await end(key.id);
      assert.equal((await viewer.query()).status, 410);
      assert.equal((await viewer.resume()).status, 410);
      assert.equal((await other.query()).status, 200, "another secret's session goes on");
      const refused = await looker.open(signLink(key));
      assert.equal(refused.status, 401);
      assert.equal(refused.code, what === 'removed' ? 'signature_invalid' : 'secret_disabled');
    });
  }
});

describe('settings', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());

  test('come back as they were set, and what was not named stays', async () => {
    const before = await sdkOk(looker.sdk.get_setting());
    assert.equal(before.host_url, publicUrl);
    const set = await sdkOk(
      looker.sdk.set_setting({
        timezone: 'Europe/Berlin',
        embed_config: { domain_allowlist: ['https://App.example:443', 'https://*.my.com'] },
      }),
    );
    assert.equal(set.timezone, 'Europe/Berlin');
    assert.deepEqual(set.embed_config.domain_allowlist, [
      'https://app.example',
      'https://*.my.com',
    ]);
    assert.deepEqual(await sdkOk(looker.sdk.get_setting()), set);
    await sdkOk(looker.sdk.set_setting({ embed_config: { strict: false, alert_url_label: 'x' } }));
    const after = await sdkOk(looker.sdk.get_setting());
    assert.deepEqual(after.embed_config.domain_allowlist, set.embed_config.domain_allowlist);
    assert.equal(after.embed_config.alert_url_label, 'x');
    await sdkOk(looker.sdk.set_setting({ embed_config: { domain_allowlist: [] } }));
    assert.deepEqual((await looker.get('/setting')).embed_config.domain_allowlist, []);
    assert.deepEqual(await sdkOk(looker.sdk.set_setting(before)), {
      ...after,
      timezone: before.timezone,
      embed_config: before.embed_config,
    });
  });

  test('are selected by fields, at the top and below', async () => {
    assert.deepEqual(await sdkOk(looker.sdk.get_setting('timezone')), { timezone: 'UTC' });
    assert.deepEqual(
      await sdkOk(looker.sdk.get_setting('timezone,embed_config(domain_allowlist,strict)')),
      { timezone: 'UTC', embed_config: { domain_allowlist: [], strict: false } },
    );
    for (const fields of ['a(b', 'a)', ',', 'a,,b', 'x'.repeat(3000)]) {
      const answer = await looker.get(`/setting?fields=${encodeURIComponent(fields)}`, null);
      assert.equal(answer.status, 400, `${fields}: ${answer.text}`);
      assertErrorBody(answer.json);
    }
  });

  test('are refused whole when one of them is wrong', async () => {
    for (const change of [
      { timezone: 'Mars' },
      { timezone: 'browser' },
      { timezone: 1 },
      { embed_enabled: 'yes' },
      { embed_config: { domain_allowlist: 'https://a.example' } },
      { embed_config: { domain_allowlist: ['a.example'] } },
      { embed_config: { domain_allowlist: ['https://a.example', 'https://b.example/x'] } },
      { embed_config: { domain_allowlist: [1] } },
      { embed_config: { domain_allowlist: ['https://*'] } },
      { embed_config: [] },
    ]) {
      const answer = await looker.patch(
        '/setting',
        { allow_user_timezones: false, ...change },
        null,
      );
      assert.equal(answer.status, 422, `${JSON.stringify(change)}: ${answer.text}`);
      assertErrorBody(answer.json);
    }
    assert.equal((await looker.get('/setting')).allow_user_timezones, true);
  });
});

describe('embedding that is switched off', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());

  test('refuses calls, links, pages and open sessions, and comes back', async () => {
    const viewer = await looker.viewer();
    const link = await looker.link({ external_user_id: 'later' });
    await looker.patch('/setting', { embed_enabled: false });
    for (const call of [
      () => looker.sdk.create_sso_embed_url(sso()),
      () => looker.sdk.create_embed_url_as_me({ target_url }),
      () => looker.sdk.validate_embed_url(publicUrl + link),
      () => looker.sdk.acquire_embed_cookieless_session(sso({ target_url: undefined })),
    ]) {
      const error = await sdkFails(call());
      assert.match(error.message, /switched off.*embed_enabled/s);
      assertErrorBody(error);
    }
    const page = await looker.page(link);
    assert.deepEqual([page.status, codeOfPage(page)], [403, 'embed_disabled']);
    const refused = await looker.open(link);
    assert.deepEqual([refused.status, refused.code], [403, 'embed_disabled']);
    const query = await viewer.query();
    assert.deepEqual([query.status, query.code], [403, 'embed_disabled']);
    await looker.patch('/setting', { embed_config: { embed_enabled: true } });
    assert.equal((await viewer.query()).status, 200);
    assert.equal((await looker.open(link)).status, 201, 'nothing was spent meanwhile');
  });

  test('for signed links leaves the cookieless ones, and the other way round', async () => {
    await looker.patch('/setting', { embed_config: { sso_auth_enabled: false } });
    await sdkFails(looker.sdk.create_sso_embed_url(sso()));
    assert.equal((await looker.open(await looker.link())).status, 403);
    await sdkOk(looker.sdk.acquire_embed_cookieless_session(sso({ target_url: undefined })));
    await looker.patch('/setting', {
      embed_cookieless_v2: false,
      embed_config: { sso_auth_enabled: true },
    });
    assert.equal((await looker.open(await looker.link())).status, 201);
    const answer = await looker.post(
      '/embed/cookieless_session/acquire',
      { external_user_id: 'x' },
      null,
    );
    assert.equal(answer.status, 404, "the vendor's answer where the feature is not there");
    assertErrorBody(answer.json);
  });
});

describe('strict mode', () => {
  let looker;
  before(async () => {
    looker = await startLooker({ settings: { embed_config: { strict: true } } });
  });
  after(() => looker?.close());

  const unknown = {
    models: { models: ['plain', 'nothing-like-it'] },
    group_ids: { group_ids: ['4711'] },
    'user_attributes.shoe_size': { user_attributes: { shoe_size: '44' } },
  };

  for (const [field, more] of Object.entries(unknown)) {
    test(`refuses unknown ${field.split('.')[0]} in a call and in a link`, async () => {
      const answer = await looker.post('/embed/sso_url', sso(more), null);
      assert.equal(answer.status, 422, answer.text);
      assert.equal(answer.json.errors[0].field, field);
      const acquire = await looker.post(
        '/embed/cookieless_session/acquire',
        {
          ...sso(more),
          target_url: undefined,
        },
        null,
      );
      assert.equal(acquire.status, 422, acquire.text);
      const refused = await looker.open(await looker.link(more));
      assert.equal(refused.status, 400, refused.text);
      assert.match(refused.code, /^unknown_(model|group|attribute)$/);
    });
  }

  test('is off unless it is switched on: unknown names are passed through', async () => {
    await looker.patch('/setting', { embed_config: { strict: false } });
    for (const more of Object.values(unknown)) {
      const { url } = await sdkOk(looker.sdk.create_sso_embed_url(sso(more)));
      assert.equal((await looker.open(pathAndQuery(url))).status, 201);
    }
  });
});
