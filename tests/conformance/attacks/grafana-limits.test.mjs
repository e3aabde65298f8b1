// Row 11 and the lockout (the rule stands in src/dialects/grafana/verifier.h): who guesses is shut
// out, cannot get around it by naming other addresses, and can shut out nobody whose link is right.
//
//     node --test tests/conformance/attacks/grafana-limits.test.mjs
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { legacyKey, token } from "../grafana/support.mjs";
import {
  basic,
  bearer,
  newAddress,
  orders,
  randomLetters,
  startGrafanaTarget,
  v1,
  v2,
  v3,
} from "./grafana-target.mjs";
import { newNonce, newSecret, nowSeconds } from "./support/links.mjs";
import { pipeline, requestBytes } from "./support/wire.mjs";
import { api, pageHeaders, paths } from "./target.mjs";

const usual = {
  CASEMENT_ALIYUN_LOGIN_RATE_LIMITER: "10",
  CASEMENT_ALIYUN_LOGIN_FORBIDDEN_SECONDS: "3600",
};
const from = (address) => ({ headers: { "X-Forwarded-For": address } });
const forged = (key) => ({ ...key, hash: "0".repeat(100) });
const guess = (key) => ({ text: legacyKey(randomLetters(32), key.name, key.org) });

describe("attack 11, Grafana: who guesses is shut out", () => {
  let grafana, key, other;
  before(async () => {
    grafana = await startGrafanaTarget({ env: usual });
    key = await grafana.newKey();
    other = await grafana.newKey();
  });
  after(() => grafana?.close());

  /** Tries this often; the codes in their order. */
  async function codes(count, make, options) {
    const seen = [];
    for (let i = 0; i < count; ++i) {
      const each = typeof options === "function" ? options(i) : options;
      seen.push((await grafana.open(make(i), each)).code);
    }
    return seen;
  }
  const wrongs = (list) => list.filter((code) => code !== "too_many_attempts").length;

  test("after ten wrong links a minute, by address, in every version, and told for how long", async () => {
    const makes = {
      1: (i) => v1(guess({ name: `nobody ${i}`, org: 1 })),
      2: (i) => v2({ ...forged(key), name: `nobody ${i}` }),
      3: (i) => v3({ ...forged(key), name: `nobody ${i}` }),
    };
    for (const [version, make] of Object.entries(makes)) {
      const me = from(newAddress());
      const seen = await codes(20, (i) => make(`${version} ${i}`), me);
      assert.equal(wrongs(seen), 11, `${version}: ${seen}`);
      assert.deepEqual(seen.slice(11), Array(9).fill("too_many_attempts"));
      const page = await grafana.target.call("GET", make("page"), me);
      assert.equal(page.status, 429);
      const answer = await grafana.open(make("last"), me);
      assert.match(answer.text, /Try again in 3(600|5\d\d) seconds/);
      // Whoever stands elsewhere is not meant.
      assert.notEqual((await grafana.open(make("else"), from(newAddress()))).status, 429);
    }
  });

  test("and by the name that is guessed at, wherever the guesses come from", async () => {
    const name = { ...forged(key), name: "guessed from everywhere" };
    const seen = await codes(
      30,
      () => v2(name),
      () => from(newAddress()),
    );
    assert.equal(wrongs(seen), 11, seen.join());
  });

  test("but no right link, from the same address or by the same name", async () => {
    const me = from(newAddress());
    await codes(25, () => v2(forged(key)), me);
    assert.equal((await grafana.open(v2(forged(key)), from(newAddress()))).status, 429);
    for (const one of [key, other]) {
      for (const version of [v2, v3]) {
        assert.equal((await grafana.open(version(one), me)).status, 201);
        assert.equal((await grafana.target.call("GET", version(one), me)).status, 200);
      }
    }
  });

  test("and no right key by its name, though nobody has used it since the start", async () => {
    const unused = await grafana.newKey();
    await codes(
      25,
      () => v2(forged(unused)),
      () => from(newAddress()),
    );
    await codes(
      15,
      () => v1(guess(unused)),
      () => from(newAddress()),
    );
    const answer = await grafana.open(v1(unused), from(newAddress()));
    assert.equal(answer.status, 201, answer.text);
    await grafana.restart();
    await codes(
      25,
      () => v3(forged(unused)),
      () => from(newAddress()),
    );
    assert.equal((await grafana.open(v1(unused), from(newAddress()))).status, 201);
  });

  test("and no key that is known by an address that others fail from", async () => {
    const me = from(newAddress());
    assert.equal((await grafana.open(v1(key), me)).status, 201);
    await codes(25, () => v1(guess({ name: "somebody", org: 1 })), me);
    assert.equal((await grafana.open(v1(key), me)).status, 201);
    const fresh = await grafana.newKey();
    assert.equal((await grafana.open(v1(fresh), me)).status, 429, "that much the guide says");
  });

  test("and an address in IPv6 is its whole line", async () => {
    const line = (i) => from(`2001:db8:7:7:${i.toString(16)}::1`);
    const seen = await codes(20, (i) => v2({ ...forged(key), name: `six ${i}` }), line);
    assert.equal(wrongs(seen), 11, seen.join());
    const beside = await grafana.open(v2({ ...forged(key), name: "six" }), from("2001:db8:7:8::1"));
    assert.notEqual(beside.status, 429);
    const mapped = await codes(
      20,
      (i) => v2({ ...forged(key), name: `m ${i}` }),
      (i) => from(i % 2 ? "::ffff:198.51.100.7" : "198.51.100.7"),
    );
    assert.equal(wrongs(mapped), 11, mapped.join());
  });

  test("and what is malformed, expired or of another version counts for nothing", async () => {
    const me = from(newAddress());
    await codes(15, () => `${orders}?aliyun_api_key=x`, me);
    await codes(15, () => v2(key, orders, { age: 100 }), me);
    await codes(15, () => v2(key, orders, { changes: { aliyun_api_key_sign: "x" } }), me);
    assert.equal((await grafana.open(v2(forged(other)), me)).code, "signature_invalid");
  });
});

describe("attack 11, Grafana: no field dodges the limit where no proxy is trusted", () => {
  let grafana, key;
  before(async () => {
    grafana = await startGrafanaTarget({
      env: { ...usual, CASEMENT_SERVER_TRUSTED_PROXIES: "" },
    });
    key = await grafana.newKey();
  });
  after(() => grafana?.close());

  test("for links", async () => {
    const fields = (i) => [
      { "X-Forwarded-For": `10.1.1.${i}` },
      { "X-Forwarded-For": `10.1.2.${i}, 127.0.0.1` },
      { Forwarded: `for=10.1.3.${i}` },
      { "X-Real-IP": `10.1.4.${i}` },
      { "CF-Connecting-IP": `10.1.5.${i}`, "True-Client-IP": `10.1.5.${i}` },
      { "X-Client-IP": `10.1.6.${i}`, "X-Forwarded": `10.1.6.${i}` },
    ];
    const statuses = [];
    for (let i = 0; i < 6; ++i) {
      for (const [j, headers] of fields(i).entries()) {
        const link = v2({ ...forged(key), name: `nobody ${i} ${j}` });
        // Same-origin as this server sees itself, without a proxy before it.
        const own = { Origin: grafana.target.server.url, ...headers };
        statuses.push((await grafana.open(link, { headers: own })).status);
      }
    }
    assert.deepEqual(statuses, [...Array(11).fill(401), ...Array(25).fill(429)]);
    const { rows } = await grafana.target.api("GET", `${api}/audit?limit=1000`);
    assert.doesNotMatch(JSON.stringify(rows), /10\.1\.\d\.\d/);
  });

  test("for keys", async () => {
    const seen = { 401: 0, 429: 0 };
    const started = performance.now();
    for (let i = 0; seen[429] < 20 && i < 1_000; ++i) {
      const one = legacyKey(randomLetters(32), `nobody ${i}`, 1);
      const { status } = await grafana.call("GET", "/api/org", {
        headers: { ...(i % 2 ? bearer(one) : basic(one)), "X-Forwarded-For": `10.2.${i % 250}.1` },
      });
      seen[status] += 1;
    }
    // 300 at once, and five a second from then on.
    const most = 300 + (5 * (performance.now() - started)) / 1000 + 1;
    assert.ok(seen[401] >= 300 && seen[401] <= most && seen[429] === 20, JSON.stringify(seen));
    // The keys that are known go on: nobody else pays for it.
    assert.equal((await grafana.call("GET", "/api/org")).status, 200);
    assert.equal(
      (await grafana.open(v2(key), { headers: { Origin: grafana.target.server.url } })).status,
      201,
    );
  });
});

describe("attack 11, Grafana: a flood of wrong keys and links", () => {
  const count = Math.ceil(Number(process.env.ATTACKS_FLOOD ?? 100_000) / 4);
  let grafana, key;
  before(async () => {
    grafana = await startGrafanaTarget({ env: { ...usual, CASEMENT_LOG_ACCESS: "false" } });
    key = await grafana.newKey();
    await grafana.open(v1(key));
  });
  after(() => grafana?.close());

  const status = (name) => {
    const text = readFileSync(`/proc/${grafana.target.pid}/status`, "utf8");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)[1]) * 1024;
  };
  const stored = () =>
    readdirSync(grafana.target.dataDir).reduce(
      (sum, name) => sum + statSync(join(grafana.target.dataDir, name)).size,
      0,
    );
  const wrongKey = () => legacyKey(randomLetters(32), newNonce(), 1);
  const get = (path, headers = {}) => requestBytes("GET", path, { Host: "h", ...headers });
  const post = (link) =>
    requestBytes(
      "POST",
      paths.open,
      { Host: "h", "X-Forwarded-For": newAddress(), ...pageHeaders },
      JSON.stringify({ link, secret: newSecret() }),
    );
  const kinds = {
    "version 1 from one address": () => get(v1({ text: wrongKey() })),
    "version 2 of new names from new addresses": () =>
      post(v2({ ...forged(key), name: newNonce() })),
    "version 2 of one name": () => get(v2(forged(key))),
    "version 3 of new names": () => get(v3({ ...forged(key), name: newNonce() })),
    "bearers from one address": () => get("/api/org", bearer(wrongKey())),
    "tokens with a wrong checksum": () =>
      get("/api/org", bearer(token(randomLetters(32)).replace(/.$/, "g"))),
    "expired links of a right key": () => post(v2(key, orders, { time: nowSeconds() - 3600 })),
  };

  async function flood(make, times, until) {
    const seen = {};
    let left = times;
    const requests = (function* () {
      while (left-- > 0 && performance.now() < until) yield make();
    })();
    const onAnswer = ({ status: code }) => {
      seen[code] = (seen[code] ?? 0) + 1;
    };
    await Promise.all(
      Array.from({ length: 8 }, () =>
        pipeline(grafana.target.port, requests, { depth: 50, onAnswer }),
      ),
    );
    return seen;
  }

  test("stores nothing, keeps memory flat, and opens nothing", async (t) => {
    const each = Math.ceil(count / Object.keys(kinds).length);
    const forever = performance.now() + 300_000;
    for (const make of Object.values(kinds)) await flood(make, Math.ceil(each / 5), forever);
    const sanitized = status("VmSize") > 2 ** 42;
    const before = { memory: status("VmRSS"), stored: stored() };
    const started = performance.now();
    let answered = 0;
    for (const [name, make] of Object.entries(kinds)) {
      const seen = await flood(make, each, started + 60_000);
      answered += Object.values(seen).reduce((sum, n) => sum + n, 0);
      const wrong = Object.keys(seen).filter((code) => !["401", "410", "429"].includes(code));
      assert.deepEqual(wrong, [], `${name}: ${JSON.stringify(seen)}`);
    }
    const grown = { memory: status("VmRSS") - before.memory, stored: stored() - before.stored };
    t.diagnostic(`${answered} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    t.diagnostic(`memory ${grown.memory >> 10} KiB more, files ${grown.stored >> 10} KiB more`);
    assert.ok(answered >= Math.min(count, 5_000), `${answered} answers`);
    if (!sanitized) assert.ok(grown.memory < 24 * 2 ** 20, `${grown.memory} bytes more memory`);
    assert.ok(grown.stored < 4 * 2 ** 20, `${grown.stored} bytes more on disk`);
    const { sessions } = await grafana.target.api("GET", `${api}/sessions?limit=1000`);
    assert.equal(sessions.length, 1, "the one that was there before");
  });

  test("leaves no trace of its names in the metrics, and right keys and links right", async () => {
    const { text } = await grafana.target.call("GET", "/metrics");
    assert.doesNotMatch(text, /[0-9a-f]{32}/);
    for (const version of [v1, v2, v3]) {
      assert.equal((await grafana.open(version(key))).status, 201);
    }
    assert.equal((await grafana.call("GET", "/api/org", { key: key.text })).status, 200);
  });
});
