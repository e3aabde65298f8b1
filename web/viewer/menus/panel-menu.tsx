import type { Panel } from '../api/wire';
import type { Viewer } from '../state/viewer';
import { fullscreen, toggleFullscreen } from '../ui/fullscreen';
import { Glyph, type IconName } from '../ui/icons';
import { saveAnswer } from './save-file';

export interface PanelMenuProps {
  panel: Panel;
  viewer: Viewer;
  asTable: boolean;
  onTable: (() => void) | null;
  /** What becomes full screen. */
  card: HTMLElement | null;
  close: () => void;
}

export function PanelMenu({ panel, viewer, asTable, onTable, card, close }: PanelMenuProps) {
  const queries = panel.queries ?? [];
  const canDownload = viewer.dashboard.value?.download === true && queries.length > 0;
  const isFullscreen = card !== null && fullscreen.value === card;
  const item = (key: string, icon: IconName, label: string, action: () => void) => (
    <button
      key={key}
      type="button"
      role="menuitem"
      class="option"
      onClick={() => {
        close();
        action();
      }}
    >
      <Glyph name={icon} />
      {label}
    </button>
  );
  return (
    <>
      {item('refresh', 'refresh', 'Refresh', () => void viewer.refresh([panel.id]))}
      {onTable &&
        item(
          'table',
          asTable ? 'chart' : 'table',
          asTable ? 'Show as picture' : 'Show as table',
          onTable,
        )}
      {document.fullscreenEnabled &&
        item(
          'full',
          isFullscreen ? 'shrink' : 'expand',
          isFullscreen ? 'Leave full screen' : 'Full screen',
          () => card && toggleFullscreen(card),
        )}
      {viewer.panelActions(panel).map(({ icon, label, run }) => item(label, icon, label, run))}
      {canDownload &&
        queries.map((query) =>
          item(
            `csv-${query}`,
            'download',
            queries.length > 1 ? `Download CSV (${query})` : 'Download CSV',
            () =>
              void viewer.downloadCsv(panel, queries.length > 1 ? query : undefined, saveAnswer),
          ),
        )}
    </>
  );
}
