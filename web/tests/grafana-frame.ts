// Frames of sharable links without a browser: the page's real parts over a history and storages of
// the tests. Loading and loading again is what the tests are about.
import { FrameAddress } from '../viewer/grafana/frame-address';
import { KeySession, type KeyParts } from '../viewer/grafana/key-session';
import { KeyViewer } from '../viewer/grafana/key-viewer';
import { hasProof, isPublicPage } from '../viewer/grafana/target';
import { SlotKeeper } from '../viewer/session/slots';
import { MemoryStore } from './fake-server';
import { GrafanaServer } from './grafana-server';

// The viewer's own timers wait for minutes; they must not keep the test from ending.
const realSetTimeout = setTimeout;
const timers: number[] = [];

/** As much of a browser as the viewer touches when it is made. */
export const page = { isHidden: false, waits: timers };

Object.assign(globalThis, {
  setTimeout: (action: () => void, ms = 0): NodeJS.Timeout => {
    timers.push(ms);
    return realSetTimeout(action, ms).unref();
  },
  document: {
    addEventListener: () => undefined,
    get hidden() {
      return page.isHidden;
    },
    documentElement: { clientWidth: 800 },
  },
  window: { addEventListener: () => undefined },
});

/** What a browser keeps of one frame: its address and history.state. */
export class FrameHistory {
  state: unknown = null;

  constructor(public address: string) {}

  replaceState(state: unknown, _title: string, address?: string | URL | null): void {
    this.state = structuredClone(state);
    if (address !== undefined && address !== null) this.address = String(address);
  }
  pushState(state: unknown, title: string, address?: string | URL | null): void {
    this.replaceState(state, title, address);
  }
}

export interface TestBrowser {
  server: GrafanaServer;
  stores: MemoryStore[];
}

export function newBrowser(): TestBrowser {
  return { server: new GrafanaServer(), stores: [new MemoryStore(), new MemoryStore()] };
}

export interface GrafanaFrame {
  history: FrameHistory;
  session: KeySession;
  viewer: KeyViewer;
  closed: string[];
}

/** Loads the address that `history` stands at, and waits until everything has arrived. */
export async function load(
  { server, stores }: TestBrowser,
  where: FrameHistory | string,
  change: Partial<KeyParts> = {},
): Promise<GrafanaFrame> {
  const history = typeof where === 'string' ? new FrameHistory(where) : where;
  const link = history.address;
  const isPublic = isPublicPage(link);
  const isClean = !isPublic && !hasProof(link);
  const place = isPublic ? (link.split('?')[0] ?? '') : link;
  const address = new FrameAddress(history, place, isClean, () => `f${Math.random()}`);
  const session = new KeySession({
    link,
    isClean,
    isAdmitted: false,
    keepsData: () => true,
    isPublic,
    keeper: new SlotKeeper(address.slot, stores),
    pointer: new SlotKeeper('casement:key', stores),
    pointerLock: (action) => action(),
    settled: (target) => address.show(target),
    fetch: server.fetch,
    lock: (action) => action(),
    makeSecret: () => `secret-${Math.random()}`,
    now: () => 0,
    wallClock: () => 1_700_000_000_000,
    sleep: () => Promise.resolve(),
    timezone: 'Europe/Berlin',
    ...change,
  });
  const closed: string[] = [];
  const viewer = new KeyViewer({
    session,
    events: {
      opened: () => undefined,
      closed: (code, isEnd) => closed.push(isEnd ? `end ${code}` : code),
    },
    zone: 'Europe/Berlin',
    show: (target) => address.show(target),
  });
  await viewer.open();
  await quiet();
  return { history, session, viewer, closed };
}

/** Lets every answer that is on its way arrive. */
export async function quiet(): Promise<void> {
  for (let round = 0; round < 8; round++) {
    await new Promise((resolve) => realSetTimeout(resolve, 0));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
