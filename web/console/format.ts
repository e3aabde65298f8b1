// Times and browsers in words.

const kSteps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export function sinceWords(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000;
  if (Number.isNaN(seconds)) return at;
  // The server's clock may be a little ahead of the browser's.
  if (Math.abs(seconds) < 45) return seconds > 5 ? 'in a moment' : 'just now';
  const found = kSteps.find(([, size]) => Math.abs(seconds) >= size) ?? ['minute', 60];
  return relative.format(Math.round(seconds / found[1]), found[0]);
}

/** "1 share", "3 shares". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const instant = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
});

export function instantWords(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : instant.format(time);
}

const utcDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** The day in UTC: "23 Nov 2026". */
export function utcDayWords(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : utcDay.format(time);
}

const kBrowsers: [name: string, pattern: RegExp][] = [
  ['Edge', /\bEdg\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[.\d]* .*Safari\//],
  ['curl', /^curl\/(\d+)/],
];
const kSystems: [name: string, pattern: RegExp][] = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

/** "Firefox 128 on Windows"; what is not known stays as it came. */
export function browserWords(userAgent: string): string {
  if (userAgent === '') return 'Unknown browser';
  let name = '';
  for (const [browser, pattern] of kBrowsers) {
    const found = pattern.exec(userAgent);
    if (!found) continue;
    name = `${browser} ${found[1] ?? ''}`.trim();
    break;
  }
  if (name === '') return userAgent.length > 60 ? `${userAgent.slice(0, 57)}…` : userAgent;
  const system = kSystems.find(([, pattern]) => pattern.test(userAgent))?.[0];
  return system === undefined ? name : `${name} on ${system}`;
}

const kLengths: [unit: string, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** 5400 -> "1 hour 30 minutes". */
export function lengthWords(seconds: number): string {
  const words: string[] = [];
  let rest = seconds;
  for (const [unit, size] of kLengths) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return words.slice(0, 2).join(' ') || '0 seconds';
}
