// Every share of the organization.
import { useState } from 'preact/hooks';
import { listShares } from '../api/calls';
import type { Share, ShareStatus, ShareType } from '../api/types';
import { allOf, matches } from '../data/all';
import { kTypes } from '../data/shares';
import { useResource } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { SearchField } from '../ui/fields';
import { Link } from '../ui/link';
import { Count } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Page } from '../ui/page';
import { Empty, Loaded } from '../ui/states';
import { ShareList, titleOf } from './share-list';

const kShown = 50;

interface Filter {
  dashboard?: string;
  type?: ShareType;
  status?: ShareStatus;
}

type Order = 'made' | 'opened' | 'name' | 'type' | 'sharer';
const kOrders: Record<Order, string> = {
  made: 'Newest',
  opened: 'Last opened',
  name: 'Name',
  type: 'Type',
  sharer: 'Sharer',
};
const isOrder = (text: string | null): text is Order => text !== null && text in kOrders;

/** Where two are equal, the newer one first; what has no such value comes last. */
function inOrder(shares: Share[], order: Order): Share[] {
  const words = (one: Share): string => {
    if (order === 'name') return titleOf(one);
    return order === 'type' ? kTypes[one.type] : (one.sharer ?? '');
  };
  const compare = (a: Share, b: Share): number => {
    if (order === 'made') return 0;
    if (order === 'opened') return (b.last_accessed ?? '').localeCompare(a.last_accessed ?? '');
    const [of, than] = [words(a), words(b)];
    if (of === '' || than === '') return Number(of === '') - Number(than === '');
    return of.localeCompare(than);
  };
  return [...shares].sort((a, b) => compare(a, b) || b.created_at.localeCompare(a.created_at));
}

/** Of those that came; the server is not asked again for it. */
const kUnowned = ' ';

function filterOf(query: URLSearchParams): Filter {
  const type = query.get('type');
  const status = query.get('status');
  const dashboard = query.get('dashboard');
  return {
    ...(dashboard ? { dashboard } : {}),
    ...(type !== null && type in kTypes ? { type: type as ShareType } : {}),
    ...(status === 'active' || status === 'paused' ? { status } : {}),
  };
}

async function everyShare(filter: Filter, signal: AbortSignal): Promise<Share[]> {
  const { items } = await allOf(async (after) => {
    const { shares, next } = await listShares(
      { ...filter, limit: 1000, ...(after === undefined ? {} : { after }) },
      signal,
    );
    return { items: shares, next };
  });
  return items;
}

export function Shares() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const filter = filterOf(query);
  const shares = useResource(`shares ${JSON.stringify(filter)}`, (signal) =>
    everyShare(filter, signal),
  );
  const [most, setMost] = useState(kShown);
  const sharer = query.get('sharer') ?? '';
  const wanted = query.get('order');
  const order: Order = isOrder(wanted) ? wanted : 'made';
  const isFiltered = Object.keys(filter).length > 0 || sharer !== '';
  const sharers = [...new Set((shares.value ?? []).flatMap((share) => share.sharer ?? []))].sort();
  return (
    <Page title="Shares" lead="Dashboards that are shown outside, and who shared them.">
      <div class="tools">
        <SearchField
          label="Search shares"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <label class="inline-select">
          <span>Type</span>
          <select
            class="input"
            value={filter.type ?? ''}
            onChange={(event) => setQuery({ type: event.currentTarget.value })}
          >
            <option value="">Any</option>
            {Object.entries(kTypes).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label class="inline-select">
          <span>Status</span>
          <select
            class="input"
            value={filter.status ?? ''}
            onChange={(event) => setQuery({ status: event.currentTarget.value })}
          >
            <option value="">Any</option>
            <option value="active">Active</option>
            <option value="paused">Paused</option>
          </select>
        </label>
        <label class="inline-select">
          <span>Sharer</span>
          <select
            class="input"
            value={sharer}
            onChange={(event) => setQuery({ sharer: event.currentTarget.value })}
          >
            <option value="">Any</option>
            <option value={kUnowned}>Nobody: may be claimed</option>
            {sharers.map((handle) => (
              <option key={handle} value={handle}>
                {handle}
              </option>
            ))}
          </select>
        </label>
        <label class="inline-select">
          <span>Order</span>
          <select
            class="input"
            value={order}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setQuery({ order: value === 'made' ? null : value });
            }}
          >
            {Object.entries(kOrders).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {filter.dashboard !== undefined && (
          <button
            type="button"
            class="button"
            onClick={() => setQuery({ dashboard: null })}
            aria-label={`Show shares of every dashboard, not only of ${filter.dashboard}`}
          >
            Only of {filter.dashboard} ×
          </button>
        )}
      </div>
      <Loaded from={shares} what="shares">
        {(items) => {
          const fitting = items
            .filter(
              (share) =>
                sharer === '' ||
                (sharer === kUnowned ? share.sharer_gone : share.sharer === sharer),
            )
            .filter((share) =>
              matches(search, titleOf(share), share.dashboard.title, share.sharer, share.token),
            );
          const found = inOrder(fitting, order);
          if (items.length === 0 && !isFiltered) return <Nothing />;
          return (
            <>
              <Count shown={found.length} all={items.length} one="share" />
              {found.length === 0 ? (
                <NoMatch filters={['q', 'type', 'status', 'sharer', 'dashboard']}>
                  No share fits the search and the filters.
                </NoMatch>
              ) : (
                <ShareList items={found.slice(0, most)} withDashboard />
              )}
              {found.length > most && (
                <button type="button" class="button" onClick={() => setMost(most + kShown)}>
                  Show more
                </button>
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Nothing() {
  return (
    <Empty title="Nothing is shared yet">
      <p>
        Open a dashboard and choose Share: for everybody, for those you invite, or for pages of
        yours.
      </p>
      <Link href={to('dashboards')} class="button">
        Choose a dashboard
      </Link>
    </Empty>
  );
}
