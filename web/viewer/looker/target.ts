// Addresses inside the frame: what they open, and the filters that they carry.
import type { Variable } from '../api/wire';
import { isObject } from './wire';

/** Bind a frame to its host page, also after a reload. */
const kHost = ['embed_domain', 'sdk'];
const kThemes = ['theme', '_theme'];
/** Never in the address bar, never sent on as content. */
const kTokens = ['embed_navigation_token', 'embed_authentication_token', 'signature', 'nonce'];

const kContent = /^\/embed\/(?:(?:dashboards|looks|folders)\/[^/]+|preload)\/?$/;

/** Path and query of an address that this frame may show, or null. */
export function readTarget(address: unknown, origin: string): string | null {
  if (typeof address !== 'string' || address.length > 8192) return null;
  let url: URL;
  try {
    url = new URL(address, origin);
  } catch {
    return null;
  }
  if (url.origin !== origin || !kContent.test(url.pathname)) return null;
  return url.pathname + without(url.search, kTokens);
}

/** What a signed link opens: its path's last part, decoded. A plain address opens itself. */
export function innerTarget(link: string): string {
  const encoded = /^(?:\/embed)?\/login\/embed\/([^?#]*)/.exec(link)?.[1];
  const inner = encoded === undefined ? link : decode(encoded);
  const path = (inner.startsWith('/') ? inner : `/${inner}`).replace(/^\/embed\/sso\//, '/embed/');
  const [before = '', search = ''] = path.split(/\?(.*)/s, 2);
  return before + without(`?${search}`, kTokens);
}

/** The query as it was written, but for the parameters named. */
function without(search: string, names: readonly string[]): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !names.includes(nameOf(pair)));
  return kept.length > 0 ? `?${kept.join('&')}` : '';
}

function nameOf(pair: string): string {
  return decode(pair.split('=', 1)[0] ?? '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

export function parameter(target: string, name: string): string | null {
  return new URL(target, 'https://frame.invalid').searchParams.get(name);
}

export function dashboardTarget(id: string): string {
  return `/embed/dashboards/${encodeURIComponent(id)}`;
}

/** Host page and theme stay over a journey whose address names none. */
export function keepDress(target: string, current: string): string {
  const isMissing = (name: string): boolean => parameter(target, name) === null;
  const lasting = [...kHost.filter(isMissing), ...(kThemes.every(isMissing) ? kThemes : [])];
  const kept = lasting.flatMap((name) => {
    const value = parameter(current, name);
    // The host's origin stays readable, as the SDK writes it.
    const text = encodeURIComponent(value ?? '')
      .replace(/%3A/gi, ':')
      .replace(/%2F/gi, '/');
    return value === null ? [] : [`${name}=${text}`];
  });
  if (kept.length === 0) return target;
  return `${target}${target.includes('?') ? '&' : '?'}${kept.join('&')}`;
}

/** The target with these filters; a text of null takes the filter out. */
export function withFilters(
  target: string,
  variables: readonly Variable[],
  changes: Readonly<Record<string, string | null>>,
): string {
  const [path = '', search = ''] = target.split(/\?(.*)/s, 2);
  const pairs = search.split('&').filter((pair) => pair !== '');
  for (const [name, text] of Object.entries(changes)) {
    const label = variables.find((variable) => variable.name === name)?.label;
    const at = pairs.findIndex((pair) => nameOf(pair) === name || nameOf(pair) === label);
    if (text === null) {
      if (at >= 0) pairs.splice(at, 1);
      continue;
    }
    const key = at >= 0 ? pairs[at]?.split('=', 1)[0] : encodeURIComponent(name);
    const pair = `${key ?? ''}=${encodeURIComponent(text)}`;
    if (at >= 0) pairs[at] = pair;
    else pairs.push(pair);
  }
  return pairs.length > 0 ? `${path}?${pairs.join('&')}` : path;
}

/** A variable's values as a filter's text. */
export function filterText(values: readonly string[]): string {
  return values.join(',');
}

/** A filter's text as values; null for the default. */
export function filterValues(variable: Variable, text: string): string[] | null {
  if (text === '') return null;
  if (!variable.multi) return [text];
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  return values.length > 0 ? values : null;
}

/**
 * What a host's `{"filters": {…}}` changes: names match a variable's name, then its label. Unknown
 * names and locked variables are passed over, as the vendor's pages do.
 */
export function readFilters(
  variables: readonly Variable[],
  detail: unknown,
): Record<string, string[] | null> {
  const filters = isObject(detail) && isObject(detail.filters) ? detail.filters : {};
  const changes: Record<string, string[] | null> = {};
  for (const [name, given] of Object.entries(filters)) {
    const variable =
      variables.find((candidate) => candidate.name === name) ??
      variables.find((candidate) => candidate.label === name);
    if (!variable || variable.mode === 'locked') continue;
    const text = textOf(given);
    if (text !== null) changes[variable.name] = filterValues(variable, text);
  }
  return changes;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.join(',');
  }
  return null;
}
