// The home of dashboards: in their folders, starred, looked at lately, or found by words and tags.
import { useState } from 'preact/hooks';
import { matches } from '../data/all';
import { inFolder, inOrder, pathOf, tagsOf, type HomeContent, type View } from '../data/home';
import { getHome, listFolders } from '../data/watch';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { SearchField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { lazy } from '../ui/lazy';
import { Link } from '../ui/link';
import { Count } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Empty, Loaded } from '../ui/states';
import { dashboardOrder, OrderChoice } from './dashboard-order';
import { Folders, Trail } from './home-folders';
import type { OpenForm } from './home-forms';
import { Rows } from './home-rows';
import { TagChoice } from './home-tags';

const Form = lazy(() => import('./home-forms').then((part) => part.Form));

async function load(signal: AbortSignal): Promise<HomeContent> {
  const [{ dashboards, whole }, { folders }] = await Promise.all([
    getHome(signal),
    listFolders(signal),
  ]);
  return { dashboards, folders, isWhole: whole };
}

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
  const tags = query.getAll('tag');
  const order = dashboardOrder();
  const folder = content.folders.find((one) => one.uid === query.get('folder')) ?? null;
  const isSearch = search !== '' || tags.length > 0;
  const [open, setOpen] = useState<OpenForm | null>(null);
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
        tags.every((tag) => item.tags.includes(tag)) &&
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
  // Without words or tags yet, they look beyond the folder.
  const further = tagsOf(view === 'all' && !isSearch ? content.dashboards : shown).filter(
    (tag) => !tags.includes(tag),
  );
  const folders =
    view === 'all'
      ? content.folders
          .filter((one) =>
            isSearch
              ? tags.length === 0 && matches(search, one.name)
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
        <TagChoice tags={further} chosen={tags} />
        {view !== 'recent' && <OrderChoice />}
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
        <p class="notice">There are more than fit here. Search by UID over the API.</p>
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
          <Count
            shown={shown.length}
            all={isSearch ? content.dashboards.length : shown.length}
            one="dashboard"
          />
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
      {open && (
        <Form
          open={open}
          parent={folder?.uid ?? null}
          content={content}
          onClose={close}
          onDone={done}
        />
      )}
    </>
  );
}

function NoDashboards() {
  return (
    <Empty title="There is no dashboard yet">
      {may('dashboards_write') ? (
        <>
          <p>Begin with a new one, or bring one along from Grafana.</p>
          <div class="button-row">
            <Link href={to('dashboards', 'new')} class="button primary">
              New dashboard
            </Link>
            <Link href={to('dashboards', 'import')} class="button">
              Import one
            </Link>
          </div>
        </>
      ) : (
        <p>Those that are made or shared with you appear here.</p>
      )}
    </Empty>
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
      <NoMatch filters={['q', 'tag']}>
        No dashboard has all of these words in its title, UID, author, tags or folder.
      </NoMatch>
    );
  }
  if (view === 'starred') {
    return (
      <Empty title="Nothing is starred">
        <p>Star a dashboard to find it here. Nobody else sees your stars.</p>
        <Link href={to('dashboards')} class="button">
          All dashboards
        </Link>
      </Empty>
    );
  }
  if (view === 'recent') {
    return (
      <Empty title="Nothing was opened lately">
        <p>The dashboards that you open appear here.</p>
        <Link href={to('dashboards')} class="button">
          All dashboards
        </Link>
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
