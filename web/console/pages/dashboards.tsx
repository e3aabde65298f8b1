// The home: every dashboard of the organization, and its bin.
import { may } from '../state/app';
import { place, to } from '../state/router';
import { Glyph } from '../ui/icons';
import { lazy } from '../ui/lazy';
import { Link } from '../ui/link';
import { Page, Tabs } from '../ui/page';
import { Home } from './home';

const Bin = lazy(() => import('./bin').then((part) => part.Bin));

export function Dashboards() {
  const { query } = place.value;
  const asked = query.get('view');
  const view =
    query.get('bin') === '1'
      ? 'bin'
      : asked === 'starred' || asked === 'recent'
        ? asked
        : ('all' as const);
  return (
    <Page
      title="Dashboards"
      actions={
        may('dashboards_write') && (
          <>
            <Link href={to('dashboards', 'import')} class="button">
              <Glyph name="upload" />
              Import
            </Link>
            <Link href={to('dashboards', 'new')} class="button primary">
              <Glyph name="plus" />
              New dashboard
            </Link>
          </>
        )
      }
    >
      <Tabs
        label="Which dashboards"
        tabs={[
          { label: 'All', href: to('dashboards'), isCurrent: view === 'all' },
          {
            label: 'Starred',
            href: `${to('dashboards')}?view=starred`,
            isCurrent: view === 'starred',
          },
          {
            label: 'Recent',
            href: `${to('dashboards')}?view=recent`,
            isCurrent: view === 'recent',
          },
          { label: 'Bin', href: `${to('dashboards')}?bin=1`, isCurrent: view === 'bin' },
        ]}
      />
      {view === 'bin' ? <Bin /> : <Home view={view} />}
    </Page>
  );
}
