// Measures Casement beside its peers, in one run, on one machine; prints tables in Markdown.
// The server has one core and the load generator the other, so rates are of one core.
import { execFileSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signedEmbedUrl } from '../examples/looker/sign.mjs';
import { legacyKey, readLegacyKey } from '../tests/conformance/grafana/support.mjs';
import { startCasement } from '../tests/support/casement.mjs';
import {
  LOAD_CORE, SERVER_CORE, answers, freePort, inTurn, load, median, pinned, ratio, resident, startNginx,
  table, tempFolder, whole,
} from './support/load.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FLIGHTS = join(ROOT, 'examples/flights');
const JSON_TYPE = { 'content-type': 'application/json' };

/** A server on one core, with a share of the flights dashboard and one of a dashboard without data. */
async function startServer({ provision = FLIGHTS, args = [], env = {}, pin = true } = {}) {
  const server = await startCasement({ args: ['--provision', provision, '--threads', '1', ...args],
    env: { CASEMENT_LOG_ACCESS: 'false', ...env } });
  if (pin) pinned(server.process.pid, SERVER_CORE);
  const api = async (method, path, body) => {
    const answer = await fetch(server.url + path, { method, body: body && JSON.stringify(body),
      headers: { ...JSON_TYPE, authorization: `Bearer ${server.credentials.service_token}` } });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
  const share = async dashboard => (await api('POST', `/api/v2/dashboard/${dashboard}/shared/secure-embed`,
    { data: { type: 'secure_embed_request', attributes: { title: 'Bench', status: 'active', global_time: {},
      global_time_selectable: true, selectable_template_vars: [{ name: 'airport', default_values: ['ATL'] }],
      viewing_preferences: {} } } })).data.attributes;
  return { server, api, share };
}

function link(share, forged) {
  const nonce = randomBytes(16).toString('hex');
  const ts = String(Math.floor(Date.now() / 1000));
  const token = forged ? '0'.repeat(64)
    : createHmac('sha256', share.credential).update(`${nonce}|${ts}`).digest('hex');
  return `${new URL(share.url).pathname}?token=${token}&nonce=${nonce}&ts=${ts}`;
}
const many = (count, make) => Array.from({ length: count }, make);
const opening = share => ({ method: 'POST', path: '/api/casement/v1/sessions', headers: JSON_TYPE,
  body: JSON.stringify({ link: link(share), secret: randomBytes(32).toString('base64url') }) });

/** An organization's secret for signed logins, with the Looker API client that asks for it. */
async function embedSecret(server) {
  const call = async (path, { headers, body }) => {
    const answer = await fetch(`${server.url}/api/4.0${path}`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { client_id, client_secret } = server.credentials.looker;
  const { access_token } = await call('/login', { body: new URLSearchParams({ client_id, client_secret }) });
  const { secret } = await call('/embed_config/secrets',
    { headers: { ...JSON_TYPE, authorization: `Bearer ${access_token}` }, body: '{"algorithm":"hmac/sha-256"}' });
  return secret;
}
const login = (server, secret, person) => ({ method: 'POST', path: '/api/casement/v1/sessions', headers: JSON_TYPE,
  body: JSON.stringify({ secret: randomBytes(32).toString('base64url'),
    link: signedEmbedUrl(server.url, '/embed/dashboards/bare', secret,
      { external_user_id: person, permissions: ['access_data', 'see_looks', 'see_user_dashboards'],
        models: ['flights'] }).url.slice(server.url.length) }) });

/** A sharable link of version 2, as the API key `readLegacyKey` read signs it. */
function sharable(key, { name = key.name, forged = false } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const sign = createHash('md5').update(`${forged ? randomBytes(8).toString('hex') : key.hash}_${now}`).digest('hex');
  return `/d/flights/x?${new URLSearchParams({ aliyun_api_key_sign: sign, aliyun_api_key_timestamp: now,
    aliyun_api_key_name: name, aliyun_api_key_org_id: 1 })}`;
}

async function openSession(server, share) {
  const { path, ...rest } = opening(share);
  const answer = await fetch(server.url + path, rest);
  const lines = (await answer.text()).trim().split('\n').map(line => JSON.parse(line));
  if (answer.status !== 201) throw new Error(JSON.stringify(lines[0]));
  return lines;
}

/** The same for signed logins: a person's first visit writes the person too, later ones do not. */
async function redeemLogins() {
  const clients = 32;
  const { server, api } = await startServer({ pin: false });
  await api('POST', '/api/casement/v1/dashboards',
    { document: { uid: 'bare', title: 'Bare', time: { span: '1h' }, panels: [] } });
  const secret = await embedSecret(server);
  const run = persons => load(server.url,
    many(40_000, (_, i) => ({ ...login(server, secret, `person ${i % persons}`), expect: 201 })), { seconds: 5, connections: clients });
  const first = run(40_000);
  const later = run(Math.min(first.count, 40_000));
  await server.stop();
  const { folder, remove } = tempFolder();
  const theirs = Number(execFileSync(join(ROOT, 'build/bench/bench_group_commit'), [folder, String(clients), '5']));
  remove();
  const row = (name, ours) => [name, whole(ours.rate), whole(theirs), ratio(ours.rate, theirs), ours.wrong];
  table(`Open a person's session by a signed login, ${clients} clients, per second`,
    ['', 'Casement, over HTTP', 'SQLite alone, one commit each', 'ratio', 'wrong answers'],
    [row('first visit: person and session', first), row('later visits', later)]);
}

/** A table of what a program of bench/micro prints: name, ours and theirs. */
function compared(title, peer, program, args) {
  const out = execFileSync(join(ROOT, 'build/bench', program), args, { encoding: 'utf8' });
  table(title, ['', 'Casement', peer, 'more'],
    out.trim().split('\n').map(line => {
      const [name, ours, theirs] = line.split('\t');
      return [name, ours, theirs, `${(ours - theirs).toFixed(3)} (${ratio(ours, theirs)}×)`];
    }));
}

const subjects = {
  async links() {
    const { server, share } = await startServer();
    const flights = await share('flights');
    const shell = await (await fetch(server.url + link(flights))).text();
    const secret = 'a secret of nginx';
    const nginx = await startNginx(`
      location / { return 204; }
      location /sb/ {
        secure_link $arg_md5,$arg_expires; secure_link_md5 "$secure_link_expires$uri ${secret}";
        if ($secure_link = "") { return 403; }
        if ($secure_link = "0") { return 410; }
        default_type text/html; add_header Cache-Control no-store; try_files /shell.html =404;
      }`, { 'shell.html': shell });
    const expires = Math.floor(Date.now() / 1000) + 1800;
    const peerLinks = many(10_000, (_, i) => {
      const uri = `/sb/secure-embed/${i}`;
      const md5 = createHash('md5').update(`${expires}${uri} ${secret}`).digest('base64url');
      return { path: `${uri}?md5=${md5}&expires=${expires}`, expect: 200 };
    });
    const { pid } = server.process;
    const { theirs, ours, forged } = inTurn([
      { name: 'theirs', url: nginx.url, pid: nginx.worker, requests: peerLinks },
      { name: 'ours', url: server.url, pid, requests: many(10_000, () => ({ path: link(flights), expect: 200 })) },
      { name: 'forged', url: server.url, pid, requests: many(10_000, () => ({ path: link(flights, true), expect: 401 })) },
    ]);
    const before = resident(pid);
    let junk = 0;
    while (junk < 1_000_000) {
      junk += load(server.url, many(10_000, () => ({ path: link(flights, true) })), { seconds: 10 }).count;
    }
    const after = resident(pid);
    const row = (name, run) => [name, whole(run.rate), ratio(run.rate, theirs.rate),
      run.microseconds.toFixed(1), ratio(run.microseconds, theirs.microseconds), run.wrong];
    table('GET a signed link, requests per second on one core',
      ['', 'requests/s', 'of nginx', 'µs of processor', 'of nginx', 'wrong answers'], [
        row('nginx `secure_link`, same bytes', theirs),
        row('Casement, right signature', ours),
        row('Casement, wrong signature', forged),
      ]);
    console.log(`\nMemory over ${whole(junk)} wrong signatures: ${(before / 1e6).toFixed(1)} MB before, ` +
      `${(after / 1e6).toFixed(1)} MB after.`);
    await nginx.stop();
    await server.stop();
  },

  /** What guessing at keys costs the server: from one address, where it is soon not worked for, and from many. */
  async keys() {
    const { server } = await startServer({ env: { CASEMENT_ALIYUN_API_KEY_SHARE: 'true',
      CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: 'v1,v2,v3', CASEMENT_SERVER_TRUSTED_PROXIES: '127.0.0.1' } });
    const { url, process: { pid } } = server;
    const key = readLegacyKey(server.credentials.grafana.api_key);
    const wrongKey = () => legacyKey(randomBytes(16).toString('hex'), `nobody ${randomBytes(8).toString('hex')}`, 1);
    const v1 = text => `/d/flights/x?${new URLSearchParams({ aliyun_api_key: text })}`;
    const api = (text, headers = {}) => ({ path: '/api/org', headers: { authorization: `Bearer ${text}`, ...headers } });
    // So many addresses that none of them is shut out within a round.
    const from = i => ({ 'x-forwarded-for': `10.${i >> 16 & 255}.${i >> 8 & 255}.${i & 255}` });
    const kinds = {
      health: { path: () => ({ path: '/healthz', expect: 200 }), name: '`/healthz`' },
      right: { path: () => ({ path: sharable(key), expect: 200 }), name: 'right link, version 2' },
      v1: { path: () => ({ path: v1(wrongKey()), expect: 'refusal' }), name: 'wrong keys, version 1', junk: true },
      v2: { path: () => ({ path: sharable(key, { forged: true }), expect: 'refusal' }), name: 'wrong signatures, version 2', junk: true },
      names: { path: () => ({ path: sharable(key, { name: randomBytes(8).toString('hex'), forged: true }), expect: 'refusal' }),
        name: 'the same, each of another name', junk: true },
      bearer: { path: () => ({ ...api(wrongKey()), expect: 'refusal' }), name: 'wrong keys, bearer', junk: true },
      spread: { path: i => ({ ...api(wrongKey(), from(i)), expect: 'refusal' }), name: 'wrong keys, bearer, each from another address' },
    };
    const requests = Object.fromEntries(Object.entries(kinds).map(([kind, { path }]) => [kind, many(10_000, (_, i) => path(i))]));
    const junk = Object.entries(kinds).filter(([, one]) => one.junk).map(([kind]) => kind);
    // Once this address is shut out, the flood begins; the first wrong keys cost what the last row says.
    for (const kind of junk) {
      for (let i = 0, status = 0; status !== 429 && i < 2_000; i += 1) {
        const { path, headers } = kinds[kind].path(i);
        ({ status } = await fetch(url + path, { headers }));
      }
    }
    const runs = inTurn(Object.keys(kinds).filter(kind => kind !== 'spread')
      .map(kind => ({ name: kind, url, pid, requests: kind === 'right' ? many(10_000, () => kinds.right.path()) : requests[kind] })),
    { seconds: 4 });
    // Last, and once: those that are still being worked for when the load ends are not the others' cost.
    Object.assign(runs, inTurn([{ name: 'spread', url, pid, requests: requests.spread }], { rounds: 1, seconds: 4 }));
    const before = resident(pid);
    let count = 0;
    for (const kind of junk) {
      const until = Date.now() + 20_000;
      for (let n = 0; n < 1_000_000 && Date.now() < until;) {
        const run = load(url, many(10_000, (_, i) => kinds[kind].path(i)), { seconds: 5 });
        n += run.count;
        count += run.count;
      }
    }
    const after = resident(pid);
    const row = kind => [kinds[kind].name, whole(runs[kind].rate), ratio(runs[kind].rate, runs.right.rate),
      runs[kind].microseconds.toFixed(1), ratio(runs[kind].microseconds, runs.right.microseconds), runs[kind].wrong];
    table('Wrong keys and links, requests per second on one core',
      ['', 'requests/s', 'of a right link', 'µs of processor', 'of a right link', 'unexpected answers'],
      Object.keys(kinds).map(row));
    console.log(`\nMemory over ${whole(count)} wrong keys and links: ${(before / 1e6).toFixed(1)} MB before, ` +
      `${(after / 1e6).toFixed(1)} MB after.`);
    await server.stop();
  },

  async redeem() {
    const rows = [];
    for (const clients of [32, 128]) {
      const { server, share, api } = await startServer({ pin: false });
      await api('POST', '/api/casement/v1/dashboards',
        { document: { uid: 'bare', title: 'Bare', time: { span: '1h' }, panels: [] } });
      const bare = await share('bare');
      const ours = load(server.url, many(200_000, () => ({ ...opening(bare), expect: 201 })),
        { seconds: 5, connections: clients });
      await server.stop();
      const { folder, remove } = tempFolder();
      const theirs = Number(execFileSync(join(ROOT, 'build/bench/bench_group_commit'), [folder, String(clients), '5']));
      remove();
      rows.push([`${clients} clients`, whole(ours.rate), whole(theirs), ratio(ours.rate, theirs), ours.wrong]);
    }
    table('Open a session: nonce and session durable on disk, per second',
      ['', 'Casement, over HTTP', 'SQLite alone', 'ratio', 'wrong answers'], rows);
    await redeemLogins();
  },

  async cached() {
    const { server, share } = await startServer();
    const flights = await share('flights');
    const [first, ...panels] = await openSession(server, flights);
    const smallest = panels.filter(p => p.frames?.length > 0).sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length)[0];
    const request = { method: 'POST', path: '/api/casement/v1/query', expect: 200,
      headers: { ...JSON_TYPE, authorization: `Bearer ${first.access_token}` },
      body: JSON.stringify({ panels: [smallest.panel] }) };
    const body = await (await fetch(server.url + request.path, request)).text();
    const nginx = await startNginx('location / { default_type application/x-ndjson; }',
      { 'panel.json': body, 'index.html': 'ready' });
    const ours = load(server.url, [request]);
    const theirs = load(nginx.url, [{ path: '/panel.json', expect: 200 }]);
    table(`A cached panel (session check, ${body.length} bytes), requests per second on one core`,
      ['', 'requests/s', 'of nginx', 'wrong answers'], [
        ['nginx, a static file of that size', whole(theirs.rate), '1.00', theirs.wrong],
        ['Casement', whole(ours.rate), ratio(ours.rate, theirs.rate), ours.wrong],
      ]);
    await nginx.stop();
    await server.stop();
  },

  async query() {
    const { folder, remove } = tempFolder();
    compared('A panel\'s query through the engine, median milliseconds', 'DuckDB alone',
      'bench_query', [join(FLIGHTS, 'data/flights-3m.parquet'), folder, '41']);
    remove();
  },

  async postgres() {
    compared('A panel\'s query to PostgreSQL through the engine, median milliseconds', 'psql',
      'bench_postgres_query', ['41']);
  },

  async start() {
    const { folder, remove } = tempFolder();
    const provision = join(folder, 'provision');
    cpSync(join(FLIGHTS, 'sources'), join(provision, 'sources'), { recursive: true });
    cpSync(join(FLIGHTS, 'data'), join(provision, 'data'), { recursive: true });
    mkdirSync(join(provision, 'dashboards'));
    const document = JSON.parse(readFileSync(join(FLIGHTS, 'dashboards/flights.json')));
    for (let i = 0; i < 1000; i += 1) {
      writeFileSync(join(provision, 'dashboards', `d${i}.json`),
        JSON.stringify({ ...document, uid: `d${i}`, title: `Dashboard ${i}` }));
    }
    const dataDir = join(folder, 'data');
    await (await startCasement({ dataDir, args: ['--provision', provision] })).stop();
    const times = [];
    let memory = 0;
    for (let round = 0; round < 7; round += 1) {
      const port = await freePort();
      const start = performance.now();
      const starting = startCasement({ dataDir, role: null, listen: `127.0.0.1:${port}` });
      await answers(`http://127.0.0.1:${port}/healthz`);
      times.push(performance.now() - start);
      const server = await starting;
      memory = resident(server.process.pid);
      await server.stop();
    }
    table('Start, with 1 000 dashboards in the catalog', ['', 'measured', 'goal'], [
      ['ready (median of 7)', `${median(times).toFixed(0)} ms`, '≤ 200 ms'],
      ['resident memory, idle', `${(memory / 1e6).toFixed(0)} MB`, '≤ 60 MB'],
    ]);
    remove();
  },

  async crowd() {
    const { server, share } = await startServer({ pin: false });
    const flights = await share('flights');
    const runs = async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^casement_query_runs_total (\d+)/m.exec(text)?.[1] ?? NaN);
    };
    const before = await runs();
    const start = performance.now();
    const answersOfAll = await Promise.all(many(1000, () => openSession(server, flights)));
    const took = performance.now() - start;
    const after = await runs();
    const panels = answersOfAll[0].filter(line => line.panel).length;
    const frames = answersOfAll[0].reduce((n, line) => n + (line.frames?.length ?? 0), 0);
    const failed = answersOfAll.flat().filter(line => line.error).length;
    table('1 000 viewers open one dashboard at once', ['', 'measured'], [
      ['panels and queries each viewer saw', `${panels} and ${frames}`],
      ['queries that reached the source', after - before],
      ['panels that failed', failed],
      ['until the last had everything', `${took.toFixed(0)} ms`],
    ]);
    await server.stop();
  },

  async page() {
    const { measurePage } = await import('./support/page.mjs');
    const { server, share } = await startServer({ pin: false });
    const flights = await share('flights');
    await measurePage(server.url, () => server.url + link(flights));
    await server.stop();
  },

  async weight() {
    const { measureWeight } = await import('./support/weight.mjs');
    await measureWeight(link);
  },
};


const wanted = process.argv.slice(2);
if (wanted.includes('--list')) {
  console.log(Object.keys(subjects).join('\n'));
  process.exit(0);
}
const unknown = wanted.filter(name => !(name in subjects));
if (unknown.length) {
  console.error(`no such subject: ${unknown.join(', ')} (there are: ${Object.keys(subjects).join(', ')})`);
  process.exit(2);
}
const [cpu] = os.cpus();
console.log(`${cpu.model}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ` +
  `Linux ${os.release().replace(/-.*/, '')}; server on core ${SERVER_CORE}, load on core ${LOAD_CORE} where a rate is of one core.`);
for (const name of wanted.length ? wanted : Object.keys(subjects)) await subjects[name]();
