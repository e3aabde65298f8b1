// The server itself: whether its sources and stores answer, how it is set, what it is made of.
import { useState } from 'preact/hooks';
import { kApi, wordsOf } from '../api/client';
import {
  getAbout,
  getHealth,
  listSettings,
  testSource,
  type CarriedPart,
  type Setting,
  type SourceHealth,
  type StoreHealth,
} from '../data/watch';
import { matches } from '../data/all';
import { useResource } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, BusyButton, When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SearchField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Count, List } from '../ui/lists';
import { Card, Page, Tabs } from '../ui/page';
import { Failed, Loaded, Loading } from '../ui/states';

export type ServerTab = 'health' | 'parameters' | 'about';

export function ServerPage({ tab }: { tab: ServerTab }) {
  return (
    <Page title="Server">
      <Tabs
        label="About the server"
        tabs={[
          { label: 'Health', href: to('server'), isCurrent: tab === 'health' },
          {
            label: 'Parameter settings',
            href: to('server', 'parameters'),
            isCurrent: tab === 'parameters',
          },
          {
            label: 'Version & licences',
            href: to('server', 'about'),
            isCurrent: tab === 'about',
          },
        ]}
      />
      {tab === 'health' && <Health />}
      {tab === 'parameters' && <Parameters />}
      {tab === 'about' && <About />}
    </Page>
  );
}

// -- health -----------------------------------------------------------------------------------

const kStores = {
  catalog: 'Catalog: dashboards, shares, keys, the audit trail',
  sessions: 'Sessions and used links',
};

function Health() {
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
          <Card
            title="Sources"
            hint="A test really asks the source, at most once in ten seconds for each."
          >
            {sources.length === 0 ? (
              <p class="muted">There is no source yet.</p>
            ) : (
              <Sources rows={sources} />
            )}
          </Card>
        </>
      )}
    </Loaded>
  );
}

function Answers({ isGood }: { isGood: boolean }) {
  return <Badge tone={isGood ? 'good' : 'bad'}>{isGood ? 'answers' : 'does not answer'}</Badge>;
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
    <>
      <div class="tools">
        <BusyButton
          type="button"
          class="button"
          isBusy={busy.size > 0}
          onClick={() => void Promise.all(rows.map((row) => test(row.name)))}
        >
          Test all
        </BusyButton>
      </div>
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
    </>
  );
}

// -- settings ---------------------------------------------------------------------------------

const kOrigins: Record<Setting['from'], string> = {
  default: 'default',
  file: 'file',
  environment: 'environment',
  flag: 'flag',
};

function Parameters() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const which = query.get('which') ?? 'vendor';
  const settings = useResource('settings', (signal) => listSettings(signal));
  return (
    <>
      <p class="lead">
        As the server was started. A change in its file, environment or flags counts from its next
        start. Secrets, and names of files that hold them, are not shown.
      </p>
      <div class="tools">
        <SearchField
          label="Search settings"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <label class="inline-select">
          <span>Show</span>
          <select
            class="input"
            value={which}
            onChange={(event) =>
              setQuery({
                which: event.currentTarget.value === 'vendor' ? null : event.currentTarget.value,
              })
            }
          >
            <option value="vendor">With vendors’ names</option>
            <option value="changed">Set otherwise than by default</option>
            <option value="all">All</option>
          </select>
        </label>
      </div>
      <Loaded from={settings} what="settings">
        {({ settings: rows }) => {
          const shown = rows.filter(
            (row) =>
              (which === 'all' || (which === 'changed' ? row.from !== 'default' : row.vendor)) &&
              matches(search, row.name, row.help, row.variable),
          );
          return (
            <>
              <Count shown={shown.length} all={rows.length} one="setting" />
              <SettingRows rows={shown} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function SettingRows({ rows }: { rows: Setting[] }) {
  return (
    <List
      label="Settings"
      items={rows}
      keyOf={(row) => row.name}
      columns={[
        {
          label: 'Setting',
          cell: (row) => (
            <div class="stack">
              <span class="row-title code">{row.name}</span>
              <span class="small">{row.help}</span>
              <span class="muted small">
                {row.choices.length > 0 ? row.choices.join(', ') : row.type}. Also{' '}
                <span class="code">{row.variable}</span>.
              </span>
            </div>
          ),
        },
        { label: 'Now', cell: (row) => <SettingValue row={row} /> },
        {
          label: 'From',
          cell: (row) => (
            <Badge {...(row.from === 'default' ? {} : { tone: 'good' as const })}>
              {kOrigins[row.from]}
            </Badge>
          ),
        },
      ]}
    />
  );
}

function SettingValue({ row }: { row: Setting }) {
  if (row.masked) return <span class="muted">set, not shown</span>;
  const isDefault = row.value === row.default;
  return (
    <div class="stack">
      {row.value === '' ? (
        <span class="muted">empty</span>
      ) : (
        <span class="code breaks">{row.value}</span>
      )}
      {!isDefault && (
        <span class="muted small">
          by default {row.default === '' ? 'empty' : <span class="code">{row.default}</span>}
        </span>
      )}
    </div>
  );
}

// -- about ------------------------------------------------------------------------------------

const kKinds = { program: 'Program', library: 'Library', web: 'In the pages' };

function About() {
  const about = useResource('about', (signal) => getAbout(signal));
  const [open, setOpen] = useState<CarriedPart | null>(null);
  return (
    <Loaded from={about} what="version">
      {({ version, parts }) => (
        <>
          <p class="lead">
            Casement <span class="code">{version}</span>. What the program and its pages are made
            of, and under which licence:
          </p>
          <List
            label="Parts and their licences"
            items={parts}
            keyOf={(part) => part.id}
            columns={[
              {
                label: 'Part',
                cell: (part) => (
                  <div class="stack">
                    <span class="row-title">{part.name}</span>
                    <span class="muted code">{part.version}</span>
                  </div>
                ),
              },
              { label: 'Kind', cell: (part) => kKinds[part.kind] },
              { label: 'Licence', cell: (part) => part.licence },
              {
                label: 'Text',
                isHidden: true,
                end: true,
                cell: (part) => (
                  <button
                    type="button"
                    class="button"
                    aria-label={`Read the licence of ${part.name}`}
                    onClick={() => setOpen(part)}
                  >
                    Read
                  </button>
                ),
              },
            ]}
          />
          {open && <LicenceText part={open} onClose={() => setOpen(null)} />}
        </>
      )}
    </Loaded>
  );
}

async function textOf(part: CarriedPart, signal: AbortSignal): Promise<string> {
  const answer = await fetch(`${kApi}/about/licences/${part.id}`, {
    credentials: 'same-origin',
    headers: { 'X-Casement': '1' },
    signal,
  });
  if (!answer.ok) throw new Error('no licence text');
  return answer.text();
}

function LicenceText({ part, onClose }: { part: CarriedPart; onClose: () => void }) {
  const text = useResource(`licence ${part.id}`, (signal) => textOf(part, signal));
  return (
    <Dialog title={`${part.name}: ${part.licence}`} width="wide" onClose={onClose}>
      {text.error !== null && <Failed error={text.error} onRetry={text.reload} />}
      {text.value === null ? (
        text.error === null && <Loading what="the licence" />
      ) : (
        <pre class="licence" tabIndex={0} role="region" aria-label={`Licence of ${part.name}`}>
          {text.value}
        </pre>
      )}
    </Dialog>
  );
}
