// The viewer's state and what changes it. Components read signals and call methods; they fetch
// nothing themselves.
import { batch, computed, signal, type Signal } from '@preact/signals';
import type {
  Choice,
  Dashboard,
  FirstLine,
  Frame,
  Panel,
  PanelLine,
  QueryBody,
  TimeChoice,
  WireError,
} from '../api/wire';
import { unfolded } from '../data/rows';
import { zoneOf } from '../format/dates';
import type { IconName } from '../ui/icons';
import { Refusal, Unreachable, type Opening, type Session } from '../session/session';
import { chartWidth } from './chart-width';
import { afterCut, afterFailure, untilNextRefresh } from './schedule';

export type PanelStatus = 'loading' | 'ready' | 'error' | 'interrupted';

export interface PanelState {
  status: PanelStatus;
  /** Newer data has been asked for. */
  isPending: boolean;
  /** The last good data; stays in sight while newer is on its way. */
  frames: Frame[] | null;
  from: number;
  to: number;
  error: WireError | null;
}

export type Page =
  | { kind: 'opening' }
  | { kind: 'dashboard' }
  | { kind: 'message'; code: string; message: string; canRetry: boolean };

export type VariableValues = Record<string, string[]>;

export interface PanelAction {
  icon: IconName;
  label: string;
  run: () => void;
}

/** Hands an answer to the browser's downloads; comes with what offers them. */
export type SaveAnswer = (response: Response, panel: Panel) => Promise<void>;

export interface ViewerEvents {
  opened: (dashboard: Dashboard) => void;
  /** The dashboard is over: the page shows why. */
  closed: (code: string, isEnd: boolean) => void;
}

function valuesOf(dashboard: Dashboard): VariableValues {
  return Object.fromEntries((dashboard.variables ?? []).map(({ name, value }) => [name, value]));
}

export class Viewer {
  readonly page = signal<Page>({ kind: 'opening' });
  readonly dashboard = signal<Dashboard | null>(null);
  readonly time = signal<TimeChoice | null>(null);
  readonly variables = signal<VariableValues>({});
  readonly isLoading = signal(false);
  readonly lastUpdated = signal<number | null>(null);
  readonly isOffline = signal(false);
  readonly notice = signal<string | null>(null);
  /** Rows whose panels are folded away; those are not asked for. */
  readonly folded = signal<ReadonlySet<number>>(new Set());
  /** The viewer's own choice: a name, or "browser". */
  readonly ownZone = signal<string | null>(null);
  readonly zone = computed(() => zoneOf(this.ownZone.value ?? this.dashboard.value?.timezone));

  protected readonly panels = new Map<number, Signal<PanelState>>();
  protected running: AbortController | null = null;
  /** Counts what was opened: the answer to another than the last is too late. */
  protected openings = 0;
  private failures = 0;
  private changes = 0;
  /** The last answer began and did not end. */
  private wasCut = false;
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;
  private renewTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    protected readonly session: Session,
    protected readonly events: ViewerEvents,
    private readonly browserZone: string | undefined,
  ) {
    document.addEventListener('visibilitychange', () => this.schedule());
    window.addEventListener('online', () => this.refreshIfOpen());
    window.addEventListener('offline', () => {
      this.isOffline.value = true;
    });
  }

  panel(id: number): Signal<PanelState> {
    let state = this.panels.get(id);
    if (!state) {
      state = signal<PanelState>({
        status: 'loading',
        isPending: false,
        frames: null,
        from: 0,
        to: 0,
        error: null,
      });
      this.panels.set(id, state);
    }
    return state;
  }

  async open(): Promise<void> {
    const turn = ++this.openings;
    this.running?.abort();
    this.running = null;
    this.page.value = { kind: 'opening' };
    let opening: Opening;
    try {
      opening = await this.session.open();
    } catch (error) {
      if (turn === this.openings) this.fail(error);
      return;
    }
    if (turn !== this.openings) {
      void opening.panels.return(false);
      return;
    }
    this.present(opening.first);
    this.scheduleRenewal();
    const controller = this.begin();
    await this.take(opening.panels, this.queried(), controller);
  }

  protected present({ dashboard }: FirstLine): void {
    batch(() => {
      this.dashboard.value = dashboard;
      this.time.value = dashboard.time.span
        ? { span: dashboard.time.span }
        : { from: dashboard.time.from, to: dashboard.time.to };
      this.variables.value = valuesOf(dashboard);
      this.folded.value = new Set(
        dashboard.panels.filter((panel) => panel.collapsed).map(({ id }) => id),
      );
      this.notice.value = dashboard.notice ?? null;
      this.page.value = { kind: 'dashboard' };
    });
    this.events.opened(dashboard);
  }

  /** What a dialect adds to a panel's menu. */
  panelActions(_panel: Panel): PanelAction[] {
    return [];
  }

  retry(): void {
    void this.open();
  }

  refreshIfOpen(): void {
    if (this.page.value.kind === 'dashboard') void this.refresh();
  }

  /** Asks for all panels, or some, with what is chosen now. */
  async refresh(only?: readonly number[]): Promise<void> {
    const ids = only ? [...only] : this.queried();
    if (ids.length === 0) {
      this.lastUpdated.value = Date.now();
      return;
    }
    const controller = only ? this.beside() : this.begin();
    for (const id of ids) {
      const { value } = this.panel(id);
      this.set(
        id,
        value.frames === null
          ? { status: 'loading', error: null, isPending: true }
          : { isPending: true },
      );
    }
    try {
      const lines = await this.session.query(this.queryBody(ids), controller.signal);
      await this.take(lines, ids, controller);
    } catch (error) {
      if (controller.signal.aborted) return;
      if (error instanceof Refusal && this.isFatal(error)) {
        this.fail(error);
        return;
      }
      this.failures++;
      this.wasCut = false;
      const isAway = error instanceof Unreachable;
      if (isAway) this.isOffline.value = true;
      const known: WireError =
        error instanceof Refusal
          ? { code: error.code, message: error.message }
          : { code: 'unreachable', message: 'The server could not be reached.' };
      for (const id of ids) {
        // Old data in sight is better than an error in its place; the page's notice says it is old.
        const isShown = this.panel(id).value.frames !== null && isAway;
        this.set(
          id,
          isShown ? { isPending: false } : { status: 'error', error: known, isPending: false },
        );
      }
      this.finish(controller);
      this.schedule();
    }
  }

  setTime(time: TimeChoice): void {
    this.time.value = time;
    void this.settle(this.dashboard.value?.settles?.time);
  }

  setZone(zone: string | null): void {
    this.ownZone.value = zone;
    void this.settle(this.dashboard.value?.settles?.time);
  }

  toggleRow(row: number): void {
    const before = new Set(this.queried());
    const folded = new Set(this.folded.value);
    if (!folded.delete(row)) folded.add(row);
    this.folded.value = folded;
    const shown = this.queried().filter((id) => !before.has(id));
    if (shown.length > 0) void this.refresh(shown);
  }

  setVariable(name: string, values: string[]): void {
    const before = this.variables.value[name] ?? [];
    if (
      values.length === before.length &&
      values.every((value, index) => value === before[index])
    ) {
      return;
    }
    this.variables.value = { ...this.variables.value, [name]: values };
    void this.settle(this.dashboard.value?.settles?.variables.includes(name));
  }

  /** What a variable of type filters can filter by, or the values of a key. */
  filterChoices(variable: string, key: string, signal: AbortSignal): Promise<Choice[]> {
    const { panels: _panels, width: _width, ...scope } = this.queryBody([]);
    return this.session.choices({ variable, ...(key ? { key } : {}), ...scope }, signal);
  }

  async downloadCsv(panel: Panel, query: string | undefined, save: SaveAnswer): Promise<void> {
    this.notice.value = null;
    try {
      const { panels: _panels, width: _width, ...scope } = this.queryBody([panel.id]);
      const response = await this.session.exportCsv(
        { panel: panel.id, ...(query === undefined ? {} : { query }), ...scope },
        new AbortController().signal,
      );
      await save(response, panel);
    } catch (error) {
      if (error instanceof Refusal && this.isFatal(error)) this.fail(error);
      else {
        const reason = error instanceof Error ? error.message : '';
        this.notice.value = `The file could not be made. ${reason} Please try again.`;
      }
    }
  }

  /** What the viewer may still change is what it may send. */
  protected queryBody(panels: number[]): QueryBody {
    const dashboard = this.dashboard.value;
    const time = this.time.value;
    const zone = this.zone.value ?? this.browserZone;
    // Days that the dashboard itself names are the server's to know; a range is sent that was chosen.
    const isChosen =
      dashboard?.time.selectable === true &&
      time !== null &&
      ('span' in time || dashboard.time.custom === true);
    return {
      panels,
      ...(isChosen ? { time } : {}),
      variables: this.changeable(),
      width: chartWidth(),
      ...(zone === undefined ? {} : { timezone: zone }),
      // Wins over the dashboard's own.
      ...(zone === undefined || this.ownZone.value === null ? {} : { query_timezone: zone }),
    };
  }

  private changeable(): VariableValues {
    const values: VariableValues = {};
    for (const variable of this.dashboard.value?.variables ?? []) {
      const chosen = this.variables.value[variable.name];
      // Without a value from the beginning, and none chosen since: nothing is asked for.
      const isUnset = chosen?.length === 0 && variable.value.length === 0;
      if (variable.mode !== 'locked' && chosen && !isUnset) values[variable.name] = chosen;
    }
    return values;
  }

  protected queried(): number[] {
    return unfolded(this.dashboard.value?.panels ?? [], this.folded.value)
      .filter((panel) => (panel.queries?.length ?? 0) > 0)
      .map((panel) => panel.id);
  }

  /** The data for what is chosen now; before it, where they follow from that, choices and repeats. */
  private async settle(isFirst: boolean | undefined): Promise<void> {
    const change = ++this.changes;
    if (isFirst) {
      const { panels: _panels, variables, ...time } = this.queryBody([]);
      try {
        const first = await this.session.view(variables ?? {}, new AbortController().signal, time);
        const current = this.dashboard.value;
        if (change !== this.changes) return;
        if (first && current?.uid === first.dashboard.uid) {
          const { variables: settled, panels, notice } = first.dashboard;
          batch(() => {
            this.replace({ ...current, variables: settled ?? [], panels });
            this.notice.value = notice ?? null;
            this.variables.value = valuesOf(first.dashboard);
          });
        }
      } catch (error) {
        if (error instanceof Refusal && this.isFatal(error)) {
          this.fail(error);
          return;
        }
        // Else the panels say what is wrong: the server checks every value again.
      }
    }
    await this.refresh();
  }

  /** The same dashboard with other choices and panels. */
  protected replace(dashboard: Dashboard): void {
    this.dashboard.value = dashboard;
  }

  /** For a request that is no run of the whole dashboard. */
  protected beside(): AbortController {
    return new AbortController();
  }

  protected begin(): AbortController {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    this.isLoading.value = true;
    clearTimeout(this.refreshTimer);
    return controller;
  }

  protected finish(controller: AbortController): void {
    if (this.running !== controller) return;
    this.running = null;
    this.isLoading.value = false;
  }

  protected async take(
    lines: AsyncGenerator<PanelLine, boolean>,
    ids: readonly number[],
    controller: AbortController,
  ): Promise<void> {
    const missing = new Set(ids);
    let isWhole = false;
    for (;;) {
      const next = await lines.next();
      if (controller.signal.aborted) {
        void lines.return(false);
        return;
      }
      if (next.done) {
        isWhole = next.value;
        break;
      }
      missing.delete(next.value.panel);
      this.show(next.value);
    }
    batch(() => {
      for (const id of missing) {
        this.set(id, { status: 'interrupted', error: null, isPending: false });
      }
      this.isOffline.value = false;
      this.wasCut = !isWhole;
      if (isWhole) {
        this.failures = 0;
        this.lastUpdated.value = Date.now();
      } else {
        this.failures++;
      }
      this.finish(controller);
    });
    this.schedule();
  }

  private show(line: PanelLine): void {
    if (line.error) {
      this.set(line.panel, { status: 'error', error: line.error, isPending: false });
      return;
    }
    const range = this.dashboard.value?.time;
    this.set(line.panel, {
      status: 'ready',
      isPending: false,
      frames: line.frames ?? [],
      from: line.from ?? range?.from ?? 0,
      to: line.to ?? range?.to ?? 0,
      error: null,
    });
  }

  protected set(id: number, change: Partial<PanelState>): void {
    const state = this.panel(id);
    state.value = { ...state.value, ...change };
  }

  /**
   * Nobody looks at a hidden page; when it is seen again it is brought up to date. Only why an answer
   * was cut is asked at once, also there: an ended session leaves no data in a tab behind.
   */
  protected schedule(): void {
    clearTimeout(this.refreshTimer);
    const seconds = this.dashboard.value?.refresh_seconds ?? 0;
    const hasFailed = this.failures > 0;
    const isJustCut = this.wasCut && this.failures === 1;
    if (this.page.value.kind !== 'dashboard' || this.running) return;
    if (document.hidden && !isJustCut) return;
    if (seconds <= 0 && !hasFailed) return;
    const period = Math.max(1, seconds) * 1000;
    const age = Date.now() - (this.lastUpdated.value ?? 0);
    let wait = 0;
    if (isJustCut) {
      wait = afterCut(Math.random());
    } else if (hasFailed) {
      wait = afterFailure(this.failures, seconds > 0 ? period : 60_000, Math.random());
    } else if (age < period) {
      wait = untilNextRefresh(Date.now(), period, Math.random());
    }
    this.refreshTimer = setTimeout(() => void this.refresh(), wait);
  }

  /** A wall display asks for nothing for hours and still stays signed in. */
  protected scheduleRenewal(retryIn?: number): void {
    clearTimeout(this.renewTimer);
    const wait = retryIn ?? Math.max(5000, this.session.renewIn()) - Math.random() * 3000;
    this.renewTimer = setTimeout(() => {
      this.session.renew().then(
        () => this.scheduleRenewal(),
        (error: unknown) => {
          if (error instanceof Refusal && this.isFatal(error)) this.fail(error);
          else this.scheduleRenewal(15_000 + Math.random() * 15_000);
        },
      );
    }, wait);
  }

  /** Refused for good: the session is over, or this browser is no longer let in. */
  protected isFatal(refusal: Refusal): boolean {
    return (
      refusal.isEnd ||
      refusal.status === 401 ||
      refusal.code.startsWith('link_') ||
      refusal.code.startsWith('share_')
    );
  }

  protected fail(error: unknown): void {
    this.running?.abort();
    this.running = null;
    clearTimeout(this.refreshTimer);
    clearTimeout(this.renewTimer);
    this.isLoading.value = false;
    if (error instanceof Refusal) {
      const isTemporary = error.status >= 500 || error.status === 429;
      this.page.value = {
        kind: 'message',
        code: error.code,
        message: error.message,
        canRetry: isTemporary,
      };
      // A server that is away for a moment is no news for the host page: the link is still good.
      // A link that is too old never had a session that could be over.
      const isOver = error.isEnd && !error.code.startsWith('link_');
      if (!isTemporary) this.events.closed(error.code, isOver);
    } else {
      this.page.value = {
        kind: 'message',
        code: 'unreachable',
        message: '',
        canRetry: true,
      };
    }
  }
}
