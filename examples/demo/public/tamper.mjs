// What an attacker can do to a link without the credential.

/** The last digit of the token becomes another one. */
export function changeToken(link) {
  const url = new URL(link);
  const token = url.searchParams.get('token');
  url.searchParams.set('token', token.slice(0, -1) + (token.endsWith('0') ? '1' : '0'));
  return url.href;
}

/** A minute later than what was signed. */
export function changeTime(link) {
  const url = new URL(link);
  url.searchParams.set('ts', String(Number(url.searchParams.get('ts')) + 60));
  return url.href;
}

/** The same signature on another share. */
export function changeShare(link, shareUrl) {
  return shareUrl + new URL(link).search;
}

/**
 * The same link where the browser keeps nothing of the first frame. 127.0.0.1 and localhost are two
 * sites to a browser and one server here. Undefined when the link has another host.
 */
export function underOtherName(link) {
  const url = new URL(link);
  const other = { '127.0.0.1': 'localhost', localhost: '127.0.0.1' }[url.hostname];
  if (!other) return undefined;
  url.hostname = other;
  return url.href;
}
