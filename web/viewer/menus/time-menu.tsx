import { useState } from 'preact/hooks';
import { spanLabel } from '../format/dates';
import { Glyph } from '../ui/icons';
import type { TimePickerProps } from '../ui/time-picker';
import { fromInput, toInput } from './time-input';

export interface TimeMenuProps extends TimePickerProps {
  /** What is shown, in words. */
  range: string;
  close: () => void;
}

export function TimeMenu({
  dashboard,
  time,
  covered,
  zone,
  range,
  close,
  onChange,
}: TimeMenuProps) {
  const settings = dashboard.time;
  const spans = settings.spans ?? [];
  return (
    <div class="time-panel">
      <div role="radiogroup" aria-label="Named ranges" class="options" onKeyDown={moveRadio}>
        {spans.map((span) => {
          const isChosen = 'span' in time && time.span === span;
          return (
            <button
              key={span}
              type="button"
              role="radio"
              aria-checked={isChosen}
              class="option"
              onClick={() => {
                close();
                onChange({ span });
              }}
            >
              <span class="option-mark">{isChosen && <Glyph name="check" />}</span>
              {spanLabel(span)}
            </button>
          );
        })}
      </div>
      {settings.custom && (
        <CustomRange
          from={'span' in time ? covered.from : time.from}
          to={'span' in time ? covered.to : time.to}
          zone={zone}
          onApply={(from, to) => {
            close();
            onChange({ from, to });
          }}
        />
      )}
      {range && <p class="popover-note">Shown: {range}</p>}
    </div>
  );
}

function moveRadio(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || !(event.currentTarget instanceof HTMLElement)) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="radio"]')];
  const at = items.findIndex((item) => item === document.activeElement);
  event.preventDefault();
  items[(at + step + items.length) % items.length]?.focus();
}

interface CustomRangeProps {
  from: number;
  to: number;
  zone: string | undefined;
  onApply: (from: number, to: number) => void;
}

function CustomRange({ from, to, zone, onApply }: CustomRangeProps) {
  const [fromText, setFrom] = useState(toInput(from, zone));
  const [toText, setTo] = useState(toInput(to, zone));
  const start = fromInput(fromText, zone);
  const end = fromInput(toText, zone);
  const isValid = start !== null && end !== null && start < end;
  return (
    <form
      class="custom-range"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) onApply(start, end);
      }}
    >
      <label>
        <span>From</span>
        <input
          type="datetime-local"
          value={fromText}
          onInput={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        <span>To</span>
        <input
          type="datetime-local"
          value={toText}
          onInput={(event) => setTo(event.currentTarget.value)}
        />
      </label>
      {!isValid && <p class="field-error">The start must be before the end.</p>}
      <button type="submit" class="button primary" disabled={!isValid}>
        Apply range
      </button>
      {zone !== undefined && <p class="popover-note">Times are in {zone.replace(/_/g, ' ')}.</p>}
    </form>
  );
}
