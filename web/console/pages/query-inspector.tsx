// How the queries of a panel are asked, and what comes of it: for those who may write them.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Frame, Panel } from '../../viewer/api/wire';
import { TablePicture } from '../../viewer/panels/table';
import { titleOf } from '../../viewer/panels/panel';
import { isDark } from '../../viewer/state/theme';
import type { InspectedQuery } from '../draw/session';
import type { DrawnViewer } from '../draw/viewer';
import { bytesWords, durationWords } from '../data/measures';
import { SourceWords } from '../query/source-words';
import { Badge, BusyButton, CodeBlock } from '../ui/bits';
import { Dialog } from '../ui/dialog';
import { Glyph } from '../ui/icons';
import { Loading } from '../ui/states';

const kRowsShown = 20;

export function QueryInspector({
  viewer,
  panel,
  onClose,
}: {
  viewer: DrawnViewer;
  panel: Panel;
  onClose: () => void;
}) {
  const [queries, setQueries] = useState<InspectedQuery[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(true);
  const running = useRef<AbortController | null>(null);

  const ask = async (isFresh: boolean): Promise<void> => {
    const control = new AbortController();
    running.current?.abort();
    running.current = control;
    setBusy(true);
    try {
      const answer = await viewer.inspect(panel, isFresh, control.signal);
      if (control.signal.aborted) return;
      setQueries(answer);
      setError(null);
      // The panel behind shows the same answer.
      if (isFresh) void viewer.refresh([panel.id]);
    } catch (failure) {
      if (control.signal.aborted) return;
      setError(failure instanceof Error ? failure.message : 'The queries could not be asked.');
    }
    setBusy(false);
  };
  useEffect(() => {
    void ask(false);
    return () => running.current?.abort();
  }, []);

  const title = titleOf(panel, viewer);
  const { frames } = viewer.panel(panel.id).value;
  return (
    <Dialog
      title={title === '' ? 'Queries of this panel' : `Queries of “${title}”`}
      width="wide"
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
          <BusyButton type="button" isBusy={isBusy} onClick={() => void ask(true)}>
            Ask again past the cache
          </BusyButton>
        </>
      }
    >
      <div class="inspector" aria-busy={isBusy}>
        {error !== null && (
          <p class="notice bad" role="alert">
            <Glyph name="alert" />
            <span>{error}</span>
          </p>
        )}
        {queries === null && error === null && <Loading what="the queries" />}
        {queries?.map((query) => (
          <Inspected
            key={query.name}
            query={query}
            panel={panel}
            viewer={viewer}
            frame={frames?.find((frame) => frame.name === query.name) ?? null}
          />
        ))}
      </div>
    </Dialog>
  );
}

function Inspected({
  query,
  panel,
  viewer,
  frame,
}: {
  query: InspectedQuery;
  panel: Panel;
  viewer: DrawnViewer;
  frame: Frame | null;
}) {
  const values = Object.entries(query.values);
  return (
    <section class="inspected" aria-label={`Query ${query.name}`}>
      <h3>
        Query {query.name}
        {query.error !== null && <Badge tone="bad">failed</Badge>}
        {query.truncated && <Badge tone="warn">cut at the limit of rows</Badge>}
      </h3>
      {query.error !== null && (
        <div class="notice bad">
          <Glyph name="alert" />
          <span>
            <SourceWords text={query.error.message} />
            <span class="code-word">{query.error.code}</span>
          </span>
        </div>
      )}
      <dl class="facts">
        <Fact label="Source">
          {query.source || '–'}
          {query.source_type !== '' && <span class="muted"> ({query.source_type})</span>}
        </Fact>
        <Fact label="Took">
          {query.asked === ''
            ? '–'
            : query.from_cache
              ? 'from the cache'
              : durationWords(query.milliseconds)}
        </Fact>
        <Fact label="Rows">{query.rows?.toLocaleString() ?? '–'}</Fact>
        <Fact label="Size">{query.bytes === null ? '–' : bytesWords(query.bytes)}</Fact>
        {query.step_ms !== undefined && query.step_ms > 0 && (
          <Fact label="Step">{durationWords(query.step_ms)}</Fact>
        )}
      </dl>
      <CodeBlock label="As written" text={query.written} />
      {query.asked !== '' && query.asked !== query.written && (
        <CodeBlock label="As asked" text={query.asked} />
      )}
      {values.length > 0 && (
        <>
          <h4>Values bound to it</h4>
          <dl class="bound">
            {values.map(([name, value]) => (
              <div key={name}>
                <dt class="code">${name}</dt>
                <dd class="code">{valueWords(value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {frame && query.error === null && (
        <>
          <h4>Data</h4>
          <div class="inspected-data drawing">
            <TablePicture
              panel={{ ...panel, title: `query ${query.name}` }}
              options={{ page_size: kRowsShown }}
              frames={[frame]}
              from={0}
              to={0}
              zone={viewer.zone.value}
              isDark={isDark.value}
              onZoom={null}
            />
          </div>
        </>
      )}
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function valueWords(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : value.map(valueWords).join(', ');
  if (value === null) return 'null';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
