// A link opens one session, ever: with thousands of others at once, after a crash in the middle of
// them, and after the clock was moved.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link, newSecret } from "./support/links.mjs";
import { pipeline, requestBytes } from "./support/wire.mjs";
import { api, pageHeaders, paths, startTarget } from "./target.mjs";

const opening = (address, secret) =>
  requestBytes(
    "POST",
    paths.open,
    { Host: "h", ...pageHeaders },
    JSON.stringify({ link: address, secret, data: false }),
  );
const firstLine = (body) => JSON.parse(body.slice(0, body.indexOf("\n")));

describe("one link in many hands at once", () => {
  let target, share;
  before(async () => {
    target = await startTarget({ env: { CASEMENT_LOG_ACCESS: "false" } });
    share = await target.share("orders", "acme");
  });
  after(() => target?.close());

  const count = Number(process.env.ATTACKS_OPENS ?? 100_000);

  /** Opens one link with `times` different secrets over 64 connections, for so long at most. */
  async function race(times, milliseconds) {
    const one = link(share);
    const statuses = {};
    const winners = [];
    const losers = new Set();
    const until = performance.now() + milliseconds;
    let left = times;
    const requests = (function* () {
      while (left-- > 0 && performance.now() < until) yield opening(one, newSecret());
    })();
    const onAnswer = ({ status, body }, request) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 201) winners.push({ id: firstLine(body).session.id, request });
      else if (losers.size < 5) losers.add(body);
    };
    await Promise.all(
      Array.from({ length: 64 }, () => pipeline(target.port, requests, { depth: 32, onAnswer })),
    );
    const total = Object.values(statuses).reduce((sum, n) => sum + n, 0);
    return { one, statuses, winners, losers, total };
  }

  test("opens for one of two thousand, and the others are told whose it is", async () => {
    for (let round = 0; round < 3; ++round) {
      const { one, statuses, winners, losers, total } = await race(2_000, 60_000);
      assert.equal(total, 2_000);
      assert.deepEqual(statuses, { 201: 1, 409: 1_999 });
      for (const body of losers) {
        const { error } = JSON.parse(body);
        assert.equal(error.code, "link_already_used");
        assert.equal(error.session_id, winners[0].id);
      }
      const { secret } = JSON.parse(winners[0].request.split("\r\n\r\n")[1]);
      const again = await target.open(one, { secret });
      assert.equal(again.status, 200);
      assert.equal(again.id, winners[0].id);
    }
  });

  test(`opens for one of ${count}`, async (t) => {
    const started = performance.now();
    const { statuses, total } = await race(count, 45_000);
    t.diagnostic(`${total} opens in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    assert.ok(total >= Math.min(count, 2_000), `${total} answers in time`);
    assert.deepEqual(statuses, { 201: 1, 409: total - 1 });
  });

  test("opens once for one browser that asks a hundred times at once", async () => {
    const one = link(share);
    const secret = newSecret();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => target.open(one, { secret, body: { data: false } })),
    );
    assert.deepEqual([...new Set(answers.map(({ id }) => id))].length, 1);
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(answers.filter(({ status }) => status === 200).length, 99);
  });

  test("is not opened by being loaded, however often", async () => {
    const one = link(share);
    for (let i = 0; i < 50; ++i) assert.equal((await target.call("GET", one)).status, 200);
    await target.call("HEAD", one);
    assert.equal((await target.open(one)).status, 201);
    assert.equal((await target.open(one)).status, 409);
  });

  test("is not spent by a try that is refused before it could open", async () => {
    const one = link(share);
    for (const change of [{ status: "paused" }, { expires_at: "2020-01-01T00:00:00Z" }]) {
      await target.changeShare(share, change);
      assert.ok((await target.open(one)).status >= 403);
      await target.changeShare(share, { status: "active", expires_at: null });
    }
    const opened = await target.open(one);
    assert.equal(opened.status, 201, opened.text);
  });

  test("of one share is spent in that share only", async () => {
    const second = await target.share("orders", "globex");
    const nonce = "the-same-for-both";
    assert.equal((await target.open(link(share, { nonce }))).status, 201);
    assert.equal((await target.open(link(second, { nonce }))).status, 201);
    assert.equal((await target.open(link(share, { nonce, age: 5 }))).status, 409, "signed anew");
    assert.equal((await target.open(link(second, { nonce, age: 5 }))).status, 409);
  });

  test("stays spent when its session was ended", async () => {
    const one = link(share);
    const secret = newSecret();
    const { id } = await target.open(one, { secret });
    await target.api("DELETE", `${api}/sessions/${id}`, undefined, 204);
    for (const options of [{ secret }, {}]) {
      const again = await target.open(one, options);
      assert.ok([409, 410].includes(again.status), again.text);
    }
  });
});

describe("a server that is killed while links are opened", () => {
  let target, share;
  before(async () => {
    target = await startTarget({ env: { CASEMENT_LOG_ACCESS: "false" } });
    share = await target.share("orders", "acme");
  });
  after(() => target?.close());

  for (const killedAfter of [1, 150, 900]) {
    test(`loses no answered link and no session, killed after ${killedAfter} answers`, async () => {
      const known = new Map();
      const makes = (function* () {
        for (;;) {
          const one = { link: link(share), secret: newSecret() };
          const request = opening(one.link, one.secret);
          known.set(request, one);
          yield request;
        }
      })();
      let answers = 0;
      let killed;
      const onAnswer = ({ status, body }, request) => {
        assert.equal(status, 201);
        known.get(request).id = firstLine(body).session.id;
        if (++answers === killedAfter) killed = target.server.end("SIGKILL");
      };
      await Promise.all(
        Array.from({ length: 16 }, () => pipeline(target.port, makes, { depth: 16, onAnswer })),
      );
      assert.equal((await killed).signal, "SIGKILL");
      await target.server.start();
      target.connect();

      const all = [...known.values()];
      const answered = all.filter(({ id }) => id);
      assert.ok(answered.length >= killedAfter);
      assert.ok(all.length > answered.length, "some were on their way");
      const quiet = { body: { data: false } };
      await inPieces(answered, async ({ link: one, secret, id }) => {
        const other = await target.open(one, quiet);
        assert.equal(other.status, 409, `${one}: ${other.text}`);
        const again = await target.open(one, { secret, ...quiet });
        assert.equal(again.status, 200, again.text);
        assert.equal(again.id, id);
      });
      // Those that nobody was told of are open or not, but for one secret at most.
      await inPieces(
        all.filter(({ id }) => !id),
        async ({ link: one, secret }) => {
          const [mine, others] = await Promise.all([
            target.open(one, { secret, ...quiet }),
            target.open(one, quiet),
          ]);
          const statuses = [mine.status, others.status].sort();
          assert.ok(["200,409", "201,409"].includes(statuses.join()), statuses.join());
        },
      );
    });
  }

  async function inPieces(list, each) {
    for (let at = 0; at < list.length; at += 50) {
      await Promise.all(list.slice(at, at + 50).map(each));
    }
  }
});

describe("a clock that is moved", () => {
  let target, share, brief;
  before(async () => {
    target = await startTarget();
    share = await target.share("orders", "acme");
    brief = await target.share("orders", "acme", {}, { session_length_seconds: 60 });
  });
  after(() => target?.close());

  test("forward and back does not make a spent link good again", async () => {
    const spent = [];
    for (const of of [share, brief]) {
      const one = { link: link(of), secret: newSecret() };
      assert.equal((await target.open(one.link, { secret: one.secret })).status, 201);
      spent.push(one);
    }
    for (const clockShift of [65, 0, 29 * 60, 0, 59 * 60, 0, -50, 0]) {
      await target.restart({ clockShift });
      for (const one of spent) {
        const other = await target.open(one.link);
        assert.ok([403, 409, 410].includes(other.status), `${clockShift}: ${other.text}`);
        assert.equal(other.accessToken, undefined);
      }
    }
    const mine = await target.open(spent[0].link, { secret: spent[0].secret });
    assert.equal(mine.status, 200, "and the browser that opened it is still in");
  });
});
