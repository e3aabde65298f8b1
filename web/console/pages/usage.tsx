// What was looked at, by whom and when: counted from the audit trail.
import {
  getUsage,
  type SlowPanel,
  type Usage,
  type UsageCounts,
  type UsageSubject,
} from '../data/watch';
import { instantWords, utcDayWords } from '../format';
import { useResource } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { When } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { List, type Column } from '../ui/lists';
import { Card, Page } from '../ui/page';
import { Empty, Loaded } from '../ui/states';

const kRanges = [
  { value: '1', label: '24 hours' },
  { value: '3', label: '3 days' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
];
const kDay = 86_400_000;

function load(days: number, signal: AbortSignal): Promise<Usage> {
  const now = Date.now();
  return getUsage(
    new Date(now - days * kDay).toISOString(),
    new Date(now + 1000).toISOString(),
    signal,
  );
}

export function UsagePage() {
  const asked = place.value.query.get('days') ?? '7';
  const days = kRanges.some(({ value }) => value === asked) ? asked : '7';
  const usage = useResource(`usage ${days}`, (signal) => load(Number(days), signal));
  return (
    <Page
      title="Usage"
      lead="What was opened, looked at and refused. It is counted from the audit trail when you ask, so looking costs viewers nothing."
      actions={
        <button type="button" class="button" onClick={usage.reload}>
          <Glyph name="refresh" />
          Refresh
        </button>
      }
    >
      <div class="tools">
        <label class="inline-select">
          <span>In the last</span>
          <select
            class="input"
            value={days}
            onChange={(event) => setQuery({ days: event.currentTarget.value })}
          >
            {kRanges.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Loaded from={usage} what="usage">
        {(found) => <Found usage={found} />}
      </Loaded>
    </Page>
  );
}

function Found({ usage }: { usage: Usage }) {
  const { total } = usage;
  const isEmpty = total.opened + total.seen + total.exported + total.refused === 0;
  return (
    <>
      {!usage.whole && (
        <p class="notice">
          There is more in this time than is counted at once: these are the newest rows of the
          trail.
        </p>
      )}
      {isEmpty ? (
        <Empty title="Nobody has looked">
          <p>No link was opened in this time.</p>
        </Empty>
      ) : (
        <>
          <Totals total={total} />
          <Card
            title="Over time"
            hint={usage.step === 'hour' ? 'Each hour, UTC.' : 'Each day, UTC.'}
          >
            <Bars usage={usage} />
          </Card>
          <Card title="By dashboard, share, person and key">
            <Subjects rows={usage.subjects} />
          </Card>
          <Card title="By viewer’s address">
            <List
              label="Viewers by address"
              isDense
              items={usage.clients}
              keyOf={(row) => row.client}
              columns={[
                { label: 'Address', cell: (row) => <span class="code">{row.client}</span> },
                ...counts<Usage['clients'][number]>(),
                { label: 'Last', cell: (row) => <When at={row.last_at} /> },
              ]}
            />
          </Card>
          {usage.panels.length > 0 && <Panels rows={usage.panels} />}
          {usage.reasons.length > 0 && <Reasons rows={usage.reasons} />}
        </>
      )}
      {usage.slow_panels.length > 0 && <SlowPanels rows={usage.slow_panels} />}
      {usage.sources.length > 0 && <Engine rows={usage.sources} />}
    </>
  );
}

function counts<Row extends UsageCounts>(): Column<Row>[] {
  return [
    { label: 'Opened', end: true, cell: (row) => row.opened.toLocaleString() },
    { label: 'Calls for data', end: true, cell: (row) => row.seen.toLocaleString() },
    { label: 'Exports', end: true, cell: (row) => row.exported.toLocaleString() },
    { label: 'Refused', end: true, cell: (row) => row.refused.toLocaleString() },
  ];
}

function Totals({ total }: { total: UsageCounts }) {
  return (
    <dl class="figures">
      {[
        ['Sessions opened', total.opened],
        ['Calls for data', total.seen],
        ['Exports', total.exported],
        ['Refused', total.refused],
      ].map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value?.toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  );
}

const kSeries = ['opened', 'seen', 'refused'] as const;
const kSeriesNames = { opened: 'Opened', seen: 'Calls for data', refused: 'Refused' };

/** Every step of the range, also those in which nothing happened. */
function stepsOf(usage: Usage): (UsageCounts & { at: string })[] {
  const length = usage.step === 'hour' ? 3_600_000 : kDay;
  const known = new Map(usage.over_time.map((one) => [Date.parse(one.at), one]));
  const steps = [];
  const first = Math.floor(Date.parse(usage.from) / length) * length;
  for (let at = first; at < Date.parse(usage.to); at += length) {
    steps.push(
      known.get(at) ?? {
        at: new Date(at).toISOString(),
        opened: 0,
        seen: 0,
        exported: 0,
        refused: 0,
      },
    );
  }
  return steps;
}

function Bars({ usage }: { usage: Usage }) {
  const steps = stepsOf(usage);
  return (
    <div class="bar-charts">
      {kSeries.map((name) => {
        const most = Math.max(0, ...steps.map((step) => step[name]));
        const width = 100 / steps.length;
        const sum = usage.total[name];
        return (
          <figure key={name} class={`bar-chart ${name}`}>
            <figcaption>
              {kSeriesNames[name]} <span class="muted">highest: {most.toLocaleString()}</span>
            </figcaption>
            <svg
              viewBox="0 0 100 32"
              preserveAspectRatio="none"
              role="img"
              aria-label={`${kSeriesNames[name]}: ${sum} in all, highest ${most} in one ${usage.step}`}
            >
              {steps.map((step, at) => {
                const height = most === 0 ? 0 : (step[name] / most) * 31;
                return (
                  <rect
                    key={step.at}
                    x={at * width + width * 0.1}
                    y={32 - height}
                    width={width * 0.8}
                    height={height}
                  >
                    <title>{`${instantWords(step.at)}: ${step[name]}`}</title>
                  </rect>
                );
              })}
            </svg>
            <p class="bar-ends">
              <span>{utcDayWords(usage.from)}</span>
              <span>{utcDayWords(usage.to)}</span>
            </p>
          </figure>
        );
      })}
    </div>
  );
}

const auditOf = (object: string): string => `${to('audit')}?object=${encodeURIComponent(object)}`;

/** The page of what was looked at; of whom there is none, what the trail has. */
function placeOf(row: UsageSubject): string {
  if (row.share !== null) return to('shares', row.share);
  return row.dashboard === null ? auditOf(row.object) : to('dashboards', row.dashboard);
}

function Subjects({ rows }: { rows: UsageSubject[] }) {
  return (
    <List
      label="By dashboard, share, person and key"
      items={rows}
      keyOf={(row) => row.object}
      columns={[
        {
          label: 'What',
          cell: (row) => (
            <div class="stack">
              <Link href={placeOf(row)} class="row-link">
                {row.title}
              </Link>
              <span class="code muted small">{row.object}</span>
            </div>
          ),
        },
        ...counts<UsageSubject>(),
        { label: 'Viewers', end: true, cell: (row) => row.viewers.toLocaleString() },
        { label: 'Last', cell: (row) => <When at={row.last_at} /> },
        {
          label: 'Audit trail',
          isHidden: true,
          end: true,
          cell: (row) => (
            <Link href={auditOf(row.object)} label={`Audit trail of ${row.title}`}>
              Audit
            </Link>
          ),
        },
      ]}
    />
  );
}

function Panels({ rows }: { rows: Usage['panels'] }) {
  return (
    <Card title="Panels that are asked for most">
      <List
        label="Panels that are asked for most"
        isDense
        items={rows.slice(0, 20)}
        keyOf={(row) => `${row.object} ${row.panel}`}
        columns={[
          { label: 'Of', cell: (row) => row.title },
          { label: 'Panel', end: true, cell: (row) => row.panel },
          { label: 'Calls', end: true, cell: (row) => row.seen.toLocaleString() },
        ]}
      />
    </Card>
  );
}

const msWords = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;

/** The panel in the console, by itself; of a look there is no such page. */
function PanelName({ row }: { row: SlowPanel }) {
  const name = row.panel_title ?? `Panel ${row.panel}`;
  if (row.dashboard === null) return <span class="row-title">{name}</span>;
  return (
    <Link href={`${to('dashboards', row.dashboard)}?panel=${row.panel}`} class="row-link">
      {name}
    </Link>
  );
}

function SlowPanels({ rows }: { rows: SlowPanel[] }) {
  return (
    <Card
      title="Slow panels"
      hint="What viewers waited for queries that reached a source, slowest on average first. What came from the cache is not among them."
    >
      <List
        label="Slow panels"
        isDense
        items={rows.slice(0, 20)}
        keyOf={(row) => `${row.object} ${row.panel}`}
        columns={[
          { label: 'Panel', cell: (row) => <PanelName row={row} /> },
          {
            label: 'Of',
            cell: (row) =>
              row.share === null ? (
                row.title
              ) : (
                <Link href={to('shares', row.share)}>{row.title}</Link>
              ),
          },
          { label: 'Mean', end: true, cell: (row) => msWords(row.mean_ms) },
          { label: 'Slowest', end: true, cell: (row) => msWords(row.longest_ms) },
          { label: 'Queries', end: true, cell: (row) => row.runs.toLocaleString() },
          { label: 'Failed', end: true, cell: (row) => row.failed.toLocaleString() },
        ]}
      />
    </Card>
  );
}

function Reasons({ rows }: { rows: Usage['reasons'] }) {
  return (
    <Card title="Why something was refused">
      <List
        label="Reasons of refusals"
        isDense
        items={rows}
        keyOf={(row) => `${row.action} ${row.reason}`}
        columns={[
          { label: 'Reason', cell: (row) => <span class="code">{row.reason || 'none told'}</span> },
          {
            label: 'What was refused',
            cell: (row) => (
              <Link href={`${to('audit')}?action=${encodeURIComponent(row.action)}`}>
                {row.action === 'link.refused' ? 'a link' : 'a call for data'}
              </Link>
            ),
          },
          { label: 'Times', end: true, cell: (row) => row.count.toLocaleString() },
        ]}
      />
    </Card>
  );
}

function Engine({ rows }: { rows: Usage['sources'] }) {
  return (
    <Card
      title="Queries that reached a source"
      hint="Since the server started, over all organizations, slowest kind first. What came from the cache is not among them."
    >
      <List
        label="Queries by type of source"
        isDense
        items={[...rows].sort((a, b) => b.mean_ms - a.mean_ms)}
        keyOf={(row) => row.type}
        columns={[
          { label: 'Type', cell: (row) => <span class="code">{row.type}</span> },
          { label: 'Queries', end: true, cell: (row) => row.runs.toLocaleString() },
          { label: 'Failed', end: true, cell: (row) => row.failed.toLocaleString() },
          {
            label: 'Mean time',
            end: true,
            cell: (row) => msWords(row.mean_ms),
          },
        ]}
      />
    </Card>
  );
}
