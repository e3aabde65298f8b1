// API keys and service accounts over the native API. What each key does is tried at the API for which it
// is made.
//
//     node --test tests/conformance/console/keys.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  expect,
  opens,
  pages,
  refused,
  saidOnly,
  startKeys,
  stopKeys,
} from "./keys-server.mjs";

before(startKeys);
after(stopKeys);

describe("API keys", () => {
  test("are made with a role and an end, work, and are shown once", async () => {
    const made = await expect(201, "POST", "/account-keys", {
      name: "first",
      role: "Viewer",
      seconds_to_live: 600,
    });
    assert.equal(await opens(made.key), 200);
    assert.equal(made.suffix, made.key.slice(-4));
    const left = Date.parse(made.expires_at) - Date.now();
    assert.ok(left > 590_000 && left <= 600_000, made.expires_at);
    const again = await expect(200, "GET", `/account-keys/${made.id}`);
    assert.equal(again.key, undefined);
    assert.equal(again.name, "first");
    assert.ok(Date.parse(again.last_used_at) > 0);
  });

  test("are refused with the field that is wrong", async () => {
    const wrong = async (status, code, field, body) => {
      const answer = await refused(
        status,
        code,
        "POST",
        "/account-keys",
        body,
      );
      assert.equal(answer.field, field, JSON.stringify(body));
    };
    await wrong(409, "key_name_taken", "name", {
      name: "first",
      role: "Viewer",
    });
    await wrong(400, "role_unknown", "role", { name: "x", role: "Owner" });
    await wrong(400, "name_malformed", "name", {
      name: "a\tb",
      role: "Viewer",
    });
    await wrong(400, "name_malformed", "name", {
      name: "ä".repeat(96),
      role: "Viewer",
    });
    for (const [field, body] of [
      ["name", { role: "Viewer" }],
      ["name", { name: 7, role: "Viewer" }],
      ["name", { name: "x".repeat(256), role: "Viewer" }],
      ["role", { name: "x" }],
      ["seconds_to_live", { name: "x", role: "Viewer", seconds_to_live: 0 }],
      ["seconds_to_live", { name: "x", role: "Viewer", seconds_to_live: "1" }],
      [
        "seconds_to_live",
        { name: "x", role: "Viewer", seconds_to_live: 99_999_999_999 },
      ],
    ])
      await wrong(400, "invalid_body", field, body);
  });

  test("are there all 250 of them, by pages of 100", async () => {
    const before = (await pages("/account-keys?kind=api_key", "keys", 1000))
      .rows.length;
    for (let begin = 0; begin < 250; begin += 25) {
      await Promise.all(
        Array.from({ length: 25 }, (_, at) =>
          expect(201, "POST", "/account-keys", {
            name: `many ${begin + at}`,
            role: "None",
          }),
        ),
      );
    }
    const { rows, sizes } = await pages(
      "/account-keys?kind=api_key&query=many",
      "keys",
      100,
    );
    assert.deepEqual(sizes, [100, 100, 50]);
    assert.equal(new Set(rows.map(({ id }) => id)).size, 250);
    const all = await pages("/account-keys?kind=api_key", "keys", 1000);
    assert.equal(all.rows.length, before + 250);
    for (const { id } of rows) await expect(204, "DELETE", `/account-keys/${id}`);
    const gone = await pages("/account-keys?query=many", "keys", 1000);
    assert.equal(gone.rows.length, 0);
  });

  test("are left out when they are expired, where that is asked for", async () => {
    const { id, key } = await expect(201, "POST", "/account-keys", {
      name: "short",
      role: "Viewer",
      seconds_to_live: 1,
    });
    let row;
    do row = await expect(200, "GET", `/account-keys/${id}`);
    while (!row.expired);
    assert.equal(await opens(key), 401);
    const names = async (query) =>
      (await expect(200, "GET", `/account-keys?${query}`)).keys.map(
        ({ name }) => name,
      );
    assert.ok((await names("")).includes("short"));
    assert.ok(!(await names("unexpired=true")).includes("short"));
    assert.deepEqual(await names("expired=true"), ["short"]);
    await refused(400, "key_over", "POST", `/account-keys/${id}/rotate`, {});
    const back = await expect(200, "POST", `/account-keys/${id}/rotate`, {
      seconds_to_live: 60,
    });
    assert.equal(await opens(back.key), 200);
  });

  test("have two texts while a rotation overlaps, and one without", async () => {
    const first = await expect(201, "POST", "/account-keys", {
      name: "rotated",
      role: "Viewer",
    });
    const second = await expect(
      200,
      "POST",
      `/account-keys/${first.id}/rotate`,
      { overlap_seconds: 3600 },
    );
    assert.notEqual(second.key, first.key);
    assert.equal(await opens(first.key), 200);
    assert.equal(await opens(second.key), 200);
    const third = await expect(
      200,
      "POST",
      `/account-keys/${first.id}/rotate`,
      { overlap_seconds: 0 },
    );
    assert.equal(await opens(first.key), 401);
    assert.equal(await opens(second.key), 401);
    assert.equal(await opens(third.key), 200);
    assert.equal(third.previous_until, null);
  });

  test("are refused from the moment in which they are revoked or deleted", async () => {
    const { id, key } = await expect(201, "POST", "/account-keys", {
      name: "killed",
      role: "Editor",
    });
    assert.equal(await opens(key), 200);
    const row = await expect(200, "POST", `/account-keys/${id}/revoke`);
    assert.equal(row.revoked, true);
    assert.equal(await opens(key), 401);
    await refused(409, "key_revoked", "POST", `/account-keys/${id}/rotate`, {});
    await expect(204, "DELETE", `/account-keys/${id}`);
    await refused(404, "key_not_found", "DELETE", `/account-keys/${id}`);
    await refused(404, "key_not_found", "POST", `/account-keys/${id}/revoke`);
  });

  test("move to service accounts one by one or all at once, and go on working", async () => {
    const one = await expect(201, "POST", "/account-keys", {
      name: "moves",
      role: "Editor",
    });
    const moved = await expect(200, "POST", `/account-keys/${one.id}/migrate`);
    assert.equal(moved.id, one.id);
    assert.equal(moved.role, "Editor");
    assert.equal(
      (await expect(200, "GET", `/service-accounts/${moved.account.id}`)).role,
      "Editor",
    );
    assert.equal(await opens(one.key), 200);
    await refused(
      404,
      "key_not_found",
      "POST",
      `/account-keys/${one.id}/migrate`,
    );
    const left = (await pages("/account-keys?kind=api_key", "keys", 1000)).rows;
    assert.ok(left.length >= 2);
    const done = await expect(200, "POST", "/account-keys/migrate");
    assert.deepEqual(done, {
      total: left.length,
      migrated: left.length,
      failures: [],
    });
    assert.deepEqual(
      (await pages("/account-keys?kind=api_key", "keys", 1000)).rows,
      [],
    );
    assert.deepEqual(await expect(200, "POST", "/account-keys/migrate"), {
      total: 0,
      migrated: 0,
      failures: [],
    });
  });
});

describe("service accounts", () => {
  test("are made, found, changed and deleted with their tokens", async () => {
    const made = await expect(201, "POST", "/service-accounts", {
      name: "Nightly report",
      role: "Viewer",
    });
    assert.equal(made.login, "sa-1-nightly-report");
    assert.equal(made.tokens, 0);
    const path = `/service-accounts/${made.id}`;
    const token = await expect(201, "POST", `${path}/tokens`, {
      name: "report 1",
      seconds_to_live: 3600,
    });
    assert.match(token.key, /^glsa_/);
    assert.equal(await opens(token.key), 200);
    const found = await expect(200, "GET", "/service-accounts?query=nightly");
    assert.deepEqual(
      found.accounts.map(({ id, tokens }) => [id, tokens]),
      [[made.id, 1]],
    );
    assert.ok(found.accounts[0].last_used_at);
    const listed = await expect(200, "GET", `/account-keys?account=${made.id}`);
    assert.deepEqual(
      listed.keys.map(({ name, key }) => [name, key]),
      [["report 1", undefined]],
    );

    const changed = await expect(200, "PATCH", path, {
      name: "Morning report",
      role: "Editor",
    });
    assert.deepEqual(
      [changed.name, changed.role, changed.login],
      ["Morning report", "Editor", made.login],
    );
    await expect(200, "PATCH", path, { disabled: true });
    assert.equal(await opens(token.key), 401);
    await expect(200, "PATCH", path, { disabled: false });
    assert.equal(await opens(token.key), 200);

    await expect(204, "DELETE", path);
    assert.equal(await opens(token.key), 401);
    await refused(404, "account_not_found", "GET", path);
    await refused(404, "account_not_found", "DELETE", path);
    await refused(404, "account_not_found", "POST", `${path}/tokens`, {
      name: "x",
    });
    await refused(404, "key_not_found", "GET", `/account-keys/${token.id}`);
  });

  test("are refused with the field that is wrong", async () => {
    await expect(201, "POST", "/service-accounts", {
      name: "taken",
      role: "None",
    });
    const wrong = async (status, code, field, body) => {
      const answer = await refused(
        status,
        code,
        "POST",
        "/service-accounts",
        body,
      );
      assert.equal(answer.field, field);
    };
    await wrong(409, "account_name_taken", "name", {
      name: "taken",
      role: "Viewer",
    });
    await wrong(400, "role_unknown", "role", { name: "n", role: "viewer" });
    await wrong(400, "name_malformed", "name", {
      name: "x".repeat(191),
      role: "Viewer",
    });
    await wrong(400, "invalid_body", "name", { role: "Viewer" });
    await wrong(400, "invalid_body", "role", { name: "n", role: null });
    for (const id of ["0", "-1", "x", "99999999999999999999"])
      await refused(404, "account_not_found", "GET", `/service-accounts/${id}`);
  });

  test("have tokens whose names are the organization's own", async () => {
    const first = await expect(201, "POST", "/service-accounts", {
      name: "one",
      role: "None",
    });
    const second = await expect(201, "POST", "/service-accounts", {
      name: "two",
      role: "None",
    });
    await expect(201, "POST", `/service-accounts/${first.id}/tokens`, {
      name: "same",
    });
    const answer = await refused(
      409,
      "key_name_taken",
      "POST",
      `/service-accounts/${second.id}/tokens`,
      { name: "same" },
    );
    assert.equal(answer.field, "name");
  });
});

test("no secret stands in the audit trail or in the log, and every change does", () =>
  saidOnly([
    "account_key.created",
    "account_key.rotated",
    "account_key.revoked",
    "account_key.migrated",
    "account_key.deleted",
    "service_account.created",
    "service_account.changed",
    "service_account.deleted",
  ], 260));
