// Options of some columns or series: which ones, and what is otherwise there.
import type { Json, JsonObject } from '../api/types';
import { SelectField, Switch } from '../ui/fields';
import { Glyph } from '../ui/icons';
import type { Around } from './around';
import { moveIn, objectOf, objects, textOf, textsOf, withMember } from './document';
import { choice, columns, number, suggested, text, type Option } from './option';
import { OptionField, Options } from './option-fields';
import { Movers } from './part-acts';
import { kReducers } from './options/reducers';
import { everyOverrideOption, overrideOptions } from './panel-options';
import type { PanelKind } from './panel-kinds';

const kMatchers = [
  { value: 'name', label: 'The column named' },
  { value: 'names', label: 'Columns named' },
  { value: 'regexp', label: 'Names that fit a pattern' },
  { value: 'type', label: 'Columns of the type' },
  { value: 'query', label: 'Results of the query' },
  { value: 'value', label: 'Values that are' },
];

const kValueOf: Record<string, Option> = {
  name: suggested('columns')('value', 'Name', { emptied: '' }),
  names: columns('value', 'Names', { emptied: [] }),
  regexp: text('/avg_.*/', 256)('value', 'Pattern', { emptied: '' }),
  type: choice(
    'number',
    'number=Number',
    'text=Text',
    'time=Time',
    'boolean=True or false',
  )('value', 'Type', { emptied: 'number' }),
  query: suggested('queries')('value', 'Query', { emptied: 'A' }),
};

const kComparison: Option[] = [
  choice('last', ...kReducers)('reducer', 'Value', { emptied: 'last' }),
  choice(
    'gt',
    'gt=greater than',
    'gte=at least',
    'lt=less than',
    'lte=at most',
    'eq=equal to',
    'neq=not equal to',
  )('op', 'Is', { emptied: 'gt' }),
  number()('value', 'Number', { emptied: 0 }),
];

function freshValue(by: string): Json {
  if (by === 'names') return [];
  if (by === 'type') return 'number';
  if (by === 'query') return 'A';
  if (by === 'value') return { reducer: 'last', op: 'gt', value: 0 };
  return '';
}

export function Overrides({
  kind,
  overrides,
  around,
  onChange,
}: {
  kind: PanelKind;
  overrides: readonly JsonObject[];
  around: Around;
  onChange: (overrides: JsonObject[]) => void;
}) {
  const put = (at: number, next: JsonObject): void =>
    onChange(overrides.map((one, index) => (index === at ? next : one)));
  return (
    <div class="overrides">
      {overrides.map((override, at) => (
        <fieldset key={at} class="part">
          <legend>Override {at + 1}</legend>
          <Match
            match={objectOf(override['match'])}
            path={`overrides[${at}].match`}
            around={around}
            onChange={(match) => put(at, { ...override, match })}
          />
          <Properties
            kind={kind}
            set={objectOf(override['set'])}
            path={`overrides[${at}].set`}
            around={around}
            onChange={(set) => put(at, { ...override, set })}
          />
          <div class="part-acts">
            <Movers
              noun={`override ${at + 1}`}
              at={at}
              count={overrides.length}
              onMove={(to) => onChange(moveIn(overrides, at, to))}
            />
            <button
              type="button"
              class="button quiet icon-only"
              aria-label={`Remove override ${at + 1}`}
              onClick={() => onChange(overrides.filter((_, index) => index !== at))}
            >
              <Glyph name="bin" />
            </button>
          </div>
        </fieldset>
      ))}
      <button
        type="button"
        class="button small-button"
        onClick={() =>
          onChange([
            ...overrides,
            { match: { by: 'name', value: around.names.columns[0] ?? '' }, set: {} },
          ])
        }
      >
        <Glyph name="plus" />
        Add an override
      </button>
    </div>
  );
}

function Match({
  match,
  path,
  around,
  onChange,
}: {
  match: JsonObject;
  path: string;
  around: Around;
  onChange: (match: JsonObject) => void;
}) {
  const by = textOf(match['by']) || 'name';
  const value = kValueOf[by];
  return (
    <div class="option-fields">
      <SelectField
        label="For"
        value={by}
        choices={kMatchers}
        error={around.fault(`${path}.by`)}
        onChange={(next) => onChange({ by: next, value: freshValue(next) })}
      />
      {value && (
        <OptionField
          option={value}
          value={match['value']}
          path={`${path}.value`}
          around={around}
          onChange={(next) => onChange({ ...match, value: next ?? '' })}
        />
      )}
      {by === 'names' && (
        <div class="whole-line">
          <Switch
            label="All but these"
            isOn={match['except'] === true}
            onChange={(isOn) => onChange(withMember(match, 'except', isOn ? true : undefined))}
          />
          {textsOf(match['value']).length === 0 && <p class="hint">No column is chosen yet.</p>}
        </div>
      )}
      {by === 'value' && (
        <div class="whole-line">
          <Options
            options={kComparison}
            value={objectOf(match['value'])}
            path={`${path}.value`}
            around={around}
            onChange={(next) => onChange({ ...match, value: next })}
          />
        </div>
      )}
    </div>
  );
}

function Properties({
  kind,
  set,
  path,
  around,
  onChange,
}: {
  kind: PanelKind;
  set: JsonObject;
  path: string;
  around: Around;
  onChange: (set: JsonObject) => void;
}) {
  const all = everyOverrideOption();
  const offered = overrideOptions(kind).filter(({ name }) => !(name in set));
  return (
    <>
      {Object.keys(set).map((name) => {
        const option: Option = all.find((one) => one.name === name) ?? {
          ...text()(name, name),
        };
        const { when: _always, ...shown } = option;
        return (
          <div key={name} class="override-property">
            <OptionField
              option={{ ...shown, emptied: freshOf(option) }}
              value={set[name]}
              path={`${path}.${name}`}
              around={around}
              onChange={(value) => onChange(withMember(set, name, value))}
            />
            <button
              type="button"
              class="button quiet icon-only"
              aria-label={`Remove ${option.label} from the override`}
              onClick={() => onChange(withMember(set, name, undefined))}
            >
              <Glyph name="close" />
            </button>
          </div>
        );
      })}
      <SelectField
        label="Set another property"
        value=""
        choices={[
          { value: '', label: 'Choose…' },
          ...offered.map(({ name, label }) => ({ value: name, label })),
        ]}
        onChange={(name) => {
          const option = offered.find((one) => one.name === name);
          if (option) onChange({ ...set, [name]: freshOf(option) });
        }}
      />
    </>
  );
}

/** A property stays in its override until it is removed: this is what it has when nothing is said. */
function freshOf({ name, control }: Option): Json {
  switch (control.kind) {
    case 'switch':
      return !control.otherwise;
    case 'choice':
      return control.otherwise;
    case 'number':
      return name === 'decimals' ? 0 : (control.min ?? 0);
    case 'text':
      return '';
    case 'colour':
      return 'blue';
    case 'object':
      return control.fresh;
    case 'list':
      return [control.fresh];
    case 'numbers':
      return [10, 5];
    case 'texts':
    case 'choices':
    case 'colours':
      return [];
    case 'map':
    case 'flags':
    case 'order':
      return {};
  }
}

export const overridesOf = (panel: JsonObject): JsonObject[] => objects(panel['overrides']);
