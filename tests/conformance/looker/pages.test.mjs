// The page that is loaded before anything is opened, and the person it opens for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { opens, person, rowsOf, shellOf, signLink, startLooker } from './support.mjs';

describe('a page', () => {
  let looker, key;
  before(async () => {
    looker = await startLooker();
    key = await looker.key();
  });
  after(() => looker?.close());
  const ancestors = (page) =>
    /frame-ancestors ([^;]*)/.exec(page.headers['content-security-policy'])[1];

  test('may be framed by all until there is an allowlist, then by those on it', async () => {
    assert.equal(ancestors(await looker.page(signLink(key))), '*');
    await looker.patch('/setting', {
      embed_config: { domain_allowlist: ['https://app.example', 'https://*.my.com'] },
    });
    assert.equal(
      ancestors(await looker.page(signLink(key))),
      "'self' https://app.example https://*.my.com",
    );
  });

  test('talks to the embed_domain that is on the list, and tells of one that is not', async () => {
    const shell = async (domain) =>
      shellOf(
        await looker.page(
          signLink(
            key,
            {},
            { target: `/embed/dashboards/sales?embed_domain=${encodeURIComponent(domain)}&sdk=3` },
          ),
        ),
      );
    for (const domain of ['https://app.example', 'https://a.my.com', 'https://b.c.my.com']) {
      const got = await shell(domain);
      assert.equal(got['embed-domain'], domain);
      assert.equal(got['embed-domain-refused'], undefined);
      assert.equal(got.sdk, '3');
      assert.equal(got.dialect, 'looker');
      assert.match(got.version, /^2[5-9]\./);
    }
    for (const domain of [
      'https://app.example:8443',
      'http://app.example',
      'https://evil.example',
      'https://my.com',
      'https://evilmy.com',
      'https://a.my.com.evil.example',
      'https://*.my.com',
      'https://app.example/',
      'null',
      '*',
      'https://app.example https://evil.example',
      '"><script>alert(1)</script>',
    ]) {
      const got = await shell(domain);
      assert.equal(got['embed-domain'], undefined, domain);
      assert.equal(got['embed-domain-refused'], domain);
    }
  });

  test('of an older address sends the browser to the new one, and nowhere else', async () => {
    for (const [old, now] of [
      ['/embed/sso/dashboards/sales', '/embed/dashboards/sales'],
      ['/embed/dashboards-next/sales?Product=x', '/embed/dashboards/sales?Product=x'],
      ['/embed/dashboards-legacy/sales', '/embed/dashboards/sales'],
    ]) {
      const page = await looker.page(old);
      assert.ok([301, 302, 303, 307, 308].includes(page.status), `${old}: ${page.status}`);
      assert.equal(page.headers.location, now);
      const opened = await opens(looker, signLink(key, {}, { target: old }));
      assert.equal(opened.head.embed.target, now);
    }
    for (const bad of [
      '/embed/sso//evil.example/x',
      '/embed/sso/%2F%2Fevil.example',
      '/embed/sso/..%2f..%2fx',
    ]) {
      const page = await looker.page(bad);
      assert.ok(page.status >= 400 && !page.headers.location, `${bad}: ${page.headers.location}`);
    }
  });

  test('without a session waits for one, and a link that is refused says why in it', async () => {
    const content = await looker.page('/embed/dashboards/sales');
    assert.equal(content.status, 200);
    assert.equal(shellOf(content).mode, 'content');
    const wrong = await looker.page(signLink({ secret: 'x' }));
    assert.equal(wrong.status, 401);
    assert.match(wrong.text, /failed to authenticate/);
    assert.ok(!wrong.text.includes(key.secret));
  });
});

describe('a person', () => {
  let looker;
  before(async () => {
    looker = await startLooker();
  });
  after(() => looker?.close());

  test('of a closed group is made with the first link, and found with the next', async () => {
    for (let i = 0; i < 2; i += 1) {
      await looker.viewer({ external_user_id: `g${i}`, external_group_id: 'Allegra K' });
    }
    await looker.viewer({ external_user_id: 'g9', external_group_id: 'ō'.repeat(81) });
    await looker.server.end(); // what is queued is written
    await looker.restart();
    const { rows } = await looker.own('GET', '/audit?limit=500');
    const made = (action) => rows.filter((row) => row.action === action).length;
    assert.deepEqual([made('group.created'), made('embed_user.created')], [2, 3]);
  });

  test('sees rows', async () => {
    const viewer = await looker.viewer(person({ external_user_id: 'rows' }));
    assert.deepEqual(
      rowsOf(viewer.lines, 2).map(({ amount }) => amount),
      [1, 2, 4, 8, 16, 32],
    );
  });
});
