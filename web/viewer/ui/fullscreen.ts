import { signal } from '@preact/signals';

export const fullscreen = signal<Element | null>(null);

document.addEventListener('fullscreenchange', () => {
  fullscreen.value = document.fullscreenElement;
});

export function toggleFullscreen(element: Element): void {
  const done =
    document.fullscreenElement === element
      ? document.exitFullscreen()
      : element.requestFullscreen();
  // Refused by the browser or the host page: the button simply did nothing.
  done.catch(() => undefined);
}
