// The choices of a variable as they are written down: a value and what people read for it.
import { useId } from 'preact/hooks';
import { Glyph } from '../ui/icons';
import { useKeys } from './keyed';
import type { WrittenChoice } from './variables';

export interface ChoiceRowsProps {
  choices: readonly WrittenChoice[];
  /** Values are lengths of time. */
  isInterval: boolean;
  /** By path in the variable: "choices[1].value". */
  errors: Record<string, string>;
  onChange: (choices: WrittenChoice[]) => void;
}

const kMostChoices = 1000;
const kDuration = /^(?:[0-9]+(?:ms|[smhdwy]))+$/;

function faultOf(
  choices: readonly WrittenChoice[],
  at: number,
  isInterval: boolean,
): string | null {
  const value = choices[at]?.value ?? '';
  if (value === '') return 'A choice has a value.';
  if (value === '*') return 'Cannot be "*", which means every choice.';
  if (choices.some((other, place) => place < at && other.value === value)) {
    return 'This value is there already.';
  }
  return isInterval && !kDuration.test(value) ? 'A length of time: 30s, 5m, 1h30m.' : null;
}

export function ChoiceRows({ choices, isInterval, errors, onChange }: ChoiceRowsProps) {
  const { keys, remove } = useKeys(choices.length);
  const id = useId();
  const put = (at: number, part: Partial<WrittenChoice>): void =>
    onChange(choices.map((one, other) => (other === at ? { ...one, ...part } : one)));
  const whole = errors['choices'];
  return (
    <fieldset class="choice-rows">
      <legend>Choices</legend>
      {choices.map((choice, at) => {
        const fault =
          errors[`choices[${at}].value`] ??
          errors[`choices[${at}].label`] ??
          faultOf(choices, at, isInterval);
        return (
          <div key={keys[at]} class={fault === null ? 'choice-row' : 'choice-row wrong'}>
            <span class="choice-head" aria-hidden="true">
              Value
            </span>
            <input
              class="input code"
              aria-label={`Value of choice ${at + 1}`}
              aria-invalid={fault !== null}
              aria-describedby={fault === null ? undefined : `${id}-${at}`}
              placeholder={isInterval ? '5m' : 'value'}
              value={choice.value}
              maxLength={256}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => put(at, { value: event.currentTarget.value })}
            />
            <span class="choice-head" aria-hidden="true">
              Label
            </span>
            <input
              class="input"
              aria-label={`Label of choice ${at + 1}`}
              placeholder={choice.value === '' ? 'label' : choice.value}
              value={choice.label}
              maxLength={256}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => put(at, { label: event.currentTarget.value })}
            />
            <button
              type="button"
              class="button quiet icon-only"
              aria-label={`Remove choice ${at + 1}`}
              aria-disabled={choices.length === 1}
              onClick={() => {
                if (choices.length === 1) return;
                remove(at);
                onChange(choices.filter((_, other) => other !== at));
              }}
            >
              <Glyph name="close" />
            </button>
            {fault !== null && (
              <p class="field-error" id={`${id}-${at}`}>
                {fault}
              </p>
            )}
          </div>
        );
      })}
      {whole !== undefined && <p class="field-error">{whole}</p>}
      {choices.length < kMostChoices && (
        <button
          type="button"
          class="button"
          onClick={() => onChange([...choices, { value: '', label: '' }])}
        >
          <Glyph name="plus" />
          Add a choice
        </button>
      )}
    </fieldset>
  );
}
