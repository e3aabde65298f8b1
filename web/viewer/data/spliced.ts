// A refresh sends only what is new (ARCHITECTURE.md, "The viewer's protocol").
import type { Frame, SentFrame } from '../api/wire';

/** A sent frame as if it had come whole. `old`: what the page said it has in its place. */
export function spliced(sent: SentFrame, old: Frame | undefined): Frame {
  const { kept } = sent;
  if (!kept || !old) return sent as Frame;
  const { from, rows, at } = kept;
  return {
    ...old,
    rows: sent.rows,
    columns: old.columns.map((column, index) => {
      const { values = [], ...more } = sent.columns[index] ?? {};
      return {
        ...column,
        ...more,
        values: values
          .slice(0, at)
          .concat(column.values.slice(from, from + rows), values.slice(at)),
      };
    }),
  };
}
