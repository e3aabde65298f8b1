// Sources, models and proofs as the API has them, and its calls about them.
import { call } from '../api/client';
import type { Json, JsonObject, Model } from '../api/types';

const segment = encodeURIComponent;
const by = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal ? { signal } : {};

export interface SourceDetail {
  name: string;
  type: string;
  /** Where it is changed. */
  origin: 'console' | 'provisioning' | 'grafana';
  revision: number;
  default: boolean;
  has_secret: boolean;
  /** Null where it is not changed here. */
  settings: JsonObject | null;
}

/** `secret`: absent keeps it, null takes it away. */
export interface SourceChange {
  settings: JsonObject;
  secret?: string | null;
  default?: boolean;
}

export interface Uses {
  dashboards: { uid: string; title: string }[];
  looks: string[];
  models: string[];
}

export interface SchemaRelation {
  name: string;
  columns: { name: string; type: string }[];
}

export interface Schema {
  relations: SchemaRelation[];
  labels: string[];
  total: number;
  next: number | null;
  cut: boolean;
}

export interface Trial {
  answers: boolean;
  message: string | null;
  milliseconds: number;
}

export const getSource = (name: string, signal?: AbortSignal): Promise<SourceDetail> =>
  call('GET', `/sources/${segment(name)}`, by(signal));
export const createSource = (
  body: SourceChange & { name: string; type: string },
): Promise<SourceDetail> => call('POST', '/sources', { body });
export const changeSource = (
  name: string,
  body: SourceChange & { revision: number },
): Promise<SourceDetail> => call('PUT', `/sources/${segment(name)}`, { body });
export const deleteSource = (name: string, revision: number): Promise<void> =>
  call('DELETE', `/sources/${segment(name)}`, { query: { revision } });
export const testSource = (body: {
  name?: string;
  type?: string;
  settings?: JsonObject;
  secret?: string | null;
}): Promise<Trial> => call('POST', '/sources/test', { body });
export const sourceUses = (name: string, signal?: AbortSignal): Promise<Uses> =>
  call('GET', `/sources/${segment(name)}/uses`, by(signal));
export const sourceSchema = (
  name: string,
  query: { search?: string; limit?: number; after?: number },
  signal?: AbortSignal,
): Promise<Schema> => call('GET', `/sources/${segment(name)}/schema`, { query, ...by(signal) });

// -- models -----------------------------------------------------------------------------------

export const getModel = (name: string, signal?: AbortSignal): Promise<Model> =>
  call('GET', `/models/${segment(name)}`, by(signal));
/** Without a version: there is none of this name yet. */
export const putModel = (
  name: string,
  body: { label: string; source: string; relations: JsonObject; version?: string },
): Promise<Model> => call('PUT', `/models/${segment(name)}`, { body });
export const deleteModel = (name: string, version: string): Promise<void> =>
  call('DELETE', `/models/${segment(name)}`, { query: { version } });
export const modelUses = (name: string, signal?: AbortSignal): Promise<Uses> =>
  call('GET', `/models/${segment(name)}/uses`, by(signal));

export interface PreviewedRelation {
  name: string;
  /** Attributes without a value that the row filters could use: no rows. */
  missing: string[];
  table: {
    columns: { name: string; type: string; values: Json[]; exact?: Record<string, string> }[];
    rows: number;
    truncated: boolean;
  } | null;
  error: { code: string; message: string } | null;
}

export interface Preview {
  relations: PreviewedRelation[];
  user: { id: number; name: string } | null;
  cut: boolean;
}

export const previewModel = (
  name: string,
  body: { attributes: Record<string, string[]> } | { user: number },
): Promise<Preview> => call('POST', `/models/${segment(name)}/preview`, { body });

// -- proofs -----------------------------------------------------------------------------------

export type Verdict = 'proven' | 'unscoped' | 'refused';

export interface ProvenQuery {
  panel?: number;
  title?: string;
  query?: string;
  variable?: string;
  source: string | null;
  model: string | null;
  relations: string[];
  filters: { relation: string; column: string; attribute: string }[];
  verdict: Verdict;
  reason: string | null;
}

export interface Certificate {
  certificate: string;
  issued_at: string;
  statement: {
    dashboard: { uid: string; title: string; revision: number };
    queries: ProvenQuery[];
    summary: Record<Verdict, number>;
  };
  statement_sha256: string;
  signature: string | null;
}

export const getCertificate = (uid: string, signal?: AbortSignal): Promise<Certificate> =>
  call('GET', `/dashboards/${segment(uid)}/scope-certificate`, by(signal));
export const verifyCertificate = (certificate: JsonObject): Promise<{ genuine: boolean }> =>
  call('POST', '/scope-certificates/verify', { body: { certificate } });
