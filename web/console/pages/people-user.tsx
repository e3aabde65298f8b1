// One user of this server: who he is, what he may do, and what can be done about his account.
import { useState } from 'preact/hooks';
import {
  addMember,
  changeUser,
  deleteUser,
  endSessionsOfUser,
  getUser,
  hintOfRole,
  kUserRoles,
  listAllGroups,
  listRoles,
  makePasswordLink,
  removeMember,
  resetSecondFactor,
  setRolesOfUser,
  type NewInvitation,
  type UserDetail,
} from '../data/people';
import { me } from '../state/app';
import { useChange, useResource } from '../state/resource';
import { navigate, to } from '../state/router';
import { toast } from '../state/toasts';
import { BusyButton, When } from '../ui/bits';
import { SelectField, TextField } from '../ui/fields';
import { Link } from '../ui/link';
import { Card, Page } from '../ui/page';
import { elsewhere, Failed, FormError, Loaded, Loading, wrongIn } from '../ui/states';
import { act, Checks, FreshLink, isSameSet } from './people-parts';
import { PersonAttributes } from './people-values';
import { StateOf } from './people-users';
import { useUnsaved } from './unsaved';

export function PeopleUser({ id }: { id: string }) {
  const user = useResource(`user ${id}`, (signal) => getUser(id, signal));
  const trail = [{ label: 'People', href: to('people') }];
  if (!user.value) {
    return (
      <Page title="Person" trail={trail}>
        {user.error !== null ? (
          <Failed error={user.error} onRetry={user.reload} />
        ) : (
          <Loading what="the person" />
        )}
      </Page>
    );
  }
  const { value } = user;
  return (
    <Page title={value.name || value.handle} trail={trail}>
      <p class="facts-line">
        <span>{value.handle}</span>
        <StateOf user={value} />
        <span>
          Created <When at={value.created_at} />
        </span>
      </p>
      <Profile key={value.id} user={value} onChanged={user.set} />
      <Access user={value} onChanged={user.reload} />
      <Belongings user={value} onChanged={user.reload} />
      <PersonAttributes user={value} />
      <Removal user={value} onChanged={user.set} />
    </Page>
  );
}

interface Props {
  user: UserDetail;
  onChanged: (user: UserDetail) => void;
}

const isMe = (user: UserDetail): boolean => me.value?.user?.id === user.id;

function Profile({ user, onChanged }: Props) {
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(user.role);
  const change = useChange();
  const isChanged = name.trim() !== user.name || role !== user.role;
  useUnsaved(isChanged);
  const own = isMe(user);
  return (
    <Card title="Who this is">
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void change.run(async () => {
            onChanged(
              await changeUser(user.id, {
                ...(name.trim() === user.name ? {} : { name: name.trim() }),
                ...(role === user.role ? {} : { role }),
              }),
            );
            toast('Saved. Another role holds at once.');
          });
        }}
      >
        <TextField
          label="Name"
          value={name}
          onInput={setName}
          maxLength={200}
          error={wrongIn(change.error, 'name')}
        />
        <SelectField
          label="Role"
          hint={own ? 'Another administrator can change your role.' : hintOfRole(role)}
          value={role}
          choices={
            kUserRoles.some(({ value }) => value === role)
              ? kUserRoles
              : [...kUserRoles, { value: role, label: role }]
          }
          disabled={own}
          onChange={setRole}
          error={wrongIn(change.error, 'role')}
        />
        <FormError error={elsewhere(change.error, 'name', 'role')} />
        <div>
          <BusyButton isBusy={change.isBusy} disabled={!isChanged || name.trim() === ''}>
            Save
          </BusyButton>
        </div>
      </form>
    </Card>
  );
}

function Access({ user, onChanged }: { user: UserDetail; onChanged: () => void }) {
  const [made, setMade] = useState<NewInvitation | null>(null);
  if (isMe(user)) {
    return (
      <Card title="Signing in">
        <p>
          This is you: your password, second factor and sessions are under{' '}
          <Link href={to('account')}>Security and sessions</Link>.
        </p>
      </Card>
    );
  }
  const makeLink = (): Promise<boolean> =>
    act(
      {
        title: `Make a password link for ${user.handle}?`,
        text: 'Whoever opens it first chooses the password, and the old one and every session end. Links that you made before are over.',
        act: 'Make the link',
        tone: 'plain',
      },
      async () => {
        setMade(await makePasswordLink(user.id));
        return 'The link is made.';
      },
    );
  return (
    <>
      {made && <FreshLink made={made} onAway={() => setMade(null)} />}
      <Card title="Signing in">
        <dl class="facts">
          <div>
            <dt>Password</dt>
            <dd>{user.has_password ? 'Chosen' : 'None yet'}</dd>
          </div>
          <div>
            <dt>Second factor</dt>
            <dd>{user.totp ? 'Asked for' : 'None'}</dd>
          </div>
          <div>
            <dt>Open sessions of the console</dt>
            <dd>{user.sessions}</dd>
          </div>
          <div>
            <dt>Last seen</dt>
            <dd>
              <When at={user.last_seen_at} none="not signed in" />
            </dd>
          </div>
        </dl>
        <div class="button-row card-actions">
          {!user.disabled && (
            <button type="button" class="button" onClick={() => void makeLink()}>
              Password link…
            </button>
          )}
          {user.totp && (
            <button
              type="button"
              class="button"
              onClick={() =>
                void act(
                  {
                    title: `Take the second factor of ${user.handle} away?`,
                    text: 'The password alone signs in, until the person adds an app again. Be sure that it is this person who asks.',
                    act: 'Take it away',
                  },
                  async () => {
                    await resetSecondFactor(user.id);
                    return 'The second factor is gone.';
                  },
                ).then(onChanged)
              }
            >
              Reset the second factor
            </button>
          )}
          <button
            type="button"
            class="button"
            onClick={() =>
              void act(
                {
                  title: `End all sessions of ${user.handle}?`,
                  text: 'In the console and in embedded pages, at once. The person can sign in again: disable the person to prevent that.',
                  act: 'End them all',
                },
                async () => {
                  const { ended } = await endSessionsOfUser(user.id);
                  return `${ended} ${ended === 1 ? 'session is' : 'sessions are'} over.`;
                },
              ).then(onChanged)
            }
          >
            End all sessions
          </button>
        </div>
      </Card>
    </>
  );
}

/** Groups, and roles for embedded content. */
function Belongings({ user, onChanged }: { user: UserDetail; onChanged: () => void }) {
  const choices = useResource('groups and roles', async (signal) => {
    const [groups, roles] = await Promise.all([listAllGroups(signal), listRoles(signal)]);
    return { groups: groups.filter((one) => one.external_group_id === null), roles: roles.items };
  });
  return (
    <Card
      title="Groups and roles"
      hint="For embedded content: what folders, rows and actions this person has where dashboards are embedded. The role above is about this console."
    >
      <Loaded from={choices} what="groups and roles">
        {({ groups, roles }) => (
          <BelongingsForm
            key={JSON.stringify([user.groups, user.roles])}
            user={user}
            groups={groups}
            roles={roles}
            onChanged={onChanged}
          />
        )}
      </Loaded>
    </Card>
  );
}

function BelongingsForm({
  user,
  groups,
  roles,
  onChanged,
}: {
  user: UserDetail;
  groups: { id: number; name: string }[];
  roles: { id: number; name: string }[];
  onChanged: () => void;
}) {
  const hadGroups = user.groups.map(({ id }) => id);
  const hadRoles = user.roles.map(({ id }) => id);
  const [inGroups, setInGroups] = useState(hadGroups);
  const [withRoles, setWithRoles] = useState(hadRoles);
  const change = useChange();
  const isChanged = !isSameSet(inGroups, hadGroups) || !isSameSet(withRoles, hadRoles);
  useUnsaved(isChanged);
  const save = async (): Promise<void> => {
    for (const id of inGroups) if (!hadGroups.includes(id)) await addMember(id, user.id);
    for (const id of hadGroups) if (!inGroups.includes(id)) await removeMember(id, user.id);
    if (!isSameSet(withRoles, hadRoles)) await setRolesOfUser(user.id, withRoles);
    toast('Groups and roles are saved.');
  };
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // What was done before something failed is shown as it is then.
        void change.run(save).then(onChanged);
      }}
    >
      <Checks
        label="Groups"
        all={groups}
        chosen={inGroups}
        none="There are no groups yet."
        onChange={setInGroups}
      />
      <Checks
        label="Roles given directly"
        hint="The roles of the groups come on top."
        all={roles}
        chosen={withRoles}
        none="There are no roles yet."
        onChange={setWithRoles}
      />
      <FormError error={change.error} />
      <div>
        <BusyButton isBusy={change.isBusy} disabled={!isChanged}>
          Save groups and roles
        </BusyButton>
      </div>
    </form>
  );
}

function Removal({ user, onChanged }: Props) {
  if (isMe(user)) return null;
  const turn = (): Promise<boolean> =>
    act(
      user.disabled
        ? null
        : {
            title: `Disable ${user.handle}?`,
            text: 'Nobody signs in as this person until you enable it again, and every session ends at once.',
            act: 'Disable',
          },
      async () => {
        onChanged(await changeUser(user.id, { disabled: !user.disabled }));
        return user.disabled ? 'This person can sign in again.' : 'This person is kept out.';
      },
    );
  const remove = async (): Promise<void> => {
    const isGone = await act(
      {
        title: `Delete ${user.handle}?`,
        text: 'Every session ends at once. What this person has made stays. This cannot be undone.',
        act: 'Delete for good',
        typed: user.handle,
      },
      async () => {
        await deleteUser(user.id);
        return `${user.handle} is deleted.`;
      },
    );
    if (isGone) await navigate(to('people'));
  };
  return (
    <Card title="Keep out">
      <div class="button-row">
        <button type="button" class="button" onClick={() => void turn()}>
          {user.disabled ? 'Enable' : 'Disable'}
        </button>
        <button type="button" class="button danger" onClick={() => void remove()}>
          Delete
        </button>
      </div>
    </Card>
  );
}
