// The editor of one query's text, with what completes it and what went wrong with it.
import type { JsonObject } from '../api/types';
import { Glyph } from '../ui/icons';
import { lazy } from '../ui/lazy';
import { objectOf, textOf } from './json';
import { dialectOfType, languageOf, sourceOf, textOfQuery, typeOf, type Known } from './queries';
import { useSchema } from './schema';
import { SourceWords } from './source-words';

const QueryEditor = lazy(() => import('./query-editor').then((part) => part.QueryEditor));

export interface QueryTextProps {
  label: string;
  query: JsonObject;
  known: Known;
  /** Names of the dashboard's variables. */
  variables: readonly string[];
  isOfVariable?: boolean;
  error?: string | null | undefined;
  onChange: (query: JsonObject) => void;
  onRun?: (() => void) | undefined;
}

const kPlaceholders = {
  sql: 'select … from … where time >= $from and time < $to',
  promql: 'rate(metric_total[$__rate_interval])',
  choices: 'label_values(metric, label)',
};

export function QueryText(props: QueryTextProps) {
  const { label, query, known, variables, error, onChange, onRun } = props;
  const language = languageOf(query);
  const model = known.models.find(({ name }) => name === textOf(query['model']));
  const only = model ? Object.keys(objectOf(model.relations)) : null;
  const source = sourceOf(query, known);
  const { schema, isMissing } = useSchema(source, only);
  const isOfVariable = props.isOfVariable === true;
  const hasError = error !== null && error !== undefined && error !== '';
  return (
    <div class={hasError ? 'query-text wrong' : 'query-text'}>
      <QueryEditor
        label={label}
        text={textOfQuery(query)}
        language={language}
        dialect={dialectOfType(typeOf(query, known))}
        schema={schema}
        variables={variables}
        isOfVariable={isOfVariable}
        isWrong={hasError}
        placeholder={
          language === 'promql' && isOfVariable ? kPlaceholders.choices : kPlaceholders[language]
        }
        onChange={(text) => onChange({ ...query, [language]: text })}
        onRun={onRun}
      />
      <div aria-live="polite">
        {hasError && (
          <p class="query-error">
            <Glyph name="alert" />
            <SourceWords text={error} />
          </p>
        )}
      </div>
      {isMissing && (
        <p class="hint">
          {language === 'sql' ? 'Tables and columns' : 'Metrics and labels'} of “{source}” are not
          known now: they are not completed.
        </p>
      )}
    </div>
  );
}
