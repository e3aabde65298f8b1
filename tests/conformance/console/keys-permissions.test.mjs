// Who may make, see and change keys over the native API: of which role, of which organization, from which
// page.
//
//     node --test tests/conformance/console/keys-permissions.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Browser } from "./browser.mjs";
import {
  api,
  ask,
  editor,
  expect,
  opens,
  pages,
  refused,
  secrets,
  server,
  setUpCode,
  startKeys,
  stopKeys,
  stranger,
  viewer,
} from "./keys-server.mjs";

before(startKeys);
after(stopKeys);

/** Everything of these calls that needs an object: with the id of another organization's. */
const accountKeyCalls = (id) => [
  ["GET", `/account-keys/${id}`],
  ["DELETE", `/account-keys/${id}`],
  ["POST", `/account-keys/${id}/rotate`, {}],
  ["POST", `/account-keys/${id}/revoke`],
  ["POST", `/account-keys/${id}/migrate`],
  ["POST", `/account-keys/${id}/sharable-link`, { url: "/d/a/a", version: 3 }],
];

describe("who may", () => {
  const calls = [
    ["GET", "/account-keys"],
    ["POST", "/account-keys", { name: "n", role: "Viewer" }],
    ["POST", "/account-keys/migrate"],
    ["GET", "/service-accounts"],
    ["POST", "/service-accounts", { name: "n", role: "Viewer" }],
    ["PATCH", "/service-accounts/1", {}],
    ["DELETE", "/service-accounts/1"],
    ["POST", "/service-accounts/1/tokens", { name: "n" }],
    ["GET", "/keys"],
    ["POST", "/keys", { kind: "service_token", name: "n" }],
    ["PATCH", "/keys/1", {}],
    ["DELETE", "/keys/1"],
    ["GET", "/embed-secrets"],
    ["POST", "/embed-secrets", {}],
    ["POST", "/embed-secrets/rotate", {}],
    ["PATCH", "/embed-secrets/1", {}],
    ["DELETE", "/embed-secrets/1"],
    ["GET", "/embed-settings"],
    ["PATCH", "/embed-settings", {}],
    ["POST", "/embed-settings/domains", { origin: "https://a.example" }],
    ["DELETE", "/embed-settings/domains?origin=https://a.example"],
    ["POST", "/embed-urls", { target_url: "x", external_user_id: "x" }],
    ["GET", "/sharable-links"],
    ...accountKeyCalls(1),
  ];

  test("is who manages the organization, and nobody else", async () => {
    for (const [method, path, body] of calls) {
      for (const who of [viewer, editor])
        await refused(403, "missing_permission", method, path, body, who);
      const nobody = await ask(method, `/api/casement/v1${path}`, { body });
      assert.equal(nobody.status, 401, `${method} ${path}`);
    }
  });

  test("is none of another organization", async () => {
    const key = await expect(201, "POST", "/account-keys", {
      name: "ours",
      role: "Viewer",
    });
    for (const [method, path, body] of accountKeyCalls(key.id))
      await refused(404, "key_not_found", method, path, body, stranger);
    assert.equal(await opens(key.key), 200);

    const account = await expect(201, "POST", "/service-accounts", {
      name: "our account",
      role: "Viewer",
    });
    const path = `/service-accounts/${account.id}`;
    for (const [method, where, body] of [
      ["GET", path],
      ["PATCH", path, { disabled: true }],
      ["DELETE", path],
      ["POST", `${path}/tokens`, { name: "n" }],
    ])
      await refused(404, "account_not_found", method, where, body, stranger);
    assert.equal((await expect(200, "GET", path)).disabled, false);

    const [first] = (await expect(200, "GET", "/keys")).keys;
    await refused(404, "key_not_found", "PATCH", `/keys/${first.id}`, {}, stranger);
    await refused(404, "key_not_found", "DELETE", `/keys/${first.id}`, undefined, stranger);
    const theirs = (await expect(200, "GET", "/keys", undefined, stranger)).keys;
    const ours = (await pages("/keys", "keys", 1000)).rows.map(({ id }) => id);
    assert.ok(theirs.length > 0 && theirs.every(({ id }) => !ours.includes(id)));

    const { embed_secret: secret } = await expect(201, "POST", "/embed-secrets", {});
    await refused(404, "secret_not_found", "PATCH", `/embed-secrets/${secret.id}`, {}, stranger);
    await refused(404, "secret_not_found", "DELETE", `/embed-secrets/${secret.id}`, undefined, stranger);
    assert.deepEqual((await expect(200, "GET", "/embed-secrets", undefined, stranger)).secrets, []);
  });

  test("is a person at the console too, and no page of another site", async () => {
    const browser = new Browser(server.url);
    const answer = await browser.call("POST", "/setup", {
      code: setUpCode,
      organization: "Example",
      handle: "ada@example.org",
      name: "Ada",
      password: "correct horse battery",
    });
    assert.equal(answer.status, 201, answer.text);
    for (const [path, body] of [
      ["/account-keys", { name: "by cookie", role: "Viewer" }],
      ["/service-accounts", { name: "by cookie", role: "Viewer" }],
      ["/keys", { kind: "datadog_app_key", name: "by cookie", owner: "ada@example.org" }],
      ["/embed-secrets", {}],
    ]) {
      const foreign = await browser.call("POST", path, body, {
        "Sec-Fetch-Site": "cross-site",
        Origin: "https://evil.test",
      });
      assert.deepEqual([foreign.status, foreign.code], [403, "cross_site"], path);
      const bare = await browser.call("POST", path, body, { "X-Casement": null });
      assert.deepEqual([bare.status, bare.code], [403, "cross_site"], path);
      const made = await browser.call("POST", path, body);
      assert.equal(made.status, 201, `${path}: ${made.text}`);
    }
  });
});
