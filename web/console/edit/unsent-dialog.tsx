// What was not saved when the page went away.
import { sinceWords } from '../format';
import { Dialog } from '../ui/dialog';
import type { Unsent } from './unsent';

export function UnsentDialog({
  unsent,
  isOlder,
  onTake,
  onDiscard,
}: {
  unsent: Unsent;
  /** Somebody has saved another revision since. */
  isOlder: boolean;
  onTake: () => void;
  onDiscard: () => void;
}) {
  return (
    <Dialog
      title="Go on with what was not saved?"
      width="narrow"
      onClose={onTake}
      actions={
        <>
          <button type="button" class="button" onClick={onDiscard}>
            Discard it
          </button>
          <button type="button" class="button primary" data-autofocus onClick={onTake}>
            Go on with it
          </button>
        </>
      }
    >
      <p>
        This tab has changes from {sinceWords(unsent.at, Date.now())} that were not saved.
        {isOlder &&
          ' Meanwhile another revision was saved: when you save, both are laid side by side.'}
      </p>
    </Dialog>
  );
}
