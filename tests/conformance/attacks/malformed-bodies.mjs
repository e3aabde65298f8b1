// A body that is not a JSON object of the right type is refused by every call, without a word of
// the machinery that read it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { cookieName, pageHeaders, startTarget } from "./target.mjs";

describe("a body that is no JSON object", () => {
  let target, operations, share, viewer;
  before(async () => {
    target = await startTarget();
    operations = (await target.operations()).filter(
      ({ schema, method, path }) => schema || (path.startsWith("/api/v") && method !== "GET"),
    );
    share = await target.share("orders", "acme", {}, { download: true });
    viewer = await target.viewer(share);
  });
  after(() => target?.close());

  function send(operation, body, headers = {}) {
    const path = target.pathOf(operation, { share, session: viewer.id, dashboard: "search" });
    const token = operation.who === "viewer" ? viewer.accessToken : target.serviceToken;
    const frame = { "X-Casement": "1", Cookie: `${cookieName}=${viewer.cookie}` };
    const caller = operation.who === "frame" ? frame : { Authorization: `Bearer ${token}` };
    return target.call(operation.method, path, {
      headers: { ...pageHeaders, ...caller, ...headers },
      body,
    });
  }
  // Deleting one dashboard or share takes no body, so none is looked at.
  const takesBody = ({ method, path }) => !(method === "DELETE" && path.endsWith("}"));

  const bodies = {
    "an empty body": "",
    null: "null",
    true: "true",
    "a number": "1",
    text: '"x"',
    "a list": "[]",
    "half of an object": '{"a": ',
    "two objects": "{}{}",
    "a trailing comma": "{,}",
    "a comment": "{/* */}",
    "single quotes": "{'a': 1}",
    NaN: '{"a": NaN}',
    "a bare word": "x",
    "a byte order mark": "\ufeff{}",
    "one member twice": '{"a": 1, "a": 2}',
    "an infinite number": '{"a": 1e999}',
    "a NUL": '{"a": "\u0000"}',
    "ten thousand open lists": "[".repeat(10_000),
    "ten thousand open objects": '{"a":'.repeat(10_000),
    "an unknown member": '{"__proto__": {"x": 1}, "constructor": 1}',
  };
  for (const [name, body] of Object.entries(bodies)) {
    test(`is refused by every call: ${name}`, async () => {
      for (const operation of operations.filter(takesBody)) {
        const answer = await send(operation, body);
        const what = `${operation.id}: ${answer.status} ${answer.text.slice(0, 200)}`;
        assert.ok(answer.status >= 400 && answer.status < 500, what);
        assert.doesNotMatch(answer.text, /exception|boost|std::|\.cpp|stack/i, what);
      }
    });
  }

  test("is refused by every call when its type is not JSON", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "text/html",
      "multipart/form-data; boundary=x",
      "application/jsonp",
      "",
      "application/json, text/plain",
    ]) {
      for (const operation of operations.filter(takesBody)) {
        const answer = await send(operation, "{}", { "Content-Type": type });
        assert.ok(
          answer.status >= 400 && answer.status < 500,
          `${operation.id} as ${type}: ${answer.status} ${answer.text}`,
        );
      }
    }
  });
});
