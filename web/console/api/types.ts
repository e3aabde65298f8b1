// The server's JSON, as far as the console reads it. A test holds these names against the OpenAPI
// document.

export type Permission =
  | 'dashboards_read'
  | 'dashboards_write'
  | 'dashboards_public_share'
  | 'dashboards_embed_share'
  | 'dashboards_invite_share'
  | 'sessions_read'
  | 'sessions_end'
  | 'sources_write'
  | 'org_manage'
  | 'audit_read';

export interface Me {
  organization: { id: number; name: string };
  actor: string;
  handle: string;
  permissions: string[];
  /** Its own, and those that one goes over to without signing in again. */
  organizations: { id: number; name: string }[];
  user: { id: number; handle: string; name: string; role: string } | null;
  /** Whether signing in asks for a code. */
  totp: boolean;
}

export interface OwnSession {
  id: string;
  current: boolean;
  client: string;
  user_agent: string;
  created_at: string;
  last_seen_at: string;
}

export interface DashboardSummary {
  id: number;
  uid: string;
  title: string;
  /** "casement": a native document. */
  dialect: string;
  author: string;
  provisioned: boolean;
  created_at: string;
  modified_at: string;
  deleted_at: string | null;
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

export interface Dashboard extends DashboardSummary {
  document: JsonObject;
}

export interface ImportNote {
  kind: 'taken' | 'changed' | 'left_out';
  /** "panel 7", "variable host"; empty: the whole dashboard. */
  about: string;
  sentence: string;
}

export interface Imported {
  dashboard: DashboardSummary | null;
  notes: ImportNote[];
}

export type ShareType = 'secure_embed' | 'open' | 'invite' | 'embed';
export type ShareStatus = 'active' | 'paused';
export type LiveSpan = '15m' | '1h' | '4h' | '1d' | '2d' | '1w' | '1mo' | '3mo';

export interface ShareVariable {
  name: string;
  prefix?: string;
  type?: string | null;
  default_values?: string[];
  visible_tags?: string[];
}

/** What a client may send; null takes a setting away. */
export interface ShareSettings {
  type?: ShareType;
  status?: ShareStatus;
  title?: string;
  global_time?: { live_span?: LiveSpan } | null;
  global_time_selectable?: boolean | null;
  selectable_template_vars?: ShareVariable[] | null;
  viewing_preferences?: { theme?: 'system' | 'light' | 'dark'; high_density?: boolean } | null;
  allowed_origins?: string[] | null;
  download?: boolean | null;
  require_scope?: boolean | null;
  session_length_seconds?: number | null;
  expires_at?: string | null;
  invitees?:
    { id?: number; email: string; created_at?: string; access_expiration?: string | null }[] | null;
}

export interface Share extends ShareSettings {
  id: number;
  token: string;
  url: string;
  dashboard: { id: number; uid: string; title: string };
  sharer: string | null;
  /** Whoever shared it is no user any more: it may be claimed. */
  sharer_gone: boolean;
  /** The organization allows no shares of this type now. */
  switched_off: boolean;
  last_accessed: string | null;
  provisioned: boolean;
  created_at: string;
  type: ShareType;
  status: ShareStatus;
  title: string;
}

export interface Credential {
  id: number;
  suffix: string;
  note: string;
  disabled: boolean;
  created_at: string;
  expires_at: string | null;
  last_used_at?: string | null;
}

export interface NewCredential extends Credential {
  secret: string;
}

export interface ViewerSession {
  id: string;
  share: string | null;
  credential: number;
  /** Person whose session it is, when a signed login opened it. */
  user: number | null;
  /** Key whose link opened it. */
  key: number | null;
  /** That person's name or id, or the key's name. */
  name: string | null;
  /** Path that it opened, where it shows no share. */
  target: string | null;
  client: string;
  user_agent: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
}

export interface AuditRow {
  id: number;
  at: string;
  actor: string;
  /** What the actor and the object are called now; null: they have no name, or are gone. */
  actor_name: string | null;
  action: string;
  object: string;
  object_name: string | null;
  client: string;
  detail: JsonObject;
  chain: string;
}

export interface Source {
  name: string;
  type: string;
  provisioned: boolean;
  tables: string[];
}

export interface RowFilter {
  column: string;
  attribute: string;
  type?: string;
  match?: string;
}

export interface Model {
  name: string;
  label: string;
  source: string;
  provisioned: boolean;
  version: string;
  relations: JsonObject;
}
