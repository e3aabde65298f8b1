// Ways to share: what each is in words, who may use it, and the calls about invitations, snapshots
// and the organization's switches.
import type { TimeChoice } from '../../viewer/api/wire';
import { call } from '../api/client';
import type { Permission, Share, ShareType } from '../api/types';

const segment = encodeURIComponent;
type Signal = AbortSignal | undefined;
const by = (signal: Signal): { signal?: AbortSignal } => (signal ? { signal } : {});

export const kMeanings: Record<ShareType, string> = {
  open: 'Everybody who has the address sees the dashboard.',
  invite: 'Invited people get a link by mail, which opens the dashboard in their browser.',
  embed: 'The dashboard stands in frames of the sites that you name, and opens nowhere else.',
  secure_embed:
    'Your backend signs a link for each page load of a page of yours; without one nobody gets in.',
};

export function permissionFor(type: ShareType): Permission {
  if (type === 'open') return 'dashboards_public_share';
  return type === 'invite' ? 'dashboards_invite_share' : 'dashboards_embed_share';
}

// -- invitations ------------------------------------------------------------------------------

export interface Invitee {
  id?: number;
  email: string;
  created_at?: string;
  access_expiration?: string | null;
}

export const isDomain = (email: string): boolean => email.startsWith('@') || !email.includes('@');

export interface Invitation {
  email: string;
  invitee: number;
  mailed_at: string;
  link_ends_at: string;
  mail: 'queued' | 'sent' | 'failed';
  mail_error: string;
  opened_at: string | null;
  revoked_at: string | null;
  has_session: boolean;
  session_expires_at: string | null;
}

export const listInvitations = (
  token: string,
  signal?: Signal,
): Promise<{ invitations: Invitation[] }> =>
  call('GET', `/shares/${segment(token)}/invitations`, by(signal));
export const sendInvitations = (
  token: string,
  emails: string[],
): Promise<{ invitations: Invitation[] }> =>
  call('POST', `/shares/${segment(token)}/invitations`, { body: { emails } });
export const revokeInvitations = (token: string, emails: string[]): Promise<{ revoked: number }> =>
  call('POST', `/shares/${segment(token)}/invitations/revoke`, { body: { emails } });

export const claimShare = (token: string): Promise<Share> =>
  call('POST', `/shares/${segment(token)}/claim`);

// -- snapshots --------------------------------------------------------------------------------

export interface Snapshot {
  id: number;
  name: string;
  key: string;
  url: string;
  taken_by: string | null;
  created_at: string;
  expires_at: string | null;
}

export const takeSnapshot = (
  dashboard: string,
  body: {
    name: string;
    expires_in_seconds: number | null;
    time?: TimeChoice;
    variables?: Record<string, string[]>;
    timezone?: string;
  },
): Promise<Snapshot> => call('POST', `/dashboards/${segment(dashboard)}/snapshots`, { body });
export const listSnapshots = (signal?: Signal): Promise<{ snapshots: Snapshot[] }> =>
  call('GET', '/snapshots', by(signal));
export const deleteSnapshot = (key: string): Promise<void> =>
  call('DELETE', `/snapshots/${segment(key)}`);

// -- switches ---------------------------------------------------------------------------------

export interface Sharing {
  enabled: boolean;
  open: boolean;
  invite: boolean;
  embed: boolean;
  secure_embed: boolean;
  max_access_seconds: number | null;
}

export interface SharingOrganization {
  embed_sharing: boolean;
  sharing: Sharing;
  /** Whether the server can send mail. */
  mail: boolean;
}

export const getSharing = (signal?: Signal): Promise<SharingOrganization> =>
  call('GET', '/organization', by(signal));
export const changeSharing = (
  body: { sharing: Partial<Sharing> } | { embed_sharing: boolean },
): Promise<SharingOrganization> => call('PATCH', '/organization', { body });
