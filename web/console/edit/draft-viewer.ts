// Draws the document that is being written: asks the server how it looks after each change, and for
// data only where a change may have changed them. A panel that the server refuses does not keep the
// others from being drawn.
import { batch, signal } from '@preact/signals';
import type { Dashboard, FirstLine, Panel } from '../../viewer/api/wire';
import { wireId } from '../../viewer/session/clones';
import { isAbort } from '../api/client';
import type { JsonObject } from '../api/types';
import { DrawnSession } from '../draw/session';
import { DrawnViewer } from '../draw/viewer';
import type { PanelState } from '../../viewer/state/viewer';
import { isSame } from './diff';
import { idOf, objectOf, objects, panelOf, panelsOf, textOf } from './document';
import { faultOf, faultWords, type Fault } from './faults';

const kMostFaults = 20;

/** Can be left out of a drawing while they are wrong. */
const kSpared = new Set(['time', 'refresh', 'timezone', 'links', 'tags', 'description', 'theme']);

/** What a panel's rows depend on. */
const kAsked = [
  'type',
  'queries',
  'interval',
  'cache_seconds',
  'time_from',
  'time_shift',
  'repeat',
] as const;

function ownId(panel: Panel): number {
  const id = wireId(panel.id);
  return typeof id === 'number' ? id : id.id;
}

export class DraftViewer extends DrawnViewer {
  readonly faults = signal<readonly Fault[]>([]);
  /** Why nothing newer is drawn. */
  readonly trouble = signal<string | null>(null);
  readonly isDrawing = signal(false);

  private turn = 0;
  private describing: AbortController | null = null;
  private asking: AbortController | null = null;
  private shownNow: JsonObject = {};
  private readonly asked = new Map<number, string>();

  /** `uid` of what is kept already. */
  constructor(
    private readonly own: DrawnSession,
    private readonly uid: string | null,
  ) {
    super(own);
  }

  /** The document as it is now. */
  async follow(document: JsonObject): Promise<void> {
    const turn = ++this.turn;
    this.describing?.abort();
    const control = new AbortController();
    this.describing = control;
    this.isDrawing.value = true;
    const before = this.own.thing;
    const faults: Fault[] = [];
    let shown: JsonObject = { ...document, title: textOf(document['title']) || 'Untitled' };
    let first: FirstLine | null = null;
    try {
      for (;;) {
        this.own.thing = { ...(this.uid === null ? {} : { dashboard: this.uid }), document: shown };
        try {
          first = await this.describe(shown, control.signal);
          break;
        } catch (error) {
          if (turn !== this.turn) return;
          const fault = faultOf(error, shown);
          const less = fault && faults.length < kMostFaults ? without(shown, fault) : null;
          if (fault) faults.push(fault);
          if (less) {
            shown = less;
            continue;
          }
          this.own.thing = before;
          this.trouble.value = fault
            ? `The preview waits until this is right: ${faultWords(fault, shown)}`
            : error instanceof Error && !isAbort(error)
              ? error.message
              : null;
          this.faults.value = faults;
          return;
        }
      }
    } finally {
      if (turn === this.turn) this.isDrawing.value = false;
    }
    if (turn !== this.turn || !first) return;
    this.takeOver(first.dashboard, shown, first);
    batch(() => {
      this.trouble.value = null;
      this.faults.value = faults;
    });
    await this.refreshChanged();
  }

  /** Its picture: of a panel that is repeated, the first one. */
  pictureOf(id: number): Panel | null {
    return this.dashboard.value?.panels.find((panel) => ownId(panel) === id) ?? null;
  }

  /** Names of the columns that a panel shows, as far as they are known. */
  columnsOf(id: number): string[] {
    const panel = this.pictureOf(id);
    if (!panel) return [];
    const frames = this.panel(panel.id).value.frames ?? [];
    return [...new Set(frames.flatMap((frame) => frame.columns.map(({ name }) => name)))];
  }

  /** The panel's queries once more, as they stand now. */
  askAgain(id: number): void {
    const panel = this.pictureOf(id);
    if (panel) void this.refresh([panel.id]);
  }

  override async refresh(only?: readonly number[]): Promise<void> {
    for (const id of only ?? this.queried()) this.asked.set(id, this.askedFor(id));
    await super.refresh(only);
  }

  protected override beside(): AbortController {
    this.asking?.abort();
    this.asking = new AbortController();
    return this.asking;
  }

  /** Who writes a query wants to see why it fails, and not what another one has shown. */
  protected override set(id: number, change: Partial<PanelState>): void {
    super.set(id, change.status === 'error' ? { ...change, frames: null } : change);
  }

  override stop(): void {
    this.turn++;
    this.describing?.abort();
    this.asking?.abort();
    super.stop();
  }

  private describe(shown: JsonObject, signal: AbortSignal): Promise<FirstLine | null> {
    const { panels: _panels, variables = {}, ...rest } = this.queryBody([]);
    // One that was renamed or deleted is chosen still, until the answer says what there is.
    const names = new Set(objects(shown['variables']).map((variable) => textOf(variable['name'])));
    const known = Object.entries(variables).filter(([name]) => names.has(name));
    return this.session.view(Object.fromEntries(known), signal, rest);
  }

  private takeOver(dashboard: Dashboard, shown: JsonObject, first: FirstLine): void {
    const isFirst = this.page.value.kind !== 'dashboard';
    const hasNewTime = !isSame(shown['time'], this.shownNow['time']);
    this.shownNow = shown;
    if (isFirst) {
      this.present(first);
      return;
    }
    batch(() => {
      this.dashboard.value = dashboard;
      this.variables.value = Object.fromEntries(
        (dashboard.variables ?? []).map(({ name, value }) => [name, value]),
      );
      this.notice.value = dashboard.notice ?? null;
      if (!hasNewTime) return;
      const { span, from, to } = dashboard.time;
      this.time.value = span === undefined ? { from, to } : { span };
    });
  }

  private async refreshChanged(): Promise<void> {
    const changed = this.queried().filter((id) => {
      const { status, isPending } = this.panel(id).value;
      return this.asked.get(id) !== this.askedFor(id) || isPending || status === 'interrupted';
    });
    if (changed.length > 0) await this.refresh(changed);
  }

  private askedFor(id: number): string {
    const wire = wireId(id);
    const panel = panelOf(this.shownNow, typeof wire === 'number' ? wire : wire.id) ?? {};
    const { panels: _panels, ...chosen } = this.queryBody([]);
    // Wide panels have finer buckets.
    const { w } = objectOf(panel['grid']);
    return JSON.stringify([kAsked.map((name) => panel[name] ?? null), w ?? 0, chosen]);
  }
}

/** Without what is wrong; null where nothing can be drawn without it. */
function without(document: JsonObject, fault: Fault): JsonObject | null {
  if (fault.panel !== null) {
    return {
      ...document,
      panels: panelsOf(document).filter((panel) => idOf(panel) !== fault.panel),
    };
  }
  const [member = ''] = /^\w+/.exec(fault.path) ?? [];
  if (!kSpared.has(member) || document[member] === undefined) return null;
  const { [member]: _wrong, ...rest } = document;
  return rest;
}
