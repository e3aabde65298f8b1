/**
 * Reads newline-delimited JSON as it arrives. A last line without its newline counts only if it is
 * whole JSON: a cut connection leaves a torn line, which is dropped. A broken stream ends quietly;
 * that the answer was whole is told by its `{"end": true}`, not by how the connection closed.
 */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let pending = '';
  try {
    for (;;) {
      let chunk: ReadableStreamReadResult<Uint8Array>;
      try {
        chunk = await reader.read();
      } catch {
        break;
      }
      if (chunk.done) break;
      pending += decoder.decode(chunk.value, { stream: true });
      let newline = pending.indexOf('\n');
      if (newline < 0) continue;
      let start = 0;
      for (; newline >= 0; newline = pending.indexOf('\n', start)) {
        const value = parseLine(pending.slice(start, newline));
        start = newline + 1;
        if (value !== undefined) yield value;
      }
      pending = pending.slice(start);
    }
    const last = parseLine(pending);
    if (last !== undefined) yield last;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function parseLine(line: string): unknown {
  if (line.trim() === '') return undefined;
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
