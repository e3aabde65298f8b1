import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject, Model, Source } from '../console/api/types';
import {
  borrowedFrom,
  exploreDocument,
  instantsOf,
  isWritten,
  queryAt,
  withPanel,
} from '../console/query/explore-draft';
import { bytesWords, tookWords } from '../console/query/figures';
import type { Candidates, Schema } from '../console/query/names';
import { promqlCandidates, promqlPlace } from '../console/query/promql-completion';
import {
  added,
  duplicated,
  faultsByName,
  freeName,
  inLanguage,
  movedTo,
  nameFault,
  namesOf,
  reading,
  sourceVariables,
  variableNames,
  without,
  type Known,
} from '../console/query/queries';
import { narrowed } from '../console/query/schema';
import { quoted, sqlCandidates, type SqlDialect } from '../console/query/sql-completion';
import { sqlTokens } from '../console/query/sql-text';

const kSchema: Schema = {
  relations: [
    {
      name: 'flights',
      columns: [
        { name: 'origin', type: 'VARCHAR' },
        { name: 'delay', type: 'BIGINT' },
        { name: 'Tail No', type: 'VARCHAR' },
      ],
    },
    { name: 'airports', columns: [{ name: 'iata', type: 'VARCHAR' }] },
    { name: 'sales.orders', columns: [{ name: 'total', type: 'numeric' }] },
  ],
  labels: [],
};

/** What is offered where the text has its bar. */
function at(marked: string, dialect: SqlDialect = 'duckdb'): Candidates | null {
  const place = marked.indexOf('|');
  return sqlCandidates(marked.replace('|', ''), place, kSchema, ['airport'], dialect);
}
const labels = (found: Candidates | null): string[] => found?.options.map((one) => one.label) ?? [];

test('Behind FROM and JOIN, and the comma between them, relations are offered and nothing else', () => {
  for (const text of [
    'select * from |',
    'select * from fl|',
    'select * from flights, |',
    'select 1 from flights f join |',
    'select * from (select 1 from |) x',
  ]) {
    assert.deepEqual(labels(at(text)), ['flights', 'airports', 'sales.orders'], text);
  }
  assert.equal(at('select * from fl|')?.from, 14);
});

test('Behind a dot stand the columns of what stands before it: a relation or its alias', () => {
  const own = ['origin', 'delay', 'Tail No'];
  assert.deepEqual(labels(at('select f.| from flights f')), own);
  assert.deepEqual(labels(at('select f.de| from flights as f')), own);
  assert.deepEqual(labels(at('select flights.| from flights')), own);
  assert.deepEqual(labels(at('select f.| from flights f join airports a on true')), own);
  assert.deepEqual(labels(at('select a.| from flights f, airports a')), ['iata']);
  assert.deepEqual(labels(at('select o.| from sales.orders o')), ['total']);
  assert.deepEqual(labels(at('select orders.| from sales.orders')), ['total']);
  assert.deepEqual(labels(at('select * from sales.|')), ['orders']);
  assert.equal(at('select nobody.| from flights f'), null);
});

test('Elsewhere come the columns of what the query reads, and names of the dashboard', () => {
  const found = labels(at('select | from flights f where true'));
  assert.deepEqual(found.slice(0, 4), ['origin', 'delay', 'Tail No', 'f']);
  assert.ok(!found.includes('iata'));
  assert.ok(found.includes('count') && found.includes('$airport') && found.includes('$interval'));
  assert.ok(labels(at('select 1 from flights where |')).includes('delay'));
  assert.ok(labels(at('select 1 from flights |')).includes('where'));
  assert.ok(!labels(at('select 1 from flights |')).includes('delay'));
});

test('A dollar sign offers the names, and texts and comments offer nothing', () => {
  const names = ['$airport', '$from', '$to', '$interval', '$timezone'];
  assert.deepEqual(labels(at('select * from flights where origin = $|')), names);
  assert.deepEqual(labels(at('select * from flights where origin = $air|')), names);
  assert.equal(at('select * from flights where origin = $air|')?.from, 37);
  for (const text of [
    "select 'from |'",
    "select 'from |",
    'select -- from |',
    'select /* | */ 1',
  ]) {
    assert.equal(at(text), null, text);
  }
  assert.equal(at('select 12|'), null);
});

test('A name that needs quotation marks gets those of the dialect', () => {
  assert.equal(quoted('delay', 'duckdb'), 'delay');
  assert.equal(quoted('Tail No', 'duckdb'), '"Tail No"');
  assert.equal(quoted('Total', 'duckdb'), 'Total');
  assert.equal(quoted('Total', 'postgres'), '"Total"');
  assert.equal(quoted('a`b', 'mysql'), '`a``b`');
  assert.equal(quoted('order', 'sqlite'), '"order"');
  const column = at('select f.| from flights f')?.options.find(({ label }) => label === 'Tail No');
  assert.equal(column?.apply, '"Tail No"');
});

test('SQL is taken into words with their places, whatever is quoted in it', () => {
  const text = "select 'it''s $no' as \"a b\", $yes -- $no\nfrom t /* $no */ where x = $$ $no $$";
  const names = sqlTokens(text).filter(({ kind }) => kind === 'name');
  assert.deepEqual(
    names.map((one) => one.text),
    ['$yes'],
  );
  for (const token of sqlTokens(text)) {
    if (token.kind !== 'quoted') assert.equal(text.slice(token.from, token.to), token.text);
  }
  assert.equal(sqlTokens('"open').at(0)?.isOpen, true);
});

const kMetrics: Schema = {
  relations: [
    { name: 'up', columns: [] },
    { name: 'http_requests_total', columns: [{ name: 'code', type: 'label' }] },
  ],
  labels: ['instance', 'job'],
};
function inPromql(marked: string, isOfVariable = false): Candidates | null {
  const place = marked.indexOf('|');
  return promqlCandidates(marked.replace('|', ''), place, kMetrics, ['job'], isOfVariable);
}

test('PromQL knows whether it is in an expression, a text, matchers, a range or a list of labels', () => {
  const places: [string, string][] = [
    ['sum(', 'expression'],
    ['sum by (', 'labels'],
    ['sum by (job) (rate(', 'expression'],
    ['up{', 'matchers'],
    ['up{job="', 'text'],
    ['up{job="a\\"b', 'text'],
    ['up{job="a", ', 'matchers'],
    ['up{job="${job}", ', 'matchers'],
    ['rate(up[', 'range'],
    ['rate(up[5m]', 'expression'],
    ['up # {', 'comment'],
    ['up # {\n', 'expression'],
    ['a * on (job) group_left (', 'labels'],
    ['up{job="[[job]]"} + ', 'expression'],
  ];
  for (const [text, place] of places) assert.equal(promqlPlace(text), place, text);
});

test('PromQL offers metrics and functions, labels in braces, durations in brackets', () => {
  const whole = labels(inPromql('ra|'));
  assert.ok(whole.includes('rate') && whole.includes('up') && whole.includes('sum'));
  assert.ok(!whole.includes('label_values'));
  assert.ok(labels(inPromql('|', true)).includes('label_values'));
  assert.deepEqual(labels(inPromql('up{|')), ['instance', 'job']);
  assert.deepEqual(labels(inPromql('http_requests_total{co|}')), ['code', 'instance', 'job']);
  assert.deepEqual(labels(inPromql('sum by (|')), ['instance', 'job']);
  assert.ok(labels(inPromql('rate(up[|])')).includes('$__rate_interval'));
  assert.equal(inPromql('rate(up[5|])'), null);
  assert.equal(inPromql('up{job=|'), null);
  assert.equal(inPromql('up{job="a|'), null);
});

test('PromQL offers names behind a dollar sign, in texts too, with the brace that is missing', () => {
  assert.ok(labels(inPromql('up{job="$|"}')).includes('$job'));
  assert.ok(labels(inPromql('up{job="${|"}')).includes('${job}'));
  assert.ok(labels(inPromql('up{job="${|}"}')).includes('${job'));
  assert.ok(labels(inPromql('$__|')).includes('$__range'));
});

const kSources: Source[] = [
  { name: 'flights', type: 'duckdb', provisioned: true, tables: [] },
  { name: 'metrics', type: 'prometheus', provisioned: true, tables: [] },
];
const kModels: Model[] = [
  {
    name: 'own',
    label: 'Own rows',
    source: 'flights',
    provisioned: true,
    version: '1',
    relations: {},
  },
];
const kKnown: Known = {
  sources: kSources,
  models: kModels,
  sourceVariables: [{ name: 'ds', type: 'prometheus' }],
};

test('A query keeps its name wherever it is moved, also one that had its name from its place', () => {
  const queries: Json[] = [{ sql: '1' }, { sql: '2' }, { name: 'C', sql: '3' }];
  assert.deepEqual(namesOf(queries), ['A', 'B', 'C']);
  const moved = movedTo(queries, 2, 0);
  assert.deepEqual(
    moved.map((one) => (one as JsonObject)['sql']),
    ['3', '1', '2'],
  );
  assert.deepEqual(namesOf(moved), ['C', 'A', 'B']);
  assert.deepEqual(namesOf(without(queries, 0)), ['B', 'C']);
  assert.deepEqual(namesOf(duplicated(queries, 0)), ['A', 'D', 'B', 'C']);
  assert.deepEqual(movedTo(queries, 0, 9), movedTo(queries, 0, 0));
});

test('A new query reads what the one before it reads, in the language of that', () => {
  assert.deepEqual(added([], kKnown), [{ name: 'A', sql: '', source: 'flights' }]);
  const after = added([{ name: 'A', source: 'metrics', promql: 'up' }], kKnown);
  assert.deepEqual(after[1], { name: 'B', promql: '', source: 'metrics' });
  assert.equal(freeName(['A', 'B', 'D']), 'C');
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  assert.equal(freeName(letters), 'Q27');
});

test('What is wrong is said of the query it is wrong in, by the name it has or would have', () => {
  const queries = [{ sql: '' }, { name: 'Late', sql: 'select 1' }];
  const faults = [
    { path: 'queries[0].sql', message: 'Must not be empty.' },
    { path: 'queries[1].legend', message: 'Is for PromQL.' },
    { path: 'queries[1]', message: 'Reads nothing.' },
    { path: 'queries', message: 'Too many.' },
    { path: 'queries[7].sql', message: 'Nobody has it.' },
    { path: 'options.unit', message: 'No such unit.' },
  ];
  assert.deepEqual(faultsByName(queries, faults), {
    A: 'Must not be empty.',
    Late: 'legend: Is for PromQL. Reads nothing.',
  });
});

test('The first query is in the language that its panel is for', () => {
  const nothing: Known = { sources: [], models: [], sourceVariables: [] };
  assert.deepEqual(added([], nothing, 'promql'), [{ name: 'A', promql: '' }]);
  assert.deepEqual(added([], nothing), [{ name: 'A', sql: '' }]);
});

test('Another source takes the text along and leaves what its language does not have', () => {
  const query = { source: 'metrics', promql: 'up', legend: '{{job}}', instant: true, hide: true };
  const inSql = { sql: 'up', hide: true };
  assert.deepEqual(reading(query, 'source:flights', kKnown), { ...inSql, source: 'flights' });
  assert.deepEqual(reading(query, 'model:own', kKnown), { ...inSql, model: 'own' });
  assert.deepEqual(reading(query, 'source:$ds', kKnown), { ...query, source: '$ds' });
  // Of what nobody knows, nothing follows.
  assert.deepEqual(reading(query, 'source:gone', kKnown), { ...query, source: 'gone' });
  assert.deepEqual(inLanguage({ sql: 'x' }, 'promql'), { promql: 'x' });
});

test('A name of a query is refused before the server would', () => {
  assert.equal(nameFault('Errors 5xx', ['A']), null);
  assert.notEqual(nameFault('', []), null);
  assert.notEqual(nameFault(' x', []), null);
  assert.notEqual(nameFault('A', ['A']), null);
});

test('Queries can say every variable but conditions; those that are sources can be read from', () => {
  const document = {
    variables: [
      { name: 'airport', type: 'list' },
      { name: 'adhoc', type: 'filters' },
      { name: 'ds', type: 'source', source_type: 'prometheus' },
    ],
  };
  assert.deepEqual(variableNames(document), ['airport', 'ds']);
  assert.deepEqual(sourceVariables(document), [{ name: 'ds', type: 'prometheus' }]);
  assert.deepEqual(variableNames('nothing'), []);
});

test('A model completes its own relations only', () => {
  assert.deepEqual(
    narrowed(kSchema, ['airports']).relations.map(({ name }) => name),
    ['airports'],
  );
});

const kDraft = {
  queries: [{ source: 'flights', sql: 'select 1' }] as Json[],
  picture: 'table' as const,
};

test('A run is about the same two instants, however often it asks', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  assert.deepEqual(instantsOf({ span: '1h', from: '', to: '' }, now), {
    from: '2026-03-01T11:00:00.000Z',
    to: '2026-03-01T12:00:00.000Z',
  });
  const fixed = { span: 'fixed', from: '2001-01-01T00:00', to: '2001-02-01T00:00' };
  assert.equal(instantsOf(fixed, now)?.from, new Date('2001-01-01T00:00').toISOString());
  assert.equal(instantsOf({ ...fixed, to: fixed.from }, now), null);
  assert.equal(instantsOf({ ...fixed, to: '' }, now), null);
});

test('What is explored is drawn as one panel, and put below all others of a dashboard', () => {
  const draft = { ...kDraft, range: { span: '1h', from: '', to: '' }, borrowed: null };
  const drawn = exploreDocument(draft, { from: 'a', to: 'b' });
  assert.deepEqual(drawn['time'], { from: 'a', to: 'b', selectable: false });
  const document = {
    title: 'Mine',
    panels: [
      { id: 4, grid: { x: 0, y: 0, w: 24, h: 3 } },
      { id: 2, grid: { x: 0, y: 3, w: 24, h: 5 } },
    ],
  };
  const panels = withPanel(document, kDraft, 'New')['panels'] as JsonObject[];
  assert.deepEqual(panels[2], {
    id: 5,
    type: 'table',
    title: 'New',
    grid: { x: 0, y: 8, w: 12, h: 8 },
    queries: [{ source: 'flights', sql: 'select 1', name: 'A' }],
  });
  assert.equal((withPanel({ title: 'Empty' }, kDraft, '')['panels'] as JsonObject[])[0]?.['id'], 1);
});

test('What is explored borrows the variables of a dashboard, with what was chosen here', () => {
  const document = {
    title: 'Mine',
    variables: [
      { name: 'airport', type: 'list', choices: [{ value: 'ATL' }], default: ['ATL'] },
      { name: 'engine', type: 'source', source_type: 'duckdb' },
      { name: 'where', type: 'filters', source: 'flights' },
    ],
  };
  const borrowed = borrowedFrom('mine', 'Mine', document);
  assert.deepEqual(
    borrowed.variables.map(({ name }) => name),
    ['airport', 'engine'],
    'conditions bind nothing',
  );
  const draft = { ...kDraft, range: { span: '1h', from: '', to: '' }, borrowed };
  const instants = { from: 'a', to: 'b' };
  assert.deepEqual(exploreDocument(draft, instants)['variables'], borrowed.variables);
  const chosen = { ...borrowed, values: { airport: ['SFO', 'BOS'] } };
  assert.deepEqual(exploreDocument({ ...draft, borrowed: chosen }, instants)['variables'], [
    { name: 'airport', type: 'list', choices: [{ value: 'ATL' }], default: ['SFO', 'BOS'] },
    { name: 'engine', type: 'source', source_type: 'duckdb' },
  ]);
  const without = exploreDocument({ ...draft, borrowed: null }, instants);
  assert.ok(!('variables' in without));
});

test('A refusal of what is explored is shown at its query', () => {
  const queries = [{ name: 'One' }, {}];
  assert.equal(queryAt('document.panels[0].queries[0].sql', queries), 'One');
  assert.equal(queryAt('document.panels[0].queries[1]', queries), 'B');
  assert.equal(queryAt('document.time', queries), null);
  assert.equal(queryAt(null, queries), null);
});

test('Nothing is asked before every query has a source and a text', () => {
  assert.ok(isWritten(kDraft.queries));
  assert.ok(!isWritten([]));
  assert.ok(!isWritten([...kDraft.queries, { source: 'flights', sql: ' ' }]));
  assert.ok(!isWritten([{ sql: 'select 1' }]));
});

test('Lengths and sizes are said as people read them', () => {
  assert.deepEqual([0.4, 12.4, 1240, 61_000].map(tookWords), [
    'less than 1 ms',
    '12 ms',
    '1.2 s',
    '1 min',
  ]);
  assert.deepEqual([512, 1530, 2_500_000].map(bytesWords), ['512 bytes', '1.5 kB', '2.5 MB']);
});
