// The session that an application's key has opened. Its link opens as any other; what is new is that
// the address then loses its proof, so that a reload, and later frames of the same browser, come
// without one, and that one session may show several dashboards.
import type { FirstLine, QueryBody } from '../api/wire';
import { wireId } from '../session/clones';
import { Refusal, Session, type Opening } from '../session/session';
import type { Answer, SessionParts } from '../session/session';
import type { Slot, SlotKeeper } from '../session/slots';
import { addressSpan } from './target';
import { kPlainLook, type Content, type KeyFirstLine, type PageLook } from './wire';

/** Faster than this no page asks again (grafana.md §3.1). */
const kFastestRefresh = 5;

export interface KeyParts extends SessionParts {
  /** The page was loaded by an address without a proof: only a session that is there already opens. */
  isClean: boolean;
  /** The server admits this browser without a link: where no session is found, one is opened. */
  isAdmitted: boolean;
  /** Whether this browser lets the page keep anything. */
  keepsData: () => boolean;
  /** The address opens a session for everybody, and has nothing in it that must go. */
  isPublic: boolean;
  /** Where the last session that was opened in this browser is found by frames without a proof. */
  pointer: SlotKeeper;
  /** Runs `action` while no other frame of this browser moves the pointer. */
  pointerLock: <T>(action: () => Promise<T>) => Promise<T>;
  /** The session can be brought back without the link: the address needs its proof no longer. */
  settled: (target: string) => void;
}

export class KeySession extends Session {
  /** Path and query of what is shown; empty until the server has said what the link opens. */
  target: string;
  look: PageLook = kPlainLook;

  private content: Content | null = null;
  /** The session was found, not opened: the pointer stays as it is. */
  private wasFound = false;
  private isSettled: boolean;

  constructor(private readonly own: KeyParts) {
    super(own);
    this.isSettled = own.isClean || own.isPublic;
    this.target = this.isSettled ? own.link : '';
  }

  /** The name that data calls know the dashboard by. */
  get contentPath(): string {
    return `dashboards/${this.content?.id ?? ''}`;
  }

  override async open(): Promise<Opening> {
    const opening = await super.open();
    const { panel } = this.look;
    if (panel !== null && opening.first.dashboard.panels.length === 0) {
      void opening.panels.return(false);
      throw new Refusal(404, {
        code: 'panel_not_found',
        message: `This dashboard has no panel with the number ${panel}.`,
      });
    }
    return opening;
  }

  override async view(
    variables: Record<string, string[]>,
    signal: AbortSignal,
    time: Partial<QueryBody> = {},
  ): Promise<FirstLine | null> {
    // Data calls name the dashboard by its number; here it is the whole address.
    const first = await this.firstLine({ ...time, content: this.target, variables }, signal);
    return first && dressed(first);
  }

  protected override async enter(data: boolean): Promise<Answer> {
    const { keeper, pointer, pointerLock } = this.own;
    const before = await keeper.read();
    const answer = await this.find(before, data);
    const { id } = answer.first.session;
    // Other pages have nothing of a public one's session.
    const isNew = before?.session !== id && !this.wasFound && !this.own.isPublic;
    return {
      ...answer,
      settle: async () => {
        if (isNew) {
          // One frame after the other: the pointer names the session that was opened last.
          await pointerLock(async () => {
            await answer.settle?.();
            const slot = await keeper.read();
            if (slot?.session === id) await pointer.write(slot);
          });
        } else {
          await answer.settle?.();
        }
        // A page that is loaded again before this still has its link.
        if (!this.isSettled) this.own.settled(this.target);
        this.isSettled = true;
      },
    };
  }

  private async find(slot: Slot | null, data: boolean): Promise<Answer> {
    const { keeper, pointer, isClean, isPublic, refused } = this.own;
    if (isPublic) return this.enterPublic(data);
    if (slot?.session !== undefined && (isClean || slot.mode === 'secret')) {
      const answer = await this.bring(slot, keeper, data);
      if (answer) return answer;
    }
    if (!isClean) return super.enter(data);
    if (refused) throw new Refusal(403, refused);

    const pointed = await pointer.read();
    if (pointed?.session !== undefined) {
      const answer = await this.bring(pointed, pointer, data);
      if (answer) {
        // From now on this frame has its own slot: another link may move the pointer.
        this.wasFound = true;
        return { ...answer, settle: () => keeper.write(pointed) };
      }
    }
    if (this.own.isAdmitted) return super.enter(data);
    const code = this.own.keepsData() ? 'not_authenticated' : 'storage_refused';
    throw new Refusal(401, { code, message: '' });
  }

  /** A session that has reached its end is followed by another: nobody has to bring a new link. */
  private async enterPublic(data: boolean): Promise<Answer> {
    try {
      return await super.enter(data);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'session_expired') throw error;
      return super.enter(data);
    }
  }

  /** Null when the slot no longer opens anything, and the next way is to be tried. */
  private async bring(slot: Slot, keeper: SlotKeeper, data: boolean): Promise<Answer | null> {
    const secret = slot.mode === 'secret' ? slot.secret : undefined;
    try {
      return this.accept(await this.resume(slot.session ?? '', data, secret));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.isEnd) {
        if (secret === undefined) await keeper.dropSession(slot.session ?? '');
        else await keeper.dropSecret(secret);
      }
      if (error.status !== 401 && (error.status !== 404 || isContentRefusal(error))) throw error;
      return null;
    }
  }

  protected override resume(session: string, data: boolean, secret?: string): Promise<Answer> {
    return this.post(
      `/sessions/${encodeURIComponent(session)}/resume`,
      {
        ...this.options(data),
        ...(this.target === '' ? {} : { content: this.target }),
        ...(secret === undefined ? {} : { secret }),
      },
      { 'x-casement': '1' },
    );
  }

  protected override accept(answer: Answer, settle?: () => Promise<void>): Answer {
    const first: KeyFirstLine = dressed(answer.first);
    const { content, sharable } = first;
    if (content) this.content = content;
    if (sharable) {
      // Later the viewer's own choices stand in it, which a renewal must not take back.
      this.target ||= sharable.target;
      this.look = sharable.page ?? kPlainLook;
    }
    return super.accept({ ...answer, first }, settle);
  }
}

export function isContentRefusal(refusal: Refusal): boolean {
  return refusal.code === 'content_not_found';
}

/** What the address asks for, told to the dashboard's own fields. */
function dressed(line: FirstLine): KeyFirstLine {
  const first: KeyFirstLine = line;
  const { dashboard } = first;
  const { panel, refresh, hide } = first.sharable?.page ?? kPlainLook;
  const { time } = dashboard;
  if (time.selectable) {
    // Any range may be asked for here, and the address's own is offered beside the named ones.
    time.custom = true;
    const spans = time.spans ?? [];
    const { span } = time;
    if (span) {
      const named = spans.find((offered) => addressSpan(offered) === span);
      time.span = named ?? span;
      time.spans = named === undefined ? [...spans, span] : spans;
    }
  }
  if (panel !== null) {
    dashboard.panels = dashboard.panels.filter(({ id }) => {
      const named = wireId(id);
      return (typeof named === 'object' ? named.id : named) === panel;
    });
  }
  const seconds = refresh ?? dashboard.refresh_seconds ?? 0;
  dashboard.refresh_seconds = seconds > 0 ? Math.max(kFastestRefresh, seconds) : 0;
  if (hide.variables) for (const variable of dashboard.variables ?? []) variable.hidden = true;
  return first;
}
