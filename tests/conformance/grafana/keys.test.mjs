// Every call about API keys, service accounts and their tokens (grafana.md §§1.2 to 1.8) against a
// running server: codes, both shapes of refusals, who is let in and who is not.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  basic,
  bearer,
  createCredentials,
  keyHash,
  legacyKey,
  readLegacyKey,
  readToken,
  startGrafana,
  token,
} from './support.mjs';

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const own = '/api/casement/v1/account-keys';

let grafana;
before(async () => {
  grafana = await startGrafana();
});
after(() => grafana?.close());

const names = (list) => list.map((one) => one.name);

describe('the algorithm of keys', () => {
  test('is the one of the published vectors', () => {
    const l1 = readLegacyKey(
      'eyJrIjoiRXhhbXBsZUxlZ2FjeUtleUFBQUFCQkJCQ0NDQzAwMDEiLCJuIjoidGVzdDEiLCJpZCI6MX0=',
    );
    assert.equal(
      l1.hash,
      '877dba06e31cec54f4cd6fc72ab2153e2ec3c69701926f399b9d64a2fc3078073f93544d117a690a9248cf9a26c606c6044a',
    );
    const l3 = readLegacyKey(
      'eyJrIjoiWno5WXk4WHg3V3c2VnY1VXU0VHQzU3MyUnIxUXEwUHAiLCJuIjoi5aSn55uYIiwiaWQiOjJ9',
    );
    assert.equal(l3.name, '大盘');
    assert.match(l3.hash, /^f49507090e30/);
    assert.match(readToken('glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3').hash, /^8cbb5266f7be/);
    assert.match(readToken('glsa_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0u_346772db').hash, /^afc4568e34d9/);
  });
});

describe('API keys', () => {
  test('are made in the documented format, shown once, and work', async () => {
    const made = await grafana.newKey('api "key" <1>', 'Admin', { secondsToLive: 86400 });
    assert.deepEqual(Object.keys(made).sort(), ['id', 'key', 'name']);
    assert.equal(made.name, 'api "key" <1>');
    const { name, org, text } = readLegacyKey(made.key);
    assert.equal(name, made.name);
    assert.equal(org, 1);
    assert.match(text, /^\{"k":"\w{32}","n":"api \\"key\\" \\u003c1\\u003e","id":1\}$/);
    await grafana.get('/api/auth/keys', { headers: bearer(made.key) });
    const listed = (await grafana.get('/api/auth/keys')).find(({ id }) => id === made.id);
    assert.equal(listed.role, 'Admin');
    assert.match(listed.expiration, rfc3339);
    assert.match(listed.lastUsedAt, rfc3339);
    const left = Date.parse(listed.expiration) - Date.now();
    assert.ok(Math.abs(left - 86_400_000) < 60_000);
    assert.deepEqual(await grafana.remove(`/api/auth/keys/${made.id}`), {
      message: 'API key deleted',
    });
    assert.equal(await grafana.knock(made.key), 'api-key.invalid');
  });

  test('without an end have no expiration and no last use until they are used', async () => {
    const made = await grafana.newKey('for ever', 'None', { secondsToLive: 0 });
    const [listed] = await grafana.get('/api/auth/keys?query=for%20ever');
    assert.deepEqual(listed, { id: made.id, name: 'for ever', role: 'None' });
  });

  test('are refused in the words of the vendor', async () => {
    await grafana.newKey('taken');
    const refused = (status, body) => grafana.simple(status, 'POST', '/api/auth/keys', { body });
    for (const body of ['{', '[]', '', { role: 'Viewer' }, { name: 7, role: 'Viewer' }]) {
      assert.equal(await refused(400, body), 'bad request data');
    }
    assert.equal(await refused(400, { name: 'n', role: 'Root' }), 'Invalid role specified');
    assert.equal(await refused(400, { name: 'n' }), 'Invalid role specified');
    assert.equal(
      await refused(400, { name: 'n', role: 'Viewer', secondsToLive: -1 }),
      'negative value for SecondsToLive',
    );
    assert.equal(
      await refused(409, { name: 'taken', role: 'Viewer' }),
      'API key, organization ID and name must be unique',
    );
    const del = (status, id) => grafana.simple(status, 'DELETE', `/api/auth/keys/${id}`);
    assert.equal(await del(400, 'abc'), 'id is invalid');
    assert.equal(await del(404, 999999), 'Failed to delete API key');
  });

  test('are listed by name, a hundred at once, more by pages and by search', async () => {
    for (let i = 0; i < 105; ++i) {
      await grafana.newKey(`many ${String(104 - i).padStart(3, '0')}`);
    }
    const first = names(await grafana.get('/api/auth/keys'));
    assert.equal(first.length, 100);
    assert.deepEqual(first, [...first].sort());
    const all = names(await grafana.get('/api/auth/keys?perpage=1000&query=MANY'));
    assert.equal(all.length, 105);
    const second = names(await grafana.get('/api/auth/keys?perpage=100&page=2&query=many'));
    assert.deepEqual(second, all.slice(100));
    assert.deepEqual(await grafana.get('/api/auth/keys?page=900000000000000'), []);

    const seen = [];
    for (let after = 0; after !== null;) {
      const page = await grafana.get(`${own}?query=many&limit=50&after=${after}`);
      assert.ok(page.keys.length <= 50);
      seen.push(...names(page.keys));
      after = page.next;
    }
    assert.deepEqual(seen.sort(), all);
  });
});

describe('service accounts', () => {
  test('are made, found, changed and deleted', async () => {
    const made = await grafana.newAccount('Nightly Report', 'Editor');
    const { id, uid } = made;
    assert.deepEqual(made, {
      id,
      uid,
      name: 'Nightly Report',
      login: 'sa-1-nightly-report',
      orgId: 1,
      isDisabled: false,
      isExternal: false,
      role: 'Editor',
      tokens: 0,
      avatarUrl: '',
    });
    const profile = await grafana.get(`/api/serviceaccounts/${id}`);
    assert.match(profile.createdAt, rfc3339);
    assert.match(profile.updatedAt, rfc3339);
    assert.deepEqual(profile.teams, []);
    assert.equal('tokens' in profile, false);

    const changed = await grafana.expect(200, 'PATCH', `/api/serviceaccounts/${id}`, {
      body: { name: 'Morning Report', role: 'Viewer' },
    });
    assert.equal(changed.message, 'Service account updated');
    assert.equal(changed.id, id);
    assert.equal(changed.name, 'Morning Report');
    assert.equal(changed.serviceaccount.role, 'Viewer');
    assert.equal(changed.serviceaccount.login, 'sa-1-nightly-report');
    const untouched = await grafana.expect(200, 'PATCH', `/api/serviceaccounts/${id}`, {
      body: { isDisabled: null },
    });
    assert.equal(untouched.serviceaccount.name, 'Morning Report');

    assert.deepEqual(await grafana.remove(`/api/serviceaccounts/${id}`), {
      message: 'Service account deleted',
    });
    const gone = (method, body) =>
      grafana.typed(404, method, `/api/serviceaccounts/${id}`, { body });
    assert.equal(await gone('GET'), 'serviceaccounts.ErrNotFound');
    assert.equal(await gone('PATCH', { name: 'x' }), 'serviceaccounts.ErrNotFound');
    assert.equal(await gone('DELETE'), 'serviceaccounts.ErrNotFound');
  });

  test('are Viewers unless the call says more', async () => {
    const made = await grafana.post('/api/serviceaccounts', { name: 'plain' }, 201);
    assert.equal(made.role, 'Viewer');
  });

  test('are refused in the shapes of the vendor', async () => {
    await grafana.newAccount('there');
    const post = (body) => ({ body });
    const typed = (status, body) =>
      grafana.typed(status, 'POST', '/api/serviceaccounts', post(body));
    assert.equal(await typed(400, { name: 'There' }), 'serviceaccounts.ErrAlreadyExists');
    assert.equal(
      await typed(400, { name: 'x', role: 'Root' }),
      'serviceaccounts.ErrInvalidRoleSpecified',
    );
    for (const body of ['{', { name: '' }, {}, { name: 'x', isDisabled: 'no' }]) {
      assert.equal(
        await grafana.simple(400, 'POST', '/api/serviceaccounts', post(body)),
        'Bad request data',
      );
    }
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      assert.equal(
        await grafana.simple(400, method, '/api/serviceaccounts/abc'),
        'Service Account ID is invalid',
      );
    }
    const patch = (body) => grafana.call('PATCH', '/api/serviceaccounts/999999', post(body));
    assert.equal((await patch({ role: 'Root' })).status, 400);
    assert.equal((await patch({ name: 7 })).status, 400);
  });

  test('are searched by name, state and expired tokens, and cut into pages', async () => {
    const asleep = await grafana.newAccount('find asleep', 'Viewer', { isDisabled: true });
    for (const name of ['find a', 'find b', 'find c']) await grafana.newAccount(name);
    const search = (query) => grafana.get(`/api/serviceaccounts/search?${query}`);
    const found = await search('query=FIND');
    assert.equal(found.totalCount, 4);
    assert.equal(found.page, 1);
    assert.equal(found.perPage, 1000);
    assert.deepEqual(names(found.serviceAccounts), ['find a', 'find asleep', 'find b', 'find c']);
    const page = await search('query=find&perpage=3&page=2');
    assert.deepEqual([page.totalCount, page.page, page.perPage], [4, 2, 3]);
    assert.deepEqual(names(page.serviceAccounts), ['find c']);
    const off = await search('query=find&disabled=true');
    assert.deepEqual(
      off.serviceAccounts.map(({ id }) => id),
      [asleep.id],
    );
    assert.equal((await search('query=find&expiredTokens=true')).totalCount, 0);
    assert.equal((await search('query=find&perpage=-1&page=x')).serviceAccounts.length, 4);
  });
});

describe('tokens of service accounts', () => {
  let account;
  before(async () => {
    account = (await grafana.newAccount('with tokens', 'Admin')).id;
  });
  const path = (rest = '') => `/api/serviceaccounts/${account}/tokens${rest}`;

  test('are made in the documented format, shown once, and act as their account', async () => {
    const made = await grafana.newToken(account, 'first', { secondsToLive: 604_000 });
    assert.deepEqual(Object.keys(made).sort(), ['id', 'key', 'name']);
    readToken(made.key);
    await grafana.get('/api/serviceaccounts/search', { headers: bearer(made.key) });
    const [listed] = await grafana.get(path());
    assert.deepEqual(Object.keys(listed).sort(), [
      'created',
      'expiration',
      'hasExpired',
      'id',
      'isRevoked',
      'lastUsedAt',
      'name',
      'secondsUntilExpiration',
    ]);
    assert.match(listed.lastUsedAt, rfc3339);
    assert.ok(listed.secondsUntilExpiration > 603_000, 'within seven days it is said');
    assert.deepEqual([listed.hasExpired, listed.isRevoked], [false, false]);
    assert.equal((await grafana.get(`/api/serviceaccounts/${account}`)).tokens, 1);

    await grafana.expect(200, 'PATCH', `/api/serviceaccounts/${account}`, {
      body: { role: 'Viewer' },
    });
    await grafana.expect(403, 'GET', '/api/serviceaccounts/search', {
      headers: bearer(made.key),
    });
    assert.deepEqual(await grafana.remove(path(`/${made.id}`)), {
      message: 'Service account token deleted',
    });
    assert.equal(await grafana.knock(made.key), 'api-key.invalid');
  });

  test('say how long they live only when that is soon', async () => {
    await grafana.newToken(account, 'say late', { secondsToLive: 8 * 86_400 });
    await grafana.newToken(account, 'say never');
    const [late, never] = await grafana.get(path('?query=say'));
    assert.equal(late.secondsUntilExpiration, 0);
    assert.match(late.expiration, rfc3339);
    assert.deepEqual([never.expiration, never.lastUsedAt], [null, null]);
  });

  test('are refused in the shapes of the vendor', async () => {
    await grafana.newToken(account, 'unique');
    await grafana.newKey('of a key');
    const other = (await grafana.newAccount('another with tokens')).id;
    const typed = (status, where, body) => grafana.typed(status, 'POST', where, { body });
    for (const where of [path(), `/api/serviceaccounts/${other}/tokens`]) {
      assert.equal(
        await typed(400, where, { name: 'unique' }),
        'serviceaccounts.ErrTokenAlreadyExists',
      );
    }
    assert.equal(
      await typed(400, path(), { name: 'of a key' }),
      'serviceaccounts.ErrTokenAlreadyExists',
    );
    assert.equal(
      await typed(400, path(), { name: 'x', secondsToLive: -1 }),
      'serviceaccounts.ErrInvalidInput',
    );
    assert.equal(
      await typed(404, '/api/serviceaccounts/999999/tokens', { name: 'x' }),
      'serviceaccounts.ErrNotFound',
    );
    const simple = (method, where, body) => grafana.simple(400, method, where, { body });
    assert.equal(await simple('POST', path(), {}), 'Bad request data');
    assert.equal(await simple('POST', path(), '['), 'Bad request data');
    const nowhere = '/api/serviceaccounts/abc/tokens';
    assert.equal(await simple('GET', nowhere), 'Service Account ID is invalid');
    assert.equal(await simple('POST', nowhere, { name: 'x' }), 'Service Account ID is invalid');
    assert.equal(await simple('DELETE', `${nowhere}/1`), 'Service Account ID is invalid');
    assert.equal(await simple('DELETE', path('/abc')), 'Token ID is invalid');
    assert.equal(
      await grafana.typed(404, 'DELETE', path('/999999')),
      'serviceaccounts.ErrTokenNotFound',
    );
    const [unique] = await grafana.get(path('?query=unique'));
    assert.equal(
      await grafana.typed(404, 'DELETE', `/api/serviceaccounts/${other}/tokens/${unique.id}`),
      'serviceaccounts.ErrTokenNotFound',
    );
    assert.equal(
      await grafana.simple(404, 'DELETE', `/api/auth/keys/${unique.id}`),
      'Failed to delete API key',
    );
    assert.deepEqual(await grafana.get('/api/serviceaccounts/999999/tokens'), []);
  });

  test('of a disabled account are refused until it is enabled', async () => {
    const { id } = await grafana.newAccount('sleeper');
    const { key } = await grafana.newToken(id, 'of the sleeper');
    const set = (isDisabled) =>
      grafana.expect(200, 'PATCH', `/api/serviceaccounts/${id}`, { body: { isDisabled } });
    assert.equal(await grafana.knock(key), 'in');
    await set(true);
    assert.equal(await grafana.knock(key), 'identity.disabled');
    await set(false);
    assert.equal(await grafana.knock(key), 'in');
    await grafana.remove(`/api/serviceaccounts/${id}`);
    assert.equal(await grafana.knock(key), 'api-key.invalid');
  });
});

describe('presenting a key', () => {
  test('works as a bearer and as the password of api_key', async () => {
    const { api_key: key, service_account_token: sa } = grafana.credentials.grafana;
    readLegacyKey(key);
    readToken(sa);
    for (const headers of [
      bearer(key),
      bearer(sa),
      basic('api_key', key),
      basic('api_key', sa),
      bearer(grafana.credentials.service_token),
    ]) {
      await grafana.get('/api/serviceaccounts/search', { headers });
    }
  });

  test('is asked for, and answered in the typed shape when it is wrong', async () => {
    const body = await grafana.expect(401, 'GET', '/api/auth/keys', { headers: {} });
    assert.deepEqual(body, {
      statusCode: 401,
      messageId: 'auth.unauthorized',
      message: 'Unauthorized',
      traceID: '',
      extra: null,
    });
    const wrong = await grafana.expect(401, 'GET', '/api/auth/keys', {
      headers: bearer('nonsense'),
    });
    assert.equal(wrong.messageId, 'api-key.invalid');
    assert.equal(wrong.message, 'Invalid API key');
    const { secret, checksum } = readToken(grafana.admin);
    const reversed = Buffer.from(checksum, 'hex').reverse().toString('hex');
    const { secret: k, name } = readLegacyKey(grafana.credentials.grafana.api_key);
    const stranger = 'x'.repeat(32);
    for (const key of [
      `glsa_${secret}_${reversed}`,
      `glsa_${secret}`,
      `glc_${secret}_${checksum}`,
      token(stranger),
      legacyKey(stranger, name, 1),
      legacyKey(k, 'no such name', 1),
      legacyKey(k, name, 2),
      keyHash(k, name),
      k,
    ]) {
      assert.equal(await grafana.knock(key), 'api-key.invalid');
    }
    const user = await grafana.typed(401, 'GET', '/api/auth/keys', {
      headers: basic('admin', 'admin'),
    });
    assert.equal(user, 'password-auth.failed');
  });

  test('for another organization than its own is a mismatch', async () => {
    const { key } = await grafana.newKey('of organization 1');
    assert.equal(await grafana.knock(key, { 'X-Grafana-Org-Id': '1' }), 'in');
    for (const org of ['2', 'x', '-1']) {
      assert.equal(
        await grafana.knock(key, { 'X-Grafana-Org-Id': org }),
        'api-key.organization-mismatch',
      );
    }
  });

  test('of a lower role is not enough', async () => {
    for (const role of ['None', 'Viewer', 'Editor']) {
      const { key } = await grafana.newKey(`only ${role}`, role);
      const headers = bearer(key);
      const calls = [
        ['GET', '/api/auth/keys'],
        ['POST', '/api/auth/keys', { name: 'x', role: 'Viewer' }],
        ['DELETE', '/api/auth/keys/1'],
        ['POST', '/api/serviceaccounts', { name: 'x', role: 'Admin' }],
        ['GET', '/api/serviceaccounts/search'],
        ['GET', '/api/serviceaccounts/1'],
        ['PATCH', '/api/serviceaccounts/1', { role: 'Admin' }],
        ['DELETE', '/api/serviceaccounts/1'],
        ['GET', '/api/serviceaccounts/1/tokens'],
        ['POST', '/api/serviceaccounts/1/tokens', { name: 'x' }],
        ['DELETE', '/api/serviceaccounts/1/tokens/1'],
        ['POST', '/api/serviceaccounts/migrate'],
        ['POST', '/api/serviceaccounts/migrate/1'],
        ['GET', own],
        ['GET', `${own}/1`],
        ['POST', `${own}/1/rotate`, {}],
        ['POST', `${own}/1/revoke`],
        ['POST', `${own}/import`, { key }],
      ];
      for (const [method, path, body] of calls) {
        const answer = await grafana.call(method, path, { headers, body });
        assert.equal(answer.status, 403, `${role} ${method} ${path}`);
        if (path.startsWith(own)) continue;
        assert.match(answer.json.message, /Permissions needed: (apikeys|serviceaccounts):\w+$/);
      }
    }
  });

  test('too often wrong is stopped, while a right one goes on', async () => {
    const answers = [];
    for (let i = 0; i < 400 && answers.at(-1)?.status !== 429; ++i) {
      const key = legacyKey('y'.repeat(32), `nobody ${i}`, 1);
      answers.push(await grafana.call('GET', '/api/auth/keys', { headers: bearer(key) }));
    }
    assert.ok(answers.length > 100 && answers.length < 400);
    assert.equal(answers.at(-1).headers['retry-after'], '60');
    assert.match(answers.at(-1).json.message, /Too many wrong API keys/);
    await grafana.get('/api/serviceaccounts/search');
    await grafana.restart();
  });
});

describe('migration', () => {
  test('of one key keeps its row, its name and its secret', async () => {
    const made = await grafana.newKey('Move Me', 'Editor');
    const where = `/api/serviceaccounts/migrate/${made.id}`;
    assert.deepEqual(await grafana.post(where), { message: 'Service accounts migrated' });
    const { serviceAccounts } = await grafana.get('/api/serviceaccounts/search?query=move');
    assert.equal(serviceAccounts.length, 1);
    const [account] = serviceAccounts;
    assert.equal(account.name, 'sa-autogen-Move Me');
    assert.equal(account.login, 'sa-autogen-1-move-me');
    assert.equal(account.role, 'Editor');
    const [moved] = await grafana.get(`/api/serviceaccounts/${account.id}/tokens`);
    assert.equal(moved.id, made.id);
    assert.equal(moved.name, 'Move Me');
    assert.equal(await grafana.knock(made.key), 'in');
    assert.deepEqual(await grafana.get('/api/auth/keys?query=move'), []);
    await grafana.expect(404, 'POST', where);
    assert.equal(
      await grafana.simple(400, 'POST', '/api/serviceaccounts/migrate/abc'),
      'Key ID is invalid',
    );
    await grafana.expect(404, 'POST', '/api/serviceaccounts/migrate/999999');
  });

  test('of all leaves none behind', async () => {
    const keys = [await grafana.newKey('all a'), await grafana.newKey('all A')];
    const before = await grafana.get('/api/auth/keys?perpage=1000&includeExpired=true');
    const result = await grafana.post('/api/serviceaccounts/migrate');
    assert.equal(result.message, 'API keys migrated to service accounts');
    assert.equal(result.total, before.length);
    assert.equal(result.migrated, before.length);
    assert.deepEqual([result.failed, result.failedApikeyIDs, result.failedDetails], [0, [], []]);
    assert.deepEqual(await grafana.get('/api/auth/keys?includeExpired=true'), []);
    for (const { key } of keys) assert.equal(await grafana.knock(key), 'in');
    assert.equal((await grafana.post('/api/serviceaccounts/migrate')).total, 0);
  });
});

describe('beyond the vendor', () => {
  test('a key is rotated with an overlap', async () => {
    const made = await grafana.newKey('rotating');
    const rotate = (body) => grafana.post(`${own}/${made.id}/rotate`, body);
    const second = await rotate({ overlap_seconds: 3600 });
    assert.equal(second.id, made.id);
    assert.equal(readLegacyKey(second.key).name, 'rotating');
    assert.match(second.previous_until, rfc3339);
    assert.match(second.rotated_at, rfc3339);
    assert.equal(await grafana.knock(made.key), 'in');
    assert.equal(await grafana.knock(second.key), 'in');
    const third = await rotate({ overlap_seconds: 0 });
    assert.equal(third.previous_until, null);
    assert.equal(await grafana.knock(third.key), 'in');
    for (const { key } of [made, second]) {
      assert.equal(await grafana.knock(key), 'api-key.invalid');
    }
    await grafana.expect(400, 'POST', `${own}/${made.id}/rotate`, {
      body: { overlap_seconds: 31 * 86_400 },
    });
    await grafana.expect(404, 'POST', `${own}/999999/rotate`, { body: {} });
  });

  test('a rotated token is a token, also of an account that a key was moved to', async () => {
    const { id } = await grafana.newAccount('rotating account');
    const made = await grafana.newToken(id, 'rotating token');
    readToken((await grafana.post(`${own}/${made.id}/rotate`, {})).key);
    assert.equal(await grafana.knock(made.key), 'in', 'a day of overlap unless the call says');
    const old = await grafana.newKey('moved and rotated');
    await grafana.post(`/api/serviceaccounts/migrate/${old.id}`);
    const fresh = await grafana.post(`${own}/${old.id}/rotate`, {});
    readToken(fresh.key);
    assert.equal(await grafana.knock(old.key), 'in');
    assert.equal(await grafana.knock(fresh.key), 'in');
  });

  test('a revoked key stays, and is refused', async () => {
    const made = await grafana.newKey('leaked');
    assert.equal((await grafana.post(`${own}/${made.id}/revoke`)).revoked, true);
    assert.equal(await grafana.knock(made.key), 'api-key.revoked');
    assert.equal(
      await grafana.knock(made.key, { 'X-Grafana-Org-Id': '2' }),
      'api-key.revoked',
      'before the organization is looked at',
    );
    await grafana.expect(409, 'POST', `${own}/${made.id}/rotate`, { body: {} });
  });

  test('keys are shown with their account, their age and their last use', async () => {
    const { id } = await grafana.newAccount('with a view', 'Editor');
    const made = await grafana.newToken(id, 'in view');
    await grafana.knock(made.key);
    const key = await grafana.get(`${own}/${made.id}`);
    assert.match(key.last_used_at, rfc3339);
    assert.match(key.created_at, rfc3339);
    assert.deepEqual(key.account, {
      id,
      name: 'with a view',
      login: 'sa-1-with-a-view',
      disabled: false,
    });
    assert.equal(key.role, 'Editor');
    assert.equal(key.suffix, made.key.slice(-4));
    assert.equal(key.older_than_90_days, false);
    assert.equal(key.expired, false);
    assert.ok(!JSON.stringify(key).includes(made.key));
    const { keys } = await grafana.get(`${own}?account=${id}`);
    assert.deepEqual(names(keys), ['in view']);
  });

  test('who used which key is in the audit trail', async () => {
    const made = await grafana.newKey('watched');
    await grafana.knock(made.key);
    await grafana.knock(made.key);
    const actor = `account_key:${made.id}`;
    let used = [];
    // The trail is written in bulk, shortly after.
    for (let i = 0; i < 100 && used.length === 0; ++i) {
      const { rows } = await grafana.get('/api/casement/v1/audit?limit=200', {
        headers: bearer(grafana.credentials.service_token),
      });
      used = rows.filter((row) => row.actor === actor);
    }
    assert.deepEqual(
      used.map(({ action }) => action),
      ['account_key.used'],
    );
    assert.equal(used[0].client, '127.0.0.1');
  });

  test('keys that another server made are taken over', async () => {
    const secret = '0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0u';
    const legacy = legacyKey(secret, '大盘 moved', 1);
    const import_ = (status, body) => grafana.expect(status, 'POST', `${own}/import`, { body });
    const taken = await import_(201, { key: legacy });
    assert.equal(taken.name, '大盘 moved');
    assert.equal(taken.role, 'Viewer');
    assert.equal(await grafana.knock(legacy), 'in');
    assert.equal((await import_(409, { key: legacy })).error.code, 'key_known');
    const elsewhere = await import_(400, { key: legacyKey(secret, 'other', 7) });
    assert.equal(elsewhere.error.code, 'key_of_other_organization');

    const { id } = await grafana.newAccount('moved');
    const sa = token(secret);
    await import_(201, { key: sa, name: 'moved token', account: id });
    assert.equal(await grafana.knock(sa), 'in');

    const another = 'Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0Pp';
    await import_(201, { hash: keyHash(another, 'by hash'), name: 'by hash' });
    assert.equal(await grafana.knock(legacyKey(another, 'by hash', 1)), 'in');
  });
});

describe('time', () => {
  test('ends keys, hides them from the list, flags and at last removes them', async () => {
    const short = await grafana.newKey('short', 'Viewer', { secondsToLive: 3600 });
    const { id } = await grafana.newAccount('short account');
    const ofAccount = await grafana.newToken(id, 'short token', { secondsToLive: 3600 });
    const overlap = await grafana.newKey('overlap');
    const fresh = await grafana.post(`${own}/${overlap.id}/rotate`, { overlap_seconds: 600 });

    await grafana.restart({ clockShift: 3601 });
    assert.equal(await grafana.knock(short.key), 'api-key.expired');
    assert.equal(
      await grafana.knock(short.key, { 'X-Grafana-Org-Id': '2' }),
      'api-key.expired',
      'before the organization is looked at',
    );
    assert.equal(await grafana.knock(ofAccount.key), 'api-key.expired');
    assert.equal(await grafana.knock(overlap.key), 'api-key.invalid');
    assert.equal(await grafana.knock(fresh.key), 'in');
    assert.deepEqual(await grafana.get('/api/auth/keys?query=short'), []);
    const shown = await grafana.get('/api/auth/keys?query=short&includeExpired=true');
    assert.deepEqual(names(shown), ['short']);
    const [listed] = await grafana.get(`/api/serviceaccounts/${id}/tokens`);
    assert.deepEqual([listed.hasExpired, listed.secondsUntilExpiration], [true, 0]);
    const found = await grafana.get('/api/serviceaccounts/search?expiredTokens=true');
    assert.deepEqual(names(found.serviceAccounts), ['short account']);
    await grafana.expect(400, 'POST', `${own}/${short.id}/rotate`, { body: {} });
    const longer = await grafana.post(`${own}/${short.id}/rotate`, { seconds_to_live: 60 });
    assert.equal(await grafana.knock(longer.key), 'in');

    await grafana.restart({
      clockShift: 91 * 86_400,
      env: { CASEMENT_AUTH_DELETE_EXPIRED_KEYS_AFTER_DAYS: '30' },
    });
    const { keys } = await grafana.get(`${own}?older_than_90_days=true&query=overlap`);
    assert.deepEqual(names(keys), ['overlap']);
    let left = ['short'];
    const until = performance.now() + 10_000;
    while (left.length > 0 && performance.now() < until) {
      left = names((await grafana.get(`${own}?query=short&expired=true`)).keys);
    }
    assert.deepEqual(left, [], 'removed at the start, thirty days after their end');
  });
});

describe('settings', () => {
  test('bound how long keys live', async () => {
    await grafana.restart({
      env: {
        CASEMENT_AUTH_API_KEY_MAX_SECONDS_TO_LIVE: '864000',
        CASEMENT_SERVICE_ACCOUNTS_TOKEN_EXPIRATION_DAY_LIMIT: '7',
      },
    });
    const { id } = await grafana.newAccount('bounded');
    const tokens = `/api/serviceaccounts/${id}/tokens`;
    for (const where of ['/api/auth/keys', tokens]) {
      const refused = (secondsToLive) =>
        grafana.simple(400, 'POST', where, {
          body: { name: 'bounded', role: 'Viewer', secondsToLive },
        });
      assert.equal(await refused(0), 'Number of seconds before expiration should be set');
      assert.equal(
        await refused(864_001),
        'Number of seconds before expiration is greater than the global limit',
      );
    }
    const answer = await grafana.call('POST', tokens, {
      body: { name: 'too long', secondsToLive: 9 * 86_400 },
    });
    assert.equal(answer.status, 400);
    assert.match(answer.headers['content-type'], /^text\/plain/);
    assert.equal(
      answer.text,
      'The expiration date input exceeds the limit for service account access tokens expiration date',
    );
    await grafana.newToken(id, 'long enough', { secondsToLive: 7 * 86_400 - 3600 });
    await grafana.newKey('ten days', 'Viewer', { secondsToLive: 864_000 });
  });

  test('bound how many users and service accounts there are', async () => {
    const { totalCount } = await grafana.get('/api/serviceaccounts/search');
    await grafana.restart({ env: { CASEMENT_QUOTA_ORG_USER: String(totalCount + 2) } });
    // One slot is the API client's that the credentials were made with.
    await grafana.newAccount('the last one');
    const refused = await grafana.simple(403, 'POST', '/api/serviceaccounts', {
      body: { name: 'one too many' },
    });
    assert.match(refused, /^Quota reached/);
    const key = await grafana.newKey('stays a key');
    const result = await grafana.expect(403, 'POST', '/api/serviceaccounts/migrate');
    assert.ok(result.failedApikeyIDs.includes(key.id));
    assert.equal(result.migrated, 0);
    assert.equal(await grafana.knock(key.key), 'in');
  });

  test('credentials of the command line have the role they were made for', async () => {
    const { grafana: viewer } = await createCredentials(grafana.folder, 'Viewer');
    for (const key of [viewer.api_key, viewer.service_account_token]) {
      assert.equal(await grafana.knock(key), 'in');
      await grafana.expect(403, 'GET', '/api/auth/keys', { headers: bearer(key) });
    }
  });
});

describe('addresses that are none', () => {
  test('are refused in the shape of the API they stand under', async () => {
    assert.equal(typeof (await grafana.simple(404, 'GET', '/api/nothing')), 'string');
    assert.equal(typeof (await grafana.simple(405, 'PUT', '/api/auth/keys')), 'string');
    assert.ok((await grafana.expect(404, 'GET', '/api/casement/v1/nothing')).error.code);
    assert.ok((await grafana.expect(404, 'GET', '/api/v1/nothing')).errors);
  });
});
