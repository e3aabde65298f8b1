// Form fields: a label that is always seen, a hint, and an error that is read out with the field.
import type { ComponentChildren } from 'preact';
import { useId, useMemo, useState } from 'preact/hooks';
import { Glyph } from './icons';

export interface Around {
  label: string;
  hint?: ComponentChildren;
  error?: string | null | undefined;
}

interface FrameProps extends Around {
  children: (ids: {
    id: string;
    described: string | undefined;
    invalid: boolean;
  }) => ComponentChildren;
}

/** Label, hint and error around a control. */
export function Frame({ label, hint, error, children }: FrameProps) {
  const id = useId();
  const hasError = error !== null && error !== undefined && error !== '';
  const described = [hint !== undefined ? `${id}-hint` : '', hasError ? `${id}-error` : '']
    .filter((name) => name !== '')
    .join(' ');
  return (
    <div class={hasError ? 'form-field wrong' : 'form-field'}>
      <label for={id}>{label}</label>
      {children({ id, described: described === '' ? undefined : described, invalid: hasError })}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {hasError && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

export interface TextFieldProps extends Around {
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'datetime-local';
  autocomplete?: string;
  autofocus?: boolean;
  inputMode?: 'numeric' | 'decimal' | 'text';
  placeholder?: string;
  maxLength?: number;
  disabled?: boolean;
  isCode?: boolean;
  /** What the browser offers as one types. */
  suggestions?: readonly string[];
}

const kNone: readonly string[] = [];

export function TextField(props: TextFieldProps) {
  const { suggestions = kNone } = props;
  const offered = useMemo(
    () => suggestions.map((one) => <option key={one} value={one} />),
    [suggestions],
  );
  return (
    <Frame label={props.label} hint={props.hint} error={props.error}>
      {({ id, described, invalid }) => (
        <>
          <input
            id={id}
            class={props.isCode ? 'input code' : 'input'}
            {...(props.type === 'datetime-local'
              ? { type: 'datetime-local' as const }
              : { type: 'text' as const })}
            value={props.value}
            autocomplete={props.autocomplete ?? 'off'}
            data-autofocus={props.autofocus ? true : undefined}
            inputMode={props.inputMode}
            placeholder={props.placeholder}
            maxLength={props.maxLength}
            disabled={props.disabled}
            spellcheck={false}
            list={suggestions.length > 0 ? `${id}-list` : undefined}
            aria-describedby={described}
            aria-invalid={invalid}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
          {suggestions.length > 0 && <datalist id={`${id}-list`}>{offered}</datalist>}
        </>
      )}
    </Frame>
  );
}

export interface PasswordFieldProps extends Around {
  value: string;
  onInput: (value: string) => void;
  autocomplete: 'current-password' | 'new-password';
  autofocus?: boolean;
}

export function PasswordField(props: PasswordFieldProps) {
  const [isSeen, setSeen] = useState(false);
  return (
    <Frame label={props.label} hint={props.hint} error={props.error}>
      {({ id, described, invalid }) => (
        <div class="input-with-button">
          <input
            id={id}
            class="input"
            {...(isSeen ? { type: 'text' as const } : { type: 'password' as const })}
            value={props.value}
            autocomplete={props.autocomplete}
            data-autofocus={props.autofocus ? true : undefined}
            autocapitalize="none"
            spellcheck={false}
            aria-describedby={described}
            aria-invalid={invalid}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
          <button
            type="button"
            class="button quiet icon-only"
            aria-label={isSeen ? 'Hide the password' : 'Show the password'}
            aria-pressed={isSeen}
            onClick={() => setSeen(!isSeen)}
          >
            <Glyph name="eye" />
          </button>
        </div>
      )}
    </Frame>
  );
}

export interface Choice {
  value: string;
  label: string;
}

export interface SelectFieldProps extends Around {
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
  disabled?: boolean;
}

export function SelectField(props: SelectFieldProps) {
  return (
    <Frame label={props.label} hint={props.hint} error={props.error}>
      {({ id, described, invalid }) => (
        <select
          id={id}
          class="input"
          value={props.value}
          disabled={props.disabled}
          aria-describedby={described}
          aria-invalid={invalid}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        >
          {props.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}

export interface TextAreaFieldProps extends Around {
  value: string;
  onInput: (value: string) => void;
  rows: number;
  disabled?: boolean;
  /** Words, not code. */
  isProse?: boolean;
  maxLength?: number;
}

export function TextAreaField(props: TextAreaFieldProps) {
  return (
    <Frame label={props.label} hint={props.hint} error={props.error}>
      {({ id, described, invalid }) => (
        <textarea
          id={id}
          class={props.isProse ? 'input' : 'input code'}
          rows={props.rows}
          value={props.value}
          disabled={props.disabled}
          maxLength={props.maxLength}
          spellcheck={props.isProse ?? false}
          aria-describedby={described}
          aria-invalid={invalid}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

export interface SwitchProps {
  label: string;
  hint?: ComponentChildren;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  disabled?: boolean;
}

export function Switch({ label, hint, isOn, onChange, disabled }: SwitchProps) {
  const id = useId();
  return (
    <div class="switch-field">
      <button
        type="button"
        role="switch"
        id={id}
        class="switch"
        aria-checked={isOn}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint !== undefined ? `${id}-hint` : undefined}
        disabled={disabled}
        onClick={() => onChange(!isOn)}
      >
        <span />
      </button>
      <div>
        <label id={`${id}-label`} for={id}>
          {label}
        </label>
        {hint !== undefined && (
          <p class="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** Filters a list as one types. */
export function SearchField({
  label,
  value,
  onInput,
}: {
  label: string;
  value: string;
  onInput: (value: string) => void;
}) {
  return (
    <div class="search-field">
      <Glyph name="search" />
      <input
        type="search"
        class="input"
        data-search
        aria-label={label}
        placeholder={label}
        value={value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}
