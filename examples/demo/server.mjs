// SkyPort Operations: an imaginary customer's application that shows private dashboards in its
// pages. It knows who is signed in, and signs a link for that one's airport only.
//
//     DEMO_CONFIG=shares.json [PORT=5000] [HOST=127.0.0.1] node examples/demo/server.mjs

import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { ConfigError, readConfig } from './config.mjs';
import { signLink } from './sign.mjs';

const MAX_BODY_BYTES = 4096;
const COOKIE = 'skyport_session';
const SESSION_HOURS = 12;
const MAX_SESSIONS = 1000;

const file = (name) => readFileSync(new URL(`public/${name}`, import.meta.url), 'utf8');
const assets = new Map(
  [
    ['style.css', 'text/css'],
    ['app.js', 'text/javascript'],
    ['tamper.mjs', 'text/javascript'],
    ['icon.svg', 'image/svg+xml'],
  ].map(([name, type]) => [`/${name}`, { type: `${type}; charset=utf-8`, body: file(name) }]),
);
const signInPage = file('sign-in.html');
const appPage = file('app.html');

const escapeHtml = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** 127.0.0.1 and localhost are two sites to a browser and one server here. */
export function underOtherName(url) {
  const other = new URL(url);
  if (other.hostname === '127.0.0.1') other.hostname = 'localhost';
  else if (other.hostname === 'localhost') other.hostname = '127.0.0.1';
  else return undefined;
  return other;
}

function readBody(request) {
  return new Promise((resolve, reject) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
      if (body.length > MAX_BODY_BYTES) reject(new RangeError('body too large'));
    });
    request.on('end', () => resolve(body));
    request.on('error', reject);
  });
}

export function createDemo({ casementUrl, shares }) {
  const sessions = new Map(); // cookie → {airport, endsAt}
  const frames = [casementUrl, ...shares.map((share) => new URL(share.url))];
  const origins = [...new Set(frames.flatMap((url) => [url.origin, underOtherName(url)?.origin]))]
    .filter(Boolean);

  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ` +
      `connect-src 'self'; frame-src ${origins.join(' ')}; form-action 'self'; ` +
      `base-uri 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  };

  function sessionId(request) {
    const cookies = (request.headers.cookie ?? '').split(/;\s*/);
    return cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  }

  function signedInShare(request) {
    const session = sessions.get(sessionId(request));
    if (!session || session.endsAt < Date.now()) return undefined;
    return shares.find((share) => share.airport === session.airport);
  }

  function openSession(airport) {
    for (const [id, session] of sessions) {
      if (session.endsAt < Date.now() || sessions.size >= MAX_SESSIONS) sessions.delete(id);
    }
    const id = randomBytes(24).toString('base64url');
    sessions.set(id, { airport, endsAt: Date.now() + SESSION_HOURS * 3_600_000 });
    return `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_HOURS * 3600}`;
  }

  function signInHtml() {
    const buttons = shares.map(
      ({ airport, label }) => `<button class="airport" name="airport" value="${escapeHtml(airport)}">
        <strong>${escapeHtml(airport)}</strong><span>Operations manager, ${escapeHtml(label)}</span>
      </button>`,
    );
    return signInPage.replace('<!-- airports -->', () => buttons.join('\n'));
  }

  /** A new link for the one who is signed in, and how it came about. The credential stays here. */
  function embedUrl(share, minutesAgo) {
    const link = signLink(share.url, share.credential, Date.now() - minutesAgo * 60_000);
    return {
      ...link,
      message: `${link.nonce}|${link.ts}`,
      share_url: share.url,
      credential: `••••••••${share.credential.slice(-4)}`,
      code: signLink.toString(),
    };
  }

  function account(share) {
    const neighbour = shares.find((other) => other.airport !== share.airport);
    return {
      airport: share.airport,
      label: share.label,
      casement_origins: origins,
      neighbour: neighbour && { label: neighbour.label, url: neighbour.url },
    };
  }

  async function handle(request, response) {
    const answer = (status, type, body, more = {}) => {
      response.writeHead(status, { ...headers, 'Content-Type': `${type}; charset=utf-8`, ...more });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const json = (status, value) => answer(status, 'application/json', JSON.stringify(value));
    const seeOther = (cookie) =>
      response.writeHead(303, { ...headers, Location: '/', 'Set-Cookie': cookie }).end();

    const { pathname, searchParams } = new URL(request.url, 'http://demo');
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const share = signedInShare(request);

    if (method === 'POST' && ['cross-site', 'same-site'].includes(request.headers['sec-fetch-site'])) {
      return answer(403, 'text/plain', 'This form can be sent from its own page only.\n');
    }
    if (method === 'GET' && assets.has(pathname)) {
      const asset = assets.get(pathname);
      response.writeHead(200, { ...headers, 'Content-Type': asset.type });
      return response.end(asset.body);
    }
    switch (`${method} ${pathname}`) {
      case 'GET /':
        return answer(200, 'text/html', share ? appPage : signInHtml());
      case 'POST /sign-in': {
        const airport = new URLSearchParams(await readBody(request)).get('airport');
        if (!shares.some((known) => known.airport === airport)) {
          return answer(400, 'text/plain', 'There is no such airport here. Go back and choose one.\n');
        }
        return seeOther(openSession(airport));
      }
      case 'POST /sign-out':
        sessions.delete(sessionId(request));
        return seeOther(`${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
      case 'GET /api/account':
        return share ? json(200, account(share)) : json(401, { error: 'Sign in first.' });
      case 'GET /api/embed-url': {
        if (!share) return json(401, { error: 'Sign in first.' });
        const minutesAgo = searchParams.get('minutes_ago') === '31' ? 31 : 0;
        return json(200, embedUrl(share, minutesAgo));
      }
      default:
        return answer(404, 'text/plain', 'There is nothing here.\n');
    }
  }

  return (request, response) => {
    handle(request, response).catch((error) => {
      if (response.headersSent) return response.destroy();
      const status = error instanceof RangeError ? 413 : 500;
      if (status === 500) console.error(error);
      response.writeHead(status, { ...headers, Connection: 'close' }).end();
    });
  };
}

function main() {
  let config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
  const { host, port } = config;
  const demo = createDemo(config);
  createServer(demo)
    .on('error', (error) => {
      console.error(`Port ${port} of ${host} cannot be listened on: ${error.message}`);
      process.exit(1);
    })
    .listen({ port, host }, () => console.log(`SkyPort Operations: http://${host}:${port}/`));
  if (host === '127.0.0.1') {
    // "localhost" means ::1 first in many browsers; where there is no IPv6 they take 127.0.0.1.
    createServer(demo).on('error', () => undefined).listen({ port, host: '::1' });
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();
