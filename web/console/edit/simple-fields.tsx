// Fields of one value: a number, some names, a colour, JSON.
import { useId, useState } from 'preact/hooks';
import { isDark, namedColor } from '../../viewer/state/theme';
import type { Json } from '../api/types';
import { SelectField, TextAreaField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { isSame } from './diff';
import type { Chosen } from './option';
import { readJsonText, type Read } from './values';

interface ReadFieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | null;
  placeholder?: string;
  value: Json | undefined;
  textOf: (value: Json | undefined) => string;
  read: (text: string) => Read;
  onChange: (value: Json | undefined) => void;
}

/** Keeps what is being written, also while it means nothing yet. */
function useWriting(props: Pick<ReadFieldProps, 'value' | 'textOf' | 'read' | 'onChange'>): {
  text: string;
  fault: string | null;
  write: (text: string) => void;
} {
  const { value, textOf, read, onChange } = props;
  const [held, setHeld] = useState({ text: textOf(value), value });
  // Changed elsewhere, by undo say: the field follows.
  const text = isSame(held.value, value) ? held.text : textOf(value);
  const now = read(text);
  return {
    text,
    fault: 'fault' in now ? now.fault : null,
    write: (written) => {
      const meant = read(written);
      if ('fault' in meant) {
        setHeld({ text: written, value });
      } else {
        setHeld({ text: written, value: meant.value });
        onChange(meant.value);
      }
    },
  };
}

export function ReadField(props: ReadFieldProps) {
  const { text, fault, write } = useWriting(props);
  return (
    <TextField
      label={props.label}
      {...(props.hint === undefined ? {} : { hint: props.hint })}
      {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
      inputMode="decimal"
      value={text}
      error={fault ?? props.error}
      onInput={write}
    />
  );
}

const jsonText = (value: Json | undefined): string =>
  value === undefined ? '' : JSON.stringify(value, null, 2);

export function JsonField(props: Omit<ReadFieldProps, 'textOf' | 'read' | 'placeholder'>) {
  const { text, fault, write } = useWriting({ ...props, textOf: jsonText, read: readJsonText });
  return (
    <TextAreaField
      label={`${props.label} (JSON)`}
      {...(props.hint === undefined ? {} : { hint: props.hint })}
      rows={Math.min(12, text.split('\n').length + 1)}
      value={text}
      error={fault ?? props.error}
      onInput={write}
    />
  );
}

/** Some of several, in the order in which they were chosen. */
export function Picks({
  label,
  hint,
  error,
  choices,
  values,
  onChange,
}: {
  label: string;
  hint?: string | undefined;
  error?: string | null;
  choices: readonly Chosen[];
  values: readonly string[];
  onChange: (values: string[]) => void;
}) {
  const labelOf = (value: string): string =>
    choices.find((one) => one.value === value)?.label ?? value;
  const left = choices.filter(({ value }) => !values.includes(value));
  return (
    <div class="picks">
      <SelectField
        label={label}
        {...(hint === undefined ? {} : { hint })}
        error={error}
        value=""
        choices={[{ value: '', label: values.length > 0 ? 'Add another…' : 'None' }, ...left]}
        onChange={(value) => {
          if (value !== '') onChange([...values, value]);
        }}
      />
      {values.length > 0 && (
        <ul class="picked" aria-label={`${label}: chosen`}>
          {values.map((value) => (
            <li key={value} class="token">
              <span class="truncate">{labelOf(value)}</span>
              <button
                type="button"
                aria-label={`Remove ${labelOf(value)}`}
                onClick={() => onChange(values.filter((other) => other !== value))}
              >
                <Glyph name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const kHues = {
  green: ['#37872d', '#56a64b', '', '#96d98d', '#c8f2c2'],
  yellow: ['#e0b400', '#f2cc0c', '', '#ffee52', '#fff899'],
  orange: ['#fa6400', '#ff780a', '#ff9830', '#ffb357', '#ffcb7d'],
  red: ['#c4162a', '#e02f44', '', '#ff7383', '#ffa6b0'],
  purple: ['#8f3bb8', '#a352cc', '#b877d9', '#ca95e5', '#deb6f2'],
  blue: ['#1f60c4', '#3274d9', '', '#8ab8ff', '#c0d8ff'],
};
const kShades = ['dark-', 'semi-dark-', '', 'light-', 'super-light-'];
const kShadeWords = ['Dark ', 'Half dark ', '', 'Light ', 'Very light '];

const kNamed = Object.entries(kHues).flatMap(([hue, digits]) =>
  kShades.map((shade, at) => ({
    value: shade + hue,
    label: at === 2 ? hue.charAt(0).toUpperCase() + hue.slice(1) : `${kShadeWords[at]}${hue}`,
    digits: digits[at] ?? '',
  })),
);
const kPlain = ['white', 'black', 'gray', 'transparent'].map((value) => ({
  value,
  label: value.charAt(0).toUpperCase() + value.slice(1),
  digits: value,
}));
const kColours = [
  ...kNamed.filter((_, at) => at % 5 === 2),
  ...kPlain,
  ...kNamed.filter((_, at) => at % 5 !== 2),
];
const kOwn = 'own';

/** As the viewer draws it in the theme of this page. */
export function drawnColour(name: string): string {
  const known = kColours.find(({ value }) => value === name);
  if (!known) return name;
  return known.digits === '' ? namedColor(name, isDark.value) : known.digits;
}

const digitsOf = (colour: string): string => {
  const drawn = drawnColour(colour);
  return /^#[0-9a-f]{6}$/i.test(drawn) ? drawn : '#3274d9';
};

/** A name that both themes know, or digits of one's own. Empty: as the panel chooses. */
export function ColourField({
  label,
  error,
  value,
  isNeeded,
  onChange,
}: {
  label: string;
  error?: string | null;
  value: string;
  isNeeded: boolean;
  onChange: (value: string | undefined) => void;
}) {
  const id = useId();
  const isNamed = value === '' || kColours.some((one) => one.value === value);
  return (
    <div class="colour-field">
      <span
        class="colour-swatch"
        aria-hidden="true"
        style={{ backgroundColor: value === '' ? 'transparent' : drawnColour(value) }}
      />
      <SelectField
        label={label}
        error={error}
        value={isNamed ? value : kOwn}
        choices={[
          ...(isNeeded ? [] : [{ value: '', label: 'As the panel chooses' }]),
          ...kColours,
          { value: kOwn, label: 'Another…' },
        ]}
        onChange={(chosen) => {
          if (chosen === kOwn) onChange(digitsOf(value));
          else onChange(chosen === '' ? undefined : chosen);
        }}
      />
      {!isNamed && (
        <span class="colour-own">
          <label class="visually-hidden" for={id}>
            {label}: digits
          </label>
          <input
            id={id}
            type="color"
            value={digitsOf(value)}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        </span>
      )}
    </div>
  );
}
