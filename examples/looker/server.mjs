// SkyPort Operations, embedded the way Looker embeds: two of its people look at one dashboard, and
// each sees the rows of his own airport, because the link says which airport is his.
//
//     CASEMENT_URL=http://127.0.0.1:8080 CLIENT_ID=… CLIENT_SECRET=… node examples/looker/server.mjs
//
// /            both in signed links
// /cookieless  both in cookieless sessions

import { readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { Casement } from './casement.mjs';
import { signedEmbedUrl } from './sign.mjs';

const DASHBOARD = '/embed/dashboards/airport-operations';
const MAX_BODY_BYTES = 16 * 1024;

/** Who may see what is the application's to know. */
export const people = {
  ada: { first_name: 'Ada', last_name: 'Atlanta', airport: 'ATL' },
  otto: { first_name: 'Otto', last_name: "O'Hare", airport: 'ORD' },
};

const parametersOf = (id) => {
  const { first_name, last_name, airport } = people[id];
  return {
    external_user_id: `skyport-${id}`,
    first_name,
    last_name,
    permissions: ['access_data', 'see_looks', 'see_user_dashboards'],
    models: ['flights'],
    user_attributes: { airport },
    session_length: 3600,
  };
};

const escapeHtml = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const file = (name) => readFileSync(new URL(`public/${name}`, import.meta.url), 'utf8');
const assets = new Map([
  ['/style.css', { type: 'text/css', body: file('style.css') }],
  ['/cookieless.js', { type: 'text/javascript', body: file('cookieless.js') }],
]);

const pages = {
  '/': {
    title: 'Signed links',
    lead:
      'Two people, one dashboard. Each link says which airport its person works for, and is signed ' +
      'with a secret that stays in this backend: nobody can change it to see another airport.',
  },
  '/cookieless': {
    title: 'Cookieless',
    lead:
      'The same two people in sessions that this backend asked Casement for. No cookie is needed: ' +
      'the page hands fresh tokens to each frame when the frame asks for them.',
  },
};

function page(path, columns, script = '') {
  const { title, lead } = pages[path];
  const links = Object.entries(pages).map(
    ([to, { title: text }]) =>
      `<a href="${to}"${to === path ? ' aria-current="page"' : ''}>${text}</a>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} · SkyPort</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="stylesheet" href="/style.css">${script}</head><body>
<header><h1>SkyPort Operations</h1><nav>${links.join('')}</nav></header>
<p class="lead">${lead}</p>
<main>${columns.join('\n')}</main></body></html>`;
}

const heading = ({ first_name, last_name, airport }) =>
  `<h2>${escapeHtml(`${first_name} ${last_name}`)} <code>airport: ${airport}</code></h2>`;

function signedColumn(id, baseUrl, key) {
  const { url, lines, signature } = signedEmbedUrl(
    baseUrl,
    DASHBOARD,
    key.secret,
    parametersOf(id),
  );
  return `<section>${heading(people[id])}
<iframe title="Departures from ${people[id].airport}" src="${escapeHtml(url)}" referrerpolicy="no-referrer"></iframe>
<details><summary>The link, and what signed it</summary>
<h3>Link</h3><pre class="link">${escapeHtml(url)}</pre>
<h3>These ${lines.length} lines</h3><pre class="lines">${escapeHtml(lines.join('\n'))}</pre>
<h3>with embed secret ${escapeHtml(key.id)} (••••${escapeHtml(key.secret.slice(-4))}) and HMAC-SHA256 give</h3>
<pre>${escapeHtml(signature)}</pre></details></section>`;
}

function cookielessColumn(id) {
  return `<section>${heading(people[id])}
<iframe title="Departures from ${people[id].airport}" data-person="${id}"></iframe>
<details><summary>What passed between page and frame</summary><pre class="log"></pre></details></section>`;
}

function readJson(request) {
  return new Promise((resolve, reject) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
      if (body.length > MAX_BODY_BYTES) reject(new RangeError('body too large'));
    });
    request.on('end', () => resolve(JSON.parse(body || '{}')));
    request.on('error', reject);
  });
}

/** `key`: {id, secret} to sign with. */
export function createHost({ casementUrl, casement, key }) {
  const base = casementUrl.origin;
  // The reference token of each person stays here; a browser never gets it.
  const references = new Map();

  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; ` +
      `frame-src ${base}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  };

  /** All but the reference, which is the backend's own. */
  function forBrowser(id, { session_reference_token: reference, ...tokens }) {
    if (reference) references.set(id, reference);
    return tokens;
  }

  async function acquire(request, id) {
    const origin = `http://${request.headers.host}`;
    const agent = request.headers['user-agent'] ?? '';
    const tokens = await casement.acquire(parametersOf(id), origin, references.get(id), agent);
    const target = `${DASHBOARD}?embed_domain=${origin}&embed_navigation_token=${tokens.navigation_token}`;
    const frame =
      `${base}/login/embed/${encodeURIComponent(target)}` +
      `?embed_authentication_token=${encodeURIComponent(tokens.authentication_token)}`;
    return { frame, tokens: forBrowser(id, tokens) };
  }

  async function generate(request, id) {
    const { api_token, navigation_token } = await readJson(request);
    const reference = references.get(id);
    if (!reference) return { session_reference_token_ttl: 0 };
    const agent = request.headers['user-agent'] ?? '';
    const tokens = { session_reference_token: reference, api_token, navigation_token };
    return forBrowser(id, await casement.generate(tokens, agent));
  }

  async function handle(request, response) {
    const answer = (status, type, body) => {
      response.writeHead(status, { ...headers, 'Content-Type': `${type}; charset=utf-8` });
      response.end(body);
    };
    const json = (value) => answer(200, 'application/json', JSON.stringify(value));
    const { pathname } = new URL(request.url, 'http://host');
    const foreign = ['cross-site', 'same-site'].includes(request.headers['sec-fetch-site']);
    // An application asks here who is signed in, and signs for that one only.
    const [, call, id] = /^\/api\/(acquire|generate)\/(\w+)$/.exec(pathname) ?? [];

    if (request.method === 'POST' && call && Object.hasOwn(people, id)) {
      if (foreign) return answer(403, 'text/plain', 'Only for its own page.\n');
      return json(await (call === 'acquire' ? acquire : generate)(request, id));
    }
    if (request.method !== 'GET') return answer(405, 'text/plain', 'Not allowed.\n');
    if (pathname === '/') {
      return answer(
        200,
        'text/html',
        page(
          pathname,
          Object.keys(people).map((one) => signedColumn(one, base, key)),
        ),
      );
    }
    if (pathname === '/cookieless') {
      return answer(
        200,
        'text/html',
        page(
          pathname,
          Object.keys(people).map(cookielessColumn),
          `<script type="module" src="/cookieless.js" data-casement="${base}"></script>`,
        ),
      );
    }
    if (assets.has(pathname)) {
      const { type, body } = assets.get(pathname);
      return answer(200, type, body);
    }
    return answer(404, 'text/plain', 'Not found.\n');
  }

  return (request, response) =>
    handle(request, response).catch((error) => {
      console.error(error.message);
      if (!response.headersSent) response.writeHead(502, headers);
      response.end("Something went wrong; the host's log says what.\n");
    });
}

async function main(env = process.env) {
  const missing = ['CASEMENT_URL', 'CLIENT_ID', 'CLIENT_SECRET'].filter((name) => !env[name]);
  if (missing.length > 0)
    throw new Error(`Set ${missing.join(', ')}; see examples/looker/README.md.`);
  const casementUrl = new URL(env.CASEMENT_URL);
  const client = { client_id: env.CLIENT_ID, client_secret: env.CLIENT_SECRET };
  const casement = new Casement(casementUrl.origin, client);
  // An application keeps its secret; this example takes a new one with each start, and gives it back.
  const key = await casement.createSecret();
  const stop = () =>
    casement
      .deleteSecret(key.id)
      .catch((error) => console.error(error.message))
      .finally(() => process.exit());
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  const port = Number(env.PORT ?? '5000');
  createServer(createHost({ casementUrl, casement, key })).listen(port, '127.0.0.1', () =>
    console.log(`SkyPort listens on http://127.0.0.1:${port}`),
  );
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
