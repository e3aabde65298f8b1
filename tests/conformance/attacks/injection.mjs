// Values that a viewer sends stay values: nothing of them reaches the query's text, and no rows
// come from outside of the bound.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link, newSecret } from "./support/links.mjs";
import { onlyOf, rowsIn, withoutSaid } from "./support/witness.mjs";
import { pageHeaders, paths, startTarget } from "./target.mjs";

const quotes = [
  "'",
  "''",
  "'''",
  '"',
  '""',
  "`",
  "\\",
  "\\'",
  "';",
  "'--",
  "'/*",
  "*/",
  "$$",
  "$1",
  "?",
  ":x",
  "' or '1'='1",
  "' OR 1=1 --",
  "' or 1=1 #",
  "') or ('1'='1",
  "'; drop table orders; --",
  "' union select name, amount, name, amount from hidden --",
  "' || (select name from hidden) || '",
  "x' and 1=(select count(*) from hidden) and 'a'='a",
  "%' or tenant like '%",
  "%",
  "_",
  "%%%",
  "\\%",
  "$tenant",
  "${tenant}",
  "{{tenant}}",
  "{tenant}",
  "#{7*7}",
  "${{7*7}}",
  "%s%s%n",
  "%00",
  "$$ or 1=1 $$",
  "$tag$ or 1=1 $tag$",
  "E'\\047 or 1=1'",
  "U&'\\0027'",
  "0x27206f7220313d31",
  "*",
  "all",
  "null",
  "NULL",
  "NaN",
  "Infinity",
  "true",
  "[]",
  "{}",
  "['a','b']",
  "[globex]",
  "getenv('HOME')",
  "read_csv('/etc/passwd')",
  "../../../../etc/passwd",
  "file:///etc/passwd",
  "http://127.0.0.1/",
  "<script>alert(1)</script>",
  "</script>",
  "<!--",
  "-->",
  "&lt;",
  "javascript:1",
];
const odd = [
  "\u0000",
  "a\u0000b",
  "\u0001",
  "\u001f",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\ufffe",
  "\u202e",
  "\u200b",
  "é",
  "é",
  "ß",
  "İ",
  "ı",
  "ʼ",
  "＇",
  "′",
  "‘ or 1=1",
  "﹪",
  "😀",
  "👨‍👩‍👧",
  "\ud800",
  "\udfff",
  "a\ud800b",
  "\r\n",
  "\r\nSet-Cookie: x=1",
  "\n\n",
  "\t",
  "",
  " ",
  "\v\f",
];
const long = (size) => "'".repeat(size);

describe("a value that a viewer sends", () => {
  let target, viewer, earlier;
  before(async () => {
    target = await startTarget();
    const free = [
      { name: "tenant", default_values: ["acme"] },
      { name: "needle", default_values: [""], visible_tags: ["*"] },
      { name: "product", default_values: ["Anvil acme-row"], visible_tags: ["*"] },
    ];
    const share = await target.share(
      "search",
      "acme",
      {
        selectable_template_vars: free,
        global_time: { live_span: "1mo" },
        global_time_selectable: true,
      },
      { download: true },
    );
    viewer = await target.viewer(share);
    earlier = await viewer.query({ panels: [1], variables: { needle: [""] } });
  });
  after(() => target?.close());

  /** Every data call with this body's members: no fault of the server, no row of another. */
  async function stays(members, what) {
    for (const [path, extra] of [
      [paths.query, {}],
      [paths.export, { panel: 1 }],
      [paths.view, {}],
    ]) {
      const body = { ...extra, ...members };
      const answer = await viewer.call(path, body);
      const call = `${path} with ${what}: ${answer.status} ${answer.text.slice(0, 300)}`;
      assert.ok(answer.status < 500, call);
      const failed = answer.lines.filter((line) => line.error && line.panel !== undefined);
      for (const line of failed) assert.notEqual(line.error.code, "internal_error", call);
    }
  }

  test("is free in this group, so that the group tests what it says", async () => {
    const modes = Object.fromEntries(viewer.dashboard.variables.map((v) => [v.name, v.mode]));
    assert.deepEqual(modes, { tenant: "locked", needle: "free", product: "free" });
    assert.equal(rowsIn(earlier.lines), 8);
    const found = await viewer.query({ panels: [1], variables: { needle: ["Anvil"] } });
    assert.equal(rowsIn(found.lines), 4);
  });

  for (const variable of ["needle", "product"]) {
    test(`quotes, comments and templates in "${variable}" find nothing of others`, async () => {
      for (const text of quotes) {
        await stays({ variables: { [variable]: [text] } }, JSON.stringify(text));
      }
    });
    test(`control characters and other scripts in "${variable}" do no harm`, async () => {
      for (const text of odd) {
        await stays({ variables: { [variable]: [text] } }, JSON.stringify(text));
      }
    });
  }

  test("matches literally where it is compared with =", async () => {
    for (const text of quotes) {
      const answer = await viewer.query({ panels: [2], variables: { needle: [text] } });
      assert.equal(rowsIn(answer.lines), 0, `${text}: ${answer.text}`);
    }
    const exact = await viewer.query({ panels: [2], variables: { needle: ["Anvil acme-row"] } });
    assert.equal(rowsIn(exact.lines), 4);
    const other = await viewer.query({ panels: [2], variables: { needle: ["Anvil globex-row"] } });
    assert.equal(rowsIn(other.lines), 0);
  });

  test("may be a list where several may be chosen, and a list stays a list of values", async () => {
    const lists = [
      [],
      ["Anvil globex-row"],
      ["Anvil globex-row", "Rocket initech-row"],
      quotes.slice(0, 40),
      Array(500).fill("Anvil globex-row"),
      ["a]", "[b"],
      ["NULL", "]) or (1=1"],
      ["*"],
    ];
    for (const product of lists) {
      const answer = await viewer.query({ panels: [3], variables: { product } });
      assert.ok(answer.status < 500, answer.text);
      assert.equal(rowsIn(answer.lines), 0, JSON.stringify(product).slice(0, 200));
    }
    const many = await viewer.query({ variables: { product: Array(501).fill("x") } });
    assert.equal(many.status, 400);
    const two = await viewer.query({ variables: { needle: ["a", "b"] } });
    assert.equal(two.status, 400);
  });

  test("of the wrong kind is refused", async () => {
    for (const value of [
      [["a"]],
      [{ a: 1 }],
      [1],
      [null],
      [true],
      "a",
      1,
      null,
      true,
      {},
      { 0: "a", length: 1 },
      { $ne: "" },
      { toString: "a" },
      [[["a"]]],
    ]) {
      const answer = await viewer.query({ variables: { needle: value } });
      assert.equal(answer.status, 400, JSON.stringify(value));
    }
  });

  test("is at most as long as its variable allows, and a megabyte is refused quickly", async () => {
    for (const [size, expected] of [
      [4_096, [200]],
      [4_097, [400]],
      [65_536, [400]],
      [300_000, [413]],
      [1_000_000, [413]],
      [2_000_000, [413]],
    ]) {
      for (const text of [long(size), "é".repeat(Math.ceil(size / 2)), "\\".repeat(size)]) {
        const started = performance.now();
        const raw = JSON.stringify({ panels: [1], variables: { needle: [text] } });
        const answer = await viewer.call(paths.query, raw).catch((error) => error);
        // The server may close before all of such a body is sent; that is a refusal too.
        if (answer.code === "ECONNRESET" || answer.code === "EPIPE") {
          assert.ok(size >= 1_000_000, String(answer));
        } else {
          // Escaped, the same value is longer on the wire.
          const fits = raw.length <= 262_144 ? expected : [413];
          assert.ok(fits.includes(answer.status), `${size}: ${answer.status} ${answer.text}`);
        }
        assert.ok(performance.now() - started < 3_000, `${size} took too long`);
      }
    }
    const name = "n".repeat(100_000);
    const named = await viewer.query({ variables: { [name]: ["x"] } });
    assert.equal(named.status, 400);
    assert.ok(named.text.length < 1_000, "a long name does not come back whole");
  });

  test("stands in no other field either: span, zone, width, query name, panel", async () => {
    for (const text of [...quotes, ...odd, long(64), long(4_096)]) {
      const what = JSON.stringify(text).slice(0, 60);
      await stays({ timezone: text }, `timezone ${what}`);
      await stays({ time: { span: text } }, `span ${what}`);
      const csv = await viewer.export({ panel: 1, query: text });
      assert.ok([400, 404].includes(csv.status), `query ${what}: ${csv.status} ${csv.text}`);
      const wide = await viewer.query({ panels: [1], width: text });
      assert.equal(wide.status, 400);
      const named = await viewer.query({ variables: { [text]: ["x"] } });
      assert.equal(named.status, 400, `variable named ${what}: ${named.text}`);
    }
    for (const [width, status] of [
      [99, 400],
      [100, 200],
      [10_000, 200],
      [10_001, 400],
      [-1, 400],
      [1e18, 400],
      [0.5, 400],
    ]) {
      assert.equal((await viewer.query({ panels: [4], width })).status, status, `width ${width}`);
    }
  });

  test("opens nothing as a link or as a secret", async () => {
    for (const text of [...quotes, ...odd, long(9_000)]) {
      const bad = await target.open(text);
      assert.ok(bad.status >= 400 && bad.status < 500, `link ${text}: ${bad.status} ${bad.text}`);
      const share = await target.open(`/sb/secure-embed/${text}?token=${text}&nonce=1&ts=1`);
      assert.ok(share.status >= 400 && share.status < 500, `${text}: ${share.status}`);
      const secret = await target.open(link(viewer.share), { secret: text });
      assert.equal(secret.status, 400, `secret ${text}: ${secret.text}`);
    }
    const good = newSecret();
    for (const secret of [
      good.slice(1),
      `${good}A`,
      good.replace(/.$/, "="),
      `${good}==`,
      good.replace(/^./, "+"),
      good.replace(/^./, "é"),
      `${good} `,
    ]) {
      const answer = await target.open(link(viewer.share), { secret });
      assert.equal(answer.status, 400, `${secret}: ${answer.text}`);
    }
  });

  test("may be bytes that are no UTF-8, and is refused then", async () => {
    const bytes = [
      [0xff],
      [0xc0, 0xaf],
      [0xc0, 0xa7],
      [0xe0, 0x80, 0xa7],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xc3],
      [0xbf, 0x27],
    ];
    for (const sequence of bytes) {
      const body = Buffer.concat([
        Buffer.from('{"panels": [1], "variables": {"needle": ["'),
        Buffer.from(sequence),
        Buffer.from('"]}}'),
      ]);
      const answer = await target.client.call("POST", paths.query, {
        headers: { ...pageHeaders, Authorization: `Bearer ${viewer.accessToken}` },
        body,
      });
      assert.equal(answer.status, 400, `${sequence}: ${answer.text}`);
    }
  });

  test("stays inside the bound in a thousand mixtures", async () => {
    let seed = 20_260_201;
    const random = (n) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % n;
    };
    const words = [...quotes, ...odd, "globex", "Anvil", "tenant", " or ", " and ", "=", "(", ")"];
    for (let i = 0; i < 1_000; ++i) {
      const text = Array.from({ length: 1 + random(6) }, () => words[random(words.length)]).join(
        "",
      );
      const body = { panels: [1 + random(4)], variables: { needle: [text], product: [text] } };
      const answer = await viewer.query(body);
      assert.ok([200, 400, 403].includes(answer.status), `${JSON.stringify(text)}: ${answer.text}`);
      onlyOf("acme", withoutSaid(answer.text, JSON.stringify(body)), JSON.stringify(text));
    }
  });

  test("left the tables and the server as they were", async () => {
    const answer = await viewer.query({ panels: [1], variables: { needle: [""] } });
    assert.deepEqual(answer.lines[0].frames, earlier.lines[0].frames);
    assert.equal((await target.call("GET", "/readyz")).status, 200);
    assert.equal(
      target.server.process?.pid,
      target.pid,
      "it is still the process of the beginning",
    );
  });
});
