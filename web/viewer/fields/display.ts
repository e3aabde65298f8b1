// A value as it is shown: mapping, unit, colour.
import type { Cell, Column } from '../api/wire';
import type { Shown } from '../data/field';
import * as read from '../data/options';
import type { Options, Threshold } from '../data/options';
import { formatInstant } from '../format/dates';
import { formatNumber } from '../format/numbers';
import { namedColor } from '../state/theme';
import { schemeColor } from './colors';
import { safePattern } from './patterns';
import { list, numberOf, object, word } from './transformations/frames';

export interface Look {
  zone: string | undefined;
  isDark: boolean;
}

interface Mapped {
  text: string | undefined;
  color: string | undefined;
}

type Mapping = (value: Cell, number: number | null) => Mapped | null;

/** Text that a pattern is run on is no longer than this. */
const kLongestText = 1024;

function mappingOf(written: unknown, isDark: boolean): Mapping {
  const rule = object(written);
  const own = read.text(rule, 'color');
  const color = own === undefined ? undefined : namedColor(own, isDark);
  const text = typeof rule.text === 'string' && rule.text !== '' ? rule.text : undefined;
  const result: Mapped = { text, color };
  switch (rule.type) {
    case 'value': {
      const wanted = String(rule.value);
      const number = numberOf(rule.value);
      return (value, own) =>
        value !== null && (String(value) === wanted || (number !== null && own === number))
          ? result
          : null;
    }
    case 'range': {
      const from = numberOf(rule.from) ?? -Infinity;
      const to = numberOf(rule.to) ?? Infinity;
      return (_, own) => (own !== null && own >= from && own <= to ? result : null);
    }
    case 'regex': {
      const pattern = safePattern(word(rule.pattern));
      return (value) => {
        if (!pattern || value === null) return null;
        const bounded = String(value).slice(0, kLongestText);
        if (!pattern.test(bounded)) return null;
        return { text: text === undefined ? undefined : bounded.replace(pattern, text), color };
      };
    }
    default: {
      const fits: Record<string, (value: Cell) => boolean> = {
        true: (value) => value === true,
        false: (value) => value === false,
        null: (value) => value === null,
        nan: (value) => value !== null && Number.isNaN(value),
        'null+nan': (value) => value === null || Number.isNaN(value),
        empty: (value) => value === '',
      };
      const test = fits[String(rule.match)];
      return (value) => (test?.(value) ? result : null);
    }
  }
}

export function colorMode(options: Options): string {
  return word(object(options.color).mode);
}

export interface Scale {
  thresholds: Threshold[];
  range: [number, number];
}

/** The colour of the thresholds, or of a continuous scheme, that a value stands at. */
export function valueColor(
  options: Options,
  value: number | null,
  scale: Scale,
  isDark: boolean,
): string | undefined {
  if (value === null) return undefined;
  const [least, most] = scale.range;
  const share = most > least ? (value - least) / (most - least) : 0;
  const mode = colorMode(options);
  if (mode.startsWith('continuous-')) return schemeColor(mode, share, isDark);
  const place = options.thresholds_mode === 'percentage' ? share * 100 : value;
  const reached = read.thresholdColor(scale.thresholds, place);
  return reached === undefined ? undefined : namedColor(reached, isDark);
}

/** Thresholds as values, where they are written as percentages. */
export function absoluteThresholds(options: Options, [least, most]: [number, number]): Threshold[] {
  const written = read.thresholds(options);
  if (options.thresholds_mode !== 'percentage') return written;
  return written.map(({ value, color }) => ({
    value: Number.isFinite(value) ? least + ((most - least) * value) / 100 : value,
    color,
  }));
}

/** How the values of one column are written, with its options settled. */
export function shower(
  column: Column,
  options: Options,
  seriesColor: string,
  range: [number, number],
  { zone, isDark }: Look,
): (value: Cell, row?: number) => Shown {
  const mappings = list(options.mappings).map((written) => mappingOf(written, isDark));
  const style = {
    unit: read.text(options, 'unit'),
    decimals: read.number(options, 'decimals'),
    zone,
  };
  const missing = read.text(options, 'no_value') ?? '–';
  const scale = { thresholds: read.thresholds(options), range };
  const mode = colorMode(options);
  const isOwn = mode === 'fixed' || mode === 'shades' || mode.startsWith('palette');
  return (value, row) => {
    const number = column.type === 'text' ? null : numberOf(value);
    let mapped: Mapped | null = null;
    for (const mapping of mappings) {
      mapped = mapping(value, number);
      if (mapped) break;
    }
    const color =
      mapped?.color ?? (isOwn ? seriesColor : valueColor(options, number, scale, isDark));
    if (mapped?.text !== undefined) return { text: mapped.text, color };
    return { text: plainText(), color };

    function plainText(): string {
      if (value === null) return missing;
      if (typeof value === 'string') return value;
      if (column.type === 'time' && style.unit === undefined) {
        return typeof value === 'number' ? formatInstant(value, zone) : String(value);
      }
      if (typeof value === 'boolean' && style.unit === undefined) return value ? 'Yes' : 'No';
      const exact = row === undefined ? undefined : column.exact?.[row];
      if (exact !== undefined && (style.unit === undefined || style.unit === 'none')) return exact;
      return formatNumber(number, style);
    }
  };
}
