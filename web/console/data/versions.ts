// What a dashboard was after each of its changes.
import { call } from '../api/client';
import type { Dashboard, JsonObject } from '../api/types';

/** A dashboard with the number that counts its changes. */
export interface CountedDashboard extends Dashboard {
  revision: number;
}

export interface Version {
  revision: number;
  /** The one that was changed into it; 0: none is known. */
  parent: number;
  /** 0: it was written. */
  restored_from: number;
  title: string;
  message: string;
  author: string;
  created_at: string;
}

export interface WholeVersion extends Version {
  document: JsonObject;
}

const segment = encodeURIComponent;
const of = (id: string): string => `/dashboards/${segment(id)}`;

export const listVersions = (
  id: string,
  query: { before?: number; limit?: number },
  signal?: AbortSignal,
): Promise<{ versions: Version[] }> =>
  call('GET', `${of(id)}/versions`, { query, ...(signal ? { signal } : {}) });
export const getVersion = (
  id: string,
  revision: number,
  signal?: AbortSignal,
): Promise<WholeVersion> => call('GET', `${of(id)}/versions/${revision}`, signal ? { signal } : {});
export const restoreVersion = (
  id: string,
  revision: number,
  body: { revision: number; message?: string },
): Promise<CountedDashboard> => call('POST', `${of(id)}/versions/${revision}/restore`, { body });
