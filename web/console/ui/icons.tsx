// The console's own icons, drawn like the viewer's.
import { Glyph as ViewerGlyph, type IconName as ViewerIcon } from '../../viewer/ui/icons';

/** Menus of panels have it too, which the viewer draws. */
export const kPen = 'M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7 11.3 7';

const kPaths = {
  grid: 'M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5h-4.5zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5h-4.5z',
  share:
    'M11.8 5.6a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8ZM4.2 9.9a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8ZM11.8 14.2a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8ZM5.9 7.1l4.2-2.4M5.9 8.9l4.2 2.4',
  people:
    'M6 7.6a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8ZM1.8 13.2a4.2 4.2 0 0 1 8.4 0M10.4 3a2.4 2.4 0 0 1 0 4.4M11.6 9.3a4.2 4.2 0 0 1 2.6 3.9',
  person: 'M8 7.8A2.7 2.7 0 1 0 8 2.4a2.7 2.7 0 0 0 0 5.4ZM3 13.6a5 5 0 0 1 10 0',
  data: 'M13 4c0 1-2.2 1.9-5 1.9S3 5 3 4s2.2-1.9 5-1.9 5 .9 5 1.9ZM3 4v8c0 1 2.2 1.9 5 1.9s5-.9 5-1.9V4M3 8c0 1 2.2 1.9 5 1.9s5-.9 5-1.9',
  log: 'M3.5 2.5h9v11h-9zM5.8 5.5h4.4M5.8 8h4.4M5.8 10.5h2.4',
  gear: 'M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM8 1.8v1.7M8 12.5v1.7M1.8 8h1.7M12.5 8h1.7M3.6 3.6l1.2 1.2M11.2 11.2l1.2 1.2M12.4 3.6l-1.2 1.2M4.8 11.2l-1.2 1.2',
  compass: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM10.6 5.4 9 9l-3.6 1.6L7 7z',
  pen: kPen,
  tag: 'M2.6 2.6h5l5.8 5.8-5 5-5.8-5.8zM5.4 5.4h.01',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  copy: 'M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1',
  bin: 'M2.8 4.3h10.4M6.2 4.3V2.8h3.6v1.5M4 4.3l.6 9.2h6.8l.6-9.2M6.7 7v4M9.3 7v4',
  out: 'M6.5 13.5h-4v-11h4M10.3 5 13.3 8l-3 3M13 8H6.2',
  key: 'M10.4 8.6a3.2 3.2 0 1 0-2.9-1.9L2.4 11.8v1.8h2.4v-1.8h1.8V10l1-1a3.2 3.2 0 0 0 2.8-.4ZM11 5.4h.01',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M4.8 3.2 12.2 8l-7.4 4.8z',
  upload: 'M8 10V2.8M4.8 5.8 8 2.6l3.2 3.2M3 13.5h10',
  shield: 'M8 1.8 3 3.8v3.8c0 3 2 5.4 5 6.6 3-1.2 5-3.6 5-6.6V3.8zM5.8 8l1.6 1.6L10.4 6.4',
  eye: 'M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8ZM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z',
  eyeOff:
    'M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8ZM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM2.8 13.2 13.2 2.8',
  swap: 'M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13',
  external: 'M9 2.8h4.2V7M13 3 7.5 8.5M11.5 9.5v3.7H2.8V4.5h3.7',
  folder: 'M1.8 12.8V3.4h4.4l1.6 1.8h6.4v7.6z',
  star: 'M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z',
  pulse: 'M1.8 8.4h3l1.6-4.6 3 8.6 1.7-4h3.1',
  bars: 'M2.6 13.4h10.8M4.2 11V7.6M8 11V3.4M11.8 11V5.8',
  magnifier:
    'M7 11.4A4.4 4.4 0 1 0 7 2.6a4.4 4.4 0 0 0 0 8.8ZM10.2 10.2l3.4 3.4M5.4 7l1.2 1.2 2-2.4',
  undo: 'M5.5 3 2.5 6l3 3M2.5 6h6.5a4 4 0 0 1 0 8H6',
  redo: 'M10.5 3l3 3-3 3M13.5 6H7a4 4 0 0 0 0 8h3',
  keyboard: 'M1.8 4h12.4v8H1.8zM4.3 6.6h.01M6.8 6.6h.01M9.2 6.6h.01M11.7 6.6h.01M5 9.5h6',
} as const;

export type IconName = keyof typeof kPaths | ViewerIcon;

function isOwn(name: IconName): name is keyof typeof kPaths {
  return name in kPaths;
}

export function Glyph({ name }: { name: IconName }) {
  if (!isOwn(name)) return <ViewerGlyph name={name} />;
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={kPaths[name]} />
    </svg>
  );
}
