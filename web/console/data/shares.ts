// Shares in words, and what changed in a form.
import type { LiveSpan, Share, ShareSettings, ShareType, ShareVariable } from '../api/types';

export const kTypes: Record<ShareType, string> = {
  secure_embed: 'Secure embed',
  embed: 'Embed',
  invite: 'Invite',
  open: 'Open',
};

export const kSpans: Record<LiveSpan, string> = {
  '15m': 'Past 15 minutes',
  '1h': 'Past hour',
  '4h': 'Past 4 hours',
  '1d': 'Past day',
  '2d': 'Past 2 days',
  '1w': 'Past week',
  '1mo': 'Past month',
  '3mo': 'Past 3 months',
};

/** How a viewer meets a variable. */
export type Binding = 'default' | 'locked' | 'bounded' | 'free';

export interface VariableDraft {
  name: string;
  binding: Binding;
  defaults: string[];
  /** What a viewer may pick, when it is bounded. */
  tags: string[];
  /** What the share keeps beside these. */
  rest: Omit<ShareVariable, 'name' | 'default_values' | 'visible_tags'>;
}

export function draftOf(name: string, kept: ShareVariable | undefined): VariableDraft {
  if (!kept) return { name, binding: 'default', defaults: [], tags: [], rest: {} };
  const { name: _name, default_values: defaults = [], visible_tags: tags = [], ...rest } = kept;
  const binding: Binding = tags.length === 0 ? 'locked' : tags.includes('*') ? 'free' : 'bounded';
  return { name, binding, defaults, tags: binding === 'bounded' ? tags : [], rest };
}

/** One draft for each variable of the dashboard, and for those that only the share knows. */
export function draftsOf(names: string[], kept: ShareVariable[]): VariableDraft[] {
  const all = [...names, ...kept.map(({ name }) => name).filter((name) => !names.includes(name))];
  return all.map((name) =>
    draftOf(
      name,
      kept.find((variable) => variable.name === name),
    ),
  );
}

export function variablesOf(drafts: VariableDraft[]): ShareVariable[] {
  return drafts
    .filter(({ binding }) => binding !== 'default')
    .map(({ name, binding, defaults, tags, rest }) => ({
      name,
      ...rest,
      default_values: defaults,
      ...(binding === 'free' ? { visible_tags: ['*'] } : {}),
      ...(binding === 'bounded' ? { visible_tags: tags } : {}),
    }));
}

/** A sentence when the drafts would not mean what they look like. */
export function faultOf(draft: VariableDraft): string | null {
  if (draft.binding === 'bounded' && draft.tags.length === 0) {
    return 'Name the values that a viewer may pick, or lock the variable.';
  }
  if (draft.binding === 'locked' && draft.defaults.length === 0) {
    return 'Name the value that it is locked to.';
  }
  const outside = draft.defaults.filter((value) => !draft.tags.includes(value));
  if (draft.binding === 'bounded' && outside.length > 0) {
    return `${outside.join(', ')} is not among the values that a viewer may pick.`;
  }
  return null;
}

const kNames = [
  'type',
  'status',
  'title',
  'global_time',
  'global_time_selectable',
  'selectable_template_vars',
  'viewing_preferences',
  'allowed_origins',
  'download',
  'require_scope',
  'session_length_seconds',
  'expires_at',
] as const;

/** What differs between what is kept and what is wanted; the rest is not sent. */
export function changesOf(kept: Share, wanted: ShareSettings): ShareSettings {
  const entries = kNames
    .filter((name) => name in wanted && !isSame(kept[name] ?? null, wanted[name] ?? null))
    .map((name) => [name, wanted[name]] as const);
  return Object.fromEntries(entries) as ShareSettings;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** RFC 3339 in UTC <-> the value of a date field in the browser's own zone. */
export function toLocalField(at: string | null | undefined): string {
  if (at === null || at === undefined) return '';
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return '';
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export function fromLocalField(value: string): string | null {
  if (value === '') return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString().replace(/\.\d+Z$/, 'Z');
}
