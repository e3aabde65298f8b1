// A new dashboard, from a document that draws something already.
import { createDashboard, listSources } from '../api/calls';
import type { JsonObject } from '../api/types';
import { may } from '../state/app';
import { useResource } from '../state/resource';
import { navigate, setGuard, to } from '../state/router';
import { toast } from '../state/toasts';
import { Page } from '../ui/page';
import { Loaded } from '../ui/states';
import { JsonForm } from './json-form';

/** The first table of the first source, when the person may know of one. */
async function starting(signal: AbortSignal): Promise<string> {
  const sources = may('org_manage') ? (await listSources(signal)).sources : [];
  const source = sources.find(({ tables }) => tables.length > 0);
  const about: JsonObject = {
    id: 1,
    type: 'text',
    title: 'About',
    grid: { x: 0, y: 0, w: 24, h: 4 },
    markdown: 'What this dashboard shows, and for **whom**.',
  };
  const count: JsonObject[] = source
    ? [
        {
          id: 2,
          type: 'stat',
          title: 'Rows',
          grid: { x: 0, y: 4, w: 8, h: 5 },
          queries: [
            {
              name: 'A',
              source: source.name,
              sql: `select count(*) as rows from ${source.tables[0] ?? ''}`,
            },
          ],
        },
      ]
    : [];
  const document = { title: 'New dashboard', panels: [about, ...count] };
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function NewDashboard() {
  const text = useResource('new dashboard', starting);
  return (
    <Page
      title="New dashboard"
      trail={[{ label: 'Dashboards', href: to('dashboards') }]}
      lead="Write its document. The server checks it before it keeps it, and says where it is wrong."
    >
      <Loaded from={text} what="the editor">
        {(value) => (
          <JsonForm
            label="Document of the new dashboard"
            text={value}
            version={0}
            isNew
            act="Create"
            onSend={async (document) => {
              const made = await createDashboard(document);
              setGuard(null);
              toast(`“${made.title}” is made.`);
              await navigate(to('dashboards', made.uid));
            }}
          />
        )}
      </Loaded>
    </Page>
  );
}
