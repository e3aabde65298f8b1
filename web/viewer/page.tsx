// What the pages of links have in common: one session, one viewer, and the host page around them,
// which is told states and may give three commands.
import { render, type ComponentChild } from 'preact';
import type { HostMessage } from '../common/messages';
import type { WireError } from './api/wire';
import { Host } from './host';
import { applyDashboardTheme, isTheme, theme } from './state/theme';
import type { Viewer, ViewerEvents } from './state/viewer';
import { MessagePage } from './ui/message-page';

export interface Page {
  viewer: Viewer;
  content: ComponentChild;
  /** Clears away what older sessions have left in storage. */
  tidy: () => Promise<void>;
}

/** `refused`: the page came with a refusal; a session that this browser has already may still open. */
export function startPage(
  root: HTMLElement,
  make: (events: ViewerEvents, refused: WireError | undefined) => Page,
): void {
  let viewer: Viewer | null = null;
  const host = new Host(window.parent === window ? null : window.parent, (message) =>
    obey(message, viewer),
  );
  watchHeight(root, host);

  // An opaque origin has no storage and no cookies: the link would be spent for one look only.
  if (window.origin === 'null') {
    const code = 'sandbox_without_allow_same_origin';
    render(<MessagePage code={code} message="" onRetry={null} />, root);
    host.post({ source: 'casement', type: 'denied', code });
    return;
  }

  const { mode, code, message } = root.dataset;
  const refused =
    mode === 'refused' ? { code: code ?? 'refused', message: message ?? '' } : undefined;
  const page = make(
    {
      opened: (dashboard) => {
        host.allow(dashboard.allowed_origins ?? []);
        applyDashboardTheme(dashboard.theme);
        if (dashboard.title) document.title = dashboard.title;
        host.post({ source: 'casement', type: 'ready' });
        setTimeout(() => void page.tidy(), 3000);
      },
      closed: (reason, isEnd) =>
        host.post({
          source: 'casement',
          type: isEnd ? 'session-expired' : 'denied',
          code: reason,
        }),
    },
    refused,
  );
  viewer = page.viewer;
  render(page.content, root);
  void viewer.open();
}

function obey(message: HostMessage, viewer: Viewer | null): void {
  switch (message.type) {
    case 'theme':
      if (isTheme(message.theme)) theme.value = message.theme;
      break;
    case 'refresh':
      viewer?.refreshIfOpen();
      break;
    case 'renew':
      renew(message.url);
      break;
  }
}

function renew(url: unknown): void {
  if (typeof url !== 'string') return;
  let target: URL;
  try {
    target = new URL(url, location.href);
  } catch {
    return;
  }
  if (target.origin === location.origin) location.replace(target.href);
}

function watchHeight(root: HTMLElement, host: Host): void {
  let last = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().height);
    if (height === last || height === 0) return;
    last = height;
    host.post({ source: 'casement', type: 'height', height });
  }).observe(root);
}
