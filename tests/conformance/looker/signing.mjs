// Links as an application's backend signs them, and as others spell or forge them.
import { createHmac, randomBytes } from 'node:crypto';

export const publicUrl = 'https://dash.test:9443';
export const publicHost = 'dash.test:9443';
export const allPermissions = ['access_data', 'see_looks', 'see_user_dashboards'];

export const nowSeconds = () => Math.floor(Date.now() / 1000);
export const newNonce = () => randomBytes(16).toString('hex');
export const newSecret = () => randomBytes(32).toString('base64url');

const signed = [
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

/** Everything a link has to say about a person who may see the fixture's plain dashboards. */
export const person = (more = {}) => ({
  external_user_id: 'user-1',
  permissions: allPermissions,
  models: ['plain'],
  ...more,
});

/** The parameters of a link as JSON texts, and its path. `raw` replaces texts as they are. */
export function linkParts(
  user = {},
  {
    target = '/embed/dashboards/sales',
    age = 0,
    raw = {},
    path = `/login/embed/${encodeURIComponent(target)}`,
  } = {},
) {
  const values = {
    nonce: newNonce(),
    time: nowSeconds() - age,
    session_length: 900,
    ...person(),
    access_filters: {},
    force_logout_login: true,
    ...user,
  };
  const texts = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) texts[name] = JSON.stringify(value);
  }
  for (const [name, text] of Object.entries(raw)) {
    if (text === undefined) delete texts[name];
    else texts[name] = text;
  }
  return { path, texts };
}

export function stringToSign(host, { path, texts }) {
  return [host, path, ...signed.filter((name) => name in texts).map((name) => texts[name])].join(
    '\n',
  );
}

export function signatureOf(host, parts, { secret, algorithm = 'hmac/sha-256' }) {
  const digest = { 'hmac/sha-256': 'sha256', 'hmac/sha-1': 'sha1' }[algorithm];
  return createHmac(digest, secret).update(stringToSign(host, parts)).digest('base64');
}

/** Path and query of a signed link. `key`: {secret, algorithm} as the API gives them. */
export function signLink(
  key,
  user = {},
  { host = publicHost, encode = encodeURIComponent, more = {}, ...options } = {},
) {
  const parts = linkParts(user, options);
  const texts = { ...parts.texts, signature: signatureOf(host, parts, key), ...more };
  const query = Object.entries(texts)
    .map(([name, text]) => `${name}=${encode(text)}`)
    .join('&');
  return `${parts.path}?${query}`;
}
