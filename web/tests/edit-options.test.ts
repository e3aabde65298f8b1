// The tables of options against the published schema: what is in one is in the other.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Control, Option } from '../console/edit/option';
import {
  everyOverrideOption,
  groupsOf,
  kLinks,
  kPanelTime,
  kRepeat,
  optionNames,
} from '../console/edit/panel-options';
import { kReducers } from '../console/edit/options/reducers';
import { kPanelKinds } from '../console/edit/panel-kinds';
import { kTransformations } from '../console/edit/transformations';
import { fits } from '../console/edit/values';

interface Schema {
  type?: string | string[];
  enum?: string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  description?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

const schema = JSON.parse(
  readFileSync(new URL('../../docs/dashboard.schema.json', import.meta.url), 'utf8'),
) as Schema;
const panel = schema.properties?.['panels']?.items?.properties ?? {};
const options = panel['options']?.properties ?? {};

const kTypes: Record<Control['kind'], string[]> = {
  switch: ['boolean'],
  choice: ['string'],
  number: ['number', 'integer'],
  text: ['string'],
  colour: ['string'],
  texts: ['array'],
  choices: ['array'],
  colours: ['array'],
  numbers: ['array'],
  list: ['array'],
  object: ['object'],
  map: ['object'],
  flags: ['object'],
  order: ['object'],
};

/** Every member of the schema has a control of its type, with all its choices. */
function holds(option: Option, known: Schema | undefined, where: string): void {
  assert.ok(known, `${where} is in the schema`);
  if (known.type === undefined) return;
  const types = [known.type].flat();
  const { control } = option;
  assert.ok(
    types.some((type) => kTypes[control.kind].includes(type)),
    `${where} is ${types.join(' or ')}, not ${control.kind}`,
  );
  if (control.kind === 'choice' && known.enum) {
    for (const { value } of control.choices) {
      assert.ok(known.enum.includes(value), `${where} may be ${value}`);
    }
  }
  if ((control.kind === 'choice' || control.kind === 'choices') && known.pattern) {
    for (const { value } of control.choices) assert.match(value, new RegExp(known.pattern), where);
  }
  if (control.kind === 'number') {
    assert.equal(control.isWhole ?? false, types.includes('integer'), `${where}: whole numbers`);
    if (known.minimum !== undefined) assert.equal(control.min, known.minimum, where);
  }
  if (control.kind === 'object' || control.kind === 'list') {
    const inner = (control.kind === 'list' ? known.items : known) ?? {};
    const names = control.members.map(({ name }) => name);
    assert.deepEqual(
      [...names].sort(),
      Object.keys(inner.properties ?? {}).sort(),
      `members of ${where}`,
    );
    for (const member of control.members) {
      holds(member, inner.properties?.[member.name], `${where}.${member.name}`);
    }
    for (const name of inner.required ?? []) {
      const member = control.members.find((one) => one.name === name);
      const isGiven = name in control.fresh || member?.emptied !== undefined;
      assert.ok(isGiven, `${where} begins with ${name}`);
    }
  }
}

test('Every kind of panel of the format can be chosen', () => {
  assert.deepEqual([...kPanelKinds].sort(), [...(panel['type']?.enum ?? [])].sort());
});

test('Every option of every kind has a control that fits the schema, and none is forgotten', () => {
  const found = new Set<string>();
  for (const kind of kPanelKinds) {
    for (const option of groupsOf(kind).flatMap((group) => group.options)) {
      found.add(option.name);
      holds(option, options[option.name], `${kind}.${option.name}`);
    }
  }
  assert.deepEqual([...found].sort(), Object.keys(options).sort());
});

test('Each option is offered by the kinds that the schema names for it', () => {
  for (const [name, { description = '' }] of Object.entries(options)) {
    const [head = ''] = description.split(/[:.]/);
    const named = head.split(', ').filter((word) => kPanelKinds.some((kind) => kind === word));
    for (const kind of named) {
      const known = kPanelKinds.find((one) => one === kind);
      assert.ok(known && optionNames(known).has(name), `${kind} has ${name}`);
    }
  }
});

test('Every choice of the schema can be chosen', () => {
  const merged = new Map<string, Set<string>>();
  for (const kind of kPanelKinds) {
    for (const { name, control } of groupsOf(kind).flatMap((group) => group.options)) {
      if (control.kind !== 'choice') continue;
      const known = merged.get(name) ?? new Set<string>();
      for (const { value } of control.choices) known.add(value);
      merged.set(name, known);
    }
  }
  for (const [name, known] of merged) {
    for (const value of options[name]?.enum ?? []) {
      assert.ok(known.has(value), `${name} may be ${value}`);
    }
  }
});

test('Overrides set what the schema lets them set', () => {
  const known = panel['overrides']?.items?.properties?.['set']?.properties ?? {};
  const offered = everyOverrideOption();
  assert.deepEqual(offered.map(({ name }) => name).sort(), Object.keys(known).sort());
  for (const option of offered) holds(option, known[option.name], `set.${option.name}`);
});

test('Links, repeats and a panel’s own time are those of the schema', () => {
  holds(kLinks, panel['links'], 'links');
  holds(kRepeat(false), panel['repeat'], 'repeat');
  for (const option of kPanelTime) holds(option, panel[option.name], option.name);
});

test('Every reducer that is offered is one', () => {
  const pattern = new RegExp(options['reduce']?.pattern ?? '^$');
  for (const one of kReducers) assert.match(one.replace(/=.*/, ''), pattern);
});

test('Transformations are those that the format takes and the viewer has', () => {
  const apply = readFileSync(
    new URL('../viewer/fields/transformations/apply.ts', import.meta.url),
    'utf8',
  );
  const table = /kTransforms[^{]*{([^}]*)}/.exec(apply)?.[1] ?? '';
  const has = [...table.matchAll(/^\s*(\w+)[,:]/gm)].map(([, name]) => name);
  assert.deepEqual(Object.keys(kTransformations).sort(), has.sort());
  const known = panel['transformations']?.items?.properties?.['id']?.enum ?? [];
  for (const name of has) assert.ok(known.includes(name ?? ''), `${String(name)} is of the format`);
});

test('What a control cannot show is edited as JSON, and not lost', () => {
  assert.equal(fits({ kind: 'text' }, { matcher: { id: 'byType' } }), false);
  assert.equal(fits({ kind: 'number' }, null), true);
  assert.equal(fits({ kind: 'flags', suggest: 'columns' }, { a: true }), true);
  assert.equal(fits({ kind: 'order', suggest: 'columns' }, { a: true }), false);
});
