// Users of this server, and the invitation of another.
import { useState } from 'preact/hooks';
import {
  hintOfRole,
  invite,
  kUserRoles,
  listUsers,
  type NewInvitation,
  type User,
} from '../data/people';
import { useChange } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { Badge, When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SearchField, SelectField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { elsewhere, FormError, wrongIn } from '../ui/states';
import { DialogActions, FreshLink, Paged, PeoplePage, usePages, useSettled } from './people-parts';

export function PeopleUsers() {
  const search = place.value.query.get('q') ?? '';
  const settled = useSettled(search);
  const users = usePages(`users ${settled}`, (after, signal) =>
    listUsers({ search: settled, ...(after === undefined ? {} : { after }) }, signal),
  );
  const [isInviting, setInviting] = useState(false);
  const [made, setMade] = useState<NewInvitation | null>(null);
  return (
    <PeoplePage
      tab="users"
      lead="Who signs in to this console. External people come through signed links instead."
      actions={
        <button type="button" class="button primary" onClick={() => setInviting(true)}>
          <Glyph name="plus" />
          Invite
        </button>
      }
    >
      {made && <FreshLink made={made} onAway={() => setMade(null)} />}
      <div class="tools">
        <SearchField
          label="Search people"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
      </div>
      <Paged
        from={users}
        what="people"
        one="person"
        none={<NoMatch filters={['q']}>Nobody’s name or sign-in name fits the search.</NoMatch>}
      >
        {(rows) => <Rows rows={rows} />}
      </Paged>
      {isInviting && (
        <Invite
          onClose={() => setInviting(false)}
          onMade={(invitation) => {
            setInviting(false);
            setMade(invitation);
          }}
        />
      )}
    </PeoplePage>
  );
}

export function StateOf({ user }: { user: User }) {
  if (user.disabled) return <Badge tone="bad">Disabled</Badge>;
  if (!user.has_password) return <Badge tone="warn">No password</Badge>;
  return <Badge tone="good">Active</Badge>;
}

function Rows({ rows }: { rows: User[] }) {
  return (
    <List
      label="People"
      items={rows}
      keyOf={(user) => user.id}
      columns={[
        {
          label: 'Person',
          cell: (user) => (
            <div class="stack">
              <Link href={to('people', 'users', user.id)} class="row-link">
                {user.name || user.handle}
              </Link>
              <span class="muted">{user.handle}</span>
            </div>
          ),
        },
        { label: 'Role', cell: (user) => user.role },
        { label: 'State', cell: (user) => <StateOf user={user} /> },
        { label: 'Created', cell: (user) => <When at={user.created_at} /> },
      ]}
    />
  );
}

function Invite({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (invitation: NewInvitation) => void;
}) {
  const [handle, setHandle] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState('Viewer');
  const change = useChange();
  const { error } = change;
  return (
    <Dialog
      title="Invite somebody"
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () =>
          onMade(await invite({ handle: handle.trim(), name: name.trim(), role })),
        )
      }
      actions={
        <DialogActions
          verb="Make the link"
          isBusy={change.isBusy}
          disabled={handle.trim() === '' || name.trim() === ''}
          onClose={onClose}
        />
      }
    >
      <p>You get a link to pass on. With it the person chooses a password and is signed in.</p>
      <TextField
        label="E-mail or sign-in name"
        value={handle}
        onInput={setHandle}
        maxLength={254}
        error={wrongIn(error, 'handle')}
        autofocus
      />
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        maxLength={200}
        error={wrongIn(error, 'name')}
      />
      <SelectField
        label="Role"
        hint={hintOfRole(role)}
        value={role}
        choices={kUserRoles}
        onChange={setRole}
        error={wrongIn(error, 'role')}
      />
      <FormError error={elsewhere(error, 'handle', 'name', 'role')} />
    </Dialog>
  );
}
