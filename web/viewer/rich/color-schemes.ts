// Colour schemes for cells: a few stops each, from small to great on a light ground.

const kSchemes: Record<string, string> = {
  blues: 'eaf2fb c6dbf0 8fbfe2 4f97cd 2268b2 0a3a7a',
  greens: 'e9f6e9 c3e6c0 8dcd8c 4aaf63 1e8745 00522a',
  oranges: 'fef0e0 fdd3a4 fba860 f27b21 cf4f05 7f2704',
  reds: 'fdeae3 fcbfa7 fb8767 ee4a35 c4161c 67000d',
  purples: 'f1eff7 d6d5ea b1aed4 8a82bd 6647a0 3f007d',
  greys: 'f2f2f2 d5d5d5 acacac 7d7d7d 4d4d4d 1a1a1a',
  spectral: '5e4fa2 3b92b8 89d0a5 e0f3a1 fff2ab fdb768 f0704a 9e0142',
  turbo: '30123b 4662d7 36aaf9 1ae4b6 72fe5e c8ef34 faba39 f66b19 cb2a04 7a0403',
  viridis: '440154 46327e 365c8d 277f8e 1fa187 4ac16d a0da39 fde725',
  magma: '000004 221150 5f187f 982d80 d3436e f8765c febb81 fcfdbf',
  inferno: '000004 280b54 65156e 9f2a63 d44842 f57d15 fac127 fcffa4',
  plasma: '0d0887 5302a3 8b0aa5 b83289 db5c68 f48849 febd2a f0f921',
};

type Rgb = [number, number, number];

function parsed(hex: string): Rgb {
  const value = parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Whose small end is pale: turned around on a dark ground, so that little stays near the ground. */
const kPale = new Set(['blues', 'greens', 'oranges', 'reds', 'purples', 'greys']);

export interface SchemeChoice {
  name: string;
  reverse: boolean;
  steps: number;
  isDark: boolean;
}

/** From a share, 0 to 1, to a colour. */
export function colorScheme({
  name,
  reverse,
  steps,
  isDark,
}: SchemeChoice): (share: number) => string {
  const own = kSchemes[name] === undefined ? 'blues' : name;
  const stops = (kSchemes[own] ?? '').split(' ').map(parsed);
  const isTurned = reverse !== (isDark && kPale.has(own));
  const table = Array.from({ length: steps }, (_, step) => {
    const share = steps > 1 ? step / (steps - 1) : 0;
    return mixed(stops, isTurned ? 1 - share : share);
  });
  return (share) => {
    const step = Math.min(steps - 1, Math.floor(Math.max(0, Math.min(1, share)) * steps));
    return table[step] ?? '#888';
  };
}

function mixed(stops: readonly Rgb[], share: number): string {
  const place = share * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const a = stops[index] ?? [0, 0, 0];
  const b = stops[index + 1] ?? a;
  const part = (channel: 0 | 1 | 2): string =>
    Math.round(a[channel] + (b[channel] - a[channel]) * (place - index))
      .toString(16)
      .padStart(2, '0');
  return `#${part(0)}${part(1)}${part(2)}`;
}
