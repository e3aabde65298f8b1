import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as read from '../data/options';
import { formatInstant } from '../format/dates';
import { formatNumber } from '../format/numbers';
import { Quiet, Tooltip, type PictureProps } from '../panels/common';
import { seriesColor } from '../state/theme';
import { useSize } from '../ui/use-size';
import { makeDisplay, ownColors, paintedBands, type Shown } from './display';
import { fitted, outlinePath, project, toMarkers, worldView, type Marker, type View } from './geo';
import { cellText } from './singles';
import type { World } from './world';

/** Set by the build. */
declare const WORLD_PATH: string;

let attempts = 0;
let loading: Promise<World> | null = null;
let path: string | null = null;

/** Once for all maps of the page; after a failure under another address, see state/parts.ts. */
function loadWorld(): Promise<World> {
  loading ??= (
    import(attempts > 0 ? `${WORLD_PATH}?${attempts}` : WORLD_PATH) as Promise<{ world: World }>
  ).then(
    (module) => module.world,
    (error: unknown) => {
      loading = null;
      attempts++;
      throw error;
    },
  );
  return loading;
}

const kUnits = 1000;
const kStep = 1.6;
/** Times the panel's width. */
const kDeepest = 512;

export function GeomapPicture(props: PictureProps) {
  const { options, frames, isDark, panel, zone } = props;
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const [world, setWorld] = useState<World | 'missing' | null>(null);
  const [chosen, setChosen] = useState<View | null>(null);
  const [active, setActive] = useState<{ marker: Marker; x: number; y: number } | null>(null);
  const drag = useRef<{ x: number; y: number; view: View } | null>(null);
  /** How far two fingers are apart. */
  const pinch = useRef(0);

  const load = (): void => {
    setWorld(null);
    loadWorld().then(setWorld, () => setWorld('missing'));
  };
  useEffect(load, []);

  const found = useMemo(
    () => (world && world !== 'missing' ? toMarkers(frames, options, world.countries) : null),
    [world, frames, options],
  );
  const first = useMemo(
    () => opening(found?.markers ?? [], options, size),
    [found, options, size.width, size.height],
  );
  if (world === 'missing') {
    return (
      <div class="trouble" role="alert">
        <p>The map could not be loaded.</p>
        <button type="button" class="button" onClick={load}>
          Try again
        </button>
      </div>
    );
  }
  if (world && !found) {
    return <Quiet>No latitude and longitude, geohash or country code in this data.</Quiet>;
  }

  const view = chosen ?? first;
  const display = makeDisplay(options, isDark);
  const color = seriesColor(0, isDark, ownColors(panel));
  const shown = ({ value, details: [first] }: Marker): Shown => {
    const own = first?.column.field?.show(value, first.row);
    return own ? { text: own.text, color: own.color ?? color } : display(value);
  };
  const markers = [...(found?.markers ?? [])].sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const radius = radii(markers, options, found?.hasValues ?? false);
  const opacity = read.number(options, 'marker_opacity') ?? 0.7;
  const place = (spot: { x: number; y: number }): { x: number; y: number } => ({
    x: size.width / 2 + (spot.x - view.center.x) * view.scale,
    y: size.height / 2 + (spot.y - view.center.y) * view.scale,
  });
  const zoom = (factor: number, at = { x: size.width / 2, y: size.height / 2 }): void => {
    const scale = Math.max(
      Math.min(size.width, size.height) * 0.6,
      Math.min(size.width * kDeepest, view.scale * factor),
    );
    const offset = { x: at.x - size.width / 2, y: at.y - size.height / 2 };
    setActive(null);
    setChosen({
      scale,
      center: {
        x: view.center.x + offset.x / view.scale - offset.x / scale,
        y: view.center.y + offset.y / view.scale - offset.y / scale,
      },
    });
  };
  const move = (from: View, x: number, y: number): void => {
    const within = (value: number): number => Math.max(0, Math.min(1, value));
    setChosen({
      scale: from.scale,
      center: {
        x: within(from.center.x - x / from.scale),
        y: within(from.center.y - y / from.scale),
      },
    });
  };
  const onKey = (event: KeyboardEvent): void => {
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [60, 0],
      ArrowRight: [-60, 0],
      ArrowUp: [0, 60],
      ArrowDown: [0, -60],
    };
    const by = moves[event.key];
    if (by) move(view, ...by);
    else if (event.key === '+' || event.key === '=') zoom(kStep);
    else if (event.key === '-') zoom(1 / kStep);
    else if (event.key === '0') setChosen(null);
    else return;
    event.preventDefault();
  };
  const bands = paintedBands(options, { min: -1e300, max: 1e300 }, isDark);
  const [north, west] = [
    size.height / 2 - view.center.y * view.scale,
    size.width / 2 - view.center.x * view.scale,
  ];

  return (
    <div class="picture">
      <div
        class="chart map"
        role="application"
        aria-roledescription="map"
        tabIndex={0}
        aria-label={`Map${panel.title ? ` “${panel.title}”` : ''} with ${markers.length} places. Arrow keys move it, plus and minus zoom, 0 shows all.`}
        onKeyDown={onKey}
      >
        <div
          class="chart-host"
          ref={host}
          onPointerDown={(event) => {
            // A finger scrolls the page; buttons and keys move the map there.
            if (event.button !== 0 || event.pointerType === 'touch') return;
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { x: event.clientX, y: event.clientY, view };
          }}
          onPointerMove={(event) => {
            const from = drag.current;
            if (from) {
              setActive(null);
              move(from.view, event.clientX - from.x, event.clientY - from.y);
              return;
            }
            const box = event.currentTarget.getBoundingClientRect();
            const [x, y] = [event.clientX - box.left, event.clientY - box.top];
            // The smallest one is on top.
            const marker = markers.reduce<Marker | null>((hit, candidate) => {
              const spot = place(candidate);
              const reach = Math.max(6, radius(candidate.value) + 1);
              return Math.hypot(spot.x - x, spot.y - y) <= reach ? candidate : hit;
            }, null);
            setActive(marker && { marker, x, y });
          }}
          onPointerUp={() => {
            drag.current = null;
          }}
          onPointerLeave={() => setActive(null)}
          onTouchMove={(event) => {
            const [one, two] = event.touches;
            if (!one || !two) return;
            // Two fingers are the map's, one is the page's.
            event.preventDefault();
            const apart = Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
            const box = event.currentTarget.getBoundingClientRect();
            const middle = {
              x: (one.clientX + two.clientX) / 2 - box.left,
              y: (one.clientY + two.clientY) / 2 - box.top,
            };
            if (pinch.current > 0 && apart > 0) zoom(apart / pinch.current, middle);
            pinch.current = apart;
          }}
          onTouchEnd={() => {
            pinch.current = 0;
          }}
          onDblClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            zoom(kStep, { x: event.clientX - box.left, y: event.clientY - box.top });
          }}
          onWheel={(event) => {
            // Without a key the wheel scrolls the page, as everywhere.
            if (!event.ctrlKey && !event.metaKey) return;
            event.preventDefault();
            const box = event.currentTarget.getBoundingClientRect();
            zoom(event.deltaY < 0 ? kStep : 1 / kStep, {
              x: event.clientX - box.left,
              y: event.clientY - box.top,
            });
          }}
        >
          {size.width > 0 && world && (
            <svg class="world" width={size.width} height={size.height} aria-hidden="true">
              <path
                class="land"
                d={(path ??= outlinePath(world))}
                transform={`translate(${west} ${north}) scale(${view.scale / kUnits})`}
              />
              {markers.map((marker, index) => {
                const spot = place(marker);
                const paint = marker.value === null ? color : (shown(marker).color ?? color);
                return (
                  <circle
                    key={index}
                    class={active?.marker === marker ? 'marker active' : 'marker'}
                    cx={spot.x}
                    cy={spot.y}
                    r={radius(marker.value)}
                    style={{ fill: paint, fillOpacity: opacity, stroke: paint }}
                  />
                );
              })}
            </svg>
          )}
        </div>
        <div
          class={
            size.width < 160 || size.height < 120 ? 'map-buttons visually-hidden' : 'map-buttons'
          }
        >
          <button type="button" class="button" aria-label="Zoom in" onClick={() => zoom(kStep)}>
            +
          </button>
          <button
            type="button"
            class="button"
            aria-label="Zoom out"
            onClick={() => zoom(1 / kStep)}
          >
            −
          </button>
          {chosen && (
            <button
              type="button"
              class="button"
              aria-label="Show all"
              title="Show all"
              onClick={() => setChosen(null)}
            >
              ⌂
            </button>
          )}
        </div>
        {active && (
          <Tooltip
            left={active.x}
            width={size.width}
            top={Math.max(4, Math.min(active.y - 12, size.height - 90))}
            title={active.marker.name}
            rows={active.marker.details.map(({ name, column, row }, index) => {
              const cell = column.values[row];
              const isValue = index === 0 && active.marker.value !== null;
              return {
                name,
                color: isValue ? (shown(active.marker).color ?? color) : 'transparent',
                value: isValue
                  ? shown(active.marker).text
                  : column.type === 'time' && typeof cell === 'number'
                    ? formatInstant(cell, zone)
                    : typeof cell === 'number'
                      ? formatNumber(cell)
                      : cellText(cell),
              };
            })}
          />
        )}
        <ul class="visually-hidden" aria-label="Places">
          {markers.slice(0, 50).map((marker, index) => (
            <li key={index}>
              {marker.name}
              {marker.value === null ? '' : `: ${shown(marker).text}`}
            </li>
          ))}
        </ul>
      </div>
      {read.flag(options, 'legend', true) && bands.length > 1 && (
        <ul class="band-legend" aria-label="Colours">
          {bands.map((band) => (
            <li key={band.from}>
              <span class="swatch" style={{ backgroundColor: band.color }} />
              {band.from <= -1e300
                ? `below ${display(band.to).text}`
                : `from ${display(band.from).text}`}
            </li>
          ))}
        </ul>
      )}
      {found && found.lost > 0 && (
        <p class="picture-note">
          {found.lost} {found.lost === 1 ? 'row has' : 'rows have'} no place on this map.
        </p>
      )}
    </div>
  );
}

function opening(
  markers: readonly Marker[],
  options: read.Options,
  size: { width: number; height: number },
): View {
  const how = read.choice(options, 'view', ['fit', 'world', 'center'] as const, 'fit');
  if (how === 'world') return worldView(size);
  if (how === 'center') {
    return {
      center: project({
        latitude: read.number(options, 'center_latitude') ?? 0,
        longitude: read.number(options, 'center_longitude') ?? 0,
      }),
      scale: size.width * 2 ** ((read.number(options, 'zoom') ?? 1) - 1),
    };
  }
  return fitted(markers, size, Math.min(48, size.width / 8, size.height / 6));
}

/** Areas, not radii, stand for values: the eye compares those. */
function radii(
  markers: readonly Marker[],
  options: read.Options,
  hasValues: boolean,
): (value: number | null) => number {
  const least = read.number(options, 'size_min') ?? 4;
  const greatest = Math.max(least, read.number(options, 'size_max') ?? 15);
  if (!hasValues) return () => Math.max(least, 5);
  const values = markers.flatMap((marker) => marker.value ?? []);
  const low = Math.min(0, ...values);
  const high = Math.max(...values, low + 1e-9);
  return (value) => {
    if (value === null) return least;
    const share = Math.max(0, (value - low) / (high - low));
    return least + (greatest - least) * Math.sqrt(share);
  };
}
