import type { ComponentChildren } from 'preact';
import type { Viewer } from '../state/viewer';
import { parts } from '../state/parts';
import { theme } from '../state/theme';
import { formatClock } from '../format/dates';
import { Links } from '../panels/links';
import { fullscreen, toggleFullscreen } from './fullscreen';
import { Glyph } from './icons';
import { Popover } from './popover';
import { TimePicker } from './time-picker';
import { VariablePicker, type VariablePickerProps } from './variable-picker';

export function Header({ viewer, children }: { viewer: Viewer; children?: ComponentChildren }) {
  const dashboard = viewer.dashboard.value;
  if (!dashboard) return null;
  return (
    <header class="page-header">
      <div class="page-title">
        <h1>{dashboard.title}</h1>
        {dashboard.description && <p>{dashboard.description}</p>}
      </div>
      <div class="controls">
        <Pickers viewer={viewer} />
        <div class="button-group">
          <RefreshButton viewer={viewer} />
          <ThemeButton />
          {document.fullscreenEnabled && <FullscreenButton />}
          {children}
        </div>
      </div>
    </header>
  );
}

/** What the viewer may choose: variables and the time. */
export function Pickers({ viewer }: { viewer: Viewer }) {
  const dashboard = viewer.dashboard.value;
  const time = viewer.time.value;
  if (!dashboard || !time) return null;
  const values = viewer.variables.value;
  const variables = (dashboard.variables ?? []).filter((variable) => !variable.hidden);
  return (
    <>
      {dashboard.links && (
        <Links links={dashboard.links} viewer={viewer} {...coveredRange(viewer)} />
      )}
      {variables.map((variable) => {
        const isFilters = variable.type === 'filters' && variable.mode !== 'bounded';
        const Picker = isFilters ? FiltersPicker : VariablePicker;
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
    </>
  );
}

export interface PickerProps extends VariablePickerProps {
  viewer: Viewer;
}

/** Filters that a viewer puts together; their picker comes when there is such a variable. */
export function FiltersPicker(props: PickerProps) {
  const part = parts.get('variables');
  const Picker = (typeof part === 'object' && part.pickers?.filters) || null;
  return Picker && <Picker {...props} />;
}

export function coveredRange(viewer: Viewer): { from: number; to: number } {
  const dashboard = viewer.dashboard.value;
  for (const panel of dashboard?.panels ?? []) {
    const { from, to } = viewer.panel(panel.id).value;
    if (to > from) return { from, to };
  }
  return { from: dashboard?.time.from ?? 0, to: dashboard?.time.to ?? 0 };
}

export function RefreshButton({ viewer }: { viewer: Viewer }) {
  const at = viewer.lastUpdated.value;
  const isBusy = viewer.isLoading.value;
  const updated = at === null ? '' : `Updated ${formatClock(at, viewer.zone.value)}`;
  return (
    <button
      type="button"
      class={isBusy ? 'button icon-only busy' : 'button icon-only'}
      aria-label={`Refresh. ${updated}`}
      aria-busy={isBusy}
      title={updated || 'Refresh'}
      onClick={() => viewer.refreshIfOpen()}
    >
      <Glyph name="refresh" />
    </button>
  );
}

const kThemeIcons = { system: 'screen', light: 'sun', dark: 'moon' } as const;

function ThemeButton() {
  return (
    <Popover
      label={`Theme: ${theme.value}`}
      kind="menu"
      title="Theme"
      buttonClass="button icon-only"
      face={<Glyph name={kThemeIcons[theme.value]} />}
    >
      {(close, { ThemeMenu }) => <ThemeMenu close={close} />}
    </Popover>
  );
}

export function FullscreenButton() {
  const isFull = fullscreen.value === document.documentElement;
  const label = isFull ? 'Leave full screen' : 'Full screen';
  return (
    <button
      type="button"
      class="button icon-only"
      aria-label={label}
      title={label}
      onClick={() => toggleFullscreen(document.documentElement)}
    >
      <Glyph name={isFull ? 'shrink' : 'expand'} />
    </button>
  );
}
