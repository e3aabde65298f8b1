// Row 16, and other sites: many frames of many keys in one browser do not meet, and a page that is not
// ours can neither open a link, nor go on with a session, nor use a key that a browser has.
//
//     node --test tests/conformance/attacks/grafana-browser.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { bearer, calls, orders, startGrafanaTarget, v1, v2, v3 } from "./grafana-target.mjs";
import { CookieJar } from "./support/cookie-jar.mjs";
import { newSecret } from "./support/links.mjs";
import { nobodys, onlyOf } from "./support/witness.mjs";
import { api, cookieName, opened, pageHeaders, paths, publicUrl } from "./target.mjs";

const tenants = ["acme", "globex", "initech"];
const lockedTo = (key, tenant) => v3(key, `${orders}?var-tenant=${tenant}`, { lock: ["tenant"] });

let grafana, keys;
before(async () => {
  grafana = await startGrafanaTarget();
  keys = [await grafana.newKey(), await grafana.newToken(), await grafana.newKey("Admin")];
});
after(() => grafana?.close());

describe("attack 16, Grafana: sessions in one browser do not meet", () => {
  const jar = new CookieJar();
  const sessions = [];
  before(async () => {
    for (let i = 0; i < 9; ++i) {
      const tenant = tenants[i % 3];
      const cookie = jar.for(paths.open);
      const viewer = await grafana.viewer(lockedTo(keys[i % keys.length], tenant), {
        headers: cookie ? { Cookie: cookie } : {},
      });
      const [taken] = jar.take(viewer.open.headers);
      sessions.push({ tenant, viewer, taken });
    }
  });

  const rowsOf = (lines) => JSON.stringify(lines.filter(({ panel }) => panel !== undefined));
  async function resume(id, cookie) {
    const sent = cookie === undefined ? {} : { Cookie: cookie };
    const headers = { ...pageHeaders, "X-Casement": "1", ...sent };
    return opened(await grafana.target.call("POST", paths.resume(id), { headers, body: {} }));
  }

  test("each has a cookie of its own path, and is found again by it alone", async () => {
    assert.equal(new Set(jar.all.map(({ path }) => path)).size, sessions.length);
    for (const { tenant, viewer, taken } of sessions) {
      assert.equal(taken.path, `${api}/sessions/${viewer.id}/`);
      const { httponly, secure, partitioned, samesite } = taken.flags;
      assert.deepEqual([httponly, secure, partitioned, samesite], [true, true, true, "None"]);
      const again = await resume(viewer.id, jar.for(paths.resume(viewer.id)));
      assert.deepEqual([again.status, again.id], [200, viewer.id]);
      onlyOf(tenant, rowsOf(again.lines), "a resumed frame");
    }
  });

  test("and refuses every other's cookie, secret and token on its own path", async () => {
    for (const one of sessions) {
      for (const other of sessions) {
        if (one === other) continue;
        const by = await resume(one.viewer.id, `${cookieName}=${other.viewer.cookie}`);
        assert.deepEqual([by.status, by.code], [401, "no_session_cookie"]);
        const bySecret = await grafana.target.call("POST", paths.resume(one.viewer.id), {
          headers: { ...pageHeaders, "X-Casement": "1", ...bearer(other.viewer.accessToken) },
          body: { secret: other.viewer.secret },
        });
        assert.equal(bySecret.status, 401, bySecret.text);
        nobodys(bySecret.text, "another's secret");
      }
    }
    const [one, other] = sessions;
    const both = [other, one].map(({ viewer }) => `${cookieName}=${viewer.cookie}`).join("; ");
    assert.equal((await resume(one.viewer.id, both)).status, 401, "the first counts");
    for (const key of keys) {
      const headers = { ...pageHeaders, "X-Casement": "1", ...bearer(key.text) };
      const byKey = await grafana.target.call("POST", paths.resume(one.viewer.id), {
        headers,
        body: {},
      });
      assert.equal(byKey.status, 401, "a key resumes no session, not even its own");
    }
  });

  test("a token with another session's id or another end is nobody's", async () => {
    const [one, other] = sessions.map(({ viewer }) => viewer);
    const mine = one.accessToken.split(".");
    const theirs = other.accessToken.split(".");
    for (const parts of [
      [mine[0], theirs[1], mine[2], mine[3]],
      [mine[0], mine[1], String(Number(mine[2]) + 600), mine[3]],
      [mine[0], theirs[1], theirs[2], mine[3]],
      [mine[0], mine[1], mine[2], ""],
      [mine[0], mine[1], mine[2]],
      [...mine, "x"],
      ["ca2", mine[1], mine[2], mine[3]],
    ]) {
      const answer = await grafana.target.call("POST", paths.query, {
        headers: { ...pageHeaders, ...bearer(parts.join(".")) },
        body: { content: "dashboards/orders", panels: [5] },
      });
      assert.equal(answer.status, 401, answer.text);
      nobodys(answer.text, parts.join("."));
    }
  });

  test("a token beside another frame's cookie is the token's, and shows its own rows", async () => {
    for (const [i, { tenant, viewer }] of sessions.entries()) {
      const other = sessions[(i + 1) % sessions.length].viewer;
      const answer = await viewer.post(
        paths.query,
        { content: "dashboards/orders", panels: [5] },
        { Cookie: `${cookieName}=${other.cookie}` },
      );
      assert.equal(answer.status, 200);
      onlyOf(tenant, rowsOf(answer.lines), "a frame beside another");
      assert.match(answer.text, new RegExp(`${tenant}-row`));
    }
  });

  test("and they end one by one", async () => {
    const [ended, ...others] = sessions;
    await grafana.target.api("DELETE", `${api}/sessions/${ended.viewer.id}`, undefined, 204);
    assert.equal((await ended.viewer.resume()).status, 410);
    for (const { viewer } of others) assert.equal((await viewer.query({})).status, 200);
  });
});

describe("attack 16, Grafana: another site does nothing with what a browser has", () => {
  const foreign = [
    { Origin: "https://evil.test" },
    { Origin: "null" },
    { Origin: "" },
    { Origin: publicUrl.replace("https", "http") },
    { Origin: `${publicUrl}.evil.test` },
    { Origin: [publicUrl, "https://evil.test"] },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { "Sec-Fetch-Site": "none" },
    { Origin: publicUrl, "Sec-Fetch-Site": "cross-site" },
    { Origin: "https://evil.test", "Sec-Fetch-Site": "same-origin" },
  ];

  test("it opens no link, and none is spent by its try", async () => {
    const [key] = keys;
    for (const link of [v1(key), v2(key), v3(key)]) {
      for (const headers of foreign) {
        const answer = await grafana.target.call("POST", paths.open, {
          headers: { "X-Forwarded-Proto": "https", ...headers },
          body: { link, secret: newSecret() },
        });
        assert.equal(answer.status, 403, `${JSON.stringify(headers)}: ${answer.text}`);
        assert.equal(JSON.parse(answer.text).error.code, "cross_origin_request");
        assert.equal(answer.headers["set-cookie"], undefined);
        nobodys(answer.text, JSON.stringify(headers));
      }
      assert.equal((await grafana.open(link)).status, 201);
    }
  });

  test("it goes on with no session, by no cookie and no form", async () => {
    const viewer = await grafana.viewer(v2(keys[0]));
    const with_ = { "X-Forwarded-Proto": "https", Cookie: `${cookieName}=${viewer.cookie}` };
    for (const headers of foreign) {
      const answer = await grafana.target.call("POST", paths.resume(viewer.id), {
        headers: { ...with_, "X-Casement": "1", ...headers },
        body: {},
      });
      assert.equal(answer.status, 403, `${JSON.stringify(headers)}: ${answer.text}`);
      nobodys(answer.text, JSON.stringify(headers));
    }
    const without = await grafana.target.call("POST", paths.resume(viewer.id), {
      headers: { ...pageHeaders, ...with_ },
      body: {},
    });
    assert.equal(without.status, 403, "the header that no form can send");
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const answer = await grafana.target.call("POST", paths.resume(viewer.id), {
        headers: { ...pageHeaders, ...with_, "X-Casement": "1", "Content-Type": type },
        body: "{}",
      });
      assert.equal(answer.status, 400, `${type}: ${answer.text}`);
    }
    assert.equal((await viewer.resume()).status, 200);
  });

  test("it changes nothing through the API, which no cookie opens, and reads no answer", async () => {
    const viewer = await grafana.viewer(v2(keys[2]));
    const before = await grafana.everything();
    const of = { key: keys[0].id, account: keys[1].account, token: keys[1].id };
    for (const [method, path, body] of calls(of)) {
      const headers = { Origin: "https://evil.test", Cookie: `${cookieName}=${viewer.cookie}` };
      const answer = await grafana.call(method, path, { headers, body });
      assert.equal(answer.status, 401, `${method} ${path}`);
      const asked = await grafana.call("OPTIONS", path, {
        headers: {
          Origin: "https://evil.test",
          "Access-Control-Request-Method": method,
          "Access-Control-Request-Headers": "authorization",
        },
      });
      const right = await grafana.call("GET", "/api/org", {
        headers: { ...bearer(keys[2].text), Origin: "https://evil.test" },
      });
      for (const { rawHeaders } of [answer, asked, right]) {
        assert.doesNotMatch(rawHeaders.join(" "), /access-control-|www-authenticate/i);
      }
    }
    assert.equal(await grafana.everything(), before);
  });

  test("it frames a page only where the organization says so, and no refusal of the API", async () => {
    const ancestors = ({ headers }) =>
      /frame-ancestors ([^;]*)/.exec(headers["content-security-policy"])[1].trim();
    const closed = await startGrafanaTarget({
      env: { CASEMENT_SECURITY_ALLOW_EMBEDDING: "false" },
    });
    try {
      const key = await closed.newKey();
      for (const link of [v1(key), v2(key), v3(key), orders, `${orders}?aliyun_api_key=x`]) {
        assert.equal(ancestors(await closed.target.call("GET", link)), "'none'", link);
      }
    } finally {
      await closed.close();
    }
    for (const path of ["/api/org", "/api/search", "/api/nothing", "/d", "/d/"]) {
      assert.equal(ancestors(await grafana.target.call("GET", path)), "'none'", path);
    }
  });
});
