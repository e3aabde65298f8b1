// A dashboard with field options of every kind, and data for it.
const to = Date.UTC(2026, 2, 12, 18);
const from = to - 6 * 3600_000;
const count = 180;
const times = Array.from({ length: count }, (_, i) => from + (i * (to - from)) / (count - 1));
const wave = (size, speed, shift = 0) =>
  times.map((_, i) => Number((size * (1.2 + Math.sin(i / speed + shift) + 0.25 * Math.sin(i * 1.7 + shift))).toFixed(3)));
const column = (name, values, labels) => ({ name, type: 'number', values, ...(labels ? { labels } : {}) });
const frame = (name, columns) => ({ name, columns, rows: columns[0].values.length, truncated: false });
const series = (name, ...columns) => frame(name, [{ name: 'Time', type: 'time', values: times }, ...columns]);
const line = (panel, ...frames) => ({ panel, from, to, interval_ms: 60_000, frames });

const gaps = wave(4, 12).map((value, i) => (i > 60 && i < 75) || (i > 120 && i < 123) ? null : value);
const nodes = ['web-1', 'web-2', 'db-1', 'cache-1', 'batch-1'];
const table = frame('A', [
  { name: 'instance', type: 'text', values: nodes },
  { name: 'state', type: 'number', values: [1, 1, 1, 0, 2] },
  { name: 'cpu', type: 'number', values: [0.42, 0.91, 0.73, 0.08, 0.55] },
  { name: 'memory', type: 'number', values: [3.2e9, 7.1e9, 12.4e9, 0.6e9, 5.5e9] },
  { name: 'tags', type: 'text', values: ['web,eu', 'web,us', 'db,eu', 'cache', 'batch,us'] },
  { name: 'requests', type: 'number', values: [9007199254740992, 9007199254740992, 120045, 55, 31],
    exact: { 0: '9007199254740993', 1: '9007199254740992' } },
  { name: 'uptime', type: 'number', values: [864000, 90061, 31e6, 45, 7200] },
]);
const steps = [{ value: null, color: 'green' }, { value: 0.6, color: '#ff9830' }, { value: 0.85, color: 'red' }];
const override = (name, set) => ({ match: { by: 'name', value: name }, set });

const panels = [
  { id: 1, type: 'timeseries', title: 'Network traffic', grid: { x: 0, y: 0, w: 12, h: 8 },
    links: [{ title: 'Runbook', url: 'https://example.test/runbook?host=${host}', new_tab: true }],
    options: { unit: 'bps', fill: 0.2, interpolation: 'smooth', legend_mode: 'table', legend_calcs: ['mean', 'max', 'last'] },
    overrides: [{ match: { by: 'regexp', value: '/transmit/' }, set: { negative: 'negative-Y' } },
      override('receive eth0', { color: { mode: 'fixed', color: '#56a64b' } })] },
  { id: 2, type: 'timeseries', title: 'CPU by mode', grid: { x: 12, y: 0, w: 12, h: 8 }, time_note: 'Last 6h',
    options: { unit: 'percentunit', style: 'area', stack: true, stack_mode: 'percent', fill: 0.75, line_width: 1,
      legend_placement: 'right', legend_calcs: ['last'] }, overrides: [] },
  { id: 3, type: 'timeseries', title: 'Latency, with limits', grid: { x: 0, y: 8, w: 8, h: 7 },
    options: { unit: 'ms', interpolation: 'stepAfter', connect_up_to: '5m', thresholds_style: 'dashed+area', axis_label: 'p95',
      thresholds: [{ value: null, color: 'green' }, { value: 6, color: 'yellow' }, { value: 8, color: 'red' }] } },
  { id: 4, type: 'timeseries', title: 'Two axes, log scale', grid: { x: 8, y: 8, w: 8, h: 7 },
    options: { scale: 'log', unit: 'reqps' },
    overrides: [override('errors', { unit: 'percent', scale: 'linear', axis: 'right', line_style: 'dash', soft_max: 20 })] },
  { id: 5, type: 'timeseries', title: 'Band and bars', grid: { x: 16, y: 8, w: 8, h: 7 },
    options: { unit: 'celsius' },
    overrides: [override('upper', { fill_below_to: 'lower', fill: 0.25, line_width: 1 }), override('lower', { line_width: 1 }),
      override('now', { style: 'bars', fill: 0.5, color: { mode: 'continuous-BlYlRd' } })] },
  { id: 6, type: 'stat', title: 'Nodes', grid: { x: 0, y: 15, w: 10, h: 6 },
    options: { unit: 'decbytes', color_mode: 'background', graph_mode: 'area', thresholds: [
      { value: null, color: 'green' }, { value: 4e9, color: '#ff9830' }, { value: 7e9, color: 'red' }], text_mode: 'value_and_name' } },
  { id: 7, type: 'stat', title: 'State', grid: { x: 10, y: 15, w: 6, h: 6 },
    options: { color_mode: 'value', show_percent_change: true, graph_mode: 'line', unit: 'currencyUSD' }, overrides: [] },
  { id: 8, type: 'stat', title: 'Mapped', grid: { x: 16, y: 15, w: 8, h: 6 },
    options: { values: true, fields: 'state', color_mode: 'background_solid', mappings: mappings() } },
  { id: 9, type: 'table', title: 'Instances', grid: { x: 0, y: 21, w: 24, h: 8 },
    options: { footer: { reducers: ['sum'], columns: ['memory', 'requests'] }, sort: { column: 'requests', direction: 'desc' } },
    transformations: [{ id: 'organize', options: { renameByName: { instance: 'Instance', state: 'State', cpu: 'CPU' } } }],
    overrides: [
      override('Instance', { filterable: true, links: [{ title: 'Open ${__value.text}', url: '/d/node?var-host=${__value.raw}' }] }),
      override('State', { mappings: mappings(), cell: { type: 'color-background' }, align: 'center', width: 110 }),
      override('CPU', { unit: 'percentunit', min: 0, max: 1, thresholds: steps, cell: { type: 'gauge', mode: 'lcd' } }),
      override('memory', { unit: 'bytes', display_name: 'Memory', cell: { type: 'gauge', mode: 'gradient' }, color: { mode: 'continuous-GrYlRd' }, min: 0 }),
      override('tags', { cell: { type: 'pill' }, display_name: 'Tags' }),
      override('uptime', { unit: 'dtdurations', display_name: 'Uptime', cell: { type: 'color-text' },
        thresholds: [{ value: null, color: 'red' }, { value: 3600, color: 'green' }] })] },
  { id: 10, type: 'table', title: 'Trends', grid: { x: 0, y: 29, w: 12, h: 7 }, options: {},
    transformations: [{ id: 'timeSeriesTable' }],
    overrides: [override('Trend #A', { unit: 'Bps', display_name: 'Traffic' })] },
  { id: 11, type: 'timeseries', title: 'Unknown change', grid: { x: 12, y: 29, w: 12, h: 7 }, options: {},
    transformations: [{ id: 'spatial' }] },
].map(panel => ({ queries: ['A'], fields: true, ...panel }));

function mappings() {
  return [{ type: 'value', value: '0', text: 'Down', color: 'red' },
    { type: 'value', value: '1', text: 'Up', color: 'green' },
    { type: 'range', from: 2, to: null, text: 'Draining', color: '#e0b400' }];
}

const network = series('A',
  column('receive eth0', wave(4e7, 15), { device: 'eth0', job: 'node' }),
  column('receive eth1', wave(2.2e7, 11, 1), { device: 'eth1', job: 'node' }),
  column('transmit eth0', wave(3e7, 13, 2), { device: 'eth0', job: 'node' }));

export const fieldsDashboard = {
  uid: 'fields', title: 'Field options', timezone: 'UTC', refresh_seconds: null, download: true,
  time: { span: '', from, to, selectable: true, spans: ['1h', '1d'], custom: true },
  variables: [{ name: 'host', type: 'list', mode: 'locked', value: ['web 1'] }],
  links: [{ title: 'All dashboards', url: '/dashboards', keep_time: true }, { title: 'Bad', url: '${host}' }],
  panels,
};

export const fieldsLines = [
  line(1, network),
  line(2, series('A', column('user', wave(3, 20)), column('system', wave(2, 9, 1)), column('iowait', wave(1, 5, 2)), column('idle', wave(5, 30, 3)))),
  line(3, series('A', column('checkout', gaps), column('search', wave(3, 18, 1)))),
  line(4, series('A', column('requests', wave(400, 25).map(v => Math.max(1, v ** 1.6))), column('errors', wave(5, 8, 2)))),
  line(5, series('A', column('upper', wave(3, 30).map(v => v + 24)), column('lower', wave(3, 30).map(v => v + 16)),
    column('now', wave(3, 30).map((v, i) => i % 6 === 0 ? v + 19 : null)))),
  line(6, series('A', ...nodes.map((name, i) => column(name, wave(0.7e9 * (i + 1), 14, i))))),
  line(7, series('A', column('revenue', wave(12_000, 30)))),
  line(8, table),
  line(9, table),
  line(10, network),
  line(11, network),
];
