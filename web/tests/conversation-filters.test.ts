import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LookerFrame, quiet } from './looker-frame';
import { kTarget } from './looker-server';
import { detail, opened } from './looker-telling';

test('a host’s filters change the values and the address, and run only when it says so', async () => {
  const frame = await opened();
  frame.server.calls.length = 0;
  frame.host.send('dashboard:filters:update', {
    filters: { State: 'TX', carrier: 'UA, WN ,', place: 'JFK', 'No such': 'x', bad: { a: 1 } },
  });
  await quiet();
  assert.deepEqual(frame.viewer.variables.value, {
    state: ['TX'],
    carrier: ['UA', 'WN'],
    place: ['ATL'],
  });
  assert.deepEqual(frame.server.paths(), []);
  const target = `${kTarget.replace('State=CA', 'State=TX')}&carrier=UA%2CWN`;
  assert.deepEqual(frame.host.last('dashboard:filters:changed'), {
    type: 'dashboard:filters:changed',
    dashboard: detail(target, {
      dashboard_filters: { state: 'TX', carrier: 'UA,WN', place: 'ATL' },
    }),
  });
  assert.equal(frame.travels.at(-1), `replace ${target}`);
  frame.host.send('dashboard:run');
  await quiet();
  assert.deepEqual(frame.server.calls, [
    {
      path: '/query',
      body: {
        panels: [1, 2],
        have: [],
        variables: { state: ['TX'], carrier: ['UA', 'WN'] },
        width: 800,
        timezone: 'UTC',
        content: 'dashboards/42',
      },
    },
  ]);
  assert.equal(frame.host.details('dashboard:run:complete').length, 2);
});

test('an empty filter is the dashboard’s default, which the server knows', async () => {
  const frame = await opened();
  frame.host.send('dashboard:filters:update', { filters: { State: '' } });
  frame.host.send('dashboard:run');
  await quiet();
  assert.deepEqual(frame.viewer.variables.value.state, ['NY']);
  const query = frame.server.calls.find(({ path }) => path === '/query');
  assert.deepEqual((query?.body.variables as Record<string, unknown>).state, ['NY']);
});

test('a viewer’s own change of a filter is told as well', async () => {
  const frame = await opened();
  frame.viewer.setVariable('state', ['WA']);
  await quiet();
  const changed = frame.host.last('dashboard:filters:changed').dashboard;
  assert.deepEqual((changed as Record<string, unknown>).dashboard_filters, {
    state: 'WA',
    carrier: 'AA,DL',
    place: 'ATL',
  });
});

test('choices that follow from a change are asked for by the address of the content', async () => {
  const frame = await opened();
  const dashboard = frame.viewer.dashboard.value;
  assert.ok(dashboard);
  frame.viewer.dashboard.value = { ...dashboard, settles: { variables: ['state'], time: false } };
  frame.viewer.setVariable('state', ['WA']);
  await quiet();
  const asked = frame.server.calls.filter(({ path }) => path === '/view').at(-1)?.body;
  assert.match(asked?.content as string, /^\/embed\//);
  assert.deepEqual((asked?.variables as Record<string, unknown>).state, ['WA']);
});

test('a range that was chosen goes with every data call, the dashboard\u2019s own days do not', async () => {
  const sent = async (time: Partial<LookerFrame['server']['time']>) => {
    const frame = await opened(({ server }) => {
      server.time = { from: 5, to: 9, selectable: true, ...time };
    });
    frame.host.send('dashboard:run');
    await quiet();
    return frame.server.calls.at(-1)?.body.time;
  };
  assert.equal(await sent({}), undefined);
  assert.deepEqual(await sent({ custom: true }), { from: 5, to: 9 });
  assert.deepEqual(await sent({ span: '1d' }), { span: '1d' });
  assert.equal(await sent({ span: '1d', selectable: false }), undefined);
});

test('the zone of the address goes with every data call', async () => {
  const frame = await opened(({ server }) => {
    server.zone = 'US/Pacific';
  });
  frame.host.send('dashboard:run');
  await quiet();
  const body = frame.server.calls.at(-1)?.body;
  assert.equal(body?.query_timezone, 'US/Pacific');
  assert.equal(body.timezone, 'UTC');
  frame.server.zone = '';
  await frame.host.ask('page:load', { url: '/embed/dashboards/43' });
  await quiet();
  assert.equal(frame.server.calls.at(-1)?.body.query_timezone, undefined);
});
