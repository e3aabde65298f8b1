// Arcs and rings. Angles in radians, clockwise from twelve o'clock.

export interface Point {
  x: number;
  y: number;
}

export function pointAt(center: Point, radius: number, angle: number): Point {
  return {
    x: center.x + radius * Math.sin(angle),
    y: center.y - radius * Math.cos(angle),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;

/** A piece of a ring, or of a disc where `inner` is 0. A whole turn is drawn as two halves. */
export function ringPath(
  center: Point,
  inner: number,
  outer: number,
  from: number,
  to: number,
): string {
  if (to - from >= 2 * Math.PI - 1e-6) {
    const middle = from + Math.PI;
    return (
      ringPath(center, inner, outer, from, middle) +
      ringPath(center, inner, outer, middle, from + 2 * Math.PI - 1e-5)
    );
  }
  const isLarge = to - from > Math.PI ? 1 : 0;
  const start = at(pointAt(center, outer, from));
  const end = at(pointAt(center, outer, to));
  const outward = `M${start}A${round(outer)} ${round(outer)} 0 ${isLarge} 1 ${end}`;
  if (inner <= 0) return `${outward}L${at(center)}Z`;
  const back = at(pointAt(center, inner, to));
  const first = at(pointAt(center, inner, from));
  return `${outward}L${back}A${round(inner)} ${round(inner)} 0 ${isLarge} 0 ${first}Z`;
}

export interface Slice {
  index: number;
  from: number;
  to: number;
  /** Of the whole, 0 to 1. */
  share: number;
}

/** Slices in the order given; what is negative or missing has no place in a whole. */
export function slicesOf(values: readonly (number | null)[]): Slice[] {
  const total = values.reduce<number>((sum, value) => sum + Math.max(0, value ?? 0), 0);
  if (total <= 0) return [];
  let angle = 0;
  return values.flatMap((value, index) => {
    const share = Math.max(0, value ?? 0) / total;
    if (share === 0) return [];
    const from = angle;
    angle += share * 2 * Math.PI;
    return [{ index, from, to: angle, share }];
  });
}

/** How many columns give `count` boxes of the given proportion (width by height) the most room. */
export function columnsFor(count: number, width: number, height: number, shape: number): number {
  let best = 1;
  let most = 0;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const size = Math.min(width / columns / shape, height / rows);
    if (size > most + 1e-9) {
      most = size;
      best = columns;
    }
  }
  return best;
}
