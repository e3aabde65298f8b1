// A dashboard of time series and nothing else, with what a page gets for it.
const HOUR = 3_600_000;
const TO = Date.UTC(2026, 2, 12, 18);
const FROM = TO - 6 * HOUR;
const TIMES = Array.from({ length: 73 }, (_, at) => FROM + at * HOUR / 12);

export const series = (id, factor = 1) => ({
  panel: id, from: FROM, to: TO,
  frames: [{ name: 'A', rows: TIMES.length, truncated: false, columns: [
    { name: 'time', type: 'time', values: TIMES },
    { name: 'load', type: 'number', values: TIMES.map((_, at) => factor * (50 + 40 * Math.sin(at / 7))) },
  ] }],
});
export const panel = (id, type, title, x, y, w, h, more = {}) =>
  ({ id, type, title, grid: { x, y, w, h }, queries: ['A'], ...more });
export const time = { span: '6h', from: FROM, to: TO, selectable: true, spans: ['1h', '6h', '1d'], custom: true };

/** Only what most dashboards have. */
export const PLAIN = {
  uid: 'plain', title: 'Plain', timezone: 'Europe/Berlin', refresh_seconds: null, time, download: true,
  variables: [{ name: 'host', label: 'Host', type: 'list', mode: 'free', multi: true, value: ['web-1'],
    choices: ['web-1', 'web-2', 'web-3'].map(value => ({ value })) }],
  panels: [panel(1, 'timeseries', 'Load', 0, 0, 12, 8), panel(2, 'timeseries', 'Great', 12, 0, 12, 8)],
};
export const LINES = [series(1), series(2, 1e6)];
