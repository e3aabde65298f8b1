// The variables of a native dashboard, changed beside its panels.
import { useMemo, useState } from 'preact/hooks';
import { Refusal } from '../api/client';
import type { Dashboard, Json } from '../api/types';
import { getRevised, isOutdated, readable, saveRevision, type Revised } from '../data/query';
import { VariablesEditor } from '../query/variables-editor';
import { useChange, useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { FormError, Loaded } from '../ui/states';
import { useUnsaved } from './unsaved';

export interface DashboardVariablesProps {
  dashboard: Dashboard;
  onSaved: (dashboard: Dashboard) => void;
}

export function DashboardVariables({ dashboard, onSaved }: DashboardVariablesProps) {
  const revised = useResource(`variables of ${dashboard.uid}`, (signal) =>
    getRevised(dashboard.uid, signal),
  );
  const reads = useResource('readable', readable);
  return (
    <Loaded from={reads} what="sources and models">
      {({ sources, models }) => (
        <Loaded from={revised} what="the variables">
          {(kept) => (
            <Form
              kept={kept}
              sources={sources}
              models={models}
              onKept={(value) => {
                revised.set(value);
                onSaved(value);
              }}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

interface FormProps extends Pick<Parameters<typeof VariablesEditor>[0], 'sources' | 'models'> {
  kept: Revised;
  onKept: (kept: Revised) => void;
}

function Form({ kept: loaded, sources, models, onKept }: FormProps) {
  // What the draft began with: reloads behind it do not touch what is being written.
  const [kept, setKept] = useState(loaded);
  const [document, setDocument] = useState<Json>(kept.document);
  const change = useChange();
  const isChanged = useMemo(
    () => JSON.stringify(document) !== JSON.stringify(kept.document),
    [document, kept],
  );
  useUnsaved(isChanged);
  const { error } = change;
  const isStale = isOutdated(error);
  const field = error instanceof Refusal ? (error.field ?? '') : '';
  const path = field.replace(/^document\.?/, '');
  const isOfVariable = path.startsWith('variables[');

  const take = (value: Revised): void => {
    setKept(value);
    setDocument(value.document);
    onKept(value);
  };
  const save = (revision: number): void =>
    void change.run(async () => {
      take(await saveRevision(kept.uid, document, revision, 'Variables'));
      toast('The variables are saved. Open sessions have them with their next refresh.');
    });
  const theirs = (): void =>
    void change.run(async () => {
      take(await getRevised(kept.uid));
    });
  const replace = (): void =>
    void change.run(async () => {
      const now = await getRevised(kept.uid);
      take(await saveRevision(kept.uid, document, now.revision, 'Variables'));
      toast('The variables are saved, in the place of what somebody else had saved.');
    });

  return (
    <>
      <div aria-live="assertive">
        {isStale && (
          <div class="notice bad conflict">
            <Glyph name="alert" />
            <span>
              Somebody else has saved this dashboard meanwhile. Nothing of yours is written yet.
            </span>
            <button type="button" class="button" onClick={theirs}>
              Take theirs, lose mine
            </button>
            <button type="button" class="button" onClick={replace}>
              Replace theirs
            </button>
          </div>
        )}
      </div>
      {!isStale && !isOfVariable && <FormError error={error} />}
      <VariablesEditor
        document={document}
        sources={sources}
        models={models}
        errors={isOfVariable && error instanceof Refusal ? { [path]: error.message } : {}}
        onChange={setDocument}
      />
      <div class="save-bar">
        <BusyButton
          type="button"
          isBusy={change.isBusy}
          disabled={!isChanged}
          onClick={() => save(kept.revision)}
        >
          Save
        </BusyButton>
        {isChanged && (
          <button
            type="button"
            class="button"
            onClick={() => {
              setDocument(kept.document);
              change.clear();
            }}
          >
            Undo
          </button>
        )}
        <span class="muted" role="status">
          {isChanged ? 'Not saved' : ''}
        </span>
      </div>
    </>
  );
}
