// Live sessions: who looks at which share, from where, and an end to it.
import { Popover } from '../../viewer/ui/popover';
import { endSession, listSessions, listShares } from '../api/calls';
import { wordsOf } from '../api/client';
import type { Share, ViewerSession } from '../api/types';
import { matches } from '../data/all';
import { endSessions } from '../data/watch';
import { browserWords } from '../format';
import { may } from '../state/app';
import { confirm } from '../state/confirming';
import { useResource } from '../state/resource';
import { place, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { When } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Count, List } from '../ui/lists';
import { Page } from '../ui/page';
import { Empty, Loaded } from '../ui/states';
import { titleOf } from './share-list';

const kMost = 1000;

interface Known {
  sessions: ViewerSession[];
  shares: Map<string, Share>;
}

async function load(share: string, signal: AbortSignal): Promise<Known> {
  const [{ sessions }, { shares }] = await Promise.all([
    listSessions({ limit: kMost, ...(share === '' ? {} : { share }) }, signal),
    may('dashboards_read')
      ? listShares({ limit: kMost }, signal)
      : Promise.resolve({ shares: [] as Share[] }),
  ]);
  return { sessions, shares: new Map(shares.map((one) => [one.token, one])) };
}

export function Sessions() {
  const { query } = place.value;
  const share = query.get('share') ?? '';
  const search = query.get('q') ?? '';
  const sessions = useResource(`sessions ${share}`, (signal) => load(share, signal));
  return (
    <Page
      title="Sessions"
      lead="Who is looking right now. A session that is ended is refused at once, its streams are cut."
      actions={
        <button type="button" class="button" onClick={sessions.reload}>
          <Glyph name="refresh" />
          Refresh
        </button>
      }
    >
      <Loaded from={sessions} what="sessions">
        {(known) => (
          <Live known={known} share={share} search={search} onChanged={sessions.reload} />
        )}
      </Loaded>
    </Page>
  );
}

function Live({
  known,
  share,
  search,
  onChanged,
}: {
  known: Known;
  share: string;
  search: string;
  onChanged: () => void;
}) {
  const { sessions, shares } = known;
  const chosen = shares.get(share);
  const found = sessions.filter((row) => {
    const of = row.share === null ? undefined : shares.get(row.share);
    return matches(
      search,
      row.client,
      browserWords(row.user_agent),
      of && titleOf(of),
      row.id,
      row.name,
      row.target,
    );
  });
  return (
    <>
      <div class="tools">
        <SearchField
          label="Search sessions"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <label class="inline-select">
          <span>Share</span>
          <select
            class="input"
            value={share}
            onChange={(event) => setQuery({ share: event.currentTarget.value })}
          >
            <option value="">All</option>
            {[...shares.values()]
              .sort((a, b) => titleOf(a).localeCompare(titleOf(b)))
              .map((one) => (
                <option key={one.token} value={one.token}>
                  {titleOf(one)}
                </option>
              ))}
            {share !== '' && !chosen && <option value={share}>{share}</option>}
          </select>
        </label>
        {share !== '' && may('sessions_end') && sessions.length > 0 && (
          <EndAll
            of={{ share }}
            title={`“${chosen ? titleOf(chosen) : share}”`}
            onDone={onChanged}
          />
        )}
      </div>
      {sessions.length === 0 ? (
        <Empty title="Nobody is looking">
          {share === '' ? (
            <>
              <p>Sessions appear here as soon as a link is opened.</p>
              <Link href={to('shares')} class="button">
                Look at the shares
              </Link>
            </>
          ) : (
            <>
              <p>Nobody has this share open now.</p>
              <button type="button" class="button" onClick={() => setQuery({ share: null })}>
                All sessions
              </button>
            </>
          )}
        </Empty>
      ) : (
        <>
          <Count shown={found.length} all={sessions.length} one="session" />
          {sessions.length === kMost && (
            <p class="notice">Only the newest {kMost} are shown. Choose a share to see its own.</p>
          )}
          <Rows rows={found} shares={shares} onChanged={onChanged} />
        </>
      )}
    </>
  );
}

function Rows({
  rows,
  shares,
  onChanged,
}: {
  rows: ViewerSession[];
  shares: Map<string, Share>;
  onChanged: () => void;
}) {
  return (
    <List
      label="Live sessions"
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'Who',
          cell: (row) => (
            <div class="stack">
              <span class="row-title" title={row.user_agent}>
                {browserWords(row.user_agent)}
              </span>
              {whoIs(row) !== null && <span>{whoIs(row)}</span>}
              <span class="muted code">{row.client}</span>
            </div>
          ),
        },
        {
          label: 'Looks at',
          cell: (row) => {
            if (row.share === null) {
              return (
                <span class="code breaks">{row.target ?? 'a snapshot, or without a link'}</span>
              );
            }
            const of = shares.get(row.share);
            return <Link href={to('shares', row.share)}>{of ? titleOf(of) : row.share}</Link>;
          },
        },
        { label: 'Since', cell: (row) => <When at={row.created_at} /> },
        { label: 'Last seen', cell: (row) => <When at={row.last_seen_at} /> },
        { label: 'Ends', cell: (row) => <When at={row.expires_at} /> },
        {
          label: 'Actions',
          isHidden: true,
          end: true,
          cell: (row) =>
            may('sessions_end') && (
              <span class="row-buttons">
                <button
                  type="button"
                  class="button"
                  aria-label={`End the session of ${browserWords(row.user_agent)} at ${row.client}`}
                  onClick={() => void endOne(row).then(onChanged)}
                >
                  End
                </button>
                <MoreEnds row={row} onChanged={onChanged} />
              </span>
            ),
        },
      ]}
    />
  );
}

/** An end to all that are of the same person, key or share. */
function MoreEnds({ row, onChanged }: { row: ViewerSession; onChanged: () => void }) {
  const found = whose(row);
  if (!found) return null;
  return (
    <Popover
      label={`More about the session at ${row.client}`}
      kind="menu"
      buttonClass="button quiet icon-only"
      face={<Glyph name="more" />}
    >
      {(close) => (
        <MenuItem
          icon="out"
          label={`End all of ${found.words}`}
          tone="danger"
          onChoose={() => {
            close();
            void endAll(found.of, found.words).then(onChanged);
          }}
        />
      )}
    </Popover>
  );
}

async function endOne(row: ViewerSession): Promise<void> {
  const isSure = await confirm({
    title: 'End this session?',
    text: `${browserWords(row.user_agent)} at ${row.client} sees that its access was ended. A fresh link opens a new session.`,
    act: 'End the session',
  });
  if (!isSure) return;
  try {
    await endSession(row.id);
    toast('The session is over.');
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
}

/** The person, the key or the invited address behind it; null for whoever has a share's link. */
function whoIs({ user, key, name }: ViewerSession): string | null {
  if (user !== null) return name ?? `person ${user}`;
  return key === null ? name : `key ${name ?? key}`;
}

type Whose = { share: string } | { user: number } | { key: number };

async function endAll(of: Whose, title: string): Promise<void> {
  const isSure = await confirm({
    title: `End all sessions of ${title}?`,
    text:
      'share' in of
        ? 'Everybody who looks at it now is cut off. Whoever gets a fresh link can come back: pause the share to keep them out.'
        : 'All of them are cut off at once. Whoever gets a fresh link can come back: to keep them out, disable the person or revoke the key.',
    act: 'End them all',
  });
  if (!isSure) return;
  try {
    const { ended } = await endSessions(of);
    toast(ended === 1 ? 'One session is over.' : `${ended} sessions are over.`);
  } catch (error) {
    toast(wordsOf(error), 'bad');
  }
}

function EndAll({ of, title, onDone }: { of: Whose; title: string; onDone: () => void }) {
  return (
    <button type="button" class="button danger" onClick={() => void endAll(of, title).then(onDone)}>
      {'share' in of ? 'End all of this share' : 'End all'}
    </button>
  );
}

/** Whose session it is, besides its share: a person of signed logins, or a key of sharable links. */
function whose(row: ViewerSession): { of: Whose; words: string } | null {
  if (row.user !== null) {
    return { of: { user: row.user }, words: row.name ?? `person ${row.user}` };
  }
  if (row.key !== null) {
    return { of: { key: row.key }, words: `the key ${row.name ?? row.key}` };
  }
  if (row.share !== null) return { of: { share: row.share }, words: 'this share' };
  return null;
}
