import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cell, Transformation } from '../viewer/api/wire';
import { applyTransformations } from '../viewer/fields/transformations/apply';
import { kMostRows } from '../viewer/fields/transformations/frames';
import { done, frame, number, one, text, time } from './transformed';

const people = frame(
  'A',
  text('name', 'Ann', 'Bob', 'Cid', 'Bob'),
  number('age', 30, null, 25, 41),
);

test('organize leaves out, orders and renames', () => {
  const made = done(
    [frame('A', number('a', 1), number('b', 2), number('c', 3))],
    one('organize', {
      excludeByName: { b: true },
      indexByName: { c: 0, a: 1 },
      renameByName: { a: 'Alpha', c: '' },
    }),
  );
  assert.deepEqual(made, [{ c: [3], Alpha: [1] }]);
  assert.deepEqual(Object.keys(made[0] ?? {}), ['c', 'Alpha']);
});

test('merge puts rows together that agree in the columns they share', () => {
  assert.deepEqual(
    done(
      [
        frame('A', time(1, 1), text('pod', 'x', 'y'), number('Value #A', 10, 20)),
        frame('B', time(1, 1), text('pod', 'y', 'z'), number('Value #B', 5, 6)),
      ],
      one('merge'),
    ),
    [
      {
        Time: [1, 1, 1],
        pod: ['x', 'y', 'z'],
        'Value #A': [10, 20, null],
        'Value #B': [null, 5, 6],
      },
    ],
  );
});

test('merge keeps rows apart that differ', () => {
  assert.deepEqual(
    done(
      [frame('A', text('k', 'a'), number('v', 1)), frame('B', text('k', 'a'), number('v', 2))],
      one('merge'),
    ),
    [{ k: ['a', 'a'], v: [1, 2] }],
  );
});

test('filterFieldsByName takes names and patterns', () => {
  const frames = [
    frame('A', time(1), number('cpu user', 1), number('cpu idle', 2), number('mem', 3)),
  ];
  assert.deepEqual(
    done(frames, one('filterFieldsByName', { include: { names: ['Time', 'mem'] } })),
    [{ Time: [1], mem: [3] }],
  );
  assert.deepEqual(
    done(
      frames,
      one('filterFieldsByName', {
        include: { pattern: '/Time|cpu/' },
        exclude: { names: ['cpu idle'] },
      }),
    ),
    [{ Time: [1], 'cpu user': [1] }],
  );
});

test('joinByField is outer, and inner where asked', () => {
  const frames = [
    frame('A', time(1, 2), number('a', 10, 20)),
    frame('B', time(2, 3), number('b', 200, 300)),
  ];
  for (const id of ['joinByField', 'seriesToColumns']) {
    assert.deepEqual(done(frames, one(id, { byField: 'Time' })), [
      { Time: [1, 2, 3], a: [10, 20, null], b: [null, 200, 300] },
    ]);
  }
  assert.deepEqual(done(frames, one('joinByField', { byField: 'Time', mode: 'inner' })), [
    { Time: [2], a: [20], b: [200] },
  ]);
});

test('joinByField gives columns of one name the name of their query', () => {
  assert.deepEqual(
    done(
      [frame('A', text('k', 'x'), number('v', 1)), frame('B', text('k', 'x'), number('v', 2))],
      one('joinByField', { byField: 'k' }),
    ),
    [{ k: ['x'], 'v A': [1], 'v B': [2] }],
  );
});

test('renameByRegex knows groups', () => {
  assert.deepEqual(
    done(
      [frame('A', number('node_cpu_total', 1))],
      one('renameByRegex', { regex: 'node_(.*)_total', renamePattern: '$1' }),
    ),
    [{ cpu: [1] }],
  );
});

test('groupBy groups and calculates', () => {
  assert.deepEqual(
    done(
      [people],
      one('groupBy', {
        fields: {
          name: { operation: 'groupby' },
          age: { operation: 'aggregate', aggregations: ['max', 'count'] },
        },
      }),
    ),
    [{ name: ['Ann', 'Bob', 'Cid'], 'age (max)': [30, 41, 25], 'age (count)': [1, 1, 1] }],
  );
});

test('calculateField adds sums, differences, shares, windows and row numbers', () => {
  const frames = [frame('A', number('a', 1, 2, 4), number('b', 10, 0, null))];
  const last = (...list: Transformation[]): Cell[] | undefined =>
    Object.values(done(frames, ...list)[0] ?? {}).at(-1);
  assert.deepEqual(
    done(
      frames,
      one('calculateField', { mode: 'reduceRow', reduce: { reducer: 'sum' }, replaceFields: true }),
    ),
    [{ Total: [11, 2, 4] }],
  );
  assert.deepEqual(
    done(
      frames,
      one('calculateField', {
        mode: 'binary',
        binary: { left: 'a', operator: '/', right: 'b' },
        alias: 'x',
        replaceFields: true,
      }),
    ),
    [{ x: [0.1, null, null] }],
  );
  assert.deepEqual(
    last(
      one('calculateField', {
        mode: 'binary',
        binary: {
          left: { matcher: { id: 'byName', options: 'a' } },
          operator: '*',
          right: { fixed: '100' },
        },
      }),
    ),
    [100, 200, 400],
  );
  assert.deepEqual(
    last(one('calculateField', { mode: 'unary', unary: { operator: 'round', fieldName: 'a' } })),
    [1, 2, 4],
  );
  assert.deepEqual(
    last(
      one('calculateField', {
        mode: 'cumulativeFunctions',
        cumulative: { field: 'a', reducer: 'sum' },
      }),
    ),
    [1, 3, 7],
  );
  assert.deepEqual(
    last(
      one('calculateField', {
        mode: 'windowFunctions',
        window: { field: 'a', reducer: 'mean', windowSizeMode: 'fixed', windowSize: 2 },
      }),
    ),
    [1, 1.5, 3],
  );
  assert.deepEqual(last(one('calculateField', { mode: 'index' })), [0, 1, 2]);
});

test('calculateField joins series of several queries first', () => {
  assert.deepEqual(
    done(
      [frame('A', time(1, 2), number('a', 6, 8)), frame('B', time(1, 2), number('b', 2, 4))],
      one('calculateField', {
        mode: 'binary',
        binary: { left: 'a', operator: '-', right: 'b' },
        alias: 'rest',
      }),
    ),
    [{ Time: [1, 2], a: [6, 8], b: [2, 4], rest: [4, 4] }],
  );
});

test('reduce makes a row of each series, or one row', () => {
  const frames = [
    frame('A', time(1, 2), { ...number('x', 1, 5), labels: { job: 'j' } }, number('y', 4, null)),
  ];
  assert.deepEqual(done(frames, one('reduce', { reducers: ['max', 'mean'] })), [
    { Field: ['x', 'y'], Max: [5, 4], Mean: [3, 4] },
  ]);
  assert.deepEqual(done(frames, one('reduce', { mode: 'reduceFields', reducers: ['sum'] })), [
    { x: [6], y: [4] },
  ]);
  assert.deepEqual(done(frames, one('reduce', { reducers: ['last'], labelsToFields: true })), [
    { Field: ['x', 'y'], job: ['j', null], Last: [5, 4] },
  ]);
});

test('sortBy orders, what is missing last, exact digits within one double', () => {
  assert.deepEqual(
    done([people], one('sortBy', { sort: [{ field: 'age', desc: true }] }))[0]?.age,
    [41, 30, 25, null],
  );
  const big = 9007199254740992;
  const column = {
    ...number('n', big, big),
    exact: { 0: '9007199254740993', 1: '9007199254740992' },
  };
  const { frames } = applyTransformations(
    [frame('A', column)],
    [one('sortBy', { sort: [{ field: 'n' }] })],
  );
  assert.deepEqual(frames[0]?.columns[0]?.exact, { 0: '9007199254740992', 1: '9007199254740993' });
});

test('labelsToFields makes columns of labels; with merge, a table', () => {
  const series = frame(
    'A',
    time(1),
    { ...number('up a', 1), labels: { instance: 'a', job: 'n' } },
    { ...number('up b', 0), labels: { instance: 'b', job: 'n' } },
  );
  assert.deepEqual(done([series], one('labelsToFields'), one('merge')), [
    { Time: [1, 1], instance: ['a', 'b'], job: ['n', 'n'], Value: [1, 0] },
  ]);
});

test('prepareTimeSeries splits long tables and joins many', () => {
  const long = frame('A', time(1, 1, 2), text('host', 'a', 'b', 'a'), number('v', 1, 2, 3));
  assert.deepEqual(done([long], one('prepareTimeSeries', { format: 'multi' })), [
    { Time: [1, 2], v: [1, 3] },
    { Time: [1], v: [2] },
  ]);
  assert.deepEqual(
    done(
      [frame('A', time(1), number('a', 1)), frame('B', time(2), number('b', 2))],
      one('prepareTimeSeries'),
    ),
    [{ Time: [1, 2], a: [1, null], b: [null, 2] }],
  );
});

test('extractFields reads JSON, paths and pairs', () => {
  const json = frame('A', text('data', '{"a":1,"b":{"c":"x"}}', 'broken'));
  assert.deepEqual(
    done([json], one('extractFields', { source: 'data', format: 'json', replace: true })),
    [{ a: [1, null], b: ['{"c":"x"}', null] }],
  );
  assert.deepEqual(
    done(
      [json],
      one('extractFields', {
        source: 'data',
        format: 'json',
        replace: true,
        jsonPaths: [{ path: 'b.c', alias: 'C' }],
      }),
    ),
    [{ C: ['x', null] }],
  );
  assert.deepEqual(
    done(
      [frame('A', text('line', 'level=info took=5'))],
      one('extractFields', { source: 'line', format: 'kvp', replace: true }),
    ),
    [{ level: ['info'], took: [5] }],
  );
  assert.deepEqual(
    done(
      [frame('A', text('d', '{"__proto__":{"x":1},"a":2}'))],
      one('extractFields', {
        source: 'd',
        replace: true,
        jsonPaths: [{ path: 'constructor.name' }],
      }),
    ),
    [{ 'constructor.name': [null] }],
  );
});

test('filterByValue keeps or drops', () => {
  const older = { fieldName: 'age', config: { id: 'greater', options: { value: '28' } } };
  const bob = { fieldName: 'name', config: { id: 'equal', options: { value: 'Bob' } } };
  assert.deepEqual(
    done([people], one('filterByValue', { type: 'include', match: 'all', filters: [older, bob] })),
    [{ name: ['Bob'], age: [41] }],
  );
  assert.deepEqual(
    done([people], one('filterByValue', { type: 'exclude', match: 'any', filters: [bob] })),
    [{ name: ['Ann', 'Cid'], age: [30, 25] }],
  );
  assert.deepEqual(
    done(
      [people],
      one('filterByValue', {
        type: 'include',
        match: 'any',
        filters: [{ fieldName: 'age', config: { id: 'isNull' } }],
      }),
    ),
    [{ name: ['Bob'], age: [null] }],
  );
});

test('the smaller ones', () => {
  const frames = [frame('A', time(1, 2), number('a', 1, 2)), frame('B', time(3), number('b', 3))];
  assert.deepEqual(done([people], one('limit', { limitField: '1' })), [
    { name: ['Ann'], age: [30] },
  ]);
  assert.deepEqual(done(frames, one('seriesToRows')), [
    { Time: [3, 2, 1], Metric: ['b', 'a', 'a'], Value: [3, 2, 1] },
  ]);
  assert.deepEqual(done(frames, one('filterByRefId', { include: 'B' })), [{ Time: [3], b: [3] }]);
  assert.deepEqual(
    done(
      [people],
      one('convertFieldType', { conversions: [{ targetField: 'age', destinationType: 'string' }] }),
    )[0]?.age,
    ['30', null, '25', '41'],
  );
  assert.deepEqual(
    done([frame('A', text('k', 'x', 'y'), number('v', 1, 2))], one('rowsToFields')),
    [{ x: [1], y: [2] }],
  );
  assert.deepEqual(done([frame('A', text('k', 'x', 'y'), number('v', 1, 2))], one('transpose')), [
    { k: ['v'], x: [1], y: [2] },
  ]);
  assert.deepEqual(
    done(
      [frame('A', text('r', 'a', 'a', 'b'), text('c', 'x', 'y', 'x'), number('v', 1, 2, 3))],
      one('groupingToMatrix', { rowField: 'r', columnField: 'c', valueField: 'v' }),
    ),
    [{ 'r\\c': ['a', 'b'], x: [1, 3], y: [2, null] }],
  );
  assert.deepEqual(
    done([frame('A', number('v', 1, 2, 2, 9))], one('histogram', { bucketSize: 5 })),
    [{ xMin: [0, 5], xMax: [5, 10], v: [3, 1] }],
  );
  assert.deepEqual(done([people], one('partitionByValues', { fields: ['name'] })), [
    { age: [30] },
    { age: [null, 41] },
    { age: [25] },
  ]);
  assert.deepEqual(
    done(
      [frame('A', time(Date.UTC(2026, 0, 2)))],
      one('formatTime', { timeField: 'Time', outputFormat: 'YYYY', timezone: 'utc' }),
    ),
    [{ Time: ['2026'] }],
  );
  assert.deepEqual(
    done([people], one('formatString', { stringField: 'name', outputFormat: 'Upper Case' }))[0]
      ?.name,
    ['ANN', 'BOB', 'CID', 'BOB'],
  );
});

test('a disabled one does nothing; a filter names its tables; an unknown one stops', () => {
  assert.deepEqual(
    done([people], { id: 'limit', options: { limitField: 1 }, disabled: true })[0]?.name?.length,
    4,
  );
  const two = [frame('A', number('v', 1, 2)), frame('B', number('v', 3, 4))];
  assert.deepEqual(
    done(two, { ...one('limit', { limitField: 1 }), filter: { id: 'byRefId', options: 'A' } }),
    [{ v: [1] }, { v: [3, 4] }],
  );
  assert.equal(applyTransformations(two, [one('spatial')]).trouble, 'spatial');
});

test('what is made keeps to its bounds, whatever the options are', () => {
  const many = Array.from({ length: 1000 }, () => 'x');
  const big = frame('A', text('k', ...many), number('v', ...many.map((_, i) => i)));
  const { frames } = applyTransformations(
    [big, { ...big, name: 'B' }],
    [one('joinByField', { byField: 'k', mode: 'outerTabular' })],
  );
  assert.ok((frames[0]?.rows ?? 0) <= kMostRows);
  for (const id of [
    'organize',
    'merge',
    'groupBy',
    'calculateField',
    'sortBy',
    'extractFields',
    'filterByValue',
    'histogram',
    'rowsToFields',
    'reduce',
    'joinByField',
    'timeSeriesTable',
    'partitionByValues',
    'limit',
    'convertFieldType',
    'joinByLabels',
    'regression',
    'configFromData',
  ]) {
    for (const options of [
      {},
      {
        fields: 5,
        sort: 'x',
        reducers: {},
        filters: [null],
        include: [1],
        conversions: 'a',
        limitField: 'x',
        jsonPaths: [7],
        value: [],
        mappings: [null, 7],
        configRefId: 'B',
        yFieldName: 'age',
        xFieldName: 'age',
        degree: 1e9,
        predictionCount: 1e9,
        modelType: 'polynomial',
      },
    ]) {
      applyTransformations([people, frame('B')], [one(id, options)]);
    }
  }
});
