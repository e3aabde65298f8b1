// The queries of a panel: each with its name, what it reads, its text and its settings.
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Json, JsonObject, Model, Source } from '../api/types';
import { SelectField, Switch, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { objectOf, textOf, withMembers } from './json';
import { useKeys } from './keyed';
import type { QueryLanguage } from './names';
import {
  added,
  duplicated,
  inLanguage,
  kMostQueries,
  languageOf,
  movedTo,
  nameFault,
  namesOf,
  replaced,
  typeOf,
  without,
  type Known,
  type SourceVariable,
} from './queries';
import { QueryText } from './query-text';
import { ReadsField } from './reads-field';
import { ListButtons } from './list-buttons';

export interface QueryListProps {
  queries: Json[];
  sources: Source[];
  models: Model[];
  /** Names of the dashboard's variables: completed behind a dollar sign. */
  variables: string[];
  /** By a query's name, in the source's own words. */
  errors: Record<string, string>;
  onChange: (queries: Json[]) => void;
  /** Ctrl or ⌘ with Enter in an editor. */
  onRun?: () => void;
  /** Variables of type source, which a query can name in a source's place. */
  sourceVariables?: readonly SourceVariable[];
  /** Language of the first query, where nothing says what it reads. */
  language?: QueryLanguage;
  /** The last one stays: a panel needs a query. */
  keepsOne?: boolean;
}

export function QueryList(props: QueryListProps) {
  const { queries, sources, models, variables, errors, onChange, onRun } = props;
  const known: Known = { sources, models, sourceVariables: props.sourceVariables ?? [] };
  const { keys, insert, remove, move } = useKeys(queries.length);
  const names = namesOf(queries);
  return (
    <div class="queries">
      <ol class="query-items">
        {queries.map((query, at) => (
          <QueryItem
            key={keys[at]}
            query={objectOf(query)}
            name={names[at] ?? ''}
            others={names.filter((_, other) => other !== at)}
            known={known}
            variables={variables}
            error={errors[names[at] ?? '']}
            onChange={(changed) => onChange(replaced(queries, at, changed))}
            onRun={onRun}
            buttons={
              <ListButtons
                what={`query ${names[at] ?? ''}`}
                at={at}
                count={queries.length}
                onMove={(to) => {
                  move(at, to);
                  onChange(movedTo(queries, at, to));
                }}
                onDuplicate={
                  queries.length < kMostQueries
                    ? () => {
                        insert(at + 1);
                        onChange(duplicated(queries, at));
                      }
                    : null
                }
                onRemove={
                  props.keepsOne === true && queries.length === 1
                    ? null
                    : () => {
                        remove(at);
                        onChange(without(queries, at));
                      }
                }
              />
            }
          />
        ))}
      </ol>
      {queries.length < kMostQueries && (
        <button
          type="button"
          class="button"
          onClick={() => onChange(added(queries, known, props.language))}
        >
          <Glyph name="plus" />
          Add a query
        </button>
      )}
    </div>
  );
}

interface QueryItemProps {
  query: JsonObject;
  name: string;
  others: readonly string[];
  known: Known;
  variables: readonly string[];
  error: string | undefined;
  buttons: ComponentChildren;
  onChange: (query: JsonObject) => void;
  onRun: (() => void) | undefined;
}

function QueryItem(props: QueryItemProps) {
  const { query, name, others, known, variables, error, buttons, onChange, onRun } = props;
  const id = useId();
  const language = languageOf(query);
  const isUnknown = typeOf(query, known) === '';
  const isHidden = query['hide'] === true;
  return (
    <li class={isHidden ? 'query-item is-hidden' : 'query-item'}>
      <div class="query-head">
        <NameField
          name={name}
          others={others}
          onChange={(next) => onChange({ ...query, name: next })}
        />
        <div class="query-reads">
          <label for={`${id}-reads`} class="visually-hidden">
            What query {name} reads
          </label>
          <ReadsField id={`${id}-reads`} query={query} known={known} onChange={onChange} />
        </div>
        {isUnknown && (
          <div class="query-language">
            <label for={`${id}-language`} class="visually-hidden">
              Language of query {name}
            </label>
            <select
              id={`${id}-language`}
              class="input"
              value={language}
              onChange={(event) =>
                onChange(
                  inLanguage(query, event.currentTarget.value === 'promql' ? 'promql' : 'sql'),
                )
              }
            >
              <option value="sql">SQL</option>
              <option value="promql">PromQL</option>
            </select>
          </div>
        )}
        <button
          type="button"
          class="button quiet icon-only"
          aria-pressed={isHidden}
          aria-label={`Query ${name} is for transformations only`}
          title={isHidden ? 'Not drawn: for transformations only' : 'Drawn'}
          onClick={() => onChange(withMembers(query, { hide: isHidden ? undefined : true }))}
        >
          <Glyph name={isHidden ? 'eyeOff' : 'eye'} />
        </button>
        {buttons}
      </div>
      <QueryText
        label={`Query ${name}, ${language === 'sql' ? 'SQL' : 'PromQL'}`}
        query={query}
        known={known}
        variables={variables}
        error={error}
        onChange={onChange}
        onRun={onRun}
      />
      {language === 'promql' && <PromqlSettings query={query} onChange={onChange} />}
      {isHidden && (
        <p class="hint">Not drawn itself: it runs for the panel’s transformations only.</p>
      )}
    </li>
  );
}

/** A name takes effect when it is right: until then it stays what it was. */
function NameField({
  name,
  others,
  onChange,
}: {
  name: string;
  others: readonly string[];
  onChange: (name: string) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const id = useId();
  const fault = draft === null ? null : nameFault(draft.trim(), others);
  return (
    <div class={fault === null ? 'query-name' : 'query-name wrong'}>
      <label for={id} class="visually-hidden">
        Name of query {name}
      </label>
      <input
        id={id}
        class="input code"
        value={draft ?? name}
        maxLength={64}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : `${id}-error`}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setDraft(value);
          if (nameFault(value.trim(), others) === null) onChange(value.trim());
        }}
        onBlur={() => setDraft(null)}
      />
      {fault !== null && (
        <p class="field-error" id={`${id}-error`}>
          {fault}
        </p>
      )}
    </div>
  );
}

const kFormats = [
  { value: '', label: 'Time series' },
  { value: 'table', label: 'Table' },
  { value: 'heatmap', label: 'Heatmap' },
];

function PromqlSettings({
  query,
  onChange,
}: {
  query: JsonObject;
  onChange: (query: JsonObject) => void;
}) {
  const format = textOf(query['format']);
  const set = (member: string, value: Json): void =>
    onChange(withMembers(query, { [member]: value === '' || value === false ? undefined : value }));
  const step = textOf(query['min_step']);
  return (
    <div class="query-settings">
      <TextField
        label="Legend"
        value={textOf(query['legend'])}
        placeholder="{{instance}}"
        maxLength={1000}
        isCode
        onInput={(value) => set('legend', value)}
      />
      <SelectField
        label="Format"
        value={format === 'time_series' ? '' : format}
        choices={kFormats}
        onChange={(value) => set('format', value)}
      />
      <TextField
        label="Shortest step"
        value={step}
        placeholder="15s"
        maxLength={20}
        isCode
        error={
          step === '' || /^[1-9][0-9]{0,9}(?:ms|[smhdwy])$/.test(step)
            ? null
            : 'A number and ms, s, m, h, d, w or y.'
        }
        onInput={(value) => set('min_step', value.trim())}
      />
      <Switch
        label="At the end only"
        hint="One value per series."
        isOn={query['instant'] === true}
        onChange={(isOn) => set('instant', isOn)}
      />
    </div>
  );
}
