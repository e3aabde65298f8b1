// Rows 4, 5: a scope that is missing opens nothing, and no side door is wider than the panels.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { nobodys, onlyOf } from '../../attacks/support/witness.mjs';
import { Viewer, rowsOf, signLink } from '../support.mjs';
import { startTarget, tenantOf, witness } from './target.mjs';

describe('attack 4: a scope that is missing or empty is a refusal', () => {
  let looker;
  before(async () => {
    looker = await startTarget();
  });
  after(() => looker?.close());
  const open = async (more, raw = {}) =>
    looker.open(
      signLink(await looker.key(), tenantOf('nobody', more), {
        target: '/embed/dashboards/locked',
        raw,
      }),
    );

  test('an attribute that is absent, empty, or only looks like it', async () => {
    for (const user_attributes of [
      undefined,
      {},
      { tenant: '' },
      { Tenant: 'acme' },
      { 'tenant ': 'acme' },
      { TENANT: 'acme' },
      { other: 'acme' },
      { tenant: '*' },
      { tenant: '%' },
      { tenant: 'acme,globex' },
      { tenant: "acme' or 'a'='a" },
      { tenant: 'NULL' },
      { tenant: '[]' },
      { tenant: ' acme' },
      { tenant: 'ACME' },
    ]) {
      const opened = await open({ user_attributes });
      assert.equal(opened.status, 201, opened.text);
      const viewer = new Viewer(looker, opened);
      for (const answer of [
        await viewer.query(),
        await viewer.query({ panels: [2, 4] }),
        await viewer.query({ variables: { needle: [''] } }),
        await viewer.export({ panel: 2 }),
      ]) {
        assert.doesNotMatch(answer.text, /-row/, JSON.stringify(user_attributes));
        const rows = rowsOf(answer.lines, 4);
        assert.ok(rows === null || rows[0].n === 0, answer.text);
        assert.equal(rowsOf(answer.lines, 2)?.length ?? 0, 0);
      }
    }
  });

  test('an attribute of another type', async () => {
    for (const text of [
      '{"tenant":null}',
      '{"tenant":["acme"]}',
      '{"tenant":{"$ne":null}}',
      '{"tenant":true}',
      '{"tenant":1}',
      '[]',
      'null',
      '""',
      '{"tenant":"acme","tenant":"globex"}',
    ]) {
      const opened = await open({}, { user_attributes: text });
      assert.deepEqual([opened.status, opened.code], [400, 'parameter_invalid'], text);
    }
  });

  test('models and permissions that are none, unknown, empty or wild', async () => {
    for (const more of [
      { models: [] },
      { models: ['*'] },
      { models: ['vault', 'x'] },
      { models: ['Orders'] },
      { models: [' orders'] },
      { permissions: [] },
      { permissions: ['*'] },
      { permissions: ['access_data'] },
      { permissions: ['ACCESS_DATA', 'see_looks', 'see_user_dashboards'] },
      { permissions: ['see_user_dashboards', 'see_looks'] },
      { permissions: [], models: [], group_ids: ['1', '2', '0', '-1', 'all'] },
      { permissions: [], models: [], external_group_id: 'x' },
    ]) {
      const opened = await open(more);
      assert.ok(
        (opened.status === 400 && opened.code === 'nothing_granted') ||
          (opened.status === 404 && opened.code === 'content_not_found'),
        `${JSON.stringify(more)}: ${opened.text}`,
      );
      nobodys(opened.text, JSON.stringify(more));
    }
  });

  test('the same for a cookieless session', async () => {
    for (const more of [
      { user_attributes: null },
      { user_attributes: { tenant: '' } },
      { user_attributes: {} },
    ]) {
      const tokens = await looker.post(
        '/embed/cookieless_session/acquire',
        tenantOf('nobody', more),
        200,
        { 'User-Agent': 'x' },
      );
      const inner = `/embed/dashboards/locked?embed_navigation_token=${tokens.navigation_token}`;
      const opened = await looker.open(
        `/login/embed/${encodeURIComponent(inner)}?embed_authentication_token=${tokens.authentication_token}`,
        { headers: { 'User-Agent': '' } },
      );
      nobodys(opened.text, 'a cookieless session without a scope');
    }
    const refused = await looker.post(
      '/embed/cookieless_session/acquire',
      tenantOf('nobody', { models: [], permissions: [] }),
      null,
    );
    assert.equal(refused.status, 422);
  });
});

describe('attack 5: side channels are locked like the panels', () => {
  let looker, acme;
  before(async () => {
    looker = await startTarget();
    acme = await witness(looker, 'acme');
    await witness(looker, 'globex'); // its rows are in the cache
  });
  after(() => looker?.close());

  test("in the URL's filters, the calls' variables, the events' filters", async () => {
    for (const target of [
      '?tenant=globex',
      '?Tenant=globex',
      '?tenant=globex&needle=glob',
      '?Needle=bex-row',
      '?tenant=%2A',
      '?tenant=acme,globex',
      '?hide_filter=tenant&tenant=globex',
    ]) {
      const answer = await acme.view(`/embed/dashboards/locked${target}`);
      assert.equal(answer.status, 200, answer.text);
      const variable = answer.head.dashboard.variables.find(({ name }) => name === 'tenant');
      assert.deepEqual([variable.mode, variable.value], ['locked', ['acme']]);
      assert.equal(variable.choices, undefined);
    }
    for (const variables of [
      { tenant: ['globex'] },
      { Tenant: ['globex'] },
      { tenant: ['acme', 'globex'] },
      { tenant: ['*'] },
      { tenant: [] },
      { needle: ["' or tenant = 'globex' --"] },
      { needle: ['globex'] },
    ]) {
      for (const call of [
        acme.query({ variables }),
        acme.export({ panel: 2, variables }),
        acme.view(undefined, { variables }),
        acme.query({ variables, fresh: true }),
      ]) {
        const answer = await call;
        assert.ok([200, 400, 403].includes(answer.status), answer.text);
      }
    }
  });

  test('in exports, in what is fetched anew, and in a cache that is hot for another', async () => {
    const globex = await witness(looker, 'globex');
    for (let i = 0; i < 4; i += 1) {
      const answers = await Promise.all([
        acme.query(),
        globex.query(),
        acme.export({ panel: 2 }),
        globex.export({ panel: 2 }),
        acme.query({ fresh: true }),
        globex.query({ fresh: true }),
      ]);
      for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    }
  });

  test('in error texts', async () => {
    const broken = await acme.query({ panels: [3] });
    const line = broken.lines.find(({ panel }) => panel === 3);
    assert.equal(line.error.code, 'query_failed');
    assert.doesNotMatch(broken.text, /cast|integer|hidden-row|select/i);
  });

  test('in the time zone, which is a value too', async () => {
    for (const zone of ["UTC'; select 1 --", '../..', 'x'.repeat(300)]) {
      const answer = await acme.query({ query_timezone: zone, timezone: zone });
      assert.ok([200, 400].includes(answer.status), answer.text);
      onlyOf('acme', answer.text, 'a strange zone');
    }
  });
});
