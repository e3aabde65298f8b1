// A server that keeps the protocol of persons' sessions, in memory.
import type { Dashboard } from '../viewer/api/wire';
import type { EmbedFirstLine, Folder } from '../viewer/looker/wire';

export const kFrameOrigin = 'https://dash.example';
export const kTarget = '/embed/dashboards/42?State=CA&embed_domain=https://app.example&sdk=3';

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
  /** Why other tokens are refused. */
  tokenRefusal = 'api_token_expired';
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
      if (!this.goodTokens.has(body.api_token as string)) return refuse(401, this.tokenRefusal);
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
