// Prints a signed embed URL for the JSON description on standard input; see sign.py.

import { readFileSync } from 'node:fs';

// sign: begin
import { createHmac, randomBytes } from 'node:crypto';

const SIGNED = ['nonce', 'time', 'session_length', 'external_user_id', 'permissions', 'models',
  'group_ids', 'external_group_id', 'user_attributes', 'access_filters'];

function signedEmbedUrl(baseUrl, target, secret, user, digest = 'sha256') {
  const parameters = {
    nonce: randomBytes(16).toString('hex'),
    time: Math.floor(Date.now() / 1000),
    session_length: 300,
    access_filters: {},
    force_logout_login: true,
    ...user,
  };
  const values = {};
  for (const [name, value] of Object.entries(parameters)) values[name] = JSON.stringify(value);
  const path = `/login/embed/${encodeURIComponent(target)}`;
  const lines = [new URL(baseUrl).host, path];
  for (const name of SIGNED) if (name in values) lines.push(values[name]);
  values.signature = createHmac(digest, secret).update(lines.join('\n')).digest('base64');
  return `${baseUrl}${path}?${new URLSearchParams(values)}`;
}
// sign: end

const given = JSON.parse(readFileSync(0, 'utf8'));
const digest = { 'sha-1': 'sha1', 'sha-256': 'sha256' }[given.algorithm];
console.log(signedEmbedUrl(given.base_url, given.target, given.secret, given.user, digest));
