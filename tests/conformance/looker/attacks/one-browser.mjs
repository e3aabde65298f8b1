// Row 16: many persons in one browser.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';

import { casementBinary } from '../../../support/casement.mjs';
import { CookieJar } from '../../attacks/support/cookie-jar.mjs';
import { onlyOf } from '../../attacks/support/witness.mjs';
import { api, api40, pageHeaders, signLink } from '../support.mjs';
import { startTarget, tenantOf, withoutUrl } from './target.mjs';

describe('attack 16: persons, tenants and an administrator in one browser do not meet', () => {
  let looker, key, jar, sessions;
  before(async () => {
    looker = await startTarget();
    key = await looker.key();
    const made = spawnSync(
      casementBinary(),
      [
        'admin',
        'create-user',
        '--data',
        looker.dataDir,
        '--handle',
        'ada@example.com',
        '--name',
        'Ada',
        '--role',
        'Admin',
        '--password-stdin',
      ],
      { input: 'correct horse', encoding: 'utf8' },
    );
    assert.equal(made.status, 0, made.stderr);
    jar = new CookieJar();
    sessions = [];
    const add = async (tenant, open) => {
      const cookie = jar.for(`${api}/sessions`);
      assert.equal(cookie, undefined, 'no cookie goes where sessions are opened');
      const opened = await open();
      assert.equal(opened.status, 201, opened.text);
      const [taken] = jar.take(opened.headers);
      sessions.push({ tenant, taken, ...opened });
    };
    const target = '/embed/dashboards/locked';
    for (let i = 0; i < 9; i += 1) {
      const tenant = ['acme', 'globex', 'initech'][i % 3];
      await add(tenant, () => looker.open(signLink(key, tenantOf(tenant), { target })));
    }
    for (const tenant of ['acme', 'globex']) {
      const tokens = await looker.api(
        'POST',
        '/embed/cookieless_session/acquire',
        tenantOf(tenant),
        200,
        { 'User-Agent': pageHeaders['User-Agent'] },
      );
      await add(tenant, () =>
        looker.open(
          `/login/embed/%2Fembed%2Fdashboards%2Flocked?embed_authentication_token=${tokens.authentication_token}`,
        ),
      );
    }
    await add(null, () =>
      looker.open(`${target}?allow_login_screen=true`, {
        body: { login: { email: 'ada@example.com', password: 'correct horse' } },
      }),
    );
  });
  after(() => looker?.close());

  const resume = (id, cookie) =>
    looker.call('POST', `${api}/sessions/${id}/resume`, {
      headers: { ...pageHeaders, 'X-Casement': '1', ...(cookie && { Cookie: cookie }) },
      body: {},
    });

  test('each has a cookie of its own, for its own path, that no script reads', () => {
    assert.equal(new Set(sessions.map(({ taken }) => taken.path)).size, sessions.length);
    for (const { id, taken } of sessions) {
      assert.equal(taken.path, `${api}/sessions/${id}/`);
      const { httponly, secure, partitioned, samesite } = taken.flags;
      assert.deepEqual(
        { httponly, secure, partitioned, samesite },
        { httponly: true, secure: true, partitioned: true, samesite: 'None' },
      );
    }
    for (const path of [
      '/',
      '/embed/dashboards/locked',
      `${api}/query`,
      `${api40}/setting`,
      `/login/embed/x`,
    ]) {
      assert.equal(jar.for(path), undefined, path);
    }
  });

  test('each goes on as itself, whatever the others do', async () => {
    for (const { id, tenant } of sessions) {
      const again = await resume(id, jar.for(`${api}/sessions/${id}/resume`));
      assert.equal(again.status, 200, again.text);
      if (tenant) onlyOf(tenant, withoutUrl(again.text), 'a resumed frame');
    }
    const admin = sessions.at(-1);
    assert.equal(
      (await resume(admin.id, jar.for(`${api}/sessions/${admin.id}/resume`))).status,
      200,
    );
  });

  test("no cookie opens another's session", async () => {
    for (const one of sessions) {
      for (const other of sessions) {
        if (one === other) continue;
        const answer = await resume(one.id, `__Secure-casement=${other.cookie}`);
        assert.equal(answer.status, 401, answer.text);
      }
    }
  });

  test('one that ends leaves the others and the administrator signed in', async () => {
    const [first, ...rest] = sessions;
    const left = await looker.call('POST', `${api}/sessions/${first.id}/leave`, {
      headers: {
        ...pageHeaders,
        'X-Casement': '1',
        Cookie: jar.for(`${api}/sessions/${first.id}/leave`),
      },
      body: {},
    });
    assert.equal(left.status, 204);
    for (const { id } of rest) {
      assert.equal((await resume(id, jar.for(`${api}/sessions/${id}/resume`))).status, 200);
    }
  });
});
