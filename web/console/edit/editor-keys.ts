// The editor's keys.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { question } from '../state/confirming';

/** Undo, redo and save, wherever the focus is; an editor of code has an undo of its own. */
export function useEditorKeys(acts: {
  step: (way: 'undo' | 'redo') => void;
  save: () => void;
}): void {
  const latest = useRef(acts);
  latest.current = acts;
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey)) return;
      if (question.peek() || window.document.querySelector('dialog[open]')) return;
      const isCode =
        event.target instanceof Element &&
        event.target.closest('[data-editor], [data-query-editor]');
      const key = event.key.toLowerCase();
      if (key === 's') {
        event.preventDefault();
        latest.current.save();
      } else if (!isCode && (key === 'z' || key === 'y')) {
        event.preventDefault();
        latest.current.step(key === 'y' || event.shiftKey ? 'redo' : 'undo');
      }
    };
    window.document.addEventListener('keydown', onKey);
    return () => window.document.removeEventListener('keydown', onKey);
  }, []);
}
