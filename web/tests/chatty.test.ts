import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatty } from '../viewer/looker/chatty';
import { kHostOrigin, makeChannel, quiet } from './looker-frame';
import { FakeClock, FakeHost, type Wire } from './looker-host';

interface Talk {
  clock: FakeClock;
  host: FakeHost;
  chatty: Chatty;
  connects: number;
}

function talk(parent: 'host' | null = 'host'): Talk {
  const clock = new FakeClock();
  const host = new FakeHost();
  const chatty = new Chatty({
    parent: parent && host.window,
    origin: kHostOrigin,
    makeChannel,
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
  });
  const self: Talk = { clock, host, chatty, connects: 0 };
  chatty.onConnect = () => self.connects++;
  return self;
}

async function connected(): Promise<Talk> {
  const self = talk();
  self.chatty.start();
  await quiet();
  return self;
}

test('the greeting goes to the allowed origin alone, and is answered by an acknowledgement', async () => {
  const { host, connects } = await connected();
  assert.deepEqual(host.greetings, [{ message: { action: 0 }, origin: kHostOrigin }]);
  assert.deepEqual(host.log, [{ action: 1, data: {} }]);
  assert.equal(connects, 1);
});

test('a page that is not framed greets nobody', () => {
  const { host, chatty } = talk(null);
  chatty.start();
  assert.deepEqual(host.greetings, []);
});

test('what was said before the host came is told when it comes, in order', async () => {
  const { host, chatty } = talk();
  chatty.send('first', { n: 1 });
  chatty.send('second', { n: 2 });
  chatty.start();
  await quiet();
  assert.deepEqual(host.log, [
    { action: 1, data: {} },
    { action: 2, data: { eventName: 'first', payload: [{ type: 'first', n: 1 }] } },
    { action: 2, data: { eventName: 'second', payload: [{ type: 'second', n: 2 }] } },
  ]);
});

test('a host that began to listen late is greeted again, and once only after it answered', async () => {
  const { clock, host, chatty } = talk();
  host.listens = false;
  chatty.start();
  clock.advance(2000);
  assert.equal(host.greetings.length, 2);
  host.listens = true;
  clock.advance(4000);
  await quiet();
  assert.equal(host.greetings.length, 3);
  clock.advance(120_000);
  assert.equal(host.greetings.length, 3);
  chatty.send('hello');
  await quiet();
  assert.deepEqual(host.events, ['hello']);
});

test('a host that answers a second greeting is talked to over the second channel', async () => {
  const self = talk();
  self.host.listens = false;
  const held: MessagePort[] = [];
  const { window } = self.host;
  const post = window.postMessage.bind(window) as (
    message: unknown,
    origin: string,
    transfer: Transferable[],
  ) => void;
  self.host.window.postMessage = ((message: unknown, origin: string, transfer: Transferable[]) => {
    held.push(transfer[0] as MessagePort);
    if (held.length === 2) {
      self.host.listens = true;
      post(message, origin, [held[0] as MessagePort]);
      post(message, origin, [held[1] as MessagePort]);
    }
  }) as typeof window.postMessage;
  self.chatty.start();
  self.clock.advance(2000);
  await quiet();
  self.chatty.send('over here');
  await quiet();
  assert.deepEqual(self.host.events, ['over here']);
});

test('the recorded exchange is spoken to the letter', async () => {
  const { host, chatty } = await connected();
  const acted: [string, unknown][] = [];
  chatty.onAction = (name, detail) => {
    acted.push([name, detail]);
    return name === 'page:load' ? { success: true } : undefined;
  };
  host.send('dashboard:filters:update', { filters: { State: 'CA' } });
  host.send('dashboard:run', undefined);
  host.port?.postMessage({
    action: 2,
    data: {
      eventName: 'page:load',
      payload: [
        {
          pushHistory: false,
          url: '/embed/dashboards/43?embed_domain=http://localhost:9080&sdk=3',
        },
      ],
      sequence: 2,
    },
  });
  host.answers.set('drillmenu:click', [{ cancel: true }, undefined]);
  const click = { label: 'L', link_type: 'url', modal: false, url: '/x', context: '' };
  const isCancelled = await chatty.isCancelled('drillmenu:click', click);
  await quiet();
  assert.deepEqual(acted, [
    ['dashboard:filters:update', { filters: { State: 'CA' } }],
    ['dashboard:run', undefined],
    [
      'page:load',
      { pushHistory: false, url: '/embed/dashboards/43?embed_domain=http://localhost:9080&sdk=3' },
    ],
  ]);
  const said = host.log.slice(1);
  assert.deepEqual(
    said.find(({ action }) => action === 4),
    { action: 4, data: { eventName: 'page:load', payload: [{ success: true }], sequence: 2 } },
  );
  assert.deepEqual(
    said.find(({ action }) => action === 3),
    {
      action: 3,
      data: {
        eventName: 'drillmenu:click',
        payload: [
          {
            type: 'drillmenu:click',
            label: 'L',
            link_type: 'url',
            modal: false,
            url: '/x',
            context: '',
          },
        ],
        sequence: 1,
      },
    },
  );
  assert.ok(isCancelled);
});

test('only an answer that says so cancels', async () => {
  const { host, chatty } = await connected();
  for (const [answers, expected] of [
    [[], false],
    [[undefined, { cancel: false }], false],
    [[{ cancel: 'true' }], false],
    [[undefined, { cancel: true }], true],
  ] as [unknown[], boolean][]) {
    host.answers.set('drillmenu:click', answers);
    assert.equal(await chatty.isCancelled('drillmenu:click', {}), expected);
  }
});

test('a host that fails to answer, or never does, has not cancelled', async () => {
  const { clock, host, chatty } = await connected();
  const failing = chatty.isCancelled('drillmenu:click', {});
  host.port?.postMessage({
    action: 4,
    data: { eventName: 'drillmenu:click', payload: 'no', sequence: 1 },
  });
  assert.equal(await failing, false);
  if (host.port) host.port.onmessage = null;
  const silent = chatty.isCancelled('drillmenu:click', {});
  await quiet();
  clock.advance(29_999);
  let isDone = false;
  void silent.then(() => (isDone = true));
  await quiet();
  assert.ok(!isDone);
  clock.advance(1);
  assert.equal(await silent, false);
});

test('every action that waits is answered with its own number', async () => {
  const { host, chatty } = await connected();
  chatty.onAction = (name) => {
    if (name === 'bad') throw new Error('It cannot be done.');
    return name === 'good' ? Promise.resolve({ success: true }) : undefined;
  };
  const [good, bad, unknown] = await Promise.all([
    host.ask('good'),
    host.ask('bad'),
    host.ask('unknown'),
  ]);
  assert.deepEqual(good, {
    action: 4,
    data: { eventName: 'good', payload: [{ success: true }], sequence: 1 },
  });
  assert.deepEqual(bad, {
    action: 5,
    data: { eventName: 'bad', payload: 'It cannot be done.', sequence: 2 },
  });
  assert.deepEqual(unknown, {
    action: 4,
    data: { eventName: 'unknown', payload: [], sequence: 3 },
  });
});

test('an action that the host gives up is stopped and not answered', async () => {
  const { host, chatty } = await connected();
  let stopped: AbortSignal | undefined;
  chatty.onAction = (_name, _detail, signal) => {
    stopped = signal;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve('late')));
  };
  void host.ask('page:load');
  await quiet();
  host.abort('page:load');
  await quiet();
  assert.ok(stopped?.aborted);
  assert.deepEqual(
    host.log.filter(({ action }) => action > 1),
    [],
  );
});

test('what is no message of the protocol is passed over', async () => {
  const { host, chatty } = await connected();
  let acted = 0;
  chatty.onAction = () => acted++;
  for (const junk of [null, 'text', 7, {}, { action: 1 }, { action: 1, data: { payload: [] } }]) {
    host.port?.postMessage(junk);
  }
  host.port?.postMessage({ action: 3, data: { sequence: 99, payload: [] } });
  host.port?.postMessage({ action: 5, data: {} } satisfies Wire);
  await quiet();
  assert.equal(acted, 0);
  chatty.send('still here');
  await quiet();
  assert.deepEqual(host.events, ['still here']);
});

test('a frame that was loaded again greets the same host anew', async () => {
  const first = await connected();
  const { host, clock } = first;
  const again = new Chatty({
    parent: host.window,
    origin: kHostOrigin,
    makeChannel,
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
  });
  again.start();
  await quiet();
  again.send('back');
  first.chatty.send('gone');
  await quiet();
  assert.deepEqual(host.events, ['back']);
  assert.equal(host.log.filter(({ action }) => action === 1).length, 2);
});
