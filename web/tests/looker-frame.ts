// A frame of Looker's dialect without a browser: a clock, a host page after the recorded wire trace,
// a server that keeps the protocol, and the viewer's real parts between them.
import { afterEach } from 'node:test';
import type { Dashboard } from '../viewer/api/wire';
import type { EmbedFirstLine, Folder } from '../viewer/looker/wire';
import { Chatty } from '../viewer/looker/chatty';
import type { Channel } from '../viewer/looker/channel';
import { Conversation } from '../viewer/looker/conversation';
import { EmbedSession, type EmbedParts } from '../viewer/looker/embed-session';
import { EmbedViewer } from '../viewer/looker/embed-viewer';
import { SessionWatch } from '../viewer/looker/session-watch';
import { TokenKeeper } from '../viewer/looker/tokens';
import { SlotKeeper } from '../viewer/session/slots';
import { MemoryStore } from './fake-server';

export const kHostOrigin = 'https://app.example';
export const kFrameOrigin = 'https://dash.example';
export const kTarget = '/embed/dashboards/42?State=CA&embed_domain=https://app.example&sdk=3';

// An open port would keep the test from ending.
const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

export function makeChannel(): MessageChannel {
  const channel = new MessageChannel();
  ports.push(channel.port1, channel.port2);
  return channel;
}

export class FakeClock {
  time = 0;
  private count = 0;
  private readonly timers = new Map<number, { at: number; action: () => void }>();

  readonly now = (): number => this.time;
  readonly setTimer = (action: () => void, ms: number): number => {
    this.timers.set(++this.count, { at: this.time + ms, action });
    return this.count;
  };
  readonly clearTimer = (timer: unknown): void => {
    this.timers.delete(timer as number);
  };

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [id, next] = [...this.timers].sort((a, b) => a[1].at - b[1].at)[0] ?? [];
      if (id === undefined || !next || next.at > end) break;
      this.timers.delete(id);
      this.time = Math.max(this.time, next.at);
      next.action();
    }
    this.time = end;
  }
}

export interface Wire {
  action: number;
  data: { eventName?: string; payload?: unknown[]; sequence?: number };
}

/** The host's side as recorded from the vendor's SDK. */
export class FakeHost {
  readonly log: Wire[] = [];
  readonly greetings: { message: unknown; origin: string }[] = [];
  /** What the handlers of an event answer. */
  readonly answers = new Map<string, unknown[]>();
  /** Answers the greeting. */
  listens = true;
  port: MessagePort | null = null;
  private readonly replies = new Map<number, (message: Wire) => void>();
  private sequence = 0;

  readonly window = {
    postMessage: (message: unknown, origin: string, transfer?: Transferable[]) => {
      this.greetings.push({ message, origin });
      const port = transfer?.[0] as MessagePort;
      if (this.listens) this.accept(port);
      else port.close();
    },
  } as unknown as Window;

  private accept(port: MessagePort): void {
    this.port?.close();
    this.port = port;
    port.onmessage = (event: MessageEvent<Wire>) => this.receive(event.data);
    port.postMessage({ action: 0, data: {} });
  }

  private receive(message: Wire): void {
    this.log.push(message);
    const { eventName = '', sequence = 0 } = message.data;
    if (message.action === 3) {
      const payload = this.answers.get(eventName) ?? [];
      this.port?.postMessage({ action: 3, data: { eventName, payload, sequence } });
    }
    if (message.action === 4 || message.action === 5) this.replies.get(sequence)?.(message);
  }

  send(eventName: string, detail?: unknown): void {
    this.port?.postMessage({ action: 1, data: { eventName, payload: [detail] } });
  }

  ask(eventName: string, detail?: unknown): Promise<Wire> {
    const sequence = ++this.sequence;
    this.port?.postMessage({ action: 2, data: { eventName, payload: [detail], sequence } });
    return new Promise((resolve) => this.replies.set(sequence, resolve));
  }

  abort(eventName: string): void {
    const data = { eventName, payload: { reason: 'Abort' }, sequence: this.sequence };
    this.port?.postMessage({ action: 5, data });
  }

  /** Events told, by name. */
  get events(): string[] {
    return this.log.flatMap(({ data }) => data.eventName ?? []);
  }

  /** The first argument of each event of this name. */
  details(eventName: string): Record<string, unknown>[] {
    return this.log
      .filter(({ data }) => data.eventName === eventName)
      .map(({ data }) => data.payload?.[0] as Record<string, unknown>);
  }

  last(eventName: string): Record<string, unknown> {
    return this.details(eventName).at(-1) ?? {};
  }
}

interface Call {
  path: string;
  body: Record<string, unknown>;
}

export class LookerServer {
  readonly calls: Call[] = [];
  readonly links = new Map<string, string>();
  cookieless = false;
  takesCookies = true;
  ttl = 3600;
  isOver = false;
  /** Sessions that were ended, by id. */
  readonly ended = new Set<string>();
  /** Whose session each is; the first person's where nothing is said. */
  readonly owners = new Map<string, { user: number; ordinary?: boolean }>();
  zone = '';
  time: Dashboard['time'] = { from: 0, to: 1, selectable: false };
  password = 'right';
  permissions = { drill: true, download: true, fresh: true };
  /** Panels whose query fails. */
  readonly broken = new Set<number>();
  readonly goodTokens = new Set<string>();
  /** Resolves queries that wait, when set. */
  gate: Promise<void> = Promise.resolve();
  private count = 0;
  private cookies = new Set<string>();
  private readonly secrets = new Map<string, string>();
  private readonly tokens = new Map<string, string>();

  readonly fetch: typeof fetch = async (input, init) => {
    const path = (input as string).replace('/api/casement/v1', '');
    const body = JSON.parse(init?.body as string) as Record<string, unknown>;
    this.calls.push({ path, body });
    if (path === '/query' || path === '/view') await this.gate;
    const bearer = (init?.headers as Record<string, string> | undefined)?.authorization ?? '';
    return this.answer(path, body, bearer.replace('Bearer ', ''));
  };

  paths(): string[] {
    return this.calls.map(({ path }) => path);
  }

  private answer(path: string, body: Record<string, unknown>, token: string): Response {
    if (path === '/sessions') return this.open(body);
    if (path === '/sessions/tokens') {
      if (this.isOver) return refuse(410, 'session_expired');
      if (!this.goodTokens.has(body.api_token as string)) return refuse(401, 'token_expired');
      return Response.json({
        access_token: `t${++this.count}`,
        access_token_expires_in: 600,
        session_ttl: this.ttl,
      });
    }
    if (this.isOver) return refuse(410, 'session_expired');
    const leave = /^\/sessions\/(\w+)\/leave$/.exec(path)?.[1];
    if (leave !== undefined) {
      this.ended.add(leave);
      return new Response(null, { status: 204 });
    }
    const resume = /^\/sessions\/(\w+)\/resume$/.exec(path);
    if (resume) {
      const id = resume[1] ?? '';
      const isKnown =
        body.secret === undefined ? this.cookies.has(id) : this.secrets.get(id) === body.secret;
      if (!isKnown) return refuse(401, 'no_session_cookie');
      if (this.ended.has(id)) return refuse(410, 'session_ended');
      return this.first(id, body.content as string, body.data !== false);
    }
    const session = this.tokens.get(token) ?? 's1';
    if (this.ended.has(session)) return refuse(410, 'session_ended');
    if (path === '/view') return this.first(session, body.content as string, false);
    const panels = body.panels as number[];
    return lines(panels.map((panel) => this.panel(panel)));
  }

  private open(body: Record<string, unknown>): Response {
    const link = body.link as string;
    const secret = body.secret as string;
    const isNaked = link.startsWith('/embed/') && !link.includes('embed_navigation_token=');
    const login = body.login as { password?: string } | undefined;
    if (isNaked && !login) return refuse(401, 'not_authenticated');
    if (login && login.password !== this.password) return refuse(401, 'login_failed');
    let id = this.links.get(link);
    if (id === undefined) {
      id = `s${this.links.size + 1}`;
      this.links.set(link, id);
      this.secrets.set(id, secret);
    } else if (this.secrets.get(id) !== secret) {
      return refuse(409, 'link_already_used', { session_id: id });
    }
    if (this.takesCookies) this.cookies.add(id);
    if (this.ended.has(id)) return refuse(410, 'session_ended');
    return this.first(id, isNaked ? link : kTarget, body.data !== false);
  }

  private panel(panel: number): unknown {
    if (this.broken.has(panel)) {
      return { panel, error: { code: 'query_failed', message: 'The query failed.' } };
    }
    return {
      panel,
      from: 0,
      to: 1,
      frames: [{ name: 'A', columns: [], rows: 0, truncated: panel === 2 }],
    };
  }

  private first(id: string, target: string, data: boolean): Response {
    const url = new URL(target, kFrameOrigin);
    const [, , kind = '', content = ''] = url.pathname.split('/');
    if (content === '404') {
      return refuse(
        404,
        'content_not_found',
        {},
        'The dashboard you requested could not be found.',
      );
    }
    const token = `t${++this.count}`;
    this.tokens.set(token, id);
    const line: EmbedFirstLine = {
      session: { id, expires_at: '2030-01-01T00:00:00Z' },
      access_token: token,
      access_token_expires_in: 600,
      embed: {
        target,
        ...(this.owners.get(id) ?? { user: 17 }),
        query_timezone: this.zone,
        cookieless: this.cookieless,
        session_ttl: this.ttl,
        permissions: this.permissions,
        hidden_filters: ['Secret place'],
      },
      content: {
        type: kind.replace(/s$/, '') as 'dashboard',
        id: content,
        title: `Content ${content}`,
        url: url.pathname,
      },
    };
    if (kind === 'folders') line.folder = kFolder;
    else if (kind !== 'preload') {
      line.dashboard = {
        ...dashboard(content, kind === 'looks', url.searchParams),
        time: this.time,
      };
    }
    const panels = line.dashboard?.panels.filter((panel) => panel.queries) ?? [];
    return lines([line, ...(data ? panels.map((panel) => this.panel(panel.id)) : [])]);
  }
}

const kFolder: Folder = {
  id: '7',
  title: 'Shared',
  parent: null,
  folders: [],
  items: [{ type: 'dashboard', id: '43', title: 'Delays', url: '/embed/dashboards/43' }],
};

function dashboard(id: string, isLook: boolean, query: URLSearchParams) {
  const panel = (number: number) => ({
    id: number,
    type: 'timeseries',
    title: `Tile ${number}`,
    grid: { x: 0, y: 8 * (number - 1), w: 12, h: 8 },
    options: { stack: true },
    queries: ['A'],
  });
  return {
    uid: `d${id}`,
    title: `Content ${id}`,
    download: true,
    variables: [
      {
        name: 'state',
        label: 'State',
        type: 'list' as const,
        mode: 'free' as const,
        value: [query.get('State') ?? query.get('state') ?? 'NY'],
      },
      {
        name: 'carrier',
        type: 'list' as const,
        mode: 'free' as const,
        multi: true,
        value: (query.get('carrier') ?? 'AA,DL').split(','),
      },
      {
        name: 'place',
        label: 'Secret place',
        type: 'list' as const,
        mode: 'locked' as const,
        value: ['ATL'],
      },
    ],
    panels: isLook ? [panel(1)] : [panel(1), panel(2)],
  };
}

function lines(values: unknown[]): Response {
  const text = [...values, { end: true }].map((value) => `${JSON.stringify(value)}\n`).join('');
  return new Response(text);
}

function refuse(
  status: number,
  code: string,
  extra: Record<string, string> = {},
  message = code,
): Response {
  return Response.json({ error: { code, message, ...extra } }, { status });
}

export interface LookerFrame {
  clock: FakeClock;
  host: FakeHost;
  server: LookerServer;
  stores: MemoryStore;
  session: EmbedSession;
  viewer: EmbedViewer;
  conversation: Conversation;
  channel: Channel;
  travels: string[];
  closed: string[];
  open: () => Promise<void>;
}

// The viewer's own timers wait for minutes; they must not keep the test from ending.
const realSetTimeout = setTimeout;
const unheld = (action: () => void, ms?: number): NodeJS.Timeout =>
  realSetTimeout(action, ms).unref();

// As much of a browser as the viewer touches when it is made.
Object.assign(globalThis, {
  setTimeout: unheld,
  document: {
    addEventListener: () => undefined,
    hidden: true,
    documentElement: { clientWidth: 800 },
  },
  window: { addEventListener: () => undefined },
});

export function sessionOf(
  server: LookerServer,
  stores: MemoryStore[],
  change: Partial<EmbedParts> = {},
): EmbedSession {
  const link = change.link ?? '/login/embed/%2Fembed%2Fdashboards%2F42?nonce=%22a%22';
  const isNaked = link.startsWith('/embed/');
  return new EmbedSession({
    link,
    isNaked,
    keeper: new SlotKeeper(`casement:${link}`, stores),
    pointer: new SlotKeeper('casement:embed-user', stores),
    pointerLock: (action) => action(),
    fetch: server.fetch,
    lock: (action) => action(),
    makeSecret: () => `secret-${Math.random()}`,
    now: () => 0,
    wallClock: () => 1_700_000_000_000,
    sleep: () => Promise.resolve(),
    ...change,
  });
}

export function lookerFrame(
  change: Partial<EmbedParts> = {},
  makeOwn?: (host: FakeHost, clock: FakeClock) => Channel,
): LookerFrame {
  const clock = new FakeClock();
  const host = new FakeHost();
  const server = new LookerServer();
  const travels: string[] = [];
  const closed: string[] = [];
  const stores = new MemoryStore();
  const session = sessionOf(server, [stores], { now: clock.now, ...change });
  const watch = new SessionWatch({
    now: clock.now,
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
    near: (seconds) => conversation.near(seconds),
    ended: () => void viewer.checkSession().catch(() => undefined),
  });
  session.onTtl = (seconds) => watch.set(seconds);
  const viewer = new EmbedViewer({
    session,
    events: {
      opened: () => undefined,
      closed: (code, isEnd) => {
        closed.push(code);
        conversation.closed(code, isEnd);
      },
    },
    zone: 'UTC',
    travel: (target, how) => travels.push(`${how} ${target}`),
  });
  const channel =
    makeOwn?.(host, clock) ??
    new Chatty({
      parent: host.window,
      origin: kHostOrigin,
      makeChannel,
      setTimer: clock.setTimer,
      clearTimer: clock.clearTimer,
    });
  const conversation = new Conversation({
    channel,
    viewer,
    origin: kFrameOrigin,
    version: '26.12.0',
    watch,
    makeTokens: () => {
      if (!session.details?.cookieless) return null;
      session.tokens = new TokenKeeper({
        now: clock.now,
        setTimer: clock.setTimer,
        clearTimer: clock.clearTimer,
        wallClock: () => 1_700_000_000_000 + clock.time,
        request: () => channel.send('session:tokens:request'),
        renewed: () => void session.renew().catch(() => undefined),
        interrupted: () => viewer.close('session_interrupted'),
        expired: () => viewer.close('session_expired'),
      });
      return session.tokens;
    },
    setTimer: clock.setTimer,
  });
  return {
    clock,
    host,
    server,
    stores,
    session,
    viewer,
    conversation,
    channel,
    travels,
    closed,
    open: async () => {
      conversation.start();
      await viewer.open();
      await quiet();
    },
  };
}

/** Lets every message and every answer that is on its way arrive. */
export async function quiet(): Promise<void> {
  for (let round = 0; round < 8; round++) {
    await new Promise((resolve) => realSetTimeout(resolve, 1));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
