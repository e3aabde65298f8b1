// A backend that acquires cookieless sessions through the vendor's SDK, and a browser that opens
// frames with them.
import assert from 'node:assert/strict';

import { Viewer, allPermissions, pageHeaders, sdkOk } from './support.mjs';

export const agent = 'Mozilla/5.0 (conformance)';
export const asBrowser = { headers: { 'User-Agent': agent } };
export const body = (more = {}) => ({
  external_user_id: 'cookieless-1',
  permissions: allPermissions,
  models: ['plain'],
  session_length: 900,
  ...more,
});
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** The same claims, under no signature. */
export function claimless(token) {
  const [, claims] = token.split('.');
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return `${header}.${claims}.`;
}

/** The address of the first frame, as the vendor's embed SDK makes it. */
export function firstFrame(tokens, target = '/embed/dashboards/sales', more = '') {
  const inner = `${target}${target.includes('?') ? '&' : '?'}embed_navigation_token=${tokens.navigation_token}${more}`;
  return `/login/embed/${encodeURIComponent(inner)}?embed_authentication_token=${tokens.authentication_token}`;
}
export const nextFrame = (tokens, target = '/embed/dashboards/note', more = '') =>
  `${target}?embed_navigation_token=${tokens.navigation_token}${more}`;

/** `server()` answers the running casement of the test. */
export function cookielessCalls(server) {
  let count = 0;
  const acquire = (more) =>
    sdkOk(
      server().sdk.acquire_embed_cookieless_session(
        body({ external_user_id: `c${(count += 1)}`, ...more }),
        asBrowser,
      ),
    );
  const generate = (tokens) =>
    server().sdk.generate_tokens_for_cookieless_session(
      {
        session_reference_token: tokens.session_reference_token,
        navigation_token: tokens.navigation_token,
        api_token: tokens.api_token,
      },
      asBrowser,
    );
  const open = (link, headers = { 'User-Agent': agent }) => server().open(link, { headers });
  async function frame(link) {
    const opened = await open(link);
    assert.equal(opened.status, 201, opened.text);
    return new Viewer(server(), opened, { 'User-Agent': agent });
  }
  const exchange = (api_token, headers = { 'User-Agent': agent }) =>
    server().call('POST', '/api/casement/v1/sessions/tokens', {
      headers: { ...pageHeaders, ...headers },
      body: { api_token },
    });
  return { acquire, generate, open, frame, exchange };
}
