// What a link fixes stays fixed: rows 2, 4, 5 and 12 for links whose parts are changed, left out or
// said twice, and for sessions that ask for more than their link signed.
//
//     node --test tests/conformance/attacks/grafana-scope.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  bearer,
  changed,
  orders,
  startGrafanaTarget,
  v1,
  v2,
  v2Parts,
  v3,
  v3Parts,
  withParameters,
} from "./grafana-target.mjs";
import { newNonce } from "./support/links.mjs";
import { nobodys, onlyOf, rowsIn } from "./support/witness.mjs";

let grafana, key;
before(async () => {
  grafana = await startGrafanaTarget();
  key = await grafana.newKey();
});
after(() => grafana?.close());

/** The choices of a picker are the author's, not rows; everything else must be acme's. */
const rowsOf = (lines) => JSON.stringify(lines.filter(({ panel }) => panel !== undefined));
const locked = `${orders}?var-tenant=acme`;
const refused = [
  "signature_invalid",
  "parameter_invalid",
  "parameter_missing",
  "parameter_unknown",
];
const malformed = [...refused, "parameter_duplicate", "versions_mixed", "link_malformed"];
const anyRefusal = [...malformed, "target_refused", "organization_mismatch", "link_expired"];

describe("attack 2, Grafana: a link of version 3 is what was signed, or nothing", () => {
  const target = `${locked}&var-product=${encodeURIComponent("Anvil acme-row")}`;
  const options = { lock: ["tenant"], bound: ["product"], session: 600 };
  const solo = "/d-solo/orders/x?panelId=2&var-tenant=acme";

  test("whatever single part of it is changed, left out or emptied", async () => {
    const good = v3Parts(key, target, options);
    for (const [name, value] of good) {
      const text = String(value);
      const others = [
        null,
        "",
        `${text}0`,
        `0${text}`,
        `${text} `,
        ` ${text}`,
        `${text}\n`,
        `${text}\u0000`,
        text.toUpperCase() === text ? `${text}x` : text.toUpperCase(),
        text.slice(0, -1),
        { casement_expires: String(Number(text) + 1), casement_session: "601" }[name] ?? "1e3",
      ];
      for (const other of others) {
        if (other === text || (name === "casement_bound" && other === null)) continue;
        const link = withParameters(target, changed(good, { [name]: other }));
        await grafana.refuses(link, [400, 401, 403, 410], [...anyRefusal, "link_not_yet_valid"]);
      }
    }
    // Leaving a list out is leaving its line out.
    for (const name of ["casement_lock", "casement_bound", "casement_session"]) {
      await grafana.refuses(withParameters(target, changed(good, { [name]: null })), [401]);
    }
    const opened = await grafana.viewer(withParameters(target, good));
    assert.equal(opened.lines[0].session.id, opened.id);
  });

  test("whatever of its address is changed", async () => {
    const good = v3Parts(key, target, options);
    const query = withParameters("", good).slice(1);
    for (const other of [
      target.replace("/d/orders/", "/d/hidden/"),
      target.replace("/d/orders/x", "/d/orders/y"),
      target.replace("/d/orders/x", "/d/orders"),
      target.replace("/d/orders/x", "/d/orders/x/"),
      target.replace("/d/orders/x", "/d/%6frders/x"),
      target.replace("/d/", "/d-solo/"),
      target.replace("var-tenant=acme", "var-tenant=globex"),
      target.replace("var-tenant=acme", "var-tenant=acme&var-tenant=globex"),
      target.replace("var-tenant=acme", "var-tenant="),
      target.replace("var-tenant=acme", "var-tenant"),
      target.replace("var-tenant=acme", "var-tenant[]=acme"),
      target.replace("var-tenant=acme", "var-Tenant=acme"),
      target.replace("var-tenant=acme", "VAR-tenant=acme"),
      target.replace("var-tenant=acme", "var-tenant=*"),
      target.replace("var-tenant=acme", "var-tenant=$__all"),
      target.replace("var-tenant=acme&", ""),
      target.replace("Anvil%20acme-row", "*"),
      `${target}&var-product=*`,
      `${target}&%76ar-tenant=globex`,
      `${target}&orgId=2`,
      `${target}&panelId=1&panelId=2`,
    ]) {
      await grafana.refuses(
        `${other}${other.includes("?") ? "&" : "?"}${query}`,
        [400, 401, 404],
        [...anyRefusal],
      );
    }
  });

  test("whichever panel it is changed to", async () => {
    const query = withParameters("", v3Parts(key, solo, { lock: ["tenant"] })).slice(1);
    for (const panel of ["3", "panel-2", "02", "2&panelId=3", "2%00", ""]) {
      const link = `${solo.replace("panelId=2", `panelId=${panel}`)}&${query}`;
      await grafana.refuses(link, [400, 401], anyRefusal);
    }
    await grafana.refuses(`${solo.replace("/d-solo/", "/d/")}&${query}`, [401]);
    await grafana.refuses(`${solo.replace("panelId=2&", "")}&${query}`, [400]);
    const viewer = await grafana.viewer(`${solo}&${query}`);
    onlyOf("acme", rowsOf(viewer.lines), "the panel");
  });

  test("nor is a value smuggled into the line of another", async () => {
    // The line of one part must not be readable as the lines of two.
    const nonce = newNonce();
    for (const [of, value] of [
      ["var-tenant", "acme\nbound:tenant=globex"],
      ["var-tenant", "acme\rlock:x=y"],
      ["casement_key", `${key.name}\n1`],
      ["casement_nonce", `${nonce}\nlock:tenant=acme`],
    ]) {
      const link =
        of === "var-tenant"
          ? v3(key, `${orders}?var-tenant=${encodeURIComponent(value)}`, { lock: ["tenant"] })
          : withParameters(
              locked,
              changed(v3Parts(key, locked, { lock: ["tenant"] }), { [of]: value }),
            );
      await grafana.refuses(link, [400], ["parameter_invalid"]);
    }
    const both = v3(key, locked, { lock: ["tenant"], bound: ["tenant"] });
    await grafana.refuses(both, [400], ["parameter_invalid"]);
    await grafana.refuses(v3(key, orders, { lock: ["tenant"] }), [400], ["parameter_invalid"]);
    await grafana.refuses(v3(key, locked, { lock: ["tenant", "tenant"] }), [400]);
  });
});

describe("attacks 4 and 5, Grafana: a session does not get out of what its link locked", () => {
  let viewer;
  before(async () => {
    viewer = await grafana.viewer(v3(key, locked, { lock: ["tenant"] }));
  });
  const seen = (answer, what) => onlyOf("acme", rowsOf(answer.lines), what);

  test("by no value that it asks for, and not by an empty or missing one", async () => {
    for (const values of [["globex"], ["acme", "globex"], ["*"], ["$__all"], [], [""], ["ACME"]]) {
      for (const answer of [
        await viewer.query({ variables: { tenant: values } }),
        await viewer.export({ panel: 5, variables: { tenant: values } }),
        await viewer.resume({ body: { variables: { tenant: values } } }),
      ]) {
        seen(answer, JSON.stringify(values));
        if (values[0] === "globex") assert.equal(answer.status, 403, answer.text);
      }
    }
    const answer = await viewer.query({ panels: [5] });
    seen(answer, "the panel");
    assert.ok(rowsIn(answer.lines) > 0, "and there is something to see");
  });

  test("nor by a value of another type or spelling", async () => {
    for (const value of [null, "globex", { 0: "globex" }, [["globex"]], [null], [1], true]) {
      const answer = await viewer.query({ variables: { tenant: value } });
      assert.equal(answer.status, 400, `${JSON.stringify(value)}: ${answer.text}`);
      nobodys(answer.text, JSON.stringify(value));
    }
    for (const name of ["Tenant", "var-tenant", "tenant[]", "tenant ", "TENANT", "__proto__"]) {
      seen(await viewer.query({ variables: { [name]: ["globex"] } }), name);
    }
    const answer = await viewer.query(
      '{"content":"dashboards/orders","variables":{"tenant":["acme"],"tenant":["globex"]}}',
    );
    seen(answer, "twice");
  });

  test("nor by the address that it says it is at", async () => {
    for (const content of [
      "/d/orders/x?var-tenant=globex",
      "/d/orders/x?var-tenant=acme&var-tenant=globex",
      "/d/orders/x?%76ar-tenant=globex",
      "/d/orders/x?var-tenant=*",
      "/d-solo/orders/x?panelId=5&var-tenant=globex",
      "/d/orders/x",
      v3(key, `${orders}?var-tenant=globex`, { lock: ["tenant"] }),
      v1(key, `${orders}?var-tenant=globex`),
    ]) {
      const answer = await viewer.resume({ body: { content } });
      seen(answer, content);
    }
  });

  test("a bounded variable takes what was signed and nothing beside it", async () => {
    const two = `${orders}?var-tenant=acme&var-tenant=globex`;
    const bounded = await grafana.viewer(v3(key, two, { bound: ["tenant"] }));
    const ask = (values) => bounded.query({ panels: [5], variables: { tenant: values } });
    assert.match((await ask(["acme"])).text, /acme-row/);
    assert.match((await ask(["globex"])).text, /globex/);
    for (const values of [["initech"], ["acme", "initech"], ["*"], ["$__all"], [""], []]) {
      const answer = await ask(values);
      assert.doesNotMatch(rowsOf(answer.lines), /initech|\b88\d{5}\b/, JSON.stringify(values));
    }
  });

  test("a name that the dashboard does not have fixes nothing, so nothing is shown", async () => {
    for (const of of ["lock", "bound"]) {
      const answer = await grafana.open(v3(key, `${orders}?var-Tenant=acme`, { [of]: ["Tenant"] }));
      assert.equal(answer.status, 403, answer.text);
      assert.equal(answer.code, "variable_missing");
      nobodys(answer.text, "the refusal");
    }
  });
});

describe("attack 2, Grafana: a folder that is only for some is for no link", () => {
  test("in no version, from no dashboard beside it, and from the moment that it is closed", async () => {
    const { client_id, client_secret } = grafana.target.lookerKeys ?? (await lookerKeys());
    const { access_token } = JSON.parse(
      (
        await grafana.target.call("POST", "/api/4.0/login", {
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ client_id, client_secret }).toString(),
        })
      ).text,
    );
    const looker = async (method, path, body) => {
      const headers = bearer(access_token);
      const answer = await grafana.target.call(method, `/api/4.0${path}`, { headers, body });
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
      return JSON.parse(answer.text);
    };
    const open = await grafana.viewer(v2(key));
    const closing = await grafana.viewer(v2(key, "/d/search/x"));
    const bound = await grafana.viewer(v3(key, "/d/search/x"));
    assert.equal((await open.query({}, "dashboards/search")).status, 200);

    const group = await looker("POST", "/groups", { name: "Few" });
    const folder = await looker("POST", "/folders", {
      name: "Only for few",
      casement_group_ids: [group.id],
    });
    const { id } = await grafana.target.api("GET", "/api/casement/v1/dashboards/search");
    await looker("PATCH", `/dashboards/${id}`, { folder_id: folder.id });
    for (const viewer of [open, closing, bound]) {
      for (const answer of [
        await viewer.query({}, "dashboards/search"),
        await viewer.export({ panel: 1 }, "dashboards/search"),
        await viewer.view("/d/search/x"),
        await viewer.resume({ body: { content: "/d/search/x" } }),
      ]) {
        assert.equal(answer.status, 404, answer.text);
        nobodys(answer.text, "the closed folder");
      }
    }
    for (const version of [v1, v2, v3]) {
      const answer = await grafana.open(version(key, "/d/search/x"));
      assert.deepEqual([answer.status, answer.code], [404, "content_not_found"]);
      nobodys(answer.text, "a link to the closed folder");
    }
    const found = await grafana.expect(200, "GET", "/api/search", { key: key.text });
    assert.deepEqual(
      found.filter(({ uid }) => uid === "search"),
      [],
    );
    assert.equal((await open.query({ panels: [5] })).status, 200, "the others are there");
  });

  async function lookerKeys() {
    const { createCredentials } = await import("../../support/casement.mjs");
    return (await createCredentials(grafana.target.dataDir)).looker;
  }
});

describe("attack 12, Grafana: a link has one reading", () => {
  test("no part of a proof stands twice, under no name", async () => {
    const forms = (name) => [
      name,
      `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
      name.replace("_", "%5F"),
      name.replace("_", "%5f"),
    ];
    for (const [of, good] of [
      [v1(key), [["aliyun_api_key", key.text]]],
      [v2(key), v2Parts(key)],
      [v3(key), v3Parts(key)],
    ]) {
      for (const [name, value] of good) {
        for (const again of forms(name)) {
          for (const text of [encodeURIComponent(value), "", "x"]) {
            const twice = [`${of}&${again}=${text}`, of.replace("?", `?${again}=${text}&`)];
            for (const link of twice) await grafana.refuses(link, [400, 401], malformed);
          }
        }
      }
    }
  });

  test("names have one case, no brackets and nothing beside them", async () => {
    const bent = (name) => [
      name.toUpperCase(),
      `${name[0].toUpperCase()}${name.slice(1)}`,
      `${name}[]`,
      `${name}[0]`,
      `${name}%00`,
      `${name}%20`,
      `+${name}`,
      `${name}.`,
      name.replaceAll("_", "."),
      name.replaceAll("_", "-"),
    ];
    for (const good of [[["aliyun_api_key", key.text]], v2Parts(key), v3Parts(key)]) {
      for (const [name] of good) {
        if (["casement_lock", "casement_bound"].includes(name)) continue;
        for (const other of bent(name)) {
          const text = good
            .map(([one, value]) => `${one === name ? other : one}=${encodeURIComponent(value)}`)
            .join("&");
          // What begins with something else is no part of a proof, and this one may be missing.
          const missing = !/^aliyun_/i.test(other);
          if (name === "aliyun_api_key_expire_seconds" && missing) continue;
          await grafana.refuses(`${orders}?${text}`, [400, 401]);
        }
      }
    }
  });

  test("versions do not mix, and what no version has is refused", async () => {
    const all = { 1: [["aliyun_api_key", key.text]], 2: v2Parts(key), 3: v3Parts(key) };
    for (const [one, first] of Object.entries(all)) {
      for (const [other, second] of Object.entries(all)) {
        if (one === other) continue;
        for (const pair of second) {
          const link = withParameters(orders, [...first, pair]);
          await grafana.refuses(link, [400], ["versions_mixed"]);
        }
      }
      for (const more of [
        "aliyun_x=1",
        "casement_x=1",
        "Aliyun_API_Key=x",
        "casement_",
        "aliyun_",
      ]) {
        const link = `${withParameters(orders, first)}&${more}`;
        await grafana.refuses(link, [400], ["parameter_unknown", "versions_mixed"]);
      }
    }
  });

  test("what is unsigned in version 2 goes no further than the key and the server's bound", async () => {
    // Said so by the guide: the signature is over the time alone.
    const longer = await grafana.open(v2(key, orders, { session: 86_400 }));
    assert.equal(longer.status, 201);
    for (const session of ["86401", "0", "-1", "1e3", "", "3600.0", "99999999999999999999"]) {
      const link = v2(key, orders, { changes: { aliyun_api_key_expire_seconds: session } });
      await grafana.refuses(link, [400], ["parameter_invalid"]);
    }
    const short = await grafana.newKey("Viewer", { secondsToLive: 60 });
    const answer = await grafana.open(v2(short, orders, { session: 86_400 }));
    const left = Date.parse(answer.lines[0].session.expires_at) - Date.now();
    assert.ok(left <= 60_000, `${left} ms`);
  });
});
