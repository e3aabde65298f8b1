import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressSpan,
  dashboardTarget,
  hasProof,
  movesOn,
  withTime,
  withVariable,
} from '../viewer/grafana/target';

test('a proof is known by its name, however it is written', () => {
  for (const proof of [
    'aliyun_api_key=x',
    'orgId=1&aliyun_api_key_sign=',
    '%61liyun_api_key=x',
    'Aliyun_API_key',
    'casement_nonce=1',
    'casement_%zz=1',
  ]) {
    assert.ok(hasProof(`/d/a?${proof}`), proof);
  }
  for (const plain of ['', 'var-aliyun_api_key=x', 'x=aliyun_api_key=1', 'my_aliyun_api_key=1']) {
    assert.ok(!hasProof(`/d/a?${plain}`), plain);
  }
  assert.ok(!hasProof('/d/a'));
});

test('a variable takes the place it had, and everything else stays as it was written', () => {
  const target = '/d/a/s?b=%20+&var-x=1&c&var-x=2&v%61r-y=3';
  assert.equal(withVariable(target, 'x', ['4']), '/d/a/s?b=%20+&var-x=4&c&v%61r-y=3');
  assert.equal(
    withVariable(target, 'y', ['5', '6']),
    '/d/a/s?b=%20+&var-x=1&c&var-x=2&var-y=5&var-y=6',
  );
  assert.equal(withVariable('/d/a', 'x', ['*']), '/d/a?var-x=%24__all');
  assert.equal(withVariable('/d/a', 'x', []), '/d/a?var-x=');
  assert.equal(withVariable('/d/a?q=?', 'x', ['&=#']), '/d/a?q=?&var-x=%26%3D%23');
});

test('a range replaces every way in which the address said one', () => {
  const target = '/d/a?from=now%2Fd&x=1&to=now&time=5&time.window=10';
  assert.equal(withTime(target, { span: '4h' }), '/d/a?from=now-4h&to=now&x=1');
  assert.equal(withTime(target, { from: 1, to: 2 }), '/d/a?from=1&to=2&x=1');
  assert.equal(withTime('/d/a', { span: '1w' }), '/d/a?from=now-1w&to=now');
});

test('months and years are written in days', () => {
  assert.deepEqual(['15m', '1d', '1w', '1mo', '3mo', '1y'].map(addressSpan), [
    ...['15m', '1d', '1w'],
    ...['30d', '90d', '365d'],
  ]);
});

test('a range that depends on the clock is told from one that does not', () => {
  for (const moving of [
    'from=now/d&to=now/d',
    'from=now%2Fd&to=now',
    'from=6h&to=1h',
    'from=1700000000000',
    'from=2026-01-01&to=now',
  ]) {
    assert.ok(movesOn(`/d/a?${moving}`), moving);
  }
  for (const fixed of [
    '',
    'to=now',
    'from=1700000000000&to=1700000001000',
    'from=20260101T000000&to=20260102',
    'from=2026-01-01%2000:00:00&to=2026-01-02T00:00:00.000Z',
    'from=now/d&to=now&time=1700000000000',
  ]) {
    assert.ok(!movesOn(`/d/a?${fixed}`), fixed);
  }
});

test('only a plain dashboard of this server is gone to inside the frame', () => {
  const origin = 'https://dash.example';
  assert.equal(
    dashboardTarget(`${origin}/d/a_B-1/slug?var-x=1#y`, origin),
    '/d/a_B-1/slug?var-x=1',
  );
  assert.equal(dashboardTarget(`${origin}/d-solo/a?panelId=1`, origin), '/d-solo/a?panelId=1');
  for (const href of [
    'https://elsewhere.example/d/a',
    `${origin}/embed/dashboards/1`,
    `${origin}/d/a/b/c`,
    `${origin}/d/`,
    `${origin}/d/a?aliyun_api_key=x`,
    'javascript:alert(1)',
    'https://',
  ]) {
    assert.equal(dashboardTarget(href, origin), null, href);
  }
});
