// The page around the frame: it is told states, and may give three commands.
import { type FrameMessage, type HostMessage } from '../common/messages';

/**
 * Whether `origin` is one of a share's origins, which may be "https://*.example.com", or of any port
 * ("https://app.example.com:*"), or without a scheme as frame-ancestors allows.
 */
export function matchesOrigin(pattern: string, origin: string): boolean {
  const split = (text: string): [scheme: string | null, host: string] => {
    const at = text.indexOf('://');
    return at < 0 ? [null, text] : [text.slice(0, at).toLowerCase(), text.slice(at + 3)];
  };
  const [scheme, hostAndPort] = split(pattern.trim().replace(/\/+$/, ''));
  const [originScheme, originHostAndPort] = split(origin);
  const isOfAnyPort = hostAndPort.endsWith(':*');
  const host = isOfAnyPort ? hostAndPort.slice(0, -2) : hostAndPort;
  const originHost = isOfAnyPort ? originHostAndPort.replace(/:\d+$/, '') : originHostAndPort;
  if (scheme !== null && scheme !== originScheme) return false;
  if (host.startsWith('*.')) {
    return originHost.toLowerCase().endsWith(host.slice(1).toLowerCase());
  }
  return host.toLowerCase() === originHost.toLowerCase();
}

export function isHostMessage(data: unknown): data is HostMessage {
  if (typeof data !== 'object' || data === null) return false;
  const { source, type } = data as Record<string, unknown>;
  return source === 'casement-host' && typeof type === 'string';
}

export class Host {
  private origins: readonly string[] = [];

  constructor(
    private readonly parent: Window | null,
    private readonly onCommand: (message: HostMessage) => void,
  ) {
    window.addEventListener('message', (event) => this.receive(event));
  }

  /** Pages of these origins, all when there are none; those of this page's own origin always. */
  allow(origins: readonly string[]): void {
    this.origins = origins.length > 0 && this.isWithinOwn() ? [window.origin] : origins;
  }

  private isWithinOwn(): boolean {
    try {
      return this.parent?.origin === window.origin;
    } catch {
      return false; // another origin's window does not tell
    }
  }

  post(message: FrameMessage): void {
    if (!this.parent) return;
    // A pattern is no target for postMessage; a message holds nothing that a stranger must not see.
    const isExact = (origin: string): boolean => /^https?:\/\/[^*/]+$/.test(origin);
    const targets = this.origins.length > 0 && this.origins.every(isExact) ? this.origins : ['*'];
    for (const target of targets) {
      try {
        this.parent.postMessage(message, target);
      } catch {
        // An origin that this browser cannot read; the others still hear.
      }
    }
  }

  private receive(event: MessageEvent<unknown>): void {
    if (!this.parent || event.source !== this.parent) return;
    const isAllowed =
      this.origins.length === 0 ||
      this.origins.some((pattern) => matchesOrigin(pattern, event.origin));
    if (isAllowed && isHostMessage(event.data)) this.onCommand(event.data);
  }
}
