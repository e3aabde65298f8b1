// A server that keeps the protocol of keys' sessions, in memory.
import type { KeyFirstLine, PageLook } from '../viewer/grafana/wire';
import { kPlainLook } from '../viewer/grafana/wire';

export const kOrigin = 'https://dash.example';

interface Call {
  path: string;
  body: Record<string, unknown>;
}

interface StoredSession {
  id: string;
  secret: string;
  target: string;
}

/** The same without the parameters that prove something; no test has one that is hard to read. */
function clean(link: string): string {
  const [path = '', search = ''] = link.split('?');
  const kept = search.split('&').filter((pair) => pair && !/^(aliyun|casement)_/.test(pair));
  return kept.length > 0 ? `${path}?${kept.join('&')}` : path;
}

export class GrafanaServer {
  readonly calls: Call[] = [];
  takesCookies = true;
  /** New sessions are refused: the links' time is over. */
  linkIsExpired = false;
  /** Every session is over. */
  isOver = false;
  /** Of the clock that "now" in an address means; epoch milliseconds. */
  now = 1_700_000_000_000;
  selectable = true;
  ownRefresh: number | null = null;
  timezone = 'browser';
  /** What the server reads from the address, besides the panel. */
  look: Partial<PageLook> = {};
  /** Questions fail so. */
  failWith: { status: number; code: string } | null = null;
  private readonly sessions = new Map<string, StoredSession>();
  private readonly links = new Map<string, string>();
  private readonly cookies = new Set<string>();
  private readonly tokens = new Map<string, string>();
  private count = 0;
  private gate: Promise<void> = Promise.resolve();

  readonly fetch: typeof fetch = (input, init) => {
    const path = (input as string).replace('/api/casement/v1', '');
    const body = JSON.parse(init?.body as string) as Record<string, unknown>;
    const headers = new Headers(init?.headers);
    this.calls.push({ path, body });
    return this.gate.then(() => this.answer(path, body, headers));
  };

  /** Answers wait until the function that this returns is called. */
  hold(): () => void {
    let letGo = (): void => undefined;
    this.gate = new Promise((resolve) => {
      letGo = resolve;
    });
    return letGo;
  }

  paths(): string[] {
    return this.calls.map(({ path }) => path);
  }

  lastCall(path: string): Record<string, unknown> {
    const call = [...this.calls].reverse().find((candidate) => candidate.path === path);
    if (!call) throw new Error(`Nobody called ${path}.`);
    return call.body;
  }

  /** The cookies of this browser are gone. */
  forgetCookies(): void {
    this.cookies.clear();
  }

  private answer(path: string, body: Record<string, unknown>, headers: Headers): Response {
    if (path === '/sessions') return this.open(body);
    if (this.isOver) return refuse(410, 'session_expired');
    const resumed = /^\/sessions\/(\w+)\/resume$/.exec(path)?.[1];
    if (resumed !== undefined) {
      if (headers.get('x-casement') !== '1') return refuse(403, 'cross_origin_request');
      const session = this.sessions.get(resumed);
      if (!session) return refuse(404, 'session_not_found');
      const isKnown =
        body.secret === undefined ? this.cookies.has(resumed) : session.secret === body.secret;
      if (!isKnown) return refuse(401, 'no_session_cookie');
      return this.first(session, body);
    }
    const id = this.tokens.get(headers.get('authorization')?.replace('Bearer ', '') ?? '');
    const session = this.sessions.get(id ?? '');
    if (!session) return refuse(401, 'access_token_expired');
    if (this.failWith) return refuse(this.failWith.status, this.failWith.code);
    if (path === '/view') return this.first(session, { ...body, data: false });
    if (body.content !== 'dashboards/flights' && body.content !== 'dashboards/other') {
      return refuse(400, 'content_required');
    }
    return lines((body.panels as number[]).map(panelLine));
  }

  private open(body: Record<string, unknown>): Response {
    const link = body.link as string;
    const secret = body.secret as string;
    const known = this.sessions.get(this.links.get(`${link} ${secret}`) ?? '');
    if (known) {
      if (this.isOver) return refuse(410, 'session_expired');
      return this.first(known, body);
    }
    const isSpent = [...this.links.keys()].some((key) => key.startsWith(`${link} `));
    if (isSpent && link.includes('casement_nonce=')) return refuse(409, 'link_already_used');
    if (this.linkIsExpired) return refuse(410, 'link_expired');
    const session = { id: `s${this.sessions.size + 1}`, secret, target: clean(link) };
    this.sessions.set(session.id, session);
    this.links.set(`${link} ${secret}`, session.id);
    if (this.takesCookies) this.cookies.add(session.id);
    return this.first(session, body);
  }

  private first(session: StoredSession, body: Record<string, unknown>): Response {
    const target = (body.content as string | undefined) ?? session.target;
    const url = new URL(target, kOrigin);
    const [, kind, uid = ''] = url.pathname.split('/');
    if (uid === 'missing') return refuse(404, 'content_not_found');
    const panel = url.searchParams.get('panelId') ?? url.searchParams.get('viewPanel');
    const token = `t${++this.count}`;
    this.tokens.set(token, session.id);
    const line: KeyFirstLine = {
      session: { id: session.id, expires_at: '2030-01-01T00:00:00Z' },
      access_token: token,
      access_token_expires_in: 600,
      content: { type: 'dashboard', id: uid, title: `Content ${uid}`, url: target },
      sharable: {
        target,
        session_ttl: 3599,
        page: {
          ...kPlainLook,
          panel: panel === null ? null : Number(panel),
          solo: kind === 'd-solo',
          ...this.look,
        },
      },
      dashboard: {
        uid,
        title: `Content ${uid}`,
        timezone: this.timezone,
        refresh_seconds: this.ownRefresh,
        time: { ...this.time(url), selectable: this.selectable, spans: ['1h', '1d', '1mo'] },
        variables: [
          {
            name: 'airport',
            type: 'list',
            mode: 'free',
            multi: true,
            include_all: true,
            value: url.searchParams.getAll('var-airport'),
          },
          { name: 'carrier', type: 'list', mode: 'locked', value: ['AA'] },
        ],
        panels: [1, 2, 3].map((id) => ({
          id,
          type: 'timeseries',
          title: `Panel ${id}`,
          grid: { x: 0, y: 8 * id, w: 24, h: 8 },
          queries: ['A'],
        })),
      },
    };
    return lines([line, ...(body.data === false ? [] : [1, 2, 3].map(panelLine))]);
  }

  /** As much of it as the tests' addresses say. */
  private time({ searchParams }: URL) {
    if (!this.selectable) return { span: '', from: 0, to: this.now };
    const from = searchParams.get('from');
    const to = searchParams.get('to');
    const span = /^now-(\d+[hmd])$/.exec(from ?? '')?.[1];
    if (span !== undefined && to === 'now') {
      return { span, from: 0, to: this.now };
    }
    if (from === 'now/d') {
      return { span: '', from: this.now - 36_000_000, to: this.now };
    }
    if (from !== null) {
      return { span: '', from: Number(from), to: Number(to) };
    }
    return { span: '1d', from: 0, to: this.now };
  }
}

function panelLine(panel: number): unknown {
  return { panel, from: 0, to: 1, frames: [] };
}

function lines(values: unknown[]): Response {
  return new Response(
    [...values, { end: true }].map((value) => `${JSON.stringify(value)}\n`).join(''),
  );
}

function refuse(status: number, code: string): Response {
  return Response.json({ error: { code, message: code } }, { status });
}
