// Clones of a repeated panel share its number on the wire. In the page each has one of its own, below
// zero, so that whatever goes by a panel's number goes by a clone's too.
import type { CloneRef } from '../api/wire';

const clones: CloneRef[] = [];

/** What stands for a panel or clone in the page. */
export function pageId(id: number, repeat: string | undefined): number {
  if (repeat === undefined) return id;
  const known = clones.findIndex((clone) => clone.id === id && clone.repeat === repeat);
  return -1 - (known < 0 ? clones.push({ id, repeat }) - 1 : known);
}

/** What the server calls it. */
export function wireId(id: number): number | CloneRef {
  return clones[-1 - id] ?? id;
}
