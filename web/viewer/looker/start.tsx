// The page of a person's session: puts its parts together over the real browser.
import { effect } from '@preact/signals';
import { render } from 'preact';
import type { WireError } from '../api/wire';
import '../menus/icons';
import { browserZone, makeSecret, webLocks, withLock } from '../session/browser-session';
import { browserStores, SlotKeeper, slotName } from '../session/slots';
import { chartWidth } from '../state/chart-width';
import { applyDashboardTheme, theme } from '../state/theme';
import { MessagePage } from '../ui/message-page';
import { isDarkGround, propertiesOf } from './appearance';
import type { Channel } from './channel';
import { Chatty } from './chatty';
import { Conversation } from './conversation';
import { EmbedSession } from './embed-session';
import { EmbedViewer } from './embed-viewer';
import { HeightReporter } from './height';
import { followLink, linkOf } from './links';
import { addMessages } from './messages';
import { RawChannel } from './raw';
import { SessionWatch } from './session-watch';
import { keepDress, readTarget } from './target';
import { TokenKeeper } from './tokens';
import { EmbedApp } from './ui/embed-app';

declare const LOOKER_CSS_PATH: string;

const kDay = 86_400_000;
/** In history.state: the name of this frame's slot, for when its address is a plain one. */
const kFrame = 'casement.frame';
const kPointer = 'casement:embed-user';
const kCheckAgain = 5;

const now = (): number => performance.now();
const setTimer = (action: () => void, ms: number): number => window.setTimeout(action, ms);
const clearTimer = (timer: unknown): void => window.clearTimeout(timer as number | undefined);

export function start(root: HTMLElement): void {
  addMessages();
  loadStyle();
  const { mode, code, message, version } = root.dataset;
  const channel = openChannel(root.dataset);
  const tell = hostNotice(root.dataset);
  if (window.origin === 'null') {
    // An opaque origin has no storage and no cookies: the link would be spent for one look only.
    const shut = 'sandbox_without_allow_same_origin';
    render(<MessagePage code={shut} message="" onRetry={null} />, root);
    tell('denied', shut);
    return;
  }

  const refused =
    mode === 'refused' ? { code: code ?? 'refused', message: message ?? '' } : undefined;
  const { session, frame, tidy } = openSession(refused, root.dataset.forceLogout === 'false');
  const watch = new SessionWatch({
    now,
    setTimer,
    clearTimer,
    near: (seconds) => conversation?.near(seconds),
    ended: () => void checkEnd(viewer, watch),
  });
  session.onTtl = (seconds) => watch.set(Math.max(1, seconds));
  const viewer = new EmbedViewer({
    session,
    events: {
      opened: (dashboard) => applyDashboardTheme(dashboard.theme),
      closed: (reason, isEnd) => {
        conversation?.closed(reason, isEnd);
        tell(isEnd ? 'session-expired' : 'denied', reason);
      },
    },
    zone: browserZone(),
    travel: (target, how) => travel(target, how, frame),
  });
  const conversation =
    channel &&
    new Conversation({
      channel,
      viewer,
      origin: location.origin,
      version: version ?? '',
      watch,
      makeTokens: () => makeTokens(session, viewer, channel),
      setTimer,
    });

  showWhatIsOpen(viewer, tidy, frame);
  followClicks(root, viewer);
  window.addEventListener('popstate', () => {
    const target = readTarget(location.href, location.origin);
    if (target !== null && target !== viewer.target) {
      viewer.go(target, 'none').catch(() => undefined);
    }
  });
  if (conversation) {
    const height = new HeightReporter(now, (pixels) => conversation.setHeight(pixels));
    new ResizeObserver(() => {
      if (viewer.page.value.kind !== 'opening') height.see(root.getBoundingClientRect().height);
    }).observe(root);
  }
  conversation?.start();
  render(<EmbedApp viewer={viewer} />, root);
  void viewer.open();
}

function loadStyle(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = LOOKER_CSS_PATH;
  document.head.append(link);
}

function openChannel({ embedDomain, embedDomainRefused, sdk }: DOMStringMap): Channel | null {
  if (embedDomainRefused !== undefined) {
    console.warn(
      `Casement sends no events to the page around this frame: ${embedDomainRefused} is not on the ` +
        `embed domain allowlist. Add "${embedDomainRefused}" to it in Admin > Embed, or with ` +
        'PATCH /api/4.0/setting {"embed_config": {"domain_allowlist": [...]}}. An entry is scheme, ' +
        'host and port, without a slash at the end.',
    );
  }
  if (embedDomain === undefined || embedDomainRefused !== undefined) return null;
  const parent = window.parent === window ? null : window.parent;
  return sdk === undefined
    ? new RawChannel({
        parent,
        origin: embedDomain,
        listen: (receive) => window.addEventListener('message', receive),
      })
    : new Chatty({
        parent,
        origin: embedDomain,
        makeChannel: () => new MessageChannel(),
        setTimer,
        clearTimer,
      });
}

/**
 * Says in a code why there is nothing to see: the SDK's own messages have no word for it. Not to
 * pages without the SDK, which read every message as JSON.
 */
function hostNotice({ embedDomain, sdk }: DOMStringMap): (type: string, code: string) => void {
  return (type, code) => {
    if (window.parent === window || embedDomain === undefined || sdk === undefined) return;
    try {
      window.parent.postMessage({ source: 'casement', type, code }, embedDomain);
    } catch {
      // An origin that this browser cannot read: nobody is there to hear it.
    }
  };
}

function openSession(
  refused: WireError | undefined,
  keepsLogin: boolean,
): {
  session: EmbedSession;
  frame: string;
  tidy: () => Promise<void>;
} {
  const link = location.pathname + location.search;
  const isNaked = !/^(?:\/embed)?\/login\/embed\//.test(link);
  const hasToken = isNaked && new URLSearchParams(location.search).has('embed_navigation_token');
  const frame = isNaked && !hasToken ? ownFrame() : slotName(link);
  const stores = browserStores();
  const keeper = new SlotKeeper(frame, stores);
  const session = new EmbedSession({
    link,
    isNaked,
    keeper,
    pointer: new SlotKeeper(kPointer, stores),
    pointerLock: (action) => withLock(webLocks(), kPointer, action),
    keepsLogin,
    fetch: (input, init) => window.fetch(input, init),
    lock: (action) => withLock(webLocks(), frame, action),
    makeSecret,
    now,
    wallClock: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    refused,
    width: chartWidth(),
    timezone: browserZone(),
  });
  return { session, frame, tidy: () => keeper.tidy(Date.now() - kDay) };
}

/** A reload keeps history.state, and with it this frame's session, whoever opened another since. */
function ownFrame(): string {
  const state = historyState();
  const known = state[kFrame];
  if (typeof known === 'string' && known.startsWith('casement:')) return known;
  const name = `casement:${makeSecret().slice(0, 20)}`;
  replaceHistory({ ...state, [kFrame]: name }, undefined);
  return name;
}

function historyState(): Record<string, unknown> {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null ? { ...state } : {};
}

function replaceHistory(state: Record<string, unknown>, target: string | undefined): void {
  try {
    history.replaceState(state, '', target);
  } catch {
    // Too many changes at once, says Safari: the address is old for a moment.
  }
}

function travel(target: string, how: 'push' | 'replace', frame: string): void {
  const state = { ...historyState(), [kFrame]: frame };
  if (how === 'replace') {
    replaceHistory(state, target);
    return;
  }
  try {
    history.pushState(state, '', target);
  } catch {
    // As above.
  }
}

/** Title, colours and address of each content as it comes. */
function showWhatIsOpen(viewer: EmbedViewer, tidy: () => Promise<void>, frame: string): void {
  effect(() => {
    if (viewer.epoch.value !== 1) return;
    // From here on neither signature nor token stands in the address.
    travel(viewer.target, 'replace', frame);
    setTimeout(() => void tidy(), 3000);
  });
  effect(() => {
    const title = viewer.dashboard.value?.title ?? (viewer.epoch.value && viewer.content?.title);
    if (title) document.title = title;
  });
  effect(() => {
    const appearance = viewer.appearance.value;
    const { style } = document.documentElement;
    for (const [name, value] of Object.entries(propertiesOf(appearance))) {
      if (value === null) style.removeProperty(name);
      else style.setProperty(name, value);
    }
    const isDark = isDarkGround(appearance);
    if (isDark !== null) theme.value = isDark ? 'dark' : 'light';
  });
}

function followClicks(root: HTMLElement, viewer: EmbedViewer): void {
  const parts = {
    viewer,
    origin: location.origin,
    open: (href: string) => window.open(href, '_blank', 'noopener,noreferrer'),
  };
  root.addEventListener('click', (event) => {
    const anchor = linkOf(event);
    if (!anchor) return;
    event.preventDefault();
    if (anchor.closest('.folder')) {
      const target = readTarget(anchor.href, location.origin);
      if (target !== null)
        viewer.go(keepDress(target, viewer.target), 'push').catch(() => undefined);
    } else {
      void followLink(parts, anchor.href, anchor.textContent);
    }
  });
}

function makeTokens(
  session: EmbedSession,
  viewer: EmbedViewer,
  channel: Channel,
): TokenKeeper | null {
  if (!session.details?.cookieless) return null;
  session.tokens = new TokenKeeper({
    now,
    wallClock: () => Date.now(),
    setTimer,
    clearTimer,
    request: () => channel.send('session:tokens:request'),
    renewed: () => void session.renew().catch(() => undefined),
    interrupted: () => viewer.close('session_interrupted'),
    expired: () => viewer.close('session_expired'),
  });
  return session.tokens;
}

/** The clock here says the session is over. The server knows. */
async function checkEnd(viewer: EmbedViewer, watch: SessionWatch): Promise<void> {
  await viewer.checkSession().catch(() => undefined);
  if (viewer.page.value.kind !== 'message' && watch.secondsLeft <= 0) watch.set(kCheckAgain);
}
