// Links signed by hand, in every language of signers/ and in every odd spelling that the vendor's
// clients produce, against a running casement.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { signers } from './signers/signers.mjs';
import {
  allPermissions,
  isRefused,
  linkParts,
  opens,
  pathAndQuery,
  publicHost,
  publicUrl,
  shellOf,
  signatureOf,
  signLink,
  startLooker,
  Viewer,
} from './support.mjs';

const algorithms = ['hmac/sha-256', 'hmac/sha-1'];

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
