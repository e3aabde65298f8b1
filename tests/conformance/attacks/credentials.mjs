// No credential, or the wrong one, never becomes another identity: every operation that needs one
// answers with a refusal and without a row, whatever is presented instead.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { link } from "./support/links.mjs";
import { nobodys } from "./support/witness.mjs";
import { cookieName, pageHeaders, paths, startTarget } from "./target.mjs";

const refusals = [401, 403, 404, 410];
const bearer = (token) => ({ Authorization: `Bearer ${token}` });

describe("a credential that does not fit", () => {
  let target, operations, share, viewer, globex;

  before(async () => {
    target = await startTarget();
    operations = await target.operations();
    share = await target.share("orders", "acme", {}, { download: true });
    viewer = await target.viewer(share);
    globex = await target.viewer(await target.share("orders", "globex", {}, { download: true }));
  });
  after(() => target?.close());

  const bodies = {
    queryPanels: { panels: [1, 2, 3, 4, 5] },
    exportPanel: { panel: 5 },
    describeView: {},
    resumeSession: {},
  };

  /** Calls every operation of these callers so, and expects a refusal each time. */
  async function refused(who, headers, what) {
    const of = operations.filter((operation) => who.includes(operation.who));
    assert.ok(of.length > 0);
    for (const operation of of) {
      const path = target.pathOf(operation, { share, session: viewer.id });
      const body = operation.method === "GET" ? undefined : (bodies[operation.id] ?? {});
      const page = ["viewer", "frame"].includes(operation.who) ? pageHeaders : {};
      const answer = await target.call(operation.method, path, {
        headers: { ...page, ...headers },
        body,
      });
      const call = `${operation.method} ${path} with ${what}`;
      assert.ok(refusals.includes(answer.status), `${call}: ${answer.status} ${answer.text}`);
      nobodys(answer.text, call);
    }
  }
  const resume = "resumeSession";
  const protectedCallers = ["viewer", "program"];

  test("no credential at all opens nothing", async () => {
    await refused(protectedCallers, {}, "nothing");
    const answer = await target.call("POST", paths.resume(viewer.id), {
      headers: { ...pageHeaders, "X-Casement": "1" },
      body: {},
    });
    assert.equal(answer.status, 401, answer.text);
  });

  test("a malformed credential opens nothing", async () => {
    const malformed = [
      "",
      "Bearer",
      "Bearer ",
      "Bearer null",
      "Bearer undefined",
      "Bearer 0",
      "Bearer true",
      "Bearer {}",
      "Bearer []",
      "Bearer ../../etc/passwd",
      "Bearer ' or 1=1 --",
      `Bearer ${"A".repeat(8_000)}`,
      `Basic ${Buffer.from("admin:admin").toString("base64")}`,
      viewer.accessToken,
      target.serviceToken,
      `Token ${viewer.accessToken}`,
      `Bearer ${viewer.accessToken} ${viewer.accessToken}`,
      `Bearer ${viewer.accessToken},x`,
      `Bearer ${target.serviceToken},${viewer.accessToken}`,
    ];
    for (const value of malformed) {
      await refused(protectedCallers, { Authorization: value }, value.slice(0, 40));
    }
  });

  test("two credentials in two headers are none", async () => {
    for (const pair of [
      [`Bearer ${viewer.accessToken}`, `Bearer ${globex.accessToken}`],
      [`Bearer ${target.serviceToken}`, `Bearer ${target.serviceToken}`],
      [`Bearer ${viewer.accessToken}`, `Bearer ${target.serviceToken}`],
    ]) {
      await refused(protectedCallers, { Authorization: pair }, "two Authorization headers");
    }
  });

  test("a forged access token opens nothing", async () => {
    const [kind, id, ...rest] = viewer.accessToken.split(".");
    const mac = rest.at(-1);
    const later = String(Math.floor(Date.now() / 1000) + 86_400);
    const other = randomBytes(32).toString("base64url");
    const flipped = (mac[0] === "A" ? "B" : "A") + mac.slice(1);
    const forged = [
      [kind, id, rest[0], other],
      [kind, id, later, mac],
      [kind, globex.id, rest[0], mac],
      [kind, id, rest[0], flipped],
      [kind, id, rest[0], ""],
      [kind, id, rest[0], mac.slice(0, -1)],
      [kind, id, rest[0], `${mac}A`],
      [kind, id, rest[0], `${mac}=`],
      [kind, id, mac],
      [kind, id, `+${rest[0]}`, mac],
      ["none", id, rest[0], mac],
      [kind, "", "", ""],
      ["eyJhbGciOiJub25lIn0", Buffer.from(`{"sub":"${id}"}`).toString("base64url"), ""],
    ];
    for (const token of forged) {
      await refused(["viewer"], bearer(token.join(".")), `the forged token ${token.join(".")}`);
    }
  });

  test("what belongs to a program is nothing where a viewer is wanted", async () => {
    await refused(["viewer"], bearer(target.serviceToken), "a service token");
    await refused(
      ["viewer"],
      {
        "DD-API-KEY": target.keys.api_key,
        "DD-APPLICATION-KEY": target.keys.app_key,
      },
      "the vendor's keys",
    );
    for (const value of [share.credential, share.token, viewer.secret, viewer.cookie, viewer.id]) {
      await refused(["viewer"], bearer(value), "another secret as bearer");
    }
    await refused(["viewer"], { Cookie: `${cookieName}=${viewer.cookie}` }, "the cookie alone");
  });

  test("what belongs to a viewer is nothing where a program is wanted", async () => {
    for (const value of [
      viewer.accessToken,
      share.credential,
      share.token,
      viewer.secret,
      viewer.cookie,
      viewer.id,
    ]) {
      await refused(["program"], bearer(value), "a viewer's secret");
      await refused(
        ["program"],
        {
          "DD-API-KEY": value,
          "DD-APPLICATION-KEY": value,
        },
        "a viewer's secret as the vendor's keys",
      );
    }
    await refused(["program"], { Cookie: `${cookieName}=${viewer.cookie}` }, "the cookie");
  });

  test("half of the vendor's keys, or two halves swapped, open nothing", async () => {
    const { api_key: key, app_key: app } = target.keys;
    const validate = operations.filter(({ path }) => path !== "/api/v1/validate");
    const all = operations;
    operations = validate; // the one call that takes the first key alone
    try {
      await refused(["program"], { "DD-API-KEY": key }, "the API key alone");
      await refused(["program"], { "DD-APPLICATION-KEY": app }, "the application key alone");
      await refused(["program"], bearer(key), "the API key as bearer");
      await refused(["program"], bearer(app), "the application key as bearer");
    } finally {
      operations = all;
    }
    await refused(
      ["program"],
      {
        "DD-API-KEY": app,
        "DD-APPLICATION-KEY": key,
      },
      "the keys swapped",
    );
    await refused(
      ["program"],
      {
        "DD-API-KEY": [key, key],
        "DD-APPLICATION-KEY": [app, "x"],
      },
      "keys sent twice",
    );
    const inQuery = await target.call(
      "GET",
      `/api/v1/dashboard?api_key=${key}&application_key=${app}`,
    );
    assert.equal(inQuery.status, 403, inQuery.text);
  });

  test("another tenant's access token shows that tenant's rows only", async () => {
    const answer = await globex.query({ panels: [1, 2, 3, 4, 5] });
    assert.equal(answer.status, 200);
    assert.match(answer.text, /globex-row/);
    const own = await viewer.query({ panels: [1, 2, 3, 4, 5] });
    assert.match(own.text, /acme-row/);
  });

  test("a link signed with another share's credential opens nothing", async () => {
    const answer = await target.open(link(share, { credential: globex.share.credential }));
    assert.equal(answer.status, 401, answer.text);
    assert.equal(answer.code, "bad_signature");
    nobodys(answer.text, "a link signed by another");
  });

  test("a link signed with what is no credential opens nothing", async () => {
    for (const credential of ["", "0", "null", share.token, share.id, target.serviceToken]) {
      const answer = await target.open(link(share, { credential }));
      assert.equal(answer.status, 401, `${credential}: ${answer.text}`);
    }
  });

  test(`${resume} takes this session's cookie only`, async () => {
    for (const cookie of [
      "",
      "null",
      viewer.secret,
      viewer.accessToken,
      globex.cookie,
      viewer.id,
      target.serviceToken,
      viewer.cookie.slice(0, -1),
      `${viewer.cookie}A`,
      `"${viewer.cookie}"`,
      "A".repeat(4_000),
    ]) {
      const answer = await viewer.resume({ cookie });
      assert.equal(answer.status, 401, `${cookie}: ${answer.text}`);
      nobodys(answer.text, "a refused resume");
    }
  });

  test("what needs no credential holds nobody's data", async () => {
    const open = operations.filter(({ who, method }) => who === "anyone" && method === "GET");
    const others = [
      "/",
      "/healthz",
      "/readyz",
      "/sb/secure-embed/x",
      "/favicon.ico",
      "/robots.txt",
    ];
    for (const path of [...open.map((operation) => operation.path), ...others]) {
      nobodys((await target.call("GET", path)).text, path);
    }
  });
});
