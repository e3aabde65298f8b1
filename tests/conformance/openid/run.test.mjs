// Signing in to the console through a real provider of OpenID Connect.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { startCasement } from '../../support/casement.mjs';
import { api, Browser } from '../console/browser.mjs';
import { CLIENT, startProvider } from './provider.mjs';

const START = `${api}/sign-in/openid/start`;
const folder = mkdtempSync(join(tmpdir(), 'casement-openid-'));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, `${CLIENT.secret}\n`);
after(() => rmSync(folder, { recursive: true, force: true }));

const settings = (issuer, more = {}) => ({
  CASEMENT_AUTH_OPENID_ISSUER: issuer,
  CASEMENT_AUTH_OPENID_CLIENT_ID: CLIENT.id,
  CASEMENT_AUTH_OPENID_CLIENT_SECRET_FILE: secretFile,
  CASEMENT_AUTH_OPENID_LABEL: 'Acme ID',
  ...more,
});

/** A casement and a provider that know each other. */
async function startBoth({ people, algorithm, confidential, more }) {
  const provider = await startProvider({ people, algorithm, confidential });
  const server = await startCasement({ env: settings(provider.issuer, more),
    args: ['--config', proxyConfig()] });
  await provider.allow(`${server.url}${api}/sign-in/openid/callback`);
  return {
    provider, server,
    browser: () => new Browser(server.url),
    async close() {
      await server.stop();
      await provider.stop();
    },
  };
}

/** So that each browser of the tests has an address of its own. */
function proxyConfig() {
  const file = join(folder, 'casement.yaml');
  writeFileSync(file, 'server:\n  trusted_proxies: ["127.0.0.1"]\n');
  return file;
}

/** As a browser goes: to the provider and back. Answers what the way back answered. */
async function signIn(world, browser, name, target) {
  const begun = await browser.send('GET', target ? `${START}?target=${encodeURIComponent(target)}` : START);
  assert.equal(begun.status, 302, begun.text);
  const back = await world.provider.signIn(begun.headers.location, name);
  return browser.send('GET', back.pathname + back.search, undefined, { 'Sec-Fetch-Site': 'cross-site' });
}

const me = async browser => (await browser.call('GET', '/me')).body;
const reasonOf = answer => new URL(answer.headers.location, 'http://x').searchParams.get('sign_in');

describe('a provider whose people become users', () => {
  const people = {
    ada: { email: 'ada@acme.example', email_verified: true, name: 'Ada Lovelace', roles: ['staff', 'Editor'] },
    eve: { email: 'ada@acme.example', email_verified: true, name: 'Another Ada' },
    bob: { email: 'bob@acme.example', email_verified: false, preferred_username: 'bob', name: 'Bob' },
    nameless: { email: 'x@acme.example', email_verified: false },
    gone: { email: 'gone@acme.example', email_verified: true, name: 'Gone' },
  };
  let world;
  before(async () => {
    world = await startBoth({ people, more: {
      CASEMENT_AUTH_OPENID_SIGN_UP: 'true', CASEMENT_AUTH_OPENID_ROLE_CLAIM: 'roles' } });
  });
  after(() => world.close());

  const audit = async () => (await (await fetch(`${world.server.url}${api}/audit`, {
    headers: { authorization: `Bearer ${world.server.credentials.service_token}` } })).json()).rows;

  test('says so to the sign-in page', async () => {
    const { body } = await world.browser().call('GET', '/sign-in/openid');
    assert.deepEqual(body, { label: 'Acme ID', start: START });
  });

  test('signs somebody in who was never here, with the role of the claim', async () => {
    const browser = world.browser();
    const answer = await signIn(world, browser, 'ada', '/console/shares?q=x');
    assert.equal(answer.status, 302, answer.text);
    assert.equal(answer.headers.location, '/console/shares?q=x');
    const who = await me(browser);
    assert.equal(who.user.handle, 'ada@acme.example');
    assert.equal(who.user.name, 'Ada Lovelace');
    assert.equal(who.user.role, 'Editor');
    assert.equal(who.authentication, 'session');
  });

  test('knows the person again by the provider\'s own name, whatever the address is now', async () => {
    people.ada.email = 'lovelace@acme.example';
    const browser = world.browser();
    await signIn(world, browser, 'ada');
    assert.equal((await me(browser)).user.handle, 'ada@acme.example');
    people.ada.email = 'ada@acme.example';
  });

  test('takes the role over at each sign-in', async () => {
    people.ada.roles = ['Viewer'];
    const browser = world.browser();
    await signIn(world, browser, 'ada');
    assert.equal((await me(browser)).user.role, 'Viewer');
    people.ada.roles = ['Editor'];
  });

  test('makes nobody the user of another\'s address', async () => {
    const browser = world.browser();
    const answer = await signIn(world, browser, 'eve');
    assert.equal(reasonOf(answer), 'openid_handle_taken');
    assert.equal((await browser.call('GET', '/me')).status, 401);
  });

  test('calls somebody whose address is not verified by the name the provider has', async () => {
    const browser = world.browser();
    await signIn(world, browser, 'bob');
    assert.equal((await me(browser)).user.handle, 'bob');
    assert.equal((await me(browser)).user.role, 'Viewer');
  });

  test('refuses who has no name that could be a handle', async () => {
    assert.equal(reasonOf(await signIn(world, world.browser(), 'nameless')), 'openid_user_unknown');
  });

  test('a sign-in is good once, in the browser that began it, with the state it was given', async () => {
    const browser = world.browser();
    const begun = await browser.send('GET', START);
    const back = await world.provider.signIn(begun.headers.location, 'ada');
    const path = back.pathname + back.search;
    const thief = world.browser();
    assert.equal(reasonOf(await thief.send('GET', path)), 'openid_sign_in_lost');
    const other = new URL(back);
    other.searchParams.set('state', 'another');
    const copy = browser.copy();
    assert.equal(reasonOf(await copy.send('GET', other.pathname + other.search)), 'openid_sign_in_lost');
    const mixed = new URL(back);
    mixed.searchParams.set('iss', 'https://another.example');
    assert.equal(reasonOf(await browser.copy().send('GET', mixed.pathname + mixed.search)), 'openid_sign_in_lost');
    const again = browser.copy();
    assert.equal((await browser.send('GET', path)).headers.location, '/console/');
    assert.equal((await me(browser)).user.handle, 'ada@acme.example');
    // The provider gives a code's token once.
    assert.equal(reasonOf(await again.send('GET', path)), 'openid_provider_unavailable');
    assert.equal((await again.call('GET', '/me')).status, 401);
  });

  test('the provider\'s no is told as a no', async () => {
    const browser = world.browser();
    const begun = await browser.send('GET', START);
    const state = new URL(begun.headers.location).searchParams.get('state');
    const answer = await browser.send('GET', `${api}/sign-in/openid/callback?error=access_denied&state=${state}`);
    assert.equal(reasonOf(answer), 'openid_refused');
  });

  test('leads to no other place than the console\'s own pages', async () => {
    for (const target of ['https://evil.example/', '//evil.example', '/console\\..\\..', '/api/casement/v1/me',
      '/console/\n', '/consoles', 'javascript:alert(1)']) {
      const browser = world.browser();
      const answer = await signIn(world, browser, 'bob', target);
      assert.equal(answer.headers.location, '/console/', target);
    }
  });

  test('asks with PKCE, a nonce and a state, and keeps them out of the address it comes back to', async () => {
    const begun = await world.browser().send('GET', START);
    const asked = new URL(begun.headers.location).searchParams;
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.ok(asked.get('nonce').length >= 22 && asked.get('state').length >= 22);
    const [cookie] = begun.cookies;
    assert.match(cookie, /HttpOnly; SameSite=Lax; Max-Age=600/);
    assert.ok(!cookie.includes(asked.get('state')), 'sealed');
    assert.equal(begun.headers['cache-control'], 'no-store');
  });

  test('a disabled user stays outside, and what he had open ends', async () => {
    const known = world.browser();
    await signIn(world, known, 'bob');
    const { user } = await me(known);
    const { client_id: id, client_secret: secret } = world.server.credentials.looker;
    const login = await fetch(`${world.server.url}/api/4.0/login`, { method: 'POST',
      body: new URLSearchParams({ client_id: id, client_secret: secret }) });
    const { access_token: token } = await login.json();
    const changed = await fetch(`${world.server.url}/api/4.0/users/${user.id}`, { method: 'PATCH',
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ is_disabled: true }) });
    assert.equal(changed.status, 200, await changed.text());
    assert.equal((await known.call('GET', '/me')).status, 401);
    assert.equal(reasonOf(await signIn(world, world.browser(), 'bob')), 'openid_user_disabled');
  });

  test('a key that the provider changes to is asked for, once a minute', async () => {
    await world.provider.rotate('second');
    const browser = world.browser();
    assert.equal((await signIn(world, browser, 'ada')).headers.location, '/console/');
    await world.provider.rotate('third');
    assert.equal(reasonOf(await signIn(world, world.browser(), 'ada')), 'openid_key_unknown');
  });

  test('sign-ins stand in the audit log, without a code or a token', async () => {
    const rows = await audit();
    const text = JSON.stringify(rows);
    assert.match(text, /user\.signed_in/);
    assert.match(text, /openid_handle_taken/);
    assert.doesNotMatch(text, /eyJ/);
    assert.doesNotMatch(world.server.log(), /eyJ|client secret with/);
  });
});

describe('a provider whose people are users already', () => {
  const people = { ada: { email: 'ada@acme.example', email_verified: true },
    eve: { email: 'eve@acme.example', email_verified: false },
    liar: { email: 'ada@acme.example', email_verified: false },
    twin: { email: 'ada@acme.example', email_verified: true } };
  let world;
  before(async () => {
    world = await startBoth({ people, algorithm: 'ES256', confidential: false, more: {
      CASEMENT_AUTH_OPENID_CLIENT_SECRET_FILE: '', CASEMENT_AUTH_OPENID_MATCH_EMAIL: 'true' } });
    const code = /with the one-time code (\S+)/;
    for (let wait = 0; wait < 500 && !code.test(world.server.log()); wait++) await new Promise(setImmediate);
    const done = await world.browser().call('POST', '/setup', { code: code.exec(world.server.log())[1],
      organization: 'Acme', name: 'Ada', handle: 'ada@acme.example', password: 'analytical engine no 1' });
    assert.equal(done.status, 201, done.text);
  });
  after(() => world.close());

  test('an address that is not verified makes nobody that user', async () => {
    assert.equal(reasonOf(await signIn(world, world.browser(), 'liar')), 'openid_user_unknown');
  });

  test('a verified address makes the person the user of that handle, with his own role', async () => {
    const browser = world.browser();
    assert.equal((await signIn(world, browser, 'ada')).headers.location, '/console/');
    const { user } = await me(browser);
    assert.equal(user.name, 'Ada');
    assert.equal(user.role, 'Admin');
  });

  test('a second person of that address is somebody else', async () => {
    assert.equal(reasonOf(await signIn(world, world.browser(), 'twin')), 'openid_handle_taken');
  });

  test('nobody becomes a user by signing in at the provider', async () => {
    assert.equal(reasonOf(await signIn(world, world.browser(), 'eve')), 'openid_user_unknown');
  });
});

describe('a provider that lies', () => {
  let provider, issuer, server, keys, stranger, tokenOf, discovery;
  before(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
    stranger = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
    provider = createServer(async (request, response) => {
      const answer = value => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(value));
      };
      if (request.url === '/.well-known/openid-configuration') answer(discovery());
      else if (request.url === '/keys') answer({ keys: [jwk] });
      else answer({ access_token: 'x', token_type: 'Bearer', id_token: await tokenOf() });
    });
    await new Promise(done => provider.listen(0, '127.0.0.1', done));
    issuer = `http://127.0.0.1:${provider.address().port}`;
    discovery = () => ({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys` });
    server = await startCasement({ env: settings(issuer, { CASEMENT_AUTH_OPENID_SIGN_UP: 'true' }),
      args: ['--config', proxyConfig()] });
  });
  after(async () => {
    await server.stop();
    provider.closeAllConnections();
    await new Promise(done => provider.close(done));
  });

  /** `make(nonce)` gives the ID token; answers why the browser was sent back, or null. */
  const tryToken = async make => {
    const browser = new Browser(server.url);
    const begun = await browser.send('GET', START);
    const asked = new URL(begun.headers.location).searchParams;
    tokenOf = () => make(asked.get('nonce'));
    const answer = await browser.send('GET', `${api}/sign-in/openid/callback?code=c&state=${asked.get('state')}`);
    const reason = reasonOf(answer);
    assert.equal((await browser.call('GET', '/me')).status, reason === null ? 200 : 401);
    return reason;
  };
  const claims = (nonce, more = {}) => ({ sub: 'ada', email: 'ada@acme.example', email_verified: true, nonce, ...more });
  const sign = (payload, { key = keys.privateKey, header = {}, iss = issuer, aud = CLIENT.id, exp = '5m', iat } = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k', ...header }).setIssuer(iss).setAudience(aud)
      .setIssuedAt(iat).setExpirationTime(exp).sign(key);
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('is believed when it tells the truth', async () => {
    assert.equal(await tryToken(nonce => sign(claims(nonce))), null);
  });

  const refused = {
    'no signature at all': async nonce => {
      const [, payload] = (await sign(claims(nonce))).split('.');
      return `${part({ alg: 'none', kid: 'k' })}.${payload}.`;
    },
    'the public key as a shared secret': async nonce => {
      const pem = await exportSPKI(keys.publicKey);
      return new SignJWT(claims(nonce)).setProtectedHeader({ alg: 'HS256', kid: 'k' }).setIssuer(issuer)
        .setAudience(CLIENT.id).setIssuedAt().setExpirationTime('5m').sign(Buffer.from(pem));
    },
    'the client\'s secret as the key': nonce => new SignJWT(claims(nonce)).setProtectedHeader({ alg: 'HS256', kid: 'k' })
      .setIssuer(issuer).setAudience(CLIENT.id).setIssuedAt().setExpirationTime('5m').sign(Buffer.from(CLIENT.secret)),
    'another\'s key under the known name': nonce => sign(claims(nonce), { key: stranger.privateKey }),
    'a changed payload': async nonce => {
      const [header, , signature] = (await sign(claims(nonce))).split('.');
      return `${header}.${part(claims(nonce, { sub: 'root', iss: issuer, aud: CLIENT.id, exp: 4e9, iat: 1 }))}.${signature}`;
    },
    'another issuer': nonce => sign(claims(nonce), { iss: 'https://other.example' }),
    'another application': nonce => sign(claims(nonce), { aud: 'other' }),
    'several applications and no word whose it is': nonce => sign(claims(nonce), { aud: [CLIENT.id, 'other'] }),
    'several applications, and it is another\'s': nonce => sign(claims(nonce, { azp: 'other' }), { aud: [CLIENT.id, 'other'] }),
    'an end that is over': nonce => sign(claims(nonce), { exp: Math.floor(Date.now() / 1000) - 120 }),
    'a beginning in the future': nonce => sign(claims(nonce), { iat: Math.floor(Date.now() / 1000) + 600, exp: '1h' }),
    'a beginning of yesterday': nonce => sign(claims(nonce), { iat: Math.floor(Date.now() / 1000) - 86_400 }),
    'an nbf to come': nonce => sign(claims(nonce, { nbf: Math.floor(Date.now() / 1000) + 600 })),
    'another nonce': () => sign(claims('another')),
    'no nonce': () => sign({ sub: 'ada' }),
    'nobody': nonce => sign({ ...claims(nonce), sub: '' }),
    'a number for somebody': nonce => sign({ ...claims(nonce), sub: 7 }),
    'a critical extension': async nonce => {
      const [, payload, signature] = (await sign(claims(nonce))).split('.');
      return `${part({ alg: 'RS256', kid: 'k', crit: ['b64'] })}.${payload}.${signature}`;
    },
    'two dots too many': async nonce => `${await sign(claims(nonce))}.x.y`,
    'no token': () => 'x',
    'a huge token': async nonce => sign(claims(nonce, { more: 'x'.repeat(60_000) })),
  };
  for (const [what, make] of Object.entries(refused)) {
    test(`is not believed: ${what}`, async () => {
      assert.equal(await tryToken(make), 'openid_token_refused');
    });
  }

  test('is not believed: a key that is not in its set', async () => {
    assert.equal(await tryToken(nonce => sign(claims(nonce), { header: { kid: 'other' } })), 'openid_key_unknown');
  });

  test('its answers are read up to a megabyte', async () => {
    assert.equal(await tryToken(() => 'x'.repeat(2_000_000)), 'openid_provider_unavailable');
  });
});

describe('a provider that is not usable', () => {
  test('a server does not start with an issuer over plain HTTP elsewhere', async () => {
    await assert.rejects(startCasement({ env: settings('http://id.example.com') }), /auth\.openid\.issuer/);
  });

  test('a person hears of a provider that does not answer, or calls itself by another name', async () => {
    let name = '';
    const provider = createServer((request, response) => response.end(JSON.stringify({ issuer: name })));
    await new Promise(done => provider.listen(0, '127.0.0.1', done));
    const issuer = `http://127.0.0.1:${provider.address().port}`;
    const server = await startCasement({ env: settings(issuer) });
    try {
      name = 'https://other.example';
      const browser = new Browser(server.url);
      assert.equal(reasonOf(await browser.send('GET', START)), 'openid_provider_unavailable');
      provider.closeAllConnections();
      await new Promise(done => provider.close(done));
      assert.equal(reasonOf(await browser.send('GET', START)), 'openid_provider_unavailable');
    } finally {
      await server.stop();
    }
  });

  test('without one there is nothing at its addresses', async () => {
    const server = await startCasement();
    try {
      const browser = new Browser(server.url);
      assert.equal((await browser.send('GET', START)).status, 404);
      assert.equal((await browser.call('GET', '/sign-in/openid')).body.label, null);
    } finally {
      await server.stop();
    }
  });
});
