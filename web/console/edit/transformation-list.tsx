// What is done with the results before they are shown, one after the other.
import { useState } from 'preact/hooks';
import type { JsonObject } from '../api/types';
import { SelectField, Switch, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import type { Around } from './around';
import { moveIn, objectOf, textOf, withMember, withPart } from './document';
import { unknownIn } from './option';
import { Options } from './option-fields';
import { Movers } from './part-acts';
import { JsonField } from './simple-fields';
import { kTransformations } from './transformations';

export function TransformationList({
  list,
  around,
  onChange,
}: {
  list: readonly JsonObject[];
  around: Around;
  onChange: (list: JsonObject[]) => void;
}) {
  const put = (at: number, next: JsonObject): void =>
    onChange(list.map((one, index) => (index === at ? next : one)));
  return (
    <div class="transformations">
      {list.map((one, at) => (
        <One
          key={at}
          one={one}
          at={at}
          count={list.length}
          around={around}
          onChange={(next) => put(at, next)}
          onMove={(to) => onChange(moveIn(list, at, to))}
          onRemove={() => onChange(list.filter((_, index) => index !== at))}
        />
      ))}
      <Adder onAdd={(one) => onChange([...list, one])} />
    </div>
  );
}

function Adder({ onAdd }: { onAdd: (one: JsonObject) => void }) {
  const [id, setId] = useState('');
  const chosen = kTransformations[id];
  return (
    <div class="part-line">
      <SelectField
        label="Another transformation"
        hint={chosen?.about ?? ''}
        value={id}
        choices={[
          { value: '', label: 'Choose…' },
          ...Object.entries(kTransformations).map(([value, { label }]) => ({ value, label })),
        ]}
        onChange={setId}
      />
      <button
        type="button"
        class="button"
        aria-disabled={!chosen}
        onClick={() => {
          if (!chosen) return;
          onAdd({ id, ...(chosen.fresh ? { options: chosen.fresh } : {}) });
          setId('');
        }}
      >
        Add
      </button>
    </div>
  );
}

function One({
  one,
  at,
  count,
  around,
  onChange,
  onMove,
  onRemove,
}: {
  one: JsonObject;
  at: number;
  count: number;
  around: Around;
  onChange: (one: JsonObject) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
}) {
  const id = textOf(one['id']);
  const known = kTransformations[id];
  const options = objectOf(one['options']);
  const path = `transformations[${at}].options`;
  const filter = objectOf(one['filter']);
  const isForQueries =
    Object.keys(filter).length === 0 ||
    filter['id'] === 'byRefId' ||
    filter['id'] === 'byFrameRefID';
  return (
    <fieldset class="part">
      <legend>
        {at + 1}. {known?.label ?? id}
      </legend>
      {known ? (
        <>
          <p class="hint">{known.about}</p>
          <Options
            options={known.options}
            value={options}
            path={path}
            around={around}
            tellsUnknown={unknownIn(options, known.options).length > 0}
            onChange={(next) => onChange(withPart(one, 'options', next))}
          />
        </>
      ) : (
        <>
          <p class="hint">
            The viewer does not have this one: the panel says so in place of a picture.
          </p>
          <JsonField
            label="Options"
            value={one['options']}
            onChange={(next) => onChange(withMember(one, 'options', next))}
          />
        </>
      )}
      {isForQueries ? (
        <TextField
          label="Only for the queries"
          placeholder="all; A or /A|B/"
          value={textOf(filter['options'])}
          onInput={(text) =>
            onChange(
              withMember(one, 'filter', text === '' ? undefined : { id: 'byRefId', options: text }),
            )
          }
        />
      ) : (
        <JsonField
          label="Only for"
          value={one['filter']}
          onChange={(next) => onChange(withMember(one, 'filter', next))}
        />
      )}
      <div class="part-acts">
        <Switch
          label="Switched on"
          isOn={one['disabled'] !== true}
          onChange={(isOn) => onChange(withMember(one, 'disabled', isOn ? undefined : true))}
        />
        <Movers noun={`transformation ${at + 1}`} at={at} count={count} onMove={onMove} />
        <button
          type="button"
          class="button quiet icon-only"
          aria-label={`Remove transformation ${at + 1}`}
          onClick={onRemove}
        >
          <Glyph name="bin" />
        </button>
      </div>
    </fieldset>
  );
}
