import { useEffect, useRef } from 'preact/hooks';
import { TablePicture } from '../../panels/table';
import { isDark } from '../../state/theme';
import { Glyph } from '../../ui/icons';
import type { EmbedViewer } from '../embed-viewer';
import type { EmbedPanel } from '../wire';

const kNoOptions = {};

/** The rows behind a panel, and the query's text where the grant shows it. */
export function DataOverlay({ viewer, panel }: { viewer: EmbedViewer; panel: EmbedPanel }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const state = viewer.panel(panel.id).value;
  const title = panel.title || `Panel ${panel.id}`;
  const texts = Object.entries(panel.sql ?? {});
  const close = (): void => {
    viewer.overlay.value = null;
  };
  const queries = panel.queries ?? [];
  return (
    <dialog
      ref={dialog}
      class="data-overlay"
      aria-label={`Data of ${title}`}
      style={{ '--host-top': `${viewer.hostTop.value}px` }}
      onClose={close}
    >
      <header>
        <h2 class="truncate">{title}</h2>
        {viewer.dashboard.value?.download === true &&
          queries.map((query) => (
            <button
              key={query}
              type="button"
              class="button"
              onClick={() =>
                void viewer.downloadRows(panel, queries.length > 1 ? query : undefined)
              }
            >
              <Glyph name="download" />
              {queries.length > 1 ? `CSV (${query})` : 'CSV'}
            </button>
          ))}
        <button type="button" class="button" data-autofocus onClick={close}>
          Close
        </button>
      </header>
      {state.frames ? (
        <TablePicture
          panel={panel}
          options={kNoOptions}
          frames={state.frames}
          from={state.from}
          to={state.to}
          zone={viewer.zone.value}
          isDark={isDark.value}
          onZoom={null}
        />
      ) : (
        <p class="quiet-state">{state.error?.message ?? 'The data has not arrived yet.'}</p>
      )}
      {texts.map(([name, text]) => (
        <details key={name}>
          <summary>{texts.length > 1 ? `Query ${name}` : 'Query'}</summary>
          <pre tabIndex={0}>{text}</pre>
        </details>
      ))}
    </dialog>
  );
}
