// The viewer's state for a dashboard that is drawn inside the console.
import { batch, signal } from '@preact/signals';
import type { CloneRef, FirstLine, Panel, QueryBody, TimeChoice } from '../../viewer/api/wire';
import { browserZone } from '../../viewer/session/browser-session';
import { wireId } from '../../viewer/session/clones';
import { Refusal } from '../../viewer/session/session';
import { Viewer, type PanelAction } from '../../viewer/state/viewer';
import type { Chosen } from './address';
import type { InspectedQuery, SeenAs } from './session';
import { DrawnSession, type DrawnThing } from './session';

export interface DrawnEvents {
  /** What a panel's menu offers besides. */
  actions?: (panel: Panel) => PanelAction[];
  /** The person chose another range, zone or value; not what the server settled. */
  choseTime?: (time: TimeChoice) => void;
  choseZone?: (zone: string | null) => void;
  choseVariable?: (name: string, values: string[]) => void;
}

export class DrawnViewer extends Viewer {
  /** Nothing but this panel is drawn and asked for. */
  readonly alone = signal<number | CloneRef | null>(null);
  /** Seconds between refreshes that the person chose; null: as the dashboard says. */
  readonly every = signal<number | null>(null);
  /** Through whose eyes, when not through one's own. */
  readonly seenAs = signal<SeenAs | null>(null);
  /** As the dashboard says, in seconds; 0: never. */
  ownEvery = 0;

  /** The opening asks for what was chosen before: when that is refused, it asks again without. */
  private asksAgain = false;
  private setAside: string | null = null;

  constructor(
    private readonly drawn: DrawnSession,
    private readonly extra: DrawnEvents = {},
  ) {
    super(drawn, { opened: () => undefined, closed: () => undefined }, browserZone());
  }

  override panelActions(panel: Panel): PanelAction[] {
    return this.extra.actions?.(panel) ?? [];
  }

  /** Opens with what was chosen elsewhere: in an address, or before other eyes looked. */
  async openWith(chosen: Chosen, alone: number | CloneRef | null = null): Promise<void> {
    this.every.value = chosen.refresh;
    this.ownZone.value = chosen.zone;
    this.alone.value = alone;
    const zone = chosen.zone === 'browser' ? browserZone() : chosen.zone;
    const asked = {
      ...(chosen.time ? { time: chosen.time } : {}),
      ...(Object.keys(chosen.variables).length > 0 ? { variables: chosen.variables } : {}),
      ...(zone === null || zone === undefined ? {} : { timezone: zone, query_timezone: zone }),
    };
    this.asksAgain = Object.keys(asked).length > 0;
    this.drawn.opensWith = { ...asked, ...(alone === null ? {} : { panels: [alone] }) };
    await this.open();
  }

  /** The same page about another document, which says itself what is chosen. */
  async redraw(thing: DrawnThing): Promise<void> {
    this.drawn.thing = thing;
    if (this.page.value.kind !== 'dashboard') {
      await this.open();
      return;
    }
    this.drawn.opensWith = {};
    await this.open();
  }

  /**
   * Through these eyes, or one's own again. Throws the refusal of whoever cannot be looked through:
   * the page stays as it is then. Nothing that one pair of eyes saw is left for the other.
   */
  async lookAs(as: SeenAs | null, chosen: Chosen): Promise<void> {
    const { as: _as, ...own } = this.drawn.thing;
    const thing = as === null ? own : { ...own, as };
    await this.drawn.look(thing, new AbortController().signal);
    this.drawn.thing = thing;
    batch(() => {
      this.seenAs.value = as;
      this.dashboard.value = null;
      this.forget();
    });
    await this.openWith(chosen, this.alone.value);
  }

  /** One panel alone, or all of them again. */
  showAlone(which: number | CloneRef | null): void {
    if (JSON.stringify(which) === JSON.stringify(this.alone.value)) return;
    this.alone.value = which;
    if (this.page.value.kind !== 'dashboard') return;
    if (which === null) {
      void this.refresh();
      return;
    }
    const missing = this.queried().filter((id) => this.panel(id).value.frames === null);
    if (missing.length > 0) void this.refresh(missing);
  }

  /** The panels that are drawn where one is alone; a repeated one is its first clone. */
  alonePanels(): Panel[] {
    const which = this.alone.value;
    const all = this.dashboard.value?.panels ?? [];
    const found = all.find((panel) => {
      const id = wireId(panel.id);
      if (typeof which === 'number') return (typeof id === 'number' ? id : id.id) === which;
      return typeof id === 'object' && id.id === which?.id && id.repeat === which.repeat;
    });
    return found ? [found] : [];
  }

  setEvery(seconds: number | null): void {
    this.every.value = seconds;
    const dashboard = this.dashboard.value;
    if (!dashboard) return;
    this.dashboard.value = { ...dashboard, refresh_seconds: seconds ?? this.ownEvery };
    this.schedule();
  }

  override setTime(time: TimeChoice): void {
    super.setTime(time);
    this.extra.choseTime?.(time);
  }

  override setZone(zone: string | null): void {
    super.setZone(zone);
    this.extra.choseZone?.(zone);
  }

  override setVariable(name: string, values: string[]): void {
    super.setVariable(name, values);
    this.extra.choseVariable?.(name, values);
  }

  inspect(panel: Panel, isFresh: boolean, signal: AbortSignal): Promise<InspectedQuery[]> {
    const id = wireId(panel.id);
    const named = typeof id === 'number' ? { panel: id } : { panel: id.id, repeat: id.repeat };
    const chosen = { ...this.chosen(), ...(isFresh ? { fresh: true } : {}) };
    return this.drawn.inspect(named, chosen, signal);
  }

  /** What is chosen now, as calls of the native API take it. */
  chosen(): Omit<QueryBody, 'panels'> {
    const { panels: _panels, ...chosen } = this.queryBody([]);
    return chosen;
  }

  /** It asks for nothing any more, and holds nothing. */
  stop(): void {
    this.openings++;
    this.running?.abort();
    this.running = null;
    this.page.value = { kind: 'opening' };
    this.schedule();
    this.dashboard.value = null;
    this.panels.clear();
  }

  protected override queried(): number[] {
    if (this.alone.value === null) return super.queried();
    return this.alonePanels()
      .filter((panel) => (panel.queries?.length ?? 0) > 0)
      .map((panel) => panel.id);
  }

  protected override present(line: FirstLine): void {
    const { dashboard } = line;
    this.ownEvery = dashboard.refresh_seconds ?? 0;
    const every = this.every.value;
    super.present(every === null ? line : withRefresh(line, every));
    this.asksAgain = false;
    if (this.setAside !== null) {
      this.notice.value = `Shown is what the dashboard begins with. ${this.setAside}`;
    }
    this.setAside = null;
  }

  protected override fail(error: unknown): void {
    const isRefused = error instanceof Refusal && (error.status === 400 || error.status === 403);
    if (this.asksAgain && isRefused) {
      this.asksAgain = false;
      this.setAside = error.message;
      const { panels } = this.drawn.opensWith;
      this.drawn.opensWith = panels === undefined ? {} : { panels };
      this.ownZone.value = null;
      void this.open();
      return;
    }
    this.setAside = null;
    super.fail(error);
  }

  /** The page behind asks for the password again, and the dashboard stays in sight. */
  protected override isFatal(refusal: Refusal): boolean {
    return refusal.status !== 401 && refusal.status === 404;
  }

  private forget(): void {
    for (const state of this.panels.values()) {
      state.value = {
        status: 'loading',
        isPending: false,
        frames: null,
        from: 0,
        to: 0,
        error: null,
      };
    }
  }
}

function withRefresh(line: FirstLine, seconds: number): FirstLine {
  return { ...line, dashboard: { ...line.dashboard, refresh_seconds: seconds } };
}
