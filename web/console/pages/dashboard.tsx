// One dashboard: what is in it, its document, and what became of it in the import.
import { useEffect, useState } from 'preact/hooks';
import { getDashboard, importReport, listShares } from '../api/calls';
import type { Dashboard, JsonObject } from '../api/types';
import { contentsOf } from '../data/document';
import { noteSeen } from '../data/watch';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { navigate, to } from '../state/router';
import { When } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { lazy } from '../ui/lazy';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { Card, Page, Tabs } from '../ui/page';
import { Empty, Failed, Loaded } from '../ui/states';
import { bin, NoDashboard, Origin } from './dashboard-parts';
import { ImportNotes } from './import-notes';
import { mayShare, ShareDialog } from './share-dialog';
import { ShareList } from './share-list';

const DocumentEditor = lazy(() => import('./document-editor').then((part) => part.DocumentEditor));

const DashboardView = lazy(() => import('./dashboard-view').then((part) => part.DashboardView));

const DashboardVersions = lazy(() =>
  import('./dashboard-versions').then((part) => part.DashboardVersions),
);

export type DashboardTab = 'view' | 'overview' | 'versions' | 'json' | 'report';

/** What a provisioning folder or another product writes is changed there. */
const mayWrite = ({ dialect, provisioned }: Dashboard): boolean =>
  may('dashboards_write') && dialect === 'casement' && !provisioned;

export function DashboardPage({ id, tab }: { id: string; tab: DashboardTab }) {
  const dashboard = useResource(`dashboard ${id}`, (signal) => getDashboard(id, signal));
  const [isSharing, setSharing] = useState(false);
  const trail = [{ label: 'Dashboards', href: to('dashboards') }];
  const { value } = dashboard;
  const uid = value?.uid;
  useEffect(() => {
    // For the list of what was opened lately; without it the page is as good.
    if (uid !== undefined) void noteSeen(uid).catch(() => undefined);
  }, [uid]);
  if (!value) {
    return (
      <Page title="Dashboard" trail={trail}>
        <NoDashboard from={dashboard} />
      </Page>
    );
  }
  const remove = (): void =>
    void bin(value).then((isGone) => (isGone ? navigate(to('dashboards')) : undefined));
  const sharing = isSharing && <ShareDialog dashboard={value} onClose={() => setSharing(false)} />;
  if (tab === 'view') {
    return (
      <>
        {dashboard.error !== null && <Failed error={dashboard.error} onRetry={dashboard.reload} />}
        <DashboardView dashboard={value} onShare={() => setSharing(true)} onDelete={remove} />
        {sharing}
      </>
    );
  }
  const tabs = [
    { label: 'View', href: to('dashboards', id), isCurrent: false },
    { label: 'Overview', href: to('dashboards', id, 'overview'), isCurrent: tab === 'overview' },
    { label: 'Versions', href: to('dashboards', id, 'versions'), isCurrent: tab === 'versions' },
    { label: 'JSON', href: to('dashboards', id, 'json'), isCurrent: tab === 'json' },
    ...(value.dialect === 'grafana'
      ? [
          {
            label: 'Import report',
            href: to('dashboards', id, 'report'),
            isCurrent: tab === 'report',
          },
        ]
      : []),
  ];
  return (
    <Page
      title={value.title}
      trail={trail}
      actions={
        <>
          {may('dashboards_write') && (
            <button type="button" class="button danger" onClick={remove}>
              <Glyph name="bin" />
              Delete
            </button>
          )}
          {mayWrite(value) && (
            <Link href={to('dashboards', id, 'edit')} class="button">
              <Glyph name="pen" />
              Edit
            </Link>
          )}
          {mayShare() && (
            <button type="button" class="button primary" onClick={() => setSharing(true)}>
              <Glyph name="share" />
              Share
            </button>
          )}
        </>
      }
    >
      <Tabs label="Of this dashboard" tabs={tabs} />
      {dashboard.error !== null && <Failed error={dashboard.error} onRetry={dashboard.reload} />}
      {tab === 'overview' && <Overview dashboard={value} />}
      {tab === 'versions' && <DashboardVersions dashboard={value} onChanged={dashboard.set} />}
      {tab === 'json' && (
        <DocumentEditor key={value.uid} dashboard={value} onSaved={dashboard.set} />
      )}
      {tab === 'report' && <Report id={id} document={value.document} />}
      {sharing}
    </Page>
  );
}

function Overview({ dashboard }: { dashboard: Dashboard }) {
  const { description, panels, variables } = contentsOf(dashboard);
  const shares = useResource(`shares of ${dashboard.uid}`, (signal) =>
    listShares({ dashboard: dashboard.uid, limit: 100 }, signal),
  );
  return (
    <>
      <Card title="About">
        {description !== '' && <p class="prose">{description}</p>}
        <dl class="facts">
          <div>
            <dt>UID</dt>
            <dd class="code">{dashboard.uid}</dd>
          </div>
          <div>
            <dt>Origin</dt>
            <dd>
              <Origin item={dashboard} />
            </dd>
          </div>
          <div>
            <dt>Author</dt>
            <dd>{dashboard.author || 'unknown'}</dd>
          </div>
          <div>
            <dt>Created</dt>
            <dd>
              <When at={dashboard.created_at} />
            </dd>
          </div>
          <div>
            <dt>Changed</dt>
            <dd>
              <When at={dashboard.modified_at} />
            </dd>
          </div>
        </dl>
      </Card>
      <Card title={`Panels (${panels.length})`}>
        {panels.length === 0 ? (
          <p class="muted">It has no panels yet. Edit it to add the first.</p>
        ) : (
          <List
            label="Panels"
            items={panels}
            keyOf={(panel) => panel.id}
            columns={[
              {
                label: 'Title',
                cell: (panel) => panel.title || <span class="muted">without a title</span>,
              },
              { label: 'Type', cell: (panel) => <span class="code">{panel.type}</span> },
              {
                label: 'Reads',
                cell: (panel) => panel.reads.join(', ') || <span class="muted">nothing</span>,
              },
            ]}
          />
        )}
      </Card>
      {variables.length > 0 && (
        <Card title={`Variables (${variables.length})`}>
          <List
            label="Variables"
            items={variables}
            keyOf={(variable) => variable.name}
            columns={[
              {
                label: 'Name',
                cell: (variable) => (
                  <div class="stack">
                    <span>{variable.label}</span>
                    <span class="muted code">{variable.name}</span>
                  </div>
                ),
              },
              { label: 'Type', cell: (variable) => <span class="code">{variable.type}</span> },
              {
                label: 'Default',
                cell: (variable) => variable.defaults.join(', ') || <span class="muted">none</span>,
              },
            ]}
          />
        </Card>
      )}
      <Card title="Shares">
        <Loaded from={shares} what="its shares">
          {({ shares: items }) =>
            items.length === 0 ? (
              <p class="muted">Nobody outside can see it: it is not shared.</p>
            ) : (
              <ShareList items={items} withDashboard={false} />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

function Report({ id, document }: { id: string; document: JsonObject }) {
  const report = useResource(`report ${id}`, (signal) => importReport(id, signal));
  return (
    <Loaded from={report} what="the report">
      {({ notes }) =>
        notes.length === 0 ? (
          <Empty title="Everything was taken as it is">
            <p>
              The viewer draws this dashboard without changes.{' '}
              <Link href={to('dashboards', id)}>Look at its panels</Link>
            </p>
          </Empty>
        ) : (
          <ImportNotes notes={notes} document={document} />
        )
      }
    </Loaded>
  );
}
