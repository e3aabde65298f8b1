import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLines } from '../viewer/api/ndjson';

function streamOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      }
      controller.close();
    },
  });
}

async function all(stream: ReadableStream<Uint8Array>): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of readLines(stream)) lines.push(line);
  return lines;
}

test('lines are told apart wherever the chunks break', async () => {
  assert.deepEqual(await all(streamOf('{"a":', '1}\n{"b":2}\n{"c"', ':3}\n')), [
    { a: 1 },
    { b: 2 },
    { c: 3 },
  ]);
});

test('a letter may be split between chunks', async () => {
  const bytes = new TextEncoder().encode('"zürich"\n');
  assert.deepEqual(await all(streamOf(bytes.slice(0, 3), bytes.slice(3))), ['zürich']);
});

test('the last line needs no newline, and a torn one is dropped', async () => {
  assert.deepEqual(await all(streamOf('1\r\n\n2')), [1, 2]);
  assert.deepEqual(await all(streamOf('1\n{"panel":2,"fra')), [1]);
});

test('a connection that breaks ends the lines', async () => {
  let pulls = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulls++ === 0) controller.enqueue(new TextEncoder().encode('1\n2\n'));
      else controller.error(new Error('reset'));
    },
  });
  assert.deepEqual(await all(stream), [1, 2]);
});

test('leaving early cancels the request', async () => {
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('1\n')),
    cancel: () => {
      isCancelled = true;
    },
  });
  for await (const _line of readLines(stream)) break;
  assert.ok(isCancelled);
});
