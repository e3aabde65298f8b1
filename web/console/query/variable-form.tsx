// One variable: what all have, and what its type has besides.
import { useId, useState } from 'preact/hooks';
import type { Json, JsonObject } from '../api/types';
import { SelectField, Switch, TextField } from '../ui/fields';
import { TokenField } from '../ui/token-field';
import { ChoiceRows } from './choice-rows';
import { ChoicePreview } from './choice-preview';
import { objectOf, textOf, textsOf } from './json';
import { textOfQuery, variableNames, type Known } from './queries';
import { QueryText } from './query-text';
import { ReadsField } from './reads-field';
import { VariableDefaults } from './variable-defaults';
import {
  changed,
  choicesOf,
  kTypeWords,
  ofType,
  takes,
  typeOfVariable,
  variableNameFault,
  writtenChoices,
  type VariableType,
} from './variables';

export interface VariableFormProps {
  variable: JsonObject;
  /** Whose variable it is: its choices may follow from others. */
  document: Json;
  /** Names of the others. */
  names: readonly string[];
  known: Known;
  /** By path in the variable: "query.sql". */
  errors: Record<string, string>;
  onRename: (name: string) => void;
  onChange: (variable: JsonObject) => void;
}

const kSorts = [
  { value: '', label: 'As the query gives them' },
  { value: 'alpha_asc', label: 'By letters, A first' },
  { value: 'alpha_desc', label: 'By letters, Z first' },
  { value: 'alpha_ignore_case_asc', label: 'By letters, A first, in any case' },
  { value: 'alpha_ignore_case_desc', label: 'By letters, Z first, in any case' },
  { value: 'numeric_asc', label: 'By their first number, small first' },
  { value: 'numeric_desc', label: 'By their first number, large first' },
  { value: 'natural_asc', label: 'As people count: host2 before host10' },
  { value: 'natural_desc', label: 'As people count, backwards' },
];

export function VariableForm(props: VariableFormProps) {
  const { variable, document, names, known, errors, onRename, onChange } = props;
  const type = typeOfVariable(variable);
  const name = textOf(variable['name']);
  const set = (members: Record<string, Json | undefined>): void =>
    onChange(changed(variable, members));
  const text = (member: string, value: string): void =>
    set({ [member]: value === '' ? undefined : value });
  const [turn, setTurn] = useState(0);
  const asksForChoices = type === 'query' || type === 'source';
  const shown = new Set(Object.keys(errors).filter((path) => kShownAt.test(path)));
  const elsewhere = Object.entries(errors).filter(([path]) => !shown.has(path));

  return (
    <div class="variable-form">
      {elsewhere.map(([path, words]) => (
        <p key={path} class="notice bad" role="alert">
          <span>{words}</span>
        </p>
      ))}
      <div class="columns">
        <NameField name={name} others={names} error={errors['name']} onRename={onRename} />
        <TextField
          label="Label"
          hint="Empty: the name."
          value={textOf(variable['label'])}
          maxLength={100}
          error={errors['label']}
          onInput={(value) => text('label', value)}
        />
        <SelectField
          label="Type"
          value={type}
          choices={kTypeWords}
          error={errors['type']}
          onChange={(value) => onChange(ofType(variable, value as VariableType, known))}
        />
      </div>

      {type === 'query' && (
        <QueryPart
          variable={variable}
          document={document}
          known={known}
          errors={errors}
          onChange={(query) => set({ query })}
          onRun={() => setTurn(turn + 1)}
        />
      )}
      {takes(type, 'choices') && (
        <ChoiceRows
          choices={choicesOf(variable)}
          isInterval={type === 'interval'}
          errors={errors}
          onChange={(choices) => set({ choices: writtenChoices(choices) })}
        />
      )}
      {type === 'interval' && <IntervalPart variable={variable} errors={errors} onChange={set} />}
      {type === 'source' && (
        <SelectField
          label="Sources of type"
          value={textOf(variable['source_type'])}
          choices={typesOf(known, textOf(variable['source_type']))}
          error={errors['source_type']}
          onChange={(value) => set({ source_type: value, default: undefined })}
        />
      )}
      {type === 'filters' && (
        <FiltersPart variable={variable} known={known} errors={errors} onChange={set} />
      )}
      {type === 'text' && (
        <TextField
          label="At most so many bytes"
          hint="Empty: 256."
          inputMode="numeric"
          value={typeof variable['max_length'] === 'number' ? String(variable['max_length']) : ''}
          maxLength={4}
          error={errors['max_length']}
          onInput={(value) =>
            set({ max_length: /^[1-9]\d*$/.test(value) ? Number(value) : undefined })
          }
        />
      )}
      {takes(type, 'regex') && (
        <div class="columns">
          <TextField
            label="Only those that fit"
            hint="A regular expression. Its first group is the value; groups named value and text give the value and its label."
            value={textOf(variable['regex'])}
            placeholder="/^prod-(.*)/"
            maxLength={1024}
            isCode
            error={errors['regex']}
            onInput={(value) => text('regex', value)}
          />
          {takes(type, 'sort') && (
            <SelectField
              label="Order"
              value={textOf(variable['sort']) === 'none' ? '' : textOf(variable['sort'])}
              choices={kSorts}
              error={errors['sort']}
              onChange={(value) => text('sort', value)}
            />
          )}
        </div>
      )}
      {takes(type, 'multi') && (
        <div class="columns">
          <Switch
            label="Several may be chosen"
            hint="Queries see a list."
            isOn={variable['multi'] === true}
            onChange={(isOn) => set({ multi: isOn ? true : undefined })}
          />
          <Switch
            label="All may be chosen"
            hint="Every choice that there is, never “no filter”."
            isOn={variable['include_all'] === true}
            onChange={(isOn) => set({ include_all: isOn ? true : undefined })}
          />
          {variable['include_all'] === true && (
            <TextField
              label="What All is in PromQL"
              hint="In the place of every choice, where nothing bounds the variable."
              value={textOf(variable['all_value'])}
              placeholder=".*"
              maxLength={1024}
              isCode
              error={errors['all_value']}
              onInput={(value) => text('all_value', value)}
            />
          )}
        </div>
      )}
      <div class="columns">
        <VariableDefaults
          variable={variable}
          type={type}
          known={known}
          error={Object.entries(errors).find(([path]) => path.startsWith('default'))?.[1]}
          onChange={(values) =>
            set({ default: values.length === 0 && type !== 'constant' ? undefined : values })
          }
        />
        {takes(type, 'attribute') && (
          <TextField
            label="Stands for the attribute"
            hint="A person with attributes sees this one’s values and cannot change them."
            value={textOf(variable['attribute'])}
            placeholder="airport"
            maxLength={64}
            isCode
            error={errors['attribute']}
            onInput={(value) => text('attribute', value)}
          />
        )}
      </div>
      {asksForChoices && (
        <ChoicePreview
          key={type}
          document={document}
          variable={variable}
          isAsked={type === 'source' || textOfQuery(objectOf(variable['query'])) !== ''}
          turn={turn}
        />
      )}
    </div>
  );
}

/** Paths whose errors stand at their fields. */
const kShownAt =
  /^(?:name|label|type|query\.(?:sql|promql)|choices.*|auto.*|source_type|keys.*|max_length|regex|sort|all_value|default.*|attribute)$/;

function NameField({
  name,
  others,
  error,
  onRename,
}: {
  name: string;
  others: readonly string[];
  error: string | undefined;
  onRename: (name: string) => void;
}) {
  // Half a name is no name: it is taken, with all its uses, when the field is left.
  const [draft, setDraft] = useState<string | null>(null);
  const fault = draft === null ? null : variableNameFault(draft.trim(), others);
  const take = (): void => {
    if (draft === null) return;
    const wanted = draft.trim();
    if (fault !== null) return;
    setDraft(null);
    if (wanted !== name) onRename(wanted);
  };
  return (
    <div
      onFocusOut={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
        if (event.key === 'Escape') setDraft(null);
      }}
    >
      <TextField
        label="Name"
        hint="Queries say it with a dollar sign before it."
        value={draft ?? name}
        maxLength={64}
        isCode
        error={fault ?? error}
        onInput={setDraft}
      />
    </div>
  );
}

function QueryPart({
  variable,
  document,
  known,
  errors,
  onChange,
  onRun,
}: {
  variable: JsonObject;
  document: Json;
  known: Known;
  errors: Record<string, string>;
  onChange: (query: JsonObject) => void;
  onRun: () => void;
}) {
  const id = useId();
  const query = objectOf(variable['query']);
  const name = textOf(variable['name']);
  return (
    <div class="variable-query">
      <div class="form-field">
        <label for={id}>Its choices come from</label>
        <ReadsField id={id} query={query} known={known} onChange={onChange} />
      </div>
      <QueryText
        label={`Query for the choices of ${name}`}
        query={query}
        known={known}
        variables={variableNames(document).filter((other) => other !== name)}
        isOfVariable
        error={errors['query.sql'] ?? errors['query.promql'] ?? errors['query']}
        onChange={onChange}
        onRun={onRun}
      />
      <p class="hint">
        First column the value, second the label. It may name other variables: then its choices
        follow from them.
      </p>
    </div>
  );
}

function IntervalPart({
  variable,
  errors,
  onChange,
}: {
  variable: JsonObject;
  errors: Record<string, string>;
  onChange: (members: Record<string, Json | undefined>) => void;
}) {
  const isAuto = 'auto' in variable;
  const auto = objectOf(variable['auto']);
  const set = (member: string, value: Json | undefined): void => {
    const { [member]: _old, ...others } = auto;
    onChange({ auto: value === undefined ? others : { ...others, [member]: value } });
  };
  return (
    <div class="columns">
      <Switch
        label="Auto may be chosen"
        hint="A length that follows the time range."
        isOn={isAuto}
        onChange={(isOn) => onChange({ auto: isOn ? {} : undefined })}
      />
      {isAuto && (
        <>
          <TextField
            label="The range holds about"
            hint="Intervals. Empty: 30."
            inputMode="numeric"
            value={typeof auto['count'] === 'number' ? String(auto['count']) : ''}
            maxLength={4}
            error={errors['auto.count']}
            onInput={(value) => set('count', /^[1-9]\d*$/.test(value) ? Number(value) : undefined)}
          />
          <TextField
            label="Never shorter than"
            value={textOf(auto['min'])}
            placeholder="10s"
            maxLength={16}
            isCode
            error={errors['auto.min']}
            onInput={(value) => set('min', value === '' ? undefined : value)}
          />
        </>
      )}
    </div>
  );
}

function FiltersPart({
  variable,
  known,
  errors,
  onChange,
}: {
  variable: JsonObject;
  known: Known;
  errors: Record<string, string>;
  onChange: (members: Record<string, Json | undefined>) => void;
}) {
  const source = textOf(variable['source']);
  const model = textOf(variable['model']);
  const value = model !== '' ? `model:${model}` : source === '' ? '' : `source:${source}`;
  return (
    <div class="columns">
      <TokenField
        label="What viewers can filter by"
        hint="Columns or labels. Empty: those that are there."
        values={textsOf(variable['keys'])}
        error={Object.entries(errors).find(([path]) => path.startsWith('keys'))?.[1]}
        onChange={(keys) => onChange({ keys: keys.length === 0 ? undefined : keys })}
      />
      <SelectField
        label="Which queries it narrows"
        value={value}
        choices={[
          { value: '', label: 'All' },
          ...known.sources.map(({ name }) => ({
            value: `source:${name}`,
            label: `Those of the source ${name}`,
          })),
          ...known.models.map(({ name }) => ({
            value: `model:${name}`,
            label: `Those of the model ${name}`,
          })),
        ]}
        error={errors['source'] ?? errors['model']}
        onChange={(wanted) => {
          const [kind = '', ...rest] = wanted.split(':');
          onChange({
            source: kind === 'source' ? rest.join(':') : undefined,
            model: kind === 'model' ? rest.join(':') : undefined,
          });
        }}
      />
    </div>
  );
}

function typesOf(known: Known, current: string): { value: string; label: string }[] {
  const types = new Set([...known.sources.map(({ type }) => type), current]);
  return [...types].filter((type) => type !== '').map((type) => ({ value: type, label: type }));
}
