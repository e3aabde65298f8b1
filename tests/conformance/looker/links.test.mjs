// Links signed by hand, in every language of signers/ and in every odd spelling that the vendor's
// clients produce, against a running casement: which ones open, which ones do not, and how often.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { signers } from './signers/signers.mjs';
import {
  Viewer,
  allPermissions,
  linkParts,
  newSecret,
  nowSeconds,
  pageHeaders,
  pathAndQuery,
  person,
  publicHost,
  publicUrl,
  shellOf,
  signLink,
  signatureOf,
  startLooker,
} from './support.mjs';

const algorithms = ['hmac/sha-256', 'hmac/sha-1'];

async function opens(looker, link, options) {
  const opened = await looker.open(link, options);
  assert.equal(opened.status, 201, `${link}\n${opened.text}`);
  return opened;
}

/** With the server's clock moved, and moved back whatever happens. */
async function atClock(looker, clockShift, check) {
  await looker.restart({ clockShift });
  try {
    await check();
  } finally {
    await looker.restart();
  }
}

async function isRefused(looker, link, status, code, options) {
  const opened = await looker.open(link, options);
  assert.deepEqual([opened.status, opened.code], [status, code], `${link}\n${opened.text}`);
  return opened;
}

describe('a signer', () => {
  let looker;
  const keys = {};
  before(async () => {
    looker = await startLooker();
    for (const algorithm of algorithms) {
      keys[algorithm] = await looker.post('/embed_config/secrets', { algorithm });
    }
  });
  after(() => looker?.close());

  for (const signer of signers) {
    for (const algorithm of algorithms) {
      const skip = signer.present ? false : `no ${signer.needs} here`;
      test(`in ${signer.name} opens a dashboard with ${algorithm}`, { skip }, async () => {
        const url = signer.sign({
          base_url: publicUrl,
          target:
            '/embed/dashboards/sales?Product=a%20b%2B&embed_domain=https%3A%2F%2Fapp.example&sdk=3',
          secret: keys[algorithm].secret,
          algorithm: algorithm.slice('hmac/'.length),
          user: {
            external_user_id: `zoë/東京 "${signer.name}" <+%&=>`,
            permissions: allPermissions,
            models: ['plain'],
            group_ids: ['4', 3],
            external_group_id: 'Allegra K',
            user_attributes: { city: '東京 & "Ōsaka" <+%>', company: '17' },
            first_name: 'Zoë',
            last_name: "O'Neil",
            user_timezone: 'Europe/Berlin',
            session_length: 900,
          },
        });
        const page = await looker.page(pathAndQuery(url));
        assert.equal(page.status, 200, page.text);
        const opened = await opens(looker, pathAndQuery(url));
        assert.deepEqual(opened.head.embed.filters, { Product: 'a b+' });
        assert.equal((await new Viewer(looker, opened).query()).status, 200);
      });
    }
  }
});

describe('a spelling', () => {
  let looker, key;
  const hosts = [
    'test.looker.com',
    'analytics.example.com',
    'analytics.example.com:9999',
    'localhost:9443',
  ];
  before(async () => {
    looker = await startLooker({ env: { CASEMENT_SERVER_PUBLIC_HOSTS: hosts.join(',') } });
    key = await looker.post('/embed_config/secrets', { algorithm: 'hmac/sha-1' });
  });
  after(() => looker?.close());

  // The shapes of the known vectors (tests/unit/looker/vectors.h), now.
  const shapes = {
    "of the vendor's own test, with everything": {
      host: 'test.looker.com',
      raw: {
        permissions: '["access_data","see_looks","see_user_dashboards"]',
        models: '["powered_by","thelook","plain"]',
        group_ids: '[1,2,3]',
        external_group_id: '"group1"',
        user_attributes: '{"locale":"en_US"}',
        access_filters: '{"powered_by":{"products.brand":"Allegra K"}}',
      },
    },
    "of the vendor's own test, nine lines": { host: 'test.looker.com' },
    'with a port, quoted ids and a target of its own': {
      host: 'analytics.example.com:9999',
      target: '/embed/dashboards/sales?State=California&embed_domain=https://app.example.com&sdk=3',
      raw: {
        group_ids: '["4","3"]',
        external_group_id: '"Allegra K"',
        user_attributes: '{"vendor_id":"17","company":"xactness"}',
        first_name: '"Alice"',
        last_name: '"Jones"',
        user_timezone: '"US/Pacific"',
      },
    },
    'without anything optional': { host: 'localhost:9443', raw: { external_user_id: '"57"' } },
    'in UTF-8': {
      host: 'analytics.example.com',
      raw: {
        external_user_id: '"zoë/東京"',
        user_attributes: '{"city":"東京 & \\"Ōsaka\\""}',
      },
    },
    "of the vendor's Python sample: spaces, a bare number, a plus in the path": {
      host: 'analytics.example.com',
      path: '/login/embed/%2Fembed%2Fdashboards%2Fsales%3Fembed_domain%3Dhttps%3A%2F%2Fapp.example.com%26Name%3DA+B',
      raw: {
        external_user_id: '57',
        permissions: '["see_user_dashboards", "see_looks", "access_data"]',
        group_ids: '[5, 4]',
        external_group_id: '"awesome_engineers"',
        user_attributes: '{"an_attribute_name": "my_attribute_value", "my_number_attribute": "42"}',
        access_filters: '{"fake_model": {"id": 1}}',
      },
    },
    'of that sample with its defaults: escaped letters and nulls': {
      host: 'analytics.example.com',
      raw: {
        external_user_id: '"zo\\u00eb"',
        group_ids: '[]',
        external_group_id: 'null',
        user_attributes: '{}',
        first_name: 'null',
        last_name: 'null',
        user_timezone: 'null',
      },
    },
  };
  for (const [what, { host, ...options }] of Object.entries(shapes)) {
    test(what, async () => {
      const user = { models: ['powered_by', 'thelook', 'plain'] };
      const link = signLink(key, user, { host, ...options });
      const headers = { Host: host, Origin: `https://${host}` };
      assert.equal((await looker.page(link, { Host: host })).status, 200);
      await opens(looker, link, { headers });
    });
  }

  const formEncoded = (text) => encodeURIComponent(text).replace(/%20/g, '+');
  test('of every encoder: signed as it stands on the wire', async () => {
    const inner = '/embed/dashboards/sales?Product=A B';
    for (const [what, path] of Object.entries({
      encodeURIComponent: encodeURIComponent(inner),
      "a form's": formEncoded(inner),
      "Go's PathEscape": '%2Fembed%2Fdashboards%2Fsales%3FProduct=A%20B',
      'lower-case escapes': '%2fembed%2fdashboards%2fsales%3fProduct%3dA%20B',
      'no leading slash': 'embed%2Fdashboards%2Fsales%3FProduct%3DA%20B',
      'escaped letters': '%2F%65mbed%2Fdashboards%2Fsales%3FProduct%3DA%20B',
    })) {
      for (const encode of [encodeURIComponent, formEncoded]) {
        const link = signLink(key, {}, { path: `/login/embed/${path}`, encode });
        const opened = await opens(looker, link);
        assert.equal(opened.head.embed.filters.Product, 'A B', what);
      }
    }
  });

  test('with its parameters in any order', async () => {
    const parts = linkParts();
    const texts = { signature: signatureOf(publicHost, parts, key), ...parts.texts };
    const query = Object.entries(texts)
      .reverse()
      .map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
      .join('&');
    await opens(looker, `${parts.path}?${query}`);
  });

  test('re-serialized keeps nothing: what was signed is what was sent', async () => {
    const parts = linkParts({}, { raw: { permissions: '["access_data", "see_looks"]' } });
    const texts = { ...parts.texts, permissions: '["access_data","see_looks"]' };
    const query = Object.entries({ ...texts, signature: signatureOf(publicHost, parts, key) })
      .map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
      .join('&');
    await isRefused(looker, `${parts.path}?${query}`, 401, 'signature_invalid');
  });

  test("that the vendor's embed SDK makes of a signed URL", async () => {
    await looker.patch('/setting', { embed_config: { domain_allowlist: ['https://app.example'] } });
    const link = signLink(key);
    const [path, query] = link.split('?');
    const rewritten = new URLSearchParams(query);
    rewritten.append('embed_domain', 'https://app.example');
    rewritten.append('sdk', '3');
    const url = `/embed${path}?${rewritten}`;
    const page = await looker.page(url);
    assert.equal(page.status, 200, page.text);
    const shell = shellOf(page);
    assert.equal(shell.mode, 'link');
    assert.equal(shell['embed-domain'], 'https://app.example');
    assert.equal(shell.sdk, '3');
    const opened = await opens(looker, url);
    const target = new URL(opened.head.embed.target, publicUrl);
    assert.equal(target.pathname, '/embed/dashboards/sales');
    assert.equal(target.searchParams.get('embed_domain'), 'https://app.example');
    assert.equal(target.searchParams.get('sdk'), '3');
    await isRefused(looker, link, 409, 'link_already_used');
    rewritten.append('other', '1');
    await isRefused(looker, `/embed${path}?${rewritten}`, 400, 'parameter_unknown');
    await looker.patch('/setting', { embed_config: { domain_allowlist: [] } });
  });
});

describe('a link', () => {
  let looker, key;
  before(async () => {
    looker = await startLooker();
    key = await looker.key();
  });
  after(() => looker?.close());

  test('opens once; this browser again and again, also after its time; no other', async () => {
    const link = signLink(key);
    const secret = newSecret();
    const first = await opens(looker, link, { secret });
    const again = await looker.open(link, { secret });
    assert.deepEqual([again.status, again.id], [200, first.id]);
    const other = await isRefused(looker, link, 409, 'link_already_used');
    assert.equal(other.head.error.session_id, first.id);
    await atClock(looker, 400, async () => {
      const late = await looker.open(link, { secret });
      assert.deepEqual([late.status, late.id], [200, first.id]);
      assert.equal(
        (await looker.page(link)).status,
        200,
        'the page loads: it may hold the session',
      );
      await isRefused(looker, link, 409, 'link_already_used');
    });
  });

  test('whose nonce was used is refused for an hour, however it is signed anew', async () => {
    const nonce = 'the-same';
    await opens(looker, signLink(key, { nonce }));
    await isRefused(
      looker,
      signLink(key, { nonce, external_user_id: 'x' }),
      409,
      'link_already_used',
    );
    await isRefused(
      looker,
      signLink(key, { nonce }, { target: '/embed/dashboards/note' }),
      409,
      'link_already_used',
    );
    await atClock(looker, 3590, () =>
      isRefused(
        looker,
        signLink(key, { nonce, time: nowSeconds() + 3590 }),
        410,
        'session_expired',
      ),
    );
  });

  test('is not spent by a wrong signature, by being loaded, by the validator, by another host', async () => {
    const nonce = 'kept';
    const link = signLink(key, { nonce });
    await isRefused(looker, signLink({ secret: 'x' }, { nonce }), 401, 'signature_invalid');
    for (let i = 0; i < 5; i += 1) assert.equal((await looker.page(link)).status, 200);
    await looker.call('HEAD', link, { headers: pageHeaders });
    await looker.get(`/embed/sso/validate?url=${encodeURIComponent(publicUrl + link)}`);
    await isRefused(looker, link, 400, 'host_invalid', { headers: { Host: 'other.test' } });
    await isRefused(looker, link, 400, 'invalid_secret', { secret: 'short' });
    await isRefused(looker, signLink(key, { nonce }, { age: 400 }), 410, 'link_expired');
    await opens(looker, link);
  });

  test('is good from five minutes before its time to five after it', async () => {
    for (const age of [0, 297, -297]) await opens(looker, signLink(key, {}, { age }));
    for (const age of [302, 86400]) {
      await isRefused(looker, signLink(key, {}, { age }), 410, 'link_expired');
    }
    for (const age of [-304, -86400]) {
      await isRefused(looker, signLink(key, {}, { age }), 403, 'link_not_yet_valid');
    }
    await isRefused(
      looker,
      signLink(key, {}, { age: -nowSeconds() * 999 }),
      400,
      'parameter_invalid',
    );
  });

  test('opens a session for as long as it says: not at all, and for thirty days', async () => {
    const none = await looker.open(signLink(key, { session_length: 0 }));
    assert.deepEqual([none.status, none.code], [410, 'session_expired'], none.text);
    const long = await opens(looker, signLink(key, { session_length: 2592000 }));
    assert.ok(long.head.embed.session_ttl > 2591990 && long.head.embed.session_ttl <= 2592000);
    for (const session_length of [2592001, -1, 1.5, '300']) {
      await isRefused(looker, signLink(key, { session_length }), 400, 'parameter_invalid');
    }
    const brief = new Viewer(looker, await opens(looker, signLink(key, { session_length: 60 })));
    await atClock(looker, 50, async () => assert.equal((await brief.query()).status, 200));
    await atClock(looker, 70, async () => {
      assert.equal((await brief.query()).status, 401, 'its token is over as well');
      const resumed = await brief.resume();
      assert.deepEqual([resumed.status, resumed.code], [410, 'session_expired'], resumed.text);
    });
  });

  test("for the same person ends the session before it; another person's goes on", async () => {
    const first = await looker.viewer({ external_user_id: 'ada' });
    const other = await looker.viewer({ external_user_id: 'bob' });
    const second = await looker.viewer(
      { external_user_id: 'ada', permissions: ['access_data', 'see_looks'] },
      { target: '/embed/preload/' },
    );
    for (const answer of [await first.query(), await first.resume()]) {
      assert.deepEqual([answer.status, answer.code], [410, 'session_ended'], answer.text);
    }
    assert.equal((await other.query()).status, 200);
    assert.equal(
      (await second.view('/embed/dashboards/sales')).status,
      404,
      'its grants are replaced',
    );
    assert.equal((await other.view()).status, 200);
  });

  test('grants by groups alone, and nothing where it grants nothing', async () => {
    const opened = await looker.open(
      signLink(
        key,
        { permissions: [], models: [], external_group_id: 'Empty' },
        { target: '/embed/preload/' },
      ),
    );
    assert.equal(opened.status, 201, opened.text);
    await isRefused(looker, signLink(key, { permissions: [], models: [] }), 400, 'nothing_granted');
    await isRefused(looker, signLink(key, { permissions: [] }), 400, 'nothing_granted');
    await isRefused(looker, signLink(key, { models: [] }), 400, 'nothing_granted');
  });

  test('has a time zone that exists, or none', async () => {
    for (const zone of ['Europe/Berlin', 'US/Pacific', 'UTC', '', null]) {
      await opens(looker, signLink(key, { user_timezone: zone }));
    }
    for (const zone of ['Mars/Olympus', 'browser', '../etc/passwd', "UTC'; drop table x --"]) {
      await isRefused(looker, signLink(key, { user_timezone: zone }), 400, 'timezone_invalid');
    }
    await looker.patch('/setting', { allow_user_timezones: false });
    await isRefused(looker, signLink(key, { user_timezone: 'UTC' }), 400, 'timezone_invalid');
    await opens(looker, signLink(key));
    await looker.patch('/setting', { allow_user_timezones: true });
  });

  test('is tried with every enabled secret, each with its own algorithm', async () => {
    const all = [];
    for (let i = 0; i < 3; i += 1) {
      for (const algorithm of algorithms) {
        all.push(await looker.post('/embed_config/secrets', { algorithm }));
      }
    }
    for (const one of all) {
      await opens(looker, signLink(one));
      const crossed = algorithms.find((algorithm) => algorithm !== one.algorithm);
      await isRefused(looker, signLink({ ...one, algorithm: crossed }), 401, 'signature_invalid');
    }
    for (const one of all) await looker.delete(`/embed_config/secrets/${one.id}`);
    await isRefused(looker, signLink(all[0]), 401, 'signature_invalid');
    const decoded = Buffer.from(key.secret, 'hex');
    await isRefused(looker, signLink({ secret: decoded }), 401, 'signature_invalid');
  });
});
