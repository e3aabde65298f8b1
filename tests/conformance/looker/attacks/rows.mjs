// Rows 1, 2, 4, 5 for governed models: what the author wrote asks for every row, and each person
// gets his own, in panels, choices, exports and caches alike.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { nobodys } from '../../attacks/support/witness.mjs';
import { Viewer, rowsOf, signLink, startLooker } from '../support.mjs';
import { tenantOf, withoutUrl, witness } from './target.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = '/embed/dashboards/ledger';

describe("attacks 2, 4, 5: rows of a model are those of the person's attributes", () => {
  let looker;
  before(async () => {
    const fixture = mkdtempSync(join(tmpdir(), 'casement-looker-governed-'));
    try {
      cpSync(at('governed'), fixture, { recursive: true });
      const canary = 'canary-path-5d02c1';
      cpSync(at(`../../attacks/fixture/${canary}`), join(fixture, canary), { recursive: true });
      looker = await startLooker({ fixture });
    } finally {
      rmSync(fixture, { recursive: true, force: true });
    }
  });
  after(() => looker?.close());

  const of = (tenant, more = {}) =>
    witness(looker, tenant, { target, more: { models: ['ledger'], ...more } });
  const open = async (more, where = target) =>
    looker.open(
      signLink(await looker.key(), tenantOf('nobody', { models: ['ledger'], ...more }), {
        target: where,
      }),
    );

  test('in every panel, whatever its query says', async () => {
    for (const tenant of ['acme', 'globex', 'initech']) {
      const viewer = await of(tenant);
      const all = rowsOf(viewer.lines, 1);
      assert.equal(all.length, 8);
      assert.deepEqual([...new Set(all.map((row) => row.tenant))], [tenant]);
      assert.equal(rowsOf(viewer.lines, 2)[0].n, 8);
      const around = rowsOf(viewer.lines, 3);
      assert.deepEqual([...new Set(around.flatMap((row) => [row.tenant, row.other]))], [tenant]);
    }
  });

  test('for no dashboard that leaves its model: none such can be written', async () => {
    const grid = { x: 0, y: 0, w: 24, h: 4 };
    for (const sql of [
      'select name from hidden',
      'select * from main.orders',
      'select * from ledger.main.orders',
      'select * from memory.main.orders',
      "select * from 'canary-path-5d02c1/orders.csv'",
      "select * from read_csv('canary-path-5d02c1/orders.csv')",
      "select * from query('select * from hidden')",
      "select * from query_table('hidden')",
      'select * from information_schema.tables',
      'select * from duckdb_tables()',
      'select * from sqlite_master',
      'from hidden',
      'select (select max(amount) from hidden) as x',
      'select * from orders, hidden',
      'pragma database_list',
      'select * from orders; select * from hidden',
      'with orders as (select * from hidden) select * from orders',
      "select getenv('HOME')",
      "select * from pragma_table_info('hidden')",
      'describe hidden',
      'summarize hidden',
      'select * from "hidden"',
      'select * from (values (1)) t union all select amount from hidden',
      "select current_setting('temp_directory')",
    ]) {
      const document = {
        title: 'x',
        panels: [{ id: 1, type: 'table', grid, queries: [{ name: 'A', model: 'ledger', sql }] }],
      };
      const answer = await looker.call('POST', '/api/casement/v1/dashboards', {
        headers: { Authorization: `Bearer ${looker.credentials.service_token}` },
        body: { document },
      });
      if (answer.status === 201) {
        const { uid } = answer.json;
        const opened = await open(
          { user_attributes: { tenant: 'acme' } },
          `/embed/dashboards/${uid}`,
        );
        assert.doesNotMatch(
          opened.text,
          /hidden-row|globex|initech|99\d{5}|orders\.csv|\/root/,
          sql,
        );
        assert.equal(
          opened.lines.find(({ panel }) => panel === 1)?.error?.code,
          'query_failed',
          `${sql}: ${opened.text}`,
        );
      } else {
        assert.equal(answer.status, 400, `${sql}: ${answer.text}`);
      }
    }
  });

  test('in choices, labels, exports, fresh answers, and hot caches of two at once', async () => {
    const [acme, globex] = [await of('acme'), await of('globex')];
    for (const viewer of [acme, globex]) {
      const { choices } = viewer.head.dashboard.variables.find(({ name }) => name === 'product');
      assert.equal(choices.length, 2);
      for (const { label } of choices) assert.match(label, new RegExp(`${viewer.tenant}-row$`));
    }
    for (let i = 0; i < 4; i += 1) {
      const answers = await Promise.all(
        [acme, globex].flatMap((viewer) => [
          viewer.query(),
          viewer.query({ panels: [1, 5], fresh: i % 2 === 0 }),
          viewer.export({ panel: 1 }),
          viewer.view(),
          viewer.query({
            panels: [5],
            variables: { product: ['Anvil acme-row', 'Anvil globex-row'] },
          }),
        ]),
      );
      for (const answer of answers) assert.ok([200, 403].includes(answer.status), answer.text);
    }
    const chosen = await acme.query({ panels: [5], variables: { needle: ["' or 1=1 --"] } });
    assert.equal(rowsOf(chosen.lines, 5).length, 0);
  });

  test('are none where the attribute is missing, empty, wild or of another type', async () => {
    for (const user_attributes of [
      {},
      { tenant: '' },
      { Tenant: 'acme' },
      { tenant: '*' },
      { tenant: '%' },
      { tenant: "acme' or '1'='1" },
      { tenant: 'acme,globex' },
      { tenant: "acme' union select * from hidden --" },
    ]) {
      const opened = await open({ user_attributes });
      assert.equal(opened.status, 201, opened.text);
      const viewer = new Viewer(looker, opened);
      for (const answer of [
        opened,
        await viewer.query(),
        await viewer.export({ panel: 1 }),
        await viewer.query({ fresh: true }),
      ]) {
        assert.doesNotMatch(withoutUrl(answer.text), /-row/, JSON.stringify(user_attributes));
        if (answer.lines[0]?.panel) assert.equal(rowsOf(answer.lines, 2)[0].n, 0, answer.text);
      }
    }
    for (const amount of ['21', '7700021']) {
      const opened = await open(
        { models: ['counts'], user_attributes: { amount } },
        '/embed/dashboards/counts',
      );
      assert.deepEqual(
        rowsOf(opened.lines, 1).map(({ orders }) => orders),
        [Number(amount)],
      );
    }
    for (const amount of ['', 'x', '21 or 1=1', '0x15', 'inf', 'nan', '21,22', ' 21']) {
      const opened = await open(
        { models: ['counts'], user_attributes: { amount } },
        '/embed/dashboards/counts',
      );
      assert.doesNotMatch(opened.text, /"values":\[[^\]]/, amount);
    }
  });

  test("are nobody's without the model, and a source that has models is none itself", async () => {
    for (const models of [['orders'], ['counts'], ['Ledger'], ['ledger '], ['*']]) {
      const opened = await open({ models });
      assert.deepEqual(
        [opened.status, opened.code],
        [404, 'content_not_found'],
        `${models}: ${opened.text}`,
      );
      nobodys(opened.text, String(models));
    }
  });

  test("by a source's name run under the one model that is granted over it, and under none of two", async () => {
    const one = await witness(looker, 'acme', {
      target: '/embed/dashboards/either',
      more: { models: ['ledger'] },
    });
    assert.equal(rowsOf(one.lines, 1).length, 8);
    const two = await witness(looker, 'acme', {
      target: '/embed/dashboards/either',
      more: { models: ['ledger', 'counts'] },
    });
    assert.equal(two.lines.find(({ panel }) => panel === 1).error.code, 'model_not_granted');
  });

  test("are not for an administrator's link of his own to widen", async () => {
    const { url } = await looker.post('/embed/token_url/me', {
      target_url: `https://dash.test:9443${target}`,
    });
    const opened = await looker.open(url.slice('https://dash.test:9443'.length));
    assert.equal(opened.status, 201, opened.text);
    assert.doesNotMatch(opened.text, /-row/, 'he has no value for the attribute');
    assert.equal(rowsOf(opened.lines, 2)[0].n, 0);
  });
});
