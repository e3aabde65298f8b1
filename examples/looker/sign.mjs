// The one function that a backend needs for a signed link. The page shows what it signed.

import { createHmac, randomBytes } from 'node:crypto';

const SIGNED = [
  'nonce',
  'time',
  'session_length',
  'external_user_id',
  'permissions',
  'models',
  'group_ids',
  'external_group_id',
  'user_attributes',
  'access_filters',
];

/** `user` holds the link's parameters; `target` is the page to open, "/embed/dashboards/42". */
export function signedEmbedUrl(baseUrl, target, secret, user, digest = 'sha256') {
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
  return {
    url: `${baseUrl}${path}?${new URLSearchParams(values)}`,
    lines,
    signature: values.signature,
  };
}
