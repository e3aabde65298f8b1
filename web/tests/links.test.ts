import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Column, Frame } from '../viewer/api/wire';
import { fillLink, safeHref, type LinkScope } from '../viewer/fields/links';
import { safePattern } from '../viewer/fields/patterns';

const base = 'https://casement.test/d/x';
Object.assign(globalThis, { location: { href: base } });

const host: Column = {
  name: 'host',
  type: 'text',
  values: ['a b', '"><script>', 'javascript:alert(1)'],
};
const address: Column = {
  name: 'address',
  type: 'text',
  values: ['https://shop.test/1', 'javascript:alert(1)', '//evil.test'],
};
const frame: Frame = { name: 'A', columns: [host, address], rows: 3, truncated: false };
const scope: LinkScope = {
  from: 1,
  to: 2,
  variables: { env: ['x&y', 'z'], home: ['javascript:alert(1)'] },
  frame,
  column: host,
  row: 0,
};
const href = (url: string, more: Partial<LinkScope> = {}): string | undefined =>
  fillLink({ title: '', url }, { ...scope, ...more })?.href;

test('values are percent-encoded', () => {
  assert.equal(
    href('https://a.test/${__value.raw}?e=${env}&t=${__from}'),
    'https://a.test/a%20b?e=x%26y,z&t=1',
  );
  assert.equal(
    href('/d/x?h=${__data.fields.host}', { row: 1 }),
    'https://casement.test/d/x?h=%22%3E%3Cscript%3E',
  );
  assert.equal(href('/d/x?${env:queryparam}'), 'https://casement.test/d/x?var-env=x%26y&var-env=z');
  assert.equal(href('/d/${__data.fields["host"]}'), 'https://casement.test/d/a%20b');
});

test('nothing but the web, mail and this server becomes a link', () => {
  for (const text of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://casement.test/1',
    '//evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/\t/evil.test',
    'ftp://a.test',
    'relative/path',
    'https:evil.test',
    '',
  ]) {
    assert.equal(safeHref(text, base), undefined, JSON.stringify(text));
  }
  assert.equal(safeHref('mailto:a@b.test', base), 'mailto:a@b.test');
  assert.equal(safeHref('/x?y#z', base), 'https://casement.test/x?y#z');
});

test('neither a value nor a variable brings another scheme', () => {
  assert.equal(href('${home}'), undefined);
  assert.equal(href('$home/x'), undefined);
  assert.equal(href('${__value.raw}', { row: 2 }), undefined);
  assert.equal(href('${__data.fields.address}'), 'https://shop.test/1');
  assert.equal(href('${__data.fields.address}', { row: 1 }), undefined);
  assert.equal(href('${__data.fields.address}', { row: 2 }), undefined);
});

test('patterns that could run for ever are not run', () => {
  for (const pattern of [
    '(a+)+$',
    '(a*)*',
    '(a|aa)+',
    '((ab)*c?)+',
    '(x+x+)+y',
    'a'.repeat(300),
    '(',
  ]) {
    assert.equal(safePattern(pattern), null, pattern);
  }
  for (const pattern of [
    '/^web-(\\d+)$/i',
    '.*(Transmit|Trans).*',
    '[a-z]+\\.(com|org)',
    '(?:a|b)c+',
  ]) {
    assert.notEqual(safePattern(pattern), null, pattern);
  }
});
