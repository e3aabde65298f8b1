// Embed secrets with the list of origins, embed URLs and sharable links over the native API. What each
// opens is tried at the page behind it.
//
//     node --test tests/conformance/console/keys-embedding.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  api,
  expect,
  opensLink,
  refused,
  saidOnly,
  secrets,
  server,
  startKeys,
  stopKeys,
} from "./keys-server.mjs";

before(startKeys);
after(stopKeys);

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

test("no secret stands in the audit trail or in the log, and every change does", () =>
  saidOnly([
    "account_key.link_signed",
    "embed_secret.created",
    "embed_secret.rotated",
    "embed_secret.changed",
    "embed_secret.removed",
    "embed_settings.changed",
    "embed_url.made",
  ], 22));
