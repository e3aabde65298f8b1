import { App } from '../../ui/app';
import { Glyph } from '../../ui/icons';
import { Popover } from '../../ui/popover';
import type { EmbedViewer } from '../embed-viewer';
import { DataOverlay } from './data-overlay';
import { FolderPage } from './folder-page';
import { LoginPage } from './login-page';

export function EmbedApp({ viewer }: { viewer: EmbedViewer }) {
  const page = viewer.page.value;
  const special = viewer.special.value;
  if (page.kind !== 'message' && special?.kind === 'login') {
    return <LoginPage viewer={viewer} message={special.message} isBusy={special.isBusy} />;
  }
  if (page.kind === 'dashboard' && special?.kind === 'folder') {
    return <FolderPage folder={special.folder} />;
  }
  if (page.kind === 'dashboard' && special) return null;

  const {
    show_title: title,
    show_filters: filters,
    tile_text_color: ink,
  } = viewer.appearance.value;
  const isLook = viewer.content?.type === 'look';
  const shown = viewer.dashboard.value;
  const classes = [
    'embed',
    isLook ? 'look' : '',
    isLook && shown?.panels[0]?.title === shown?.title ? 'one-title' : '',
    title === false ? 'no-title' : '',
    filters === false ? 'no-filters' : '',
    ink ? 'own-tiles' : '',
  ];
  const panel = viewer.overlay.value;
  return (
    <div class={classes.filter(Boolean).join(' ')} key={viewer.epoch.value}>
      <App viewer={viewer} tools={<MoreMenu viewer={viewer} />} />
      {panel && page.kind === 'dashboard' && (
        <DataOverlay key={panel.id} viewer={viewer} panel={panel} />
      )}
    </div>
  );
}

function MoreMenu({ viewer }: { viewer: EmbedViewer }) {
  if (!viewer.permissions.fresh) return null;
  return (
    <Popover
      label="More"
      kind="menu"
      title="More"
      buttonClass="button icon-only"
      face={<Glyph name="more" />}
    >
      {(close) => (
        <button
          type="button"
          role="menuitem"
          class="option"
          onClick={() => {
            close();
            void viewer.runAll(true);
          }}
        >
          <Glyph name="refresh" />
          Clear cache and refresh
        </button>
      )}
    </Popover>
  );
}
