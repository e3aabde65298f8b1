// Starts a program and waits until its port answers.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const DEADLINE_MS = 60_000;

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Resolves when the port answers, or, with mayExit, when the program has ended. Nothing of this
 * process's own CASEMENT_* or ALLOWED_ORIGIN settings reaches it.
 */
export async function start([program, ...args], settings, port, { mayExit = false } = {}) {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (name.startsWith('CASEMENT_') || name === 'ALLOWED_ORIGIN') delete env[name];
  }
  const child = spawn(program, args, { env: { ...env, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const closed = once(child, 'close');
  let failure;
  child.on('error', (error) => (failure = error));

  const exited = () => child.exitCode !== null || child.signalCode !== null || failure !== undefined;
  const stop = async () => {
    if (failure) return;
    if (!exited()) child.kill('SIGKILL');
    await closed;
  };
  const giveUpAt = Date.now() + DEADLINE_MS;
  while (!(await answers(port))) {
    if (exited()) {
      if (mayExit && !failure) {
        await closed;
        break;
      }
      throw new Error(`${program} ended before its port answered: ${failure?.message ?? output}`);
    }
    if (Date.now() > giveUpAt) {
      await stop();
      throw new Error(`${program} did not answer on port ${port} within a minute: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { stop, exited, exitCode: () => child.exitCode, output: () => output };
}
