// What stands around a dashboard on a wall: one line that says what is shown, and buttons that come when
// somebody moves the pointer.
import { useEffect, useRef } from 'preact/hooks';
import { valueText } from '../../viewer/data/variables';
import { formatRange, spanLabel } from '../../viewer/format/dates';
import type { DrawnViewer } from '../draw/viewer';
import { FullscreenButton } from '../../viewer/ui/header';
import { setQuery } from '../state/router';
import { Glyph } from '../ui/icons';

/** Nobody can choose here; what has been chosen is still said. */
export function TvLine({ title, viewer }: { title: string; viewer: DrawnViewer }) {
  const time = viewer.time.value;
  const values = viewer.variables.value;
  const variables = viewer.dashboard.value?.variables ?? [];
  return (
    <header class="tv-line">
      <h1>{title}</h1>
      {time && (
        <span>
          {'span' in time
            ? spanLabel(time.span)
            : formatRange(time.from, time.to, viewer.zone.value)}
        </span>
      )}
      {variables
        .filter((variable) => !variable.hidden && variable.type !== 'filters')
        .map((variable) => (
          <span key={variable.name}>
            {variable.label || variable.name}{' '}
            <strong>
              {valueText(
                variable,
                variable.mode === 'locked' ? variable.value : (values[variable.name] ?? []),
              )}
            </strong>
          </span>
        ))}
    </header>
  );
}

const kShownFor = 3000;

export function TvTools() {
  const tools = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      // At once: a press that follows the move meets the button.
      tools.current?.removeAttribute('data-idle');
      clearTimeout(timer);
      timer = setTimeout(() => tools.current?.setAttribute('data-idle', ''), kShownFor);
    };
    show();
    const moves = ['pointermove', 'pointerdown'] as const;
    for (const move of moves) window.addEventListener(move, show);
    return () => {
      clearTimeout(timer);
      for (const move of moves) window.removeEventListener(move, show);
    };
  }, []);
  return (
    <div ref={tools} class="button-group tv-tools">
      {document.fullscreenEnabled && <FullscreenButton />}
      <button
        type="button"
        class="button icon-only"
        aria-label="Leave TV mode"
        title="Leave TV mode (Esc)"
        onClick={() => setQuery({ tv: null })}
      >
        <Glyph name="close" />
      </button>
    </div>
  );
}
