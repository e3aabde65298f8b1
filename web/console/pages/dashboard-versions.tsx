// The history of a dashboard: who changed what and when, what differs, and an older one again.
import { useState } from 'preact/hooks';
import { getDashboard } from '../api/calls';
import { Refusal } from '../api/client';
import type { Dashboard } from '../api/types';
import {
  getVersion,
  listVersions,
  restoreVersion,
  type CountedDashboard,
  type Version,
} from '../data/versions';
import { instantWords } from '../format';
import { may } from '../state/app';
import { useChange, useResource } from '../state/resource';
import { place, setQuery } from '../state/router';
import { toast } from '../state/toasts';
import { Badge, BusyButton, When } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { SelectField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { List } from '../ui/lists';
import { Card } from '../ui/page';
import { Empty, Failed, FormError, Loaded } from '../ui/states';
import { VersionDiff } from './version-diff';

const kPage = 50;

async function load(id: string, signal: AbortSignal): Promise<{ versions: Version[] }> {
  return listVersions(id, { limit: kPage }, signal);
}

export function DashboardVersions({
  dashboard,
  onChanged,
}: {
  dashboard: Dashboard;
  onChanged: (dashboard: Dashboard) => void;
}) {
  const { uid } = dashboard;
  const first = useResource(`versions ${uid}`, (signal) => load(uid, signal));
  return (
    <Loaded from={first} what="its versions">
      {({ versions }) =>
        versions.length === 0 ? (
          <Empty title="It has not been changed yet">
            <p>Each change of its title or document is kept here from now on, with who made it.</p>
          </Empty>
        ) : (
          <History
            key={versions[0]?.revision}
            dashboard={dashboard}
            newest={versions}
            onRestored={(restored) => {
              onChanged(restored);
              setQuery({ from: null, to: null });
              first.reload();
            }}
          />
        )
      }
    </Loaded>
  );
}

const revisionIn = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;

const nameOf = (version: Version, current: number): string =>
  `${version.revision}${version.revision === current ? ' (now)' : ''} · ${instantWords(version.created_at)} · ${version.author || 'unknown'}`;

function History({
  dashboard,
  newest,
  onRestored,
}: {
  dashboard: Dashboard;
  newest: Version[];
  onRestored: (dashboard: Dashboard) => void;
}) {
  const [versions, setVersions] = useState(newest);
  const [isWhole, setWhole] = useState(newest.length < kPage);
  const [restoring, setRestoring] = useState<Version | null>(null);
  const older = useChange();
  const { query } = place.value;
  const current = newest[0]?.revision ?? 0;
  const to = revisionIn(query.get('to')) ?? current;
  const from = revisionIn(query.get('from')) ?? beforeOf(versions, to);
  const compare = (revision: number): void =>
    setQuery({ from: String(beforeOf(versions, revision)), to: String(revision) });
  const more = (): void =>
    void older.run(async () => {
      const before = versions.at(-1)?.revision ?? 0;
      const answer = await listVersions(dashboard.uid, { before, limit: kPage });
      setVersions([...versions, ...answer.versions]);
      setWhole(answer.versions.length < kPage);
    });
  const choices = versions.map((version) => ({
    value: String(version.revision),
    label: nameOf(version, current),
  }));
  return (
    <>
      <Card title="What differs">
        {versions.length < 2 ? (
          <p class="muted">There is nothing to compare with yet.</p>
        ) : (
          <>
            <div class="columns">
              <SelectField
                label="Older"
                value={String(from)}
                choices={choices}
                onChange={(value) => setQuery({ from: value })}
              />
              <SelectField
                label="Newer"
                value={String(to)}
                choices={choices}
                onChange={(value) => setQuery({ to: value, from: String(from) })}
              />
            </div>
            <Compared dashboard={dashboard} from={from} to={to} />
          </>
        )}
      </Card>
      <List
        label="Versions"
        items={versions}
        keyOf={(version) => version.revision}
        columns={[
          {
            label: 'Revision',
            cell: (version) => (
              <span class="row-title">
                {version.revision}
                {version.revision === current && <Badge tone="good">now</Badge>}
                {version.message !== '' && <span class="version-message">{version.message}</span>}
                {version.restored_from > 0 && (
                  <span class="muted">Restored from {version.restored_from}</span>
                )}
              </span>
            ),
          },
          { label: 'When', cell: (version) => <When at={version.created_at} /> },
          { label: 'Who', cell: (version) => version.author || <span class="muted">unknown</span> },
          {
            label: 'Actions',
            isHidden: true,
            end: true,
            cell: (version) => (
              <div class="button-row">
                {beforeOf(versions, version.revision) !== version.revision && (
                  <button
                    type="button"
                    class="button"
                    aria-label={`Changes of revision ${version.revision}`}
                    onClick={() => {
                      compare(version.revision);
                      window.scrollTo(0, 0);
                    }}
                  >
                    Changes
                  </button>
                )}
                {version.revision !== current && mayRestore(dashboard) && (
                  <button
                    type="button"
                    class="button"
                    aria-label={`Restore revision ${version.revision}`}
                    onClick={() => setRestoring(version)}
                  >
                    Restore
                  </button>
                )}
              </div>
            ),
          },
        ]}
      />
      {older.error !== null && <Failed error={older.error} onRetry={more} />}
      {!isWhole && (
        <BusyButton type="button" class="button" isBusy={older.isBusy} onClick={more}>
          Older versions
        </BusyButton>
      )}
      {restoring && (
        <RestoreDialog
          dashboard={dashboard}
          version={restoring}
          current={current}
          onRestored={onRestored}
          onClose={() => setRestoring(null)}
        />
      )}
    </>
  );
}

/** Those of other dialects are changed where they came from. */
const mayRestore = (dashboard: Dashboard): boolean =>
  may('dashboards_write') && dashboard.dialect === 'casement';

/** The newest known one below this; itself where there is none. */
function beforeOf(versions: Version[], revision: number): number {
  return versions.find((version) => version.revision < revision)?.revision ?? revision;
}

/** Two revisions of a dashboard, fetched and compared. */
function Compared({ dashboard, from, to }: { dashboard: Dashboard; from: number; to: number }) {
  const { uid, dialect } = dashboard;
  const both = useResource(`versions ${uid} ${from} ${to}`, async (signal) => {
    const [before, after] = await Promise.all([
      getVersion(uid, from, signal),
      getVersion(uid, to, signal),
    ]);
    return { before, after };
  });
  return (
    <Loaded from={both} what="what differs">
      {({ before, after }) => <VersionDiff dialect={dialect} before={before} after={after} />}
    </Loaded>
  );
}

function RestoreDialog({
  dashboard,
  version,
  current,
  onRestored,
  onClose,
}: {
  dashboard: Dashboard;
  version: Version;
  current: number;
  onRestored: (dashboard: Dashboard) => void;
  onClose: () => void;
}) {
  const { uid } = dashboard;
  const [message, setMessage] = useState('');
  /** Saved by somebody else after this page was loaded. */
  const [theirs, setTheirs] = useState<Version | null>(null);
  const change = useChange();
  const send = (): void =>
    void change.run(async () => {
      try {
        const restored = await restoreVersion(uid, version.revision, {
          revision: theirs?.revision ?? current,
          ...(message.trim() === '' ? {} : { message: message.trim() }),
        });
        onClose();
        onRestored(restored);
        toast(`Revision ${version.revision} is back, as revision ${restored.revision}.`);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'dashboard_version_mismatch') throw error;
        setTheirs(await newestOf(uid));
      }
    });
  return (
    <Dialog
      title={`Restore revision ${version.revision}`}
      width={theirs ? 'wide' : 'narrow'}
      onClose={onClose}
      onSubmit={send}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <BusyButton isBusy={change.isBusy}>
            {theirs ? 'Restore all the same' : 'Restore'}
          </BusyButton>
        </>
      }
    >
      <FormError error={change.error} />
      {theirs ? (
        <>
          <div class="notice" role="alert">
            <Glyph name="alert" />
            <span>
              <strong>{theirs.author || 'Somebody'}</strong> has saved revision {theirs.revision}{' '}
              meanwhile, <When at={theirs.created_at} />
              {theirs.message === '' ? '.' : `: “${theirs.message}”.`}
            </span>
          </div>
          <p>
            Nothing was restored yet. Restoring puts revision {version.revision} in its place;
            theirs stays among the versions. What they changed:
          </p>
          <Compared dashboard={dashboard} from={current} to={theirs.revision} />
        </>
      ) : (
        <p>
          The dashboard becomes what it was <When at={version.created_at} />, as a new revision.
          What it is now stays among the versions.
        </p>
      )}
      <TextField
        label="Why"
        hint="For whoever looks at the versions later. May be left empty."
        value={message}
        maxLength={500}
        onInput={setMessage}
        autofocus
      />
    </Dialog>
  );
}

async function newestOf(uid: string): Promise<Version> {
  const { versions } = await listVersions(uid, { limit: 1 });
  const [newest] = versions;
  if (newest) return newest;
  const now = (await getDashboard(uid)) as CountedDashboard;
  return {
    revision: now.revision,
    parent: 0,
    restored_from: 0,
    title: now.title,
    message: '',
    author: '',
    created_at: now.modified_at,
  };
}
