import { useMemo, useRef, useState } from 'preact/hooks';
import { niceTicks } from '../data/frames';
import { movedIndex, toggleHidden } from '../data/interaction';
import * as read from '../data/options';
import { formatNumber, formatTick } from '../format/numbers';
import { Legend, numberStyle, Quiet, Tooltip, type PictureProps } from '../panels/common';
import { textWidth } from '../panels/text-width';
import { seriesColor } from '../state/theme';
import { useSize } from '../ui/use-size';
import { toBins, type Bins } from './bins';
import { seriesValues } from './heat-cells';

const kFoot = 20;
const kTop = 8;
const kGap = 8;

export function HistogramPicture({ options, frames, isDark, panel }: PictureProps) {
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<number | null>(null);
  const bins = useMemo(() => toBins(seriesValues(frames, options), options), [frames, options]);
  if (!bins) return <Quiet>No numbers to count.</Quiet>;

  const own = read.texts(options, 'colors') ?? [];
  const style = numberStyle(options);
  const names = bins.series.map((series) => series.name);
  const items = bins.series.map((series, index) => ({
    ...series,
    color: seriesColor(index, isDark, own),
  }));
  const shown = items.filter((item) => !hidden.has(item.name));
  const isStacked = read.flag(options, 'stack', false);
  const fill = read.number(options, 'fill') ?? (shown.length > 1 && !isStacked ? 0.55 : 0.85);
  const line = read.number(options, 'line_width') ?? 1;
  const highest = Math.max(
    1,
    ...Array.from({ length: bins.bins }, (_, bin) =>
      isStacked
        ? shown.reduce((sum, item) => sum + (item.counts[bin] ?? 0), 0)
        : Math.max(0, ...shown.map((item) => item.counts[bin] ?? 0)),
    ),
  );
  const ticks = niceTicks(0, highest, Math.max(2, size.height / 48)).filter(
    (tick) => Number.isInteger(tick) || highest < 2,
  );
  const top = ticks[ticks.length - 1] ?? 1;
  const marks = ticks.map((tick) => formatTick(tick, (ticks[1] ?? 1) - (ticks[0] ?? 0), {}));
  const left = Math.ceil(Math.max(0, ...marks.map(textWidth))) + kGap;
  const bottom = size.height - kFoot;
  const right = size.width - 6;
  const pitch = (right - left) / bins.bins;
  const x = (bin: number): number => left + bin * pitch;
  const y = (count: number): number => bottom - (count / top) * (bottom - kTop);
  const edge = (bin: number): number => bins.start + bin * bins.size;
  const name = (bin: number): string =>
    `${formatNumber(edge(bin), style)} – ${formatNumber(edge(bin + 1), style)}`;
  const below = new Array<number>(bins.bins).fill(0);
  return (
    <div class="picture">
      <div
        class="chart"
        role="img"
        tabIndex={0}
        aria-label={`Histogram${panel.title ? ` “${panel.title}”` : ''}. ${describe(bins, name)} Arrow keys read single bins.`}
        onKeyDown={(event) => {
          const next = movedIndex(event.key, active, bins.bins);
          if (next === undefined) return;
          event.preventDefault();
          setActive(next);
        }}
        onBlur={() => setActive(null)}
      >
        <div
          class="chart-host"
          ref={host}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const bin = Math.floor((event.clientX - box.left - left) / pitch);
            setActive(bin >= 0 && bin < bins.bins ? bin : null);
          }}
          onPointerLeave={() => setActive(null)}
        >
          {size.width > 0 && (
            <svg class="axes" width={size.width} height={size.height} aria-hidden="true">
              {ticks.map((tick, index) => (
                <g class="axis" key={tick}>
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
              {active !== null && (
                <rect
                  class="bin-active"
                  x={x(active)}
                  y={kTop}
                  width={pitch}
                  height={bottom - kTop}
                />
              )}
              {shown.map((item) => (
                <g key={item.name} style={{ fill: item.color, stroke: item.color }}>
                  {item.counts.map((count, bin) => {
                    const base = isStacked ? (below[bin] ?? 0) : 0;
                    below[bin] = base + count;
                    if (count === 0) return null;
                    const gap = pitch > 5 ? 1 : 0;
                    return (
                      <rect
                        key={bin}
                        x={x(bin) + gap / 2}
                        y={y(base + count)}
                        width={Math.max(0.5, pitch - gap)}
                        height={Math.max(1, y(base) - y(base + count))}
                        fill-opacity={fill}
                        stroke-width={pitch > 5 ? line : 0}
                      />
                    );
                  })}
                </g>
              ))}
              <EdgeLabels {...{ bins, x, edge, style, pitch }} y={size.height - 4} right={right} />
            </svg>
          )}
        </div>
        {active !== null && (
          <Tooltip
            left={x(active + 0.5)}
            width={size.width}
            title={name(active)}
            rows={shown.map((item) => ({
              name: item.name,
              color: item.color,
              value: formatNumber(item.counts[active] ?? 0),
            }))}
          />
        )}
        <span class="visually-hidden" aria-live="polite">
          {active !== null && document.activeElement?.contains(host.current)
            ? `${name(active)}: ${shown.map((item) => `${item.name} ${item.counts[active] ?? 0}`).join(', ')}`
            : ''}
        </span>
      </div>
      {read.flag(options, 'legend', names.length > 1) && (
        <Legend
          items={items}
          hidden={hidden}
          onToggle={(toggled, only) => setHidden(toggleHidden(names, hidden, toggled, only))}
        />
      )}
    </div>
  );
}

interface EdgeLabelsProps {
  bins: Bins;
  x: (bin: number) => number;
  edge: (bin: number) => number;
  style: ReturnType<typeof numberStyle>;
  pitch: number;
  y: number;
  right: number;
}

function EdgeLabels({ bins, x, edge, style, pitch, y, right }: EdgeLabelsProps) {
  const texts = Array.from({ length: bins.bins + 1 }, (_, bin) =>
    formatTick(edge(bin), bins.size, style),
  );
  const widest = Math.max(...texts.map(textWidth)) + 14;
  const every = Math.max(1, Math.ceil(widest / Math.max(1, pitch)));
  return (
    <g class="axis">
      {texts.map((text, bin) => {
        if (bin % every !== 0) return null;
        const isLast = x(bin) + textWidth(text) / 2 > right + 6;
        return (
          <text
            key={bin}
            x={isLast ? right + 6 : x(bin)}
            y={y}
            text-anchor={isLast ? 'end' : 'middle'}
          >
            {text}
          </text>
        );
      })}
    </g>
  );
}

function describe(bins: Bins, name: (bin: number) => string): string {
  const parts = bins.series.slice(0, 4).map(({ name: series, counts }) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const peak = counts.indexOf(Math.max(...counts));
    return `${series}: ${total} values, most often ${name(peak)}`;
  });
  return `${parts.join('; ')}.`;
}
