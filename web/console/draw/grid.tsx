// A dashboard's panels inside a page of the console, without the viewer's own head.
import { unfolded } from '../../viewer/data/rows';
import type { Panel } from '../../viewer/api/wire';
import { PanelCard } from '../../viewer/panels/panel';
import { Notices, Opening, Row } from '../../viewer/ui/app';
import { kMessages } from '../../viewer/ui/message-page';
import { Glyph } from '../ui/icons';
import type { DrawnViewer } from './viewer';

export function DrawnGrid({ viewer }: { viewer: DrawnViewer }) {
  const page = viewer.page.value;
  if (page.kind === 'message') {
    return (
      <div class="failed" role="alert">
        <Glyph name="alert" />
        <div>
          <p>{page.message || kMessages[page.code]?.title}</p>
          <p class="code-word">{page.code}</p>
        </div>
        <button type="button" class="button" onClick={() => viewer.retry()}>
          Try again
        </button>
      </div>
    );
  }
  const dashboard = viewer.dashboard.value;
  if (page.kind === 'opening' || !dashboard) return <Opening />;
  const isAlone = viewer.alone.value !== null;
  // How many rows of the grid there are: a screen on a wall makes them fit.
  const rows = (all: readonly Panel[]): number =>
    all.reduce((most, { grid }) => Math.max(most, grid.y + grid.h), 1);
  const panels = isAlone ? viewer.alonePanels() : unfolded(dashboard.panels, viewer.folded.value);
  const kind = `page${dashboard.high_density ? ' dense' : ''}${isAlone ? ' one-panel' : ''}`;
  return (
    <div class="drawing">
      <div class={kind}>
        <Notices viewer={viewer} />
        <div class="grid" style={{ '--rows': String(rows(panels)) }}>
          {panels.map((panel) =>
            panel.type === 'row' ? (
              <Row key={panel.id} panel={panel} viewer={viewer} />
            ) : (
              <PanelCard key={panel.id} panel={panel} viewer={viewer} />
            ),
          )}
          {panels.length === 0 && (
            <p class="quiet-state">
              {isAlone
                ? 'This panel is not on the dashboard.'
                : 'This dashboard has no panels yet.'}
            </p>
          )}
        </div>
      </div>
    </div>
  );
}
