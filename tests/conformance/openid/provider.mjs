// A provider of OpenID Connect on loopback: npm's oidc-provider, which is certified. Its own test
// pages for signing in take any name; this walks through them as a browser would.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { setCookies } from '../../support/cookies.mjs';

export const CLIENT = { id: 'casement', secret: 'a client secret with / and + and %' };

/** People by the name they sign in with; more may be added while it runs. */
export async function startProvider({ people, algorithm = 'RS256', confidential = true }) {
  const key = async kid => {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    return { ...(await exportJWK(privateKey)), kid, alg: algorithm, use: 'sig' };
  };
  let app = null;
  const http = createServer((request, response) => app(request, response));
  await new Promise(done => http.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${http.address().port}`;
  const redirects = [];
  const make = async kid => {
    const provider = new Provider(issuer, {
      clients: [{
        client_id: CLIENT.id,
        ...(confidential ? { client_secret: CLIENT.secret, token_endpoint_auth_method: 'client_secret_basic' }
          : { token_endpoint_auth_method: 'none' }),
        redirect_uris: redirects,
        id_token_signed_response_alg: algorithm,
      }],
      jwks: { keys: [await key(kid)] },
      cookies: { keys: ['only for tests'] },
      pkce: { required: () => true },
      claims: { openid: ['sub', 'roles'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
      conformIdTokenClaims: false,
      async findAccount(_context, id) {
        const person = people[id];
        return person && { accountId: id, claims: () => ({ sub: id, ...person }) };
      },
      // Nobody is asked what he consents to: the client is the tests' own.
      async loadExistingGrant(context) {
        const grant = new context.oidc.provider.Grant({
          clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
    });
    app = provider.callback();
  };
  return {
    issuer,
    /** Before anybody signs in. */
    async allow(redirect) {
      redirects.push(redirect);
      await make('first');
    },
    /** Signs with a new key from now on. */
    async rotate(kid) {
      await make(kid);
    },
    /** From the address that casement sends a browser to, up to the one it is sent back to. */
    async signIn(url, name) {
      const cookies = new Map();
      let at = new URL(url);
      for (let step = 0; step < 12; step++) {
        if (at.origin !== issuer) return at;
        const isForm = at.pathname.startsWith('/interaction/');
        const response = await fetch(at, {
          method: isForm ? 'POST' : 'GET', redirect: 'manual',
          headers: { cookie: [...cookies].map(([key_, value]) => `${key_}=${value}`).join('; '),
            ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
          ...(isForm ? { body: new URLSearchParams({ prompt: 'login', login: name, password: 'any' }) } : {}),
        });
        for (const line of setCookies(response)) {
          const [pair] = line.split(';');
          cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
        }
        const next = response.headers.get('location');
        if (!next) throw new Error(`${at} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
        at = new URL(next, at);
      }
      throw new Error('the provider sends the browser in circles');
    },
    stop: () => new Promise(done => { http.closeAllConnections(); http.close(done); }),
  };
}
