// The secrets that sign a share's links: shown once, then known by their last four characters.
import { useState } from 'preact/hooks';
import {
  addCredential,
  changeCredential,
  deleteCredential,
  listCredentials,
  rotateCredentials,
} from '../api/calls';
import { wordsOf } from '../api/client';
import type { Credential } from '../api/types';
import { fromLocalField, toLocalField } from '../data/shares';
import { confirm } from '../state/confirming';
import { show } from '../state/fresh-secrets';
import { useChange, useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { Badge, BusyButton, When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { List } from '../ui/lists';
import { Card } from '../ui/page';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { Popover } from '../../viewer/ui/popover';
import { FreshSecretCard } from './fresh-secret';

type Open =
  { kind: 'none' } | { kind: 'add' } | { kind: 'rotate' } | { kind: 'edit'; row: Credential };

export function Credentials({ token }: { token: string }) {
  const credentials = useResource(`credentials ${token}`, (signal) =>
    listCredentials(token, signal),
  );
  const [open, setOpen] = useState<Open>({ kind: 'none' });
  const done = (): void => {
    setOpen({ kind: 'none' });
    credentials.reload();
  };
  const close = (): void => setOpen({ kind: 'none' });
  return (
    <>
      <FreshSecretCard token={token} />
      <Card
        title="Credentials"
        hint="Each of them signs links of this share. Keep them in your backend, never in a page."
        actions={
          <div class="button-row">
            <button type="button" class="button" onClick={() => setOpen({ kind: 'add' })}>
              <Glyph name="plus" />
              Add
            </button>
            <button
              type="button"
              class="button primary"
              onClick={() => setOpen({ kind: 'rotate' })}
            >
              <Glyph name="refresh" />
              Rotate
            </button>
          </div>
        }
      >
        <Loaded from={credentials} what="credentials">
          {({ credentials: rows }) =>
            rows.length === 0 ? (
              <p class="muted">There is none: no link opens this share yet.</p>
            ) : (
              <Rows
                token={token}
                rows={rows}
                onChanged={credentials.reload}
                onEdit={(row) => setOpen({ kind: 'edit', row })}
              />
            )
          }
        </Loaded>
      </Card>
      {open.kind === 'add' && <Add token={token} onClose={close} onDone={done} />}
      {open.kind === 'rotate' && <Rotate token={token} onClose={close} onDone={done} />}
      {open.kind === 'edit' && <Edit token={token} row={open.row} onClose={close} onDone={done} />}
    </>
  );
}

function State({ row }: { row: Credential }) {
  if (row.disabled) return <Badge tone="warn">Off</Badge>;
  const ends = row.expires_at === null ? null : Date.parse(row.expires_at);
  if (ends !== null && ends <= Date.now()) return <Badge tone="bad">Expired</Badge>;
  return <Badge tone="good">Signs</Badge>;
}

function Rows({
  token,
  rows,
  onChanged,
  onEdit,
}: {
  token: string;
  rows: Credential[];
  onChanged: () => void;
  onEdit: (row: Credential) => void;
}) {
  return (
    <List
      label="Credentials"
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'Credential',
          cell: (row) => (
            <div class="stack">
              <span class="code">
                <span aria-hidden="true">••••{row.suffix}</span>
                <span class="visually-hidden">ends in {row.suffix}</span>
              </span>
              {row.note !== '' && <span class="muted">{row.note}</span>}
            </div>
          ),
        },
        { label: 'State', cell: (row) => <State row={row} /> },
        { label: 'Created', cell: (row) => <When at={row.created_at} /> },
        { label: 'Ends', cell: (row) => <When at={row.expires_at} /> },
        { label: 'Last opened', cell: (row) => <When at={row.last_used_at} /> },
        {
          label: 'Actions',
          isHidden: true,
          end: true,
          cell: (row) => (
            <Popover
              label={`Actions for the credential that ends in ${row.suffix}`}
              kind="menu"
              buttonClass="button quiet icon-only"
              face={<Glyph name="more" />}
            >
              {(close) => (
                <>
                  <MenuItem
                    icon="gear"
                    label="Note and end…"
                    onChoose={() => {
                      close();
                      onEdit(row);
                    }}
                  />
                  <MenuItem
                    icon={row.disabled ? 'play' : 'pause'}
                    label={row.disabled ? 'Switch on' : 'Switch off'}
                    onChoose={() => {
                      close();
                      void turn(token, row).then(onChanged);
                    }}
                  />
                  <MenuItem
                    icon="bin"
                    label="Delete"
                    tone="danger"
                    onChoose={() => {
                      close();
                      void remove(token, row).then(onChanged);
                    }}
                  />
                </>
              )}
            </Popover>
          ),
        },
      ]}
    />
  );
}

async function turn(token: string, row: Credential): Promise<void> {
  try {
    await changeCredential(token, row.id, { disabled: !row.disabled });
    toast(row.disabled ? 'It signs links again.' : 'Links that it signs are refused now.');
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
}

async function remove(token: string, row: Credential): Promise<void> {
  const isSure = await confirm({
    title: `Delete the credential that ends in ${row.suffix}?`,
    text: 'Links that it signs are refused from now on, and the sessions that it opened are cut. This cannot be undone.',
    act: 'Delete for good',
  });
  if (!isSure) return;
  try {
    await deleteCredential(token, row.id);
    toast('The credential is deleted.');
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
}

interface DialogProps {
  token: string;
  onClose: () => void;
  onDone: () => void;
}

function Actions({ act, isBusy, onClose }: { act: string; isBusy: boolean; onClose: () => void }) {
  return (
    <>
      <button type="button" class="button" onClick={onClose}>
        Cancel
      </button>
      <BusyButton isBusy={isBusy}>{act}</BusyButton>
    </>
  );
}

const kNoteHint = 'For you: where it is used. At most 200 characters.';

function Add({ token, onClose, onDone }: DialogProps) {
  const [note, setNote] = useState('');
  const [ends, setEnds] = useState('');
  const change = useChange();
  return (
    <Dialog
      title="One more credential"
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          const expires = fromLocalField(ends);
          show(
            token,
            await addCredential(token, {
              ...(note.trim() === '' ? {} : { note: note.trim() }),
              ...(expires === null ? {} : { expires_at: expires }),
            }),
          );
          onDone();
        })
      }
      actions={<Actions act="Add" isBusy={change.isBusy} onClose={onClose} />}
    >
      <p>The others go on signing links.</p>
      <TextField
        label="Note"
        hint={kNoteHint}
        value={note}
        maxLength={200}
        onInput={setNote}
        autofocus
      />
      <TextField
        label="Ends"
        type="datetime-local"
        hint="Empty: it does not end."
        value={ends}
        onInput={setEnds}
        error={wrongIn(change.error, 'expires_at')}
      />
      <FormError error={elsewhere(change.error, 'expires_at')} />
    </Dialog>
  );
}

const kOverlaps = [
  { value: '0', label: 'At once' },
  { value: '3600', label: 'After an hour' },
  { value: '86400', label: 'After a day' },
  { value: '604800', label: 'After a week' },
  { value: '2592000', label: 'After 30 days' },
];

function Rotate({ token, onClose, onDone }: DialogProps) {
  const [overlap, setOverlap] = useState('86400');
  const [note, setNote] = useState('');
  const change = useChange();
  return (
    <Dialog
      title="Rotate the credentials"
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          show(
            token,
            await rotateCredentials(token, {
              overlap_seconds: Number(overlap),
              ...(note.trim() === '' ? {} : { note: note.trim() }),
            }),
          );
          onDone();
        })
      }
      actions={<Actions act="Rotate" isBusy={change.isBusy} onClose={onClose} />}
    >
      <p>A new one signs from now on. Put it into your backend before the others end.</p>
      <SelectField
        label="The others end"
        value={overlap}
        choices={kOverlaps}
        onChange={setOverlap}
      />
      <TextField label="Note" hint={kNoteHint} value={note} maxLength={200} onInput={setNote} />
      <FormError error={change.error} />
    </Dialog>
  );
}

function Edit({ token, row, onClose, onDone }: DialogProps & { row: Credential }) {
  const [note, setNote] = useState(row.note);
  const had = toLocalField(row.expires_at);
  const [ends, setEnds] = useState(had);
  const change = useChange();
  return (
    <Dialog
      title={`Credential that ends in ${row.suffix}`}
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          await changeCredential(token, row.id, {
            note: note.trim(),
            ...(ends === had ? {} : { expires_at: fromLocalField(ends) }),
          });
          toast('The credential is saved.');
          onDone();
        })
      }
      actions={<Actions act="Save" isBusy={change.isBusy} onClose={onClose} />}
    >
      <TextField
        label="Note"
        hint={kNoteHint}
        value={note}
        maxLength={200}
        onInput={setNote}
        autofocus
      />
      <TextField
        label="Ends"
        type="datetime-local"
        hint="In your time zone. Empty: it does not end."
        value={ends}
        onInput={setEnds}
        error={wrongIn(change.error, 'expires_at')}
      />
      <FormError error={elsewhere(change.error, 'expires_at')} />
    </Dialog>
  );
}
