// The session of a person whom an application has signed in. It opens by a signed link as any other;
// what is new is that later frames of the same browser come without one, that one session shows many
// contents, and that a cookieless session goes on with tokens from the host page.
import type { FirstLine, QueryBody } from '../api/wire';
import { endOf, kApi, Refusal, refusalOf, Session, Unreachable } from '../session/session';
import type { Answer, SessionParts } from '../session/session';
import type { Slot, SlotKeeper } from '../session/slots';
import { isSame, ownerOf, personOf, readOwner, type Owner } from './owner';
import { innerTarget, parameter } from './target';
import type { HeldTokens, TokenKeeper } from './tokens';
import {
  contentPath,
  isObject,
  type Content,
  type EmbedDetails,
  type EmbedFirstLine,
} from './wire';

/** Between looks for the session that took this one's place. */
const kFollowDelays = [0, 300, 700, 1500];

export interface EmbedParts extends SessionParts {
  /** The page was loaded by its plain address: nothing in it signs anybody in, except a navigation
   *  token. */
  isNaked: boolean;
  /** Where the last session that was opened in this browser is found by frames without a link. */
  pointer: SlotKeeper;
  /** Runs `action` while no other frame of this browser moves the pointer. */
  pointerLock: <T>(action: () => Promise<T>) => Promise<T>;
  /** The link leaves a user of the server signed in who is it in this browser. */
  keepsLogin?: boolean;
}

export interface Credentials {
  email: string;
  password: string;
}

export class EmbedSession extends Session {
  /** Path and query of what is shown. */
  target: string;
  content: Content | null = null;
  details: EmbedDetails | null = null;
  /** Set once a host page is there that can hand tokens in. */
  tokens: TokenKeeper | null = null;
  onTtl: (seconds: number) => void = () => undefined;

  private credentials: Credentials | null = null;
  /** The session was found, not opened: the pointer stays as it is. */
  private wasFound = false;
  /** Known before the first answer only by what the link or this frame's slot says. */
  private owner: Owner;
  /** The session's id, once the server has said it. */
  private current: string | null = null;
  /** The last session that the server has called over. */
  private over: string | null = null;

  constructor(private readonly own: EmbedParts) {
    super(own);
    this.target = innerTarget(own.link);
    this.owner = personOf(own.link);
  }

  get mayLogIn(): boolean {
    return this.own.isNaked && parameter(this.own.link, 'allow_login_screen') === 'true';
  }

  /** The next opening signs in with these, and forgets them. */
  useCredentials(credentials: Credentials): void {
    this.credentials = credentials;
  }

  /** Another content in this session. Throws Refusal, Unreachable. */
  async load(target: string, signal: AbortSignal): Promise<EmbedFirstLine> {
    const first = await this.peek(target, signal);
    this.known.clear();
    this.note(first);
    return first;
  }

  /** What `target` would show, without going there. */
  async peek(target: string, signal: AbortSignal): Promise<EmbedFirstLine> {
    const first = await this.firstLine({ content: target }, signal);
    if (!first || signal.aborted) throw new Unreachable('The answer was cut.');
    return dressed(first);
  }

  override async view(
    variables: Record<string, string[]>,
    signal: AbortSignal,
    time: Partial<QueryBody> = {},
  ): Promise<FirstLine | null> {
    // Data calls know the content by another name.
    const first = await this.firstLine({ ...time, content: this.target, variables }, signal);
    return first && (dressed(first) as FirstLine);
  }

  /** Asks the server whether the session still stands. Throws Refusal when it does not. */
  async check(): Promise<void> {
    const first = await this.firstLine({ content: this.target }, new AbortController().signal);
    const ttl = (first as EmbedFirstLine | null)?.embed?.session_ttl;
    if (ttl !== undefined) this.onTtl(ttl);
  }

  /** The name that data calls know the content by. */
  get contentPath(): string {
    return this.content ? contentPath(this.content) : '';
  }

  protected override async fetchToken(): Promise<void> {
    // A host page that never answered is none; the frame's own ways are left then.
    if (!this.tokens?.hasAnswered) return super.fetchToken();
    const held = (await this.tokens.current()) ?? interrupted();
    try {
      await this.exchange(held);
    } catch (error) {
      if (!(error instanceof Refusal) || error.isEnd || error.status !== 401) throw error;
      await this.exchange((await this.tokens.fresh()) ?? interrupted());
    }
  }

  private async exchange(held: HeldTokens): Promise<void> {
    let response: Response;
    try {
      response = await this.parts.fetch(`${kApi}/sessions/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ api_token: held.api, navigation_token: held.navigation }),
      });
    } catch {
      throw new Unreachable('The server could not be reached.');
    }
    if (!response.ok) throw await refusalOf(response);
    const answer: unknown = await response.json().catch(() => null);
    if (!isObject(answer) || typeof answer.access_token !== 'string') {
      throw new Unreachable('The answer was cut.');
    }
    const { access_token, access_token_expires_in: life, session_ttl: ttl } = answer;
    this.keepToken({
      access_token,
      access_token_expires_in: typeof life === 'number' ? life : 0,
    });
    if (typeof ttl === 'number') this.onTtl(ttl);
  }

  protected override async enter(data: boolean): Promise<Answer> {
    const { keeper, pointerLock } = this.own;
    const before = await keeper.read();
    const noted = readOwner(before);
    if (noted) this.owner = { ...this.owner, ...noted };
    const answer = await this.find(before, data);
    this.credentials = null;
    const { session } = answer.first;
    if (before?.session === session.id || this.wasFound) return answer;
    return {
      ...answer,
      // One frame after the other, each with a look at its session first: so the last one to write
      // is one whose session no later link has ended.
      settle: () =>
        pointerLock(async () => {
          await answer.settle?.();
          await this.point(answer.first);
        }),
    };
  }

  private async find(slot: Slot | null, data: boolean): Promise<Answer> {
    const { keeper, isNaked, link, refused } = this.own;
    if (slot?.session !== undefined && (isNaked || slot.mode === 'secret')) {
      const answer = await this.bring(slot, keeper, data);
      if (answer) return answer;
    }
    if (!isNaked && slot === null && refused === undefined) {
      const answer = await this.settleLogin(data);
      if (answer) return answer;
    }
    const hasToken = parameter(link, 'embed_navigation_token') !== null;
    if (!isNaked || hasToken || this.credentials) return super.enter(data);

    const answer = await this.findByPointer(data);
    if (answer) return answer;
    throw refused
      ? new Refusal(403, refused)
      : new Refusal(401, { code: 'not_authenticated', message: '' });
  }

  private async findByPointer(data: boolean): Promise<Answer | null> {
    const { pointer, pointerLock } = this.own;
    const bring = async (slot: Slot): Promise<Answer | null> => {
      const answer = await this.bring(slot, pointer, data);
      return answer && this.adopt(slot, answer);
    };
    const pointed = await pointer.read();
    if (pointed?.session === undefined) return null;
    try {
      return await bring(pointed);
    } catch (error) {
      if (!(error instanceof Refusal) || !error.isEnd) throw error;
      // A frame beside this one may have opened the session that ended it, and be about to note it.
      const newer = await pointerLock(() => pointer.read());
      if (newer?.session === undefined || newer.session === pointed.session) throw error;
      return bring(newer);
    }
  }

  /** From now on this frame has its own slot: another person's link may move the pointer. */
  private adopt(pointed: Slot, answer: Answer): Answer {
    this.wasFound = true;
    return { ...answer, settle: () => this.own.keeper.write(pointed) };
  }

  /**
   * A user of the server who is signed in inside this browser stays so when the link allows it, and
   * its own person is then passed over; else that session is left before the link opens.
   */
  private async settleLogin(data: boolean): Promise<Answer | null> {
    const { pointer, keepsLogin } = this.own;
    const pointed = await pointer.read();
    if (pointed?.session === undefined || readOwner(pointed)?.ordinary !== true) return null;
    if (!keepsLogin) {
      await this.leave(pointed);
      await this.drop(pointed, pointer);
      return null;
    }
    try {
      const answer = await this.bring(pointed, pointer, data);
      return answer && this.adopt(pointed, answer);
    } catch (error) {
      if (error instanceof Refusal && error.isEnd) return null;
      throw error;
    }
  }

  private async leave(slot: Slot): Promise<void> {
    const body = slot.mode === 'secret' ? { secret: slot.secret } : {};
    try {
      await this.parts.fetch(`${kApi}/sessions/${encodeURIComponent(slot.session ?? '')}/leave`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-casement': '1' },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Unreachable('The server could not be reached.');
    }
  }

  /**
   * This frame's session was ended. Where the same person has opened another in this browser since,
   * that one is gone on with; null where not. A frame that opens at the same time may not have noted
   * it yet: `waits` is called before the first wait for that. Throws Unreachable.
   */
  async follow(waits: () => void): Promise<FirstLine | null> {
    if (this.details?.cookieless) return null;
    for (const delay of kFollowDelays) {
      if (delay === kFollowDelays[1]) waits();
      await this.parts.sleep(delay);
      const first = await this.own.lock(() => this.goOnElsewhere());
      if (first) return first;
    }
    return null;
  }

  private async goOnElsewhere(): Promise<FirstLine | null> {
    const { pointer, keeper } = this.own;
    const pointed = await pointer.read();
    const { owner } = this;
    const session = pointed?.session;
    if (!pointed || session === undefined || session === this.current) return null;
    if (session === this.over || !isSame(owner, readOwner(pointed))) return null;
    let answer: Answer;
    try {
      const secret = pointed.mode === 'secret' ? pointed.secret : undefined;
      answer = await this.resume(session, false, secret);
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
    void answer.lines.return(undefined);
    const { embed } = answer.first as EmbedFirstLine;
    if (!embed || !isSame(owner, { ...readOwner(pointed), ...ownerOf(embed) })) return null;
    this.accept(answer);
    this.wasFound = true;
    await keeper.write(pointed);
    return answer.first;
  }

  /** Null when the slot no longer opens anything, and the next way is to be tried. */
  private async bring(slot: Slot, keeper: SlotKeeper, data: boolean): Promise<Answer | null> {
    const secret = slot.mode === 'secret' ? slot.secret : undefined;
    try {
      return this.accept(await this.resume(slot.session ?? '', data, secret));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const isGone = error.status === 401 || (error.status === 404 && !isContentRefusal(error));
      if (error.isEnd) await this.drop(slot, keeper);
      if (!isGone) throw error;
      return null;
    }
  }

  private async drop(slot: Slot, keeper: SlotKeeper): Promise<void> {
    if (slot.mode === 'secret') await keeper.dropSecret(slot.secret);
    else await keeper.dropSession(slot.session);
  }

  protected override async resume(
    session: string,
    data: boolean,
    secret?: string,
  ): Promise<Answer> {
    const path = `/sessions/${encodeURIComponent(session)}/resume`;
    const body = {
      ...this.options(data),
      content: this.target,
      ...(secret === undefined ? {} : { secret }),
    };
    try {
      return await this.post(path, body, { 'x-casement': '1' });
    } catch (error) {
      if (error instanceof Refusal && error.isEnd) this.over = session;
      throw error;
    }
  }

  protected override async post(
    path: string,
    body: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const login = path === '/sessions' && this.credentials;
    return super.post(path, login ? { ...body, login } : body, headers);
  }

  protected override accept(answer: Answer, settle?: () => Promise<void>): Answer {
    this.note(dressed(answer.first));
    return super.accept(answer, settle);
  }

  private note(first: EmbedFirstLine): void {
    const { embed, content, session } = first;
    this.current = session.id;
    if (content) this.content = content;
    if (!embed) return;
    this.details = embed;
    this.owner = { ...this.owner, ...ownerOf(embed) };
    this.target = embed.target;
    if (embed.session_ttl !== undefined) this.onTtl(embed.session_ttl);
  }

  /** Frames without a link find this session, unless it was ended meanwhile. */
  private async point(first: FirstLine): Promise<void> {
    const { keeper, pointer } = this.own;
    const session = first.session.id;
    const slot = await keeper.read();
    if (!slot || this.over === session) return;
    const noted = { ...slot, session, ends: endOf(first, this.own), owner: this.owner };
    await keeper.write(noted);
    await pointer.write(noted);
  }
}

function interrupted(): never {
  throw new Refusal(401, { code: 'session_interrupted', message: '' });
}

export function isContentRefusal(refusal: Refusal): boolean {
  return refusal.code === 'content_not_found';
}

/** What the grant allows and hides, told to the dashboard's own fields. */
function dressed(line: FirstLine | EmbedFirstLine): EmbedFirstLine {
  const first = line as EmbedFirstLine;
  const { dashboard, embed } = first;
  if (!dashboard || !embed) return first;
  const hidden = new Set(embed.hidden_filters ?? []);
  for (const variable of dashboard.variables ?? []) {
    if (hidden.has(variable.name) || (variable.label && hidden.has(variable.label))) {
      variable.hidden = true;
    }
  }
  dashboard.download = dashboard.download !== false && embed.permissions?.download === true;
  const appearance = dashboard.appearance ?? first.appearance;
  if (appearance) dashboard.appearance = appearance;
  return first;
}
