// The dialogs of keys of programs: a new one, its name and end.
import { useState } from 'preact/hooks';
import {
  changeProgramKey,
  createProgramKey,
  kKinds,
  type KeyKind,
  type ProgramKey,
} from '../data/keys';
import { findHandles } from '../data/picks';
import { fromLocalField, toLocalField } from '../data/shares';
import { me } from '../state/app';
import { showKey } from '../state/fresh-key';
import { useChange } from '../state/resource';
import { toast } from '../state/toasts';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { PickField, type Pick } from '../ui/pick-field';
import { elsewhere, FormError, wrongIn } from '../ui/states';
import { closing, DialogEnd, rolesToGive } from './key-parts';

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

/** A new key, shown once on the page when it is made. */
export function MakeProgramKey({
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
          hint="The key acts as this person, and works for as long as the person may sign in."
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

/** Another name or end for one that is there. */
export function EditProgramKey({
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
      title={`Name and end of “${row.name}”`}
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
