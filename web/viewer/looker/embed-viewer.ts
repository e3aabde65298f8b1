// The viewer of a person's session: it goes from content to content, opens what the grant allows,
// and says what happens, so that a host page can be told.
import { batch, signal } from '@preact/signals';
import type { Dashboard, FirstLine, Panel } from '../api/wire';
import { Refusal } from '../session/session';
import { saveAnswer } from '../menus/save-file';
import {
  Viewer,
  type PanelAction,
  type PanelState,
  type SaveAnswer,
  type ViewerEvents,
} from '../state/viewer';
import { drawn, withOptions, type Element } from './dashboard-detail';
import { isContentRefusal, type EmbedSession } from './embed-session';
import { kNobody, type RunStatus, type Travel } from './happenings';
import { withFilters } from './target';
import type { Appearance, EmbedFirstLine, EmbedPanel, EmbedQueryBody, Folder } from './wire';

/** Shown instead of a dashboard. */
export type Special =
  | { kind: 'login'; message: string; isBusy: boolean }
  | { kind: 'folder'; folder: Folder }
  | { kind: 'blank' };

export interface EmbedViewerParts {
  session: EmbedSession;
  events: ViewerEvents;
  zone: string | undefined;
  /** Puts the address of what is shown into the address bar. */
  travel: (target: string, how: 'push' | 'replace') => void;
}

export class EmbedViewer extends Viewer {
  readonly special = signal<Special | null>(null);
  /** The panel whose data lies open. */
  readonly overlay = signal<EmbedPanel | null>(null);
  readonly appearance = signal<Appearance>({});
  readonly elements = signal<ReadonlyMap<number, Element>>(new Map());
  /** Counts the contents shown: what belongs to one of them is drawn anew for the next. */
  readonly epoch = signal(0);
  /** How far the host page is scrolled past the frame's top. */
  readonly hostTop = signal(0);

  host = kNobody;
  private readonly embed: EmbedSession;
  private readonly travel: EmbedViewerParts['travel'];
  private readonly besides = new Set<AbortController>();
  private readonly busy = new Set<number>();
  private isRunning = false;
  private isFresh = false;
  private isFollowing = false;
  private isOver = false;
  private loading: AbortController | null = null;
  private failedJourney: { target: string; how: Travel } | null = null;

  constructor({ session, events, zone, travel }: EmbedViewerParts) {
    super(session, events, zone);
    this.embed = session;
    this.travel = travel;
  }

  get permissions() {
    return this.embed.details?.permissions ?? {};
  }

  get target(): string {
    return this.embed.target;
  }

  get content() {
    return this.embed.content;
  }

  /** Signs in with what the person typed. */
  async logIn(email: string, password: string): Promise<void> {
    this.special.value = { kind: 'login', message: '', isBusy: true };
    this.embed.useCredentials({ email, password });
    await this.open();
  }

  /** Goes to another content. Throws what the server refused, and when another journey began. */
  async go(target: string, how: Travel, signal?: AbortSignal): Promise<void> {
    this.leave();
    const controller = new AbortController();
    this.loading = controller;
    const abort = (): void => controller.abort();
    signal?.addEventListener('abort', abort);
    this.isLoading.value = true;
    try {
      const first = await this.embed.load(target, controller.signal);
      this.failedJourney = null;
      if (how !== 'none') this.travel(this.target, how);
      this.present(first as FirstLine);
    } catch (error) {
      if (controller.signal.aborted) throw new Error('Something else was asked for meanwhile.');
      this.failedJourney = { target, how };
      this.fail(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      if (this.loading === controller) {
        this.loading = null;
        this.isLoading.value = false;
      }
    }
    this.scheduleRenewal();
    void this.runAll();
  }

  override retry(): void {
    const journey = this.failedJourney;
    if (journey) {
      this.page.value = { kind: 'opening' };
      this.go(journey.target, journey.how).catch(() => undefined);
    } else if (this.page.value.kind === 'message' && this.epoch.value > 0) {
      void this.goOn();
    } else {
      super.retry();
    }
  }

  /** All panels again; `isFresh`: past the server's result cache. */
  async runAll(isFresh = false): Promise<void> {
    if (this.queried().length === 0) {
      // Nothing to ask for, and still a run for whoever waits for its end.
      this.finish(this.begin());
      return;
    }
    await this.freshly(isFresh, () => this.refresh());
  }

  stop(): void {
    this.abortBesides();
    const { running } = this;
    if (!running) return;
    running.abort();
    batch(() => {
      for (const id of [...this.busy]) this.release(id);
      this.endRun('stopped');
      this.finish(running);
    });
    this.schedule();
  }

  /** New values, without a run; null is the dashboard's own default, which the server knows. */
  async setFilters(changes: Record<string, string[] | null>): Promise<void> {
    const resets = Object.keys(changes).filter((name) => changes[name] === null);
    const values: Record<string, string[]> = {};
    if (resets.length > 0) {
      const gone = Object.fromEntries(resets.map((name) => [name, null]));
      const target = withFilters(this.target, this.dashboard.value?.variables ?? [], gone);
      const plain = await this.embed.peek(target, new AbortController().signal);
      for (const { name, value } of plain.dashboard?.variables ?? []) {
        if (resets.includes(name)) values[name] = value;
      }
    }
    for (const [name, value] of Object.entries(changes)) if (value) values[name] = value;
    this.variables.value = { ...this.variables.value, ...values };
  }

  /** The filters in the address, so that a reload shows the same. */
  noteFilters(changes: Record<string, string>): void {
    const variables = this.dashboard.value?.variables ?? [];
    this.embed.target = withFilters(this.target, variables, changes);
    this.travel(this.target, 'replace');
  }

  setOptions(detail: unknown): void {
    const dashboard = this.dashboard.value;
    if (!dashboard) return;
    const before = new Set(this.queried());
    batch(() => {
      this.elements.value = withOptions(this.elements.value, detail);
      this.dashboard.value = this.redrawn(dashboard);
    });
    const back = this.queried().filter((id) => !before.has(id));
    if (back.length > 0) void this.refresh(back);
  }

  override panelActions(panel: Panel): PanelAction[] {
    const actions: PanelAction[] = [];
    const hasData = (panel.queries?.length ?? 0) > 0;
    if (hasData && this.permissions.drill) {
      actions.push({ icon: 'table', label: 'Show data', run: () => void this.showData(panel) });
    }
    if (hasData && this.permissions.fresh) {
      actions.push({
        icon: 'refresh',
        label: 'Clear cache and refresh',
        run: () => void this.freshly(true, () => this.refresh([panel.id])),
      });
    }
    return actions;
  }

  async showData(panel: EmbedPanel): Promise<void> {
    const { epoch } = this;
    const opened = epoch.value;
    const isCancelled = await this.host.isCancelled('drillmenu:click', {
      label: 'Show data',
      link_type: 'drill_default',
      url: this.target,
      modal: true,
      context: '',
    });
    if (!isCancelled && epoch.value === opened) this.overlay.value = panel;
  }

  override async downloadCsv(
    panel: Panel,
    query: string | undefined,
    save: SaveAnswer,
  ): Promise<void> {
    this.host.happened({ kind: 'tile-download', panel });
    await super.downloadCsv(panel, query, save);
  }

  /** The same file, asked for beside the rows that lie open. */
  async downloadRows(panel: Panel, query: string | undefined): Promise<void> {
    this.host.happened({ kind: 'drill-download', panel });
    await super.downloadCsv(panel, query, saveAnswer);
  }

  /** Asks the server whether the session is over; if so the page says it. */
  async checkSession(): Promise<void> {
    try {
      await this.embed.check();
    } catch (error) {
      if (error instanceof Refusal && this.isFatal(error)) this.fail(error);
      throw error;
    }
  }

  /** The host page's tokens decide this. */
  close(code: 'session_expired' | 'session_interrupted'): void {
    const status = code === 'session_expired' ? 410 : 401;
    this.fail(new Refusal(status, { code, message: '' }));
  }

  /** What was closed for a while goes on, if the session still stands. */
  private async goOn(): Promise<void> {
    try {
      await this.embed.renew();
    } catch (error) {
      this.fail(error);
      return;
    }
    this.page.value = { kind: 'dashboard' };
    this.scheduleRenewal();
    await this.runAll();
  }

  protected override present(first: FirstLine): void {
    const line = first as EmbedFirstLine;
    const { dashboard, folder } = line;
    this.isOver = false;
    this.panels.clear();
    batch(() => {
      this.epoch.value++;
      this.overlay.value = null;
      this.notice.value = null;
      this.elements.value = new Map(
        (dashboard?.panels ?? []).map((panel) => [
          panel.id,
          { panel, isTitleHidden: false, isDeleted: false },
        ]),
      );
      this.appearance.value = dashboard?.appearance ?? line.appearance ?? {};
      if (dashboard) {
        this.special.value = null;
        super.present(first);
      } else {
        this.dashboard.value = null;
        this.variables.value = {};
        this.special.value = folder ? { kind: 'folder', folder } : { kind: 'blank' };
        this.page.value = { kind: 'dashboard' };
      }
    });
    this.host.happened({ kind: 'shown' });
  }

  protected override replace(dashboard: Dashboard): void {
    const before = this.elements.value;
    this.elements.value = new Map(
      dashboard.panels.map((panel) => [
        panel.id,
        { ...(before.get(panel.id) ?? { isTitleHidden: false, isDeleted: false }), panel },
      ]),
    );
    super.replace(this.redrawn(dashboard));
  }

  protected override queryBody(panels: number[]): EmbedQueryBody {
    const zone = this.embed.details?.query_timezone;
    return {
      ...(zone ? { query_timezone: zone } : {}),
      ...super.queryBody(panels),
      content: this.embed.contentPath,
      ...(this.isFresh ? { fresh: true as const } : {}),
    };
  }

  protected override beside(): AbortController {
    const controller = super.beside();
    this.besides.add(controller);
    return controller;
  }

  protected override begin(): AbortController {
    this.endRun('stopped');
    const controller = super.begin();
    if (!this.dashboard.value) return controller;
    this.isRunning = true;
    this.busy.clear();
    this.host.happened({ kind: 'run-start' });
    for (const id of this.queried()) this.startTile(id);
    return controller;
  }

  protected override finish(controller: AbortController): void {
    this.besides.delete(controller);
    if (this.running === controller) {
      const failed = this.queried().some((id) => {
        const { status } = this.panel(id).value;
        return status === 'error' || status === 'interrupted';
      });
      this.endRun(failed ? 'error' : 'complete');
    }
    super.finish(controller);
  }

  protected override set(id: number, change: Partial<PanelState>): void {
    super.set(id, change);
    if (change.isPending === true) this.startTile(id);
    if (change.isPending === false) this.endTile(id);
  }

  protected override isFatal(refusal: Refusal): boolean {
    return super.isFatal(refusal) || isContentRefusal(refusal);
  }

  protected override fail(error: unknown): void {
    this.abortBesides();
    this.endRun('error');
    if (error instanceof Refusal && error.code === 'session_ended') void this.follow(error);
    else this.shut(error);
  }

  /**
   * A host that signs every frame of a page ends the session of the frame before with each: that
   * one goes on with the newest.
   */
  private async follow(end: Refusal): Promise<void> {
    if (this.isFollowing) return;
    this.isFollowing = true;
    this.running?.abort();
    this.running = null;
    const time = this.dashboard.value && this.time.value;
    let first: FirstLine | null;
    try {
      // Nothing of an ended session stays in sight while it is looked for.
      first = await this.embed.follow(() => {
        this.overlay.value = null;
        this.page.value = { kind: 'opening' };
      });
    } catch (error) {
      this.shut(error);
      return;
    } finally {
      this.isFollowing = false;
    }
    if (!first) {
      this.shut(end);
      return;
    }
    this.present(first);
    if (time && this.dashboard.value?.time.selectable) this.time.value = time;
    this.scheduleRenewal();
    await this.runAll();
  }

  private shut(error: unknown): void {
    // What fails after the end, fails because of it.
    if (this.isOver) return;
    this.isOver = error instanceof Refusal && error.isEnd;
    this.overlay.value = null;
    const code = error instanceof Refusal ? error.code : '';
    const wasLogin = this.special.value?.kind === 'login';
    const isWrongLogin = error instanceof Refusal && wasLogin && error.status < 500;
    if (this.embed.mayLogIn && (code === 'not_authenticated' || isWrongLogin)) {
      const message = isWrongLogin ? error.message : '';
      this.special.value = { kind: 'login', message, isBusy: false };
      this.page.value = { kind: 'dashboard' };
      return;
    }
    super.fail(error);
    const { page } = this;
    if (page.value.kind === 'message' && code === 'session_interrupted') {
      page.value = { ...page.value, canRetry: true };
    }
  }

  private async freshly(isFresh: boolean, action: () => Promise<void>): Promise<void> {
    this.isFresh = isFresh;
    // The body of the request is made before the first wait.
    const done = action();
    this.isFresh = false;
    await done;
  }

  private leave(): void {
    this.loading?.abort();
    this.running?.abort();
    this.running = null;
    this.abortBesides();
    this.endRun('stopped');
    this.busy.clear();
  }

  private abortBesides(): void {
    for (const controller of this.besides) controller.abort();
    this.besides.clear();
  }

  private release(id: number): void {
    const { frames } = this.panel(id).value;
    this.set(id, frames ? { isPending: false } : { status: 'interrupted', isPending: false });
  }

  private startTile(id: number): void {
    if (this.busy.has(id)) return;
    this.busy.add(id);
    this.tell('tile-start', id);
  }

  private endTile(id: number): void {
    if (this.busy.delete(id)) this.tell('tile-end', id);
  }

  private tell(kind: 'tile-start' | 'tile-end', id: number): void {
    const panel = this.elements.value.get(id)?.panel;
    if (panel) this.host.happened({ kind, panel });
  }

  private endRun(status: RunStatus): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.host.happened({ kind: 'run-end', status, panels: this.queried() });
  }

  private redrawn(dashboard: Dashboard): Dashboard {
    const panels = [...this.elements.value.values()].flatMap((element) => drawn(element) ?? []);
    return { ...dashboard, panels };
  }
}
