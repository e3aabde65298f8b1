// Several short texts in one field: Enter or a comma adds one, Backspace takes the last away.
import { useId, useRef, useState } from 'preact/hooks';
import { Glyph } from './icons';

export interface TokenFieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | null | undefined;
  placeholder?: string;
  values: string[];
  onChange: (values: string[]) => void;
  disabled?: boolean;
}

export function TokenField(props: TokenFieldProps) {
  const { label, hint, error, placeholder, values, onChange, disabled } = props;
  const [draft, setDraft] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const hasError = error !== null && error !== undefined && error !== '';

  const add = (text: string): void => {
    const fresh = text
      .split(/[,\n]/)
      .map((part) => part.trim())
      .filter((part, at, all) => part !== '' && !values.includes(part) && all.indexOf(part) === at);
    if (fresh.length > 0) onChange([...values, ...fresh]);
    setDraft('');
  };
  const described = [hint === undefined ? '' : `${id}-hint`, hasError ? `${id}-error` : '']
    .filter((name) => name !== '')
    .join(' ');

  return (
    <div class={hasError ? 'form-field wrong' : 'form-field'}>
      <label for={id}>{label}</label>
      <div class="tokens input">
        {values.length > 0 && (
          <ul aria-label={`${label}: chosen`}>
            {values.map((value) => (
              <li key={value} class="token">
                <span class="truncate">{value}</span>
                <button
                  type="button"
                  aria-label={`Remove ${value}`}
                  disabled={disabled}
                  onClick={() => {
                    onChange(values.filter((other) => other !== value));
                    input.current?.focus();
                  }}
                >
                  <Glyph name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <input
          id={id}
          ref={input}
          value={draft}
          placeholder={values.length === 0 ? placeholder : undefined}
          autocomplete="off"
          spellcheck={false}
          disabled={disabled}
          aria-describedby={described === '' ? undefined : described}
          aria-invalid={hasError}
          onInput={(event) => {
            const { value } = event.currentTarget;
            if (/[,\n]/.test(value)) add(value);
            else setDraft(value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && draft.trim() !== '') {
              event.preventDefault();
              add(draft);
            } else if (event.key === 'Backspace' && draft === '' && values.length > 0) {
              onChange(values.slice(0, -1));
            }
          }}
          onBlur={() => add(draft)}
        />
      </div>
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
