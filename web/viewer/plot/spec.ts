// What the viewer asks of the chart bundle. Types only: both bundles share no code.
import type uPlot from 'uplot';

export interface PlotSpec {
  width: number;
  height: number;
  /** Epoch milliseconds, ascending. */
  times: number[];
  /** One list per series, as drawn (already stacked), in the order of `colors`. */
  values: (number | null)[][];
  colors: string[];
  style: 'line' | 'area' | 'bars' | 'points';
  /** Each series' fill ends at the next one's line. */
  isStacked: boolean;
  /** Opacity, 0 to 1. */
  fill: number;
  lineWidth: number;
  connectGaps: boolean;
  range: [from: number, to: number];
  min: number | undefined;
  max: number | undefined;
  thresholds: { value: number; color: string }[];
  ink: { text: string; faint: string; grid: string; card: string };
  font: string;
  textWidth: (text: string) => number;
  zone: string | undefined;
  steps: number[] | undefined;
  valueLabel: (value: number, step: number) => string;
  timeLabels: (marks: number[], step: number) => string[];
  /** Charts with the same key share their cursor. */
  cursorKey: string;
  onZoom: ((from: number, to: number) => void) | null;
  /** The point under the pointer, with its place in the chart; null when it leaves. */
  onHover: (hover: { index: number; left: number; width: number } | null) => void;
}

export interface Plot {
  resize: (width: number, height: number) => void;
  update: (times: number[], values: (number | null)[][], range: [number, number]) => void;
  /** Puts the cursor on a point, as the pointer would. */
  point: (index: number | null) => void;
  destroy: () => void;
}

export interface PlotModule {
  uPlot: typeof uPlot;
  createPlot: (host: HTMLElement, spec: PlotSpec) => Plot;
}
