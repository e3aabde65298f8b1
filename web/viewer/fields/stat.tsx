import { useRef } from 'preact/hooks';
import * as read from '../data/options';
import { kHeight, kWidth, sparklinePath } from '../data/sparkline';
import { formatNumber } from '../format/numbers';
import { Quiet, type PictureProps } from '../panels/common';
import { useSize } from '../ui/use-size';
import { fillColor, inkOn, mixed } from './colors';
import { singleValues, type SingleValue } from './singles';

export function RichStat({ options, frames, isDark }: PictureProps) {
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const singles = singleValues(frames, options);
  const mode = read.choice(
    options,
    'color_mode',
    ['value', 'background', 'background_solid', 'none'] as const,
    'value',
  );
  const graph = read.choice(
    options,
    'graph_mode',
    ['none', 'line', 'area'] as const,
    read.flag(options, 'sparkline', false) ? 'area' : 'none',
  );
  const written = read.choice(
    options,
    'text_mode',
    ['auto', 'value', 'value_and_name', 'name', 'none'] as const,
    'auto',
  );
  const text = written === 'auto' ? (singles.length > 1 ? 'value_and_name' : 'value') : written;
  const orientation = read.choice(
    options,
    'orientation',
    ['auto', 'horizontal', 'vertical'] as const,
    'auto',
  );
  const columns = columnsFor(singles.length, orientation, size);
  const isCentred =
    options.justify === 'center' || (singles.length === 1 && graph === 'none' && text !== 'value');
  return (
    <div class="rich-stats" ref={host} style={{ '--columns': String(columns) }}>
      {singles.length === 0 && <Quiet>No value.</Quiet>}
      {singles.map((single, index) => (
        <StatCard
          key={single.name + String(index)}
          single={single}
          mode={mode}
          graph={graph}
          text={text}
          isCentred={isCentred}
          isDark={isDark}
          options={options}
        />
      ))}
    </div>
  );
}

function columnsFor(
  count: number,
  orientation: 'auto' | 'horizontal' | 'vertical',
  { width, height }: { width: number; height: number },
): number {
  if (orientation === 'vertical') return count;
  if (orientation === 'horizontal') return 1;
  if (count <= 1 || width === 0 || height === 0) return Math.max(1, count);
  // As near to cards of two by one as the room allows.
  let best = 1;
  let least = Infinity;
  for (let columns = 1; columns <= count; columns++) {
    const lines = Math.ceil(count / columns);
    const shape = width / columns / (height / lines);
    const off = Math.abs(Math.log(shape / 2.2)) + (columns * lines - count) * 0.15;
    if (off < least) {
      least = off;
      best = columns;
    }
  }
  return best;
}

interface StatCardProps {
  single: SingleValue;
  mode: 'value' | 'background' | 'background_solid' | 'none';
  graph: 'none' | 'line' | 'area';
  text: 'value' | 'value_and_name' | 'name' | 'none';
  isCentred: boolean;
  isDark: boolean;
  options: read.Options;
}

function StatCard({ single, mode, graph, text, isCentred, isDark, options }: StatCardProps) {
  const isFilled = mode.startsWith('background') && single.color !== undefined;
  const own = single.color;
  const color = isFilled && own !== undefined ? fillColor(own) : own;
  const ink = isFilled && color !== undefined ? inkOn(color) : undefined;
  const background =
    !isFilled || color === undefined
      ? undefined
      : mode === 'background'
        ? `linear-gradient(120deg, ${mixed(color, '#000000', 0.14)}, ${color})`
        : color;
  // Where a card is much wider than high, name and value stand beside each other.
  const isWide =
    text === 'value_and_name' &&
    options.justify !== 'center' &&
    read.flag(options, 'wide_layout', true);
  const hasLine = graph !== 'none' && single.trend.length > 1;
  const lineColor = ink ?? color ?? single.seriesColor;
  const name = (
    <div class="rich-stat-name" style={sizeOf(options, 'title_size')}>
      {single.name}
    </div>
  );
  const [link] = single.links();
  const value = (
    <div
      class="rich-stat-value"
      style={{
        ...(mode === 'value' && color !== undefined ? { color } : {}),
        '--length': String(Math.max(3, single.text.length)),
        ...sizeOf(options, 'value_size'),
      }}
    >
      {single.text}
    </div>
  );
  return (
    <div
      class={`rich-stat${isFilled ? ' filled' : ''}${hasLine ? ' with-line' : ''}${isCentred ? ' centered' : ''}${isWide ? ' wide' : ''}`}
      style={{ ...(background ? { background } : {}), ...(ink ? { color: ink } : {}) }}
    >
      {hasLine && <Trend values={single.trend} color={lineColor} hasArea={graph === 'area'} />}
      <div class="rich-stat-text">
        {text === 'value_and_name' && name}
        {text === 'name' ? (
          <div
            class="rich-stat-value"
            style={{ '--length': String(single.name.length), ...sizeOf(options, 'title_size') }}
          >
            {single.name}
          </div>
        ) : (
          text !== 'none' &&
          (link ? (
            <a href={link.href} title={link.title} target="_blank" rel="noopener noreferrer">
              {value}
            </a>
          ) : (
            value
          ))
        )}
        {options.show_percent_change === true && single.change !== null && (
          <Change
            change={single.change}
            how={read.text(options, 'percent_change_color') ?? 'standard'}
            own={ink ?? color}
            isPlain={ink !== undefined}
            isDark={isDark}
          />
        )}
      </div>
    </div>
  );
}

function sizeOf(options: read.Options, name: string): { fontSize?: string } {
  const size = read.number(options, name);
  return size === undefined ? {} : { fontSize: `${size}px` };
}

interface ChangeProps {
  change: number;
  how: string;
  own: string | undefined;
  isPlain: boolean;
  isDark: boolean;
}

function Change({ change, how, own, isPlain, isDark }: ChangeProps) {
  const isGood = how === 'inverted' ? change < 0 : change > 0;
  const color =
    isPlain || how === 'same_as_value'
      ? own
      : change === 0
        ? undefined
        : isGood
          ? isDark
            ? '#3ecf8e'
            : '#12805c'
          : isDark
            ? '#ff6b5e'
            : '#d1372b';
  return (
    <div class="rich-stat-change" style={color ? { color } : {}}>
      <span aria-hidden="true">{change > 0 ? '▲' : change < 0 ? '▼' : '■'}</span>{' '}
      {formatNumber(change, { unit: 'percentunit' })}
    </div>
  );
}

function Trend({
  values,
  color,
  hasArea,
}: {
  values: (number | null)[];
  color: string;
  hasArea: boolean;
}) {
  const { line, area } = sparklinePath(values);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${kWidth} ${kHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {hasArea && <path d={area} style={{ fill: color }} class="sparkline-area" />}
      <path d={line} style={{ stroke: color }} class="sparkline-line" />
    </svg>
  );
}
