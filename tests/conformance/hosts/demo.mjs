// The demonstration's host application: who is signed in gets links for one airport, rightly
// signed; nobody gets the credential.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { ConfigError, parseConfig, readConfig } from '../../../examples/demo/config.mjs';
import * as tamper from '../../../examples/demo/public/tamper.mjs';
import { createDemo } from '../../../examples/demo/server.mjs';
import { sign, signedParts } from './signature.mjs';

const share = (airport, label) => ({
  airport,
  label,
  url: `http://127.0.0.1:8080/sb/secure-embed/share-${airport}`,
  credential: `credential-of-${airport}-0123456789-wxyz`,
});
const document = {
  casement_url: 'http://127.0.0.1:8080',
  shares: [share('ATL', 'Atlanta'), share('ORD', "Chicago <O'Hare>")],
};

const server = createServer(createDemo(parseConfig(document)));
let origin;
const bodies = [];

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

async function ask(path, { cookie, ...init } = {}) {
  const headers = { ...init.headers, ...(cookie && { Cookie: cookie }) };
  const answer = await fetch(origin + path, { redirect: 'manual', ...init, headers });
  const text = await answer.text();
  bodies.push(text);
  return { status: answer.status, headers: answer.headers, text };
}

async function signIn(airport, headers = {}) {
  const body = new URLSearchParams({ airport });
  const answer = await ask('/sign-in', { method: 'POST', body, headers });
  return { ...answer, cookie: answer.headers.get('set-cookie')?.split(';')[0] };
}

test('asks who one is, and escapes what it shows', async () => {
  const page = await ask('/');
  assert.equal(page.status, 200);
  assert.match(page.text, /value="ATL"/);
  assert.ok(!page.text.includes("<O'Hare>"));
  assert.match(page.headers.get('content-security-policy'), /frame-ancestors 'none'/);
  assert.equal((await ask('/api/embed-url')).status, 401);
  assert.equal((await ask('/api/account')).status, 401);
  assert.equal((await ask('/api/embed-url', { cookie: 'skyport_session=guess' })).status, 401);
});

test('signs for the airport of the one who is signed in, anew each time', async () => {
  const nonces = new Set();
  for (const { airport, url, credential } of document.shares) {
    const { status, cookie, headers } = await signIn(airport);
    assert.equal(status, 303);
    assert.match(headers.get('set-cookie'), /HttpOnly; SameSite=Lax/);
    for (let i = 0; i < 3; i += 1) {
      const link = JSON.parse((await ask('/api/embed-url', { cookie })).text);
      const parts = signedParts(link.url);
      assert.equal(parts.base, url);
      assert.equal(parts.token, sign(credential, parts.nonce, parts.ts));
      assert.ok(Math.abs(Number(parts.ts) - Date.now() / 1000) < 60);
      assert.ok(link.credential.endsWith('wxyz'));
      nonces.add(parts.nonce);
    }
  }
  assert.equal(nonces.size, 6);
});

test('gives an old link to try, and no other age', async () => {
  const { cookie } = await signIn('ATL');
  const age = async (query) => {
    const link = JSON.parse((await ask(`/api/embed-url?minutes_ago=${query}`, { cookie })).text);
    return Math.round((Date.now() / 1000 - Number(link.ts)) / 60);
  };
  assert.equal(await age('31'), 31);
  assert.equal(await age('-31'), 0);
  assert.equal(await age('x'), 0);
});

test('refuses an unknown airport, a foreign form and a long body', async () => {
  assert.equal((await signIn('LAX')).status, 400);
  assert.equal((await signIn('ATL', { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
  assert.equal((await signIn('A'.repeat(10_000))).status, 413);
  assert.equal((await ask('/../sign.mjs')).status, 404);
});

test('signing out ends it, in the browser and on the server', async () => {
  const { cookie } = await signIn('ATL');
  assert.equal((await ask('/api/account', { cookie })).status, 200);
  const answer = await ask('/sign-out', { method: 'POST', cookie });
  assert.equal((await ask('/api/account', { cookie })).status, 401);
  assert.equal(answer.status, 303);
  assert.match(answer.headers.get('set-cookie'), /Max-Age=0/);
});

test('the attempts change what they say and nothing else', () => {
  const link = `${document.shares[0].url}?token=${'a'.repeat(64)}&nonce=n1&ts=1767225600`;
  const original = signedParts(link);
  const token = signedParts(tamper.changeToken(link));
  assert.deepEqual({ ...token, token: '' }, { ...original, token: '' });
  assert.match(token.token, /^a{63}0$/);
  assert.deepEqual(signedParts(tamper.changeTime(link)), { ...original, ts: '1767225660' });
  assert.deepEqual(signedParts(tamper.changeShare(link, document.shares[1].url)), {
    ...original,
    base: document.shares[1].url,
  });
  assert.equal(new URL(tamper.underOtherName(link)).host, 'localhost:8080');
  assert.equal(tamper.underOtherName('https://dash.example/x'), undefined);
});

test('says what is wrong with its configuration', () => {
  const wrong = (change) => assert.throws(() => parseConfig(change), ConfigError);
  wrong(null);
  wrong({ ...document, casement_url: 'ftp://a' });
  wrong({ ...document, shares: [] });
  wrong({ ...document, shares: [{ ...document.shares[0], credential: '' }] });
  wrong({ ...document, shares: [{ ...document.shares[0], url: 'http://a/b?c' }] });
  wrong({ ...document, shares: [document.shares[0], document.shares[0]] });
  assert.throws(() => readConfig({}), /DEMO_CONFIG/);
});

// Last: everything that was answered above is in the list.
test('no answer has a credential in it', () => {
  assert.ok(bodies.length > 10);
  for (const { credential } of document.shares) {
    assert.ok(!bodies.some((body) => body.includes(credential)));
  }
});
