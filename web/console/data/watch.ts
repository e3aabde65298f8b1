// Calls of the pages that watch over links, sessions, sources and the server itself.
import { call } from '../api/client';
import type { AuditRow } from '../api/types';

type Signal = AbortSignal | undefined;
const by = (signal: Signal): { signal?: AbortSignal } => (signal ? { signal } : {});

// -- links ------------------------------------------------------------------------------------

export type CheckState = 'ok' | 'wrong' | 'not_reached' | 'note';

export interface LinkPart {
  name: string;
  value: string;
  masked: boolean;
  meaning: string;
}

export interface LinkCheck {
  name: string;
  state: CheckState;
  sentence: string;
  advice: string;
  /** Of one that was not reached: what it would have found. */
  would_hold: boolean | null;
}

export interface LinkExplanation {
  dialect: 'datadog' | 'grafana' | 'looker' | null;
  kind: string;
  opens: boolean;
  parts: LinkPart[];
  checks: LinkCheck[];
  signed_lines: { name: string; text: string }[];
  signed_how: string;
}

export const explainLink = (url: string): Promise<LinkExplanation> =>
  call('POST', '/links/validate', { body: { url } });

// -- sessions ---------------------------------------------------------------------------------

/** Ends all sessions of exactly one of these. */
export const endSessions = (
  of: { share: string } | { user: number } | { key: number },
): Promise<{ ended: number }> => call('POST', '/sessions/end', { body: of });

// -- the audit trail --------------------------------------------------------------------------

export interface AuditQuery {
  before?: number | undefined;
  limit?: number;
  actor?: string;
  action?: string;
  object?: string;
  panel_times?: boolean;
  q?: string;
  from?: string;
  to?: string;
}

/** A page may be short, even empty, and still have a next one. */
export const searchAudit = (
  query: AuditQuery,
  signal?: Signal,
): Promise<{ rows: AuditRow[]; next: number | null }> =>
  call('GET', '/audit', { query: { ...query }, ...by(signal) });

// -- usage ------------------------------------------------------------------------------------

export interface UsageCounts {
  opened: number;
  seen: number;
  exported: number;
  refused: number;
}

export interface UsageSubject extends UsageCounts {
  object: string;
  title: string;
  share: string | null;
  dashboard: string | null;
  viewers: number;
  last_at: string;
}

export interface SlowPanel {
  object: string;
  title: string;
  share: string | null;
  dashboard: string | null;
  panel: number;
  panel_title: string | null;
  runs: number;
  failed: number;
  mean_ms: number;
  longest_ms: number;
}

export interface Usage {
  from: string;
  to: string;
  step: 'hour' | 'day';
  whole: boolean;
  total: UsageCounts;
  over_time: (UsageCounts & { at: string })[];
  subjects: UsageSubject[];
  clients: (UsageCounts & { client: string; last_at: string })[];
  panels: {
    object: string;
    title: string;
    dashboard: string | null;
    panel: number;
    seen: number;
  }[];
  /** Queries that reached a source, the slowest panel on average first. */
  slow_panels: SlowPanel[];
  reasons: { action: string; reason: string; count: number }[];
  sources: { type: string; runs: number; failed: number; mean_ms: number }[];
}

export const getUsage = (from: string, to: string, signal?: Signal): Promise<Usage> =>
  call('GET', '/usage', { query: { from, to }, ...by(signal) });

// -- the server -------------------------------------------------------------------------------

export interface SourceHealth {
  name: string;
  type: string;
  finding: { reachable: boolean; error: string; latency_ms: number; at: string } | null;
}

export interface StoreHealth {
  name: 'catalog' | 'sessions';
  reachable: boolean;
  error: string;
  latency_ms: number;
}

export const getHealth = (
  signal?: Signal,
): Promise<{ stores: StoreHealth[]; sources: SourceHealth[] }> =>
  call('GET', '/health', by(signal));
export const testSource = (source: string): Promise<SourceHealth> =>
  call('POST', '/health/test', { body: { source } });

export interface CarriedPart {
  id: number;
  name: string;
  version: string;
  kind: 'program' | 'library' | 'web';
  licence: string;
}

export const getAbout = (signal?: Signal): Promise<{ version: string; parts: CarriedPart[] }> =>
  call('GET', '/about', by(signal));

export interface Setting {
  name: string;
  value: string;
  default: string;
  masked: boolean;
  from: 'default' | 'file' | 'environment' | 'flag';
  variable: string;
  type: string;
  choices: string[];
  help: string;
  vendor: boolean;
}

export const listSettings = (signal?: Signal): Promise<{ settings: Setting[] }> =>
  call('GET', '/settings', by(signal));

// -- the home of dashboards -------------------------------------------------------------------

export interface HomeDashboard {
  uid: string;
  title: string;
  dialect: string;
  author: string;
  folder: string | null;
  tags: string[];
  provisioned: boolean;
  shares: number;
  modified_at: string;
  starred: boolean;
  seen_at: string | null;
}

export interface Folder {
  uid: string;
  name: string;
  description: string;
  parent: string | null;
  restricted: boolean;
  created_at: string;
}

export const getHome = (
  signal?: Signal,
): Promise<{ dashboards: HomeDashboard[]; whole: boolean }> => call('GET', '/home', by(signal));
export const listFolders = (signal?: Signal): Promise<{ folders: Folder[] }> =>
  call('GET', '/folders', by(signal));
export const createFolder = (body: {
  name: string;
  parent: string | null;
  description?: string;
}): Promise<Folder> => call('POST', '/folders', { body });
export const changeFolder = (
  uid: string,
  body: { name?: string; parent?: string | null; description?: string },
): Promise<Folder> => call('PATCH', `/folders/${encodeURIComponent(uid)}`, { body });
export const deleteFolder = (uid: string): Promise<void> =>
  call('DELETE', `/folders/${encodeURIComponent(uid)}`);
export const moveDashboards = (
  dashboards: string[],
  folder: string | null,
): Promise<{ moved: number }> => call('POST', '/dashboards/move', { body: { dashboards, folder } });
export const setTags = (uid: string, tags: string[]): Promise<{ tags: string[] }> =>
  call('PUT', `/dashboards/${encodeURIComponent(uid)}/tags`, { body: { tags } });
export const setStar = (uid: string, isOn: boolean): Promise<void> =>
  call(isOn ? 'PUT' : 'DELETE', `/me/stars/${encodeURIComponent(uid)}`);
export const noteSeen = (dashboard: string): Promise<void> =>
  call('POST', '/me/seen', { body: { dashboard } });
