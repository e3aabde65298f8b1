// The field of an option that holds no others, made from its table.
import type { Json, JsonObject } from '../api/types';
import { SelectField, Switch, TextAreaField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { TokenField } from '../ui/token-field';
import { offered, type FieldProps } from './around';
import { objectOf, textOf, textsOf } from './document';
import type { Control } from './option';
import { AddButton } from './part-acts';
import { ColourField, Picks, ReadField } from './simple-fields';
import { numberText, readNumber, readNumbers } from './values';

export type Plain = Exclude<Control, { kind: 'object' | 'list' | 'map' }>;

/** Not of options that hold others: those are drawn by `OptionField`. */
export function PlainField(props: FieldProps & { control: Plain }) {
  const { option, value, path, around, onChange, control } = props;
  const { label, hint } = option;
  const error = around.fault(path);
  const told = { label, error, ...(hint === undefined ? {} : { hint }) };
  const put = (next: Json | undefined): void => onChange(next ?? option.emptied);
  switch (control.kind) {
    case 'switch':
      return (
        <div class="whole-line">
          <Switch
            label={label}
            hint={error ?? hint}
            isOn={typeof value === 'boolean' ? value : control.otherwise}
            onChange={(isOn) => put(isOn === control.otherwise ? undefined : isOn)}
          />
        </div>
      );
    case 'choice': {
      const now = textOf(value);
      const isNeeded = option.emptied !== undefined;
      const known = control.choices.some((one) => one.value === now) || now === '';
      const usual = control.choices.find((one) => one.value === control.otherwise);
      return (
        <SelectField
          {...told}
          value={now === '' && isNeeded ? control.otherwise : now}
          choices={[
            ...(isNeeded ? [] : [{ value: '', label: `Default (${usual?.label ?? 'none'})` }]),
            ...control.choices,
            ...(known ? [] : [{ value: now, label: now }]),
          ]}
          onChange={(next) => put(next === '' ? undefined : next)}
        />
      );
    }
    case 'number':
      return (
        <ReadField
          {...told}
          placeholder={control.placeholder ?? ''}
          value={value ?? undefined}
          textOf={numberText}
          read={(text) => readNumber(text, control)}
          onChange={put}
        />
      );
    case 'numbers':
      return (
        <ReadField {...told} value={value} textOf={numberText} read={readNumbers} onChange={put} />
      );
    case 'text':
      return control.isLong ? (
        <div class="whole-line">
          <TextAreaField
            {...told}
            rows={3}
            isProse
            {...(control.most === undefined ? {} : { maxLength: control.most })}
            value={textOf(value)}
            onInput={(text) => put(text === '' ? undefined : text)}
          />
        </div>
      ) : (
        <TextField
          {...told}
          {...(control.placeholder === undefined ? {} : { placeholder: control.placeholder })}
          {...(control.most === undefined ? {} : { maxLength: control.most })}
          suggestions={offered(around, control.suggest)}
          value={textOf(value)}
          onInput={(text) => put(text === '' ? undefined : text)}
        />
      );
    case 'texts':
      return (
        <div class="whole-line">
          <Names
            {...told}
            known={offered(around, control.suggest)}
            values={textsOf(value)}
            onChange={(values) => put(values.length === 0 ? undefined : values)}
          />
        </div>
      );
    case 'flags':
      return (
        <div class="whole-line">
          <Names
            {...told}
            known={offered(around, control.suggest)}
            values={Object.entries(objectOf(value)).flatMap(([name, is]) => (is ? [name] : []))}
            onChange={(names) => put(objectFrom(names, () => true))}
          />
        </div>
      );
    case 'order':
      return (
        <div class="whole-line">
          <Names
            {...told}
            known={offered(around, control.suggest)}
            values={Object.entries(objectOf(value))
              .sort(([, a], [, b]) => Number(a) - Number(b))
              .map(([name]) => name)}
            onChange={(names) => put(objectFrom(names, (at) => at))}
          />
        </div>
      );
    case 'choices':
      return (
        <div class="whole-line">
          <Picks
            {...told}
            choices={control.choices}
            values={textsOf(value)}
            onChange={(values) => put(values.length === 0 ? undefined : values)}
          />
        </div>
      );
    case 'colour':
      return (
        <ColourField
          label={label}
          error={error}
          isNeeded={option.emptied !== undefined}
          value={textOf(value)}
          onChange={put}
        />
      );
    case 'colours':
      return <Colours {...props} />;
  }
}

function objectFrom(names: string[], of: (at: number) => Json): JsonObject | undefined {
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name, at) => [name, of(at)]));
}

/** Some names: those that are known are picked, any other may be written. */
function Names({
  label,
  hint,
  error,
  known,
  values,
  onChange,
}: {
  label: string;
  hint?: string;
  error: string | null;
  known: readonly string[];
  values: string[];
  onChange: (values: string[]) => void;
}) {
  if (known.length === 0) {
    return (
      <TokenField label={label} hint={hint} error={error} values={values} onChange={onChange} />
    );
  }
  return (
    <Picks
      label={label}
      hint={hint}
      error={error}
      choices={known.map((name) => ({ value: name, label: name }))}
      values={values}
      onChange={onChange}
    />
  );
}

function Colours({ option, value, onChange }: FieldProps) {
  const colours = textsOf(value);
  return (
    <fieldset class="whole-line part">
      <legend>{option.label}</legend>
      {option.hint !== undefined && <p class="hint">{option.hint}</p>}
      {colours.map((colour, at) => (
        <div class="part-line" key={at}>
          <ColourField
            label={`Colour ${at + 1}`}
            isNeeded
            value={colour}
            onChange={(next) =>
              onChange(colours.map((one, index) => (index === at ? (next ?? one) : one)))
            }
          />
          <button
            type="button"
            class="button quiet icon-only"
            aria-label={`Remove colour ${at + 1}`}
            onClick={() => {
              const rest = colours.filter((_, index) => index !== at);
              onChange(rest.length === 0 ? undefined : rest);
            }}
          >
            <Glyph name="bin" />
          </button>
        </div>
      ))}
      <AddButton noun="colour" onAdd={() => onChange([...colours, 'blue'])} />
    </fieldset>
  );
}
