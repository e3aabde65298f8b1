// A refresh that sends only what is new, and the page that puts it together again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Column, Frame, KnownAnswer, PanelLine, SentFrame } from '../viewer/api/wire';
import { spliced } from '../viewer/data/spliced';
import { pageId } from '../viewer/session/clones';
import type { Session } from '../viewer/session/session';
import { FakeServer, frame as frameOf, newBrowser, settled } from './fake-server';

/** Times in minutes; the value of each is ten times as much. */
function series(minutes: readonly number[]): Frame {
  return {
    name: 'A',
    columns: [
      { name: 'Time', type: 'time', values: minutes.map((minute) => minute * 60_000) },
      { name: 'v', type: 'number', labels: { host: 'a' }, values: minutes.map((m) => m * 10) },
    ],
    rows: minutes.length,
    truncated: false,
    notice: 'Only so much.',
  };
}

/** What a server sends of `frame` when `kept` of it is there already. */
function rest(frame: Frame, kept: NonNullable<SentFrame['kept']>): unknown {
  const isNew = (_: unknown, row: number): boolean => row < kept.at || row >= kept.at + kept.rows;
  return {
    name: frame.name,
    kept,
    columns: frame.columns.map(({ values, exact }) => ({
      values: values.filter(isNew),
      ...(exact ? { exact } : {}),
    })),
    rows: frame.rows,
  };
}

const asSent = (value: unknown): SentFrame => JSON.parse(JSON.stringify(value)) as SentFrame;

test('a window that rolled on is the old one without its first rows and with new ones', () => {
  const old = series([1, 2, 3, 4]);
  const now = series([3, 4, 5]);
  const sent = asSent(rest(now, { from: 2, rows: 2, at: 0 }));
  assert.deepEqual(sent.columns[0]?.values, [300_000]);
  assert.deepEqual(spliced(sent, old), now);
  assert.deepEqual(old, series([1, 2, 3, 4]));
});

test('rows may be new on both sides of those that stayed', () => {
  const old = series([1, 2, 3, 4, 5, 6]);
  const now = series([9, 8, 3, 4, 7]);
  assert.deepEqual(spliced(asSent(rest(now, { from: 2, rows: 2, at: 2 })), old), now);
});

test('digits that a number cannot hold move with their rows', () => {
  const ids = (rows: readonly number[]): Frame => {
    const column: Column = {
      name: 'id',
      type: 'number',
      values: rows.map((row) => 9_007_199_254_740_000 + row * 2000),
      exact: Object.fromEntries(rows.map((row, at) => [at, `90071992547${row}1`])),
    };
    return { name: 'A', columns: [column], rows: rows.length, truncated: false };
  };
  const now = ids([2, 3, 4]);
  assert.deepEqual(spliced(asSent(rest(now, { from: 1, rows: 2, at: 0 })), ids([1, 2, 3])), now);
});

test('a frame that came whole is what it is', () => {
  const now = series([1]);
  assert.equal(spliced(now, series([0, 1])), now);
  assert.equal(spliced(now, undefined), now);
});

test('every window over any rows is put together as it is', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let run = 0; run < 500; run++) {
    const old = series(Array.from({ length: 1 + random(12) }, () => random(5)));
    const from = random(old.rows);
    const rows = 1 + random(old.rows - from);
    const at = random(4);
    const some = (count: number): number[] => Array.from({ length: count }, () => random(99));
    const times = old.columns[0]?.values.slice(from, from + rows) ?? [];
    const now = series([...some(at), ...times.map((t) => Number(t) / 60_000), ...some(random(4))]);
    assert.deepEqual(spliced(asSent(rest(now, { from, rows, at })), old), now);
  }
});

interface Asked {
  panels: unknown[];
  have: KnownAnswer[];
}

/** A session whose data calls get these answers, one after another. */
async function session(...answers: unknown[][]): Promise<{ session: Session; asked: Asked[] }> {
  const server = new FakeServer();
  const asked: Asked[] = [];
  const made = frameOf(server, newBrowser(), {
    fetch: (input, init) => {
      if (!(input as string).endsWith('/query')) return server.fetch(input, init);
      const answer = answers[asked.length] ?? [];
      asked.push(JSON.parse(init?.body as string) as Asked);
      const lines = [...answer, { end: true }].map((line) => `${JSON.stringify(line)}\n`);
      return Promise.resolve(new Response(lines.join('')));
    },
  });
  const opening = await made.open();
  for await (const line of opening.panels) void line;
  await settled();
  return { session: made, asked };
}

async function query(made: Session, ...panels: number[]): Promise<PanelLine[]> {
  const lines: PanelLine[] = [];
  const answer = await made.query({ panels }, new AbortController().signal);
  for await (const line of answer) lines.push(line);
  return lines;
}

test('the page says what it has, and shows what is new as if all had come', async () => {
  const first = series([1, 2, 3]);
  const now = series([2, 3, 4]);
  const { session: made, asked } = await session(
    [{ panel: 5, from: 0, to: 3, version: 'v1', frames: [first] }],
    [
      {
        panel: 5,
        from: 1,
        to: 4,
        version: 'v2',
        frames: [rest(now, { from: 1, rows: 2, at: 0 })],
      },
    ],
    [{ panel: 5, from: 2, to: 5, version: 'v2', unchanged: true }],
  );
  await query(made, 5);
  const [second] = await query(made, 5);
  const [third] = await query(made, 5);
  assert.deepEqual(
    asked.map(({ have }) => have.map(({ panel, version }) => [panel, version])),
    [[], [[5, 'v1']], [[5, 'v2']]],
  );
  assert.deepEqual(second?.frames, [now]);
  assert.equal(third?.frames, second.frames);
  assert.deepEqual([third.from, third.to], [2, 5]);
});

test('a clone is called by its value', async () => {
  const clone = pageId(6, 'web-1');
  const line = { panel: 6, repeat: 'web-1', version: 'v1' };
  const { session: made, asked } = await session(
    [{ ...line, frames: [series([1])] }],
    [{ ...line, unchanged: true }],
  );
  await query(made, clone);
  const [again] = await query(made, clone);
  assert.deepEqual(asked[1]?.have, [line]);
  assert.equal(again?.panel, clone);
  assert.deepEqual(again.frames, [series([1])]);
});

test('only what is asked for is named, and only what has a version', async () => {
  const { session: made, asked } = await session(
    [
      { panel: 1, version: 'v1', frames: [] },
      { panel: 2, frames: [] },
    ],
    [],
    [],
  );
  await query(made, 1, 2);
  await query(made, 2);
  await query(made, 1, 2);
  assert.deepEqual(asked[1]?.have, []);
  assert.deepEqual(
    asked[2]?.have.map(({ panel }) => panel),
    [1],
  );
});

test('an answer is put upon what was had when it was asked for', async () => {
  const old = series([1, 2]);
  const now = series([2, 3]);
  const delta = { panel: 1, version: 'v2', frames: [rest(now, { from: 1, rows: 1, at: 0 })] };
  const { session: made } = await session(
    [{ panel: 1, version: 'v1', frames: [old] }],
    [delta],
    [delta],
  );
  await query(made, 1);
  const { signal } = new AbortController();
  const [slow, quick] = await Promise.all([
    made.query({ panels: [1] }, signal),
    made.query({ panels: [1] }, signal),
  ]);
  for (const lines of [quick, slow]) {
    const line = (await lines.next()).value as PanelLine;
    assert.deepEqual(line.frames, [now]);
  }
});

test('what failed leaves what was there, and what is not there is never shown as empty', async () => {
  const { session: made, asked } = await session(
    [{ panel: 1, version: 'v1', frames: [series([1])] }],
    [{ panel: 1, error: { code: 'query_failed', message: 'No.' } }],
    [
      { panel: 1, version: 'v1', unchanged: true },
      { panel: 2, version: 'v9', unchanged: true },
    ],
  );
  await query(made, 1);
  const [failed] = await query(made, 1);
  assert.equal(failed?.frames, undefined);
  const last = await query(made, 1, 2);
  assert.equal(asked[2]?.have[0]?.version, 'v1');
  assert.deepEqual(
    last.map(({ panel, frames }) => [panel, frames]),
    [[1, [series([1])]]],
  );
});
