import type { Dashboard, TimeChoice } from '../api/wire';
import { formatRange, spanLabel } from '../format/dates';
import { Glyph } from './icons';
import { Popover } from './popover';

export interface TimePickerProps {
  dashboard: Dashboard;
  time: TimeChoice;
  /** What the last answer covered. */
  covered: { from: number; to: number };
  zone: string | undefined;
  onChange: (time: TimeChoice) => void;
}

export function TimePicker({ dashboard, time, covered, zone, onChange }: TimePickerProps) {
  const settings = dashboard.time;
  const spans = settings.spans ?? [];
  const range = covered.to > covered.from ? formatRange(covered.from, covered.to, zone) : '';
  const label = 'span' in time ? spanLabel(time.span) : formatRange(time.from, time.to, zone);

  if (!settings.selectable || (spans.length === 0 && !settings.custom)) {
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
      {(close, { TimeMenu }) => (
        <TimeMenu
          dashboard={dashboard}
          time={time}
          covered={covered}
          zone={zone}
          range={range}
          close={close}
          onChange={onChange}
        />
      )}
    </Popover>
  );
}
