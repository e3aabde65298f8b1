// Colours that follow from a value: continuous schemes, shades of one colour.
import { namedColor } from '../state/theme';

type Rgb = [number, number, number];

const kSchemes: Record<string, string[]> = {
  GrYlRd: ['green', 'yellow', 'red'],
  RdYlGr: ['red', 'yellow', 'green'],
  BlYlRd: ['blue', 'yellow', 'red'],
  YlRd: ['yellow', 'red'],
  BlPu: ['blue', '#b877d9'],
  YlBl: ['yellow', 'blue'],
  blues: ['card', 'blue'],
  reds: ['card', 'red'],
  greens: ['card', 'green'],
  purples: ['card', '#b877d9'],
  viridis: ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'],
  magma: ['#000004', '#51127c', '#b73779', '#fc8961', '#fcfdbf'],
  plasma: ['#0d0887', '#7e03a8', '#cc4778', '#f89540', '#f0f921'],
  inferno: ['#000004', '#57106e', '#bc3754', '#f98e09', '#fcffa4'],
  cividis: ['#00224e', '#35456c', '#666970', '#a59c74', '#fee838'],
};

export function rgbOf(color: string): Rgb | null {
  const hex = /^#([0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(color)?.[1];
  if (hex === undefined) return null;
  const part = (at: number): number => parseInt(hex.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}

function hexOf(rgb: readonly number[]): string {
  return `#${rgb
    .map((part) =>
      Math.round(Math.min(255, Math.max(0, part)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

export function mixed(a: string, b: string, share: number): string {
  const from = rgbOf(a);
  const to = rgbOf(b);
  if (!from || !to) return a;
  return hexOf(from.map((part, index) => part + ((to[index] ?? part) - part) * share));
}

/** `share` from 0 to 1; `scheme` with or without "continuous-". */
export function schemeColor(scheme: string, share: number, isDark: boolean): string {
  const stops = kSchemes[scheme.replace(/^continuous-/, '')] ?? kSchemes.GrYlRd ?? [];
  const color = (index: number): string => {
    const name = stops[Math.min(index, stops.length - 1)] ?? 'green';
    return name === 'card' ? (isDark ? '#2a323e' : '#dfe5ee') : namedColor(name, isDark);
  };
  const place = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * (stops.length - 1);
  const index = Math.floor(place);
  return mixed(color(index), color(index + 1), place - index);
}

/** Lighter and darker ones of one colour, one for each series. */
export function shadeOf(color: string, index: number): string {
  const steps = [0, 0.3, -0.25, 0.5, -0.4, 0.15, -0.12, 0.4];
  const step = steps[index % steps.length] ?? 0;
  return mixed(color, step < 0 ? '#000000' : '#ffffff', Math.abs(step));
}

/** Black or white, whichever can be read on it. */
export function inkOn(color: string): string {
  const rgb = rgbOf(color);
  if (!rgb) return '#ffffff';
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.36 ? '#171c26' : '#ffffff';
}

export function withOpacity(color: string, opacity: number): string {
  const rgb = rgbOf(color);
  return rgb ? `rgba(${rgb.join(', ')}, ${opacity})` : color;
}

/** The same colour turned around the wheel by `degrees`, and lighter or darker by a share. */
export function turned(color: string, degrees: number, lighter: number): string {
  const rgb = rgbOf(color);
  if (!rgb) return color;
  const most = Math.max(...rgb);
  const least = Math.min(...rgb);
  const depth = most - least;
  const [r, g, b] = rgb;
  const sixth =
    depth === 0
      ? 0
      : most === r
        ? (g - b) / depth
        : most === g
          ? (b - r) / depth + 2
          : (r - g) / depth + 4;
  const hue = (sixth + degrees / 60 + 12) % 6;
  // Each of the three falls from its own place on the wheel to both sides.
  const part = (at: number): number => {
    const away = Math.min(Math.abs(hue - at), 6 - Math.abs(hue - at));
    return least + depth * Math.min(1, Math.max(0, 2 - away));
  };
  return mixed(
    hexOf([part(0), part(2), part(4)]),
    lighter < 0 ? '#000000' : '#ffffff',
    Math.abs(lighter),
  );
}

const kFills = new Map(
  ['green', 'yellow', 'red', 'blue'].map((name) => [
    namedColor(name, true),
    namedColor(name, false),
  ]),
);

/** For whole cards and cells: on dark pages too the deeper one of a pair, which glares less. */
export function fillColor(color: string): string {
  return kFills.get(color) ?? color;
}
