// What the README tells its reader to type is typed here, from the server's start to the frame.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { casementBinary } from '../support/casement.mjs';
import { startChromium } from './support/browsers.mjs';
import { freePort } from './support/lab.mjs';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Its fenced blocks of a language, without the indentation of the list that they stand in. */
const blocks = language => [...README.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms'))]
  .map(([, indent, text]) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
const only = (list, what) => {
  assert.equal(list.length, 1, `one ${what} in the README`);
  return list[0];
};

describe('The README', () => {
  let folder;
  let port;
  let server;
  const shell = async text => (await run('bash', ['-eu', '-o', 'pipefail', '-c', text], { cwd: folder })).stdout.trim();
  const atOurPort = text => text.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`);
  /** The block of shell commands that has this in it, for our port. */
  const commands = part => atOurPort(only(blocks('sh').filter(block => block.includes(part)), `block with "${part}"`));
  const open = link => fetch(`http://127.0.0.1:${port}/api/casement/v1/sessions`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link: new URL(link).pathname + new URL(link).search, secret: 's'.repeat(43) }),
  });
  const inPython = snippet => run('python3', ['-c', `${snippet}\nimport sys\nprint(signed(sys.argv[1], sys.argv[2]))`,
    share().url, share().credential]).then(({ stdout }) => stdout.trim());
  const share = () => JSON.parse(readFileSync(join(folder, 'share.json'), 'utf8')).data.attributes;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'casement-readme-'));
    mkdirSync(join(folder, 'build'));
    symlinkSync(casementBinary(), join(folder, 'build', 'casement'));
    symlinkSync(join(ROOT, 'examples'), join(folder, 'examples'));
    port = await freePort();
    const lines = commands('casement serve').trim().split('\n');
    const [program, ...args] = only(lines.filter(line => !line.startsWith('make ')), 'command that serves').split(' ');
    server = spawn(join(folder, program), args, { cwd: folder, stdio: 'ignore' });
    const failed = new Promise((_, reject) => server.once('exit', code => reject(new Error(`it ended with ${code}`))));
    const answers = async () => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null))?.ok;
    for (let i = 0; i < 200 && !(await Promise.race([answers(), failed])); i++) {
      await new Promise(done => setTimeout(done, 50));
    }
    failed.catch(() => {});
    await shell(commands('create-credentials'));
  });
  after(async () => {
    if (server?.exitCode === null) {
      const ended = new Promise(done => server.once('exit', done));
      server.kill();
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('names targets that the Makefile has', async () => {
    const names = new Set([...README.matchAll(/(?:^|`| )make ([a-z]+)/gm)].map(([, name]) => name));
    assert.ok(names.has('demo') && names.has('test') && names.has('build'));
    for (const name of names) await run('make', ['--dry-run', name], { cwd: ROOT });
  });

  test('links to files that are there', () => {
    const paths = [...README.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, path]) => path).filter(path => !path.includes('://'));
    assert.ok(paths.length > 10);
    for (const path of paths) assert.ok(existsSync(join(ROOT, path)), path);
  });

  test('has no block of code that nobody has tried', () => {
    const kinds = [...README.matchAll(/^ *```(\S+)$/gm)].map(([, kind]) => kind);
    assert.deepEqual(kinds, ['sh', 'sh', 'sh', 'python', 'sh']);
  });

  test('makes a share whose credential is its own', () => {
    const { url, credential, title } = share();
    assert.equal(title, 'For Atlanta');
    assert.ok(url.startsWith(`http://127.0.0.1:${port}/sb/secure-embed/`), url);
    assert.ok(credential.length >= 32);
  });

  test('signs in Python a link that opens once', async () => {
    const link = await inPython(only(blocks('python'), 'Python block'));
    const { searchParams: said } = new URL(link);
    assert.equal(said.get('token'),
      createHmac('sha256', share().credential).update(`${said.get('nonce')}|${said.get('ts')}`).digest('hex'));
    const answer = await open(link);
    assert.equal(answer.status, 201);
    const { dashboard } = JSON.parse((await answer.text()).split('\n')[0]);
    assert.deepEqual(dashboard.variables.filter(v => v.name === 'airport').map(v => [v.mode, v.value]), [['locked', ['ATL']]]);
  });

  test('signs in a terminal a link that opens, and explains one that does not', async () => {
    const link = await shell(commands('casement sign'));
    const [, explain] = /`(build\/casement explain) URL`/.exec(README);
    assert.doesNotMatch(await shell(`${explain} '${link}'`), /WRONG/);
    await assert.rejects(shell(`${explain} '${link.replace('nonce=', 'nonse=')}'`),
      error => error.code === 1 && /WRONG +nonce/.test(error.stdout));
    assert.equal((await open(link)).status, 201);
  });

  test('shows the dashboard in its iframe', async () => {
    const [snippet] = /<iframe src="…the signed link…"[^`]*<\/iframe>/.exec(README) ?? [];
    assert.ok(snippet, 'the iframe is there');
    const link = await inPython(only(blocks('python'), 'Python block'));
    const page = snippet.replace('…the signed link…', link.replaceAll('&', '&amp;'));
    const host = http.createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><html lang="en"><title>Your page</title><script>
        window.heard = []; addEventListener('message', e => heard.push(e.data.type)); </script>${page}`);
    });
    const hostPort = await new Promise(done => host.listen(0, '127.0.0.1', () => done(host.address().port)));
    const browser = await startChromium({ pin: '' });
    try {
      await browser.goto(`http://localhost:${hostPort}/`);
      await browser.page().waitForFunction('window.heard.includes("ready")', { timeout: 20_000 });
    } finally {
      await browser.close();
      host.close();
      host.closeAllConnections();
    }
  });
});
