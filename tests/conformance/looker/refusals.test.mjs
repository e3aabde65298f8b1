// Links that do not open and what they say, and the host that a link is signed for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { codeOfPage, isRefused, opens, publicHost, signLink, startLooker } from './support.mjs';

describe('what a link may not say', () => {
  let looker, key;
  before(async () => {
    looker = await startLooker();
    key = await looker.key();
  });
  after(() => looker?.close());

  /** On the page and in the call alike. */
  async function refused(link, status, code, field) {
    const page = await looker.page(link);
    assert.deepEqual([page.status, codeOfPage(page)], [status, code], `${link}\n${page.text}`);
    assert.ok(page.headers['content-security-policy'].includes('frame-ancestors'));
    const opened = await isRefused(looker, link, status, code);
    if (field) assert.ok(opened.message.includes(field), opened.message);
  }

  test('lacks a required parameter', async () => {
    for (const name of [
      'nonce',
      'time',
      'session_length',
      'external_user_id',
      'permissions',
      'models',
      'access_filters',
      'force_logout_login',
    ]) {
      await refused(
        signLink(key, {}, { raw: { [name]: undefined } }),
        400,
        'parameter_missing',
        `Missing required parameter: ${name}`,
      );
    }
    const unsigned = signLink(key).replace(/&signature=.*$/, '');
    await refused(unsigned, 400, 'parameter_missing', 'signature');
  });

  test('has one that no link has', async () => {
    for (const name of ['embed_domain', 'sdk', 'theme', 'x', '<script>', 'Nonce']) {
      await refused(
        signLink(key, {}, { more: { [encodeURIComponent(name)]: 'x' } }),
        400,
        'parameter_unknown',
        'This request includes invalid params: [',
      );
    }
  });

  test('has a value of another type or out of its limits', async () => {
    for (const [name, texts] of Object.entries({
      nonce: ['""', '1', 'null', 'abc', `"${'x'.repeat(255)}"`],
      time: [
        '""',
        '"1700000000"',
        '1e9',
        '1700000000.0',
        '-1',
        '01700000000',
        'null',
        '99999999999999',
      ],
      session_length: ['"300"', '3,600', '300.0', 'true'],
      external_user_id: ['""', 'null', 'true', '1.5', '{}', '["x"]', `"${'x'.repeat(256)}"`],
      permissions: ['"access_data"', '{}', 'null', '[1]', '[null]', '[["access_data"]]', ''],
      models: ['"plain"', '[{}]', '[""]'],
      group_ids: ['4', '[1.5]', '[{}]', '[null]', '"4"'],
      external_group_id: ['7', '[]', `"${'x'.repeat(82)}"`],
      user_attributes: [
        '[]',
        '{"a":1}',
        '{"a":null}',
        '{"a":["x"]}',
        '{"":"x"}',
        '{"a":"x","a":"y"}',
      ],
      access_filters: ['[]', '""', 'null'],
      first_name: ['1', `"${'x'.repeat(256)}"`],
      force_logout_login: ['"true"', '1', 'TRUE', 'null'],
    })) {
      for (const text of texts) {
        await refused(signLink(key, {}, { raw: { [name]: text } }), 400, 'parameter_invalid', name);
      }
    }
    for (const signature of ['', 'x', 'AAAA', '%20', 'A'.repeat(44)]) {
      const link = signLink(key).replace(/signature=.*$/, `signature=${signature}`);
      const { status, code } = await looker.open(link);
      assert.ok(
        (status === 400 && code === 'parameter_invalid') ||
          (status === 401 && code === 'signature_invalid'),
        `${signature}: ${status} ${code}`,
      );
    }
    const raw = signLink(key);
    const plus = raw.replace(/%2B/g, '+');
    if (plus !== raw) assert.ok((await looker.open(plus)).status >= 400);
  });

  test('leads anywhere but to a page below /embed/', async () => {
    for (const target of [
      '/admin',
      '/',
      '//evil.example/embed/x',
      'https://evil.example/embed/x',
      '/embed/../admin',
      '/embed/%2e%2e/admin',
      '/embed//evil.example',
      '/embed/',
      '/embed',
      '/embed/dashboards/1#x',
      '/embed/dashboards/a\\b',
      '/embed/login/embed/x',
      '/embed/sso/login/x',
      '/embed/dashboards/1\r\nSet-Cookie: a=b',
      '/embed/dashboards/x%2fy',
      'javascript:alert(1)',
    ]) {
      await refused(signLink(key, {}, { target }), 400, 'target_refused');
    }
  });

  test('is no link at all', async () => {
    for (const link of [
      '/login/embed/',
      '/login/embed/?nonce=1',
      '/login/embed/%zz',
      `${signLink(key)}&x=%zz`,
      '/login/embed/a?b#c',
    ]) {
      const { status, code } = await looker.open(link);
      assert.ok(
        status === 400 && ['link_malformed', 'malformed_link', 'target_refused'].includes(code),
        `${link}: ${status} ${code}`,
      );
    }
    const long = signLink(key, {
      user_attributes: { a: 'x'.repeat(4000), b: 'x'.repeat(4000), c: 'x'.repeat(3900) },
    });
    await opens(looker, long);
    const path = `/embed/dashboards/sales?x=${'a'.repeat(2100)}`;
    await opens(looker, signLink(key, {}, { target: path }));
    const longer = await looker.open(`${signLink(key)}${'&x='.padEnd(17000, 'a')}`);
    assert.equal(longer.status, 400, longer.text);
  });

  test('names another host than this server has', async () => {
    const forOther = signLink(key, {}, { host: 'evil.example' });
    await refused(forOther, 401, 'signature_invalid');
    const { message } = await isRefused(looker, signLink(key), 400, 'host_invalid', {
      headers: { Host: 'foo.com' },
    });
    assert.equal(message, `Invalid host: foo.com  (Use ${publicHost} instead)`);
  });
});

describe('the host that a link is signed for', () => {
  let looker, key;
  const open = (link, headers) => {
    const host = headers['X-Forwarded-Host']?.split(', ').at(-1) ?? headers.Host;
    // As browsers write it, whatever a proxy makes of the Host.
    const Origin = `https://${host.toLowerCase().replace(/:443$/, '')}`;
    return looker.open(link, { headers: { Origin, ...headers } });
  };
  const use = (options) => {
    before(async () => {
      looker = await startLooker(options);
      key = await looker.key();
    });
    after(() => looker?.close());
  };

  describe('behind a proxy', () => {
    use();
    test('is what the proxy says the browser asked for', async () => {
      const headers = { Host: '127.0.0.1:1', 'X-Forwarded-Host': publicHost };
      const link = signLink(key);
      assert.equal((await looker.page(link, headers)).status, 200);
      assert.equal((await open(link, headers)).status, 201);
      const last = { Host: 'x', 'X-Forwarded-Host': `evil.example, ${publicHost}` };
      assert.equal((await open(signLink(key), last)).status, 201, "the nearest proxy's word");
    });
    test('is found in any case', async () => {
      assert.equal((await open(signLink(key), { Host: 'DASH.Test:9443' })).status, 201);
      assert.equal(
        (await open(signLink(key, {}, { host: 'DASH.Test:9443' }), { Host: 'DASH.Test:9443' }))
          .status,
        401,
        'signed for the name as it is configured',
      );
    });
  });

  describe('without a proxy that is trusted', () => {
    use({ env: { CASEMENT_SERVER_TRUSTED_PROXIES: '10.9.9.9' } });
    test("is not what a stranger's header says", async () => {
      const answer = await open(signLink(key), {
        Host: 'evil.example',
        'X-Forwarded-Host': publicHost,
        Origin: 'http://evil.example',
      });
      assert.deepEqual([answer.status, answer.code], [400, 'host_invalid']);
      assert.equal(
        (
          await open(signLink(key), {
            Host: publicHost,
            'X-Forwarded-Host': 'evil.example',
            Origin: `http://${publicHost}`,
          })
        ).status,
        201,
      );
    });
  });

  describe('with several hosts', () => {
    use({
      publicUrl: 'https://dash.test',
      env: { CASEMENT_SERVER_PUBLIC_HOSTS: 'one.test,two.test:8443' },
    });
    test('is any of them, each for itself', async () => {
      for (const [asked, host] of [
        ['dash.test', 'dash.test'],
        ['dash.test:443', 'dash.test'],
        ['one.test', 'one.test'],
        ['two.test:8443', 'two.test:8443'],
      ]) {
        assert.equal((await open(signLink(key, {}, { host }), { Host: asked })).status, 201, asked);
      }
      for (const [asked, host] of [
        ['one.test', 'dash.test'],
        ['dash.test', 'one.test'],
      ]) {
        assert.equal((await open(signLink(key, {}, { host }), { Host: asked })).status, 401, asked);
      }
      for (const asked of ['two.test', 'one.test:8443', 'three.test', 'one.test.evil.example']) {
        assert.equal(
          (await open(signLink(key, {}, { host: asked }), { Host: asked })).code,
          'host_invalid',
        );
      }
    });
  });

  describe('with none configured', () => {
    use({ publicUrl: null });
    test('is whatever the browser names, and signed for exactly that', async () => {
      assert.equal(
        (await open(signLink(key, {}, { host: 'any.test:1' }), { Host: 'any.test:1' })).status,
        201,
      );
      assert.equal(
        (await open(signLink(key, {}, { host: 'any.test' }), { Host: 'other.test' })).status,
        401,
      );
    });
  });
});
