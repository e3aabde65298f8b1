// What the page about keys makes of what is typed: lives of keys, links, pasted keys.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifetimeOf, usualOverlap } from '../console/data/lifetime';
import { dashboardUrl, keyFault, namedValues, urlWithKey } from '../console/data/links';

const kNow = new Date(2026, 2, 11, 18, 30, 0).getTime();
const seconds = (typed: string): number | string => {
  const life = lifetimeOf(typed, kNow);
  return life.kind === 'seconds' ? life.seconds : life.kind;
};

test('an old key works for a day, or for less where it or the new one ends before', () => {
  const ends = (later: number): string => new Date(kNow + later * 1000).toISOString();
  assert.equal(usualOverlap(null, '', kNow), '86400');
  assert.equal(usualOverlap(null, 'never', kNow), '86400');
  assert.equal(usualOverlap(ends(90_000), '', kNow), '86400');
  assert.equal(usualOverlap(ends(86_399), '', kNow), '3600');
  assert.equal(usualOverlap(ends(600), '', kNow), '0');
  // A new life does not make the old one longer, and the new one’s end counts too.
  assert.equal(usualOverlap(ends(600), '1y', kNow), '0');
  assert.equal(usualOverlap(ends(-60), '1y', kNow), '0');
  assert.equal(usualOverlap(null, '2h', kNow), '3600');
  assert.equal(usualOverlap(ends(90_000), '10m', kNow), '0');
  // What is not understood is said elsewhere.
  assert.equal(usualOverlap(null, 'soon', kNow), '86400');
});

test('a life is a number with a unit, or never', () => {
  assert.equal(seconds('60s'), 60);
  assert.equal(seconds('10m'), 600);
  assert.equal(seconds('12 H'), 43_200);
  assert.equal(seconds(' 1d '), 86_400);
  assert.equal(seconds('2w'), 1_209_600);
  assert.equal(seconds('1y'), 31_536_000);
  assert.equal(seconds('never'), 'never');
  assert.equal(seconds(''), 'never');
});

test('a date is that day’s end where one is; with a time, that minute', () => {
  assert.equal(seconds('2026-03-11'), 5 * 3600 + 29 * 60 + 59);
  assert.equal(seconds('2026-03-11 19:30'), 3600);
  assert.equal(seconds('2026-03-11T18:31'), 60);
});

test('what is no life is said, and none is taken for another', () => {
  const wrong = [
    '10',
    '-1d',
    '1.5d',
    '0s',
    '1x',
    'soon',
    '2026-03-10',
    '2027-02-29',
    '2027-13-01',
    '999y',
    '1d 2h',
  ];
  for (const typed of wrong) assert.equal(seconds(typed), 'wrong', typed);
});

test('a dashboard’s link has its variables, and a panel’s is another page', () => {
  const link = {
    origin: 'https://bi.example',
    uid: 'sales',
    title: 'Sales & more!',
    organization: 2,
    variables: [
      { name: 'region', value: 'a b' },
      { name: 'region', value: '=' },
    ],
  };
  assert.equal(
    dashboardUrl(link),
    'https://bi.example/d/sales/sales-more?orgId=2&var-region=a+b&var-region=%3D',
  );
  assert.equal(
    dashboardUrl({ ...link, title: '大盘', panel: '4', variables: [] }),
    'https://bi.example/d-solo/sales/dashboard?orgId=2&panelId=4',
  );
  assert.equal(
    urlWithKey('https://bi.example/d/a/a?orgId=1', ' eyJr+/= '),
    'https://bi.example/d/a/a?orgId=1&aliyun_api_key=eyJr%2B%2F%3D',
  );
});

test('a pasted text is a key, a token, or told why it is none', () => {
  const key = btoa(JSON.stringify({ k: 'ExampleLegacyKeyAAAABBBBCCCC0001', n: 'test1', id: 1 }));
  assert.equal(keyFault(` ${key}\n`), null);
  assert.equal(keyFault('glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3'), null);
  for (const text of ['', 'glsa_short', 'glc_other', 'eyJr', btoa('{"id":1}'), btoa('7')])
    assert.ok(keyFault(text), text);
});

test('named values are one a line, and may repeat', () => {
  assert.deepEqual(namedValues('a=1\n\n b = x=y \na=2'), {
    values: [
      { name: 'a', value: '1' },
      { name: 'b', value: 'x=y' },
      { name: 'a', value: '2' },
    ],
    fault: null,
  });
  assert.match(namedValues('a=1\nb').fault ?? '', /“b”/);
  assert.match(namedValues('=1').fault ?? '', /“=1”/);
});
