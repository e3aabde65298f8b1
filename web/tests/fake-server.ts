// A server that keeps the protocol's rules, and storages, for the session's tests.
import type { Slot, SlotStore } from '../viewer/session/slots';
import { Session, type SessionParts } from '../viewer/session/session';
import { SlotKeeper } from '../viewer/session/slots';

export class MemoryStore implements SlotStore {
  readonly slots = new Map<string, Slot>();
  isBroken = false;

  read(name: string): Promise<Slot | null> {
    return Promise.resolve(this.isBroken ? null : (this.slots.get(name) ?? null));
  }
  write(name: string, slot: Slot): Promise<boolean> {
    if (this.isBroken) return Promise.resolve(false);
    this.slots.set(name, slot);
    return Promise.resolve(true);
  }
  remove(name: string): Promise<void> {
    this.slots.delete(name);
    return Promise.resolve();
  }
  tidy(before: number): Promise<void> {
    for (const [name, slot] of this.slots) if (slot.ends < before) this.slots.delete(name);
    return Promise.resolve();
  }
}

interface StoredSession {
  id: string;
  secret: string;
  hasCookie: boolean;
  isEnded: boolean;
}

export class FakeServer {
  /** Whether this browser takes and returns cookies. */
  takesCookies = true;
  /** So many answers are lost after the server has done its work. */
  lostAnswers = 0;
  /** Lines after which an answer breaks off; -1: never. */
  cutAfter = -1;
  tokenLifetime = 600;
  linkIsExpired = false;
  readonly calls: string[] = [];
  readonly sessions = new Map<string, StoredSession>();
  private readonly tokens = new Map<string, StoredSession>();
  private count = 0;

  readonly fetch: typeof fetch = (input, init) => {
    const path = (input as string).replace('/api/casement/v1', '');
    const body = JSON.parse(init?.body as string) as Record<string, unknown>;
    const headers = new Headers(init?.headers);
    this.calls.push(path);
    const response = this.answer(path, body, headers);
    if (this.lostAnswers > 0) {
      this.lostAnswers--;
      return Promise.reject(new TypeError('network'));
    }
    return Promise.resolve(response);
  };

  forgetTokens(): void {
    this.tokens.clear();
  }

  private answer(path: string, body: Record<string, unknown>, headers: Headers): Response {
    if (path === '/sessions') {
      const link = body.link as string;
      let session = this.sessions.get(link);
      if (!session) {
        if (this.linkIsExpired) return refuse(410, 'link_expired');
        session = {
          id: `s${this.sessions.size + 1}`,
          secret: body.secret as string,
          hasCookie: false,
          isEnded: false,
        };
        this.sessions.set(link, session);
      }
      if (session.secret !== body.secret) {
        return refuse(409, 'link_already_used', { session_id: session.id });
      }
      if (session.isEnded) return refuse(410, 'session_ended');
      session.hasCookie = this.takesCookies;
      return this.grant(session, body.data !== false, 201);
    }
    const resume = /^\/sessions\/([\w-]+)\/resume$/.exec(path);
    if (resume) {
      if (headers.get('x-casement') !== '1') return refuse(400, 'bad_request');
      const session = [...this.sessions.values()].find((candidate) => candidate.id === resume[1]);
      if (!session?.hasCookie) return refuse(401, 'no_session_cookie');
      if (session.isEnded) return refuse(410, 'session_ended');
      return this.grant(session, body.data !== false, 200);
    }
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const session = this.tokens.get(token);
    if (!session) return refuse(401, 'bad_token');
    if (session.isEnded) return refuse(410, 'session_ended');
    return this.stream(200, (body.panels as number[]).map(panelLine));
  }

  private grant(session: StoredSession, data: boolean, status: number): Response {
    const token = `t${++this.count}`;
    this.tokens.set(token, session);
    const first = {
      session: { id: session.id, expires_at: '2030-01-01T00:00:00Z' },
      access_token: token,
      access_token_expires_in: this.tokenLifetime,
      dashboard: { uid: 'd', title: 'D', time: { from: 0, to: 1, selectable: true }, panels: [] },
    };
    return this.stream(status, [first, ...(data ? [1, 2].map(panelLine) : [])]);
  }

  private stream(status: number, lines: unknown[]): Response {
    const whole = [...lines, { end: true }];
    const sent = this.cutAfter < 0 ? whole : whole.slice(0, this.cutAfter);
    return new Response(sent.map((line) => `${JSON.stringify(line)}\n`).join(''), { status });
  }
}

function panelLine(panel: number): unknown {
  return { panel, from: 0, to: 1, frames: [] };
}

function refuse(status: number, code: string, extra: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ error: { code, message: code, ...extra } }), { status });
}

export interface Browser {
  stores: MemoryStore[];
  now: number;
  secrets: number;
}

export function newBrowser(): Browser {
  return { stores: [new MemoryStore(), new MemoryStore()], now: 0, secrets: 0 };
}

export function frame(
  server: FakeServer,
  browser: Browser,
  change: Partial<SessionParts> = {},
): Session {
  const link = change.link ?? '/sb/secure-embed/x?nonce=1';
  return new Session({
    link,
    keeper: new SlotKeeper(`casement:${link}`, browser.stores),
    fetch: server.fetch,
    lock: (action) => action(),
    makeSecret: () => `secret-${Math.random()}`,
    now: () => browser.now,
    wallClock: () => 1_700_000_000_000,
    sleep: () => Promise.resolve(),
    ...change,
  });
}

/** Lets everything that is already on its way arrive. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await new Promise((resolve) => setTimeout(resolve, 0));
}
