import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as read from '../data/options';
import { formatInstant } from '../format/dates';
import { formatNumber } from '../format/numbers';
import { numberStyle, Quiet, Tooltip, type PictureProps } from '../panels/common';
import { fitText, textWidth } from '../panels/text-width';
import { useSize, type Size } from '../ui/use-size';
import { kTimeFoot, TimeAxis } from './axes';
import { colorScheme } from './color-schemes';
import { least, most, toCells, type Bucket, type Cells } from './heat-cells';
import { isPale } from './pale';

const kTop = 6;
const kGap = 8;

interface Place {
  bucket: number;
  column: number;
  x: number;
  y: number;
}

export function HeatmapPicture(props: PictureProps) {
  const { options, frames, isDark, panel, zone } = props;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(host);
  const [active, setActive] = useState<Place | null>(null);
  const cells = useMemo(
    () => toCells(frames, options, { from: props.from, to: props.to }),
    [frames, options, props.from, props.to],
  );
  const paint = useMemo(() => paintOf(cells, options, isDark), [cells, options, isDark]);
  const bounds = cells ? labelsOf(cells.buckets, read.text(options, 'y_unit')) : [];
  const widest = Math.max(0, ...bounds.map(({ text }) => textWidth(text)));
  const left = Math.ceil(Math.min(widest, size.width * 0.3)) + kGap;
  const box = {
    left,
    right: size.width - 2,
    top: kTop,
    bottom: Math.max(kTop + 10, size.height - kTimeFoot),
  };

  useLayoutEffect(() => {
    if (canvas.current && cells && size.width > 0) {
      drawCells(canvas.current, size, box, cells, paint, options, isDark);
    }
  }, [cells, paint, size, left]);

  if (!cells) return <Quiet>No times with numbers in this data.</Quiet>;
  const style = numberStyle(options);
  const value = (count: number | null): string => formatNumber(count, style);
  const first = cells.times[0] ?? 0;
  const last = cells.times[cells.times.length - 1] ?? 1;
  const height = (box.bottom - box.top) / cells.buckets.length;
  const count = active && cells.counts[active.bucket]?.[active.column];
  return (
    <div class="picture">
      <div
        class="chart"
        role="img"
        aria-label={`Heatmap${panel.title ? ` “${panel.title}”` : ''}. ${describe(cells, value, zone)}`}
      >
        <div
          class="chart-host"
          ref={host}
          onPointerMove={(event) => {
            const area = event.currentTarget.getBoundingClientRect();
            const x = event.clientX - area.left;
            const y = event.clientY - area.top;
            setActive(placeAt(x, y, box, cells));
          }}
          onPointerLeave={() => setActive(null)}
        >
          <canvas ref={canvas} class="heat-canvas" />
          {size.width > 0 && (
            <svg class="axes" width={size.width} height={size.height} aria-hidden="true">
              <BoundLabels {...{ bounds, box, height }} count={cells.buckets.length} />
              <TimeAxis from={first} to={last} {...box} zone={zone} />
              {active && (
                <rect
                  class="heat-active"
                  x={xOf(cells.times[active.column] ?? 0, cells, box)}
                  y={box.bottom - (active.bucket + 1) * height}
                  width={Math.max(
                    2,
                    xOf(cells.times[active.column + 1] ?? 0, cells, box) -
                      xOf(cells.times[active.column] ?? 0, cells, box),
                  )}
                  height={Math.max(2, height)}
                />
              )}
            </svg>
          )}
        </div>
        {active && (
          <Tooltip
            left={active.x}
            width={size.width}
            top={Math.max(4, Math.min(active.y - 12, size.height - 66))}
            title={`${formatInstant(cells.times[active.column] ?? 0, zone)} – ${formatInstant(cells.times[active.column + 1] ?? 0, zone)}`}
            rows={[
              {
                name: bucketName(cells.buckets[active.bucket], read.text(options, 'y_unit')),
                color: paint.color(count ?? null) ?? 'transparent',
                value: value(count ?? null),
              },
            ]}
          />
        )}
      </div>
      {read.flag(options, 'legend', true) && size.height >= 90 && (
        <div class="scale-legend" aria-hidden="true">
          <span>{value(paint.min)}</span>
          <i
            style={{
              background: `linear-gradient(to right, ${Array.from({ length: 24 }, (_, step) => paint.at(step / 23)).join(', ')})`,
            }}
          />
          <span>{value(paint.max)}</span>
        </div>
      )}
    </div>
  );
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Paint {
  min: number;
  max: number;
  /** Of a share of the legend's length. */
  at: (share: number) => string;
  /** Null where a cell stays empty. */
  color: (count: number | null) => string | null;
}

function paintOf(cells: Cells | null, options: read.Options, isDark: boolean): Paint {
  const hide = read.number(options, 'hide_below') ?? 1e-9;
  const present = (cells?.counts ?? [])
    .flat()
    .filter((count): count is number => count !== null && count >= hide);
  const min = read.number(options, 'color_min') ?? (present.length > 0 ? least(present) : 0);
  const max = read.number(options, 'color_max') ?? (present.length > 0 ? most(present) : 1);
  const at = colorScheme({
    name: read.text(options, 'color_scheme') ?? 'blues',
    reverse: read.flag(options, 'color_reverse', false),
    steps: read.number(options, 'color_steps') ?? 64,
    isDark,
  });
  const power = options.color_scale === 'exponential' ? 0.5 : 1;
  return {
    min,
    max,
    at,
    color: (count) => {
      if (count === null || count < hide) return null;
      const share = max > min ? Math.max(0, Math.min(1, (count - min) / (max - min))) : 1;
      return at(share ** power);
    },
  };
}

function xOf(time: number, cells: Cells, box: Box): number {
  const first = cells.times[0] ?? 0;
  const last = cells.times[cells.times.length - 1] ?? 1;
  return box.left + ((time - first) / (last - first)) * (box.right - box.left);
}

function drawCells(
  canvas: HTMLCanvasElement,
  size: Size,
  box: Box,
  cells: Cells,
  paint: Paint,
  options: read.Options,
  isDark: boolean,
): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  context.fillStyle = isDark ? '#1b212a' : '#f5f7f9';
  context.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  const height = (box.bottom - box.top) / cells.buckets.length;
  const columns = cells.times.length - 1;
  const narrow = (box.right - box.left) / columns;
  const asked = read.number(options, 'cell_gap') ?? 1;
  const gap = Math.min(asked, Math.max(0, narrow - 1) / 2, Math.max(0, height - 1) / 2);
  const step = usual(cells.times);
  const mode = read.choice(options, 'show_value', ['auto', 'always', 'never'] as const, 'auto');
  const hasText = mode === 'always' || (mode === 'auto' && narrow >= 34 && height >= 18);
  const style = numberStyle(options);
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  cells.counts.forEach((row, bucket) => {
    const y = box.bottom - (bucket + 1) * height;
    row.forEach((count, column) => {
      const color = paint.color(count);
      if (color === null) return;
      const start = cells.times[column] ?? 0;
      // A gap in the data stays one: no cell is longer than the usual step.
      const end = Math.min(cells.times[column + 1] ?? start, start + step * 1.5);
      const x = xOf(start, cells, box);
      const width = xOf(end, cells, box) - x;
      context.fillStyle = color;
      context.fillRect(x + gap / 2, y + gap / 2, Math.max(0.5, width - gap), height - gap);
      if (!hasText) return;
      const text = formatNumber(count, style);
      if (context.measureText(text).width > width - 4) return;
      context.fillStyle = isPale(color) ? '#171c26' : '#ffffff';
      context.fillText(text, x + width / 2, y + height / 2 + 0.5);
    });
  });
}

function usual(times: readonly number[]): number {
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  return [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 1;
}

function placeAt(x: number, y: number, box: Box, cells: Cells): Place | null {
  if (x < box.left || x >= box.right || y < box.top || y >= box.bottom) return null;
  const height = (box.bottom - box.top) / cells.buckets.length;
  const bucket = Math.floor((box.bottom - y) / height);
  const column = cells.times.findIndex(
    (time, index) => xOf(time, cells, box) <= x && xOf(cells.times[index + 1] ?? 0, cells, box) > x,
  );
  return column < 0 ? null : { bucket: Math.min(cells.buckets.length - 1, bucket), column, x, y };
}

interface Label {
  text: string;
  /** In buckets from below: whole numbers are bounds, halves are middles. */
  at: number;
}

function labelsOf(buckets: readonly Bucket[], unit: string | undefined): Label[] {
  const style = { unit };
  const hasBounds = buckets.every((bucket) => bucket.from !== null || bucket.to !== null);
  if (!hasBounds) {
    return buckets.map((bucket, index) => ({ text: bucket.name, at: index + 0.5 }));
  }
  const labels = buckets.flatMap((bucket, index) =>
    bucket.to === null ? [] : [{ text: formatNumber(bucket.to, style), at: index + 1 }],
  );
  const lowest = buckets[0]?.from;
  if (lowest !== null && lowest !== undefined) {
    labels.unshift({ text: formatNumber(lowest, style), at: 0 });
  }
  return labels;
}

function BoundLabels({
  bounds,
  box,
  height,
  count,
}: {
  bounds: Label[];
  box: Box;
  height: number;
  count: number;
}) {
  const every = Math.max(1, Math.ceil(15 / Math.max(1, height)));
  return (
    <g class="axis">
      {bounds
        .filter((_, index) => index % every === 0)
        .map(({ text, at }) => (
          <text
            key={at}
            x={box.left - kGap}
            y={Math.max(box.top + 4, box.bottom - at * height - (at === 0 ? 4 : 0))}
            text-anchor="end"
            dominant-baseline={at >= count ? 'hanging' : 'middle'}
          >
            {fitText(text, box.left - kGap)}
          </text>
        ))}
    </g>
  );
}

function bucketName(bucket: Bucket | undefined, unit: string | undefined): string {
  if (!bucket) return '';
  const write = (value: number): string => formatNumber(value, { unit });
  if (bucket.from === null && bucket.to === null) return bucket.name;
  if (bucket.from === null) return `up to ${write(bucket.to ?? 0)}`;
  if (bucket.to === null) return `above ${write(bucket.from)}`;
  return `${write(bucket.from)} – ${write(bucket.to)}`;
}

function describe(
  cells: Cells,
  value: (count: number | null) => string,
  zone: string | undefined,
): string {
  let best = { bucket: 0, column: 0, count: -Infinity };
  cells.counts.forEach((row, bucket) =>
    row.forEach((count, column) => {
      if (count !== null && count > best.count) best = { bucket, column, count };
    }),
  );
  const size = `${cells.buckets.length} buckets over ${cells.times.length - 1} steps of time`;
  if (best.count === -Infinity) return `${size}, all empty.`;
  return `${size}. The most, ${value(best.count)}, in ${bucketName(cells.buckets[best.bucket], undefined)} at ${formatInstant(cells.times[best.column] ?? 0, zone)}.`;
}
