// Roles of embedded content: a set of permissions on a set of models. Built-in ones are read only.
import { useState } from 'preact/hooks';
import { listModels } from '../api/calls';
import {
  deleteRoleOrSet,
  kUserRoles,
  listEmbedPermissions,
  listModelSets,
  listPermissionSets,
  listRoles,
  type ModelSet,
  type PermissionSet,
  type Role,
  type RoleKind,
} from '../data/people';
import { kRights } from '../data/user-roles';
import { counted } from '../format';
import { useResource } from '../state/resource';
import { Badge } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { List, type Column } from '../ui/lists';
import { Card } from '../ui/page';
import { Loaded } from '../ui/states';
import { act, PeoplePage } from './people-parts';
import { EditModelSet, EditPermissionSet, EditRole } from './people-role-forms';

/** What a dialog is open for; `row` null: a new one. */
type Open =
  | { kind: 'role'; row: Role | null }
  | { kind: 'permissions'; row: PermissionSet | null }
  | { kind: 'models'; row: ModelSet | null };

export function PeopleRoles() {
  const all = useResource('roles and sets', async (signal) => {
    const [roles, permissionSets, modelSets, { permissions }, { models }] = await Promise.all([
      listRoles(signal),
      listPermissionSets(signal),
      listModelSets(signal),
      listEmbedPermissions(signal),
      listModels(signal),
    ]);
    return {
      roles: roles.items,
      permissionSets: permissionSets.items,
      modelSets: modelSets.items,
      permissions,
      models: models.map(({ name }) => name),
    };
  });
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const saved = (): void => {
    close();
    all.reload();
  };
  return (
    <PeoplePage
      tab="roles"
      lead="What people may do where dashboards are embedded, by permissions on models; and what users may do in this console."
    >
      <Loaded from={all} what="roles">
        {({ roles, permissionSets, modelSets, permissions, models }) => (
          <>
            <Card
              title="Roles of embedded content"
              actions={<New what="role" onClick={() => setOpen({ kind: 'role', row: null })} />}
            >
              <List
                label="Roles"
                items={roles}
                keyOf={(row) => row.id}
                columns={[
                  { label: 'Role', cell: (row) => <NameOf row={row} /> },
                  { label: 'Permissions', cell: (row) => row.permission_set?.name ?? '–' },
                  { label: 'Models', cell: (row) => row.model_set?.name ?? '–' },
                  { label: 'Held by', cell: (row) => holders(row) },
                  actionsOf('roles', (row: Role) => setOpen({ kind: 'role', row }), all.reload),
                ]}
              />
            </Card>
            <Card
              title="Permission sets"
              actions={
                <New
                  what="permission set"
                  onClick={() => setOpen({ kind: 'permissions', row: null })}
                />
              }
            >
              <List
                label="Permission sets"
                items={permissionSets}
                keyOf={(row) => row.id}
                columns={[
                  { label: 'Set', cell: (row) => <NameOf row={row} /> },
                  {
                    label: 'Permissions',
                    cell: (row) =>
                      row.built_in ? 'All' : <Texts texts={row.permissions} none="None" />,
                  },
                  actionsOf(
                    'permission-sets',
                    (row: PermissionSet) => setOpen({ kind: 'permissions', row }),
                    all.reload,
                  ),
                ]}
              />
            </Card>
            <Card
              title="Model sets"
              actions={
                <New what="model set" onClick={() => setOpen({ kind: 'models', row: null })} />
              }
            >
              <List
                label="Model sets"
                items={modelSets}
                keyOf={(row) => row.id}
                columns={[
                  { label: 'Set', cell: (row) => <NameOf row={row} /> },
                  {
                    label: 'Models',
                    cell: (row) =>
                      row.built_in ? 'All' : <Texts texts={row.models} none="None" />,
                  },
                  actionsOf(
                    'model-sets',
                    (row: ModelSet) => setOpen({ kind: 'models', row }),
                    all.reload,
                  ),
                ]}
              />
            </Card>
            {open?.kind === 'role' && (
              <EditRole
                row={open.row}
                permissionSets={permissionSets}
                modelSets={modelSets}
                onClose={close}
                onSaved={saved}
              />
            )}
            {open?.kind === 'permissions' && (
              <EditPermissionSet
                row={open.row}
                permissions={permissions}
                onClose={close}
                onSaved={saved}
              />
            )}
            {open?.kind === 'models' && (
              <EditModelSet row={open.row} models={models} onClose={close} onSaved={saved} />
            )}
            <UserRoles />
          </>
        )}
      </Loaded>
    </PeoplePage>
  );
}

/** Those that a user has here; they are as they are. */
function UserRoles() {
  return (
    <Card
      title="Roles of users"
      hint="What somebody may do in this console and over its API. Each user has one of these."
    >
      <List
        label="What users of each role may do"
        items={kRights}
        keyOf={(right) => right.permission}
        columns={[
          {
            label: 'May',
            cell: (right) => (
              <div class="stack">
                <span>{right.words}</span>
                <span class="code muted small">{right.permission}</span>
              </div>
            ),
          },
          ...kUserRoles.map(({ value, label }) => ({
            label,
            cell: (right: (typeof kRights)[number]) =>
              right.roles.includes(value) ? 'yes' : <span class="muted">no</span>,
          })),
        ]}
      />
    </Card>
  );
}

function New({ what, onClick }: { what: string; onClick: () => void }) {
  return (
    <button type="button" class="button" onClick={onClick}>
      <Glyph name="plus" />
      New {what}
    </button>
  );
}

interface Known {
  id: number;
  name: string;
  built_in: boolean;
}

function NameOf({ row }: { row: Known }) {
  return (
    <div class="badges">
      <span class="row-title">{row.name}</span>
      {row.built_in && <Badge>Built in</Badge>}
    </div>
  );
}

function Texts({ texts, none }: { texts: string[]; none: string }) {
  if (texts.length === 0) return <span class="muted">{none}</span>;
  return <span class="code small">{texts.join(', ')}</span>;
}

function holders(row: Role): string {
  const users = row.users === 0 ? [] : [counted(row.users, 'user')];
  const parts = [...row.groups.map(({ name }) => name), ...users];
  return parts.length === 0 ? 'nobody' : parts.join(', ');
}

function actionsOf<Row extends Known>(
  kind: RoleKind,
  onEdit: (row: Row) => void,
  onChanged: () => void,
): Column<Row> {
  return {
    label: 'Actions',
    isHidden: true,
    end: true,
    cell: (row) =>
      !row.built_in && (
        <div class="button-row">
          <button
            type="button"
            class="button"
            aria-label={`Edit ${row.name}`}
            onClick={() => onEdit(row)}
          >
            Edit
          </button>
          <button
            type="button"
            class="button quiet danger"
            aria-label={`Delete ${row.name}`}
            onClick={() =>
              void act(
                {
                  title: `Delete “${row.name}”?`,
                  text:
                    kind === 'roles'
                      ? 'Whoever has this role loses what it allows. This cannot be undone.'
                      : 'A set that a role uses cannot be deleted. This cannot be undone.',
                  act: 'Delete for good',
                },
                async () => {
                  await deleteRoleOrSet(kind, row.id);
                  return `“${row.name}” is deleted.`;
                },
              ).then((isDone) => {
                if (isDone) onChanged();
              })
            }
          >
            Delete
          </button>
        </div>
      ),
  };
}
