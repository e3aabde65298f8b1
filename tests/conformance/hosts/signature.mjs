// The link as the server reads it, written once more and independently of every example.

import { createHmac } from 'node:crypto';

export function sign(credential, nonce, ts) {
  return createHmac('sha256', credential).update(`${nonce}|${ts}`).digest('hex');
}

/** Parts of a signed URL; throws unless token, nonce and ts are there, each exactly once. */
export function signedParts(url) {
  const [base, query, ...rest] = url.split('?');
  if (query === undefined || rest.length > 0) throw new Error(`not one query: ${url}`);
  const values = new URLSearchParams(query);
  const one = (name) => {
    const all = values.getAll(name);
    if (all.length !== 1) throw new Error(`${all.length} × ${name}: ${url}`);
    return all[0];
  };
  return { base, token: one('token'), nonce: one('nonce'), ts: one('ts') };
}
