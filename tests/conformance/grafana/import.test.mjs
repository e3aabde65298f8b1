// A dashboard that a tool saved through Grafana's API, opened by its link: the same rows as the same
// SQL asked by a document of this server's own, whatever the variables are set to.
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { bearer, readLegacyKey, startGrafana } from './support.mjs';

const flights = fileURLToPath(new URL('../../../examples/flights/', import.meta.url));
const time = { from: '2001-01-01T00:00:00Z', to: '2001-01-15T00:00:00Z' };
const choices = ['ATL', 'ORD', 'DFW'];

const target = (id, type, rawSql, more = {}) => ({
  id,
  type,
  title: `Panel ${id}`,
  gridPos: { x: 0, y: id * 8, w: 24, h: 8 },
  datasource: 'flights',
  targets: [{ refId: 'A', rawSql, format: 'table' }],
  ...more,
});
const saved = {
  uid: 'saved',
  title: 'Saved',
  schemaVersion: 41,
  time,
  templating: {
    list: [
      {
        name: 'one',
        type: 'query',
        datasource: { type: 'duckdb', uid: 'flights' },
        query: 'SELECT DISTINCT origin FROM flights ORDER BY 1',
        current: { value: 'ATL', text: 'ATL' },
      },
      {
        name: 'many',
        type: 'custom',
        query: choices.join(','),
        multi: true,
        includeAll: true,
        current: { value: ['ATL', 'ORD'] },
      },
      { name: 'interval', type: 'interval', query: '6h,1d', current: { value: '1d' } },
      { name: 'text', type: 'textbox', query: 'T' },
    ],
  },
  panels: [
    target(
      1,
      'timeseries',
      `SELECT $__timeGroup(date, '$interval') AS time, count(*) AS flights FROM flights
       WHERE $__timeFilter(date) AND origin = '$one' GROUP BY 1 ORDER BY 1`,
    ),
    target(
      2,
      'table',
      `SELECT origin, count(*) AS flights FROM flights
       WHERE date >= $__timeFrom() AND date <= $__timeTo() AND origin IN ($many)
       GROUP BY 1 ORDER BY 1`,
    ),
    target(3, 'stat', "SELECT count(*) AS n FROM flights WHERE origin LIKE '%$text%'", {
      datasource: null,
    }),
    target(4, 'table', 'SELECT * FROM $one'),
    { id: 5, type: 'heatmap', gridPos: { x: 0, y: 60, w: 24, h: 8 } },
  ],
};
// The same questions in this server's own words.
const own = {
  uid: 'own',
  title: 'Own',
  time,
  variables: [
    { name: 'one', type: 'text', default: ['ATL'] },
    {
      name: 'many',
      type: 'list',
      multi: true,
      include_all: true,
      choices: choices.map((value) => ({ value })),
      default: ['ATL', 'ORD'],
    },
    { name: 'text', type: 'text', default: ['T'] },
  ],
  panels: [
    `select time_bucket(interval '1 day', date) as time, count(*) as flights from flights
     where date between $from and $to and origin = $one group by 1 order by 1`,
    `select origin, count(*) as flights from flights
     where date between $from and $to and list_contains($many, origin) group by 1 order by 1`,
    'select count(*) as n from flights where contains(origin, $text)',
  ].map((sql, i) => ({
    id: i + 1,
    type: 'table',
    grid: { x: 0, y: i * 4, w: 24, h: 4 },
    queries: [{ source: 'flights', sql }],
  })),
};

let grafana;
let key;
before(async () => {
  grafana = await startGrafana({
    args: ['--provision', flights],
    env: {
      CASEMENT_ALIYUN_API_KEY_SHARE: 'true',
      CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: 'v1,v2,v3',
    },
  });
  key = (await grafana.newKey('a wall')).key;
  await grafana.post('/api/dashboards/db', { dashboard: saved });
  await grafana.expect(201, 'POST', '/api/casement/v1/dashboards', {
    headers: bearer(grafana.credentials.service_token),
    body: { document: own },
  });
});
after(() => grafana?.close());

function v2(path) {
  const { name, org, hash } = readLegacyKey(key);
  const timestamp = Math.floor(Date.now() / 1000);
  const parameters = new URLSearchParams({
    aliyun_api_key_sign: createHash('md5').update(`${hash}_${timestamp}`).digest('hex'),
    aliyun_api_key_timestamp: timestamp,
    aliyun_api_key_name: name,
    aliyun_api_key_org_id: org,
  });
  return `${path}${path.includes('?') ? '&' : '?'}${parameters}`;
}

/** The lines of the answer that opens a link. */
async function open(link) {
  const answer = await grafana.http.call('POST', '/api/casement/v1/sessions', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ link, secret: randomBytes(32).toString('base64url') }),
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const values = (lines, panel) => {
  const line = lines.find((candidate) => candidate.panel === panel);
  assert.ok(line?.frames, JSON.stringify(line));
  return line.frames[0].columns.map((column) => [column.name, column.values]);
};

describe('a dashboard saved through the API', () => {
  test('opens by a link and shows what its queries say', async () => {
    const lines = await open(v2('/d/saved/saved'));
    const { dashboard } = lines[0];
    assert.equal(dashboard.title, 'Saved');
    assert.deepEqual(
      dashboard.variables.map(({ name, type, multi, value }) => [name, type, multi, value]),
      [
        ['one', 'query', false, ['ATL']],
        ['many', 'list', true, ['ATL', 'ORD']],
        ['interval', 'interval', false, ['1d']],
        ['text', 'text', false, ['T']],
      ],
    );
    assert.ok(dashboard.variables[0].choices.length > 50);
    assert.deepEqual(
      dashboard.panels.map(({ id, type }) => [id, type]),
      [
        [1, 'timeseries'],
        [2, 'table'],
        [3, 'stat'],
        [4, 'text'],
        [5, 'text'],
      ],
    );
    assert.match(JSON.stringify(dashboard.panels[3].content), /cannot be shown here/);
    assert.match(JSON.stringify(dashboard.panels[4].content), /cannot be shown here/);
    assert.equal(JSON.stringify(lines).includes('SELECT'), false, 'no query goes to the viewer');
    const same = await open(v2('/d/own/own'));
    for (const panel of [1, 2, 3]) {
      const got = values(lines, panel);
      assert.deepEqual(got, values(same, panel), `panel ${panel}`);
      assert.ok(got[0][1].length > 0);
    }
  });

  test('binds an interval as text over a source that a variable chooses, too', async () => {
    const [interval] = saved.templating.list.filter(({ name }) => name === 'interval');
    const type = 'motherduck-duckdb-datasource';
    const ds = { name: 'ds', type: 'datasource', query: type, current: { value: 'flights' } };
    const [first] = saved.panels;
    await grafana.post('/api/dashboards/db', {
      dashboard: {
        uid: 'chosen',
        title: 'Chosen',
        time,
        templating: { list: [ds, interval, saved.templating.list[0]] },
        panels: [{ ...first, datasource: { type, uid: '$ds' } }],
      },
    });
    const lines = await open(v2('/d/chosen'));
    assert.deepEqual(values(lines, 1), values(await open(v2('/d/own/own')), 1));
  });

  const chosen = {
    'one value': 'var-one=ORD&var-text=FW',
    'several values': 'var-many=DFW&var-many=ATL',
    'all values': 'var-many=$__all',
    'values that are no values': `var-one=${encodeURIComponent("'; drop table flights; --")}&var-text=${encodeURIComponent("%' or 1=1 --")}`,
  };
  for (const [what, query] of Object.entries(chosen)) {
    test(`gives the rows of ${what}`, async () => {
      const lines = await open(v2(`/d/saved?${query}`));
      const same = await open(v2(`/d/own?${query.replace('$__all', '%24__all')}`));
      for (const panel of [1, 2, 3]) assert.deepEqual(values(lines, panel), values(same, panel));
    });
  }

  test('binds another interval, and shows one panel alone', async () => {
    const days = values(await open(v2('/d/saved')), 1)[0][1].length;
    const lines = await open(v2('/d-solo/saved?panelId=1&var-interval=6h'));
    assert.equal(lines[0].sharable.page.panel, 1);
    assert.ok(values(lines, 1)[0][1].length > days);
  });

  test('opens through a secure embed, whose values are locked', async () => {
    const { service_token: serviceToken } = grafana.credentials;
    const share = await grafana.expect(200, 'POST', '/api/v2/dashboard/saved/shared/secure-embed', {
      headers: bearer(serviceToken),
      body: {
        data: {
          type: 'secure_embed_request',
          attributes: {
            title: 'Of one airport',
            status: 'active',
            global_time: {},
            global_time_selectable: false,
            selectable_template_vars: [{ name: 'one', default_values: ['DFW'] }],
            viewing_preferences: { theme: 'system', high_density: false },
          },
        },
      },
    });
    const { token, credential } = share.data.attributes;
    const nonce = randomBytes(16).toString('hex');
    const ts = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', credential).update(`${nonce}|${ts}`).digest('hex');
    const lines = await open(
      `/sb/secure-embed/${token}?token=${signature}&nonce=${nonce}&ts=${ts}`,
    );
    const same = await open(v2('/d/own?var-one=DFW'));
    assert.deepEqual(values(lines, 1), values(same, 1));
    assert.equal(lines[0].dashboard.variables[0].mode, 'locked');
  });

  test('opens by the other versions of links, and version 3 locks its variables', async () => {
    const same = await open(v2('/d/own/own?var-one=ORD'));
    const first = await open(`/d/saved/saved?var-one=ORD&aliyun_api_key=${encodeURIComponent(key)}`);
    assert.deepEqual(values(first, 1), values(same, 1));

    const { name, org, hash } = readLegacyKey(key);
    const expires = Math.floor(Date.now() / 1000) + 60;
    const nonce = randomBytes(16).toString('hex');
    const lines = [
      'casement-grafana-v3',
      '/d/saved/saved',
      org,
      name,
      expires,
      '',
      nonce,
      'lock:one=ORD',
    ].join('\n');
    const signed = new URLSearchParams({
      'var-one': 'ORD',
      casement_key: name,
      casement_org: org,
      casement_expires: expires,
      casement_lock: 'one',
      casement_nonce: nonce,
      casement_signature: createHmac('sha256', hash).update(lines).digest('hex'),
    });
    const third = await open(`/d/saved/saved?${signed}`);
    assert.deepEqual(values(third, 1), values(same, 1));
    assert.equal(third[0].dashboard.variables[0].mode, 'locked');
  });

  test('can be public, with its variables', async () => {
    const shared = await grafana.post('/api/dashboards/uid/saved/public-dashboards', {
      isEnabled: true,
      variablesEnabled: true,
    });
    const { accessToken } = shared;
    const lines = await open(`/public-dashboards/${accessToken}?var-one=ORD`);
    const same = await open(v2('/d/own/own?var-one=ORD'));
    for (const panel of [1, 2, 3]) assert.deepEqual(values(lines, panel), values(same, panel));
    const path = `/api/public/dashboards/${accessToken}`;
    const { dashboard } = await grafana.get(path, { headers: {} });
    assert.equal(dashboard.panels.length, saved.panels.length);
    assert.doesNotMatch(JSON.stringify(dashboard), /SELECT/);
    const asked = await grafana.call('POST', `${path}/panels/2/query`, {
      headers: {},
      body: { variables: { many: ['DFW'] } },
    });
    assert.equal(asked.status, 200, asked.text);
    const [origins] = asked.json.results.A.frames[0].data.values;
    assert.deepEqual(origins, ['DFW']);
  });

  test('can be kept as a snapshot, with its data and without its queries', async () => {
    const made = await grafana.post('/api/snapshots', { dashboard: { uid: 'saved' } });
    const lines = await open(`/dashboard/snapshot/${made.key}`);
    const same = await open(v2('/d/saved/saved'));
    for (const panel of [1, 2, 3]) assert.deepEqual(values(lines, panel), values(same, panel));
    const { text } = await grafana.call('GET', `/api/snapshots/${made.key}`, { headers: {} });
    assert.doesNotMatch(text, /SELECT/);
  });

  test('tells its author what became of each panel', async () => {
    const headers = bearer(grafana.credentials.service_token);
    const path = (uid) => `/api/casement/v1/dashboards/${uid}/import-report`;
    const { notes } = await grafana.get(path('saved'), { headers });
    const about = (subject) => notes.filter((note) => note.about === subject);
    assert.deepEqual(about('panel 1'), [
      { kind: 'taken', about: 'panel 1', sentence: 'Shown as timeseries.' },
    ]);
    assert.deepEqual(about('panel 4'), [
      {
        kind: 'left_out',
        about: 'panel 4',
        sentence: 'Line 1: "$one" stands where a table is named.',
      },
    ]);
    await grafana.expect(409, 'GET', path('own'), { headers });
    await grafana.expect(404, 'GET', path('nothing'), { headers });
  });

  test('is given back as it was sent', async () => {
    const { dashboard } = await grafana.get('/api/dashboards/uid/saved');
    assert.deepEqual(dashboard.panels, saved.panels);
    assert.deepEqual(dashboard.templating, saved.templating);
  });
});
