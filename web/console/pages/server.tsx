// The server itself: whether its sources and stores answer, how it is set, what it is made of.
import { to } from '../state/router';
import { Page, Tabs } from '../ui/page';
import { About } from './server-about';
import { Health } from './server-health';
import { Parameters } from './server-parameters';

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
