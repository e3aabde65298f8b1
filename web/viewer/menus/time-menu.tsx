import { useState } from 'preact/hooks';
import { spanLabel, zoneOf } from '../format/dates';
import { browserZone } from '../session/browser-session';
import type { Viewer } from '../state/viewer';
import { Glyph } from '../ui/icons';
import type { TimePickerProps } from '../ui/time-picker';
import { fromInput, toInput } from './time-input';

export interface TimeMenuProps extends TimePickerProps {
  /** What is shown, in words. */
  range: string;
  close: () => void;
}

export function TimeMenu({ viewer, settings, time, covered, range, close }: TimeMenuProps) {
  const zone = viewer.zone.value;
  const isNamed = 'span' in time;
  return (
    <div class="time-panel">
      <Choices
        label="Named ranges"
        choices={(settings.spans ?? []).map((span) => ({ value: span, label: spanLabel(span) }))}
        chosen={isNamed ? time.span : ''}
        onChoose={(span) => {
          close();
          viewer.setTime({ span });
        }}
      />
      {settings.custom && (
        <CustomRange
          from={isNamed ? covered.from : time.from}
          to={isNamed ? covered.to : time.to}
          zone={zone}
          onApply={(from, to) => {
            close();
            viewer.setTime({ from, to });
          }}
        />
      )}
      {range && <p class="popover-note">Shown: {range}</p>}
      <p class="zone-title" aria-hidden="true">
        Time zone
      </p>
      <Choices
        label="Time zone"
        choices={zones(viewer)}
        chosen={zone ?? kBrowser}
        onChoose={(name) => {
          close();
          viewer.setZone(name);
        }}
      />
    </div>
  );
}

const kBrowser = 'browser';

function zones(viewer: Viewer): Choice[] {
  const here = browserZone();
  const own = zoneOf(viewer.dashboard.value?.timezone);
  const list: Choice[] = [
    { value: kBrowser, label: `This browser’s${here ? ` (${words(here)})` : ''}` },
    { value: 'UTC', label: 'UTC' },
  ];
  if (own !== undefined && own !== 'UTC') {
    list.push({ value: own, label: `The dashboard’s (${words(own)})` });
  }
  return list;
}

const words = (zone: string): string => zone.replace(/_/g, ' ');

interface Choice {
  value: string;
  label: string;
}

interface ChoicesProps {
  label: string;
  choices: Choice[];
  chosen: string;
  onChoose: (value: string) => void;
}

function Choices({ label, choices, chosen, onChoose }: ChoicesProps) {
  return (
    <div role="radiogroup" aria-label={label} class="options" onKeyDown={moveRadio}>
      {choices.map((choice) => {
        const isChosen = choice.value === chosen;
        return (
          <button
            key={choice.value}
            type="button"
            role="radio"
            aria-checked={isChosen}
            class="option"
            onClick={() => onChoose(choice.value)}
          >
            <span class="option-mark">{isChosen && <Glyph name="check" />}</span>
            <span class="truncate">{choice.label}</span>
          </button>
        );
      })}
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
      {zone !== undefined && <p class="popover-note">Times are in {words(zone)}.</p>}
    </form>
  );
}
