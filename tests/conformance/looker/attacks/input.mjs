// Rows 7, 12: a value of another type, a text with two readings.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { mutations } from '../../attacks/support/mutations.mjs';
import { nobodys } from '../../attacks/support/witness.mjs';
import {
  allPermissions,
  api,
  api40,
  linkParts,
  newSecret,
  pageHeaders,
  publicHost,
  publicUrl,
  sdkOk,
  signLink,
  signatureOf,
} from '../support.mjs';
import { startTarget, tenantOf, witness } from './target.mjs';

describe('attack 7: a value of another JSON type is a refusal, never a fault or a guess', () => {
  let looker, acme, tokens;
  before(async () => {
    looker = await startTarget();
    acme = await witness(looker, 'acme');
    tokens = await sdkOk(
      looker.sdk.acquire_embed_cookieless_session(
        { ...tenantOf('acme') },
        { headers: { 'User-Agent': 'node' } },
      ),
    );
  });
  after(() => looker?.close());

  /** `lax(path, kind)`: taken all the same, as the vendor does. */
  async function onlyAsItIs(method, path, body, { lax = () => false, headers } = {}) {
    const call = (sent) => looker.api(method, path, sent, null, headers);
    const good = await call(body);
    assert.ok(good.status < 300, `as it is: ${good.status} ${good.text}`);
    for (const { path: place, kind, body: sent } of mutations(body)) {
      const what = `${method} ${path} with ${place.join('.')} as ${kind}`;
      const answer = await call(sent);
      assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text}`);
      if (answer.status >= 400) {
        assert.equal(typeof answer.json.documentation_url, 'string', what);
        continue;
      }
      assert.ok(
        kind === 'null' || lax(place, kind),
        `${what} was taken: ${answer.text.slice(0, 200)}`,
      );
    }
  }

  const everything = {
    external_user_id: 'typed',
    first_name: 'A',
    last_name: 'B',
    user_timezone: 'UTC',
    session_length: 300,
    force_logout_login: true,
    permissions: allPermissions,
    models: ['orders'],
    group_ids: ['1'],
    external_group_id: 'g',
    user_attributes: { tenant: 'acme' },
    embed_domain: 'https://app.example',
  };
  // Clients send numbers for ids and attributes; both become the texts that they are written with.
  const lax = ([first], kind) =>
    (first === 'group_ids' && ['number', 'list'].includes(kind)) ||
    (first === 'user_attributes' &&
      ['number', 'fraction', 'boolean', 'object', 'filled'].includes(kind)) ||
    (['permissions', 'models'].includes(first) && kind === 'list') ||
    (kind === 'string' && first === 'group_ids');

  test('in the call that makes a signed URL', () =>
    onlyAsItIs(
      'POST',
      '/embed/sso_url',
      { target_url: `${publicUrl}/embed/dashboards/locked`, ...everything },
      { lax },
    ));
  test('in the call that acquires a session', () =>
    onlyAsItIs('POST', '/embed/cookieless_session/acquire', everything, { lax }));
  test('in the call that renews tokens', () =>
    onlyAsItIs(
      'PUT',
      '/embed/cookieless_session/generate_tokens',
      {
        session_reference_token: tokens.session_reference_token,
        navigation_token: tokens.navigation_token,
        api_token: tokens.api_token,
      },
      { headers: { 'User-Agent': 'node' } },
    ));
  test('in the calls for embed secrets', async () => {
    await onlyAsItIs('POST', '/embed_config/secrets', {
      algorithm: 'hmac/sha-1',
      enabled: false,
      secret_type: 'SSO',
      note: 'n',
    });
    const made = await looker.post('/embed_config/secrets', {});
    await onlyAsItIs('PATCH', `/embed_config/secrets/${made.id}`, { enabled: true, note: 'n' });
  });
  test('in the settings', () =>
    onlyAsItIs(
      'PATCH',
      '/setting',
      {
        embed_enabled: true,
        timezone: 'UTC',
        allow_user_timezones: true,
        embed_config: {
          domain_allowlist: ['https://app.example'],
          strict: false,
          closed_system: false,
        },
      },
      {
        lax: (place, kind) =>
          (place.join('.') === 'embed_config.domain_allowlist' && kind === 'list') ||
          (place.join('.') === 'embed_config' && ['object', 'filled'].includes(kind)),
      },
    ));
  test('in the validator', () =>
    onlyAsItIs('POST', '/embed/sso/validate', {
      url: publicUrl + signLink(looker.embedKey, tenantOf('acme')),
      string_to_sign: 'x',
    }));

  test('in the calls of the page', async () => {
    const headers = { ...pageHeaders, Authorization: `Bearer ${acme.accessToken}` };
    for (const [path, body] of [
      [
        '/query',
        {
          content: 'dashboards/locked',
          panels: [2],
          variables: { needle: ['a'] },
          fresh: true,
          query_timezone: 'UTC',
        },
      ],
      ['/export', { content: 'dashboards/locked', panel: 2, query: 'A' }],
      ['/view', { content: '/embed/dashboards/locked' }],
    ]) {
      for (const { path: place, kind, body: sent } of mutations(body)) {
        const answer = await looker.call('POST', `${api}${path}`, { headers, body: sent });
        const harmless =
          (place[0] === 'panels' && kind === 'list') ||
          (place[0] === 'variables' && ['object', 'list'].includes(kind));
        const what = `${path} with ${place.join('.')} as ${kind}: ${answer.status} ${answer.text.slice(0, 200)}`;
        assert.ok(answer.status >= 400 ? answer.status < 500 : harmless || kind === 'string', what);
      }
    }
    const link = signLink(looker.embedKey, tenantOf('acme'));
    for (const odd of [{ path: link }, [link], 1, true, null, { $ne: null }]) {
      const answer = await looker.call('POST', `${api}/sessions`, {
        headers: pageHeaders,
        body: { link: odd, secret: newSecret() },
      });
      assert.equal(answer.status, 400, answer.text);
    }
    for (const api_token of [{}, [], 1, true, null, '', { $gt: '' }]) {
      const answer = await looker.call('POST', `${api}/sessions/tokens`, {
        headers: pageHeaders,
        body: { api_token },
      });
      assert.equal(answer.status, 400, answer.text);
    }
  });

  test('in the login', async () => {
    const { client_id, client_secret } = looker.credentials.looker;
    for (const body of [
      `client_id[]=${client_id}&client_secret[]=${client_secret}`,
      JSON.stringify({ client_id, client_secret }),
      `client_id=${client_id}&client_secret[$ne]=x`,
      `client_id=${client_id}`,
      `client_secret=${client_secret}`,
      '%zz',
      'a'.repeat(5000),
      '&&&&',
      '=',
    ]) {
      const answer = await looker.call('POST', `${api40}/login`, {
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body,
      });
      assert.ok([400, 404, 413].includes(answer.status), `${body.slice(0, 60)}: ${answer.status}`);
    }
  });
});

describe('attack 12: a link has one reading', () => {
  let looker, key;
  before(async () => {
    looker = await startTarget();
    key = await looker.key();
  });
  after(() => looker?.close());
  const user = (more) => tenantOf('acme', more);
  async function refused(link, codes, what = link) {
    const answer = await looker.open(link);
    assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.text}`);
    assert.ok(codes.includes(answer.code), `${what}: ${answer.text}`);
    nobodys(answer.text, what);
  }

  test('no parameter comes twice, in whatever spelling', async () => {
    const link = signLink(key, user());
    for (const more of [
      'time=1',
      '%74ime=1',
      'time',
      'nonce=%22x%22',
      'signature=x',
      'external_user_id=%22globex%22',
      'user_attributes=%7B%22tenant%22%3A%22globex%22%7D',
      'permiss%69ons=%5B%5D',
      'models=%5B%22vault%22%5D',
    ]) {
      await refused(`${link}&${more}`, ['parameter_duplicate'], more);
      await refused(link.replace('?', `?${more}&`), ['parameter_duplicate'], more);
    }
  });

  test('nothing that was signed can be read as another parameter', async () => {
    // What stands on the signed lines, under other names: lines that are left out shift the rest.
    const signer = { ...user({ group_ids: ['1'], external_group_id: 'g' }) };
    const parts = linkParts(signer);
    const signature = signatureOf(publicHost, parts, key);
    const names = [
      'permissions',
      'models',
      'group_ids',
      'external_group_id',
      'user_attributes',
      'access_filters',
    ];
    const texts = names.map((name) => parts.texts[name]);
    let tried = 0;
    for (const dropped of ['group_ids', 'external_group_id', 'user_attributes']) {
      const left = names.filter((name) => name !== dropped);
      // One value fewer than names, or one name fewer than values.
      for (let at = 0; at < texts.length; at += 1) {
        const values = texts.filter((_, i) => i !== at);
        const changed = { ...parts.texts };
        for (const name of names) delete changed[name];
        left.forEach((name, i) => (changed[name] = values[i]));
        const query = Object.entries({ ...changed, signature })
          .map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
          .join('&');
        await refused(`${parts.path}?${query}`, ['signature_invalid', 'parameter_invalid']);
        tried += 1;
      }
    }
    // Two values on one line of another parameter, with the line break that would stand between them.
    for (const [one, two] of [
      ['permissions', 'models'],
      ['group_ids', 'external_group_id'],
      ['user_attributes', 'access_filters'],
      ['external_user_id', 'permissions'],
      ['nonce', 'time'],
    ]) {
      const changed = { ...parts.texts, [one]: `${parts.texts[one]}\n${parts.texts[two]}` };
      delete changed[two];
      const query = Object.entries({ ...changed, signature })
        .map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
        .join('&');
      await refused(`${parts.path}?${query}`, ['parameter_invalid', 'parameter_missing']);
      tried += 1;
    }
    assert.equal(tried, 23);
  });

  test('no value has a line of its own in it', async () => {
    for (const [name, text] of [
      ['nonce', '"a\nb"'],
      ['nonce', '"a"\n'],
      ['external_user_id', '"a\r\nb"'],
      ['permissions', '["access_data",\n"see_looks"]'],
      ['user_attributes', '{"tenant":\n"globex"}'],
      ['access_filters', '{}\n'],
      ['models', '\n["orders"]'],
      ['external_group_id', '"x\u2028y\u0000"'],
      ['time', '1\n'],
    ]) {
      await refused(
        signLink(key, user(), { raw: { [name]: text } }),
        ['parameter_invalid'],
        JSON.stringify(text),
      );
    }
  });

  test('what was changed in a path or a value is not signed', async () => {
    const link = signLink(key, user(), { target: '/embed/dashboards/locked?needle=a b' });
    for (const [from, to] of [
      ['a%20b', 'a+b'],
      ['%2F', '%2f'],
      ['%3D', '='],
      ['locked', 'hidden'],
      ['acme', 'globex'],
      ['session_length=900', 'session_length=901'],
      ['session_length=900', 'session_length=0900'],
      ['session_length=900', 'session_length=900%20'],
      ['orders', 'vault'],
      ['access_data', 'access_dat%61x'],
    ]) {
      const changed = link.replace(from, to);
      assert.notEqual(changed, link, from);
      await refused(changed, ['signature_invalid', 'parameter_invalid'], `${from} → ${to}`);
    }
    // A value in another spelling that decodes to what was signed is the same link.
    const same = link.replace('session_length=900', 'session%5Flength=%39%30%30');
    assert.equal((await looker.open(same)).status, 201);
    await refused(link, ['link_already_used']);
  });

  test('the inner address is decoded once, and has one filter of a name', async () => {
    for (const target of [
      '/embed/dashboards/%6cocked%2f..%2fhidden',
      '/embed/dashboards/%2e%2e/hidden',
      '/embed/dashboards/%252e%252e',
    ]) {
      await refused(signLink(key, user(), { target }), ['target_refused']);
    }
    await refused(signLink(key, user(), { target: '/embed/dashboards/locked?needle=a&needle=b' }), [
      'parameter_duplicate',
    ]);
    await refused(
      signLink(key, user(), { target: '/embed/dashboards/locked?needle=a&%6eeedle=b' }),
      ['parameter_duplicate'],
    );
  });
});
