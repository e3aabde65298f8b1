import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject, Source } from '../console/api/types';
import type { Known } from '../console/query/queries';
import { renamed, usesOf, withRenamed } from '../console/query/variable-uses';
import {
  addedVariable,
  changed,
  duplicatedVariable,
  movedVariable,
  ofType,
  summaryOf,
  takes,
  variableNameFault,
  variablesOf,
  withoutVariable,
} from '../console/query/variables';

const kSources: Source[] = [{ name: 'flights', type: 'duckdb', provisioned: true, tables: [] }];
const kKnown: Known = { sources: kSources, models: [], sourceVariables: [] };

const kDocument: JsonObject = {
  title: 'Flights',
  variables: [
    { name: 'region', type: 'list', choices: [{ value: 'eu' }] },
    {
      name: 'host',
      type: 'query',
      query: {
        source: '$ds',
        sql: "select host from hosts where region = $region and n <> '$region'",
      },
    },
    { name: 'ds', type: 'source', source_type: 'postgres' },
  ],
  panels: [
    {
      id: 1,
      type: 'timeseries',
      title: 'Load of $host in ${region}',
      repeat: { variable: 'host' },
      queries: [
        { name: 'A', source: '$ds', sql: 'select $HOST, $hosts -- $host' },
        { source: 'metrics', promql: 'up{host="$host", r=~"${region:regex}", s="[[host]]"}' },
      ],
      links: [{ title: 'More of ${host}', url: '/x?var-host=${host}' }],
    },
    { id: 2, type: 'text', markdown: 'Costs $host, is ${host}' },
  ],
};
const kPanels = (document: JsonObject): JsonObject[] => document['panels'] as JsonObject[];
const namesIn = (document: Json): Json[] => variablesOf(document).map((one) => one['name'] ?? null);

test('A variable that is renamed is renamed wherever it is named, and nothing else is', () => {
  const { panels } = withRenamed(kDocument, 'host', 'machine');
  assert.deepEqual((panels as JsonObject[])[0], {
    id: 1,
    type: 'timeseries',
    title: 'Load of $machine in ${region}',
    repeat: { variable: 'machine' },
    queries: [
      // SQL looks past case; a comment is no name, nor is a longer word.
      { name: 'A', source: '$ds', sql: 'select $machine, $hosts -- $host' },
      { source: 'metrics', promql: 'up{host="$machine", r=~"${region:regex}", s="[[machine]]"}' },
    ],
    links: [{ title: 'More of ${machine}', url: '/x?var-host=${machine}' }],
  });
  // In Markdown a dollar sign may be money: only braces name.
  assert.equal(
    kPanels(withRenamed(kDocument, 'host', 'machine'))[1]?.['markdown'],
    'Costs $host, is ${machine}',
  );
});

test('Renaming reaches choices that follow from it, and sources that are named by it', () => {
  const region = variablesOf(withRenamed(kDocument, 'region', 'area'));
  assert.equal(region[0]?.['name'], 'area');
  assert.deepEqual(region[1]?.['query'], {
    source: '$ds',
    sql: "select host from hosts where region = $area and n <> '$region'",
  });
  const source = withRenamed(kDocument, 'ds', 'base');
  assert.deepEqual((variablesOf(source)[1]?.['query'] as JsonObject)['source'], '$base');
  const [first] = kPanels(source)[0]?.['queries'] as JsonObject[];
  assert.equal(first?.['source'], '$base');
});

test('The document that is renamed in is left as it was', () => {
  const before = JSON.stringify(kDocument);
  withRenamed(kDocument, 'host', 'machine');
  assert.equal(JSON.stringify(kDocument), before);
});

test('A name in PromQL and titles keeps its case and its format', () => {
  assert.equal(
    renamed('$Host ${host:csv} $host_name', 'host', 'h', 'promql'),
    '$Host ${h:csv} $host_name',
  );
  assert.equal(renamed('$host$host', 'host', 'longer', 'title'), '$longer$longer');
});

test('Where a variable is named is said in words, each place once', () => {
  assert.deepEqual(usesOf(kDocument, 'host'), [
    'panel “Load of $host in ${region}”',
    'repeat of panel “Load of $host in ${region}”',
    'query A of panel “Load of $host in ${region}”',
    'query B of panel “Load of $host in ${region}”',
    'panel 2',
  ]);
  assert.deepEqual(usesOf(kDocument, 'region'), [
    'panel “Load of $host in ${region}”',
    'query B of panel “Load of $host in ${region}”',
    'variable “host”',
  ]);
  assert.deepEqual(usesOf(kDocument, 'nobody'), []);
});

test('Variables are added, duplicated, moved and removed, and names stay apart in any case', () => {
  const one = addedVariable({ title: 'x', panels: [] }, kKnown);
  assert.deepEqual(variablesOf(one), [
    { name: 'variable', type: 'query', query: { sql: '', source: 'flights' } },
  ]);
  const two = addedVariable(one, kKnown);
  assert.deepEqual(namesIn(two), ['variable', 'variable_2']);
  assert.deepEqual(namesIn(duplicatedVariable(two, 0)), ['variable', 'variable_3', 'variable_2']);
  assert.deepEqual(namesIn(movedVariable(kDocument, 0, 2)), ['host', 'ds', 'region']);
  assert.deepEqual(namesIn(withoutVariable(kDocument, 1)), ['region', 'ds']);
  assert.equal(one['title'], 'x');
});

test('Another type takes along what it knows, and has what it needs', () => {
  const query = {
    name: 'v',
    label: 'V',
    type: 'query',
    query: { source: 'flights', sql: 'x' },
    regex: '/a/',
    sort: 'alpha_asc',
    multi: true,
    attribute: 'v',
    default: ['a'],
  };
  assert.deepEqual(ofType(query, 'list', kKnown), {
    name: 'v',
    label: 'V',
    type: 'list',
    multi: true,
    attribute: 'v',
    choices: [{ value: 'one' }],
  });
  assert.deepEqual(ofType(query, 'constant', kKnown), {
    name: 'v',
    label: 'V',
    type: 'constant',
    default: ['a'],
  });
  assert.deepEqual(ofType(query, 'source', kKnown), {
    name: 'v',
    label: 'V',
    type: 'source',
    regex: '/a/',
    attribute: 'v',
    source_type: 'duckdb',
  });
  assert.equal(ofType(query, 'query', kKnown), query);
  assert.ok(takes('interval', 'auto') && !takes('text', 'multi') && takes('text', 'label'));
});

test('What does not go together any more goes with the change', () => {
  const list = {
    name: 'v',
    type: 'list',
    choices: [{ value: 'a' }, { value: 'b' }],
    multi: true,
    include_all: true,
    all_value: '.*',
    default: ['*'],
  };
  const single = changed(list, { include_all: undefined });
  assert.ok(!('all_value' in single) && !('default' in single));
  assert.deepEqual(changed({ ...list, default: ['a', 'b'] }, { multi: undefined })['default'], [
    'a',
  ]);
  assert.deepEqual(
    changed({ ...list, default: ['a', 'b'] }, { choices: [{ value: 'b' }] })['default'],
    ['b'],
  );
  const constant = { name: 'c', type: 'constant', default: ['x'] };
  assert.deepEqual(changed(constant, { default: [''] })['default'], ['']);
});

test('A name is refused before the server would, whatever its case', () => {
  assert.equal(variableNameFault('airport', ['host']), null);
  for (const name of ['', '1a', 'a-b', 'from', 'HOST', 'x'.repeat(65)]) {
    assert.notEqual(variableNameFault(name, ['host']), null, name);
  }
});

test('Each variable says in a line what it offers', () => {
  const [region, host, source] = variablesOf(kDocument);
  assert.equal(summaryOf(region ?? {}), 'eu');
  assert.match(summaryOf(host ?? {}), /^select host/);
  assert.equal(summaryOf(source ?? {}), 'sources of type postgres');
});
