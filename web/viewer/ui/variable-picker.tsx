import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Variable } from '../api/wire';
import { valueText } from '../data/variables';
import { Glyph } from './icons';
import { Popover } from './popover';

const kTypingPause = 450;

export interface VariablePickerProps {
  variable: Variable;
  values: string[];
  onChange: (values: string[]) => void;
}

export function VariablePicker(props: VariablePickerProps) {
  const { variable } = props;
  const label = variable.label || variable.name;
  if (variable.mode === 'locked') {
    return (
      <span class="plain" title="Set by the page you came from">
        <span class="plain-label">{label}</span>
        <span class="truncate">{valueText(variable, variable.value)}</span>
        <Glyph name="lock" />
        <span class="visually-hidden">(fixed)</span>
      </span>
    );
  }
  if (variable.type === 'text' && variable.mode === 'free') {
    return <TextVariable {...props} label={label} />;
  }
  return <ChoiceVariable {...props} label={label} />;
}

function TextVariable({
  variable,
  values,
  label,
  onChange,
}: VariablePickerProps & { label: string }) {
  const [text, setText] = useState(values[0] ?? '');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const id = useId();
  const apply = (value: string): void => {
    clearTimeout(timer.current);
    onChange([value]);
  };
  return (
    <span class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        value={text}
        maxLength={variable.max_length ?? 256}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => apply(value), kTypingPause);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply(event.currentTarget.value);
        }}
      />
    </span>
  );
}

function ChoiceVariable({
  variable,
  values,
  label,
  onChange,
}: VariablePickerProps & { label: string }) {
  const [draft, setDraft] = useState<string[]>(values);
  const pending = useRef<string[] | null>(null);
  const choose = (next: string[]): void => {
    setDraft(next);
    pending.current = next;
  };
  // Several choices are one change, made when the list closes; an empty choice is none.
  const settle = (): void => {
    const next = pending.current;
    pending.current = null;
    if (next && next.length > 0) onChange(next);
    else setDraft(values);
  };
  useEffect(() => setDraft(values), [values]);

  return (
    <Popover
      label={`${label} ${valueText(variable, values)}`}
      kind="listbox"
      onClose={settle}
      face={
        <>
          <span class="plain-label">{label}</span>{' '}
          <span class="truncate">{valueText(variable, values)}</span>
          <Glyph name="chevron" />
        </>
      }
    >
      {(close, { ChoiceList }) => (
        <ChoiceList
          label={label}
          variable={variable}
          chosen={variable.multi ? draft : values}
          onChoose={(next) => {
            choose(next);
            if (!variable.multi) close();
          }}
          onDone={close}
        />
      )}
    </Popover>
  );
}
