// The editor: one document, every change through the reducer, drawn as it is written.
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { Refusal } from '../api/client';
import type { JsonObject, Model, Source } from '../api/types';
import { loadDashboard, makeDashboard, saveDashboard, type KeptDashboard } from '../data/edit';
import { DrawnSession } from '../draw/session';
import { useUnsaved } from '../pages/unsaved';
import { VariablesEditor } from '../query/variables-editor';
import { returns } from '../state/app';
import { useChange } from '../state/resource';
import { navigate, place, setGuard, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { Dialog } from '../ui/dialog';
import { Glyph } from '../ui/icons';
import { Page } from '../ui/page';
import { Canvas } from './canvas';
import {
  idOf,
  isObject,
  itemsOf,
  nameOf,
  objects,
  panelOf,
  panelsOf,
  panelsOfRow,
  textOf,
  typeOf,
  withCopy,
  withNewPanel,
  withoutPanels,
  withPanel,
} from './document';
import { DraftViewer } from './draft-viewer';
import { useEditorKeys } from './editor-keys';
import { faultOf, faultWords, type Fault } from './faults';
import { useKeptInTab } from './kept-in-tab';
import { KindButtons } from './kind-picker';
import { freshPanel, usualSource } from './new-panel';
import { PanelEditor } from './panel-editor';
import { kKinds, type PanelKind } from './panel-kinds';
import { PreviewControls } from './preview-controls';
import { RowDialog } from './row-dialog';
import { ConflictDialog, SaveDialog } from './save-dialogs';
import { SaveFailed } from './save-failed';
import { Settings } from './settings';
import { begin, isDirty, reduce, type Kept } from './state';
import { keepUnsent } from './unsent';

const kWait = 350;
const kParts = [
  { name: '', label: 'Panels' },
  { name: 'variables', label: 'Variables' },
  { name: 'settings', label: 'Settings' },
] as const;

export interface EditorProps {
  /** Null: nothing is kept yet. */
  uid: string | null;
  kept: Kept;
  /** What is gone on with, where it is not what is kept. */
  document?: JsonObject;
  sources: Source[];
  models: Model[];
}

export function Editor({ uid, kept, document: given, sources, models }: EditorProps) {
  const [state, dispatch] = useReducer(reduce, null, () => begin(kept, given));
  const { document } = state;
  const dirty = isDirty(state);
  useUnsaved(dirty);

  const viewer = useMemo(() => new DraftViewer(new DrawnSession({}), uid), []);
  useEffect(() => () => viewer.stop(), []);
  const isBack = returns.value;
  const isDrawn = useRef(false);
  useEffect(() => {
    const wait = isDrawn.current ? kWait : 0;
    isDrawn.current = true;
    const timer = setTimeout(() => void viewer.follow(document), wait);
    return () => clearTimeout(timer);
  }, [document, isBack]);

  useKeptInTab(uid, document, state.kept, dirty);

  const change = (next: JsonObject, label: string, group?: string): void =>
    dispatch({
      do: 'change',
      document: next,
      label,
      at: Date.now(),
      ...(group === undefined ? {} : { group }),
    });
  const step = (way: 'undo' | 'redo'): void => {
    const done = way === 'undo' ? state.past.at(-1) : state.future[0];
    if (!done) return;
    dispatch({ do: way });
    setSaid(`${way === 'undo' ? 'Undone' : 'Done again'}: ${done.label}`);
  };

  const [said, setSaid] = useState('');
  const [dialog, setDialog] = useState<'save' | 'add' | { row: number } | null>(null);
  const [theirs, setTheirs] = useState<KeptDashboard | null>(null);
  const [refused, setRefused] = useState<Fault | null>(null);
  const saving = useChange();
  // What the save has said about a place counts until something is changed.
  useEffect(() => {
    setRefused(null);
    if (saving.error !== null) saving.clear();
  }, [document]);
  const faults = [...viewer.faults.value, ...(refused ? [refused] : [])];

  const message = useRef('');

  /** `over` what somebody else has saved. */
  const put = (over: KeptDashboard | null): void => {
    const sent = document;
    void saving.run(async () => {
      try {
        const saved =
          uid === null
            ? await makeDashboard(sent)
            : await saveDashboard(uid, {
                document: sent,
                revision: over?.revision ?? state.kept.revision ?? 0,
                message: message.current,
              });
        message.current = '';
        dispatch({
          do: 'saved',
          kept: { document: saved.document, revision: saved.revision },
          sent,
        });
        setDialog(null);
        setTheirs(null);
        toast('The dashboard is saved. Open sessions show it with their next refresh.');
        if (uid !== null) return;
        keepUnsent(null, null);
        setGuard(null);
        await navigate(to('dashboards', saved.uid, 'edit'), 'replace');
      } catch (error) {
        if (isMismatch(error) && uid !== null) {
          setTheirs(await loadDashboard(uid));
          setDialog(null);
          return;
        }
        const fault = faultOf(error, sent);
        setRefused(fault);
        if (fault) setDialog(null);
        throw error;
      }
    });
  };
  const askToSave = (): void => {
    saving.clear();
    if (uid === null) put(null);
    else if (dirty) setDialog('save');
  };

  useEditorKeys({ step, save: askToSave });

  const { query } = place.value;
  const id = Number(query.get('panel') ?? '0');
  const panel = panelOf(document, id);
  const part = panel ? 'panel' : (query.get('part') ?? '');
  const focusOn = useRef<number | null>(null);
  useEffect(() => {
    if (panel || focusOn.current === null) return;
    const tile = window.document.querySelector<HTMLElement>(`[data-panel="${focusOn.current}"]`);
    if (!tile) return;
    focusOn.current = null;
    tile.querySelector<HTMLElement>('.tile-grip')?.focus();
    tile.scrollIntoView({ block: 'nearest' });
  });
  const open = (wanted: number): void => {
    setQuery({ panel: String(wanted), part: null });
    window.scrollTo(0, 0);
  };
  const back = (): void => {
    focusOn.current = id;
    setQuery({ panel: null });
  };

  const add = (kind: PanelKind): void => {
    const { w, h, label } = kKinds[kind];
    const fresh = freshPanel(kind, usualSource(document, sources));
    const made = withNewPanel(document, fresh, w, h);
    change(made.document, `Added ${label.toLowerCase()}`);
    setDialog(null);
    focusOn.current = made.id;
    setSaid(`${label} added at the end.`);
  };
  const copy = (from: number): void => {
    const made = withCopy(document, from);
    if (!made) return;
    change(made.document, `Duplicated “${nameOf(panelOf(document, from) ?? {})}”`);
    focusOn.current = made.id;
  };
  const remove = (ids: readonly number[]): void => {
    const name = nameOf(panelOf(document, ids[0] ?? 0) ?? {});
    const list = panelsOf(document).map(idOf);
    const at = list.indexOf(ids[0] ?? 0);
    const rest = list.filter((one) => !ids.includes(one));
    focusOn.current = rest[Math.min(at, rest.length - 1)] ?? null;
    change(withoutPanels(document, ids), `Deleted “${name}”`);
    setDialog(null);
    toast(`“${name}” is deleted. Undo brings it back.`);
  };
  const askToRemove = (wanted: number): void => {
    const isRow = typeOf(panelOf(document, wanted) ?? {}) === 'row';
    if (isRow && panelsOfRow(document, wanted).length > 0) setDialog({ row: wanted });
    else remove([wanted]);
  };

  const title = textOf(document['title']) || 'Untitled';
  const variables = objects(document['variables']).map((one) => textOf(one['name']));
  const trouble = viewer.trouble.value;
  return (
    <Page
      title={panel ? nameOf(panel) : title}
      trail={[
        { label: 'Dashboards', href: to('dashboards') },
        ...(uid === null ? [] : [{ label: title, href: to('dashboards', uid) }]),
      ]}
      actions={
        <>
          <span class="muted small" role="status">
            {dirty ? 'Not saved' : 'Saved'}
          </span>
          <button
            type="button"
            class="button icon-only"
            aria-label={`Undo${labelWords(state.past.at(-1))}`}
            title={`Undo${labelWords(state.past.at(-1))}`}
            aria-disabled={state.past.length === 0}
            onClick={() => step('undo')}
          >
            <Glyph name="undo" />
          </button>
          <button
            type="button"
            class="button icon-only"
            aria-label={`Redo${labelWords(state.future[0])}`}
            title={`Redo${labelWords(state.future[0])}`}
            aria-disabled={state.future.length === 0}
            onClick={() => step('redo')}
          >
            <Glyph name="redo" />
          </button>
          <button
            type="button"
            class={`button primary${saving.isBusy ? ' busy' : ''}`}
            aria-disabled={!dirty || saving.isBusy}
            onClick={() => {
              if (!saving.isBusy) askToSave();
            }}
          >
            {uid === null ? 'Create' : 'Save…'}
          </button>
        </>
      }
    >
      <p class="visually-hidden" role="status">
        {said}
      </p>
      <div class="edit-bar">
        {panel ? (
          <button type="button" class="button" onClick={back}>
            <Glyph name="back" />
            All panels
          </button>
        ) : (
          <div class="edit-parts" role="group" aria-label="Parts of the dashboard">
            {kParts.map(({ name, label }) => (
              <button
                key={name}
                type="button"
                aria-pressed={part === name}
                onClick={() => setQuery({ part: name, panel: null })}
              >
                {label}
              </button>
            ))}
          </div>
        )}
        <PreviewControls viewer={viewer} />
        {part === '' && (
          <>
            <button type="button" class="button" onClick={() => add('row')}>
              <Glyph name="menu" />
              Add a row
            </button>
            <button type="button" class="button primary" onClick={() => setDialog('add')}>
              <Glyph name="plus" />
              Add a panel
            </button>
          </>
        )}
      </div>
      <div aria-live="polite">
        {trouble !== null && (
          <p class="notice">
            <Glyph name="alert" />
            <span>{trouble}</span>
          </p>
        )}
        {viewer.notice.value !== null && (
          <p class="notice">
            <Glyph name="info" />
            <span>{viewer.notice.value}</span>
          </p>
        )}
        {dialog === null && theirs === null && saving.error !== null && (
          <SaveFailed error={saving.error} document={document} />
        )}
      </div>
      {panel && (
        <PanelEditor
          key={id}
          document={document}
          panel={panel}
          viewer={viewer}
          sources={sources}
          models={models}
          faults={faults}
          onChange={(next, label, group) =>
            change(
              withPanel(document, id, () => next),
              label,
              group,
            )
          }
        />
      )}
      {part === '' && (
        <>
          <Canvas
            document={document}
            viewer={viewer}
            faultOf={(one) => {
              const fault = faults.find((known) => known.panel === one);
              return fault ? faultWords(fault, document) : null;
            }}
            onChange={change}
            onEdit={open}
            onCopy={copy}
            onDelete={askToRemove}
          />
          {itemsOf(document).length === 0 && (
            <div class="empty">
              <h2>There is no panel yet</h2>
              <p>Add the first one: it is drawn as you write it.</p>
            </div>
          )}
        </>
      )}
      {part === 'settings' && (
        <Settings document={document} faults={faults} variables={variables} onChange={change} />
      )}
      {part === 'variables' && (
        <section class="card" aria-label="Variables">
          <VariablesEditor
            document={document}
            sources={sources}
            models={models}
            errors={errorsOf(faults)}
            onChange={(next) => {
              if (isObject(next)) change(next, 'Variables', 'variables');
            }}
          />
        </section>
      )}
      {dialog === 'save' && (
        <SaveDialog
          before={state.kept.document}
          after={document}
          isBusy={saving.isBusy}
          error={saving.error}
          onSave={(words) => {
            message.current = words;
            put(null);
          }}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'add' && (
        <Dialog title="Add a panel" width="wide" onClose={() => setDialog(null)}>
          <KindButtons without={['row']} onChoose={add} />
        </Dialog>
      )}
      {dialog !== null && typeof dialog === 'object' && (
        <RowDialog
          name={nameOf(panelOf(document, dialog.row) ?? {})}
          count={panelsOfRow(document, dialog.row).length}
          onRow={() => remove([dialog.row])}
          onAll={() => remove([dialog.row, ...panelsOfRow(document, dialog.row)])}
          onClose={() => setDialog(null)}
        />
      )}
      {theirs && (
        <ConflictDialog
          base={state.kept.document}
          mine={document}
          theirs={theirs}
          isBusy={saving.isBusy}
          error={saving.error}
          onMine={() => put(theirs)}
          onTheirs={() => {
            change(theirs.document, 'Took what somebody else had saved');
            dispatch({ do: 'saved', kept: theirs });
            setTheirs(null);
          }}
          onBoth={(both) => {
            change(both, 'Brought both together');
            dispatch({ do: 'saved', kept: theirs });
            setTheirs(null);
            toast('Both are in the editor now. Look at it, then save.');
          }}
          onClose={() => setTheirs(null)}
        />
      )}
    </Page>
  );
}

/** What is wrong with the document itself, by its place. */
const errorsOf = (faults: readonly Fault[]): Record<string, string> =>
  Object.fromEntries(
    faults.flatMap(({ path, panel, message }) => (panel === null ? [[path, message]] : [])),
  );

const labelWords = (step: { label: string } | undefined): string => (step ? `: ${step.label}` : '');

function isMismatch(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'dashboard_version_mismatch';
}
