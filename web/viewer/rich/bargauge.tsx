import { useMemo, useRef } from 'preact/hooks';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { Quiet, type PictureProps } from '../panels/common';
import { textWidth } from '../panels/text-width';
import { seriesColor } from '../state/theme';
import { useSize } from '../ui/use-size';
import { schemeColor } from '../fields/colors';
import { makeDisplay, ownColors, paintedBands, shownItem } from './display';
import { Linked } from './linked';
import { scaleOf, shareOf, type Band, type Scale } from './scale';
import { toItems } from './singles';

const kLeastRow = 22;
const kLeastColumn = 44;
/** A bar that still says something, and the gaps beside it. */
const kLeastBar = 44;
const kMostBars = 100;

export function BarGaugePicture({ options, frames, isDark, panel }: PictureProps) {
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const found = useMemo(() => toItems(frames, options), [frames, options]);
  const items = found.items.slice(0, kMostBars);
  const left = found.left + found.items.length - items.length;
  if (items.length === 0) return <Quiet>No value.</Quiet>;

  const display = makeDisplay(options, isDark);
  const values = items.map((item) => item.value);
  const own = ownColors(panel);
  const bars = items.map((item, index) => {
    const shown = shownItem(item, display);
    const color = shown.color ?? seriesColor(own.length > 0 ? index : 0, isDark, own);
    const settings = item.column?.field?.options ?? options;
    const scale = scaleOf(settings, values);
    const bands = paintedBands(settings, scale, isDark);
    return { ...item, shown, color, scale, bands, scheme: schemeStops(settings, isDark) };
  });
  const isUpright = turned(options, size, items.length);
  const valueMode = read.choice(
    options,
    'value_mode',
    ['color', 'text', 'hidden'] as const,
    'color',
  );
  const wide = Math.max(...bars.map((bar) => textWidth(bar.shown.text))) * 1.3 + 6;
  const pitch = isUpright ? size.height : size.height / items.length;
  const placement = namePlacement(options, isUpright, pitch);
  const names = Math.min(
    size.width * 0.35,
    Math.max(...bars.map((bar) => textWidth(bar.name))) * 1.12 + 6,
  );
  // Where there is no room for all three, name and value stay.
  const isTight = placement === 'left' && size.width < names + wide + kLeastBar;
  const layout = {
    '--value-room': `${Math.ceil(wide)}px`,
    '--name-room': `${Math.ceil(names)}px`,
  };
  return (
    <div class="picture">
      <div class="chart">
        <div class="chart-host" ref={host}>
          {size.width > 0 && (
            <div
              class={`bar-gauges ${isUpright ? 'upright' : 'level'} names-${placement}${isTight ? ' tight' : ''}`}
              style={layout}
            >
              {bars.map((bar, index) => (
                <Linked key={bar.name + String(index)} item={bar} text={bar.shown.text}>
                  <div
                    class="bar-gauge"
                    role="meter"
                    aria-label={bar.name}
                    aria-valuenow={bar.value ?? bar.scale.min}
                    aria-valuemin={bar.scale.min}
                    aria-valuemax={bar.scale.max}
                    aria-valuetext={bar.shown.text}
                    title={`${bar.name}: ${bar.shown.text}`}
                  >
                    {placement !== 'hidden' && (
                      <span class="bar-gauge-name truncate">{bar.name}</span>
                    )}
                    <Bar
                      {...{ options, isUpright }}
                      scale={bar.scale}
                      bands={bar.bands}
                      scheme={bar.scheme}
                      value={bar.value}
                      color={bar.color}
                    />
                    {valueMode !== 'hidden' && (
                      <b
                        class="bar-gauge-value"
                        style={valueMode === 'color' ? { color: bar.color } : {}}
                      >
                        {bar.shown.text}
                      </b>
                    )}
                  </div>
                </Linked>
              ))}
            </div>
          )}
        </div>
      </div>
      {left > 0 && <p class="picture-note">{left} more are not drawn.</p>}
    </div>
  );
}

/** Upright bars where the panel is wide enough to read the names below them. */
function turned(options: Options, size: { width: number; height: number }, count: number): boolean {
  const asked = read.choice(
    options,
    'orientation',
    ['auto', 'horizontal', 'vertical'] as const,
    'auto',
  );
  if (asked !== 'auto') return asked === 'vertical';
  const fitsRows = size.height / count >= kLeastRow;
  return !fitsRows && size.height >= 120 && size.width / count >= kLeastColumn;
}

function namePlacement(
  options: Options,
  isUpright: boolean,
  pitch: number,
): 'top' | 'left' | 'hidden' {
  const asked = read.choice(
    options,
    'name_placement',
    ['auto', 'top', 'left', 'hidden'] as const,
    'auto',
  );
  if (asked === 'hidden') return 'hidden';
  if (isUpright) return 'top';
  return asked === 'auto' ? (pitch >= 46 ? 'top' : 'left') : asked;
}

interface BarProps {
  options: Options;
  scale: Scale;
  bands: Band[];
  /** Of a continuous scheme: its colours from end to end. */
  scheme: string | null;
  isUpright: boolean;
  value: number | null;
  color: string;
}

function Bar({ options, scale, bands, scheme, isUpright, value, color }: BarProps) {
  const mode = read.choice(
    options,
    'display_mode',
    ['basic', 'gradient', 'lcd'] as const,
    'gradient',
  );
  const base = shareOf(Math.max(scale.min, Math.min(0, scale.max)), scale);
  const end = value === null ? base : shareOf(value, scale);
  const from = Math.min(base, end);
  const length = Math.abs(end - base);
  const isRest = read.flag(options, 'show_unfilled', true);
  const direction = isUpright ? 'to top' : 'to right';
  const percent = (part: number): string => `${Math.round(part * 10_000) / 100}%`;
  // Painted over the whole scale and cut to the value: a colour stands where its threshold is.
  const cut = isUpright
    ? `inset(${percent(1 - from - length)} 0 ${percent(from)} 0)`
    : `inset(0 ${percent(1 - from - length)} 0 ${percent(from)})`;
  const paint =
    mode === 'basic'
      ? null
      : (scheme ?? (bands.length === 0 ? null : gradient(bands, scale, mode)));
  const fill = paint
    ? `linear-gradient(${direction}, ${paint})`
    : mode === 'basic'
      ? color
      : `linear-gradient(${direction}, color-mix(in srgb, ${color} 55%, transparent), ${color})`;
  return (
    <div class={`bar-gauge-bar mode-${mode}`}>
      {isRest && (
        <div
          class="bar-gauge-rest"
          style={mode === 'lcd' ? { background: fill, opacity: '0.18' } : {}}
        />
      )}
      {length > 0 && <div class="bar-gauge-fill" style={{ background: fill, clipPath: cut }} />}
    </div>
  );
}

function schemeStops({ color }: Options, isDark: boolean): string | null {
  const mode = typeof color === 'object' && color !== null ? (color as Options).mode : undefined;
  if (typeof mode !== 'string' || !mode.startsWith('continuous-')) return null;
  return Array.from({ length: 9 }, (_, at) => schemeColor(mode, at / 8, isDark)).join(', ');
}

function gradient(bands: readonly Band[], scale: Scale, mode: 'gradient' | 'lcd'): string {
  return bands
    .flatMap((band, index) => {
      const from = shareOf(band.from, scale) * 100;
      const to = shareOf(band.to, scale) * 100;
      if (mode === 'lcd') return [`${band.color} ${from}% ${to}%`];
      // Plain in the middle of its stretch, blended towards the neighbours.
      const soft = (to - from) * 0.25;
      const first = index === 0 ? from : from + soft;
      const last = index === bands.length - 1 ? to : to - soft;
      return [`${band.color} ${first}% ${last}%`];
    })
    .join(', ');
}
