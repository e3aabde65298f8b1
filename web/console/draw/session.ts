// Draws a dashboard for who is signed in: the viewer's session, but by the person's cookie, about a
// named dashboard or a draft, and, for authors, through somebody else's eyes.
import { readLines } from '../../viewer/api/ndjson';
import { isEnd, isPanelLine, type Dashboard, type FirstLine } from '../../viewer/api/wire';
import { browserStores, SlotKeeper } from '../../viewer/session/slots';
import { numbered, Refusal, refusalOf, Session, Unreachable } from '../../viewer/session/session';
import type { Opening } from '../../viewer/session/session';
import { chartWidth } from '../../viewer/state/chart-width';
import { kApi, refusalOf as formRefusalOf, signedOut } from '../api/client';
import type { Json } from '../api/types';

/** Through whose eyes: one of them. */
export interface SeenAs {
  user?: number;
  attributes?: Record<string, string>;
  share?: string;
  link?: string;
}

export interface DrawnThing {
  /** Id or uid of what is kept. */
  dashboard?: string;
  /** In its place, or where nothing is kept yet. */
  document?: Json;
  as?: SeenAs;
}

export interface InspectedQuery {
  name: string;
  source: string;
  source_type: string;
  written: string;
  asked: string;
  values: Record<string, unknown>;
  from_cache: boolean;
  milliseconds: number;
  rows: number | null;
  bytes: number | null;
  truncated: boolean;
  step_ms?: number;
  error: { code: string; message: string } | null;
}

const kPaths: Record<string, string> = {
  '/view': '/draw',
  '/query': '/draw/query',
  '/export': '/draw/export',
  '/choices': '/draw/choices',
};

/** With the place in the draft that is wrong: "document.panels[2].queries[0].sql". */
export class DrawnRefusal extends Refusal {
  constructor(
    refusal: Refusal,
    readonly field: string | null,
  ) {
    super(refusal.status, { code: refusal.code, message: refusal.message });
  }
}

async function fieldOf(response: Response): Promise<string | null> {
  try {
    const { error } = (await response.json()) as { error?: { field?: unknown } };
    return typeof error?.field === 'string' ? error.field : null;
  } catch {
    return null;
  }
}

/** A console's session has no end of its own that the viewer could renew. */
const kNever = 2 ** 31 - 1;

export class DrawnSession extends Session {
  /** What the first look asks for besides; later ones send what is chosen. */
  opensWith: Record<string, unknown> = {};

  /** May change between calls: the next one asks about the new one. */
  constructor(public thing: DrawnThing) {
    super({
      link: '',
      keeper: new SlotKeeper('', browserStores()),
      fetch: (input, init) => window.fetch(input, init),
      lock: (action) => action(),
      makeSecret: () => '',
      now: () => performance.now(),
      wallClock: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  }

  override async open(): Promise<Opening> {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const body = { width: chartWidth(), timezone: zone, ...this.opensWith };
    const response = await this.call('/view', body, new AbortController().signal);
    const lines = response.body ? readLines(response.body) : null;
    const first = await lines?.next();
    if (!lines || first?.done !== false) throw new Unreachable('The answer was cut.');
    return { first: this.lineOf(first.value), panels: this.onlyPanels(lines) };
  }

  override renew(): Promise<unknown> {
    return Promise.resolve();
  }

  override renewIn(): number {
    return kNever;
  }

  /** Whether it can be drawn like this. Throws a refusal that names the field, for a form. */
  async look(thing: DrawnThing, signal: AbortSignal): Promise<void> {
    const response = await this.send('/draw', { data: false, ...thing }, signal);
    if (!response.ok) throw await formRefusalOf(response);
    await response.text();
  }

  async inspect(panel: unknown, body: object, signal: AbortSignal): Promise<InspectedQuery[]> {
    const response = await this.call('/draw/inspect', { ...body, ...(panel as object) }, signal);
    return ((await response.json()) as { queries: InspectedQuery[] }).queries;
  }

  protected override async firstLine(
    body: unknown,
    signal: AbortSignal,
  ): Promise<FirstLine | null> {
    const response = await this.call('/view', { ...(body as object), data: false }, signal);
    if (!response.body) return null;
    for await (const line of readLines(response.body)) {
      if (!isEnd(line) && !isPanelLine(line)) return this.lineOf(line);
    }
    return null;
  }

  protected override async call(
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Response> {
    // Versions of answers belong to sessions of links.
    const { have: _have, ...rest } = body as Record<string, unknown>;
    const response = await this.send(kPaths[path] ?? path, { ...rest, ...this.thing }, signal);
    if (response.ok) return response;
    const again = response.clone();
    throw new DrawnRefusal(await refusalOf(response), await fieldOf(again));
  }

  private async send(path: string, body: object, signal: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(kApi + path, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json', 'X-Casement': '1' },
        body: JSON.stringify(body),
        signal,
      });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Unreachable('The server could not be reached.');
    }
    if (response.status === 401) signedOut();
    return response;
  }

  private lineOf(line: unknown): FirstLine {
    const { dashboard } = line as { dashboard?: Dashboard };
    if (!dashboard) throw new Refusal(502, { code: 'cut', message: 'The answer was cut.' });
    return numbered({
      session: { id: '', expires_at: '' },
      access_token: '',
      access_token_expires_in: 0,
      dashboard,
    });
  }
}
