// A click on a link inside the content: the host page may take it over; else content of our own
// opens in this frame, and everything else in a window of its own.
import type { EmbedViewer } from './embed-viewer';
import { keepDress, readTarget } from './target';

export interface LinkParts {
  viewer: EmbedViewer;
  origin: string;
  open: (href: string) => void;
}

export async function followLink(
  { viewer, origin, open }: LinkParts,
  href: string,
  label: string,
): Promise<void> {
  const isCancelled = await viewer.host.isCancelled('drillmenu:click', {
    label,
    link_type: 'url',
    url: href,
    modal: false,
    target: '_blank',
    context: '',
  });
  if (isCancelled) return;
  const target = readTarget(href, origin);
  if (target === null) open(href);
  else await viewer.go(keepDress(target, viewer.target), 'push').catch(() => undefined);
}

/** The link that a plain click means; those with a key held are the browser's own. */
export function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  const element = event.target;
  if (!isPlain || event.defaultPrevented || !(element instanceof Element)) return null;
  const anchor = element.closest<HTMLAnchorElement>('.markdown a[href], .folder a[href]');
  return anchor && !anchor.getAttribute('href')?.startsWith('#') ? anchor : null;
}
