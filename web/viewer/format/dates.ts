// Instants, ranges and axis labels in the dashboard's time zone and the viewer's language.

const kMinute = 60_000;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(
  locale: string | undefined,
  zone: string | undefined,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale ?? ''}|${zone ?? ''}|${JSON.stringify(options)}`;
  let found = formatters.get(key);
  if (!found) {
    const zoned = zone === undefined ? options : { ...options, timeZone: zone };
    try {
      found = new Intl.DateTimeFormat(locale, zoned);
    } catch {
      // A zone this browser does not know: better its own than no dates at all.
      found = new Intl.DateTimeFormat(locale, options);
    }
    formatters.set(key, found);
  }
  return found;
}

/** "browser" is undefined: the zone that Intl takes by itself. */
export function zoneOf(timezone: string | undefined): string | undefined {
  return timezone === undefined || timezone === '' || timezone === 'browser' ? undefined : timezone;
}

export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export function wallTime(instant: number, zone?: string): WallTime {
  const parts = formatter('en-US', zone, {
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant);
  const part = (type: string): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value ?? 0);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

export function formatInstant(instant: number, zone?: string, locale?: string): string {
  const hasSeconds = instant % kMinute !== 0;
  return formatter(locale, zone, {
    dateStyle: 'medium',
    timeStyle: hasSeconds ? 'medium' : 'short',
  }).format(instant);
}

/** How to write `instants`: only the day where all of them are midnights (daily data). */
export function instantFormat(
  instants: readonly unknown[],
  zone?: string,
  locale?: string,
): (instant: number) => string {
  // A few tell: data is either daily or not.
  const some = instants.slice(0, 24).filter((value): value is number => typeof value === 'number');
  const isDaily = some.length > 0 && some.every((instant) => isMidnight(instant, zone));
  return (instant) => (isDaily ? formatDay : formatInstant)(instant, zone, locale);
}

function isMidnight(instant: number, zone?: string): boolean {
  if (instant % (15 * kMinute) !== 0) return false;
  const wall = wallTime(instant, zone);
  return wall.hour === 0 && wall.minute === 0;
}

export function formatDay(instant: number, zone?: string, locale?: string): string {
  return formatter(locale, zone, { dateStyle: 'medium' }).format(instant);
}

export function formatClock(instant: number, zone?: string, locale?: string): string {
  return formatter(locale, zone, { timeStyle: 'medium' }).format(instant);
}

export function formatRange(from: number, to: number, zone?: string, locale?: string): string {
  const isLong = to - from >= 7 * kDay || (isMidnight(from, zone) && isMidnight(to, zone));
  const options: Intl.DateTimeFormatOptions = isLong
    ? { year: 'numeric', month: 'short', day: 'numeric' }
    : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' };
  return formatter(locale, zone, options).formatRange(from, Math.max(from, to));
}

const kSpans: Record<string, string> = {
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
};

/** "4h" is "Past 4 hours". */
export function spanLabel(span: string): string {
  const match = /^(\d+)(mo|m|h|d|w|y)$/.exec(span);
  const name = kSpans[match?.[2] ?? ''];
  if (!match || name === undefined) return span;
  const count = Number(match[1]);
  return count === 1 ? `Past ${name}` : `Past ${count} ${name}s`;
}

/**
 * Labels of a time axis: as much of date and time as the marks' distance needs, and the next
 * greater unit below a mark where that unit changes.
 */
export function timeTicks(
  marks: readonly number[],
  step: number,
  zone?: string,
  locale?: string,
): string[] {
  const year = formatter(locale, zone, { year: 'numeric' });
  const month = formatter(locale, zone, { month: 'short' });
  const day = formatter(locale, zone, { month: 'short', day: 'numeric' });
  const clock = formatter(locale, zone, { hour: 'numeric', minute: '2-digit' });
  const seconds = formatter(locale, zone, {
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  });

  const [main, above] =
    step >= 360 * kDay
      ? [year, null]
      : step >= 27 * kDay
        ? [month, year]
        : step >= kDay
          ? [day, year]
          : step >= kMinute
            ? [clock, day]
            : [seconds, day];
  let previous = '';
  return marks.map((mark) => {
    const label = main.format(mark);
    if (!above) return label;
    const greater = above.format(mark);
    const isNew = greater !== previous;
    previous = greater;
    return isNew ? `${label}\n${greater}` : label;
  });
}
