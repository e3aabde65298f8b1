// By what programs prove themselves: one page with a tab for each family of keys.
import { to } from '../state/router';
import { lazy } from '../ui/lazy';
import { Page, Tabs } from '../ui/page';
import { NotFound } from './not-found';

const ApiKeys = lazy(() => import('./keys-api').then((part) => part.ApiKeys));
const Accounts = lazy(() => import('./keys-accounts').then((part) => part.Accounts));
const Account = lazy(() => import('./keys-account').then((part) => part.Account));
const Programs = lazy(() => import('./keys-programs').then((part) => part.Programs));
const Embedding = lazy(() => import('./keys-embedding').then((part) => part.Embedding));

export type KeysTab = 'api' | 'accounts' | 'programs' | 'embedding';

const kTabs: { tab: KeysTab; label: string; lead: string }[] = [
  {
    tab: 'api',
    label: 'API keys',
    lead: 'Each signs sharable links and calls the API in Grafana’s way, with a role of its own.',
  },
  {
    tab: 'accounts',
    label: 'Service accounts',
    lead: 'A program with a role, and with as many tokens as it needs.',
  },
  {
    tab: 'programs',
    label: 'Datadog & Looker keys',
    lead: 'Each calls the API in Datadog’s or Looker’s way, or is a service token of this server’s own API.',
  },
  {
    tab: 'embedding',
    label: 'Embed secrets',
    lead: 'What signs Looker’s embed links, and who may put the pages into a frame.',
  },
];

export const tabHref = (tab: KeysTab): string => (tab === 'api' ? to('keys') : to('keys', tab));

export function Keys({ tab, id }: { tab: string; id: string | undefined }) {
  const shown = kTabs.find((one) => one.tab === tab);
  if (!shown || (tab === 'api' && id !== undefined)) return <NotFound />;
  if (id !== undefined) {
    return tab === 'accounts' && /^\d{1,15}$/.test(id) ? <Account id={Number(id)} /> : <NotFound />;
  }
  return (
    <Page title="Keys">
      <Tabs
        label="Keys"
        tabs={kTabs.map((one) => ({
          label: one.label,
          href: tabHref(one.tab),
          isCurrent: one.tab === tab,
        }))}
      />
      <p class="lead">{shown.lead}</p>
      {tab === 'api' && <ApiKeys />}
      {tab === 'accounts' && <Accounts />}
      {tab === 'programs' && <Programs />}
      {tab === 'embedding' && <Embedding />}
    </Page>
  );
}
