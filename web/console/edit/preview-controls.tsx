// What viewers choose above their dashboard, while it is being written: time and variables.
import { coveredRange, FiltersPicker } from '../../viewer/ui/header';
import { TimePicker } from '../../viewer/ui/time-picker';
import { VariablePicker } from '../../viewer/ui/variable-picker';
import { Glyph } from '../ui/icons';
import type { DraftViewer } from './draft-viewer';

export function PreviewControls({ viewer }: { viewer: DraftViewer }) {
  const dashboard = viewer.dashboard.value;
  const time = viewer.time.value;
  const isBusy = viewer.isLoading.value || viewer.isDrawing.value;
  if (!dashboard || !time) return null;
  const values = viewer.variables.value;
  return (
    <div class="controls" role="group" aria-label="Preview">
      {(dashboard.variables ?? [])
        .filter((variable) => !variable.hidden)
        .map((variable) => {
          const Picker =
            variable.type === 'filters' && variable.mode !== 'bounded'
              ? FiltersPicker
              : VariablePicker;
          return (
            <Picker
              key={variable.name}
              viewer={viewer}
              variable={variable}
              values={values[variable.name] ?? []}
              onChange={(next) => viewer.setVariable(variable.name, next)}
            />
          );
        })}
      <TimePicker
        viewer={viewer}
        settings={dashboard.time}
        time={time}
        covered={coveredRange(viewer)}
      />
      <button
        type="button"
        class={isBusy ? 'button icon-only busy' : 'button icon-only'}
        aria-label="Refresh the preview"
        aria-busy={isBusy}
        onClick={() => void viewer.refresh()}
      >
        <Glyph name="refresh" />
      </button>
    </div>
  );
}
