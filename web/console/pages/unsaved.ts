import { useLayoutEffect } from 'preact/hooks';
import { confirm } from '../state/confirming';
import { setGuard } from '../state/router';

/** Asks before a journey that would lose what was typed. */
export function useUnsaved(isUnsaved: boolean): void {
  // From the first letter on: a click on a link may come in the same frame.
  useLayoutEffect(() => {
    if (!isUnsaved) return;
    setGuard(() =>
      confirm({
        title: 'Leave without saving?',
        text: 'What you changed here has not been saved and will be lost.',
        act: 'Leave',
      }),
    );
    return () => setGuard(null);
  }, [isUnsaved]);
}
