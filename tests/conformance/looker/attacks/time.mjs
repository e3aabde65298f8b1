// Rows 13, 15, 19: what may happen once happens once, whoever's clock says what, and what was taken
// back is over at once.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { pipeline, requestBytes } from '../../attacks/support/wire.mjs';
import { Viewer, api, newSecret, nowSeconds, pageHeaders, rowsOf, signLink } from '../support.mjs';
import { startTarget, tenantOf } from './target.mjs';

const linkTo = (key, user, options) =>
  signLink(key, user, { target: '/embed/dashboards/locked', ...options });
const opening = (link, secret, headers = {}) =>
  requestBytes(
    'POST',
    `${api}/sessions`,
    { ...pageHeaders, ...headers },
    JSON.stringify({ link, secret, data: false }),
  );
const firstLine = (body) => JSON.parse(body.slice(0, body.indexOf('\n')));

describe('attack 13: a link and a token open once', () => {
  let looker, key;
  const crowd = Math.min(Number(process.env.ATTACKS_OPENS ?? 100_000), 2_000);
  before(async () => {
    looker = await startTarget({ env: { CASEMENT_LOG_ACCESS: 'false' } });
    key = await looker.key();
  });
  after(() => looker?.close());

  /** Without data: a stream of a session that the next link ends would be cut. */
  const openQuietly = (link) => looker.open(link, { body: { data: false } });

  async function race(link, count, headers) {
    const statuses = {};
    const winners = [];
    const requests = (function* () {
      for (let i = 0; i < count; i += 1) yield opening(link, newSecret(), headers);
    })();
    const onAnswer = ({ status, body }, request) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 201) winners.push({ id: firstLine(body).session.id, request });
    };
    await Promise.all(
      Array.from({ length: 32 }, () => pipeline(looker.port, requests, { depth: 16, onAnswer })),
    );
    return { statuses, winners };
  }

  test(`a signed link, for one of ${crowd}`, async () => {
    const link = linkTo(key, tenantOf('acme'));
    const { statuses, winners } = await race(link, crowd);
    assert.deepEqual(statuses, { 201: 1, 409: crowd - 1 });
    const { secret } = JSON.parse(winners[0].request.split('\r\n\r\n')[1]);
    const again = await looker.open(link, { secret });
    assert.deepEqual([again.status, again.id], [200, winners[0].id]);
  });

  test('an authentication token, for one of two hundred', async () => {
    const tokens = await looker.api(
      'POST',
      '/embed/cookieless_session/acquire',
      tenantOf('acme'),
      200,
      { 'User-Agent': pageHeaders['User-Agent'] },
    );
    const link = `/login/embed/%2Fembed%2Fdashboards%2Flocked?embed_authentication_token=${tokens.authentication_token}`;
    assert.deepEqual((await race(link, 200)).statuses, { 201: 1, 409: 199 });
  });

  test('many links of one person at once leave one session', async () => {
    const user = tenantOf('acme');
    const opened = await Promise.all(
      Array.from({ length: 30 }, () => openQuietly(linkTo(key, user))),
    );
    const made = opened.filter(({ status }) => status === 201);
    const rest = opened.filter(({ status }) => status !== 201);
    assert.ok(
      rest.every(({ status }) => status === 410),
      rest.map(({ text }) => text).join('\n'),
    );
    const alive = await Promise.all(
      made.map((one) =>
        new Viewer(looker, one).query({ panels: [4], content: 'dashboards/locked' }),
      ),
    );
    assert.equal(alive.filter(({ status }) => status === 200).length, 1);
    assert.ok(alive.every(({ status }) => [200, 410].includes(status)));
  });

  test('a first link of thirty in one new closed group makes one person each, and one group', async () => {
    const opened = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        openQuietly(
          linkTo(
            key,
            tenantOf('acme', { external_user_id: `new-${i % 10}`, external_group_id: 'crowd' }),
          ),
        ),
      ),
    );
    assert.ok(
      opened.every(({ status }) => [201, 410].includes(status)),
      opened.map(({ text }) => text).join('\n'),
    );
    await looker.server.end();
    await looker.restart();
    const { rows } = await looker.own('GET', '/audit?limit=1000');
    const made = (action, find) =>
      rows.filter((row) => row.action === action && JSON.stringify(row).includes(find)).length;
    assert.equal(made('group.created', 'crowd'), 1);
    assert.equal(made('embed_user.created', 'new-'), 10);
  });

  test('also when the server is killed between', async () => {
    const known = new Map();
    const links = (function* () {
      for (;;) {
        const one = { link: linkTo(key, tenantOf('acme')), secret: newSecret() };
        const request = opening(one.link, one.secret);
        known.set(request, one);
        yield request;
      }
    })();
    let answers = 0;
    let killed;
    const onAnswer = ({ status, body }, request) => {
      assert.equal(status, 201, body);
      known.get(request).id = firstLine(body).session.id;
      if ((answers += 1) === 100) killed = looker.server.end('SIGKILL');
    };
    await Promise.all(
      Array.from({ length: 8 }, () => pipeline(looker.port, links, { depth: 8, onAnswer })),
    );
    assert.equal((await killed).signal, 'SIGKILL');
    await looker.server.start();
    looker.connect();
    for (const { link, secret, id } of known.values()) {
      const [mine, other] = [
        await looker.open(link, { secret, body: { data: false } }),
        await looker.open(link, { body: { data: false } }),
      ];
      if (id) assert.deepEqual([mine.status, mine.id, other.status], [200, id, 409], mine.text);
      else
        assert.ok(
          [200, 201].includes(mine.status) && other.status === 409,
          `${mine.text} ${other.text}`,
        );
    }
  });

  test('also when the clock is put back', async () => {
    const link = linkTo(key, tenantOf('acme'));
    assert.equal((await looker.open(link)).status, 201);
    for (const clockShift of [-200, 200, -280]) {
      await looker.restart({ clockShift });
      assert.equal((await looker.open(link)).status, 409, `${clockShift} s`);
    }
    await looker.restart();
  });
});

describe("attack 15: the server's clock decides everything, the viewer's nothing", () => {
  let looker, key;
  before(async () => {
    looker = await startTarget();
    key = await looker.key();
  });
  after(() => looker?.close());

  test('a server ten minutes ahead or behind refuses links of now and takes links of its own time', async (t) => {
    t.after(() => looker.restart());
    for (const [clockShift, code] of [
      [600, 'link_expired'],
      [-600, 'link_not_yet_valid'],
    ]) {
      await looker.restart({ clockShift });
      const late = await looker.open(linkTo(key, tenantOf('acme')));
      assert.equal(late.code, code, late.text);
      const time = nowSeconds() + clockShift;
      assert.equal((await looker.open(linkTo(key, tenantOf('acme', { time })))).status, 201);
    }
  });

  test("a browser's clock changes nothing", async () => {
    const opened = await looker.open(linkTo(key, tenantOf('acme')), {
      headers: {
        Date: 'Thu, 01 Jan 1970 00:00:00 GMT',
        'If-Modified-Since': 'Thu, 01 Jan 2099 00:00:00 GMT',
      },
    });
    assert.equal(opened.status, 201, opened.text);
    const viewer = new Viewer(looker, opened);
    for (const Date of ['Thu, 01 Jan 1970 00:00:00 GMT', 'Thu, 01 Jan 2099 00:00:00 GMT', 'x']) {
      assert.equal(rowsOf((await viewer.query({}, { Date })).lines, 2).length, 8);
    }
    for (const more of [{ now: 1 }, { time: 1 }, { date: 'x' }]) {
      assert.equal((await viewer.query(more)).status, 400, 'what is not known is refused');
    }
  });

  test('milliseconds and other units of time are no time', async () => {
    for (const time of [Date.now(), nowSeconds() * 1000, nowSeconds() / 60]) {
      const answer = await looker.open(
        linkTo(key, tenantOf('acme'), { raw: { time: String(time) } }),
      );
      assert.ok(
        ['parameter_invalid', 'link_not_yet_valid', 'link_expired'].includes(answer.code),
        answer.text,
      );
    }
  });
});

describe('attack 19: what was taken back is over within a second, for open streams too', () => {
  let looker;
  before(async () => {
    looker = await startTarget();
  });
  after(() => looker?.close());

  /** Asks for a panel that takes long; resolves when the answer has begun: {ended}. */
  function stream(viewer) {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const request = httpRequest(
        `${looker.url}${api}/query`,
        {
          method: 'POST',
          headers: {
            ...pageHeaders,
            ...viewer.headers,
            Authorization: `Bearer ${viewer.accessToken}`,
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => (text += chunk));
          const ended = new Promise((done) => {
            for (const event of ['end', 'close', 'aborted', 'error'])
              response.on(event, () => done());
          }).then(() => ({ text, status: response.statusCode, ms: performance.now() - started }));
          resolve({ ended });
        },
      );
      request.on('error', reject);
      request.end(JSON.stringify({ content: 'dashboards/slow' }));
    });
  }

  const cookieless = async (user) => {
    const agent = { 'User-Agent': pageHeaders['User-Agent'] };
    const tokens = await looker.api('POST', '/embed/cookieless_session/acquire', user, 200, agent);
    const opened = await looker.open(
      `/login/embed/%2Fembed%2Fdashboards%2Flocked?embed_authentication_token=${tokens.authentication_token}`,
    );
    assert.equal(opened.status, 201, opened.text);
    return { viewer: new Viewer(looker, opened), tokens };
  };
  const signed = async () => {
    const key = await looker.post('/embed_config/secrets', {});
    const user = tenantOf('acme');
    const opened = await looker.open(linkTo(key, user));
    return { viewer: new Viewer(looker, opened), key, user };
  };

  const ways = {
    'its secret is switched off': [
      signed,
      ({ key }) => looker.patch(`/embed_config/secrets/${key.id}`, { enabled: false }),
    ],
    'its secret is removed': [
      signed,
      ({ key }) => looker.delete(`/embed_config/secrets/${key.id}`),
    ],
    'its person logs in anew': [signed, ({ key, user }) => looker.open(linkTo(key, user))],
    'it is ended by an administrator': [
      signed,
      ({ viewer }) => looker.own('DELETE', `/sessions/${viewer.id}`, undefined, 204),
    ],
    'its browser leaves': [signed, ({ viewer }) => viewer.leave()],
    'its reference session is deleted': [
      () => cookieless(tenantOf('acme')),
      ({ tokens }) => looker.delete(`/embed/cookieless_session/${tokens.session_reference_token}`),
    ],
    'cookieless embedding is switched off': [
      () => cookieless(tenantOf('acme')),
      () => looker.patch('/setting', { embed_cookieless_v2: false }),
      () => looker.patch('/setting', { embed_cookieless_v2: true }),
    ],
    'embedding is switched off': [
      signed,
      () => looker.patch('/setting', { embed_enabled: false }),
      () => looker.patch('/setting', { embed_enabled: true }),
    ],
  };
  for (const [what, [open, revoke, restore]] of Object.entries(ways)) {
    test(`when ${what}`, async () => {
      const session = await open();
      const { ended } = await stream(session.viewer);
      const before = performance.now();
      await revoke(session);
      try {
        const answer = await session.viewer.query({ panels: [4] });
        assert.ok([403, 410].includes(answer.status), answer.text);
        const cut = await ended;
        const took = performance.now() - before;
        assert.doesNotMatch(cut.text, /"end":true|"frames"/, 'the stream was cut, not finished');
        assert.ok(took < 5_000, `${took} ms`);
        assert.ok(!/-row/.test(answer.text));
      } finally {
        await restore?.();
      }
    });
  }

  test('when its person is disabled or removed', async () => {
    const { viewer, user, key } = await signed();
    const { id } = await looker.get(
      `/users/credential/embed/${encodeURIComponent(user.external_user_id)}`,
    );
    await looker.patch(`/users/${id}`, { is_disabled: true });
    assert.equal((await viewer.query({ panels: [4] })).status, 410);
    assert.equal((await looker.open(linkTo(key, user))).code, 'user_disabled');
    await looker.patch(`/users/${id}`, { is_disabled: false });
    const again = new Viewer(looker, await looker.open(linkTo(key, user)));
    await looker.delete(`/users/${id}`);
    assert.equal((await again.query({ panels: [4] })).status, 410);
  });
});
