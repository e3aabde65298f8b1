// What stands in links, calls and fields of the Grafana dialect: rows 6, 7 and 11. Bytes that are no
// text, values that are no values, and more of everything than anybody needs.
//
//     node --test tests/conformance/attacks/grafana-input.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  basic,
  bearer,
  calls,
  orders,
  own,
  startGrafanaTarget,
  v1,
  v2,
  v2Parts,
  v3,
  v3Parts,
  withParameters,
} from "./grafana-target.mjs";
import { mutations } from "./support/mutations.mjs";
import { nobodys, onlyOf } from "./support/witness.mjs";
import { exchange, requestBytes, statusIn } from "./support/wire.mjs";

let grafana, key, sa;
before(async () => {
  grafana = await startGrafanaTarget();
  key = await grafana.newKey("Admin");
  sa = await grafana.newToken("Viewer");
  await grafana.expect(200, "POST", "/api/folders", { body: { uid: "f", title: "Folder" } });
  await grafana.expect(200, "POST", "/api/dashboards/db", {
    body: { dashboard: { uid: "g", title: "Board" }, folderUid: "f" },
  });
});
after(() => grafana?.close());

/** Still there, and still itself. */
async function stands() {
  assert.equal((await grafana.target.call("GET", "/readyz")).status, 200);
  assert.equal((await grafana.open(v2(key))).status, 201);
}

// Raw escapes: what a browser would never make.
const bytes = {
  NUL: "%00",
  "a NUL in the middle": "a%00b",
  "CR LF": "%0d%0aSet-Cookie:%20x=y",
  LF: "%0a",
  "a lone surrogate": "%ed%a0%80",
  "an overlong slash": "%c0%af",
  "an overlong NUL": "%c0%80",
  "an overlong letter": "%e0%81%a1",
  "beyond Unicode": "%f4%90%80%80",
  "half a character": "%e2%82",
  "a lone continuation": "%80",
  "a byte that never is": "%ff",
  DEL: "%7f",
  "half an escape": "%4",
  "no escape": "%zz",
  "a percent sign": "%",
};

describe("attack 6, Grafana: no byte of a link means more than itself", () => {
  test("in any of its values, names and parts of the path", async () => {
    for (const [what, raw] of Object.entries(bytes)) {
      for (const good of [[["aliyun_api_key", key.text]], v2Parts(key), v3Parts(key)]) {
        for (const [name] of good) {
          const text = (one) =>
            good
              .map(([of, value]) => `${of}=${of === name ? one : encodeURIComponent(value)}`)
              .join("&");
          await grafana.refuses(`${orders}?${text(raw)}`, [400, 401]);
        }
        const proof = withParameters("", good).slice(1);
        for (const target of [
          `${orders}?var-tenant=${raw}&${proof}`,
          `${orders}?var-${raw}=acme&${proof}`,
          `${orders}?${raw}=x&${proof}`,
          `/d/orders${raw}/x?${proof}`,
          `/d/orders/x${raw}?${proof}`,
          `/d/${raw}/x?${proof}`,
        ]) {
          const answer = await grafana.refuses(target, [400, 401, 404]);
          assert.doesNotMatch(answer.headers["set-cookie"]?.join() ?? "", /x=y/, what);
        }
      }
    }
    await stands();
  });

  test("a value that would be a query, a script or a path is a value", async () => {
    const viewer = await grafana.viewer(v2(key));
    for (const value of [
      "acme' or '1'='1",
      "acme' union select 'globex', 1, 1 --",
      "acme'; drop table orders; --",
      "' || (select string_agg(tenant, ',') from orders) || '",
      "$tenant",
      "${tenant}",
      "[[tenant]]",
      "{{tenant}}",
      "%' or 1=1 /*",
      "acme\\' or 1=1 --",
      "acme\u0000' or 1=1",
      "<script>alert(1)</script>",
      "../../../../etc/passwd",
      "1".repeat(4_096),
      "😀".repeat(1_000),
      "ａｃｍｅ",
      "ACME",
    ]) {
      for (const answer of [
        await viewer.query({ panels: [2, 3, 4, 5, 6], variables: { tenant: [value] } }),
        await viewer.export({ panel: 5, variables: { tenant: [value] } }),
        await viewer.resume({
          body: { content: `/d/orders/x?var-tenant=${encodeURIComponent(value)}` },
        }),
      ]) {
        // In place of what was asked for there may be the page's own first choice.
        const rows = JSON.stringify(answer.lines.filter(({ panel }) => panel !== undefined));
        onlyOf("acme", rows, value);
      }
    }
    const { text, headers } = await grafana.target.call(
      "GET",
      v2(key, `${orders}?var-tenant=${encodeURIComponent('"></script><script>alert(1)</script>')}`),
    );
    assert.doesNotMatch(text, /alert\(1\)/);
    assert.match(headers["content-security-policy"], /script-src [^;]*'nonce-|script-src 'self'/);
    await stands();
  });

  test("an id in a path is a number or a uid, whatever else it looks like", async () => {
    for (const id of [
      ...Object.values(bytes),
      "1'--",
      "1%20or%201=1",
      "..",
      "%2e%2e%2fsearch",
      "9223372036854775808",
      "-9223372036854775809",
      "1e1",
      "0x1",
      "x".repeat(5_000),
    ]) {
      for (const path of [
        `/api/auth/keys/${id}`,
        `/api/serviceaccounts/${id}`,
        `/api/serviceaccounts/${id}/tokens`,
        `/api/serviceaccounts/${sa.account}/tokens/${id}`,
        `/api/serviceaccounts/migrate/${id}`,
        `${own}/${id}`,
        `/api/folders/${id}`,
        `/api/dashboards/uid/${id}`,
        `/api/dashboards/uid/g/versions/${id}`,
      ]) {
        const methods = /migrate/.test(path) ? ["POST"] : ["GET", "DELETE"];
        for (const method of methods) {
          const answer = await grafana.call(method, path);
          const fine = [400, 404, 405].includes(answer.status) || answer.text === "[]";
          assert.ok(fine, `${method} ${path.slice(0, 99)}: ${answer.status} ${answer.text}`);
        }
      }
    }
    await stands();
  });
});

describe("attack 7, Grafana: a text is a text", () => {
  test("in every member of every body", async () => {
    const of = { key: 987_654, account: 987_654, token: 987_654 };
    const bodies = [
      ["POST", "/api/auth/keys", { name: "odd", role: "Viewer", secondsToLive: 60 }],
      ["POST", "/api/serviceaccounts", { name: "odd", role: "Viewer", isDisabled: false }],
      [
        "PATCH",
        `/api/serviceaccounts/${sa.account}`,
        { name: "x", role: "Viewer", isDisabled: false },
      ],
      ["POST", `/api/serviceaccounts/${sa.account}/tokens`, { name: "odd", secondsToLive: 60 }],
      ["POST", `${own}/import`, { key: "x", hash: "x", name: "x", role: "Viewer", account: 1 }],
      ["POST", `${own}/${key.id}/rotate`, { overlap_seconds: 1, seconds_to_live: 1 }],
      ["POST", "/api/folders", { title: "x", uid: "odd", parentUid: "f", description: "x" }],
      ["PUT", "/api/folders/f", { title: "x", version: 1, overwrite: true }],
      ["POST", "/api/folders/f/move", { parentUid: "x" }],
      ["POST", "/api/dashboards/db", { dashboard: { uid: "odd", title: "x" }, folderUid: "f" }],
      ["POST", "/api/dashboards/import", { dashboard: { title: "x" }, inputs: [], folderUid: "f" }],
      ["POST", "/api/dashboards/uid/g/restore", { version: 1 }],
    ];
    assert.ok(bodies.length <= calls(of).filter(([, , body]) => body).length + 2);
    for (const [method, path, body] of bodies) {
      for (const { path: place, kind, body: bent } of mutations(body)) {
        const answer = await grafana.call(method, path, { body: bent });
        const what = `${method} ${path} ${place.join(".")} as ${kind}: ${answer.text}`;
        assert.ok(answer.status < 500, what);
        const texts = ["name", "role", "hash", "key", "uid", "title", "folderUid", "parentUid"];
        const wrong = ["object", "filled", "list", "number", "boolean", "wrapped"].includes(kind);
        if (place.length === 1 && texts.includes(place[0]) && wrong) {
          assert.equal(answer.status, 400, what);
        }
        assert.doesNotMatch(answer.text, /std::|boost|terminate/, what);
      }
    }
    await stands();
  });

  test("nor is a body that is none taken for an empty one", async () => {
    for (const body of [
      "[]",
      "null",
      "1",
      '"x"',
      "{",
      "{}{}",
      "\ufeff{}",
      "{'a':1}",
      "\u0000",
      "NaN",
    ]) {
      for (const [method, path, has] of calls({ key: key.id, account: sa.account, token: sa.id })) {
        if (!has || /import$/.test(path)) continue;
        const answer = await grafana.call(method, path, { body });
        assert.equal(answer.status, 400, `${method} ${path} ${body}: ${answer.text}`);
      }
    }
    await stands();
  });
});

describe("attack 11, Grafana: what is large is refused before it costs much", () => {
  const within = async (what, work) => {
    const started = performance.now();
    const answer = await work();
    assert.ok(performance.now() - started < 5_000, what);
    return answer;
  };

  test("names, keys, credentials and bodies of any length", async () => {
    for (const length of [191, 4_096, 500_000]) {
      const name = "n".repeat(length);
      for (const [path, body] of [
        ["/api/auth/keys", { name, role: "Viewer" }],
        ["/api/serviceaccounts", { name }],
        [`/api/serviceaccounts/${sa.account}/tokens`, { name }],
        [`${own}/import`, { hash: "c".repeat(100), name }],
        [`${own}/import`, { key: name }],
        [`${own}/import`, { hash: name, name: "x" }],
      ]) {
        const answer = await within(path, () => grafana.call("POST", path, { body }));
        assert.equal(answer.status, 400, `${path}: ${answer.text.slice(0, 200)}`);
        assert.ok(answer.text.length < 2_000, "a refusal is small");
      }
    }
    const longest = await grafana.newKey("Viewer", { name: "é".repeat(95) });
    for (const version of [v1, v2, v3]) {
      assert.equal((await grafana.open(version(longest))).status, 201, "190 bytes are a name");
    }
    const nested = `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`;
    for (const path of ["/api/auth/keys", "/api/dashboards/db"]) {
      const answer = await within(path, () => grafana.call("POST", path, { body: nested }));
      assert.equal(answer.status, 400, answer.text);
    }
    const huge = JSON.stringify({ name: "x".repeat(2 ** 20), role: "Viewer" });
    for (const headers of [{}, bearer(key.text)]) {
      const answer = await grafana.call("POST", "/api/auth/keys", { headers, body: huge });
      assert.equal(answer.status, 413);
    }
    for (const headers of [
      bearer("x".repeat(30_000)),
      bearer(`glsa_${"x".repeat(20_000)}_00000000`),
      basic("x".repeat(20_000)),
      { Authorization: `Basic ${"=".repeat(20_000)}` },
      { ...bearer(key.text), "X-Grafana-Org-Id": "1".repeat(20_000) },
    ]) {
      const answer = await within("a field", () => grafana.call("GET", "/api/org", { headers }));
      assert.equal(answer.status, 401, answer.text);
    }
  });

  test("links of any length, and of any number of parts", async () => {
    const proof = withParameters("", v2Parts(key)).slice(1);
    for (const [link, statuses] of [
      [`${orders}?${"a=b&".repeat(300)}${proof}`, [400]],
      [`${orders}?var-a=${"x".repeat(4_097)}&${proof}`, [400]],
      [`/d/${"o".repeat(65)}/x?${proof}`, [400]],
      [`/d/orders/${"x".repeat(5_000)}?${proof}`, [400]],
      [
        v3(key, `${orders}?var-a=1`, { lock: Array.from({ length: 65 }, (_, i) => `v${i}`) }),
        [400],
      ],
      [v2({ ...key, name: "n".repeat(191) }), [400]],
      [v1({ text: "A".repeat(12_000) }), [400, 401]],
      [v1({ text: `glsa_${"x".repeat(3_000)}_00000000` }), [400, 401]],
      [`${orders}?aliyun_api_key=${"%41".repeat(3_000)}`, [400, 401]],
    ]) {
      await within(link.slice(0, 60), () => grafana.refuses(link, statuses));
    }
    const long = requestBytes("GET", `${orders}?${"x".repeat(17_000)}`, { Host: "h" });
    assert.equal(statusIn((await exchange(grafana.target.port, long)).text), 414);
    const { status } = await grafana.target.call("POST", "/api/casement/v1/sessions", {
      body: { link: `${orders}?${"x".repeat(20_000)}`, secret: "x".repeat(43) },
    });
    assert.ok([400, 413].includes(status));
  });

  test("placeholders that never end, and names that nearly fit", async () => {
    const text = "${".repeat(500_000);
    for (const [name, more] of [
      ["A", `${text}}`],
      ["A", `${text}A}`],
      ["$".repeat(250), `${"${$".repeat(300_000)}}`],
      ["n".repeat(200_000), "${".repeat(250_000)],
    ]) {
      const answer = await within("an import", () =>
        grafana.call("POST", "/api/dashboards/import", {
          body: {
            dashboard: { title: "x", uid: "filled", __inputs: [{ name, type: "constant" }], more },
            inputs: [{ name, type: "constant", value: "v" }],
            overwrite: true,
          },
        }),
      );
      assert.ok([200, 400].includes(answer.status), answer.text.slice(0, 200));
    }
    const title = "a".repeat(4_096);
    for (let i = 0; i < 150; ++i) {
      const dashboard = { uid: `long-${i}`, title };
      await grafana.expect(200, "POST", "/api/dashboards/db", { body: { dashboard } });
    }
    const query = `${"a".repeat(2_047)}b`;
    const started = performance.now();
    const found = await grafana.expect(200, "GET", `/api/search?query=${query}`);
    assert.deepEqual(found, []);
    const took = performance.now() - started;
    assert.ok(took < 500, `${took} ms for 150 titles`);
  });

  test("lists and searches of any size", async () => {
    for (const path of [
      "/api/search?limit=999999999999",
      "/api/search?limit=-1",
      "/api/search?page=9223372036854775807&limit=5000",
      "/api/auth/keys?perpage=99999999&page=99999999999",
      `${own}?limit=99999999&after=-5`,
      `/api/search?query=${"a".repeat(8_000)}`,
      `/api/search?${"tag=x&".repeat(1_000)}`,
      "/api/dashboards/uid/g/versions?limit=100000000",
      "/api/folders?limit=-1&page=0",
    ]) {
      const answer = await within(path, () => grafana.call("GET", path));
      assert.ok([200, 400, 422].includes(answer.status), `${path}: ${answer.text.slice(0, 200)}`);
      nobodys(answer.text, path.slice(0, 60));
    }
    await stands();
  });
});
