// The time range, moved or widened from what is shown.

export interface Range {
  from: number;
  to: number;
}

/** By half of its length, so that what one looks at stays in sight. */
export function moved({ from, to }: Range, steps: 1 | -1): Range {
  const by = Math.round((to - from) / 2) * steps;
  return { from: from + by, to: to + by };
}

/** Twice as long, with the same middle. */
export function widened({ from, to }: Range): Range {
  const by = Math.round((to - from) / 2);
  return { from: Math.max(0, from - by), to: to + by };
}
