const kUnits: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** "5m" in milliseconds. */
export function length(text: string | undefined): number | null {
  const [, count, unit] = /^(\d+)(ms|[smhdwMy])$/.exec(text ?? '') ?? [];
  const each = kUnits[unit ?? ''];
  return each === undefined ? null : Number(count) * each;
}
