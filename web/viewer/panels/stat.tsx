import { toSingles, type Single } from '../data/frames';
import { kHeight, kWidth, sparklinePath } from '../data/sparkline';
import * as read from '../data/options';
import { formatNumber } from '../format/numbers';
import { namedColor, seriesColor } from '../state/theme';
import { numberStyle, Quiet, type PictureProps } from './common';

export function StatPicture({ options, frames, isDark }: PictureProps) {
  const singles = toSingles(frames, options);
  if (singles.length === 0) return <Quiet>No value.</Quiet>;
  const style = numberStyle(options);
  const thresholds = read.thresholds(options);
  const mode = read.choice(
    options,
    'color_mode',
    ['value', 'background', 'none'] as const,
    'value',
  );
  const hasTrend = read.flag(options, 'sparkline', false);
  const own = read.texts(options, 'colors') ?? [];
  // A single value colours its whole card, head included.
  const whole =
    mode === 'background' && singles.length === 1
      ? read.thresholdColor(thresholds, singles[0]?.value ?? null)
      : undefined;

  return (
    <div class="stats">
      {whole !== undefined && (
        <div class="stat-fill" style={{ backgroundColor: fillColor(whole) }} />
      )}
      {singles.map((single, index) => {
        const reached = read.thresholdColor(thresholds, single.value);
        const color = reached === undefined ? undefined : namedColor(reached, isDark);
        const isFilled = mode === 'background' && reached !== undefined;
        const textColor = mode === 'value' ? color : undefined;
        const isWhole = isFilled && singles.length === 1;
        const hasLine = hasTrend && single.trend.length > 1;
        const lineColor = isFilled
          ? 'rgba(255, 255, 255, 0.9)'
          : (color ?? seriesColor(index, isDark, own));
        return (
          <div
            key={single.name + String(index)}
            class={`stat${isFilled ? ' filled' : ''}${hasLine ? ' with-line' : ''}`}
            style={isFilled && !isWhole ? { backgroundColor: fillColor(reached) } : {}}
          >
            {hasLine && <Sparkline values={single.trend} color={lineColor} />}
            <div class="stat-value" style={textColor ? { color: textColor } : {}}>
              {single.text ?? formatNumber(single.value, style)}
            </div>
            {singles.length > 1 && <div class="stat-name">{nameOf(single)}</div>}
          </div>
        );
      })}
    </div>
  );
}

/** White text must be readable on it: always the darker of the pair. */
function fillColor(name: string): string {
  return name === 'yellow' ? '#92600f' : namedColor(name, false);
}

function nameOf(single: Single): string {
  return single.name.replace(/_/g, ' ');
}

function Sparkline({ values, color }: { values: (number | null)[]; color: string }) {
  const { line, area } = sparklinePath(values);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${kWidth} ${kHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path d={area} style={{ fill: color }} class="sparkline-area" />
      <path d={line} style={{ stroke: color }} class="sparkline-line" />
    </svg>
  );
}
