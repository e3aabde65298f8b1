// The chart bundle: uPlot behind our own small interface, so that the viewer's first bytes do not
// wait for it.
import uPlot from 'uplot';
import type { Plot, PlotSpec } from './spec';

/** For the part that draws more: charts of one copy share their cursor. */
export { uPlot };

const kAxisGap = 8;

export function createPlot(host: HTMLElement, spec: PlotSpec): Plot {
  let range = spec.range;
  let isPointerHere = false;
  let isKeyboardHere = false;
  let isSelecting = false;
  let edge = 0;

  const hover = (plot: uPlot): void => {
    if (!isPointerHere && !isKeyboardHere) return;
    const index = plot.cursor.idx;
    if (index === null || index === undefined) spec.onHover(null);
    else {
      const time = plot.data[0][index] ?? 0;
      const left = plot.valToPos(time, 'x') + plot.over.offsetLeft;
      spec.onHover({ index, left, width: plot.over.offsetLeft + plot.over.clientWidth });
    }
  };

  const plot = new uPlot(
    {
      width: spec.width,
      height: spec.height,
      ms: 1,
      // A label stands around its mark: where the last mark is the end, half of it is beyond.
      padding: [8, () => edge, 0, 0],
      legend: { show: false },
      tzDate: (ms) => (spec.zone === undefined ? new Date(ms) : zoned(ms, spec.zone)),
      cursor: {
        y: false,
        points: {
          size: 8,
          width: 2,
          stroke: spec.ink.card,
          fill: (_, index) => colorOf(spec, index),
        },
        drag: { x: spec.onZoom !== null, y: false, setScale: false, dist: 6 },
        sync: { key: spec.cursorKey, scales: ['x', null] },
        focus: { prox: -1 },
      },
      scales: {
        x: { time: true, range: () => range },
        y: { range: (_, min, max) => valueRange(spec, min, max) },
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
            edge = Math.ceil(widest(spec, labels) / 2) + 1;
            return labels;
          },
        },
        {
          font: spec.font,
          stroke: spec.ink.text,
          grid: { stroke: spec.ink.grid, width: 1 },
          ticks: { show: false },
          gap: kAxisGap,
          space: 34,
          size: (_, labels: string[] | null) =>
            Math.max(28, Math.ceil(widest(spec, labels ?? [])) + kAxisGap + 4),
          values: (_, marks, __, ___, step) => marks.map((mark) => spec.valueLabel(mark, step)),
          ...(spec.steps ? { incrs: spec.steps } : {}),
        },
      ],
      series: [{}, ...spec.colors.map((color) => seriesOf(spec, color))],
      ...(spec.isStacked && spec.style === 'area'
        ? { bands: spec.colors.slice(1).map((_, index) => ({ series: [index + 1, index + 2] })) }
        : {}),
      hooks: {
        draw: [(self) => drawThresholds(self, spec)],
        setCursor: [hover],
        setSelect: [
          (self) => {
            // Charts that share the cursor select too: only the one under the pointer speaks.
            const { left, width } = self.select;
            const isMine = isSelecting;
            isSelecting = false;
            if (width === 0) return;
            const from = Math.round(self.posToVal(left, 'x'));
            const to = Math.round(self.posToVal(left + width, 'x'));
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            if (isMine && width >= 6) spec.onZoom?.(from, to);
          },
        ],
      },
    },
    [spec.times, ...spec.values] as uPlot.AlignedData,
    host,
  );

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

  return {
    resize: (width, height) => plot.setSize({ width, height }),
    update: (times, values, newRange) => {
      range = newRange;
      plot.setData([times, ...values] as uPlot.AlignedData);
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

/** A Date whose local fields show the clock of `zone`: what uPlot places its marks by. */
function zoned(ms: number, zone: string): Date {
  try {
    return uPlot.tzDate(new Date(ms), zone);
  } catch {
    return new Date(ms);
  }
}

function colorOf(spec: PlotSpec, index: number): string {
  return spec.colors[index - 1] ?? spec.ink.text;
}

function withOpacity(color: string, opacity: number): string {
  const hex = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (hex === undefined) return color;
  const part = (at: number): number => parseInt(hex.slice(at, at + 2), 16);
  return `rgba(${part(0)}, ${part(2)}, ${part(4)}, ${opacity})`;
}

function seriesOf(spec: PlotSpec, color: string): uPlot.Series {
  const base: uPlot.Series = {
    stroke: color,
    width: spec.lineWidth,
    spanGaps: spec.connectGaps,
    points: { show: false },
  };
  const bars = uPlot.paths.bars;
  if (spec.style === 'bars' && bars) {
    return {
      ...base,
      width: 0,
      fill: withOpacity(color, spec.isStacked ? 1 : 0.85),
      paths: bars({ size: [0.78, 48], align: 1, radius: 0.08 }),
    };
  }
  if (spec.style === 'points') {
    return {
      ...base,
      paths: () => null,
      points: { show: true, size: 5, width: 0, fill: withOpacity(color, 0.85) },
    };
  }
  // A lone point between two gaps has no line: it is drawn as a point.
  const points: uPlot.Series.Points = {
    show: (self, series) => {
      const values = self.data[series] ?? [];
      const isAlone = (index: number): boolean =>
        values[index] != null && values[index - 1] == null && values[index + 1] == null;
      return values.length < 2 || values.some((_, index) => isAlone(index));
    },
    filter: (self, series) => {
      const values = self.data[series] ?? [];
      const alone: number[] = [];
      for (let index = 0; index < values.length; index++) {
        if (values[index] != null && values[index - 1] == null && values[index + 1] == null) {
          alone.push(index);
        }
      }
      return alone;
    },
    size: 5,
    width: 0,
    fill: color,
  };
  if (spec.fill <= 0) return { ...base, points };
  return {
    ...base,
    points,
    fill: (self) => {
      if (spec.isStacked) return withOpacity(color, spec.fill);
      const { top, height } = self.bbox;
      const gradient = self.ctx.createLinearGradient(0, top, 0, top + height);
      gradient.addColorStop(0, withOpacity(color, spec.fill));
      gradient.addColorStop(1, withOpacity(color, spec.fill * 0.15));
      return gradient;
    },
  };
}

function valueRange(spec: PlotSpec, min: number | null, max: number | null): [number, number] {
  const levels = spec.thresholds.map((threshold) => threshold.value);
  const least = Math.min(min ?? 0, ...(min === null ? [] : levels));
  const most = Math.max(max ?? 1, ...(max === null ? [] : levels));
  const isFromZero = spec.style === 'bars' || spec.style === 'area' || spec.isStacked;
  const soft = { pad: 0.08, soft: 0, mode: (isFromZero ? 1 : 3) as uPlot.Range.SoftMode };
  const [low, high] = uPlot.rangeNum(least, most === least ? least + 1 : most, {
    min: soft,
    max: soft,
  });
  const bottom = spec.min ?? low ?? 0;
  const top = spec.max ?? high ?? 1;
  return bottom < top ? [bottom, top] : [bottom, bottom + 1];
}

/** Of all lines of `labels`. */
function widest(spec: PlotSpec, labels: string[]): number {
  return Math.max(0, ...labels.join('\n').split('\n').map(spec.textWidth));
}

function drawThresholds(plot: uPlot, spec: PlotSpec): void {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const { value, color } of spec.thresholds) {
    const y = Math.round(plot.valToPos(value, 'y', true));
    ctx.strokeStyle = color;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
  }
  ctx.restore();
}
