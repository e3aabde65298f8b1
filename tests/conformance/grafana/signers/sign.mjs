// Prints a signed link for the JSON description on standard input; see sign.py.

import { readFileSync } from 'node:fs';

// sign: begin
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

function keyHash(key) {
  let [, secret, salt] = key.split('_');
  if (!key.startsWith('glsa_')) {
    ({ k: secret, n: salt } = JSON.parse(Buffer.from(key, 'base64').toString('utf8')));
  }
  return pbkdf2Sync(secret, salt, 10000, 50, 'sha256').toString('hex');
}

const withParameters = (url, parameters) =>
  `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`;

function signV2({ url, key, name, org, session = 3600, now = Math.floor(Date.now() / 1000) }) {
  return withParameters(url, {
    aliyun_api_key_sign: createHash('md5').update(`${keyHash(key)}_${now}`).digest('hex'),
    aliyun_api_key_timestamp: now,
    aliyun_api_key_name: name,
    aliyun_api_key_org_id: org,
    aliyun_api_key_expire_seconds: session,
  });
}

function signV3({ url, key, name, org, lock = [], bound = [], session = 3600,
  now = Math.floor(Date.now() / 1000), nonce = randomBytes(16).toString('hex') }) {
  const expires = now + 300;
  const { pathname: path, searchParams } = new URL(url);
  const byBytes = (a, b) => Buffer.compare(Buffer.from(a.join('\0')), Buffer.from(b.join('\0')));
  const query = [...searchParams].sort(byBytes);
  const lines = ['casement-grafana-v3', path, org, name, expires, session, nonce];
  if (path.startsWith('/d-solo/')) lines.push(`panel:${searchParams.get('panelId')}`);
  for (const [kind, names] of [['lock', lock], ['bound', bound]]) {
    const chosen = query.filter(([n]) => n.startsWith('var-') && names.includes(n.slice(4)));
    lines.push(...chosen.map(([n, v]) => `${kind}:${n.slice(4)}=${v}`));
  }
  return withParameters(url, {
    casement_key: name,
    casement_org: org,
    casement_expires: expires,
    casement_session: session,
    casement_lock: lock,
    casement_bound: bound,
    casement_nonce: nonce,
    casement_signature: createHmac('sha256', keyHash(key)).update(lines.join('\n')).digest('hex'),
  });
}
// sign: end

const { version, ...given } = JSON.parse(readFileSync(0, 'utf8'));
console.log(version === 2 ? signV2(given) : signV3(given));
