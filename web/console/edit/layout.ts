// Where panels stand on the grid: 24 columns, rows that grow downwards. Whatever is moved or made
// larger pushes others down, and nothing floats: each panel rests on what is above it.

export const kColumns = 24;
const kMostHigh = 100;

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Item extends Box {
  id: number;
  /** As wide as the grid; what is below it, up to the next row, belongs to it. */
  isRow: boolean;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

const within = (value: number, low: number, high: number): number =>
  Math.min(Math.max(Math.round(value), low), high);

const shareColumns = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w;

const overlap = (a: Box, b: Box): boolean =>
  shareColumns(a, b) && a.y < b.y + b.h && b.y < a.y + a.h;

/** From top to bottom, and from left to right. */
export function inOrder(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => a.y - b.y || a.x - b.x || a.id - b.id);
}

/** Each in its turn falls up until it rests, or goes below what stands where it would. */
function settle(ordered: readonly Item[]): Item[] {
  const placed: Item[] = [];
  for (const item of ordered) {
    const near = placed.filter((other) => shareColumns(other, item));
    let { y } = item;
    for (;;) {
      const hit = near.find((other) => overlap(other, { ...item, y }));
      if (!hit) break;
      y = hit.y + hit.h;
    }
    const above = near.map((other) => other.y + other.h).filter((end) => end <= y);
    placed.push({ ...item, y: Math.max(0, ...above) });
  }
  return placed;
}

export function compacted(items: readonly Item[]): Item[] {
  return settle(inOrder(items));
}

/** The one with that id to a place; a row with everything below it. */
export function moved(items: readonly Item[], id: number, x: number, y: number): Item[] {
  const item = items.find((one) => one.id === id);
  if (!item) return [...items];
  if (item.isRow) return movedRow(items, item, y);
  const box = { ...item, x: within(x, 0, kColumns - item.w), y: Math.max(0, Math.round(y)) };
  const others = inOrder(items.filter((one) => one.id !== id));
  const isDown = box.y > item.y;
  // Half of what it is moved over is enough: then it has passed it.
  const isPassed = (other: Item): boolean =>
    shareColumns(other, box) &&
    (isDown ? box.y + box.h > other.y + other.h / 2 : box.y >= other.y + other.h / 2);
  let at = 0;
  others.forEach((other, index) => {
    const isAbove = shareColumns(other, box) ? isPassed(other) : other.y < box.y;
    if (isAbove) at = index + 1;
  });
  return settle([...others.slice(0, at), box, ...others.slice(at)]);
}

interface Section {
  /** Null: what stands above the first row. */
  row: Item | null;
  items: Item[];
}

export function sectionsOf(items: readonly Item[]): Section[] {
  const sections: Section[] = [{ row: null, items: [] }];
  for (const item of inOrder(items)) {
    if (item.isRow) sections.push({ row: item, items: [] });
    else sections.at(-1)?.items.push(item);
  }
  return sections;
}

/** One below the other, each with what belongs to it. */
function stacked(sections: readonly Section[]): Item[] {
  const all: Item[] = [];
  for (const { row, items } of sections) {
    const top = Math.max(0, ...all.map((item) => item.y + item.h));
    const from = row?.y ?? 0;
    for (const item of row ? [row, ...items] : items) {
      all.push({ ...item, y: top + item.y - from });
    }
  }
  return compacted(all);
}

function movedRow(items: readonly Item[], row: Item, y: number): Item[] {
  const [first, ...rest] = sectionsOf(items);
  const own = rest.find((section) => section.row?.id === row.id);
  if (!first || !own) return [...items];
  const others = rest.filter((section) => section !== own);
  const at = others.filter(({ row: other }) => {
    const top = other?.y ?? 0;
    return y > row.y ? top <= y : top < y;
  }).length;
  return stacked([first, ...others.slice(0, at), own, ...others.slice(at)]);
}

export function resized(items: readonly Item[], id: number, w: number, h: number): Item[] {
  return compacted(
    items.map((item) =>
      item.id === id && !item.isRow
        ? { ...item, w: within(w, 1, kColumns - item.x), h: within(h, 1, kMostHigh) }
        : item,
    ),
  );
}

const same = (a: readonly Item[], b: readonly Item[]): boolean => {
  const boxes = new Map(b.map((item) => [item.id, item]));
  return a.every((item) => {
    const other = boxes.get(item.id);
    return other?.x === item.x && other.y === item.y && other.w === item.w && other.h === item.h;
  });
};

/** One step by keyboard: up and down as far as it takes to change places. Null: it is at the edge. */
export function nudged(items: readonly Item[], id: number, direction: Direction): Item[] | null {
  const before = compacted(items);
  const item = before.find((one) => one.id === id);
  if (!item) return null;
  if (direction === 'left' || direction === 'right') {
    if (item.isRow) return null;
    const after = moved(before, id, item.x + (direction === 'left' ? -1 : 1), item.y);
    return same(after, before) ? null : after;
  }
  const end = Math.max(...before.map((one) => one.y + one.h));
  const step = direction === 'up' ? -1 : 1;
  for (let y = item.y + step; y >= 0 && y <= end; y += step) {
    const after = moved(before, id, item.x, y);
    if (!same(after, before)) return after;
  }
  return null;
}

/** Where a new one stands: beside the last one where there is room, else below all. */
export function freePlace(items: readonly Item[], w: number, h: number): Box {
  const last = inOrder(items).at(-1);
  const end = Math.max(0, ...items.map((item) => item.y + item.h));
  if (last && !last.isRow && last.x + last.w + w <= kColumns) {
    const beside = { x: last.x + last.w, y: last.y, w, h };
    if (!items.some((item) => overlap(item, beside))) return beside;
  }
  return { x: 0, y: end, w, h };
}

/** What is below a folded row, by the row's id and with places counted from it. */
export type Hidden = ReadonlyMap<number, Item[]>;

/** Without what folded rows hide; what is below them moves up. */
export function folded(
  items: readonly Item[],
  rows: ReadonlySet<number>,
): { shown: Item[]; hidden: Hidden } {
  const hidden = new Map<number, Item[]>();
  const shown: Item[] = [];
  let lift = 0;
  for (const { row, items: own } of sectionsOf(items)) {
    if (row) shown.push({ ...row, y: row.y - lift });
    if (row && rows.has(row.id)) {
      hidden.set(
        row.id,
        own.map((item) => ({ ...item, y: item.y - row.y })),
      );
      lift += heightBelow(own, row.y);
    } else {
      shown.push(...own.map((item) => ({ ...item, y: item.y - lift })));
    }
  }
  return { shown, hidden };
}

/** What is hidden, back below its row. */
export function unfolded(shown: readonly Item[], hidden: Hidden): Item[] {
  const items: Item[] = [];
  let drop = 0;
  for (const item of inOrder(shown)) {
    const y = item.y + drop;
    items.push({ ...item, y });
    const own = hidden.get(item.id);
    if (!own) continue;
    items.push(...own.map((one) => ({ ...one, y: one.y + y })));
    drop += heightBelow(own, 0);
  }
  return items;
}

/** Of what stands below a row of height one at `top`. */
function heightBelow(items: readonly Item[], top: number): number {
  return Math.max(0, ...items.map((item) => item.y + item.h - top - 1));
}

/** The row that it belongs to. */
export function rowOf(items: readonly Item[], id: number): Item | null {
  return (
    sectionsOf(items).find((section) => section.items.some((item) => item.id === id))?.row ?? null
  );
}
