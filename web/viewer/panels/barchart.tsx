import { useMemo, useRef, useState } from 'preact/hooks';
import type { Cell } from '../api/wire';
import { niceTicks, toCategories, type Categories } from '../data/frames';
import { toggleHidden } from '../data/interaction';
import * as read from '../data/options';
import { formatDay, formatInstant } from '../format/dates';
import { formatNumber, formatTick, stepsOf } from '../format/numbers';
import { namedColor, seriesColor } from '../state/theme';
import { useSize, type Size } from '../ui/use-size';
import { fitText, textWidth } from './text-width';
import { Legend, numberStyle, Quiet, Tooltip, type PictureProps } from './common';

const kDay = 86_400_000;

export function BarChartPicture(props: PictureProps) {
  const { options, frames, isDark, panel, zone } = props;
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<{ index: number; x: number; y: number } | null>(null);
  const frame = frames.find((candidate) => candidate.rows > 0);
  const data = useMemo(() => (frame ? toCategories(frame, options) : null), [frame, options]);
  if (!data || data.series.length === 0) return <Quiet>No values to compare.</Quiet>;

  const own = read.texts(options, 'colors') ?? [];
  const style = numberStyle(options);
  const names = data.series.map((series) => series.name);
  const items = data.series.map((series, index) => ({
    name: series.name,
    color: seriesColor(index, isDark, own),
    values: series.values,
  }));
  const shown = items.filter((item) => !hidden.has(item.name));
  const labels = data.labels.map((label) => labelText(label, data, zone));
  const thresholds = read.thresholds(options);
  const bars: Bars = {
    labels,
    series: shown,
    isStacked: read.flag(options, 'stack', false),
    colorOf: (value, color) => {
      const reached = shown.length === 1 ? read.thresholdColor(thresholds, value) : undefined;
      return reached === undefined ? color : namedColor(reached, isDark);
    },
    min: read.number(options, 'min'),
    max: read.number(options, 'max'),
    value: (value) => formatNumber(value, style),
    tick: (value, step) => formatTick(value, step, style),
    steps: stepsOf(style.unit),
    active: active?.index ?? null,
  };
  const isHorizontal = options.orientation === 'horizontal';

  return (
    <div class="picture">
      <div
        class="chart"
        role="img"
        aria-label={`Bar chart${panel.title ? ` “${panel.title}”` : ''}. ${describe(bars)}`}
      >
        <div
          class="chart-host"
          ref={host}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const index = barAt(event.target);
            setActive(
              index === null
                ? null
                : { index, x: event.clientX - box.left, y: event.clientY - box.top },
            );
          }}
          onPointerLeave={() => setActive(null)}
        >
          {size.width > 0 &&
            (isHorizontal ? (
              <Horizontal bars={bars} size={size} />
            ) : (
              <Vertical bars={bars} size={size} />
            ))}
        </div>
        {active && (
          <Tooltip
            left={active.x}
            width={size.width}
            top={Math.max(4, Math.min(active.y - 12, size.height - 60))}
            title={labels[active.index] ?? ''}
            rows={shown.map((item) => ({
              name: item.name,
              color: bars.colorOf(item.values[active.index] ?? null, item.color),
              value: bars.value(item.values[active.index] ?? null),
            }))}
          />
        )}
      </div>
      {read.flag(options, 'legend', names.length > 1) && (
        <Legend
          items={items}
          hidden={hidden}
          onToggle={(name, only) => setHidden(toggleHidden(names, hidden, name, only))}
        />
      )}
      {data.left > 0 && <p class="picture-note">{data.left} more are not drawn.</p>}
    </div>
  );
}

interface Bars {
  labels: string[];
  series: { name: string; color: string; values: (number | null)[] }[];
  isStacked: boolean;
  colorOf: (value: number | null, color: string) => string;
  min: number | undefined;
  max: number | undefined;
  value: (value: number | null) => string;
  tick: (value: number, step: number) => string;
  steps: number[] | undefined;
  active: number | null;
}

function labelText(label: Cell, data: Categories, zone: string | undefined): string {
  if (label === null) return '–';
  if (data.labelType === 'time' && typeof label === 'number') {
    return label % kDay === 0 ? formatDay(label, zone) : formatInstant(label, zone);
  }
  if (typeof label === 'number') return formatNumber(label);
  return String(label);
}

function barAt(target: EventTarget | null): number | null {
  const index = target instanceof Element ? target.getAttribute('data-bar') : null;
  return index === null ? null : Number(index);
}

function describe(bars: Bars): string {
  const parts = bars.labels.slice(0, 8).map((label, index) => {
    const values = bars.series.map((series) => bars.value(series.values[index] ?? null));
    return `${label}: ${values.join(', ')}`;
  });
  const more = bars.labels.length - parts.length;
  return `${parts.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}

/** Start and end of every bar, stacked or side by side. */
function extents(bars: Bars): { from: number; to: number }[][] {
  return bars.labels.map((_, index) => {
    let up = 0;
    let down = 0;
    return bars.series.map((series) => {
      const value = series.values[index] ?? 0;
      if (!bars.isStacked) return { from: Math.min(0, value), to: Math.max(0, value) };
      const start = value < 0 ? down : up;
      if (value < 0) down += value;
      else up += value;
      return { from: Math.min(start, start + value), to: Math.max(start, start + value) };
    });
  });
}

function axis(bars: Bars, boxes: { from: number; to: number }[][], about: number): number[] {
  const all = boxes.flat();
  const low = bars.min ?? all.reduce((least, box) => Math.min(least, box.from), 0);
  const high = bars.max ?? all.reduce((most, box) => Math.max(most, box.to), 0);
  return niceTicks(low, high > low ? high : low + 1, about, bars.steps);
}

function stepOf(ticks: number[]): number {
  return (ticks[1] ?? 1) - (ticks[0] ?? 0);
}

const kGap = 8;
const kFootHeight = 22;

function Vertical({ bars, size }: { bars: Bars; size: Size }) {
  const boxes = extents(bars);
  const ticks = axis(bars, boxes, Math.max(2, size.height / 48));
  const low = ticks[0] ?? 0;
  const high = ticks[ticks.length - 1] ?? 1;
  const marks = ticks.map((tick) => bars.tick(tick, stepOf(ticks)));
  const left = Math.ceil(Math.max(...marks.map(textWidth))) + kGap;
  const top = 8;
  const bottom = size.height - kFootHeight;
  const y = (value: number): number =>
    bottom - ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * (bottom - top);
  const pitch = (size.width - left - 4) / bars.labels.length;
  const breadth = Math.min(pitch * 0.72, 64);
  const count = bars.isStacked ? 1 : Math.max(1, bars.series.length);
  // Every n-th label, so that none runs into the next.
  const widest = Math.min(90, Math.max(...bars.labels.map(textWidth)) + 8);
  const every = Math.max(1, Math.ceil(Math.min(widest, 90) / Math.max(pitch, 1)));
  return (
    <svg class="bars" width={size.width} height={size.height} aria-hidden="true">
      {ticks.map((tick, index) => (
        <g key={tick}>
          <line
            class={tick === 0 ? 'axis-line' : 'grid-line'}
            x1={left}
            x2={size.width}
            y1={y(tick)}
            y2={y(tick)}
          />
          <text x={left - kGap} y={y(tick)} text-anchor="end" dominant-baseline="middle">
            {marks[index]}
          </text>
        </g>
      ))}
      {bars.labels.map((label, index) => {
        const center = left + pitch * (index + 0.5);
        return (
          <g key={index} class={bars.active === null || bars.active === index ? '' : 'dimmed'}>
            {bars.series.map((series, at) => {
              const box = boxes[index]?.[at];
              if (!box || box.to === box.from) return null;
              const width = breadth / count;
              const x = center - breadth / 2 + (bars.isStacked ? 0 : at * width);
              return (
                <rect
                  key={series.name}
                  x={x}
                  y={y(box.to)}
                  width={Math.max(1, width - (count > 1 ? 1 : 0))}
                  height={Math.max(1, y(box.from) - y(box.to))}
                  rx={Math.min(2, width / 4)}
                  style={{ fill: bars.colorOf(series.values[index] ?? null, series.color) }}
                />
              );
            })}
            {index % every === 0 && (
              <text x={center} y={size.height - 6} text-anchor="middle">
                {fitText(label, Math.max(pitch * every - 6, 24))}
              </text>
            )}
            <rect
              class="hit"
              data-bar={index}
              x={left + pitch * index}
              y={0}
              width={pitch}
              height={size.height}
            />
          </g>
        );
      })}
    </svg>
  );
}

/** A line of text, and little more: with less, bars scroll. */
const kLeastRow = 15;

function Horizontal({ bars, size }: { bars: Bars; size: Size }) {
  const boxes = extents(bars);
  const isPlain = bars.isStacked || bars.series.length === 1;
  const ticks = axis(bars, boxes, 4);
  const low = Math.min(0, ticks[0] ?? 0);
  const high = Math.max(0, ...boxes.flat().map((box) => box.to), bars.max ?? 0) || 1;
  const count = bars.isStacked ? 1 : Math.max(1, bars.series.length);
  const pitch = Math.max(
    kLeastRow * (count > 1 ? 1 + 0.5 * (count - 1) : 1),
    Math.min(44, size.height / bars.labels.length),
  );
  const total = (index: number): number =>
    bars.series.reduce((sum, series) => sum + (series.values[index] ?? 0), 0);
  const ends = bars.labels.map((_, index) => (isPlain ? bars.value(total(index)) : ''));
  const left = Math.min(size.width * 0.36, Math.max(...bars.labels.map(textWidth))) + kGap;
  const right = Math.max(0, ...ends.map(textWidth)) + kGap;
  const width = Math.max(20, size.width - left - right);
  const x = (value: number): number =>
    left + ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * width;
  const breadth = Math.min(pitch * 0.66, 22 * count);
  return (
    <svg
      class="bars"
      width={size.width}
      height={Math.max(pitch * bars.labels.length, 1)}
      aria-hidden="true"
    >
      <line class="axis-line" x1={x(0)} x2={x(0)} y1={0} y2={pitch * bars.labels.length} />
      {bars.labels.map((label, index) => {
        const middle = pitch * (index + 0.5);
        const end = Math.max(0, ...(boxes[index] ?? []).map((box) => box.to));
        return (
          <g key={index} class={bars.active === null || bars.active === index ? '' : 'dimmed'}>
            <text
              class="bar-label"
              x={left - kGap}
              y={middle}
              text-anchor="end"
              dominant-baseline="central"
            >
              {fitText(label, left - kGap)}
            </text>
            {bars.series.map((series, at) => {
              const box = boxes[index]?.[at];
              if (!box || box.to === box.from) return null;
              const height = breadth / count;
              return (
                <rect
                  key={series.name}
                  x={x(box.from)}
                  y={middle - breadth / 2 + (bars.isStacked ? 0 : at * height)}
                  width={Math.max(1, x(box.to) - x(box.from))}
                  height={Math.max(1, height - (count > 1 ? 1 : 0))}
                  rx={Math.min(2, height / 4)}
                  style={{ fill: bars.colorOf(series.values[index] ?? null, series.color) }}
                />
              );
            })}
            <text class="bar-end" x={x(end) + 6} y={middle} dominant-baseline="central">
              {ends[index]}
            </text>
            <rect
              class="hit"
              data-bar={index}
              x={0}
              y={pitch * index}
              width={size.width}
              height={pitch}
            />
          </g>
        );
      })}
    </svg>
  );
}
