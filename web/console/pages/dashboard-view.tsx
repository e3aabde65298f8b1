// A dashboard as whoever is signed in sees it: it fills the page, and its address says what is chosen.
import { useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Panel } from '../../viewer/api/wire';
import { wireId } from '../../viewer/session/clones';
import type { PanelAction } from '../../viewer/state/viewer';
import { titleOf } from '../../viewer/panels/panel';
import { coveredRange } from '../../viewer/ui/header';
import { toggleFullscreen } from '../../viewer/ui/fullscreen';
import { Popover } from '../../viewer/ui/popover';
import { wordsOf } from '../api/client';
import type { Dashboard } from '../api/types';
import {
  aloneAsQuery,
  aloneIn,
  chosenIn,
  timeAsQuery,
  variableAsQuery,
  type Chosen,
} from '../draw/address';
import { DrawnControls } from '../draw/controls';
import { DrawnGrid } from '../draw/grid';
import '../draw/icons';
import { DrawnSession } from '../draw/session';
import { moved, widened, type Range } from '../draw/time-steps';
import { DrawnViewer } from '../draw/viewer';
import { may, returns } from '../state/app';
import { journey, navigate, place, setQuery, to } from '../state/router';
import { toast } from '../state/toasts';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import { lazy } from '../ui/lazy';
import { Link } from '../ui/link';
import { Page } from '../ui/page';
import { usePageKeys, type PageKey } from '../ui/shortcuts';
import { StarItem } from './star-item';
import { TvLine, TvTools } from './tv';
import { keepAwake, useRootFlag } from './view-window';

const QueryInspector = lazy(() => import('./query-inspector').then((part) => part.QueryInspector));
const ViewAs = lazy(() => import('./view-as').then((part) => part.ViewAs));

export interface DashboardViewProps {
  dashboard: Dashboard;
  onShare: () => void;
  onDelete: () => void;
}

export function DashboardView({ dashboard, onShare, onDelete }: DashboardViewProps) {
  const { uid } = dashboard;
  const { query } = place.value;
  const isTv = query.get('tv') === '1';
  const isAlone = aloneIn(query) !== null;
  const mayWrite = may('dashboards_write');
  const mayEdit = mayWrite && dashboard.dialect === 'casement';
  const [inspected, setInspected] = useState<Panel | null>(null);
  const [isLookingAs, setLookingAs] = useState(false);
  const [eyes, setEyes] = useState<string | null>(null);

  const editing = (panel?: Panel): string => {
    const id = panel && wireId(panel.id);
    const number = typeof id === 'object' ? id.id : id;
    return to('dashboards', uid, 'edit') + (number === undefined ? '' : `?panel=${number}`);
  };
  const actions = (panel: Panel): PanelAction[] => [
    isAlone
      ? {
          icon: 'alone',
          label: 'Show all panels',
          run: () => void navigate(hereWith({ panel: null, repeat: null })),
        }
      : {
          icon: 'alone',
          label: 'View alone',
          run: () => void navigate(hereWith(aloneAsQuery(wireId(panel.id)))),
        },
    { icon: 'picture', label: 'Save as picture', run: () => void picture(panel, viewer) },
    ...(mayWrite && !isTv && eyes === null && (panel.queries?.length ?? 0) > 0
      ? [{ icon: 'inspect', label: 'Inspect queries', run: () => setInspected(panel) } as const]
      : []),
    ...(mayEdit && !isTv
      ? [{ icon: 'pen', label: 'Edit panel', run: () => void navigate(editing(panel)) } as const]
      : []),
  ];
  const newest = useRef(actions);
  newest.current = actions;
  const viewer = useViewer(uid, (panel) => newest.current(panel));

  useRootFlag('wide', true);
  useRootFlag('tv', isTv);
  useEffect(() => (isTv ? keepAwake() : undefined), [isTv]);

  const chooseEvery = (seconds: number | null): void => {
    viewer.setEvery(seconds);
    setQuery({ refresh: seconds === null ? null : String(seconds) });
  };
  const lookAs = async (as: Parameters<DrawnViewer['lookAs']>[0], words: string | null) => {
    await viewer.lookAs(as, chosenIn(place.peek().query));
    setEyes(words);
    setLookingAs(false);
  };

  usePageKeys(
    keysOf(viewer, {
      isTv,
      isAlone,
      edit: mayEdit ? () => void navigate(editing()) : null,
      versions: () => void navigate(to('dashboards', uid, 'versions')),
    }),
  );

  const banner = eyes !== null && (
    <div class="notice seen-as" role="status">
      <Glyph name="eye" />
      <span>
        You see this as <strong>{eyes}</strong>: their rows, their variables, their choices.
      </span>
      {!isTv && (
        <button type="button" class="button" onClick={() => setLookingAs(true)}>
          As somebody else…
        </button>
      )}
      <button
        type="button"
        class="button"
        onClick={() =>
          void lookAs(null, null).catch((error: unknown) => toast(wordsOf(error), 'bad'))
        }
      >
        Back to your own view
      </button>
    </div>
  );

  const [shownAlone] = isAlone ? viewer.alonePanels() : [];
  const alone = shownAlone && (titleOf(shownAlone, viewer) || null);
  if (isTv) {
    return (
      <div class="tv">
        <TvLine title={dashboard.title} viewer={viewer} />
        {banner}
        <DrawnGrid viewer={viewer} />
        <TvTools />
      </div>
    );
  }
  return (
    <Page
      title={alone ?? dashboard.title}
      trail={[
        { label: 'Dashboards', href: to('dashboards') },
        ...(isAlone ? [{ label: dashboard.title, href: hereWith(aloneAsQuery(null)) }] : []),
      ]}
      {...(viewer.dashboard.value?.description && !isAlone
        ? { lead: viewer.dashboard.value.description }
        : {})}
      actions={
        <>
          {mayEdit && (
            <Link href={editing()} class="button">
              <Glyph name="pen" />
              Edit
            </Link>
          )}
          {may('dashboards_embed_share') && (
            <button type="button" class="button primary" onClick={onShare}>
              <Glyph name="share" />
              Share
            </button>
          )}
          <MoreMenu
            dashboard={dashboard}
            onLookAs={mayWrite ? () => setLookingAs(true) : null}
            onDelete={mayWrite ? onDelete : null}
          />
        </>
      }
    >
      {banner}
      <div class="view-bar drawing">
        {isAlone && (
          <Link href={hereWith(aloneAsQuery(null))} class="button">
            <Glyph name="back" />
            All panels
          </Link>
        )}
        <DrawnControls viewer={viewer} onEvery={chooseEvery}>
          <button
            type="button"
            class="button icon-only"
            aria-label="TV mode"
            title="TV mode: the dashboard only (t)"
            onClick={() => setQuery({ tv: '1' })}
          >
            <Glyph name="screen" />
          </button>
        </DrawnControls>
      </div>
      <DrawnGrid viewer={viewer} />
      {inspected && (
        <QueryInspector viewer={viewer} panel={inspected} onClose={() => setInspected(null)} />
      )}
      {isLookingAs && (
        <ViewAs dashboard={dashboard} onLook={lookAs} onClose={() => setLookingAs(false)} />
      )}
    </Page>
  );
}

/** The page's own address with other values in its query. */
function hereWith(changes: Record<string, string | null>): string {
  const query = new URLSearchParams(place.peek().query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return window.location.pathname + (text === '' ? '' : `?${text}`);
}

/** A viewer that follows the address, and writes into it what is chosen. */
function useViewer(uid: string, actions: (panel: Panel) => PanelAction[]): DrawnViewer {
  const viewer = useMemo(() => {
    // Through other eyes one tries things out; the address stays with one's own.
    const isOwn = (): boolean => made.seenAs.peek() === null;
    const made = new DrawnViewer(new DrawnSession({ dashboard: uid }), {
      actions,
      choseTime: (time) => isOwn() && setQuery(timeAsQuery(time)),
      choseZone: (zone) => isOwn() && setQuery({ tz: zone }),
      choseVariable: (name, values) => isOwn() && setQuery(variableAsQuery(name, values)),
    });
    return made;
  }, []);
  const shown = useRef<{ journey: number; chosen: string } | null>(null);
  const { query } = place.value;
  useEffect(() => {
    const chosen = chosenIn(query);
    const text = JSON.stringify(chosen);
    const before = shown.current;
    const travelled = journey.peek();
    shown.current = { journey: travelled, chosen: text };
    if (before === null || (before.journey !== travelled && before.chosen !== text)) {
      void viewer.openWith(chosen, aloneIn(query));
    } else {
      viewer.showAlone(aloneIn(query));
    }
  }, [query]);
  useEffect(() => () => viewer.stop(), []);
  const back = returns.value;
  useEffect(() => {
    if (back === 0) return;
    if (viewer.page.peek().kind === 'message') viewer.retry();
    else viewer.refreshIfOpen();
  }, [back]);
  useSignalEffect(() => {
    const changes = viewer.page.value.kind === 'dashboard' ? correctionOf(viewer) : {};
    if (viewer.seenAs.value === null && Object.keys(changes).length > 0) setQuery(changes);
  });
  return viewer;
}

/** What the address says otherwise than what came of it: values that gave way, or that nobody offers. */
function correctionOf(viewer: DrawnViewer): Record<string, string[] | string | null> {
  const said: Chosen = chosenIn(place.peek().query);
  const changes: Record<string, string[] | string | null> = {};
  const known = viewer.dashboard.value?.variables ?? [];
  const values = viewer.variables.value;
  for (const [name, value] of Object.entries(said.variables)) {
    const variable = known.find((one) => one.name === name);
    const now = variable && variable.mode !== 'locked' ? (values[name] ?? []) : [];
    if (JSON.stringify(now) !== JSON.stringify(value))
      Object.assign(changes, variableAsQuery(name, now));
  }
  if (said.time && JSON.stringify(said.time) !== JSON.stringify(viewer.time.value)) {
    Object.assign(changes, { time: null, from: null, to: null });
  }
  if (said.zone !== viewer.ownZone.value) changes['tz'] = viewer.ownZone.value;
  return changes;
}

async function picture(panel: Panel, viewer: DrawnViewer): Promise<void> {
  try {
    const { savePicture } = await import('../draw/panel-picture');
    await savePicture(panel, viewer);
  } catch (error) {
    toast(error instanceof Error ? error.message : wordsOf(error), 'bad');
  }
}

function keysOf(
  viewer: DrawnViewer,
  page: { isTv: boolean; isAlone: boolean; edit: (() => void) | null; versions: () => void },
): PageKey[] {
  const step = (change: (range: Range) => Range): void => {
    const { time } = viewer.dashboard.peek() ?? {};
    if (time?.selectable !== true || time.custom !== true) return;
    const chosen = viewer.time.peek();
    const range = chosen && 'from' in chosen ? chosen : coveredRange(viewer);
    if (range.to > range.from) viewer.setTime(change(range));
  };
  const leave = (): void => {
    if (page.isTv) setQuery({ tv: null });
    else void navigate(hereWith(aloneAsQuery(null)));
  };
  return [
    { key: 'r', label: 'Refresh the dashboard', run: () => viewer.refreshIfOpen() },
    { key: ',', label: 'Earlier', run: () => step((range) => moved(range, -1)) },
    { key: '.', label: 'Later', run: () => step((range) => moved(range, 1)) },
    { key: 'z', label: 'A wider time range', run: () => step(widened) },
    ...(document.fullscreenEnabled
      ? [
          {
            key: 'f',
            label: 'Full screen, and back',
            run: () => toggleFullscreen(document.documentElement),
          },
        ]
      : []),
    { key: 't', label: 'TV mode, and back', run: () => setQuery({ tv: page.isTv ? null : '1' }) },
    ...(page.edit ? [{ key: 'e', label: 'Edit the dashboard', run: page.edit }] : []),
    { key: 'v', label: 'Versions of the dashboard', run: page.versions },
    ...(page.isTv || page.isAlone
      ? [{ key: 'Escape', label: page.isTv ? 'Leave TV mode' : 'Show all panels', run: leave }]
      : []),
  ];
}

function MoreMenu({
  dashboard,
  onLookAs,
  onDelete,
}: {
  dashboard: Dashboard;
  onLookAs: (() => void) | null;
  onDelete: (() => void) | null;
}) {
  const { uid, dialect, provisioned } = dashboard;
  return (
    <Popover
      label="More about this dashboard"
      kind="menu"
      face={
        <>
          <Glyph name="more" />
          More
        </>
      }
    >
      {(close) => {
        const page = (icon: Parameters<typeof Glyph>[0]['name'], label: string, href: string) => (
          <MenuItem
            icon={icon}
            label={label}
            onChoose={() => {
              close();
              void navigate(href);
            }}
          />
        );
        return (
          <>
            {onLookAs && (
              <MenuItem
                icon="eye"
                label="View as…"
                onChoose={() => {
                  close();
                  onLookAs();
                }}
              />
            )}
            <StarItem uid={uid} onDone={close} />
            {page('info', 'Overview', to('dashboards', uid, 'overview'))}
            {page('clock', 'Versions', to('dashboards', uid, 'versions'))}
            {may('dashboards_write') &&
              dialect === 'casement' &&
              !provisioned &&
              page('swap', 'Variables', `${to('dashboards', uid, 'edit')}?part=variables`)}
            {page('log', 'JSON', to('dashboards', uid, 'json'))}
            {dialect === 'grafana' &&
              page('upload', 'Import report', to('dashboards', uid, 'report'))}
            {onDelete && (
              <>
                <hr class="menu-line" />
                <MenuItem
                  icon="bin"
                  label="Delete"
                  tone="danger"
                  onChoose={() => {
                    close();
                    onDelete();
                  }}
                />
              </>
            )}
          </>
        );
      }}
    </Popover>
  );
}
