// Saving: what changes and why; and what to do when somebody else was first.
import { useState } from 'preact/hooks';
import { instantWords } from '../format';
import type { JsonObject } from '../api/types';
import type { KeptDashboard } from '../data/edit';
import { BusyButton } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/fields';
import { FormError } from '../ui/states';
import { changes, compare, merged } from './diff';
import { BothSides, Changes } from './differences';

export function SaveDialog({
  before,
  after,
  isBusy,
  error,
  onSave,
  onClose,
}: {
  before: JsonObject;
  after: JsonObject;
  isBusy: boolean;
  error: unknown;
  onSave: (message: string) => void;
  onClose: () => void;
}) {
  const [message, setMessage] = useState('');
  const list = changes(before, after);
  return (
    <Dialog
      title="Save the dashboard"
      width="wide"
      onClose={onClose}
      onSubmit={() => {
        if (!isBusy) onSave(message.trim());
      }}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <BusyButton isBusy={isBusy}>Save</BusyButton>
        </>
      }
    >
      <FormError error={error} />
      <TextField
        label="What you changed, and why"
        hint="Stands in the dashboard’s history. May stay empty."
        value={message}
        maxLength={500}
        onInput={setMessage}
        autofocus
      />
      <Changes list={list} />
    </Dialog>
  );
}

export function ConflictDialog({
  base,
  mine,
  theirs,
  isBusy,
  error,
  onTheirs,
  onMine,
  onBoth,
  onClose,
}: {
  base: JsonObject;
  mine: JsonObject;
  theirs: KeptDashboard;
  isBusy: boolean;
  error: unknown;
  onTheirs: () => void;
  onMine: () => void;
  onBoth: (document: JsonObject) => void;
  onClose: () => void;
}) {
  const list = compare(base, mine, theirs.document);
  const both = merged(base, mine, theirs.document);
  return (
    <Dialog
      title="Somebody else has saved it meanwhile"
      width="wide"
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Keep editing
          </button>
          <button type="button" class="button" onClick={onTheirs}>
            Take theirs
          </button>
          {both && (
            <button type="button" class="button" onClick={() => onBoth(both)}>
              Bring both together
            </button>
          )}
          <BusyButton type="button" class="button primary danger" isBusy={isBusy} onClick={onMine}>
            Save mine over it
          </BusyButton>
        </>
      }
    >
      <FormError error={error} />
      <p>
        Revision {theirs.revision} was saved on {instantWords(theirs.modified_at)}, after you had
        begun. Nothing of yours is lost: whatever you choose can be undone in the editor.
      </p>
      {list.length === 0 ? (
        <p class="muted">It says the same as yours, or only the order of something differs.</p>
      ) : (
        <BothSides list={list} />
      )}
    </Dialog>
  );
}
