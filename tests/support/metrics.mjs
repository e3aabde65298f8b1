// A real Prometheus that watches a real node exporter and itself, on loopback ports of their own.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kScrape = 1000;
const kStartTime = 60_000;
const kPause = 100;

const freePort = () =>
  new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** What `ask` answers once it is neither false nor an error. */
async function eventually(what, time, ask) {
  const end = Date.now() + time;
  for (;;) {
    const answer = await ask().catch(() => false);
    if (answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited for ${what}`);
    await new Promise((done) => setTimeout(done, kPause));
  }
}

async function stop(process) {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = new Promise((done) => process.once('exit', done));
  process.kill('SIGKILL');
  await ended;
}

/** Scrapes every second; returns when there are `samples` of everything. */
export async function startMetrics({ samples = 20 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'casement-metrics-'));
  const [port, nodePort] = [await freePort(), await freePort()];
  writeFileSync(
    join(folder, 'config.yml'),
    `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - { job_name: node, static_configs: [{ targets: ['127.0.0.1:${nodePort}'] }] }
  - { job_name: prometheus, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }
`,
  );
  const start = (program, args) => spawn(program, args, { cwd: folder, stdio: 'ignore' });
  const processes = [
    start('/usr/bin/prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${nodePort}`]),
    start('/usr/bin/prometheus', [
      '--config.file=config.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
    ]),
  ];
  const metrics = {
    url: `http://127.0.0.1:${port}`,
    async ask(path, parameters) {
      const body = new URLSearchParams(parameters);
      const answer = await fetch(`${metrics.url}/api/v1/${path}`, { method: 'POST', body });
      const { status, data, error } = await answer.json();
      if (status !== 'success') throw new Error(`${parameters.query}: ${error}`);
      return data.result;
    },
    async close() {
      await Promise.all(processes.map(stop));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await eventually('samples', kStartTime + 2 * kScrape * samples, async () => {
      const [last] = await metrics.ask('query', {
        query: 'min(count_over_time({__name__=~"node_load1|prometheus_build_info"}[1h]))',
      });
      return last !== undefined && Number(last.value[1]) >= samples;
    });
  } catch (error) {
    await metrics.close();
    throw error;
  }
  return metrics;
}
