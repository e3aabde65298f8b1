// The people of an organization: what the native API says of them, and its calls.
import { call } from '../api/client';

type Signal = AbortSignal | undefined;
const by = (signal: Signal): { signal?: AbortSignal } => (signal ? { signal } : {});
const segment = encodeURIComponent;

export interface Named {
  id: number;
  name: string;
}

export type UserRole = 'Admin' | 'Editor' | 'Viewer';

export const kUserRoles: { value: UserRole; label: string; hint: string }[] = [
  { value: 'Viewer', label: 'Viewer', hint: 'looks at dashboards' },
  { value: 'Editor', label: 'Editor', hint: 'writes dashboards and shares them' },
  { value: 'Admin', label: 'Admin', hint: 'manages everything, people too' },
];

/** What a role may do, for a person who chooses one. */
export function hintOfRole(role: string): string {
  const known = kUserRoles.find(({ value }) => value === role);
  return known ? `Whoever has it ${known.hint}.` : '';
}

export interface User {
  id: number;
  handle: string;
  name: string;
  role: string;
  disabled: boolean;
  has_password: boolean;
  created_at: string;
}

export interface UserDetail extends User {
  totp: boolean;
  sessions: number;
  last_seen_at: string | null;
  groups: Named[];
  roles: Named[];
}

export interface Page<T> {
  rows: T[];
  /** What asks for the page that follows; null on the last. */
  next: number | null;
}

export async function listUsers(
  query: { search: string; after?: number },
  signal?: Signal,
): Promise<Page<User>> {
  const { users, next } = await call<{ users: User[]; next: number | null }>('GET', '/users', {
    query: { ...query, limit: 50 },
    ...by(signal),
  });
  return { rows: users, next };
}
export const getUser = (id: string, signal?: Signal): Promise<UserDetail> =>
  call('GET', `/users/${segment(id)}`, by(signal));
export const changeUser = (
  id: number,
  body: { name?: string; role?: string; disabled?: boolean },
): Promise<UserDetail> => call('PATCH', `/users/${id}`, { body });
export const deleteUser = (id: number): Promise<void> => call('DELETE', `/users/${id}`);
export const resetSecondFactor = (id: number): Promise<void> => call('DELETE', `/users/${id}/totp`);
export const endSessionsOfUser = (id: number): Promise<{ ended: number }> =>
  call('DELETE', `/users/${id}/sessions`);
export const setRolesOfUser = (id: number, roles: number[]): Promise<UserDetail> =>
  call('PUT', `/users/${id}/roles`, { body: { roles } });

/** What an attribute is for one person. */
export interface AttributeValue {
  id: number;
  name: string;
  label: string;
  type: string;
  hidden: boolean;
  source: 'own' | 'group' | 'default' | 'link' | 'none';
  group: string | null;
  value: string | null;
}
export const listAttributesOfUser = (
  id: number,
  signal?: Signal,
): Promise<{ attributes: AttributeValue[] }> => call('GET', `/users/${id}/attributes`, by(signal));
export const setAttributeOfUser = (
  id: number,
  attribute: number,
  value: string | null,
): Promise<{ attributes: AttributeValue[] }> =>
  call('PUT', `/users/${id}/attributes/${attribute}`, { body: { value } });

// -- invitations ------------------------------------------------------------------------------

export interface Invitation {
  id: string;
  kind: 'invitation' | 'password';
  status: 'pending' | 'used' | 'revoked' | 'expired';
  user: number | null;
  handle: string;
  name: string;
  role: string;
  author: string;
  created_at: string;
  expires_at: string;
}
/** The link's address is in this answer and in no other. */
export interface NewInvitation {
  invitation: Invitation;
  url: string;
}
export const listInvitations = (signal?: Signal): Promise<{ invitations: Invitation[] }> =>
  call('GET', '/invitations', by(signal));
export const invite = (body: {
  handle: string;
  name: string;
  role: string;
}): Promise<NewInvitation> => call('POST', '/invitations', { body });
export const makePasswordLink = (user: number): Promise<NewInvitation> =>
  call('POST', `/users/${user}/password-link`);
export const revokeInvitation = (id: string): Promise<void> =>
  call('DELETE', `/invitations/${segment(id)}`);

export interface SeenInvitation {
  kind: 'invitation' | 'password';
  organization: string;
  handle: string;
  name: string;
  role: string;
  expires_at: string;
}
export const lookAtInvitation = (secret: string, signal?: Signal): Promise<SeenInvitation> =>
  call('POST', '/invitation/look', { body: { secret }, ...by(signal) });
export const acceptInvitation = (body: {
  secret: string;
  name?: string;
  password: string;
}): Promise<{ handle: string; signed_in: boolean }> => call('POST', '/invitation/accept', { body });

// -- groups -----------------------------------------------------------------------------------

export interface Group {
  id: number;
  name: string;
  external_group_id: string | null;
  roles: Named[];
  users: number;
  created_at: string;
}
export interface Member {
  id: number;
  kind: 'user' | 'external';
  handle: string;
  name: string;
  disabled: boolean;
}
export async function listGroups(
  query: { search?: string; after?: number; limit?: number },
  signal?: Signal,
): Promise<Page<Group>> {
  const { groups, next } = await call<{ groups: Group[]; next: number | null }>('GET', '/groups', {
    query: { limit: 50, ...query },
    ...by(signal),
  });
  return { rows: groups, next };
}
/** Every one, for choosing among them. */
export async function listAllGroups(signal?: Signal): Promise<Group[]> {
  const all: Group[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: Page<Group> = await listGroups({ after, limit: 1000 }, signal);
    all.push(...page.rows);
    after = page.next;
  }
  return all;
}
export const getGroup = (id: string, signal?: Signal): Promise<Group> =>
  call('GET', `/groups/${segment(id)}`, by(signal));
export const createGroup = (name: string): Promise<Group> =>
  call('POST', '/groups', { body: { name } });
export const renameGroup = (id: number, name: string): Promise<Group> =>
  call('PATCH', `/groups/${id}`, { body: { name } });
export const deleteGroup = (id: number): Promise<void> => call('DELETE', `/groups/${id}`);
export const setRolesOfGroup = (id: number, roles: number[]): Promise<Group> =>
  call('PUT', `/groups/${id}/roles`, { body: { roles } });
export async function listMembers(
  id: number,
  offset: number,
  signal?: Signal,
): Promise<Page<Member>> {
  const { members, next } = await call<{ members: Member[]; next: number | null }>(
    'GET',
    `/groups/${id}/members`,
    { query: { offset, limit: 50 }, ...by(signal) },
  );
  return { rows: members, next };
}
export const addMember = (group: number, person: number): Promise<void> =>
  call('PUT', `/groups/${group}/members/${person}`);
export const removeMember = (group: number, person: number): Promise<void> =>
  call('DELETE', `/groups/${group}/members/${person}`);

// -- roles ------------------------------------------------------------------------------------

export interface Role {
  id: number;
  name: string;
  permission_set: Named | null;
  model_set: Named | null;
  built_in: boolean;
  groups: Named[];
  users: number;
}
export interface PermissionSet {
  id: number;
  name: string;
  permissions: string[];
  built_in: boolean;
}
export interface ModelSet {
  id: number;
  name: string;
  models: string[];
  built_in: boolean;
}
export interface EmbedPermission {
  name: string;
  parent: string | null;
  grantable: boolean;
  description: string;
}
interface Items<T> {
  items: T[];
}
export const listRoles = (signal?: Signal): Promise<Items<Role>> =>
  call('GET', '/roles', by(signal));
export const listPermissionSets = (signal?: Signal): Promise<Items<PermissionSet>> =>
  call('GET', '/permission-sets', by(signal));
export const listModelSets = (signal?: Signal): Promise<Items<ModelSet>> =>
  call('GET', '/model-sets', by(signal));
export const listEmbedPermissions = (
  signal?: Signal,
): Promise<{ permissions: EmbedPermission[] }> => call('GET', '/embed-permissions', by(signal));

/** Makes one, or changes the one of this id. */
function save<T>(path: string, id: number | null, body: object): Promise<T> {
  return id === null ? call('POST', path, { body }) : call('PATCH', `${path}/${id}`, { body });
}
export const saveRole = (
  id: number | null,
  body: { name: string; permission_set: number; model_set: number },
): Promise<Role> => save('/roles', id, body);
export const savePermissionSet = (
  id: number | null,
  body: { name: string; permissions: string[] },
): Promise<PermissionSet> => save('/permission-sets', id, body);
export const saveModelSet = (
  id: number | null,
  body: { name: string; models: string[] },
): Promise<ModelSet> => save('/model-sets', id, body);
export type RoleKind = 'roles' | 'permission-sets' | 'model-sets';
export const deleteRoleOrSet = (kind: RoleKind, id: number): Promise<void> =>
  call('DELETE', `/${kind}/${id}`);

// -- attributes -------------------------------------------------------------------------------

export interface GroupValue {
  group: number;
  name: string;
  value: string | null;
}
export interface Attribute {
  id: number;
  name: string;
  label: string;
  type: string;
  has_default: boolean;
  default: string | null;
  hidden: boolean;
  viewable: boolean;
  editable: boolean;
  domains: string;
  system: boolean;
  group_values: GroupValue[];
}
export const kAttributeTypes = [
  { value: 'string', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'datetime', label: 'Date and time' },
  { value: 'yesno', label: 'Yes or no' },
  { value: 'zipcode', label: 'Zip code' },
  { value: 'advanced_filter_string', label: 'List of texts' },
  { value: 'advanced_filter_number', label: 'List of numbers' },
];
export const typeWords = (type: string): string =>
  kAttributeTypes.find(({ value }) => value === type)?.label ?? type;

export interface AttributeSettings {
  label?: string;
  type?: string;
  default?: string | null;
  hidden?: boolean;
  viewable?: boolean;
  editable?: boolean;
  domains?: string;
}
export const listAttributes = (signal?: Signal): Promise<{ attributes: Attribute[] }> =>
  call('GET', '/user-attributes', by(signal));
export const createAttribute = (body: AttributeSettings & { name: string }): Promise<Attribute> =>
  call('POST', '/user-attributes', { body });
export const changeAttribute = (id: number, body: AttributeSettings): Promise<Attribute> =>
  call('PATCH', `/user-attributes/${id}`, { body });
export const deleteAttribute = (id: number): Promise<void> =>
  call('DELETE', `/user-attributes/${id}`);
/** A group without a value keeps the one that it has. */
export const setGroupValues = (
  id: number,
  values: { group: number; value?: string }[],
): Promise<Attribute> =>
  call('PUT', `/user-attributes/${id}/group-values`, { body: { group_values: values } });

// -- external people --------------------------------------------------------------------------

export interface ExternalPerson {
  id: number;
  external_user_id: string;
  name: string;
  disabled: boolean;
  groups: Named[];
  created_at: string;
  logged_in_at: string | null;
}
export interface ExternalPersonDetail extends ExternalPerson {
  timezone: string;
  grant: {
    permissions: string[];
    models: string[];
    external_group_id: string;
    attributes: Record<string, string | null>;
  };
  roles: Named[];
  sessions: {
    id: string;
    client: string;
    user_agent: string;
    created_at: string;
    last_seen_at: string;
    expires_at: string;
  }[];
}
export const kSearchedBy = [
  { value: 'external_user_id', label: 'Your id' },
  { value: 'first_name', label: 'First name' },
  { value: 'last_name', label: 'Last name' },
];
export async function listExternalPeople(
  query: { search: string; by: string; offset?: number },
  signal?: Signal,
): Promise<Page<ExternalPerson>> {
  const { people, next } = await call<{ people: ExternalPerson[]; next: number | null }>(
    'GET',
    '/embed-users',
    { query: { ...query, limit: 50 }, ...by(signal) },
  );
  return { rows: people, next };
}
export const getExternalPerson = (id: string, signal?: Signal): Promise<ExternalPersonDetail> =>
  call('GET', `/embed-users/${segment(id)}`, by(signal));
export const changeExternalPerson = (
  id: number,
  disabled: boolean,
): Promise<ExternalPersonDetail> => call('PATCH', `/embed-users/${id}`, { body: { disabled } });
export const deleteExternalPerson = (id: number): Promise<void> =>
  call('DELETE', `/embed-users/${id}`);
export const endSessionsOfExternalPerson = (id: number): Promise<{ ended: number }> =>
  call('DELETE', `/embed-users/${id}/sessions`);
