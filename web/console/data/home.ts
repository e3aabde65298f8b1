// Dashboards and the folders that they lie in.
import type { Folder, HomeDashboard } from './watch';

export interface HomeContent {
  dashboards: HomeDashboard[];
  folders: Folder[];
  /** false: there are more dashboards than these. */
  isWhole: boolean;
}

export type View = 'all' | 'starred' | 'recent';
export type Order = 'modified' | 'title';

/** The folders above one, the highest first. */
export function ancestorsOf(folder: Folder, folders: readonly Folder[]): Folder[] {
  const above: Folder[] = [];
  let parent = folder.parent;
  // No folder stands inside itself, but nothing here may hang if one does.
  while (parent !== null && above.length < 64) {
    const found = folders.find((one) => one.uid === parent);
    if (!found) break;
    above.unshift(found);
    parent = found.parent;
  }
  return above;
}

/** "Sales / Europe"; empty for none. */
export function pathOf(uid: string | null, folders: readonly Folder[]): string {
  const folder = folders.find((one) => one.uid === uid);
  if (!folder) return '';
  return [...ancestorsOf(folder, folders), folder].map((one) => one.name).join(' / ');
}

/** Whether it lies directly there; what lies in a folder that is not known lies at the top. */
export function inFolder(
  item: HomeDashboard,
  folder: Folder | null,
  folders: readonly Folder[],
): boolean {
  const own = folders.some((one) => one.uid === item.folder) ? item.folder : null;
  return own === (folder?.uid ?? null);
}

export function inOrder(items: HomeDashboard[], order: Order | 'seen'): HomeDashboard[] {
  const orders = {
    modified: (a: HomeDashboard, b: HomeDashboard) => b.modified_at.localeCompare(a.modified_at),
    seen: (a: HomeDashboard, b: HomeDashboard) => (b.seen_at ?? '').localeCompare(a.seen_at ?? ''),
    title: (a: HomeDashboard, b: HomeDashboard) => a.title.localeCompare(b.title),
  };
  return [...items].sort(orders[order]);
}

/** Every tag that is used, in the order of the alphabet. */
export function tagsOf(items: readonly HomeDashboard[]): string[] {
  return [...new Set(items.flatMap((item) => item.tags))].sort((a, b) => a.localeCompare(b));
}

/** What somebody typed: tags between commas, each once. */
export function readTags(text: string): string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
    ),
  ];
}

/** Where a folder can go: not into itself, nor into one below it. */
export function placesFor(folder: Folder | null, folders: readonly Folder[]): Folder[] {
  return folders
    .filter(
      (one) =>
        folder === null ||
        (one.uid !== folder.uid &&
          !ancestorsOf(one, folders).some((above) => above.uid === folder.uid)),
    )
    .sort((a, b) => pathOf(a.uid, folders).localeCompare(pathOf(b.uid, folders)));
}
