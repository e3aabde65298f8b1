// What stands in one cell of a table.
import type { Cell, Column, Frame } from '../api/wire';
import type { DataLink, Shown } from '../data/field';
import * as read from '../data/options';
import { kHeight, kWidth, sparklinePath } from '../data/sparkline';
import { seriesColor } from '../state/theme';
import { fillColor, inkOn, mixed, withOpacity } from './colors';
import { absoluteThresholds, colorMode, valueColor } from './display';
import { object, word } from './transformations/frames';

export interface CellProps {
  frame: Frame;
  column: Column;
  row: number;
  align: string;
  isDark: boolean;
  /** Of a row that another column colours. */
  rowColor: string | undefined;
  /** Of a column that stays while the others scroll: which one. */
  place: number | null;
}

export function frozenStyle(place: number | null): Record<string, string> {
  return place === null ? {} : { insetInlineStart: `var(--frozen-${place})` };
}

export function cellKind(column: Column): { type: string; mode: string; valueMode: string } {
  const cell = object(column.field?.options.cell);
  return {
    type: typeof cell.type === 'string' ? cell.type : column.trends ? 'sparkline' : 'auto',
    mode: word(cell.mode, 'basic'),
    valueMode: word(cell.value_mode, 'color'),
  };
}

export function RichCell({ column, row, align, isDark, rowColor, place }: CellProps) {
  const { field } = column;
  if (!field) return <td />;
  const value = column.values[row] ?? null;
  const shown = field.show(value, row);
  const { type, mode, valueMode } = cellKind(column);
  const links = field.links(row);
  const isWrapped = object(field.options.cell).wrap === true;
  let className = `align-${align}${value === null ? ' missing' : ''}${isWrapped ? ' wrapped' : ''}${place === null ? '' : ' frozen'}`;
  let style: Record<string, string> = {};
  const own = type === 'color-background' ? shown.color : rowColor;
  const fill = own === undefined ? undefined : fillColor(own);
  if (fill !== undefined) {
    className += ' colored';
    style = {
      background:
        mode === 'gradient' && type === 'color-background'
          ? `linear-gradient(120deg, ${mixed(fill, '#000000', 0.16)}, ${fill})`
          : fill,
      color: inkOn(fill),
    };
  } else if (type === 'color-text' && shown.color !== undefined) {
    style = { color: shown.color };
  }
  const title = shown.text.length > 32 && !isWrapped ? shown.text : undefined;
  return (
    <td class={className} style={{ ...style, ...frozenStyle(place) }} title={title}>
      {contentOf()}
    </td>
  );

  function contentOf() {
    switch (type) {
      case 'gauge':
        return typeof value === 'number' ? (
          <Gauge {...{ column, value, shown, mode, valueMode, isDark }} />
        ) : (
          shown.text
        );
      case 'sparkline':
        return column.trends ? (
          <Spark values={column.trends[row] ?? []} text={shown.text} color={field?.color ?? ''} />
        ) : (
          linked(shown.text, links)
        );
      case 'pill':
        return value === null ? shown.text : <Pills value={value} shown={shown} isDark={isDark} />;
      case 'json-view':
        return <code class="cell-json">{pretty(value)}</code>;
      case 'boolean':
        return value === null ? (
          shown.text
        ) : (
          <span aria-label={shown.text}>{value ? '✓' : '✗'}</span>
        );
      case 'data-links':
        return links.map((link) => (
          <a
            key={link.href}
            class="cell-link"
            href={link.href}
            target="_blank"
            rel="noopener noreferrer"
          >
            {link.title}
          </a>
        ));
      default:
        return linked(shown.text, links);
    }
  }
}

function linked(text: string, [link]: DataLink[]) {
  return link ? (
    <a
      class="cell-link"
      href={link.href}
      title={link.title}
      target="_blank"
      rel="noopener noreferrer"
    >
      {text}
    </a>
  ) : (
    text
  );
}

function pretty(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '–' : String(value);
  try {
    return JSON.stringify(JSON.parse(value), null, 1).replace(/\s+/g, ' ').slice(0, 2000);
  } catch {
    return value;
  }
}

/** The same text has the same colour in every row. */
function Pills({ value, shown, isDark }: { value: Cell; shown: Shown; isDark: boolean }) {
  const parts =
    typeof value === 'string' && shown.text === value
      ? value
          .replace(/^\[|\]$/g, '')
          .split(',')
          .slice(0, 20)
      : [shown.text];
  return (
    <>
      {parts.map((part, index) => {
        const text = part.trim().replace(/^"|"$/g, '');
        const color = shown.color ?? seriesColor(hash(text), isDark);
        return (
          <span
            key={`${text} ${index}`}
            class="pill"
            style={{
              background: withOpacity(color, isDark ? 0.28 : 0.16),
              color: mixed(color, isDark ? '#ffffff' : '#000000', 0.4),
            }}
          >
            {text}
          </span>
        );
      })}
    </>
  );
}

function hash(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum;
}

interface GaugeProps {
  column: Column;
  value: number;
  shown: Shown;
  mode: string;
  valueMode: string;
  isDark: boolean;
}

const kCells = 24;

function Gauge({ column, value, shown, mode, valueMode, isDark }: GaugeProps) {
  const { field } = column;
  if (!field) return null;
  const [low, most] = field.range;
  const least = read.number(field.options, 'min') ?? Math.min(0, low);
  const share = most > least ? Math.min(1, Math.max(0, (value - least) / (most - least))) : 0;
  const color = shown.color ?? field.color;
  const colorAt = (at: number): string =>
    colorMode(field.options) === 'fixed'
      ? color
      : (valueColor(
          field.options,
          least + (most - least) * at,
          { thresholds: read.thresholds(field.options), range: [least, most] },
          isDark,
        ) ?? color);
  let bar;
  if (mode === 'lcd') {
    bar = (
      <span class="gauge-cells">
        {Array.from({ length: kCells }, (_, index) => {
          const at = (index + 0.5) / kCells;
          const isLit = at <= share;
          return <i key={index} style={{ background: colorAt(at), opacity: isLit ? 1 : 0.16 }} />;
        })}
      </span>
    );
  } else {
    const stops = absoluteThresholds(field.options, [least, most]);
    const isContinuous = colorMode(field.options).startsWith('continuous-');
    const isGraded = mode === 'gradient' && (stops.length > 1 || isContinuous);
    const graded = isGraded
      ? `linear-gradient(90deg, ${[0, 0.25, 0.5, 0.75, 1]
          .map((at) => `${colorAt(at * share)} ${at * 100}%`)
          .join(', ')})`
      : color;
    bar = (
      <span class="gauge-track">
        <span class="gauge-bar" style={{ inlineSize: `${share * 100}%`, background: graded }} />
      </span>
    );
  }
  return (
    <span class="cell-gauge">
      <span aria-hidden="true" class="gauge-room">
        {bar}
      </span>
      {valueMode !== 'hidden' && (
        <span
          class="gauge-text"
          style={valueMode === 'color' && shown.color ? { color: shown.color } : {}}
        >
          {shown.text}
        </span>
      )}
    </span>
  );
}

function Spark({
  values,
  text,
  color,
}: {
  values: (number | null)[];
  text: string;
  color: string;
}) {
  const { line, area } = sparklinePath(values);
  return (
    <span class="cell-gauge">
      <svg
        class="cell-spark"
        viewBox={`0 0 ${kWidth} ${kHeight}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={area} style={{ fill: color }} class="sparkline-area" />
        <path d={line} style={{ stroke: color }} class="sparkline-line" />
      </svg>
      <span class="gauge-text">{text}</span>
    </span>
  );
}
