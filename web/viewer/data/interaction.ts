// What a click or a key changes, apart from the elements it happens on.
import type { Column } from '../api/wire';

/** What stays hidden after a click on one item of a legend. */
export function toggleHidden(
  names: readonly string[],
  hidden: ReadonlySet<string>,
  name: string,
  only: boolean,
): ReadonlySet<string> {
  if (only) {
    const others = names.filter((candidate) => candidate !== name);
    const isAlone = !hidden.has(name) && others.every((candidate) => hidden.has(candidate));
    return new Set(isAlone ? [] : others);
  }
  const next = new Set(hidden);
  if (!next.delete(name)) next.add(name);
  // The last one hidden shows all again: an empty chart helps nobody.
  return names.every((candidate) => next.has(candidate)) ? new Set() : next;
}

/** Arrow keys walk along the points; Escape leaves. Undefined for other keys. */
export function movedIndex(
  key: string,
  index: number | null,
  count: number,
): number | null | undefined {
  const last = count - 1;
  if (last < 0) return undefined;
  switch (key) {
    case 'ArrowRight':
      return index === null ? 0 : Math.min(last, index + 1);
    case 'ArrowLeft':
      return index === null ? last : Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return index === null ? undefined : null;
    default:
      return undefined;
  }
}

export type Sort = { column: string; direction: 'asc' | 'desc' } | null;

/** Numbers start with the greatest, texts with A; the second click turns it around. */
export function nextSort(sort: Sort, column: Column): Sort {
  if (sort?.column === column.name) {
    return { column: column.name, direction: sort.direction === 'asc' ? 'desc' : 'asc' };
  }
  return { column: column.name, direction: column.type === 'text' ? 'asc' : 'desc' };
}
