// What a page does with the window around it.
import { useEffect } from 'preact/hooks';

/** Says on the root element, for the style sheet, that this page wants it so. */
export function useRootFlag(name: 'wide' | 'tv', isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const { dataset } = document.documentElement;
    dataset[name] = '';
    return () => {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete dataset[name];
    };
  }, [isOn]);
}

/** A screen on a wall does not go dark, where the browser lets a page ask for that. */
export function keepAwake(): () => void {
  const { wakeLock } = navigator as Partial<Navigator>;
  let lock: WakeLockSentinel | null = null;
  let isOver = false;
  const ask = (): void => {
    if (document.hidden || isOver) return;
    wakeLock?.request('screen').then(
      (given) => {
        if (isOver) void given.release();
        else lock = given;
      },
      () => undefined,
    );
  };
  // The browser takes it back from pages that nobody sees.
  document.addEventListener('visibilitychange', ask);
  ask();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', ask);
    void lock?.release();
  };
}
