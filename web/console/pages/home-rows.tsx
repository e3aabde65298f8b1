// Dashboards of the home page as rows, with their stars, tags and menus.
import { Popover } from '../../viewer/ui/popover';
import { wordsOf } from '../api/client';
import { pathOf, type HomeContent } from '../data/home';
import { setStar, type HomeDashboard } from '../data/watch';
import { may } from '../state/app';
import { navigate, place, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { When } from '../ui/bits';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { bin, Origin } from './dashboard-parts';
import type { OpenForm } from './home-forms';

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

export function Rows({
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
  onOpen: (open: OpenForm) => void;
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
                          onClick={() => {
                            const tags = place.peek().query.getAll('tag');
                            setQuery({ tag: [...new Set([...tags, tag])] });
                          }}
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
  onOpen: (open: OpenForm) => void;
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
                  icon="tag"
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
