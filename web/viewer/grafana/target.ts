// Addresses under /d/ and /d-solo/: which carry a proof, and how a choice is written into one. What
// is not touched stays byte for byte.
import type { TimeChoice } from '../api/wire';
import { kAll } from './wire';

const kAllOfAddress = '$__all';
const kDashboard = /^\/d(?:-solo)?\/[\w-]+(?:\/[^/]*)?\/?$/;
/** "now-1d/d", and "6h" for "now-6h". */
const kMoving = /^now|^\d+[a-z]+$/i;
const kDaysOf: Record<string, number> = { mo: 30, y: 365 };

interface Pair {
  name: string;
  text: string;
}

function pairsOf(target: string): Pair[] {
  const [, search = ''] = target.split(/\?(.*)/s, 2);
  return search
    .split('&')
    .filter((text) => text !== '')
    .map((text) => ({ text, name: decode(text.split('=', 1)[0] ?? '') }));
}

function decode(text: string): string {
  const spaced = text.replace(/\+/g, ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function valueOf(target: string, wanted: string): string | null {
  const pair = pairsOf(target).find(({ name }) => name === wanted);
  return pair ? decode(pair.text.slice(pair.text.split('=', 1)[0]?.length).slice(1)) : null;
}

/** Whether an address holds a proof that opens a session: such a one is nobody's plain address. */
export function hasProof(target: string): boolean {
  return pairsOf(target).some(({ name }) => /^(?:aliyun|casement)_/i.test(name));
}

/** A dashboard that is open to everybody: its address is all that opens it. */
export function isPublicPage(path: string): boolean {
  return path.startsWith('/public-dashboards/');
}

/** Path and query of another dashboard that this frame may go to, or null. */
export function dashboardTarget(href: string, origin: string): string | null {
  let url: URL;
  try {
    url = new URL(href, origin);
  } catch {
    return null;
  }
  const target = url.pathname + url.search;
  const isOurs = url.origin === origin && kDashboard.test(url.pathname);
  return isOurs && !hasProof(target) ? target : null;
}

/** The target with `pairs` in place of all parameters that `isOld` names. */
function replaced(target: string, isOld: (name: string) => boolean, pairs: string[]): string {
  const [path = ''] = target.split('?', 1);
  const old = pairsOf(target);
  const first = old.findIndex(({ name }) => isOld(name));
  const at = first < 0 ? old.length : first;
  const kept = (list: Pair[]) => list.filter(({ name }) => !isOld(name)).map(({ text }) => text);
  const all = [...kept(old.slice(0, at)), ...pairs, ...kept(old.slice(at))];
  return all.length > 0 ? `${path}?${all.join('&')}` : path;
}

export function withVariable(target: string, variable: string, values: readonly string[]): string {
  const key = `var-${variable}`;
  const pairs = (values.length > 0 ? values : ['']).map(
    (value) =>
      `${encodeURIComponent(key)}=${encodeURIComponent(value === kAll ? kAllOfAddress : value)}`,
  );
  return replaced(target, (name) => name === key, pairs);
}

export function withTime(target: string, time: TimeChoice): string {
  const pairs =
    'span' in time
      ? [`from=now-${addressSpan(time.span)}`, 'to=now']
      : [`from=${Math.round(time.from)}`, `to=${Math.round(time.to)}`];
  return replaced(target, (name) => ['from', 'to', 'time', 'time.window'].includes(name), pairs);
}

/** A span as an address says it: months and years are the calendar's there, and days are not. */
export function addressSpan(span: string): string {
  const match = /^(\d+)(mo|y)$/.exec(span);
  const days = kDaysOf[match?.[2] ?? ''];
  return match && days !== undefined ? `${Number(match[1]) * days}d` : span;
}

/** Whether the range of an address is another one later: "today so far", or from a day until now. */
export function movesOn(target: string): boolean {
  const from = valueOf(target, 'from');
  if (from === null || valueOf(target, 'time') !== null) return false;
  const to = valueOf(target, 'to');
  return to === null || kMoving.test(from) || kMoving.test(to);
}
