// The vendor's own host side, against ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChattyHostConnection } from '@looker/chatty';
import { kHostOrigin, lookerFrame, quiet } from './looker-frame';
import { kFrameOrigin } from './looker-server';

interface Listener {
  (event: unknown): void;
}

interface VendorHost {
  connection: Promise<ChattyHostConnection>;
  /** The frame's parent. */
  window: Window;
}

async function vendorHost(handlers: Record<string, (detail: unknown) => unknown>) {
  const { Chatty } = await import('@looker/chatty');
  const listeners: Listener[] = [];
  const frameWindow = {};
  const { window, document } = globalThis as unknown as Record<string, Record<string, unknown>>;
  assert.ok(window && document);
  Object.assign(window, {
    addEventListener: (name: string, listener: Listener) => {
      if (name === 'message') listeners.push(listener);
    },
  });
  document.createElement = () => ({
    contentWindow: frameWindow,
    sandbox: { add: () => undefined },
  });
  const builder = Chatty.createHost('https://dash.example/embed/dashboards/42')
    .withTargetOrigin(kFrameOrigin)
    .appendTo({ appendChild: () => undefined } as unknown as HTMLElement);
  for (const [name, handler] of Object.entries(handlers)) builder.on(name, handler);
  const host: VendorHost = {
    connection: builder.build().connect(),
    window: {
      postMessage: (data: unknown, origin: string, ports: Transferable[]) => {
        assert.equal(origin, kHostOrigin);
        for (const listener of listeners) {
          listener({ data, ports, source: frameWindow, origin: kFrameOrigin });
        }
      },
    } as unknown as Window,
  };
  return host;
}

test('the vendor’s host connects, hears the events, cancels, and is answered', async () => {
  const heard: string[] = [];
  let cancels = true;
  const note = (name: string) => () => void heard.push(name);
  const vendor = await vendorHost({
    'page:changed': note('page:changed'),
    'dashboard:run:complete': note('dashboard:run:complete'),
    'dashboard:filters:changed': note('dashboard:filters:changed'),
    'drillmenu:click': () => ({ cancel: cancels }),
  });
  const frame = lookerFrame();
  Object.assign(frame.host.window, vendor.window);
  frame.conversation.start();
  const connection = await vendor.connection;
  await frame.viewer.open();
  await quiet();
  assert.deepEqual(heard, ['page:changed', 'dashboard:run:complete', 'page:changed']);

  connection.send('dashboard:filters:update', { filters: { State: 'TX' } });
  connection.send('dashboard:run');
  await quiet();
  assert.deepEqual(heard.slice(3), ['dashboard:filters:changed', 'dashboard:run:complete']);

  const panel = frame.viewer.dashboard.value?.panels[0];
  assert.ok(panel);
  await frame.viewer.showData(panel);
  assert.equal(frame.viewer.overlay.value, null);
  cancels = false;
  await frame.viewer.showData(panel);
  assert.equal(frame.viewer.overlay.value, panel);

  const answer: unknown = await connection.sendAndReceive('page:load', {
    url: '/embed/dashboards/43?embed_domain=https://app.example&sdk=3',
    pushHistory: false,
  });
  assert.deepEqual(answer, [{ success: true }]);
  assert.equal(frame.viewer.dashboard.value?.title, 'Content 43');
  await assert.rejects(
    connection.sendAndReceive('dashboard:schedule_modal:open'),
    /Scheduled deliveries are not offered here/,
  );
  await assert.rejects(
    connection.sendAndReceive('page:load', { url: '/embed/dashboards/404' }),
    /could not be found/,
  );
});
