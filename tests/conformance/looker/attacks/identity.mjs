// Rows 1, 2: whoever has no right, or another's, gets a refusal and no row.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { nobodys } from '../../attacks/support/witness.mjs';
import { api, api40, newSecret, pageHeaders, sdkOk, signLink } from '../support.mjs';
import { sdkOperations, startTarget, tenantOf, witness } from './target.mjs';

describe('attack 1: a credential that does not fit never becomes another identity', () => {
  let looker, acme, key, tokens, apiToken;
  before(async () => {
    looker = await startTarget();
    key = await looker.key();
    acme = await witness(looker, 'acme');
    tokens = await sdkOk(
      looker.sdk.acquire_embed_cookieless_session({
        ...tenantOf('acme'),
        session_length: 900,
      }),
    );
    apiToken = (await looker.login()).json.access_token;
  });
  after(() => looker?.close());

  const wrong = () => ({
    nothing: {},
    'an empty bearer': { Authorization: 'Bearer ' },
    null: { Authorization: 'token null' },
    'a path': { Authorization: 'token ../../etc/passwd' },
    'a query': { Authorization: "token ' or 1=1 --" },
    'eight thousand letters': { Authorization: `token ${'A'.repeat(8000)}` },
    basic: { Authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` },
    'random bytes': { Authorization: `token ${randomBytes(32).toString('base64url')}` },
    'another token of this shape': { Authorization: `token ${apiToken.slice(0, -3)}AAA` },
    "the client's secret": { Authorization: `token ${looker.credentials.looker.client_secret}` },
    "the client's id": { Authorization: `token ${looker.credentials.looker.client_id}` },
    'the embed secret': { Authorization: `token ${key.secret}` },
    "a viewer's access token": { Authorization: `Bearer ${acme.accessToken}` },
    "a viewer's secret": { Authorization: `Bearer ${acme.secret}` },
    "a viewer's cookie": { Cookie: `__Secure-casement=${acme.cookie}` },
    'a reference token': { Authorization: `Bearer ${tokens.session_reference_token}` },
    'an api_token': { Authorization: `Bearer ${tokens.api_token}` },
    "the other dialect's keys": {
      'DD-API-KEY': looker.credentials.datadog.api_key,
      'DD-APPLICATION-KEY': looker.credentials.datadog.app_key,
    },
    "the other dialect's key": { Authorization: `Bearer ${looker.credentials.datadog.app_key}` },
  });

  test("every operation of the vendor's SDK refuses whoever has not logged in", async () => {
    const operations = sdkOperations();
    assert.ok(operations.length > 450, "the SDK's operations were found");
    const open = new Set(['GET /versions', 'POST /login']);
    let known = 0;
    for (const { method, path } of operations) {
      if (open.has(`${method} ${path}`)) continue;
      const answer = await looker.call(method, `${api40}${path}`, {
        body: ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined,
      });
      assert.ok([401, 404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
      if (answer.status === 401) known += 1;
      nobodys(answer.text, path);
    }
    assert.ok(known >= 12, `${known} are here`);
  });

  test('nothing else than an API token opens an operation of the API', async () => {
    const operations = sdkOperations().filter(({ path }) =>
      /^\/(embed|setting|login\/|logout)/.test(path),
    );
    const own = [
      ['GET', '/embed_config/secrets'],
      ['POST', '/embed_config/secrets/rotate'],
      ['PATCH', '/embed_config/secrets/1'],
      ['GET', '/embed_config/secrets/1'],
    ].map(([method, path]) => ({ method, path }));
    assert.ok(operations.length >= 8);
    for (const [what, headers] of Object.entries(wrong())) {
      for (const { method, path } of [...operations, ...own]) {
        const answer = await looker.call(method, `${api40}${path}`, {
          headers,
          body: method === 'GET' || method === 'DELETE' ? undefined : {},
        });
        assert.ok(
          [401, 404].includes(answer.status),
          `${method} ${path} with ${what}: ${answer.status} ${answer.text}`,
        );
        nobodys(answer.text, path);
      }
    }
    assert.equal(
      (await looker.get('/embed_config/secrets')).length,
      1,
      'nothing was made or changed',
    );
  });

  test("nothing else than an access token opens a viewer's call", async () => {
    const headers = wrong();
    delete headers["a viewer's access token"];
    headers['an API token'] = { Authorization: `Bearer ${apiToken}` };
    headers['a service token'] = { Authorization: `Bearer ${looker.credentials.service_token}` };
    headers['an API token, spelled so'] = { Authorization: `token ${acme.accessToken}` };
    for (const [what, more] of Object.entries(headers)) {
      for (const path of ['/query', '/export', '/view']) {
        const answer = await looker.call('POST', `${api}${path}`, {
          headers: { ...pageHeaders, ...more },
          body:
            path === '/view'
              ? {}
              : { content: 'dashboards/locked', ...(path === '/export' && { panel: 2 }) },
        });
        assert.ok([401, 403].includes(answer.status), `${path} with ${what}: ${answer.status}`);
        nobodys(answer.text, path);
      }
    }
  });

  test("an API token is nothing to the other dialect and to this server's own API, nor theirs here", async () => {
    for (const [method, path] of [
      ['GET', '/api/v1/dashboard'],
      ['GET', `${api}/me`],
      ['GET', `${api}/audit`],
      ['POST', `${api}/apply`],
      ['GET', '/api/v2/dashboard/locked/shared'],
    ]) {
      const answer = await looker.call(method, path, {
        headers: { Authorization: `Bearer ${apiToken}` },
        body: method === 'POST' ? {} : undefined,
      });
      assert.ok([401, 403].includes(answer.status), `${path}: ${answer.status} ${answer.text}`);
    }
  });

  test('a login that was ended, has expired or whose client is gone is over', async () => {
    const { access_token: token } = (await looker.login()).json;
    const headers = { Authorization: `token ${token}` };
    assert.equal((await looker.call('DELETE', `${api40}/logout`, { headers })).status, 204);
    assert.equal((await looker.call('GET', `${api40}/setting`, { headers })).status, 401);
    assert.equal((await looker.call('POST', `${api40}/login/1`, { headers })).status, 401);
  });

  test('a link signed by anything but an embed secret opens nothing', async () => {
    const { looker: client, datadog, service_token } = looker.credentials;
    for (const secret of [
      '',
      '0',
      'null',
      client.client_secret,
      client.client_id,
      service_token,
      datadog.app_key,
      key.secret.slice(0, -1),
      `${key.secret}\n`,
      key.secret.toUpperCase(),
      key.suffix,
    ]) {
      for (const algorithm of ['hmac/sha-256', 'hmac/sha-1']) {
        const answer = await looker.open(signLink({ secret, algorithm }, tenantOf('acme')));
        assert.deepEqual([answer.status, answer.code], [401, 'signature_invalid'], secret);
        nobodys(answer.text, 'a refused link');
      }
    }
  });
});

describe('attack 2: what is not granted cannot be read by its id', () => {
  let looker, tenants;
  before(async () => {
    looker = await startTarget();
    tenants = [await witness(looker, 'acme'), await witness(looker, 'globex')];
  });
  after(() => looker?.close());
  const content = [
    'dashboards/locked',
    'dashboards/hidden',
    'dashboards/mixed',
    'dashboards/slow',
    'dashboards/1',
    'dashboards/2',
    'dashboards/3',
    'dashboards/4',
    'dashboards/5',
    'dashboards/orders::locked',
    'dashboards/vault::hidden',
    'dashboards/orders::hidden',
    'looks/1',
    'looks/2',
    'folders/1',
    'folders/2',
    'dashboards/none',
    'dashboards/0',
    'dashboards/99',
  ].filter((name) => name !== 'dashboards/slow');

  test('not by content, panel, query or export, in any combination', async () => {
    let seen = 0;
    for (const tenant of tenants) {
      for (const name of content) {
        const view = await tenant.view(`/embed/${name}`);
        assert.ok([200, 404].includes(view.status), `${name}: ${view.text}`);
        if (view.head?.dashboard?.uid === 'slow') continue;
        for (const panel of [1, 2, 4, 5, 77]) {
          const query = await tenant.query({ content: name, panels: [panel] });
          assert.ok(
            [200, 400, 403, 404].includes(query.status),
            `${name} ${panel}: ${query.status}`,
          );
          if (view.status === 404) assert.equal(query.status, 404, name);
          for (const which of ['A', 'Hidden', '']) {
            const csv = await tenant.export({
              content: name,
              panel,
              ...(which && { query: which }),
            });
            assert.ok(
              [200, 400, 403, 404].includes(csv.status),
              `${name} ${panel}: ${csv.status} ${csv.text}`,
            );
          }
          seen += query.lines.reduce((sum, line) => sum + (line.frames?.[0]?.rows ?? 0), 0);
        }
      }
    }
    assert.ok(seen > 0, 'the own rows were there');
  });

  test('a dashboard with one panel of another model is not there at all', async () => {
    const answer = await tenants[0].view('/embed/dashboards/mixed');
    assert.equal(answer.status, 404);
  });

  test("not by another's session", async () => {
    const [one, two] = tenants;
    for (const proof of [{ secret: two.secret }, {}, { secret: newSecret() }]) {
      const answer = await one.call(`/sessions/${one.id}/resume`, proof, {
        'X-Casement': '1',
        Cookie: `__Secure-casement=${two.cookie}`,
      });
      assert.equal(answer.status, 401, answer.text);
    }
    const left = await one.call(
      `/sessions/${one.id}/leave`,
      { secret: two.secret },
      { 'X-Casement': '1' },
    );
    assert.equal(left.status, 401);
  });
});
