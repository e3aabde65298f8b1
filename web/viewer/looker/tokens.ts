// Cookieless sessions live on tokens that the host page hands in. The SDK answers every request, but
// fetches new tokens only in the last two minutes; before, it repeats the same ones with the numbers
// they had at first. So a token's end is counted from when it was first seen, or read from the token.
import { isObject } from './wire';

/** New tokens are asked for when the old ones have no more than this. */
const kAskBelow = 110_000;
const kAskAgain = 20_000;
const kAskAtLeast = 2000;
const kReplyTimeout = 30_000;
/** What one timer can wait. */
const kLongestTimer = 2_147_000_000;

export interface TokenParts {
  /** Monotonic milliseconds. */
  now: () => number;
  wallClock: () => number;
  setTimer: (action: () => void, ms: number) => unknown;
  clearTimer: (timer: unknown) => void;
  /** Sends session:tokens:request. */
  request: () => void;
  /** New tokens are here: the session changes them for an access token. */
  renewed: () => void;
  interrupted: () => void;
  expired: () => void;
}

export interface HeldTokens {
  api: string;
  navigation: string;
}

export class TokenKeeper {
  private held: HeldTokens | null = null;
  private ends = 0;
  private timer: unknown;
  private isOver = false;
  private hasStarted = false;
  private waiting: ((tokens: HeldTokens | null) => void)[] = [];

  constructor(private readonly parts: TokenParts) {}

  /** Once the host hears us: its answer to the first request is what the session was made with. */
  start(): void {
    if (this.isOver || this.hasStarted) return;
    this.hasStarted = true;
    this.ask();
  }

  /** Whether a host page has ever handed tokens in. */
  get hasAnswered(): boolean {
    return this.held !== null;
  }

  stop(): void {
    this.isOver = true;
    this.parts.clearTimer(this.timer);
    this.settle(null);
  }

  /** Tokens that still hold; asks the host where there are none. Null: none came. */
  async current(): Promise<HeldTokens | null> {
    if (this.held && this.ends > this.parts.now()) return this.held;
    if (this.isOver) return null;
    return this.fresh();
  }

  /** The server takes the held ones no longer. */
  fresh(): Promise<HeldTokens | null> {
    return new Promise((resolve) => {
      const timer = this.parts.setTimer(() => this.settle(null), kReplyTimeout);
      this.waiting.push((tokens) => {
        this.parts.clearTimer(timer);
        resolve(tokens);
      });
      this.ask();
    });
  }

  receive(detail: unknown): void {
    if (this.isOver) return;
    const given = isObject(detail) ? detail : {};
    if (given.session_reference_token_ttl === 0) {
      this.stop();
      this.parts.expired();
      return;
    }
    const { api_token: api, navigation_token: navigation } = given;
    if (typeof api !== 'string' || api === '' || typeof navigation !== 'string') {
      this.parts.clearTimer(this.timer);
      this.settle(null);
      this.parts.interrupted();
      return;
    }
    const isFirst = this.held === null;
    if (this.held?.api !== api) {
      this.held = { api, navigation };
      this.ends = this.parts.now() + this.lifetime(given);
      if (!isFirst) this.parts.renewed();
    }
    if (this.ends > this.parts.now()) this.settle(this.held);
    this.schedule();
  }

  /** Milliseconds, by the token's own word where it has one that can be true. */
  private lifetime(given: Record<string, unknown>): number {
    const lives = [
      [given.api_token, given.api_token_ttl],
      [given.navigation_token, given.navigation_token_ttl],
    ].map(([token, ttl]) => {
      const said = typeof ttl === 'number' && ttl > 0 ? ttl * 1000 : 0;
      const ends = expiryOf(token);
      const left = ends === null ? said : ends - this.parts.wallClock();
      // Outside these bounds this browser's clock is wrong.
      return left > 0 && left <= said ? left : said;
    });
    return Math.min(...lives);
  }

  private ask(): void {
    this.parts.clearTimer(this.timer);
    // Silence is followed by the next request, as are the same tokens again.
    this.timer = this.parts.setTimer(() => this.ask(), kAskAgain);
    this.parts.request();
  }

  private schedule(): void {
    this.parts.clearTimer(this.timer);
    const left = this.ends - this.parts.now();
    const wait =
      left > kAskBelow
        ? left - kAskBelow
        : left > 0
          ? Math.max(kAskAtLeast, Math.min(kAskAgain, left / 3))
          : kAskAgain;
    this.timer = this.parts.setTimer(() => this.ask(), Math.min(wait, kLongestTimer));
  }

  private settle(tokens: HeldTokens | null): void {
    for (const resolve of this.waiting.splice(0)) resolve(tokens);
  }
}

/** `exp` of a JWT in epoch milliseconds; an opaque token has none. */
export function expiryOf(token: unknown): number | null {
  const body = typeof token === 'string' ? token.split('.')[1] : undefined;
  if (body === undefined) return null;
  try {
    const text = atob(body.replace(/-/g, '+').replace(/_/g, '/'));
    const exp = (JSON.parse(text) as { exp?: unknown } | null)?.exp;
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
}
