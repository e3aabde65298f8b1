import { useMemo, useRef, useState } from 'preact/hooks';
import { toggleHidden } from '../data/interaction';
import * as read from '../data/options';
import { Legend, Quiet, Tooltip, type PictureProps } from '../panels/common';
import { fitText, textWidth } from '../panels/text-width';
import { seriesColor } from '../state/theme';
import { useSize } from '../ui/use-size';
import { pointAt, ringPath, slicesOf } from './arcs';
import { makeDisplay, ownColors, shownItem } from './display';
import { fontFor } from './fonts';
import { isPale } from './pale';
import { toItems, type Item } from './singles';

const kMostSlices = 100;
/** The letters on slices are wider than those that are measured. */
const kBold = 1.1;

export function PieChartPicture({ options, frames, isDark, panel }: PictureProps) {
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<{ index: number; x: number; y: number } | null>(null);
  const all = useMemo(() => sorted(toItems(frames, options).items, options), [frames, options]);
  const items = all.slice(0, kMostSlices);
  if (items.length === 0) return <Quiet>No value.</Quiet>;

  const own = ownColors(panel);
  const display = makeDisplay({ ...options, thresholds: undefined }, isDark);
  const names = items.map((item) => item.name);
  const pieces = items.map((item, index) => {
    const shown = shownItem(item, display);
    const color = hasOwnColor(item, options) ? shown.color : undefined;
    return { ...item, text: shown.text, color: color ?? seriesColor(index, isDark, own) };
  });
  const slices = slicesOf(items.map((item) => (hidden.has(item.name) ? null : item.value)));
  const shares = new Map(slices.map((slice) => [slice.index, slice.share]));
  const percent = (share: number | undefined): string =>
    share === undefined ? '–' : `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}%`;
  const labels = read.texts(options, 'display_labels') ?? [];
  const behind = read.texts(options, 'legend_values') ?? [];
  const isRight = options.legend_placement === 'right' && size.width >= 60;
  const isDonut = options.pie_type === 'donut';
  const outer = Math.max(6, Math.min(size.width, size.height) / 2 - 6);
  const inner = isDonut ? outer * 0.62 : 0;
  const center = { x: size.width / 2, y: size.height / 2 };
  const total = slices.reduce((sum, slice) => sum + (items[slice.index]?.value ?? 0), 0);
  const totalText = (items[0]?.column?.field?.show(total) ?? display(total)).text;
  const summary = pieces
    .slice(0, 12)
    .map((piece, index) => `${piece.name}: ${piece.text}, ${percent(shares.get(index))}`);

  return (
    <div class={isRight ? 'picture pie-picture legend-right' : 'picture pie-picture'}>
      <div
        class="chart"
        role="img"
        aria-label={`${isDonut ? 'Donut' : 'Pie'} chart${panel.title ? ` “${panel.title}”` : ''}. ${summary.join('; ')}.`}
      >
        <div
          class="chart-host"
          ref={host}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const index =
              event.target instanceof Element ? event.target.getAttribute('data-slice') : null;
            setActive(
              index === null
                ? null
                : { index: Number(index), x: event.clientX - box.left, y: event.clientY - box.top },
            );
          }}
          onPointerLeave={() => setActive(null)}
        >
          {size.width > 0 && (
            <svg class="pie" width={size.width} height={size.height} aria-hidden="true">
              {slices.map((slice) => (
                <path
                  key={slice.index}
                  data-slice={slice.index}
                  class={active !== null && active.index !== slice.index ? 'slice faded' : 'slice'}
                  d={ringPath(center, inner, outer, slice.from, slice.to)}
                  style={{ fill: pieces[slice.index]?.color ?? '' }}
                />
              ))}
              {labels.length > 0 &&
                slices.map((slice) => {
                  const piece = pieces[slice.index];
                  if (!piece) return null;
                  const lines = labels.map((label) =>
                    label === 'name'
                      ? piece.name
                      : label === 'value'
                        ? piece.text
                        : percent(slice.share),
                  );
                  return (
                    <SliceLabel
                      key={slice.index}
                      lines={lines}
                      place={pointAt(
                        center,
                        isDonut ? (inner + outer) / 2 : outer * 0.62,
                        (slice.from + slice.to) / 2,
                      )}
                      room={roomIn(slice.to - slice.from, inner, outer)}
                      color={piece.color}
                    />
                  );
                })}
              {isDonut && inner >= 26 && slices.length > 0 && (
                <>
                  <text
                    class="pie-total"
                    x={center.x}
                    y={center.y - (inner >= 40 ? 5 : 0)}
                    text-anchor="middle"
                    dominant-baseline="central"
                    style={{
                      fontSize: `${fontFor(totalText, inner * 1.5, Math.min(inner * 0.4, 34))}px`,
                    }}
                  >
                    {totalText}
                  </text>
                  {inner >= 40 && (
                    <text
                      class="pie-note"
                      x={center.x}
                      y={center.y + Math.min(inner * 0.3, 24) + 2}
                      text-anchor="middle"
                      dominant-baseline="central"
                    >
                      Total
                    </text>
                  )}
                </>
              )}
            </svg>
          )}
        </div>
        {active && (
          <Tooltip
            left={active.x}
            width={size.width}
            top={Math.max(4, Math.min(active.y - 12, size.height - 60))}
            title={panel.title ?? ''}
            rows={[pieces[active.index]].flatMap((piece) =>
              piece
                ? [
                    {
                      name: piece.name,
                      color: piece.color,
                      value: `${piece.text} · ${percent(shares.get(active.index))}`,
                    },
                  ]
                : [],
            )}
          />
        )}
        {slices.length === 0 && (
          <div class="pie-empty">
            <Quiet>Nothing to divide.</Quiet>
          </div>
        )}
      </div>
      {read.flag(options, 'legend', true) && (
        <Legend
          items={pieces.map((piece, index) => ({
            name: piece.name,
            color: piece.color,
            ...(behind.length > 0
              ? {
                  value: behind
                    .map((kind) => (kind === 'value' ? piece.text : percent(shares.get(index))))
                    .join('  '),
                }
              : {}),
          }))}
          hidden={hidden}
          onToggle={(name, only) => setHidden(toggleHidden(names, hidden, name, only))}
        />
      )}
      {all.length > items.length && (
        <p class="picture-note">{all.length - items.length} more are not drawn.</p>
      )}
    </div>
  );
}

/** A slice has the palette's colour, unless the author wants another for its value or its name. */
function hasOwnColor({ column, row }: Item, options: read.Options): boolean {
  const settings = column?.field?.options ?? options;
  const mode = (settings.color as { mode?: unknown } | undefined)?.mode;
  if (Array.isArray(settings.mappings) && settings.mappings.length > 0) return true;
  if (typeof mode !== 'string') return false;
  return row === undefined || !mode.startsWith('palette');
}

function sorted(items: Item[], options: read.Options): Item[] {
  const sort = read.choice(options, 'sort', ['none', 'asc', 'desc'] as const, 'desc');
  if (sort === 'none') return items;
  const sign = sort === 'asc' ? 1 : -1;
  return [...items].sort((a, b) => sign * ((a.value ?? -Infinity) - (b.value ?? -Infinity)));
}

function roomIn(angle: number, inner: number, outer: number): number {
  const middle = inner > 0 ? (inner + outer) / 2 : outer * 0.62;
  const across = angle >= Math.PI ? 2 * middle : 2 * middle * Math.sin(angle / 2);
  return Math.min(across, inner > 0 ? outer - inner : outer * 0.78) - 6;
}

interface SliceLabelProps {
  lines: string[];
  place: { x: number; y: number };
  room: number;
  color: string;
}

/** Left out where it would run over its slice. */
function SliceLabel({ lines, place, room, color }: SliceLabelProps) {
  const kLine = 14;
  if (room < 24 || lines.length * kLine > room + 12) return null;
  // Half a name is worse than none: the legend has it.
  const shown = lines
    .filter((line) => textWidth(line) * kBold <= room * 1.25)
    .map((line) => fitText(line, room));
  return (
    <text class={isPale(color) ? 'slice-label on-pale' : 'slice-label'} text-anchor="middle">
      {shown.map((line, index) => (
        <tspan
          key={index}
          x={place.x}
          y={place.y + (index - (shown.length - 1) / 2) * kLine}
          dominant-baseline="central"
        >
          {line}
        </tspan>
      ))}
    </text>
  );
}
