// What costs a stranger nothing costs the server little: sizes and times have limits before anyone
// is asked who they are, and a flood of badly signed links leaves nothing behind.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { link, newNonce, newSecret, nowSeconds } from "./support/links.mjs";
import { exchange, pipeline, requestBytes, statusIn } from "./support/wire.mjs";
import { api, pageHeaders, paths, startTarget } from "./target.mjs";

const host = { Host: "127.0.0.1" };

describe("a request that is too large", () => {
  let target;
  before(async () => {
    target = await startTarget();
  });
  after(() => target?.close());

  async function refused(bytes, status, what) {
    const { text, ms, closed } = await exchange(target.port, bytes);
    assert.equal(statusIn(text), status, `${what}: ${text.slice(0, 300)}`);
    assert.ok(ms < 5_000, `${what} took ${ms} ms`);
    assert.ok(closed, `${what}: the connection is closed`);
    assert.match(text, /\r\nX-Content-Type-Options: nosniff\r\n/);
    assert.match(text, /frame-ancestors 'none'/);
    assert.ok(text.length < 2_000, "a refusal is small");
  }

  test("has a line over 16 KiB and gets 414", async () => {
    const fits = await exchange(
      target.port,
      requestBytes("GET", `/healthz?${"a".repeat(16_000)}`, { ...host, Connection: "close" }),
    );
    assert.equal(statusIn(fits.text), 200);
    await refused(requestBytes("GET", `/${"a".repeat(16_384)}`, host), 414, "a long path");
    await refused(requestBytes("GET", `/x?${"a=b&".repeat(5_000)}`, host), 414, "a long query");
    await refused(`${"A".repeat(20_000)}`, 414, "a long method without an end");
    await refused(`GET /${"a".repeat(100_000)}`, 414, "a line that never ends");
  });

  test("has fields over 32 KiB or over 128 of them, and gets 431", async () => {
    const many = (count, size) =>
      Array.from({ length: count }, (_, i) => [`X-${i}`, "v".repeat(size)]);
    await refused(requestBytes("GET", "/", [["Host", "h"], ...many(33, 1_024)]), 431, "33 KiB");
    await refused(
      requestBytes("GET", "/", [
        ["Host", "h"],
        ["X", "v".repeat(33_000)],
      ]),
      431,
      "one",
    );
    await refused(requestBytes("GET", "/", [["Host", "h"], ...many(200, 1)]), 431, "200 fields");
    await refused(
      `GET / HTTP/1.1\r\nHost: h\r\nCookie: ${"a=b; ".repeat(10_000)}`,
      431,
      "a field that never ends",
    );
  });

  test("has a body over 1 MiB and gets 413 before it is sent", async () => {
    for (const path of [paths.open, paths.query, "/api/v1/dashboard", "/nowhere", "/"]) {
      await refused(
        `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n` +
          "Content-Length: 1048577\r\n\r\n",
        413,
        `a length on ${path}`,
      );
    }
    for (const length of ["99999999999", "18446744073709551615"]) {
      await refused(
        `POST ${paths.open} HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n`,
        413,
        length,
      );
    }
  });

  test("has a chunked body over 1 MiB and is cut there", async () => {
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    await refused(
      `POST ${paths.open} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}`,
      413,
      "17 chunks",
    );
    await refused(
      `POST ${paths.open} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n` +
        "FFFFFFFFFFFFFFF\r\n",
      413,
      "one enormous chunk",
    );
  });

  test("asks a viewer's call for more than it may hold", async () => {
    const body = JSON.stringify({ link: "x", secret: newSecret(), pad: "x".repeat(262_144) });
    const { text } = await exchange(
      target.port,
      requestBytes(
        "POST",
        paths.open,
        { ...host, "Content-Type": "application/json", Connection: "close" },
        body,
      ),
    );
    assert.equal(statusIn(text), 413);
  });

  test("is of two lengths, or of none that can be read, and is refused", async () => {
    const smuggled = [
      "Content-Length: 5\r\nContent-Length: 6",
      "Content-Length: 5\r\nTransfer-Encoding: chunked",
      "Content-Length: +5",
      "Content-Length: 0x5",
      "Content-Length: -1",
      "Content-Length: 5, 5",
      "Transfer-Encoding: gzip, chunked",
      "Transfer-Encoding: identity",
      "Transfer-Encoding: x",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding : chunked",
      "Content-Length: 5\r\n Transfer-Encoding: chunked",
      "Content-Length: 99999999999999999999999",
    ];
    for (const field of smuggled) {
      const { text, ms } = await exchange(
        target.port,
        `POST ${paths.open} HTTP/1.1\r\nHost: h\r\n${field}\r\n\r\nabcde` +
          "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n",
      );
      assert.ok([400, 413, 501].includes(statusIn(text)), `${field}: ${text.slice(0, 200)}`);
      assert.equal(text.match(/HTTP\/1\.1 /g).length, 1, `${field}: nothing after it is answered`);
      assert.ok(ms < 5_000, `${field}: ${ms} ms`);
    }
  });

  test("does not keep others from being answered", async () => {
    assert.equal((await target.call("GET", "/readyz")).status, 200);
  });
});

describe("a client that takes its time", () => {
  let target;
  before(async () => {
    target = await startTarget({
      env: {
        CASEMENT_SERVER_LIMITS_HEADER_SECONDS: "1",
        CASEMENT_SERVER_LIMITS_BODY_SECONDS: "1",
        CASEMENT_SERVER_LIMITS_IDLE_SECONDS: "2",
        CASEMENT_SERVER_LIMITS_MAX_CONNECTIONS: "40",
      },
    });
  });
  after(() => target?.close());

  const slow = {
    "says nothing": "",
    "sends half a line": "GET /hea",
    "sends half of its fields": "GET /healthz HTTP/1.1\r\nHost: h\r\nX-",
    "sends half of its body": `POST ${paths.open} HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{`,
  };
  for (const [what, bytes] of Object.entries(slow)) {
    test(`is cut when it ${what}`, async () => {
      const { closed, ms, text } = await exchange(target.port, bytes, { ms: 8_000 });
      assert.ok(closed, text);
      assert.ok(ms > 500 && ms < 6_000, `${ms} ms`);
      if (bytes !== "") assert.equal(statusIn(text), 408, text);
    });
    if (bytes === "") continue;
    test(`is cut all the same when it ${what} and then a byte now and then`, async () => {
      const { closed, ms } = await exchange(target.port, bytes, {
        ms: 8_000,
        pieces: { every: 150, bytes: ["a"] },
      });
      assert.ok(closed);
      assert.ok(ms < 6_000, `${ms} ms`);
    });
  }

  test("is closed when it waits too long between two requests", async () => {
    const { closed, ms, text } = await exchange(
      target.port,
      requestBytes("GET", "/healthz", host),
      { ms: 8_000 },
    );
    assert.equal(statusIn(text), 200);
    assert.ok(closed && ms < 7_000, `${ms} ms`);
  });

  test("cannot take all connections for long", async () => {
    const crowd = Array.from({ length: 120 }, () => exchange(target.port, "", { ms: 8_000 }));
    const ends = await Promise.all(crowd);
    assert.ok(ends.every(({ closed }) => closed));
    assert.ok(ends.filter(({ ms }) => ms < 900).length >= 60, "those beyond the cap end at once");
    assert.equal((await target.call("GET", "/healthz")).status, 200);
  });
});

describe("a flood of badly signed links", () => {
  const links = Number(process.env.ATTACKS_FLOOD ?? 100_000);
  let target, share;
  before(async () => {
    target = await startTarget({ env: { CASEMENT_LOG_ACCESS: "false" } });
    share = await target.share("orders", "acme");
  });
  after(() => target?.close());

  const status = (name) => {
    const text = readFileSync(`/proc/${target.pid}/status`, "utf8");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)[1]) * 1024;
  };
  const stored = () =>
    readdirSync(target.dataDir).reduce(
      (sum, name) => sum + statSync(join(target.dataDir, name)).size,
      0,
    );
  const sessions = async () =>
    (await target.api("GET", `${api}/sessions?limit=1000`)).sessions.length;

  const path = () => new URL(share.url).pathname;
  const forged = (at) =>
    `${at}?token=${newNonce() + newNonce()}&nonce=${newNonce()}&ts=${nowSeconds()}`;
  const get = (address) => `GET ${address} HTTP/1.1\r\nHost: h\r\n\r\n`;
  const post = (address) =>
    requestBytes(
      "POST",
      paths.open,
      { ...host, ...pageHeaders },
      JSON.stringify({ link: address, secret: newSecret() }),
    );

  const floods = {
    "loaded as pages": () => get(forged(path())),
    "loaded as pages of shares that do not exist": () =>
      get(forged(`/sb/secure-embed/${newNonce()}`)),
    "posted as the page does": () => post(forged(path())),
    "posted for shares that do not exist": () => post(forged(`/sb/secure-embed/${newNonce()}`)),
    "expired, with a good signature": () => post(link(share, { age: 7_200 })),
    "that are none at all": () => get(`/${newNonce()}?${newNonce()}`),
  };

  /** `count` requests over eight connections: the answers' statuses, each with its number. */
  async function flood(count, make, until) {
    const seen = {};
    let left = count;
    const requests = (function* () {
      while (left-- > 0 && performance.now() < until) yield make();
    })();
    const onAnswer = ({ status: code }) => {
      seen[code] = (seen[code] ?? 0) + 1;
    };
    await Promise.all(
      Array.from({ length: 8 }, () => pipeline(target.port, requests, { depth: 100, onAnswer })),
    );
    return seen;
  }

  test("stores nothing, keeps memory flat, and is refused every time", async (t) => {
    const kinds = Object.entries(floods);
    const each = Math.ceil(links / kinds.length);
    const forever = performance.now() + 300_000;
    for (const [, make] of kinds) await flood(Math.ceil(each / 10), make, forever);
    // What a sanitizer maps and keeps of freed memory says nothing about the server.
    const sanitized = status("VmSize") > 2 ** 42;
    const earlier = { memory: status("VmRSS"), stored: stored(), audit: await rows() };
    const started = performance.now();
    let answered = 0;
    for (const [name, make] of kinds) {
      const seen = await flood(each, make, started + 60_000);
      answered += Object.values(seen).reduce((sum, n) => sum + n, 0);
      const wrong = Object.keys(seen).filter(
        (code) => !["400", "401", "404", "410"].includes(code),
      );
      assert.deepEqual(wrong, [], `${name}: ${JSON.stringify(seen)}`);
    }
    const seconds = (performance.now() - started) / 1000;
    t.diagnostic(`${answered} in ${seconds.toFixed(1)} s`);
    assert.ok(answered >= Math.min(links, 5_000), `${answered} answers`);
    assert.equal(await sessions(), 0);
    const grown = { memory: status("VmRSS") - earlier.memory, stored: stored() - earlier.stored };
    t.diagnostic(`memory ${grown.memory >> 10} KiB more, files ${grown.stored >> 10} KiB more`);
    if (!sanitized) assert.ok(grown.memory < 24 * 2 ** 20, `${grown.memory} bytes more memory`);
    assert.ok(grown.stored < 4 * 2 ** 20, `${grown.stored} bytes more on disk`);
    // A row a second for each share and reason, whatever the number of links.
    const more = (await rows()) - earlier.audit;
    assert.ok(more <= 12 * (seconds + 2), `${more} audit rows in ${seconds} s`);
  });

  async function rows() {
    const answer = await target.api("GET", `${api}/audit?limit=1`);
    return answer.rows[0].id;
  }

  test("leaves no trace of its nonces, names or addresses in the metrics", async () => {
    const soon = () => performance.now() + 20_000;
    const series = async () => {
      const { text } = await target.call("GET", "/metrics");
      // Counts come a moment late, so this test's own calls may still appear.
      const ours = /"\/metrics"|"\/api\/casement\/v1\/audit"|method="GET",route="\/api\//;
      return text
        .split("\n")
        .map((line) => line.split(" ")[0])
        .filter((name) => !name.startsWith("#") && !ours.test(name));
    };
    const everything = async (count) => {
      for (const make of Object.values(floods)) await flood(count, make, soon());
    };
    await everything(10);
    const first = new Set(await series());
    await everything(500);
    assert.deepEqual(
      (await series()).filter((name) => !first.has(name)),
      [],
    );
  });

  test("leaves a good link good", async () => {
    assert.equal((await target.open(link(share))).status, 201);
    assert.equal(await sessions(), 1);
  });
});
