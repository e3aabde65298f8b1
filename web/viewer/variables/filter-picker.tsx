// What a viewer filters by: each condition as a chip, and a small form for another one.
import { useEffect, useId, useState } from 'preact/hooks';
import type { Choice } from '../api/wire';
import type { PickerProps } from '../ui/header';
import { Glyph } from '../ui/icons';
import { Popover } from '../ui/popover';
import { filterWords, kOperators, readFilter, writeFilter } from './filter-text';

export function FilterPicker({ viewer, variable, values, onChange }: PickerProps) {
  const label = variable.label || variable.name;
  const isFree = variable.mode === 'free';
  return (
    <span class="filters" role="group" aria-label={label}>
      {values.map((value) => {
        const words = filterWords(readFilter(value));
        return (
          <span key={value} class="filter" title={words}>
            <span class="truncate">{words}</span>
            {isFree ? (
              <button
                type="button"
                aria-label={`Remove ${words}`}
                onClick={() => onChange(values.filter((other) => other !== value))}
              >
                ×
              </button>
            ) : (
              <Glyph name="lock" />
            )}
          </span>
        );
      })}
      {isFree && (
        <Popover label={`${label} + another condition`} kind="dialog" face={<>{label} +</>}>
          {(close) => (
            <FilterForm
              choices={(key, signal) => viewer.filterChoices(variable.name, key, signal)}
              onAdd={(text) => {
                close();
                if (!values.includes(text)) onChange([...values, text]);
              }}
            />
          )}
        </Popover>
      )}
    </span>
  );
}

interface FilterFormProps {
  choices: (key: string, signal: AbortSignal) => Promise<Choice[]>;
  onAdd: (text: string) => void;
}

function FilterForm({ choices, onAdd }: FilterFormProps) {
  const [key, setKey] = useState('');
  const [operator, setOperator] = useState('=');
  const [value, setValue] = useState('');
  const keys = useChoices(choices, '');
  const isKey = keys.some((choice) => choice.value === key);
  const known = useChoices(choices, isKey ? key : null);
  const id = useId();
  const isList = operator.endsWith('|');
  return (
    <form
      class="filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        const values = isList ? value.split(',').map((part) => part.trim()) : [value];
        onAdd(writeFilter({ key, operator, values }));
      }}
    >
      <label>
        What
        <input
          type="text"
          required
          data-autofocus
          list={`${id}-keys`}
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      <label>
        How
        <select value={operator} onChange={(event) => setOperator(event.currentTarget.value)}>
          {Object.entries(kOperators).map(([text, words]) => (
            <option key={text} value={text}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        {isList ? 'Values, with commas between them' : 'Value'}
        <input
          type="text"
          required
          list={`${id}-values`}
          value={value}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
      </label>
      <datalist id={`${id}-keys`}>
        {keys.map((choice) => (
          <option key={choice.value} value={choice.value} />
        ))}
      </datalist>
      <datalist id={`${id}-values`}>
        {known.map((choice) => (
          <option key={choice.value} value={choice.value} />
        ))}
      </datalist>
      <button type="submit" class="button primary">
        Add
      </button>
    </form>
  );
}

/** Null: nothing is asked for. What cannot be had can still be typed. */
function useChoices(choices: FilterFormProps['choices'], key: string | null): Choice[] {
  const [found, setFound] = useState<Choice[]>([]);
  useEffect(() => {
    setFound([]);
    if (key === null) return;
    const controller = new AbortController();
    choices(key, controller.signal).then(
      (list) => {
        if (!controller.signal.aborted) setFound(list);
      },
      () => undefined,
    );
    return () => controller.abort();
    // The function is a new one with each drawing, and asks the same.
  }, [key]);
  return found;
}
