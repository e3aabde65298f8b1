// Row 14: a key or an algorithm that is taken for another.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import {
  allPermissions,
  api,
  linkParts,
  pageHeaders,
  publicHost,
  signLink,
  signatureOf,
  startLooker,
  stringToSign,
} from '../support.mjs';

describe('attack 14: keys and algorithms are what they were made as', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());

  test('a secret signs with its own algorithm only, as the text that it is', async () => {
    for (const algorithm of ['hmac/sha-256', 'hmac/sha-1']) {
      const key = await looker.post('/embed_config/secrets', { algorithm });
      const parts = linkParts();
      const text = stringToSign(publicHost, parts);
      const right = signatureOf(publicHost, parts, key);
      const link = (signature) =>
        `${parts.path}?${Object.entries({ ...parts.texts, signature })
          .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
          .join('&')}`;
      const mac = (digest, secret, data = text) => createHmac(digest, secret).update(data);
      const own = algorithm === 'hmac/sha-256' ? 'sha256' : 'sha1';
      for (const [what, signature] of Object.entries({
        'the other algorithm': mac(own === 'sha1' ? 'sha256' : 'sha1', key.secret).digest('base64'),
        md5: mac('md5', key.secret).digest('base64'),
        sha512: mac('sha512', key.secret).digest('base64'),
        'the decoded key': mac(own, Buffer.from(key.secret, 'hex')).digest('base64'),
        'an empty key': mac(own, '').digest('base64'),
        'a hash without a key': Buffer.alloc(own === 'sha1' ? 20 : 32).toString('base64'),
        hex: mac(own, key.secret).digest('hex'),
        base64url: mac(own, key.secret).digest('base64url'),
        'no padding': right.replace(/=+$/, ''),
        'half of it': Buffer.from(right, 'base64').subarray(0, 10).toString('base64'),
        'a last line break': mac(own, key.secret, `${text}\n`).digest('base64'),
        'another end of line': mac(own, key.secret, text.replaceAll('\n', '\r\n')).digest('base64'),
      })) {
        const answer = await looker.open(link(signature));
        assert.ok(
          ['signature_invalid', 'parameter_invalid'].includes(answer.code),
          `${what}: ${answer.text}`,
        );
      }
      assert.equal((await looker.open(link(right))).status, 201);
    }
  });

  test('a token is signed by this server, as what it is', async () => {
    const agent = { 'User-Agent': 'forger' };
    const tokens = await looker.post(
      '/embed/cookieless_session/acquire',
      {
        external_user_id: 'x',
        permissions: allPermissions,
        models: ['plain'],
      },
      200,
    );
    const key = await looker.key();
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [head, claims, mac] = tokens.authentication_token.split('.');
    const read = JSON.parse(Buffer.from(claims, 'base64url'));
    assert.equal(JSON.parse(Buffer.from(head, 'base64url')).alg, 'HS256');
    const hs256 = (secret, first, second) =>
      `${first}.${second}.${createHmac('sha256', secret).update(`${first}.${second}`).digest('base64url')}`;
    const forged = {
      none: `${encode({ alg: 'none', typ: 'JWT' })}.${claims}.`,
      None: `${encode({ alg: 'None' })}.${claims}.${mac}`,
      'another algorithm': `${encode({ alg: 'HS512', typ: 'JWT' })}.${claims}.${mac}`,
      'a key id': hs256(key.secret, encode({ alg: 'HS256', kid: '../../dev/null' }), claims),
      'a key in the head': hs256(
        'x',
        encode({ alg: 'HS256', jwk: { kty: 'oct', k: 'eA' } }),
        claims,
      ),
      'the embed secret': hs256(key.secret, head, claims),
      'the client secret': hs256(looker.credentials.looker.client_secret, head, claims),
      'no key': hs256('', head, claims),
      'a longer life': `${head}.${encode({ ...read, exp: read.exp + 86400 })}.${mac}`,
      'another session': `${head}.${encode({ ...read, sub: 'x' })}.${mac}`,
      'other claims': hs256('secret', head, encode({ ...read, exp: 1e12 })),
      'a bit': `${head}.${claims}.${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`,
      'nothing behind': `${head}.${claims}`,
      'one more part': `${tokens.authentication_token}.x`,
      padded: `${tokens.authentication_token}=`,
      'its reference': tokens.session_reference_token,
      'its api_token': tokens.api_token,
      'its navigation token': tokens.navigation_token,
    };
    for (const [what, token] of Object.entries(forged)) {
      const first = await looker.open(
        `/login/embed/%2Fembed%2Fdashboards%2Fsales?embed_authentication_token=${encodeURIComponent(token)}`,
        { headers: agent },
      );
      assert.ok([400, 401].includes(first.status), `${what}: ${first.status} ${first.text}`);
      const next =
        what === 'its navigation token'
          ? null
          : await looker.open(
              `/embed/dashboards/sales?embed_navigation_token=${encodeURIComponent(token)}`,
              { headers: agent },
            );
      if (next) assert.ok([400, 401].includes(next.status), `${what}: ${next.text}`);
      const renewed =
        what === 'its api_token'
          ? null
          : await looker.call('POST', `${api}/sessions/tokens`, {
              headers: { ...pageHeaders, ...agent },
              body: { api_token: token },
            });
      if (renewed) assert.ok([400, 401].includes(renewed.status), `${what}: ${renewed.text}`);
    }
  });

  test('there is no default secret: a new server has none, and makes long ones', async () => {
    const fresh = await startLooker();
    try {
      assert.deepEqual(await fresh.get('/embed_config/secrets'), []);
      for (const secret of ['', 'secret', 'hunter2', 'secret123', 'changeme']) {
        assert.equal((await fresh.open(signLink({ secret }))).code, 'signature_invalid');
      }
      const seen = new Set();
      for (let i = 0; i < 5; i += 1)
        seen.add((await fresh.post('/embed_config/secrets', {})).secret);
      assert.equal(seen.size, 5);
      for (const secret of seen) assert.match(secret, /^[0-9a-f]{64}$/);
    } finally {
      await fresh.close();
    }
  });
});
