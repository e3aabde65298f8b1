// One service account: its role, whether it is on, and its tokens.
import { useState } from 'preact/hooks';
import {
  changeAccount,
  deleteAccount,
  everyAccountKey,
  getAccount,
  type ServiceAccount,
} from '../data/keys';
import { useChange, useResource } from '../state/resource';
import { navigate, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Card, Page } from '../ui/page';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { AccountKeys } from './account-keys';
import { FreshKeyCard } from './fresh-key';
import { MakeKey } from './key-dialogs';
import { ask, closing, DialogEnd, rolesToGive } from './key-parts';

const kShown = 50;

export function Account({ id }: { id: number }) {
  const account = useResource(`service account ${id}`, (signal) => getAccount(id, signal));
  const trail = [
    { label: 'Keys', href: to('keys') },
    { label: 'Service accounts', href: to('keys', 'accounts') },
  ];
  if (account.value === null) {
    return (
      <Page title="Service account" trail={trail}>
        <Loaded from={account} what="the service account">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Known row={account.value} trail={trail} onChanged={account.reload} />;
}

type Open = 'none' | 'edit' | 'token';

function Known({
  row,
  trail,
  onChanged,
}: {
  row: ServiceAccount;
  trail: { label: string; href: string }[];
  onChanged: () => void;
}) {
  const [open, setOpen] = useState<Open>('none');
  const [most, setMost] = useState(kShown);
  const tokens = useResource(`tokens ${row.id}`, (signal) =>
    everyAccountKey({ account: row.id }, signal),
  );
  const close = (): void => setOpen('none');
  const changed = (): void => {
    tokens.reload();
    onChanged();
  };
  return (
    <Page
      title={row.name}
      trail={trail}
      lead={<span class="code">{row.login}</span>}
      actions={
        <div class="button-row">
          <button type="button" class="button" onClick={() => setOpen('edit')}>
            <Glyph name="gear" />
            Name and role
          </button>
          <button
            type="button"
            class="button"
            onClick={() =>
              void turn(row).then((isDone) => {
                if (isDone) onChanged();
              })
            }
          >
            <Glyph name={row.disabled ? 'play' : 'pause'} />
            {row.disabled ? 'Switch on' : 'Switch off'}
          </button>
          <button
            type="button"
            class="button danger"
            onClick={() =>
              void remove(row).then((isDone) => {
                if (isDone) void navigate(to('keys', 'accounts'));
              })
            }
          >
            <Glyph name="bin" />
            Delete
          </button>
        </div>
      }
    >
      <FreshKeyCard place="accounts" />
      <Card>
        <dl class="facts">
          <div>
            <dt>State</dt>
            <dd>{row.disabled ? <Badge tone="warn">Off</Badge> : <Badge tone="good">On</Badge>}</dd>
          </div>
          <div>
            <dt>Role</dt>
            <dd>{row.role}</dd>
          </div>
          <div>
            <dt>Last used</dt>
            <dd>
              <When at={row.last_used_at} />
            </dd>
          </div>
          <div>
            <dt>Created</dt>
            <dd>
              <When at={row.created_at} />
            </dd>
          </div>
        </dl>
      </Card>
      <Card
        title="Tokens"
        hint={
          row.disabled
            ? 'The account is off: none of them works.'
            : 'Each acts with the account’s role.'
        }
        actions={
          <button type="button" class="button primary" onClick={() => setOpen('token')}>
            <Glyph name="plus" />
            Add a token
          </button>
        }
      >
        <Loaded from={tokens} what="tokens">
          {({ items }) =>
            items.length === 0 ? (
              <p class="muted">There is none: the account cannot do anything yet.</p>
            ) : (
              <>
                <AccountKeys
                  label="Tokens"
                  rows={items.slice(0, most)}
                  place="accounts"
                  onChanged={changed}
                />
                {items.length > most && (
                  <button type="button" class="button" onClick={() => setMost(most + kShown)}>
                    Show more
                  </button>
                )}
              </>
            )
          }
        </Loaded>
      </Card>
      {open === 'edit' && (
        <Edit
          row={row}
          onClose={close}
          onDone={() => {
            close();
            onChanged();
          }}
        />
      )}
      {open === 'token' && (
        <MakeKey
          account={row}
          onClose={close}
          onDone={() => {
            close();
            changed();
          }}
        />
      )}
    </Page>
  );
}

function turn(row: ServiceAccount): Promise<boolean> {
  return ask(
    row.disabled
      ? null
      : {
          title: `Switch “${row.name}” off?`,
          text: 'Its tokens are refused from now on, their links too, and the sessions that they opened are cut. Switching it on again brings the tokens back, not the sessions.',
          act: 'Switch off',
        },
    () => changeAccount(row.id, { disabled: !row.disabled }),
    row.disabled ? `“${row.name}” is on.` : `“${row.name}” is off.`,
  );
}

function remove(row: ServiceAccount): Promise<boolean> {
  const tokens =
    row.tokens === 0
      ? 'It has no tokens.'
      : `${row.tokens === 1 ? 'Its token goes' : `Its ${row.tokens} tokens go`} with it: they and their links are refused from now on, and the sessions that they opened are cut.`;
  return ask(
    {
      title: `Delete “${row.name}”?`,
      text: `${tokens} This cannot be undone.`,
      act: 'Delete for good',
      ...(row.tokens > 0 ? { typed: row.name } : {}),
    },
    () => deleteAccount(row.id),
    `“${row.name}” is deleted.`,
  );
}

function Edit({
  row,
  onClose,
  onDone,
}: {
  row: ServiceAccount;
  onClose: () => void;
  onDone: () => void;
}) {
  const [name, setName] = useState(row.name);
  const [role, setRole] = useState(row.role);
  const change = useChange();
  const close = closing(name !== row.name || role !== row.role, onClose);
  return (
    <Dialog
      title={`Name and role of “${row.name}”`}
      width="narrow"
      onClose={close}
      onSubmit={() =>
        void change.run(async () => {
          await changeAccount(row.id, { name: name.trim(), role });
          toast('The service account is saved.');
          onDone();
        })
      }
      actions={<DialogEnd act="Save" isBusy={change.isBusy} onClose={close} />}
    >
      <TextField
        label="Name"
        hint="Its login stays as it is."
        value={name}
        maxLength={190}
        onInput={setName}
        error={wrongIn(change.error, 'name')}
        autofocus
      />
      <SelectField
        label="Role"
        hint="Counts for its tokens from the next request on."
        value={role}
        choices={rolesToGive(true)}
        onChange={setRole}
        error={wrongIn(change.error, 'role')}
      />
      <FormError error={elsewhere(change.error, 'name', 'role')} />
    </Dialog>
  );
}
