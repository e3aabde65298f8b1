// Where a dashboard names a variable, and the dashboard with another name in all those places.
import type { Json, JsonObject } from '../api/types';
import { isObject, listOf, objectOf, textOf } from './json';
import { languageOf, textOfQuery } from './queries';
import { sqlTokens } from './sql-text';

/** How a text names variables. */
type Manner = 'sql' | 'promql' | 'title' | 'markdown';

/** Names of the text with their places; `from` and `to` are of the name alone. */
function* namesIn(
  text: string,
  manner: Manner,
): Generator<{ name: string; from: number; to: number }> {
  if (manner === 'sql') {
    for (const token of sqlTokens(text)) {
      if (token.kind === 'name') {
        yield { name: token.text.slice(1), from: token.from + 1, to: token.to };
      }
    }
    return;
  }
  const patterns =
    manner === 'markdown'
      ? [/\$\{([A-Za-z_]\w*)/g]
      : [/\$\{?([A-Za-z_]\w*)/g, ...(manner === 'promql' ? [/\[\[([A-Za-z_]\w*)/g] : [])];
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const name = match[1] ?? '';
      const from = match.index + match[0].length - name.length;
      yield { name, from, to: from + name.length };
    }
  }
}

/** To an engine that binds them, `$Airport` and `$airport` are one. */
const isSame = (one: string, other: string, manner: Manner): boolean =>
  manner === 'sql' ? one.toLowerCase() === other.toLowerCase() : one === other;

export function names(text: string, name: string, manner: Manner): boolean {
  for (const found of namesIn(text, manner)) {
    if (isSame(found.name, name, manner)) return true;
  }
  return false;
}

export function renamed(text: string, from: string, to: string, manner: Manner): string {
  const places = [...namesIn(text, manner)]
    .filter(({ name }) => isSame(name, from, manner))
    .sort((one, other) => other.from - one.from);
  return places.reduce(
    (whole, place) => whole.slice(0, place.from) + to + whole.slice(place.to),
    text,
  );
}

/** Every place of a dashboard that can name a variable, changed by `change`; `at` says where it is. */
function mapPlaces(
  document: JsonObject,
  change: (text: string, manner: Manner | 'exact', at: string) => string,
): JsonObject {
  const query = (written: Json, at: string): Json => {
    if (!isObject(written)) return written;
    const language = languageOf(written);
    const out: JsonObject = { ...written };
    if (language in out) out[language] = change(textOfQuery(written), language, at);
    const source = textOf(written['source']);
    if (source.startsWith('$')) out['source'] = `$${change(source.slice(1), 'exact', at)}`;
    if ('legend' in out) out['legend'] = change(textOf(written['legend']), 'title', at);
    return out;
  };
  /** Every text below a value: options and links name variables where they please. */
  const deep = (value: Json, at: string): Json => {
    if (typeof value === 'string') return change(value, 'title', at);
    if (Array.isArray(value)) return value.map((item) => deep(item, at));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, deep(item, at)]));
  };
  const panel = (written: Json): Json => {
    if (!isObject(written)) return written;
    const title = textOf(written['title']);
    const id = written['id'];
    const at = title === '' ? `panel ${typeof id === 'number' ? id : '?'}` : `panel “${title}”`;
    const out: JsonObject = { ...written };
    for (const member of ['title', 'description']) {
      if (member in out) out[member] = change(textOf(written[member]), 'title', at);
    }
    if ('markdown' in out) out['markdown'] = change(textOf(written['markdown']), 'markdown', at);
    for (const member of ['options', 'links', 'overrides', 'transformations']) {
      const value = written[member];
      if (value !== undefined) out[member] = deep(value, at);
    }
    if (isObject(written['repeat'])) {
      const variable = textOf(written['repeat']['variable']);
      out['repeat'] = {
        ...written['repeat'],
        variable: change(variable, 'exact', `repeat of ${at}`),
      };
    }
    if (Array.isArray(written['queries'])) {
      out['queries'] = written['queries'].map((one, place) => {
        const name = textOf(objectOf(one)['name']) || String.fromCharCode(65 + place);
        return query(one, `query ${name} of ${at}`);
      });
    }
    return out;
  };
  const out: JsonObject = { ...document, panels: listOf(document['panels']).map(panel) };
  if ('variables' in document) {
    out['variables'] = listOf(document['variables']).map((one) =>
      isObject(one) && isObject(one['query'])
        ? { ...one, query: query(one['query'], `variable “${textOf(one['name'])}”`) }
        : one,
    );
  }
  if (document['links'] !== undefined)
    out['links'] = deep(document['links'], 'links of the dashboard');
  return out;
}

/** In words, each place once: "query A of panel “Delays”". */
export function usesOf(document: Json, name: string): string[] {
  const found = new Set<string>();
  mapPlaces(objectOf(document), (text, manner, at) => {
    if (manner === 'exact' ? text === name : names(text, name, manner)) found.add(at);
    return text;
  });
  return [...found];
}

/** The dashboard with the variable's other name, wherever it is named. */
export function withRenamed(document: Json, from: string, to: string): JsonObject {
  const whole = mapPlaces(objectOf(document), (text, manner) => {
    if (manner === 'exact') return text === from ? to : text;
    return renamed(text, from, to, manner);
  });
  return {
    ...whole,
    variables: listOf(whole['variables']).map((one) =>
      isObject(one) && one['name'] === from ? { ...one, name: to } : one,
    ),
  };
}
