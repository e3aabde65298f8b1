import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../console/api/types';
import { changes, compare, isSame, merged } from '../console/edit/diff';
import {
  idOf,
  itemsOf,
  nextId,
  panelOf,
  panelsOf,
  withCopy,
  withNewPanel,
  withoutPanels,
  withPanel,
} from '../console/edit/document';
import { placeInWords } from '../console/edit/fault-place';
import { faultOf, faultWords } from '../console/edit/faults';
import { firstQuery, usualSource, withKind } from '../console/edit/new-panel';
import { begin, isDirty, reduce } from '../console/edit/state';
import { readNumber, readNumbers, sortedBy } from '../console/edit/values';
import { Refusal } from '../console/api/client';

const panel = (id: number, y: number, more: JsonObject = {}): JsonObject => ({
  id,
  type: 'stat',
  title: `Panel no ${id}`,
  grid: { x: 0, y, w: 12, h: 4 },
  queries: [{ name: 'A', source: 'flights', sql: 'select 1' }],
  ...more,
});
const kBase: JsonObject = { title: 'Delays', own: 'stays', panels: [panel(1, 0), panel(2, 4)] };

const titled = (document: JsonObject, id: number, title: string): JsonObject =>
  withPanel(document, id, (one) => ({ ...one, title }));

test('Undo and redo go through every step, and a new change ends what could be done again', () => {
  let state = begin({ document: kBase, revision: 1 });
  const change = (title: string): void => {
    state = reduce(state, {
      do: 'change',
      document: { ...state.document, title },
      label: title,
      at: 0,
    });
  };
  change('One');
  change('Two');
  assert.equal(state.past.at(-1)?.label, 'Two');
  state = reduce(state, { do: 'undo' });
  assert.equal(state.document['title'], 'One');
  state = reduce(state, { do: 'undo' });
  assert.equal(isDirty(state), false);
  assert.equal(reduce(state, { do: 'undo' }), state);
  state = reduce(state, { do: 'redo' });
  assert.equal(state.document['title'], 'One');
  change('Three');
  assert.equal(state.future.length, 0);
});

test('Letters of one field are one step, until somebody pauses or goes elsewhere', () => {
  let state = begin({ document: kBase, revision: 1 });
  const type = (title: string, at: number, group = 'title'): void => {
    const document = { ...state.document, title };
    state = reduce(state, { do: 'change', document, label: 'Title', group, at });
  };
  type('D', 1000);
  type('De', 1200);
  assert.equal(state.past.length, 1);
  type('Del', 9000);
  assert.equal(state.past.length, 2);
  type('Dela', 9100, 'other');
  assert.equal(state.past.length, 3);
});

test('What was typed while the save was on its way is not saved, and stays', () => {
  let state = begin({ document: kBase, revision: 1 });
  const sent = { ...kBase, title: 'Sent' };
  state = reduce(state, { do: 'change', document: sent, label: 'Title', at: 0 });
  const later = { ...kBase, title: 'Later' };
  state = reduce(state, { do: 'change', document: later, label: 'Title', at: 5000 });
  state = reduce(state, { do: 'saved', kept: { document: sent, revision: 2 }, sent });
  assert.equal(state.document['title'], 'Later');
  assert.equal(isDirty(state), true);
  assert.equal(state.kept.revision, 2);
});

test('A change that says the same as before is no change', () => {
  const state = begin({ document: kBase, revision: 1 });
  const same = JSON.parse(JSON.stringify(kBase)) as JsonObject;
  assert.equal(reduce(state, { do: 'change', document: same, label: '', at: 0 }), state);
});

test('The order of members says nothing, the order of a list does', () => {
  assert.equal(isSame({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }), true);
  assert.equal(isSame([1, 2], [2, 1]), false);
  assert.equal(isSame({ a: null }, {}), false);
});

test('Differences are told by panel and member, whoever moved in the list', () => {
  const mine = titled(kBase, 2, 'Mine');
  const reversed = { ...mine, panels: [...panelsOf(mine)].reverse() };
  const list = changes(kBase, reversed);
  assert.deepEqual(
    list.map(({ where, base, mine: now }) => [where.join('/'), base, now]),
    [['panels/“Mine”/title', 'Panel no 2', 'Mine']],
  );
});

test('Two who change the same thing clash, two who change different things do not', () => {
  const mine = titled(kBase, 1, 'Mine');
  assert.deepEqual(
    compare(kBase, mine, titled(kBase, 1, 'Theirs')).map(({ by }) => by),
    ['both'],
  );
  assert.deepEqual(
    compare(kBase, mine, titled(kBase, 2, 'Theirs')).map(({ by }) => by),
    ['mine', 'theirs'],
  );
  assert.deepEqual(compare(kBase, mine, mine), [], 'the same change is no difference');
});

test('Both are brought together where nothing clashes, with what each added and removed', () => {
  const mine = { ...titled(kBase, 1, 'Mine'), description: 'Mine' };
  const theirs = withNewPanel(withoutPanels(kBase, [2]), { type: 'text', markdown: '' }, 6, 2);
  const both = merged(kBase, mine, theirs.document);
  assert.ok(both);
  assert.equal(both['description'], 'Mine');
  assert.deepEqual(panelsOf(both).map(idOf), [1, 2]);
  assert.equal(panelOf(both, 1)?.['title'], 'Mine');
  assert.equal(panelOf(both, 2)?.['type'], 'text');
  assert.equal(merged(kBase, mine, titled(kBase, 1, 'Theirs')), null);
});

test('A panel removed by one and changed by the other clashes', () => {
  const list = compare(kBase, withoutPanels(kBase, [1]), titled(kBase, 1, 'Theirs'));
  assert.deepEqual(
    list.filter(({ by }) => by === 'both').map(({ where }) => where.join('/')),
    ['panels/“Theirs”'],
  );
});

test('A copy stands below the panel, under a number of its own, and pushes others down', () => {
  const made = withCopy(kBase, 1);
  assert.ok(made);
  assert.equal(made.id, 3);
  assert.deepEqual(
    itemsOf(made.document).map(({ id, y }) => `${id}:${y}`),
    ['1:0', '2:8', '3:4'],
  );
  assert.equal(made.document['own'], 'stays');
});

test('A copied row has copies of its panels', () => {
  const rows = {
    panels: [
      { id: 1, type: 'row', grid: { x: 0, y: 0, w: 24, h: 1 } },
      panel(2, 1),
      { id: 3, type: 'row', grid: { x: 0, y: 5, w: 24, h: 1 } },
    ],
  };
  const made = withCopy(rows, 1);
  assert.ok(made);
  assert.deepEqual(
    itemsOf(made.document).map(({ id, y }) => `${id}:${y}`),
    ['1:0', '2:1', '3:10', '4:5', '5:6'],
  );
});

test('Deleted panels leave no gap, and their numbers are not used for a new one below others', () => {
  const less = withoutPanels(kBase, [1]);
  assert.deepEqual(
    itemsOf(less).map(({ id, y }) => `${id}:${y}`),
    ['2:0'],
  );
  assert.equal(nextId(less), 3);
});

test('A panel of another kind keeps its queries, and takes them back after a text', () => {
  const query = firstQuery('table', undefined);
  const text = withKind(panel(1, 0, { options: { sparkline: true } }), 'text', {}, query);
  assert.equal('queries' in text, false);
  assert.equal('options' in text, false);
  assert.equal(typeof text['markdown'], 'string');
  const chart = withKind(panel(1, 0), 'barchart', { unit: 's' }, query);
  assert.deepEqual(chart['options'], { unit: 's' });
  assert.deepEqual(chart['queries'], panel(1, 0)['queries']);
  assert.deepEqual(withKind(text, 'table', {}, query)['queries'], [query]);
});

test('A new query asks the source that most panels ask', () => {
  const known = { name: 'flights', type: 'duckdb', provisioned: true, tables: ['airports'] };
  const other = { name: 'other', type: 'prometheus', provisioned: true, tables: [] };
  assert.equal(usualSource(kBase, [other, known]), known);
  assert.equal(usualSource({ panels: [] }, [other]), other);
  assert.equal(firstQuery('stat', other)['promql'], 'up');
  assert.equal(firstQuery('stat', known)['sql'], 'select count(*) as rows from airports');
});

test('What the server finds wrong is told by the panel’s number, without its path', () => {
  const refusal = new Refusal(
    400,
    'invalid_dashboard',
    '"panels[1].queries[0].sql" must not be empty.',
    'document.panels[1].queries[0].sql',
  );
  assert.deepEqual(faultOf(refusal, kBase), {
    panel: 2,
    path: 'queries[0].sql',
    message: 'Must not be empty.',
  });
  assert.equal(faultOf(new Refusal(503, 'busy', 'Busy.'), kBase), null);
});

test('Where something is wrong is said in words, and never as a path', () => {
  const document: JsonObject = {
    ...kBase,
    variables: [{ name: 'a' }, { name: 'region', choices: [{ value: '*' }, { value: 'x' }] }, {}],
    panels: [panel(1, 0, { queries: [{ sql: '' }, { name: 'late', sql: '' }] }), panel(2, 4), 'x'],
  };
  const said: Record<string, string> = {
    'variables[1].choices[0].value': 'variable “region”, first choice',
    'variables[1].choices[1].label': 'variable “region”, second choice, label',
    'variables[1].choices': 'variable “region”, choices',
    'variables[2].name': 'third variable, name',
    'variables[14].query.sql': 'variable 15, query',
    'panels[0].queries[0].sql': 'panel “Panel no 1”, query A',
    'panels[0].queries[1].promql': 'panel “Panel no 1”, query late',
    'panels[1].options.fill_opacity': 'panel “Panel no 2”, fill opacity',
    'panels[2].type': 'third panel, type',
    'time.span': 'time, span',
    'links[11].url': 'link 12, url',
    variables: 'variables',
    '': '',
  };
  for (const [path, words] of Object.entries(said)) {
    assert.equal(placeInWords(path, document), words, path);
  }
  assert.equal(placeInWords('transformations[1].options', {}), 'second transformation');
  assert.equal(
    placeInWords('variables[0].constructor[0].x', document),
    'variable “a”, first constructor, x',
  );
  const fault = { panel: 1, path: 'queries[1].sql', message: 'Must not be empty.' };
  assert.equal(faultWords(fault, document), 'query late: Must not be empty.');
  assert.equal(faultWords({ ...fault, path: '' }, document), 'Must not be empty.');
});

test('Numbers are read as people write them, and refused with their bounds', () => {
  const control = { kind: 'number', min: 0, max: 10, isWhole: true } as const;
  assert.deepEqual(readNumber(' 7 ', control), { value: 7 });
  assert.deepEqual(readNumber('', control), { value: undefined });
  assert.deepEqual(readNumber('0,5', { kind: 'number' }), { value: 0.5 });
  assert.deepEqual(readNumber('11', control), { fault: 'From 0 to 10.' });
  assert.deepEqual(readNumber('1.5', control), { fault: 'Only whole numbers.' });
  assert.deepEqual(readNumber('ten', control), { fault: 'This is not a number.' });
  assert.deepEqual(readNumbers('10, 5'), { value: [10, 5] });
});

test('Thresholds stand in order, the base colour first', () => {
  const list = [{ value: 80 }, { value: null }, { value: 10 }];
  assert.deepEqual(sortedBy(list, 'value'), [{ value: null }, { value: 10 }, { value: 80 }]);
});
