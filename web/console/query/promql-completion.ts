// What could stand at a place of a PromQL text: metrics, labels, functions, durations, names.
import { namesFor, type Candidate, type Candidates, type Schema } from './names';

const kAggregations =
  'sum avg min max count topk bottomk quantile stddev stdvar group count_values'.split(' ');

/** Those that the server takes: Prometheus 2.42's. */
const kFunctions = (
  'abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes clamp ' +
  'clamp_max clamp_min cos cosh count_over_time day_of_month day_of_week day_of_year ' +
  'days_in_month deg delta deriv exp floor histogram_count histogram_fraction ' +
  'histogram_quantile histogram_sum holt_winters hour idelta increase irate label_join ' +
  'label_replace last_over_time ln log10 log2 max_over_time min_over_time minute month pi ' +
  'predict_linear present_over_time quantile_over_time rad rate resets round scalar sgn sin sinh ' +
  'sort sort_desc sqrt stddev_over_time stdvar_over_time sum_over_time tan tanh time timestamp ' +
  'vector year'
).split(' ');

const kKeywords =
  'by without on ignoring group_left group_right and or unless offset bool start end'.split(' ');

const kVariableFunctions = ['label_values', 'label_names', 'metrics', 'query_result'];

const kDurations = ['1m', '5m', '15m', '1h', '1d'];

/** Words before parentheses that list labels. */
const kLabelLists = /\b(?:by|without|on|ignoring|group_left|group_right)\s*$/;

type Place = 'expression' | 'text' | 'matchers' | 'labels' | 'range' | 'comment';

/** What the text is in the middle of at its end. */
export function promqlPlace(before: string): Place {
  const open: Place[] = [];
  let at = 0;
  while (at < before.length) {
    const letter = before[at] ?? '';
    if (letter === '"' || letter === "'" || letter === '`') {
      let end = at + 1;
      while (end < before.length && before[end] !== letter) {
        end += before[end] === '\\' && letter !== '`' ? 2 : 1;
      }
      if (end >= before.length) return 'text';
      at = end + 1;
      continue;
    }
    if (letter === '#') {
      const end = before.indexOf('\n', at);
      if (end < 0) return 'comment';
      at = end;
    } else if (before.startsWith('${', at) || before.startsWith('[[', at)) {
      const end = before.indexOf(letter === '$' ? '}' : ']]', at);
      if (end < 0) return open.at(-1) ?? 'expression';
      at = end + (letter === '$' ? 0 : 1);
    } else if (letter === '{') {
      open.push('matchers');
    } else if (letter === '[') {
      open.push('range');
    } else if (letter === '(') {
      open.push(kLabelLists.test(before.slice(0, at)) ? 'labels' : 'expression');
    } else if (letter === '}' || letter === ']' || letter === ')') {
      open.pop();
    }
    at++;
  }
  return open.at(-1) ?? 'expression';
}

/** The metric that the braces open at the text's end belong to, if any. */
function metricBefore(before: string): string {
  return /([A-Za-z_:][\w:]*)\s*\{[^{}]*$/.exec(before)?.[1] ?? '';
}

/** `isOfVariable`: then also what only a variable can ask is offered. */
export function promqlCandidates(
  text: string,
  at: number,
  schema: Schema,
  variables: readonly string[],
  isOfVariable: boolean,
): Candidates | null {
  const before = text.slice(0, at);
  const place = promqlPlace(before);
  if (place === 'comment') return null;
  const dollar = /\$(\{?)\w*$/.exec(before);
  if (dollar) {
    const isBraced = dollar[1] === '{';
    const isClosed = text[at] === '}';
    return {
      from: dollar.index,
      options: namesFor('promql', variables).map(({ name, detail }) => ({
        label: isBraced ? `\${${name}${isClosed ? '' : '}'}` : `$${name}`,
        kind: 'name',
        detail,
      })),
    };
  }
  if (place === 'text') return null;
  const from = at - (/[\w:]*$/.exec(before)?.[0].length ?? 0);
  if (place === 'range') {
    // A number that has been begun is the author's own.
    if (/\d/.test(text.slice(from, at))) return null;
    const names = namesFor('promql', variables);
    const lengths = names.filter(({ name }) => /^__(?:rate_interval|interval|range)$/.test(name));
    return {
      from,
      options: [
        ...lengths.map(({ name, detail }): Candidate => ({
          label: `$${name}`,
          kind: 'name',
          detail,
        })),
        ...kDurations.map((label): Candidate => ({ label, kind: 'duration' })),
      ],
    };
  }
  if (place === 'matchers' || place === 'labels') {
    // Behind the name of a label stands an operator.
    if (place === 'matchers' && /[=~]\s*$/.test(before)) return null;
    const metric = place === 'matchers' ? metricBefore(before) : '';
    const own = schema.relations.find(({ name }) => name === metric)?.columns ?? [];
    const names = [...new Set([...own.map(({ name }) => name), ...schema.labels])];
    return { from, options: names.map((label): Candidate => ({ label, kind: 'label' })) };
  }
  const called = (label: string, detail?: string): Candidate => ({
    label,
    kind: 'function',
    apply: `${label}(`,
    ...(detail === undefined ? {} : { detail }),
  });
  return {
    from,
    options: [
      ...(isOfVariable ? kVariableFunctions.map((name) => called(name, 'choices')) : []),
      ...schema.relations.map(({ name }): Candidate => ({ label: name, kind: 'relation' })),
      ...kAggregations.map((name) => called(name, 'aggregation')),
      ...kFunctions.map((name) => called(name)),
      ...kKeywords.map((label): Candidate => ({ label, kind: 'keyword' })),
      ...(isOfVariable ? schema.labels.map((label): Candidate => ({ label, kind: 'label' })) : []),
    ],
  };
}
