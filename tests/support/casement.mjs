// Starts a casement for a test: own port, own data folder, credentials at hand; stops it and
// clears up after. For every test that is written in JavaScript.
//
//     const server = await startCasement();
//     await fetch(`${server.url}/healthz`);
//     await server.stop();
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const kStartTime = 20_000;
const kStopTime = 20_000;
const kLinesKept = 200;

/** The binary to test: $CASEMENT_BINARY, or the release build's. */
export function casementBinary() {
  const binary = process.env.CASEMENT_BINARY || join(root, 'build/casement');
  if (existsSync(binary)) return binary;
  throw new Error(
    `There is no ${binary}. Run 'make build', or set CASEMENT_BINARY to another build's.`,
  );
}

/** Runs `casement …args` to its end: {stdout, stderr}; throws when it fails. */
export function casement(args, options = {}) {
  return run(casementBinary(), args, {
    maxBuffer: 16 * 1024 * 1024,
    ...options,
  });
}

/** What `casement admin create-credentials` prints, for a role of an organization. */
export async function createCredentials(dataDir, role = 'Admin', org = 1) {
  const { stdout } = await casement([
    'admin',
    'create-credentials',
    '--data',
    dataDir,
    '--org',
    String(org),
    '--role',
    role,
    '--json',
  ]);
  return JSON.parse(stdout);
}

/**
 * Puts a second organization, 2, into the catalog of `dataDir`. There is no call that makes one, so
 * this one comes in by the back door; a server that runs hears of it within a second.
 */
export function addOrganization(dataDir) {
  execFileSync('python3', [
    '-c',
    `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE counters SET value = value + 1 WHERE name = 'version'")
db.execute("UPDATE counters SET value = 2 WHERE name = 'organizations'")
db.execute("INSERT INTO organizations (id, version, name, settings) "
           "SELECT 2, value, 'Other', '{}' FROM counters WHERE name = 'version'")
db.commit()
`,
    join(dataDir, 'catalog.db'),
  ]);
}

/**
 * A running server. Options: `args` (more for serve), `env` (more variables), `dataDir` (kept when
 * given, else made and removed), `listen` ("127.0.0.1:0"), `role` (of the credentials; null: none).
 * With $CASEMENT_URL and $CASEMENT_CREDENTIALS (that JSON) set, the server that runs there is used.
 */
export async function startCasement(options = {}) {
  if (process.env.CASEMENT_URL) return runningCasement();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'casement-test-')));
  const server = new Casement(dataDir, options);
  try {
    const role = options.role === undefined ? 'Admin' : options.role;
    if (role !== null) server.credentials = await createCredentials(dataDir, role);
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

function runningCasement() {
  if (!process.env.CASEMENT_CREDENTIALS) {
    throw new Error(
      'CASEMENT_URL needs CASEMENT_CREDENTIALS beside it: the JSON that ' +
        "'casement admin create-credentials --json' prints.",
    );
  }
  return {
    url: process.env.CASEMENT_URL.replace(/\/$/, ''),
    dataDir: null,
    credentials: JSON.parse(process.env.CASEMENT_CREDENTIALS),
    log: () => '',
    stop: async () => {},
  };
}

class Casement {
  constructor(dataDir, options) {
    this.dataDir = dataDir;
    this.options = options;
    this.credentials = null;
    this.url = null;
    this.process = null;
    this.lines = [];
  }

  /** What it last said on standard error. */
  log() {
    return this.lines.join('\n');
  }

  /** Starts it, again too: same data folder, another port unless `listen` named one. */
  async start() {
    const { args = [], env = {}, listen = '127.0.0.1:0' } = this.options;
    const child = spawn(
      casementBinary(),
      ['serve', '--data', this.dataDir, '--listen', listen, ...args],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } },
    );
    this.process = child;
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve({ error }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const listening = new Promise((resolve) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.lines.push(line);
        if (this.lines.length > kLinesKept) this.lines.shift();
        const found = /^casement: listening on (https?:\/\/\S+)/.exec(line);
        if (found) resolve(found[1].replace(/\/$/, ''));
      });
    });
    this.url = await first(kStartTime, listening, this.ended, 'did not say where it listens');
    if (typeof this.url !== 'string') {
      const { error, code, signal } = this.url;
      this.url = null;
      throw new Error(`casement ended at once (${error ?? code ?? signal}):\n${this.log()}`);
    }
    return this;
  }

  /** Ends the process with this signal and says how it ended. */
  async end(signal = 'SIGTERM') {
    if (!this.process) return null;
    const child = this.process;
    this.process = null;
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    try {
      return await first(kStopTime, this.ended, 'did not stop');
    } catch (error) {
      child.kill('SIGKILL');
      await this.ended;
      throw new Error(`${error.message}:\n${this.log()}`);
    }
  }

  async stop() {
    try {
      return await this.end();
    } finally {
      if (!this.options.dataDir) await rm(this.dataDir, { recursive: true, force: true });
    }
  }
}

// The first of these promises, within a time.
async function first(milliseconds, ...rest) {
  const complaint = rest.pop();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`casement ${complaint} in ${milliseconds} ms`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([...rest, late]);
  } finally {
    clearTimeout(timer);
  }
}
