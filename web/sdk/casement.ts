// Puts a dashboard into a host page and keeps it there. Optional: a plain iframe works too.
import type { FrameMessage, HostMessage, Theme } from '../common/messages';

export type { Theme } from '../common/messages';

export interface Trouble {
  /** For programs: "link_already_used", "session_expired", … or "link_unavailable" (your `url`
   *  function failed). */
  code: string;
  error?: unknown;
}

export interface EmbedOptions {
  /** A signed link; or, better, a function that asks your backend for a fresh one: then an expired
   *  dashboard opens again by itself. */
  url: string | (() => string | Promise<string>);
  /** The only origin that links may point to. Default: that of the first link. */
  origin?: string;
  theme?: Theme;
  /** The frame grows with the dashboard instead of scrolling inside. */
  autoHeight?: boolean;
  /** The frame's name for screen readers. */
  title?: string;
  onReady?: () => void;
  /** The link did not open. */
  onDenied?: (trouble: Trouble) => void;
  /** The session is over, and was not renewed. */
  onEnded?: (trouble: Trouble) => void;
  /** Aborting it removes the frame. */
  signal?: AbortSignal;
}

export interface Embed {
  readonly iframe: HTMLIFrameElement;
  setTheme: (theme: Theme) => void;
  refresh: () => void;
  /** Opens a fresh link (when `url` is a function) or the same one again. */
  renew: () => Promise<void>;
  destroy: () => void;
}

/** Refusals that a fresh link can heal. A session that somebody ended is not among them. */
const kRenewable = ['link_already_used', 'link_expired', 'session_expired'];
/** A frame that fails sooner than this after it opened would only fail again. */
const kHealthyAfter = 30_000;

export function embed(target: Element | string, options: EmbedOptions): Embed {
  const parent = typeof target === 'string' ? document.querySelector(target) : target;
  if (!parent) throw new Error(`Casement.embed: the page has no such element: ${target as string}`);

  const iframe = document.createElement('iframe');
  iframe.title = options.title ?? 'Dashboard';
  iframe.allow = 'fullscreen';
  iframe.loading = 'lazy';
  iframe.referrerPolicy = 'no-referrer';
  iframe.style.cssText = 'border:0;width:100%;display:block;';
  if (!options.autoHeight) iframe.style.height = '100%';

  let origin = options.origin === undefined ? '' : new URL(options.origin).origin;
  let theme = options.theme;
  let isRenewed = false;
  let readySince = 0;
  let isGone = false;

  const send = (message: HostMessage): void => {
    if (origin) iframe.contentWindow?.postMessage(message, origin);
  };
  const sendTheme = (): void => {
    if (theme) send({ source: 'casement-host', type: 'theme', theme });
  };

  const load = async (): Promise<void> => {
    try {
      const link = typeof options.url === 'function' ? await options.url() : options.url;
      const url = new URL(link, document.baseURI);
      if (!/^https?:$/.test(url.protocol)) throw new Error('A link must be an http(s) address.');
      origin ||= url.origin;
      if (url.origin !== origin) throw new Error(`The link is not of ${origin}.`);
      if (isGone) return;
      readySince = 0;
      iframe.src = url.href;
      if (!iframe.isConnected) parent.append(iframe);
    } catch (error) {
      if (!isGone) options.onDenied?.({ code: 'link_unavailable', error });
    }
  };

  const onTrouble = (code: string, report: ((trouble: Trouble) => void) | undefined): void => {
    const wasHealthy = readySince > 0 && Date.now() - readySince >= kHealthyAfter;
    sendTheme();
    if (
      typeof options.url === 'function' &&
      kRenewable.includes(code) &&
      (!isRenewed || wasHealthy)
    ) {
      isRenewed = true;
      void load();
    } else {
      report?.({ code });
    }
  };

  const onMessage = (event: MessageEvent<FrameMessage | null>): void => {
    if (event.source !== iframe.contentWindow || !event.source) return;
    // A frame whose sandbox took its origin away speaks as "null"; it can only say that it is shut.
    const isOpaque = event.origin === 'null';
    if (event.origin !== origin && !isOpaque) return;
    const message = event.data;
    if (message?.source !== 'casement') return;
    if (message.type === 'denied') onTrouble(message.code, options.onDenied);
    else if (isOpaque) return;
    else if (message.type === 'session-expired') onTrouble(message.code, options.onEnded);
    else if (message.type === 'ready') {
      readySince = Date.now();
      sendTheme();
      options.onReady?.();
    } else if (options.autoHeight && message.height > 0) {
      iframe.style.height = `${message.height}px`;
    }
  };

  const destroy = (): void => {
    isGone = true;
    removeEventListener('message', onMessage);
    iframe.remove();
  };

  addEventListener('message', onMessage);
  iframe.addEventListener('load', sendTheme);
  if (options.signal?.aborted) destroy();
  else {
    options.signal?.addEventListener('abort', destroy);
    void load();
  }

  return {
    iframe,
    setTheme: (next) => {
      theme = next;
      sendTheme();
    },
    refresh: () => send({ source: 'casement-host', type: 'refresh' }),
    renew: load,
    destroy,
  };
}
