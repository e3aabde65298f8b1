// A page of another site can neither open a link, nor go on with a session, nor read an answer, nor
// frame what does not say that it may.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link, newSecret } from "./support/links.mjs";
import { nobodys } from "./support/witness.mjs";
import { api, cookieName, pageHeaders, paths, publicUrl, startTarget } from "./target.mjs";

describe("another site", () => {
  let target, share, viewer, operations;
  before(async () => {
    target = await startTarget();
    operations = await target.operations();
    share = await target.share("orders", "acme", {}, { download: true });
    viewer = await target.viewer(share);
  });
  after(() => target?.close());
  const program = () => ({ Authorization: `Bearer ${target.serviceToken}` });

  const foreign = [
    { Origin: "https://evil.test" },
    { Origin: "null" },
    { Origin: "" },
    { Origin: "https://" },
    { Origin: publicUrl.replace("https", "http") },
    { Origin: `${publicUrl}.evil.test` },
    { Origin: `${publicUrl}:8443` },
    { Origin: `${publicUrl}/` },
    { Origin: `${publicUrl}, https://evil.test` },
    { Origin: publicUrl.replace("dashboards.", "evil-dashboards.") },
    { Origin: "https://attacks.test" },
    { Origin: "https://x.dashboards.attacks.test" },
    { Origin: [publicUrl, "https://evil.test"] },
    { Origin: ["https://evil.test", publicUrl] },
    { Origin: "file://" },
    { Origin: "chrome-extension://x" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { "Sec-Fetch-Site": "none" },
    { "Sec-Fetch-Site": "" },
    { "Sec-Fetch-Site": ["same-origin", "cross-site"] },
    { Origin: publicUrl, "Sec-Fetch-Site": "cross-site" },
    { Origin: "https://evil.test", "Sec-Fetch-Site": "same-origin" },
  ];

  test("cannot open a link, and the link is not spent by its try", async () => {
    const one = link(share);
    for (const headers of foreign) {
      const answer = await target.call("POST", paths.open, {
        headers: { "X-Forwarded-Proto": "https", ...headers },
        body: { link: one, secret: newSecret() },
      });
      assert.equal(answer.status, 403, `${JSON.stringify(headers)}: ${answer.text}`);
      assert.equal(JSON.parse(answer.text).error.code, "cross_origin_request");
      assert.equal(answer.headers["set-cookie"], undefined);
      nobodys(answer.text, JSON.stringify(headers));
    }
    assert.equal((await target.open(one)).status, 201);
  });

  test("cannot go on with a session by its cookie", async () => {
    for (const headers of foreign) {
      const answer = await target.call("POST", paths.resume(viewer.id), {
        headers: {
          "X-Forwarded-Proto": "https",
          "X-Casement": "1",
          Cookie: `${cookieName}=${viewer.cookie}`,
          ...headers,
        },
        body: {},
      });
      assert.equal(answer.status, 403, `${JSON.stringify(headers)}: ${answer.text}`);
      nobodys(answer.text, JSON.stringify(headers));
    }
    assert.equal((await viewer.resume()).status, 200);
  });

  test("cannot send what a form can send", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      for (const path of [paths.open, paths.resume(viewer.id), paths.query]) {
        const answer = await target.call("POST", path, {
          headers: {
            ...pageHeaders,
            "Content-Type": type,
            "X-Casement": "1",
            Cookie: `${cookieName}=${viewer.cookie}`,
            Authorization: `Bearer ${viewer.accessToken}`,
          },
          body: JSON.stringify({ link: link(share), secret: newSecret() }),
        });
        assert.equal(answer.status, 400, `${type} ${path}: ${answer.text}`);
      }
    }
  });

  test("is given no permission to read any answer", async () => {
    const evil = "https://evil.test";
    const all = [
      ...operations.map((operation) => [
        operation.method,
        target.pathOf(operation, { share, session: viewer.id }),
      ]),
      ["GET", link(share)],
      ["GET", "/"],
      ["GET", "/healthz"],
      ["GET", "/metrics"],
      ["GET", "/none"],
    ];
    for (const [method, path] of all) {
      const preflight = await target.call("OPTIONS", path, {
        headers: {
          Origin: evil,
          "Access-Control-Request-Method": method,
          "Access-Control-Request-Headers": "authorization",
          "Access-Control-Request-Private-Network": "true",
        },
      });
      const simple =
        method === "DELETE"
          ? preflight
          : await target.call(method, path, {
              headers: { Origin: evil },
              body: method === "GET" ? undefined : {},
            });
      for (const { rawHeaders } of [preflight, simple]) {
        assert.ok(
          !/access-control-/i.test(rawHeaders.join(" ")),
          `${method} ${path}: ${rawHeaders}`,
        );
      }
    }
    for (const origin of [evil, publicUrl, "null"]) {
      const answer = await viewer.query({ panels: [1] }, { headers: { Origin: origin } });
      assert.ok(!/access-control-/i.test(answer.rawHeaders.join(" ")));
    }
  });

  test("may frame a share only where the share says so, and nothing else ever", async () => {
    const policy = async (of) =>
      (await target.call("GET", link(of))).headers["content-security-policy"];
    const ancestors = (text) => /frame-ancestors ([^;]*)/.exec(text)[1].trim();
    const bound = await target.share(
      "orders",
      "acme",
      {},
      { allowed_origins: ["https://app.example", "https://*.partner.example"] },
    );
    assert.equal(ancestors(await policy(bound)), "'self' https://app.example https://*.partner.example");
    assert.equal(ancestors(await policy(share)), "*");
    for (const origin of [
      "*",
      "https://*",
      "https://a.test; script-src *",
      "javascript:",
      "'self'",
      "data:",
      "https://a.test https://b.test",
      "https://a.test\r\nX: y",
      "https://a.test/path",
      "//a.test",
      "",
      "https://a_b.test",
      "https://*.*.test",
      "null",
      "https://ü.test",
    ]) {
      const answer = await target.call("PATCH", `${api}/shares/${bound.token}`, {
        headers: program(),
        body: { allowed_origins: [origin] },
      });
      assert.equal(answer.status, 400, `${origin}: ${answer.text}`);
    }
    assert.equal(ancestors(await policy(bound)), "'self' https://app.example https://*.partner.example");
  });
});
