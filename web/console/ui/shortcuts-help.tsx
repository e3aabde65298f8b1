// The dialog that lists the keys.
import { Dialog } from './dialog';
import { sections } from './navigation';
import { isHelpOpen, pageKeys } from './shortcuts';

const kKeyNames: Record<string, string> = { Escape: 'Esc' };

export function ShortcutsHelp() {
  const close = (): void => {
    isHelpOpen.value = false;
  };
  return (
    <Dialog title="Keyboard shortcuts" width="wide" onClose={close}>
      {/* It may scroll, so the keyboard has to reach it. */}
      <div role="region" aria-label="Keys" tabIndex={0}>
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
      </div>
    </Dialog>
  );
}
