// The console: an application for authors and operators, below /console.
import { render } from 'preact';
import { me, settle, stage, start } from './state/app';
import { parts, startRouter } from './state/router';
import { carryViewerParts } from './state/viewer-parts';
import { Frame } from './ui/frame';
import { lazy } from './ui/lazy';
import { maySee } from './ui/navigation';
import { Failed, Loading } from './ui/states';
import { Entry, SetUp, SignIn } from './pages/entry';
import type { DashboardTab } from './pages/dashboard';
import { Dashboards } from './pages/dashboards';

const Account = lazy(() => import('./pages/account').then((part) => part.Account));
const AuditPage = lazy(() => import('./pages/audit').then((part) => part.Audit));
const DashboardPage = lazy(() => import('./pages/dashboard').then((part) => part.DashboardPage));
const NotFound = lazy(() => import('./pages/not-found').then((part) => part.NotFound));
const NotForYou = lazy(() => import('./pages/not-found').then((part) => part.NotForYou));
const Invitation = lazy(() => import('./pages/invitation').then((part) => part.Invitation));
const Explore = lazy(() => import('./pages/explore').then((part) => part.Explore));
const EditPage = lazy(() => import('./edit/edit-page').then((part) => part.EditPage));
const NewPage = lazy(() => import('./edit/new-page').then((part) => part.NewPage));
const ImportPage = lazy(() => import('./pages/import').then((part) => part.ImportPage));
const PeoplePages = lazy(() => import('./pages/people').then((part) => part.People));
const Links = lazy(() => import('./pages/links').then((part) => part.Links));
const ServerPage = lazy(() => import('./pages/server').then((part) => part.ServerPage));
const UsagePage = lazy(() => import('./pages/usage').then((part) => part.UsagePage));
const SessionsPage = lazy(() => import('./pages/sessions').then((part) => part.Sessions));
const Keys = lazy(() => import('./pages/keys').then((part) => part.Keys));
const Settings = lazy(() => import('./pages/settings').then((part) => part.Settings));
const SharePage = lazy(() => import('./pages/share').then((part) => part.SharePage));
const Shares = lazy(() => import('./pages/shares').then((part) => part.Shares));
const Sources = lazy(() => import('./pages/sources').then((part) => part.Sources));
const SourcePage = lazy(() => import('./pages/source').then((part) => part.SourcePage));
const NewSource = lazy(() => import('./pages/new-source').then((part) => part.NewSource));
const ModelPage = lazy(() => import('./pages/model').then((part) => part.ModelPage));
const NewModel = lazy(() => import('./pages/model').then((part) => part.NewModel));
const Proofs = lazy(() => import('./pages/proofs').then((part) => part.Proofs));

const kDashboardTabs: readonly string[] = ['view', 'overview', 'versions', 'json', 'report'];
const isDashboardTab = (tab: string): tab is DashboardTab => kDashboardTabs.includes(tab);

function Routes() {
  const [section = 'dashboards', name, tab, ...rest] = parts.value;
  // Explore says itself why it is not there.
  if (section !== 'explore' && !maySee(section)) return <NotForYou />;
  if (rest.length === 0) {
    if (section === 'dashboards' && tab === undefined) {
      if (name === undefined) return <Dashboards />;
      if (name === 'new') return <NewPage />;
      if (name === 'import') return <ImportPage />;
    }
    if (section === 'dashboards' && name !== undefined) {
      if (tab === 'edit') return <EditPage key={name} id={name} />;
      const shown = tab ?? 'view';
      if (isDashboardTab(shown)) {
        return <DashboardPage key={name} id={name} tab={shown} />;
      }
    }
    if (section === 'shares' && name === undefined) return <Shares />;
    if (section === 'shares' && name !== undefined) {
      const shown = tab ?? 'settings';
      if (
        shown === 'settings' ||
        shown === 'credentials' ||
        shown === 'embed' ||
        shown === 'invitations'
      ) {
        return <SharePage key={name} token={name} tab={shown} />;
      }
    }
    if (section === 'people') return <PeoplePages tab={name} id={tab} />;
    if (section === 'keys') return <Keys tab={name ?? 'api'} id={tab} />;
    if (section === 'sources' && name !== undefined) {
      const shown = tab ?? 'settings';
      if (shown === 'settings' || shown === 'schema' || shown === 'uses') {
        return <SourcePage key={name} name={name} tab={shown} />;
      }
    }
    if (section === 'models' && name !== undefined) {
      const shown = tab ?? 'relations';
      if (shown === 'relations' || shown === 'preview' || shown === 'uses') {
        return <ModelPage key={name} name={name} tab={shown} />;
      }
    }
    if (section === 'server' && tab === undefined) {
      const shown = name ?? 'health';
      if (shown === 'health' || shown === 'parameters' || shown === 'about') {
        return <ServerPage tab={shown} />;
      }
    }
    if (name === undefined) {
      if (section === 'links') return <Links />;
      if (section === 'usage') return <UsagePage />;
      if (section === 'sessions') return <SessionsPage />;
      if (section === 'audit') return <AuditPage />;
      if (section === 'explore') return <Explore />;
      if (section === 'sources') return <Sources />;
      if (section === 'new-source') return <NewSource />;
      if (section === 'new-model') return <NewModel />;
      if (section === 'proofs') return <Proofs />;
      if (section === 'settings') return <Settings />;
      if (section === 'account') return <Account />;
    }
  }
  return <NotFound />;
}

function Entrance() {
  const current = stage.value;
  switch (current.kind) {
    case 'starting':
      return <Loading what="the console" />;
    case 'setup':
      return <SetUp />;
    case 'signed-out':
      return <SignIn />;
    case 'failed':
      return (
        <Entry title="The console cannot start">
          <Failed error={current.error} onRetry={() => void settle()} />
        </Entry>
      );
    case 'signed-in':
      return null;
  }
}

function App() {
  const who = me.value;
  // Whoever is signed in here already, a link that was handed over is somebody's own.
  if (parts.value[0] === 'invitation' && stage.value.kind !== 'starting') return <Invitation />;
  return (
    <>
      <Entrance />
      {who && (
        // Another person or organization begins anew; the same one goes on with what was typed.
        <div key={`${who.handle} ${who.organization.id}`} hidden={stage.value.kind !== 'signed-in'}>
          <Frame>
            <Routes />
          </Frame>
        </div>
      )}
    </>
  );
}

const root = document.getElementById('app');
if (root) {
  carryViewerParts();
  startRouter();
  render(<App />, root);
  void start();
}
