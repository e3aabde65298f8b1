// This frame's place in the browser's history: the address that it shows, and the name of its slot,
// which a reload finds there when nothing in the address says it any more.
import { slotName } from '../session/slots';

const kFrame = 'casement.frame';

export class FrameAddress {
  /** The name of this frame's slot. */
  readonly slot: string;

  constructor(
    private readonly history: Pick<History, 'state' | 'replaceState' | 'pushState'>,
    link: string,
    isClean: boolean,
    makeName: () => string,
  ) {
    const known = this.state()[kFrame];
    if (!isClean) this.slot = slotName(link);
    else if (typeof known === 'string' && known.startsWith('casement:')) this.slot = known;
    else {
      this.slot = `casement:${makeName()}`;
      this.attempt('replaceState', undefined);
    }
  }

  show(target: string): void {
    this.attempt('replaceState', target);
  }

  /** A step that Back undoes. */
  goTo(target: string): void {
    this.attempt('pushState', target);
  }

  private attempt(how: 'replaceState' | 'pushState', target: string | undefined): void {
    try {
      this.history[how]({ ...this.state(), [kFrame]: this.slot }, '', target);
    } catch {
      // Too many changes at once, says Safari: the address is old for a moment.
    }
  }

  private state(): Record<string, unknown> {
    const state: unknown = this.history.state;
    return typeof state === 'object' && state !== null ? { ...state } : {};
  }
}
