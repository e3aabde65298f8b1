// The scale that single values stand on.
import type { Options } from '../data/options';
import * as read from '../data/options';

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
  const isShare = options.thresholds_mode === 'percentage';
  const marks = isShare ? [] : read.thresholds(options).map(({ value }) => value);
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

/** The stretches of the scale, each with its threshold's colour as it is written. */
export function bandsOf(options: Options, scale: Scale): Band[] {
  const place = (value: number): number =>
    options.thresholds_mode === 'percentage' && Number.isFinite(value)
      ? scale.min + ((scale.max - scale.min) * value) / 100
      : value;
  const thresholds = read
    .thresholds(options)
    .map(({ value, color }) => ({ value: place(value), color }));
  return thresholds.flatMap(({ value, color }, index) => {
    const from = Math.max(scale.min, value);
    const to = Math.min(scale.max, thresholds[index + 1]?.value ?? Infinity);
    return to > from ? [{ from, to, color }] : [];
  });
}
