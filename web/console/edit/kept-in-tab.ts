// The draft in the browser's tab.
import { useEffect, useRef } from 'preact/hooks';
import type { JsonObject } from '../api/types';
import type { Kept } from './state';
import { keepUnsent } from './unsent';

/** What is not saved outlives a reload, and is offered again. Who leaves has been asked. */
export function useKeptInTab(
  uid: string | null,
  document: JsonObject,
  kept: Kept,
  dirty: boolean,
): void {
  const latest = useRef({ document, kept, dirty });
  latest.current = { document, kept, dirty };
  const write = (): void => {
    const now = latest.current;
    keepUnsent(
      uid,
      now.dirty
        ? { document: now.document, base: now.kept.document, revision: now.kept.revision }
        : null,
    );
  };
  useEffect(() => {
    const timer = setTimeout(write, 300);
    return () => clearTimeout(timer);
  }, [document, kept, dirty]);
  useEffect(() => {
    window.addEventListener('pagehide', write);
    return () => {
      window.removeEventListener('pagehide', write);
      keepUnsent(uid, null);
    };
  }, []);
}
