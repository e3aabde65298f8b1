// The chart of a time series panel with all of its drawing styles. uPlot comes from the chart bundle,
// so that all charts of the page share one cursor.
import type uPlot from 'uplot';
import type { Options, Threshold } from '../data/options';
import * as read from '../data/options';
import { textWidth } from '../panels/text-width';
import { namedColor } from '../state/theme';
import { schemeColor, turned, withOpacity } from './colors';
import { colorMode } from './display';
import type { Line, Point } from './series';

export interface AxisSpec {
  key: string;
  side: 'left' | 'right' | 'hidden';
  label: string | undefined;
  width: number | undefined;
  options: Options;
  /** Bars, areas and stacks stand on zero. */
  isFromZero: boolean;
  steps: number[] | undefined;
  write: (value: number, step: number) => string;
}

export interface ChartSpec {
  width: number;
  height: number;
  times: number[];
  lines: Line[];
  bands: [number, number][];
  axes: AxisSpec[];
  range: [from: number, to: number];
  thresholds: Threshold[];
  thresholdStyle: string;
  ink: { text: string; faint: string; grid: string; card: string };
  font: string;
  zone: string | undefined;
  isDark: boolean;
  timeLabels: (marks: number[], step: number) => string[];
  onZoom: ((from: number, to: number) => void) | null;
  onHover: (hover: Hover | null) => void;
  onPick: (hover: Hover) => void;
}

export interface Hover {
  index: number;
  left: number;
  top: number;
  width: number;
  /** Place of the line nearest to the pointer, or null. */
  nearest: number | null;
  /** The chart under the pointer itself, not one that follows its cursor. */
  isHere: boolean;
}

export interface Chart {
  resize: (width: number, height: number) => void;
  update: (times: number[], values: Point[][], range: [number, number]) => void;
  point: (index: number | null) => void;
  destroy: () => void;
}

const kGap = 8;

export function createChart(make: typeof uPlot, host: HTMLElement, spec: ChartSpec): Chart {
  let range = spec.range;
  let isPointerHere = false;
  let isKeyboardHere = false;
  let isSelecting = false;
  let edge = 0;

  const hoverOf = (plot: uPlot): Hover | null => {
    const index = plot.cursor.idx;
    if (index === null || index === undefined) return null;
    const left = plot.valToPos(plot.data[0][index] ?? 0, 'x') + plot.over.offsetLeft;
    const width = plot.over.offsetLeft + plot.over.clientWidth;
    const top = plot.cursor.top ?? 0;
    let nearest: number | null = null;
    let least = Infinity;
    spec.lines.forEach((line, at) => {
      const value = plot.data[at + 1]?.[index];
      if (typeof value !== 'number') return;
      const distance = Math.abs(plot.valToPos(value, line.scale) - top);
      if (distance < least) {
        least = distance;
        nearest = at;
      }
    });
    return { index, left, top, width, nearest, isHere: isPointerHere || isKeyboardHere };
  };

  const options: uPlot.Options = {
    width: spec.width,
    height: spec.height,
    ms: 1,
    // A label stands around its mark: where no axis is beside, half of it would be cut off.
    padding: [8, beside(() => edge), 0, beside(() => edge)],
    legend: { show: false },
    tzDate: (ms) => {
      if (spec.zone === undefined) return new Date(ms);
      try {
        return make.tzDate(new Date(ms), spec.zone);
      } catch {
        return new Date(ms);
      }
    },
    cursor: {
      y: false,
      points: {
        size: 8,
        width: 2,
        stroke: spec.ink.card,
        fill: (_, index) => spec.lines[index - 1]?.color ?? spec.ink.text,
      },
      drag: { x: spec.onZoom !== null, y: false, setScale: false, dist: 6 },
      sync: { key: 'casement', scales: ['x', null] },
      focus: { prox: -1 },
    },
    scales: {
      x: { time: true, range: () => range },
      ...Object.fromEntries(spec.axes.map((axis) => [axis.key, scaleOf(make, axis, spec)])),
    },
    axes: [
      {
        font: spec.font,
        stroke: spec.ink.text,
        grid: { show: false },
        ticks: { stroke: spec.ink.faint, width: 1, size: 4 },
        border: { show: true, stroke: spec.ink.faint, width: 1 },
        gap: 4,
        size: 38,
        space: 72,
        values: (_, marks, __, ___, step) => {
          const labels = spec.timeLabels(marks, step);
          edge = Math.ceil(widthOf(labels) / 2) + 1;
          return labels;
        },
      },
      ...spec.axes.map((axis, index) => axisOf(axis, index, spec)),
    ],
    series: [{}, ...spec.lines.map((line, index) => seriesOf(make, line, index, spec))],
    bands: spec.bands.map(([upper, lower]): uPlot.Band => ({ series: [upper + 1, lower + 1] })),
    hooks: {
      drawClear: [(plot) => drawAreas(plot, spec)],
      draw: [(plot) => drawLines(plot, spec)],
      setCursor: [
        (plot) => {
          if (isPointerHere || isKeyboardHere) spec.onHover(hoverOf(plot));
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          const isMine = isSelecting;
          isSelecting = false;
          if (width === 0) return;
          const from = Math.round(plot.posToVal(left, 'x'));
          const to = Math.round(plot.posToVal(left + width, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (isMine && width >= 6) spec.onZoom?.(from, to);
        },
      ],
    },
  };
  const values = spec.lines.map((line) => line.drawn);
  const plot = new make(options, [spec.times, ...values] as uPlot.AlignedData, host);

  plot.over.addEventListener('pointerenter', () => {
    isPointerHere = true;
  });
  plot.over.addEventListener('pointerdown', () => {
    isSelecting = true;
  });
  plot.over.addEventListener('pointerleave', () => {
    isPointerHere = false;
    spec.onHover(null);
  });
  plot.over.addEventListener('click', () => {
    const hover = hoverOf(plot);
    if (hover) spec.onPick(hover);
  });

  return {
    resize: (width, height) => plot.setSize({ width, height }),
    update: (times, drawn, newRange) => {
      range = newRange;
      plot.setData([times, ...drawn] as uPlot.AlignedData);
    },
    point: (index) => {
      isKeyboardHere = index !== null;
      if (index === null) {
        plot.setCursor({ left: -10, top: -10 });
        spec.onHover(null);
      } else {
        const left = plot.valToPos(plot.data[0][index] ?? 0, 'x');
        plot.setCursor({ left, top: plot.over.clientHeight / 2 });
      }
    },
    destroy: () => plot.destroy(),
  };
}

function scaleOf(make: typeof uPlot, axis: AxisSpec, spec: ChartSpec): uPlot.Scale {
  const { options } = axis;
  const kind = read.choice(options, 'scale', ['linear', 'log', 'symlog'] as const, 'linear');
  const min = read.number(options, 'min');
  const max = read.number(options, 'max');
  if (kind === 'log') {
    const base = read.number(options, 'log_base') === 2 ? 2 : 10;
    return {
      distr: 3,
      log: base,
      range: (_, low: number | null, high: number | null) => {
        const [bottom, top] = make.rangeLog(low ?? 1, high ?? 10, base, false);
        return [min !== undefined && min > 0 ? min : (bottom ?? 1), max ?? top ?? 10];
      },
    };
  }
  const first = spec.axes[0] === axis;
  const levels =
    first && spec.thresholdStyle !== 'off'
      ? spec.thresholds.map(({ value }) => value).filter(Number.isFinite)
      : [];
  return {
    ...(kind === 'symlog'
      ? { distr: 4 as const, asinh: read.number(options, 'linear_threshold') ?? 1 }
      : {}),
    range: (_, low: number | null, high: number | null) => {
      const isEmpty = low === null || high === null;
      const softMin = read.number(options, 'soft_min');
      const softMax = read.number(options, 'soft_max');
      const ends = (value: number | undefined): number[] => (value === undefined ? [] : [value]);
      const least = Math.min(low ?? 0, ...(isEmpty ? [] : levels), ...ends(softMin));
      const most = Math.max(high ?? 1, ...(isEmpty ? [] : levels), ...ends(softMax));
      const soft = {
        pad: 0.08,
        soft: 0,
        mode: (axis.isFromZero ? 1 : 3) as uPlot.Range.SoftMode,
      };
      const [bottom, top] = make.rangeNum(least, most === least ? least + 1 : most, {
        min: softMin !== undefined && softMin <= least ? { pad: 0, hard: softMin } : soft,
        max: softMax !== undefined && softMax >= most ? { pad: 0, hard: softMax } : soft,
      });
      let from = min ?? bottom ?? 0;
      let to = max ?? top ?? 1;
      if (options.centered_zero === true) {
        to = Math.max(Math.abs(from), Math.abs(to));
        from = -to;
      }
      return from < to ? [from, to] : [from, from + 1];
    },
  };
}

function axisOf(axis: AxisSpec, index: number, spec: ChartSpec): uPlot.Axis {
  const isLog = axis.options.scale === 'log' || axis.options.scale === 'symlog';
  return {
    scale: axis.key,
    show: axis.side !== 'hidden',
    side: axis.side === 'right' ? 1 : 3,
    font: spec.font,
    stroke: spec.ink.text,
    grid: { show: index === 0, stroke: spec.ink.grid, width: 1 },
    ticks: { show: false },
    gap: kGap,
    space: 34,
    size: (_, labels: string[] | null) =>
      Math.max(axis.width ?? 28, widthOf(labels ?? []) + kGap + 4),
    ...(axis.label === undefined
      ? {}
      : { label: axis.label, labelFont: spec.font, labelSize: 18, labelGap: 0 }),
    values: (_, marks, __, ___, step) =>
      marks.map((mark: number | null) =>
        mark === null ? '' : axis.write(mark, isLog ? Math.abs(mark) || 1 : step),
      ),
    ...(axis.steps ? { incrs: axis.steps } : {}),
  };
}

function beside(room: () => number): uPlot.PaddingSide {
  return (_, side, sidesWithAxes) => (sidesWithAxes[side] ? 0 : room());
}

/** The widest line of `labels`, in pixels. */
function widthOf(labels: string[]): number {
  return Math.ceil(Math.max(0, ...labels.join('\n').split('\n').map(textWidth)));
}

function dashOf(options: Options): number[] | undefined {
  const own = Array.isArray(options.dash)
    ? options.dash.filter((part): part is number => typeof part === 'number')
    : [];
  if (options.line_style === 'dash') return own.length > 0 ? own : [10, 8];
  if (options.line_style === 'dot') return own.length > 0 ? own : [1, 6];
  return undefined;
}

function pathsOf(make: typeof uPlot, options: Options): uPlot.Series.PathBuilder | undefined {
  const { linear, spline, stepped } = make.paths;
  switch (options.interpolation) {
    case 'smooth':
      return spline?.();
    case 'stepBefore':
      return stepped?.({ align: -1 });
    case 'stepAfter':
      return stepped?.({ align: 1 });
    default:
      return linear?.();
  }
}

function seriesOf(make: typeof uPlot, line: Line, index: number, spec: ChartSpec): uPlot.Series {
  const { color, options } = line;
  const style = read.choice(options, 'style', ['line', 'area', 'bars', 'points'] as const, 'line');
  const isStacked = line.stack !== null;
  const size = read.number(options, 'point_size') ?? 5;
  const fill =
    read.number(options, 'fill') ??
    (style === 'area' ? (isStacked ? 0.55 : 0.28) : style === 'bars' ? 0.85 : 0);
  const width = read.number(options, 'line_width') ?? (isStacked ? 1.25 : 1.75);
  const dash = dashOf(options);
  const isScheme = options.gradient === 'scheme';
  const stroke: uPlot.Series.Stroke = isScheme
    ? (plot) => gradientOf(plot, line, spec, 1) ?? color
    : color;
  const base: uPlot.Series = {
    scale: line.scale,
    stroke,
    width,
    spanGaps: false,
    ...(dash
      ? { dash, cap: options.line_style === 'dot' ? ('round' as const) : ('butt' as const) }
      : {}),
  };
  if (style === 'bars' && make.paths.bars) {
    const align = options.bar_align === 'before' ? -1 : options.bar_align === 'after' ? 1 : 0;
    const share = read.number(options, 'bar_width') ?? 0.78;
    return {
      ...base,
      width: isStacked ? 0 : Math.min(1, width),
      fill: isStacked ? withOpacity(color, 1) : fillOf(line, fill, spec),
      paths: make.paths.bars({ size: [share, 64], align, radius: 0.06 }),
      points: { show: false },
    };
  }
  const always = options.points === 'always' || style === 'points';
  const points: uPlot.Series.Points = always
    ? { show: true, size, width: 0, fill: withOpacity(color, style === 'points' ? 0.85 : 1) }
    : {
        show: (plot, at) => {
          const values = plot.data[at] ?? [];
          return values.length < 2 || values.some((_, place) => isAlone(values, place));
        },
        filter: (plot, at) => {
          const values = plot.data[at] ?? [];
          return Array.from(values.keys()).filter((place) => isAlone(values, place));
        },
        size,
        width: 0,
        fill: color,
      };
  if (style === 'points') return { ...base, paths: () => null, points };
  // The lower line of a pair has no fill of its own: the pair's ends at it.
  const isLower = spec.bands.some(([, lower]) => lower === index) && !isStacked;
  const paths = pathsOf(make, options);
  return {
    ...base,
    ...(paths ? { paths } : {}),
    points,
    ...(fill > 0 && !isLower ? { fill: fillOf(line, fill, spec) } : {}),
  };
}

function isAlone(values: ArrayLike<Point>, at: number): boolean {
  if (typeof values[at] !== 'number') return false;
  const next = (from: number, step: number): Point => {
    let place = from + step;
    while (place >= 0 && place < values.length && values[place] === undefined) place += step;
    return values[place];
  };
  return typeof next(at, -1) !== 'number' && typeof next(at, 1) !== 'number';
}

function fillOf(line: Line, opacity: number, spec: ChartSpec): uPlot.Series.Fill {
  const { color, options } = line;
  if (options.gradient === 'scheme') {
    return (plot) => gradientOf(plot, line, spec, opacity) ?? withOpacity(color, opacity);
  }
  const isFlat =
    options.gradient === 'none' || (options.gradient === undefined && line.stack !== null);
  if (isFlat) return withOpacity(color, opacity);
  return (plot) => {
    const { top, height } = plot.bbox;
    const made = plot.ctx.createLinearGradient(0, top, 0, top + height);
    const isDown = options.negative === 'negative-Y';
    const [near, far] =
      options.gradient === 'hue'
        ? [
            withOpacity(turned(color, 25, 0.2), opacity),
            withOpacity(turned(color, -25, -0.3), opacity),
          ]
        : [withOpacity(color, opacity), withOpacity(color, opacity * 0.12)];
    made.addColorStop(isDown ? 1 : 0, near);
    made.addColorStop(isDown ? 0 : 1, far);
    return made;
  };
}

/** The colours of the thresholds or of a scheme, from the bottom of the axis to its top. */
function gradientOf(
  plot: uPlot,
  line: Line,
  spec: ChartSpec,
  opacity: number,
): CanvasGradient | null {
  const { min, max } = plot.scales[line.scale] ?? {};
  const { top, height } = plot.bbox;
  if (typeof min !== 'number' || typeof max !== 'number' || height <= 0 || max <= min) return null;
  const made = plot.ctx.createLinearGradient(0, top + height, 0, top);
  const mode = colorMode(line.options);
  if (mode.startsWith('continuous-')) {
    for (let at = 0; at <= 8; at++) {
      made.addColorStop(at / 8, withOpacity(schemeColor(mode, at / 8, spec.isDark), opacity));
    }
    return made;
  }
  if (spec.thresholds.length === 0) return null;
  const place = (value: number): number => Math.min(1, Math.max(0, (value - min) / (max - min)));
  spec.thresholds.forEach(({ value, color }, index) => {
    const shade = withOpacity(namedColor(color, spec.isDark), opacity);
    const next = spec.thresholds[index + 1];
    made.addColorStop(place(value), shade);
    made.addColorStop(next ? place(next.value) : 1, shade);
  });
  return made;
}

function drawAreas(plot: uPlot, spec: ChartSpec): void {
  if (!spec.thresholdStyle.includes('area')) return;
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const key = spec.axes[0]?.key ?? 'y';
  const clamp = (value: number): number =>
    Math.min(top + height, Math.max(top, plot.valToPos(value, key, true)));
  ctx.save();
  spec.thresholds.forEach(({ value, color }, index) => {
    const next = spec.thresholds[index + 1];
    const low = Number.isFinite(value) ? clamp(value) : top + height;
    const high = next ? clamp(next.value) : top;
    ctx.fillStyle = withOpacity(namedColor(color, spec.isDark), spec.isDark ? 0.14 : 0.1);
    ctx.fillRect(left, high, width, low - high);
  });
  ctx.restore();
}

function drawLines(plot: uPlot, spec: ChartSpec): void {
  const style = spec.thresholdStyle;
  if (!style.includes('line') && !style.includes('dashed')) return;
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const key = spec.axes[0]?.key ?? 'y';
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  if (style.includes('dashed')) ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const { value, color } of spec.thresholds) {
    if (!Number.isFinite(value)) continue;
    const y = Math.round(plot.valToPos(value, key, true));
    ctx.strokeStyle = namedColor(color, spec.isDark);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
  }
  ctx.restore();
}
