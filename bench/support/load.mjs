// Loads servers with wrk, each on a core of its own, and keeps nginx as the peer.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const SERVER_CORE = '0';
export const LOAD_CORE = '1';

export const freePort = () => new Promise(done => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

export function tempFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'casement-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Waits until something answers at the URL. */
export async function answers(url, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      const response = await fetch(url);
      await response.arrayBuffer();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise(done => setTimeout(done, 2));
    }
  }
}

export const pinned = (pid, core) => execFileSync('taskset', ['-apc', core, String(pid)], { stdio: 'ignore' });

/** nginx with one worker; `server` is the inside of its server block. */
export async function startNginx(server, files = {}) {
  const { folder, remove } = tempFolder();
  mkdirSync(join(folder, 'www'));
  execFileSync('chmod', ['755', folder]);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'www', name), content);
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http {
      access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on;
      client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
      uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
      open_file_cache max=100;
      server { listen 127.0.0.1:${port}; root ${folder}/www; ${server} }
    }`);
  const process = spawn('taskset', ['-c', SERVER_CORE, 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')],
    { stdio: 'ignore' });
  await answers(`http://127.0.0.1:${port}/`);
  // The master only watches; the work is its one child's.
  const worker = Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim());
  return {
    url: `http://127.0.0.1:${port}`,
    worker,
    async stop() {
      process.kill('SIGQUIT');
      await new Promise(done => process.once('exit', done));
      remove();
    },
  };
}

/**
 * Requests a second, by wrk on its own core. `requests` are {method?, path, headers?, body?, expect?};
 * each is sent once, then over again unless `once`. What the first one's `expect` (a status, or
 * 'refusal' for 400 and above) does not say counts as wrong. Answers {rate, count, wrong, errors}.
 */
export function load(url, requests, { seconds = 6, connections = 32 } = {}) {
  const { folder, remove } = tempFolder();
  const lua = text => JSON.stringify(text);
  const lines = requests.map(r => `r[#r+1] = wrk.format(${lua(r.method ?? 'GET')}, ${lua(r.path)}, ` +
    `{${Object.entries(r.headers ?? {}).map(([k, v]) => `[${lua(k)}]=${lua(v)}`).join(',')}}` +
    `${r.body === undefined ? '' : ', ' + lua(r.body)})`);
  // LuaJIT limits the constants of one function, so the requests are made in slices.
  const slices = [];
  for (let i = 0; i < lines.length; i += 2000) slices.push(`(function() ${lines.slice(i, i + 2000).join('\n')} end)()`);
  const { expect } = requests[0];
  const unlike = expect === 'refusal' ? 'status < 400' : `status ~= ${expect}`;
  writeFileSync(join(folder, 'load.lua'), `
    local r, i = {}, 0
    function init() ${slices.join(';\n')} end
    function request() i = i % #r + 1; return r[i] end
    local threads = {}
    function setup(thread) threads[#threads + 1] = thread end
    bad = 0
    ${expect ? `function response(status) if ${unlike} then bad = bad + 1 end end` : ''}
    function done(summary)
      local wrong = 0
      for _, t in ipairs(threads) do wrong = wrong + t:get('bad') end
      io.write(string.format('RESULT %d %f %d %d\\n', summary.requests, summary.duration / 1e6, wrong,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
    end`);
  try {
    const out = execFileSync('taskset', ['-c', LOAD_CORE, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`,
      '-s', join(folder, 'load.lua'), url], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const [, count, duration, wrong, errors] = /RESULT (\d+) ([\d.]+) (\d+) (\d+)/.exec(out);
    return { rate: count / duration, count: Number(count), wrong: Number(wrong), errors: Number(errors) };
  } finally {
    remove();
  }
}

/** Processor time of a process and all its threads, in seconds. */
export const processorTime = pid => readdirSync(`/proc/${pid}/task`).reduce((sum, thread) =>
  sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9, 0);

/**
 * Loads several servers in turn, `rounds` times, so that a machine that is slow for a while is slow
 * for all of them. `loads` are {name, url, pid, requests}; answers, by name, the medians of the rate
 * and of the server's processor time for one request in microseconds, and the wrong answers of all.
 */
export function inTurn(loads, { rounds = 3, ...options } = {}) {
  const runs = new Map(loads.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, url, pid, requests } of loads) {
      const before = processorTime(pid);
      const run = load(url, requests, options);
      runs.get(name).push({ ...run, microseconds: ((processorTime(pid) - before) / run.count) * 1e6 });
    }
  }
  return Object.fromEntries([...runs].map(([name, all]) => [name, {
    rate: median(all.map(run => run.rate)),
    microseconds: median(all.map(run => run.microseconds)),
    wrong: all.reduce((sum, run) => sum + run.wrong, 0),
  }]));
}

/** Resident memory of a process in bytes. */
export const resident = pid =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

export const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** A table in Markdown; the first column to the left, the others to the right. */
export function table(title, head, rows) {
  const width = head.map((h, i) => Math.max(h.length, ...rows.map(r => String(r[i]).length)));
  const line = cells => '| ' + cells.map((c, i) => i === 0 ? String(c).padEnd(width[i]) : String(c).padStart(width[i])).join(' | ') + ' |';
  console.log(`\n### ${title}\n\n${line(head)}\n|${width.map((w, i) => i === 0 ? '-'.repeat(w + 2) : '-'.repeat(w + 1) + ':').join('|')}|`);
  for (const row of rows) console.log(line(row));
}
export const whole = value => Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
export const ratio = (ours, theirs) => (ours / theirs).toFixed(2);
