import { useMemo, useRef, useState } from 'preact/hooks';
import type { Cell } from '../api/wire';
import { movedIndex, toggleHidden } from '../data/interaction';
import * as read from '../data/options';
import { formatInstant } from '../format/dates';
import { Legend, Quiet, Tooltip, type PictureProps } from '../panels/common';
import { fitText, textWidth } from '../panels/text-width';
import { namedColor, seriesColor } from '../state/theme';
import { useSize } from '../ui/use-size';
import { kTimeFoot, TimeAxis } from './axes';
import { makeDisplay, ownColors, type Shown } from './display';
import { isPale } from './pale';
import { distinctValues, durationText, toStateRows, type State, type StateRow } from './states';

const kTop = 4;
const kGap = 10;
const kLeastRow = 16;
/** More colours than this tell nobody anything. */
const kMostColors = 24;

export function StateTimelinePicture(props: PictureProps) {
  return <States {...props} isHistory={false} />;
}

export function StatusHistoryPicture(props: PictureProps) {
  return <States {...props} isHistory />;
}

interface Pointed {
  row: StateRow;
  state: State;
  x: number;
  y: number;
}

function States(props: PictureProps & { isHistory: boolean }) {
  const { options, frames, isDark, panel, zone, onZoom, isHistory } = props;
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<Pointed | null>(null);
  const [spot, setSpot] = useState<number | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const merge = !isHistory && read.flag(options, 'merge_values', true);
  const hasRange = props.to > props.from;
  const { rows, left: more } = useMemo(
    () =>
      toStateRows(
        frames,
        options,
        isHistory ? 0 : hasRange ? props.to : 0,
        merge,
        merge ? stretchOf(options) : undefined,
      ),
    [frames, options, merge, props.from, props.to],
  );
  const values = useMemo(() => distinctValues(rows), [rows]);
  const paint = useMemo(
    () => painter(values, options, ownColors(panel), isDark, merge),
    [values, options, panel, isDark, merge],
  );
  if (rows.every((row) => row.states.length === 0)) return <Quiet>No states over time.</Quiet>;

  const all = rows.flatMap((row) => row.states);
  const from = hasRange ? props.from : Math.min(...all.map((state) => state.from));
  const to = hasRange ? props.to : Math.max(...all.map((state) => state.to));
  const left =
    Math.ceil(Math.min(Math.max(...rows.map((row) => textWidth(row.name))), size.width * 0.32)) +
    kGap;
  const right = size.width - 4;
  const room = Math.max(20, size.height - kTimeFoot - kTop);
  const pitch = Math.max(kLeastRow, room / rows.length);
  const bottom = kTop + pitch * rows.length;
  const thick = pitch * (read.number(options, 'row_height') ?? 0.85);
  const x = (time: number): number =>
    left + ((Math.max(from, Math.min(to, time)) - from) / (to - from)) * (right - left);
  const timeAt = (place: number): number => from + ((place - left) / (right - left)) * (to - from);
  const showValue = read.choice(
    options,
    'show_value',
    ['auto', 'always', 'never'] as const,
    'auto',
  );
  const fill = read.number(options, 'fill') ?? (isHistory ? 0.85 : 0.9);
  const line = read.number(options, 'line_width') ?? 0;
  const align = read.choice(options, 'align_value', ['left', 'center', 'right'] as const, 'left');
  const columnShare = read.number(options, 'col_width') ?? 0.9;
  // A history has texts in all of its boxes, or in none.
  const columnStep = Math.min(...all.map((state) => state.to - state.from));
  const columnRoom = ((columnStep / (to - from)) * (right - left) - 3) * columnShare;
  const isTooNarrow =
    isHistory &&
    showValue === 'auto' &&
    rows.some((row) =>
      row.states.some(({ value }) => textWidth(paint(value, row).text) > columnRoom),
    );
  const legend = legendOf(rows, paint);
  const names = legend.map((item) => item.name);
  const flat = rows.flatMap((row) => row.states.map((state) => ({ row, state })));

  const pointAt = (clientX: number, clientY: number, area: DOMRect, top: number): void => {
    const px = clientX - area.left;
    const py = clientY - area.top;
    const row = rows[Math.floor((py + top - kTop) / pitch)];
    const time = timeAt(px);
    const state =
      px < left ? undefined : row?.states.find((one) => one.from <= time && time < one.to);
    setActive(row && state ? { row, state, x: px, y: py } : null);
  };
  const spoken = spot === null ? undefined : flat[spot];
  const pointed = active ?? (spoken ? { ...spoken, x: x(spoken.state.from), y: 20 } : null);

  return (
    <div class="picture">
      <div
        class="chart"
        role="img"
        tabIndex={0}
        aria-label={`${isHistory ? 'Status history' : 'State timeline'}${panel.title ? ` “${panel.title}”` : ''}. ${describe(rows, paint)} Arrow keys read single states.`}
        onKeyDown={(event) => {
          const next = movedIndex(event.key, spot, flat.length);
          if (next === undefined) return;
          event.preventDefault();
          setSpot(next);
        }}
        onBlur={() => setSpot(null)}
      >
        <div
          class="chart-host"
          ref={host}
          onPointerDown={(event) => {
            if (!onZoom || event.button !== 0 || event.pointerType === 'touch') return;
            const area = event.currentTarget.getBoundingClientRect();
            const place = event.clientX - area.left;
            if (place < left) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            setDrag({ from: place, to: place });
          }}
          onPointerMove={(event) => {
            const area = event.currentTarget.getBoundingClientRect();
            pointAt(event.clientX, event.clientY, area, event.currentTarget.scrollTop);
            if (drag) {
              const place = Math.max(left, Math.min(right, event.clientX - area.left));
              setDrag({ from: drag.from, to: place });
            }
          }}
          onPointerUp={() => {
            if (drag && onZoom && Math.abs(drag.to - drag.from) > 6) {
              const ends = [timeAt(drag.from), timeAt(drag.to)].sort((a, b) => a - b);
              onZoom(Math.round(ends[0] ?? from), Math.round(ends[1] ?? to));
            }
            setDrag(null);
          }}
          onPointerLeave={() => setActive(null)}
        >
          {size.width > 0 && (
            <svg
              class={pointed ? 'axes states pointing' : 'axes states'}
              width={size.width}
              height={Math.max(size.height, bottom + kTimeFoot)}
              aria-hidden="true"
            >
              {rows.map((row, index) => {
                const middle = kTop + pitch * (index + 0.5);
                return (
                  <g key={row.name}>
                    <text
                      class="state-name"
                      x={left - kGap}
                      y={middle}
                      text-anchor="end"
                      dominant-baseline="central"
                    >
                      {fitText(row.name, left - kGap)}
                    </text>
                    {row.states.map((state) => {
                      const shown = paint(state.value, row);
                      if (state.to <= from || state.from >= to || hidden.has(shown.text))
                        return null;
                      const start = x(state.from);
                      const wide = x(state.to) - start;
                      const width = Math.max(
                        1,
                        isHistory ? wide * columnShare : wide - (merge && wide > 3 ? 1 : 0),
                      );
                      const place = start + (isHistory ? (wide - width) / 2 : 0);
                      const isActive = pointed?.state === state;
                      return (
                        <g key={state.from} class={isActive ? 'state active' : 'state'}>
                          <rect
                            x={place}
                            y={middle - thick / 2}
                            width={width}
                            height={thick}
                            rx={Math.min(3, width / 4, thick / 4)}
                            style={{
                              fill: shown.color ?? '',
                              fillOpacity: fill,
                              ...(line > 0 ? { stroke: shown.color ?? '', strokeWidth: line } : {}),
                            }}
                          />
                          {showValue !== 'never' && !isTooNarrow && (
                            <StateText
                              text={shown.text}
                              color={shown.color ?? ''}
                              fill={fill}
                              isDark={isDark}
                              {...{
                                place,
                                width,
                                middle,
                                thick,
                                align: isHistory ? 'center' : align,
                              }}
                              always={showValue === 'always'}
                            />
                          )}
                        </g>
                      );
                    })}
                  </g>
                );
              })}
              {drag && (
                <rect
                  class="drag"
                  x={Math.min(drag.from, drag.to)}
                  y={kTop}
                  width={Math.abs(drag.to - drag.from)}
                  height={bottom - kTop}
                />
              )}
              <TimeAxis {...{ from, to, left, right, zone }} bottom={bottom} />
            </svg>
          )}
        </div>
        {pointed && !drag && (
          <Tooltip
            left={pointed.x}
            width={size.width}
            top={Math.max(4, Math.min(pointed.y - 12, size.height - 84))}
            title={pointed.row.name}
            rows={[
              {
                name: paint(pointed.state.value, pointed.row).text,
                color: paint(pointed.state.value, pointed.row).color ?? '',
                value: isHistory ? '' : durationText(pointed.state.to - pointed.state.from),
              },
              {
                name: isHistory ? 'At' : 'From',
                color: 'transparent',
                value: formatInstant(pointed.state.from, zone),
              },
              ...(isHistory
                ? []
                : [
                    {
                      name: 'To',
                      color: 'transparent',
                      value: formatInstant(pointed.state.to, zone),
                    },
                  ]),
            ]}
          />
        )}
        <span class="visually-hidden" aria-live="polite">
          {spoken
            ? `${spoken.row.name}: ${paint(spoken.state.value, spoken.row).text}, ${formatInstant(spoken.state.from, zone)}`
            : ''}
        </span>
      </div>
      {read.flag(options, 'legend', true) && legend.length <= kMostColors && (
        <Legend
          items={legend}
          hidden={hidden}
          onToggle={(name, only) => setHidden(toggleHidden(names, hidden, name, only))}
        />
      )}
      {more > 0 && <p class="picture-note">{more} more rows are not drawn.</p>}
    </div>
  );
}

/** Values with words of their own are not put together. */
function hasStretches(options: read.Options): boolean {
  const isMapped = Array.isArray(options.mappings) && options.mappings.length > 0;
  const isShare = options.thresholds_mode === 'percentage';
  return read.thresholds(options).length > 1 && !isMapped && !isShare;
}

/** Numbers that have reached the same threshold are one state, named by its stretch. */
function stretchOf(options: read.Options): (value: Cell) => Cell {
  const thresholds = read.thresholds(options);
  if (!hasStretches(options)) return (value) => value;
  return (value) =>
    typeof value === 'number'
      ? (thresholds.filter((threshold) => value >= threshold.value).at(-1)?.value ?? -Infinity)
      : value;
}

function stretchText(
  from: number,
  options: read.Options,
  write: (value: number) => string,
): string {
  const thresholds = read.thresholds(options);
  const next = thresholds.find(({ value }) => value > from)?.value;
  if (from === -Infinity) return next === undefined ? '' : `< ${write(next)}`;
  return next === undefined ? `${write(from)}+` : `${write(from)} – ${write(next)}`;
}

type Painter = (value: Cell, row: StateRow) => Shown;

function painter(
  values: readonly Cell[],
  options: read.Options,
  own: readonly string[],
  isDark: boolean,
  isGrouped: boolean,
): Painter {
  const isStretched = isGrouped && hasStretches(options);
  const display = makeDisplay(options, isDark);
  const places = new Map(values.map((value, index) => [value, index]));
  return (value, row) => {
    const field = row.column?.field?.show(value);
    const shown: Shown = field
      ? { text: field.text, ...(field.color === undefined ? {} : { color: field.color }) }
      : typeof value === 'number'
        ? display(value)
        : display(
            null,
            value === null ? '–' : value === true ? 'Yes' : value === false ? 'No' : value,
          );
    if (typeof value === 'number' && isStretched) {
      const write = (edge: number): string => (row.column?.field?.show(edge) ?? display(edge)).text;
      return { ...shown, text: stretchText(value, options, write) };
    }
    if (shown.color !== undefined) return shown;
    if (typeof value === 'boolean' && own.length === 0) {
      return { ...shown, color: namedColor(value ? 'green' : 'red', isDark) };
    }
    return { ...shown, color: seriesColor(places.get(value) ?? 0, isDark, own) };
  };
}

/** One entry for what is written alike. */
function legendOf(rows: readonly StateRow[], paint: Painter): { name: string; color: string }[] {
  const found = new Map<string, string>();
  for (const row of rows) {
    for (const { value } of row.states) {
      const { text, color } = paint(value, row);
      if (!found.has(text)) found.set(text, color ?? '');
    }
  }
  return [...found].map(([name, color]) => ({ name, color }));
}

interface StateTextProps {
  text: string;
  color: string;
  fill: number;
  isDark: boolean;
  place: number;
  width: number;
  middle: number;
  thick: number;
  align: 'left' | 'center' | 'right';
  always: boolean;
}

function StateText(props: StateTextProps) {
  const { text, place, width, middle, thick, align, always } = props;
  if (thick < 11) return null;
  const room = width - (align === 'center' ? 3 : 8);
  if (textWidth(text) > room && !(always && room >= 20)) return null;
  const x =
    align === 'left' ? place + 5 : align === 'right' ? place + width - 5 : place + width / 2;
  return (
    <text
      class={isPale(props.color) ? 'state-text on-pale' : 'state-text'}
      x={x}
      y={middle}
      text-anchor={align === 'left' ? 'start' : align === 'right' ? 'end' : 'middle'}
      dominant-baseline="central"
    >
      {fitText(text, room)}
    </text>
  );
}

function describe(rows: readonly StateRow[], paint: Painter): string {
  const parts = rows.slice(0, 12).map((row) => {
    const last = row.states[row.states.length - 1];
    return `${row.name}: ${row.states.length} states, last ${last ? paint(last.value, row).text : 'none'}`;
  });
  const more = rows.length > 12 ? `; and ${rows.length - 12} more` : '';
  return `${parts.join('; ')}${more}.`;
}
