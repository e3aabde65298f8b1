// How long a key lives, as people type it: "60s", "10m", "1d", a date, or "never"; and for how long the
// one before it goes on working.

const kUnits: Record<string, number> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  y: 365 * 86_400,
};
const kLongest = 100 * 365 * 86_400;

export const kLifetimeHint =
  'Like 60s, 10m, 12h, 30d, 8w or 1y, a date like 2027-01-31, or “never”.';

export type Lifetime =
  { kind: 'never' } | { kind: 'seconds'; seconds: number } | { kind: 'wrong'; message: string };

/** A date is that day's end in the browser's own zone. `now` is epoch milliseconds. */
export function lifetimeOf(typed: string, now: number): Lifetime {
  const text = typed.trim().toLowerCase();
  if (text === '' || text === 'never') return { kind: 'never' };
  const span = /^(\d{1,10})\s*([smhdwy])$/.exec(text);
  if (span) return within(Number(span[1]) * (kUnits[span[2] ?? ''] ?? 0));
  const date = /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2}))?$/.exec(text);
  if (date) {
    const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
    const hasTime = date[4] !== undefined;
    const end = new Date(
      year,
      month - 1,
      day,
      hasTime ? Number(date[4]) : 23,
      hasTime ? Number(date[5]) : 59,
      hasTime ? 0 : 59,
    );
    // The 31st of February would be a day in March.
    if (end.getMonth() !== month - 1 || end.getDate() !== day) {
      return wrong('There is no such day. Write it as year-month-day.');
    }
    const seconds = Math.floor((end.getTime() - now) / 1000);
    if (seconds <= 0) return wrong('This time is over already. Choose one to come.');
    return within(seconds);
  }
  if (/^\d+$/.test(text)) return wrong(`Say the unit: ${text}d are days, ${text}h are hours.`);
  return wrong(`Write it ${kLifetimeHint.charAt(0).toLowerCase()}${kLifetimeHint.slice(1)}`);
}

const kOverlaps = [86_400, 3600];

/**
 * For how long the old key goes on working unless somebody chooses: a day, or less where one of
 * the two does not live that long. `ends`: when the old one ends; `typed`: the new one's time to live.
 */
export function usualOverlap(ends: string | null, typed: string, now: number): string {
  const lifetime = lifetimeOf(typed, now);
  const left = Math.min(
    ends === null ? Infinity : (Date.parse(ends) - now) / 1000,
    lifetime.kind === 'seconds' ? lifetime.seconds : Infinity,
  );
  return String(kOverlaps.find((seconds) => seconds <= left) ?? 0);
}

function within(seconds: number): Lifetime {
  if (seconds <= 0) return wrong('It must live for a second at least.');
  if (seconds > kLongest) return wrong('A hundred years at most. For longer, write “never”.');
  return { kind: 'seconds', seconds };
}

function wrong(message: string): Lifetime {
  return { kind: 'wrong', message };
}
