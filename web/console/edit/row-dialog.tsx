// Asked before a row with panels is deleted.
import { Dialog } from '../ui/dialog';

export function RowDialog({
  name,
  count,
  onRow,
  onAll,
  onClose,
}: {
  name: string;
  count: number;
  onRow: () => void;
  onAll: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog
      title={`Delete “${name}”?`}
      width="narrow"
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="button" class="button" onClick={onAll}>
            Row and panels
          </button>
          <button type="button" class="button primary" data-autofocus onClick={onRow}>
            Only the row
          </button>
        </>
      }
    >
      <p>
        {count === 1 ? 'One panel belongs' : `${count} panels belong`} to this row. Undo brings back
        what you delete.
      </p>
    </Dialog>
  );
}
