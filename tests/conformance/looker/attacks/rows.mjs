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

describe('attacks 2, 4, 5: rows of a model are those of the person\'s attributes', () => {
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

  const of = (tenant, more = {}) => witness(looker, tenant, { target, more: { models: ['ledger'], ...more } });
  const open = async (more, where = target) =>
    looker.open(signLink(await looker.key(), tenantOf('nobody', { models: ['ledger'], ...more }), { target: where }));

  test('in every panel, whatever its query says', async () => {
    for (const tenant of ['acme', 'globex', 'initech']) {
      const viewer = await of(tenant);
      const all = rowsOf(viewer.lines, 1);
      assert.equal(all.length, 8);
      assert.deepEqual([...new Set(all.map((row) => row.tenant))], [tenant]);
      assert.equal(rowsOf(viewer.lines, 2)[0].n, 8);
      const around = rowsOf(viewer.lines, 3);
      assert.deepEqual([...new Set(around.flatMap((row) => [row.tenant, row.other]))], [tenant]);
      assert.equal(viewer.lines.find(({ panel }) => panel === 4).error.code, 'query_failed');
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
      const answers = await Promise.all([acme, globex].flatMap((viewer) => [
        viewer.query(), viewer.query({ panels: [1, 5], fresh: i % 2 === 0 }), viewer.export({ panel: 1 }),
        viewer.view(), viewer.query({ panels: [5], variables: { product: ['Anvil acme-row', 'Anvil globex-row'] } }),
      ]));
      for (const answer of answers) assert.ok([200, 403].includes(answer.status), answer.text);
    }
    const chosen = await acme.query({ panels: [5], variables: { needle: ["' or 1=1 --"] } });
    assert.equal(rowsOf(chosen.lines, 5).length, 0);
  });

  test('are none where the attribute is missing, empty, wild or of another type', async () => {
    for (const user_attributes of [{}, { tenant: '' }, { Tenant: 'acme' }, { tenant: '*' }, { tenant: '%' },
      { tenant: "acme' or '1'='1" }, { tenant: 'acme,globex' }, { tenant: 'acme\' union select * from hidden --' }]) {
      const opened = await open({ user_attributes });
      assert.equal(opened.status, 201, opened.text);
      const viewer = new Viewer(looker, opened);
      for (const answer of [opened, await viewer.query(), await viewer.export({ panel: 1 }), await viewer.query({ fresh: true })]) {
        assert.doesNotMatch(withoutUrl(answer.text), /-row/, JSON.stringify(user_attributes));
        if (answer.lines[0]?.panel) assert.equal(rowsOf(answer.lines, 2)[0].n, 0, answer.text);
      }
    }
    for (const amount of ['21', '7700021']) {
      const opened = await open({ models: ['counts'], user_attributes: { amount } }, '/embed/dashboards/counts');
      assert.deepEqual(rowsOf(opened.lines, 1).map(({ orders }) => orders), [Number(amount)]);
    }
    for (const amount of ['', 'x', '21 or 1=1', '0x15', 'inf', 'nan', '21,22', ' 21']) {
      const opened = await open({ models: ['counts'], user_attributes: { amount } }, '/embed/dashboards/counts');
      assert.doesNotMatch(opened.text, /"values":\[[^\]]/, amount);
    }
  });

  test('are nobody\'s without the model, and a source that has models is none itself', async () => {
    for (const models of [['orders'], ['counts'], ['Ledger'], ['ledger '], ['*']]) {
      const opened = await open({ models });
      assert.deepEqual([opened.status, opened.code], [404, 'content_not_found'], `${models}: ${opened.text}`);
      nobodys(opened.text, String(models));
    }
  });

  test('by a source\'s name run under the one model that is granted over it, and under none of two', async () => {
    const one = await witness(looker, 'acme', { target: '/embed/dashboards/either', more: { models: ['ledger'] } });
    assert.equal(rowsOf(one.lines, 1).length, 8);
    const two = await witness(looker, 'acme', { target: '/embed/dashboards/either', more: { models: ['ledger', 'counts'] } });
    assert.equal(two.lines.find(({ panel }) => panel === 1).error.code, 'model_not_granted');
  });

  test('are not for an administrator\'s link of his own to widen', async () => {
    const { url } = await looker.post('/embed/token_url/me', { target_url: `https://dash.test:9443${target}` });
    const opened = await looker.open(url.slice('https://dash.test:9443'.length));
    assert.equal(opened.status, 201, opened.text);
    nobodys(opened.text, 'an administrator without a value for the attribute');
  });
});
