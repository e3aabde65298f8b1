// A dashboard's document as JSON. Those of other dialects are changed where they came from.
import { useState } from 'preact/hooks';
import { getDashboard, replaceDashboard } from '../api/calls';
import type { Dashboard, JsonObject } from '../api/types';
import { kDialects } from '../data/document';
import { may } from '../state/app';
import { confirm } from '../state/confirming';
import { toast } from '../state/toasts';
import { Glyph } from '../ui/icons';
import { JsonForm } from './json-form';

const textOf = (dashboard: Dashboard): string => `${JSON.stringify(dashboard.document, null, 2)}\n`;

export function DocumentEditor({
  dashboard,
  onSaved,
}: {
  dashboard: Dashboard;
  onSaved: (dashboard: Dashboard) => void;
}) {
  const [kept, setKept] = useState({ dashboard, version: 0 });
  const isForeign = dashboard.dialect !== 'casement';
  const isReadOnly = isForeign || !may('dashboards_write');

  const save = async (document: JsonObject): Promise<void> => {
    const { uid, modified_at } = kept.dashboard;
    const now = await getDashboard(uid);
    if (now.modified_at !== modified_at) {
      const isSure = await confirm({
        title: 'Somebody else has saved it meanwhile',
        text: 'Saving replaces what they wrote. Cancel, copy your text, and reload the page to see theirs.',
        act: 'Replace theirs',
      });
      if (!isSure) return;
    }
    const saved = await replaceDashboard(uid, document);
    setKept({ dashboard: saved, version: kept.version + 1 });
    onSaved(saved);
    toast('The dashboard is saved. Open sessions show it with their next refresh.');
  };

  return (
    <>
      {isForeign && (
        <p class="notice">
          <Glyph name="info" />
          <span>
            This dashboard came through the API of{' '}
            {kDialects[dashboard.dialect] ?? dashboard.dialect} and is changed there. Here it can be
            read.
          </span>
        </p>
      )}
      {dashboard.provisioned && !isForeign && (
        <p class="notice">
          <Glyph name="info" />
          <span>
            This dashboard comes from a provisioning folder: what is changed here lasts until the
            folder is applied again.
          </span>
        </p>
      )}
      <JsonForm
        label={`Document of ${dashboard.title}`}
        text={textOf(kept.dashboard)}
        version={kept.version}
        isReadOnly={isReadOnly}
        act="Save"
        onSend={save}
      />
    </>
  );
}
