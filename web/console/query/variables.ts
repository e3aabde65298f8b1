// A dashboard's variables as its document has them, and what can be done to them.
import type { Json, JsonObject } from '../api/types';
import { isObject, listOf, moved, objectOf, textOf, textsOf, withMembers } from './json';
import { kReserved } from './names';
import { firstReads, reading, type Known } from './queries';

/** As many as a dashboard takes. */
export const kMostVariables = 50;

export type VariableType =
  'list' | 'query' | 'text' | 'interval' | 'constant' | 'source' | 'filters';

export const kTypeWords: { value: VariableType; label: string }[] = [
  { value: 'query', label: 'Query: what a query answers' },
  { value: 'list', label: 'List: written down here' },
  { value: 'text', label: 'Text: anything' },
  { value: 'interval', label: 'Interval: lengths of time' },
  { value: 'source', label: 'Source: names of sources' },
  { value: 'filters', label: 'Filters: what viewers put together' },
  { value: 'constant', label: 'Constant: one value, for queries' },
];

/** Which types take a member; those that are not here are everybody's. */
const kTaken: Record<string, readonly VariableType[]> = {
  choices: ['list', 'interval'],
  query: ['query'],
  regex: ['query', 'source'],
  sort: ['query'],
  auto: ['interval'],
  source_type: ['source'],
  source: ['filters'],
  model: ['filters'],
  keys: ['filters'],
  max_length: ['text'],
  multi: ['list', 'query'],
  include_all: ['list', 'query'],
  all_value: ['list', 'query'],
  attribute: ['list', 'query', 'text', 'source'],
};

export const takes = (type: VariableType, member: string): boolean =>
  kTaken[member]?.includes(type) ?? true;

export function typeOfVariable(variable: JsonObject): VariableType {
  const type = textOf(variable['type']);
  return kTypeWords.find(({ value }) => value === type)?.value ?? 'list';
}

export interface WrittenChoice {
  value: string;
  label: string;
}

export const choicesOf = (variable: JsonObject): WrittenChoice[] =>
  listOf(variable['choices']).map((one) => ({
    value: textOf(objectOf(one)['value']),
    label: textOf(objectOf(one)['label']),
  }));

/** As the document writes them: a label that says no more is left out. */
export const writtenChoices = (choices: readonly WrittenChoice[]): Json[] =>
  choices.map(({ value, label }) => (label === '' ? { value } : { value, label }));

export const defaultsOf = (variable: JsonObject): string[] => textsOf(variable['default']);

export const variablesOf = (document: Json): JsonObject[] =>
  listOf(objectOf(document)['variables']).filter(isObject);

export const withVariables = (document: Json, variables: readonly Json[]): JsonObject => ({
  ...objectOf(document),
  variables: [...variables],
});

/** The variable as one of another type: what that does not take is gone, what it needs is there. */
export function ofType(variable: JsonObject, type: VariableType, known: Known): JsonObject {
  if (typeOfVariable(variable) === type) return variable;
  const kept = Object.entries(variable).filter(
    ([member]) => takes(type, member) && member !== 'default' && member !== 'choices',
  );
  const out: JsonObject = { ...Object.fromEntries(kept), type };
  if (type === 'list') out['choices'] = [{ value: 'one' }];
  if (type === 'interval') {
    out['choices'] = [{ value: '1m' }, { value: '1h' }, { value: '1d' }];
  }
  if (type === 'query') out['query'] = reading({ sql: '' }, firstReads(known), known);
  if (type === 'source') out['source_type'] = known.sources[0]?.type ?? 'duckdb';
  if (type === 'constant') out['default'] = [defaultsOf(variable)[0] ?? ''];
  return out;
}

function freeVariableName(taken: readonly string[], wanted: string): string {
  const lower = taken.map((name) => name.toLowerCase());
  for (let at = 1; ; at++) {
    const name = at === 1 ? wanted : `${wanted}_${at}`;
    if (!lower.includes(name.toLowerCase())) return name;
  }
}

export function addedVariable(document: Json, known: Known): JsonObject {
  const all = variablesOf(document);
  const name = freeVariableName(
    all.map((one) => textOf(one['name'])),
    'variable',
  );
  const fresh = ofType({ name, type: 'text' }, 'query', known);
  return withVariables(document, [...all, fresh]);
}

export function duplicatedVariable(document: Json, at: number): JsonObject {
  const all = variablesOf(document);
  const one = all[at];
  if (!one) return objectOf(document);
  const name = freeVariableName(
    all.map((other) => textOf(other['name'])),
    textOf(one['name']).slice(0, 60),
  );
  return withVariables(document, [...all.slice(0, at + 1), { ...one, name }, ...all.slice(at + 1)]);
}

export const withoutVariable = (document: Json, at: number): JsonObject =>
  withVariables(
    document,
    variablesOf(document).filter((_, other) => other !== at),
  );

export const movedVariable = (document: Json, from: number, to: number): JsonObject =>
  withVariables(document, moved(variablesOf(document), from, to));

export const replacedVariable = (document: Json, at: number, variable: JsonObject): JsonObject =>
  withVariables(
    document,
    variablesOf(document).map((one, other) => (other === at ? variable : one)),
  );

/** The members set, and what follows from them: no `all_value` without `include_all`, say. */
export function changed(
  variable: JsonObject,
  members: Record<string, Json | undefined>,
): JsonObject {
  const out = withMembers(variable, members);
  if (out['include_all'] !== true) {
    delete out['all_value'];
    const left = defaultsOf(out).filter((value) => value !== '*');
    if ('default' in out) out['default'] = left;
  }
  if (takes(typeOfVariable(out), 'multi') && out['multi'] !== true && defaultsOf(out).length > 1) {
    out['default'] = defaultsOf(out).slice(0, 1);
  }
  const type = typeOfVariable(out);
  if (type === 'list' || type === 'interval') {
    const offered = choicesOf(out).map(({ value }) => value);
    const isOffered = (value: string): boolean =>
      offered.includes(value) ||
      (value === '*' && out['include_all'] === true) ||
      (value === 'auto' && 'auto' in out);
    if ('default' in out) out['default'] = defaultsOf(out).filter(isOffered);
  }
  if (listOf(out['default']).length === 0) delete out['default'];
  return out;
}

/** What is wrong with a variable's name; null: nothing. */
export function variableNameFault(name: string, others: readonly string[]): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) {
    return 'A letter or _ first, then letters, digits and _; at most 64.';
  }
  if (kReserved.includes(name)) return 'from, to, interval and timezone are always there.';
  return others.some((other) => other.toLowerCase() === name.toLowerCase())
    ? 'Another variable has this name.'
    : null;
}

/** In one line, what it offers. */
export function summaryOf(variable: JsonObject): string {
  const type = typeOfVariable(variable);
  const query = objectOf(variable['query']);
  const words: Record<VariableType, string> = {
    list: choicesOf(variable)
      .map(({ value, label }) => label || value)
      .join(', '),
    interval: choicesOf(variable)
      .map(({ value, label }) => label || value)
      .join(', '),
    query: `${textOf(query['sql'])}${textOf(query['promql'])}`.replaceAll(/\s+/g, ' '),
    text: 'anything',
    constant: defaultsOf(variable)[0] ?? '',
    source: `sources of type ${textOf(variable['source_type'])}`,
    filters: textsOf(variable['keys']).join(', ') || 'whatever columns and labels there are',
  };
  return words[type];
}
