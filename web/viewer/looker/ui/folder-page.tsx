import { Glyph, type IconName } from '../../ui/icons';
import type { Folder, FolderLink } from '../wire';

/** What a folder holds. Plain links: the page's own handling of clicks opens them in this frame. */
export function FolderPage({ folder }: { folder: Folder }) {
  const folders = folder.folders ?? [];
  const items = folder.items ?? [];
  return (
    <main class="page folder">
      <header class="page-header">
        <div class="page-title">
          {folder.parent && (
            <p>
              <a href={folder.parent.url}>
                <Glyph name="back" />
                Parent folder
              </a>
            </p>
          )}
          <h1>{folder.title}</h1>
        </div>
      </header>
      {folders.length > 0 && (
        <List
          label="Folders"
          rows={folders.map((item) => ({ ...item, icon: 'next', kind: 'Folder' }))}
        />
      )}
      {items.length > 0 && (
        <List
          label="Dashboards and looks"
          rows={items.map((item) => ({
            ...item,
            icon: item.type === 'look' ? 'chart' : 'table',
            kind: item.type === 'look' ? 'Look' : 'Dashboard',
          }))}
        />
      )}
      {folders.length + items.length === 0 && <p class="quiet-state">This folder is empty.</p>}
    </main>
  );
}

interface Row extends FolderLink {
  icon: IconName;
  kind: string;
}

function List({ label, rows }: { label: string; rows: Row[] }) {
  return (
    <ul class="folder-list" aria-label={label}>
      {rows.map((row) => (
        <li key={row.url}>
          <a href={row.url}>
            <Glyph name={row.icon} />
            <span class="truncate">{row.title}</span>
            <span class="folder-kind">{row.kind}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
