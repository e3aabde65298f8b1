// What a source has: relations with their columns, or metrics and labels, to be searched.
import { useEffect, useState } from 'preact/hooks';
import { sourceSchema, type Schema, type SchemaRelation } from '../data/sources';
import { counted } from '../format';
import { useChange, useResource } from '../state/resource';
import { place, setQuery } from '../state/router';
import { BusyButton } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { Count } from '../ui/lists';
import { Card } from '../ui/page';
import { FormError, Loaded } from '../ui/states';

const kPage = 50;
const kOpenUpTo = 3;
/** So long nobody types before the source is asked. */
const kPause = 250;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), kPause);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export function SchemaBrowser({ name }: { name: string }) {
  const search = place.value.query.get('q') ?? '';
  const asked = useSettled(search);
  const schema = useResource(`schema ${name} ${asked}`, (signal) =>
    sourceSchema(name, { search: asked, limit: kPage }, signal),
  );
  return (
    <>
      <div class="tools">
        <SearchField
          label="Search tables and columns"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <button type="button" class="button" onClick={schema.reload}>
          Ask again
        </button>
      </div>
      <Loaded from={schema} what="what the source has">
        {(first) => <Found key={asked} name={name} search={asked} first={first} />}
      </Loaded>
    </>
  );
}

function Found({ name, search, first }: { name: string; search: string; first: Schema }) {
  const [more, setMore] = useState<Schema[]>([]);
  const loading = useChange();
  useEffect(() => setMore([]), [first]);
  const pages = [first, ...more];
  const relations = pages.flatMap((page) => page.relations);
  const next = pages[pages.length - 1]?.next ?? null;
  const isMetrics = first.labels.length > 0;
  return (
    <>
      <Count
        shown={relations.length}
        all={first.total}
        one={isMetrics ? 'metric' : 'table'}
        note={first.cut ? '. The source has more than is read of it.' : ''}
      />
      {relations.length === 0 && first.labels.length === 0 && (
        <p class="muted">
          {search === '' ? 'The source has nothing that its account may read.' : 'Nothing matches.'}
        </p>
      )}
      {isMetrics ? (
        <Metrics metrics={relations} labels={first.labels} />
      ) : (
        relations.map((relation) => (
          <Relation
            key={relation.name}
            relation={relation}
            isOpen={relations.length <= kOpenUpTo || search !== ''}
          />
        ))
      )}
      <FormError error={loading.error} />
      {next !== null && (
        <BusyButton
          class="button"
          type="button"
          isBusy={loading.isBusy}
          onClick={() =>
            void loading.run(async () => {
              const page = await sourceSchema(name, { search, limit: kPage, after: next });
              setMore([...more, page]);
            })
          }
        >
          Show more
        </BusyButton>
      )}
    </>
  );
}

function Relation({ relation, isOpen }: { relation: SchemaRelation; isOpen: boolean }) {
  return (
    <details class="relation" open={isOpen}>
      <summary>
        <span class="code">{relation.name}</span>
        <span class="muted">{counted(relation.columns.length, 'column')}</span>
      </summary>
      <dl class="schema-columns">
        {relation.columns.map((column) => (
          <div key={column.name}>
            <dt class="code">{column.name}</dt>
            <dd class="muted">{column.type}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Metrics({ metrics, labels }: { metrics: SchemaRelation[]; labels: string[] }) {
  return (
    <>
      <Card title="Metrics">
        <ul class="names">
          {metrics.map(({ name }) => (
            <li key={name} class="code">
              {name}
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Labels">
        <ul class="names">
          {labels.map((label) => (
            <li key={label} class="code">
              {label}
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
