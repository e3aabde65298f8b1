// What a page shows of the server: loading, there, or failed; the old stays while the new comes.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isAbort } from '../api/client';
import { returns } from './app';

export interface Resource<T> {
  /** The newest that came; null before the first. */
  value: T | null;
  error: unknown;
  isLoading: boolean;
  reload: () => void;
  /** The page knows better already: what a change answered with. */
  set: (value: T) => void;
}

/** `key` names what is loaded: another key begins anew. */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
): Resource<T> {
  const [held, setHeld] = useState<{ key: string; value: T | null; error: unknown; busy: boolean }>(
    {
      key,
      value: null,
      error: null,
      busy: true,
    },
  );
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  const loading = useRef<AbortController | null>(null);
  loader.current = load;
  const back = returns.value;

  useEffect(() => {
    const control = new AbortController();
    loading.current = control;
    setHeld((old) => ({
      key,
      value: old.key === key ? old.value : null,
      error: null,
      busy: true,
    }));
    loader.current(control.signal).then(
      (value) => {
        if (!control.signal.aborted) setHeld({ key, value, error: null, busy: false });
      },
      (error: unknown) => {
        if (control.signal.aborted || isAbort(error)) return;
        setHeld((old) => ({ ...old, error, busy: false }));
      },
    );
    return () => control.abort();
  }, [key, turn, back]);

  const reload = useCallback(() => setTurn((old) => old + 1), []);
  const set = useCallback((value: T) => {
    // What is on its way may be from before this.
    loading.current?.abort();
    setHeld((old) => ({ ...old, value, error: null, busy: false }));
  }, []);
  const isCurrent = held.key === key;
  return {
    value: isCurrent ? held.value : null,
    error: isCurrent ? held.error : null,
    isLoading: held.busy || !isCurrent,
    reload,
    set,
  };
}

/**
 * A change on its way: one at a time, with its error. Answers whether it went well. `written`: what
 * the form says, as many values each time; the error is about what was sent, and goes with it.
 */
export function useChange(...written: readonly unknown[]): {
  isBusy: boolean;
  error: unknown;
  run: (work: () => Promise<void>) => Promise<boolean>;
  clear: () => void;
} {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({
    busy: false,
    error: null,
  });
  const busy = useRef(false);
  const run = useCallback(async (work: () => Promise<void>): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setState({ busy: true, error: null });
    try {
      await work();
      setState({ busy: false, error: null });
      return true;
    } catch (error) {
      setState({ busy: false, error });
      return false;
    } finally {
      busy.current = false;
    }
  }, []);
  const clear = useCallback(() => setState({ busy: false, error: null }), []);
  useEffect(() => setState((old) => (old.error === null ? old : { ...old, error: null })), written);
  return { isBusy: state.busy, error: state.error, run, clear };
}
