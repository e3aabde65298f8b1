/** The picture's own units; it is stretched over its place. */
export const kWidth = 100;
export const kHeight = 30;

/** A line that fills the foot of its panel; gaps are left out. */
export function sparklinePath(values: readonly (number | null)[]): { line: string; area: string } {
  const present = values.filter((value): value is number => value !== null);
  const least = present.reduce((a, b) => Math.min(a, b), Infinity);
  const most = present.reduce((a, b) => Math.max(a, b), -Infinity);
  const span = most - least || 1;
  const step = kWidth / Math.max(1, values.length - 1);
  const points = values.flatMap((value, index) =>
    value === null
      ? []
      : [
          `${(index * step).toFixed(2)} ${(kHeight - 2 - ((value - least) / span) * (kHeight - 5)).toFixed(2)}`,
        ],
  );
  if (points.length < 2) return { line: '', area: '' };
  const line = `M${points.join('L')}`;
  const first = points[0]?.split(' ')[0] ?? '0';
  const last = points[points.length - 1]?.split(' ')[0] ?? '0';
  return { line, area: `${line}L${last} ${kHeight}L${first} ${kHeight}Z` };
}
