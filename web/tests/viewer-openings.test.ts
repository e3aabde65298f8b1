// A page that is opened again before it was open: only what was asked for last may be shown.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { quiet } from './grafana-frame';
import type { FirstLine, PanelLine } from '../viewer/api/wire';
import type { Opening, Session } from '../viewer/session/session';
import { Viewer } from '../viewer/state/viewer';

interface Asked {
  answer: (title: string) => void;
  refuse: (error: Error) => void;
  /** Lets the data come, which follow the answer. */
  complete: () => void;
  /** Whether the rest of its answer was given up. */
  wasDropped: boolean;
}

let asked: Asked[];
let viewer: Viewer;

function firstLine(title: string): FirstLine {
  const panels = [{ id: 1, type: 'table', title, queries: ['A'] }];
  const dashboard = { uid: 'one', title, panels, variables: [], time: { from: 1, to: 2 } };
  return { dashboard } as unknown as FirstLine;
}

function opening(): Promise<Opening> {
  const head = withResolvers<Opening>();
  const data = withResolvers<null>();
  async function* panels(title: string): AsyncGenerator<PanelLine, boolean> {
    await data.promise;
    yield { panel: 1, frames: [], from: title.length } as unknown as PanelLine;
    return true;
  }
  const one: Asked = {
    answer: (title) => {
      const lines = panels(title);
      const drop = lines.return.bind(lines);
      lines.return = (value) => {
        one.wasDropped = true;
        return drop(value);
      };
      head.resolve({ first: firstLine(title), panels: lines });
    },
    refuse: head.reject,
    complete: () => data.resolve(null),
    wasDropped: false,
  };
  asked.push(one);
  return head.promise;
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

beforeEach(() => {
  asked = [];
  const session = { open: opening, renewIn: () => 600_000 } as unknown as Session;
  viewer = new Viewer(session, { opened: () => undefined, closed: () => undefined }, undefined);
});

test('the last of two openings is shown, whichever answer comes first', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    asked = [];
    void viewer.open();
    void viewer.open();
    for (const index of order) {
      asked[index]?.answer(index === 0 ? 'the old' : 'the new one');
      asked[index]?.complete();
      await quiet();
    }
    assert.equal(viewer.dashboard.value?.title, 'the new one');
    assert.equal(viewer.panel(1).value.from, 'the new one'.length);
    assert.equal(viewer.isLoading.value, false);
    assert.deepEqual(
      asked.map(({ wasDropped }) => wasDropped),
      [true, false],
    );
  }
});

test('a refusal that comes too late closes nothing', async () => {
  void viewer.open();
  void viewer.open();
  asked[1]?.answer('the new one');
  asked[1]?.complete();
  await quiet();
  asked[0]?.refuse(new Error('too late'));
  await quiet();
  assert.equal(viewer.page.value.kind, 'dashboard');
  assert.equal(viewer.dashboard.value?.title, 'the new one');
});

test('the data of an opening stop where another begins', async () => {
  void viewer.open();
  asked[0]?.answer('the old');
  await quiet();
  assert.equal(viewer.dashboard.value?.title, 'the old');
  void viewer.open();
  asked[0]?.complete();
  await quiet();
  assert.equal(viewer.panel(1).value.status, 'loading');
  asked[1]?.answer('the new one');
  asked[1]?.complete();
  await quiet();
  assert.equal(viewer.panel(1).value.from, 'the new one'.length);
});
