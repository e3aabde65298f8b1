// Keys that work everywhere but in fields.
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { question } from '../state/confirming';
import { navigate } from '../state/router';
import { sections } from './navigation';

export const isHelpOpen = signal(false);

const kChordTime = 1500;

/** A key of one page. */
export interface PageKey {
  /** As the browser names it. */
  key: string;
  label: string;
  run: () => void;
}

export const pageKeys = signal<readonly PageKey[]>([]);

/** While the component is there, with what its keys do now. */
export function usePageKeys(keys: readonly PageKey[]): void {
  const newest = useRef(keys);
  newest.current = keys;
  const names = keys.map(({ key, label }) => `${key} ${label}`).join('\n');
  useLayoutEffect(() => {
    const bound = newest.current.map(({ key, label }) => ({
      key,
      label,
      run: () => newest.current.find((item) => item.key === key)?.run(),
    }));
    pageKeys.value = bound;
    return () => {
      if (pageKeys.peek() === bound) pageKeys.value = [];
    };
  }, [names]);
}

/** Editors are shadow roots: from outside, keys come from their hosts. */
const kTyped = 'input, textarea, select, [data-editor], [data-query-editor]';

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.closest(kTyped) !== null)
  );
}

export function useShortcuts(): void {
  useLayoutEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || question.peek() || document.querySelector('dialog[open]'))
        return;
      const isChord = event.timeStamp < chordUntil;
      chordUntil = 0;
      if (isChord) {
        const section = sections().find((item) => item.key === event.key);
        if (!section) return;
        event.preventDefault();
        void navigate(section.href);
      } else if (event.key === '?') {
        event.preventDefault();
        isHelpOpen.value = true;
      } else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('main [data-search]');
        if (!search) return;
        event.preventDefault();
        search.focus();
        search.select();
      } else if (event.key === 'g') {
        chordUntil = event.timeStamp + kChordTime;
      } else {
        const own = pageKeys.peek().find((item) => item.key === event.key);
        if (!own || event.repeat) return;
        event.preventDefault();
        own.run();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
