// What could stand at a place of an SQL text: names of the dashboard, relations, columns, words.
import { namesFor, type Candidate, type Candidates, type Relation, type Schema } from './names';
import { sqlTokens, type SqlToken } from './sql-text';

export type SqlDialect = 'duckdb' | 'postgres' | 'mysql' | 'sqlite';

const kKeywords = (
  'select distinct from where group by order having limit offset join left right full inner outer ' +
  'cross on using as and or not in is null like between exists case when then else end union all ' +
  'except intersect with asc desc nulls first last over partition filter interval cast true false'
).split(' ');

const kFunctions = (
  'count sum avg min max coalesce nullif round floor ceil abs lower upper trim length concat ' +
  'substring replace greatest least row_number rank dense_rank lag lead'
).split(' ');

const kOwnFunctions: Record<SqlDialect, string> = {
  duckdb:
    'time_bucket date_trunc date_part date_diff extract strftime timezone unnest list_contains ' +
    'regexp_matches string_agg median quantile_cont approx_count_distinct arg_max arg_min',
  postgres:
    'date_bin date_trunc date_part extract to_char timezone any unnest string_agg array_agg ' +
    'percentile_cont generate_series regexp_replace split_part',
  mysql:
    'date_format from_unixtime unix_timestamp timestampdiff date_add date_sub if ifnull ' +
    'group_concat json_extract convert_tz',
  sqlite: 'strftime date datetime unixepoch julianday ifnull iif group_concat instr json_extract',
};

/** Words after which a relation is named. */
const kBeforeRelation = new Set(['from', 'join', 'update', 'into', 'table']);
/** Words that end the naming of relations. */
const kClauses = new Set(
  'select where group order having limit offset on using union except intersect set values'.split(
    ' ',
  ),
);

function quoteMark(dialect: SqlDialect): string {
  return dialect === 'mysql' ? '`' : '"';
}

/** A name as the dialect takes it: in quotation marks where it has to be. */
export function quoted(name: string, dialect: SqlDialect): string {
  // Postgres folds what stands without marks to small letters; the others look past case.
  const plain = dialect === 'postgres' ? /^[a-z_][a-z0-9_]*$/ : /^[A-Za-z_][A-Za-z0-9_]*$/;
  if (plain.test(name) && !kClauses.has(name.toLowerCase())) return name;
  const mark = quoteMark(dialect);
  return mark + name.replaceAll(mark, mark + mark) + mark;
}

interface Mentioned {
  /** What it is called in this query: an alias, or the relation's own name. */
  called: string;
  relation: Relation | null;
}

const isName = (token: SqlToken | undefined): token is SqlToken =>
  token !== undefined && (token.kind === 'word' || token.kind === 'quoted');
const wordOf = (token: SqlToken | undefined): string =>
  token?.kind === 'word' ? token.text.toLowerCase() : '';
const isMark = (token: SqlToken | undefined, mark: string): boolean =>
  token?.kind === 'mark' && token.text === mark;

/** A relation's name, in parts between dots or whole: main.orders is found as orders too. */
function isNamed(relation: Relation, parts: readonly string[]): boolean {
  const own = relation.name.replaceAll(/["`]/g, '').toLowerCase();
  const wanted = parts.join('.').toLowerCase();
  return own === wanted || own.endsWith(`.${wanted}`);
}

/** Relations that the text reads, with what it calls them. */
function mentions(tokens: readonly SqlToken[], schema: Schema): Mentioned[] {
  const found: Mentioned[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const word = wordOf(tokens[at]);
    const isList = isMark(tokens[at], ',') && placeAt(tokens, at + 1) === 'relation';
    if (word !== 'from' && word !== 'join' && !isList) continue;
    let next = at + 1;
    const parts: string[] = [];
    for (;;) {
      const token = tokens[next];
      if (!isName(token)) break;
      parts.push(token.text);
      next++;
      if (!isMark(tokens[next], '.')) break;
      next++;
    }
    if (parts.length === 0) continue;
    if (wordOf(tokens[next]) === 'as') next++;
    const alias = tokens[next];
    const isAlias =
      isName(alias) &&
      !(
        alias.kind === 'word' &&
        (kKeywords.includes(wordOf(alias)) || kClauses.has(wordOf(alias)))
      );
    found.push({
      called: isAlias ? alias.text : (parts.at(-1) ?? ''),
      relation: schema.relations.find((relation) => isNamed(relation, parts)) ?? null,
    });
  }
  return found;
}

/** Whether a relation or an expression is expected behind the first `count` tokens. */
function placeAt(tokens: readonly SqlToken[], count: number): 'relation' | 'named' | 'expression' {
  let depth = 0;
  for (let at = count - 1; at >= 0; at--) {
    const token = tokens[at];
    if (isMark(token, ')')) depth++;
    else if (isMark(token, '(')) {
      if (depth === 0) return 'expression';
      depth--;
    }
    if (depth > 0) continue;
    const word = wordOf(token);
    if (kBeforeRelation.has(word)) {
      const last = tokens[count - 1];
      return at === count - 1 || isMark(last, ',') || isMark(last, '.') ? 'relation' : 'named';
    }
    if (kClauses.has(word)) return 'expression';
  }
  return 'expression';
}

const columnsOf = (relation: Relation, dialect: SqlDialect): Candidate[] =>
  relation.columns.map(({ name, type }) => ({
    label: name,
    kind: 'column',
    detail: type,
    apply: quoted(name, dialect),
  }));

const relationCandidate = (relation: Relation): Candidate => ({
  label: relation.name.replaceAll(/["`]/g, ''),
  kind: 'relation',
  detail: relation.columns.length === 1 ? '1 column' : `${relation.columns.length} columns`,
  // The server says names as a query can say them.
  apply: relation.name,
});

/** `at`: an offset in the text. Null: nothing is to be completed there. */
export function sqlCandidates(
  text: string,
  at: number,
  schema: Schema,
  variables: readonly string[],
  dialect: SqlDialect,
): Candidates | null {
  const tokens = sqlTokens(text);
  const index = tokens.findIndex(({ from, to, isOpen }) => from < at && (at < to || isOpen));
  const inside = tokens[index];
  if (inside && (inside.kind === 'string' || inside.kind === 'comment')) return null;
  const typed = tokens.find(({ from, to }) => from < at && at <= to);
  if (typed?.kind === 'number') return null;
  const isTyping = typed !== undefined && typed.kind !== 'mark' && typed.kind !== 'string';
  if (typed?.kind === 'name') {
    return {
      from: typed.from,
      options: namesFor('sql', variables).map(({ name, detail }) => ({
        label: `$${name}`,
        kind: 'name',
        detail,
      })),
    };
  }
  if (typed?.kind === 'comment') return null;
  const from = isTyping ? typed.from : at;
  const before = tokens.filter(({ to }) => to <= from);
  const all = mentions(tokens, schema);

  const last = before.at(-1);
  if (isMark(last, '.') && last?.to === from) {
    const owner = before.at(-2);
    if (!isName(owner)) return null;
    const called = owner.text.toLowerCase();
    const named = all.find((one) => one.called.toLowerCase() === called)?.relation;
    const relation = named ?? schema.relations.find((one) => isNamed(one, [owner.text]));
    if (relation && placeAt(before, before.length) !== 'relation') {
      return { from, options: columnsOf(relation, dialect) };
    }
    // Behind the name of a schema: the relations in it.
    const inSchema = schema.relations.flatMap((one) => {
      const { label } = relationCandidate(one);
      if (!label.toLowerCase().startsWith(`${called}.`)) return [];
      const rest = label.slice(called.length + 1);
      return [{ ...relationCandidate(one), label: rest, apply: quoted(rest, dialect) }];
    });
    return inSchema.length > 0 ? { from, options: inSchema } : null;
  }

  const words: Candidate[] = kKeywords.map((label) => ({ label, kind: 'keyword' }));
  const place = placeAt(before, before.length);
  if (place === 'relation') return { from, options: schema.relations.map(relationCandidate) };
  if (place === 'named') return { from, options: words };
  const columns = new Map<string, Candidate>();
  for (const { relation } of all) {
    for (const column of relation ? columnsOf(relation, dialect) : []) {
      const known = columns.get(column.label);
      columns.set(column.label, known ?? column);
    }
  }
  const called: Candidate[] = all
    .filter(({ called: name }) => !schema.relations.some((one) => one.name === name))
    .map(({ called: label, relation }) => ({
      label,
      kind: 'relation',
      ...(relation ? { detail: relation.name } : {}),
    }));
  const functions = `${kFunctions.join(' ')} ${kOwnFunctions[dialect]}`.split(' ');
  return {
    from,
    options: [
      ...columns.values(),
      ...called,
      ...schema.relations.map(relationCandidate),
      ...functions.map((label): Candidate => ({ label, kind: 'function', apply: `${label}(` })),
      ...words,
      ...namesFor('sql', variables).map(({ name, detail }): Candidate => ({
        label: `$${name}`,
        kind: 'name',
        detail,
      })),
    ],
  };
}
