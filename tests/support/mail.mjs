// A real mail server on loopback (mail_server.py), and what it was given.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = join(dirname(fileURLToPath(import.meta.url)), 'mail_server.py');
const kPatience = 30_000;

/** `args`: as mail_server.py takes them. */
export async function startMailServer(args = []) {
  // Debian's own Python: that is where its package is.
  const child = spawn('/usr/bin/python3', [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const mails = [];
  const attempts = [];
  const waiting = new Set();
  const look = () => {
    for (const one of waiting) one();
  };
  let port;
  const started = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the mail server ended (${code})`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line);
      if (said.port) {
        port = said.port;
        resolve();
      } else if ('attempt' in said) {
        attempts.push(said);
      } else {
        mails.push({ ...said, text: bodyOf(said.data), subject: subjectOf(said.data) });
        look();
      }
    });
  });
  await started;
  return {
    port,
    mails,
    /** Of signing in: {attempt: name, holds, tls}. */
    attempts,
    /** The first mail from the `after`th on that fits, as soon as it is there. */
    next(fits, after = 0) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`no such mail came; there are ${mails.length}`));
        }, kPatience);
        const check = () => {
          const found = mails.slice(after).find(fits);
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Settings of a casement that sends its mail there. */
export function mailSettings(mail, more = {}) {
  return {
    CASEMENT_SMTP_ENABLED: 'true',
    CASEMENT_SMTP_HOST: `127.0.0.1:${mail.port}`,
    CASEMENT_SMTP_FROM_ADDRESS: 'dashboards@casement.example',
    ...more,
  };
}

/** The link in a mail. */
export function linkIn(mail) {
  const found = /https?:\/\/\S+/.exec(mail.text);
  if (!found) throw new Error(`no link in: ${mail.text}`);
  return found[0];
}

function headers(data) {
  return data.slice(0, data.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
}

function bodyOf(data) {
  const body = data.slice(data.indexOf('\r\n\r\n') + 4);
  return Buffer.from(body, 'base64').toString('utf8');
}

function subjectOf(data) {
  const field = /^Subject: (.*)$/m.exec(headers(data))?.[1] ?? '';
  return field
    .split(' ')
    .map((word) => /^=\?UTF-8\?B\?(.*)\?=$/.exec(word.trim())?.[1] ?? '')
    .map((word) => Buffer.from(word, 'base64').toString('utf8'))
    .join('');
}

/** A port of loopback that nobody has, for a server that must know its address beforehand. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
