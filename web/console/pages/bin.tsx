// What was deleted, for as long as it can be restored.
import { listDashboards, restoreDashboard } from '../api/calls';
import { wordsOf } from '../api/client';
import type { DashboardSummary } from '../api/types';
import { allOf, matches } from '../data/all';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { place, setQuery } from '../state/router';
import { toast } from '../state/toasts';
import { When } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { Count, List } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Empty, Loaded } from '../ui/states';
import { dashboardOrder, OrderChoice } from './dashboard-order';
import { Origin } from './dashboard-parts';

const kPage = 1000;

async function deletedDashboards(
  signal: AbortSignal,
): Promise<{ items: DashboardSummary[]; isCut: boolean }> {
  return allOf(async (after) => {
    const { dashboards, next } = await listDashboards(
      { limit: kPage, deleted: true, ...(after === undefined ? {} : { after }) },
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

export function Bin() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const order = dashboardOrder();
  const dashboards = useResource('bin', (signal) => deletedDashboards(signal));
  return (
    <>
      <div class="tools">
        <SearchField
          label="Search dashboards"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <OrderChoice />
      </div>
      <Loaded from={dashboards} what="dashboards">
        {({ items, isCut }) => {
          const shown = items
            .filter((item) => matches(search, item.title, item.uid, item.author))
            .sort(kOrders[order]);
          if (items.length === 0) return <EmptyBin />;
          return (
            <>
              <Count shown={shown.length} all={items.length} one="dashboard" />
              {isCut && (
                <p class="notice">There are more than fit here. Search by UID over the API.</p>
              )}
              {shown.length === 0 ? (
                <NoMatch filters={['q']}>
                  No dashboard has all of these words in its title, uid or author.
                </NoMatch>
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

async function restore(item: DashboardSummary, onChanged: () => void): Promise<void> {
  try {
    await restoreDashboard(item.uid);
    toast(`“${item.title}” is back.`);
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
  onChanged();
}
