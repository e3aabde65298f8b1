// How far a key and a link of the Grafana dialect reach: rows 2 and 10. No id of another
// organization is anything, nobody gives himself more than he has, and a viewer is shown rows and
// nothing of what they come from.
//
//     node --test tests/conformance/attacks/grafana-reach.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { token } from "../grafana/support.mjs";
import {
  bearer,
  calls,
  orders,
  own,
  randomLetters,
  startGrafanaTarget,
  v1,
  v2,
  v3,
} from "./grafana-target.mjs";
import { canaries, nobodys, onlyOf } from "./support/witness.mjs";

let grafana, key, sa;
before(async () => {
  grafana = await startGrafanaTarget({ otherOrganization: true });
  key = await grafana.newKey("Admin");
  sa = await grafana.newToken("Editor");
  await grafana.expect(200, "POST", "/api/folders", { body: { uid: "f", title: "Canary folder" } });
  await grafana.expect(200, "POST", "/api/dashboards/db", {
    body: { dashboard: { uid: "g", title: "Canary board" }, folderUid: "f" },
  });
});
after(() => grafana?.close());
const real = () => ({ key: key.id, account: sa.account, token: sa.id });
const everything = () => grafana.everything();

describe("attack 2, Grafana: what is another's is not there", () => {
  let theirs;
  before(() => {
    theirs = grafana.target.otherKeys;
  });

  test("another organization's ids are those of nothing, in every form", async () => {
    const before = await everything();
    const spelled = (id) => [`${id}`, `0${id}`, `%3${String(id)[0]}${String(id).slice(1)}`];
    for (const by of [
      theirs.grafana.api_key,
      theirs.grafana.service_account_token,
      theirs.service_token,
    ]) {
      const ours = calls(real());
      const none = calls({ key: 987654, account: 987654, token: 987654 });
      for (const [i, [method, path, body]] of ours.entries()) {
        if (path === none[i][1] && !/\/(f|g)(\/|$)/.test(path)) continue;
        const missing = none[i][1].replace(/\/f(?=\/|$)/, "/nof").replace(/\/g(?=\/|$)/, "/nog");
        const of = async (where) => {
          const { status, text } = await grafana.call(method, where, { key: by, body });
          return `${status} ${text}`;
        };
        const nothing = await of(missing);
        assert.ok(/^404 /.test(nothing) || nothing === "200 []", `${method} ${missing} ${nothing}`);
        const id = /\/(\d+)(?=\/|$)/.exec(path)?.[1];
        for (const form of id ? spelled(id) : [null]) {
          const where = form ? path.replace(id, form) : path;
          assert.equal(await of(where), nothing, `${method} ${where}`);
        }
      }
      for (const body of [
        { dashboard: { uid: "mine", title: "x" }, folderUid: "f" },
        { dashboard: { uid: "mine", title: "x" }, folderId: 1 },
      ]) {
        const answer = await grafana.call("POST", "/api/dashboards/db", { key: by, body });
        assert.equal(answer.status, 400, answer.text);
      }
      for (const path of ["/api/search?query=canary", "/api/folders", `${own}?limit=1000`]) {
        const { status, text } = await grafana.call("GET", path, { key: by });
        assert.equal(status, 200, text);
        assert.doesNotMatch(text, /canary|"key \d|"token \d/i, path);
      }
    }
    assert.equal(await everything(), before);
  });

  test("a key of one organization signs for no other, and opens no other's dashboard", async () => {
    const made = await grafana.newKey("Viewer", {
      by: theirs.grafana.api_key,
      name: "shared name",
    });
    const same = await grafana.newKey("Viewer", { name: "shared name" });
    assert.deepEqual([made.org, same.org], [2, 1]);
    for (const version of [v2, v3]) {
      await grafana.refuses(version({ ...made, org: 1 }), [401], ["signature_invalid"]);
      await grafana.refuses(version({ ...same, org: 2 }), [401], ["signature_invalid"]);
      await grafana.refuses(version(made, `${orders}?orgId=1`), [401], ["organization_mismatch"]);
      // Redeemed, there is only nothing to see.
      const answer = await grafana.open(version(made));
      assert.deepEqual([answer.status, answer.code], [404, "content_not_found"]);
      nobodys(answer.text, "another organization's link");
    }
  });

  test("a session sees no dashboard but those of its key, whatever it calls them", async () => {
    const viewer = await grafana.viewer(v2(key));
    const { id } = await grafana.target.api("GET", "/api/casement/v1/dashboards/hidden");
    for (const content of [
      `dashboards/${id}`,
      "dashboards/Orders",
      "dashboards/g/../orders",
      "dashboards/%6frders",
      "dashboards/",
      "looks/1",
      "folders/1",
      "dashboards/orders\u0000",
      "dashboards/model::orders",
    ]) {
      const answer = await viewer.query({ panels: [2] }, content);
      assert.ok([400, 404].includes(answer.status), `${content}: ${answer.text}`);
      nobodys(answer.text, content);
    }
  });

  test("of a panel's link there is that panel and no other, of a dashboard's no other one", async () => {
    const solo = await grafana.viewer(v3(key, "/d-solo/orders/x?panelId=2&var-tenant=acme"));
    const whole = await grafana.viewer(v3(key));
    const count = solo.lines.filter(({ panel }) => panel !== undefined).map(({ panel }) => panel);
    assert.deepEqual(count, [2]);
    for (const panel of [1, 3, 4, 5, 6, 0, 77]) {
      for (const answer of [await solo.query({ panels: [panel] }), await solo.export({ panel })]) {
        const seen = answer.lines.filter((line) => line.panel !== undefined && !line.error);
        assert.deepEqual(seen, [], `${panel}: ${answer.text}`);
        nobodys(answer.text, `panel ${panel}`);
      }
    }
    const all = await solo.query({});
    assert.deepEqual([...new Set(all.lines.map(({ panel }) => panel))].filter(Boolean), [2]);
    for (const viewer of [solo, whole]) {
      for (const content of ["dashboards/hidden", "dashboards/optional", "dashboards/search"]) {
        const answer = await viewer.query({}, content);
        assert.equal(answer.status, 404, `${content}: ${answer.text}`);
        nobodys(answer.text, content);
      }
      const elsewhere = await viewer.resume({ body: { content: "/d/hidden/x" } });
      assert.equal(elsewhere.status, 404, elsewhere.text);
      nobodys(elsewhere.text, "another dashboard");
    }
    const other = await solo.resume({ body: { content: "/d-solo/orders/x?panelId=5" } });
    const shown = other.lines.filter(({ frames }) => frames).map(({ panel }) => panel);
    assert.ok(
      shown.every((panel) => panel === 2),
      other.text,
    );
  });

  test("panel 0, which none is, is not a link to all of them", async () => {
    for (const panel of ["0", "panel-0", "-1", "00", "2,5", "", "2.0", "0x2", "%32%00"]) {
      const target = `/d-solo/orders/x?panelId=${panel}`;
      await grafana.refuses(v3(key, target), [400], ["target_refused", "parameter_invalid"]);
    }
  });
});

describe("attack 2, Grafana: nobody gives out what he has not", () => {
  test("by no call that makes, changes, moves or takes over a key or an account", async () => {
    for (const role of ["None", "Viewer", "Editor"]) {
      for (const one of [await grafana.newKey(role), await grafana.newToken(role)]) {
        const before = await everything();
        for (const [method, path, body] of [
          ["POST", "/api/auth/keys", { name: "up", role: "Admin" }],
          ["POST", "/api/auth/keys", { name: "same", role }],
          ["POST", "/api/serviceaccounts", { name: "up", role: "Admin" }],
          ["POST", "/api/serviceaccounts", { name: "up", role: "admin" }],
          ["POST", `/api/serviceaccounts/${sa.account}/tokens`, { name: "up" }],
          ["PATCH", `/api/serviceaccounts/${one.account ?? sa.account}`, { role: "Admin" }],
          ["PATCH", `/api/serviceaccounts/${one.account ?? sa.account}`, { isDisabled: false }],
          ["POST", `/api/serviceaccounts/migrate/${key.id}`],
          ["POST", "/api/serviceaccounts/migrate"],
          ["POST", `${own}/${key.id}/rotate`, {}],
          ["POST", `${own}/${one.id}/rotate`, {}],
          ["POST", `${own}/${key.id}/revoke`],
          ["POST", `${own}/import`, { hash: "a".repeat(100), name: "up", role: "Admin" }],
          [
            "POST",
            `${own}/import`,
            { key: token(randomLetters(32)), name: "up", account: sa.account },
          ],
          ["DELETE", `/api/auth/keys/${key.id}`],
          ["DELETE", `/api/serviceaccounts/${sa.account}`],
        ]) {
          const answer = await grafana.call(method, path, { key: one.text, body });
          assert.equal(answer.status, 403, `${role} ${method} ${path}: ${answer.text}`);
          assert.doesNotMatch(answer.text, /eyJ|glsa_/);
        }
        assert.equal(await everything(), before);
      }
    }
  });

  test("nor by a role that is none, or is there twice", async () => {
    for (const role of ["Root", "ADMIN", "Admin ", "Grafana Admin", "", 1, true, {}, ["Admin"]]) {
      for (const path of ["/api/auth/keys", "/api/serviceaccounts", `${own}/import`]) {
        const body = {
          name: "odd",
          role,
          ...(path === `${own}/import` && { hash: "b".repeat(100) }),
        };
        const answer = await grafana.call("POST", path, { body });
        assert.equal(answer.status, 400, `${path} ${JSON.stringify(role)}: ${answer.text}`);
      }
    }
    const editor = await grafana.newKey("Editor");
    for (const text of [
      '{"name":"twice","role":"Viewer","role":"Admin"}',
      '{"name":"twice","role":"Admin","role":"Viewer"}',
    ]) {
      assert.equal(
        (await grafana.call("POST", "/api/auth/keys", { key: editor.text, body: text })).status,
        403,
      );
    }
  });

  test("a key of role None opens nothing, and a link gives no role", async () => {
    const none = await grafana.newKey("None");
    for (const version of [v1, v2, v3]) {
      await grafana.refuses(version(none), [403], ["role_without_rights"]);
    }
    const viewer = await grafana.viewer(v2(key));
    for (const [method, path, body] of calls(real())) {
      const answer = await grafana.call(method, path, {
        headers: bearer(viewer.accessToken),
        body,
      });
      assert.equal(answer.status, 401, "an administrator's key opens a page, not the API");
    }
  });
});

describe("attack 10, Grafana: a viewer is shown rows and nothing behind them", () => {
  test("neither query, file, key nor name of the key's account", async () => {
    const viewer = await grafana.viewer(v2(sa, `${orders}?var-tenant=acme`));
    const secrets = [
      sa.text,
      sa.hash,
      sa.secret,
      grafana.admin,
      sa.name,
      `account ${sa.name.slice(6)}`,
    ];
    for (const answer of [
      viewer.open,
      await viewer.query({}),
      await viewer.query({ panels: [5], variables: { tenant: ["'"] } }),
      await viewer.query({ panels: [3], time: { from: 1, to: 2 } }),
      await viewer.export({ panel: 5 }),
      await viewer.export({ panel: 999 }),
      await viewer.view("/d/orders/x?var-tenant=acme"),
      await viewer.query({}, "dashboards/nothing"),
      await viewer.query({}, "dashboards/g"),
      await viewer.resume(),
    ]) {
      const rows = JSON.stringify(answer.lines.filter(({ panel }) => panel !== undefined));
      onlyOf("acme", rows, "the rows");
      for (const secret of [...secrets, ...canaries]) {
        assert.ok(!answer.text.includes(secret), `${secret}: ${answer.text}`);
      }
    }
  });

  test("and an answer that opens a page has these members and no others", async () => {
    const { lines } = await grafana.viewer(v3(sa));
    assert.deepEqual(Object.keys(lines[0]).sort(), [
      "access_token",
      "access_token_expires_in",
      "content",
      "dashboard",
      "session",
      "sharable",
    ]);
    assert.deepEqual(Object.keys(lines[0].sharable).sort(), ["page", "session_ttl", "target"]);
    assert.deepEqual(Object.keys(lines[0].content).sort(), ["id", "title", "type", "url"]);
    for (const panel of lines[0].dashboard.panels) {
      assert.ok(!("sql" in panel) && panel.queries.every((name) => typeof name === "string"));
    }
  });
});
