// Controls of options, made from their tables. Whatever the tables do not know stays as it is.
import { useRef, useState } from 'preact/hooks';
import type { Json, JsonObject } from '../api/types';
import { TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { offered, type Around, type FieldProps } from './around';
import { isObject, moveIn, objectOf, objects, withMember } from './document';
import { unknownIn, type Control, type Option } from './option';
import { AddButton, Movers } from './part-acts';
import { PlainField } from './plain-field';
import { JsonField } from './simple-fields';
import { fits, sortedBy } from './values';

export type { Around };
export { Movers };

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

export function OptionField(props: FieldProps) {
  const { option, value, path, around, onChange } = props;
  const { label, hint, control } = option;
  if (!fits(control, value)) {
    const told = { label, error: around.fault(path), ...(hint === undefined ? {} : { hint }) };
    return (
      <div class="whole-line">
        <JsonField {...told} value={value} onChange={onChange} />
      </div>
    );
  }
  switch (control.kind) {
    case 'object':
      return <ObjectField {...props} control={control} />;
    case 'list':
      return <ListField {...props} control={control} />;
    case 'map':
      return <MapField {...props} control={control} />;
    default:
      return <PlainField {...props} control={control} />;
  }
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
