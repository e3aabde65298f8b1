import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Host, isHostMessage, matchesOrigin } from '../viewer/host';
import { afterCut, afterFailure, untilNextRefresh } from '../viewer/state/schedule';

test('origins match exactly, or by a leading star', () => {
  assert.ok(matchesOrigin('https://app.example', 'https://app.example'));
  assert.ok(!matchesOrigin('https://app.example', 'https://app.example:8443'));
  assert.ok(!matchesOrigin('https://app.example', 'http://app.example'));
  assert.ok(matchesOrigin('https://*.example.com', 'https://a.example.com'));
  assert.ok(!matchesOrigin('https://*.example.com', 'https://example.com'));
  assert.ok(!matchesOrigin('https://*.example.com', 'https://evilexample.com'));
  assert.ok(matchesOrigin('app.example', 'https://app.example'));
});

test('a starred port is every port of that host, and of no other', () => {
  assert.ok(matchesOrigin('https://app.example:*', 'https://app.example'));
  assert.ok(matchesOrigin('https://app.example:*', 'https://app.example:8443'));
  assert.ok(matchesOrigin('https://*.app.example:*', 'https://a.app.example:8443'));
  assert.ok(!matchesOrigin('https://app.example:*', 'http://app.example:8443'));
  assert.ok(!matchesOrigin('https://app.example:*', 'https://evilapp.example:8443'));
});

test('only messages of our own form are commands', () => {
  assert.ok(isHostMessage({ source: 'casement-host', type: 'refresh' }));
  for (const data of [null, 'refresh', { type: 'refresh' }, { source: 'casement-host' }]) {
    assert.ok(!isHostMessage(data));
  }
});

test('named sites hear the frame, and a page of its own origin does whatever they are', () => {
  const here = 'https://casement.test';
  Object.assign(globalThis, { window: { origin: here, addEventListener: () => undefined } });
  const toldTo = (parentsOrigin: string | null, sites: string[]): string[] => {
    const targets: string[] = [];
    const parent = {
      get origin() {
        if (parentsOrigin === null) throw new Error('SecurityError');
        return parentsOrigin;
      },
      postMessage: (_message: unknown, target: string) => targets.push(target),
    };
    const host = new Host(parent as unknown as Window, () => undefined);
    host.allow(sites);
    host.post({ source: 'casement', type: 'ready' });
    return targets;
  };
  const sites = ['https://a.example', 'https://b.example'];
  assert.deepEqual(toldTo(null, sites), sites);
  assert.deepEqual(toldTo('https://a.example', sites), sites);
  assert.deepEqual(toldTo(here, sites), [here]);
  assert.deepEqual(toldTo(here, []), ['*']);
});

test('refreshes fall on the clock’s marks, a little apart', () => {
  assert.equal(untilNextRefresh(60_000 * 5 + 20_000, 60_000, 0), 40_000);
  assert.equal(untilNextRefresh(60_000 * 5 + 20_000, 60_000, 1), 42_000);
  // Just before a mark the next one is taken.
  assert.equal(untilNextRefresh(60_000 * 6 - 100, 60_000, 0), 60_100);
});

test('failures wait longer and longer, never longer than the period or a minute', () => {
  assert.equal(afterFailure(1, 60_000, 0.5), 2000);
  assert.equal(afterFailure(3, 60_000, 0.5), 8000);
  assert.equal(afterFailure(20, 3_600_000, 0.5), 60_000);
  assert.equal(afterFailure(20, 5000, 0.5), 5000);
});

test('an answer that was cut is asked for again at once, not by all in the same moment', () => {
  assert.equal(afterCut(0), 50);
  assert.equal(afterCut(1), 300);
});
