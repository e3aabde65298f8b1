// Making and rotating API keys and tokens.
import { useState } from 'preact/hooks';
import {
  createApiKey,
  createToken,
  rotateAccountKey,
  type AccountKey,
  type FreshAccountKey,
} from '../data/keys';
import { kLifetimeHint, lifetimeOf, usualOverlap } from '../data/lifetime';
import { showKey, type FreshPlace } from '../state/fresh-key';
import { useChange } from '../state/resource';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { elsewhere, FormError, wrongIn } from '../ui/states';
import { closing, DialogEnd, kOverlaps, rolesToGive, wordOf } from './key-parts';

export interface KeyDialogProps {
  onClose: () => void;
  onDone: () => void;
}

function shown(place: FreshPlace, made: FreshAccountKey): void {
  showKey(place, made, made.key, {
    title: `Your new ${wordOf(made)} “${made.name}”`,
    label: made.account === null ? 'API key' : 'Token',
    hint: 'Keep it in your backend. Whoever has it acts with its role.',
  });
}

/** With `account` a token of that account; else an API key of its own. */
export function MakeKey({
  account,
  onClose,
  onDone,
}: KeyDialogProps & { account?: { id: number; name: string } }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState('Viewer');
  const [life, setLife] = useState(account ? '90d' : 'never');
  const [fault, setFault] = useState<string | null>(null);
  const change = useChange();
  const close = closing(name !== '', onClose);
  const submit = (): void => {
    const lifetime = lifetimeOf(life, Date.now());
    setFault(lifetime.kind === 'wrong' ? lifetime.message : null);
    if (lifetime.kind === 'wrong') return;
    const ends = lifetime.kind === 'seconds' ? { seconds_to_live: lifetime.seconds } : {};
    void change.run(async () => {
      const body = { name: name.trim(), ...ends };
      const made = account
        ? await createToken(account.id, body)
        : await createApiKey({ ...body, role });
      shown(account ? 'accounts' : 'keys', made);
      onDone();
    });
  };
  return (
    <Dialog
      title={account ? `New token of “${account.name}”` : 'New API key'}
      width="narrow"
      onClose={close}
      onSubmit={submit}
      actions={<DialogEnd act="Make it" isBusy={change.isBusy} onClose={close} />}
    >
      <TextField
        label="Name"
        hint={
          account
            ? 'What uses it. Links name the token by it; no other key may have it.'
            : 'Links name the key by it; no other key may have it.'
        }
        value={name}
        maxLength={190}
        onInput={setName}
        error={wrongIn(change.error, 'name')}
        autofocus
      />
      {!account && (
        <SelectField
          label="Role"
          value={role}
          choices={rolesToGive(true)}
          onChange={setRole}
          error={wrongIn(change.error, 'role')}
        />
      )}
      <TextField
        label="Time to live"
        hint={kLifetimeHint}
        value={life}
        onInput={(value) => {
          setLife(value);
          setFault(null);
        }}
        error={fault ?? wrongIn(change.error, 'seconds_to_live')}
      />
      <FormError error={elsewhere(change.error, 'name', 'role', 'seconds_to_live')} />
    </Dialog>
  );
}

export function RotateKey({
  row,
  place,
  onClose,
  onDone,
}: KeyDialogProps & { row: AccountKey; place: FreshPlace }) {
  /** Null: nobody has chosen yet. */
  const [chosen, setChosen] = useState<string | null>(null);
  const [life, setLife] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const change = useChange();
  const word = wordOf(row);
  const overlap = chosen ?? usualOverlap(row.expires_at, life, Date.now());
  const submit = (): void => {
    const lifetime = lifetimeOf(life, Date.now());
    setFault(lifetime.kind === 'wrong' ? lifetime.message : null);
    if (lifetime.kind === 'wrong') return;
    const ends = lifetime.kind === 'seconds' ? { seconds_to_live: lifetime.seconds } : {};
    void change.run(async () => {
      shown(place, await rotateAccountKey(row.id, { overlap_seconds: Number(overlap), ...ends }));
      onDone();
    });
  };
  return (
    <Dialog
      title={`Rotate “${row.name}”`}
      width="narrow"
      onClose={onClose}
      onSubmit={submit}
      actions={<DialogEnd act="Rotate" isBusy={change.isBusy} onClose={onClose} />}
    >
      <p>You get a new {word} of the same name. Put it in place before the old one ends.</p>
      <SelectField
        label={`The old ${word} ends`}
        value={overlap}
        choices={kOverlaps}
        onChange={setChosen}
      />
      <TextField
        label="Time to live, from now"
        hint={
          row.expires_at === null
            ? `${kLifetimeHint} Empty: it goes on without an end.`
            : `${kLifetimeHint} Empty: its end stays.`
        }
        value={life}
        onInput={(value) => {
          setLife(value);
          setFault(null);
        }}
        error={fault ?? wrongIn(change.error, 'seconds_to_live')}
      />
      <FormError error={elsewhere(change.error, 'seconds_to_live')} />
    </Dialog>
  );
}
