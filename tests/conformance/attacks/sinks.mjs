// Secrets end where they are used: not in the log, not in addresses, not in metrics or the audit
// trail, and not as plain text on the disk.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { link, parts } from "./support/links.mjs";
import { exchange, requestBytes } from "./support/wire.mjs";
import { api, cookieName, pageHeaders, paths, publicUrl, startTarget } from "./target.mjs";

describe("a secret", () => {
  let target, viewer, secrets, answers;
  const own = "canary-credential-0f8e12d34c5b6a79";

  before(async () => {
    target = await startTarget({ env: { CASEMENT_LOG_LEVEL: "debug" } });
    answers = [];
    secrets = {};
    const share = await target.share("orders", "acme", {}, { download: true });
    secrets["credential"] = share.credential;
    secrets["service token"] = target.serviceToken;
    secrets["API key"] = target.keys.api_key;
    secrets["application key"] = target.keys.app_key;
    const good = parts(share);
    secrets["link's token"] = good.token;
    const address = `${good.path}?token=${good.token}&nonce=${good.nonce}&ts=${good.ts}`;
    const keep = (answer) => {
      answers.push(answer);
      return answer;
    };
    keep(await target.call("GET", address));
    const first = keep(await target.open(address));
    secrets["browser's secret"] = first.secret;
    secrets["cookie"] = first.cookie;
    secrets["access token"] = first.accessToken;
    secrets["access token's proof"] = first.accessToken.split(".").at(-1);
    keep(await target.open(address)); // a stranger with the same link
    viewer = await target.viewer(share);
    const resumed = await viewer.resume();
    secrets["renewed access token"] = resumed.accessToken;
    const rotated = await target.api(
      "POST",
      `${api}/shares/${share.token}/credentials/rotate`,
      {},
      201,
    );
    secrets["rotated credential"] = rotated.secret;
    const applied = await target.call("POST", `${api}/apply`, {
      headers: { Authorization: `Bearer ${target.serviceToken}` },
      body: { shares: [{ token: "canary-share", dashboard: "orders", credential: own }] },
    });
    assert.equal(applied.status, 200, applied.text);
    secrets["credential that was given"] = own;
    await everyWrongPlace(keep);
    await target.server.end(); // what is queued is written
  });
  after(() => target?.close());

  // Secrets where they do not belong: an honest client's slip, or an attacker's way into a log.
  async function everyWrongPlace(keep) {
    for (const secret of Object.values(secrets)) {
      const text = encodeURIComponent(secret);
      for (const path of [
        `/?token=${text}`,
        `/healthz?api_key=${text}`,
        `/sb/secure-embed/x?token=${text}&nonce=1&ts=1`,
        `${new URL(viewer.share.url).pathname}?token=${text}&nonce=a&ts=1`,
        `/api/v1/validate?api_key=${text}`,
        `${api}/shares?after=${text}`,
        `${api}/shares?limit=${text}`,
        `${api}/none?${text}`,
        `/api/v1/dashboard?count=${text}`,
      ]) {
        keep(
          await target.call("GET", path, {
            headers: {
              Authorization: `Bearer ${target.serviceToken}`,
              Referer: `${publicUrl}/?${text}`,
            },
          }),
        );
      }
      for (const headers of [
        { Authorization: `Bearer ${secret}` },
        { Authorization: `Basic ${secret}` },
        { Authorization: secret },
        { "DD-API-KEY": secret, "DD-APPLICATION-KEY": secret },
        { Cookie: `${cookieName}=${secret}` },
        { "User-Agent": "curl", "X-Api-Key": secret },
        { "If-None-Match": `"${secret}"` },
      ]) {
        keep(await target.call("GET", `${api}/me`, { headers }));
      }
      for (const body of [
        `{"link": "${secret}"`,
        { link: secret, secret },
        { secret, link: link(viewer.share) },
        { [secret]: secret },
        { data: { type: secret, attributes: { title: secret } } },
      ]) {
        keep(await target.call("POST", paths.open, { headers: pageHeaders, body }));
        keep(
          await target.call("POST", paths.embeds("orders"), {
            headers: { Authorization: `Bearer ${target.serviceToken}` },
            body,
          }),
        );
      }
      await exchange(target.port, `GET /?${text} HTTP/9\r\nHost: ${secret}\r\n\r\n`, { ms: 500 });
      await exchange(
        target.port,
        requestBytes("GET", `/?token=${text}&x=${"a".repeat(17_000)}`, { Host: "h" }),
        { ms: 500 },
      );
    }
  }

  function inNone(text, what, except = []) {
    for (const [name, secret] of Object.entries(secrets)) {
      if (except.includes(name)) continue;
      const at = text.indexOf(secret);
      assert.equal(
        at,
        -1,
        `the ${name} stands in ${what}: …${text.slice(Math.max(0, at - 150), at)}`,
      );
    }
  }

  test("is worth looking for: there are many, and the log was kept", () => {
    assert.ok(
      Object.values(secrets).every((secret) => secret?.length > 20),
      JSON.stringify(secrets),
    );
    assert.equal(new Set(Object.values(secrets)).size, Object.keys(secrets).length);
    assert.ok(target.logged.split("\n").length > 200, "the log has lines");
    assert.match(target.logged, /"path":"\/sb\/secure-embed\//);
  });

  test("is in no line of the log", () => inNone(target.logged, "the log"));

  test("is in no address that the server sends a browser to, nor in any header", () => {
    const cookies = ["cookie"];
    for (const { rawHeaders, headers } of answers) {
      // The console's own address is the only one, and always the same.
      assert.ok([undefined, "/console/"].includes(headers.location), headers.location);
      inNone(JSON.stringify(rawHeaders), "a header", cookies);
    }
  });

  test("is in no page, so in no address that a page could send on", () => {
    const pages = answers.filter(({ headers }) => /html/.test(headers["content-type"]));
    assert.ok(pages.length > 10);
    for (const { text, headers } of pages) {
      inNone(text, "a page");
      assert.equal(headers["referrer-policy"], "same-origin");
    }
  });

  test("comes back in no refusal", () => {
    const refusals = answers.filter(({ status }) => status >= 400);
    assert.ok(refusals.length > 100);
    for (const { text } of refusals) {
      const except = Object.entries(secrets)
        .filter(
          ([, secret]) => text.includes(`\\"${secret}`) || text.includes(`"field":"${secret}`),
        )
        .map(([name]) => name);
      // A member's name comes back as the field that is wrong; nothing else may.
      inNone(text, "a refusal", except);
    }
  });

  test("is in no file of the data folder as plain text", () => {
    const files = readdirSync(target.dataDir).filter((name) =>
      statSync(join(target.dataDir, name)).isFile(),
    );
    assert.ok(files.includes("catalog.db") && files.includes("sessions.db"), files.join());
    for (const name of files) {
      inNone(readFileSync(join(target.dataDir, name), "latin1"), name);
    }
  });

  test("is kept where only its owner reads: the folder and its files are closed to others", () => {
    assert.equal(statSync(target.dataDir).mode & 0o077, 0);
    for (const name of readdirSync(target.dataDir)) {
      assert.equal(statSync(join(target.dataDir, name)).mode & 0o077, 0, name);
    }
  });

  test("is in no row of the audit trail and in no metric after a restart", async () => {
    await target.server.start();
    target.connect();
    const rows = await target.api("GET", `${api}/audit?limit=1000`);
    assert.ok(rows.rows.length > 10);
    inNone(JSON.stringify(rows), "the audit trail");
    inNone((await target.call("GET", "/metrics")).text, "the metrics");
    assert.equal((await target.api("GET", `${api}/audit/verify`)).intact, true);
    const limits = readFileSync(`/proc/${target.pid}/limits`, "utf8");
    assert.match(limits, /^Max core file size +0 +0/m, "no core dump would hold them");
  });
});
