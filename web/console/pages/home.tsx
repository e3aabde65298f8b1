// The home of dashboards: in their folders, starred, looked at lately, or found by words and tags.
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { Popover } from '../../viewer/ui/popover';
import { wordsOf } from '../api/client';
import { matches } from '../data/all';
import {
  ancestorsOf,
  inFolder,
  inOrder,
  pathOf,
  tagsOf,
  type HomeContent,
  type Order,
  type View,
} from '../data/home';
import { getHome, listFolders, setStar, type Folder, type HomeDashboard } from '../data/watch';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { navigate, place, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { When } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Count, List } from '../ui/lists';
import { Empty, Loaded } from '../ui/states';
import { bin, NoDashboards, Origin } from './dashboards';
import { EditTags, FolderForm, MoveTo, removeFolder } from './home-forms';

async function load(signal: AbortSignal): Promise<HomeContent> {
  const [{ dashboards, whole }, { folders }] = await Promise.all([
    getHome(signal),
    listFolders(signal),
  ]);
  return { dashboards, folders, isWhole: whole };
}

type Open =
  | { kind: 'new-folder' }
  | { kind: 'rename'; folder: Folder }
  | { kind: 'move-folder'; folder: Folder }
  | { kind: 'move'; items: HomeDashboard[] }
  | { kind: 'tags'; item: HomeDashboard };

export function Home({ view }: { view: View }) {
  const { query } = place.value;
  const home = useResource('home', load);
  return (
    <Loaded from={home} what="dashboards">
      {(content) => (
        <Shown
          key={`${view} ${query.get('folder') ?? ''}`}
          content={content}
          view={view}
          onChanged={home.reload}
          onStarred={(uid, isOn) =>
            home.set({
              ...content,
              dashboards: content.dashboards.map((one) =>
                one.uid === uid ? { ...one, starred: isOn } : one,
              ),
            })
          }
        />
      )}
    </Loaded>
  );
}

function Shown({
  content,
  view,
  onChanged,
  onStarred,
}: {
  content: HomeContent;
  view: View;
  onChanged: () => void;
  onStarred: (uid: string, isOn: boolean) => void;
}) {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const tag = query.get('tag') ?? '';
  const order: Order = query.get('order') === 'title' ? 'title' : 'modified';
  const folder = content.folders.find((one) => one.uid === query.get('folder')) ?? null;
  const isSearch = search !== '' || tag !== '';
  const [open, setOpen] = useState<Open | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());

  // Words and tags look everywhere; otherwise one stands in one folder.
  const place_ = content.dashboards.filter((item) => {
    if (view === 'starred') return item.starred;
    if (view === 'recent') return item.seen_at !== null;
    return isSearch || inFolder(item, folder, content.folders);
  });
  const shown = inOrder(
    place_.filter(
      (item) =>
        (tag === '' || item.tags.includes(tag)) &&
        matches(
          search,
          item.title,
          item.uid,
          item.author,
          item.tags.join(' '),
          pathOf(item.folder, content.folders),
        ),
    ),
    view === 'recent' ? 'seen' : order,
  );
  const folders =
    view === 'all'
      ? content.folders
          .filter((one) =>
            isSearch
              ? tag === '' && matches(search, one.name)
              : one.parent === (folder?.uid ?? null),
          )
          .sort((a, b) => a.name.localeCompare(b.name))
      : [];
  const selected = shown.filter((item) => chosen.has(item.uid));
  const close = (): void => setOpen(null);
  const done = (): void => {
    setOpen(null);
    setChosen(new Set());
    onChanged();
  };

  return (
    <>
      {view === 'all' && folder && !isSearch && <Trail folder={folder} folders={content.folders} />}
      <div class="tools">
        <SearchField
          label="Search dashboards"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <TagChoice tags={tagsOf(content.dashboards)} value={tag} />
        {view !== 'recent' && (
          <label class="inline-select">
            <span>Order</span>
            <select
              class="input"
              value={order}
              onChange={(event) =>
                setQuery({ order: event.currentTarget.value === 'title' ? 'title' : null })
              }
            >
              <option value="modified">Last changed</option>
              <option value="title">Title</option>
            </select>
          </label>
        )}
        {may('dashboards_write') && view === 'all' && !isSearch && (
          <button type="button" class="button" onClick={() => setOpen({ kind: 'new-folder' })}>
            <Glyph name="folder" />
            New folder
          </button>
        )}
        {selected.length > 0 && (
          <button
            type="button"
            class="button"
            onClick={() => setOpen({ kind: 'move', items: selected })}
          >
            Move {selected.length} to a folder
          </button>
        )}
      </div>
      {!content.isWhole && (
        <p class="notice">There are more than fit here. Search by uid over the API.</p>
      )}
      {folders.length > 0 && (
        <Folders
          folders={folders}
          content={content}
          onRename={(one) => setOpen({ kind: 'rename', folder: one })}
          onMove={(one) => setOpen({ kind: 'move-folder', folder: one })}
          onChanged={onChanged}
        />
      )}
      {content.dashboards.length === 0 && folders.length === 0 && folder === null ? (
        <NoDashboards />
      ) : (
        <>
          <Count shown={shown.length} all={content.dashboards.length} what="dashboards" />
          {shown.length === 0 ? (
            <Nothing view={view} isSearch={isSearch} hasFolders={folders.length > 0} />
          ) : (
            <Rows
              items={shown}
              content={content}
              hasPlaces={isSearch || view !== 'all'}
              chosen={chosen}
              onChoose={setChosen}
              onOpen={setOpen}
              onChanged={onChanged}
              onStarred={onStarred}
            />
          )}
        </>
      )}
      {open?.kind === 'new-folder' && (
        <FolderForm parent={folder?.uid ?? null} onClose={close} onDone={done} />
      )}
      {open?.kind === 'rename' && (
        <FolderForm folder={open.folder} parent={null} onClose={close} onDone={done} />
      )}
      {open?.kind === 'move-folder' && (
        <MoveTo content={content} folder={open.folder} onClose={close} onDone={done} />
      )}
      {open?.kind === 'move' && (
        <MoveTo content={content} dashboards={open.items} onClose={close} onDone={done} />
      )}
      {open?.kind === 'tags' && <EditTags item={open.item} onClose={close} onDone={done} />}
    </>
  );
}

function Nothing({
  view,
  isSearch,
  hasFolders,
}: {
  view: View;
  isSearch: boolean;
  hasFolders: boolean;
}) {
  if (isSearch) {
    return (
      <Empty title="Nothing matches">
        <p>No dashboard has all of these words in its title, uid, author, tags or folder.</p>
      </Empty>
    );
  }
  if (view === 'starred') {
    return (
      <Empty title="Nothing is starred">
        <p>Star a dashboard to find it here. Nobody else sees your stars.</p>
      </Empty>
    );
  }
  if (view === 'recent') {
    return (
      <Empty title="Nothing was opened lately">
        <p>The dashboards that you open appear here.</p>
      </Empty>
    );
  }
  return hasFolders ? (
    <p class="muted">Every dashboard here lies in a folder.</p>
  ) : (
    <Empty title="This folder is empty">
      <p>Move dashboards here from their menus.</p>
    </Empty>
  );
}

function Trail({ folder, folders }: { folder: Folder; folders: Folder[] }) {
  return (
    <nav class="folder-trail" aria-label="Folders above">
      <Link href={to('dashboards')}>All folders</Link>
      {ancestorsOf(folder, folders).map((one) => (
        <Fragment key={one.uid}>
          <span aria-hidden="true">/</span>
          <Link href={folderHref(one.uid)}>{one.name}</Link>
        </Fragment>
      ))}
      <span aria-hidden="true">/</span>
      <span aria-current="page">{folder.name}</span>
    </nav>
  );
}

function folderHref(uid: string): string {
  return `${to('dashboards')}?folder=${encodeURIComponent(uid)}`;
}

function TagChoice({ tags, value }: { tags: string[]; value: string }) {
  if (tags.length === 0 && value === '') return null;
  return (
    <label class="inline-select">
      <span>Tag</span>
      <select
        class="input"
        value={value}
        onChange={(event) => setQuery({ tag: event.currentTarget.value })}
      >
        <option value="">Any</option>
        {(tags.includes(value) || value === '' ? tags : [value, ...tags]).map((tag) => (
          <option key={tag} value={tag}>
            {tag}
          </option>
        ))}
      </select>
    </label>
  );
}

function Folders({
  folders,
  content,
  onRename,
  onMove,
  onChanged,
}: {
  folders: Folder[];
  content: HomeContent;
  onRename: (folder: Folder) => void;
  onMove: (folder: Folder) => void;
  onChanged: () => void;
}) {
  return (
    <ul class="folders" aria-label="Folders">
      {folders.map((folder) => {
        const count = content.dashboards.filter((item) => item.folder === folder.uid).length;
        return (
          <li key={folder.uid}>
            <Glyph name={folder.restricted ? 'lock' : 'folder'} />
            <Link href={folderHref(folder.uid)} class="row-link">
              {folder.name}
            </Link>
            <span class="muted small">
              {count === 1 ? '1 dashboard' : `${count} dashboards`}
              {folder.restricted && ', for some groups'}
            </span>
            {may('dashboards_write') && (
              <Popover
                label={`Actions for folder ${folder.name}`}
                kind="menu"
                buttonClass="button quiet icon-only"
                face={<Glyph name="more" />}
              >
                {(close) => (
                  <>
                    <MenuItem
                      icon="log"
                      label="Rename"
                      onChoose={() => {
                        close();
                        onRename(folder);
                      }}
                    />
                    <MenuItem
                      icon="folder"
                      label="Move the folder"
                      onChoose={() => {
                        close();
                        onMove(folder);
                      }}
                    />
                    <MenuItem
                      icon="bin"
                      label="Delete the folder"
                      tone="danger"
                      onChoose={() => {
                        close();
                        void removeFolder(folder).then((isGone) => {
                          if (isGone) onChanged();
                        });
                      }}
                    />
                  </>
                )}
              </Popover>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Up and down go from row to row, as in a list of files. */
function onArrow(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  if (!(event.target instanceof HTMLElement) || !event.target.matches('.row-link')) return;
  const links = [
    ...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.row-link'),
  ];
  const next = links[links.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

async function toggleStar(
  item: HomeDashboard,
  onStarred: (uid: string, isOn: boolean) => void,
): Promise<void> {
  onStarred(item.uid, !item.starred);
  try {
    await setStar(item.uid, !item.starred);
  } catch (error) {
    onStarred(item.uid, item.starred);
    toast(wordsOf(error), 'bad');
  }
}

function Rows({
  items,
  content,
  hasPlaces,
  chosen,
  onChoose,
  onOpen,
  onChanged,
  onStarred,
}: {
  items: HomeDashboard[];
  content: HomeContent;
  hasPlaces: boolean;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onOpen: (open: Open) => void;
  onChanged: () => void;
  onStarred: (uid: string, isOn: boolean) => void;
}) {
  const choose = (uid: string, isOn: boolean): void => {
    const next = new Set(chosen);
    if (isOn) next.add(uid);
    else next.delete(uid);
    onChoose(next);
  };
  return (
    <div onKeyDown={onArrow}>
      <List
        label="Dashboards"
        items={items}
        keyOf={(item) => item.uid}
        columns={[
          {
            label: 'Title',
            cell: (item) => (
              <div class="title-cell">
                {may('dashboards_write') && (
                  <input
                    type="checkbox"
                    aria-label={`Choose ${item.title}`}
                    checked={chosen.has(item.uid)}
                    onChange={(event) => choose(item.uid, event.currentTarget.checked)}
                  />
                )}
                <button
                  type="button"
                  class={item.starred ? 'star on' : 'star'}
                  aria-pressed={item.starred}
                  aria-label={`Star ${item.title}`}
                  onClick={() => void toggleStar(item, onStarred)}
                >
                  <Glyph name="star" />
                </button>
                <div class="stack">
                  <Link href={to('dashboards', item.uid)} class="row-link">
                    {item.title}
                  </Link>
                  <span class="muted code">{item.uid}</span>
                  {hasPlaces && item.folder !== null && (
                    <span class="muted small">in {pathOf(item.folder, content.folders)}</span>
                  )}
                  {item.tags.length > 0 && (
                    <span class="tags">
                      {item.tags.map((tag) => (
                        <button
                          key={tag}
                          type="button"
                          class="tag"
                          title={`Only dashboards with the tag ${tag}`}
                          onClick={() => setQuery({ tag })}
                        >
                          {tag}
                        </button>
                      ))}
                    </span>
                  )}
                </div>
              </div>
            ),
          },
          { label: 'Origin', cell: (item) => <Origin item={item} /> },
          { label: 'Author', cell: (item) => item.author || <span class="muted">unknown</span> },
          { label: 'Changed', cell: (item) => <When at={item.modified_at} /> },
          {
            label: 'Actions',
            isHidden: true,
            end: true,
            cell: (item) => <RowMenu item={item} onOpen={onOpen} onChanged={onChanged} />,
          },
        ]}
      />
    </div>
  );
}

function RowMenu({
  item,
  onOpen,
  onChanged,
}: {
  item: HomeDashboard;
  onOpen: (open: Open) => void;
  onChanged: () => void;
}) {
  return (
    <Popover
      label={`Actions for ${item.title}`}
      kind="menu"
      buttonClass="button quiet icon-only"
      face={<Glyph name="more" />}
    >
      {(close) => (
        <>
          <MenuItem
            icon="log"
            label="JSON"
            onChoose={() => {
              close();
              void navigate(to('dashboards', item.uid, 'json'));
            }}
          />
          <MenuItem
            icon="share"
            label="Its shares"
            onChoose={() => {
              close();
              void navigate(`${to('shares')}?dashboard=${encodeURIComponent(item.uid)}`);
            }}
          />
          {may('dashboards_write') && (
            <>
              <MenuItem
                icon="folder"
                label="Move to a folder"
                onChoose={() => {
                  close();
                  onOpen({ kind: 'move', items: [item] });
                }}
              />
              {item.dialect !== 'datadog' && !item.provisioned && (
                <MenuItem
                  icon="key"
                  label="Tags"
                  onChoose={() => {
                    close();
                    onOpen({ kind: 'tags', item });
                  }}
                />
              )}
              <MenuItem
                icon="bin"
                label="Move to the bin"
                tone="danger"
                onChoose={() => {
                  close();
                  void bin(item).then((isGone) => {
                    if (isGone) onChanged();
                  });
                }}
              />
            </>
          )}
        </>
      )}
    </Popover>
  );
}
