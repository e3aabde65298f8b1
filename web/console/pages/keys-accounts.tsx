// Service accounts: programs with a role, each with as many tokens as it needs.
import { useState } from 'preact/hooks';
import { matches } from '../data/all';
import { createAccount, everyAccount, type ServiceAccount } from '../data/keys';
import { useChange, useResource } from '../state/resource';
import { navigate, place, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SearchField, SelectField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Count, List } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Empty, elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { closing, DialogEnd, rolesToGive } from './key-parts';

const kShown = 50;

export function Accounts() {
  const search = place.value.query.get('q') ?? '';
  const accounts = useResource('service accounts', (signal) => everyAccount(signal));
  const [most, setMost] = useState(kShown);
  const [isMaking, setMaking] = useState(false);
  return (
    <>
      <div class="tools">
        <SearchField
          label="Search service accounts"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <div class="button-row tools-end">
          <button type="button" class="button primary" onClick={() => setMaking(true)}>
            <Glyph name="plus" />
            New service account
          </button>
        </div>
      </div>
      <Loaded from={accounts} what="service accounts">
        {({ items }) => {
          const found = items
            .filter((row) => matches(search, row.name, row.login, row.role))
            .sort((a, b) => a.name.localeCompare(b.name));
          if (items.length === 0) {
            return (
              <Empty title="No service accounts yet">
                <p>Make one for each program that calls the API or signs links.</p>
              </Empty>
            );
          }
          return (
            <>
              <Count shown={found.length} all={items.length} one="service account" />
              {found.length === 0 ? (
                <NoMatch filters={['q']}>No service account fits the search.</NoMatch>
              ) : (
                <Rows rows={found.slice(0, most)} />
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
      {isMaking && <Make onClose={() => setMaking(false)} />}
    </>
  );
}

function Rows({ rows }: { rows: ServiceAccount[] }) {
  return (
    <List
      label="Service accounts"
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'Name',
          cell: (row) => (
            <div class="stack">
              <Link class="row-link" href={to('keys', 'accounts', String(row.id))}>
                {row.name}
              </Link>
              <span class="muted code">{row.login}</span>
            </div>
          ),
        },
        { label: 'Role', cell: (row) => row.role },
        {
          label: 'State',
          cell: (row) =>
            row.disabled ? <Badge tone="warn">Off</Badge> : <Badge tone="good">On</Badge>,
        },
        { label: 'Tokens', end: true, cell: (row) => row.tokens },
        { label: 'Last used', cell: (row) => <When at={row.last_used_at} /> },
        { label: 'Created', cell: (row) => <When at={row.created_at} /> },
      ]}
    />
  );
}

function Make({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState('Viewer');
  const change = useChange();
  const close = closing(name !== '', onClose);
  return (
    <Dialog
      title="New service account"
      width="narrow"
      onClose={close}
      onSubmit={() =>
        void change.run(async () => {
          const made = await createAccount({ name: name.trim(), role });
          toast(`The service account “${made.name}” is made. Add a token next.`);
          onClose();
          void navigate(to('keys', 'accounts', String(made.id)));
        })
      }
      actions={<DialogEnd act="Make it" isBusy={change.isBusy} onClose={close} />}
    >
      <TextField
        label="Name"
        hint="What the program is."
        value={name}
        maxLength={190}
        onInput={setName}
        error={wrongIn(change.error, 'name')}
        autofocus
      />
      <SelectField
        label="Role"
        value={role}
        choices={rolesToGive(true)}
        onChange={setRole}
        error={wrongIn(change.error, 'role')}
      />
      <FormError error={elsewhere(change.error, 'name', 'role')} />
    </Dialog>
  );
}
