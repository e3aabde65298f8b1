// What differs between documents, member by member: before and after, or mine and theirs since both
// began. Panels are known by their id and variables, queries and columns by their name, so that one
// that has only moved in its list is no difference.
import type { Json, JsonObject } from '../api/types';

export interface Difference {
  /** "panels › Departures › title", as a person reads it. */
  where: string[];
  base: Json | undefined;
  mine: Json | undefined;
  theirs: Json | undefined;
  /** Both: each changed it, and not to the same. */
  by: 'mine' | 'theirs' | 'both';
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Like each other as JSON: the order of an object's members says nothing. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, at) => isSame(one, b[at]));
  }
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => name in b && isSame(a[name], b[name]))
    );
  }
  return false;
}

/** Members that are told as one: half of a place is no place. */
const kWhole = new Set(['grid', 'time', 'repeat', 'color', 'match']);

/** What a thing in a list is known by. */
function keyOf(value: Json): string | null {
  if (!isObject(value)) return null;
  const { id, name } = value;
  if (typeof id === 'number') return `#${id}`;
  return typeof name === 'string' && name !== '' ? `=${name}` : null;
}

function keyed(value: Json | undefined): Map<string, Json> | null {
  if (!Array.isArray(value)) return null;
  const things = new Map<string, Json>();
  for (const one of value) {
    const key = keyOf(one);
    if (key === null || things.has(key)) return null;
    things.set(key, one);
  }
  return things;
}

function titleOf(key: string, ...things: (Json | undefined)[]): string {
  for (const thing of things) {
    if (!isObject(thing)) continue;
    const { title } = thing;
    if (typeof title === 'string' && title !== '') return `“${title}”`;
  }
  return key.startsWith('#') ? key.slice(1) : key.replace(/^=/, '');
}

type Three = readonly [base: Json | undefined, mine: Json | undefined, theirs: Json | undefined];

/** The parts to go on with, or null where they are told as one. */
function partsOf(values: Three, name: string): { name: string; values: Three }[] | null {
  const [base, mine, theirs] = values;
  if (kWhole.has(name)) return null;
  if (isObject(base) && isObject(mine) && isObject(theirs)) {
    const names = new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)]);
    return [...names].map((one) => ({
      name: one,
      values: [base[one], mine[one], theirs[one]] as const,
    }));
  }
  const [from, own, other] = [keyed(base), keyed(mine), keyed(theirs)];
  if (!from || !own || !other) return null;
  const keys = new Set([...from.keys(), ...own.keys(), ...other.keys()]);
  return [...keys].map((key) => {
    const three = [from.get(key), own.get(key), other.get(key)] as const;
    return { name: titleOf(key, three[1], three[2], three[0]), values: three };
  });
}

export function compare(base: JsonObject, mine: JsonObject, theirs: JsonObject): Difference[] {
  const found: Difference[] = [];
  const walk = (where: string[], values: Three): void => {
    const [from, own, other] = values;
    const isMine = !isSame(from, own);
    const isTheirs = !isSame(from, other);
    if (!isMine && !isTheirs) return;
    if (isSame(own, other)) return;
    const parts = partsOf(values, where.at(-1) ?? '');
    if (parts) {
      for (const part of parts) walk([...where, part.name], part.values);
      return;
    }
    const by = isMine && isTheirs ? 'both' : isMine ? 'mine' : 'theirs';
    found.push({ where, base: from, mine: own, theirs: other, by });
  };
  walk([], [base, mine, theirs]);
  return found;
}

/** From one to the next. */
export function changes(before: JsonObject, after: JsonObject): Difference[] {
  return compare(before, after, before);
}

/**
 * Theirs with what I changed, where no two changes are about the same thing; null where some are.
 * Lists that are known by keys keep my order, and what they added stands at the end.
 */
export function merged(base: JsonObject, mine: JsonObject, theirs: JsonObject): JsonObject | null {
  if (compare(base, mine, theirs).some(({ by }) => by === 'both')) return null;
  const join = (values: Three, name: string): Json | undefined => {
    const [from, own, other] = values;
    if (isSame(from, own)) return other;
    if (isSame(from, other) || isSame(own, other)) return own;
    if (isObject(own) && isObject(other) && isObject(from) && partsOf(values, name)) {
      const whole: JsonObject = {};
      for (const member of new Set([...Object.keys(own), ...Object.keys(other)])) {
        const value = join([from[member], own[member], other[member]], member);
        if (value !== undefined) whole[member] = value;
      }
      return whole;
    }
    const [known, first, second] = [keyed(from), keyed(own), keyed(other)];
    if (!known || !first || !second) return own;
    return [...new Set([...first.keys(), ...second.keys()])].flatMap((key) => {
      const one = join([known.get(key), first.get(key), second.get(key)], '');
      return one === undefined ? [] : [one];
    });
  };
  const whole = join([base, mine, theirs], '');
  return isObject(whole) ? whole : null;
}
