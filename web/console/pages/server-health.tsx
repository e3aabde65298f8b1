// Whether the server's stores and sources answer.
import { useState } from 'preact/hooks';
import { wordsOf } from '../api/client';
import { getHealth, testSource, type SourceHealth, type StoreHealth } from '../data/watch';
import { useResource } from '../state/resource';
import { to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, BusyButton, When } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { Card } from '../ui/page';
import { Loaded } from '../ui/states';

const kStores = {
  catalog: 'Catalog: dashboards, shares, keys, the audit trail',
  sessions: 'Sessions and used links',
};

export function Health() {
  const health = useResource('health', (signal) => getHealth(signal));
  return (
    <Loaded from={health} what="health">
      {({ stores, sources }) => (
        <>
          <Card
            title="Stores"
            hint="Asked just now. While one does not answer, the server refuses rather than skip a check."
            actions={
              <button type="button" class="button" onClick={health.reload}>
                <Glyph name="refresh" />
                Ask again
              </button>
            }
          >
            <Stores rows={stores} />
          </Card>
          <Sources rows={sources} />
        </>
      )}
    </Loaded>
  );
}

function Answers({ isGood }: { isGood: boolean }) {
  return <Badge tone={isGood ? 'good' : 'bad'}>{isGood ? 'Answers' : 'Does not answer'}</Badge>;
}

function Stores({ rows }: { rows: StoreHealth[] }) {
  return (
    <List
      label="Stores"
      items={rows}
      keyOf={(row) => row.name}
      columns={[
        { label: 'Store', cell: (row) => <span class="row-title">{kStores[row.name]}</span> },
        {
          label: 'State',
          cell: (row) => (
            <div class="stack">
              <Answers isGood={row.reachable} />
              {row.error !== '' && <span class="small">{row.error}</span>}
            </div>
          ),
        },
        { label: 'Took', end: true, cell: (row) => `${row.latency_ms} ms` },
      ]}
    />
  );
}

function Sources({ rows }: { rows: SourceHealth[] }) {
  const [found, setFound] = useState<Record<string, SourceHealth>>({});
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const test = async (name: string): Promise<void> => {
    setBusy((old) => new Set(old).add(name));
    try {
      const tested = await testSource(name);
      setFound((old) => ({ ...old, [name]: tested }));
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
    setBusy((old) => new Set([...old].filter((one) => one !== name)));
  };
  const shown = rows.map((row) => found[row.name] ?? row);
  return (
    <Card
      title="Sources"
      hint="A test really asks the source, at most once in ten seconds for each."
      actions={
        rows.length > 0 && (
          <BusyButton
            type="button"
            class="button"
            isBusy={busy.size > 0}
            onClick={() => void Promise.all(rows.map((row) => test(row.name)))}
          >
            Test all
          </BusyButton>
        )
      }
    >
      {rows.length === 0 && (
        <p class="muted">
          There is no source yet. <Link href={to('sources')}>Add one</Link>
        </p>
      )}
      {rows.length > 0 && (
        <List
          label="Sources"
          items={shown}
          keyOf={(row) => row.name}
          columns={[
            {
              label: 'Source',
              cell: (row) => (
                <div class="stack">
                  <span class="row-title">{row.name}</span>
                  <span class="muted code">{row.type}</span>
                </div>
              ),
            },
            {
              label: 'State',
              cell: (row) =>
                row.finding === null ? (
                  <span class="muted">not asked since the server started</span>
                ) : (
                  <div class="stack" role="status">
                    <Answers isGood={row.finding.reachable} />
                    {row.finding.error !== '' && <span class="small">{row.finding.error}</span>}
                  </div>
                ),
            },
            {
              label: 'Took',
              end: true,
              cell: (row) => row.finding && `${row.finding.latency_ms} ms`,
            },
            { label: 'Asked', cell: (row) => row.finding && <When at={row.finding.at} /> },
            {
              label: 'Actions',
              isHidden: true,
              end: true,
              cell: (row) => (
                <button
                  type="button"
                  class="button"
                  aria-label={`Test ${row.name}`}
                  aria-busy={busy.has(row.name)}
                  onClick={() => {
                    if (!busy.has(row.name)) void test(row.name);
                  }}
                >
                  {busy.has(row.name) ? 'Testing…' : 'Test'}
                </button>
              ),
            },
          ]}
        />
      )}
    </Card>
  );
}
