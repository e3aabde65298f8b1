// The lines in which two texts differ, with some around them (Myers, "An O(ND) Difference Algorithm").

export interface Line {
  kind: 'same' | 'added' | 'removed';
  text: string;
  /** Its number in the older and in the newer text, from 1. */
  before: number | null;
  after: number | null;
}

/** Lines that follow one another; between hunks something was left out. */
export type Hunk = Line[];

/** Beyond so many differing lines the middle counts as all different: the search grows by its square. */
const kMostSteps = 1500;

/** Pairs of equal lines, in order. */
function matches(a: readonly string[], b: readonly string[]): [number, number][] {
  const most = Math.min(a.length + b.length, kMostSteps);
  const offset = most + 1;
  const reach = new Int32Array(2 * offset + 1);
  const trace: Int32Array[] = [];
  for (let steps = 0; steps <= most; steps++) {
    trace.push(reach.slice());
    for (let k = -steps; k <= steps; k += 2) {
      const isDown =
        k === -steps ||
        (k !== steps && (reach[offset + k - 1] ?? 0) < (reach[offset + k + 1] ?? 0));
      let x = isDown ? (reach[offset + k + 1] ?? 0) : (reach[offset + k - 1] ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      reach[offset + k] = x;
      if (x >= a.length && y >= b.length) return walkBack(a, b, trace, offset);
    }
  }
  return [];
}

function walkBack(
  a: readonly string[],
  b: readonly string[],
  trace: Int32Array[],
  offset: number,
): [number, number][] {
  const pairs: [number, number][] = [];
  let x = a.length;
  let y = b.length;
  for (let steps = trace.length - 1; steps >= 0; steps--) {
    const reach = trace[steps] ?? new Int32Array(0);
    const k = x - y;
    const isDown =
      k === -steps || (k !== steps && (reach[offset + k - 1] ?? 0) < (reach[offset + k + 1] ?? 0));
    const from = k + (isDown ? 1 : -1);
    const startX = steps === 0 ? 0 : (reach[offset + from] ?? 0);
    const startY = steps === 0 ? 0 : startX - from;
    // The step itself is no match: only what follows it on the diagonal is.
    const stepX = steps === 0 || isDown ? startX : startX + 1;
    const stepY = steps > 0 && isDown ? startY + 1 : startY;
    while (x > stepX && y > stepY) {
      x--;
      y--;
      pairs.push([x, y]);
    }
    x = startX;
    y = startY;
  }
  return pairs.reverse();
}

export function compareLines(before: string, after: string): Line[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail++;
  }
  const pairs = matches(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  const upTo = (x: number, y: number): void => {
    for (; i < x; i++)
      lines.push({ kind: 'removed', text: a[i] ?? '', before: i + 1, after: null });
    for (; j < y; j++) lines.push({ kind: 'added', text: b[j] ?? '', before: null, after: j + 1 });
  };
  const keep = (): void => {
    lines.push({ kind: 'same', text: a[i] ?? '', before: i + 1, after: j + 1 });
    i++;
    j++;
  };
  while (i < head) keep();
  for (const [x, y] of pairs) {
    upTo(head + x, head + y);
    keep();
  }
  upTo(a.length - tail, b.length - tail);
  while (i < a.length) keep();
  return lines;
}

export function hunksOf(lines: readonly Line[], around = 3): Hunk[] {
  const hunks: Hunk[] = [];
  let end = 0;
  lines.forEach((line, at) => {
    if (line.kind === 'same') return;
    const from = Math.max(end, at - around);
    const to = Math.min(lines.length, at + around + 1);
    const last = hunks.at(-1);
    if (last && from <= end) last.push(...lines.slice(end, to));
    else hunks.push(lines.slice(from, to));
    end = Math.max(end, to);
  });
  return hunks;
}
