// Queries tried out without a dashboard: written, run, drawn, looked into, and then put on one.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { PanelCard } from '../../viewer/panels/panel';
import { chartWidth } from '../../viewer/state/chart-width';
import { isAbort, Refusal } from '../api/client';
import type { JsonObject } from '../api/types';
import { inspectDraft, readable } from '../data/query';
import { DrawnSession, type InspectedQuery } from '../draw/session';
import { DrawnViewer } from '../draw/viewer';
import {
  exploreDocument,
  instantsOf,
  isWritten,
  kExplorePanel,
  kPictures,
  kSpans,
  queryAt,
  type ExploreDraft,
  type Picture,
  type Range,
} from '../query/explore-draft';
import { added, sourceVariables, textsByName, variableNames, type Known } from '../query/queries';
import { QueryList } from '../query/query-list';
import { may, me } from '../state/app';
import { useResource } from '../state/resource';
import { to } from '../state/router';
import { BusyButton } from '../ui/bits';
import { SelectField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Card, Page } from '../ui/page';
import { Empty, FormError, Loaded } from '../ui/states';
import { AddToDashboard } from './explore-add';
import { Inspected } from './explore-inspected';
import { ExploreVariables } from './explore-variables';

/** What was written comes back when its author does, as long as the page is open. */
const kept = new Map<string, ExploreDraft>();

export function Explore() {
  if (!may('dashboards_write')) {
    return (
      <Page title="Explore">
        <Empty title="You may look at dashboards">
          <p>Trying out queries is for those who write them, and not part of your role.</p>
        </Empty>
      </Page>
    );
  }
  return <Explorer />;
}

function Explorer() {
  const reads = useResource('readable', readable);
  return (
    <Page
      title="Explore"
      lead="Try a query against a source or a model, and put it on a dashboard when it is right."
    >
      <Loaded from={reads} what="sources and models">
        {({ sources, models }) =>
          sources.length === 0 ? (
            <Empty title="There is nothing to ask yet">
              {may('sources_write') ? (
                <>
                  <p>A query needs a source.</p>
                  <Link class="button" href={to('new-source')}>
                    Add the first one
                  </Link>
                </>
              ) : (
                <p>A query needs a source. An administrator adds the first one.</p>
              )}
            </Empty>
          ) : (
            <Exploring known={{ sources, models, sourceVariables: [] }} />
          )
        }
      </Loaded>
    </Page>
  );
}

interface Run {
  document: JsonObject;
  picture: Picture;
}

function Exploring({ known }: { known: Known }) {
  const who = me.value;
  const place = `${who?.handle ?? ''} ${who?.organization.id ?? ''}`;
  const [draft, setDraft] = useState<ExploreDraft>(
    () =>
      kept.get(place) ?? {
        queries: added([], known),
        picture: 'table',
        range: { span: '1d', from: '', to: '' },
        borrowed: null,
      },
  );
  const change = (part: Partial<ExploreDraft>): void => {
    const next = { ...draft, ...part };
    kept.set(place, next);
    setDraft(next);
  };
  const [run, setRun] = useState<Run | null>(null);
  const [inspected, setInspected] = useState<InspectedQuery[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [isAdding, setAdding] = useState(false);
  const running = useRef<AbortController | null>(null);
  const canRun = isWritten(draft.queries);
  const isRange = instantsOf(draft.range, Date.now()) !== null;
  useEffect(() => () => running.current?.abort(), []);

  const start = (): void => {
    const instants = instantsOf(draft.range, Date.now());
    if (!canRun || !instants) return;
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    const document = exploreDocument(draft, instants);
    setBusy(true);
    setError(null);
    inspectDraft(document, kExplorePanel, { width: chartWidth() }, control.signal).then(
      ({ queries }) => {
        if (control.signal.aborted) return;
        setBusy(false);
        setInspected(queries);
        const isWhole = queries.every((query) => query.error === null);
        setRun(isWhole ? { document, picture: draft.picture } : null);
      },
      (failure: unknown) => {
        if (control.signal.aborted || isAbort(failure)) return;
        setBusy(false);
        setInspected([]);
        setRun(null);
        setError(failure);
      },
    );
  };

  const errors = useMemo(() => {
    const texts = textsByName(draft.queries);
    // What was said of another text is no longer true.
    const named = inspected.flatMap(({ name, written, error: told }): [string, string][] =>
      told && texts.get(name) === written ? [[name, told.message]] : [],
    );
    const refused = error instanceof Refusal ? queryAt(error.field, draft.queries) : null;
    if (refused !== null && error instanceof Refusal) named.push([refused, error.message]);
    return Object.fromEntries(named);
  }, [inspected, error, draft.queries]);
  const isElsewhere = error instanceof Refusal && queryAt(error.field, draft.queries) !== null;

  return (
    <>
      <Card>
        <QueryList
          queries={draft.queries}
          sources={[...known.sources]}
          models={[...known.models]}
          variables={variableNames({ variables: draft.borrowed?.variables ?? [] })}
          sourceVariables={sourceVariables({ variables: draft.borrowed?.variables ?? [] })}
          errors={errors}
          onChange={(queries) => {
            // A refusal names a place of what was sent.
            setError(null);
            change({ queries });
          }}
          onRun={start}
        />
        <ExploreVariables
          borrowed={draft.borrowed}
          instants={instantsOf(draft.range, Date.now())}
          onChange={(borrowed) => {
            setError(null);
            change({ borrowed });
          }}
        />
        <RangeFields range={draft.range} onChange={(range) => change({ range })} />
        <div class="explore-run">
          <BusyButton type="button" isBusy={isBusy} disabled={!canRun || !isRange} onClick={start}>
            Run
          </BusyButton>
          {isBusy && (
            <button
              type="button"
              class="button"
              onClick={() => {
                running.current?.abort();
                setBusy(false);
              }}
            >
              Stop
            </button>
          )}
          <span class="hint">
            <kbd>Ctrl</kbd> or <kbd>⌘</kbd> and <kbd>Enter</kbd> in the editor.
          </span>
          <button
            type="button"
            class="button explore-add"
            aria-disabled={!canRun}
            onClick={() => canRun && setAdding(true)}
          >
            <Glyph name="plus" />
            Add to a dashboard
          </button>
        </div>
        <FormError error={isElsewhere ? null : error} />
      </Card>
      <div class="explore-result" aria-busy={isBusy}>
        {run && (
          <>
            <fieldset class="picture-choice">
              <legend class="visually-hidden">Drawn as</legend>
              {kPictures.map(({ value, label }) => (
                <label key={value} class={draft.picture === value ? 'is-chosen' : undefined}>
                  <input
                    type="radio"
                    name="picture"
                    value={value}
                    checked={draft.picture === value}
                    onChange={() => change({ picture: value })}
                  />
                  {label}
                </label>
              ))}
            </fieldset>
            <Drawn document={run.document} picture={draft.picture} />
          </>
        )}
        {inspected.length > 0 && <Inspected queries={inspected} />}
      </div>
      {isAdding && <AddToDashboard draft={draft} onClose={() => setAdding(false)} />}
    </>
  );
}

function RangeFields({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  const isFixed = range.span === 'fixed';
  const isWrong = isFixed && range.from !== '' && range.to !== '' && range.from >= range.to;
  return (
    <div class="explore-range">
      <SelectField
        label="Time range"
        value={range.span}
        choices={[
          ...kSpans.map(({ value, label }) => ({ value, label })),
          { value: 'fixed', label: 'Between two times' },
        ]}
        onChange={(span) => onChange({ ...range, span })}
      />
      {isFixed && (
        <>
          <TextField
            label="From"
            type="datetime-local"
            value={range.from}
            onInput={(from) => onChange({ ...range, from })}
          />
          <TextField
            label="To"
            type="datetime-local"
            value={range.to}
            error={isWrong ? 'It ends before it begins.' : null}
            onInput={(to) => onChange({ ...range, to })}
          />
        </>
      )}
    </div>
  );
}

/** The picture of what was run; another kind of picture draws the same data. */
function Drawn({ document, picture }: { document: JsonObject; picture: Picture }) {
  const shown = useMemo(() => withPicture(document, picture), [document, picture]);
  const viewer = useMemo(() => new DrawnViewer(new DrawnSession({ document: shown })), []);
  const before = useRef<JsonObject | null>(null);
  useEffect(() => () => viewer.stop(), []);
  useEffect(() => {
    // What is in sight is another query's: it goes at once.
    viewer.panel(kExplorePanel).value = {
      status: 'loading',
      isPending: true,
      frames: null,
      from: 0,
      to: 0,
      error: null,
    };
    if (before.current === null) void viewer.open();
    else void viewer.redraw({ document: shown });
    before.current = shown;
  }, [shown]);
  const dashboard = viewer.dashboard.value;
  const page = viewer.page.value;
  const panel = dashboard?.panels.find(({ id }) => id === kExplorePanel);
  if (page.kind === 'message') {
    return (
      <p class="notice bad" role="alert">
        <Glyph name="alert" />
        {page.message}
      </p>
    );
  }
  if (!panel) return <div class="drawing explore-drawing" aria-busy="true" />;
  return (
    <div class="drawing explore-drawing">
      <div class="page">
        <div class="grid">
          <PanelCard panel={panel} viewer={viewer} />
        </div>
      </div>
    </div>
  );
}

function withPicture(document: JsonObject, picture: Picture): JsonObject {
  const panels = document['panels'] as JsonObject[];
  return { ...document, panels: panels.map((panel) => ({ ...panel, type: picture })) };
}
