// Keys, tokens, embed secrets: what the server says of them, and the calls about them.
import { call } from '../api/client';
import { allOf } from './all';

type Signal = AbortSignal | undefined;
const by = (signal: Signal): { signal?: AbortSignal } => (signal ? { signal } : {});

export type Role = 'None' | 'Viewer' | 'Editor' | 'Admin';

// -- API keys and service accounts ----------------------------------------------------------------

export interface AccountKey {
  id: number;
  name: string;
  account: { id: number; name: string; login: string; disabled: boolean } | null;
  role: string;
  suffix: string;
  author: string;
  created_at: string;
  rotated_at: string | null;
  last_used_at: string | null;
  expires_at: string | null;
  previous_until: string | null;
  expired: boolean;
  revoked: boolean;
  older_than_90_days: boolean;
}
/** The only answers that hold the key itself. */
export type FreshAccountKey = AccountKey & { key: string };

export interface ServiceAccount {
  id: number;
  name: string;
  login: string;
  role: string;
  disabled: boolean;
  tokens: number;
  created_at: string;
  modified_at: string;
  last_used_at: string | null;
}

interface KeyFilter {
  kind?: 'api_key' | 'token';
  account?: number;
  unexpired?: boolean;
}

export const everyAccountKey = (
  filter: KeyFilter,
  signal?: Signal,
): Promise<{ items: AccountKey[]; isCut: boolean }> =>
  allOf(async (after) => {
    const { keys, next } = await call<{ keys: AccountKey[]; next: number | null }>(
      'GET',
      '/account-keys',
      {
        query: { ...filter, limit: 1000, ...(after === undefined ? {} : { after }) },
        ...by(signal),
      },
    );
    return { items: keys, next };
  });
export const createApiKey = (body: {
  name: string;
  role: string;
  seconds_to_live?: number;
}): Promise<FreshAccountKey> => call('POST', '/account-keys', { body });
export const rotateAccountKey = (
  id: number,
  body: { overlap_seconds: number; seconds_to_live?: number },
): Promise<FreshAccountKey> => call('POST', `/account-keys/${id}/rotate`, { body });
export const revokeAccountKey = (id: number): Promise<AccountKey> =>
  call('POST', `/account-keys/${id}/revoke`);
export const deleteAccountKey = (id: number): Promise<void> =>
  call('DELETE', `/account-keys/${id}`);
export const migrateApiKey = (id: number): Promise<AccountKey> =>
  call('POST', `/account-keys/${id}/migrate`);
export interface Migration {
  total: number;
  migrated: number;
  failures: { key: number; name: string; code: string; message: string }[];
}
export const migrateApiKeys = (): Promise<Migration> => call('POST', '/account-keys/migrate');

export const everyAccount = (
  signal?: Signal,
): Promise<{ items: ServiceAccount[]; isCut: boolean }> =>
  allOf(async (after) => {
    const { accounts, next } = await call<{ accounts: ServiceAccount[]; next: number | null }>(
      'GET',
      '/service-accounts',
      { query: { limit: 1000, ...(after === undefined ? {} : { after }) }, ...by(signal) },
    );
    return { items: accounts, next };
  });
export const getAccount = (id: number, signal?: Signal): Promise<ServiceAccount> =>
  call('GET', `/service-accounts/${id}`, by(signal));
export const createAccount = (body: { name: string; role: string }): Promise<ServiceAccount> =>
  call('POST', '/service-accounts', { body });
export const changeAccount = (
  id: number,
  body: { name?: string; role?: string; disabled?: boolean },
): Promise<ServiceAccount> => call('PATCH', `/service-accounts/${id}`, { body });
export const deleteAccount = (id: number): Promise<void> =>
  call('DELETE', `/service-accounts/${id}`);
export const createToken = (
  account: number,
  body: { name: string; seconds_to_live?: number },
): Promise<FreshAccountKey> => call('POST', `/service-accounts/${account}/tokens`, { body });

// -- sharable links ---------------------------------------------------------------------------------

export interface Sharing {
  enabled: boolean;
  versions: number[];
  longest_session_seconds: number;
}
export const getSharing = (signal?: Signal): Promise<Sharing> =>
  call('GET', '/sharable-links', by(signal));
export const makeSharableLink = (
  key: number,
  body: {
    url: string;
    version: number;
    session_seconds?: number;
    valid_seconds?: number;
    locked?: string[];
    bounded?: string[];
  },
): Promise<{ url: string; valid_until: string }> =>
  call('POST', `/account-keys/${key}/sharable-link`, { body });

// -- keys of programs -------------------------------------------------------------------------------

export type KeyKind = 'service_token' | 'datadog_api_key' | 'datadog_app_key' | 'looker_client';

export const kKinds: Record<KeyKind, string> = {
  datadog_api_key: 'Datadog API key',
  datadog_app_key: 'Datadog application key',
  looker_client: 'Looker API client',
  service_token: 'Service token',
};

export interface ProgramKey {
  id: number;
  kind: KeyKind;
  name: string;
  client_id: string | null;
  suffix: string;
  role: string;
  owner: { id: number; handle: string; name: string; disabled: boolean } | null;
  created_at: string;
  /** To the minute; null: never. */
  last_used_at: string | null;
  expires_at: string | null;
  expired: boolean;
  disabled: boolean;
  works: boolean;
}

export const everyProgramKey = (
  signal?: Signal,
): Promise<{ items: ProgramKey[]; isCut: boolean }> =>
  allOf(async (after) => {
    const { keys, next } = await call<{ keys: ProgramKey[]; next: number | null }>('GET', '/keys', {
      query: { limit: 1000, ...(after === undefined ? {} : { after }) },
      ...by(signal),
    });
    return { items: keys, next };
  });
export const createProgramKey = (body: {
  kind: KeyKind;
  name: string;
  role?: string;
  owner?: string;
  expires_at?: string | null;
}): Promise<{ key: ProgramKey; secret: string }> => call('POST', '/keys', { body });
export const changeProgramKey = (
  id: number,
  body: { name?: string; disabled?: boolean; expires_at?: string | null },
): Promise<ProgramKey> => call('PATCH', `/keys/${id}`, { body });
export const deleteProgramKey = (id: number): Promise<void> => call('DELETE', `/keys/${id}`);

// -- signed embedding -------------------------------------------------------------------------------

export interface EmbedSecret {
  id: number;
  algorithm: string;
  suffix: string;
  note: string;
  author: string | null;
  created_at: string;
  expires_at: string | null;
  expired: boolean;
  enabled: boolean;
}
interface FreshEmbedSecret {
  embed_secret: EmbedSecret;
  secret: string;
}
export const listEmbedSecrets = (signal?: Signal): Promise<{ secrets: EmbedSecret[] }> =>
  call('GET', '/embed-secrets', by(signal));
export const createEmbedSecret = (body: {
  algorithm: string;
  note: string;
}): Promise<FreshEmbedSecret> => call('POST', '/embed-secrets', { body });
export const rotateEmbedSecrets = (body: {
  overlap_seconds: number;
  algorithm: string;
  note: string;
}): Promise<FreshEmbedSecret> => call('POST', '/embed-secrets/rotate', { body });
export const changeEmbedSecret = (
  id: number,
  body: { enabled?: boolean; note?: string },
): Promise<EmbedSecret> => call('PATCH', `/embed-secrets/${id}`, { body });
export const deleteEmbedSecret = (id: number): Promise<void> =>
  call('DELETE', `/embed-secrets/${id}`);

export interface EmbedSettings {
  enabled: boolean;
  signed_links: boolean;
  cookieless: boolean;
  closed_system: boolean;
  strict: boolean;
  allow_user_timezones: boolean;
  timezone: string;
  domains: string[];
}
export const getEmbedSettings = (signal?: Signal): Promise<EmbedSettings> =>
  call('GET', '/embed-settings', by(signal));
export const changeEmbedSettings = (
  body: Partial<Omit<EmbedSettings, 'domains'>>,
): Promise<EmbedSettings> => call('PATCH', '/embed-settings', { body });
export const allowDomain = (
  origin: string,
): Promise<{ origin: string; covered_already: boolean; settings: EmbedSettings }> =>
  call('POST', '/embed-settings/domains', { body: { origin } });
export const disallowDomain = (origin: string): Promise<EmbedSettings> =>
  call('DELETE', '/embed-settings/domains', { query: { origin } });

export interface EmbedUrlBody {
  target_url: string;
  external_user_id: string;
  first_name?: string;
  last_name?: string;
  session_length: number;
  permissions: string[];
  models: string[];
  group_ids?: string[];
  external_group_id?: string;
  user_attributes?: Record<string, string>;
  secret_id?: number;
}
export const makeEmbedUrl = (body: EmbedUrlBody): Promise<{ url: string }> =>
  call('POST', '/embed-urls', { body });
