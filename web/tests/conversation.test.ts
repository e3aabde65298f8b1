import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  kFrameOrigin,
  kTarget,
  lookerFrame,
  quiet,
  sessionOf,
  type LookerFrame,
} from './looker-frame';

async function opened(prepare?: (frame: LookerFrame) => void): Promise<LookerFrame> {
  const frame = lookerFrame();
  prepare?.(frame);
  await frame.open();
  return frame;
}

function detail(target = kTarget, change: Record<string, unknown> = {}): Record<string, unknown> {
  const component = (id: string, row: number) => ({
    id,
    dashboard_layout_id: '1',
    dashboard_element_id: id,
    row,
    column: 0,
    width: 12,
    height: 8,
    deleted: false,
  });
  const element = (id: number) => ({
    title: `Tile ${id}`,
    title_hidden: false,
    vis_config: { type: 'timeseries', stack: true },
  });
  return {
    id: '42',
    title: 'Content 42',
    canEdit: false,
    dashboard_filters: { state: 'CA', carrier: 'AA,DL', place: 'ATL' },
    url: target,
    absoluteUrl: kFrameOrigin + target,
    options: {
      elements: { 1: element(1), 2: element(2) },
      layouts: [
        {
          id: '1',
          dashboard_id: '42',
          type: 'newspaper',
          active: true,
          column_width: 24,
          width: null,
          deleted: false,
          dashboard_layout_components: [component('1', 0), component('2', 8)],
        },
      ],
    },
    ...change,
  };
}

const kPageChanged = {
  type: 'page:changed',
  page: {
    type: 'dashboard',
    url: kTarget,
    absoluteUrl: kFrameOrigin + kTarget,
    lookerVersion: '26.12.0',
  },
};

test('a dashboard tells the whole story of its first run, in order', async () => {
  const frame = await opened();
  assert.deepEqual(frame.host.log[0], { action: 1, data: {} });
  assert.deepEqual(frame.host.events, [
    'page:changed',
    'dashboard:loaded',
    'dashboard:run:start',
    'dashboard:tile:start',
    'dashboard:tile:start',
    'dashboard:tile:complete',
    'dashboard:tile:complete',
    'dashboard:run:complete',
  ]);
  // The SDK reads the page from the second telling.
  frame.clock.advance(200);
  await quiet();
  assert.equal(frame.host.events.at(-1), 'page:changed');
  assert.equal(frame.host.details('page:changed').length, 2);
  frame.clock.advance(60_000);
  await quiet();
  assert.equal(frame.host.details('page:changed').length, 2);
});

test('every event has exactly its fields', async () => {
  const frame = await opened();
  const { host } = frame;
  frame.clock.advance(200);
  await quiet();
  const dashboard = detail();
  const tile = (id: number) => ({ id: String(id), title: `Tile ${id}`, listen: {} });
  assert.deepEqual(host.details('page:changed'), [kPageChanged, kPageChanged]);
  assert.deepEqual(host.last('dashboard:loaded'), {
    type: 'dashboard:loaded',
    status: 'complete',
    dashboard,
  });
  assert.deepEqual(host.last('dashboard:run:start'), { type: 'dashboard:run:start', dashboard });
  assert.deepEqual(host.details('dashboard:tile:start')[0], {
    type: 'dashboard:tile:start',
    dashboard,
    tile: tile(1),
  });
  assert.deepEqual(host.details('dashboard:tile:complete'), [
    {
      type: 'dashboard:tile:complete',
      dashboard,
      tile: tile(1),
      status: 'complete',
      truncated: false,
      errors: [],
    },
    {
      type: 'dashboard:tile:complete',
      dashboard,
      tile: tile(2),
      status: 'complete',
      truncated: true,
      errors: [],
    },
  ]);
  assert.deepEqual(host.last('dashboard:run:complete'), {
    type: 'dashboard:run:complete',
    dashboard,
    status: 'complete',
    tileStatuses: [
      { tileId: '1', status: 'complete' },
      { tileId: '2', status: 'complete', truncated: true },
    ],
  });
  assert.ok(host.log.slice(1).every(({ action }) => action === 2));
});

test('a tile that failed is named with its error, and so is the run', async () => {
  const frame = await opened(({ server }) => server.broken.add(2));
  const error = {
    message: 'The query failed.',
    message_details: null,
    params: null,
    error_pos: null,
    level: 'error',
    fatal: true,
    sql_error_loc: {},
  };
  const complete = frame.host.last('dashboard:run:complete');
  assert.equal(complete.status, 'error');
  assert.deepEqual(complete.tileStatuses, [
    { tileId: '1', status: 'complete' },
    { tileId: '2', status: 'error', errors: [error] },
  ]);
  assert.deepEqual(frame.host.last('dashboard:tile:complete').errors, [error]);
});

test('a host that comes after the data hears of the page first, then of all that was', async () => {
  const frame = lookerFrame();
  await frame.viewer.open();
  frame.conversation.setHeight(900);
  await quiet();
  frame.conversation.start();
  await quiet();
  assert.deepEqual(frame.host.events.slice(0, 3), [
    'page:changed',
    'page:properties:changed',
    'dashboard:loaded',
  ]);
  frame.clock.advance(200);
  await quiet();
  assert.equal(frame.host.details('page:changed').length, 2);
});

test('what a host says before there is data is done when there is', async () => {
  const frame = lookerFrame();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { fetch } = frame.server;
  const slow = lookerFrame({
    fetch: async (input, init) => {
      await held;
      return fetch(input, init);
    },
  });
  slow.conversation.start();
  const opening = slow.viewer.open();
  await quiet();
  slow.host.send('dashboard:filters:update', { filters: { State: 'TX' } });
  slow.host.send('dashboard:run');
  const answer = slow.host.ask('dashboard:load', { id: '43', pushHistory: false });
  await quiet();
  assert.deepEqual(slow.host.events, []);
  release();
  await opening;
  assert.deepEqual((await answer).data.payload, [{ success: true }]);
  await quiet();
  assert.equal(slow.viewer.dashboard.value?.title, 'Content 43');
});

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

test('a stopped run is told as stopped, and a newer run stops the older', async () => {
  const frame = await opened();
  let release: () => void = () => undefined;
  frame.server.gate = new Promise((resolve) => (release = resolve));
  frame.host.log.length = 0;
  frame.host.send('dashboard:run');
  await quiet();
  frame.host.send('dashboard:stop');
  await quiet();
  assert.equal(frame.host.last('dashboard:run:complete').status, 'stopped');
  frame.host.send('dashboard:run');
  frame.host.send('dashboard:run');
  await quiet();
  assert.equal(frame.host.details('dashboard:run:start').length, 3);
  release();
  await quiet();
  assert.deepEqual(
    frame.host.details('dashboard:run:complete').map(({ status }) => status),
    ['stopped', 'stopped', 'complete'],
  );
  assert.equal(frame.viewer.isLoading.value, false);
});

test('another dashboard loads in place, is answered, and is told as a new page', async () => {
  const frame = await opened();
  frame.clock.advance(1000);
  await quiet();
  frame.host.log.length = 0;
  const url = '/embed/dashboards/43?embed_domain=https://app.example&sdk=3';
  frame.host.send('dashboard:stop');
  const answer = await frame.host.ask('page:load', { pushHistory: false, url });
  assert.deepEqual(answer, {
    action: 4,
    data: { eventName: 'page:load', payload: [{ success: true }], sequence: 1 },
  });
  await quiet();
  assert.deepEqual(frame.host.details('page:changed')[0], {
    type: 'page:changed',
    page: { ...kPageChanged.page, url, absoluteUrl: kFrameOrigin + url },
  });
  assert.equal(frame.travels.at(-1), `replace ${url}`);
  assert.equal(frame.host.last('dashboard:run:complete').status, 'complete');
  assert.equal((frame.host.last('dashboard:run:complete').dashboard as { id: string }).id, '43');
  await frame.host.ask('page:load', { pushHistory: true, url: '/embed/dashboards/44' });
  assert.equal(frame.travels.at(-1), 'push /embed/dashboards/44');
});

test('the older way to load a dashboard keeps theme and domain', async () => {
  const frame = await opened();
  await frame.host.ask('page:load', {
    url: '/embed/dashboards/42?theme=dark&State=CA&embed_domain=https://app.example&sdk=2',
  });
  const answer = await frame.host.ask('dashboard:load', { id: 'model::delays', pushHistory: true });
  assert.deepEqual(answer.data.payload, [{ success: true }]);
  assert.equal(
    frame.travels.at(-1),
    'push /embed/dashboards/model%3A%3Adelays?embed_domain=https://app.example&sdk=2&theme=dark',
  );
});

test('pages that are not ours, or not there, are refused with a sentence', async () => {
  const frame = await opened();
  const kind = (): string => frame.viewer.page.value.kind;
  for (const url of [
    'https://evil.example/embed/dashboards/1',
    '//evil.example/embed/dashboards/1',
    '/embed/explore/model/view',
    '/login/embed/x',
    '/embed/dashboards/../../api',
    'javascript:alert(1)',
    7,
    undefined,
  ]) {
    const answer = await frame.host.ask('page:load', { url });
    assert.equal(answer.action, 5, String(url));
  }
  assert.equal(kind(), 'dashboard');
  const missing = await frame.host.ask('page:load', { url: '/embed/dashboards/404' });
  assert.equal(missing.data.payload, 'The dashboard you requested could not be found.');
  assert.equal(kind(), 'message');
  // The session stands, and the next page opens.
  const next = await frame.host.ask('page:load', { url: '/embed/dashboards/43' });
  assert.equal(next.action, 4);
  assert.equal(kind(), 'dashboard');
});

test('the newer of two journeys wins, and the older one is told so', async () => {
  const frame = await opened();
  let release: () => void = () => undefined;
  frame.server.gate = new Promise((resolve) => (release = resolve));
  const answers = Promise.all([
    frame.host.ask('page:load', { url: '/embed/dashboards/43' }),
    frame.host.ask('page:load', { url: '/embed/dashboards/44' }),
  ]);
  await quiet();
  release();
  const [first, second] = await answers;
  assert.equal(first.action, 5);
  assert.equal(second.action, 4);
  assert.equal(frame.viewer.dashboard.value?.title, 'Content 44');
});

test('data of the dashboard before never shows in the next', async () => {
  const frame = await opened();
  let release: () => void = () => undefined;
  frame.server.gate = new Promise((resolve) => (release = resolve));
  const late = frame.viewer.refresh([1]);
  await quiet();
  frame.server.gate = Promise.resolve();
  await frame.host.ask('page:load', { url: '/embed/dashboards/43' });
  await quiet();
  const before = frame.viewer.panel(1).value;
  release();
  await late;
  await quiet();
  assert.equal(frame.viewer.panel(1).value, before);
});

test('scheduling and editing are not offered; only what waits is answered', async () => {
  const frame = await opened();
  frame.host.log.length = 0;
  const answer = await frame.host.ask('dashboard:schedule_modal:open');
  assert.equal(answer.action, 5);
  assert.equal(answer.data.payload, 'Scheduled deliveries are not offered here.');
  frame.host.send('dashboard:edit');
  await quiet();
  assert.equal(frame.host.log.length, 1);
});

test('tiles take titles, looks and places from the host, as the events name them', async () => {
  const frame = await opened();
  const complete = frame.host.last('dashboard:run:complete');
  const { options } = complete.dashboard as { options: Record<string, unknown> };
  const layouts = structuredClone(options.layouts) as {
    dashboard_layout_components: Record<string, unknown>[];
  }[];
  Object.assign(layouts[0]?.dashboard_layout_components[0] ?? {}, {
    row: 4,
    column: 20,
    width: 12,
    height: -3,
  });
  frame.host.send('dashboard:options:set', {
    elements: {
      1: { title: 'Mine', vis_config: { type: 'looker_column', stack: false } },
      2: { title_hidden: true, vis_config: { type: 'no_such', legend: 'bottom' } },
      99: { title: 'Nobody' },
      constructor: { title: 'Nobody' },
    },
    layouts,
  });
  await quiet();
  const [first, second] = frame.viewer.dashboard.value?.panels ?? [];
  assert.equal(first?.title, 'Mine');
  assert.equal(first.type, 'barchart');
  assert.deepEqual(first.options, { stack: false });
  assert.deepEqual(first.grid, { x: 20, y: 4, w: 4, h: 1 });
  assert.equal(second?.title, '');
  assert.equal(second.type, 'timeseries');
  assert.deepEqual(second.options, { stack: true, legend: 'bottom' });
  frame.host.send('dashboard:run');
  await quiet();
  const { elements } = (
    frame.host.last('dashboard:run:complete').dashboard as {
      options: { elements: Record<string, unknown> };
    }
  ).options;
  assert.deepEqual(elements['2'], {
    title: 'Tile 2',
    title_hidden: true,
    vis_config: { type: 'timeseries', stack: true, legend: 'bottom' },
  });
});

test('a tile that the host takes away is neither drawn nor asked for, until it comes back', async () => {
  const frame = await opened();
  const without = (deleted: boolean) => ({
    layouts: [
      { active: true, dashboard_layout_components: [{ dashboard_element_id: '2', deleted }] },
    ],
  });
  frame.host.send('dashboard:options:set', without(true));
  frame.host.send('dashboard:run');
  await quiet();
  const shown = (): number[] => (frame.viewer.dashboard.value?.panels ?? []).map(({ id }) => id);
  assert.deepEqual(shown(), [1]);
  assert.deepEqual(frame.server.calls.at(-1)?.body.panels, [1]);
  frame.host.send('dashboard:options:set', without(false));
  await quiet();
  assert.deepEqual(shown(), [1, 2]);
  assert.deepEqual(frame.server.calls.at(-1)?.body.panels, [2]);
});

test('a host may take over what opens a tile’s data; else it opens as a dialog', async () => {
  const frame = await opened();
  const panel = frame.viewer.dashboard.value?.panels[0];
  assert.ok(panel);
  frame.host.answers.set('drillmenu:click', [{ cancel: true }]);
  await frame.viewer.showData(panel);
  assert.equal(frame.viewer.overlay.value, null);
  assert.deepEqual(frame.host.last('drillmenu:click'), {
    type: 'drillmenu:click',
    label: 'Show data',
    link_type: 'drill_default',
    url: kTarget,
    modal: true,
    context: '',
  });
  frame.host.answers.set('drillmenu:click', [undefined]);
  await frame.viewer.showData(panel);
  assert.equal(frame.viewer.overlay.value, panel);
  await quiet();
  frame.viewer.overlay.value = null;
  await quiet();
  assert.deepEqual(frame.host.details('env:client:dialog'), [
    { type: 'env:client:dialog', open: true, placement: 'cover', dialogType: 'drill' },
    { type: 'env:client:dialog', open: false, placement: 'cover', dialogType: 'drill' },
  ]);
});

test('what the grant does not allow is not in a tile’s menu', async () => {
  const frame = await opened(({ server }) => {
    server.permissions = { drill: false, download: false, fresh: false };
  });
  const panel = frame.viewer.dashboard.value?.panels[0];
  assert.ok(panel);
  assert.deepEqual(frame.viewer.panelActions(panel), []);
  assert.equal(frame.viewer.dashboard.value?.download, false);
});

test('past the cache goes only the request that was meant to', async () => {
  const frame = await opened();
  const panel = frame.viewer.dashboard.value?.panels[0];
  assert.ok(panel);
  const actions = frame.viewer.panelActions(panel);
  assert.deepEqual(
    actions.map(({ label }) => label),
    ['Show data', 'Clear cache and refresh'],
  );
  actions[1]?.run();
  await quiet();
  assert.deepEqual(frame.server.calls.at(-1)?.body.panels, [1]);
  assert.equal(frame.server.calls.at(-1)?.body.fresh, true);
  await frame.viewer.runAll(true);
  assert.equal(frame.server.calls.at(-1)?.body.fresh, true);
  await frame.viewer.runAll();
  assert.equal(frame.server.calls.at(-1)?.body.fresh, undefined);
});

test('one tile’s refresh is told as that tile’s, not as a run', async () => {
  const frame = await opened();
  frame.host.log.length = 0;
  await frame.viewer.refresh([2]);
  await quiet();
  assert.deepEqual(frame.host.events, ['dashboard:tile:start', 'dashboard:tile:complete']);
});

test('a download is told with its tile and format', async () => {
  const frame = await opened();
  const panel = frame.viewer.dashboard.value?.panels[0];
  assert.ok(panel);
  await frame.viewer.downloadCsv(panel, undefined);
  await quiet();
  assert.deepEqual(frame.host.last('dashboard:tile:download'), {
    type: 'dashboard:tile:download',
    dashboard: detail(),
    tile: { id: '1', title: 'Tile 1', listen: {} },
    fileFormat: 'csv',
  });
  assert.equal(frame.server.calls.at(-1)?.path, '/export');
  assert.equal(frame.server.calls.at(-1)?.body.content, 'dashboards/42');
});

test('a look speaks of itself as a look', async () => {
  const frame = await opened();
  frame.host.log.length = 0;
  const url = '/embed/looks/5?State=CA';
  await frame.host.ask('page:load', { url });
  await quiet();
  const look = { url, absoluteUrl: kFrameOrigin + url, id: '5', title: 'Content 5' };
  assert.deepEqual(
    frame.host.events.filter((name) => /^(?:look|dashboard):/.test(name)),
    ['look:ready', 'look:run:start', 'look:run:complete'],
  );
  assert.deepEqual(frame.host.last('look:run:complete'), { type: 'look:run:complete', look });
  assert.equal((frame.host.last('page:changed').page as { type: string }).type, 'look');
  frame.host.send('look:filters:update', { filters: { State: 'TX' } });
  frame.host.send('look:run');
  await quiet();
  const changed = url.replace('CA', 'TX');
  assert.deepEqual(frame.host.last('look:state:changed'), {
    type: 'look:state:changed',
    look: { ...look, url: changed, absoluteUrl: kFrameOrigin + changed },
  });
  assert.equal(frame.host.details('look:run:complete').length, 2);
  assert.equal(frame.server.calls.at(-1)?.body.content, 'looks/5');
});

test('a folder is a page of its own, and its dashboards open from it', async () => {
  const frame = await opened();
  await frame.host.ask('page:load', { url: '/embed/folders/7' });
  await quiet();
  assert.equal(frame.viewer.special.value?.kind, 'folder');
  assert.equal((frame.host.last('page:changed').page as { url: string }).url, '/embed/folders/7');
  await frame.viewer.go('/embed/dashboards/43', 'push');
  await quiet();
  assert.deepEqual(frame.viewer.special.peek(), null);
  assert.equal(frame.viewer.dashboard.value?.title, 'Content 43');
  assert.equal(frame.travels.at(-1), 'push /embed/dashboards/43');
});

test('a page that only waits is told as such', async () => {
  const frame = await opened();
  await frame.host.ask('page:load', { url: '/embed/preload/' });
  await quiet();
  assert.deepEqual(frame.viewer.special.value, { kind: 'blank' });
  assert.equal((frame.host.last('page:changed').page as { type: string }).type, 'preload');
});

test('the host’s scrolling places the dialog', async () => {
  const frame = await opened();
  frame.host.send('env:host:scroll', { offsetLeft: 0, offsetTop: 300, scrollX: 0, scrollY: 1000 });
  await quiet();
  assert.equal(frame.viewer.hostTop.value, 700);
  frame.host.send('env:host:scroll', { offsetTop: 300, scrollY: 0 });
  frame.host.send('env:host:scroll', { offsetTop: 'x', scrollY: 5 });
  await quiet();
  assert.equal(frame.viewer.hostTop.value, 0);
});

test('a minute before its end the session says so, and it ends only when the server agrees', async () => {
  const frame = await opened(({ server }) => {
    server.ttl = 900;
  });
  frame.clock.advance(839_000);
  await quiet();
  assert.ok(!frame.host.events.includes('session:status'));
  frame.clock.advance(1000);
  await quiet();
  assert.deepEqual(frame.host.details('session:status'), [
    { type: 'session:status', session_ttl: 60, expired: false, interrupted: false },
  ]);
  // This clock was fast: the server gives it more.
  frame.server.ttl = 120;
  frame.clock.advance(60_000);
  await quiet();
  assert.ok(!frame.host.events.includes('session:expired'));
  assert.equal(frame.viewer.page.value.kind, 'dashboard');
  frame.server.isOver = true;
  frame.clock.advance(120_000);
  await quiet();
  assert.deepEqual(frame.host.last('session:status'), {
    type: 'session:status',
    session_ttl: 0,
    expired: true,
    interrupted: false,
    recoverable: false,
  });
  assert.deepEqual(frame.host.details('session:expired'), [{ type: 'session:expired' }]);
  assert.deepEqual(frame.closed, ['session_expired']);
  frame.clock.advance(600_000);
  await quiet();
  assert.equal(frame.host.details('session:expired').length, 1);
});

test('a frame that goes on in the newer session of its person tells of no end', async () => {
  const frame = await opened();
  const stores = [frame.stores];
  const newer = sessionOf(frame.server, stores, {
    link: '/login/embed/%2Fembed%2Fdashboards%2F42?b',
  });
  await newer.open();
  await quiet();
  frame.server.ended.add('s1');
  frame.host.log.length = 0;
  frame.host.send('dashboard:filters:update', { filters: { state: 'WA' } });
  frame.host.send('dashboard:run');
  await quiet();
  assert.deepEqual(frame.closed, []);
  assert.ok(!frame.host.events.includes('session:expired'));
  assert.equal(frame.viewer.page.value.kind, 'dashboard');
  assert.equal(frame.host.last('dashboard:run:complete').status, 'complete');
  assert.deepEqual(frame.viewer.variables.value.state, ['WA'], 'the filters stay as they were');

  frame.server.ended.add('s2');
  frame.host.send('dashboard:run');
  await quiet();
  assert.deepEqual(frame.closed, ['session_ended']);
  assert.equal(frame.host.details('session:expired').length, 1);
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

test('the theme stays over a journey that names none', async () => {
  const frame = await opened();
  const go = async (url: string) => {
    await frame.host.ask('page:load', { url });
    await quiet();
    return frame.server.calls.filter(({ path }) => path === '/view').at(-1)?.body.content;
  };
  assert.equal(await go('/embed/dashboards/43?sdk=3'), '/embed/dashboards/43?sdk=3');
  await go('/embed/dashboards/43?sdk=3&theme=A%20%26%20B');
  assert.equal(await go('/embed/looks/7'), '/embed/looks/7?theme=A%20%26%20B');
  const own = '/embed/dashboards/44?_theme=%7B%7D';
  assert.equal(await go(own), own);
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

test('a link that does not open expires nothing at the host', async () => {
  const frame = lookerFrame({ refused: { code: 'link_expired', message: 'Too late.' } });
  await frame.open();
  assert.deepEqual(frame.closed, ['link_expired']);
  assert.ok(!frame.host.events.includes('session:expired'));
  assert.ok(!frame.host.events.includes('page:changed'));
  const answer = await frame.host.ask('page:load', { url: '/embed/dashboards/43' });
  assert.equal(answer.data.payload, 'Nothing is shown here: link_expired.');
});

test('a private page asks for a login, says why it failed, and opens', async () => {
  const frame = lookerFrame({ link: '/embed/dashboards/42?allow_login_screen=true' });
  await frame.open();
  assert.deepEqual(frame.viewer.special.value, { kind: 'login', message: '', isBusy: false });
  await frame.viewer.logIn('ada@app.example', 'wrong');
  assert.deepEqual(frame.viewer.special.value, {
    kind: 'login',
    message: 'login_failed',
    isBusy: false,
  });
  await frame.viewer.logIn('ada@app.example', 'right');
  await quiet();
  assert.equal(frame.viewer.special.value, null);
  assert.ok(frame.host.events.includes('dashboard:run:complete'));
});

test('going back in history is a journey that history already knows', async () => {
  const frame = await opened();
  await frame.host.ask('page:load', { url: '/embed/dashboards/43', pushHistory: true });
  frame.host.log.length = 0;
  const before = frame.travels.length;
  await frame.viewer.go(kTarget, 'none');
  await quiet();
  assert.equal(frame.travels.length, before);
  assert.deepEqual(frame.host.last('page:changed'), kPageChanged);
});
