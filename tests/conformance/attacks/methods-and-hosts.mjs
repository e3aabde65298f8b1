// Another method than an address takes, and another host than the server's own: neither does
// anything, and nothing of them comes back.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link } from "./support/links.mjs";
import { exchange, statusIn } from "./support/wire.mjs";
import { api, cookieName, pageHeaders, paths, publicUrl, startTarget } from "./target.mjs";

describe("another method", () => {
  let target, share, viewer, operations;
  before(async () => {
    target = await startTarget();
    operations = await target.operations();
    share = await target.share("orders", "acme", {}, { download: true });
    viewer = await target.viewer(share);
  });
  after(() => target?.close());
  const program = () => ({ Authorization: `Bearer ${target.serviceToken}` });

  test("than an address takes gets 405 and the list of those it takes", async () => {
    const known = new Map();
    for (const operation of operations) {
      const path = target.pathOf(operation, { share, session: viewer.id });
      known.set(path, [...(known.get(path) ?? []), operation.method]);
    }
    for (const path of [link(share), "/healthz", "/"]) known.set(path, ["GET"]);
    // ".../credentials/rotate" is an id as well, to the operations that take one there.
    const takenElsewhere = (method, path) =>
      operations.some(
        (operation) =>
          operation.method === method &&
          new RegExp(`^${operation.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
      );
    for (const [path, methods] of known) {
      for (const method of [
        "GET",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "TRACE",
        "SEARCH",
        "PROPFIND",
      ]) {
        if (methods.includes(method) || takenElsewhere(method, path)) continue;
        const answer = await target.call(method, path, {
          headers: { ...pageHeaders, ...program(), Cookie: `${cookieName}=${viewer.cookie}` },
          body: method === "GET" ? undefined : {},
        });
        assert.equal(answer.status, 405, `${method} ${path}: ${answer.status} ${answer.text}`);
        for (const allowed of methods) assert.ok(answer.headers.allow.includes(allowed));
      }
    }
  });

  test("is not smuggled in by a header or a parameter", async () => {
    const victim = await target.share("orders", "acme");
    const path = `${api}/shares/${victim.token}`;
    for (const headers of [
      { "X-HTTP-Method-Override": "DELETE" },
      { "X-HTTP-Method": "DELETE" },
      { "X-Method-Override": "DELETE" },
    ]) {
      assert.equal(
        (await target.call("GET", path, { headers: { ...headers, ...program() } })).status,
        200,
      );
      const posted = await target.call("POST", path, {
        headers: { ...headers, ...program() },
        body: {},
      });
      assert.equal(posted.status, 405);
    }
    await target.call("GET", `${path}?_method=DELETE`, { headers: program() });
    assert.equal(
      (await target.call("GET", path, { headers: program() })).status,
      200,
      "it is still there",
    );
  });

  test("that nobody knows, in any case, does nothing", async () => {
    for (const method of ["get", "Get", "GET\u0000", "G ET", "", "CONNECT", "XYZZY", "PRI"]) {
      const { text } = await exchange(
        target.port,
        `${method} /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
        { ms: 2_000 },
      );
      assert.ok(statusIn(text) >= 400, `${method}: ${text.slice(0, 100)}`);
    }
  });
});

describe("another host", () => {
  let target, share;
  before(async () => {
    target = await startTarget();
    share = await target.share("orders", "acme");
  });
  after(() => target?.close());
  const program = () => ({ Authorization: `Bearer ${target.serviceToken}` });

  const evil = "evil.attacks.test";
  const hosts = [
    { Host: evil },
    { Host: `${evil}:443` },
    { "X-Forwarded-Host": evil },
    { "X-Host": evil },
    { Forwarded: `host=${evil};proto=https` },
    { "X-Original-URL": "/evil" },
    { "X-Rewrite-URL": "/evil" },
    { "X-Forwarded-Host": `${evil}, ${evil}` },
    { "X-Forwarded-Prefix": `//${evil}` },
    { "X-Forwarded-Server": evil },
    { Origin: `https://${evil}` },
    { Referer: `https://${evil}/` },
  ];

  test("in a request's headers never becomes part of a share's address", async () => {
    for (const headers of hosts) {
      const list = await target.call("GET", `${api}/shares`, {
        headers: { ...headers, ...program() },
      });
      for (const { url } of JSON.parse(list.text).shares)
        assert.ok(url.startsWith(`${publicUrl}/`), url);
      const one = await target.call("GET", `${paths.embeds("orders")}/${share.token}`, {
        headers: { ...headers, ...program() },
      });
      assert.ok(JSON.parse(one.text).data.attributes.url.startsWith(`${publicUrl}/`), one.text);
    }
  });

  test("comes back in no page, no header and no error", async () => {
    for (const headers of hosts) {
      for (const path of [
        link(share),
        "/",
        "/none",
        `${api}/none`,
        `${api}/openapi.json`,
        "/api/v1/validate",
      ]) {
        const answer = await target.call("GET", path, { headers });
        assert.ok(!(JSON.stringify(answer.rawHeaders) + answer.text).includes(evil), path);
        const isSent = answer.status >= 300 && answer.status < 400;
        assert.ok(
          !isSent || answer.headers.location === "/console/",
          "nobody is sent elsewhere",
        );
      }
    }
  });

  test("named twice, not at all, or not as a host is refused", async () => {
    const heads = [
      "",
      "Host: a\r\nHost: b\r\n",
      "Host: a\r\nHost: a\r\n",
      "Host: a b\r\n",
      "Host: a/b\r\n",
      "Host: a@b\r\n",
      "Host: <script>\r\n",
      "Host: a:99999999\r\n",
      "Host: a:b\r\n",
      "Host: [::1\r\n",
      "Host: é\r\n",
      "Host : a\r\n",
      "Host: a\r\n b\r\n",
      "Host: a,b\r\n",
      "Host: a\u0000b\r\n",
      "Host: \\\\evil\r\n",
    ];
    for (const head of heads) {
      const { text } = await exchange(
        target.port,
        `GET /healthz HTTP/1.1\r\n${head}Connection: close\r\n\r\n`,
        { ms: 2_000 },
      );
      assert.equal(statusIn(text), 400, `${JSON.stringify(head)}: ${text.slice(0, 120)}`);
    }
  });
});
