// The audit trail: filters, and files to keep.
import type { AuditRow } from '../api/types';
import { searchAudit, type AuditQuery } from './watch';

/** Rows of one call. */
const kRead = 500;

export interface AuditFilter {
  /** Begin of the action: "link.", "credential.rotated". */
  action: string;
  /** A text that stands in actor, action, object, client or detail. */
  words: string;
  /** The whole of it: "user:3". */
  actor: string;
  /** The whole of it: "share:12". */
  object: string;
  /** Days in the browser's own zone, both inclusive; empty: open. */
  from: string;
  to: string;
  /** Also the rows that the server writes each minute while dashboards are looked at. */
  withPanelTimes: boolean;
}

/** The begin of a day in the browser's zone, and of the day some days later. */
function dayBegin(day: string, later = 0): string {
  const begin = new Date(`${day}T00:00:00`);
  begin.setDate(begin.getDate() + later);
  return begin.toISOString();
}

/** The filter as the server takes it. */
export function queryOf({
  action,
  words,
  actor,
  object,
  from,
  to,
  withPanelTimes,
}: AuditFilter): AuditQuery {
  return {
    action,
    actor,
    object,
    q: words,
    ...(from === '' ? {} : { from: dayBegin(from) }),
    ...(withPanelTimes ? { panel_times: true } : {}),
    ...(to === '' ? {} : { to: dayBegin(to, 1) }),
  };
}

/** Reads the trail from `before` on until `wanted` rows are there, or it is at its end. */
export async function readOn(
  filter: AuditFilter,
  before: number | null,
  wanted: number,
  signal: AbortSignal,
  progress: (found: number) => void,
): Promise<{ rows: AuditRow[]; next: number | null }> {
  const rows: AuditRow[] = [];
  let at = before;
  for (;;) {
    // The server looks at a bounded number of rows in each call, so a page may be short.
    const { rows: some, next } = await searchAudit(
      {
        ...queryOf(filter),
        limit: Math.min(kRead, wanted - rows.length),
        ...(at === null ? {} : { before: at }),
      },
      signal,
    );
    rows.push(...some);
    progress(rows.length);
    if (next === null || rows.length >= wanted) return { rows, next };
    at = next;
  }
}

export function toNdjson(rows: readonly AuditRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const kColumns = ['id', 'at', 'actor', 'action', 'object', 'client', 'detail', 'chain'] as const;

function cell(value: string | number | object): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // A spreadsheet takes these for formulas, and visitors choose what some of the cells say.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180. */
export function toCsv(rows: readonly AuditRow[]): string {
  const lines = rows.map((row) => kColumns.map((name) => cell(row[name])).join(','));
  return [kColumns.join(','), ...lines, ''].join('\r\n');
}

/** Of the families that the server writes; anything else can be typed. */
export const kFamilies = [
  { value: '', label: 'Everything' },
  { value: 'link.', label: 'Links' },
  { value: 'session', label: 'Sessions' },
  { value: 'share.', label: 'Shares' },
  { value: 'credential.', label: 'Credentials' },
  { value: 'dashboard', label: 'Dashboards' },
  { value: 'user', label: 'Users' },
  { value: 'organization.', label: 'Organization' },
  { value: 'key', label: 'Keys' },
];
