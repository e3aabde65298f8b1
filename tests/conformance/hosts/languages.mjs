// The example hosts: what each needs, how it is built and started.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
const hosts = join(root, 'examples', 'hosts');

function find(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

const compiler = ['clang++-19', 'g++', 'c++'].find(find);

function run(program, args, env = {}) {
  const done = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (done.status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${done.stdout}\n${done.stderr}`);
  }
}

const all = [
  { name: 'python', needs: ['python3'], command: () => ['python3', join(hosts, 'python/host.py')] },
  {
    name: 'javascript',
    needs: ['node'],
    command: () => [process.execPath, join(hosts, 'javascript/host.mjs')],
  },
  { name: 'ruby', needs: ['ruby'], command: () => ['ruby', join(hosts, 'ruby/host.rb')] },
  {
    name: 'go',
    needs: ['go'],
    build: (work) =>
      run('go', ['build', '-o', join(work, 'go-host'), join(hosts, 'go/host.go')], {
        GOFLAGS: '-mod=mod',
        GOTOOLCHAIN: 'local',
      }),
    command: (work) => [join(work, 'go-host')],
  },
  {
    name: 'php',
    needs: ['php'],
    command: (work, port) => ['php', '-S', `127.0.0.1:${port}`, join(hosts, 'php/host.php')],
  },
  // As a single source file, the way the README starts it.
  { name: 'java', needs: ['java', 'javac'], command: () => ['java', join(hosts, 'java/Host.java')] },
  {
    name: 'cpp',
    needs: ['cmake', compiler ?? 'a C++ compiler'],
    build: (work) => {
      const prefix = join(work, 'prefix');
      const common = [`-DCMAKE_CXX_COMPILER=${compiler}`, '-DCMAKE_BUILD_TYPE=Debug'];
      const sign = join(work, 'sign');
      run('cmake', ['-S', join(root, 'lib/sign'), '-B', sign, '-DCASEMENT_SIGN_TESTS=OFF', ...common]);
      run('cmake', ['--build', sign]);
      run('cmake', ['--install', sign, '--prefix', prefix]);
      const host = join(work, 'cpp');
      run('cmake', ['-S', join(hosts, 'cpp'), '-B', host, `-DCMAKE_PREFIX_PATH=${prefix}`, ...common]);
      run('cmake', ['--build', host]);
    },
    command: (work) => [join(work, 'cpp', 'host')],
  },
];

export const languages = all.map((language) => ({
  ...language,
  present: language.needs.every(find),
}));
