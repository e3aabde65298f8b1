// When a session nears its end the host page hears of it; at the end the server is asked first.

const kNear = 60_000;
const kLongestTimer = 2_147_000_000;

export interface WatchParts {
  now: () => number;
  setTimer: (action: () => void, ms: number) => unknown;
  clearTimer: (timer: unknown) => void;
  near: (secondsLeft: number) => void;
  ended: () => void;
}

export class SessionWatch {
  private ends = Infinity;
  private isNear = false;
  private timer: unknown;

  constructor(private readonly parts: WatchParts) {}

  /** The server's word on how long the session still lives. */
  set(seconds: number): void {
    this.ends = this.parts.now() + seconds * 1000;
    this.isNear &&= seconds * 1000 <= kNear;
    this.schedule();
  }

  stop(): void {
    this.parts.clearTimer(this.timer);
    this.ends = Infinity;
  }

  get secondsLeft(): number {
    return Number.isFinite(this.ends)
      ? Math.max(0, Math.round((this.ends - this.parts.now()) / 1000))
      : 0;
  }

  private schedule(): void {
    this.parts.clearTimer(this.timer);
    const left = this.ends - this.parts.now();
    const wait = Math.max(0, this.isNear ? left : left - kNear);
    this.timer = this.parts.setTimer(() => this.tick(), Math.min(wait, kLongestTimer));
  }

  private tick(): void {
    const left = this.ends - this.parts.now();
    if (left <= 0) {
      this.parts.ended();
      return;
    }
    if (left <= kNear && !this.isNear) {
      this.isNear = true;
      this.parts.near(this.secondsLeft);
    }
    this.schedule();
  }
}
