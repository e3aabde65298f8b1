// Row 17: what people and programs show the console's API is in no log, trail, address, refusal or
// file where it is not meant to be: passwords, codes, cookies, links, keys and tokens of all kinds.
//
//     node --test tests/conformance/attacks/console-sinks.test.mjs
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { startCasement } from "../../support/casement.mjs";
import { Browser } from "../console/browser.mjs";
import { api, startConsole, storedBytes } from "./console-target.mjs";
import { startProvider } from "./support/openid-provider.mjs";

/** RFC 6238: the code of a base32 secret, some steps from now. */
function totp(secret, steps = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const clientSecret = "canary-openid-client-secret-93c1";
const code = "canary-openid-code-5be2a7d0";

describe("attack 17, the console's API: a secret", () => {
  let target, provider, folder, secrets;
  const answers = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "casement-sinks-"));
    writeFileSync(join(folder, "secret"), clientSecret);
    provider = await startProvider({
      clientId: "casement",
      code,
      person: { sub: "grace", email: "grace@example.org", email_verified: true, name: "Grace" },
    });
    target = await startConsole({
      env: {
        CASEMENT_AUTH_OPENID_ISSUER: provider.issuer,
        CASEMENT_AUTH_OPENID_CLIENT_ID: "casement",
        CASEMENT_AUTH_OPENID_CLIENT_SECRET_FILE: join(folder, "secret"),
        CASEMENT_AUTH_OPENID_SIGN_UP: "true",
        CASEMENT_LOG_LEVEL: "debug",
      },
    });
    secrets = target.secrets;
    await everythingThatShowsOne();
    await everyWrongPlace();
    await target.server.end(); // what is queued is written
  });
  after(async () => {
    await target?.close();
    await provider?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const keep = (name, text) => {
    assert.ok(typeof text === "string" && text.length >= 6, `${name}: ${text}`);
    secrets[name] = text;
    return text;
  };
  const heard = (answer) => {
    answers.push(answer);
    return answer;
  };
  const cookiesOf = (name, browser) => {
    for (const [cookie, { value }] of browser.cookies) keep(`${cookie} of ${name}`, value);
  };

  /** Every way in which the console shows a secret or is shown one, as it is meant to be. */
  async function everythingThatShowsOne() {
    const it = target;
    // Signing in: a password, wrong ones, a second factor, recovery codes, another password.
    const browser = it.browsers.editor;
    const call = async (method, path, body) => heard(await browser.call(method, path, body));
    const first = totp(secrets["second factor's secret"]);
    const active = await call("PUT", "/me/totp", { code: first });
    assert.equal(active.status, 200, active.text);
    active.body.recovery_codes.forEach((one, i) => keep(`recovery code ${i}`, one));
    const changed = keep("editor's next password", "canary next password of the editor");
    const done = await call("PUT", "/me/password", {
      old: secrets["password of the editor"],
      new: changed,
    });
    assert.equal(done.status, 204, done.text);
    const handle = "ed@example.org";
    const again = new Browser(it.url);
    for (const more of [
      { password: keep("wrong password", "canary wrong password 77") },
      { password: changed },
      { password: changed, totp: "000000" },
      { password: changed, totp: secrets["recovery code 0"] },
    ])
      heard(await again.call("POST", "/sign-in", { handle, ...more }));
    assert.equal((await again.call("GET", "/me")).status, 200);
    cookiesOf("the editor's other browser", again);
    // Who types a password where the name belongs.
    heard(
      await new Browser(it.url).call("POST", "/sign-in", { handle: changed, password: changed }),
    );
    // Links that let people choose a password.
    const invited = new Browser(it.url);
    const secret = secrets["user's invitation"];
    heard(await invited.call("POST", "/invitation/look", { secret }));
    const joined = await invited.call("POST", "/invitation/accept", {
      secret,
      password: keep("password of who was invited", "canary password of the invited"),
    });
    assert.equal(heard(joined).status, 200, joined.text);
    cookiesOf("who was invited", invited);
    const reset = await it.ask("POST", `/users/${it.made.users.viewer}/password-link`);
    keep("password link", new URL(reset.url).hash.slice(1));
    // Through a provider.
    const through = new Browser(it.url);
    const begun = await through.send("GET", `${api}/sign-in/openid/start`);
    assert.equal(heard(begun).status, 302, begun.text);
    keep("provider's state", new URL(begun.headers.location).searchParams.get("state"));
    keep("provider's nonce", new URL(begun.headers.location).searchParams.get("nonce"));
    cookiesOf("the sign-in through a provider", through);
    const back = await through.send("GET", provider.back(begun.headers.location), undefined, {
      "Sec-Fetch-Site": "cross-site",
    });
    assert.equal(heard(back).status, 302, back.text);
    assert.equal((await through.call("GET", "/me")).body?.user?.handle, "grace@example.org");
    keep("provider's code", code);
    keep("provider's client secret", clientSecret);
    keep("provider's ID token", provider.seen.tokens[0]);
    cookiesOf("who came through the provider", through);
    assert.ok(
      provider.seen.requests.some((one) => one.includes(code)),
      "the code was redeemed",
    );
    // Keys and credentials that are made anew, given, and used.
    const { names } = it;
    const rotated = await it.ask("POST", `/account-keys/${names["account-keys"].id}/rotate`, {});
    keep("rotated key", rotated.key);
    const share = names.shares.token;
    const more = await it.ask("POST", `/shares/${share}/credentials/rotate`, {});
    keep("rotated credential", more.secret);
    const embed = await it.ask("POST", "/embed-secrets/rotate", {});
    keep("rotated embed secret", embed.secret);
    const sharable = await it.ask(
      "POST",
      `/account-keys/${names["account-keys"].id}/sharable-link`,
      { url: "/d/plain/plain", version: 3 },
    );
    for (const [name, value] of new URL(sharable.url, it.url).searchParams) {
      if (/sign|mac|hmac/i.test(name) && value.length > 20) keep(`sharable link's ${name}`, value);
    }
    keep("tried password", "canary-tried-source-password");
    heard(
      await it.browsers.admin.call("POST", "/sources/test", {
        name: "tried",
        type: "postgres",
        settings: { host: "127.0.0.1", port: 9, database: "d", user: "u", ssl_mode: "disable" },
        secret: secrets["tried password"],
      }),
    );
    const opened = await it.open(it.made.guestLink);
    keep("guest's secret", opened.secret);
    heard(await it.browsers.admin.call("POST", "/links/validate", { url: it.made.guestLink }));
    for (const page of [
      "/console/",
      "/console/sign-in",
      `/console/invitation`,
      new URL(it.made.guestLink).pathname + new URL(it.made.guestLink).search,
      new URL(it.made.shares.open.url).pathname,
    ])
      heard(await new Browser(it.url).send("GET", page));
  }

  /** Secrets where they do not belong: an honest person's slip, or an attacker's way into a log. */
  async function everyWrongPlace() {
    const anybody = new Browser(target.url);
    const { admin } = target.browsers;
    for (const secret of new Set(Object.values(secrets))) {
      const text = encodeURIComponent(secret);
      for (const path of [
        `${api}/me?token=${text}`,
        `${api}/shares?after=${text}`,
        `${api}/users?limit=${text}`,
        `${api}/none?${text}`,
        `${api}/sign-in/openid/callback?code=${text}&state=${text}`,
        `/console/?${text}`,
        `/sb/x?invitation=${text}`,
      ]) {
        const headers = { Referer: `${target.url}/?${text}` };
        heard(await admin.send("GET", path, undefined, headers).catch(unsendable));
      }
      for (const headers of [
        { Authorization: `Bearer ${secret}` },
        { Authorization: `Basic ${secret}` },
        { "DD-API-KEY": secret, "DD-APPLICATION-KEY": secret },
        { Cookie: `casement_console=${secret}` },
        { Cookie: `casement_device=${secret}` },
      ])
        heard(await anybody.call("GET", "/me", undefined, headers).catch(unsendable));
      for (const [path, body] of [
        ["/invitation/look", { secret }],
        ["/share-invitations", { share: "x", email: secret }],
        ["/links/validate", { url: secret }],
        ["/account-keys", { name: 7, role: secret }],
        ["/models/none/preview", { attributes: { tenant: secret } }],
        ["/dashboards/move", { dashboards: secret }],
        ["/sources/test", { name: "n", type: "postgres", settings: { password: secret }, secret }],
      ])
        heard(await admin.call("POST", path, body));
      heard(await admin.call("POST", "/sign-in", `{"handle": "${secret}`));
    }
  }
  const unsendable = () => ({ status: 0, headers: {}, text: "" });

  /** Those that are secrets also where they were said; codes of six digits are anywhere. */
  const searched = () => Object.entries(secrets).filter(([, text]) => text.length >= 10);
  function inNone(text, what, except = () => false) {
    for (const [name, secret] of searched()) {
      if (except(name, secret)) continue;
      const at = text.indexOf(secret);
      const near = text.slice(Math.max(0, at - 200), at);
      assert.equal(at, -1, `the ${name} stands in ${what}: …${near}`);
      const encoded = encodeURIComponent(secret);
      assert.ok(!text.includes(encoded), `the ${name} stands in ${what}, as in a URL`);
    }
  }

  test("is worth looking for: there are many, and the log was kept", () => {
    assert.ok(searched().length > 55, `${searched().length}`);
    assert.ok(target.logged.split("\n").length > 1_000);
    assert.match(target.logged, /"path":"\/api\/casement\/v1\/sign-in"/);
  });

  test("is in no line of the log, at the most talkative level", () => {
    inNone(target.logged, "the log");
  });

  test("is in no refusal and in no address that a browser is sent to", () => {
    const refusals = answers.filter(({ status }) => status >= 400);
    assert.ok(refusals.length > 500);
    for (const { text } of refusals) inNone(text, "a refusal");
    const sent = answers.filter(({ headers }) => headers.location);
    assert.ok(sent.length > 1);
    for (const { headers } of sent) {
      const own = new URL(headers.location, target.url);
      // The provider has to be shown state and nonce.
      if (own.origin === provider.issuer) continue;
      inNone(headers.location, "an address");
    }
  });

  test("is in no page, and no page tells another where it is", () => {
    const pages = answers.filter(({ headers }) => /html/.test(headers["content-type"]));
    assert.ok(pages.length > 20);
    for (const { text, headers } of pages) {
      inNone(text, "a page");
      assert.match(headers["referrer-policy"] ?? "", /^(same-origin|no-referrer)$/);
      assert.match(headers["cache-control"] ?? "", /no-store|no-cache|private/);
    }
    for (const { headers, status } of answers) {
      if (status === 0) continue;
      assert.ok(headers["referrer-policy"], JSON.stringify(headers));
    }
  });

  test("is in no file of the data folder as plain text", () => {
    const files = storedBytes(target);
    assert.ok(files.length >= 2);
    for (const [name, bytes] of files) inNone(bytes, name);
  });

  test("is in no row of the audit trail, in no setting and in no metric after a restart", async () => {
    await target.server.start();
    target.url = target.server.url;
    const ask = (path) => target.byKey("admin", "GET", path);
    const rows = [];
    for (let before = ""; before !== null;) {
      const page = (await ask(`/audit?limit=1000${before}`)).body;
      rows.push(...page.rows);
      before = page.next === null ? null : `&before=${page.next}`;
    }
    assert.ok(rows.length > 40);
    for (const action of [
      "user.signed_in",
      "user.password_changed",
      "key.created",
      "source.created",
    ])
      assert.ok(
        rows.some((row) => row.action === action),
        action,
      );
    inNone(JSON.stringify(rows), "the audit trail");
    inNone((await ask("/settings")).text, "the settings");
    inNone((await ask("/usage")).text, "the usage");
    inNone((await ask("/health")).text, "the health");
    const metrics = await new Browser(target.url).send("GET", "/metrics", undefined, {
      "X-Forwarded-For": "127.0.0.1",
    });
    assert.equal(metrics.status, 200);
    inNone(metrics.text, "the metrics");
    assert.equal((await ask("/audit/verify")).body.intact, true);
  });
});

describe("attack 17, the first start: the code that sets up a server", () => {
  test("is printed once for who started it, and is nowhere else", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "casement-setup-"));
    const server = await startCasement({ dataDir, role: null });
    try {
      const line = /^casement: .*one-time code (\S+)$/m;
      const browser = new Browser(server.url);
      // The line is on its way through a pipe; asking the server gives it the time.
      for (let tries = 0; tries < 200 && !line.test(server.log()); ++tries)
        await browser.call("GET", "/setup");
      const setUp = line.exec(server.log())[1];
      const said = [];
      const person = { organization: "O", handle: "ada@example.org", name: "Ada" };
      const password = "canary password of the first";
      for (const body of [
        { code: `${setUp}x`, ...person, password },
        { code: setUp, ...person, password: "short" },
        { code: setUp, ...person, password },
        { code: setUp, ...person, password },
      ])
        said.push(await browser.call("POST", "/setup", body));
      said.push(await browser.send("GET", `/console/setup?code=${setUp}`));
      assert.equal(said[2].status, 201, said[2].text);
      for (const { text, headers } of said)
        assert.ok(!`${text}${JSON.stringify(headers)}`.includes(setUp));
      // Rows are written just after the answer that they are about.
      let rows = "";
      for (let tries = 0; tries < 500 && !rows.includes("user.set_up"); ++tries)
        rows = (await browser.call("GET", "/audit?limit=100")).text;
      assert.match(rows, /user\.set_up/);
      assert.ok(!rows.includes(setUp) && !rows.includes(password));
      await server.end();
      const others = server
        .log()
        .split("\n")
        .filter((one) => !line.test(one));
      for (const one of others) assert.ok(!one.includes(setUp) && !one.includes(password), one);
      assert.equal(server.log().split(setUp).length, 2, "it is printed once");
      for (const [name, bytes] of storedBytes({ dataDir }))
        assert.ok(!bytes.includes(setUp) && !bytes.includes(password), name);
    } finally {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
