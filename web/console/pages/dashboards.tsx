// The home: every dashboard of the organization, and its bin.
import { binDashboard, listDashboards, restoreDashboard } from '../api/calls';
import { wordsOf } from '../api/client';
import type { DashboardSummary } from '../api/types';
import { allOf, matches } from '../data/all';
import { kDialects } from '../data/document';
import { may } from '../state/app';
import { confirm } from '../state/confirming';
import { useResource } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, When } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Count, List } from '../ui/lists';
import { Page, Tabs } from '../ui/page';
import { Empty, Loaded } from '../ui/states';
import { Home } from './home';

const kPage = 1000;

export async function everyDashboard(
  deleted: boolean,
  signal: AbortSignal,
): Promise<{ items: DashboardSummary[]; isCut: boolean }> {
  return allOf(async (after) => {
    const { dashboards, next } = await listDashboards(
      { limit: kPage, ...(deleted ? { deleted } : {}), ...(after === undefined ? {} : { after }) },
      signal,
    );
    return { items: dashboards, next };
  });
}

const kOrders = {
  modified: (a: DashboardSummary, b: DashboardSummary) =>
    b.modified_at.localeCompare(a.modified_at),
  title: (a: DashboardSummary, b: DashboardSummary) => a.title.localeCompare(b.title),
};

export function Dashboards() {
  const { query } = place.value;
  const asked = query.get('view');
  const view =
    query.get('bin') === '1'
      ? 'bin'
      : asked === 'starred' || asked === 'recent'
        ? asked
        : ('all' as const);
  return (
    <Page
      title="Dashboards"
      actions={
        may('dashboards_write') && (
          <>
            <Link href={to('dashboards', 'import')} class="button">
              <Glyph name="upload" />
              Import
            </Link>
            <Link href={to('dashboards', 'new')} class="button primary">
              <Glyph name="plus" />
              New dashboard
            </Link>
          </>
        )
      }
    >
      <Tabs
        label="Which dashboards"
        tabs={[
          { label: 'All', href: to('dashboards'), isCurrent: view === 'all' },
          {
            label: 'Starred',
            href: `${to('dashboards')}?view=starred`,
            isCurrent: view === 'starred',
          },
          {
            label: 'Recent',
            href: `${to('dashboards')}?view=recent`,
            isCurrent: view === 'recent',
          },
          { label: 'Bin', href: `${to('dashboards')}?bin=1`, isCurrent: view === 'bin' },
        ]}
      />
      {view === 'bin' ? <Bin /> : <Home view={view} />}
    </Page>
  );
}

function Bin() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const order = query.get('order') === 'title' ? 'title' : 'modified';
  const dashboards = useResource('bin', (signal) => everyDashboard(true, signal));
  return (
    <>
      <div class="tools">
        <SearchField
          label="Search dashboards"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
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
      </div>
      <Loaded from={dashboards} what="dashboards">
        {({ items, isCut }) => {
          const shown = items
            .filter((item) => matches(search, item.title, item.uid, item.author))
            .sort(kOrders[order]);
          if (items.length === 0) return <EmptyBin />;
          return (
            <>
              <Count shown={shown.length} all={items.length} what="dashboards" />
              {isCut && (
                <p class="notice">There are more than fit here. Search by uid over the API.</p>
              )}
              {shown.length === 0 ? (
                <Empty title="Nothing matches">
                  <p>No dashboard has all of these words in its title, uid or author.</p>
                </Empty>
              ) : (
                <Rows items={shown} onChanged={dashboards.reload} />
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

export function NoDashboards() {
  return (
    <Empty title="There is no dashboard yet">
      <p>Begin with a new one, or bring one along from Grafana.</p>
    </Empty>
  );
}

function EmptyBin() {
  return (
    <Empty title="The bin is empty">
      <p>What is deleted stays here for 30 days and can be restored.</p>
    </Empty>
  );
}

function Rows({ items, onChanged }: { items: DashboardSummary[]; onChanged: () => void }) {
  return (
    <List
      label="Dashboards in the bin"
      items={items}
      keyOf={(item) => item.id}
      columns={[
        {
          label: 'Title',
          cell: (item) => (
            <div class="stack">
              <span class="row-title">{item.title}</span>
              <span class="muted code">{item.uid}</span>
            </div>
          ),
        },
        { label: 'Origin', cell: (item) => <Origin item={item} /> },
        { label: 'Author', cell: (item) => item.author || <span class="muted">unknown</span> },
        { label: 'Deleted', cell: (item) => <When at={item.deleted_at} /> },
        {
          label: 'Actions',
          isHidden: true,
          end: true,
          cell: (item) =>
            may('dashboards_write') && (
              <button
                type="button"
                class="button"
                aria-label={`Restore ${item.title}`}
                onClick={() => void restore(item, onChanged)}
              >
                Restore
              </button>
            ),
        },
      ]}
    />
  );
}

export function Origin({ item }: { item: Pick<DashboardSummary, 'dialect' | 'provisioned'> }) {
  return (
    <span class="badges">
      <Badge>{kDialects[item.dialect] ?? item.dialect}</Badge>
      {item.provisioned && <Badge>Provisioned</Badge>}
    </span>
  );
}

export async function bin(item: Pick<DashboardSummary, 'uid' | 'title'>): Promise<boolean> {
  const isSure = await confirm({
    title: `Move “${item.title}” to the bin?`,
    text: 'Its shares stop answering and their open sessions are cut at once. For 30 days it can be restored.',
    act: 'Move to the bin',
  });
  if (!isSure) return false;
  try {
    await binDashboard(item.uid);
    toast(`“${item.title}” is in the bin.`);
    return true;
  } catch (error) {
    toast(wordsOf(error), 'bad');
    return false;
  }
}

async function restore(item: DashboardSummary, onChanged: () => void): Promise<void> {
  try {
    await restoreDashboard(item.uid);
    toast(`“${item.title}” is back.`);
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
  onChanged();
}
