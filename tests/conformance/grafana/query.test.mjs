// Queries that authors send (grafana.md §5, /ds/query) against a running server.
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { bearer, startGrafana } from './support.mjs';

let files;
let grafana;
let editor;
let viewer;
before(async () => {
  files = realpathSync(mkdtempSync(join(tmpdir(), 'casement-queries-')));
  writeFileSync(
    join(files, 'cpu.csv'),
    'moment,host,busy\n' +
      '2026-03-11 10:00:00,a,1\n' +
      '2026-03-11 10:00:00,b,2\n' +
      '2026-03-11 10:05:00,a,3\n' +
      '2026-03-11 11:00:00,a,4\n',
  );
  grafana = await startGrafana({ env: { CASEMENT_DATA_ALLOWED_FOLDERS: files } });
  editor = bearer((await grafana.newKey('an editor', 'Editor')).key);
  viewer = bearer((await grafana.newKey('a viewer', 'Viewer')).key);
  await grafana.post('/api/datasources', {
    name: 'Load',
    type: 'duckdb',
    uid: 'load',
    isDefault: true,
    jsonData: { tables: { cpu: 'cpu.csv' } },
  });
  await grafana.post('/api/datasources', { name: 'Elsewhere', type: 'loki', uid: 'else' });
});
after(async () => {
  await grafana?.close();
  if (files) rmSync(files, { recursive: true, force: true });
});

const from = String(Date.parse('2026-03-11T10:00:00Z'));
const to = String(Date.parse('2026-03-11T10:30:00Z'));
const load = { type: 'duckdb', uid: 'load' };
const query = (rawSql, more = {}) => ({ refId: 'A', datasource: load, rawSql, ...more });
const ask = (queries, { headers = editor, ...more } = {}) =>
  grafana.call('POST', '/api/ds/query', { headers, body: { from, to, queries, ...more } });
const result = async (one) => (await ask([one])).json.results[one.refId ?? 'A'];

describe('a query', () => {
  test('is answered with frames', async () => {
    const answer = await ask([query('SELECT host, busy FROM cpu ORDER BY moment, host')]);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers['content-type'], /^application\/json/);
    assert.deepEqual(answer.json, {
      results: {
        A: {
          status: 200,
          frames: [
            {
              schema: {
                refId: 'A',
                fields: [
                  { name: 'host', type: 'string', typeInfo: { frame: 'string', nullable: true } },
                  { name: 'busy', type: 'number', typeInfo: { frame: 'float64', nullable: true } },
                ],
                meta: answer.json.results.A.frames[0].schema.meta,
              },
              data: {
                values: [
                  ['a', 'b', 'a', 'a'],
                  [1, 2, 3, 4],
                ],
              },
            },
          ],
        },
      },
    });
    const { executedQueryString } = answer.json.results.A.frames[0].schema.meta;
    assert.match(executedQueryString, /SELECT host, busy FROM cpu/);
  });

  test('is kept to its time range by the macros', async () => {
    const { frames } = await result(
      query('SELECT moment, busy FROM cpu WHERE $__timeFilter(moment) ORDER BY moment, host'),
    );
    assert.deepEqual(frames[0].data.values, [
      [Number(from), Number(from), Number(from) + 300_000],
      [1, 2, 3],
    ]);
    assert.equal(frames[0].schema.fields[0].type, 'time');
    assert.equal(frames[0].schema.fields[0].typeInfo.frame, 'time.Time');
  });

  test('of time series has a field for each series', async () => {
    const { frames } = await result(
      query('SELECT moment, host, busy FROM cpu WHERE $__timeFilter(moment)', {
        format: 'time_series',
      }),
    );
    assert.equal(frames.length, 1);
    assert.equal(frames[0].schema.meta.type, 'timeseries-wide');
    assert.deepEqual(
      frames[0].schema.fields.map(({ name, labels }) => [name, labels]),
      [
        ['moment', undefined],
        ['busy', { host: 'a' }],
        ['busy', { host: 'b' }],
      ],
    );
    assert.deepEqual(frames[0].data.values, [
      [Number(from), Number(from) + 300_000],
      [1, 3],
      [2, null],
    ]);
    const none = await result(query('SELECT busy FROM cpu', { format: 'time_series' }));
    assert.equal(none.status, 400);
    assert.match(none.error, /no column of times/);
  });

  test('takes relative times too', async () => {
    const answer = await grafana.call('POST', '/api/ds/query', {
      headers: editor,
      body: { from: 'now-1h', to: 'now', queries: [query('SELECT $__timeTo() - $__timeFrom() d')] },
    });
    assert.equal(answer.status, 200, answer.text);
  });

  test('finds its source by uid, name, number, type, or as the default', async () => {
    const { id } = await grafana.get('/api/datasources/uid/load');
    for (const named of [
      { datasource: { uid: 'load' } },
      { datasource: 'Load' },
      { datasource: 'load' },
      { datasource: { type: 'duckdb' } },
      { datasource: null },
      {},
      { datasourceId: id },
    ]) {
      const answer = await ask([{ refId: 'A', rawSql: 'SELECT 1 one', ...named }]);
      assert.equal(answer.status, 200, JSON.stringify(named) + answer.text);
    }
    for (const named of [
      { datasource: { uid: 'nowhere' } },
      { datasource: 'nowhere' },
      { datasource: { uid: 7 } },
      { datasource: { type: 'mysql' } },
      { datasourceId: 999_999 },
    ]) {
      const answer = await ask([query('SELECT 1'), { refId: 'B', rawSql: 'SELECT 1', ...named }]);
      assert.equal(answer.status, 404, JSON.stringify(named));
      assert.deepEqual(answer.json, { message: 'Data source not found' });
    }
  });
});

describe('what goes wrong', () => {
  test('is told for each query, in a 400 over all', async () => {
    const answer = await ask([
      query('SELECT 1 one'),
      query('SELECT nothing FROM nowhere', { refId: 'B' }),
      query('up', { refId: 'C', datasource: { uid: 'else' } }),
      { refId: 'D', datasource: { uid: '__expr__' }, expression: '$A' },
      query('SELECT $__unknownMacro(x)', { refId: 'E' }),
      query('SELECT $airport', { refId: 'F' }),
    ]);
    assert.equal(answer.status, 400);
    const { results } = answer.json;
    assert.equal(results.A.status, 200);
    for (const refId of ['B', 'C', 'D', 'E', 'F']) {
      assert.equal(results[refId].status, 400, refId);
      assert.equal(results[refId].errorSource, 'downstream');
      assert.equal(typeof results[refId].error, 'string');
      assert.deepEqual(results[refId].frames, []);
    }
    assert.match(results.B.error, /nowhere/);
    assert.match(results.C.error, /"loki".*cannot query/);
  });

  test('is no door into the server', async () => {
    for (const sql of [
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM '/etc/passwd'",
      "COPY cpu TO '/tmp/casement-copied.csv'",
      'SELECT 1; DROP TABLE cpu',
      'PRAGMA database_list',
    ]) {
      assert.equal((await result(query(sql))).status, 400, sql);
    }
    for (const sql of [
      'SELECT * FROM duckdb_settings()',
      'SELECT sql FROM duckdb_views()',
      'SELECT filename FROM cpu',
    ]) {
      assert.ok(!(await ask([query(sql)])).text.includes(files), sql);
    }
  });

  test('is refused before it runs', async () => {
    const many = Array.from({ length: 33 }, (_, i) => query('SELECT 1', { refId: `r${i}` }));
    for (const [queries, more] of [
      [many, {}],
      [[], {}],
      [undefined, {}],
      ['SELECT 1', {}],
      [[7], {}],
      [[query('SELECT 1'), query('SELECT 2')], {}],
      [[query('SELECT 1', { refId: 7 })], {}],
      [[query('SELECT 1')], { from: 'yesterday' }],
      [[query('SELECT 1')], { from: to, to: from }],
      [[query('SELECT 1')], { to: null }],
    ]) {
      const answer = await ask(queries, more);
      assert.equal(answer.status, 400, JSON.stringify(more) + answer.text);
      assert.equal(typeof answer.json.message, 'string');
    }
    assert.equal((await ask(many.slice(1))).status, 200);
  });
});

describe('who may ask', () => {
  test('are Editors and Admins; a Viewer is told why not', async () => {
    assert.equal((await ask([query('SELECT 1')], { headers: bearer(grafana.admin) })).status, 200);
    const refused = await ask([query('SELECT 1')], { headers: viewer });
    assert.equal(refused.status, 403);
    assert.equal(refused.json.title, 'Access denied');
    assert.match(refused.json.message, /datasources:query .*Viewer/);
    assert.equal((await ask([query('SELECT 1')], { headers: {} })).status, 401);
  });

  test('stands in the audit trail, without what they asked', async () => {
    await ask([query("SELECT 'quite-private'")]);
    const audit = await grafana.get('/api/casement/v1/audit?limit=5', {
      headers: bearer(grafana.credentials.service_token),
    });
    const text = JSON.stringify(audit);
    assert.match(text, /source\.queried/);
    assert.ok(!text.includes('quite-private'));
  });
});
