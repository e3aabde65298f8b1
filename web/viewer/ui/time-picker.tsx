import type { TimeChoice, TimeSettings } from '../api/wire';
import { formatRange, spanLabel } from '../format/dates';
import type { Viewer } from '../state/viewer';
import { Glyph } from './icons';
import { Popover } from './popover';

export interface TimePickerProps {
  viewer: Viewer;
  settings: TimeSettings;
  time: TimeChoice;
  /** What the last answer covered. */
  covered: { from: number; to: number };
}

export function TimePicker(props: TimePickerProps) {
  const { viewer, settings, time, covered } = props;
  const zone = viewer.zone.value;
  const range = covered.to > covered.from ? formatRange(covered.from, covered.to, zone) : '';
  const label = 'span' in time ? spanLabel(time.span) : formatRange(time.from, time.to, zone);

  if (!settings.selectable || !(settings.spans?.length || settings.custom)) {
    return (
      <span class="plain" title={range}>
        <Glyph name="clock" />
        <span class="visually-hidden">Time range: </span>
        {label}
      </span>
    );
  }
  return (
    <Popover
      label={`Time range: ${label}`}
      kind="dialog"
      title={range}
      face={
        <>
          <Glyph name="clock" />
          <span class="truncate">{label}</span>
          <Glyph name="chevron" />
        </>
      }
    >
      {(close, { TimeMenu }) => <TimeMenu {...props} range={range} close={close} />}
    </Popover>
  );
}
