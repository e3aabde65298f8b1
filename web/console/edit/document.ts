// A dashboard's document as the editor reads and changes it: always a new one, and whatever the
// editor does not know of stays in it.
import type { Json, JsonObject } from '../api/types';
import { compacted, freePlace, rowOf, sectionsOf, type Box, type Item } from './layout';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

export function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** With a member set, or taken away where there is nothing to say. */
export function withMember(of: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...of, [name]: value };
  const { [name]: _gone, ...rest } = of;
  return rest;
}

/** The same, but an object or a list that has become empty goes too. */
export function withPart(of: JsonObject, name: string, value: Json): JsonObject {
  const isEmpty = Array.isArray(value)
    ? value.length === 0
    : isObject(value) && Object.keys(value).length === 0;
  return withMember(of, name, isEmpty ? undefined : value);
}

export const panelsOf = (document: JsonObject): JsonObject[] => objects(document['panels']);

export const idOf = (panel: JsonObject): number => numberOf(panel['id']) ?? 0;

export const typeOf = (panel: JsonObject): string => textOf(panel['type']);

export function panelOf(document: JsonObject, id: number): JsonObject | undefined {
  return panelsOf(document).find((panel) => idOf(panel) === id);
}

/** What a person calls it. */
export function nameOf(panel: JsonObject): string {
  return textOf(panel['title']) || (typeOf(panel) === 'row' ? 'Row' : `Panel ${idOf(panel)}`);
}

function boxOf(panel: JsonObject): Box {
  const grid = objectOf(panel['grid']);
  return {
    x: numberOf(grid['x']) ?? 0,
    y: numberOf(grid['y']) ?? 0,
    w: numberOf(grid['w']) ?? 1,
    h: numberOf(grid['h']) ?? 1,
  };
}

export function itemsOf(document: JsonObject): Item[] {
  return panelsOf(document).map((panel) => ({
    ...boxOf(panel),
    id: idOf(panel),
    isRow: typeOf(panel) === 'row',
  }));
}

/** Panels at other places; the same document where none has moved. */
export function withItems(document: JsonObject, items: readonly Item[]): JsonObject {
  const boxes = new Map(items.map((item) => [item.id, item]));
  const before = panelsOf(document);
  const panels = before.map((panel) => {
    const to = boxes.get(idOf(panel));
    const from = boxOf(panel);
    if (!to || (to.x === from.x && to.y === from.y && to.w === from.w && to.h === from.h)) {
      return panel;
    }
    return { ...panel, grid: { x: to.x, y: to.y, w: to.w, h: to.h } };
  });
  const hasMoved = panels.some((panel, at) => panel !== before[at]);
  return hasMoved ? { ...document, panels } : document;
}

export function withPanel(
  document: JsonObject,
  id: number,
  change: (panel: JsonObject) => JsonObject,
): JsonObject {
  return {
    ...document,
    panels: panelsOf(document).map((panel) => (idOf(panel) === id ? change(panel) : panel)),
  };
}

export function nextId(document: JsonObject): number {
  return Math.max(0, ...panelsOf(document).map(idOf)) + 1;
}

/** A new one at the end; `panel` without id and place. */
export function withNewPanel(
  document: JsonObject,
  panel: JsonObject,
  w: number,
  h: number,
): { document: JsonObject; id: number } {
  const id = nextId(document);
  const grid = { ...freePlace(itemsOf(document), w, h) };
  return {
    document: { ...document, panels: [...panelsOf(document), { id, ...panel, grid }] },
    id,
  };
}

/** A copy right below; of a row with everything in it. */
export function withCopy(
  document: JsonObject,
  id: number,
): { document: JsonObject; id: number } | null {
  const panel = panelOf(document, id);
  if (!panel) return null;
  const items = itemsOf(document);
  const section =
    typeOf(panel) === 'row'
      ? (sectionsOf(items).find(({ row }) => row?.id === id)?.items ?? [])
      : [];
  const ids = [id, ...section.map((item) => item.id)];
  const end = Math.max(
    ...items.filter((item) => ids.includes(item.id)).map((item) => item.y + item.h),
  );
  const top = boxOf(panel).y;
  let fresh = nextId(document);
  const first = fresh;
  const copies = ids.flatMap((one) => {
    const from = panelOf(document, one);
    if (!from) return [];
    const box = boxOf(from);
    return [{ ...from, id: fresh++, grid: { ...box, y: box.y - top + end } }];
  });
  // Whatever is below makes room first.
  const height = Math.max(...copies.map(({ grid }) => grid.y + grid.h)) - end;
  const lowered = withItems(
    document,
    items.map((item) => (item.y >= end ? { ...item, y: item.y + height } : item)),
  );
  const whole = { ...lowered, panels: [...panelsOf(lowered), ...copies] };
  return { document: withItems(whole, compacted(itemsOf(whole))), id: first };
}

/** Without these; those below move up. */
export function withoutPanels(document: JsonObject, ids: readonly number[]): JsonObject {
  const rest = {
    ...document,
    panels: panelsOf(document).filter((panel) => !ids.includes(idOf(panel))),
  };
  return withItems(rest, compacted(itemsOf(rest)));
}

/** What a row holds. */
export function panelsOfRow(document: JsonObject, row: number): number[] {
  const items = itemsOf(document);
  return items.filter((item) => rowOf(items, item.id)?.id === row).map((item) => item.id);
}

export function moveIn<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, index) => index !== from);
  const moved = list.slice(from, from + 1);
  return [...rest.slice(0, to), ...moved, ...rest.slice(to)];
}
