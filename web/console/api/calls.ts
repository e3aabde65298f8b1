// Every call that the console makes, by name.
import { call } from './client';
import type {
  Credential,
  Dashboard,
  DashboardSummary,
  Imported,
  ImportNote,
  JsonObject,
  Me,
  Model,
  NewCredential,
  OwnSession,
  Share,
  ShareSettings,
  ShareStatus,
  ShareType,
  Source,
  ViewerSession,
} from './types';

type Signal = AbortSignal | undefined;
const by = (signal: Signal): { signal?: AbortSignal } => (signal ? { signal } : {});
const segment = encodeURIComponent;

// -- signing in -------------------------------------------------------------------------------

export interface SetUp {
  code: string;
  organization: string;
  handle: string;
  name: string;
  password: string;
}

export const needsSetup = (signal?: Signal): Promise<{ needed: boolean }> =>
  call('GET', '/setup', by(signal));
export const setUp = (body: SetUp): Promise<Me | undefined> => call('POST', '/setup', { body });
export const signIn = (body: {
  handle: string;
  password: string;
  totp?: string;
  organization?: number;
}): Promise<Me> => call('POST', '/sign-in', { body });
export const signOut = (): Promise<void> => call('POST', '/sign-out');
export const getMe = (signal?: Signal): Promise<Me> => call('GET', '/me', by(signal));
export const chooseOrganization = (id: number): Promise<Me> =>
  call('POST', '/me/organization', { body: { id } });
export const ownSessions = (signal?: Signal): Promise<{ sessions: OwnSession[] }> =>
  call('GET', '/me/sessions', by(signal));
export const endOwnSession = (id: string): Promise<void> =>
  call('DELETE', `/me/sessions/${segment(id)}`);
export const changePassword = (body: { old: string; new: string }): Promise<void> =>
  call('PUT', '/me/password', { body });
export const beginTotp = (): Promise<{ secret: string; uri: string }> => call('POST', '/me/totp');
export const confirmTotp = (code: string): Promise<{ recovery_codes: string[] }> =>
  call('PUT', '/me/totp', { body: { code } });
export const removeTotp = (password: string): Promise<void> =>
  call('DELETE', '/me/totp', { body: { password } });

// -- the organization -------------------------------------------------------------------------

export interface Organization {
  id: number;
  name: string;
  embed_sharing: boolean;
}

export const getOrganization = (signal?: Signal): Promise<Organization> =>
  call('GET', '/organization', by(signal));
export const changeOrganization = (
  body: Partial<Omit<Organization, 'id'>>,
): Promise<Organization> => call('PATCH', '/organization', { body });

// -- dashboards -------------------------------------------------------------------------------

export interface Page {
  next: number | null;
}

export const listDashboards = (
  query: { deleted?: boolean; after?: number; limit?: number },
  signal?: Signal,
): Promise<Page & { dashboards: DashboardSummary[] }> =>
  call('GET', '/dashboards', { query, ...by(signal) });
export const getDashboard = (id: string, signal?: Signal): Promise<Dashboard> =>
  call('GET', `/dashboards/${segment(id)}`, by(signal));
export const createDashboard = (document: JsonObject): Promise<Dashboard> =>
  call('POST', '/dashboards', { body: { document } });
export const replaceDashboard = (id: string, document: JsonObject): Promise<Dashboard> =>
  call('PUT', `/dashboards/${segment(id)}`, { body: { document } });
export const binDashboard = (id: string): Promise<void> =>
  call('DELETE', `/dashboards/${segment(id)}`);
export const restoreDashboard = (id: string): Promise<Dashboard> =>
  call('POST', `/dashboards/${segment(id)}/restore`);
export const importReport = (id: string, signal?: Signal): Promise<{ notes: ImportNote[] }> =>
  call('GET', `/dashboards/${segment(id)}/import-report`, by(signal));
export const importDashboard = (body: {
  document: JsonObject;
  inputs?: Record<string, string>;
  dry_run?: boolean;
}): Promise<Imported> => call('POST', '/dashboards/import', { body });

// -- shares -----------------------------------------------------------------------------------

export const listShares = (
  query: {
    dashboard?: string;
    type?: ShareType;
    status?: ShareStatus;
    sharer?: string;
    after?: number;
    limit?: number;
  },
  signal?: Signal,
): Promise<Page & { shares: Share[] }> => call('GET', '/shares', { query, ...by(signal) });
export const getShare = (token: string, signal?: Signal): Promise<Share> =>
  call('GET', `/shares/${segment(token)}`, by(signal));
export const createShare = (
  dashboard: string,
  body: ShareSettings,
): Promise<{ share: Share; credential: NewCredential | null }> =>
  call('POST', `/dashboards/${segment(dashboard)}/shares`, { body });
export const changeShare = (token: string, body: ShareSettings): Promise<Share> =>
  call('PATCH', `/shares/${segment(token)}`, { body });
export const deleteShare = (token: string): Promise<void> =>
  call('DELETE', `/shares/${segment(token)}`);

export interface ShareLink {
  url: string;
  valid_until: string;
  /** Last characters of the credential that signed it. */
  suffix: string;
}
/** Of a secure embed: a link as a backend would sign it. */
export const makeShareLink = (token: string): Promise<ShareLink> =>
  call('POST', `/shares/${segment(token)}/link`);

export const listCredentials = (
  token: string,
  signal?: Signal,
): Promise<{ credentials: Credential[] }> =>
  call('GET', `/shares/${segment(token)}/credentials`, by(signal));
export const addCredential = (
  token: string,
  body: { note?: string; expires_at?: string | null },
): Promise<NewCredential> => call('POST', `/shares/${segment(token)}/credentials`, { body });
export const rotateCredentials = (
  token: string,
  body: { note?: string; overlap_seconds: number },
): Promise<NewCredential> => call('POST', `/shares/${segment(token)}/credentials/rotate`, { body });
export const changeCredential = (
  token: string,
  id: number,
  body: { note?: string; expires_at?: string | null; disabled?: boolean },
): Promise<Credential> => call('PATCH', `/shares/${segment(token)}/credentials/${id}`, { body });
export const deleteCredential = (token: string, id: number): Promise<void> =>
  call('DELETE', `/shares/${segment(token)}/credentials/${id}`);

// -- operation --------------------------------------------------------------------------------

export const listSessions = (
  query: { share?: string; limit?: number },
  signal?: Signal,
): Promise<{ sessions: ViewerSession[] }> => call('GET', '/sessions', { query, ...by(signal) });
export const endSession = (id: string): Promise<void> => call('DELETE', `/sessions/${segment(id)}`);
export const verifyAudit = (): Promise<{ intact: boolean; first_broken: number | null }> =>
  call('GET', '/audit/verify');

export const listSources = (signal?: Signal): Promise<{ sources: Source[] }> =>
  call('GET', '/sources', by(signal));
export const listModels = (signal?: Signal): Promise<{ models: Model[] }> =>
  call('GET', '/models', by(signal));
