// Groups: people who share roles, attribute values and folders.
import { useState } from 'preact/hooks';
import { createGroup, listGroups, type Group } from '../data/people';
import { useChange } from '../state/resource';
import { navigate, place, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SearchField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Empty, elsewhere, FormError, wrongIn } from '../ui/states';
import { DialogActions, Paged, PeoplePage, usePages, useSettled } from './people-parts';

export function PeopleGroups() {
  const search = place.value.query.get('q') ?? '';
  const settled = useSettled(search);
  const groups = usePages(`groups ${settled}`, (after, signal) =>
    listGroups({ search: settled, ...(after === undefined ? {} : { after }) }, signal),
  );
  const [isAdding, setAdding] = useState(false);
  return (
    <PeoplePage
      tab="groups"
      lead="People who share roles, attribute values and folders."
      actions={
        <button type="button" class="button primary" onClick={() => setAdding(true)}>
          <Glyph name="plus" />
          New group
        </button>
      }
    >
      <div class="tools">
        <SearchField
          label="Search groups"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
      </div>
      <Paged
        from={groups}
        what="groups"
        one="group"
        none={
          settled === '' ? (
            <Empty title="There are no groups yet">
              <p>A group gives all of its members the same roles and attribute values.</p>
            </Empty>
          ) : (
            <NoMatch filters={['q']}>No group’s name fits the search.</NoMatch>
          )
        }
      >
        {(rows) => <Rows rows={rows} />}
      </Paged>
      {isAdding && <Add onClose={() => setAdding(false)} />}
    </PeoplePage>
  );
}

function Rows({ rows }: { rows: Group[] }) {
  return (
    <List
      label="Groups"
      items={rows}
      keyOf={(group) => group.id}
      columns={[
        {
          label: 'Group',
          cell: (group) => (
            <div class="badges">
              <Link href={to('people', 'groups', group.id)} class="row-link">
                {group.name}
              </Link>
              {group.external_group_id !== null && <Badge>From links</Badge>}
            </div>
          ),
        },
        {
          label: 'Roles',
          cell: (group) =>
            group.roles.length === 0 ? (
              <span class="muted">–</span>
            ) : (
              group.roles.map(({ name }) => name).join(', ')
            ),
        },
        { label: 'Users', end: true, cell: (group) => group.users },
        { label: 'Created', cell: (group) => <When at={group.created_at} /> },
      ]}
    />
  );
}

function Add({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const change = useChange();
  return (
    <Dialog
      title="New group"
      width="narrow"
      onClose={onClose}
      onSubmit={() =>
        void change.run(async () => {
          const group = await createGroup(name.trim());
          toast(`The group “${group.name}” is made.`);
          onClose();
          await navigate(to('people', 'groups', group.id));
        })
      }
      actions={
        <DialogActions
          verb="Make it"
          isBusy={change.isBusy}
          disabled={name.trim() === ''}
          onClose={onClose}
        />
      }
    >
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        maxLength={255}
        error={wrongIn(change.error, 'name')}
        autofocus
      />
      <FormError error={elsewhere(change.error, 'name')} />
    </Dialog>
  );
}
