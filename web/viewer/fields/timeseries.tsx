import type uPlot from 'uplot';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isOutside } from '../data/frames';
import { movedIndex, toggleHidden } from '../data/interaction';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { formatRange, instantFormat, timeTicks } from '../format/dates';
import { formatTick, stepsOf } from '../format/numbers';
import { kNoData, Quiet, type PictureProps } from '../panels/common';
import { kFont } from '../panels/text-width';
import { plotModule } from '../panels/timeseries';
import { chartColors } from '../state/theme';
import { useSize } from '../ui/use-size';
import { absoluteThresholds } from './display';
import { SeriesLegend } from './legend';
import { createChart, type AxisSpec, type Chart, type ChartSpec, type Hover } from './plot';
import { stackLines, toLines, type Line, type Lines, type Stacked } from './series';
import { LinkMenu, ValueTooltip, type PickedLinks } from './tooltip';

export function RichTimeSeries(props: PictureProps) {
  const { options, frames, from, to, zone, isDark, onZoom, panel } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hover, setHover] = useState<Hover | null>(null);
  const [picked, setPicked] = useState<PickedLinks | null>(null);
  const [make, setMake] = useState<typeof uPlot | 'missing' | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const size = useSize(host);

  useEffect(() => {
    plotModule.then(
      (loaded) => setMake(() => loaded.uPlot),
      () => setMake('missing'),
    );
  }, []);

  const all = useMemo(() => toLines(frames), [frames]);
  const drawn = useMemo(
    () => stackLines(all.lines.filter((line) => !hidden.has(line.name))),
    [all, hidden],
  );
  const values = useMemo(() => drawn.lines.map((line) => line.drawn), [drawn]);
  const latest = useRef({ drawn, all });
  latest.current = { drawn, all };

  const structure = JSON.stringify([
    drawn.lines.map(({ name, color, options: own }) => [name, color, own]),
    isDark,
    zone,
    onZoom !== null,
    panel.id,
    options,
  ]);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element || make === null || make === 'missing' || size.width === 0) return;
    const spec = chartSpec(props, all, drawn, size, setHover, ({ index, nearest, left, top }) => {
      const line = nearest === null ? undefined : latest.current.drawn.lines[nearest];
      const links = line?.links(index) ?? [];
      if (links.length > 0) setPicked({ left, top, title: line?.name ?? '', links });
    });
    const created = createChart(make, element, spec);
    chart.current = created;
    return () => {
      chart.current = null;
      created.destroy();
      setHover(null);
    };
    // Data and size are handed to the living chart below.
  }, [make, structure, size.width > 0]);
  useLayoutEffect(() => {
    if (size.width > 0) chart.current?.resize(size.width, size.height);
  }, [size]);
  useLayoutEffect(() => {
    chart.current?.update(all.times, values, [from, to]);
  }, [all, values, from, to]);

  const instant = useMemo(() => instantFormat(all.times, zone), [all, zone]);

  if (all.lines.length === 0) return <Quiet>No time series in this data.</Quiet>;
  if (make === 'missing') return <Quiet>The chart could not be loaded. Reload the page.</Quiet>;

  const isBlank = isOutside(all.lines, all.times, from, to);
  const names = all.lines.map((line) => line.name);
  const legendLines = all.lines.filter((line) => line.options.hide_in_legend !== true);
  const hasLegend = read.flag(options, 'legend', names.length > 1) && legendLines.length > 0;
  const isBeside = options.legend_placement === 'right';
  const tooltip = read.choice(options, 'tooltip', ['multi', 'single', 'none'] as const, 'multi');
  const at = hover ? all.times[hover.index] : undefined;
  const rows = at === undefined || !hover ? [] : pointedRows(drawn, hover, tooltip, options);

  return (
    <div class="picture">
      <div class={isBeside ? 'chart-and-legend beside' : 'chart-and-legend'}>
        <div
          class={isBlank ? 'chart blank' : 'chart'}
          role="img"
          tabIndex={0}
          aria-label={isBlank ? kNoData : summary(props, all)}
          onKeyDown={(event) => {
            const next = movedIndex(event.key, hover?.index ?? null, all.times.length);
            if (next === undefined) return;
            event.preventDefault();
            chart.current?.point(next);
          }}
          onBlur={() => chart.current?.point(null)}
        >
          <div class="chart-host" ref={host} />
          {isBlank && <Quiet>{kNoData}</Quiet>}
          {hover && at !== undefined && tooltip !== 'none' && !picked && (
            <ValueTooltip hover={hover} title={instant(at)} rows={rows} />
          )}
          {picked && <LinkMenu picked={picked} onClose={() => setPicked(null)} />}
          <span class="visually-hidden" aria-live="polite">
            {hover && at !== undefined && document.activeElement?.contains(host.current)
              ? `${instant(at)}: ${rows.map((row) => `${row.name} ${row.value}`).join(', ')}`
              : ''}
          </span>
        </div>
        {hasLegend && (
          <SeriesLegend
            lines={legendLines}
            options={options}
            hidden={hidden}
            onToggle={(name, only) => setHidden(toggleHidden(names, hidden, name, only))}
          />
        )}
      </div>
      {all.left > 0 && <p class="picture-note">{all.left} more series are not drawn.</p>}
    </div>
  );
}

function chartSpec(
  props: PictureProps,
  all: Lines,
  drawn: Stacked,
  size: { width: number; height: number },
  onHover: (hover: Hover | null) => void,
  onPick: (hover: Hover) => void,
): ChartSpec {
  const { options, zone, isDark, onZoom, from, to, frames } = props;
  const field = frames
    .flatMap((frame) => frame.columns)
    .find((one) => one.type === 'number')?.field;
  const thresholds = absoluteThresholds(options, field?.range ?? [0, 1]);
  return {
    width: size.width,
    height: size.height,
    times: all.times,
    lines: drawn.lines,
    bands: drawn.bands,
    axes: axesOf(drawn.lines),
    range: [from, to],
    thresholds,
    thresholdStyle: read.text(options, 'thresholds_style') ?? 'dashed',
    ink: chartColors(isDark),
    font: kFont,
    zone,
    isDark,
    timeLabels: (marks, step) => timeTicks(marks, step, zone),
    onZoom,
    onHover,
    onPick,
  };
}

/** One axis for each scale: the first on the left, those of other units on the right. */
export function axesOf(lines: readonly Line[]): AxisSpec[] {
  const axes: AxisSpec[] = [];
  for (const line of lines) {
    const { options } = line;
    const known = axes.find((axis) => axis.key === line.scale);
    const isFromZero = options.style === 'bars' || options.style === 'area' || line.stack !== null;
    if (known) {
      known.isFromZero ||= isFromZero;
      known.label ??= read.text(options, 'axis_label');
      continue;
    }
    const wanted = read.choice(
      options,
      'axis',
      ['auto', 'left', 'right', 'hidden'] as const,
      'auto',
    );
    const units = { unit: read.text(options, 'unit'), decimals: read.number(options, 'decimals') };
    axes.push({
      key: line.scale,
      side:
        wanted !== 'auto' ? wanted : axes.some((axis) => axis.side === 'left') ? 'right' : 'left',
      label: read.text(options, 'axis_label'),
      width: read.number(options, 'axis_width'),
      options: line.isPercent ? { ...options, min: 0, max: 1 } : options,
      isFromZero,
      steps: line.isPercent ? undefined : stepsOf(units.unit),
      write: line.isPercent
        ? (value, step) => formatTick(value, step, { unit: 'percentunit' })
        : (value, step) => formatTick(value, step, units),
    });
  }
  return axes;
}

interface Row {
  name: string;
  color: string;
  value: string;
  isNearest: boolean;
}

export function pointedRows(
  drawn: Stacked,
  hover: Pick<Hover, 'index' | 'nearest'>,
  mode: string,
  options: Options,
): Row[] {
  const sort = read.choice(options, 'tooltip_sort', ['none', 'asc', 'desc'] as const, 'desc');
  const rows = drawn.lines.flatMap((line, at) => {
    const number = line.values[hover.index];
    if (typeof number !== 'number' || line.options.hide_in_tooltip === true) return [];
    if (options.tooltip_hide_zeros === true && number === 0) return [];
    if (mode === 'single' && at !== hover.nearest) return [];
    const shown = line.show(number);
    return [
      {
        name: line.name,
        color: line.color,
        value: shown.text,
        number,
        isNearest: at === hover.nearest,
      },
    ];
  });
  if (sort !== 'none') {
    rows.sort((a, b) => (sort === 'asc' ? a.number - b.number : b.number - a.number));
  }
  return rows;
}

function summary({ panel, from, to, zone }: PictureProps, { lines }: Lines): string {
  const parts = lines.slice(0, 5).map((line) => {
    const present = line.values.filter((value): value is number => typeof value === 'number');
    const last = present[present.length - 1];
    if (last === undefined) return `${line.name}: no values`;
    const least = present.reduce((a, b) => Math.min(a, b));
    const most = present.reduce((a, b) => Math.max(a, b));
    const text = (value: number): string => line.show(value).text;
    return `${line.name}: from ${text(least)} to ${text(most)}, last ${text(last)}`;
  });
  const more = lines.length > 5 ? ` and ${lines.length - 5} more series` : '';
  const range = to > from ? `, ${formatRange(from, to, zone)}` : '';
  return `Chart${panel.title ? ` “${panel.title}”` : ''}${range}. ${parts.join('; ')}${more}. Arrow keys read single points.`;
}
