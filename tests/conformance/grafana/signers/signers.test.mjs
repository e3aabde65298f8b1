// Each signer makes the known links, and others that an independent reading of the URL and, where
// it was built, `casement explain` confirm. And docs/grafana.md shows the very functions that are
// tested here.
//
//     node --test tests/conformance/grafana/signers/signers.test.mjs
//
// CASEMENT_PROGRAM names another casement than build/casement.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { signers } from './signers.mjs';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = 'tests/conformance/grafana/signers';
const casement = process.env.CASEMENT_PROGRAM ?? join(root, 'build/casement');

// Of tests/unit/grafana/vectors.h.
const token = {
  key: 'glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3',
  hash: '8cbb5266f7be5867a809664f3ead5c680a81c4704254ac0a78f2b4a1d25109538e593c64dde942361cdfed98d29bfaed8628',
};
const legacy = {
  key: 'eyJrIjoiWno5WXk4WHg3V3c2VnY1VXU0VHQzU3MyUnIxUXEwUHAiLCJuIjoi5aSn55uYIiwiaWQiOjJ9',
  name: '大盘',
  org: 2,
  hash: 'f49507090e3077d9c332a6b43d6732738d153bef6fcce64f29af62238596e31d9190a147360d1e6ca080ab7df5d9bb874ec7',
};

const everything = {
  version: 3,
  url: 'https://dash.example:9443/d/sales-1/%C3%A9t%C3%A9?orgId=1&from=now-6h&var-region=S%C3%A3o%20Paulo&var-tier=b&var-tier=a&var-b=%F0%9F%98%80&var-b=%EF%BC%A1&var-a=1%2B1%3D2%26&var-free=x',
  key: token.key,
  name: 'embed token',
  org: 1,
  session: 900,
  lock: ['region', 'b', 'a'],
  bound: ['tier'],
};
const panel = {
  ...everything,
  url: 'https://dash.example/d-solo/sales/s?panelId=panel-4&var-region=eu',
  lock: ['region'],
  bound: [],
};

/** A URL's path, its parameters in their order, and the one value of each that has one. */
function read(url) {
  const [, path, query] = /^https:\/\/[^/]+(\/[^?]+)\?(.*)$/.exec(url);
  const pairs = query
    .split('&')
    .map((pair) => pair.split('=').map((text) => decodeURIComponent(text.replace(/\+/g, ' '))));
  for (const [name] of pairs.filter(([one]) => /^(aliyun|casement)_/.test(one))) {
    assert.equal(pairs.filter(([one]) => one === name).length, 1, `${name} comes twice`);
  }
  return { path, pairs, values: Object.fromEntries(pairs) };
}

/** What version 3 signs, read from the guide a second time. */
function textOf(url) {
  const { path, pairs, values } = read(url);
  const variables = (kind) => {
    const names = (values[`casement_${kind}`] ?? '').split(',');
    return pairs
      .filter(([name]) => name.startsWith('var-') && names.includes(name.slice(4)))
      .map(([name, value]) => [name.slice(4), value].map((text) => Buffer.from(text)))
      .sort((a, b) => Buffer.compare(a[0], b[0]) || Buffer.compare(a[1], b[1]))
      .map(([name, value]) => `${kind}:${name}=${value}`);
  };
  return [
    'casement-grafana-v3',
    path,
    values.casement_org,
    values.casement_key,
    values.casement_expires,
    values.casement_session,
    values.casement_nonce,
    ...(path.startsWith('/d-solo/') ? [`panel:${values.panelId}`] : []),
    ...variables('lock'),
    ...variables('bound'),
  ].join('\n');
}

/** Casement's own word about a link that was just made. */
function isAccepted(url, key) {
  if (!existsSync(casement)) return;
  const said = spawnSync(casement, ['explain', url], {
    encoding: 'utf8',
    env: { ...process.env, CASEMENT_GRAFANA_KEY: key },
  });
  assert.equal(said.status, 0, `${url}\n${said.stdout}${said.stderr}`);
}

for (const signer of signers) {
  const skip = signer.present ? false : `no ${signer.needs} here`;

  test(`${signer.name} makes the known links of version 2`, { skip }, () => {
    const url = 'https://dash.example/d/a/b?from=now-6h';
    const known = [
      [{ key: token.key, name: 'embed token', org: 1 }, 'f99606dc4f05829c9ee4751e10fce1a1'],
      [{ key: legacy.key, name: legacy.name, org: 2 }, '195c30616d637fda8417bf46e2021c36'],
    ];
    for (const [who, signature] of known) {
      const { values } = read(
        signer.sign({ version: 2, url, ...who, session: 600, now: 1726823533 }),
      );
      assert.equal(values.aliyun_api_key_sign, signature);
      assert.equal(values.aliyun_api_key_timestamp, '1726823533');
      assert.equal(values.aliyun_api_key_name, who.name);
      assert.equal(values.aliyun_api_key_org_id, String(who.org));
      assert.equal(values.aliyun_api_key_expire_seconds, '600');
    }
  });

  test(`${signer.name} makes the known link of version 3`, { skip }, () => {
    const { values } = read(
      signer.sign({
        version: 3,
        url: 'https://dash.example/d/sales/s?var-region=S%C3%A3o+Paulo&var-tier=b&var-tier=a',
        key: token.key,
        name: 'embed token',
        org: 1,
        session: 900,
        now: 1726823533,
        nonce: '0123456789abcdef',
        lock: ['region'],
        bound: ['tier'],
      }),
    );
    assert.equal(values.casement_expires, '1726823833');
    assert.equal(
      values.casement_signature,
      'b0320fa6024beb9cc4c1cfa2c45a32e84550451b0980a71bca3c983bbcf10ff8',
    );
  });

  test(`${signer.name} signs whatever it is given, as of now`, { skip }, () => {
    for (const given of [everything, panel]) {
      const url = signer.sign(given);
      const { values } = read(url);
      const mac = createHmac('sha256', token.hash).update(textOf(url));
      assert.equal(values.casement_signature, mac.digest('hex'), textOf(url));
      assert.match(values.casement_nonce, /^[0-9a-f]{32}$/);
      assert.ok(Math.abs(Number(values.casement_expires) - 300 - Date.now() / 1000) < 60);
      assert.ok(url.startsWith(`${given.url}&`), url);
      isAccepted(url, token.key);
      assert.notEqual(url, signer.sign(given));
    }
    const { key, name, org } = legacy;
    const url = signer.sign({ version: 2, url: 'https://dash.example/d/a', key, name, org, session: 60 });
    const { values } = read(url);
    const text = `${legacy.hash}_${values.aliyun_api_key_timestamp}`;
    assert.equal(values.aliyun_api_key_sign, createHash('md5').update(text).digest('hex'));
    isAccepted(url, key);
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

test('the snippets in docs/grafana.md are those of the signers', () => {
  const page = readFileSync(join(root, 'docs/grafana.md'), 'utf8');
  const marked = new RegExp(`<!-- ${folder}/(\\S+) -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\\n\`\`\``, 'g');
  const blocks = [...page.matchAll(marked)];
  assert.deepEqual(blocks.map(([, file]) => file).sort(), signers.map(({ file }) => file).sort());
  for (const [, file, text] of blocks) {
    assert.equal(text.trim(), signingFunction(file), `docs/grafana.md differs from ${file}`);
  }
});
