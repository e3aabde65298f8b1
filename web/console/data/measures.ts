// Sizes and lengths in words.

/** 12_345 -> "12.3 kB". */
export function bytesWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** Milliseconds -> "0.4 ms", "12 ms", "1.5 s", "2 min". */
export function durationWords(milliseconds: number): string {
  if (milliseconds < 10) return `${trimmed(milliseconds)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${trimmed(milliseconds / 1000)} s`;
  if (milliseconds < 3_600_000) return `${trimmed(milliseconds / 60_000)} min`;
  if (milliseconds < 86_400_000) return `${trimmed(milliseconds / 3_600_000)} h`;
  return `${trimmed(milliseconds / 86_400_000)} d`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
