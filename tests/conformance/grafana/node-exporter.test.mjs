// A dashboard of a machine's vital signs, imported from Grafana's JSON, over a real Prometheus with a
// real node exporter: every panel draws, and every number is what Prometheus itself answers.
// CASEMENT_DASHBOARDS, paths between colons, has other documents tried in the same way.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startMetrics } from '../../support/metrics.mjs';
import { bearer, readLegacyKey, startGrafana } from './support.mjs';

const own = fileURLToPath(new URL('fixture/machine.json', import.meta.url));
const others = (process.env.CASEMENT_DASHBOARDS ?? '').split(':').filter(Boolean);
const kScrape = 1000;
const kRange = 15_000;
/** The newest samples are still on their way. */
const kSettled = 3000;

let metrics;
let grafana;
let key;
before(async () => {
  metrics = await startMetrics();
  grafana = await startGrafana({
    env: {
      CASEMENT_ALIYUN_API_KEY_SHARE: 'true',
      CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: 'v2',
    },
  });
  key = (await grafana.newKey('a wall')).key;
  await grafana.post('/api/datasources', {
    name: 'Metrics',
    uid: 'metrics',
    type: 'prometheus',
    access: 'proxy',
    url: metrics.url,
    isDefault: true,
    jsonData: { timeInterval: `${kScrape / 1000}s` },
  });
});
after(async () => {
  await grafana?.close();
  await metrics?.close();
});

const lines = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The first line, and the line of every panel, those of folded rows too. */
async function shown(uid, to) {
  const { name, org, hash } = readLegacyKey(key);
  const timestamp = Math.floor(Date.now() / 1000);
  const parameters = new URLSearchParams({
    from: to - kRange,
    to,
    aliyun_api_key_sign: createHash('md5').update(`${hash}_${timestamp}`).digest('hex'),
    aliyun_api_key_timestamp: timestamp,
    aliyun_api_key_name: name,
    aliyun_api_key_org_id: org,
  });
  const opened = await grafana.call('POST', '/api/casement/v1/sessions', {
    headers: {},
    body: { link: `/d/${uid}/x?${parameters}`, secret: randomBytes(32).toString('base64url') },
  });
  assert.equal(opened.status, 201, opened.text);
  const [first] = lines(opened.text);
  const { panels } = first.dashboard;
  const asking = panels.filter(({ queries }) => queries?.length > 0);
  const answer = await grafana.call('POST', '/api/casement/v1/query', {
    headers: bearer(first.access_token),
    body: {
      content: `dashboards/${first.content.id}`,
      panels: asking.map(({ id, repeat }) => (repeat === undefined ? id : { id, repeat })),
      time: { from: to - kRange, to },
    },
  });
  assert.equal(answer.status, 200, answer.text);
  const answers = lines(answer.text);
  assert.deepEqual(answers.pop(), { end: true });
  assert.equal(answers.length, asking.length);
  return { first, answers };
}

/** A query with its values in it, as Grafana would have sent it. */
function filled(text, first, line, step) {
  const named = {
    __rate_interval: `${Math.max(step + kScrape, 4 * kScrape)}ms`,
    __interval: `${step}ms`,
    __range: `${Math.round((line.to - line.from) / 1000)}s`,
  };
  for (const { name, value, choices, multi } of first.dashboard.variables) {
    const chosen = value.includes('*') ? choices.map((choice) => choice.value) : value;
    const escaped = chosen.map((one) => one.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&'));
    named[name] = multi ? (escaped.length === 1 ? escaped[0] : `(${escaped.join('|')})`) : chosen[0];
    if (line.repeat !== undefined && line.repeat_by === name) named[name] = line.repeat;
  }
  return text.replace(/\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)\]\]/g, (whole, a, b, c) => {
    return named[a ?? b ?? c] ?? whole;
  });
}

const identity = (labels = {}) => {
  const { __name__, ...rest } = labels;
  return JSON.stringify(Object.entries(rest).sort());
};

/** Every value of ours beside Prometheus's. */
function assertSame(ours, theirs, what) {
  assert.equal(ours === null, theirs === null, `${what}: ${ours} is not ${theirs}`);
  if (ours === null) return;
  const close = Math.abs(ours - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs));
  assert.ok(close, `${what}: ${ours} is not ${theirs}`);
}
const number = (text) => (Number.isFinite(Number(text)) ? Number(text) : null);

async function compareRange(frame, query, what) {
  const [time, ...columns] = frame.columns;
  const [start, end] = [time.values[0], time.values.at(-1)];
  const step = time.values.length > 1 ? time.values[1] - start : kScrape;
  const series = await metrics.ask('query_range', {
    query: query(step),
    start: start / 1000,
    end: end / 1000,
    step: step / 1000,
  });
  const named = new Map(series.map((one) => [identity(one.metric), one.values]));
  assert.equal(columns.length, named.size, `${what}: the number of series`);
  for (const column of columns) {
    const values = named.get(identity(column.labels));
    assert.ok(values, `${what}: ${identity(column.labels)}`);
    const at = new Map(values.map(([second, text]) => [Math.round(second * 1000), number(text)]));
    for (const [row, moment] of time.values.entries()) {
      assertSame(column.values[row], at.get(moment) ?? null, `${what} at ${moment}`);
    }
  }
  return columns.length;
}

async function compareInstant(frame, query, what) {
  const time = frame.columns.find(({ type }) => type === 'time');
  const answers = await metrics.ask('query', {
    query: query(kScrape),
    time: time.values[0] / 1000,
  });
  // A table has labels in columns and one of values; else each series has a column.
  const ours = frame.columns.filter(({ type }) => type === 'number').flatMap(({ values }) => values);
  const sorted = (list) => [...list].sort((a, b) => a - b);
  const theirs = sorted(answers.map(({ value }) => number(value[1])));
  assert.equal(ours.length, theirs.length, `${what}: the number of rows`);
  sorted(ours).forEach((value, i) => assertSame(value, theirs[i], what));
  return ours.length;
}

function allPanels(panels) {
  return panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);
}

for (const path of [own, ...others]) {
  describe(`The dashboard ${path.split('/').at(-1)}`, () => {
    const document = JSON.parse(readFileSync(path, 'utf8'));
    const written = new Map(
      allPanels([...(document.panels ?? []), ...(document.rows ?? [])]).map((one) => [one.id, one]),
    );
    let uid;

    test('comes in with every panel', async () => {
      const inputs = Object.fromEntries(
        (document.__inputs ?? []).map(({ name }) => [name, 'Metrics']),
      );
      const { dashboard, notes } = await grafana.expect(
        201,
        'POST',
        '/api/casement/v1/dashboards/import',
        {
          headers: bearer(grafana.credentials.service_token),
          body: { document: { ...document, id: null }, inputs },
        },
      );
      uid = dashboard.uid;
      const left = notes.filter(({ kind, about }) => kind === 'left_out' && /^panel/.test(about));
      assert.deepEqual(left, []);
    });

    test('shows what Prometheus itself answers', async (t) => {
      const to = Math.floor((Date.now() - kSettled) / 1000) * 1000;
      const { first, answers } = await shown(uid, to);
      let queries = 0;
      let series = 0;
      for (const line of answers) {
        assert.ok(line.frames, JSON.stringify(line));
        const panel = written.get(line.panel);
        for (const frame of line.frames) {
          const target = panel.targets.find(({ refId }) => refId === frame.name);
          const what = `panel ${line.panel} "${panel.title}" ${frame.name}`;
          const query = (step) => filled(target.expr, first, line, step);
          queries += 1;
          // A legend without parts that follow from labels is the name of every series.
          const legend = target.legendFormat ?? '';
          if (target.format !== 'table' && legend !== '__auto' && /^[^{}$]+$/.test(legend)) {
            const names = frame.columns.slice(1).map(({ name }) => name);
            assert.deepEqual([...new Set(names)], names.length > 0 ? [legend] : [], what);
          }
          if (frame.rows === 0) {
            const times = { start: line.from / 1000, end: line.to / 1000, step: kScrape / 1000 };
            const none = await metrics.ask('query_range', { query: query(kScrape), ...times });
            assert.deepEqual(none, [], what);
          } else if (target.format === 'heatmap') {
            assert.ok(frame.columns.length > 1, what);
          } else if (target.instant === true || target.format === 'table') {
            series += await compareInstant(frame, query, what);
          } else {
            series += await compareRange(frame, query, what);
          }
        }
      }
      assert.ok(series > 0);
      t.diagnostic(`${answers.length} panels, ${queries} queries, ${series} series or rows`);
    });
  });
}
