// Keys that work everywhere but in fields, and the dialog that lists them.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { question } from '../state/confirming';
import { navigate } from '../state/router';
import { Dialog } from './dialog';
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

const pageKeys = signal<readonly PageKey[]>([]);

/** While the component is there, with what its keys do now. */
export function usePageKeys(keys: readonly PageKey[]): void {
  const newest = useRef(keys);
  newest.current = keys;
  const names = keys.map(({ key, label }) => `${key} ${label}`).join('\n');
  useEffect(() => {
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

const kKeyNames: Record<string, string> = { Escape: 'Esc' };

/** Editors are shadow roots: from outside, keys come from their hosts. */
const kTyped = 'input, textarea, select, [data-editor], [data-query-editor]';

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.closest(kTyped) !== null)
  );
}

export function useShortcuts(): void {
  useEffect(() => {
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

export function ShortcutsHelp() {
  if (!isHelpOpen.value) return null;
  const close = (): void => {
    isHelpOpen.value = false;
  };
  return (
    <Dialog title="Keyboard shortcuts" width="narrow" onClose={close}>
      <dl class="keys">
        {pageKeys.value.map(({ key, label }) => (
          <div key={key}>
            <dt>
              <kbd>{kKeyNames[key] ?? key}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
        {sections().map((section) => (
          <div key={section.href}>
            <dt>
              <kbd>g</kbd> then <kbd>{section.key}</kbd>
            </dt>
            <dd>{section.label}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>Search in the list</dd>
        </div>
        <div>
          <dt>
            <kbd>Ctrl</kbd> or <kbd>⌘</kbd> with <kbd>s</kbd>
          </dt>
          <dd>Save the document that is being edited</dd>
        </div>
        <div>
          <dt>
            <kbd>Ctrl</kbd> or <kbd>⌘</kbd> with <kbd>Enter</kbd>
          </dt>
          <dd>Run the query that is being written</dd>
        </div>
        <div>
          <dt>
            <kbd>Ctrl</kbd> with <kbd>Space</kbd>
          </dt>
          <dd>Complete what is being written</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Close a dialog or a menu; in the editor: let Tab leave it</dd>
        </div>
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>This list</dd>
        </div>
      </dl>
    </Dialog>
  );
}
