// What frame and host page tell each other: the viewer's happenings become Looker's events, and the
// host's actions become changes of the viewer.
import { effect } from '@preact/signals';
import { dashboardTarget, filterText, keepDress, readFilters, readTarget } from './target';
import type { VariableValues } from '../state/viewer';
import type { Channel, Detail } from './channel';
import {
  address,
  dashboardDetail,
  dashboardName,
  tileDetail,
  tileOutcome,
} from './dashboard-detail';
import type { EmbedViewer } from './embed-viewer';
import type { Happening, HostPage } from './happenings';
import type { SessionWatch } from './session-watch';
import type { TokenKeeper } from './tokens';
import { isObject, type EmbedPanel } from './wire';

export interface ConversationParts {
  channel: Channel;
  viewer: EmbedViewer;
  /** Of this frame. */
  origin: string;
  version: string;
  watch: SessionWatch;
  /** Null where the session needs none. */
  makeTokens: () => TokenKeeper | null;
  setTimer: (action: () => void, ms: number) => unknown;
}

/** The SDK's connection exists only after the first page:changed; the second is the one it reads. */
const kTellAgain = 200;

/** The tokens that the host page handed in are no good: the application's mistake, not its network's. */
const kBadTokens = ['invalid_api_token', 'api_token_expired', 'user_agent_changed'];

type Stage = 'opening' | 'open' | { failed: string };

export class Conversation implements HostPage {
  private stage: Stage = 'opening';
  private isConnected = false;
  private owesPage = false;
  private values: VariableValues = {};
  private epoch = 0;
  private waiting: ((stage: Stage) => void)[] = [];
  /** Actions are done one after the other, as they came. */
  private last: Promise<unknown> = Promise.resolve();
  private height = 0;
  private hasDialog = false;
  private isInterrupted = false;
  private tokens: TokenKeeper | null = null;

  constructor(private readonly parts: ConversationParts) {
    const { channel, viewer } = parts;
    channel.onConnect = () => this.connected();
    channel.onAction = (name, detail, signal) => this.act(name, detail, signal);
    viewer.host = this;
    effect(() => this.compareFilters(viewer.variables.value));
    effect(() => {
      const isOpen = viewer.overlay.value !== null;
      if (isOpen !== this.hasDialog) this.tellDialog(isOpen);
    });
  }

  start(): void {
    this.parts.channel.start();
  }

  isCancelled(name: string, detail: Detail): Promise<boolean> {
    return this.parts.channel.isCancelled(name, detail);
  }

  setHeight(height: number): void {
    this.height = height;
    if (this.isConnected) this.send('page:properties:changed', { height });
  }

  // -- what happens in the viewer ---------------------------------------------------------------

  happened(happening: Happening): void {
    if (happening.kind === 'shown') {
      this.shown();
      return;
    }
    // Also where a page that was closed goes on as it was.
    if (happening.kind === 'run-start') this.goesOn();
    const { viewer } = this.parts;
    if (viewer.content?.type === 'look') this.lookHappened(happening);
    else this.dashboardHappened(happening);
    if (happening.kind === 'run-end') this.tellPageAgain();
  }

  /** The page is closed for good, or until somebody mends it. */
  closed(code: string, isEnd: boolean): void {
    const { watch } = this.parts;
    this.setStage({ failed: code });
    if (isEnd && code.startsWith('session_')) {
      watch.stop();
      this.tokens?.stop();
      this.send('session:status', {
        session_ttl: 0,
        expired: true,
        interrupted: false,
        recoverable: false,
      });
      this.send('session:expired');
    } else if (code === 'session_interrupted' || kBadTokens.includes(code)) {
      this.isInterrupted = true;
      this.send('session:status', {
        session_ttl: watch.secondsLeft,
        expired: false,
        interrupted: true,
        recoverable: code === 'session_interrupted',
      });
    }
  }

  /** The session stands, and has this long to go. */
  near(secondsLeft: number): void {
    this.send('session:status', {
      session_ttl: secondsLeft,
      expired: false,
      interrupted: false,
    });
  }

  private goesOn(): void {
    this.setStage('open');
    if (this.isInterrupted) this.near(this.parts.watch.secondsLeft);
    this.isInterrupted = false;
  }

  private shown(): void {
    const { viewer } = this.parts;
    this.goesOn();
    if (this.isConnected) {
      this.tellPage();
      this.startTokens();
    }
    if (viewer.content?.type === 'look') this.send('look:ready', this.look());
    else if (viewer.dashboard.value) {
      this.send('dashboard:loaded', { status: 'complete', dashboard: this.dashboard() });
    }
  }

  private dashboardHappened(happening: Happening): void {
    const dashboard = this.dashboard();
    switch (happening.kind) {
      case 'run-start':
        this.send('dashboard:run:start', { dashboard });
        break;
      case 'run-end':
        this.send('dashboard:run:complete', {
          dashboard,
          status: happening.status,
          tileStatuses: this.tileStatuses(happening.panels),
        });
        break;
      case 'tile-start':
        this.send('dashboard:tile:start', { dashboard, tile: tileDetail(happening.panel) });
        break;
      case 'tile-end':
        this.send('dashboard:tile:complete', {
          dashboard,
          tile: tileDetail(happening.panel),
          ...this.outcome(happening.panel),
        });
        break;
      case 'tile-download':
        this.send('dashboard:tile:download', {
          dashboard,
          tile: tileDetail(happening.panel),
          fileFormat: 'csv',
        });
        break;
      case 'drill-download':
        this.send('drillmodal:download', {
          dashboard: dashboardName(dashboard),
          // Where the vendor's page leads on to exploring: there is no such page here.
          drillExploreUrl: '',
          fileFormat: 'csv',
        });
        break;
    }
  }

  private lookHappened({ kind }: Happening): void {
    if (kind === 'run-start') this.send('look:run:start', this.look());
    if (kind === 'run-end') this.send('look:run:complete', this.look());
  }

  private tileStatuses(panels: readonly number[]): Detail[] {
    return panels.map((id) => {
      const { status, truncated, errors } = tileOutcome(this.parts.viewer.panel(id).value);
      return {
        tileId: String(id),
        status,
        ...(errors.length > 0 ? { errors } : {}),
        ...(truncated ? { truncated } : {}),
      };
    });
  }

  private outcome(panel: EmbedPanel): Detail {
    return tileOutcome(this.parts.viewer.panel(panel.id).value);
  }

  private dashboard(): Detail {
    const { viewer, origin } = this.parts;
    const dashboard = viewer.dashboard.value;
    return dashboardDetail({
      id: viewer.content?.id ?? dashboard?.uid ?? '',
      title: dashboard?.title ?? '',
      variables: dashboard?.variables ?? [],
      values: viewer.variables.value,
      elements: viewer.elements.value,
      place: { target: viewer.target, origin },
    });
  }

  private look(): Detail {
    const { viewer, origin } = this.parts;
    return {
      look: {
        ...address({ target: viewer.target, origin }),
        id: viewer.content?.id ?? '',
        title: viewer.content?.title ?? viewer.dashboard.value?.title ?? '',
      },
    };
  }

  private compareFilters(values: VariableValues): void {
    const { viewer } = this.parts;
    const before = this.values;
    const isOther = viewer.epoch.peek() !== this.epoch;
    this.values = values;
    this.epoch = viewer.epoch.peek();
    // The filters of another page are no change of this one's.
    if (isOther || before === values) return;
    const changes: Record<string, string> = {};
    for (const [name, list] of Object.entries(values)) {
      const text = filterText(list);
      if (text !== filterText(before[name] ?? [])) changes[name] = text;
    }
    if (Object.keys(changes).length === 0) return;
    viewer.noteFilters(changes);
    if (viewer.content?.type === 'look') this.send('look:state:changed', this.look());
    else this.send('dashboard:filters:changed', { dashboard: this.dashboard() });
  }

  private tellDialog(isOpen: boolean): void {
    this.hasDialog = isOpen;
    // "cover" makes the host scroll the frame's top into view: not where it has told us its own
    // scrolling, which is what the dialog stands by then.
    const placement = this.parts.viewer.hostTop.value > 0 ? 'top' : 'cover';
    this.send('env:client:dialog', { open: isOpen, placement, dialogType: 'drill' });
  }

  // -- greeting and page ------------------------------------------------------------------------

  private connected(): void {
    this.isConnected = true;
    if (this.stage === 'open') this.tellPage();
    if (this.height > 0) this.setHeight(this.height);
    this.startTokens();
  }

  private startTokens(): void {
    this.tokens ??= this.stage === 'open' ? this.parts.makeTokens() : null;
    this.tokens?.start();
  }

  private tellPage(): void {
    this.owesPage = true;
    this.sendPage();
    this.parts.setTimer(() => this.tellPageAgain(), kTellAgain);
  }

  private tellPageAgain(): void {
    if (!this.owesPage || !this.isConnected) return;
    this.owesPage = false;
    this.sendPage();
  }

  private sendPage(): void {
    const { viewer, origin, version } = this.parts;
    this.send('page:changed', {
      page: {
        type: viewer.content?.type ?? 'preload',
        ...address({ target: viewer.target, origin }),
        lookerVersion: version,
      },
    });
  }

  private send(name: string, detail?: Detail): void {
    this.parts.channel.send(name, detail);
  }

  // -- what the host wants ----------------------------------------------------------------------

  private act(name: string, detail: unknown, signal: AbortSignal): unknown {
    const { viewer } = this.parts;
    switch (name) {
      case 'session:tokens':
        this.tokens?.receive(detail);
        return undefined;
      case 'env:host:scroll':
        this.takeScroll(detail);
        return undefined;
      case 'dashboard:run':
      case 'look:run':
        return this.inTurn(() => void viewer.runAll());
      case 'dashboard:stop':
        return this.inTurn(() => viewer.stop());
      case 'dashboard:filters:update':
      case 'look:filters:update':
        return this.inTurn(() =>
          viewer.setFilters(readFilters(viewer.dashboard.value?.variables ?? [], detail)),
        );
      case 'dashboard:options:set':
        return this.inTurn(() => viewer.setOptions(detail));
      case 'dashboard:load':
      case 'page:load':
        return this.travel(name, detail, signal);
      case 'dashboard:schedule_modal:open':
        throw new Error('Scheduled deliveries are not offered here.');
      default:
        // Editing and exploring too: nobody may do either here, and nothing is said to that.
        return undefined;
    }
  }

  private inTurn(action: () => unknown): Promise<void> {
    const done = Promise.all([this.opened(), this.last.catch(() => undefined)]).then(async () => {
      await action();
    });
    this.last = done;
    return done;
  }

  /** Not in turn: a newer address does not wait for the one before. What follows waits for it. */
  private travel(name: string, detail: unknown, signal: AbortSignal): Promise<unknown> {
    const journey = this.opened(true).then(async () => {
      const { viewer, origin } = this.parts;
      const given = isObject(detail) ? detail : {};
      const wanted =
        name === 'page:load'
          ? given.url
          : typeof given.id === 'string' || typeof given.id === 'number'
            ? dashboardTarget(String(given.id))
            : undefined;
      const target = readTarget(wanted, origin);
      if (target === null) {
        throw new Error('This page is not offered here. Dashboards, looks and folders are.');
      }
      const how = given.pushHistory === true ? 'push' : 'replace';
      await viewer.go(keepDress(target, viewer.target), how, signal);
      return { success: true };
    });
    this.last = Promise.all([this.last.catch(() => undefined), journey.catch(() => undefined)]);
    return journey;
  }

  private takeScroll(detail: unknown): void {
    if (!isObject(detail)) return;
    const { scrollY, offsetTop } = detail;
    if (typeof scrollY !== 'number' || typeof offsetTop !== 'number') return;
    const top = scrollY - offsetTop;
    this.parts.viewer.hostTop.value = Number.isFinite(top) ? Math.max(0, top) : 0;
  }

  /** Waits for the first content. A page that failed can still be led elsewhere. */
  private opened(isTravel = false): Promise<void> {
    const check = (stage: Stage): void => {
      if (typeof stage === 'string') return;
      const canGo = isTravel && this.parts.viewer.epoch.value > 0;
      if (!canGo) throw new Error(`Nothing is shown here: ${stage.failed}.`);
    };
    if (this.stage !== 'opening') {
      const { stage } = this;
      return Promise.resolve().then(() => check(stage));
    }
    return new Promise<Stage>((resolve) => this.waiting.push(resolve)).then(check);
  }

  private setStage(stage: Stage): void {
    this.stage = stage;
    for (const resolve of this.waiting.splice(0)) resolve(stage);
  }
}
