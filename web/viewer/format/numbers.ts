// Numbers as people of the viewer's language write them.

export interface NumberStyle {
  unit?: string | undefined;
  decimals?: number | undefined;
  /** Of units that write instants. */
  zone?: string | undefined;
}

/** The units that the part "fields" brings; undefined for one that it does not know either. */
export interface RichUnits {
  format: (value: number, style: NumberStyle, locale?: string) => string | undefined;
  tick: (value: number, step: number, style: NumberStyle, locale?: string) => string | undefined;
  steps: (unit: string) => number[] | undefined;
}

let rich: RichUnits | undefined;

export function setRichUnits(units: RichUnits): void {
  rich = units;
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(
  locale: string | undefined,
  options: Intl.NumberFormatOptions,
): Intl.NumberFormat {
  const key = `${locale ?? ''}|${JSON.stringify(options)}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat(locale, options);
    formatters.set(key, found);
  }
  return found;
}

interface Scale {
  size: number;
  name: string;
}

const kBytes: Scale[] = ['PiB', 'TiB', 'GiB', 'MiB', 'KiB', 'B'].map((name, index) => ({
  size: 1024 ** (5 - index),
  name,
}));

const kSeconds: Scale[] = [
  { size: 86400, name: 'd' },
  { size: 3600, name: 'h' },
  { size: 60, name: 'min' },
  { size: 1, name: 's' },
  { size: 1e-3, name: 'ms' },
  { size: 1e-6, name: 'µs' },
];

function fraction(value: number, style: NumberStyle, atMost?: number): Intl.NumberFormatOptions {
  if (style.decimals !== undefined) {
    return { minimumFractionDigits: style.decimals, maximumFractionDigits: style.decimals };
  }
  if (atMost !== undefined) return { maximumFractionDigits: atMost };
  const size = Math.abs(value);
  if (size >= 1000) return { maximumFractionDigits: 0 };
  if (size >= 100) return { maximumFractionDigits: 1 };
  if (size >= 1 || size === 0) return { maximumFractionDigits: 2 };
  return { maximumSignificantDigits: 3 };
}

function scaled(value: number, scales: Scale[], style: NumberStyle, locale?: string): string {
  const size = Math.abs(value);
  const last = scales[scales.length - 1];
  const scale = scales.find((candidate) => size >= candidate.size) ?? last;
  if (!scale || !last) return '';
  const chosen = size === 0 ? (scales.find((candidate) => candidate.size === 1) ?? last) : scale;
  const shown = value / chosen.size;
  return `${formatter(locale, fraction(shown, style, Math.abs(shown) < 100 ? 1 : 0)).format(shown)} ${chosen.name}`;
}

function currency(value: number, code: string, style: NumberStyle, locale?: string): string {
  const size = Math.abs(value);
  const base: Intl.NumberFormatOptions = {
    style: 'currency',
    currency: code,
    currencyDisplay: 'narrowSymbol',
  };
  if (size >= 1e6) {
    const digits = { minimumFractionDigits: 0, ...fraction(value, style, 2) };
    return formatter(locale, { ...base, notation: 'compact', ...digits }).format(value);
  }
  const digits = style.decimals ?? (size >= 1000 ? 0 : 2);
  return formatter(locale, {
    ...base,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** `unit`: none, short, percent (0–100), percentunit (0–1), bytes, ms, s, usd, eur; else a suffix. */
export function formatNumber(
  value: number | null | undefined,
  style: NumberStyle = {},
  locale?: string,
): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  switch (style.unit) {
    case undefined:
    case '':
    case 'none':
      return formatter(locale, fraction(value, style)).format(value);
    case 'short':
      return Math.abs(value) < 1000
        ? formatter(locale, fraction(value, style)).format(value)
        : formatter(locale, { notation: 'compact', ...fraction(value, style, 1) }).format(value);
    case 'percent':
    case 'percentunit': {
      const ratio = style.unit === 'percent' ? value / 100 : value;
      const digits = fraction(value, style, 1);
      return formatter(locale, { style: 'percent', ...digits }).format(ratio);
    }
    case 'bytes':
      return scaled(value, kBytes, style, locale);
    case 'ms':
      return scaled(value / 1000, kSeconds, style, locale);
    case 's':
      return scaled(value, kSeconds, style, locale);
    case 'usd':
      return currency(value, 'USD', style, locale);
    case 'eur':
      return currency(value, 'EUR', style, locale);
    default:
      return (
        rich?.format(value, style, locale) ??
        `${formatter(locale, fraction(value, style)).format(value)} ${style.unit}`
      );
  }
}

/** A label of an axis whose marks stand `step` apart: as many decimals as tell them apart. */
export function formatTick(
  value: number,
  step: number,
  style: NumberStyle,
  locale?: string,
): string {
  // 0.30000000000000004 is a rounding error of the axis, not a value.
  const clean = Math.abs(value) < Math.abs(step) * 1e-9 ? 0 : Number(value.toPrecision(12));
  const unit = style.unit;
  if (unit === 'bytes' || unit === 'ms' || unit === 's') {
    return formatNumber(clean, { unit }, locale);
  }
  if (unit === 'usd' || unit === 'eur') {
    const digits = Math.min(4, decimalsOf(step));
    return formatter(locale, {
      style: 'currency',
      currency: unit.toUpperCase(),
      currencyDisplay: 'narrowSymbol',
      notation: Math.abs(clean) >= 10000 ? 'compact' : 'standard',
      minimumFractionDigits: 0,
      maximumFractionDigits: Math.abs(clean) >= 10000 ? 2 : digits,
    }).format(clean);
  }
  if (unit === 'percent' || unit === 'percentunit') {
    const digits = decimalsOf(unit === 'percent' ? step : step * 100);
    const ratio = unit === 'percent' ? clean / 100 : clean;
    return formatter(locale, { style: 'percent', maximumFractionDigits: digits }).format(ratio);
  }
  const own = rich?.tick(clean, step, style, locale);
  if (own !== undefined) return own;
  if (Math.abs(clean) >= 10000 || (unit === 'short' && Math.abs(clean) >= 1000)) {
    return formatter(locale, { notation: 'compact', maximumFractionDigits: 2 }).format(clean);
  }
  return formatter(locale, { maximumFractionDigits: decimalsOf(step) }).format(clean);
}

export function decimalsOf(step: number): number {
  const size = Math.abs(step);
  if (!Number.isFinite(size) || size === 0) return 0;
  const text = Number(size.toPrecision(6)).toString();
  const exponent = /e-(\d+)$/.exec(text);
  if (exponent) return Math.min(20, Number(exponent[1]));
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

/** Steps an axis may have, where tens are not the natural ones; else undefined. */
export function stepsOf(unit: string | undefined): number[] | undefined {
  if (unit === 'bytes') return Array.from({ length: 60 }, (_, power) => 2 ** power);
  const seconds = [
    ...[1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1].flatMap((base) => [base, 2 * base, 5 * base]),
    ...[1, 2, 5, 10, 15, 30],
    ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
    ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
    ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((days) => days * 86400),
  ];
  if (unit === 's') return seconds;
  if (unit === 'ms') return seconds.map((step) => step * 1000);
  return rich?.steps(unit ?? '');
}
