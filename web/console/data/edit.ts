// Calls of the editor: a dashboard with its revision.
import { call } from '../api/client';
import type { Dashboard, JsonObject } from '../api/types';

export interface KeptDashboard extends Dashboard {
  /** Counted up by each new title or document. */
  revision: number;
}

const path = (id: string): string => `/dashboards/${encodeURIComponent(id)}`;

export const loadDashboard = (id: string, signal?: AbortSignal): Promise<KeptDashboard> =>
  call('GET', path(id), signal ? { signal } : {});

export const makeDashboard = (document: JsonObject): Promise<KeptDashboard> =>
  call('POST', '/dashboards', { body: { document } });

/** Refused with dashboard_version_mismatch where somebody has saved another meanwhile. */
export const saveDashboard = (
  id: string,
  body: { document: JsonObject; revision: number; message: string },
): Promise<KeptDashboard> => call('PUT', path(id), { body });
