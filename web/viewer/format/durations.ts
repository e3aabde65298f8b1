// Lengths of time in the ways that dashboards write them.

const kLengths: [name: string, word: string, seconds: number][] = [
  ['y', 'year', 31_536_000],
  ['mo', 'month', 2_628_000],
  ['w', 'week', 604_800],
  ['d', 'day', 86_400],
  ['h', 'hour', 3600],
  ['min', 'minute', 60],
  ['s', 'second', 1],
  ['ms', 'millisecond', 1e-3],
  ['µs', 'microsecond', 1e-6],
  ['ns', 'nanosecond', 1e-9],
];

/**
 * scaled: "1.5 h"; words: "1 hour, 30 minutes" (as many parts as `decimals` says, two without);
 * hms: "01:30:00"; dhms: "2 d 01:30:00"; clock: "1h:30m:0s".
 */
export function durationText(
  seconds: number,
  kind: 'scaled' | 'words' | 'hms' | 'dhms' | 'clock',
  decimals?: number,
  locale?: string,
): string {
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  switch (kind) {
    case 'scaled': {
      const fits = kLengths.filter(([name]) => name !== 'mo');
      const [name, , each] =
        size === 0 ? ['s', '', 1] : (fits.find(([, , one]) => size >= one) ?? ['ns', '', 1e-9]);
      const shown = size / each;
      return `${sign}${new Intl.NumberFormat(locale, {
        ...(decimals === undefined ? {} : { minimumFractionDigits: decimals }),
        maximumFractionDigits: decimals ?? (shown < 100 ? 2 : 0),
      }).format(shown)} ${name}`;
    }
    case 'words': {
      let rest = size;
      const parts: string[] = [];
      for (const [, word, each] of kLengths.slice(0, 8)) {
        const count = Math.floor(rest / each + 1e-9);
        if (count === 0) continue;
        rest -= count * each;
        parts.push(`${count} ${word}${count === 1 ? '' : 's'}`);
      }
      const shown = parts.slice(0, Math.max(1, (decimals ?? 1) + 1));
      return shown.length === 0 ? '0 seconds' : sign + shown.join(', ');
    }
    case 'hms':
      return `${sign}${pad(size / 3600)}:${pad((size / 60) % 60)}:${pad(size % 60)}`;
    case 'dhms':
      return `${sign}${Math.floor(size / 86_400)} d ${pad((size / 3600) % 24)}:${pad((size / 60) % 60)}:${pad(size % 60)}`;
    case 'clock': {
      const parts: [number, string][] = [
        [Math.floor(size / 3600), 'h'],
        [Math.floor((size / 60) % 60), 'm'],
        [Math.floor(size % 60), 's'],
        [Math.round((size % 1) * 1000), 'ms'],
      ];
      const first = parts.findIndex(([count]) => count > 0);
      const from = first < 0 ? 2 : first;
      return (
        sign +
        parts
          .slice(from, from + 1 + (decimals ?? 3))
          .map((part) => part.join(''))
          .join(':')
      );
    }
  }
}
