// Keys of Datadog's and Looker's clients, and this server's service tokens.
import { useState } from 'preact/hooks';
import { Popover } from '../../viewer/ui/popover';
import { matches } from '../data/all';
import {
  changeProgramKey,
  createProgramKey,
  deleteProgramKey,
  everyProgramKey,
  kKinds,
  type KeyKind,
  type ProgramKey,
} from '../data/keys';
import { findHandles } from '../data/picks';
import { fromLocalField, toLocalField } from '../data/shares';
import { me } from '../state/app';
import { showKey } from '../state/fresh-key';
import { useChange, useResource } from '../state/resource';
import { place, setQuery } from '../state/router';
import { toast } from '../state/toasts';
import { When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SearchField, SelectField, TextField } from '../ui/fields';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { Count, List } from '../ui/lists';
import { PickField, type Pick } from '../ui/pick-field';
import { Empty, elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { FreshKeyCard } from './fresh-key';
import { ask, closing, DialogEnd, KeyState, rolesToGive, Suffix } from './key-parts';

const kShown = 50;

type Open = { kind: 'none' } | { kind: 'make' } | { kind: 'edit'; row: ProgramKey };

export function Programs() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const asked = query.get('kind') ?? '';
  const kind = asked in kKinds ? (asked as KeyKind) : null;
  const keys = useResource('program keys', (signal) => everyProgramKey(signal));
  const [most, setMost] = useState(kShown);
  const [open, setOpen] = useState<Open>({ kind: 'none' });
  const close = (): void => setOpen({ kind: 'none' });
  const done = (): void => {
    close();
    keys.reload();
  };
  return (
    <>
      <FreshKeyCard place="programs" />
      <div class="tools">
        <SearchField
          label="Search keys"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <label class="inline-select">
          <span>Kind</span>
          <select
            class="input"
            value={kind ?? ''}
            onChange={(event) => setQuery({ kind: event.currentTarget.value })}
          >
            <option value="">Any</option>
            {Object.entries(kKinds).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <div class="button-row tools-end">
          <button type="button" class="button primary" onClick={() => setOpen({ kind: 'make' })}>
            <Glyph name="plus" />
            New key
          </button>
        </div>
      </div>
      <Loaded from={keys} what="keys">
        {({ items }) => {
          const found = items
            .filter(
              (row) =>
                (kind === null || row.kind === kind) &&
                matches(search, row.name, kKinds[row.kind], row.owner?.handle, row.client_id),
            )
            .sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
          if (items.length === 0) {
            return (
              <Empty title="No keys yet">
                <p>Make one for each program that calls this server’s API.</p>
              </Empty>
            );
          }
          return (
            <>
              <Count shown={found.length} all={items.length} what="keys" />
              {found.length === 0 ? (
                <Empty title="Nothing matches">
                  <p>No key fits the search and the kind.</p>
                </Empty>
              ) : (
                <Rows
                  rows={found.slice(0, most)}
                  onChanged={keys.reload}
                  onEdit={(row) => setOpen({ kind: 'edit', row })}
                />
              )}
              {found.length > most && (
                <button type="button" class="button" onClick={() => setMost(most + kShown)}>
                  Show more
                </button>
              )}
            </>
          );
        }}
      </Loaded>
      {open.kind === 'make' && <Make kind={kind} onClose={close} onDone={done} />}
      {open.kind === 'edit' && <Edit row={open.row} onClose={close} onDone={done} />}
    </>
  );
}

function Rows({
  rows,
  onChanged,
  onEdit,
}: {
  rows: ProgramKey[];
  onChanged: () => void;
  onEdit: (row: ProgramKey) => void;
}) {
  const after = (isDone: boolean): void => {
    if (isDone) onChanged();
  };
  return (
    <List
      label="Keys"
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'Name',
          cell: (row) => (
            <div class="stack">
              <span class="row-title">{row.name}</span>
              <span class="key-line">
                <span class="muted">{kKinds[row.kind]}</span>
                <Suffix of={row.suffix} />
              </span>
              {row.client_id !== null && (
                <span class="muted small code">client id {row.client_id}</span>
              )}
            </div>
          ),
        },
        {
          label: 'Acts as',
          cell: (row) =>
            row.kind === 'datadog_api_key' ? (
              <span class="muted">the organization</span>
            ) : (
              <div class="stack">
                <span>{row.role}</span>
                {row.owner && <span class="muted small">for {row.owner.handle}</span>}
              </div>
            ),
        },
        { label: 'State', cell: (row) => <KeyState row={row} /> },
        { label: 'Last used', cell: (row) => <When at={row.last_used_at} /> },
        { label: 'Created', cell: (row) => <When at={row.created_at} /> },
        { label: 'Ends', cell: (row) => <When at={row.expires_at} /> },
        {
          label: 'Actions',
          isHidden: true,
          end: true,
          cell: (row) => (
            <Popover
              label={`Actions for ${row.name}`}
              kind="menu"
              buttonClass="button quiet icon-only"
              face={<Glyph name="more" />}
            >
              {(close) => (
                <>
                  <MenuItem
                    icon="gear"
                    label="Name and end…"
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
                      void ask(
                        null,
                        () => changeProgramKey(row.id, { disabled: !row.disabled }),
                        row.disabled ? `${row.name} works again.` : `${row.name} is refused now.`,
                      ).then(after);
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
                          title: `Delete ${row.name}?`,
                          text: `The ${kKinds[row.kind]} that ends in ${row.suffix} is refused from now on, wherever it is used. This cannot be undone.`,
                          act: 'Delete for good',
                        },
                        () => deleteProgramKey(row.id),
                        `${row.name} is gone.`,
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

const kHints: Record<KeyKind, string> = {
  datadog_api_key:
    'Sent as DD-API-KEY. It names the organization; what may be done follows from the application key beside it.',
  datadog_app_key: 'Sent as DD-APPLICATION-KEY, beside an API key.',
  looker_client: 'A client id and a secret, for the login of Looker’s API 4.0 and its SDKs.',
  service_token: 'Sent as “Authorization: Bearer” to this server’s own API.',
};

const kFreshHints: Record<KeyKind, string> = {
  datadog_api_key: 'Give it to the client as DD_API_KEY.',
  datadog_app_key: 'Give it to the client as DD_APP_KEY.',
  looker_client: 'Give both to the client, as LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET.',
  service_token: 'Keep it in your backend. Whoever has it acts with its role.',
};

function Make({
  kind: first,
  onClose,
  onDone,
}: {
  kind: KeyKind | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const [kind, setKind] = useState<KeyKind>(first ?? 'datadog_api_key');
  const [name, setName] = useState('');
  const [role, setRole] = useState('Viewer');
  const [whose, setWhose] = useState<'nobody' | 'mine' | 'other'>('nobody');
  const [owner, setOwner] = useState<Pick | null>(null);
  const [isUnnamed, setUnnamed] = useState(false);
  const [ends, setEnds] = useState('');
  const change = useChange();
  const close = closing(name !== '', onClose);
  const hasRole = kind !== 'datadog_api_key';
  const hasOwner = kind === 'datadog_app_key' || kind === 'looker_client';
  const handle =
    whose === 'mine' ? (me.value?.handle ?? '') : whose === 'other' ? (owner?.value ?? '') : '';
  const submit = (): void => {
    // A key that was meant for somebody is not made for nobody.
    const isMissing = hasOwner && whose === 'other' && owner === null;
    setUnnamed(isMissing);
    if (isMissing) return;
    void change.run(async () => {
      const expires = fromLocalField(ends);
      const { key, secret } = await createProgramKey({
        kind,
        name: name.trim(),
        ...(hasRole ? { role } : {}),
        ...(hasOwner && handle !== '' ? { owner: handle } : {}),
        ...(expires === null ? {} : { expires_at: expires }),
      });
      showKey('programs', key, secret, {
        title: `Your new ${kKinds[kind]}`,
        label: kind === 'looker_client' ? 'Client secret' : 'Key',
        hint: kFreshHints[kind],
        ...(key.client_id === null ? {} : { clientId: key.client_id }),
      });
      onDone();
    });
  };
  return (
    <Dialog
      title="New key"
      width="narrow"
      onClose={close}
      onSubmit={submit}
      actions={<DialogEnd act="Make it" isBusy={change.isBusy} onClose={close} />}
    >
      <SelectField
        label="Kind"
        hint={kHints[kind]}
        value={kind}
        choices={Object.entries(kKinds).map(([value, label]) => ({ value, label }))}
        onChange={(value) => setKind(value as KeyKind)}
      />
      <TextField
        label="Name"
        hint="What uses it."
        value={name}
        maxLength={190}
        onInput={setName}
        error={wrongIn(change.error, 'name')}
        autofocus
      />
      {hasRole && (
        <SelectField
          label="Role"
          value={role}
          choices={rolesToGive(false)}
          onChange={setRole}
          error={wrongIn(change.error, 'role')}
        />
      )}
      {hasOwner && (
        <SelectField
          label="Belongs to"
          hint="It acts in this name and ends with it."
          value={whose}
          choices={[
            { value: 'nobody', label: 'Nobody' },
            ...(me.value?.user ? [{ value: 'mine', label: `Me (${me.value.handle})` }] : []),
            { value: 'other', label: 'Somebody else' },
          ]}
          onChange={(value) => setWhose(value as typeof whose)}
        />
      )}
      {hasOwner && whose === 'other' && (
        <PickField
          label="Person"
          find={findHandles}
          chosen={owner}
          onChoose={(pick) => {
            setOwner(pick);
            setUnnamed(false);
          }}
          error={isUnnamed ? 'Choose whose it is.' : wrongIn(change.error, 'owner')}
        />
      )}
      <TextField
        label="Ends"
        type="datetime-local"
        hint="In your time zone. Empty: it does not end."
        value={ends}
        onInput={setEnds}
        error={wrongIn(change.error, 'expires_at')}
      />
      <FormError
        error={elsewhere(
          change.error,
          'name',
          'expires_at',
          ...(hasRole ? ['role'] : []),
          ...(whose === 'other' ? ['owner'] : []),
        )}
      />
    </Dialog>
  );
}

function Edit({
  row,
  onClose,
  onDone,
}: {
  row: ProgramKey;
  onClose: () => void;
  onDone: () => void;
}) {
  const had = toLocalField(row.expires_at);
  const [name, setName] = useState(row.name);
  const [ends, setEnds] = useState(had);
  const change = useChange();
  const close = closing(name !== row.name || ends !== had, onClose);
  return (
    <Dialog
      title={`${row.name}: name and end`}
      width="narrow"
      onClose={close}
      onSubmit={() =>
        void change.run(async () => {
          await changeProgramKey(row.id, {
            name: name.trim(),
            ...(ends === had ? {} : { expires_at: fromLocalField(ends) }),
          });
          toast('The key is saved.');
          onDone();
        })
      }
      actions={<DialogEnd act="Save" isBusy={change.isBusy} onClose={close} />}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={190}
        onInput={setName}
        error={wrongIn(change.error, 'name')}
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
      <FormError error={elsewhere(change.error, 'name', 'expires_at')} />
    </Dialog>
  );
}
