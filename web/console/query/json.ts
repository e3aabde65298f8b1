// Members of a document's JSON, which may be anything until the server has checked it.
import type { Json, JsonObject } from '../api/types';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function textsOf(value: Json | undefined): string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}

/** Its members with these in their places; one that is undefined is taken out. */
export function withMembers(
  object: JsonObject,
  members: Record<string, Json | undefined>,
): JsonObject {
  const out = new Map<string, Json>(Object.entries(object));
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) out.delete(name);
    else out.set(name, value);
  }
  return Object.fromEntries(out);
}

/** The list with the item at `from` standing at `to`; the same list where there is no such place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list];
  const [item] = out.slice(from, from + 1);
  if (item === undefined || to < 0 || to >= out.length) return out;
  out.splice(from, 1);
  out.splice(to, 0, item);
  return out;
}
