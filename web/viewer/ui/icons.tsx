// Small line icons, 16 px, in the text's colour.
import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

const kFirst = {
  chevron: 'M4 6.5 8 10.5 12 6.5',
  clock: 'M8 4.5V8l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.8v3h-3',
  expand: 'M9.5 2.5h4v4M13.5 2.5 9.3 6.7M6.5 13.5h-4v-4M2.5 13.5l4.2-4.2',
  shrink: 'M13.5 6.5h-4v-4M9.5 6.5l4-4M2.5 9.5h4v4M6.5 9.5l-4 4',
  more: 'M3 7.5h1v1H3zM7.5 7.5h1v1h-1zM12 7.5h1v1h-1z',
  lock: 'M4.5 7.5h7v5.5h-7zM5.8 7.5V5.3a2.2 2.2 0 0 1 4.4 0v2.2',
  sun: 'M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  moon: 'M13 9.6A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6Z',
  screen: 'M2.5 3h11v7.5h-11zM6 13h4M8 10.5V13',
  info: 'M8 7.5v3.2M8 5.2h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  alert:
    'M8 6.3v3M8 11.3h.01M7.1 2.8 1.9 12a1 1 0 0 0 .9 1.5h10.4a1 1 0 0 0 .9-1.5L8.9 2.8a1 1 0 0 0-1.8 0Z',
  up: 'M8 12.5v-9M4.5 7 8 3.5 11.5 7',
  down: 'M8 3.5v9M4.5 9 8 12.5 11.5 9',
  back: 'M9.5 4 5.5 8l4 4',
  next: 'M6.5 4l4 4-4 4',
  offline:
    'M2 2l12 12M4.2 7.2A6 6 0 0 1 6 6.2M1.8 4.9a9 9 0 0 1 2-1.2M7 3.1a9 9 0 0 1 7.2 1.8M10.4 6.4a6 6 0 0 1 1.4.8M6.2 9.6a2.6 2.6 0 0 1 3 0M8 12h.01',
} as const;

export type IconName =
  | keyof typeof kFirst
  | ('check' | 'search' | 'table' | 'chart' | 'download')
  // Of the console's menus on panels.
  | ('alone' | 'picture' | 'inspect' | 'pen');

const kPaths: Partial<Record<IconName, string>> = { ...kFirst };

/** Those that only some parts show come with them. */
export function addIcons(paths: Partial<Record<IconName, string>>): void {
  Object.assign(kPaths, paths);
}

export function Glyph({ name }: { name: IconName }) {
  return (
    <Icon>
      <path d={kPaths[name]} />
    </Icon>
  );
}

/** Casement's mark: a window, one wing open. */
export function Mark() {
  return (
    <svg
      class="mark"
      viewBox="0 0 48 48"
      width="48"
      height="48"
      aria-hidden="true"
      focusable="false"
    >
      <rect x="7" y="7" width="34" height="34" rx="3" />
      <path d="M24 7v34M24 12l-11 4v20l11 3" />
    </svg>
  );
}
