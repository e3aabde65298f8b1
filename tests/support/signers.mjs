// Runs link signers in several languages, each a program of its own that shares no code with the
// server: it takes a description on standard input and prints a URL.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Built when it is first asked for: the program that `source` describes, in Go. */
function goProgram(source) {
  let program;
  return () => {
    if (program) return program;
    const work = mkdtempSync(join(tmpdir(), 'casement-signer-'));
    process.on('exit', () => rmSync(work, { recursive: true, force: true }));
    program = join(work, 'sign');
    run('go', ['build', '-o', program, source], '', { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' });
    return program;
  };
}

/** Pairs of names and texts as lines, for languages whose library reads no JSON. */
export const asLines = (pairs) => pairs.map(([name, text]) => `${name}\t${text}\n`).join('');

/**
 * The signers `sign.<ending>` beside the module of `url`, by language. `lines` turns a description
 * into the lines that Java reads.
 */
export function signersBeside(url, languages, lines) {
  const at = (file) => fileURLToPath(new URL(file, url));
  const asJson = JSON.stringify;
  const go = goProgram(at('sign.go'));
  const all = {
    python: ['sign.py', 'python3', (given) => run('python3', [at('sign.py')], asJson(given))],
    javascript: [
      'sign.mjs',
      'node',
      (given) => run(process.execPath, [at('sign.mjs')], asJson(given)),
    ],
    ruby: ['sign.rb', 'ruby', (given) => run('ruby', [at('sign.rb')], asJson(given))],
    go: ['sign.go', 'go', (given) => run(go(), [], asJson(given))],
    php: ['sign.php', 'php', (given) => run('php', [at('sign.php')], asJson(given))],
    java: [
      'Sign.java',
      'javac',
      (given) => run('java', ['-Dfile.encoding=UTF-8', at('Sign.java')], lines(given)),
    ],
  };
  return languages.map((name) => {
    const [file, needs, sign] = all[name];
    return { name, file, needs, sign, present: isPresent(needs) };
  });
}
