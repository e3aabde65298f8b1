// How the address wants the page to look, as classes for the style sheet.
import type { PageLook } from './wire';

export function classesOf({ panel, solo, kiosk, hide, fit }: PageLook): string {
  return [
    'sharable',
    kiosk === 'off' ? '' : `kiosk-${kiosk}`,
    panel === null ? '' : 'one',
    solo ? 'solo' : '',
    hide.time ? 'no-time' : '',
    fit && panel === null ? 'fit' : '',
  ]
    .filter(Boolean)
    .join(' ');
}
