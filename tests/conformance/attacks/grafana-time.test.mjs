// Rows 13, 15 and 19 for links and keys: what opens once opens once, the server's clock decides, and
// what was taken back is over at once, for open streams too.
//
//     node --test tests/conformance/attacks/grafana-time.test.mjs
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";

import {
  bearer,
  orders,
  own,
  startGrafanaTarget,
  v1,
  v2,
  v3,
  v3Parts,
  withParameters,
} from "./grafana-target.mjs";
import { newNonce, newSecret, nowSeconds } from "./support/links.mjs";
import { nobodys } from "./support/witness.mjs";
import { pipeline, requestBytes } from "./support/wire.mjs";
import { api, pageHeaders, paths } from "./target.mjs";

const opening = (address, secret) =>
  requestBytes(
    "POST",
    paths.open,
    { Host: "h", ...pageHeaders },
    JSON.stringify({ link: address, secret, data: false }),
  );

describe("attack 13, Grafana: a link of version 3 opens once", () => {
  let grafana, key;
  const crowd = Math.min(Number(process.env.ATTACKS_OPENS ?? 100_000), 10_000);
  before(async () => {
    grafana = await startGrafanaTarget({ env: { CASEMENT_LOG_ACCESS: "false" } });
    key = await grafana.newKey();
  });
  after(() => grafana?.close());

  test(`for one of ${crowd}`, async () => {
    const link = v3(key);
    const statuses = {};
    const winners = [];
    const requests = (function* () {
      for (let i = 0; i < crowd; ++i) yield opening(link, newSecret());
    })();
    const onAnswer = ({ status, body }, request) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 201) winners.push({ body, request });
    };
    await Promise.all(
      Array.from({ length: 32 }, () =>
        pipeline(grafana.target.port, requests, { depth: 32, onAnswer }),
      ),
    );
    assert.deepEqual(statuses, { 201: 1, 409: crowd - 1 });
    const { secret } = JSON.parse(winners[0].request.split("\r\n\r\n")[1]);
    const again = await grafana.open(link, { secret });
    assert.equal(again.status, 200, "and for its own browser it is still there");
  });

  test("whatever else is signed with the same nonce, and by whichever version it is read", async () => {
    const nonce = newNonce();
    assert.equal((await grafana.open(v3(key, orders, { nonce }))).status, 201);
    for (const other of [
      v3(key, orders, { nonce, life: 200 }),
      v3(key, "/d/search/x", { nonce }),
      v3(key, `${orders}?var-tenant=acme`, { nonce, lock: ["tenant"] }),
    ]) {
      assert.equal((await grafana.open(other)).code, "link_already_used");
    }
    const second = await grafana.newKey();
    assert.equal(
      (await grafana.open(v3(second, orders, { nonce }))).status,
      201,
      "another's nonce",
    );
  });

  test("and not again once its session was ended or its key rotated", async () => {
    const link = v3(key);
    const secret = newSecret();
    const { id } = await grafana.open(link, { secret });
    await grafana.target.api("DELETE", `${api}/sessions/${id}`, undefined, 204);
    for (const options of [{ secret }, {}]) {
      const again = await grafana.open(link, options);
      assert.ok([409, 410].includes(again.status), again.text);
      assert.equal(again.accessToken, undefined);
    }
  });

  test("loading its page, however often, spends nothing", async () => {
    const link = v3(key);
    for (let i = 0; i < 30; ++i) {
      assert.equal((await grafana.target.call(i % 2 ? "HEAD" : "GET", link)).status, 200);
    }
    assert.equal((await grafana.open(link)).status, 201);
    assert.equal((await grafana.open(link)).status, 409);
  });

  test("killed between the spending and the answer, for one secret at most", async () => {
    const known = new Map();
    const makes = (function* () {
      for (;;) {
        const one = { link: v3(key), secret: newSecret() };
        const request = opening(one.link, one.secret);
        known.set(request, one);
        yield request;
      }
    })();
    let killed;
    let answers = 0;
    const onAnswer = ({ status }, request) => {
      assert.equal(status, 201);
      known.get(request).answered = true;
      if (++answers === 60) killed = grafana.target.server.end("SIGKILL");
    };
    await Promise.all(
      Array.from({ length: 8 }, () => pipeline(grafana.target.port, makes, { depth: 8, onAnswer })),
    );
    assert.equal((await killed).signal, "SIGKILL");
    await grafana.target.server.start();
    grafana.target.connect();
    for (const { link, secret, answered } of known.values()) {
      const [mine, others] = await Promise.all([
        grafana.open(link, { secret, body: { data: false } }),
        grafana.open(link, { body: { data: false } }),
      ]);
      const statuses = [mine.status, others.status].sort().join();
      assert.ok(["200,409", "201,409"].includes(statuses), statuses);
      if (answered) assert.equal(mine.status, 200, mine.text);
    }
  });
});

describe("attacks 13 and 15, Grafana: the server's clock decides", () => {
  let grafana, key;
  before(async () => {
    grafana = await startGrafanaTarget();
    key = await grafana.newKey();
  });
  after(() => grafana?.close());

  test("version 2 is good for anybody within 60 seconds, as its guide says, and not after", async () => {
    // Six seconds within and outside leave room for a slow machine; the ends are a unit test's.
    for (const age of [0, 54, -54]) {
      const link = v2(key, orders, { age });
      const ids = new Set();
      for (let i = 0; i < 3; ++i) {
        const answer = await grafana.open(link);
        assert.equal(answer.status, 201, `${age}: ${answer.text}`);
        ids.add(answer.id);
      }
      assert.equal(ids.size, 3, "each browser has a session of its own");
    }
    for (const [age, code] of [
      [66, "link_expired"],
      [3600, "link_expired"],
      [10 ** 9, "link_expired"],
      [-66, "link_not_yet_valid"],
      [-(10 ** 9), "link_not_yet_valid"],
    ]) {
      await grafana.refuses(v2(key, orders, { age }), [403, 410], [code]);
    }
    for (const life of [-1, 0]) {
      await grafana.refuses(v3(key, orders, { life }), [410], ["link_expired"]);
    }
    await grafana.refuses(v3(key, orders, { life: 3700 }), [403], ["link_not_yet_valid"]);
  });

  test("a time that is no plain count of seconds is none", async () => {
    const now = nowSeconds();
    for (const time of [
      `+${now}`,
      `-${now}`,
      `0${now}`,
      `${now}.0`,
      `${now}000`,
      `${now}e0`,
      `0x${now.toString(16)}`,
      `${now} `,
      "NaN",
      "Infinity",
      "",
      "99999999999999999999999",
      "１７",
    ]) {
      await grafana.refuses(v2(key, orders, { time }), [400], ["parameter_invalid"]);
      await grafana.refuses(v3(key, orders, { expires: time }), [400], ["parameter_invalid"]);
    }
  });

  test("what the viewer says of his clock changes nothing", async () => {
    const late = v2(key, orders, { age: 120 });
    for (const headers of [
      { Date: new Date(Date.now() - 120_000).toUTCString() },
      { "X-Timestamp": String(nowSeconds() - 120) },
      { "If-Modified-Since": new Date(0).toUTCString() },
    ]) {
      await grafana.refuses(late, [410], ["link_expired"], { headers });
    }
  });

  test("a spent link stays spent, whichever way the clock is moved", async () => {
    const spent = { link: v3(key, orders, { life: 3000 }), secret: newSecret() };
    assert.equal((await grafana.open(spent.link, { secret: spent.secret })).status, 201);
    for (const clockShift of [90, 0, 2900, 3500, 0, -50, 0]) {
      await grafana.restart({ clockShift });
      const other = await grafana.open(spent.link);
      assert.ok([403, 409, 410].includes(other.status), `${clockShift}: ${other.text}`);
      assert.equal(other.accessToken, undefined);
    }
    const mine = await grafana.open(spent.link, { secret: spent.secret });
    assert.equal(mine.status, 200, "and the browser that opened it is still in");
  });

  test("a link outside its time finds its own browser's session and makes nobody else's", async () => {
    const links = [v2(key), v3(key, orders, { life: 30 })];
    const secrets = links.map(() => newSecret());
    for (const [i, link] of links.entries()) await grafana.open(link, { secret: secrets[i] });
    await grafana.restart({ clockShift: 300 });
    for (const [i, link] of links.entries()) {
      assert.equal((await grafana.open(link, { secret: secrets[i] })).status, 200);
      const stranger = await grafana.open(link);
      assert.ok([409, 410].includes(stranger.status), stranger.text);
      nobodys(stranger.text, "a stranger's try");
    }
    await grafana.restart();
  });
});

describe("attack 19, Grafana: what was taken back is over within a second", () => {
  let grafana;
  before(async () => {
    grafana = await startGrafanaTarget();
    const { columns } = { columns: "abcdefg".split("") };
    await grafana.target.addDashboard({
      uid: "slow",
      title: "Slow",
      panels: [
        {
          id: 1,
          type: "stat",
          grid: { x: 0, y: 0, w: 24, h: 5 },
          queries: [
            {
              source: "orders",
              sql:
                `select count(*) as n from ${columns.map((c) => `orders ${c}`).join(", ")} ` +
                `where ${columns.map((c) => `${c}.orders`).join(" + ")} = 1`,
            },
          ],
        },
      ],
    });
  });
  after(() => grafana?.close());

  /** A stream whose panel takes longer than this test: resolves when its head is there. */
  function stream(viewer) {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        `${grafana.target.server.url}${paths.query}`,
        { method: "POST", headers: { ...pageHeaders, ...bearer(viewer.accessToken) } },
        (response) => {
          let text = "";
          response.on("data", (chunk) => (text += chunk));
          const ended = new Promise((done) => {
            for (const event of ["end", "close", "aborted", "error"]) response.on(event, done);
          }).then(() => ({ text, at: performance.now() }));
          resolve({ ended, status: response.statusCode });
        },
      );
      request.on("error", reject);
      request.end(JSON.stringify({ content: "dashboards/slow" }));
    });
  }

  const patch = (one, body) =>
    grafana.expect(200, "PATCH", `/api/serviceaccounts/${one.account}`, { body });
  const post = (one, what, body) =>
    grafana.expect(200, "POST", `${own}/${one.id}/${what}`, { body });
  const remove = (path) => grafana.expect(200, "DELETE", path);
  const ways = {
    "an API key is deleted": ["newKey", ({ id }) => remove(`/api/auth/keys/${id}`)],
    "an API key is revoked": ["newKey", (one) => post(one, "revoke")],
    "an API key is rotated without an overlap": [
      "newKey",
      (one) => post(one, "rotate", { overlap_seconds: 0 }),
    ],
    "a token is rotated without an overlap": [
      "newToken",
      (one) => post(one, "rotate", { overlap_seconds: 0 }),
    ],
    "a token is deleted": [
      "newToken",
      ({ account, id }) => remove(`/api/serviceaccounts/${account}/tokens/${id}`),
    ],
    "a token is revoked": ["newToken", (one) => post(one, "revoke")],
    "its account is disabled": ["newToken", (one) => patch(one, { isDisabled: true })],
    "its account is left without a role": ["newToken", (one) => patch(one, { role: "None" })],
    "its account is deleted": [
      "newToken",
      ({ account }) => remove(`/api/serviceaccounts/${account}`),
    ],
    "an administrator ends the session": [
      "newKey",
      (_, viewer) => grafana.target.api("DELETE", `${api}/sessions/${viewer.id}`, undefined, 204),
    ],
  };
  for (const [what, [make, takeBack]] of Object.entries(ways)) {
    test(`when ${what}`, async () => {
      const one = await grafana[make]();
      const viewers = [];
      for (const version of [v1, v2, v3]) {
        viewers.push(await grafana.viewer(version(one, "/d/slow/x"), { body: { data: false } }));
      }
      const [bystander] = [await grafana.newKey()];
      const beside = await grafana.viewer(v2(bystander, "/d/slow/x"), { body: { data: false } });
      const cut = what.startsWith("an administrator") ? viewers.slice(0, 1) : viewers;
      const streams = await Promise.all(cut.map(stream));
      const other = await stream(beside);
      for (const { status } of streams) assert.equal(status, 200);
      await takeBack(one, viewers[0]);
      const answered = performance.now();
      for (const viewer of cut) {
        for (const answer of [
          await viewer.query({}, "dashboards/orders"),
          await viewer.export({ panel: 5 }),
          await viewer.view("/d/orders/x"),
          await viewer.resume(),
        ]) {
          assert.equal(answer.status, 410, answer.text);
          assert.equal(answer.code, "session_ended");
          nobodys(answer.text, what);
        }
      }
      for (const { ended } of streams) {
        const { text, at } = await ended;
        assert.doesNotMatch(text, /"end":true|"frames"/, "the stream was cut, not finished");
        assert.ok(at - answered < 1_000, `${at - answered} ms`);
      }
      if (cut.length > 1) {
        for (const version of [v1, v2, v3]) await grafana.refuses(version(one), [401, 403]);
      }
      // Somebody else's goes on: it is neither over nor done.
      const late = Symbol("late");
      const first = await Promise.race([
        other.ended,
        beside.query({ panels: [5] }).then(() => late),
      ]);
      assert.equal(first, late);
      await grafana.target.api("DELETE", `${api}/sessions/${beside.id}`, undefined, 204);
      await other.ended;
    });
  }

  test("a rotation with an overlap takes along what the old secret opened when that is over", async () => {
    const one = await grafana.newToken();
    const old = await grafana.viewer(v2(one));
    await post(one, "rotate", { overlap_seconds: 600 });
    assert.equal((await old.query({ panels: [5] })).status, 200);
    assert.equal((await grafana.open(v2(one))).status, 201, "the overlap lasts");
    await grafana.restart({ clockShift: 601 });
    const resumed = await old.resume();
    assert.equal(resumed.status, 410, resumed.text);
    await grafana.refuses(
      withParameters(orders, v3Parts(one, orders, { expires: nowSeconds() + 900 })),
      [401],
      ["signature_invalid"],
    );
    await grafana.restart();
  });

  test("a key's end is its sessions' end, however long the link asked for", async () => {
    const short = await grafana.newKey("Viewer", { secondsToLive: 120 });
    const viewer = await grafana.viewer(v2(short, orders, { session: 86_400 }));
    await grafana.restart({ clockShift: 121 });
    const resumed = await viewer.resume();
    assert.equal(resumed.status, 410, resumed.text);
    const answer = await viewer.query({ panels: [5] });
    assert.ok([401, 410].includes(answer.status), answer.text);
    nobodys(answer.text, "after its end");
  });
});
