import { useMemo, useRef } from 'preact/hooks';
import type { Options } from '../data/options';
import * as read from '../data/options';
import { fitText } from '../panels/text-width';
import { Quiet, type PictureProps } from '../panels/common';
import { seriesColor } from '../state/theme';
import { useSize } from '../ui/use-size';
import { columnsFor, pointAt, ringPath } from './arcs';
import { makeDisplay, ownColors, paintedBands, shownItem, type Display } from './display';
import { Linked } from './linked';
import { scaleOf, shareOf, type Band, type Scale } from './scale';
import { toItems, type Item } from './singles';
import { fontFor } from './fonts';

/** The arc leaves 120 degrees open at the bottom. */
const kFrom = (-2 * Math.PI) / 3;
const kTurn = (4 * Math.PI) / 3;
const kMostGauges = 60;

export function GaugePicture({ options, frames, isDark, panel }: PictureProps) {
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const found = useMemo(() => toItems(frames, options), [frames, options]);
  const items = found.items.slice(0, kMostGauges);
  const left = found.left + found.items.length - items.length;
  if (items.length === 0) return <Quiet>No value.</Quiet>;

  const display = makeDisplay(options, isDark);
  const values = items.map((item) => item.value);
  const standing = items.map((item) => {
    const own = item.column?.field?.options ?? options;
    const scale = scaleOf(own, values);
    return { scale, bands: paintedBands(own, scale, isDark) };
  });
  const orientation = read.choice(
    options,
    'orientation',
    ['auto', 'horizontal', 'vertical'] as const,
    'auto',
  );
  const columns =
    orientation === 'horizontal'
      ? items.length
      : orientation === 'vertical'
        ? 1
        : columnsFor(items.length, size.width, size.height, 1.2);
  const rows = Math.ceil(items.length / columns);
  const box = { width: size.width / columns, height: size.height / rows };
  return (
    <div class="picture">
      <div class="chart">
        <div class="chart-host" ref={host}>
          {size.width > 0 && (
            <div class="gauges" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
              {items.map((item, index) => (
                <Gauge
                  key={item.name + String(index)}
                  {...{ item, display, options, box }}
                  scale={standing[index]?.scale ?? { min: 0, max: 1 }}
                  bands={standing[index]?.bands ?? []}
                  named={items.length > 1}
                  color={seriesColor(index, isDark, ownColors(panel))}
                />
              ))}
            </div>
          )}
        </div>
      </div>
      {left > 0 && <p class="picture-note">{left} more are not drawn.</p>}
    </div>
  );
}

interface GaugeProps {
  item: Item;
  display: Display;
  scale: Scale;
  bands: Band[];
  options: Options;
  box: { width: number; height: number };
  named: boolean;
  color: string;
}

function Gauge({ item, display, scale, bands, options, box, named, color }: GaugeProps) {
  const shown = shownItem(item, display);
  const write = (value: number): string =>
    item.column?.field?.show(value).text ?? display(value).text;
  const hasBand = read.flag(options, 'show_threshold_markers', true) && bands.length > 1;
  const hasLabels = read.flag(options, 'show_threshold_labels', false) && bands.length > 0;
  const nameHeight = named && box.height >= 70 ? Math.min(20, Math.max(13, box.height * 0.12)) : 0;
  const marks = hasLabels
    ? [...new Set([scale.min, ...bands.map((band) => band.from), scale.max])]
    : [];
  const markTexts = marks.map(write);
  const markRoom = hasLabels && box.width >= 150 && box.height >= 110 ? 12 : 0;
  const side = markRoom > 0 ? Math.max(...markTexts.map((text) => text.length)) * 5.4 + 4 : 2;
  const height = box.height - nameHeight - 4;
  const radius = Math.max(
    8,
    Math.min((box.width - 2 * side - 8) / 2, (height - 4 - 2 * markRoom) / 1.52),
  );
  const center = { x: box.width / 2, y: (height - radius * 1.5) / 2 + radius + markRoom / 2 };
  const angleOf = (value: number): number => kFrom + kTurn * shareOf(value, scale);
  const band = hasBand ? Math.max(3, radius * 0.055) : 0;
  const outer = radius - (band > 0 ? band + Math.max(1.5, radius * 0.02) : 0);
  const inner = outer - Math.max(5, radius * 0.2);
  const start = angleOf(read.number(options, 'neutral') ?? scale.min);
  const end = item.value === null ? start : angleOf(item.value);
  const paint = shown.color ?? color;
  const font = fontFor(shown.text, inner * 1.62, Math.min(inner * 0.62, 64));
  return (
    <Linked item={item} text={shown.text}>
      <div
        class="gauge"
        role="meter"
        aria-label={item.name}
        aria-valuenow={item.value ?? scale.min}
        aria-valuemin={scale.min}
        aria-valuemax={scale.max}
        aria-valuetext={shown.text}
        title={`${item.name}: ${shown.text}`}
      >
        <svg width={box.width} height={box.height} aria-hidden="true">
          <path class="track" d={ringPath(center, inner, outer, kFrom, kFrom + kTurn)} />
          {Math.abs(end - start) > 1e-4 && (
            <path
              d={ringPath(center, inner, outer, Math.min(start, end), Math.max(start, end))}
              style={{ fill: paint }}
            />
          )}
          {hasBand &&
            bands.map((piece) => (
              <path
                key={piece.from}
                d={ringPath(center, radius - band, radius, angleOf(piece.from), angleOf(piece.to))}
                style={{ fill: piece.color }}
              />
            ))}
          {markRoom > 0 &&
            marks.map((mark, index) => {
              const angle = angleOf(mark);
              const place = pointAt(center, radius + 5, angle);
              const sine = Math.sin(angle);
              return (
                <text
                  key={mark}
                  class="gauge-mark"
                  x={place.x}
                  y={place.y}
                  text-anchor={Math.abs(sine) < 0.25 ? 'middle' : sine < 0 ? 'end' : 'start'}
                  dominant-baseline={Math.cos(angle) > 0.85 ? 'auto' : 'middle'}
                >
                  {markTexts[index]}
                </text>
              );
            })}
          <text
            class="gauge-value"
            x={center.x}
            y={center.y}
            style={{ fontSize: `${font}px`, ...(shown.color ? { fill: shown.color } : {}) }}
            text-anchor="middle"
            dominant-baseline="central"
          >
            {shown.text}
          </text>
          {nameHeight > 0 && (
            <text
              class="gauge-name"
              x={center.x}
              y={Math.min(box.height - 5, center.y + radius * 0.52 + markRoom + 18)}
              text-anchor="middle"
            >
              {fitText(item.name, box.width - 8)}
            </text>
          )}
        </svg>
      </div>
    </Linked>
  );
}
