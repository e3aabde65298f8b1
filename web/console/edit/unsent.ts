// What is not saved yet, kept in the browser's tab against a reload.
import type { JsonObject } from '../api/types';
import { me } from '../state/app';

export interface Unsent {
  document: JsonObject;
  /** What it was made from; null: nothing was kept then. */
  base: JsonObject;
  revision: number | null;
  at: string;
}

/** Per person, organization and dashboard: nobody else is offered it. */
function nameOf(uid: string | null): string {
  const who = me.peek();
  return `casement.unsent ${who?.organization.id ?? 0} ${who?.handle ?? ''} ${uid ?? 'new'}`;
}

export function unsentOf(uid: string | null): Unsent | null {
  try {
    const text = sessionStorage.getItem(nameOf(uid));
    if (text === null) return null;
    const read = JSON.parse(text) as Partial<Unsent>;
    return typeof read.document === 'object' && typeof read.base === 'object'
      ? {
          document: read.document,
          base: read.base,
          revision: read.revision ?? null,
          at: read.at ?? '',
        }
      : null;
  } catch {
    return null;
  }
}

/** A full or blocked storage costs the safety net, not the work. */
export function keepUnsent(uid: string | null, unsent: Omit<Unsent, 'at'> | null): void {
  try {
    if (unsent === null) sessionStorage.removeItem(nameOf(uid));
    else {
      const at = new Date().toISOString();
      sessionStorage.setItem(nameOf(uid), JSON.stringify({ ...unsent, at }));
    }
  } catch {
    // As said above.
  }
}
