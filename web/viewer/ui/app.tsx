import type { ComponentChildren } from 'preact';
import type { Panel } from '../api/wire';
import { unfolded } from '../data/rows';
import { PanelCard, titleOf } from '../panels/panel';
import type { Viewer } from '../state/viewer';
import { Header } from './header';
import { Glyph } from './icons';
import { MessagePage } from './message-page';

export function App({ viewer, tools }: { viewer: Viewer; tools?: ComponentChildren }) {
  const page = viewer.page.value;
  if (page.kind === 'message') {
    return (
      <MessagePage
        code={page.code}
        message={page.message}
        onRetry={page.canRetry ? () => viewer.retry() : null}
      />
    );
  }
  const dashboard = viewer.dashboard.value;
  if (page.kind === 'opening' || !dashboard) return <Opening />;
  const panels = unfolded(dashboard.panels, viewer.folded.value);
  return (
    <div class={dashboard.high_density ? 'page dense' : 'page'}>
      <Header viewer={viewer}>{tools}</Header>
      <Notices viewer={viewer} />
      <main class="grid">
        {panels.map((panel) =>
          panel.type === 'row' ? (
            <Row key={panel.id} panel={panel} viewer={viewer} />
          ) : (
            <PanelCard key={panel.id} panel={panel} viewer={viewer} />
          ),
        )}
        {panels.length === 0 && <p class="quiet-state">This dashboard has no panels yet.</p>}
      </main>
    </div>
  );
}

export function Row({ panel, viewer }: { panel: Panel; viewer: Viewer }) {
  return (
    <h2 class="row" style={{ '--y': String(panel.grid.y + 1) }}>
      <button
        type="button"
        aria-expanded={!viewer.folded.value.has(panel.id)}
        onClick={() => viewer.toggleRow(panel.id)}
      >
        <Glyph name="chevron" />
        <span class="truncate">{titleOf(panel, viewer) || 'Panels'}</span>
      </button>
    </h2>
  );
}

export function Notices({ viewer }: { viewer: Viewer }) {
  const notice = viewer.notice.value;
  const isOffline = viewer.isOffline.value;
  return (
    <div aria-live="polite">
      {isOffline && (
        <p class="notice">
          <Glyph name="offline" />
          No connection. What you see may be out of date; it is refreshed as soon as the connection
          is back.
        </p>
      )}
      {notice !== null && (
        <p class="notice">
          <Glyph name="alert" />
          {notice}
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              viewer.notice.value = null;
            }}
          >
            Close
          </button>
        </p>
      )}
    </div>
  );
}

/** The first moment: quiet, so that a fast answer does not flicker. */
export function Opening() {
  return (
    <div class="opening" role="status" aria-label="Opening the dashboard">
      <span />
    </div>
  );
}
