// Light, dark, or as the system says. What was said last counts: the share's setting, the viewer's
// choice on an earlier visit, the viewer's choice now, the host page's command.
import { computed, effect, signal } from '@preact/signals';
import type { Theme } from '../../common/messages';

export const kStorageKey = 'casement.theme';

const media = window.matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(media.matches);
media.addEventListener('change', (event) => {
  systemIsDark.value = event.matches;
});

export const theme = signal<Theme>(storedTheme() ?? 'system');

export const isDark = computed(
  () => theme.value === 'dark' || (theme.value === 'system' && systemIsDark.value),
);

effect(() => {
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});

export function isTheme(value: unknown): value is Theme {
  return value === 'system' || value === 'light' || value === 'dark';
}

function storedTheme(): Theme | null {
  try {
    const value = localStorage.getItem(kStorageKey);
    return isTheme(value) ? value : null;
  } catch {
    return null;
  }
}

export function applyDashboardTheme(value: Theme | undefined): void {
  if (value && storedTheme() === null) theme.value = value;
}

// Distinct in hue and in lightness, for both backgrounds and for eyes that miss red or green.
const kLight = [
  '#2b6cd9',
  '#e07a10',
  '#0b8f80',
  '#c8458f',
  '#3fa4d8',
  '#b08900',
  '#7a53c9',
  '#64748b',
];
const kDark = [
  '#5b9bff',
  '#f5a04a',
  '#35c2b0',
  '#ee7fb9',
  '#7fd0f5',
  '#e3c04a',
  '#b094f5',
  '#9aa8bd',
];

const kNamed: Record<string, [light: string, dark: string]> = {
  green: ['#12805c', '#3ecf8e'],
  yellow: ['#b7791f', '#f0b429'],
  red: ['#d1372b', '#ff6b5e'],
  blue: ['#2b6cd9', '#5b9bff'],
};

/** "green" and the like follow the theme; "#rrggbb" is taken as it is. */
export function namedColor(name: string, dark: boolean): string {
  const pair = kNamed[name];
  return pair ? pair[dark ? 1 : 0] : name;
}

export function seriesColor(index: number, dark: boolean, own: readonly string[] = []): string {
  const chosen = own[index % Math.max(1, own.length)];
  if (chosen !== undefined) return namedColor(chosen, dark);
  const palette = dark ? kDark : kLight;
  return palette[index % palette.length] ?? '#64748b';
}

export interface ChartColors {
  text: string;
  faint: string;
  grid: string;
  card: string;
}

/** Canvas cannot read custom properties: these are the style sheet's, by theme. */
export function chartColors(dark: boolean): ChartColors {
  return dark
    ? { text: '#98a2b3', faint: '#3a4352', grid: '#232a35', card: '#151a21' }
    : { text: '#5d6675', faint: '#c9cfd9', grid: '#eceff3', card: '#ffffff' };
}
