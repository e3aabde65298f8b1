// Rows that a text column splits into series, as a column for each: so that options for a series'
// name find it.
import type { Cell, Column, Frame } from '../api/wire';
import { timeColumn } from '../data/frames';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { frameOf, range } from './transformations/frames';

const kMost = 500;

export function pivot(frame: Frame, options: Options): Frame {
  const time = timeColumn(frame, options);
  const wanted = read.text(options, 'series_column');
  const texts = frame.columns.filter((one) => one.type === 'text');
  const split = wanted === undefined ? texts : texts.filter((one) => one.name === wanted);
  const chosen = read.texts(options, 'value_columns');
  const values = frame.columns.filter((one) =>
    chosen ? chosen.includes(one.name) : one.type === 'number' && one !== time,
  );
  if (!time) return frame;
  if (split.length === 0) return { ...frame, columns: [time, ...values] };
  const instants = [...new Set(time.values)].sort((a, b) => Number(a) - Number(b));
  const place = new Map(instants.map((instant, index) => [instant, index]));
  const series = new Map<string, { labels: Record<string, string>; cells: Cell[][] }>();
  for (const row of range(frame.rows)) {
    const parts = split.map((one) => String(one.values[row] ?? '–'));
    const key = parts.join(' ');
    let found = series.get(key);
    if (!found) {
      if (series.size >= kMost) continue;
      found = {
        labels: Object.fromEntries(split.map((one, index) => [one.name, parts[index] ?? ''])),
        cells: values.map(() => range(instants.length).map(() => null)),
      };
      series.set(key, found);
    }
    const at = place.get(time.values[row] ?? null);
    if (at === undefined) continue;
    values.forEach((one, index) => {
      const cells = found.cells[index];
      if (cells) cells[at] = one.values[row] ?? null;
    });
  }
  return frameOf(
    frame.name,
    [
      { ...time, values: instants },
      ...[...series].flatMap(([key, { labels, cells }]) =>
        values.map((one, index): Column => {
          const { exact: _exact, ...rest } = one;
          return {
            ...rest,
            name: values.length > 1 ? `${key} · ${one.name}` : key,
            labels: { ...one.labels, ...labels },
            values: cells[index] ?? [],
          };
        }),
      ),
    ],
    frame.truncated,
  );
}
