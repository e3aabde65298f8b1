// The signers, one for each language, each a program of its own that was written from the guide
// and shares no code with the server.
//
//     import { signers } from './signers.mjs';
//     const url = signers.find(({ name }) => name === 'python').sign(description);
//
// `description` is {version: 2 | 3, url, key, name, org, session, lock, bound}; the last two for
// version 3. Without `now` and `nonce` in it, a new link is made.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

function isPresent(program) {
  return (process.env.PATH ?? '').split(delimiter).some((place) => {
    try {
      accessSync(join(place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function run(program, args, input = '', env = {}) {
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    input,
    env: { ...process.env, ...env },
  });
  if (done.status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${done.stdout}\n${done.stderr}`);
  }
  return done.stdout.trim();
}

const asJson = (description) => JSON.stringify(description);
const asLines = (description) =>
  Object.entries(description)
    .map(([name, value]) => `${name}\t${value}\n`)
    .join('');

let goProgram;
function buildGo() {
  if (goProgram) return goProgram;
  const work = mkdtempSync(join(tmpdir(), 'casement-signer-'));
  process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  goProgram = join(work, 'sign');
  run('go', ['build', '-o', goProgram, join(folder, 'sign.go')], '', {
    GOFLAGS: '-mod=mod',
    GOTOOLCHAIN: 'local',
  });
  return goProgram;
}

const at = (file) => join(folder, file);

export const signers = [
  {
    name: 'python',
    file: 'sign.py',
    needs: 'python3',
    sign: (given) => run('python3', [at('sign.py')], asJson(given)),
  },
  {
    name: 'javascript',
    file: 'sign.mjs',
    needs: 'node',
    sign: (given) => run(process.execPath, [at('sign.mjs')], asJson(given)),
  },
  {
    name: 'ruby',
    file: 'sign.rb',
    needs: 'ruby',
    sign: (given) => run('ruby', [at('sign.rb')], asJson(given)),
  },
  {
    name: 'go',
    file: 'sign.go',
    needs: 'go',
    sign: (given) => run(buildGo(), [], asJson(given)),
  },
  {
    name: 'java',
    file: 'Sign.java',
    needs: 'javac',
    sign: (given) => run('java', ['-Dfile.encoding=UTF-8', at('Sign.java')], asLines(given)),
  },
].map((signer) => ({ ...signer, present: isPresent(signer.needs) }));
