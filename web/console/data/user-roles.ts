// What the roles of this server's users may do, for people who choose one.
import type { Permission } from '../api/types';
import { kUserRoles, type UserRole } from './people';

export interface Right {
  permission: Permission;
  words: string;
  roles: readonly UserRole[];
}

const kAll = kUserRoles.map(({ value }) => value);
const kWriters = ['Editor', 'Admin'] as const;
const kAdmins = ['Admin'] as const;

export const kRights: readonly Right[] = [
  {
    permission: 'dashboards_read',
    words: 'Look at dashboards, with the rows that their attributes let them see',
    roles: kAll,
  },
  {
    permission: 'dashboards_write',
    words: 'Write dashboards over whole sources, and try queries in Explore',
    roles: kWriters,
  },
  {
    permission: 'dashboards_embed_share',
    words: 'Share with signed links, and in pages of named sites',
    roles: kWriters,
  },
  { permission: 'dashboards_invite_share', words: 'Invite people to a share', roles: kWriters },
  {
    permission: 'dashboards_public_share',
    words: 'Share openly, and take snapshots',
    roles: kWriters,
  },
  { permission: 'sessions_read', words: 'See who is looking', roles: kWriters },
  { permission: 'sessions_end', words: 'End a session', roles: kWriters },
  { permission: 'sources_write', words: 'Add and change sources and models', roles: kAdmins },
  {
    permission: 'org_manage',
    words: 'Manage people, keys, embedding and settings; check links',
    roles: kAdmins,
  },
  { permission: 'audit_read', words: 'Read the audit trail and usage', roles: kAdmins },
];
