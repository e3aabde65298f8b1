import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { kAddressMark, kExamples } from 'host-examples';
import type { AuditRow, Share } from '../console/api/types';
import { allOf, matches } from '../console/data/all';
import { queryOf, toCsv, toNdjson } from '../console/data/audit';
import { contentsOf } from '../console/data/document';
import { lineOf, placeOf, readJson, stepsOf } from '../console/data/json-places';
import {
  changesOf,
  draftOf,
  draftsOf,
  faultOf,
  fromLocalField,
  toLocalField,
  variablesOf,
} from '../console/data/shares';
import { browserWords, lengthWords, sinceWords } from '../console/format';

const kRow: AuditRow = {
  id: 7,
  at: '2026-03-11T18:30:00Z',
  actor: 'user:ada',
  actor_name: null,
  action: 'share.changed',
  object: 'share:12',
  object_name: 'Sales',
  client: '127.0.0.1',
  detail: { title: 'Sales, "all"' },
  chain: 'ab',
};
const kAll = {
  action: '',
  words: '',
  actor: '',
  object: '',
  from: '',
  to: '',
  withPanelTimes: false,
};

test('A list that comes in pages is read to its end, and no further than twenty', async () => {
  const asked: (number | undefined)[] = [];
  const three = await allOf((after) => {
    asked.push(after);
    const at = after ?? 0;
    return Promise.resolve({ items: [at], next: at < 2 ? at + 1 : null });
  });
  assert.deepEqual(three, { items: [0, 1, 2], isCut: false });
  assert.deepEqual(asked, [undefined, 1, 2]);
  const endless = await allOf((after) => Promise.resolve({ items: ['x'], next: (after ?? 0) + 1 }));
  assert.equal(endless.items.length, 20);
  assert.equal(endless.isCut, true);
});

test('A search holds when each of its words is in one of the texts', () => {
  assert.ok(matches('ADA sales', 'Sales of March', 'ada@example.com', null));
  assert.ok(matches('', undefined));
  assert.ok(!matches('ada delays', 'Sales of March', 'ada@example.com'));
});

test('The filter of the trail is asked for as the server takes it, days in the own zone', () => {
  assert.deepEqual(queryOf({ ...kAll, action: 'share.', words: 'SALES ada', actor: 'user:3' }), {
    action: 'share.',
    actor: 'user:3',
    object: '',
    q: 'SALES ada',
  });
  assert.equal(queryOf(kAll).panel_times, undefined);
  assert.equal(queryOf({ ...kAll, withPanelTimes: true }).panel_times, true);
  const { from, to } = queryOf({ ...kAll, from: '2026-03-10', to: '2026-03-10' });
  assert.equal(from, new Date('2026-03-10T00:00:00').toISOString());
  assert.equal(to, new Date('2026-03-11T00:00:00').toISOString());
});

test('CSV quotes what has to be quoted, and no cell is a formula', () => {
  const [head, first, second, end] = toCsv([
    kRow,
    { ...kRow, actor: '=1+1', client: '@cmd', object: '-2', detail: {} },
  ]).split('\r\n');
  assert.equal(head, 'id,at,actor,action,object,client,detail,chain');
  assert.equal(
    first,
    '7,2026-03-11T18:30:00Z,user:ada,share.changed,share:12,127.0.0.1,"{""title"":""Sales, \\""all\\""""}",ab',
  );
  assert.equal(second, "7,2026-03-11T18:30:00Z,'=1+1,share.changed,'-2,'@cmd,{},ab");
  assert.equal(end, '');
  assert.deepEqual(JSON.parse(toNdjson([kRow])), kRow);
});

const faultIn = (text: string): { message: string; line: number; column: number } => {
  const read = readJson(text);
  assert.ok('fault' in read, text);
  return { message: read.fault.message, ...lineOf(text, read.fault.from) };
};

test('A JSON text that is wrong says where and why', () => {
  assert.deepEqual(faultIn('{\n  "a": 1,\n}'), {
    message: 'A comma before } is one too many.',
    line: 2,
    column: 9,
  });
  assert.equal(faultIn('{"a": 1 "b": 2}').message, 'A comma or } is missing here.');
  assert.equal(faultIn('[1, 2').message, 'A comma or ] is missing here.');
  assert.equal(faultIn("{'a': 1}").message, 'A name in double quotes is missing here.');
  assert.equal(faultIn('["a]').message, 'The text is not closed: a double quote is missing.');
  assert.equal(faultIn('{"a": 01}').message, '“01” is not a value of JSON.');
  assert.equal(faultIn('{"a": 1, "a": 2}').message, '"a" is there twice.');
  assert.equal(faultIn('{"a": "\\q"}').line, 1);
  assert.equal(faultIn('{} x').message, 'There is more text after the end of the document.');
  assert.equal(faultIn('').message, 'The document ends too early: a value is missing.');
  assert.equal(faultIn('['.repeat(300)).message, 'This is nested too deeply.');
});

test('What JSON.parse takes is taken, and what it refuses is refused', () => {
  const texts = [
    '0',
    '-1.5e+10',
    '"a\\u00e9"',
    '[]',
    '{}',
    ' [ { "a" : null } ] ',
    'true',
    '[1,2]',
  ];
  for (const text of texts) assert.ok('node' in readJson(text), text);
  const wrong = ['+1', '.5', '1.', 'NaN', '{a:1}', '[,]', '"\n"', 'tru', '1 2', '{"a"}', '{"a":}'];
  for (const text of wrong) {
    assert.throws(() => JSON.parse(text) as unknown, text);
    assert.ok('fault' in readJson(text), text);
  }
});

test('A path of the server leads to its place, or to what it is missing from', () => {
  const text = '{"panels": [{"id": 1, "grid": {"x": 0}}]}';
  const read = readJson(text);
  assert.ok('node' in read);
  const at = (path: string): string => {
    const { from, to } = placeOf(read.node, path);
    return text.slice(from, to);
  };
  assert.deepEqual(stepsOf('panels[0].grid.x'), ['panels', 0, 'grid', 'x']);
  assert.equal(at('panels[0].grid.x'), '0');
  assert.equal(at('panels[0].grid'), '"grid"');
  assert.equal(at('panels[0].type'), '{');
  assert.equal(at('panels[7]'), '"panels"');
  assert.equal(at(''), '{');
});

test('A variable of a share is told in one word, and written back the same', () => {
  const kept = [
    { name: 'a', default_values: ['1'] },
    { name: 'b', prefix: 'b', default_values: ['1'], visible_tags: ['1', '2'] },
    { name: 'c', default_values: [], visible_tags: ['*'] },
  ];
  const drafts = draftsOf(['b', 'a', 'd'], kept);
  assert.deepEqual(
    drafts.map(({ name, binding }) => [name, binding]),
    [
      ['b', 'bounded'],
      ['a', 'locked'],
      ['d', 'default'],
      ['c', 'free'],
    ],
  );
  const written = variablesOf(drafts).sort((a, b) => a.name.localeCompare(b.name));
  assert.deepEqual(written, kept);
});

test('A binding that would not mean what it looks like is told', () => {
  const draft = draftOf('a', { name: 'a', default_values: ['3'], visible_tags: ['1', '2'] });
  assert.match(faultOf(draft) ?? '', /3 is not among/);
  assert.match(faultOf({ ...draft, tags: [] }) ?? '', /lock the variable/);
  assert.match(faultOf({ ...draft, binding: 'locked', defaults: [] }) ?? '', /locked to/);
  assert.equal(faultOf({ ...draft, defaults: ['2'] }), null);
  assert.equal(faultOf({ ...draft, binding: 'default', defaults: [] }), null);
});

test('Only what differs from the share is sent', () => {
  const share: Share = {
    id: 1,
    token: 't',
    url: 'https://dash.example/sb/secure-embed/t',
    dashboard: { id: 1, uid: 'd', title: 'D' },
    sharer: null,
    sharer_gone: false,
    switched_off: false,
    last_accessed: null,
    provisioned: false,
    created_at: '2026-01-01T00:00:00Z',
    type: 'secure_embed',
    status: 'active',
    title: 'D',
    download: true,
  };
  assert.deepEqual(changesOf(share, { title: 'D', download: true, expires_at: null }), {});
  assert.deepEqual(changesOf(share, { title: 'E', download: null, allowed_origins: [] }), {
    title: 'E',
    download: null,
    allowed_origins: [],
  });
});

test('A time goes into its field and back to the minute', () => {
  assert.equal(fromLocalField(toLocalField('2026-03-11T18:30:00Z')), '2026-03-11T18:30:00Z');
  assert.equal(toLocalField(null), '');
  assert.equal(fromLocalField(''), null);
});

test('Contents of a dashboard are found in each dialect', () => {
  const native = contentsOf({
    dialect: 'casement',
    document: {
      panels: [{ id: 1, type: 'stat', title: 'All', queries: [{ source: 's' }, { model: 'm' }] }],
      variables: [{ name: 'a', label: 'A', type: 'list', default: ['x'] }],
    },
  });
  assert.deepEqual(native.panels, [{ id: '1', title: 'All', type: 'stat', reads: ['s', 'm'] }]);
  assert.deepEqual(native.variables, [{ name: 'a', label: 'A', type: 'list', defaults: ['x'] }]);
  const grafana = contentsOf({
    dialect: 'grafana',
    document: {
      panels: [
        { id: 1, type: 'row', title: 'R', panels: [{ id: 2, type: 'stat', title: 'S' }] },
        { id: 3, type: 'table', datasource: { uid: 'u' }, targets: [{ datasource: 'v' }] },
      ],
      templating: { list: [{ name: 'a', type: 'custom', current: { value: 'x' } }] },
    },
  });
  assert.deepEqual(
    grafana.panels.map(({ id, reads }) => [id, reads]),
    [
      ['1', []],
      ['2', []],
      ['3', ['u', 'v']],
    ],
  );
  assert.deepEqual(grafana.variables[0]?.defaults, ['x']);
  const odd = contentsOf({
    dialect: 'casement',
    document: { panels: 'none', variables: [1, null] },
  });
  assert.deepEqual([odd.panels, odd.variables], [[], []]);
});

test('Browsers and times are told in words', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  assert.equal(browserWords(chrome), 'Chrome 140 on Linux');
  assert.equal(browserWords(`${chrome} Edg/140.0.0.0`), 'Edge 140 on Linux');
  assert.equal(browserWords('curl/8.5.0'), 'curl 8');
  assert.equal(browserWords(''), 'Unknown browser');
  assert.equal(browserWords('<b>x</b>'), '<b>x</b>');
  const now = Date.parse('2026-03-11T18:30:00Z');
  assert.equal(sinceWords('2026-03-11T18:29:50Z', now), 'just now');
  assert.equal(sinceWords('2026-03-11T16:30:00Z', now), '2 hours ago');
  assert.equal(sinceWords('2026-03-12T18:30:00Z', now), 'tomorrow');
  assert.equal(lengthWords(5400), '1 hour 30 minutes');
  assert.equal(lengthWords(2_592_000), '30 days');
});

test('The examples are the hosts’ own files, with a place for the address and none for a secret', () => {
  assert.equal(kExamples.length, 7);
  for (const { name, file, whole, signing } of kExamples) {
    const text = readFileSync(`../examples/hosts/${name}/${file}`, 'utf8');
    assert.equal(whole.split(kAddressMark).length, 2, name);
    assert.ok(text.replaceAll(/\s/g, '').includes(signing.replaceAll(/\s/g, '')), name);
    // Line by line they are the file's, but for the marks and the one with the address.
    const lines = new Set(text.split('\n'));
    const own = whole.split('\n').filter((line) => !lines.has(line));
    assert.equal(own.length, 1, `${name}: ${own.join('\n')}`);
    assert.match(whole, /CASEMENT_EMBED_CREDENTIAL/);
  }
});
