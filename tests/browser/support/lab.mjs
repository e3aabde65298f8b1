// Casement and host pages on different sites of one machine, with shares to sign links for.
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
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

const freePort = () => new Promise(done => {
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

/** `tls: false` serves everything over plain HTTP, where no cookie can work. */
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

async function buildLab(folder, undo, { tls = true } = {}) {
  const certificates = tls ? makeCertificates(folder) : null;
  const host = await startHostPages(certificates, () => link('acme'));
  undo.push(() => host.close());
  const port = await freePort();
  const origin = `${tls ? 'https' : 'http'}://casement.test:${port}`;
  const dataDir = join(folder, 'data');
  const start = clockShift => startCasement({
    dataDir, listen: `127.0.0.1:${port}`,
    args: ['--provision', FIXTURE, '--public-url', origin,
      ...(tls ? ['--tls-cert', certificates.chain, '--tls-key', certificates.key] : []),
      ...(clockShift ? ['--test-clock-shift', String(clockShift)] : [])],
  });
  let server = await start(0);
  undo.push(() => server.stop());
  const { service_token: token } = server.credentials;
  const api = async (method, path, body, expected = 200) => {
    const answer = await call(origin, method, path, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (answer.status !== expected) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text && JSON.parse(answer.text);
  };
  const share = async (tenant, status = 'active') => (await api('POST',
    '/api/v2/dashboard/orders/shared/secure-embed', { data: { type: 'secure_embed_request', attributes: {
      title: `Orders of ${tenant}`, status, global_time: {}, global_time_selectable: false,
      selectable_template_vars: [{ name: 'tenant', default_values: [tenant] }],
      viewing_preferences: { theme: 'system', high_density: false } } } })).data.attributes;

  const shares = { acme: await share('acme'), globex: await share('globex'),
    paused: await share('acme', 'paused'), bound: await share('acme') };
  await api('PATCH', `/api/casement/v1/shares/${shares.bound.token}`,
    { allowed_origins: [host.origin('host.test')] });

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
    origin, host, pin: certificates?.pin, link, api,
    /** A page that embeds through the script, starting with a link that stays the same. */
    renewingPage: site => `${host.origin(site)}/renewing?` + new URLSearchParams(
      { script: `${origin}/sdk/casement.js`, first: link('acme') }),
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
      host.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
