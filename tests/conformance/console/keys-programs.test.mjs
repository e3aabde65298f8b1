// Keys of programs over the native API: service tokens, keys of Datadog's clients, Looker's API clients,
// each tried at the API for which it is made.
//
//     node --test tests/conformance/console/keys-programs.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  admin,
  api,
  ask,
  bearer,
  editor,
  expect,
  pages,
  refused,
  saidOnly,
  server,
  startKeys,
  stopKeys,
  stranger,
  viewer,
} from "./keys-server.mjs";

before(startKeys);
after(stopKeys);

describe("keys of programs", () => {
  const make = async (body, who) => {
    const { key, secret } = await expect(201, "POST", "/keys", body, who);
    assert.equal(key.suffix, secret.slice(-4));
    assert.equal(JSON.stringify(key).includes(secret), false);
    return { ...key, secret };
  };
  const set = (id, body) => expect(200, "PATCH", `/keys/${id}`, body);

  test("let a service token act with its role until it is switched off", async () => {
    const token = await make({
      kind: "service_token",
      name: "job",
      role: "Viewer",
    });
    const who = { service_token: token.secret };
    await expect(200, "GET", "/dashboards", undefined, who);
    await refused(403, "missing_permission", "GET", "/keys", undefined, who);
    assert.equal((await set(token.id, { disabled: true })).works, false);
    await refused(
      401,
      "invalid_credentials",
      "GET",
      "/dashboards",
      undefined,
      who,
    );
    assert.equal((await set(token.id, { disabled: false })).works, true);
    await expect(200, "GET", "/dashboards", undefined, who);
    await expect(204, "DELETE", `/keys/${token.id}`);
    await refused(
      401,
      "invalid_credentials",
      "GET",
      "/dashboards",
      undefined,
      who,
    );
    await refused(404, "key_not_found", "DELETE", `/keys/${token.id}`);
    await refused(404, "key_not_found", "PATCH", `/keys/${token.id}`, {});
  });

  test("let Datadog's clients in with both keys, and the application key says what they may", async () => {
    const key = await make({ kind: "datadog_api_key", name: "dd" });
    const app = await make({
      kind: "datadog_app_key",
      name: "dd app",
      role: "Editor",
      owner: `api-${editor.looker.client_id}`,
    });
    assert.equal(app.owner.handle, `api-${editor.looker.client_id}`);
    const headers = {
      "DD-API-KEY": key.secret,
      "DD-APPLICATION-KEY": app.secret,
    };
    const used = async () => {
      const { keys } = await expect(200, "GET", "/keys?limit=1000");
      return [key, app].map(
        ({ id }) => keys.find((one) => one.id === id).last_used_at,
      );
    };
    const dashboards = async () =>
      (await ask("GET", "/api/v1/dashboard", { headers })).status;
    const valid = async () =>
      (await ask("GET", "/api/v1/validate", { headers })).status;
    assert.deepEqual(await used(), [null, null]);
    assert.equal(await valid(), 200);
    const [first, none] = await used();
    assert.ok(Date.now() - Date.parse(first) < 60_000, first);
    // To the validation both are sent, and only the API key counts.
    assert.equal(none, null);
    assert.equal(await dashboards(), 200);
    const [again, second] = await used();
    assert.ok(Date.now() - Date.parse(second) < 60_000, second);
    assert.ok(Date.parse(again) >= Date.parse(first));
    await set(app.id, { disabled: true });
    assert.equal(await dashboards(), 403);
    assert.equal(await valid(), 200);
    await set(app.id, { disabled: false });
    assert.equal(await dashboards(), 200);
    await expect(204, "DELETE", `/keys/${key.id}`);
    assert.equal(await valid(), 403);
    assert.equal(await dashboards(), 403);
  });

  test("let a Looker client log in, and end its logins with it", async () => {
    const client = await make({
      kind: "looker_client",
      name: "backend",
      role: "Admin",
    });
    assert.ok(client.client_id.length >= 16);
    const login = () =>
      fetch(`${server.url}/api/4.0/login`, {
        method: "POST",
        body: new URLSearchParams({
          client_id: client.client_id,
          client_secret: client.secret,
        }),
      });
    const answer = await login();
    assert.equal(answer.status, 200);
    const { access_token: token } = await answer.json();
    const groups = async () =>
      (await ask("GET", "/api/4.0/groups", { headers: bearer(token) })).status;
    assert.equal(await groups(), 200);
    const { keys } = await expect(200, "GET", "/keys?kind=looker_client");
    const { last_used_at: used } = keys.find(({ id }) => id === client.id);
    assert.ok(Date.now() - Date.parse(used) < 60_000, used);
    await set(client.id, { disabled: true });
    assert.equal(await groups(), 401);
    assert.equal((await login()).status, 404);
    await set(client.id, { disabled: false });
    assert.equal(await groups(), 200);
    await expect(204, "DELETE", `/keys/${client.id}`);
    assert.equal(await groups(), 401);
  });

  test("end at their end, and that can be moved", async () => {
    const soon = new Date(Date.now() + 1500).toISOString();
    const token = await make({
      kind: "service_token",
      name: "ends",
      role: "Viewer",
      expires_at: soon,
    });
    let row;
    do
      row = (await expect(200, "GET", "/keys?query=ends")).keys.find(
        ({ id }) => id === token.id,
      );
    while (!row.expired);
    assert.equal(row.works, false);
    const who = { service_token: token.secret };
    await refused(
      401,
      "invalid_credentials",
      "GET",
      "/dashboards",
      undefined,
      who,
    );
    await set(token.id, { expires_at: null, name: "for ever" });
    await expect(200, "GET", "/dashboards", undefined, who);
    const answer = await refused(
      400,
      "expired_already",
      "PATCH",
      `/keys/${token.id}`,
      { expires_at: "2020-01-01T00:00:00Z" },
    );
    assert.equal(answer.field, "expires_at");
  });

  test("are not made for more than whoever they act for may do, nor for strangers", async () => {
    const wrong = async (status, code, field, body) => {
      const answer = await refused(status, code, "POST", "/keys", body);
      assert.equal(answer.field, field, JSON.stringify(body));
    };
    const base = { kind: "datadog_app_key", name: "x", role: "Viewer" };
    await wrong(400, "role_above_owner", "role", {
      ...base,
      role: "Admin",
      owner: `api-${viewer.looker.client_id}`,
    });
    for (const owner of ["nobody@example", `api-${stranger.looker.client_id}`])
      await wrong(400, "owner_unknown", "owner", { ...base, owner });
    await wrong(400, "owner_not_allowed", "owner", {
      ...base,
      kind: "service_token",
      owner: `api-${viewer.looker.client_id}`,
    });
    await wrong(400, "role_unknown", "role", { ...base, role: "None" });
    await wrong(400, "invalid_body", "kind", { ...base, kind: "root" });
    await wrong(400, "invalid_body", "name", { ...base, name: "" });
    await wrong(400, "invalid_body", "name", { ...base, name: "a\nb" });
    await wrong(400, "invalid_body", "name", {
      ...base,
      name: "x".repeat(191),
    });
    await wrong(400, "invalid_time", "expires_at", {
      ...base,
      expires_at: "tomorrow at noon",
    });
  });

  test("are listed by kind, by pages", async () => {
    for (let at = 0; at < 120; at++)
      await make({ kind: "datadog_api_key", name: `page ${at}` });
    const { rows, sizes } = await pages(
      "/keys?kind=datadog_api_key&query=page",
      "keys",
      50,
    );
    assert.deepEqual(sizes, [50, 50, 20]);
    assert.ok(rows.every(({ kind }) => kind === "datadog_api_key"));
    const clients = await expect(200, "GET", "/keys?kind=looker_client");
    assert.ok(clients.keys.some(({ client_id }) => client_id === admin.looker.client_id));
    await refused(400, "invalid_parameter", "GET", "/keys?kind=other");
  });
});

test("no secret stands in the audit trail or in the log, and every change does", () =>
  saidOnly([
    "key.created",
    "key.changed",
    "key.deleted",
  ], 125));
