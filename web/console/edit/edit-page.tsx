// The editor's page: what it takes to edit a dashboard, and why not where it cannot be.
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { kDialects } from '../data/document';
import { loadDashboard, type KeptDashboard } from '../data/edit';
import { readable, type Readable } from '../data/query';
import { NoDashboard } from '../pages/dashboard-parts';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { to } from '../state/router';
import { Link } from '../ui/link';
import { Page } from '../ui/page';
import { Empty } from '../ui/states';
import { isSame } from './diff';
import { Editor } from './editor';
import { unsentOf, type Unsent } from './unsent';
import { UnsentDialog } from './unsent-dialog';

/** Who may not write is told so, and needs nothing to write with. */
const kNothing: Readable = { sources: [], models: [] };
const kTrail = [{ label: 'Dashboards', href: to('dashboards') }];

interface Opened extends Readable {
  dashboard: KeptDashboard;
}

export function EditPage({ id }: { id: string }) {
  const opened = useResource<Opened>(`edit ${id}`, async (signal) => {
    const [dashboard, reading] = await Promise.all([
      loadDashboard(id, signal),
      may('dashboards_write') ? readable(signal) : kNothing,
    ]);
    return { dashboard, ...reading };
  });
  // What is loaded again later, when the connection is back, does not replace what is written.
  const [first, setFirst] = useState<Opened | null>(null);
  if (first === null && opened.value !== null) setFirst(opened.value);
  if (first === null) {
    return (
      <Page title="Edit" trail={kTrail}>
        <NoDashboard from={opened} />
      </Page>
    );
  }
  const { dashboard } = first;
  const { uid, title, dialect } = dashboard;
  if (!may('dashboards_write')) {
    return (
      <NotHere title={title} uid={uid} head="You may look at it">
        Changing dashboards is not part of your role. Whoever manages your organization’s people can
        give you another.
      </NotHere>
    );
  }
  if (dialect !== 'casement') {
    const name = kDialects[dialect] ?? dialect;
    return (
      <NotHere title={title} uid={uid} head={`It was made through the API of ${name}`}>
        It is kept as that API took it, so that it goes out there as it came in, and is changed
        there. This editor writes Casement’s own documents. To have it here, build it anew from{' '}
        <Link href={to('dashboards', 'new')}>a new dashboard</Link>: its queries can be copied from
        its JSON.
      </NotHere>
    );
  }
  if (dashboard.provisioned) {
    return (
      <NotHere title={title} uid={uid} head="It comes from a provisioning folder">
        Its file is what counts: the next time the folder is applied, whatever is changed here is
        replaced by it. Change the file, or make a copy under a name of its own by{' '}
        <Link href={`${to('dashboards', 'new')}?from=${encodeURIComponent(uid)}`}>
          beginning a new dashboard with it
        </Link>
        .
      </NotHere>
    );
  }
  return <Native opened={first} />;
}

function NotHere({
  title,
  uid,
  head,
  children,
}: {
  title: string;
  uid: string;
  head: string;
  children: ComponentChildren;
}) {
  return (
    <Page title={title} trail={[...kTrail, { label: title, href: to('dashboards', uid) }]}>
      <Empty title={head}>
        <p class="prose">{children}</p>
        <Link href={to('dashboards', uid)} class="button">
          Back to the dashboard
        </Link>
      </Empty>
    </Page>
  );
}

function Native({ opened }: { opened: Opened }) {
  const { dashboard, sources, models } = opened;
  const { uid, document, revision } = dashboard;
  const [unsent, setUnsent] = useState<Unsent | 'none' | 'taken'>(() => {
    const found = unsentOf(uid);
    return found && !isSame(found.document, document) ? found : 'none';
  });
  const [taken, setTaken] = useState<Unsent | null>(null);
  if (typeof unsent === 'object') {
    return (
      <Page title={dashboard.title} trail={kTrail}>
        <UnsentDialog
          unsent={unsent}
          isOlder={unsent.revision !== revision}
          onTake={() => {
            setTaken(unsent);
            setUnsent('taken');
          }}
          onDiscard={() => setUnsent('none')}
        />
      </Page>
    );
  }
  return (
    <Editor
      uid={uid}
      kept={taken ? { document: taken.base, revision: taken.revision } : { document, revision }}
      {...(taken ? { document: taken.document } : {})}
      sources={sources}
      models={models}
    />
  );
}
