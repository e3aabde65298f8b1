// The session of a share that needs no signature. Its slot belongs to the path alone, so that what a
// mail's link opened is found under the plain address, and what is asked for in the address makes no
// second session.
import { Refusal, Session, Unreachable } from '../session/session';
import type { Answer, SessionParts } from '../session/session';
import type { SlotKeeper } from '../session/slots';

export interface SharedParts extends SessionParts {
  keeper: SlotKeeper;
  /** The address opens a new session for whoever asks: a page that stands for weeks goes on. */
  isOpen: boolean;
  /** The address carries the code of a mail. */
  hasCode: boolean;
  /** The session stands without the code: the address needs it no longer. */
  settled: () => void;
}

export class SharedSession extends Session {
  constructor(private readonly own: SharedParts) {
    super(own);
  }

  protected override async enter(data: boolean): Promise<Answer> {
    const { hasCode, isOpen } = this.own;
    const found = await this.find(data);
    if (!found && !isOpen && !hasCode) {
      throw new Refusal(401, { code: 'invitation_needed', message: '' });
    }
    const answer = found ?? (await super.enter(data));
    if (!hasCode) return answer;
    return {
      ...answer,
      settle: async () => {
        await answer.settle?.();
        this.own.settled();
      },
    };
  }

  /** The session that this browser has already, if it goes on. */
  private async find(data: boolean): Promise<Answer | null> {
    const { keeper, isOpen, hasCode } = this.own;
    const slot = await keeper.read();
    if (slot?.session === undefined) return null;
    try {
      const proof = slot.mode === 'secret' ? { secret: slot.secret } : {};
      const path = `/sessions/${encodeURIComponent(slot.session)}/resume`;
      const body = { ...proof, ...this.options(data) };
      return this.accept(await this.post(path, body, { 'x-casement': '1' }));
    } catch (error) {
      if (error instanceof Unreachable || !(error instanceof Refusal)) throw error;
      if (!error.isEnd && error.status !== 401 && error.status !== 404) throw error;
      if (slot.mode === 'secret') await keeper.dropSecret(slot.secret);
      else await keeper.dropSession(slot.session);
      // Ended by hand: a page that opened the next one at once would undo that.
      if (error.code === 'session_ended' && isOpen) throw error;
      if (error.isEnd && !isOpen && !hasCode) throw error;
      return null;
    }
  }
}
