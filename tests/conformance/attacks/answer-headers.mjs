// Every answer says that it is private, is no page but the dashboard's, and stands in no frame but
// where its share allows it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link } from "./support/links.mjs";
import { api, paths, startTarget } from "./target.mjs";

describe("an answer", () => {
  let target, share, viewer, operations;
  before(async () => {
    target = await startTarget();
    operations = await target.operations();
    share = await target.share("orders", "acme", {}, { download: true });
    viewer = await target.viewer(share);
  });
  after(() => target?.close());
  const program = () => ({ Authorization: `Bearer ${target.serviceToken}` });

  test("of any kind carries the headers that keep it private and unframed", async () => {
    const all = [
      ["GET", "/"],
      ["GET", "/healthz"],
      ["GET", "/readyz"],
      ["GET", "/none"],
      ["GET", "/../x"],
      ["GET", "/%00"],
      ["OPTIONS", paths.open],
      ["HEAD", "/"],
      ["PUT", "/healthz"],
      ["GET", `${api}/openapi.json`],
      ["GET", "/api/v1/validate"],
      ["GET", "/api/v2/none"],
      ["GET", "/metrics"],
      ["GET", "/assets/none.js"],
      ...operations.map((operation) => [
        operation.method,
        target.pathOf(operation, { share, session: viewer.id }),
      ]),
    ];
    for (const [method, path] of all) {
      const refused = await target.call(method, path, { body: method === "POST" ? {} : undefined });
      for (const answer of [refused]) {
        const what = `${method} ${path}: ${JSON.stringify(answer.headers)}`;
        assert.equal(answer.headers["x-content-type-options"], "nosniff", what);
        assert.equal(answer.headers["cache-control"], "no-store", what);
        assert.equal(answer.headers["referrer-policy"], "same-origin", what);
        assert.match(answer.headers["content-security-policy"], /frame-ancestors 'none'/, what);
        assert.match(answer.headers["content-security-policy"], /default-src 'none'/, what);
      }
    }
  });

  test("to a viewer carries them too, with HSTS behind TLS", async () => {
    const answers = [
      await viewer.query({ panels: [5] }),
      await viewer.view(),
      await viewer.export({ panel: 5 }),
      await viewer.query({ variables: { tenant: ["x"] } }),
      viewer.open,
      await viewer.resume(),
    ];
    for (const { headers } of answers) {
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["cache-control"], "no-store");
      assert.match(headers["content-security-policy"], /frame-ancestors 'none'/);
      assert.match(headers["strict-transport-security"], /^max-age=\d{7,}/);
      assert.doesNotMatch(headers["content-type"], /html/);
    }
  });

  test("that is the dashboard's page runs no script but the server's own", async () => {
    for (const path of [
      link(share),
      link(share, { credential: "x" }),
      `${new URL(share.url).pathname}?x=1`,
    ]) {
      const { headers, text } = await target.call("GET", path);
      const policy = headers["content-security-policy"];
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /script-src 'self'(;|$)/);
      assert.match(policy, /base-uri 'none'/);
      assert.match(policy, /form-action 'none'/);
      assert.match(policy, /require-trusted-types-for 'script'/);
      assert.doesNotMatch(policy, /unsafe-|https?:|'nonce-|'sha\d+-/);
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["x-frame-options"], undefined, "it could not say what the policy says");
      assert.doesNotMatch(text, /<script(?![^>]*\bsrc="\/)|\son\w+=|javascript:|<style/i);
    }
  });

  test("does not repeat markup that came with the request", async () => {
    const markup = "<img/src=x/onerror=alert(1)>";
    for (const path of [
      `/sb/secure-embed/${encodeURIComponent(markup)}?token=x`,
      `/${encodeURIComponent(markup)}`,
      `${new URL(share.url).pathname}?token=${markup}&${markup}=1`,
      `${api}/shares?limit=${markup}`,
      `/api/v1/dashboard/${encodeURIComponent(markup)}`,
    ]) {
      const answer = await target.call("GET", path, { headers: program() });
      const html = /html/.test(answer.headers["content-type"] ?? "");
      assert.ok(!html || !answer.text.includes("<img"), `${path}: ${answer.text}`);
    }
  });
});
