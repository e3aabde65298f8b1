// A QR code (ISO/IEC 18004) of a text: bytes, error correction level M, the smallest size that fits.
import { correctionOf } from './galois';

/** By version, from 1: correction words per block, and blocks, at level M. */
const kWordsPerBlock = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const kBlocks = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26,
  28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
];

/** Rows of modules; true is dark. */
export type QrCode = boolean[][];

/** Throws when the text has more than 2331 bytes, the most that a code can hold. */
export function qrCode(text: string): QrCode {
  const bytes = new TextEncoder().encode(text);
  const version = versionFor(bytes.length);
  const words = withCorrection(dataWords(bytes, version), version);
  let best: { grid: Grid; penalty: number } | null = null;
  for (let mask = 0; mask < 8; mask++) {
    const grid = new Grid(version);
    grid.drawPatterns();
    grid.drawWords(words, mask);
    grid.drawFormat(mask);
    const penalty = penaltyOf(grid.dark);
    if (!best || penalty < best.penalty) best = { grid, penalty };
  }
  return best ? best.grid.dark : [];
}

/** Modules that hold words: all but the patterns and the format. */
function rawModules(version: number): number {
  let count = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const aligned = Math.floor(version / 7) + 2;
    count -= (25 * aligned - 10) * aligned - 55;
    if (version >= 7) count -= 36;
  }
  return count;
}

function layout(version: number): { total: number; blocks: number; correction: number } {
  return {
    total: Math.floor(rawModules(version) / 8),
    blocks: kBlocks[version - 1] ?? 1,
    correction: kWordsPerBlock[version - 1] ?? 0,
  };
}

function capacity(version: number): number {
  const { total, blocks, correction } = layout(version);
  return total - blocks * correction;
}

function versionFor(length: number): number {
  for (let version = 1; version <= 40; version++) {
    const bits = 4 + (version < 10 ? 8 : 16) + 8 * length;
    if (bits <= 8 * capacity(version)) return version;
  }
  throw new RangeError('The text is too long for a QR code.');
}

function dataWords(bytes: Uint8Array, version: number): Uint8Array {
  const bits: number[] = [];
  const push = (value: number, count: number): void => {
    for (let at = count - 1; at >= 0; at--) bits.push((value >> at) & 1);
  };
  push(4, 4); // the mode: bytes
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  const room = capacity(version);
  push(0, Math.min(4, 8 * room - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  const words = new Uint8Array(room);
  bits.forEach((bit, at) => {
    words[at >> 3] = (words[at >> 3] ?? 0) | (bit << (7 - (at & 7)));
  });
  for (let at = bits.length / 8, pad = 0xec; at < room; at++, pad ^= 0xec ^ 0x11) words[at] = pad;
  return words;
}

/** In blocks, each with its correction, read across the blocks. */
function withCorrection(data: Uint8Array, version: number): Uint8Array {
  const { total, blocks, correction } = layout(version);
  const shortCount = blocks - (total % blocks);
  const shortData = Math.floor(total / blocks) - correction;
  const parts: { data: Uint8Array; correction: Uint8Array }[] = [];
  for (let at = 0, block = 0; block < blocks; block++) {
    const size = shortData + (block < shortCount ? 0 : 1);
    const own = data.subarray(at, at + size);
    at += size;
    parts.push({ data: own, correction: correctionOf(own, correction) });
  }
  const out: number[] = [];
  for (let at = 0; at <= shortData; at++) {
    for (const part of parts) {
      const word = part.data[at];
      if (word !== undefined) out.push(word);
    }
  }
  for (let at = 0; at < correction; at++) {
    for (const part of parts) out.push(part.correction[at] ?? 0);
  }
  return Uint8Array.from(out);
}

function isMasked(mask: number, x: number, y: number): boolean {
  switch (mask) {
    case 0:
      return (x + y) % 2 === 0;
    case 1:
      return y % 2 === 0;
    case 2:
      return x % 3 === 0;
    case 3:
      return (x + y) % 3 === 0;
    case 4:
      return (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0;
    case 5:
      return ((x * y) % 2) + ((x * y) % 3) === 0;
    case 6:
      return (((x * y) % 2) + ((x * y) % 3)) % 2 === 0;
    default:
      return (((x + y) % 2) + ((x * y) % 3)) % 2 === 0;
  }
}

class Grid {
  readonly size: number;
  readonly dark: boolean[][];
  private readonly fixed: boolean[][];

  constructor(private readonly version: number) {
    this.size = 17 + 4 * version;
    const rows = (): boolean[][] =>
      Array.from({ length: this.size }, () => new Array<boolean>(this.size).fill(false));
    this.dark = rows();
    this.fixed = rows();
  }

  private set(x: number, y: number, isDark: boolean): void {
    const row = this.dark[y];
    const held = this.fixed[y];
    if (!row || !held || x < 0 || x >= this.size) return;
    row[x] = isDark;
    held[x] = true;
  }

  drawPatterns(): void {
    for (let at = 0; at < this.size; at++) {
      this.set(6, at, at % 2 === 0);
      this.set(at, 6, at % 2 === 0);
    }
    const far = this.size - 4;
    for (const [x, y] of [
      [3, 3],
      [far, 3],
      [3, far],
    ] as const) {
      this.drawFinder(x, y);
    }
    const places = this.alignment();
    const last = places.length - 1;
    places.forEach((x, i) =>
      places.forEach((y, j) => {
        const isCorner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
        if (!isCorner) this.drawAlignment(x, y);
      }),
    );
    this.drawVersion();
    this.drawFormat(0); // keeps its modules free of data
  }

  private drawFinder(cx: number, cy: number): void {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        if (cy + dy >= 0) this.set(cx + dx, cy + dy, ring !== 2 && ring !== 4);
      }
    }
  }

  private drawAlignment(cx: number, cy: number): void {
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        this.set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
      }
    }
  }

  private alignment(): number[] {
    if (this.version === 1) return [];
    const count = Math.floor(this.version / 7) + 2;
    const step = Math.floor((this.version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
    const places = [6];
    for (let at = this.size - 7; places.length < count; at -= step) places.splice(1, 0, at);
    return places;
  }

  private drawVersion(): void {
    if (this.version < 7) return;
    let rest = this.version;
    for (let at = 0; at < 12; at++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    const bits = (this.version << 12) | rest;
    for (let at = 0; at < 18; at++) {
      const isDark = ((bits >> at) & 1) === 1;
      const a = this.size - 11 + (at % 3);
      const b = Math.floor(at / 3);
      this.set(a, b, isDark);
      this.set(b, a, isDark);
    }
  }

  drawFormat(mask: number): void {
    // Level M is 0.
    let rest = mask;
    for (let at = 0; at < 10; at++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    const bits = ((mask << 10) | rest) ^ 0x5412;
    const bit = (at: number): boolean => ((bits >> at) & 1) === 1;
    for (let at = 0; at <= 5; at++) this.set(8, at, bit(at));
    this.set(8, 7, bit(6));
    this.set(8, 8, bit(7));
    this.set(7, 8, bit(8));
    for (let at = 9; at < 15; at++) this.set(14 - at, 8, bit(at));
    for (let at = 0; at < 8; at++) this.set(this.size - 1 - at, 8, bit(at));
    for (let at = 8; at < 15; at++) this.set(8, this.size - 15 + at, bit(at));
    this.set(8, this.size - 8, true);
  }

  /** In columns of two from the right, up and down in turns. */
  drawWords(words: Uint8Array, mask: number): void {
    let at = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let step = 0; step < this.size; step++) {
        const isUpward = ((right + 1) & 2) === 0;
        const y = isUpward ? this.size - 1 - step : step;
        for (const x of [right, right - 1]) {
          const row = this.dark[y];
          if (!row || this.fixed[y]?.[x]) continue;
          const bit = ((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
          at += 1;
          row[x] = (bit === 1) !== isMasked(mask, x, y);
        }
      }
    }
  }
}

/** How hard a reader would find it: long runs, blocks, what looks like a finder, too much of one. */
function penaltyOf(dark: boolean[][]): number {
  const size = dark.length;
  const at = (x: number, y: number): boolean => dark[y]?.[x] ?? false;
  let penalty = 0;
  let count = 0;
  for (let a = 0; a < size; a++) {
    for (const isRow of [true, false]) {
      let run = 0;
      let before: boolean | null = null;
      let window = 0;
      for (let b = 0; b < size; b++) {
        const isDark = isRow ? at(b, a) : at(a, b);
        run = isDark === before ? run + 1 : 1;
        before = isDark;
        if (run === 5) penalty += 3;
        else if (run > 5) penalty += 1;
        window = ((window << 1) | (isDark ? 1 : 0)) & 0x7ff;
        if (b >= 10 && (window === 0x5d0 || window === 0x05d)) penalty += 40;
        if (isRow && isDark) count += 1;
      }
    }
  }
  for (let y = 0; y + 1 < size; y++) {
    for (let x = 0; x + 1 < size; x++) {
      const first = at(x, y);
      if (first === at(x + 1, y) && first === at(x, y + 1) && first === at(x + 1, y + 1)) {
        penalty += 3;
      }
    }
  }
  return penalty + Math.floor(Math.abs((count * 20) / (size * size) - 10)) * 10;
}
