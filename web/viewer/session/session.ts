// Opens the session behind a link, brings it back after a reload, and keeps it going.
//
// The order of steps is the protocol, and each is there because some browser needs it:
// the secret is written before the link is spent, so that a lost answer can be asked for again;
// every grant by secret is followed by a look whether the HttpOnly cookie comes back, and only
// then is the secret forgotten; a used link still finds its cookie through the session's id.
import type { Choice, Dashboard, ExportBody, FirstLine, QueryBody, WireError } from '../api/wire';
import type { Frame, KnownAnswer, PanelLine } from '../api/wire';
import { isEnd, isFirstLine, isPanelLine, readError } from '../api/wire';
import { readLines } from '../api/ndjson';
import { spliced } from '../data/spliced';
import { pageId, wireId } from './clones';
import type { Slot, SlotKeeper } from './slots';

/** The server said no, and why. */
export class Refusal extends Error {
  readonly code: string;
  readonly sessionId: string | undefined;
  constructor(
    readonly status: number,
    error: WireError,
  ) {
    super(error.message);
    this.code = error.code;
    this.sessionId = error.session_id;
  }

  /** The session is over: nothing but a fresh link helps. */
  get isEnd(): boolean {
    return this.status === 410 || this.code === 'session_ended' || this.code === 'session_expired';
  }
}

/** No answer: offline, or the server is away. The link and the session are as they were. */
export class Unreachable extends Error {}

export interface SessionParts {
  /** Path and query as loaded. */
  link: string;
  keeper: SlotKeeper;
  fetch: typeof fetch;
  /** Runs `action` while no other frame of this browser opens the same link. */
  lock: <T>(action: () => Promise<T>) => Promise<T>;
  makeSecret: () => string;
  /** Monotonic milliseconds: the viewer's clock may be wrong, and may jump. */
  now: () => number;
  wallClock: () => number;
  sleep: (ms: number) => Promise<void>;
  /** A refusal the page came with: then only a session this browser already has is tried. */
  refused?: WireError | undefined;
  width?: number | undefined;
  timezone?: string | undefined;
}

export interface Opening {
  first: FirstLine;
  /** The panel lines that travel with the answer. */
  panels: AsyncGenerator<PanelLine, boolean>;
}

export const kApi = '/api/casement/v1';
const kDay = 86_400_000;
/** Longest a session lives; a slot without an answer yet is kept as long. */
const kLongestSession = 31 * kDay;
/** A token is renewed this long before it ends. */
const kRenewAhead = 60_000;
const kRetryDelays = [300, 900, 2000];

export class Session {
  private token = '';
  private tokenEnds = 0;
  private renewing: Promise<unknown> | null = null;
  /** By the panel's number in the page: what a refresh need not send again. */
  protected readonly known = new Map<number, { answer: KnownAnswer; frames: Frame[] }>();

  constructor(protected readonly parts: SessionParts) {}

  /** Opens the link or resumes its session, and brings the dashboard. Throws Refusal, Unreachable. */
  async open(): Promise<Opening> {
    const answer = await this.underLock(true);
    return { first: answer.first, panels: this.onlyPanels(answer.lines) };
  }

  /** A new access token. Calls at the same time share one request. */
  renew(): Promise<unknown> {
    this.renewing ??= this.fetchToken().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  protected async fetchToken(): Promise<void> {
    const answer = await this.underLock(false);
    void answer.lines.return(undefined);
  }

  /** Milliseconds until the token should be renewed. */
  renewIn(): number {
    const left = this.tokenEnds - this.parts.now();
    return Math.max(0, left - Math.min(kRenewAhead, left / 2));
  }

  async query(body: QueryBody, signal: AbortSignal): Promise<AsyncGenerator<PanelLine, boolean>> {
    const panels = body.panels.map(wireId);
    // As it is now: another answer may arrive before this one does.
    const known = new Map(this.known);
    const have = body.panels.flatMap((id) => known.get(id)?.answer ?? []);
    const response = await this.call('/query', { ...body, panels, have }, signal);
    return this.onlyPanels(response.body ? readLines(response.body) : nothing(), known);
  }

  /** Returns whether the answer was whole. */
  protected async *onlyPanels(
    lines: AsyncGenerator,
    known = this.known,
  ): AsyncGenerator<PanelLine, boolean> {
    try {
      for (;;) {
        const next = await lines.next();
        if (next.done) return false;
        if (isEnd(next.value)) return true;
        if (!isPanelLine(next.value)) continue;
        const line = next.value;
        const { panel, repeat, version } = line;
        line.panel = pageId(panel, repeat);
        const old = known.get(line.panel)?.frames;
        // Never shown as empty: the panel counts as one that did not arrive.
        if (line.unchanged && !old) continue;
        const frames = line.unchanged
          ? old
          : line.frames?.map((frame, index) => spliced(frame, old?.[index]));
        if (frames) line.frames = frames;
        if (frames && version) {
          this.known.set(line.panel, { answer: { panel, repeat, version }, frames });
        }
        yield line as PanelLine;
      }
    } finally {
      await lines.return(undefined);
    }
  }

  exportCsv(body: ExportBody, signal: AbortSignal): Promise<Response> {
    const panel = wireId(body.panel);
    const clone = typeof panel === 'object' ? { panel: panel.id, repeat: panel.repeat } : {};
    return this.call('/export', { ...body, ...clone }, signal);
  }

  /** The dashboard again, with the choices its variables have now. */
  async view(
    variables: Record<string, string[]>,
    signal: AbortSignal,
    time: Partial<QueryBody> = {},
  ): Promise<FirstLine | null> {
    return this.firstLine({ variables, ...time }, signal);
  }

  /** What there is to filter by, or the values of a key. */
  async choices(body: unknown, signal: AbortSignal): Promise<Choice[]> {
    const response = await this.call('/choices', body, signal);
    return ((await response.json()) as { choices: Choice[] }).choices;
  }

  protected async firstLine(body: unknown, signal: AbortSignal): Promise<FirstLine | null> {
    const response = await this.call('/view', body, signal);
    if (!response.body) return null;
    for await (const line of readLines(response.body)) {
      if (isFirstLine(line)) return numbered(line);
    }
    return null;
  }

  protected async call(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    if (this.parts.now() >= this.tokenEnds - 5000) await this.renew();
    let response = await this.authorized(path, body, signal);
    if (response.status === 401) {
      const refusal = await refusalOf(response);
      if (refusal.isEnd) throw refusal;
      await this.renew();
      response = await this.authorized(path, body, signal);
    }
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  private async authorized(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    try {
      return await this.parts.fetch(kApi + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
        body: JSON.stringify(body),
        signal,
      });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Unreachable('The server could not be reached.');
    }
  }

  /** The answer is handed out as soon as it begins; the lock stays until its slot is settled. */
  private underLock(data: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.parts
        .lock(async () => {
          const answer = await this.enter(data);
          resolve(answer);
          await answer.settle?.();
        })
        .catch(reject);
    });
  }

  /** One pass through the protocol; runs under the link's lock. */
  protected async enter(data: boolean): Promise<Answer> {
    const { parts } = this;
    const { keeper } = parts;
    const slot = await keeper.read();

    if (slot?.mode === 'cookie') {
      try {
        return this.accept(await this.resume(slot.session, data));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.isEnd) {
          await keeper.dropSession(slot.session);
          throw error;
        }
        // 401: the cookie is gone. 404: the server has tidied the session away. The link knows more.
        if (error.status !== 401 && error.status !== 404) throw error;
      }
    }

    if (parts.refused && slot === null) {
      throw new Refusal(403, parts.refused);
    }
    if (slot?.mode === 'secret') return this.openWith(slot.secret, data, false);

    const secret = parts.makeSecret();
    const ends = parts.wallClock() + kLongestSession;
    await keeper.write({ mode: 'secret', secret, ends });
    // Where there are no locks another frame may have written in the same moment: both then go on
    // with the one that stayed.
    const stored = await keeper.read();
    const winner = stored?.mode === 'secret' ? stored.secret : secret;
    return this.openWith(winner, data, true);
  }

  private async openWith(secret: string, data: boolean, isFresh: boolean): Promise<Answer> {
    const { keeper, link } = this.parts;
    let answer: Answer;
    try {
      answer = await this.post('/sessions', { link, secret, ...this.options(data) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 409) return this.afterConflict(error, secret, data);
      if (error.isEnd || (isFresh && error.status < 500 && error.status !== 429)) {
        await keeper.dropSecret(secret);
      }
      throw error;
    }
    return this.accept(answer, () => this.preferCookie(answer.first, secret));
  }

  /** The link is used, and not with this secret. */
  private async afterConflict(refusal: Refusal, secret: string, data: boolean): Promise<Answer> {
    const { keeper } = this.parts;
    await keeper.dropSecret(secret);
    const stored: Slot | null = await keeper.read();
    if (stored?.mode === 'secret') {
      const { link } = this.parts;
      const again = await this.post('/sessions', {
        link,
        secret: stored.secret,
        ...this.options(data),
      }).catch((error: unknown) => {
        if (error instanceof Unreachable) throw error;
        return null;
      });
      if (again) return this.accept(again, () => this.preferCookie(again.first, stored.secret));
    }
    // Storage may be gone while the cookie stayed: one try.
    const session = refusal.sessionId ?? (stored?.mode === 'cookie' ? stored.session : undefined);
    if (session === undefined) throw refusal;
    let answer: Answer;
    try {
      answer = await this.resume(session, data);
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      if (error instanceof Refusal && error.isEnd) throw error;
      throw refusal;
    }
    const ends = endOf(answer.first, this.parts);
    return this.accept(answer, () => keeper.write({ mode: 'cookie', session, ends }));
  }

  /** Looks whether the cookie comes back; if so the secret is forgotten. */
  private async preferCookie(first: FirstLine, secret: string): Promise<void> {
    const { keeper } = this.parts;
    const session = first.session.id;
    const ends = endOf(first, this.parts);
    let slot: Slot = { mode: 'secret', secret, session, ends };
    try {
      const probe = await this.resume(session, false);
      void probe.lines.return(undefined);
      slot = { mode: 'cookie', session, ends };
    } catch {
      // No cookie here: the secret stays. The next grant looks again.
    }
    await keeper.write(slot);
  }

  protected resume(session: string, data: boolean): Promise<Answer> {
    const path = `/sessions/${encodeURIComponent(session)}/resume`;
    return this.post(path, this.options(data), { 'x-casement': '1' });
  }

  protected options(data: boolean): Record<string, unknown> {
    const { width, timezone } = this.parts;
    return {
      ...(width === undefined ? {} : { width }),
      ...(timezone === undefined ? {} : { timezone }),
      ...(data ? {} : { data: false }),
    };
  }

  protected accept(answer: Answer, settle?: () => Promise<void>): Answer {
    this.keepToken(answer.first);
    return settle ? { ...answer, settle } : answer;
  }

  protected keepToken(grant: Pick<FirstLine, 'access_token' | 'access_token_expires_in'>): void {
    this.token = grant.access_token;
    this.tokenEnds = this.parts.now() + grant.access_token_expires_in * 1000;
  }

  /** Posts until there is an answer with its first line, or a refusal. The body is idempotent. */
  protected async post(
    path: string,
    body: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      let busy: Refusal | null = null;
      try {
        const response = await this.parts.fetch(kApi + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });
        if (response.ok) {
          const answer = await startAnswer(response);
          if (answer) return answer;
        } else {
          const refusal = await refusalOf(response);
          if (response.status < 502 && response.status !== 429) throw refusal;
          busy = refusal;
        }
      } catch (error) {
        if (error instanceof Refusal) throw error;
      }
      const delay = kRetryDelays[attempt];
      if (delay === undefined) {
        throw busy ?? new Unreachable('The server could not be reached.');
      }
      await this.parts.sleep(delay);
    }
  }
}

export interface Answer {
  first: FirstLine;
  /** Everything after the first line. */
  lines: AsyncGenerator;
  /** What is left to do for the slot once the answer has begun. */
  settle?: () => Promise<void>;
}

export function endOf(first: FirstLine, parts: SessionParts): number {
  const ends = Date.parse(first.session.expires_at);
  return Number.isNaN(ends) ? parts.wallClock() + kLongestSession : ends;
}

export async function refusalOf(response: Response): Promise<Refusal> {
  const body: unknown = await response.json().catch(() => null);
  return new Refusal(response.status, readError(body, response.status));
}

/** Null when the answer was cut before its first line: as good as lost. */
async function startAnswer(response: Response): Promise<Answer | null> {
  if (!response.body) return null;
  const lines = readLines(response.body);
  const first = await lines.next();
  if (first.done || !isFirstLine(first.value)) return null;
  return { first: numbered(first.value), lines };
}

export function numbered(line: FirstLine): FirstLine {
  // A page that shows a folder has no dashboard.
  const panels = (line.dashboard as Dashboard | undefined)?.panels ?? [];
  for (const panel of panels) panel.id = pageId(panel.id, panel.repeat);
  return line;
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* nothing(): AsyncGenerator {
  yield* [];
}
