// What the settings with Grafana's names do (grafana.md §3.1): anonymous access, cookies, framing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { bearer, startGrafana } from './support.mjs';

const HERE = '127.0.0.0/8,::1/128';
const PAGE = '/d/notes/notes';
const newSecret = () => randomBytes(32).toString('base64url');
const SECRET = newSecret();
const framed = { 'Sec-Fetch-Dest': 'iframe' };

const anonymous = (more = {}) => ({
  CASEMENT_AUTH_ANONYMOUS_ENABLED: 'true',
  CASEMENT_AUTH_ANONYMOUS_ALLOWED_ADDRESSES: HERE,
  ...more,
});

let grafana;
before(async () => {
  grafana = await startGrafana({ env: anonymous() });
  await grafana.expect(201, 'POST', '/api/casement/v1/dashboards', {
    headers: bearer(grafana.credentials.service_token),
    body: {
      document: {
        uid: 'notes',
        title: 'Notes',
        panels: [
          {
            id: 1,
            type: 'text',
            title: 'Note',
            markdown: 'Hello.',
            grid: { x: 0, y: 0, w: 24, h: 4 },
          },
        ],
      },
    },
  });
});
after(() => grafana?.close());

const page = (path = PAGE, headers = {}) => grafana.call('GET', path, { headers });
const open = (link = PAGE, secret = SECRET, headers = {}) =>
  grafana.call('POST', '/api/casement/v1/sessions', { headers, body: { link, secret } });
const resume = (id, secret = SECRET, headers = {}) =>
  grafana.call('POST', `/api/casement/v1/sessions/${id}/resume`, {
    headers: { 'X-Casement': '1', ...headers },
    body: { secret },
  });
const firstLine = (answer) => JSON.parse(answer.text.split('\n')[0]);

describe('anonymous access', () => {
  test('opens dashboards without a link, for addresses on the list', async () => {
    assert.match((await page()).text, /data-mode="content".*data-anonymous="true"/);
    const opened = await open();
    assert.equal(opened.status, 201, opened.text);
    assert.equal(firstLine(opened).dashboard.title, 'Notes');
    const { session } = firstLine(opened);
    assert.equal((await resume(session.id)).status, 200);
    // The trail is written in bulk, shortly after.
    let opening;
    for (const end = Date.now() + 10_000; !opening && Date.now() < end; ) {
      const { rows } = await grafana.get('/api/casement/v1/audit?limit=20', {
        headers: bearer(grafana.credentials.service_token),
      });
      opening = rows.find(({ action }) => action === 'link.redeemed');
    }
    assert.equal(opening?.object, 'anonymous');
  });

  test('lets its people read what their role may, and change nothing', async () => {
    const ask = (method, path, body) => grafana.call(method, path, { headers: {}, body });
    assert.equal((await ask('GET', '/api/search')).status, 200);
    assert.equal((await ask('GET', '/api/auth/keys')).status, 403);
    assert.equal((await ask('POST', '/api/folders', { title: 'mine' })).status, 401);
    assert.equal((await ask('DELETE', '/api/dashboards/uid/notes')).status, 401);
    // A key that is wrong is not the same as none.
    const wrong = await grafana.call('GET', '/api/search', { headers: bearer('glsa_wrong') });
    assert.equal(wrong.status, 401);
    const elsewhere = await grafana.call('GET', '/api/search', {
      headers: { 'X-Grafana-Org-Id': '2' },
    });
    assert.equal(elsewhere.status, 401);
  });

  test('is of one organization', async () => {
    assert.equal((await open(`${PAGE}?orgId=1`, newSecret())).status, 201);
    const other = await open(`${PAGE}?orgId=2`, newSecret());
    assert.equal(other.status, 401);
    assert.equal(other.json.error.code, 'not_authenticated');
  });

  test('is not for a name that somebody made to lead here', async () => {
    const named = { Host: 'rebound.example' };
    assert.doesNotMatch((await page(PAGE, named)).text, /data-anonymous/);
    const opened = await open(PAGE, newSecret(), named);
    assert.equal(opened.status, 401);
    assert.equal(opened.json.error.code, 'not_authenticated');
    assert.equal((await grafana.call('GET', '/api/search', { headers: named })).status, 401);
    const local = await grafana.call('GET', '/api/search', { headers: { Host: 'localhost:1' } });
    assert.equal(local.status, 200);
  });

  test('a link with a proof is still held to it', async () => {
    const forged = `${PAGE}?aliyun_api_key_sign=${'0'.repeat(32)}&aliyun_api_key_timestamp=1&aliyun_api_key_name=x&aliyun_api_key_org_id=1`;
    assert.doesNotMatch((await page(forged)).text, /data-anonymous/);
    assert.notEqual((await open(forged, newSecret())).status, 201);
  });

  test('ends for everybody when it is switched off, and for who is elsewhere', async () => {
    const secret = newSecret();
    const opened = firstLine(await open(PAGE, secret));
    const id = opened.session.id;
    await grafana.restart({
      env: anonymous({ CASEMENT_AUTH_ANONYMOUS_ALLOWED_ADDRESSES: '192.0.2.0/24' }),
    });
    assert.doesNotMatch((await page()).text, /data-anonymous/);
    assert.equal((await open(PAGE, newSecret())).status, 401);
    assert.equal((await resume(id, secret)).status, 410);
    assert.equal((await grafana.call('GET', '/api/search', { headers: {} })).status, 401);

    // Nobody says where he is who may not be asked.
    const spoofed = { 'X-Forwarded-For': '192.0.2.9' };
    assert.doesNotMatch((await page(PAGE, spoofed)).text, /data-anonymous/);
    assert.equal((await open(PAGE, newSecret(), spoofed)).status, 401);

    await grafana.restart({ env: anonymous({ CASEMENT_AUTH_ANONYMOUS_ENABLED: 'false' }) });
    assert.equal((await resume(id, secret)).status, 410);
    const query = await grafana.call('POST', '/api/casement/v1/query', {
      headers: bearer(opened.access_token),
      body: { panels: [1], content: 'dashboards/notes' },
    });
    assert.notEqual(query.status, 200);
  });

  test('admits nobody when no address is named', async () => {
    await grafana.restart({ env: anonymous({ CASEMENT_AUTH_ANONYMOUS_ALLOWED_ADDRESSES: '' }) });
    assert.equal((await open(PAGE, newSecret())).status, 401);
  });

  test('hides the version when it is told to', async () => {
    assert.match((await grafana.get('/api/health')).version, /^\d+\.\d+\.\d+/);
    await grafana.restart({ env: { CASEMENT_AUTH_ANONYMOUS_HIDE_VERSION: 'true' } });
    assert.deepEqual(await grafana.get('/api/health'), { database: 'ok' });
  });
});

describe('security', () => {
  test('allow_embedding: false lets one page into a frame, which names the setting', async () => {
    await grafana.restart({ env: { CASEMENT_SECURITY_ALLOW_EMBEDDING: 'false' } });
    for (const path of [
      PAGE,
      '/sb/secure-embed/x?token=1',
      '/embed/dashboards/1',
      '/login/embed/x',
    ]) {
      const inFrame = await page(path, framed);
      assert.equal(inFrame.status, 403, path);
      assert.match(inFrame.text, /security\.allow_embedding/);
      assert.doesNotMatch(inFrame.text, /<script/);
      assert.match(
        inFrame.headers['content-security-policy'],
        /default-src 'none'.*frame-ancestors \*/,
      );
      const alone = await page(path, { 'Sec-Fetch-Dest': 'document' });
      assert.match(alone.headers['content-security-policy'], /frame-ancestors 'none'$/, path);
      assert.equal(alone.headers['x-frame-options'], 'DENY');
      const unsaid = await page(path);
      assert.match(unsaid.headers['content-security-policy'], /frame-ancestors 'none'$/, path);
    }
    await grafana.restart({ env: anonymous() });
    assert.equal((await page(PAGE, framed)).headers['x-frame-options'], undefined);
  });

  const cookieWith = async (env) => {
    await grafana.restart({
      env: anonymous({ CASEMENT_SERVER_TRUSTED_PROXIES: '127.0.0.1', ...env }),
    });
    const secret = newSecret();
    // The proxy names the client, who must be on the list.
    const headers = { 'X-Forwarded-Proto': 'https' };
    const opened = await open(PAGE, secret, headers);
    assert.equal(opened.status, 201, opened.text);
    return { cookie: opened.headers['set-cookie']?.[0], id: firstLine(opened).session.id, secret };
  };

  test('cookie_samesite and cookie_secure say how the session’s cookie is set', async () => {
    const attributes = (cookie) =>
      cookie.split('; ').filter((part) => !/^(Path|Max-Age|[\w-]*casement)=/.test(part));
    assert.deepEqual(attributes((await cookieWith({})).cookie), [
      'Secure',
      'HttpOnly',
      'SameSite=None',
      'Partitioned',
    ]);
    assert.deepEqual(
      attributes((await cookieWith({ CASEMENT_SECURITY_COOKIE_SAMESITE: 'strict' })).cookie),
      ['Secure', 'HttpOnly', 'SameSite=Strict'],
    );
    assert.deepEqual(
      attributes((await cookieWith({ CASEMENT_SECURITY_COOKIE_SAMESITE: 'disabled' })).cookie),
      ['Secure', 'HttpOnly'],
    );
    const open = {
      CASEMENT_SECURITY_COOKIE_SAMESITE: 'lax',
      CASEMENT_SECURITY_COOKIE_SECURE: 'false',
    };
    const { cookie, id } = await cookieWith(open);
    assert.match(cookie, /^casement=/);
    assert.deepEqual(attributes(cookie), ['HttpOnly', 'SameSite=Lax']);
    const back = await grafana.call('POST', `/api/casement/v1/sessions/${id}/resume`, {
      headers: { 'X-Casement': '1', Cookie: cookie.split(';')[0] },
      body: {},
    });
    assert.equal(back.status, 200, back.text);
  });
});
