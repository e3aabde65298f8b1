// What operators need: ending sessions at once, a trail that can be searched, usage, health,
// settings and licences; and the home of dashboards.
//
//     node --test tests/conformance/console/operation.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { ada, eve, Watched } from "./watch.mjs";

let lab;
before(async () => {
  lab = await Watched.start();
  await lab.makeEmbedSecret();
  await lab.makeKey();
});
after(() => lab?.stop());

const sessions = async () => (await lab.call("GET", "/sessions")).body.sessions;

describe("Sessions end together", () => {
  const end = (body, token) => lab.call("POST", "/sessions/end", token, body);

  test("those of a share, and no others", async () => {
    for (let times = 0; times < 3; ++times) await lab.open(lab.datadog());
    await lab.open(
      lab.datadog({
        share: "flights-ord-demo",
        credential: "chicago-credential-of-the-tests-0123456789ab",
      }),
    );
    const ended = await end({ share: "flights-atl-demo" });
    assert.deepEqual([ended.status, ended.body], [200, { ended: 3 }]);
    assert.deepEqual(
      (await sessions()).map((one) => one.share).filter((one) => one !== null),
      ["flights-ord-demo"],
    );
    const again = await end({ share: "flights-atl-demo" });
    assert.deepEqual(again.body, { ended: 0 });
  });

  test("those of a person and those of a key", async () => {
    await lab.open(await lab.looker());
    await lab.open(await lab.grafana(2));
    const open = await sessions();
    const person = open.find((one) => one.user !== null);
    const keyed = open.find((one) => one.key !== null);
    assert.equal(keyed.key, lab.keyId);
    // Who they are, and what they opened, without the values that stood behind it.
    const account = await lab.call("GET", "/account-keys?limit=1000");
    const named = account.body.keys.find((one) => one.id === lab.keyId);
    assert.equal(keyed.name, named.name);
    assert.match(keyed.target, /^\/d\/[^?]+$/);
    assert.ok(person.name.length > 0);
    assert.match(person.target, /^\/embed\/[^?]+$/);
    assert.deepEqual((await end({ key: keyed.key })).body, { ended: 1 });
    assert.deepEqual((await end({ user: person.user })).body, { ended: 1 });
    const rest = await sessions();
    assert.ok(rest.every((one) => one.user === null && one.key === null));
    const rows = await lab.until(() =>
      lab.call("GET", "/audit?action=sessions.ended").then((one) => ({
        ...one,
        status: one.body.rows.length >= 3 ? 200 : 0,
      })),
    );
    assert.deepEqual(
      rows.body.rows.slice(0, 2).map((row) => row.object),
      [`person:${person.user}`, `account_key:${keyed.key}`],
    );
  });

  test("only for who may, only one kind at a time, only of the own organization", async () => {
    assert.equal((await end({ key: 1 }, lab.viewer)).status, 403);
    assert.equal((await end({ key: 1 }, null)).status, 401);
    assert.equal((await end({})).status, 400);
    assert.equal((await end({ user: 1, key: 1 })).status, 400);
    assert.equal((await end({ user: "1" })).status, 400);
    assert.equal((await end({ key: 999_999 })).code, "key_not_found");
    assert.equal((await end({ user: 999_999 })).code, "user_not_found");
    const { stranger } = lab;
    const share = await end({ share: "flights-atl-demo" }, stranger);
    assert.equal(share.code, "share_not_found");
    assert.equal((await end({ key: lab.keyId }, stranger)).code, "key_not_found");
  });
});

describe("The trail is searched by the server", () => {
  const find = async (query) => (await lab.call("GET", `/audit?${query}`)).body;

  test("by actor, begin of the action, object and words", async () => {
    const all = await find("limit=1000");
    assert.equal(all.next, null);
    const expect = async (query, fits) => {
      const found = await find(`limit=1000&${query}`);
      assert.deepEqual(found.rows, all.rows.filter(fits), query);
      assert.ok(found.rows.length > 0, query);
    };
    const one = all.rows.find((row) => row.action === "link.redeemed");
    await expect("action=link.", (row) => row.action.startsWith("link."));
    await expect(`actor=${one.actor}`, (row) => row.actor === one.actor);
    await expect(`object=${one.object}`, (row) => row.object === one.object);
    await expect("q=REDEEMED%20datadog", (row) =>
      /redeemed/.test(row.action) && row.detail.dialect === "datadog");
    assert.deepEqual((await find("q=100%25")).rows, []);
    assert.deepEqual((await find("action=link_")).rows, []);
  });

  test("with what actors and objects are called now", async () => {
    const { rows } = await find("limit=1000");
    const { shares } = (await lab.call("GET", "/shares?limit=1000")).body;
    const opened = rows.find(
      ({ action, object }) => action === "link.redeemed" && object.startsWith("share:"),
    );
    const share = shares.find(({ id }) => `share:${id}` === opened.object);
    assert.equal(opened.object_name, share.title);
    const { keys } = (await lab.call("GET", "/keys?limit=1000")).body;
    const done = rows.find(({ actor }) => actor.startsWith("key:"));
    assert.equal(done.actor_name, keys.find(({ id }) => `key:${id}` === done.actor).name);
    assert.equal(rows.find(({ actor }) => actor === "system")?.actor_name ?? null, null);
    for (const { object, object_name: name } of rows)
      if (/^(session|source):/.test(object)) assert.equal(name, null, object);
  });

  test("by time, both ends where they are", async () => {
    const all = (await find("limit=1000")).rows;
    const middle = all[Math.floor(all.length / 2)];
    const after_ = await find(`limit=1000&from=${middle.at}`);
    const before_ = await find(`limit=1000&to=${middle.at}`);
    assert.deepEqual([...after_.rows, ...before_.rows], all);
    assert.equal(after_.rows.at(-1).at, middle.at);
  });

  test("page by page, without a gap and without a row twice", async () => {
    const all = (await find("limit=1000&action=link.")).rows;
    const paged = [];
    let next = "";
    do {
      const page = await find(`limit=2&action=link.${next}`);
      paged.push(...page.rows);
      next = page.next === null ? null : `&before=${page.next}`;
    } while (next !== null);
    assert.deepEqual(paged, all);
  });

  test("and refuses what is no time, no action or no switch", async () => {
    const wrong = ["from=yesterday", "to=1", "action=%25", "limit=0", "panel_times=1"];
    for (const query of wrong) {
      const answer = await lab.call("GET", `/audit?${query}`);
      assert.equal(answer.status, 400, query);
    }
    assert.equal((await lab.call("GET", "/audit", lab.viewer)).status, 403);
    const others = await lab.call("GET", "/audit?limit=1000", lab.stranger);
    assert.ok(others.body.rows.every((row) => !/flights|link/.test(row.action)));
  });
});

describe("Usage", () => {
  test("is what the trail says: by share, over time, with reasons", async () => {
    await lab.open(lab.datadog({ text: "wrong" }));
    const usage = await lab.until(() =>
      lab.call("GET", "/usage").then((one) => ({
        ...one,
        status: one.body.total.refused > 0 ? 200 : 0,
      })),
    );
    const { body } = usage;
    const trail = (await lab.call("GET", "/audit?limit=1000&action=link.redeemed")).body.rows;
    assert.equal(body.total.opened, trail.length);
    assert.equal(
      body.over_time.reduce((sum, one) => sum + one.opened, 0),
      trail.length,
    );
    const share = body.subjects.find((one) => one.share === "flights-atl-demo");
    assert.equal(share.opened, 3);
    assert.equal(share.viewers, 1);
    assert.equal(share.title, "Atlanta (ATL)");
    assert.ok(body.reasons.some((one) => one.reason === "bad_signature"));
    assert.equal(body.whole, true);
  });

  test("is for who may read the trail, and of the own organization", async () => {
    assert.equal((await lab.call("GET", "/usage", lab.viewer)).status, 403);
    const other = (await lab.call("GET", "/usage", lab.stranger)).body;
    assert.equal(other.total.opened, 0);
    assert.deepEqual(other.sources, []);
    for (const query of ["from=x", "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
      "from=2020-01-01T00:00:00Z"]) {
      assert.equal((await lab.call("GET", `/usage?${query}`)).status, 400, query);
    }
  });
});

describe("Health", () => {
  const ask = (source, token) =>
    lab.call("POST", "/health/test", token, { source });

  test("says whether stores and sources answer; a second question within seconds is the same one", async () => {
    const before_ = (await lab.call("GET", "/health")).body;
    assert.deepEqual(
      before_.stores.map((one) => [one.name, one.reachable]),
      [["catalog", true], ["sessions", true]],
    );
    assert.equal(before_.sources.find((one) => one.name === "flights").finding, null);
    const [one, two] = await Promise.all([ask("flights"), ask("flights")]);
    assert.equal(one.body.finding.reachable, true, one.text);
    assert.deepEqual(one.body, two.body);
    assert.deepEqual((await ask("flights")).body, one.body);
    const known = (await lab.call("GET", "/health")).body.sources;
    assert.deepEqual(known.find((row) => row.name === "flights"), one.body);
  });

  test("is the operator's, and asks no other organization's sources", async () => {
    assert.equal((await ask("flights", lab.viewer)).status, 403);
    assert.equal((await ask("flights", lab.stranger)).code, "source_not_found");
    assert.equal((await lab.call("GET", "/health", lab.editor)).status, 403);
  });
});

describe("The server about itself", () => {
  test("says its version and the licence of each part", async () => {
    const { body } = await lab.call("GET", "/about", lab.viewer);
    assert.match(body.version, /^\d+\.\d+\.\d+/);
    const names = body.parts.map((one) => one.name);
    for (const name of ["Casement", "OpenSSL", "DuckDB", "preact"]) {
      assert.ok(names.includes(name), name);
      const { id } = body.parts.find((one) => one.name === name);
      const licence = await lab.call("GET", `/about/licences/${id}`, lab.viewer);
      assert.equal(licence.status, 200);
      assert.match(licence.text, /licen[cs]e|copyright/i, name);
    }
    assert.equal((await lab.call("GET", "/about/licences/0")).status, 404);
    assert.equal((await lab.call("GET", "/about/licences/x")).status, 404);
    assert.equal((await lab.call("GET", "/about", null)).status, 401);
  });

  test("says its settings, where they come from, and no secret", async () => {
    const { body } = await lab.call("GET", "/settings");
    const setting = (name) => body.settings.find((one) => one.name === name);
    const share = setting("aliyun.api_key_share");
    assert.deepEqual(
      [share.value, share.default, share.from, share.vendor],
      ["true", "false", "environment", true],
    );
    assert.equal(share.variable, "CASEMENT_ALIYUN_API_KEY_SHARE");
    assert.equal(setting("security.allow_embedding").from, "default");
    assert.equal(setting("server.listen").from, "flag");
    const grafana = await lab.ask("GET", "/api/admin/settings",
      lab.server.credentials.grafana.service_account_token);
    assert.equal(grafana.body.aliyun.api_key_share, share.value);
  });

  test("tells other organizations only what has a vendor's name, and viewers nothing", async () => {
    const { body } = await lab.call("GET", "/settings", lab.stranger);
    assert.ok(body.settings.length > 0 && body.settings.every((one) => one.vendor));
    assert.equal((await lab.call("GET", "/settings", lab.viewer)).status, 403);
  });
});

describe("The home of dashboards", () => {
  const folder = (body, token) => lab.call("POST", "/folders", token, body);
  const home = async (token) => (await lab.call("GET", "/home", token)).body.dashboards;
  const named = async (uid) => (await home()).find((one) => one.uid === uid);
  const made = async (uid, tags = []) =>
    lab.call("POST", "/dashboards", lab.admin, {
      document: { uid, title: `Dashboard ${uid}`, tags, panels: [] },
    });

  test("has folders, which are made, renamed, moved, and deleted when they are empty", async () => {
    const sales = (await folder({ name: "Sales" })).body;
    const europe = (await folder({ name: "Europe", parent: sales.uid })).body;
    assert.equal(europe.parent, sales.uid);
    assert.equal((await folder({ name: "Europe", parent: sales.uid })).code, "folder_name_taken");
    const patch = (uid, body) => lab.call("PATCH", `/folders/${uid}`, lab.admin, body);
    assert.equal((await patch(europe.uid, { name: "EMEA" })).body.name, "EMEA");
    assert.equal((await patch(sales.uid, { parent: europe.uid })).code, "folder_circular");
    // A change that cannot be made in one part is not made in the other.
    const north = (await folder({ name: "North" })).body;
    const both = await patch(north.uid, { parent: sales.uid, name: "EMEA" });
    assert.equal(both.code, "folder_name_taken");
    const { folders } = (await lab.call("GET", "/folders")).body;
    const kept = folders.find(({ uid }) => uid === north.uid);
    assert.deepEqual([kept.parent, kept.name], [null, "North"]);
    const { body: moved } = await patch(north.uid, { parent: sales.uid, name: "South" });
    assert.deepEqual([moved.parent, moved.name], [sales.uid, "South"]);
    const remove = (uid) => lab.call("DELETE", `/folders/${uid}`);
    assert.equal((await remove(north.uid)).status, 204);
    assert.equal((await remove(sales.uid)).code, "folder_not_empty");
    assert.equal((await patch(europe.uid, { parent: null })).body.parent, null);
    assert.equal((await remove(sales.uid)).status, 204);
    assert.equal((await remove(europe.uid)).status, 204);
    assert.equal((await remove(europe.uid)).code, "folder_not_found");
  });

  test("puts dashboards into folders, all of them or none", async () => {
    const { uid } = (await folder({ name: "Places" })).body;
    for (const one of ["a-1", "a-2"]) assert.equal((await made(one)).status, 201);
    const move = (dashboards, into, token) =>
      lab.call("POST", "/dashboards/move", token, { dashboards, folder: into });
    assert.equal((await move(["a-1", "nothing"], uid)).code, "dashboard_not_found");
    assert.equal((await named("a-1")).folder, null);
    assert.deepEqual((await move(["a-1", "a-2"], uid)).body, { moved: 2 });
    assert.equal((await named("a-1")).folder, uid);
    assert.deepEqual((await move(["a-1", "a-2"], uid)).body, { moved: 0 });
    assert.equal((await lab.call("DELETE", `/folders/${uid}`)).code, "folder_not_empty");
    assert.equal((await move(["a-1"], "no-folder")).code, "folder_not_found");
    assert.equal((await move(["a-1"], null, lab.viewer)).status, 403);
    assert.equal((await move(["a-1"], null, lab.stranger)).code, "dashboard_not_found");
    assert.equal((await move([], null)).status, 400);
    await move(["a-1", "a-2"], null);
  });

  test("keeps tags in the document, each once", async () => {
    const put = (id, tags, token) => lab.call("PUT", `/dashboards/${id}/tags`, token, { tags });
    const answer = await put("a-1", ["sales", "eu", "sales"]);
    assert.deepEqual(answer.body, { tags: ["sales", "eu"] });
    assert.deepEqual((await named("a-1")).tags, ["sales", "eu"]);
    const { document } = (await lab.call("GET", "/dashboards/a-1")).body;
    assert.deepEqual(document.tags, ["sales", "eu"]);
    assert.equal((await put("flights", ["x"])).code, "dashboard_provisioned");
    assert.equal((await put("a-1", [""])).status, 400);
    assert.equal((await put("a-1", ["x"], lab.viewer)).status, 403);
    assert.equal((await put("a-1", ["x"], lab.stranger)).code, "dashboard_not_found");
  });

  test("keeps stars and what was looked at, each person's own", async () => {
    const one = await lab.signedIn(ada);
    const two = await lab.signedIn(eve);
    const marks = async (who) =>
      Object.fromEntries(
        (await who.call("GET", "/home")).body.dashboards.map((row) => [
          row.uid,
          [row.starred, row.seen_at !== null],
        ]),
      );
    assert.equal((await one.call("PUT", "/me/stars/a-1")).status, 204);
    assert.equal((await one.call("PUT", "/me/stars/a-1")).status, 204);
    assert.equal((await one.call("POST", "/me/seen", { dashboard: "a-2" })).status, 204);
    assert.deepEqual((await marks(one))["a-1"], [true, false]);
    assert.deepEqual((await marks(one))["a-2"], [false, true]);
    assert.deepEqual((await marks(two))["a-1"], [false, false]);
    assert.equal((await one.call("DELETE", "/me/stars/a-1")).status, 204);
    assert.deepEqual((await marks(one))["a-1"], [false, false]);
    assert.equal((await one.call("PUT", "/me/stars/nothing")).status, 404);
    const key = await lab.call("PUT", "/me/stars/a-1");
    assert.equal(key.code, "session_required");
    const foreign = await one.call("PUT", "/me/stars/a-1", undefined, {
      "Sec-Fetch-Site": "cross-site",
      Origin: "https://evil.example",
    });
    assert.equal(foreign.status, 403);
  });

  test("is seen by viewers, without those of other organizations", async () => {
    assert.ok((await home(lab.viewer)).some((one) => one.uid === "flights"));
    assert.deepEqual(await home(lab.stranger), []);
    assert.equal((await folder({ name: "Mine" }, lab.viewer)).status, 403);
  });
});

describe("Slow panels", () => {
  const slow = async (query = "") =>
    (await lab.call("GET", `/usage${query}`)).body.slow_panels;

  test("say what viewers waited for, and outlive the server", async () => {
    // With an empty cache every panel asks its source.
    await lab.server.end();
    await lab.server.start();
    const link = lab.datadog();
    const { pathname, search } = new URL(link);
    const look = () =>
      fetch(`${lab.url}/api/casement/v1/sessions`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Origin: lab.url,
          "Sec-Fetch-Site": "same-origin",
        },
        body: JSON.stringify({
          link: pathname + search,
          secret: "A".repeat(43),
        }),
      }).then((answer) => answer.text());
    const trailed = async () =>
      (await lab.call("GET", "/audit?action=panels.timed")).body.rows.length;
    const before = await trailed();
    const lines = (await look()).trim().split("\n").map((line) => JSON.parse(line));
    const panels = lines.filter((line) => line.frames?.length > 0);
    assert.ok(panels.length > 1);
    const ours = (await slow()).filter((one) => one.share === "flights-atl-demo");
    assert.deepEqual(
      ours.map(({ panel }) => panel).sort((a, b) => a - b),
      panels.map(({ panel }) => panel).sort((a, b) => a - b),
    );
    for (const one of ours) {
      assert.equal(one.dashboard, "flights");
      assert.ok(one.runs >= 1 && one.failed === 0, JSON.stringify(one));
      assert.ok(one.longest_ms > 0 && one.longest_ms >= one.mean_ms);
      assert.ok(one.panel_title.length > 0);
    }
    // What is in the cache is asked of nobody.
    await look();
    assert.deepEqual(
      (await slow()).filter((one) => one.share === "flights-atl-demo"),
      ours,
    );
    assert.equal(await trailed(), before, "nothing was written for a query");
    await lab.server.end();
    await lab.server.start();
    assert.ok((await trailed()) > before);
    // They come where somebody asks for them, and the chain goes through them all the same.
    const rows = async (query) =>
      (await lab.call("GET", `/audit?limit=1000${query}`)).body.rows;
    const whole = await rows("&panel_times=true");
    assert.deepEqual(
      await rows(""),
      whole.filter((row) => row.action !== "panels.timed"),
    );
    assert.equal(
      whole.filter((row) => row.action === "panels.timed").length,
      await trailed(),
    );
    assert.equal((await lab.call("GET", "/audit/verify")).body.intact, true);
    assert.deepEqual(
      (await slow()).filter((one) => one.share === "flights-atl-demo"),
      ours,
    );
    assert.deepEqual(
      (await lab.call("GET", "/usage", lab.stranger)).body.slow_panels,
      [],
    );
  });
});
