// What the tests of this folder share: a casement with the fixture's dashboards, the vendor's own
// client pointed at it, links signed by hand, and a browser's calls to the page's own protocol.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createCredentials, startCasement } from '../../support/casement.mjs';
import { httpClient } from '../attacks/support/wire.mjs';
import { newSecret, publicHost, publicUrl, signLink } from './signing.mjs';
import { sdkFor } from './vendor.mjs';

export * from './signing.mjs';
export * from './vendor.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export const api = '/api/casement/v1';
export const api40 = '/api/4.0';

export const pathAndQuery = (url) => url.slice(url.indexOf('/', 'https://'.length));

/** What a browser sends with the page's own calls, through the proxy that ends TLS. */
export const pageHeaders = {
  Host: publicHost,
  'Content-Type': 'application/json',
  Origin: publicUrl,
  'Sec-Fetch-Site': 'same-origin',
  'X-Forwarded-Proto': 'https',
  'User-Agent': 'conformance-browser/1',
};

export function ndjson(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      try {
        return JSON.parse(line);
      } catch {
        return {};
      }
    });
}

/**
 * A casement for one group of tests. Options: `clockShift` (seconds), `args`, `env`, `publicUrl`
 * (null: none), `settings` (as PATCH /setting takes them).
 */
export async function startLooker(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'casement-looker-'));
  const looker = new Looker(folder, options);
  try {
    await looker.start();
    if (options.settings) await looker.patch('/setting', options.settings);
  } catch (error) {
    await looker.close();
    throw error;
  }
  return looker;
}

class Looker {
  constructor(folder, options) {
    this.folder = folder;
    this.options = options;
    this.dataDir = join(folder, 'data');
    this.logged = '';
  }

  async start() {
    const { args = [], env = {}, clockShift = 0, listen } = this.options;
    const provision = join(this.folder, 'provision');
    cpSync(this.options.fixture ?? at('fixture'), provision, { recursive: true });
    this.credentials = await createCredentials(this.dataDir);
    this.plainArgs = ['--provision', provision, ...args];
    if (this.options.publicUrl !== null) {
      this.plainArgs.push('--public-url', this.options.publicUrl ?? publicUrl);
    }
    this.server = await startCasement({
      dataDir: this.dataDir,
      role: null,
      listen,
      args: this.withClock(clockShift),
      env: { CASEMENT_SERVER_TRUSTED_PROXIES: '127.0.0.1', ...env },
    });
    this.connect();
  }

  withClock(shift) {
    return shift ? [...this.plainArgs, '--test-clock-shift', String(shift)] : this.plainArgs;
  }

  connect() {
    this.client?.close();
    this.client = httpClient(this.server.url);
    this.url = this.server.url;
    this.port = Number(new URL(this.url).port);
    this.pid = this.server.process.pid;
    this.logged += `${this.server.log()}\n`;
    this.server.process.stderr.on('data', (chunk) => (this.logged += chunk));
    this.sdk = sdkFor(this.url, this.credentials.looker);
    this.token = null;
  }

  /** The same data again, with another clock. */
  async restart({ clockShift = 0, signal = 'SIGTERM' } = {}) {
    await this.server.end(signal);
    this.server.options.args = this.withClock(clockShift);
    await this.server.start();
    this.connect();
  }

  async close() {
    this.client?.close();
    try {
      await this.server?.end();
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** Any call: {status, headers, text, json}. */
  async call(method, path, { headers = {}, body } = {}) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const type = text === undefined ? {} : { 'Content-Type': 'application/json' };
    const answer = await this.client.call(method, path, {
      headers: { Host: publicHost, ...type, ...headers },
      body: text,
    });
    let json = null;
    try {
      json = JSON.parse(answer.text);
    } catch {
      // Not every answer is JSON; the test that wants one fails on null.
    }
    return { ...answer, json };
  }

  login({ client_id, client_secret } = this.credentials.looker) {
    return this.call('POST', `${api40}/login`, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id, client_secret }).toString(),
    });
  }

  /** A call of API 4.0 as the client of this server; `expected` null: any status. */
  async api(method, path, body, expected = 200, headers = {}) {
    if (!this.token) this.token = (await this.login()).json.access_token;
    const answer = await this.call(method, `${api40}${path}`, {
      headers: { Authorization: `token ${this.token}`, ...headers },
      body,
    });
    if (expected !== null) {
      assert.equal(answer.status, expected, `${method} ${path}: ${answer.text}`);
    }
    return expected === null ? answer : answer.json;
  }
  get(path, expected) {
    return this.api('GET', path, undefined, expected);
  }
  post(path, body, expected) {
    return this.api('POST', path, body, expected);
  }
  patch(path, body, expected) {
    return this.api('PATCH', path, body, expected);
  }
  put(path, body, expected) {
    return this.api('PUT', path, body, expected);
  }
  delete(path, expected = 204) {
    return this.api('DELETE', path, undefined, expected);
  }

  /** A call of this server's own API with the service token. */
  async own(method, path, body, expected = 200) {
    const answer = await this.call(method, `${api}${path}`, {
      headers: { Authorization: `Bearer ${this.credentials.service_token}` },
      body,
    });
    assert.equal(answer.status, expected, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  /** The one embed secret that links of this group are signed with. */
  async key() {
    this.embedKey ??= await this.post('/embed_config/secrets', {});
    return this.embedKey;
  }

  async link(user, options) {
    return signLink(await this.key(), user, options);
  }

  /** Redeems a link as the page in the frame does. */
  async open(link, { secret = newSecret(), headers = {}, body = {} } = {}) {
    const answer = await this.call('POST', `${api}/sessions`, {
      headers: { ...pageHeaders, ...headers },
      body: { link, secret, ...body },
    });
    return { ...read(answer), secret };
  }

  /** A viewer who has opened a fresh link. */
  async viewer(user = {}, { headers, body, ...options } = {}) {
    const opened = await this.open(await this.link(user, options), { headers, body });
    assert.equal(opened.status, 201, opened.text);
    return new Viewer(this, opened, headers);
  }

  page(path, headers = {}) {
    const { Host, 'User-Agent': agent } = pageHeaders;
    return this.call('GET', path, {
      headers: { Host, 'User-Agent': agent, 'X-Forwarded-Proto': 'https', ...headers },
    });
  }
}

const cookieName = '__Secure-casement';

function read(answer) {
  const lines = ndjson(answer.text);
  const [head] = lines;
  return {
    ...answer,
    lines,
    head,
    id: head?.session?.id,
    accessToken: head?.access_token,
    code: head?.error?.code,
    message: head?.error?.message,
    cookie: (answer.headers['set-cookie'] ?? [])
      .map((line) => line.split(';')[0].split('='))
      .find(([name]) => name === cookieName)?.[1],
  };
}

/** A browser with an open session. */
export class Viewer {
  constructor(looker, opened, headers = {}) {
    Object.assign(this, { looker, headers });
    const { id, secret, cookie, accessToken, head, lines, text } = opened;
    Object.assign(this, { id, secret, cookie, accessToken, head, lines, text });
    this.content =
      head?.content && head.content.type !== 'preload'
        ? `${head.content.type}s/${head.content.id}`
        : undefined;
  }

  async call(path, body, headers = {}) {
    const answer = await this.looker.call('POST', `${api}${path}`, {
      headers: {
        ...pageHeaders,
        Authorization: `Bearer ${this.accessToken}`,
        ...this.headers,
        ...headers,
      },
      body,
    });
    return read(answer);
  }
  query(body = {}, headers) {
    return this.call('/query', { content: this.content, ...body }, headers);
  }
  export(body = {}, headers) {
    return this.call('/export', { content: this.content, ...body }, headers);
  }
  view(target, body = {}, headers) {
    return this.call('/view', { ...(target && { content: target }), ...body }, headers);
  }
  resume(body = {}, { cookie = this.cookie, headers = {} } = {}) {
    return this.call(`/sessions/${this.id}/resume`, body, {
      'X-Casement': '1',
      ...(cookie && { Cookie: `${cookieName}=${cookie}` }),
      ...headers,
    });
  }
  leave(body = {}) {
    return this.call(`/sessions/${this.id}/leave`, body, {
      'X-Casement': '1',
      Cookie: `${cookieName}=${this.cookie}`,
    });
  }
}

/** Reason code that a page says why it does not open. */
export const codeOfPage = (page) => /data-code="([^"]*)"/.exec(page.text)?.[1];

/** Attributes of the page's root element, without "data-". */
export function shellOf(page) {
  const tag = /<div id="app"[^>]*>/.exec(page.text)?.[0] ?? '';
  const unescape = (text) =>
    text
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&');
  return Object.fromEntries(
    [...tag.matchAll(/data-([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [
      name,
      unescape(value),
    ]),
  );
}

/** What the server writes as a table: rows of a panel's frame as objects by column. */
export function rowsOf(lines, panel, query) {
  const line = lines.find((one) => one.panel === panel);
  const frame = line?.frames?.find((one) => !query || one.name === query);
  if (!frame) return null;
  const { columns } = frame;
  return Array.from({ length: frame.rows }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, column.values[row]])),
  );
}

/** The link opens a session. */
export async function opens(looker, link, options) {
  const opened = await looker.open(link, options);
  assert.equal(opened.status, 201, `${link}\n${opened.text}`);
  return opened;
}

export async function isRefused(looker, link, status, code, options) {
  const opened = await looker.open(link, options);
  assert.deepEqual([opened.status, opened.code], [status, code], `${link}\n${opened.text}`);
  return opened;
}
