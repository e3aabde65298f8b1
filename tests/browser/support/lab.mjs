// Casement and host pages on different sites of one machine, with shares to sign links for.
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCasement } from '../../support/casement.mjs';
import { makeCertificates } from './certificates.mjs';
import { startHostPages } from './host-pages.mjs';

const FIXTURE = fileURLToPath(new URL('../fixture/', import.meta.url));

export const freePort = () => new Promise(done => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

/** One request over loopback, whatever the certificate says: the name in it is not the address. */
function call(base, method, path, { headers = {}, body } = {}) {
  const url = new URL(path, base);
  const module = url.protocol === 'https:' ? https : http;
  return new Promise((done, failed) => {
    const request = module.request({
      host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method,
      rejectUnauthorized: false, headers: { ...headers, host: url.host },
    }, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => done({ status: response.statusCode, headers: response.headers,
        text: Buffer.concat(chunks).toString() }));
    });
    request.on('error', failed);
    request.end(body);
  });
}

/** Ends TLS in front of a server that has not been told to trust it, and so takes all for plain HTTP. */
function startProxy(port, { chain, key }, behind) {
  const proxy = https.createServer({ cert: readFileSync(chain), key: readFileSync(key) }, (request, response) => {
    const onward = http.request({ host: '127.0.0.1', port: behind, method: request.method, path: request.url,
      headers: request.headers }, answer => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  return new Promise(done => proxy.listen(port, '127.0.0.1', () => done(() => {
    proxy.close();
    proxy.closeAllConnections();
  })));
}

/**
 * `tls: false` serves everything over plain HTTP, where no cookie can work. `cookies: false` keeps
 * HTTPS and its stores, but the server sends no cookie. `fixture`: another folder to provision.
 * `routes(request, response)`: more pages of the hosts; answers whether it was one of them. `env`: of
 * the server.
 */
export async function startLab(options) {
  const folder = mkdtempSync(join(tmpdir(), 'casement-lab-'));
  const undo = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    return await buildLab(folder, undo, options);
  } catch (error) {
    // What is left listening would keep the test run alive for minutes.
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function buildLab(folder, undo, { tls = true, cookies = tls, fixture = FIXTURE, routes, env = {} } = {}) {
  const certificates = tls ? makeCertificates(folder) : null;
  const host = await startHostPages(certificates, () => link('acme'), routes);
  undo.push(() => host.close());
  const port = await freePort();
  const origin = `${tls ? 'https' : 'http'}://casement.test:${port}`;
  const isBehindProxy = tls && !cookies;
  const ownPort = isBehindProxy ? await freePort() : port;
  if (isBehindProxy) undo.push(await startProxy(port, certificates, ownPort));
  const dataDir = join(folder, 'data');
  const start = clockShift => startCasement({
    dataDir, listen: `127.0.0.1:${ownPort}`, env,
    args: ['--provision', fixture, '--public-url', origin,
      ...(tls && cookies ? ['--tls-cert', certificates.chain, '--tls-key', certificates.key] : []),
      ...(clockShift ? ['--test-clock-shift', String(clockShift)] : [])],
  });
  let server = await start(0);
  undo.push(() => server.stop());
  const { credentials } = server;
  const token = credentials.service_token;
  const api = async (method, path, body, expected = 200) => {
    const answer = await call(origin, method, path, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (answer.status !== expected) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text && JSON.parse(answer.text);
  };
  const share = async (tenant, status = 'active', dashboard = 'orders') => (await api('POST',
    `/api/v2/dashboard/${dashboard}/shared/secure-embed`, { data: { type: 'secure_embed_request', attributes: {
      title: `Orders of ${tenant}`, status, global_time: {}, global_time_selectable: false,
      selectable_template_vars: [{ name: 'tenant', default_values: [tenant] }],
      viewing_preferences: { theme: 'system', high_density: false } } } })).data.attributes;

  const isOwn = fixture === FIXTURE;
  const shares = !isOwn ? {} : { acme: await share('acme'), globex: await share('globex'),
    paused: await share('acme', 'paused'), bound: await share('acme'),
    endless: await share('acme', 'active', 'endless') };
  const allowOrigins = (name, origins, expected) =>
    api('PATCH', `/api/casement/v1/shares/${shares[name].token}`, { allowed_origins: origins }, expected);
  if (isOwn) await allowOrigins('bound', [host.origin('host.test')]);

  /** A signed link of a share. `age` in seconds, `token` and `share` replace what would be right. */
  function link(name, { age = 0, token: forged, share: otherShare } = {}) {
    const { url, credential, token: shareToken } = shares[name];
    const nonce = randomBytes(16).toString('hex');
    const ts = Math.floor(Date.now() / 1000) - age;
    const mac = createHmac('sha256', credential).update(`${nonce}|${ts}`).digest('hex');
    const base = otherShare ? url.replace(shareToken, otherShare) : url;
    return `${base}?token=${forged ?? mac}&nonce=${nonce}&ts=${ts}`;
  }

  return {
    origin, host, pin: certificates?.pin, link, api, allowOrigins,
    /** Shares one more dashboard, as it is: links are signed by its name. */
    async shareAll(dashboard) {
      shares[dashboard] = (await api('POST', `/api/v2/dashboard/${dashboard}/shared/secure-embed`, {
        data: { type: 'secure_embed_request', attributes: { title: dashboard, status: 'active', global_time: {},
          global_time_selectable: true, selectable_template_vars: [],
          viewing_preferences: { theme: 'system', high_density: false } } } })).data.attributes;
    },
    /** A page that embeds through the script, starting with a link that stays the same. */
    renewingPage: site => `${host.origin(site)}/renewing?` + new URLSearchParams(
      { script: `${origin}/sdk/casement.js`, first: link('acme') }),
    credentials, dataDir,
    call: (method, path, options) => call(origin, method, path, options),
    post: (path, body, headers) => call(origin, 'POST', path, { headers, body }),
    async endNewestSession() {
      const { sessions } = await api('GET', '/api/casement/v1/sessions?limit=1');
      await api('DELETE', `/api/casement/v1/sessions/${sessions[0].id}`, undefined, 204);
    },
    /** The same server again, its clock ahead by so many seconds. */
    async restart({ clockShift }) {
      await server.stop();
      server = await start(clockShift);
    },
    async close() {
      for (const step of undo.reverse()) await step();
    },
  };
}
