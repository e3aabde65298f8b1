// How a value is written and coloured: the one place that knows the options for it.
import type { Options } from '../data/options';
import * as read from '../data/options';
import { formatNumber } from '../format/numbers';
import { numberStyle } from '../panels/common';
import { namedColor } from '../state/theme';

export interface Shown {
  text: string;
  /** Absent where the options give none: the picture takes its own. */
  color?: string;
}

/** `text`: of a value that is not a number. */
export type Display = (value: number | null, text?: string) => Shown;

export function makeDisplay(options: Options, isDark: boolean): Display {
  const style = numberStyle(options);
  const thresholds = read.thresholds(options);
  return (value, text) => {
    if (text !== undefined) return { text };
    const reached = read.thresholdColor(thresholds, value);
    const written = formatNumber(value, style);
    return reached === undefined
      ? { text: written }
      : { text: written, color: namedColor(reached, isDark) };
  };
}

export interface Scale {
  min: number;
  max: number;
}

/** Ends of the scale that single values stand on: the options', else round ones around the values. */
export function scaleOf(options: Options, values: readonly (number | null)[]): Scale {
  const present = values.filter((value): value is number => value !== null);
  const unit = read.text(options, 'unit');
  const least = Math.min(0, ...present);
  const min = read.number(options, 'min') ?? (least < 0 ? -roundUp(-least) : 0);
  const usual = unit === 'percent' ? 100 : unit === 'percentunit' ? 1 : undefined;
  const marks = read.thresholds(options).map(({ value }) => value);
  const most = Math.max(...present, ...marks.filter(Number.isFinite), min);
  const max =
    read.number(options, 'max') ??
    (usual !== undefined && most <= usual ? usual : roundUp(most) || min + 1);
  return { min, max: max > min ? max : min + 1 };
}

function roundUp(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => value <= step * power);
  return Number(((factor ?? 10) * power).toPrecision(12));
}

/** Where `value` stands between the ends, from 0 to 1. */
export function shareOf(value: number, { min, max }: Scale): number {
  return Math.max(0, Math.min(1, (value - min) / (max - min)));
}

export interface Band {
  from: number;
  to: number;
  color: string;
}

/** The stretches of the scale, each in its threshold's colour. */
export function bandsOf(options: Options, scale: Scale, isDark: boolean): Band[] {
  const thresholds = read.thresholds(options);
  return thresholds.flatMap(({ value, color }, index) => {
    const from = Math.max(scale.min, value);
    const to = Math.min(scale.max, thresholds[index + 1]?.value ?? Infinity);
    return to > from ? [{ from, to, color: namedColor(color, isDark) }] : [];
  });
}
