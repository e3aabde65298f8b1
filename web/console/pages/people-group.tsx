// One group: its name, its roles, its members.
import { useState } from 'preact/hooks';
import {
  addMember,
  deleteGroup,
  getGroup,
  listMembers,
  listRoles,
  listUsers,
  removeMember,
  renameGroup,
  setRolesOfGroup,
  type Group,
  type Member,
  type Role,
  type User,
} from '../data/people';
import { useChange, useResource } from '../state/resource';
import { navigate, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, BusyButton } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SearchField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { Card, Page } from '../ui/page';
import { elsewhere, Failed, FormError, Loaded, Loading, wrongIn } from '../ui/states';
import { act, Checks, isSameSet, Paged, usePages, useSettled } from './people-parts';
import { useUnsaved } from './unsaved';

export function PeopleGroup({ id }: { id: string }) {
  const group = useResource(`group ${id}`, (signal) => getGroup(id, signal));
  const trail = [
    { label: 'People', href: to('people') },
    { label: 'Groups', href: to('people', 'groups') },
  ];
  const { value } = group;
  if (!value) {
    return (
      <Page title="Group" trail={trail}>
        {group.error !== null ? (
          <Failed error={group.error} onRetry={group.reload} />
        ) : (
          <Loading what="the group" />
        )}
      </Page>
    );
  }
  const isExternal = value.external_group_id !== null;
  const remove = async (): Promise<void> => {
    const isGone = await act(
      {
        title: `Delete the group “${value.name}”?`,
        text: 'Its members lose its roles and attribute values. Folders that only this group could see are nobody’s from then on. This cannot be undone.',
        act: 'Delete for good',
        typed: value.name,
      },
      async () => {
        await deleteGroup(value.id);
        return `The group “${value.name}” is deleted.`;
      },
    );
    if (isGone) await navigate(to('people', 'groups'));
  };
  return (
    <Page
      title={value.name}
      trail={trail}
      actions={
        <button type="button" class="button danger" onClick={() => void remove()}>
          <Glyph name="bin" />
          Delete
        </button>
      }
    >
      {isExternal ? (
        <p class="notice">
          This group comes with signed links, which name it and say who is in it. Only its roles are
          set here.
        </p>
      ) : (
        <Name key={value.name} group={value} onChanged={group.set} />
      )}
      <Roles group={value} onChanged={group.set} />
      <Members group={value} canChange={!isExternal} />
    </Page>
  );
}

interface Props {
  group: Group;
  onChanged: (group: Group) => void;
}

function Name({ group, onChanged }: Props) {
  const [name, setName] = useState(group.name);
  const change = useChange();
  const isChanged = name.trim() !== group.name;
  useUnsaved(isChanged);
  return (
    <Card title="Name">
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void change.run(async () => {
            onChanged(await renameGroup(group.id, name.trim()));
            toast('The group has its new name.');
          });
        }}
      >
        <TextField
          label="Name"
          value={name}
          onInput={setName}
          maxLength={255}
          error={wrongIn(change.error, 'name')}
        />
        <FormError error={elsewhere(change.error, 'name')} />
        <div>
          <BusyButton isBusy={change.isBusy} disabled={!isChanged || name.trim() === ''}>
            Rename
          </BusyButton>
        </div>
      </form>
    </Card>
  );
}

function Roles({ group, onChanged }: Props) {
  const roles = useResource('roles', (signal) => listRoles(signal));
  return (
    <Card title="Roles" hint="Every member has them where dashboards are embedded.">
      <Loaded from={roles} what="roles">
        {({ items }) => (
          <RolesForm
            key={JSON.stringify(group.roles)}
            group={group}
            all={items}
            onChanged={onChanged}
          />
        )}
      </Loaded>
    </Card>
  );
}

function RolesForm({ group, all, onChanged }: Props & { all: Role[] }) {
  const had = group.roles.map(({ id }) => id);
  const [chosen, setChosen] = useState(had);
  const change = useChange();
  const isChanged = !isSameSet(had, chosen);
  useUnsaved(isChanged);
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void change.run(async () => {
          onChanged(await setRolesOfGroup(group.id, chosen));
          toast('The roles are saved.');
        });
      }}
    >
      <Checks
        label="Roles of the group"
        all={all}
        chosen={chosen}
        none="There are no roles yet."
        onChange={setChosen}
      />
      <FormError error={change.error} />
      <div>
        <BusyButton isBusy={change.isBusy} disabled={!isChanged}>
          Save the roles
        </BusyButton>
      </div>
    </form>
  );
}

function Members({ group, canChange }: { group: Group; canChange: boolean }) {
  const members = usePages(`members ${group.id}`, (offset, signal) =>
    listMembers(group.id, offset ?? 0, signal),
  );
  const [isAdding, setAdding] = useState(false);
  return (
    <Card
      title="Members"
      actions={
        canChange && (
          <button type="button" class="button" onClick={() => setAdding(true)}>
            <Glyph name="plus" />
            Add
          </button>
        )
      }
    >
      <Paged
        from={members}
        what="members"
        one="member"
        none={<p class="muted">Nobody is in this group yet.</p>}
      >
        {(rows) => (
          <List
            label="Members"
            items={rows}
            keyOf={(member) => member.id}
            columns={[
              { label: 'Member', cell: (member) => <MemberName member={member} /> },
              {
                label: 'Kind',
                cell: (member) => (
                  <div class="badges">
                    {member.kind === 'user' ? 'User' : 'External'}
                    {member.disabled && <Badge tone="bad">Disabled</Badge>}
                  </div>
                ),
              },
              {
                label: 'Actions',
                isHidden: true,
                end: true,
                cell: (member) =>
                  canChange && (
                    <button
                      type="button"
                      class="button"
                      aria-label={`Take out ${member.handle}`}
                      onClick={() =>
                        void act(null, async () => {
                          await removeMember(group.id, member.id);
                          return `${member.handle} is no longer in the group.`;
                        }).then(members.reload)
                      }
                    >
                      Take out
                    </button>
                  ),
              },
            ]}
          />
        )}
      </Paged>
      {isAdding && (
        <AddMember group={group} onClose={() => setAdding(false)} onAdded={members.reload} />
      )}
    </Card>
  );
}

function MemberName({ member }: { member: Member }) {
  const kind = member.kind === 'user' ? 'users' : 'external';
  return (
    <div class="stack">
      <Link href={to('people', kind, member.id)} class="row-link">
        {member.name.trim() || member.handle}
      </Link>
      <span class="muted">{member.handle}</span>
    </div>
  );
}

function AddMember({
  group,
  onClose,
  onAdded,
}: {
  group: Group;
  onClose: () => void;
  onAdded: () => void;
}) {
  const [search, setSearch] = useState('');
  const [added, setAdded] = useState<ReadonlySet<number>>(new Set());
  const settled = useSettled(search);
  const add = async (user: User): Promise<void> => {
    const isDone = await act(null, async () => {
      await addMember(group.id, user.id);
      return `${user.handle} is in the group.`;
    });
    if (!isDone) return;
    setAdded((before) => new Set(before).add(user.id));
    onAdded();
  };
  const found = useResource(`to add ${settled}`, (signal) =>
    listUsers({ search: settled }, signal),
  );
  return (
    <Dialog title={`Add to “${group.name}”`} width="narrow" onClose={onClose}>
      <SearchField label="Search people to add" value={search} onInput={setSearch} />
      <Loaded from={found} what="people">
        {({ rows }) =>
          rows.length === 0 ? (
            <p class="muted">Nobody fits the search.</p>
          ) : (
            <ul class="rows">
              {rows.map((user) => (
                <li key={user.id} class="row-item">
                  <div class="row-main stack">
                    <span class="row-title">{user.name || user.handle}</span>
                    <span class="muted">{user.handle}</span>
                  </div>
                  {added.has(user.id) ? (
                    <Badge tone="good">Added</Badge>
                  ) : (
                    <button
                      type="button"
                      class="button"
                      aria-label={`Add ${user.handle}`}
                      onClick={() => void add(user)}
                    >
                      Add
                    </button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Dialog>
  );
}
