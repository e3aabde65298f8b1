// Which links open against a running casement, how often, for how long, and for whom.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import {
  isRefused,
  newSecret,
  nowSeconds,
  opens,
  pageHeaders,
  publicUrl,
  signLink,
  startLooker,
  Viewer,
} from './support.mjs';

const algorithms = ['hmac/sha-256', 'hmac/sha-1'];

/** With the server's clock moved, and moved back whatever happens. */
async function atClock(looker, clockShift, check) {
  await looker.restart({ clockShift });
  try {
    await check();
  } finally {
    await looker.restart();
  }
}

describe('a link', () => {
  let looker, key;
  before(async () => {
    looker = await startLooker();
    key = await looker.key();
  });
  after(() => looker?.close());

  test('opens once; this browser again and again, also after its time; no other', async () => {
    const link = signLink(key);
    const secret = newSecret();
    const first = await opens(looker, link, { secret });
    const again = await looker.open(link, { secret });
    assert.deepEqual([again.status, again.id], [200, first.id]);
    const other = await isRefused(looker, link, 409, 'link_already_used');
    assert.equal(other.head.error.session_id, first.id);
    await atClock(looker, 400, async () => {
      const late = await looker.open(link, { secret });
      assert.deepEqual([late.status, late.id], [200, first.id]);
      assert.equal(
        (await looker.page(link)).status,
        200,
        'the page loads: it may hold the session',
      );
      await isRefused(looker, link, 409, 'link_already_used');
    });
  });

  test('whose nonce was used is refused for an hour, however it is signed anew', async () => {
    const nonce = 'the-same';
    await opens(looker, signLink(key, { nonce }));
    await isRefused(
      looker,
      signLink(key, { nonce, external_user_id: 'x' }),
      409,
      'link_already_used',
    );
    await isRefused(
      looker,
      signLink(key, { nonce }, { target: '/embed/dashboards/note' }),
      409,
      'link_already_used',
    );
    await atClock(looker, 3590, () =>
      isRefused(
        looker,
        signLink(key, { nonce, time: nowSeconds() + 3590 }),
        410,
        'session_expired',
      ),
    );
  });

  test('is not spent by a wrong signature, by being loaded, by the validator, by another host', async () => {
    const nonce = 'kept';
    const link = signLink(key, { nonce });
    await isRefused(looker, signLink({ secret: 'x' }, { nonce }), 401, 'signature_invalid');
    for (let i = 0; i < 5; i += 1) assert.equal((await looker.page(link)).status, 200);
    await looker.call('HEAD', link, { headers: pageHeaders });
    await looker.get(`/embed/sso/validate?url=${encodeURIComponent(publicUrl + link)}`);
    await isRefused(looker, link, 400, 'host_invalid', { headers: { Host: 'other.test' } });
    await isRefused(looker, link, 400, 'invalid_secret', { secret: 'short' });
    await isRefused(looker, signLink(key, { nonce }, { age: 400 }), 410, 'link_expired');
    await opens(looker, link);
  });

  test('is good from five minutes before its time to five after it', async () => {
    for (const age of [0, 297, -297]) await opens(looker, signLink(key, {}, { age }));
    for (const age of [302, 86400]) {
      await isRefused(looker, signLink(key, {}, { age }), 410, 'link_expired');
    }
    for (const age of [-304, -86400]) {
      await isRefused(looker, signLink(key, {}, { age }), 403, 'link_not_yet_valid');
    }
    await isRefused(
      looker,
      signLink(key, {}, { age: -nowSeconds() * 999 }),
      400,
      'parameter_invalid',
    );
  });

  test('opens a session for as long as it says: not at all, and for thirty days', async () => {
    const none = await looker.open(signLink(key, { session_length: 0 }));
    assert.deepEqual([none.status, none.code], [410, 'session_expired'], none.text);
    const long = await opens(looker, signLink(key, { session_length: 2592000 }));
    assert.ok(long.head.embed.session_ttl > 2591990 && long.head.embed.session_ttl <= 2592000);
    for (const session_length of [2592001, -1, 1.5, '300']) {
      await isRefused(looker, signLink(key, { session_length }), 400, 'parameter_invalid');
    }
    const brief = new Viewer(looker, await opens(looker, signLink(key, { session_length: 60 })));
    await atClock(looker, 50, async () => assert.equal((await brief.query()).status, 200));
    await atClock(looker, 70, async () => {
      assert.equal((await brief.query()).status, 401, 'its token is over as well');
      const resumed = await brief.resume();
      assert.deepEqual([resumed.status, resumed.code], [410, 'session_expired'], resumed.text);
    });
  });

  test("for the same person ends the session before it; another person's goes on", async () => {
    const first = await looker.viewer({ external_user_id: 'ada' });
    const other = await looker.viewer({ external_user_id: 'bob' });
    const second = await looker.viewer(
      { external_user_id: 'ada', permissions: ['access_data', 'see_looks'] },
      { target: '/embed/preload/' },
    );
    for (const answer of [await first.query(), await first.resume()]) {
      assert.deepEqual([answer.status, answer.code], [410, 'session_ended'], answer.text);
    }
    assert.equal((await other.query()).status, 200);
    assert.equal(
      (await second.view('/embed/dashboards/sales')).status,
      404,
      'its grants are replaced',
    );
    assert.equal((await other.view()).status, 200);
  });

  test('grants by groups alone, and nothing where it grants nothing', async () => {
    const opened = await looker.open(
      signLink(
        key,
        { permissions: [], models: [], external_group_id: 'Empty' },
        { target: '/embed/preload/' },
      ),
    );
    assert.equal(opened.status, 201, opened.text);
    await isRefused(looker, signLink(key, { permissions: [], models: [] }), 400, 'nothing_granted');
    await isRefused(looker, signLink(key, { permissions: [] }), 400, 'nothing_granted');
    await isRefused(looker, signLink(key, { models: [] }), 400, 'nothing_granted');
  });

  test('has a time zone that exists, or none', async () => {
    for (const zone of ['Europe/Berlin', 'US/Pacific', 'UTC', '', null]) {
      await opens(looker, signLink(key, { user_timezone: zone }));
    }
    for (const zone of ['Mars/Olympus', 'browser', '../etc/passwd', "UTC'; drop table x --"]) {
      await isRefused(looker, signLink(key, { user_timezone: zone }), 400, 'timezone_invalid');
    }
    await looker.patch('/setting', { allow_user_timezones: false });
    await isRefused(looker, signLink(key, { user_timezone: 'UTC' }), 400, 'timezone_invalid');
    await opens(looker, signLink(key));
    await looker.patch('/setting', { allow_user_timezones: true });
  });

  test('is tried with every enabled secret, each with its own algorithm', async () => {
    const all = [];
    for (let i = 0; i < 3; i += 1) {
      for (const algorithm of algorithms) {
        all.push(await looker.post('/embed_config/secrets', { algorithm }));
      }
    }
    for (const one of all) {
      await opens(looker, signLink(one));
      const crossed = algorithms.find((algorithm) => algorithm !== one.algorithm);
      await isRefused(looker, signLink({ ...one, algorithm: crossed }), 401, 'signature_invalid');
    }
    for (const one of all) await looker.delete(`/embed_config/secrets/${one.id}`);
    await isRefused(looker, signLink(all[0]), 401, 'signature_invalid');
    const decoded = Buffer.from(key.secret, 'hex');
    await isRefused(looker, signLink({ secret: decoded }), 401, 'signature_invalid');
  });
});
