// A PostgreSQL of one's own: a fresh cluster in a temporary folder, reached through a socket there.
import { execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const kStartTime = 60_000;
const kPause = 100;
const kVersions = ['15', '16', '17'];

function program(name) {
  const paths = kVersions.map((version) => `/usr/lib/postgresql/${version}/bin/${name}`);
  const found = paths.find((path) => existsSync(path));
  if (!found) throw new Error(`${name} is not there: install postgresql-15`);
  return found;
}

/** PostgreSQL refuses to run as root: then its folder is its own user's, and so is the process. */
async function ownUser(folder) {
  if (process.getuid() !== 0) return {};
  const id = async (flag) => Number((await run('id', [flag, 'postgres'])).stdout);
  const [uid, gid] = [await id('-u'), await id('-g')];
  chownSync(folder, uid, gid);
  return { uid, gid };
}

/** `folder` is the host of a connection, `user` "casement", `database` "postgres". */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'casement-postgres-'));
  const user = await ownUser(folder);
  const data = join(folder, 'data');
  const initialize = ['-D', data, '-U', 'casement', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  await run(program('initdb'), [...initialize, '--no-sync'], { cwd: folder, ...user });
  const options = ['listen_addresses=', 'fsync=off'].flatMap((option) => ['-c', option]);
  const server = spawn(program('postgres'), ['-D', data, '-k', folder, ...options], {
    cwd: folder,
    stdio: 'ignore',
    ...user,
  });
  const connection = ['-h', folder, '-U', 'casement', '-d', 'postgres', '-qAtX'];
  const postgres = {
    folder,
    user: 'casement',
    database: 'postgres',
    /** What psql prints. */
    async execute(sql) {
      const asked = run(program('psql'), [...connection, '-v', 'ON_ERROR_STOP=1'], { cwd: '/' });
      asked.child.stdin.end(sql);
      return (await asked).stdout.trim();
    },
    async close() {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = new Promise((done) => server.once('exit', done));
        server.kill('SIGQUIT');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const end = Date.now() + kStartTime;
  for (;;) {
    const answers = await postgres.execute('select 1').catch(() => '');
    if (answers === '1') return postgres;
    if (Date.now() > end || server.exitCode !== null) {
      await postgres.close();
      throw new Error('PostgreSQL does not answer');
    }
    await new Promise((done) => setTimeout(done, kPause));
  }
}
