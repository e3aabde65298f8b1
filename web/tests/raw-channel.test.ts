import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawChannel } from '../viewer/looker/raw';
import { kHostOrigin, lookerFrame, quiet, type LookerFrame } from './looker-frame';

interface Sent {
  text: string;
  origin: string;
}

function rawFrame(): LookerFrame & {
  sent: Sent[];
  hear: (data: unknown, origin?: string, source?: unknown) => Promise<void>;
} {
  const sent: Sent[] = [];
  const parent = {
    postMessage: (text: unknown, origin: string) => sent.push({ text: text as string, origin }),
  } as unknown as Window;
  let receive: (event: MessageEvent<unknown>) => void = () => undefined;
  const frame = lookerFrame(
    {},
    () =>
      new RawChannel({
        parent,
        origin: kHostOrigin,
        listen: (listener) => {
          receive = listener;
        },
      }),
  );
  return {
    ...frame,
    sent,
    hear: async (data, origin = kHostOrigin, source = parent) => {
      receive({ data, origin, source } as MessageEvent<unknown>);
      await quiet();
    },
  };
}

function types(sent: Sent[]): string[] {
  return sent.map(({ text }) => (JSON.parse(text) as { type: string }).type);
}

test('without the SDK events are JSON texts to the allowed origin, fields beside the type', async () => {
  const frame = rawFrame();
  await frame.open();
  assert.ok(
    frame.sent.every(({ text, origin }) => typeof text === 'string' && origin === kHostOrigin),
  );
  const loaded = frame.sent.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  const start = loaded.find(({ type }) => type === 'dashboard:run:start');
  assert.deepEqual(Object.keys(start ?? {}), ['type', 'dashboard']);
  assert.equal((start?.dashboard as { title: string }).title, 'Content 42');
  assert.ok(!types(frame.sent).includes('undefined'));
});

test('the page is told twice here too', async () => {
  const frame = rawFrame();
  await frame.open();
  frame.clock.advance(1000);
  assert.equal(types(frame.sent).filter((type) => type === 'page:changed').length, 2);
});

test('actions are JSON texts from the parent and its origin, and nothing else is', async () => {
  const frame = rawFrame();
  await frame.open();
  const update = JSON.stringify({ type: 'dashboard:filters:update', filters: { State: 'CA,X' } });
  await frame.hear(update, 'https://evil.example');
  await frame.hear(update, kHostOrigin, {});
  await frame.hear(JSON.parse(update));
  await frame.hear('{ not json');
  await frame.hear('null');
  assert.deepEqual(frame.viewer.variables.value.state, ['CA']);
  await frame.hear(JSON.stringify({ type: 'dashboard:filters:update', filters: { State: 'TX' } }));
  assert.deepEqual(frame.viewer.variables.value.state, ['TX']);
  frame.sent.length = 0;
  await frame.hear(JSON.stringify({ type: 'dashboard:run' }));
  assert.ok(types(frame.sent).includes('dashboard:run:complete'));
});

test('another dashboard loads by its id', async () => {
  const frame = rawFrame();
  await frame.open();
  await frame.hear(JSON.stringify({ type: 'dashboard:load', id: '43', pushHistory: true }));
  assert.equal(frame.viewer.dashboard.value?.title, 'Content 43');
  assert.deepEqual(
    frame.travels.at(-1),
    'push /embed/dashboards/43?embed_domain=https://app.example&sdk=3',
  );
});

test('nothing is cancelled where nothing is answered', async () => {
  const frame = rawFrame();
  await frame.open();
  const panel = frame.viewer.dashboard.value?.panels[0];
  assert.ok(panel);
  await frame.viewer.showData(panel);
  assert.equal(frame.viewer.overlay.value, panel);
  assert.ok(types(frame.sent).includes('drillmenu:click'));
});
