// Bins of a histogram.
import type { Options } from '../data/options';
import * as read from '../data/options';
import { least, most, roundSize } from './heat-cells';

export interface Bins {
  /** Lower end of the first bin. */
  start: number;
  size: number;
  /** Counts per series and bin. */
  series: { name: string; counts: number[] }[];
  bins: number;
}

const kMostBins = 1000;

export function toBins(
  series: readonly { name: string; values: readonly number[] }[],
  options: Options,
): Bins | null {
  const used =
    options.combine === true
      ? [{ name: 'All', values: series.flatMap(({ values }) => values) }]
      : series;
  const all = used.flatMap(({ values }) => values);
  if (all.length === 0) return null;
  const low = least(all);
  const high = most(all);
  const offset = read.number(options, 'bucket_offset') ?? 0;
  const wanted = read.number(options, 'bucket_count') ?? 30;
  const asked = read.number(options, 'bucket_size') ?? roundSize((high - low) / wanted);
  const size = Math.max(asked, (high - low) / (kMostBins - 1));
  const first = Math.floor((low - offset) / size + 1e-9);
  const bins = Math.max(1, Math.floor((high - offset) / size + 1e-9) - first + 1);
  return {
    start: Number((offset + first * size).toPrecision(12)),
    size,
    bins,
    series: used.map(({ name, values }) => {
      const counts = new Array<number>(bins).fill(0);
      for (const value of values) {
        const bin = Math.floor((value - offset) / size + 1e-9) - first;
        const place = Math.max(0, Math.min(bins - 1, bin));
        counts[place] = (counts[place] ?? 0) + 1;
      }
      return { name, counts };
    }),
  };
}
