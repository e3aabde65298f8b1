import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesOf, documentOf, placeIn, relationsOf, twiceIn } from '../console/data/models';
import {
  differencesOf,
  draftOf,
  kKinds,
  kindOf,
  mergedSettings,
  settingsOf,
  type SourceKind,
} from '../console/data/source-types';

const kind = (type: string): SourceKind => {
  const found = kindOf(type);
  assert.ok(found, type);
  return found;
};

test('Settings go through a form and come back as they were, those without a field too', () => {
  const all: [string, object][] = [
    [
      'postgres',
      {
        host: 'h',
        port: 5432,
        database: 'd',
        user: 'u',
        schema: ['a', 'b'],
        cache_seconds: 0,
        read_only: true,
      },
    ],
    ['mysql', { host: 'h', database: 'd', user: 'u', tls: 'off' }],
    [
      'prometheus',
      { url: 'http://h', tls_verify: false, query_parameters: { a: '1' }, max_series: 5 },
    ],
    ['duckdb', { tables: { t: 'a.csv', u: ['b.csv', 'c*.csv'] }, threads: 2 }],
    ['sqlite', { database: 'shop.db', folder: '/srv' }],
  ];
  for (const [type, settings] of all) {
    const back = settingsOf(kind(type), draftOf(kind(type), settings as never));
    assert.deepEqual(back, settings, type);
  }
});

test('What is empty is not sent, and what is no number is sent as it was typed', () => {
  const draft = draftOf(kind('postgres'), {});
  draft.texts['host'] = '  db  ';
  draft.texts['port'] = 'many';
  draft.texts['pool_size'] = '4';
  assert.deepEqual(settingsOf(kind('postgres'), draft), { host: 'db', port: 'many', pool_size: 4 });
});

test('Of two who changed the same source each keeps what only one of them changed', () => {
  const base = { host: 'a', port: 1, user: 'u', gone: 'x' };
  const mine = { host: 'b', port: 1, user: 'u', gone: 'x' };
  const theirs = { host: 'c', port: 2, user: 'u', added: true };
  assert.deepEqual(mergedSettings(base, mine, theirs), {
    host: 'b',
    port: 2,
    user: 'u',
    added: true,
  });
  const [host] = differencesOf(kind('postgres'), { host: 'a' }, { host: 'c' });
  assert.deepEqual(host, { name: 'host', label: 'Host', was: 'a', is: 'c' });
});

test('Every kind has fields, and no two of the same name', () => {
  for (const { type, fields } of kKinds) {
    const names = fields.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, type);
  }
  assert.equal(kindOf('grafana-postgresql-datasource')?.type, 'postgres');
  assert.equal(kindOf('elasticsearch'), undefined);
});

test('A model goes through a form and comes back', () => {
  const document = {
    'sales.orders': {
      row_filters: [{ column: 'tenant', attribute: 'tenant', type: 'text', match: 'range' }],
      columns: { ssn: { show: 'stars', unless: 'see_sql' }, note: { show: 'hidden' } },
    },
    airports: {},
  };
  const relations = relationsOf(document);
  assert.deepEqual(documentOf(relations), document);
  assert.deepEqual(attributesOf(relations), ['tenant']);
  assert.equal(twiceIn(relations), null);
  assert.match(
    twiceIn([...relations, { name: 'Airports', filters: [], columns: [] }]) ?? '',
    /twice/,
  );
});

test('An error is found at the relation that it is about, whose name may have dots', () => {
  assert.equal(
    placeIn('relations.sales.orders.row_filters[0].column', 'sales.orders'),
    'row_filters[0].column',
  );
  assert.equal(placeIn('relations.orders', 'orders'), '');
  assert.equal(placeIn('relations.orders_2.columns.a', 'orders'), null);
  assert.equal(placeIn('source', 'orders'), null);
});
