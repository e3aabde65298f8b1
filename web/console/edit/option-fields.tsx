// Controls of options, made from their tables. Whatever the tables do not know stays as it is.
import { useRef, useState } from 'preact/hooks';
import { kUnitIds } from '../../viewer/format/units';
import type { Json, JsonObject } from '../api/types';
import { SelectField, Switch, TextAreaField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { TokenField } from '../ui/token-field';
import { isObject, moveIn, objectOf, objects, textOf, textsOf, withMember } from './document';
import { unknownIn, type Control, type Option, type Suggestions } from './option';
import { ColourField, JsonField, Picks, ReadField } from './simple-fields';
import { fits, numberText, readNumber, readNumbers, sortedBy } from './values';

/** What the fields of a form know besides the document. */
export interface Around {
  /** Names to offer. */
  names: Record<Exclude<Suggestions, 'units'>, readonly string[]>;
  /** What the server says is wrong at a path of the panel, or of the document. */
  fault: (path: string) => string | null;
}

const kUnits = [
  'none',
  'short',
  'percent',
  'percentunit',
  'bytes',
  'ms',
  's',
  'usd',
  'eur',
  ...kUnitIds,
];

function offered(around: Around, suggest: Suggestions | undefined): readonly string[] {
  if (suggest === undefined) return [];
  return suggest === 'units' ? kUnits : around.names[suggest];
}

export interface OptionsProps {
  options: readonly Option[];
  /** What they stand in. */
  value: JsonObject;
  /** Where that is, from the panel: "options". */
  path: string;
  around: Around;
  onChange: (value: JsonObject, option: Option) => void;
}

/** Fields for some options, and a word about members that none of them shows. */
export function Options({
  options,
  value,
  path,
  around,
  onChange,
  tellsUnknown = false,
}: OptionsProps & { tellsUnknown?: boolean }) {
  const unknown = tellsUnknown ? unknownIn(value, options) : [];
  return (
    <div class="option-fields">
      {options
        .filter((option) => option.when?.(value) ?? true)
        .map((option) => (
          <OptionField
            key={option.name}
            option={option}
            value={value[option.name]}
            path={path === '' ? option.name : `${path}.${option.name}`}
            around={around}
            onChange={(next) => onChange(withMember(value, option.name, next), option)}
          />
        ))}
      {unknown.length > 0 && (
        <p class="hint whole-line">Kept as written, and only in the JSON: {unknown.join(', ')}.</p>
      )}
    </div>
  );
}

interface FieldProps {
  option: Option;
  value: Json | undefined;
  path: string;
  around: Around;
  onChange: (value: Json | undefined) => void;
}

export function OptionField(props: FieldProps) {
  const { option, value, path, around, onChange } = props;
  const { label, hint, control } = option;
  const error = around.fault(path);
  const told = { label, error, ...(hint === undefined ? {} : { hint }) };
  if (!fits(control, value)) {
    return (
      <div class="whole-line">
        <JsonField {...told} value={value} onChange={onChange} />
      </div>
    );
  }
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
    case 'object':
      return <ObjectField {...props} control={control} />;
    case 'list':
      return <ListField {...props} control={control} />;
    case 'map':
      return <MapField {...props} control={control} />;
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

function AddButton({ noun, onAdd }: { noun: string; onAdd: () => void }) {
  return (
    <button type="button" class="button small-button" onClick={onAdd}>
      <Glyph name="plus" />
      Add a {noun}
    </button>
  );
}

type Of<K extends Control['kind']> = Control & { kind: K };

function ObjectField(props: FieldProps & { control: Of<'object'> }) {
  const { option, value, path, around, onChange, control } = props;
  const isOpen = control.act === '' || value !== undefined;
  const error = around.fault(path);
  const fields = (
    <Options
      options={control.members}
      value={objectOf(value)}
      path={path}
      around={around}
      tellsUnknown
      onChange={(next) =>
        onChange(control.act === '' && Object.keys(next).length === 0 ? undefined : next)
      }
    />
  );
  if (!isOpen) {
    return (
      <div class="whole-line part-closed">
        <button type="button" class="button small-button" onClick={() => onChange(control.fresh)}>
          <Glyph name="plus" />
          {control.act}
        </button>
        {option.hint !== undefined && <p class="hint">{option.hint}</p>}
      </div>
    );
  }
  if (option.label === '') return <div class="whole-line">{fields}</div>;
  return (
    <fieldset class="whole-line part">
      <legend>{option.label}</legend>
      {error !== null && <p class="field-error">{error}</p>}
      {fields}
      {control.act !== '' && (
        <button type="button" class="button quiet small-button" onClick={() => onChange(undefined)}>
          <Glyph name="bin" />
          Remove it
        </button>
      )}
    </fieldset>
  );
}

function ListField(props: FieldProps & { control: Of<'list'> }) {
  const { option, value, path, around, onChange, control } = props;
  const items = objects(value);
  const { noun, sortBy } = control;
  const put = (next: JsonObject[]): void => onChange(next.length === 0 ? undefined : next);
  const box = useRef<HTMLFieldSetElement>(null);
  const error = around.fault(path);
  return (
    <fieldset
      ref={box}
      class="whole-line part"
      onFocusOut={(event) => {
        if (sortBy === undefined || box.current?.contains(event.relatedTarget as Node | null)) {
          return;
        }
        put(sortedBy(items, sortBy).filter(isObject));
      }}
    >
      <legend>{option.label}</legend>
      {option.hint !== undefined && <p class="hint">{option.hint}</p>}
      {error !== null && <p class="field-error">{error}</p>}
      <ol class="part-list">
        {items.map((item, at) => (
          <li key={at}>
            <Options
              options={control.members}
              value={item}
              path={`${path}[${at}]`}
              around={around}
              onChange={(next) => put(items.map((one, index) => (index === at ? next : one)))}
            />
            <div class="part-acts">
              {sortBy === undefined && (
                <Movers
                  noun={`${noun} ${at + 1}`}
                  at={at}
                  count={items.length}
                  onMove={(to) => put(moveIn(items, at, to))}
                />
              )}
              <button
                type="button"
                class="button quiet icon-only"
                aria-label={`Remove ${noun} ${at + 1}`}
                onClick={() => put(items.filter((_, index) => index !== at))}
              >
                <Glyph name="bin" />
              </button>
            </div>
          </li>
        ))}
      </ol>
      <AddButton noun={noun} onAdd={() => put([...items, control.fresh])} />
    </fieldset>
  );
}

export function Movers({
  noun,
  at,
  count,
  onMove,
}: {
  noun: string;
  at: number;
  count: number;
  onMove: (to: number) => void;
}) {
  return (
    <>
      <button
        type="button"
        class="button quiet icon-only"
        aria-label={`Move ${noun} up`}
        aria-disabled={at === 0}
        onClick={() => at > 0 && onMove(at - 1)}
      >
        <Glyph name="up" />
      </button>
      <button
        type="button"
        class="button quiet icon-only"
        aria-label={`Move ${noun} down`}
        aria-disabled={at === count - 1}
        onClick={() => at < count - 1 && onMove(at + 1)}
      >
        <Glyph name="down" />
      </button>
    </>
  );
}

function MapField(props: FieldProps & { control: Of<'map'> }) {
  const { option, value, path, around, onChange, control } = props;
  const entries = Object.entries(objectOf(value));
  const [name, setName] = useState('');
  const put = (next: [string, Json][]): void =>
    onChange(next.length === 0 ? undefined : Object.fromEntries(next));
  const isFresh = name.trim() !== '' && !entries.some(([known]) => known === name.trim());
  const add = (): void => {
    if (!isFresh) return;
    put([...entries, [name.trim(), control.fresh]]);
    setName('');
  };
  return (
    <fieldset class="whole-line part">
      <legend>{option.label}</legend>
      {option.hint !== undefined && <p class="hint">{option.hint}</p>}
      <ol class="part-list">
        {entries.map(([key, item]) => (
          <li key={key}>
            <div class="option-fields">
              <p class="whole-line part-name">{key}</p>
              <OptionField
                option={control.value}
                value={item}
                path={`${path}.${key}`}
                around={around}
                onChange={(next) =>
                  put(
                    entries.map(([known, one]) => [
                      known,
                      known === key ? (next ?? control.fresh) : one,
                    ]),
                  )
                }
              />
            </div>
            <div class="part-acts">
              <button
                type="button"
                class="button quiet icon-only"
                aria-label={`Remove ${key}`}
                onClick={() => put(entries.filter(([known]) => known !== key))}
              >
                <Glyph name="bin" />
              </button>
            </div>
          </li>
        ))}
      </ol>
      <div
        class="part-line"
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      >
        <TextField
          label={`Another ${control.noun}`}
          suggestions={offered(around, control.suggest)}
          value={name}
          onInput={setName}
        />
        <button type="button" class="button" aria-disabled={!isFresh} onClick={add}>
          Add
        </button>
      </div>
    </fieldset>
  );
}
