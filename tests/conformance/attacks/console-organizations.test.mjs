// An administrator of another organization, with our names in hand: for every operation they are the
// names of nothing, and with us everything stays as it is.
//
//     node --test tests/conformance/attacks/console-organizations.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { boardOf, sqlCanary, settingCanary, startConsole } from "./console-target.mjs";
import { bodyFor } from "./support/console-bodies.mjs";

describe("another organization's administrator at the console's API", () => {
  let target, naming, before_;
  before(async () => {
    target = await startConsole();
    naming = target.operations.filter(
      ({ path, who, id }) =>
        path.includes("{") && ["principal", "person"].includes(who) && !aboutTheServer.has(id),
    );
    before_ = await target.everything();
  });
  after(() => target?.close());

  const aboutTheServer = new Set(["getLicence"]);
  /** What makes a thing of this name where there is none makes it for them. */
  const makes = new Set(["putModel"]);
  const as = (how, method, path, body) =>
    how === "key"
      ? target.byKey("other", method, path, body)
      : target.browsers.other.call(method, path, body);
  /** Names of the same form as ours, of nothing at all. */
  const nothing = () =>
    Object.fromEntries(
      Object.entries(target.names).map(([first, parts]) => [
        first,
        Object.fromEntries(
          Object.entries(parts).map(([part, value]) => [
            part,
            typeof value === "number" || /^\d+$/.test(value)
              ? 987_654_321
              : `x${value}`.slice(0, 64),
          ]),
        ),
      ]),
    );
  const withoutNames = (text) => text.replace(/"message":"[^"]*"/, '"message":0');

  test("is tried with every operation that names something", () => {
    assert.ok(naming.length > 80, `${naming.length}`);
  });

  for (const how of ["key", "cookie"]) {
    test(`finds nothing by our names, as by names of nothing, by ${how}`, async () => {
      for (const operation of naming) {
        // A key has no sessions and stars of its own, and takes no share over.
        if (how === "key" && (operation.who === "person" || operation.id === "claimShare"))
          continue;
        const body = bodyFor(operation);
        const path = target.pathOf(operation);
        const real = await as(how, operation.method, path, body);
        const what = `${operation.id}: ${real.status} ${real.text}`;
        if (makes.has(operation.id)) {
          assert.ok(real.status >= 400 && real.status < 500, what);
          continue;
        }
        assert.equal(real.status, 404, what);
        const none = target.pathOf(operation, nothing());
        const unreal = await as(how, operation.method, none, body);
        assert.equal(unreal.status, 404, `${operation.id}: ${unreal.text}`);
        assert.equal(withoutNames(real.text), withoutNames(unreal.text), operation.id);
      }
      assert.deepEqual(await target.everything(), before_);
    });
  }

  test("finds nothing by our names in bodies", async () => {
    const { names, made } = target;
    const share = made.shares.secure_embed.token;
    for (const [method, path, body] of [
      ["POST", "/sessions/end", { share }],
      ["POST", "/sessions/end", { user: made.users.viewer }],
      ["POST", "/sessions/end", { key: names.keys.id }],
      ["POST", "/dashboards/move", { dashboards: ["board"], folder: null }],
      ["POST", "/folders", { name: "Under ours", parent: names.folders.uid }],
      ["POST", "/draw", { dashboard: "board" }],
      ["POST", "/draw/query", { dashboard: "board" }],
      ["POST", "/draw/export", { dashboard: "board", panel: 1 }],
      ["POST", "/draw/choices", { dashboard: "board", variable: "tenant" }],
      ["POST", "/draw/inspect", { dashboard: "board", panel: 1 }],
      ["POST", "/me/seen", { dashboard: "board" }],
      ["POST", "/health/test", { source: "orders" }],
      ["POST", "/sources/test", { name: "shop" }],
      ["POST", "/roles", { name: "R", permission_set: names["permission-sets"].id, model_set: 1 }],
      ["POST", "/roles", { name: "R", permission_set: 1, model_set: names["model-sets"].id }],
      [
        "POST",
        "/account-keys/import",
        { key: "k".repeat(40), account: names["service-accounts"].id, name: "n" },
      ],
    ]) {
      const answer = await target.browsers.other.call(method, path, body);
      const what = `${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`;
      assert.ok(answer.status >= 400 && answer.status < 500, what);
      for (const canary of [sqlCanary, settingCanary, "Title of board", "globex", "acme"])
        assert.ok(!answer.text.includes(canary), what);
    }
    // Through our share's eyes, our link's and our user's: on a dashboard of its own.
    const own = { ...boardOf("own"), panels: [], variables: [] };
    await target.ask("POST", "/dashboards", { document: own }, "other");
    for (const eyes of [{ share }, { link: made.guestLink }, { user: made.users.viewer }]) {
      const answer = await target.browsers.other.call("POST", "/draw", {
        dashboard: "own",
        as: eyes,
      });
      assert.ok(
        answer.status >= 400 && answer.status < 500,
        `${JSON.stringify(eyes)} ${answer.text}`,
      );
      assert.ok(!/globex|acme|Title of board/.test(answer.text), answer.text);
    }
    assert.deepEqual(await target.everything(), before_);
  });

  test("gives its own people, groups and roles nothing of ours", async () => {
    const { names, made } = target;
    const group = await target.ask("POST", "/groups", { name: "Theirs" }, "other");
    const { users } = await target.ask("GET", "/users", undefined, "other");
    const otto = users[0].id;
    const attribute = await target.ask(
      "POST",
      "/user-attributes",
      { name: "theirs", label: "Theirs", type: "string" },
      "other",
    );
    for (const [method, path, body] of [
      ["PUT", `/groups/${group.id}/members/${made.users.viewer}`],
      ["PUT", `/groups/${names.groups.id}/members/${otto}`],
      ["PUT", `/groups/${group.id}/roles`, { roles: [names.roles.id] }],
      ["PUT", `/users/${otto}/roles`, { roles: [names.roles.id] }],
      ["PUT", `/users/${otto}/attributes/${names["user-attributes"].id}`, { value: "globex" }],
      ["PUT", `/users/${made.users.viewer}/attributes/${attribute.id}`, { value: "globex" }],
      [
        "PUT",
        `/user-attributes/${attribute.id}/group-values`,
        { group_values: [{ group: names.groups.id, value: "globex" }] },
      ],
      ["PUT", "/models/theirs", { source: "orders", relations: { orders: {} } }],
      [
        "POST",
        "/embed-urls",
        {
          target_url: `${target.url}/embed/dashboards/board`,
          external_user_id: "x",
          permissions: ["access_data"],
          models: ["orders"],
          secret_id: names["embed-secrets"].id,
        },
      ],
      ["POST", "/shares/x/credentials", {}],
    ]) {
      const answer = await target.browsers.other.call(method, path, body);
      const what = `${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`;
      assert.ok(answer.status >= 400 && answer.status < 500, what);
    }
    assert.deepEqual(await target.everything(), before_);
  });

  test("sees nothing of ours in any list", async () => {
    const shown = target.operations.filter(
      ({ method, who, path }) => method === "GET" && who === "principal" && !path.includes("{"),
    );
    for (const operation of shown) {
      const answer = await target.byKey("other", "GET", operation.path);
      assert.equal(answer.status, 200, `${operation.id}: ${answer.text}`);
      for (const ours of [
        ...["ada@example.org", "vera@example.org", "new@example.org", "anna@example.com"],
        ...[
          "Title of board",
          "A share of type",
          "Tenants",
          "Robot",
          "ours-for-links",
          settingCanary,
        ],
        ...[sqlCanary, target.made.shares.open.token, target.names.snapshots.key, target.folder],
      ]) {
        assert.ok(!answer.text.includes(ours), `${operation.id} shows ${ours}`);
      }
    }
  });

  test("and ours still open: the frame, the snapshot, the guest's link", async () => {
    const query = await target.byKey(
      "other",
      "POST",
      "/query",
      { panels: [1] },
      {
        Authorization: `Bearer ${target.made.session.accessToken}`,
      },
    );
    assert.equal(query.status, 200, query.text);
    assert.match(query.text, /acme/);
    const guest = await target.open(target.made.guestLink);
    assert.equal(guest.status, 201, guest.text);
    assert.equal((await target.open(target.made.shares.open.url)).status, 201);
  });
});
