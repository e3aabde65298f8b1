import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quiet } from './looker-frame';
import { kTarget } from './looker-server';
import { detail, opened } from './looker-telling';

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

test('a download is told with its tile and format', async () => {
  const frame = await opened();
  const panel = frame.viewer.dashboard.value?.panels[0];
  assert.ok(panel);
  await frame.viewer.downloadCsv(panel, undefined, () => Promise.resolve());
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

test('a file taken from the open rows is told as theirs, not as the tile’s', async () => {
  const frame = await opened();
  const panel = frame.viewer.dashboard.value?.panels[0];
  assert.ok(panel);
  frame.host.log.length = 0;
  await frame.viewer.downloadRows(panel, undefined);
  await quiet();
  const { id, title, url, absoluteUrl, dashboard_filters } = detail();
  assert.deepEqual(frame.host.events, ['drillmodal:download']);
  assert.deepEqual(frame.host.last('drillmodal:download'), {
    type: 'drillmodal:download',
    dashboard: { id, title, url, absoluteUrl, dashboard_filters },
    drillExploreUrl: '',
    fileFormat: 'csv',
  });
  assert.equal(frame.server.calls.at(-1)?.path, '/export');
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
