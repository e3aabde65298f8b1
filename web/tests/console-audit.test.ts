import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detailWords, isSaidWhole } from '../console/data/audit-detail';

test('a row’s detail is said in words', () => {
  assert.equal(
    detailWords({ refused_at: 'signature', totp: false, own: true, note: '', until: null }),
    'refused at: signature; totp: no; own: yes; note: empty; until: none',
  );
  assert.equal(
    detailWords({ session: 'I3rSd0Wv', expires_at: '2026-11-23T03:18:28.000000Z' }),
    'session: I3rSd0Wv; expires at: 2026-11-23 03:18:28 UTC',
  );
  assert.equal(detailWords({}), '');
});

test('long lists are cut, and none in the middle of a value', () => {
  assert.equal(detailWords({ panels: [1, 2, 3, 4, 5, 6] }), 'panels: 1, 2, 3, 4, 5, 6');
  assert.equal(detailWords({ panels: [1, 2, 3, 4, 5, 6, 7] }), 'panels: 1, 2, 3, 4, 5 and 2 more');
  assert.equal(detailWords({ scopes: [] }), 'scopes: none');
});

test('what is nested is said as far as it is short', () => {
  const one = { object: 'share:3', panel: 12, runs: 1 };
  assert.equal(detailWords({ panels: [one] }), 'panels: object share:3, panel 12, runs 1');
  assert.equal(detailWords({ panels: [one, one] }), 'panels: 2 entries');
  assert.equal(detailWords({ before: { role: 'Viewer' } }), 'before: role Viewer');
});

test('what is left out is known to be', () => {
  assert.ok(isSaidWhole({ own: true, until: null, panels: [1, 2, 3, 4, 5, 6] }));
  assert.ok(!isSaidWhole({ panels: [1, 2, 3, 4, 5, 6, 7] }));
  assert.ok(!isSaidWhole({ panels: [{ panel: 1 }] }));
  assert.ok(!isSaidWhole({ before: { role: 'Viewer' } }));
});
