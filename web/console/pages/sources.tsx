// Where data comes from, and whose rows a person sees of it.
import { listModels, listSources } from '../api/calls';
import type { Model, Source } from '../api/types';
import { matches } from '../data/all';
import { filterWords, relationsOf } from '../data/models';
import { labelOfType } from '../data/source-types';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { Badge } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { Card, Page } from '../ui/page';
import { Loaded } from '../ui/states';

const kMostTables = 8;
const kSearchedFrom = 8;

export function Sources() {
  const sources = useResource('sources', (signal) => listSources(signal));
  const search = place.value.query.get('q') ?? '';
  const isLong = (sources.value?.sources.length ?? 0) > kSearchedFrom;
  return (
    <Page
      title="Sources & models"
      lead="Where data comes from, and whose rows a person sees of it."
      actions={
        <>
          <Link class="button" href={to('proofs')}>
            <Glyph name="shield" />
            Proofs
          </Link>
          {may('org_manage') && (
            <Link class="button" href={to('new-model')}>
              <Glyph name="plus" />
              New model
            </Link>
          )}
          {may('sources_write') && (
            <Link class="button primary" href={to('new-source')}>
              <Glyph name="plus" />
              New source
            </Link>
          )}
        </>
      }
    >
      {isLong && (
        <div class="tools">
          <SearchField
            label="Search sources and models"
            value={search}
            onInput={(value) => setQuery({ q: value })}
          />
        </div>
      )}
      <Card title="Sources">
        <Loaded from={sources} what="sources">
          {({ sources: rows }) =>
            rows.length === 0 ? (
              <p class="muted">There is no source yet: no query has anything to read.</p>
            ) : (
              <SourceRows rows={rows.filter((row) => matches(search, row.name, row.type))} />
            )
          }
        </Loaded>
      </Card>
      {may('org_manage') && <Models search={search} />}
    </Page>
  );
}

function Models({ search }: { search: string }) {
  const models = useResource('models', (signal) => listModels(signal));
  return (
    <Card title="Models">
      <Loaded from={models} what="models">
        {({ models: rows }) =>
          rows.length === 0 ? (
            <p class="muted">There is no model: every query reads a source as a whole.</p>
          ) : (
            <ModelRows rows={rows.filter((row) => matches(search, row.name, row.label))} />
          )
        }
      </Loaded>
    </Card>
  );
}

export function Origin({ isProvisioned }: { isProvisioned: boolean }) {
  return isProvisioned ? <Badge>Provisioned</Badge> : <Badge>Console or API</Badge>;
}

function SourceRows({ rows }: { rows: Source[] }) {
  return (
    <List
      label="Sources"
      items={rows}
      keyOf={(row) => row.name}
      columns={[
        {
          label: 'Name',
          cell: (row) => (
            <Link class="row-title" href={to('sources', row.name)}>
              {row.name}
            </Link>
          ),
        },
        { label: 'Type', cell: (row) => labelOfType(row.type) },
        {
          label: 'Tables',
          cell: (row) =>
            row.tables.length === 0 ? (
              <Link href={to('sources', row.name, 'schema')}>Look</Link>
            ) : (
              <span class="code">
                {row.tables.slice(0, kMostTables).join(', ')}
                {row.tables.length > kMostTables && ` and ${row.tables.length - kMostTables} more`}
              </span>
            ),
        },
        { label: 'Origin', cell: (row) => <Origin isProvisioned={row.provisioned} /> },
      ]}
    />
  );
}

function ModelRows({ rows }: { rows: Model[] }) {
  return (
    <List
      label="Models"
      items={rows}
      keyOf={(row) => row.name}
      columns={[
        {
          label: 'Name',
          cell: (row) => (
            <div class="stack">
              <Link class="row-title" href={to('models', row.name)}>
                {row.label}
              </Link>
              <span class="muted code">{row.name}</span>
            </div>
          ),
        },
        { label: 'Source', cell: (row) => row.source },
        {
          label: 'Rows that a person sees',
          cell: (row) => (
            <ul class="relations">
              {relationsOf(row.relations).map((relation) => (
                <li key={relation.name}>
                  <span class="code">{relation.name}</span>{' '}
                  <span class="muted">
                    {relation.filters.length === 0
                      ? 'every row'
                      : relation.filters.map(filterWords).join(', and ')}
                  </span>
                </li>
              ))}
            </ul>
          ),
        },
        { label: 'Origin', cell: (row) => <Origin isProvisioned={row.provisioned} /> },
      ]}
    />
  );
}
