// `casement import grafana` from a file and from a running server that speaks Grafana's API, and
// `casement export grafana` back again.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { casement } from '../../support/casement.mjs';
import { bearer, startGrafana } from './support.mjs';

const flights = fileURLToPath(new URL('../../../examples/flights/', import.meta.url));
const document = {
  uid: 'brought',
  title: 'Brought',
  schemaVersion: 39,
  __inputs: [{ name: 'DS_SHOP', type: 'datasource', pluginId: 'motherduck-duckdb-datasource' }],
  templating: { list: [{ name: 'one', type: 'textbox', query: 'ATL' }] },
  panels: [
    {
      id: 1,
      type: 'stat',
      title: 'Flights',
      gridPos: { x: 0, y: 0, w: 6, h: 4 },
      datasource: { type: 'motherduck-duckdb-datasource', uid: '${DS_SHOP}' },
      targets: [
        {
          refId: 'A',
          format: 'table',
          rawSql: "SELECT count(*) AS n FROM flights WHERE origin = '$one'",
        },
      ],
    },
    { id: 2, type: 'alertlist', gridPos: { x: 6, y: 0, w: 6, h: 4 } },
  ],
};

let from;
let to;
let folder;
let file;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casement-import-'));
  file = join(folder, 'brought.json');
  writeFileSync(file, JSON.stringify(document));
  from = await startGrafana();
  to = await startGrafana({ args: ['--provision', flights] });
});
after(async () => {
  await from?.close();
  await to?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** {stdout, stderr, code} of a command that may fail. */
async function run(args, env = {}) {
  try {
    return { ...(await casement(args, { env: { ...process.env, ...env } })), code: 0 };
  } catch (error) {
    return { stdout: error.stdout, stderr: error.stderr, code: error.code };
  }
}
const tokens = () => ({
  CASEMENT_TOKEN: to.credentials.service_token,
  GRAFANA_TOKEN: from.admin,
});

describe('casement import grafana', () => {
  test('says what would become of a file, without any server', async () => {
    const { stdout, code } = await run(['import', 'grafana', file, '--dry-run']);
    assert.equal(code, 0);
    assert.match(stdout, /^brought\.json: 2 taken, 1 changed, 1 left out\n/);
    assert.match(stdout, /left out panel 2: Panels of type "alertlist"/);
  });

  test('brings a file, with the source that was chosen for its input', async () => {
    const args = ['import', 'grafana', file, '--server', to.server.url];
    const dry = await run([...args, '--dry-run'], tokens());
    assert.equal(dry.code, 0, dry.stderr);
    await to.expect(404, 'GET', '/api/dashboards/uid/brought');
    const done = await run([...args, '--input', 'DS_SHOP=flights'], tokens());
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^brought\.json is now brought: 2 taken/);
    const again = await run(args, tokens());
    assert.equal(again.code, 1);
    assert.match(again.stderr, /409/);
    const replaced = await run([...args, '--overwrite', '--input', 'DS_SHOP=flights'], tokens());
    assert.equal(replaced.code, 0, replaced.stderr);
  });

  test('gives it back as it came', async () => {
    const { stdout, code } = await run(
      ['export', 'grafana', 'brought', '--server', to.server.url],
      tokens(),
    );
    assert.equal(code, 0);
    const { panels, templating, __inputs } = JSON.parse(stdout);
    assert.deepEqual(panels, document.panels);
    assert.deepEqual(templating, document.templating);
    assert.deepEqual(__inputs, [{ ...document.__inputs[0], value: 'flights' }]);
  });

  test('brings what a running server has, by uid or all of it', async () => {
    const panels = [{ id: 1, type: 'text', options: { mode: 'markdown', content: 'Here' } }];
    for (const uid of ['first', 'second']) {
      await from.post('/api/dashboards/db', { dashboard: { uid, title: `The ${uid}`, panels } });
    }
    const args = ['import', 'grafana', from.server.url, '--server', to.server.url];
    const one = await run([...args, '--uid', 'first'], tokens());
    assert.equal(one.code, 0, one.stderr);
    assert.match(one.stdout, /^first is now first: 1 taken, 0 changed, 0 left out\n$/);
    const all = await run([...args, '--all', '--overwrite', '--quiet'], tokens());
    assert.equal(all.code, 0, all.stderr);
    assert.equal(all.stdout.trim().split('\n').length, 2);
    const kept = await to.get('/api/dashboards/uid/second');
    assert.equal(kept.dashboard.title, 'The second');
    assert.deepEqual(kept.dashboard.panels, panels);
  });

  test('says what is wrong with a call of it', async () => {
    const server = ['--server', to.server.url];
    const wrong = {
      'nothing is chosen': [from.server.url, ...server],
      'no server': [file],
      'an input without a source': [file, '--input', 'DS_SHOP', ...server],
      'choosing in a file': [file, '--all', ...server],
      'no such file': [join(folder, 'none.json'), ...server],
    };
    for (const [what, args] of Object.entries(wrong)) {
      const { code, stderr } = await run(['import', 'grafana', ...args], tokens());
      assert.notEqual(code, 0, what);
      assert.match(stderr, /^casement: \S/, what);
    }
    const refused = await run(['import', 'grafana', from.server.url, '--all', ...server], {
      ...tokens(),
      GRAFANA_TOKEN: 'wrong',
    });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /refuses the token/);
    assert.equal(refused.stderr.includes('wrong'), false);
  });
});

describe('the API', () => {
  test('imports a document, or only says what would become of it', async () => {
    const headers = bearer(to.credentials.service_token);
    const path = '/api/casement/v1/dashboards/import';
    const body = { document: { ...document, uid: 'by-api' }, inputs: { DS_SHOP: 'flights' } };
    const dry = await to.expect(200, 'POST', path, { headers, body: { ...body, dry_run: true } });
    assert.equal(dry.dashboard, null);
    assert.ok(dry.notes.some(({ about }) => about === 'panel 1'));
    const kept = await to.expect(201, 'POST', path, { headers, body });
    assert.equal(kept.dashboard.uid, 'by-api');
    assert.equal(kept.dashboard.dialect, 'grafana');
    const exported = await to.get(`/api/casement/v1/dashboards/by-api/export/grafana`, { headers });
    assert.deepEqual(exported.panels, document.panels);
    await to.expect(409, 'GET', '/api/casement/v1/dashboards/flights/export/grafana', { headers });
    await to.expect(400, 'POST', path, { headers, body: { document: {} } });
  });

  test('takes a resource under its own name, and says what to do with the newest kind', async () => {
    const headers = bearer(to.credentials.service_token);
    const path = '/api/casement/v1/dashboards/import';
    const { uid, ...spec } = document;
    assert.ok(uid);
    const resource = {
      apiVersion: 'dashboard.grafana.app/v1beta1',
      kind: 'Dashboard',
      metadata: { name: 'its-own', annotations: { 'grafana.app/folder': 'f' } },
      spec,
    };
    const body = { document: resource, inputs: { DS_SHOP: 'flights' } };
    const kept = await to.expect(201, 'POST', path, { headers, body });
    assert.equal(kept.dashboard.uid, 'its-own');
    const answered = { dashboard: { ...document, uid: 'as-answered' }, meta: {} };
    await to.expect(201, 'POST', path, { headers, body: { document: answered } });
    await to.post('/api/dashboards/import', {
      dashboard: { ...resource, spec: { ...spec, __inputs: [] } },
      overwrite: true,
    });

    const newest = { title: 'Newest', elements: {}, layout: { kind: 'GridLayout', spec: {} } };
    for (const written of [newest, { ...resource, spec: newest }]) {
      for (const dry_run of [true, false]) {
        const { error } = await to.expect(400, 'POST', path, {
          headers,
          body: { document: written, dry_run },
        });
        assert.match(error.message, /newest form.*choose "Classic"/);
      }
      writeFileSync(file, JSON.stringify(written));
      const refused = await run(['import', 'grafana', file, '--dry-run']);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /newest form.*choose "Classic"/);
    }
    const saved = await to.call('POST', '/api/dashboards/db', { body: { dashboard: newest } });
    assert.equal(saved.status, 400, saved.text);
    assert.match(saved.json.message, /choose "Classic"/);
  });

  test('gives a dashboard back with what was changed since', async () => {
    const headers = bearer(to.credentials.service_token);
    await to.expect(201, 'POST', '/api/casement/v1/dashboards/import', {
      headers,
      body: { document: { ...document, uid: 'edited', notRead: { kept: true } } },
    });
    const { dashboard } = await to.get('/api/dashboards/uid/edited');
    dashboard.title = 'Edited';
    dashboard.panels[0].title = 'Flights of one airport';
    await to.post('/api/dashboards/db', { dashboard, message: 'a better title' });

    const exported = await to.get('/api/casement/v1/dashboards/edited/export/grafana', { headers });
    const env = { CASEMENT_TOKEN: to.credentials.service_token };
    const printed = await run(['export', 'grafana', 'edited', '--server', to.server.url], env);
    assert.equal(printed.code, 0, printed.stderr);
    assert.deepEqual(JSON.parse(printed.stdout), exported);
    assert.equal(exported.title, 'Edited');
    assert.equal(exported.panels[0].title, 'Flights of one airport');
    assert.deepEqual(exported.panels[1], document.panels[1], 'what nobody changed is as it came');
    assert.deepEqual(exported.notRead, { kept: true });

    // It can be brought to another server as it is.
    writeFileSync(file, printed.stdout);
    const other = ['--server', from.server.url];
    const brought = await run(['import', 'grafana', file, ...other], {
      CASEMENT_TOKEN: from.credentials.service_token,
    });
    assert.equal(brought.code, 0, brought.stderr);
    const again = await from.get('/api/dashboards/uid/edited');
    assert.equal(again.dashboard.panels[0].title, 'Flights of one airport');
  });
});
