import type { ComponentType } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Panel, WireError } from '../api/wire';
import { isEmpty } from '../data/frames';
import { valueText } from '../data/variables';
import { parts, partsOf } from '../state/parts';
import { isDark } from '../state/theme';
import type { PanelState, Viewer } from '../state/viewer';
import { Glyph } from '../ui/icons';
import { Popover } from '../ui/popover';
import { BarChartPicture } from './barchart';
import { kNoData, Quiet, type PictureProps } from './common';
import { Links } from './links';
import { fillIn, renderMarkdown } from './markdown';
import { StatPicture } from './stat';
import { TablePicture } from './table';
import { TimeSeriesPicture } from './timeseries';

const kPictures: Record<string, ComponentType<PictureProps> | undefined> = {
  timeseries: TimeSeriesPicture,
  stat: StatPicture,
  barchart: BarChartPicture,
  table: TablePicture,
};

export function PanelCard({ panel: written, viewer }: { panel: Panel; viewer: Viewer }) {
  const title = titleOf(written, viewer);
  const panel = useMemo(() => ({ ...written, title }), [written, title]);
  const [asTable, setAsTable] = useState(false);
  const card = useRef<HTMLElement>(null);
  const state = viewer.panel(panel.id).value;
  const { x, y, w, h } = panel.grid;
  const isText = panel.type === 'text';
  const canTable = !isText && panel.type !== 'table';
  const isBare = isText && !panel.title;
  const isKnown = isText || kPictures[panel.type] !== undefined || partsOf(panel).length > 0;
  const titleId = `panel-${panel.id}-title`;
  const isStale = state.frames !== null && state.isPending;
  const warning =
    state.frames &&
    (state.status === 'error'
      ? `Could not be refreshed. ${shortly(state.error?.message ?? '')}`
      : state.frames.flatMap((frame) => frame.notice ?? []).join(' '));

  return (
    <section
      ref={card}
      class={`panel panel-${isKnown ? panel.type : 'unknown'}${isBare || panel.transparent ? ' bare' : ''}`}
      {...(panel.title ? { 'aria-labelledby': titleId } : { 'aria-label': `Panel ${panel.id}` })}
      aria-busy={state.status === 'loading' && !isText}
      style={{
        '--x': String(x + 1),
        '--y': String(y + 1),
        '--w': String(w),
        '--h': String(h),
      }}
    >
      {!isBare && (
        <div class="panel-head">
          {panel.title && (
            <h2 id={titleId} class="truncate" title={panel.title}>
              {panel.title}
            </h2>
          )}
          {panel.description && <Hint label="About this panel" text={panel.description} />}
          {panel.time_note && <span class="time-note">{panel.time_note}</span>}
          {panel.links && (
            <Links links={panel.links} viewer={viewer} from={state.from} to={state.to} />
          )}
          {warning && <Hint label={warning} text={warning} isWarning />}
          {!isText && (
            <Popover
              label={`Options${panel.title ? ` for ${panel.title}` : ''}`}
              kind="menu"
              buttonClass="panel-button"
              face={<Glyph name="more" />}
            >
              {(close, { PanelMenu }) => (
                <PanelMenu
                  panel={panel}
                  viewer={viewer}
                  asTable={asTable}
                  onTable={canTable ? () => setAsTable(!asTable) : null}
                  card={card.current}
                  close={close}
                />
              )}
            </Popover>
          )}
        </div>
      )}
      <div class={isStale ? 'panel-body stale' : 'panel-body'}>
        {isText ? (
          <TextPicture panel={panel} viewer={viewer} />
        ) : (
          <PanelBody panel={panel} viewer={viewer} state={state} asTable={asTable} />
        )}
      </div>
    </section>
  );
}

interface PanelBodyProps {
  panel: Panel;
  viewer: Viewer;
  state: PanelState;
  asTable: boolean;
}

function PanelBody({ panel, viewer, state, asTable }: PanelBodyProps) {
  const options = useMemo(() => panel.options ?? {}, [panel]);
  const needed = partsOf(panel).filter((name) => !asTable || name === 'fields');
  const loaded = needed.map((name) => parts.get(name));
  const Around = loaded.flatMap((part) => (typeof part === 'string' ? [] : (part.around ?? [])))[0];
  const type = asTable ? 'table' : panel.type;
  const Picture =
    loaded.flatMap((part) => (typeof part === 'string' ? [] : (part.pictures?.[type] ?? [])))[0] ??
    kPictures[type];
  if (!Picture && loaded.every((part) => typeof part !== 'string')) {
    return <div class="quiet-state">This kind of panel is not supported here.</div>;
  }

  if (state.status === 'error' && state.frames === null) {
    return (
      <Trouble
        text={shortly(state.error?.message ?? 'The data could not be loaded.')}
        onRetry={isFinal(state.error) ? null : () => void viewer.refresh([panel.id])}
      />
    );
  }
  if (state.status === 'interrupted' && state.frames === null) {
    return (
      <Trouble
        text="The connection was interrupted before this panel arrived."
        onRetry={() => void viewer.refresh([panel.id])}
      />
    );
  }
  if (loaded.includes('failed')) {
    return (
      <Trouble
        text="A part of this page could not be loaded."
        onRetry={() => needed.forEach((name) => parts.retry(name))}
      />
    );
  }
  if (state.frames === null || loaded.includes('loading') || !Picture) {
    return <Skeleton type={panel.type} />;
  }
  if (isEmpty(state.frames)) {
    return <Quiet>{kNoData}</Quiet>;
  }
  const settings = viewer.dashboard.value?.time;
  const canZoom = settings?.selectable === true && settings.custom === true;
  const props: PictureProps = {
    panel,
    options: asTable ? kNoOptions : options,
    frames: state.frames,
    from: state.from,
    to: state.to,
    zone: viewer.zone.value,
    isDark: isDark.value,
    variables: viewer.variables.value,
    onZoom: canZoom ? (from, to) => viewer.setTime({ from, to }) : null,
  };
  return Around ? <Around {...props} Picture={Picture} /> : <Picture {...props} />;
}

const kNoOptions = {};

/** What variables are called in texts: in a clone, its own value for the one that repeats it. */
function wordsFor(panel: Panel, viewer: Viewer): Record<string, string> {
  const chosen = viewer.variables.value;
  return Object.fromEntries(
    (viewer.dashboard.value?.variables ?? []).map((variable) => {
      const { name } = variable;
      const own = panel.repeat_by === name && panel.repeat !== undefined ? [panel.repeat] : null;
      return [name, valueText(variable, own ?? chosen[name] ?? variable.value)];
    }),
  );
}

export function titleOf(panel: Panel, viewer: Viewer): string {
  // A title is no text to write in: there `$name` alone will do.
  return fillIn(panel.title ?? '', wordsFor(panel, viewer), /\$\{?([A-Za-z_]\w*)\}?/g);
}

function TextPicture({ panel, viewer }: { panel: Panel; viewer: Viewer }) {
  return <div class="markdown">{renderMarkdown(panel.content ?? [], wordsFor(panel, viewer))}</div>;
}

/** Without where in the query's text: that stands with the query, for those who may read it. */
const shortly = (text: string): string => text.replace(/\n+LINE \d+:[^]*/, '');

/** Nothing that can be done here changes it. */
const isFinal = (error: WireError | null): boolean =>
  /_not_(?:scoped|granted)$|^attribute_missing$/.test(error?.code ?? '');

function Trouble({ text, onRetry }: { text: string; onRetry: (() => void) | null }) {
  return (
    <div class="trouble" role="alert">
      <Glyph name="alert" />
      <p>{text}</p>
      {onRetry && (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

function Skeleton({ type }: { type: string }) {
  if (type === 'stat')
    return <div class="skeleton skeleton-stat" role="status" aria-label="Loading" />;
  const count = type === 'table' ? 6 : 14;
  return (
    <div
      class={`skeleton skeleton-${type === 'table' ? 'table' : 'chart'}`}
      role="status"
      aria-label="Loading"
    >
      {Array.from({ length: count }, (_, index) => (
        <span
          key={index}
          style={
            type === 'table' ? {} : { height: `${35 + 45 * Math.abs(Math.sin(index * 1.3))}%` }
          }
        />
      ))}
    </div>
  );
}

interface HintProps {
  label: string;
  text: string;
  isWarning?: boolean;
}

function Hint({ label, text, isWarning }: HintProps) {
  return (
    <Popover
      label={label}
      kind="dialog"
      title={text}
      buttonClass={`panel-button ${isWarning ? 'warning-icon' : 'quiet-icon'}`}
      face={<Glyph name={isWarning ? 'alert' : 'info'} />}
    >
      {() => <p class="popover-text">{text}</p>}
    </Popover>
  );
}
