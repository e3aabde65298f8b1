// External people: whom only the application knows, and who came through its signed links.
import { kSearchedBy, listExternalPeople, type ExternalPerson } from '../data/people';
import { place, setQuery, to } from '../state/router';
import { Badge, When } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Empty } from '../ui/states';
import { Paged, PeoplePage, usePages, useSettled } from './people-parts';

export function PeopleExternal() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const by = query.get('by') ?? 'external_user_id';
  const settled = useSettled(search);
  const people = usePages(`external ${by} ${settled}`, (offset, signal) =>
    listExternalPeople(
      { search: settled, by, ...(offset === undefined ? {} : { offset }) },
      signal,
    ),
  );
  return (
    <PeoplePage
      tab="external"
      lead="Your application’s own users, whom its signed links bring. They have no password here."
    >
      <div class="tools">
        <SearchField
          label="Search external people"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <label class="inline-select">
          <span>In</span>
          <select
            class="input"
            value={by}
            onChange={(event) => setQuery({ by: event.currentTarget.value })}
          >
            {kSearchedBy.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Paged
        from={people}
        what="external people"
        one="external person"
        none={
          settled === '' ? (
            <Empty title="Nobody has come yet">
              <p>People appear here when a link that names them is opened.</p>
            </Empty>
          ) : (
            <NoMatch filters={['q']}>Nobody fits the search.</NoMatch>
          )
        }
      >
        {(rows) => <Rows rows={rows} />}
      </Paged>
    </PeoplePage>
  );
}

function Rows({ rows }: { rows: ExternalPerson[] }) {
  return (
    <List
      label="External people"
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'Person',
          cell: (row) => (
            <div class="stack">
              <Link href={to('people', 'external', row.id)} class="row-link">
                {row.external_user_id}
              </Link>
              <span class="muted">{row.name}</span>
            </div>
          ),
        },
        {
          label: 'State',
          cell: (row) =>
            row.disabled ? <Badge tone="bad">Disabled</Badge> : <Badge tone="good">Active</Badge>,
        },
        {
          label: 'Groups',
          cell: (row) =>
            row.groups.length === 0 ? (
              <span class="muted">–</span>
            ) : (
              row.groups.map(({ name }) => name).join(', ')
            ),
        },
        { label: 'Last here', cell: (row) => <When at={row.logged_in_at} /> },
      ]}
    />
  );
}
