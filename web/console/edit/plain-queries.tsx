// Queries as text: their source or model, and SQL or PromQL.
import type { Json, JsonObject, Model, Source } from '../api/types';
import { SelectField, Switch, TextAreaField, TextField } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { moveIn, objects, textOf, withMember } from './document';
import { isPromql } from './new-panel';
import { Movers } from './option-fields';
import { JsonField } from './simple-fields';

export interface QueryListProps {
  queries: Json[];
  /** Of a query that names no source yet. */
  language: 'sql' | 'promql';
  sources: Source[];
  models: Model[];
  /** Names of the dashboard's variables. */
  variables: string[];
  /** By path from the panel: "queries[0].sql". */
  errors: Record<string, string>;
  onChange: (queries: Json[]) => void;
}

const kFormats = [
  { value: '', label: 'Time series' },
  { value: 'table', label: 'Table' },
  { value: 'heatmap', label: 'Heatmap' },
];
const kOnlyPromql = ['legend', 'format', 'instant', 'min_step'];

export function PlainQueries(props: QueryListProps) {
  const { language, sources, models, variables, errors, onChange } = props;
  const queries = objects(props.queries);
  const put = (at: number, next: JsonObject): void =>
    onChange(queries.map((one, index) => (index === at ? next : one)));
  const bound = ['from', 'to', 'interval', 'timezone', ...variables].map((name) => `$${name}`);
  return (
    <div class="plain-queries">
      {errors['queries'] !== undefined && <p class="field-error">{errors['queries']}</p>}
      {queries.map((query, at) => {
        const name = textOf(query['name']) || String.fromCharCode(65 + at);
        const text = 'promql' in query ? 'promql' : 'sql' in query ? 'sql' : language;
        const set = (member: string, value: Json | undefined): void =>
          put(at, withMember(query, member, value));
        const wrong = (member: string): string | undefined => errors[`queries[${at}].${member}`];
        return (
          <fieldset key={at} class="part">
            <legend>Query {name}</legend>
            <div class="option-fields">
              <TextField
                label="Name"
                value={textOf(query['name'])}
                placeholder={String.fromCharCode(65 + at)}
                maxLength={64}
                error={wrong('name')}
                onInput={(value) => set('name', value === '' ? undefined : value)}
              />
              <ReadsFrom
                query={query}
                sources={sources}
                models={models}
                error={wrong('source') ?? wrong('model')}
                onChange={(next) => put(at, next)}
              />
            </div>
            <TextAreaField
              label={text === 'promql' ? 'PromQL' : 'SQL'}
              hint={`Values: ${bound.join(', ')}`}
              rows={Math.min(16, Math.max(4, textOf(query[text]).split('\n').length + 1))}
              value={textOf(query[text])}
              error={wrong(text)}
              onInput={(value) => set(text, value)}
            />
            {text === 'promql' && (
              <div class="option-fields">
                <TextField
                  label="Legend"
                  placeholder="{{instance}}"
                  value={textOf(query['legend'])}
                  error={wrong('legend')}
                  onInput={(value) => set('legend', value === '' ? undefined : value)}
                />
                <SelectField
                  label="Result"
                  value={textOf(query['format'])}
                  choices={kFormats}
                  onChange={(value) => set('format', value === '' ? undefined : value)}
                />
                <TextField
                  label="Shortest step"
                  placeholder="the source’s"
                  value={textOf(query['min_step'])}
                  error={wrong('min_step')}
                  onInput={(value) => set('min_step', value === '' ? undefined : value)}
                />
                <Switch
                  label="One value, at the end of the range"
                  isOn={query['instant'] === true}
                  onChange={(isOn) => set('instant', isOn ? true : undefined)}
                />
              </div>
            )}
            <div class="part-acts">
              <Switch
                label="Only for transformations"
                isOn={query['hide'] === true}
                onChange={(isOn) => set('hide', isOn ? true : undefined)}
              />
              <Movers
                noun={`query ${name}`}
                at={at}
                count={queries.length}
                onMove={(to) => onChange(moveIn(queries, at, to))}
              />
              <button
                type="button"
                class="button quiet icon-only"
                aria-label={`Remove query ${name}`}
                aria-disabled={queries.length === 1}
                title={queries.length === 1 ? 'A panel needs a query.' : undefined}
                onClick={() => {
                  if (queries.length > 1) onChange(queries.filter((_, index) => index !== at));
                }}
              >
                <Glyph name="bin" />
              </button>
            </div>
          </fieldset>
        );
      })}
      <button
        type="button"
        class="button small-button"
        onClick={() => onChange([...queries, another(queries, language)])}
      >
        <Glyph name="plus" />
        Add a query
      </button>
    </div>
  );
}

/** The same source, the next free letter. */
function another(queries: readonly JsonObject[], language: 'sql' | 'promql'): JsonObject {
  const names = queries.map((query, at) => textOf(query['name']) || String.fromCharCode(65 + at));
  const letter = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at)).find(
    (one) => !names.includes(one),
  );
  const last = queries.at(-1);
  const from: JsonObject =
    last?.['model'] !== undefined ? { model: last['model'] } : { source: textOf(last?.['source']) };
  const isProm = last ? 'promql' in last : language === 'promql';
  return {
    name: letter ?? `Q${queries.length + 1}`,
    ...from,
    ...(isProm ? { promql: 'up' } : { sql: 'select 1 as value' }),
  };
}

const kSource = 'source ';
const kModel = 'model ';

function ReadsFrom({
  query,
  sources,
  models,
  error,
  onChange,
}: {
  query: JsonObject;
  sources: readonly Source[];
  models: readonly Model[];
  error: string | undefined;
  onChange: (query: JsonObject) => void;
}) {
  const source = textOf(query['source']);
  const model = textOf(query['model']);
  if (sources.length === 0 && models.length === 0) {
    return (
      <TextField
        label="Source"
        value={source}
        error={error}
        onInput={(name) => onChange({ ...query, source: name })}
      />
    );
  }
  const now = model !== '' ? kModel + model : kSource + source;
  const known = [
    ...sources.map(({ name, type }) => ({ value: kSource + name, label: `${name} (${type})` })),
    ...models.map(({ name, label }) => ({ value: kModel + name, label: `Model ${label || name}` })),
  ];
  const isKnown = known.some(({ value }) => value === now);
  return (
    <SelectField
      label="Reads from"
      value={now}
      error={error}
      choices={[...(isKnown ? [] : [{ value: now, label: source || 'Choose…' }]), ...known]}
      onChange={(value) => {
        const { source: _source, model: _model, ...rest } = query;
        if (value.startsWith(kModel)) {
          onChange({ ...rest, model: value.slice(kModel.length) });
          return;
        }
        const name = value.slice(kSource.length);
        const isProm = isPromql(sources.find((one) => one.name === name));
        onChange({ ...inLanguage(rest, isProm), source: name });
      }}
    />
  );
}

/** The text goes along; what only the other language knows does not. */
function inLanguage(query: JsonObject, isProm: boolean): JsonObject {
  const { sql, promql, ...rest } = query;
  const text = textOf(sql) || textOf(promql);
  if (isProm) return { ...rest, promql: promql === undefined ? 'up' : text };
  const plain = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !kOnlyPromql.includes(name)),
  );
  return { ...plain, sql: sql === undefined ? 'select 1 as value' : text };
}

/** The variables as they stand in the document. */
export function PlainVariables({
  document,
  fault,
  onChange,
}: {
  document: JsonObject;
  fault: string | null;
  onChange: (document: JsonObject) => void;
}) {
  return (
    <JsonField
      label="Variables"
      hint="A list of objects with name, type and what the type needs: choices, query, default."
      error={fault}
      value={document['variables']}
      onChange={(value) => onChange(withMember(document, 'variables', value))}
    />
  );
}
