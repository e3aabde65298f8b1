// The one function that a backend needs. The demo shows its text in the page, as it ran.

import { createHmac, randomBytes } from 'node:crypto';

export function signLink(shareUrl, credential, now = Date.now()) {
  const nonce = randomBytes(16).toString('hex');
  const ts = String(Math.floor(now / 1000));
  const token = createHmac('sha256', credential).update(`${nonce}|${ts}`).digest('hex');
  const url = `${shareUrl}?${new URLSearchParams({ token, nonce, ts })}`;
  return { url, token, nonce, ts };
}
