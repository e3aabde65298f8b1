// A frame of Looker's dialect without a browser: the viewer's real parts between a host page and a
// server of the tests.
import { afterEach } from 'node:test';
import { Chatty } from '../viewer/looker/chatty';
import type { Channel } from '../viewer/looker/channel';
import { Conversation } from '../viewer/looker/conversation';
import { EmbedSession, type EmbedParts } from '../viewer/looker/embed-session';
import { EmbedViewer } from '../viewer/looker/embed-viewer';
import { SessionWatch } from '../viewer/looker/session-watch';
import { TokenKeeper } from '../viewer/looker/tokens';
import { SlotKeeper } from '../viewer/session/slots';
import { MemoryStore } from './fake-server';
import { FakeClock, FakeHost } from './looker-host';
import { kFrameOrigin, LookerServer } from './looker-server';

export const kHostOrigin = 'https://app.example';

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
