// Looker's signed embedding: its secrets, who may frame the pages, and the settings.
import { useState } from 'preact/hooks';
import { Popover } from '../../viewer/ui/popover';
import {
  changeEmbedSecret,
  createEmbedSecret,
  deleteEmbedSecret,
  getEmbedSettings,
  listEmbedSecrets,
  rotateEmbedSecrets,
  type EmbedSecret,
} from '../data/keys';
import { showKey } from '../state/fresh-key';
import { useChange, useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { lazy } from '../ui/lazy';
import { List } from '../ui/lists';
import { Card } from '../ui/page';
import { FormError, Loaded } from '../ui/states';
import { EmbedDomains, EmbedSwitches } from './embed-settings';
import { FreshKeyCard } from './fresh-key';
import { ask, closing, DialogEnd, Ends, kOverlaps, KeyState, Suffix } from './key-parts';

const EmbedUrl = lazy(() => import('./embed-url').then((part) => part.EmbedUrl));

type Open = { kind: 'none' | 'add' | 'rotate' | 'url' } | { kind: 'note'; row: EmbedSecret };

export function Embedding() {
  const secrets = useResource('embed secrets', (signal) => listEmbedSecrets(signal));
  const settings = useResource('embed settings', (signal) => getEmbedSettings(signal));
  const [open, setOpen] = useState<Open>({ kind: 'none' });
  const close = (): void => setOpen({ kind: 'none' });
  const done = (): void => {
    close();
    secrets.reload();
  };
  return (
    <>
      <FreshKeyCard place="embedding" />
      <Card
        title="Embed secrets"
        hint="Each signs embed links of the whole organization. Keep them in your backend, never in a page."
        actions={
          <div class="button-row">
            <button type="button" class="button" onClick={() => setOpen({ kind: 'url' })}>
              <Glyph name="external" />
              Get embed URL
            </button>
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
        <Loaded from={secrets} what="embed secrets">
          {({ secrets: rows }) =>
            rows.length === 0 ? (
              <p class="muted">There is none: no embed link opens yet.</p>
            ) : (
              <Rows
                rows={rows}
                onChanged={secrets.reload}
                onNote={(row) => setOpen({ kind: 'note', row })}
              />
            )
          }
        </Loaded>
      </Card>
      <Loaded from={settings} what="the settings of embedding">
        {(value) => (
          <>
            <EmbedDomains value={value} onChanged={settings.set} />
            <EmbedSwitches value={value} onChanged={settings.set} />
          </>
        )}
      </Loaded>
      {(open.kind === 'add' || open.kind === 'rotate') && (
        <Make isRotation={open.kind === 'rotate'} onClose={close} onDone={done} />
      )}
      {open.kind === 'note' && <Note row={open.row} onClose={close} onDone={done} />}
      {open.kind === 'url' && (
        <EmbedUrl
          secrets={secrets.value?.secrets ?? []}
          onClose={() => {
            close();
            // Signing makes the first secret where there is none.
            secrets.reload();
          }}
        />
      )}
    </>
  );
}

function Rows({
  rows,
  onChanged,
  onNote,
}: {
  rows: EmbedSecret[];
  onChanged: () => void;
  onNote: (row: EmbedSecret) => void;
}) {
  const after = (isDone: boolean): void => {
    if (isDone) onChanged();
  };
  return (
    <List
      label="Embed secrets"
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'Secret',
          cell: (row) => (
            <div class="stack">
              <Suffix of={row.suffix} />
              {row.note !== '' && <span class="muted">{row.note}</span>}
            </div>
          ),
        },
        {
          label: 'State',
          cell: (row) => <KeyState row={{ expired: row.expired, disabled: !row.enabled }} />,
        },
        { label: 'Signs with', cell: (row) => <span class="code">{row.algorithm}</span> },
        {
          label: 'Created',
          cell: (row) => (
            <div class="stack">
              <When at={row.created_at} />
              {row.author !== null && <span class="muted small">by {row.author}</span>}
            </div>
          ),
        },
        { label: 'Ends', cell: (row) => <Ends at={row.expires_at} /> },
        {
          label: 'Actions',
          isHidden: true,
          end: true,
          cell: (row) => (
            <Popover
              label={`Actions for the secret that ends in ${row.suffix}`}
              kind="menu"
              buttonClass="button quiet icon-only"
              face={<Glyph name="more" />}
            >
              {(close) => (
                <>
                  <MenuItem
                    icon="gear"
                    label="Note…"
                    onChoose={() => {
                      close();
                      onNote(row);
                    }}
                  />
                  <MenuItem
                    icon={row.enabled ? 'pause' : 'play'}
                    label={row.enabled ? 'Switch off' : 'Switch on'}
                    onChoose={() => {
                      close();
                      void turn(row).then(after);
                    }}
                  />
                  <MenuItem
                    icon="bin"
                    label="Delete"
                    tone="danger"
                    onChoose={() => {
                      close();
                      void ask(
                        {
                          title: `Delete the secret that ends in ${row.suffix}?`,
                          text: 'Links that it signs are refused from now on, and the sessions that it opened are cut. This cannot be undone.',
                          act: 'Delete for good',
                        },
                        () => deleteEmbedSecret(row.id),
                        'The secret is deleted.',
                      ).then(after);
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

function turn(row: EmbedSecret): Promise<boolean> {
  return ask(
    row.enabled
      ? {
          title: `Switch the secret that ends in ${row.suffix} off?`,
          text: 'Links that it signs are refused from now on, and the sessions that it opened are cut.',
          act: 'Switch off',
        }
      : null,
    () => changeEmbedSecret(row.id, { enabled: !row.enabled }),
    row.enabled ? 'Links that it signs are refused now.' : 'It signs links again.',
  );
}

interface DialogProps {
  onClose: () => void;
  onDone: () => void;
}

function Make({ isRotation, onClose, onDone }: DialogProps & { isRotation: boolean }) {
  const [note, setNote] = useState('');
  const [algorithm, setAlgorithm] = useState('hmac/sha-256');
  const [overlap, setOverlap] = useState('86400');
  const change = useChange();
  const close = closing(note !== '', onClose);
  return (
    <Dialog
      title={isRotation ? 'Rotate the embed secrets' : 'One more embed secret'}
      width="narrow"
      onClose={close}
      onSubmit={() =>
        void change.run(async () => {
          const wanted = { algorithm, note: note.trim() };
          const { embed_secret: row, secret } = isRotation
            ? await rotateEmbedSecrets({ ...wanted, overlap_seconds: Number(overlap) })
            : await createEmbedSecret(wanted);
          showKey('embedding', row, secret, {
            title: 'Your new embed secret',
            label: 'Embed secret',
            hint: 'Give it to the backend that signs embed links.',
          });
          onDone();
        })
      }
      actions={
        <DialogEnd act={isRotation ? 'Rotate' : 'Add'} isBusy={change.isBusy} onClose={close} />
      }
    >
      <p>
        {isRotation
          ? 'A new one signs from now on. Until the others end, links of both open; sessions go on.'
          : 'The others go on signing links.'}
      </p>
      {isRotation && (
        <SelectField
          label="The others end"
          value={overlap}
          choices={kOverlaps}
          onChange={setOverlap}
        />
      )}
      <SelectField
        label="Signs with"
        hint="SHA-1 only for backends that sign as older versions of the vendor’s examples do."
        value={algorithm}
        choices={[
          { value: 'hmac/sha-256', label: 'HMAC with SHA-256' },
          { value: 'hmac/sha-1', label: 'HMAC with SHA-1' },
        ]}
        onChange={setAlgorithm}
      />
      <TextField
        label="Note"
        hint="For you: where it is used."
        value={note}
        maxLength={200}
        onInput={setNote}
      />
      <FormError error={change.error} />
    </Dialog>
  );
}

function Note({ row, onClose, onDone }: DialogProps & { row: EmbedSecret }) {
  const [note, setNote] = useState(row.note);
  const change = useChange();
  const close = closing(note !== row.note, onClose);
  return (
    <Dialog
      title={`Secret that ends in ${row.suffix}`}
      width="narrow"
      onClose={close}
      onSubmit={() =>
        void change.run(async () => {
          await changeEmbedSecret(row.id, { note: note.trim() });
          toast('The note is saved.');
          onDone();
        })
      }
      actions={<DialogEnd act="Save" isBusy={change.isBusy} onClose={close} />}
    >
      <TextField
        label="Note"
        hint="For you: where it is used. At most 200 characters."
        value={note}
        maxLength={200}
        onInput={setNote}
        autofocus
      />
      <FormError error={change.error} />
    </Dialog>
  );
}
