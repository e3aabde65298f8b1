// Keys, and the dashboards of the v1 API.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { fails, assertJsonApiError, newDashboard, note, raw, vendorClient } from './support.mjs';

/** `the` holds server, keys and api once the tests run. */
export function dashboardsTests(the) {
  describe('keys', () => {
    test('validate takes the API key alone', async () => {
      assert.deepEqual({ ...(await the.api.authentication.validate()) }, { valid: true });
      const none = await raw(the.server.url, 'GET', '/api/v1/validate');
      assert.equal(none.status, 403);
      assert.deepEqual(none.json, { errors: ['API key required'] });
    });

    test("wrong the.keys are 403 in each API's own shape", async () => {
      const wrong = { api_key: '0'.repeat(32), app_key: '0'.repeat(40) };
      const stranger = vendorClient(the.server.url, wrong);
      const one = await fails(stranger.dashboards.listDashboards({}), 403);
      assert.equal(one.body.errors[0], 'Forbidden');
      const two = await fails(
        stranger.sharing.listSharedDashboardsByDashboardId({
          dashboardId: 'abc-def-ghi',
        }),
        403,
      );
      assertJsonApiError(two.body, 403);
    });

    test('a bearer token alone is enough', async () => {
      const bearer = vendorClient(the.server.url, {
        bearer: the.server.credentials.service_token,
      });
      assert.ok(Array.isArray((await bearer.dashboards.listDashboards({})).dashboards));
    });
  });

  describe('dashboards', () => {
    test('create, get, list, update', async () => {
      const made = await the.api.dashboards.createDashboard(newDashboard());
      assert.match(made.id, /^[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}$/);
      assert.equal(made.url, `/dashboard/${made.id}/conformance`);
      assert.equal(typeof made.widgets[0].id, 'number');
      assert.ok(made.createdAt instanceof Date);

      const got = await the.api.dashboards.getDashboard({ dashboardId: made.id });
      assert.deepEqual(got, made);

      const { dashboards } = await the.api.dashboards.listDashboards({});
      assert.ok(dashboards.some((entry) => entry.id === made.id));
      const page = await the.api.dashboards.listDashboards({
        count: 1,
        start: dashboards.length - 1,
      });
      assert.equal(page.dashboards.length, 1);
      assert.equal(page.dashboards[0].id, dashboards.at(-1).id);
      const shared = await the.api.dashboards.listDashboards({ filterShared: true });
      assert.ok(!shared.dashboards.some((entry) => entry.id === made.id));

      const updated = await the.api.dashboards.updateDashboard({
        dashboardId: made.id,
        ...newDashboard({
          title: 'Renamed',
          widgets: [note('one'), note('two')],
        }),
      });
      assert.equal(updated.title, 'Renamed');
      assert.equal(updated.widgets.length, 2);
      assert.equal(updated.id, made.id);
    });

    test('every kind of widget comes back as it was sent', async () => {
      const body = {
        title: 'Widgets',
        layout_type: 'ordered',
        reflow_type: 'fixed',
        widgets: [
          {
            definition: { type: 'note', content: 'x', background_color: 'white' },
          },
          {
            definition: {
              type: 'timeseries',
              title: 'CPU',
              show_legend: true,
              requests: [{ q: 'avg:system.cpu.user{$env}', display_type: 'line' }],
            },
          },
          {
            definition: {
              type: 'query_value',
              precision: 2,
              requests: [
                {
                  response_format: 'scalar',
                  queries: [
                    {
                      data_source: 'metrics',
                      name: 'query1',
                      query: 'avg:x{*}',
                      aggregator: 'avg',
                    },
                  ],
                  formulas: [{ formula: 'query1' }],
                },
              ],
            },
          },
          {
            definition: {
              type: 'group',
              layout_type: 'ordered',
              title: 'G',
              widgets: [{ id: 12, definition: { type: 'free_text', text: 'inside' } }],
            },
          },
          {
            definition: {
              type: 'widget_of_tomorrow',
              anything: { goes: [1, 2.5, null, 'ü'] },
            },
          },
        ].map((widget, index) => ({
          id: index + 1,
          layout: { x: 0, y: index, width: 4, height: 1 },
          ...widget,
        })),
      };
      const made = await raw(the.server.url, 'POST', '/api/v1/dashboard', {
        keys: the.keys,
        body,
      });
      assert.equal(made.status, 200, made.text);
      const got = await raw(the.server.url, 'GET', `/api/v1/dashboard/${made.json.id}`, {
        keys: the.keys,
      });
      assert.deepEqual(got.json.widgets, body.widgets);
      const typed = await the.api.dashboards.getDashboard({
        dashboardId: made.json.id,
      });
      assert.equal(typed.widgets.length, body.widgets.length);
    });

    test('what the vendor refuses is refused', async () => {
      const base = { title: 'T', layout_type: 'ordered', widgets: [] };
      for (const body of [
        { ...base, layout_type: 'free', widgets: [note('no layout')] },
        { ...base, reflow_type: 'fixed', widgets: [note('no layout')] },
        { ...base, tags: ['owner:me'] },
        {
          ...base,
          template_variables: [{ name: 'a', default: 'x', defaults: ['x'] }],
        },
        { ...base, title: { not: 'text' } },
        { ...base, widgets: 'none' },
        { title: 'T' },
        [],
      ]) {
        const answer = await raw(the.server.url, 'POST', '/api/v1/dashboard', {
          keys: the.keys,
          body,
        });
        assert.equal(answer.status, 400, JSON.stringify(body));
        assert.equal(typeof answer.json.errors[0], 'string');
      }
      const unknown = await fails(
        the.api.dashboards.getDashboard({ dashboardId: 'abc-def-ghi' }),
        404,
      );
      assert.deepEqual([...unknown.body.errors], ['Dashboard with ID abc-def-ghi not found']);
    });

    test('delete one, delete many, restore many', async () => {
      const ids = [];
      for (let i = 0; i < 3; ++i)
        ids.push((await the.api.dashboards.createDashboard(newDashboard())).id);
      const one = await the.api.dashboards.deleteDashboard({ dashboardId: ids[0] });
      assert.equal(one.deletedDashboardId, ids[0]);
      await fails(the.api.dashboards.getDashboard({ dashboardId: ids[0] }), 404);

      const many = {
        body: { data: ids.slice(1).map((id) => ({ id, type: 'dashboard' })) },
      };
      await the.api.dashboards.deleteDashboards(many);
      await fails(the.api.dashboards.getDashboard({ dashboardId: ids[1] }), 404);
      const binned = await the.api.dashboards.listDashboards({ filterDeleted: true });
      assert.ok(ids.every((id) => binned.dashboards.some((entry) => entry.id === id)));
      await the.api.dashboards.restoreDashboards(many);
      assert.equal((await the.api.dashboards.getDashboard({ dashboardId: ids[1] })).id, ids[1]);

      const mixed = {
        body: {
          data: [
            { id: ids[1], type: 'dashboard' },
            { id: 'abc-def-ghi', type: 'dashboard' },
          ],
        },
      };
      await fails(the.api.dashboards.deleteDashboards(mixed), 404);
      assert.equal((await the.api.dashboards.getDashboard({ dashboardId: ids[1] })).id, ids[1]);
    });
  });
}
