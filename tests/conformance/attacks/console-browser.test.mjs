// Row 16, and other sites: a person who is signed in to the console and frames of two tenants in one
// browser do not meet, and no page of another site does anything with what that browser has.
//
//     node --test tests/conformance/attacks/console-browser.test.mjs
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";

import { casementBinary } from "../../support/casement.mjs";
import { startConsole } from "./console-target.mjs";
import { bodyFor } from "./support/console-bodies.mjs";
import { CookieJar } from "./support/cookie-jar.mjs";
import { link } from "./support/links.mjs";
import { nobodys, onlyOf } from "./support/witness.mjs";
import { api, cookieName, opened, pageHeaders, paths, startTarget } from "./target.mjs";

const consoleCookie = "casement_console";
const password = "correct horse battery";

describe("attack 16, the console: one browser with a person and frames of two tenants", () => {
  let target, jar, frames, person;
  before(async () => {
    target = await startTarget({ otherOrganization: true });
    for (const [handle, org] of [
      ["ada@example.org", 1],
      ["otto@example.net", 2],
    ]) {
      execFileSync(
        casementBinary(),
        ["admin", "create-user", "--data", target.dataDir, "--org", String(org)].concat([
          "--handle",
          handle,
          "--name",
          handle,
          "--role",
          "Admin",
          "--password-stdin",
        ]),
        { input: password, stdio: ["pipe", "ignore", "inherit"] },
      );
    }
    jar = new CookieJar();
    await signIn("ada@example.org");
    person = jar.for(`${api}/me`);
    frames = [];
    for (const tenant of ["acme", "globex"]) {
      const share = await target.share("orders", tenant);
      const answer = await call("POST", paths.open, {
        link: link(share),
        secret: secretOf(tenant),
      });
      assert.equal(answer.status, 201, answer.text);
      frames.push({ tenant, share, ...opened(answer) });
    }
  });
  after(() => target?.close());

  const secretOf = (tenant) => tenant.padEnd(43, "A");
  /** As a page of this browser calls: with every cookie that belongs to the path. */
  async function call(method, path, body, headers = {}) {
    const cookie = jar.for(path.split("?")[0]);
    const answer = await target.call(method, path, {
      headers: {
        ...pageHeaders,
        "X-Casement": "1",
        ...(cookie ? { Cookie: cookie } : {}),
        ...headers,
      },
      body,
    });
    jar.take(answer.headers);
    return answer;
  }
  async function signIn(handle) {
    const answer = await call("POST", `${api}/sign-in`, { handle, password });
    assert.equal(answer.status, 200, answer.text);
  }
  const me = async () => JSON.parse((await call("GET", `${api}/me`)).text).user?.handle;
  async function framesAreTheirOwn() {
    for (const { id, tenant } of frames) {
      const again = opened(await call("POST", paths.resume(id), {}));
      assert.equal(again.status, 200, again.text);
      assert.equal(again.id, id);
      onlyOf(tenant, again.text, `the frame of ${tenant}`);
      const data = await call(
        "POST",
        paths.query,
        { panels: [5] },
        {
          Authorization: `Bearer ${again.accessToken}`,
        },
      );
      assert.match(data.text, new RegExp(`${tenant}-row`));
      onlyOf(tenant, data.text, `the data of ${tenant}`);
    }
  }

  test("keeps three cookies, none of which reaches another's path", async () => {
    assert.equal(jar.all.filter(({ name }) => name === consoleCookie).length, 1);
    assert.equal(jar.all.filter(({ name }) => name === cookieName).length, 2);
    for (const path of ["/", "/console/", "/sb/x", "/embed/dashboards/1", "/api/v1/dashboard"]) {
      assert.equal(jar.for(path), undefined, path);
    }
    assert.ok(!jar.for(`${api}/me`).includes(cookieName));
    const [one, other] = frames;
    assert.ok(jar.for(paths.resume(one.id)).includes(one.cookie));
    assert.ok(!jar.for(paths.resume(one.id)).includes(other.cookie));
    const { flags } = jar.all.find(({ name }) => name === consoleCookie);
    assert.deepEqual(
      [flags.httponly, flags.secure, flags.samesite, flags.domain],
      [true, true, "Strict", undefined],
    );
  });

  test("knows the person as himself and each frame as its tenant's", async () => {
    assert.equal(await me(), "ada@example.org");
    await framesAreTheirOwn();
    assert.equal(await me(), "ada@example.org");
  });

  test("takes neither kind of cookie for the other", async () => {
    const value = person
      .split("; ")
      .find((one) => one.startsWith(`${consoleCookie}=`))
      .split("=")[1];
    for (const { id, cookie } of frames) {
      for (const sent of [`${cookieName}=${value}`, person, `${consoleCookie}=${value}`]) {
        const answer = await target.call("POST", paths.resume(id), {
          headers: { ...pageHeaders, "X-Casement": "1", Cookie: sent },
          body: {},
        });
        assert.equal(answer.status, 401, answer.text);
        nobodys(answer.text, "a person's cookie at a frame");
      }
      for (const sent of [`${consoleCookie}=${cookie}`, `${cookieName}=${cookie}`]) {
        const answer = await target.call("GET", `${api}/me`, {
          headers: { ...pageHeaders, Cookie: sent },
        });
        assert.equal(answer.status, 401, answer.text);
      }
    }
  });

  test("gives a frame nothing of the person's, whatever it calls", async () => {
    const [frame] = frames;
    const operations = (await target.operations()).filter(({ who }) => who === "program");
    assert.ok(operations.length > 100);
    for (const operation of operations) {
      const path = target.pathOf(operation, { share: frame.share, session: frame.id });
      const answer = await call(operation.method, path, operation.schema ? {} : undefined, {
        Authorization: `Bearer ${frame.accessToken}`,
      });
      // What only people have says so; what has keys says that this is none.
      assert.ok([401, 403, 404].includes(answer.status), `${operation.id}: ${answer.text}`);
      nobodys(answer.text, operation.id);
    }
    assert.equal(await me(), "ada@example.org");
    await framesAreTheirOwn();
  });

  test("gives the person's page no frame's data without that frame's own token", async () => {
    for (const path of [paths.query, paths.export, paths.view, `${api}/choices`]) {
      const answer = await call("POST", path, { panels: [5] });
      assert.equal(answer.status, 401, `${path}: ${answer.text}`);
    }
  });

  test("goes on with its frames when the person signs out, or another one signs in", async () => {
    const out = await call("POST", `${api}/sign-out`);
    assert.equal(out.status, 204, out.text);
    assert.equal((await call("GET", `${api}/me`)).status, 401);
    await framesAreTheirOwn();
    await signIn("otto@example.net");
    assert.equal(await me(), "otto@example.net");
    await framesAreTheirOwn();
    const theirs = await call("GET", `${api}/dashboards`);
    nobodys(theirs.text, "another organization's person beside our frames");
    for (const { id } of frames) {
      assert.equal((await call("DELETE", `${api}/sessions/${id}`)).status, 404);
    }
    await signIn("ada@example.org");
    assert.equal(await me(), "ada@example.org");
  });

  test("goes on with the person and the other frame when a frame ends", async () => {
    const [ended] = frames.splice(0, 1);
    assert.equal((await call("DELETE", `${api}/sessions/${ended.id}`)).status, 204);
    assert.equal((await call("POST", paths.resume(ended.id), {})).status, 410);
    assert.equal(await me(), "ada@example.org");
    await framesAreTheirOwn();
  });
});

describe("another site, and a browser in which somebody is signed in", () => {
  let target, changing;
  before(async () => {
    target = await startConsole();
    changing = target.operations.filter(
      ({ method, who }) => method !== "GET" && ["principal", "person", "console"].includes(who),
    );
    assert.ok(changing.length > 90, `${changing.length}`);
  });
  after(() => target?.close());

  const send = (operation, headers, body = bodyFor(operation)) =>
    target.browsers.admin.call(operation.method, target.pathOf(operation), body, headers);
  const ours = () => new URL(target.url);

  const foreign = () => [
    { Origin: "https://evil.test" },
    { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site" },
    { Origin: "https://evil.test", "Sec-Fetch-Site": null },
    { Origin: "null", "Sec-Fetch-Site": null },
    { Origin: `https://${ours().host}`, "Sec-Fetch-Site": null },
    { Origin: `http://${ours().hostname}:${Number(ours().port) + 1}`, "Sec-Fetch-Site": null },
    { Origin: `http://${ours().hostname}`, "Sec-Fetch-Site": null },
    { Origin: `${ours().origin}.evil.test`, "Sec-Fetch-Site": null },
    { Origin: `${ours().origin}/`, "Sec-Fetch-Site": null },
    { Origin: [ours().origin, "https://evil.test"] },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { "Sec-Fetch-Site": "none" },
    { Origin: null, "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": ["same-origin", "cross-site"] },
    // What a form and an image can send.
    { "X-Casement": null },
    { "X-Casement": null, Origin: null, "Sec-Fetch-Site": null },
    { "X-Casement": "0" },
    { "X-Casement": "true" },
    { "X-Casement": "11" },
    { "X-Casement": ["1", "1"] },
  ];

  test("does nothing: every change refuses every such page, and everything is as it was", async () => {
    const before = await target.everything();
    for (const operation of changing) {
      for (const headers of foreign()) {
        const answer = await send(operation, headers);
        const what = `${operation.id} ${JSON.stringify(headers)}: ${answer.status} ${answer.text}`;
        assert.equal(answer.status, 403, what);
        assert.equal(answer.code, "cross_site", what);
        assert.ok(!/access-control-/i.test(Object.keys(answer.headers).join()), what);
        assert.deepEqual(answer.cookies, [], what);
      }
    }
    assert.deepEqual(await target.everything(), before);
  });

  test("sends no form that is taken for one of ours", async () => {
    const before = await target.everything();
    for (const operation of changing.filter(({ schema }) => schema)) {
      for (const type of [
        "text/plain",
        "text/plain;charset=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json, text/plain",
        "",
      ]) {
        const answer = await send(operation, { "Content-Type": type });
        const what = `${operation.id} as ${type}: ${answer.status} ${answer.text}`;
        assert.ok([400, 415].includes(answer.status), what);
      }
    }
    assert.deepEqual(await target.everything(), before);
  });

  test("changes nothing by a method that another header or parameter names", async () => {
    const before = await target.everything();
    for (const operation of changing) {
      const path = target.pathOf(operation);
      for (const [name, headers] of [
        ["_method", {}],
        ["method", {}],
        ["x", { "X-HTTP-Method-Override": operation.method, "X-HTTP-Method": operation.method }],
      ]) {
        const url = `${path}${path.includes("?") ? "&" : "?"}${name}=${operation.method}`;
        const answer = await target.browsers.admin.call("GET", url, undefined, headers);
        assert.ok(answer.status === 200 || answer.status >= 400, `${url}: ${answer.status}`);
      }
    }
    assert.deepEqual(await target.everything(), before);
  });

  test("reads nothing: every GET refuses it, and no preflight lets it ask", async () => {
    const reading = target.operations.filter(
      ({ method, who }) => method === "GET" && ["principal", "person"].includes(who),
    );
    assert.ok(reading.length > 40);
    for (const operation of [...reading, ...changing]) {
      const path = target.pathOf(operation);
      const asked = await target.browsers.admin.call("OPTIONS", path, undefined, {
        Origin: "https://evil.test",
        "Sec-Fetch-Site": "cross-site",
        "Access-Control-Request-Method": operation.method,
        "Access-Control-Request-Headers": "x-casement,content-type",
      });
      assert.ok(!/access-control-/i.test(Object.keys(asked.headers).join()), operation.id);
      if (operation.method !== "GET") continue;
      for (const headers of [
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site" },
        { Origin: "https://evil.test" },
        { Origin: "null", "Sec-Fetch-Site": null },
      ]) {
        const answer = await target.browsers.admin.call("GET", path, undefined, headers);
        assert.deepEqual([answer.status, answer.code], [403, "cross_site"], operation.id);
        assert.ok(!/access-control-/i.test(Object.keys(answer.headers).join()), operation.id);
      }
    }
  });

  test("does not come in by a key that is wrong, with the cookie beside it", async () => {
    for (const operation of changing.filter(({ who }) => who === "principal")) {
      const answer = await send(operation, { Authorization: "Bearer cas_none" });
      assert.equal(answer.status, 401, `${operation.id}: ${answer.text}`);
    }
  });

  test("and our own page's calls are let in", async () => {
    assert.equal((await target.browsers.admin.call("GET", "/me")).status, 200);
    const made = await target.browsers.admin.call("POST", "/folders", { name: "Ours" });
    assert.equal(made.status, 201, made.text);
  });
});
