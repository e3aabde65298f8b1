// What viewers may choose on dashboards of Grafana's, over a real PostgreSQL and DuckDB: every kind
// of variable, every way in, every format in which a document writes one, and values that are made
// to be taken for something else. No value becomes a piece of a query.
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startPostgres } from '../../support/postgres.mjs';
import { bearer, readLegacyKey, startGrafana } from './support.mjs';

const kEngines = [
  { source: 'words', type: 'motherduck-duckdb-datasource' },
  { source: 'postgres', type: 'grafana-postgresql-datasource' },
];
const range = { from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00Z' };

/** Each is a row of `words`, at its place from 1 on. */
const kHostile = [
  'plain',
  "it's",
  "'; drop table words; --",
  "' or '1'='1",
  "') or 1=1 --",
  'say "no"',
  '"; drop table words; --',
  'back\\slash',
  "\\'; drop table words; --",
  '-- a comment',
  '/* not closed',
  '*/ closed',
  '$$ select 1 $$',
  '$one',
  '${one:raw}',
  '$1',
  '$__timeFilter(at)',
  'a,b',
  '{a,b}',
  '(a|b)',
  '.*',
  '[x]',
  '%',
  '_',
  'Grüße 日本 🪟',
  'first\nsecond',
  'tab\there',
  'ｆｕｌｌ＇ｗｉｄｔｈ',
  'ʼ modifier',
  'null',
  ';',
  '?',
  ':one',
  "E'\\x27'",
  "U&'\\0027'",
];
const kRows = [
  ['north', 'Aachen', 'web-1', 1],
  ['north', 'Bremen', 'web-2', 2],
  ['south', 'Bonn', 'db-1', 4],
  ['south', 'Trier', 'web-10', 8],
  ['south', "L'Aquila", 'web-9', 16],
];

let folder;
let postgres;
let grafana;
let key;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casement-variables-'));
  postgres = await startPostgres();
  await writeSources();
  grafana = await startGrafana({
    args: ['--provision', folder],
    env: {
      CASEMENT_ALIYUN_API_KEY_SHARE: 'true',
      CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: 'v2,v3',
    },
  });
  key = (await grafana.newKey('a wall')).key;
});
after(async () => {
  await grafana?.close();
  await postgres?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const csv = (text) => `"${String(text).replaceAll('"', '""')}"`;
const sqlText = (text) => `'${String(text).replaceAll("'", "''")}'`;

async function writeSources() {
  for (const name of ['sources', 'data']) mkdirSync(join(folder, name));
  const write = (name, lines) => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  const duckdb = (name, tables) =>
    write(`sources/${name}.yaml`, [
      `name: ${name}`,
      'type: duckdb',
      'settings:',
      '  tables:',
      ...tables.map((table) => `    ${table.split('-')[0]}: data/${table}.csv`),
    ]);
  write('data/words.csv', ['id,word', ...kHostile.map((word, i) => `${i + 1},${csv(word)}`)]);
  const rows = (factor) => [
    'region,city,host,requests',
    ...kRows.map(([region, city, host, n]) => `${region},${csv(city)},${host},${n * factor}`),
  ];
  write('data/visits.csv', rows(1));
  write('data/visits-b.csv', rows(100));
  write('data/visits-c.csv', rows(10_000));
  duckdb('words', ['words', 'visits']);
  duckdb('shop-b', ['visits-b']);
  duckdb('shop-c', ['visits-c']);
  duckdb('secret', ['visits-c']);
  write('sources/postgres.yaml', [
    'name: postgres',
    'type: postgres',
    'settings:',
    `  host: ${postgres.folder}`,
    `  database: ${postgres.database}`,
    `  user: ${postgres.user}`,
    '  ssl_mode: disable',
  ]);
  const words = kHostile.map((word, i) => `(${i + 1}, ${sqlText(word)})`);
  const visits = kRows.map((row) => `(${row.map(sqlText).join(', ')})`);
  await postgres.execute(
    `create table words (id int, word text);
     insert into words values ${words.join(', ')};
     create table visits (region text, city text, host text, requests int);
     insert into visits values ${visits.join(', ')};`,
  );
}

// -- ways in ------------------------------------------------------------------------------------

const json = { 'Content-Type': 'application/json' };
const lines = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** {status, code} of a refusal, or the viewer that a link opens. */
async function enter(link) {
  const answer = await grafana.http.call('POST', '/api/casement/v1/sessions', {
    headers: json,
    body: JSON.stringify({ link, secret: randomBytes(32).toString('base64url') }),
  });
  if (answer.status !== 201) return { status: answer.status, ...JSON.parse(answer.text).error };
  return new Viewer(lines(answer.text), link);
}

class Viewer {
  constructor([first, ...panels], link) {
    this.status = 201;
    // A key opens many dashboards, so each question says which it is about.
    const uid = /^\/d\/([^/?]+)/.exec(link)?.[1];
    if (uid) this.content = `dashboards/${uid}`;
    this.token = first.access_token;
    this.dashboard = first.dashboard;
    this.panels = panels;
  }

  variable(name) {
    return this.dashboard.variables.find((variable) => variable.name === name);
  }

  /** The lines of these panels with these values, or {status, code}. */
  async ask(panels, variables = {}) {
    const answer = await grafana.http.call('POST', '/api/casement/v1/query', {
      headers: { ...json, ...bearer(this.token) },
      body: JSON.stringify({ panels, variables, content: this.content }),
    });
    if (answer.status !== 200) return { status: answer.status, ...JSON.parse(answer.text).error };
    return lines(answer.text).filter((line) => 'panel' in line);
  }

  /** The first column of one panel, or the code of what refuses it. */
  async column(panel, variables) {
    const answer = await this.ask([panel], variables);
    return Array.isArray(answer) ? column(answer, panel) : answer.code;
  }
}

function column(list, panel) {
  const line = list.find((candidate) => candidate.panel === panel);
  return line.error ? line.error.code : line.frames[0].columns[0].values;
}

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

/** A link that fixes variables: `lock` and `bound` are values by name. */
function v3(path, { lock = {}, bound = {} }) {
  const { name, org, hash } = readLegacyKey(key);
  const expires = Math.floor(Date.now() / 1000) + 60;
  const nonce = randomBytes(16).toString('hex');
  const signed = ['casement-grafana-v3', path, org, name, expires, '', nonce];
  const parameters = new URLSearchParams();
  for (const [kind, fixed] of Object.entries({ lock, bound })) {
    for (const variable of Object.keys(fixed).sort()) {
      for (const value of [...fixed[variable]].sort()) {
        signed.push(`${kind}:${variable}=${value}`);
        parameters.append(`var-${variable}`, value);
      }
    }
  }
  parameters.set('casement_key', name);
  parameters.set('casement_org', org);
  parameters.set('casement_expires', expires);
  if (Object.keys(lock).length) parameters.set('casement_lock', Object.keys(lock).join(','));
  if (Object.keys(bound).length) parameters.set('casement_bound', Object.keys(bound).join(','));
  parameters.set('casement_nonce', nonce);
  parameters.set(
    'casement_signature',
    createHmac('sha256', hash).update(signed.join('\n')).digest('hex'),
  );
  return `${path}?${parameters}`;
}

const admin = () => ({ headers: bearer(grafana.credentials.service_token) });

/** Links of a share that lists these variables. */
async function secureEmbed(uid, variables) {
  const path = `/api/v2/dashboard/${uid}/shared/secure-embed`;
  const attributes = {
    title: `Shared ${uid}`,
    status: 'active',
    global_time: {},
    global_time_selectable: false,
    selectable_template_vars: variables,
    viewing_preferences: { theme: 'system', high_density: false },
  };
  const body = { data: { type: 'secure_embed_request', attributes } };
  const share = await grafana.expect(200, 'POST', path, { ...admin(), body });
  const { token, credential } = share.data.attributes;
  return () => {
    const nonce = randomBytes(16).toString('hex');
    const ts = Math.floor(Date.now() / 1000);
    const mac = createHmac('sha256', credential).update(`${nonce}|${ts}`).digest('hex');
    return `/sb/secure-embed/${token}?token=${mac}&nonce=${nonce}&ts=${ts}`;
  };
}

const publish = (uid, variablesEnabled) =>
  grafana.post(`/api/dashboards/uid/${uid}/public-dashboards`, {
    isEnabled: true,
    variablesEnabled,
  });

const leftOut = async (uid, about) => {
  const { notes } = await grafana.get(`/api/casement/v1/dashboards/${uid}/import-report`, admin());
  return notes.filter((note) => note.kind === 'left_out' && note.about === about);
};

const panelOf = (id, datasource, rawSql, more = {}) => ({
  id,
  type: 'table',
  title: `Panel ${id}`,
  gridPos: { x: 0, y: id * 4, w: 24, h: 4 },
  datasource,
  targets: [{ refId: 'A', rawSql, format: 'table' }],
  ...more,
});

// -- formats ------------------------------------------------------------------------------------

/** Places where one value stands, each of which finds the one row that has it. */
const kSingle = [
  "word = '$one'",
  "word = '${one}'",
  "word = '[[one]]'",
  'word = $one',
  "word IN ('$one')",
  'word IN ($one)',
  "word = '${one:raw}'",
  "word = '${one:csv}'",
  "word = '${one:pipe}'",
  "word = '${one:glob}'",
  "word = '${one:text}'",
  "word = '${one:json}'",
  'word = ${one:sqlstring}',
  'word = ${one:singlequote}',
  "word ~ '^${one:regex}$'",
  "'<' || word || '>' = '<$one>'",
];
/** The same of several. */
const kSeveral = [
  'word IN ($many)',
  'word IN (${many})',
  'word IN ([[many]])',
  'word IN (${many:sqlstring})',
  'word IN (${many:singlequote})',
  'word IN (${many:csv})',
  'word IN (${many:raw})',
  'word = ANY(ARRAY[$many])',
  "word = ANY('{${many:csv}}')",
  "word ~ '^${many:regex}$'",
];
/** What cannot be bound without becoming a piece of the text. */
const kRefused = [
  ...['one', 'many'].flatMap((name) =>
    [
      'doublequote',
      'lucene',
      'percentencode',
      'uriencode',
      'html',
      'queryparam',
      'distributed',
      'date',
      'join',
      'customqueryparam:a:b',
      'nosuch',
    ].flatMap((format) => [`word = '\${${name}:${format}}'`, `word IN (\${${name}:${format}})`]),
  ),
  "word = '${many:glob}'",
  "word = '${many:text}'",
  "word = '$many'",
  'word = "$one"',
  'word = $nosuch',
  "word = '${one.text}'",
  'word = word ORDER BY $one',
  "word = '${one:raw",
];

describe('a value', () => {
  for (const { source, type } of kEngines) {
    describe(`over ${source}`, () => {
      const datasource = { type, uid: source };
      const uid = `formats-${source}`;
      const places = [...kSingle, ...kSeveral];
      let viewer;
      before(async () => {
        const where = (id, condition) =>
          panelOf(id, datasource, `SELECT id FROM words WHERE ${condition}`);
        await grafana.post('/api/dashboards/db', {
          dashboard: {
            uid,
            title: uid,
            schemaVersion: 41,
            timezone: 'utc',
            time: range,
            templating: {
              list: [
                { name: 'one', type: 'textbox', query: 'plain' },
                {
                  name: 'many',
                  type: 'query',
                  datasource,
                  query: 'SELECT word FROM words ORDER BY id',
                  multi: true,
                  includeAll: true,
                  current: { value: ['plain'] },
                },
              ],
            },
            panels: [
              ...places.map((place, i) => where(i + 1, `${place} ORDER BY id`)),
              panelOf(90, datasource, "SELECT '${many:json}' AS written"),
              panelOf(91, datasource, "SELECT '${many:pipe}' || '/' || '${many:csv}' AS written"),
              panelOf(92, datasource, 'SELECT count(*) AS n FROM words'),
              ...kRefused.map((place, i) => where(i + 100, place)),
            ],
          },
        });
        viewer = await enter(v2(`/d/${uid}`));
        assert.equal(viewer.status, 201, JSON.stringify(viewer));
        for (const [i, place] of places.entries()) {
          assert.deepEqual(await leftOut(uid, `panel ${i + 1}`), [], place);
        }
      });

      test('is one value wherever it stands, whatever is in it', async () => {
        const panels = places.map((_, i) => i + 1);
        for (const [i, word] of kHostile.entries()) {
          const answer = await viewer.ask(panels, { one: [word], many: [word] });
          assert.ok(Array.isArray(answer), `${word}: ${JSON.stringify(answer)}`);
          for (const panel of panels) {
            assert.deepEqual(column(answer, panel), [i + 1], `${places[panel - 1]} of ${word}`);
          }
        }
      });

      test('is one of several, and all are all', async () => {
        const all = kHostile.map((_, i) => i + 1);
        for (const [i, place] of kSeveral.entries()) {
          const panel = kSingle.length + i + 1;
          const several = { many: ["it's", 'a,b', '"; drop table words; --'] };
          assert.deepEqual(await viewer.column(panel, several), [2, 7, 18], place);
          assert.deepEqual(await viewer.column(panel, { many: ['*'] }), all, place);
        }
        const chosen = ["it's", 'say "no"', 'back\\slash', 'Grüße 日本 🪟', 'first\nsecond'];
        const [written] = await viewer.column(90, { many: chosen });
        assert.deepEqual(JSON.parse(written), chosen);
        assert.deepEqual(await viewer.column(91, { many: ["it's", 'null'] }), [
          "it's|null/it's,null",
        ]);
      });

      test('that is found nowhere finds nothing, however long it is', async () => {
        const long = "'".repeat(256);
        const panels = kSingle.map((_, i) => i + 1);
        const answer = await viewer.ask(panels, { one: [long] });
        for (const panel of panels) assert.deepEqual(column(answer, panel), [], kSingle[panel - 1]);
        for (const length of [257, 5000, 1_000_000]) {
          const refused = await viewer.ask([1], { one: ["'".repeat(length)] });
          assert.ok([400, 413].includes(refused.status), `${length}: ${refused.status}`);
        }
        // A byte that no text may hold, and what is none.
        for (const one of [['a\0b'], ['\ud800'], [1], 'plain', [null], [['plain']], [{}]]) {
          const refused = await viewer.ask([1], { one });
          const nothing =
            Array.isArray(refused) && ['string', 'object'].includes(typeof column(refused, 1));
          if (nothing && Array.isArray(column(refused, 1)))
            assert.deepEqual(column(refused, 1), []);
          assert.ok(nothing || refused.status === 400, JSON.stringify([one, refused]));
        }
        assert.equal(await viewer.column(17, { many: [] }), 'no_value');
      });

      test('in a place or a format that would need it pasted makes no query', async () => {
        for (const [i, place] of kRefused.entries()) {
          const panel = i + 100;
          assert.equal((await leftOut(uid, `panel ${panel}`)).length, 1, place);
          const [shown] = viewer.dashboard.panels.filter(({ id }) => id === panel);
          assert.equal(shown.type, 'text', place);
        }
      });

      test('leaves everything where it was', async () => {
        assert.deepEqual(await viewer.column(92), [kHostile.length]);
      });

      test('of the time is written as the document asks', async () => {
        const written = {
          '${__from}': '1772323200000',
          '${__to:date}': '2026-03-03T00:00:00.000Z',
          '${__from:date:iso}': '2026-03-01T00:00:00.000Z',
          '${__from:date:seconds}': '1772323200',
          '${__to:date:YYYY-MM-DD}': '2026-03-03',
          $__timezone: 'UTC',
          $__range_s: '172800',
        };
        await grafana.post('/api/dashboards/db', {
          dashboard: {
            uid: `times-${source}`,
            title: 'Times',
            timezone: 'utc',
            time: range,
            panels: Object.keys(written).map((text, i) =>
              panelOf(i + 1, datasource, `SELECT '${text}' AS written`),
            ),
          },
        });
        const times = await enter(v2(`/d/times-${source}`));
        for (const [i, [text, expected]] of Object.entries(written).entries()) {
          const [value] = await times.column(i + 1);
          assert.equal(String(value), expected, text);
        }
      });
    });
  }
});

// -- kinds, and who may change what --------------------------------------------------------------

const kinds = (uid, more = {}) => {
  const datasource = { type: 'motherduck-duckdb-datasource', uid: '${ds}' };
  const panel = (id, rawSql, options) => panelOf(id, datasource, rawSql, options);
  return {
    uid,
    title: uid,
    schemaVersion: 41,
    time: range,
    templating: {
      list: [
        {
          name: 'ds',
          type: 'datasource',
          query: 'motherduck-duckdb-datasource',
          regex: '/^shop-/',
          current: { value: 'shop-b' },
          ...more.ds,
        },
        {
          name: 'region',
          type: 'query',
          datasource,
          query: 'SELECT DISTINCT region FROM visits ORDER BY 1',
          current: { value: 'north' },
        },
        {
          name: 'city',
          type: 'query',
          datasource,
          query: "SELECT city FROM visits WHERE region = '$region'",
          sort: 2,
          multi: true,
          includeAll: true,
          current: { value: ['$__all'] },
        },
        {
          name: 'host',
          type: 'query',
          datasource,
          query: "SELECT host FROM visits WHERE region = '$region'",
          regex: '/^(?<text>\\w+)-(?<value>\\d+)$/',
          sort: 3,
          ...more.host,
        },
        {
          name: 'env',
          type: 'custom',
          query: 'Live : north, Old : south',
          current: { value: 'north' },
        },
        {
          name: 'step',
          type: 'interval',
          query: '1h,6h,1d',
          auto: true,
          auto_count: 4,
          auto_min: '1m',
          current: { value: '1h' },
        },
        { name: 'note', type: 'textbox', query: 'nothing' },
        { name: 'fixed', type: 'constant', query: 'web-1', hide: 2 },
      ],
    },
    panels: [
      panel(1, "SELECT sum(requests) AS n FROM visits WHERE region = '$region'"),
      panel(2, 'SELECT city FROM visits WHERE city IN ($city) ORDER BY 1'),
      panel(3, "SELECT host FROM visits WHERE host LIKE '%-$host' ORDER BY 1"),
      panel(4, "SELECT '$step' AS step"),
      panel(5, "SELECT host FROM visits WHERE host = '$fixed'"),
      panel(6, "SELECT '$note' AS note"),
      panel(7, 'SELECT requests FROM visits WHERE city IN ($city)', {
        repeat: 'city',
        title: 'Visits of $city',
      }),
      panel(8, "SELECT count(*) AS n FROM visits WHERE region = '$env'"),
    ],
  };
};

const choicesOf = (viewer, name) => viewer.variable(name).choices?.map(({ value }) => value);

/** A share locks what it does not list to its stored value, so there must be one. */
const kStored = { host: { current: { value: '1' } } };

describe('variables of every kind', () => {
  before(() => grafana.post('/api/dashboards/db', { dashboard: kinds('kinds') }));

  test('are free on a sharable link, within what each of them is', async () => {
    const viewer = await enter(v2('/d/kinds'));
    assert.deepEqual(
      viewer.dashboard.variables.map(({ name, type, multi, mode, value }) => [
        name,
        type,
        multi,
        mode,
        value,
      ]),
      [
        ['ds', 'source', false, 'free', ['shop-b']],
        ['region', 'query', false, 'free', ['north']],
        ['city', 'query', true, 'free', ['*']],
        ['host', 'query', false, 'free', ['1']],
        ['env', 'list', false, 'free', ['north']],
        ['step', 'interval', false, 'free', ['1h']],
        ['note', 'text', false, 'free', ['nothing']],
        ['fixed', 'constant', false, 'locked', ['web-1']],
      ],
    );
    assert.deepEqual(choicesOf(viewer, 'ds'), ['shop-b', 'shop-c']);
    assert.deepEqual(choicesOf(viewer, 'region'), ['north', 'south']);
    assert.deepEqual(choicesOf(viewer, 'city'), ['Bremen', 'Aachen']);
    assert.deepEqual(viewer.variable('host').choices, [
      { value: '1', label: 'web' },
      { value: '2', label: 'web' },
    ]);
    assert.deepEqual(choicesOf(viewer, 'step'), ['auto', '1h', '6h', '1d']);
    assert.deepEqual(await viewer.column(1), [300]);
    assert.deepEqual(await viewer.column(1, { ds: ['shop-c'], region: ['south'] }), [280_000]);
    assert.deepEqual(await viewer.column(2), ['Aachen', 'Bremen']);
    assert.deepEqual(await viewer.column(2, { region: ['south'] }), ['Bonn', "L'Aquila", 'Trier']);
    assert.deepEqual(await viewer.column(2, { region: ['south'], city: ["L'Aquila", 'Bonn'] }), [
      'Bonn',
      "L'Aquila",
    ]);
    assert.deepEqual(await viewer.column(3, { host: ['2'] }), ['web-2']);
    assert.deepEqual(await viewer.column(4, { step: ['6h'] }), ['6h']);
    assert.deepEqual(await viewer.column(4, { step: ['auto'] }), ['12h']);
    assert.deepEqual(await viewer.column(5), ['web-1']);
    for (const text of ["'; drop table visits; --", '', '$region', '*']) {
      assert.deepEqual(await viewer.column(6, { note: [text] }), [text]);
    }
    assert.deepEqual(await viewer.column(8, { env: ['south'] }), [3]);
    assert.deepEqual(await viewer.column(1, { region: ["' or 1=1 --"] }), [null]);
  });

  test('are refused what they are not', async () => {
    const viewer = await enter(v2('/d/kinds'));
    const refused = [
      [{ ds: ['secret'] }, 403, 'value_not_allowed'],
      [{ ds: ['postgres'] }, 403, 'value_not_allowed'],
      [{ ds: ['$ds'] }, 403, 'value_not_allowed'],
      [{ ds: ['shop-b', 'shop-c'] }, 400, 'too_many_values'],
      [{ region: ['*'] }, 403, 'value_not_allowed'],
      [{ region: ['north', 'south'] }, 400, 'too_many_values'],
      [{ region: [] }, 400, 'no_value'],
      [{ city: ['*', 'Bonn'] }, 403, 'value_not_allowed'],
      [{ city: Array.from({ length: 501 }, (_, i) => `c${i}`) }, 400],
      [{ env: ['Live'] }, 403, 'value_not_allowed'],
      [{ env: ["north' or 1=1 --"] }, 403, 'value_not_allowed'],
      [{ step: ['7h'] }, 403, 'value_not_allowed'],
      [{ step: ["1h'; drop table visits; --"] }, 403, 'value_not_allowed'],
      [{ fixed: ['web-2'] }, 403, 'variable_locked'],
      [{ nosuch: ['x'] }, 400, 'unknown_variable'],
      [{ from: ['x'] }, 400, 'unknown_variable'],
    ];
    for (const [variables, status, code] of refused) {
      const answer = await viewer.ask([1], variables);
      assert.equal(answer.status, status, JSON.stringify([variables, answer]));
      if (code) assert.equal(answer.code, code, JSON.stringify(variables));
    }
  });

  test('are locked by a signature, and what follows from them stays inside', async () => {
    const viewer = await enter(v3('/d/kinds', { lock: { region: ['south'] } }));
    assert.equal(viewer.variable('region').mode, 'locked');
    assert.deepEqual(choicesOf(viewer, 'city'), ['Trier', "L'Aquila", 'Bonn']);
    assert.deepEqual(await viewer.column(1), [2800]);
    assert.equal(await viewer.column(1, { region: ['north'] }), 'variable_locked');
    assert.deepEqual(await viewer.column(2, { city: ['Trier'] }), ['Trier']);
    for (const city of [['Aachen'], ['Trier', 'Aachen'], ["x' or '1'='1"]]) {
      assert.equal(await viewer.column(2, { city }), 'value_not_allowed');
    }
    // Whatever else the address says.
    const changed = v3('/d/kinds', { lock: { region: ['south'] } }).replace('=south', '=north');
    assert.equal((await enter(changed)).status, 401);
  });

  test('are bounded by a signature, inside of which no other is needed', async () => {
    const viewer = await enter(v3('/d/kinds', { bound: { city: ['Aachen', 'Bremen'] } }));
    assert.equal(viewer.variable('city').mode, 'bounded');
    assert.deepEqual(choicesOf(viewer, 'city').sort(), ['Aachen', 'Bremen']);
    for (const city of [['Aachen'], ['Bremen'], ['Aachen', 'Bremen']]) {
      assert.deepEqual(await viewer.column(2, { city }), city);
    }
    for (const city of [['Bonn'], ['Aachen', 'Bonn'], ['*'], ['aachen'], [' Aachen']]) {
      assert.equal(await viewer.column(2, { city }), 'value_not_allowed', city);
    }
  });

  test('fix a source, and never another in its place', async () => {
    const one = await enter(v3('/d/kinds', { lock: { ds: ['shop-c'] } }));
    assert.deepEqual(await one.column(1), [30_000]);
    assert.equal(await one.column(1, { ds: ['shop-b'] }), 'variable_locked');
    const several = await enter(v3('/d/kinds', { bound: { ds: ['shop-c'] } }));
    assert.deepEqual(await several.column(1, { ds: ['shop-c'] }), [30_000]);
    assert.equal(await several.column(1, { ds: ['shop-b'] }), 'value_not_allowed');
    const none = await enter(v3('/d/kinds', { lock: { ds: ['secret'] } }));
    assert.equal(none.status, 201, JSON.stringify(none));
    assert.equal(await none.column(1), 'source_not_found');
  });

  test('that a link cannot fix keep it shut', async () => {
    const constant = await enter(v3('/d/kinds', { lock: { fixed: ['web-2'] } }));
    assert.deepEqual([constant.status, constant.code], [403, 'variable_constant']);
    const missing = await enter(v3('/d/kinds', { lock: { tenant: ['acme'] } }));
    assert.deepEqual([missing.status, missing.code], [403, 'variable_missing']);
  });

  test('are what a share says of each', async () => {
    const without = await secureEmbed('kinds', []);
    const refused = await enter(without());
    assert.deepEqual([refused.status, refused.code], [403, 'variable_without_value']);
    assert.match(refused.message, /"host" .* its share or dashboard must give one/);
    await grafana.post('/api/dashboards/db', { dashboard: kinds('stored', kStored) });
    const link = await secureEmbed(
      'stored',
      [
        { name: 'region', default_values: ['north'], visible_tags: ['north', 'south'] },
        { name: 'city', default_values: ['Aachen'], visible_tags: ['*'] },
        { name: 'env', default_values: ['south'] },
        { name: 'note', default_values: ['its own'] },
      ].map((one) => ({ prefix: one.name, visible_tags: [], ...one })),
    );
    const viewer = await enter(link());
    assert.equal(viewer.status, 201, JSON.stringify(viewer));
    const modes = Object.fromEntries(
      viewer.dashboard.variables.map(({ name, mode }) => [name, mode]),
    );
    assert.equal(modes.ds, 'locked');
    assert.deepEqual(await viewer.column(8), [3]);
    assert.deepEqual(await viewer.column(6), ['its own']);
    assert.deepEqual(await viewer.column(1, { region: ['south'] }), [2800]);
    assert.equal(await viewer.column(1, { region: ['west'] }), 'value_not_allowed');
    for (const fixed of [
      { env: ['north'] },
      { note: ['x'] },
      { ds: ['shop-c'] },
      { step: ['6h'] },
    ]) {
      assert.equal(await viewer.column(1, fixed), 'variable_locked', JSON.stringify(fixed));
    }
    // Its parent is bounded, so it takes what that one offers.
    assert.deepEqual(await viewer.column(2, { region: ['south'], city: ['Bonn'] }), ['Bonn']);
    assert.equal(
      await viewer.column(2, { region: ['south'], city: ['Aachen'] }),
      'value_not_allowed',
    );
  });
});

describe('a public dashboard', () => {
  const ask = (shared, panel, body = {}) =>
    grafana.call('POST', `/api/public/dashboards/${shared.accessToken}/panels/${panel}/query`, {
      headers: {},
      body,
    });
  const valuesOf = (answer) => {
    assert.equal(answer.status, 200, answer.text);
    return answer.json.results.A.frames[0].data.values[0];
  };
  const refused = (answer) => [answer.status, answer.json.messageId];
  const kNotAllowed = [403, 'publicdashboards.variableNotAllowed'];

  test('keeps every variable where it is unless they are opened', async () => {
    await grafana.post('/api/dashboards/db', { dashboard: kinds('shut', kStored) });
    const shared = await publish('shut', false);
    assert.deepEqual(valuesOf(await ask(shared, 1)), [300]);
    for (const variables of [
      { region: ['south'] },
      { ds: ['shop-c'] },
      { city: ['Aachen'] },
      { step: ['6h'] },
    ]) {
      assert.deepEqual(refused(await ask(shared, 1, { variables })), kNotAllowed);
    }
    const viewer = await enter(`/public-dashboards/${shared.accessToken}`);
    for (const { name, mode } of viewer.dashboard.variables) assert.equal(mode, 'locked', name);
    assert.equal(await viewer.column(1, { ds: ['shop-c'] }), 'variable_locked');
  });

  test('lets everybody choose what it offers, sources too', async () => {
    await grafana.post('/api/dashboards/db', { dashboard: kinds('open') });
    const shared = await publish('open', true);
    const viewer = await enter(`/public-dashboards/${shared.accessToken}`);
    const modes = viewer.dashboard.variables.map(({ name, mode }) => [name, mode]);
    assert.deepEqual(modes, [
      ['ds', 'free'],
      ['region', 'free'],
      ['city', 'free'],
      ['host', 'free'],
      ['env', 'free'],
      ['step', 'free'],
      ['note', 'locked'],
      ['fixed', 'locked'],
    ]);
    assert.deepEqual(choicesOf(viewer, 'ds'), ['shop-b', 'shop-c']);
    assert.deepEqual(await viewer.column(1, { ds: ['shop-c'] }), [30_000]);
    assert.deepEqual(valuesOf(await ask(shared, 1, { variables: { ds: ['shop-c'] } })), [30_000]);
    for (const variables of [
      { ds: ['secret'] },
      { ds: ['words'] },
      { ds: ['postgres'] },
      { region: ["' or 1=1 --"] },
      { city: ['Bonn'] },
      { note: ['x'] },
      { fixed: ['web-2'] },
    ]) {
      assert.deepEqual(
        refused(await ask(shared, 1, { variables })),
        kNotAllowed,
        JSON.stringify(variables),
      );
    }
  });

  test('keeps a source that its author shows no picker for', async () => {
    await grafana.post('/api/dashboards/db', { dashboard: kinds('hidden', { ds: { hide: 2 } }) });
    const shared = await publish('hidden', true);
    assert.deepEqual(valuesOf(await ask(shared, 1)), [300]);
    assert.deepEqual(refused(await ask(shared, 1, { variables: { ds: ['shop-c'] } })), kNotAllowed);
  });

  test('answers a repeated panel as its first clone, or as the one that is named', async () => {
    await grafana.post('/api/dashboards/db', { dashboard: kinds('repeated') });
    const shared = await publish('repeated', true);
    assert.deepEqual(valuesOf(await ask(shared, 7)), [200], 'of Bremen, the first in its order');
    assert.deepEqual(valuesOf(await ask(shared, 7, { repeat: 'Aachen' })), [100]);
    const variables = { region: ['south'], city: ['Trier', 'Bonn'] };
    assert.deepEqual(valuesOf(await ask(shared, 7, { variables })), [800]);
    assert.deepEqual(valuesOf(await ask(shared, 7, { variables, repeat: 'Bonn' })), [400]);
    for (const repeat of ['Bonn', '*', '', "Bremen' or 1=1 --"]) {
      assert.deepEqual(refused(await ask(shared, 7, { repeat })), kNotAllowed, repeat);
    }
    assert.deepEqual(refused(await ask(shared, 1, { repeat: 'Bremen' })), kNotAllowed);
    assert.equal((await ask(shared, 7, { repeat: ['Bremen'] })).status, 400);
  });
});

describe('filters', () => {
  const document = {
    uid: 'filtered',
    title: 'Filtered',
    time: { from: '2026-03-01', to: '2026-03-03' },
    variables: [{ name: 'adhoc', type: 'filters', keys: ['region', 'city'] }],
    panels: [
      {
        id: 1,
        type: 'table',
        grid: { x: 0, y: 0, w: 24, h: 4 },
        queries: [{ source: 'words', sql: 'select city, region, requests from visits order by 1' }],
      },
      {
        id: 2,
        type: 'table',
        grid: { x: 0, y: 4, w: 24, h: 4 },
        queries: [{ source: 'words', sql: 'select host from visits order by 1' }],
      },
    ],
  };
  before(() =>
    grafana.expect(201, 'POST', '/api/casement/v1/dashboards', { ...admin(), body: { document } }),
  );

  test('narrow by a value, whatever is in it', async () => {
    const viewer = await enter(v2('/d/filtered'));
    const by = (...adhoc) => viewer.column(1, { adhoc });
    assert.deepEqual(await by('region|=|north'), ['Aachen', 'Bremen']);
    assert.deepEqual(await by("city|=|L'Aquila"), ["L'Aquila"]);
    assert.deepEqual(await by('region|=|south', 'city|!=|Bonn'), ["L'Aquila", 'Trier']);
    assert.deepEqual(await by('city|=|__gfp__'), []);
    for (const word of kHostile) {
      const written = word.replaceAll('|', '__gfp__');
      assert.deepEqual(await by(`city|=|${written}`), [], word);
      assert.equal((await by(`city|!=|${written}`)).length, kRows.length, word);
    }
    for (const filter of ['requests|=|1', 'nosuch|=|1', "city' or 1=1 --|=|x"]) {
      assert.equal(await by(filter), 'value_not_allowed', filter);
    }
    for (const filter of ['city', 'city|=', 'city|drop|x', '']) {
      assert.equal(await by(filter), 'invalid_filter', filter);
    }
  });

  test('that a link fixes hold for every query, or it is not shown', async () => {
    const viewer = await enter(v3('/d/filtered', { lock: { adhoc: ['region|=|north'] } }));
    assert.deepEqual(await viewer.column(1), ['Aachen', 'Bremen']);
    assert.equal(typeof (await viewer.column(2)), 'string', 'it has no such column');
    for (const adhoc of [[], ['region|=|south'], ['region|=|north', 'city|=|Bonn']]) {
      assert.equal(await viewer.column(1, { adhoc }), 'variable_locked');
    }
  });
});
