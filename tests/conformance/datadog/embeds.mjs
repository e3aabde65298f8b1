// The five operations of the secure embed API.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { createCredentials } from '../../support/casement.mjs';
import {
  assertJsonApiError,
  createBody,
  embedAttributes,
  fails,
  newDashboard,
  raw,
  vendorClient,
} from './support.mjs';

/** `the` holds server, keys and api once the tests run. */
export function embedsTests(the) {
  describe('secure embeds', () => {
    let dashboardId;
    before(async () => {
      dashboardId = (await the.api.dashboards.createDashboard(newDashboard())).id;
    });

    test('create shows the credential, and only then', async () => {
      const made = await the.api.embeds.createDashboardSecureEmbed({
        dashboardId,
        ...createBody(),
      });
      assert.equal(made.data.type, 'secure_embed_create_response');
      const { attributes } = made.data;
      assert.match(attributes.credential, /^[A-Za-z0-9]{44}$/);
      assert.equal(attributes.url, `${the.server.url}/sb/secure-embed/${attributes.token}`);
      assert.equal(attributes.dashboardId, dashboardId);
      assert.equal(attributes.shareType, 'secure_embed');
      assert.match(attributes.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
      assert.equal(attributes.id, made.data.id);
      assert.equal(attributes.title, embedAttributes.title);

      const second = await the.api.embeds.createDashboardSecureEmbed({
        dashboardId,
        ...createBody(),
      });
      assert.notEqual(second.data.attributes.token, attributes.token);
      assert.notEqual(second.data.attributes.credential, attributes.credential);

      const { token } = attributes;
      const got = await the.api.embeds.getDashboardSecureEmbed({
        dashboardId,
        token,
      });
      assert.equal(got.data.type, 'secure_embed_get_response');
      assert.equal(got.data.attributes.credential, undefined);
      assert.equal(got.data.attributes.credentialSuffix, attributes.credential.slice(-4));
      assert.ok(!JSON.stringify(got).includes(attributes.credential));
    });

    test('update changes what it names', async () => {
      const made = await the.api.embeds.createDashboardSecureEmbed({
        dashboardId,
        ...createBody(),
      });
      const { token } = made.data.attributes;
      const update = (attributes) =>
        the.api.embeds.updateDashboardSecureEmbed({
          dashboardId,
          token,
          body: { data: { type: 'secure_embed_update_request', attributes } },
        });
      let answer = await update({ status: 'paused' });
      assert.equal(answer.data.type, 'secure_embed_update_response');
      assert.equal(answer.data.attributes.status, 'paused');
      answer = await update({ status: 'active', title: 'Renamed' });
      answer = await update({
        selectableTemplateVars: [{ name: 'org', defaultValues: ['globex'] }],
      });
      const { attributes } = (await the.api.embeds.getDashboardSecureEmbed({ dashboardId, token }))
        .data;
      assert.equal(attributes.title, 'Renamed');
      assert.equal(attributes.status, 'active');
      assert.equal(attributes.selectableTemplateVars.length, 1);
      assert.deepEqual(attributes.selectableTemplateVars[0].defaultValues, ['globex']);
      assert.equal(attributes.selectableTemplateVars[0].prefix, undefined);
      assert.equal(attributes.globalTime.liveSpan, '1h');
    });

    test('what a provisioning tool sends is what it gets back', async () => {
      const attributes = {
        title: 'Drift',
        status: 'active',
        global_time: {},
        global_time_selectable: false,
        selectable_template_vars: [
          { name: 'a' },
          { name: 'b', prefix: '' },
          {
            name: 'c',
            prefix: 'c',
            type: 'group',
            default_values: [],
            visible_tags: ['z', 'y', 'x'],
          },
        ],
        viewing_preferences: {},
      };
      const made = await raw(
        the.server.url,
        'POST',
        `/api/v2/dashboard/${dashboardId}/shared/secure-embed`,
        {
          keys: the.keys,
          body: { data: { type: 'secure_embed_request', attributes } },
          headers: { 'Content-Type': 'application/vnd.api+json' },
        },
      );
      assert.equal(made.status, 200, made.text);
      for (const [name, value] of Object.entries(attributes)) {
        assert.deepEqual(made.json.data.attributes[name], value, name);
      }
    });

    test("the list of shares satisfies the client's checks", async () => {
      const { data, included } = await the.api.sharing.listSharedDashboardsByDashboardId({
        dashboardId,
      });
      assert.ok(data.length >= 2);
      for (const item of data) {
        assert.equal(item.type, 'shared_dashboard');
        assert.equal(item.attributes.shareType, 'secure-embed');
        assert.equal(item._unparsed ?? item.attributes._unparsed, undefined);
        assert.equal(item.relationships.dashboard.data.id, dashboardId);
      }
      const raws = await raw(the.server.url, 'GET', `/api/v2/dashboard/${dashboardId}/shared`, {
        keys: the.keys,
      });
      assert.ok(raws.json.included.some((entry) => entry.type === 'dashboard'));
      assert.equal(included.length, raws.json.included.length);
      const shared = await the.api.dashboards.listDashboards({ filterShared: true });
      assert.ok(shared.dashboards.some((entry) => entry.id === dashboardId));
    });

    test('delete is final, and says so', async () => {
      const made = await the.api.embeds.createDashboardSecureEmbed({
        dashboardId,
        ...createBody(),
      });
      const { token } = made.data.attributes;
      assert.equal(
        await the.api.embeds.deleteDashboardSecureEmbed({ dashboardId, token }),
        undefined,
      );
      for (const call of [
        () => the.api.embeds.getDashboardSecureEmbed({ dashboardId, token }),
        () => the.api.embeds.deleteDashboardSecureEmbed({ dashboardId, token }),
      ]) {
        assertJsonApiError((await fails(call(), 404)).body, 404);
      }
      const unknown = the.api.embeds.createDashboardSecureEmbed({
        dashboardId: 'abc-def-ghi',
        ...createBody(),
      });
      assertJsonApiError((await fails(unknown, 404)).body, 404);
    });

    test('what the client would not send is refused', async () => {
      const path = `/api/v2/dashboard/${dashboardId}/shared/secure-embed`;
      const attributes = {
        title: 'T',
        status: 'active',
        global_time: { live_span: '1h' },
        global_time_selectable: true,
        selectable_template_vars: [],
        viewing_preferences: { theme: 'dark', high_density: true },
      };
      const body = (more) => ({
        data: {
          type: 'secure_embed_request',
          attributes: { ...attributes, ...more },
        },
      });
      for (const [what, sent] of [
        ['an unknown span', body({ global_time: { live_span: '30m' } })],
        ['an unknown status', body({ status: 'deleted' })],
        ['an unknown theme', body({ viewing_preferences: { theme: 'sepia' } })],
        ['a missing title', body({ title: undefined })],
        ['a title that is an object', body({ title: { a: 1 } })],
        ['a null', body({ selectable_template_vars: null })],
        ['values that are no list', body({ selectable_template_vars: [{ default_values: 'a' }] })],
        ['another type', { data: { type: 'secure_embed_update_request', attributes } }],
        ['no attributes', { data: { type: 'secure_embed_request' } }],
        [
          'two titles',
          '{"data":{"type":"secure_embed_request","attributes":{"title":"a","title":"b"}}}',
        ],
        ['half of a body', '{"data":'],
      ]) {
        const answer = await raw(the.server.url, 'POST', path, { keys: the.keys, body: sent });
        assert.equal(answer.status, 400, what);
        assertJsonApiError(answer.json, 400);
      }
      const form = await raw(the.server.url, 'POST', path, {
        keys: the.keys,
        body: 'a=1',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      assert.equal(form.status, 400);
    });

    test('who may only read cannot share', async (t) => {
      if (!the.server.dataDir) return t.skip('needs a server of our own');
      const reader = vendorClient(the.server.url, (await readerKeys()).datadog);
      const made = await the.api.embeds.createDashboardSecureEmbed({
        dashboardId,
        ...createBody(),
      });
      const { token } = made.data.attributes;
      await reader.embeds.getDashboardSecureEmbed({ dashboardId, token });
      for (const call of [
        () =>
          reader.embeds.createDashboardSecureEmbed({
            dashboardId,
            ...createBody(),
          }),
        () => reader.embeds.deleteDashboardSecureEmbed({ dashboardId, token }),
      ]) {
        assertJsonApiError((await fails(call(), 403)).body, 403);
      }
      await fails(reader.dashboards.createDashboard(newDashboard()), 403);
    });

    test('every answer says how many requests are left', async () => {
      const answer = await raw(the.server.url, 'GET', `/api/v2/dashboard/${dashboardId}/shared`, {
        keys: the.keys,
      });
      for (const name of ['Limit', 'Period', 'Remaining', 'Reset', 'Name']) {
        assert.ok(answer.headers.get(`x-ratelimit-${name}`), name);
      }
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    });

    test('a dashboard has a thousand shares and not one more', { timeout: 300_000 }, async () => {
      const { id } = await the.api.dashboards.createDashboard(newDashboard({ title: 'Tenants' }));
      let left = 1000;
      const work = async () => {
        while (left-- > 0) {
          await the.api.embeds.createDashboardSecureEmbed({
            dashboardId: id,
            ...createBody(),
          });
        }
      };
      await Promise.all(Array.from({ length: 8 }, work));
      const late = await fails(
        the.api.embeds.createDashboardSecureEmbed({
          dashboardId: id,
          ...createBody(),
        }),
        409,
      );
      assertJsonApiError(late.body, 409);
      const { data } = await the.api.sharing.listSharedDashboardsByDashboardId({
        dashboardId: id,
      });
      assert.equal(data.length, 1000);
      await the.api.embeds.deleteDashboardSecureEmbed({
        dashboardId: id,
        token: data[0].attributes.token,
      });
      await the.api.embeds.createDashboardSecureEmbed({
        dashboardId: id,
        ...createBody(),
      });
    });
  });

  // New the.keys are seen by the running server within a second.
  async function readerKeys() {
    const made = await createCredentials(the.server.dataDir, 'Viewer');
    for (let i = 0; i < 100; ++i) {
      const answer = await raw(the.server.url, 'GET', '/api/v1/validate', {
        keys: made.datadog,
      });
      if (answer.status === 200) return made;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the server never saw the new keys');
  }
}
