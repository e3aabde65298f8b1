import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isOutside, stacked, toTimeSeries, type Series } from '../data/frames';
import { movedIndex, toggleHidden } from '../data/interaction';
import * as read from '../data/options';
import { formatRange, instantFormat, timeTicks } from '../format/dates';
import { formatNumber, formatTick, stepsOf } from '../format/numbers';
import type { Plot, PlotModule, PlotSpec } from '../plot/spec';
import { chartColors, namedColor, seriesColor } from '../state/theme';
import { useSize } from '../ui/use-size';
import { kNoData, Legend, numberStyle, Quiet, Tooltip, type PictureProps } from './common';
import { kFont, textWidth } from './text-width';

declare const PLOT_PATH: string;

/** Asked for as soon as this module runs, beside the opening of the session. */
export const plotModule: Promise<PlotModule> = import(PLOT_PATH) as Promise<PlotModule>;
plotModule.catch(() => undefined);

interface Hover {
  index: number;
  left: number;
  width: number;
}

export function TimeSeriesPicture(props: PictureProps) {
  const { options, frames, from, to, zone, isDark, onZoom, panel } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hover, setHover] = useState<Hover | null>(null);
  const [module, setModule] = useState<PlotModule | 'missing' | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const size = useSize(host);
  const style = numberStyle(options);

  useEffect(() => {
    plotModule.then(
      (loaded) => setModule(loaded),
      () => setModule('missing'),
    );
  }, []);

  const drawn = useMemo(() => prepare(props, hidden), [frames, options, hidden, isDark]);
  const { all, colors, shown, values, times } = drawn;

  // Everything but the data: when this changes the chart is built anew, else it only takes the data.
  const structure = JSON.stringify([
    shown.map((series) => series.name),
    isDark,
    zone,
    onZoom !== null,
    panel.id,
    options,
  ]);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element || module === null || module === 'missing' || size.width === 0) return;
    const spec = plotSpec(props, drawn, size, setHover);
    const created = module.createPlot(element, spec);
    plot.current = created;
    return () => {
      plot.current = null;
      created.destroy();
      setHover(null);
    };
    // Data and size are handed to the living chart below.
  }, [module, structure, size.width > 0]);
  useLayoutEffect(() => {
    if (size.width > 0) plot.current?.resize(size.width, size.height);
  }, [size]);
  useLayoutEffect(() => {
    plot.current?.update(times, values, [from, to]);
  }, [times, values, from, to]);

  const instant = useMemo(() => instantFormat(times, zone), [times, zone]);

  if (all.series.length === 0) return <Quiet>No time series in this data.</Quiet>;
  if (module === 'missing') return <Quiet>The chart could not be loaded. Reload the page.</Quiet>;

  const isBlank = isOutside(all.series, times, from, to);
  const label = (value: number | null): string => formatNumber(value, style);
  const names = all.series.map((series) => series.name);
  const hasLegend = read.flag(options, 'legend', names.length > 1);
  const at = hover ? times[hover.index] : undefined;
  const pointed = at === undefined || !hover ? [] : pointedRows(drawn, hover.index, label);

  return (
    <div class="picture">
      <div
        class={isBlank ? 'chart blank' : 'chart'}
        role="img"
        tabIndex={0}
        aria-label={isBlank ? kNoData : summary(props, all.series, label)}
        onKeyDown={(event) => {
          const next = movedIndex(event.key, hover?.index ?? null, times.length);
          if (next === undefined) return;
          event.preventDefault();
          plot.current?.point(next);
        }}
        onBlur={() => plot.current?.point(null)}
      >
        <div class="chart-host" ref={host} />
        {isBlank && <Quiet>{kNoData}</Quiet>}
        {hover && at !== undefined && (
          <Tooltip left={hover.left} width={hover.width} title={instant(at)} rows={pointed} />
        )}
        <span class="visually-hidden" aria-live="polite">
          {hover && at !== undefined && document.activeElement?.contains(host.current)
            ? `${instant(at)}: ${pointed.map((row) => `${row.name} ${row.value}`).join(', ')}`
            : ''}
        </span>
      </div>
      {hasLegend && (
        <Legend
          items={all.series.map((series, index) => ({
            name: series.name,
            color: colors[index] ?? '',
          }))}
          hidden={hidden}
          onToggle={(name, only) => setHidden(toggleHidden(names, hidden, name, only))}
        />
      )}
      {all.left > 0 && <p class="picture-note">{all.left} more series are not drawn.</p>}
    </div>
  );
}

interface Drawn {
  all: { times: number[]; series: Series[]; left: number };
  colors: string[];
  /** In the order of drawing. */
  shown: Series[];
  shownColors: string[];
  values: (number | null)[][];
  times: number[];
}

function prepare(props: PictureProps, hidden: ReadonlySet<string>): Drawn {
  const { options, frames, isDark } = props;
  const all = toTimeSeries(frames, options);
  if (read.choice(options, 'null_as', ['gap', 'zero', 'connect'] as const, 'gap') === 'zero') {
    for (const series of all.series) series.values = series.values.map((value) => value ?? 0);
  }
  const own = read.texts(options, 'colors') ?? [];
  const colors = all.series.map((_, index) => seriesColor(index, isDark, own));
  let picked = all.series
    .map((series, index) => ({ series, color: colors[index] ?? '' }))
    .filter(({ series }) => !hidden.has(series.name));
  let values = picked.map(({ series }) => series.values);
  if (read.flag(options, 'stack', false)) {
    // The tallest is drawn first, so that each lower one stands before it.
    values = stacked(picked.map(({ series }) => series)).reverse();
    picked = picked.reverse();
  }
  return {
    all,
    colors,
    shown: picked.map(({ series }) => series),
    shownColors: picked.map(({ color }) => color),
    values,
    times: all.times,
  };
}

function plotSpec(
  props: PictureProps,
  drawn: Drawn,
  size: { width: number; height: number },
  onHover: (hover: Hover | null) => void,
): PlotSpec {
  const { options, zone, isDark, onZoom, from, to } = props;
  const style = read.choice(options, 'style', ['line', 'area', 'bars', 'points'] as const, 'line');
  const isStacked = read.flag(options, 'stack', false);
  const units = numberStyle(options);
  return {
    width: size.width,
    height: size.height,
    times: drawn.times,
    values: drawn.values,
    colors: drawn.shownColors,
    style,
    isStacked,
    fill: read.number(options, 'fill') ?? (style === 'area' ? (isStacked ? 0.55 : 0.28) : 0),
    lineWidth: read.number(options, 'line_width') ?? (isStacked ? 1.25 : 1.75),
    connectGaps: options.null_as === 'connect',
    range: [from, to],
    min: read.number(options, 'min'),
    max: read.number(options, 'max'),
    thresholds: read
      .thresholds(options)
      .filter((threshold) => Number.isFinite(threshold.value))
      .map(({ value, color }) => ({ value, color: namedColor(color, isDark) })),
    ink: chartColors(isDark),
    font: kFont,
    textWidth,
    zone,
    steps: stepsOf(units.unit),
    valueLabel: (value, step) => formatTick(value, step, units),
    timeLabels: (marks, step) => timeTicks(marks, step, zone),
    cursorKey: 'casement',
    onZoom,
    onHover,
  };
}

function pointedRows(
  drawn: Drawn,
  index: number,
  label: (value: number | null) => string,
): { name: string; color: string; value: string }[] {
  const rows = drawn.shown.map((series, at) => ({
    name: series.name,
    color: drawn.shownColors[at] ?? '',
    number: series.values[index] ?? null,
  }));
  return rows
    .filter((row) => row.number !== null)
    .sort((a, b) => (b.number ?? 0) - (a.number ?? 0))
    .map((row) => ({ name: row.name, color: row.color, value: label(row.number) }));
}

function summary(
  { panel, from, to, zone }: PictureProps,
  series: Series[],
  label: (value: number | null) => string,
): string {
  const parts = series.slice(0, 5).map(({ name, values }) => {
    const present = values.filter((value): value is number => value !== null);
    if (present.length === 0) return `${name}: no values`;
    const least = present.reduce((a, b) => Math.min(a, b));
    const most = present.reduce((a, b) => Math.max(a, b));
    const last = present[present.length - 1] ?? null;
    return `${name}: from ${label(least)} to ${label(most)}, last ${label(last)}`;
  });
  const more = series.length > 5 ? ` and ${series.length - 5} more series` : '';
  const range = to > from ? `, ${formatRange(from, to, zone)}` : '';
  return `Chart${panel.title ? ` “${panel.title}”` : ''}${range}. ${parts.join('; ')}${more}. Arrow keys read single points.`;
}
