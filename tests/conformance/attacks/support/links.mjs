// Links as an application's backend signs them (docs/signing.md), and as others forge them.
import { createHmac, randomBytes } from "node:crypto";

export const newNonce = () => randomBytes(16).toString("hex");
export const newSecret = () => randomBytes(32).toString("base64url");
export const nowSeconds = () => Math.floor(Date.now() / 1000);

export function sign(credential, nonce, ts) {
  return createHmac("sha256", credential).update(`${nonce}|${ts}`).digest("hex");
}

/** What a link is made of. `age` in seconds; whatever is given replaces what would be right. */
export function parts(share, { age = 0, nonce = newNonce(), ts, credential } = {}) {
  const time = ts ?? String(nowSeconds() - age);
  return {
    path: new URL(share.url).pathname,
    token: sign(credential ?? share.credential, nonce, time),
    nonce,
    ts: time,
  };
}

/** Path and query of a link, as the page is loaded with it. */
export function link(share, options) {
  const { path, token, nonce, ts } = parts(share, options);
  return `${path}?token=${token}&nonce=${encodeURIComponent(nonce)}&ts=${ts}`;
}
