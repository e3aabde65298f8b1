// What the console's view of a dashboard works out by itself: addresses, ranges, differences.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareDocuments } from '../console/data/document-diff';
import { compareLines, hunksOf } from '../console/data/line-diff';
import { bytesWords, durationWords } from '../console/data/measures';
import {
  aloneAsQuery,
  aloneIn,
  chosenIn,
  timeAsQuery,
  variableAsQuery,
} from '../console/draw/address';
import { moved, widened } from '../console/draw/time-steps';

const query = (text: string): URLSearchParams => new URLSearchParams(text);

describe('What is chosen, in an address', () => {
  test('is read: a range or a span, values, zone, refresh', () => {
    assert.deepEqual(
      chosenIn(query('time=1w&var-airport=ATL&var-airport=ORD&var-note=&tz=UTC&refresh=30')),
      {
        time: { span: '1w' },
        variables: { airport: ['ATL', 'ORD'], note: [''] },
        zone: 'UTC',
        refresh: 30,
      },
    );
    assert.deepEqual(chosenIn(query('time=1w&from=1000&to=2000')).time, { from: 1000, to: 2000 });
    assert.equal(chosenIn(query('refresh=0')).refresh, 0);
  });

  test('counts for nothing where it is no value', () => {
    const nothing = { time: null, variables: {}, zone: null, refresh: null };
    for (const text of [
      '',
      'from=5',
      'from=9&to=3',
      'from=-1&to=4',
      'from=1&to=999999999999999',
      'time=' + 'x'.repeat(9),
      'time=1%20w',
      'var-=1',
      'tz=' + encodeURIComponent('<script>'),
      'refresh=-1',
      'refresh=soon',
    ]) {
      assert.deepEqual(chosenIn(query(text)), nothing, text);
    }
  });

  test('is written so that it is read again', () => {
    const range = timeAsQuery({ from: 1, to: 2 });
    assert.deepEqual(range, { time: null, from: '1', to: '2' });
    assert.deepEqual(timeAsQuery({ span: '4h' }), { time: '4h', from: null, to: null });
    assert.deepEqual(variableAsQuery('a b', ['x', '']), { 'var-a b': ['x', ''] });
  });

  test('names the panel that is alone, and the clone of a repeated one', () => {
    assert.equal(aloneIn(query('panel=7')), 7);
    assert.deepEqual(aloneIn(query('panel=7&repeat=')), { id: 7, repeat: '' });
    assert.equal(aloneIn(query('repeat=x')), null);
    assert.equal(aloneIn(query('panel=-7')), null);
    assert.deepEqual(aloneAsQuery({ id: 7, repeat: 'ATL' }), { panel: '7', repeat: 'ATL' });
    assert.deepEqual(aloneAsQuery(null), { panel: null, repeat: null });
  });
});

describe('The time range', () => {
  test('moves by half of its length and widens around its middle', () => {
    assert.deepEqual(moved({ from: 100, to: 200 }, -1), { from: 50, to: 150 });
    assert.deepEqual(moved({ from: 100, to: 200 }, 1), { from: 150, to: 250 });
    assert.deepEqual(widened({ from: 100, to: 200 }), { from: 50, to: 250 });
    assert.deepEqual(widened({ from: 10, to: 100 }), { from: 0, to: 145 });
  });
});

describe('Sizes and lengths', () => {
  test('are said in words', () => {
    assert.deepEqual([0, 999, 12_345, 123_456, 4_000_000].map(bytesWords), [
      '0 bytes',
      '999 bytes',
      '12.3 kB',
      '123 kB',
      '4.0 MB',
    ]);
    assert.deepEqual([0.42, 12.4, 1500, 120_000, 7_200_000].map(durationWords), [
      '0.4 ms',
      '12 ms',
      '1.5 s',
      '2 min',
      '2 h',
    ]);
  });
});

describe('Lines that differ', () => {
  const rebuilt = (lines: ReturnType<typeof compareLines>, without: string): string =>
    lines
      .filter(({ kind }) => kind !== without)
      .map(({ text }) => text)
      .join('\n');

  test('make either text again, with as few changes as there are', () => {
    const lines = compareLines('a\nb\nc\nd', 'a\nc\nx\nd');
    assert.deepEqual(
      lines.map(({ kind, text }) => `${kind} ${text}`),
      ['same a', 'removed b', 'same c', 'added x', 'same d'],
    );
    assert.deepEqual([lines[4]?.before, lines[4]?.after], [4, 4]);
  });

  test('make either text again, whatever the texts are', () => {
    let seed = 12345;
    const next = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 400; round++) {
      const text = (): string =>
        Array.from({ length: next(14) }, () => 'abcd'[next(4)] ?? '').join('\n');
      const [before, after] = [text(), text()];
      const lines = compareLines(before, after);
      assert.equal(rebuilt(lines, 'added'), before, JSON.stringify([before, after]));
      assert.equal(rebuilt(lines, 'removed'), after, JSON.stringify([before, after]));
    }
  });

  test('of texts that have nothing in common come to an end', () => {
    const text = (letter: string): string =>
      Array.from({ length: 20_000 }, (_, at) => `${letter}${at}`).join('\n');
    const begun = performance.now();
    const lines = compareLines(text('a'), text('b'));
    assert.equal(lines.length, 40_000);
    assert.ok(performance.now() - begun < 5000);
  });

  test('are shown with three around them, and what lies near together is one piece', () => {
    const before = Array.from({ length: 40 }, (_, at) => String(at));
    const after = before.map((line, at) => ([5, 9, 30].includes(at) ? `${line}!` : line));
    const hunks = hunksOf(compareLines(before.join('\n'), after.join('\n')));
    assert.deepEqual(
      hunks.map((hunk) => [hunk[0]?.text, hunk.at(-1)?.text]),
      [
        ['2', '12'],
        ['27', '33'],
      ],
    );
    const all = hunks.flat();
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(hunksOf(compareLines('same', 'same')), []);
  });
});

describe('Documents that differ', () => {
  const grid = { x: 0, y: 0, w: 8, h: 4 };
  const before = {
    title: 'Delays',
    refresh: '1m',
    panels: [
      { id: 1, title: 'All', type: 'stat', grid, queries: [{ name: 'A', sql: 'select 1' }] },
      { id: 2, title: 'Late', type: 'stat', grid },
    ],
    variables: [{ name: 'airport', label: 'Airport', type: 'list' }],
  };

  test('are told by panels, variables and the rest', () => {
    const after = {
      title: 'Delays of today',
      refresh: '1m',
      panels: [
        {
          type: 'table',
          title: 'All',
          id: 1,
          grid: { ...grid, w: 12 },
          queries: [
            { name: 'A', sql: 'select 2' },
            { name: 'B', sql: 'select 3' },
          ],
        },
        { id: 3, title: 'New', type: 'text', grid },
      ],
      variables: [],
    };
    assert.deepEqual(compareDocuments('casement', before, after), [
      {
        what: 'Dashboard',
        name: '',
        difference: 'changed',
        details: ['title: “Delays” → “Delays of today”'],
      },
      {
        what: 'Panel',
        name: 'All',
        difference: 'changed',
        details: ['type: “stat” → “table”', 'place and size', 'query A: sql', 'query B added'],
      },
      { what: 'Panel', name: 'New', difference: 'added', details: [] },
      { what: 'Panel', name: 'Late', difference: 'removed', details: [] },
      { what: 'Variable', name: 'Airport', difference: 'removed', details: [] },
    ]);
  });

  test('are equal in another order of members', () => {
    const turned = {
      variables: before.variables,
      panels: before.panels.map((panel) => Object.fromEntries(Object.entries(panel).reverse())),
      refresh: '1m',
      title: 'Delays',
    };
    assert.deepEqual(compareDocuments('casement', before, turned as typeof before), []);
  });

  test('of Grafana are taken apart where theirs are', () => {
    const panel = (id: number, title: string) => ({ id, title, gridPos: {}, targets: [] });
    const old = {
      panels: [{ id: 9, type: 'row', panels: [panel(1, 'Load')] }],
      templating: { list: [] },
    };
    const now = {
      panels: [{ id: 9, type: 'row', panels: [panel(1, 'Load of all')] }],
      templating: { list: [{ name: 'host' }] },
    };
    const items = compareDocuments('grafana', old, now);
    assert.deepEqual(
      items.map(({ what, name, difference }) => `${what} ${name} ${difference}`),
      ['Panel Load of all changed', 'Variable host added'],
    );
  });
});
