// What was explored, as a panel more of a dashboard that may be written.
import { useState } from 'preact/hooks';
import { listDashboards } from '../api/calls';
import type { DashboardSummary } from '../api/types';
import { allOf } from '../data/all';
import { getRevised, isOutdated, saveRevision, type Revised } from '../data/query';
import { withPanel, type ExploreDraft } from '../query/explore-draft';
import { useChange, useResource } from '../state/resource';
import { navigate, to } from '../state/router';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { FormError, Loaded } from '../ui/states';

const kMostTries = 3;

/** A panel more fits beside whatever somebody else has saved meanwhile: then it is put there. */
async function append(uid: string, draft: ExploreDraft, title: string): Promise<Revised> {
  for (let tries = 1; ; tries++) {
    const { document, revision } = await getRevised(uid);
    try {
      return await saveRevision(uid, withPanel(document, draft, title), revision, 'From Explore');
    } catch (error) {
      if (!isOutdated(error) || tries === kMostTries) throw error;
    }
  }
}

export function AddToDashboard({ draft, onClose }: { draft: ExploreDraft; onClose: () => void }) {
  const dashboards = useResource('dashboards to write', (signal) =>
    allOf((after) =>
      listDashboards({ limit: 200, ...(after === undefined ? {} : { after }) }, signal).then(
        ({ dashboards: items, next }) => ({ items, next }),
      ),
    ),
  );
  // Whose variables the queries name.
  const [uid, setUid] = useState(draft.borrowed?.uid ?? '');
  const [title, setTitle] = useState('');
  const change = useChange();
  const fitting = (all: readonly DashboardSummary[]): DashboardSummary[] =>
    all.filter(({ dialect, provisioned }) => dialect === 'casement' && !provisioned);
  const submit = (): void => {
    if (uid === '') return;
    void change.run(async () => {
      const saved = await append(uid, draft, title.trim());
      toast(`The panel stands at the end of ${saved.title}.`);
      onClose();
      await navigate(to('dashboards', saved.uid));
    });
  };
  return (
    <Dialog
      title="Add to a dashboard"
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <BusyButton isBusy={change.isBusy} disabled={uid === ''}>
            Add the panel
          </BusyButton>
        </>
      }
    >
      <Loaded from={dashboards} what="dashboards">
        {({ items }) =>
          fitting(items).length === 0 ? (
            <p>
              There is no dashboard of your own to add it to: those of provisioning folders and of
              other products are changed where they come from. Make a new one first.
            </p>
          ) : (
            <div class="form wide">
              <SelectField
                label="Dashboard"
                value={uid}
                choices={[
                  { value: '', label: 'Choose…' },
                  ...fitting(items).map((one) => ({ value: one.uid, label: one.title })),
                ]}
                onChange={setUid}
              />
              <TextField
                label="Title of the panel"
                value={title}
                maxLength={200}
                onInput={setTitle}
              />
            </div>
          )
        }
      </Loaded>
      <FormError error={change.error} />
    </Dialog>
  );
}
