// A theme's colours on the style sheet's own custom properties.
import type { Appearance } from './wire';

const kColor = /^#(?:[\da-f]{3}|[\da-f]{6})$/i;

/** The custom properties that an appearance sets; null takes one away. */
export function propertiesOf(appearance: Appearance): Record<string, string | null> {
  const background = color(appearance.background_color);
  const text = color(appearance.text_color);
  const tile = color(appearance.tile_background_color);
  const tileText = color(appearance.tile_text_color);
  const accent = color(appearance.primary_color);
  const shadow = appearance.tile_shadow;
  return {
    '--page': background,
    '--text': text,
    '--muted': faded(text, 0.7),
    '--card': tile,
    '--tile-text': tileText,
    '--tile-text-soft': faded(tileText, 0.85),
    '--tile-muted': faded(tileText, 0.7),
    '--accent': accent,
    '--accent-soft': faded(accent, 0.12),
    '--on-accent': accent && (isDarkColor(accent) ? '#ffffff' : '#171c26'),
    '--font': fonts(appearance.font_family),
    '--shadow': shadow === undefined ? null : shadow ? '0 1px 4px rgb(16 24 40 / 18%)' : 'none',
  };
}

/** Charts are drawn in one of two sets of colours: the one that can be read on this ground. */
export function isDarkGround(appearance: Appearance): boolean | null {
  const ground = color(appearance.tile_background_color) ?? color(appearance.background_color);
  return ground === null ? null : isDarkColor(ground);
}

function color(value: unknown): string | null {
  return typeof value === 'string' && kColor.test(value) ? value : null;
}

/** Names only: nothing that a style sheet would take for more. */
function fonts(value: unknown): string | null {
  return typeof value === 'string' && /^[\w\s,'"-]{1,200}$/.test(value) ? value : null;
}

function channels(hex: string): number[] {
  const digits = hex.slice(1);
  const width = digits.length / 3;
  return [0, 1, 2].map((index) => {
    const part = digits.slice(index * width, (index + 1) * width);
    return parseInt(width === 1 ? part + part : part, 16);
  });
}

function faded(hex: string | null, share: number): string | null {
  return hex === null ? null : `rgb(${channels(hex).join(' ')} / ${share * 100}%)`;
}

function isDarkColor(hex: string): boolean {
  const [red = 0, green = 0, blue = 0] = channels(hex);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140;
}
