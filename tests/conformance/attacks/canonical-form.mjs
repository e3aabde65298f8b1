// A link has one reading. Doubled, escaped, shifted and decorated forms are refused, or are the very
// same link, which is then spent for all of its spellings.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { newNonce, newSecret, nowSeconds, parts, sign } from "./support/links.mjs";
import { nobodys } from "./support/witness.mjs";
import { exchange, requestBytes, statusIn } from "./support/wire.mjs";
import { paths, publicUrl, startTarget } from "./target.mjs";

describe("another form of a link", () => {
  let target, share, other;
  before(async () => {
    target = await startTarget();
    share = await target.share("orders", "acme");
    other = await target.share("orders", "globex");
  });
  after(() => target?.close());

  const escaped = (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const plain = ({ path, token, nonce, ts }) => `${path}?token=${token}&nonce=${nonce}&ts=${ts}`;

  /** Neither the page nor the call takes it; and the link it was made from is as good as before. */
  async function refused(form, expected = [400]) {
    const good = parts(share);
    const made = typeof form === "function" ? form(good) : form;
    const opened = await target.open(made);
    assert.ok(expected.includes(opened.status), `${made}: ${opened.status} ${opened.text}`);
    nobodys(opened.text, made);
    assert.equal((await target.open(plain(good))).status, 201, `${made} left its link as it was`);
  }

  test("names a parameter twice and is refused, whichever of them is right", async () => {
    await refused(
      ({ path, token, nonce, ts }) =>
        `${path}?token=${token}&nonce=${nonce}&ts=${ts}&token=${token}`,
    );
    for (const name of ["token", "nonce", "ts"]) {
      for (const value of ["", "x", newNonce(), "1"]) {
        await refused((good) => `${plain(good)}&${name}=${value}`);
        await refused((good) => plain(good).replace("?", `?${name}=${value}&`));
        await refused((good) => `${plain(good)}&${name}=${good[name]}`);
      }
    }
  });

  test("hides the second one behind escapes and is refused all the same", async () => {
    for (const name of [
      "%74oken",
      "t%6Fken",
      "t%6fken",
      escaped("token"),
      "%6eonce",
      "non%63e",
      "%74s",
      "t%73",
    ]) {
      await refused((good) => `${plain(good)}&${name}=x`);
    }
    for (const empty of ["token", "nonce", "ts", "token&nonce", "&&token"]) {
      await refused((good) => `${plain(good)}&${empty}`);
    }
  });

  test("leaves a parameter out, empties it, or misspells it, and is refused", async () => {
    for (const name of ["token", "nonce", "ts"]) {
      for (const replacement of [
        "",
        `${name}=`,
        `${name}`,
        `${name.toUpperCase()}=$&`,
        `${name}[]=1`,
        `${name}%00=1`,
        `+${name}=1`,
        `${name}+=1`,
        `${name}%20=1`,
      ]) {
        await refused((good) => plain(good).replace(new RegExp(`\\b${name}=[^&]*`), replacement));
      }
    }
    await refused(({ path }) => path);
    await refused(({ path }) => `${path}?`);
  });

  test("escapes its values and is the same link: once, for all spellings", async () => {
    const nonce = "a.b~c-d_e:f";
    const good = parts(share, { nonce });
    const spellings = [
      `nonce=${escaped(nonce)}`,
      `nonce=a%2eb~c-d_e%3Af`,
      `nonce=a%2Eb%7Ec-d_e:f`,
      `nonce=${escaped(nonce).toUpperCase()}`,
      `%6e%6f%6e%63%65=${nonce}`,
      `nonce=${nonce}`,
    ];
    const secret = newSecret();
    const first = await target.open(
      `${good.path}?token=${good.token}&${spellings[0]}&ts=${good.ts}`,
      { secret },
    );
    assert.equal(first.status, 201, first.text);
    for (const spelling of spellings) {
      for (const form of [
        `${good.path}?${spelling}&ts=${good.ts}&token=${good.token}`,
        `${good.path}?ts=${escaped(good.ts)}&${spelling}&token=${escaped(good.token)}`,
      ]) {
        const again = await target.open(form);
        assert.equal(again.status, 409, `${form}: ${again.text}`);
        assert.equal((await target.open(form, { secret })).id, first.id);
      }
    }
  });

  test("puts the parameters in any order and opens", async () => {
    const order = (names) => {
      const good = parts(share);
      return `${good.path}?${names.map((name) => `${name}=${good[name]}`).join("&")}`;
    };
    for (const names of [
      ["token", "nonce", "ts"],
      ["ts", "nonce", "token"],
      ["nonce", "token", "ts"],
      ["ts", "token", "nonce"],
      ["nonce", "ts", "token"],
      ["token", "ts", "nonce"],
    ]) {
      assert.equal((await target.open(order(names))).status, 201, names.join());
    }
  });

  test("adds parameters of its own, which decide nothing", async () => {
    const extras = [
      "tenant=globex",
      "tpl_var_tenant=globex",
      "tpl_var_tenant%5B0%5D=globex",
      "from_ts=0&to_ts=1",
      "variables=%7B%22tenant%22%3A%5B%22globex%22%5D%7D",
      "download=true",
      "share=x",
      "org=2",
      `share_token=${other.token}`,
      "theme=dark",
      "utm_source=mail",
      "a=1&a=2",
      "=",
      "x=%zz",
      "live=true",
      "session_length=999999999",
      "dashboard=hidden",
    ];
    for (const extra of extras) {
      const good = parts(share);
      const opened = await target.open(`${plain(good)}&${extra}`);
      assert.equal(opened.status, 201, `${extra}: ${opened.text}`);
      const { dashboard } = opened;
      assert.deepEqual(
        dashboard.variables.map(({ value, mode }) => [value, mode]),
        [
          [["acme"], "locked"],
          [["*"], "locked"],
        ],
        extra,
      );
      assert.equal(dashboard.uid, "orders");
      assert.equal(dashboard.download, false);
      assert.equal(dashboard.time.from, Date.parse("2026-02-01"));
      // And it is spent by that, extras or not.
      assert.equal((await target.open(plain(good))).status, 409);
    }
  });

  test("has a value that is not of its form and is refused", async () => {
    const tokens = [
      "0",
      "a".repeat(63),
      "a".repeat(65),
      "g".repeat(64),
      "",
      " ".repeat(64),
      "é".repeat(32),
      "%00".repeat(64),
      "0x" + "a".repeat(62),
    ];
    for (const token of tokens) await refused((good) => plain({ ...good, token }));
    await refused((good) => plain({ ...good, token: good.token.toUpperCase() }), [400, 401]);
    const times = [
      "",
      "0x10",
      "1e9",
      "+1",
      "-1",
      " 1",
      "1 ",
      "1.0",
      "01",
      "NaN",
      "Infinity",
      "١٢٣",
      "null",
      "9".repeat(13),
      "9".repeat(40),
      "%2b1",
      "1%00",
      "1%0a",
      "0".repeat(12),
    ];
    for (const time of times) {
      await refused((good) =>
        plain({ ...good, ts: time, token: sign(share.credential, good.nonce, time) }),
      );
    }
    const nonces = [
      "",
      " ",
      "a b",
      "a+b",
      "a%20b",
      "a%0ab",
      "a%0d%0ab",
      "a%00b",
      "a|b",
      "a%7Cb",
      "é",
      "%c3%a9",
      "%ff",
      "a%",
      "a%4",
      "a%zz",
      "x".repeat(129),
      "a%09b",
      "a%7fb",
      "\u2028",
    ];
    for (const nonce of nonces) {
      let decoded = nonce;
      try {
        decoded = decodeURIComponent(nonce.replaceAll("+", " "));
      } catch {
        // Broken escapes are signed as they stand.
      }
      await refused((good) =>
        plain({ ...good, nonce, token: sign(share.credential, decoded, good.ts) }),
      );
    }
  });

  test("moves a piece of one value into the next and does not pass for another", async () => {
    // nonce|ts is what is signed: "a|1" + "2" and "a" + "1|2" sign the same text.
    const ts = String(nowSeconds());
    const nonce = newNonce();
    const one = sign(share.credential, `${nonce}|${ts}`, ts);
    const { path } = parts(share);
    for (const [n, t, token] of [
      [`${nonce}%7C${ts}`, ts, one],
      [nonce, `${ts}%7C${ts}`, one],
      [nonce, ts, one],
      [`${nonce}%7C`, ts, sign(share.credential, `${nonce}|`, ts)],
    ]) {
      const opened = await target.open(`${path}?token=${token}&nonce=${n}&ts=${t}`);
      assert.ok([400, 401].includes(opened.status), opened.text);
    }
    const good = parts(share);
    const longer = `${good.nonce}${good.ts[0]}`;
    const shifted = await target.open(plain({ ...good, nonce: longer, ts: good.ts.slice(1) }));
    assert.ok([400, 401].includes(shifted.status), shifted.text);
  });

  test("is of another path than the share's own and is refused", async () => {
    const token = () => new URL(share.url).pathname.split("/").at(-1);
    const base = () => new URL(share.url).pathname.replace(token(), "");
    const made = [
      () => `/${base()}${token()}`,
      () => `${base()}/${token()}`,
      () => `${base()}${token()}/`,
      () => `${base()}./${token()}`,
      () => `${base()}x/../${token()}`,
      () => `${base()}%2e/${token()}`,
      () => `${base()}${escaped(token())}`,
      () => `${base()}${token()}%00`,
      () => `${base()}${token()};x`,
      () => `${base()}${token()}%2f`,
      () => `${base()}${token()}/..`,
      () => `${base().toUpperCase()}${token()}`,
      () => base().replace("secure", "%73ecure") + token(),
      () => `\\sb\\secure-embed\\${token()}`,
      () => `${publicUrl}${base()}${token()}`,
      () => `//evil.test${base()}${token()}`,
      () => token(),
      () => ` ${base()}${token()}`,
      () => `${base()}${token()} `,
      () => `${base()}${token()}\u0000`,
      () => `${base()}${token().toLowerCase()}x`,
      () => `/sb/${token()}`,
      () => `${base()}${token()}\n`,
    ];
    for (const make of made) await refused((good) => plain({ ...good, path: make() }), [400, 404]);
    await refused((good) => `${plain(good)}#fragment`);
    await refused((good) => `${plain(good)}#&token=x`);
    await refused((good) => plain(good).replaceAll("&", ";"));
    await refused((good) => plain(good).replace("?", "%3F"));
    await refused((good) => plain(good).replace("?", "??"));
    await refused((good) => plain(good).replaceAll("&", "&amp;"));
  });

  test("is one share's signature under another share's path and is refused", async () => {
    await refused((good) => plain({ ...good, path: new URL(other.url).pathname }), [401]);
  });

  test("is judged alike by the page and by the call", async () => {
    const forms = [
      (good) => plain(good),
      (good) => `${plain(good)}&token=x`,
      (good) => `${plain(good)}&%74oken=x`,
      (good) => plain({ ...good, nonce: "a|b" }),
      (good) => plain({ ...good, ts: "01" }),
      (good) => plain({ ...good, token: "0".repeat(64) }),
      (good) => plain({ ...good, nonce: "%" }),
      (good) => plain({ ...good, path: `${good.path}x` }),
      ({ path }) => path,
      (good) => `${plain(good)}&x=1`,
      (good) => plain(good).replace("&ts", "&t%73"),
    ];
    for (const form of forms) {
      const made = form(parts(share));
      const page = await target.call("GET", made);
      const call = await target.open(made);
      assert.equal(call.status === 201 ? 200 : call.status, page.status, made);
      if (page.status !== 200) assert.ok(page.text.includes(`data-code="${call.code}"`), page.text);
    }
  });

  test("in a request line that is no request line opens nothing", async () => {
    const good = parts(share);
    const lines = [
      `GET ${publicUrl}${plain(good)} HTTP/1.1`,
      `GET ${plain(good)}#x HTTP/1.1`,
      `GET  ${plain(good)} HTTP/1.1`,
      `GET ${plain(good)} x HTTP/1.1`,
      `GET\t${plain(good)} HTTP/1.1`,
      `GET ${plain(good)}\u0001 HTTP/1.1`,
      `GET ${plain(good)} HTTP/2.0`,
      `GET ${plain(good)}`,
      `GET ${plain(good)} HTTP/1.1\nHost: h`,
      `GET *?${plain(good)} HTTP/1.1`,
      `get ${plain(good)} HTTP/1.1`,
      `GET \\${plain(good)} HTTP/1.1`,
      `GET ${plain(good).slice(1)} HTTP/1.1`,
    ];
    for (const line of lines) {
      const { text } = await exchange(
        target.port,
        `${line}\r\nHost: h\r\nConnection: close\r\n\r\n`,
        { ms: 1_500 },
      );
      assert.ok(statusIn(text) >= 400 || statusIn(text) === 0, `${line}: ${text.slice(0, 80)}`);
    }
    const body = JSON.stringify({ link: plain(good), secret: newSecret(), data: false });
    const { text } = await exchange(
      target.port,
      requestBytes(
        "POST",
        paths.open,
        { Host: "h", "Content-Type": "application/json", Connection: "close" },
        body,
      ),
    );
    assert.equal(statusIn(text), 201, "and the link is still good");
  });
});
