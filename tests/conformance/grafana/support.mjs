// What the tests of this folder share: a casement, calls of the API with any credential, and keys
// computed by hand (grafana.md §1.1), apart from the server's own code.
import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createCredentials, startCasement } from '../../support/casement.mjs';
import { httpClient } from '../attacks/support/wire.mjs';

export { createCredentials };

/** hex(PBKDF2-HMAC-SHA256(secret, salt, 10000, 50)) */
export const keyHash = (secret, salt) =>
  pbkdf2Sync(secret, salt, 10_000, 50, 'sha256').toString('hex');

/** CRC-32 of this text as four bytes, the lowest first, in hex. */
export function checksum(text) {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(~crc >>> 0);
  return bytes.toString('hex');
}

/** {secret, name, org, hash} of a legacy key; fails when it is none. */
export function readLegacyKey(key) {
  const text = Buffer.from(key, 'base64').toString();
  assert.equal(Buffer.from(text).toString('base64'), key, 'padded standard Base64');
  const { k, n, id, ...rest } = JSON.parse(text);
  assert.deepEqual(rest, {});
  assert.match(k, /^[0-9A-Za-z]{32}$/);
  return { secret: k, name: n, org: id, hash: keyHash(k, n), text };
}

/** {secret, checksum, hash} of a service account's token; fails when it is none. */
export function readToken(token) {
  const parts = token.split('_');
  assert.equal(parts.length, 3);
  const [service, secret, sum] = parts;
  assert.equal(service, 'glsa');
  assert.match(secret, /^[0-9A-Za-z]{32}$/);
  assert.equal(sum, checksum(`glsa_${secret}`));
  return { secret, checksum: sum, hash: keyHash(secret, sum) };
}

export const legacyKey = (secret, name, org) =>
  Buffer.from(JSON.stringify({ k: secret, n: name, id: org })).toString('base64');
export const token = (secret) => `glsa_${secret}_${checksum(`glsa_${secret}`)}`;

export const bearer = (key) => ({ Authorization: `Bearer ${key}` });
export const basic = (user, password) => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** A casement for one group of tests. Options: `env`, `args`, `clockShift` (seconds). */
export async function startGrafana(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'casement-grafana-'));
  const grafana = new Grafana(folder);
  try {
    await grafana.start(options);
  } catch (error) {
    await grafana.close();
    throw error;
  }
  return grafana;
}

class Grafana {
  constructor(folder) {
    this.folder = folder;
    this.server = null;
  }

  /** Again too: another configuration over the same data. */
  async start({ env = {}, args = [], clockShift } = {}) {
    const shift = clockShift === undefined ? [] : ['--test-clock-shift', String(clockShift)];
    this.server = await startCasement({
      dataDir: this.folder,
      role: this.credentials ? null : 'Admin',
      env,
      args: [...args, ...shift],
    });
    this.credentials ??= this.server.credentials;
    this.admin = this.credentials.grafana.service_account_token;
    this.http = httpClient(this.server.url);
  }

  async restart(options) {
    this.http.close();
    await this.server.stop();
    this.server = null;
    await this.start(options);
  }

  async close() {
    this.http?.close();
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** {status, headers, text, json}. `headers` replace the admin's; `body` is sent as JSON. */
  async call(method, path, { headers = bearer(this.admin), body } = {}) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const type = text === undefined ? {} : { 'Content-Type': 'application/json' };
    const answer = await this.http.call(method, path, {
      headers: { ...type, ...headers },
      body: text,
    });
    let json;
    try {
      json = JSON.parse(answer.text);
    } catch {
      json = undefined;
    }
    return { ...answer, json };
  }

  /** The JSON of an answer with this status. */
  async expect(status, method, path, options) {
    const answer = await this.call(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    assert.match(answer.headers['content-type'], /^application\/json/);
    return answer.json;
  }

  get(path, options) {
    return this.expect(200, 'GET', path, options);
  }
  post(path, body, status = 200) {
    return this.expect(status, 'POST', path, { body });
  }
  remove(path) {
    return this.expect(200, 'DELETE', path);
  }

  /** A refusal of the vendor's typed shape: its messageId. */
  async typed(status, method, path, options) {
    const error = await this.expect(status, method, path, options);
    assert.equal(error.statusCode, status);
    assert.equal(typeof error.message, 'string');
    assert.equal(error.traceID, '');
    return error.messageId;
  }

  /** A refusal of the vendor's simple shape: its message. */
  async simple(status, method, path, options) {
    const error = await this.expect(status, method, path, options);
    assert.equal(error.messageId, undefined);
    return error.message;
  }

  /** What somebody gets who presents this key: "in", or the messageId of the refusal. */
  async knock(key, headers = {}) {
    const answer = await this.call('GET', '/api/serviceaccounts/search', {
      headers: { ...bearer(key), ...headers },
    });
    return answer.status === 401 ? answer.json.messageId : 'in';
  }

  newKey(name, role = 'Viewer', more = {}) {
    return this.post('/api/auth/keys', { name, role, ...more });
  }
  newAccount(name, role = 'Viewer', more = {}) {
    return this.post('/api/serviceaccounts', { name, role, ...more }, 201);
  }
  newToken(account, name, more = {}) {
    return this.post(`/api/serviceaccounts/${account}/tokens`, { name, ...more });
  }
}
