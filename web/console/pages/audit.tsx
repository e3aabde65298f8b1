// The audit trail: what happened, by filter.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isAbort } from '../api/client';
import type { AuditRow } from '../api/types';
import { detailWords, isSaidWhole } from '../data/audit-detail';
import { kFamilies, readOn, type AuditFilter } from '../data/audit';
import { counted, instantWords } from '../format';
import { place, setQuery } from '../state/router';
import { When } from '../ui/bits';
import { SearchField, Switch } from '../ui/fields';
import { List } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Page } from '../ui/page';
import { Failed, Loading } from '../ui/states';
import { ChainCheck, Export } from './audit-actions';

const kShown = 50;

interface Shown {
  rows: AuditRow[];
  next: number | null;
  isLoading: boolean;
  error: unknown;
}

const kNothing: Shown = { rows: [], next: null, isLoading: true, error: null };

function useTrail(filter: AuditFilter): Shown & { more: () => void; reload: () => void } {
  const [shown, setShown] = useState<Shown>(kNothing);
  const [turn, setTurn] = useState(0);
  const control = useRef<AbortController | null>(null);
  const key = JSON.stringify(filter);

  const read = useCallback(
    (from: Shown): void => {
      control.current?.abort();
      const own = new AbortController();
      control.current = own;
      setShown({ ...from, isLoading: true, error: null });
      readOn(JSON.parse(key) as AuditFilter, from.next, kShown, own.signal, () => undefined).then(
        ({ rows, next }) => {
          if (own.signal.aborted) return;
          setShown({ rows: [...from.rows, ...rows], next, isLoading: false, error: null });
        },
        (error: unknown) => {
          if (own.signal.aborted || isAbort(error)) return;
          setShown({ ...from, isLoading: false, error });
        },
      );
    },
    [key],
  );
  useEffect(() => {
    read(kNothing);
    return () => control.current?.abort();
  }, [read, turn]);
  return { ...shown, more: () => read(shown), reload: () => setTurn((old) => old + 1) };
}

function filterOf(query: URLSearchParams): AuditFilter {
  return {
    action: query.get('action') ?? '',
    words: query.get('q') ?? '',
    actor: query.get('actor') ?? '',
    object: query.get('object') ?? '',
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
    withPanelTimes: query.get('times') === '1',
  };
}

/** The value some time after it last changed. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 250);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export function Audit() {
  const { query } = place.value;
  const text = useSettled(query.toString());
  const filter = filterOf(new URLSearchParams(text));
  const trail = useTrail(filter);
  const asked = filterOf(query);
  return (
    <Page
      title="Audit"
      lead="What was opened, refused and changed. Each row is chained to the one before it."
      actions={
        <>
          <Export filter={filter} />
          <ChainCheck />
        </>
      }
    >
      <div class="tools">
        <SearchField
          label="Search the trail"
          value={asked.words}
          onInput={(value) => setQuery({ q: value })}
        />
        <label class="inline-select">
          <span>About</span>
          <select
            class="input"
            value={asked.action}
            onChange={(event) => setQuery({ action: event.currentTarget.value })}
          >
            {kFamilies.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
            {!kFamilies.some(({ value }) => value === asked.action) && (
              <option value={asked.action}>{asked.action}</option>
            )}
          </select>
        </label>
        {(['actor', 'object'] as const).map((name) => (
          <label key={name} class="inline-select">
            <span>{name === 'actor' ? 'Who' : 'Object'}</span>
            <input
              class="input code"
              type="text"
              placeholder={name === 'actor' ? 'user:3' : 'share:12'}
              value={asked[name]}
              spellcheck={false}
              autocomplete="off"
              onInput={(event) => setQuery({ [name]: event.currentTarget.value.trim() })}
            />
          </label>
        ))}
        <label class="inline-select">
          <span>From</span>
          <input
            class="input"
            type="date"
            value={asked.from}
            onChange={(event) => setQuery({ from: event.currentTarget.value })}
          />
        </label>
        <label class="inline-select">
          <span>To</span>
          <input
            class="input"
            type="date"
            value={asked.to}
            onChange={(event) => setQuery({ to: event.currentTarget.value })}
          />
        </label>
        {asked.action === '' && (
          <Switch
            label="Include times of panels"
            isOn={asked.withPanelTimes}
            onChange={(isOn) => setQuery({ times: isOn ? '1' : null })}
          />
        )}
      </div>
      {trail.error !== null && <Failed error={trail.error} onRetry={trail.reload} />}
      {trail.rows.length > 0 && <Rows rows={trail.rows} />}
      {trail.isLoading && <Loading what="the trail" />}
      {!trail.isLoading && trail.error === null && trail.rows.length === 0 && (
        <NoMatch filters={['q', 'action', 'actor', 'object', 'from', 'to']}>
          No row of the trail fits the search and the filters.
        </NoMatch>
      )}
      {!trail.isLoading && trail.rows.length > 0 && (
        <p class="count" role="status">
          {counted(trail.rows.length, 'row')}
          {trail.next === null ? ', to the beginning' : ''}
        </p>
      )}
      {trail.next !== null && !trail.isLoading && (
        <button type="button" class="button" onClick={trail.more}>
          Show older rows
        </button>
      )}
    </Page>
  );
}

function Rows({ rows }: { rows: AuditRow[] }) {
  return (
    <List
      label="Audit trail, newest first"
      isDense
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'When',
          cell: (row) => (
            <div class="stack">
              <When at={row.at} />
              <span class="muted small">{instantWords(row.at)}</span>
            </div>
          ),
        },
        {
          label: 'What',
          cell: (row) => (
            <button
              type="button"
              class="text-button code nowrap"
              title={`Only ${row.action}`}
              onClick={() => setQuery({ action: row.action })}
            >
              {row.action}
            </button>
          ),
        },
        {
          label: 'Who',
          cell: (row) =>
            row.actor === '' ? (
              <span class="muted">nobody</span>
            ) : (
              <Narrow name="actor" value={row.actor} called={row.actor_name} />
            ),
        },
        {
          label: 'Object',
          cell: (row) =>
            row.object !== '' && (
              <Narrow name="object" value={row.object} called={row.object_name} />
            ),
        },
        {
          label: 'From',
          cell: (row) =>
            row.client === '' ? (
              <span class="muted">–</span>
            ) : (
              <span class="code nowrap">{row.client}</span>
            ),
        },
        { label: 'Detail', cell: (row) => <Detail row={row} /> },
      ]}
    />
  );
}

/** Shows only the rows that have this value too. */
function Narrow({
  name,
  value,
  called,
}: {
  name: 'actor' | 'object';
  value: string;
  /** As people call it. */
  called: string | null;
}) {
  const choose = (
    <button
      type="button"
      class="text-button code nowrap"
      title={`Only ${value}`}
      onClick={() => setQuery({ [name]: value })}
    >
      {value.length <= kShort ? value : `${value.slice(0, kShort)}…`}
    </button>
  );
  if (called === null) return choose;
  return (
    <div class="stack">
      <span class="called" title={called}>
        {called}
      </span>
      {choose}
    </div>
  );
}

/** Of a longer value this much is enough to tell it from the others; its title is the whole. */
const kShort = 18;

/** So much of a detail stands in its row. */
const kFewWords = 60;

function cutAtWord(words: string): string {
  const head = words.slice(0, kFewWords);
  const space = head.lastIndexOf(' ');
  return space > kFewWords / 2 ? head.slice(0, space) : head;
}

function Detail({ row }: { row: AuditRow }) {
  const words = detailWords(row.detail);
  if (words === '') return <span class="muted">–</span>;
  const isShort = words.length <= kFewWords;
  if (isShort && isSaidWhole(row.detail)) return <span class="small">{words}</span>;
  return (
    <details class="small">
      <summary>{isShort ? words : `${cutAtWord(words)}…`}</summary>
      <pre>{JSON.stringify(row.detail, null, 2)}</pre>
    </details>
  );
}
