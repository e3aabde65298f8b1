import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { embed, type Embed, type EmbedOptions } from '../sdk/casement';

// As much of a page as the SDK touches.
class FakeFrame {
  src = '';
  style: Record<string, string> = {};
  isConnected = false;
  readonly sent: { message: unknown; origin: string }[] = [];
  readonly contentWindow = {
    postMessage: (message: unknown, origin: string) => this.sent.push({ message, origin }),
  };
  addEventListener(): void {
    // Only the load event is listened to, and it never comes here.
  }
  remove(): void {
    this.isConnected = false;
  }
}

const kOrigin = 'https://dash.example';
const realNow = Date.now.bind(Date);
let now = 0;
let listeners: ((event: unknown) => void)[] = [];
const container = {
  append: (frame: FakeFrame) => {
    frame.isConnected = true;
  },
} as unknown as Element;

beforeEach(() => {
  listeners = [];
  now = 1_700_000_000_000;
  Date.now = () => now;
  Object.assign(globalThis, {
    document: { createElement: () => new FakeFrame(), baseURI: 'https://host.example/page' },
    addEventListener: (_: string, listener: (event: unknown) => void) => listeners.push(listener),
    removeEventListener: (_: string, listener: (event: unknown) => void) => {
      listeners = listeners.filter((other) => other !== listener);
    },
  });
});
afterEach(() => {
  Date.now = realNow;
});

interface Page {
  embedded: Embed;
  frame: FakeFrame;
  links: number;
  events: string[];
  say: (message: Record<string, unknown>, origin?: string, source?: unknown) => Promise<void>;
}

async function page(options: Partial<EmbedOptions> = {}): Promise<Page> {
  const events: string[] = [];
  const self: Partial<Page> = { links: 0, events };
  const embedded = embed(container, {
    url: () => `${kOrigin}/sb/x?nonce=${String((self.links = (self.links ?? 0) + 1))}`,
    onReady: () => events.push('ready'),
    onDenied: ({ code }) => events.push(`denied ${code}`),
    onEnded: ({ code }) => events.push(`ended ${code}`),
    ...options,
  });
  const frame = embedded.iframe as unknown as FakeFrame;
  const flush = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  await flush();
  return Object.assign(self, {
    embedded,
    frame,
    say: async (
      message: Record<string, unknown>,
      origin = kOrigin,
      source: unknown = frame.contentWindow,
    ) => {
      for (const listener of listeners) {
        listener({ data: { source: 'casement', ...message }, origin, source });
      }
      await flush();
    },
  }) as Page;
}

test('the frame opens the link and is told the theme', async () => {
  const { frame, say, events } = await page({ theme: 'dark' });
  assert.equal(frame.src, `${kOrigin}/sb/x?nonce=1`);
  assert.ok(frame.isConnected);
  await say({ type: 'ready' });
  assert.deepEqual(events, ['ready']);
  assert.deepEqual(frame.sent, [
    { message: { source: 'casement-host', type: 'theme', theme: 'dark' }, origin: kOrigin },
  ]);
});

test('a used link is replaced once, then reported', async () => {
  const self = await page();
  await self.say({ type: 'denied', code: 'link_already_used' });
  assert.equal(self.links, 2);
  await self.say({ type: 'denied', code: 'link_already_used' });
  assert.equal(self.links, 2);
  assert.deepEqual(self.events, ['denied link_already_used']);
});

test('after half a minute of success a link may be replaced again', async () => {
  const self = await page();
  await self.say({ type: 'denied', code: 'link_expired' });
  await self.say({ type: 'ready' });
  now += 29_000;
  await self.say({ type: 'session-expired', code: 'session_expired' });
  assert.deepEqual(self.events, ['ready', 'ended session_expired']);
  now += 1000;
  await self.say({ type: 'session-expired', code: 'session_expired' });
  assert.equal(self.links, 3);
});

test('what a fresh link cannot heal is reported at once', async () => {
  const self = await page();
  await self.say({ type: 'denied', code: 'share_paused' });
  await self.say({ type: 'session-expired', code: 'session_ended' });
  assert.equal(self.links, 1);
  assert.deepEqual(self.events, ['denied share_paused', 'ended session_ended']);
});

test('other windows and other origins are not heard', async () => {
  const self = await page();
  await self.say({ type: 'ready' }, kOrigin, {});
  await self.say({ type: 'ready' }, 'https://evil.example');
  await self.say({ type: 'ready' }, 'null');
  assert.deepEqual(self.events, []);
  await self.say({ type: 'denied', code: 'sandbox_without_allow_same_origin' }, 'null');
  assert.deepEqual(self.events, ['denied sandbox_without_allow_same_origin']);
});

test('a link to another origin, or to no page at all, is never loaded', async () => {
  const other = await page({ origin: 'https://own.example' });
  assert.equal(other.frame.src, '');
  assert.deepEqual(other.events, ['denied link_unavailable']);
  const script = await page({ url: 'javascript:alert(1)' });
  assert.equal(script.frame.src, '');
  assert.deepEqual(script.events, ['denied link_unavailable']);
});

test('the frame grows only where that was asked for', async () => {
  const fixed = await page();
  await fixed.say({ type: 'height', height: 900 });
  assert.equal(fixed.frame.style.height, '100%');
  listeners = [];
  const growing = await page({ autoHeight: true });
  await growing.say({ type: 'height', height: 900 });
  assert.equal(growing.frame.style.height, '900px');
});

test('aborting takes the frame away and stops listening', async () => {
  const controller = new AbortController();
  const self = await page({ signal: controller.signal });
  controller.abort();
  assert.ok(!self.frame.isConnected);
  assert.equal(listeners.length, 0);
});
