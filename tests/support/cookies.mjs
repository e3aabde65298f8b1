// The cookies of an answer.

/** Its lines Set-Cookie, each by itself. Debian's Node.js hands them out joined by commas only. */
export function setCookies({ headers }) {
  if (headers.getSetCookie) return headers.getSetCookie();
  // A comma inside of a cookie, as in a date, is not followed by a name and its sign.
  return (headers.get('set-cookie') ?? '').split(/,\s*(?=[^;,\s]+=)/).filter(Boolean);
}
