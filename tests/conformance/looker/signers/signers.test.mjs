// Each signer makes the known link, and any other link whose signature an independent reading of
// the URL confirms. And docs/signing.md shows the very functions that are tested here.
//
//     node --test tests/conformance/looker/signers/signers.test.mjs

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { signers } from './signers.mjs';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = 'tests/conformance/looker/signers';

// V2 of tests/unit/looker/vectors.h.
const known = {
  base_url: 'https://localhost:9443',
  target: '/embed/dashboards/1',
  secret: 'secret123',
  user: {
    nonce: 'n1',
    time: 1700000000,
    session_length: 300,
    external_user_id: '57',
    permissions: ['access_data'],
    models: ['thelook'],
    force_logout_login: false,
  },
};
const knownSignature = {
  'sha-1': '5Zicz1sdiwPmW5/61pYhM7yx3cg=',
  'sha-256': '0p1dVl9dyIv4tpExzKKJzlNRV3iLFkXdZ05+cO1ZP7w=',
};

const everything = {
  base_url: 'https://analytics.example.com:9999',
  target: '/embed/dashboards/42?State=New%20York&City=S%C3%A3o+Paulo&embed_domain=https://a.example&sdk=3',
  secret: 'zoë-0123456789abcdef',
  user: {
    external_user_id: 'zoë/東京 "x"',
    permissions: ['access_data', 'see_looks'],
    models: ['one', 'two'],
    group_ids: ['4', 3],
    external_group_id: 'Allegra K',
    user_attributes: { city: '東京 & "Ōsaka" <+%>', company: '17' },
    first_name: 'Zoë',
    last_name: "O'Neil",
    user_timezone: 'Europe/Berlin',
    session_length: 900,
  },
};

const signed = ['nonce', 'time', 'session_length', 'external_user_id', 'permissions', 'models',
  'group_ids', 'external_group_id', 'user_attributes', 'access_filters'];

/** The parameters of a URL once decoded, and whether its signature is right for them. */
function read(url, secret, algorithm) {
  const [, host, path, query] = /^https:\/\/([^/]+)(\/login\/embed\/[^?]+)\?(.*)$/.exec(url);
  const values = {};
  for (const pair of query.split('&')) {
    const [name, value] = pair.split('=').map((text) => decodeURIComponent(text.replace(/\+/g, ' ')));
    assert.ok(!(name in values), `${name} comes twice`);
    values[name] = value;
  }
  const lines = [host, path, ...signed.filter((name) => name in values).map((name) => values[name])];
  const mac = createHmac(algorithm.replace('-', ''), secret).update(lines.join('\n'));
  assert.equal(values.signature, mac.digest('base64'));
  const inner = decodeURIComponent(path.slice('/login/embed/'.length).replace(/\+/g, ' '));
  return { values, inner };
}

for (const signer of signers) {
  const skip = signer.present ? false : `no ${signer.needs} here`;
  test(`${signer.name} makes the known link`, { skip }, () => {
    for (const [algorithm, signature] of Object.entries(knownSignature)) {
      const { values } = read(signer.sign({ ...known, algorithm }), known.secret, algorithm);
      assert.equal(values.signature, signature);
      assert.ok(!('group_ids' in values));
    }
  });

  test(`${signer.name} signs whatever it is given`, { skip }, () => {
    const algorithm = 'sha-256';
    const url = signer.sign({ ...everything, algorithm });
    const { values, inner } = read(url, everything.secret, algorithm);
    for (const [name, value] of Object.entries(everything.user)) {
      assert.deepEqual(JSON.parse(values[name]), value, name);
    }
    assert.equal(inner.replace(/ /g, '+'), everything.target);
    assert.deepEqual(JSON.parse(values.access_filters), {});
    assert.match(JSON.parse(values.nonce), /^[0-9a-f]{32}$/);
    assert.ok(Math.abs(Number(values.time) - Date.now() / 1000) < 60);
    assert.notEqual(url, signer.sign({ ...everything, algorithm }));
  });
}

/** The lines between `sign: begin` and `sign: end`, without their common indentation. */
function signingFunction(file) {
  const lines = readFileSync(join(root, folder, file), 'utf8').split('\n');
  const begin = lines.findIndex((line) => /\bsign: begin$/.test(line));
  const end = lines.findIndex((line) => /\bsign: end$/.test(line));
  assert.ok(begin >= 0 && end > begin, `${file} has no "sign: begin" … "sign: end"`);
  const body = lines.slice(begin + 1, end);
  const indent = Math.min(...body.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return body.map((line) => line.slice(indent)).join('\n').trim();
}

test('the snippets in docs/signing.md are those of the signers', () => {
  const page = readFileSync(join(root, 'docs/signing.md'), 'utf8');
  const marked = new RegExp(`<!-- ${folder}/(\\S+) -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\\n\`\`\``, 'g');
  const blocks = [...page.matchAll(marked)];
  assert.deepEqual(blocks.map(([, file]) => file).sort(), signers.map(({ file }) => file).sort());
  for (const [, file, text] of blocks) {
    assert.equal(text.trim(), signingFunction(file), `docs/signing.md differs from ${file}`);
  }
});
