/**
 * Milliseconds until the next refresh: on the clock's own marks (a period of a minute refreshes at
 * the minute), so that viewers of one dashboard share one query; plus a little chance, so that they
 * do not all arrive in the same millisecond.
 */
export function untilNextRefresh(wallClock: number, period: number, chance: number): number {
  const jitter = Math.min(2000, period / 10) * chance;
  const rest = period - (wallClock % period);
  // Just before a mark: the data is as good as fresh; take the next one.
  return (rest < period / 10 ? rest + period : rest) + jitter;
}

/** How long to wait after the n-th failure in a row. */
export function afterFailure(failures: number, period: number, chance: number): number {
  const wait = Math.min(60_000, 2000 * 2 ** Math.min(failures - 1, 5));
  return Math.max(1000, Math.min(wait, Math.max(period, 2000))) * (0.75 + chance / 2);
}

/**
 * How long to wait after an answer that was cut. Not long: it is cut when the session was ended, and
 * then the page must not stay open. A server that restarts cuts many at once, so not all ask together.
 */
export function afterCut(chance: number): number {
  return 50 + 250 * chance;
}
