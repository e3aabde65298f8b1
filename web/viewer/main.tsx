// The page inside the frame: opens the link's session, draws the dashboard, talks to the host page.
import { render } from 'preact';
import type { HostMessage } from '../common/messages';
import { Host } from './host';
import { browserSession, browserZone } from './session/browser-session';
import { applyDashboardTheme, isTheme, theme } from './state/theme';
import { Viewer } from './state/viewer';
import { App } from './ui/app';
import { MessagePage } from './ui/message-page';

function start(root: HTMLElement): void {
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
  const { session, tidy } = browserSession(refused);
  viewer = new Viewer(
    session,
    {
      opened: (dashboard) => {
        host.allow(dashboard.allowed_origins ?? []);
        applyDashboardTheme(dashboard.theme);
        if (dashboard.title) document.title = dashboard.title;
        host.post({ source: 'casement', type: 'ready' });
        setTimeout(() => void tidy(), 3000);
      },
      closed: (reason, isEnd) =>
        host.post({
          source: 'casement',
          type: isEnd ? 'session-expired' : 'denied',
          code: reason,
        }),
    },
    browserZone(),
  );
  render(<App viewer={viewer} />, root);
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

/** Set by the build. */
declare const LOOKER_PATH: string;

const root = document.getElementById('app');
if (root?.dataset.dialect === 'looker') {
  (import(LOOKER_PATH) as Promise<{ start: typeof start }>).then(
    (looker) => looker.start(root),
    () => {
      const retry = (): void => location.reload();
      render(<MessagePage code="unreachable" message="" onRetry={retry} />, root);
    },
  );
} else if (root) start(root);
