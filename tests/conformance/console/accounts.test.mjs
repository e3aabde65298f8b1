// Signing in to the console over the network: set-up, password, second factor, sessions, and what
// attackers get who have a page of their own, a name, a cookie, or many addresses.
//
//     node --test tests/conformance/console/accounts.test.mjs
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { startCasement } from "../../support/casement.mjs";
import { api, Browser } from "./browser.mjs";

const password = "correct horse battery";
const admin = {
  organization: "Example",
  handle: "ada@example.org",
  name: "Ada",
  password,
};
const setUpLine =
  /^casement: nobody has a password yet; set up at (\S+) with the one-time code (\S+)$/m;

/** RFC 6238 by this test's own hand: the code of a base32 secret, some steps from now. */
function totp(secret, steps = 0, now = Date.now()) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret]
    .map((c) => letters.indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(
    bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)),
  );
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(
    6,
    "0",
  );
}

/** A server of its own, behind a proxy that it trusts, so that a test has many addresses. */
async function start(options = {}) {
  return startCasement({
    role: null,
    ...options,
    env: { CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1", ...options.env },
  });
}
const codeOf = (server) => setUpLine.exec(server.log())?.[2];

/** Whether the line came: it follows the one that says where the server listens. */
async function printedCode(server) {
  for (let tries = 0; tries < 200 && !codeOf(server); ++tries) {
    // The line is on its way through a pipe; asking the server gives it the time.
    await new Browser(server.url).call("GET", "/setup");
  }
  return codeOf(server);
}

async function signIn(server, more = {}, address = undefined) {
  const browser = new Browser(server.url, { address });
  const answer = await browser.call("POST", "/sign-in", {
    handle: admin.handle,
    password,
    ...more,
  });
  return { browser, answer };
}

async function startSetUp(options = {}) {
  const server = await start(options);
  const browser = new Browser(server.url);
  const code = await printedCode(server);
  const answer = await browser.call("POST", "/setup", { code, ...admin });
  assert.equal(answer.status, 201, answer.text);
  return { server, browser, code };
}

describe("the first start", () => {
  let server;
  before(async () => (server = await start()));
  after(() => server?.stop());

  test("prints one line with a code that is nowhere else", async () => {
    const code = await printedCode(server);
    assert.match(code, /^[A-Z2-7]{26}$/);
    assert.equal(setUpLine.exec(server.log())[1], `${server.url}/console/`);
    const lines = server.log().split("\n");
    assert.equal(lines.filter((line) => line.includes(code)).length, 1);
    for (const line of lines.filter((one) => one.startsWith("{")))
      JSON.parse(line);
  });

  test("lets nobody in without the code, nor from another site", async () => {
    const browser = new Browser(server.url);
    assert.deepEqual((await browser.call("GET", "/setup")).body, {
      needed: true,
    });
    const code = codeOf(server);
    for (const wrong of ["AAAA", `${code}A`, code.slice(1)]) {
      const answer = await browser.call("POST", "/setup", {
        code: wrong,
        ...admin,
      });
      assert.equal(answer.code, "wrong_code", wrong);
    }
    const foreign = await browser.call(
      "POST",
      "/setup",
      { code, ...admin },
      { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.test" },
    );
    assert.equal(foreign.code, "cross_site");
  });

  test("makes one Admin, signs him in, and is over", async () => {
    const code = codeOf(server);
    const browsers = Array.from({ length: 4 }, () => new Browser(server.url));
    const answers = await Promise.all(
      browsers.map((browser, i) =>
        browser.call("POST", "/setup", {
          code,
          ...admin,
          handle: `admin${i}@example.org`,
        }),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status).filter((status) => status === 201),
      [201],
      "of all at once one is the first",
    );
    const winner = browsers[answers.findIndex(({ status }) => status === 201)];
    const me = await winner.call("GET", "/me");
    assert.equal(me.body.user.role, "Admin");
    assert.equal(me.body.organization.name, "Example");
    assert.ok(me.body.permissions.includes("org_manage"));
    assert.deepEqual((await winner.call("GET", "/setup")).body, {
      needed: false,
    });
    assert.equal(
      (await winner.call("POST", "/setup", { code, ...admin })).status,
      410,
    );
    await server.end();
    await server.start();
    assert.deepEqual(
      (await new Browser(server.url).call("GET", "/setup")).body,
      {
        needed: false,
      },
    );
  });
});

describe("a session", () => {
  let server, dataDir;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "casement-console-"));
    ({ server } = await startSetUp({ dataDir }));
  });
  after(async () => {
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test("is a cookie that no script reads and no other site sends", async () => {
    const { answer, browser } = await signIn(server);
    assert.equal(answer.status, 200, answer.text);
    const line = answer.cookies.find((one) =>
      one.startsWith("casement_console="),
    );
    const attributes = line.split("; ").slice(1).sort();
    assert.deepEqual(attributes, [
      "HttpOnly",
      "Max-Age=2592000",
      `Path=${api}`,
      "SameSite=Strict",
    ]);
    const secure = await new Browser(server.url).call(
      "POST",
      "/sign-in",
      { handle: admin.handle, password },
      { "X-Forwarded-Proto": "https", Origin: null },
    );
    assert.match(secure.cookies.join(), /; Secure/);
    const me = await browser.call("GET", "/me");
    assert.equal(me.body.authentication, "session");
    assert.equal(me.body.totp, false);
    assert.equal(me.headers["cache-control"], "no-store");
  });

  test("outlives a restart, and one that was ended does not come back with it", async () => {
    const { browser } = await signIn(server);
    const other = (await signIn(server)).browser;
    const listed = (await browser.call("GET", "/me/sessions")).body.sessions;
    assert.equal(listed.filter(({ current }) => current).length, 1);
    const thief = other.copy();
    const [theirs] = (
      await other.call("GET", "/me/sessions")
    ).body.sessions.filter(({ current }) => current);
    assert.equal(
      (await browser.call("DELETE", `/me/sessions/${theirs.id}`)).status,
      204,
    );
    assert.equal((await thief.call("GET", "/me")).code, "signed_out");
    await server.end();
    await server.start();
    const again = (one) => {
      one.url = new URL(server.url);
      return one.call("GET", "/me");
    };
    assert.equal((await again(browser)).status, 200);
    assert.equal((await again(thief)).code, "signed_out");
  });

  test("is never one that somebody else has put into the browser", async () => {
    const attacker = (await signIn(server)).browser;
    const victim = attacker.copy();
    const answer = await victim.call("POST", "/sign-in", {
      handle: admin.handle,
      password,
    });
    assert.equal(answer.status, 200);
    assert.notEqual(
      victim.cookies.get("casement_console").value,
      attacker.cookies.get("casement_console").value,
    );
    assert.equal((await attacker.call("GET", "/me")).code, "signed_out");
    // A neighbouring origin's cookie beside ours: neither is taken.
    const value = victim.cookies.get("casement_console").value;
    const two = await victim.call("GET", "/me", undefined, {
      Cookie: `casement_console=x; casement_console=${value}`,
    });
    assert.equal(two.code, "signed_out");
  });

  test("calls the native API, and no vendor's", async () => {
    const { browser } = await signIn(server);
    for (const path of [
      "/dashboards",
      "/shares",
      "/audit",
      "/organization",
      "/sources",
    ]) {
      assert.equal((await browser.call("GET", path)).status, 200, path);
    }
    const cookie = `casement_console=${browser.cookies.get("casement_console").value}`;
    for (const path of [
      "/api/v1/dashboard",
      "/api/v1/validate",
      "/api/4.0/user",
      "/api/org",
      "/api/search",
      "/api/admin/settings",
      "/api/auth/keys",
    ]) {
      assert.equal(
        browser.cookieHeader(path),
        "",
        "the cookie's path keeps it away",
      );
      const answer = await browser.send("GET", path, undefined, {
        Cookie: cookie,
        "X-Casement": "1",
        "Sec-Fetch-Site": "same-origin",
      });
      assert.ok(
        [401, 403, 404].includes(answer.status),
        `${path}: ${answer.status}`,
      );
    }
  });

  test("gives pages of other sites nothing", async () => {
    const { browser } = await signIn(server);
    const foreign = [
      { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.test" },
      { "Sec-Fetch-Site": "same-site", Origin: "http://127.0.0.1:1" },
      { "Sec-Fetch-Site": null, Origin: "https://evil.test" },
      { "Sec-Fetch-Site": null, Origin: "null" },
      { "X-Casement": null },
      { "X-Casement": "true" },
    ];
    const changes = [
      ["POST", "/sign-out"],
      ["PUT", "/me/password", { old: password, new: "the attacker's own" }],
      ["POST", "/me/totp"],
      ["POST", "/me/organization", { id: 1 }],
      ["PATCH", "/organization", { name: "Pwned" }],
      ["POST", "/dashboards", { document: {} }],
      ["DELETE", "/sessions/x"],
      ["POST", "/sign-in", { handle: admin.handle, password }],
    ];
    for (const headers of foreign) {
      for (const [method, path, body] of changes) {
        const answer = await browser.call(method, path, body, headers);
        assert.equal(
          answer.status,
          403,
          `${method} ${path} ${JSON.stringify(headers)}`,
        );
        assert.equal(answer.code, "cross_site", `${method} ${path}`);
        assert.equal(answer.headers["access-control-allow-origin"], undefined);
      }
    }
    assert.equal(
      (await browser.call("GET", "/me")).body.organization.name,
      "Example",
    );
    const read = await browser.call("GET", "/me", undefined, {
      "Sec-Fetch-Site": "cross-site",
    });
    assert.equal(read.code, "cross_site");
  });

  test("ends with the password that opened it, but for the browser that changed it", async () => {
    const { browser } = await signIn(server);
    const other = (await signIn(server)).browser;
    const thief = browser.copy();
    const changed = await browser.call("PUT", "/me/password", {
      old: password,
      new: `${password}!`,
    });
    assert.equal(changed.status, 204, changed.text);
    assert.equal((await browser.call("GET", "/me")).status, 200);
    for (const one of [other, thief]) {
      assert.equal((await one.call("GET", "/me")).code, "signed_out");
    }
    const back = await browser.call("PUT", "/me/password", {
      old: `${password}!`,
      new: password,
    });
    assert.equal(back.status, 204, back.text);
  });
});

describe("a second factor", () => {
  let server, secret, codes;
  before(async () => ({ server } = await startSetUp()));
  after(() => server?.stop());

  /** Codes of steps that this test has not used: each is good once. */
  let used = 0;
  const nextCode = () =>
    totp(secret, 0, (used = Math.max(used + 30_000, Date.now())));

  test("is asked for once a code was shown", async () => {
    const { browser } = await signIn(server);
    const started = (await browser.call("POST", "/me/totp")).body;
    secret = started.secret;
    assert.equal(new URL(started.uri).searchParams.get("secret"), secret);
    assert.equal((await signIn(server)).answer.status, 200, "not yet");
    const wrong = await browser.call("PUT", "/me/totp", { code: "000000" });
    assert.equal(wrong.code, "wrong_totp");
    const shown = await browser.call("PUT", "/me/totp", { code: nextCode() });
    assert.equal(shown.status, 200, shown.text);
    codes = shown.body.recovery_codes;
    assert.equal(new Set(codes).size, 10);
    const { answer } = await signIn(server);
    assert.equal(answer.status, 401);
    assert.equal(answer.code, "totp_required");
    assert.equal(answer.body.error.field, undefined);
    assert.deepEqual(answer.cookies, []);
  });

  test("takes a code once, also when two arrive together", async () => {
    const code = nextCode();
    const answers = await Promise.all(
      ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((address) =>
        signIn(server, { totp: code }, address),
      ),
    );
    const statuses = answers.map(({ answer }) => answer.status).sort();
    assert.deepEqual(statuses, [200, 401, 401]);
    const replayed = await signIn(server, { totp: code }, "192.0.2.4");
    assert.equal(replayed.answer.code, "totp_required");
    assert.equal(replayed.answer.body.error.field, "totp");
  });

  test("gives way to a recovery code, once", async () => {
    const first = await signIn(
      server,
      { totp: codes[0].toLowerCase() },
      "192.0.2.5",
    );
    assert.equal(first.answer.status, 200, first.answer.text);
    const again = await signIn(server, { totp: codes[0] }, "192.0.2.5");
    assert.equal(again.answer.code, "totp_required");
    const taken = await first.browser.call("DELETE", "/me/totp", {
      password: "wrong horse",
    });
    assert.equal(taken.code, "wrong_password");
  });

  test("is not found by trying", async () => {
    const seen = [];
    for (let i = 0; i < 12; ++i) {
      const address = `198.51.100.${i}`;
      seen.push(
        (await signIn(server, { totp: "000000" }, address)).answer.code,
      );
    }
    assert.equal(seen.at(-1), "too_many_attempts");
  });

  test("and its secrets are in no log", () => {
    const log = server.log();
    for (const text of [secret, password, ...codes])
      assert.ok(!log.includes(text));
  });
});

describe("whoever guesses", () => {
  let server, known;
  before(async () => {
    ({ server } = await startSetUp());
    known = (await signIn(server, {}, "203.0.113.1")).browser;
  });
  after(() => server?.stop());
  const guess = (handle, address) =>
    signIn(server, { handle, password: "a guess" }, address).then(
      ({ answer }) => answer,
    );

  test("does not learn from the answer who exists", async () => {
    const real = await guess(admin.handle, "192.0.2.9");
    const nobody = await guess("eve@example.org", "192.0.2.9");
    assert.equal(real.status, 401);
    assert.equal(real.text, nobody.text);
    // In the words of the form: "Name or e-mail", and the password.
    assert.equal(
      real.body.error.message,
      "The name or e-mail, or the password, is not right.",
    );
    const names = ({ headers }) => Object.keys(headers).sort();
    assert.deepEqual(names(real), names(nobody));
  });

  test("does not learn it from the time that it takes", async () => {
    // Pairs, one of each kind, in an order that a coin decides: by chance either is the slower one
    // as often as the other. A check that is left out for unknown names is faster every time.
    let slower = 0;
    const pairs = 16;
    const timed = async (handle, address) => {
      const start = process.hrtime.bigint();
      const answer = await guess(handle, address);
      assert.equal(answer.code, "login_failed", answer.text);
      return process.hrtime.bigint() - start;
    };
    for (let i = 0; i < pairs; ++i) {
      const address = `198.18.${i}.1`;
      const names = [admin.handle, `nobody${i}@example.org`];
      if (i % 2) names.reverse();
      const times = new Map();
      for (const name of names) times.set(name, await timed(name, address));
      if (times.get(admin.handle) > times.get(`nobody${i}@example.org`))
        ++slower;
    }
    assert.ok(slower > 0 && slower < pairs, `${slower} of ${pairs}`);
  });

  test("from one address keeps nobody else out", async () => {
    // All at once: what is refilled meanwhile is little, however slow the machine.
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => guess(admin.handle, "192.0.2.10")),
    );
    const refused = answers.filter(({ code }) => code === "too_many_attempts");
    assert.ok(refused.length > 0);
    for (const { status, headers } of refused) {
      assert.equal(status, 429);
      assert.equal(headers["retry-after"], "60");
    }
  });

  test("from many addresses is slowed down, and keeps no known browser out", async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        guess(admin.handle, `198.19.${i}.1`),
      ),
    );
    assert.ok(answers.some(({ code }) => code === "too_many_attempts"));
    const answer = await known.call("POST", "/sign-in", {
      handle: admin.handle,
      password,
    });
    assert.equal(answer.status, 200, answer.text);
  });

  test("holds up nobody who is signed in", async () => {
    let answered = 0;
    const flood = Array.from({ length: 24 }, (_, i) =>
      guess(`nobody-${i}@example.org`, `198.20.${i}.1`).then(() => ++answered),
    );
    // Guesses are checked on threads of their own.
    assert.equal((await known.call("GET", "/me")).status, 200);
    assert.ok(answered < flood.length, "the guesses were still being checked");
    await Promise.all(flood);
  });

  test("leaves rows in the trail, and no secret in them", async () => {
    const rows = (await known.call("GET", "/audit?limit=200")).body.rows;
    const actions = new Set(rows.map(({ action }) => action));
    for (const action of [
      "user.set_up",
      "user.signed_in",
      "user.sign_in_refused",
    ]) {
      assert.ok(actions.has(action), `${action}: ${[...actions]}`);
    }
    const refused = rows.find(
      ({ action }) => action === "user.sign_in_refused",
    );
    assert.equal(refused.detail.reason, "password");
    for (const text of ["a guess", password])
      assert.ok(!JSON.stringify(rows).includes(text));
    assert.deepEqual((await known.call("GET", "/audit/verify")).body, {
      intact: true,
      first_broken: null,
    });
  });
});

describe("the console's address", () => {
  let server;
  before(async () => (server = await start()));
  after(() => server?.stop());

  test("answers the application or says that there is none, and frames nowhere", async () => {
    const browser = new Browser(server.url);
    for (const path of ["/console/", "/console/dashboards/x/edit"]) {
      const answer = await browser.send("GET", path);
      assert.ok([200, 404].includes(answer.status), answer.text);
      assert.match(
        answer.headers["content-security-policy"],
        /frame-ancestors 'none'/,
      );
      assert.doesNotMatch(
        answer.headers["content-security-policy"],
        /unsafe|https?:/,
      );
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.deepEqual(answer.cookies, []);
      if (answer.status === 404)
        assert.match(answer.text, /without its web application/);
      else
        assert.match(
          answer.headers["content-security-policy"],
          /require-trusted-types-for/,
        );
    }
    for (const path of ["/console/../api", "/console/%2e%2e/x"]) {
      assert.equal((await browser.send("GET", path)).status, 404, path);
    }
  });
});
