// Keys over the native API: API keys and service accounts, keys of Datadog's and Looker's clients,
// embed secrets with the list of origins, embed URLs and sharable links. What each does is tried at
// the API or the page for which it is made.
//
//     node --test tests/conformance/console/keys.test.mjs
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import {
  addOrganization,
  createCredentials,
  startCasement,
} from "../../support/casement.mjs";
import { Browser } from "./browser.mjs";

const flights = fileURLToPath(
  new URL("../../../examples/flights/", import.meta.url),
);

let dataDir;
let server;
let admin;
let editor;
let viewer;
let stranger;
/** Of the first start; the log keeps its newest lines only. */
let setUpCode;
/** Every secret that was answered with: none may be anywhere else. */
const secrets = [];

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "casement-keys-"));
  viewer = await createCredentials(dataDir, "Viewer");
  editor = await createCredentials(dataDir, "Editor");
  addOrganization(dataDir);
  stranger = await createCredentials(dataDir, "Admin", 2);
  server = await startCasement({
    dataDir,
    args: ["--provision", flights],
    env: {
      CASEMENT_ALIYUN_API_KEY_SHARE: "true",
      CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: "v1,v2,v3",
      CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1",
    },
  });
  admin = server.credentials;
  const browser = new Browser(server.url);
  const line = /with the one-time code (\S+)/;
  // The line is on its way through a pipe; asking the server gives it the time.
  for (let tries = 0; tries < 200 && !line.test(server.log()); ++tries)
    await browser.call("GET", "/setup");
  setUpCode = line.exec(server.log())[1];
});

after(async () => {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Any call: {status, body, code, field}. */
async function ask(method, path, { body, headers = {} } = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // not JSON
  }
  return {
    status: response.status,
    body: json,
    text,
    code: json?.error?.code,
    field: json?.error?.field,
  };
}

const bearer = (token) => ({ authorization: `Bearer ${token}` });
const api = (method, path, body, who = admin) =>
  ask(method, `/api/casement/v1${path}`, {
    body,
    headers: bearer(who.service_token),
  });

async function expect(status, method, path, body, who) {
  const answer = await api(method, path, body, who);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  for (const name of ["key", "secret"]) {
    if (typeof answer.body?.[name] === "string")
      secrets.push(answer.body[name]);
  }
  return answer.body;
}
async function refused(status, code, method, path, body, who) {
  const answer = await api(method, path, body, who);
  assert.deepEqual(
    [answer.status, answer.code],
    [status, code],
    `${method} ${path}: ${answer.text}`,
  );
  return answer;
}

/** Whether a key or a token opens Grafana's API. */
const opens = async (key) =>
  (await ask("GET", "/api/search", { headers: bearer(key) })).status;

/** Every row of a list, by its pages; the sizes of the pages too. */
async function pages(path, name, limit) {
  const rows = [];
  const sizes = [];
  let next = "";
  do {
    const page = await expect(
      200,
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}limit=${limit}${next}`,
    );
    rows.push(...page[name]);
    sizes.push(page[name].length);
    next = page.next === null ? "" : `&after=${page.next}`;
  } while (next !== "");
  return { rows, sizes };
}

/** Everything of these calls that needs an object: with the id of another organization's. */
const accountKeyCalls = (id) => [
  ["GET", `/account-keys/${id}`],
  ["DELETE", `/account-keys/${id}`],
  ["POST", `/account-keys/${id}/rotate`, {}],
  ["POST", `/account-keys/${id}/revoke`],
  ["POST", `/account-keys/${id}/migrate`],
  ["POST", `/account-keys/${id}/sharable-link`, { url: "/d/a/a", version: 3 }],
];

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

/** Opens a link as the page behind it does: the status and the code of a refusal. */
async function opensLink(url) {
  const { pathname, search } = new URL(url);
  const response = await fetch(`${server.url}/api/casement/v1/sessions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      origin: server.url,
      "sec-fetch-site": "same-origin",
    },
    body: JSON.stringify({
      link: pathname + search,
      secret: randomBytes(32).toString("base64url"),
      data: false,
    }),
  });
  const text = await response.text();
  if (response.ok) return "opened";
  return JSON.parse(text).error.code;
}

const person = {
  external_user_id: "viewer-1",
  session_length: 900,
  permissions: ["access_data", "see_looks", "see_user_dashboards", "see_lookml_dashboards"],
  models: ["flights"],
  user_attributes: { airport: "ATL" },
};
const embedUrl = (more = {}) =>
  expect(200, "POST", "/embed-urls", {
    ...person,
    target_url: `${server.url}/embed/dashboards/flights`,
    ...more,
  });

describe("embed secrets", () => {
  test("sign links that open once, and are shown once", async () => {
    const { embed_secret: row, secret } = await expect(
      201,
      "POST",
      "/embed-secrets",
      { note: "shop" },
    );
    assert.equal(row.suffix, secret.slice(-4));
    assert.equal(row.algorithm, "hmac/sha-256");
    const listed = await expect(200, "GET", "/embed-secrets");
    assert.equal(JSON.stringify(listed).includes(secret), false);
    const { url } = await embedUrl({ secret_id: row.id });
    assert.ok(url.startsWith(`${server.url}/login/embed/`));
    assert.equal(await opensLink(url), "opened");
    assert.equal(await opensLink(url), "link_already_used");
  });

  test("both open links while a rotation overlaps; off or gone, none does", async () => {
    const old = (await expect(200, "GET", "/embed-secrets")).secrets.at(-1);
    const { url: oldUrl } = await embedUrl({ secret_id: old.id });
    const { url: spare } = await embedUrl({ secret_id: old.id });
    const { embed_secret: fresh } = await expect(
      201,
      "POST",
      "/embed-secrets/rotate",
      { overlap_seconds: 3600, algorithm: "hmac/sha-1" },
    );
    const { url: newUrl } = await embedUrl();
    const rows = (await expect(200, "GET", "/embed-secrets")).secrets;
    assert.ok(rows.find(({ id }) => id === old.id).expires_at);
    assert.equal(rows.find(({ id }) => id === fresh.id).expires_at, null);
    assert.equal(await opensLink(oldUrl), "opened");
    assert.equal(await opensLink(newUrl), "opened");

    const off = await expect(200, "PATCH", `/embed-secrets/${old.id}`, {
      enabled: false,
      note: "was the shop's",
    });
    assert.deepEqual([off.enabled, off.note], [false, "was the shop's"]);
    assert.notEqual(await opensLink(spare), "opened");
    await refused(404, "secret_not_found", "POST", "/embed-urls", {
      ...person,
      target_url: `${server.url}/embed/dashboards/flights`,
      secret_id: old.id,
    });
    await expect(200, "PATCH", `/embed-secrets/${old.id}`, { enabled: true });
    assert.equal(await opensLink(spare), "opened");
    await expect(204, "DELETE", `/embed-secrets/${old.id}`);
    await refused(404, "secret_not_found", "DELETE", `/embed-secrets/${old.id}`);
    await refused(404, "secret_not_found", "PATCH", `/embed-secrets/${old.id}`, {});
  });

  test("are refused with what is wrong", async () => {
    for (const [field, body] of [
      ["algorithm", { algorithm: "md5" }],
      ["note", { note: "x".repeat(201) }],
      ["note", { note: 5 }],
    ]) {
      const answer = await refused(
        400,
        "invalid_body",
        "POST",
        "/embed-secrets",
        body,
      );
      assert.equal(answer.field, field);
    }
    await refused(400, "invalid_body", "POST", "/embed-secrets/rotate", {
      overlap_seconds: -1,
    });
  });

  test("are twenty at the most", async () => {
    const count = (await expect(200, "GET", "/embed-secrets")).secrets.length;
    const made = [];
    for (let at = count; at < 20; at++)
      made.push(
        (await expect(201, "POST", "/embed-secrets", {})).embed_secret.id,
      );
    await refused(409, "too_many_secrets", "POST", "/embed-secrets", {});
    for (const id of made) await expect(204, "DELETE", `/embed-secrets/${id}`);
  });
});

describe("embed URLs", () => {
  test("say which part of the person is wrong", async () => {
    const wrong = async (field, more) => {
      const answer = await api("POST", "/embed-urls", {
        ...person,
        target_url: `${server.url}/embed/dashboards/flights`,
        ...more,
      });
      assert.ok([400, 422].includes(answer.status), answer.text);
      assert.equal(answer.field, field, answer.text);
    };
    await wrong("target_url", { target_url: "https://elsewhere.example/embed/dashboards/1" });
    await wrong("target_url", { target_url: "flights" });
    await wrong("external_user_id", { external_user_id: "" });
    await wrong("session_length", { session_length: 99_999_999 });
    await wrong("permissions", { permissions: [], models: [] });
    await wrong("permissions", { permissions: "access_data" });
  });

  test("are refused while embedding is off, and so are links", async () => {
    const { url } = await embedUrl();
    const off = await expect(200, "PATCH", "/embed-settings", { enabled: false });
    assert.equal(off.enabled, false);
    assert.notEqual(await opensLink(url), "opened");
    await refused(403, "embed_disabled", "POST", "/embed-urls", {
      ...person,
      target_url: `${server.url}/embed/dashboards/flights`,
    });
    await expect(200, "PATCH", "/embed-settings", {
      enabled: true,
      signed_links: false,
    });
    await refused(403, "embed_disabled", "POST", "/embed-urls", {
      ...person,
      target_url: `${server.url}/embed/dashboards/flights`,
    });
    await expect(200, "PATCH", "/embed-settings", { signed_links: true });
    assert.equal(await opensLink(url), "opened");
  });
});

describe("who may frame", () => {
  test("is a list of origins, in the form in which browsers compare them", async () => {
    const added = await expect(200, "POST", "/embed-settings/domains", {
      origin: "HTTPS://App.Example.com:443/",
    });
    assert.equal(added.origin, "https://app.example.com");
    assert.deepEqual(added.settings.domains, ["https://app.example.com"]);
    const wide = await expect(200, "POST", "/embed-settings/domains", {
      origin: "https://*.example.org",
    });
    assert.equal(wide.settings.domains.length, 2);
    const covered = await expect(200, "POST", "/embed-settings/domains", {
      origin: "https://shop.example.org",
    });
    assert.equal(covered.covered_already, true);
    assert.equal(covered.settings.domains.length, 2);

    const { url } = await embedUrl();
    const page = await fetch(url);
    await page.text();
    assert.match(
      page.headers.get("content-security-policy"),
      /frame-ancestors 'self' https:\/\/app\.example\.com https:\/\/\*\.example\.org/,
    );

    const left = await expect(
      200,
      "DELETE",
      `/embed-settings/domains?origin=${encodeURIComponent("https://app.example.com")}`,
    );
    assert.deepEqual(left.domains, ["https://*.example.org"]);
    await refused(
      404,
      "domain_not_found",
      "DELETE",
      `/embed-settings/domains?origin=${encodeURIComponent("https://app.example.com")}`,
    );
    await expect(
      200,
      "DELETE",
      `/embed-settings/domains?origin=${encodeURIComponent("https://*.example.org")}`,
    );
  });

  test("says why an origin is none", async () => {
    for (const origin of [
      "app.example.com",
      "ftp://app.example.com",
      "https://app.example.com/path",
      "https://app.example.com:*",
      "https://app.example.com:99999",
      "https://",
      "https://*",
      "https://a.*.example.com",
      "https://a b.example",
      "*",
      "null",
    ]) {
      const answer = await refused(
        400,
        "invalid_origin",
        "POST",
        "/embed-settings/domains",
        { origin },
      );
      assert.equal(answer.field, "origin", origin);
      assert.ok(answer.body.error.message.length > 20);
    }
    await refused(400, "missing_parameter", "DELETE", "/embed-settings/domains");
  });

  test("stands beside settings that are switched one by one", async () => {
    const before = await expect(200, "GET", "/embed-settings");
    const changed = await expect(200, "PATCH", "/embed-settings", {
      strict: true,
      timezone: "Europe/Berlin",
    });
    assert.deepEqual(changed, {
      ...before,
      strict: true,
      timezone: "Europe/Berlin",
    });
    const answer = await refused(
      400,
      "timezone_unknown",
      "PATCH",
      "/embed-settings",
      { timezone: "Berlin" },
    );
    assert.equal(answer.field, "timezone");
    await refused(400, "invalid_body", "PATCH", "/embed-settings", {
      strict: "yes",
    });
    await refused(400, "invalid_body", "PATCH", "/embed-settings", {
      unknown: true,
    });
    await expect(200, "PATCH", "/embed-settings", {
      strict: false,
      timezone: "UTC",
    });
  });
});

describe("sharable links", () => {
  test("of versions 2 and 3 are signed with what is kept of a key", async () => {
    assert.deepEqual(await expect(200, "GET", "/sharable-links"), {
      enabled: true,
      versions: [1, 2, 3],
      longest_session_seconds: 86_400,
    });
    const key = await expect(201, "POST", "/account-keys", {
      name: "signs links",
      role: "Viewer",
    });
    const path = `/account-keys/${key.id}/sharable-link`;
    const url = `${server.url}/d/flights/flights?orgId=1&var-airport=ATL`;
    const two = await expect(200, "POST", path, { url, version: 2 });
    assert.equal(await opensLink(two.url), "opened");
    const three = await expect(200, "POST", path, {
      url,
      version: 3,
      locked: ["airport"],
      valid_seconds: 60,
      session_seconds: 900,
    });
    assert.equal(await opensLink(three.url), "opened");
    assert.notEqual(await opensLink(three.url), "opened");
    assert.equal(
      await opensLink(three.url.replace("var-airport=ATL", "var-airport=JFK")),
      "signature_invalid",
    );
    for (const wrong of [
      { url: `${url}&aliyun_api_key=x`, version: 3 },
      { url: "/nowhere", version: 2 },
      { url, version: 3, locked: ["not_there"] },
    ]) {
      const answer = await refused(400, "link_malformed", "POST", path, wrong);
      assert.equal(answer.field, "url");
    }
    await refused(400, "invalid_body", "POST", path, { url, version: 1 });
    await refused(400, "invalid_body", "POST", path, {
      url,
      version: 3,
      valid_seconds: 3601,
    });
    await expect(200, "POST", `/account-keys/${key.id}/revoke`);
    await refused(409, "key_unusable", "POST", path, { url, version: 2 });
    assert.equal(await opensLink(two.url), "api_key_revoked");
  });
});

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

describe("what is said of keys", () => {
  test("no secret stands in the audit trail or in the log, and every change does", async () => {
    const rows = [];
    let before = "";
    do {
      const page = await expect(200, "GET", `/audit?limit=1000${before}`);
      rows.push(...page.rows);
      before = page.next === null ? "" : `&before=${page.next}`;
    } while (before !== "");
    const text = JSON.stringify(rows) + server.log();
    assert.ok(secrets.length > 300);
    for (const secret of secrets) assert.equal(text.includes(secret), false);
    const actions = new Set(rows.map(({ action }) => action));
    for (const action of [
      "account_key.created",
      "account_key.rotated",
      "account_key.revoked",
      "account_key.migrated",
      "account_key.deleted",
      "account_key.link_signed",
      "service_account.created",
      "service_account.changed",
      "service_account.deleted",
      "key.created",
      "key.changed",
      "key.deleted",
      "embed_secret.created",
      "embed_secret.rotated",
      "embed_secret.changed",
      "embed_secret.removed",
      "embed_settings.changed",
      "embed_url.made",
    ])
      assert.ok(actions.has(action), action);
  });
});
