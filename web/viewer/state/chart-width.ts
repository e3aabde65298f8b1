/** Pixels a chart may fill, within what the server takes: before its layout a frame may have none. */
export function chartWidth(): number {
  return Math.min(10_000, Math.max(100, Math.round(document.documentElement.clientWidth)));
}
