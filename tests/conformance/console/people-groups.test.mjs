// Groups, roles, user attributes and external people over the native API.
//
//     node --test tests/conformance/console/people-groups.test.mjs
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PeopleServer } from "./people-server.mjs";

const flights = fileURLToPath(
  new URL("../../../examples/flights/", import.meta.url),
);

let it;
before(async () => (it = await PeopleServer.start(["--provision", flights])));
after(() => it?.stop());

/** What the signed-in Admin is refused with: [status, code, field]. */
async function refused(method, path, body) {
  const { status, code, body: said } = await it.ada.call(method, path, body);
  return [status, code, said?.error?.field ?? null];
}

/** The application's side: a person whom only it knows, made through its API. */
async function external(id, more = {}) {
  const keys = it.keys.admin.looker;
  const url = `${it.server.url}/api/4.0`;
  const login = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(keys),
  });
  const { access_token: token } = await login.json();
  const ask = async (path, body) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    assert.ok(
      answer.ok,
      `${path}: ${answer.status} ${await answer.clone().text()}`,
    );
    return answer.json();
  };
  const { url: link } = await ask("/embed/sso_url", {
    target_url: `${it.server.url}/embed/dashboards/airport-operations`,
    external_user_id: id,
    first_name: "Xenia",
    last_name: `Of ${id}`,
    permissions: [
      "access_data",
      "see_user_dashboards",
      "see_lookml_dashboards",
    ],
    models: ["flights"],
    session_length: 900,
    ...more,
  });
  const { pathname, search } = new URL(link);
  const opened = await it.browser().send(
    "POST",
    "/api/casement/v1/sessions",
    {
      link: pathname + search,
      secret: randomBytes(32).toString("base64url"),
      data: false,
    },
    { Origin: it.server.url, "Sec-Fetch-Site": "same-origin" },
  );
  assert.equal(opened.status, 201, opened.text);
  const { people } = await it.ask("GET", `/embed-users?search=${id}`);
  return people.find((one) => one.external_user_id === id);
}

describe("what belongs to an organization", () => {
  test("is for who has org_manage, and is not there for another organization", async () => {
    const group = await it.ask("POST", "/groups", { name: "Walls" });
    const { user } = await it.join("walls@example.org");
    const attribute = await it.ask("POST", "/user-attributes", {
      name: "walls",
      label: "Walls",
      type: "string",
    });
    const set = await it.ask("POST", "/model-sets", {
      name: "Walls",
      models: [],
    });
    const person = await external("walls-person");
    const calls = [
      ["GET", "/groups"],
      ["POST", "/groups", { name: "Eve" }],
      ["GET", `/groups/${group.id}`],
      ["PATCH", `/groups/${group.id}`, { name: "Eve" }],
      ["DELETE", `/groups/${group.id}`],
      ["PUT", `/groups/${group.id}/roles`, { roles: [] }],
      ["GET", `/groups/${group.id}/members`],
      ["PUT", `/groups/${group.id}/members/${user.id}`],
      ["DELETE", `/groups/${group.id}/members/${user.id}`],
      ["GET", "/roles"],
      ["GET", "/embed-permissions"],
      ["PATCH", `/model-sets/${set.id}`, { name: "Eve" }],
      ["DELETE", `/model-sets/${set.id}`],
      ["GET", "/user-attributes"],
      ["PATCH", `/user-attributes/${attribute.id}`, { label: "Eve" }],
      ["DELETE", `/user-attributes/${attribute.id}`],
      [
        "PUT",
        `/user-attributes/${attribute.id}/group-values`,
        { group_values: [] },
      ],
      ["GET", "/embed-users"],
      ["GET", `/embed-users/${person.id}`],
      ["PATCH", `/embed-users/${person.id}`, { disabled: true }],
      ["DELETE", `/embed-users/${person.id}/sessions`],
      ["DELETE", `/embed-users/${person.id}`],
    ];
    for (const [method, path, body] of calls) {
      for (const who of ["editor", "viewer"]) {
        const answer = await it.byKey(who, method, path, body);
        assert.equal(
          answer.code,
          "missing_permission",
          `${who} ${method} ${path}`,
        );
      }
      if (!/\/\d+/.test(path)) continue;
      const other = await it.byKey("other", method, path, body);
      assert.equal(other.status, 404, `${method} ${path}: ${other.text}`);
    }
    const empty = (await it.byKey("other", "GET", "/embed-users")).body;
    assert.deepEqual(empty, { people: [], next: null });
    assert.equal((await it.ask("GET", `/groups/${group.id}`)).name, "Walls");
  });
});

describe("groups", () => {
  test("are made once per name, renamed, and have roles and members", async () => {
    const group = await it.ask("POST", "/groups", { name: "Pilots" });
    assert.deepEqual(await refused("POST", "/groups", { name: "Pilots" }), [
      422,
      "already_exists",
      "name",
    ]);
    const path = `/groups/${group.id}`;
    assert.equal((await it.ask("PATCH", path, { name: "Crew" })).name, "Crew");
    const { items } = await it.ask("GET", "/roles");
    const admin = items.find((one) => one.built_in);
    const withRole = await it.ask("PUT", `${path}/roles`, {
      roles: [admin.id, admin.id],
    });
    assert.deepEqual(withRole.roles, [{ id: admin.id, name: admin.name }]);
    assert.deepEqual(
      await refused("PUT", `${path}/roles`, { roles: [987654] }),
      [422, "invalid", "roles"],
    );
    const roles = (await it.ask("GET", "/roles")).items;
    assert.deepEqual(
      roles.find((one) => one.id === admin.id).groups.map(({ name }) => name),
      ["Crew"],
    );

    const { user } = await it.join("crew@example.org");
    const person = await external("crew-person");
    for (const id of [user.id, person.id, user.id]) {
      await it.ask("PUT", `${path}/members/${id}`);
    }
    const first = await it.ask("GET", `${path}/members?limit=1`);
    const rest = await it.ask(
      "GET",
      `${path}/members?limit=1&offset=${first.next}`,
    );
    const kinds = [...first.members, ...rest.members].map((one) => one.kind);
    assert.deepEqual(kinds.sort(), ["external", "user"]);
    assert.equal(rest.next, null);
    assert.equal((await it.ask("GET", path)).users, 1);
    assert.deepEqual((await it.ask("GET", `/users/${user.id}`)).groups, [
      { id: group.id, name: "Crew" },
    ]);
    await it.ask("DELETE", `${path}/members/${user.id}`);
    assert.equal((await it.ask("GET", path)).users, 0);
    assert.equal((await refused("PUT", `${path}/members/987654`))[0], 422);
    assert.equal(
      (await refused("DELETE", `${path}/members/987654`))[1],
      "member_not_found",
    );
    await it.ask("DELETE", path);
    assert.deepEqual((await refused("DELETE", path)).slice(0, 2), [
      404,
      "group_not_found",
    ]);
  });

  test("are searched and come in pages", async () => {
    for (const name of ["Page one", "Page two", "Page three"]) {
      await it.ask("POST", "/groups", { name });
    }
    const first = await it.ask("GET", "/groups?search=page%20&limit=2");
    const rest = await it.ask(
      "GET",
      `/groups?search=page%20&limit=2&after=${first.next}`,
    );
    assert.deepEqual(
      [...first.groups, ...rest.groups].map(({ name }) => name),
      ["Page one", "Page two", "Page three"],
    );
    assert.equal(rest.next, null);
    assert.equal(
      (await it.ada.call("GET", "/groups?limit=0")).code,
      "invalid_parameter",
    );
  });
});

describe("roles", () => {
  test("are a permission set on a model set; what is built in stays as it is", async () => {
    const roles = (await it.ask("GET", "/roles")).items;
    const sets = (await it.ask("GET", "/permission-sets")).items;
    const models = (await it.ask("GET", "/model-sets")).items;
    for (const [path, rows] of [
      ["/roles", roles],
      ["/permission-sets", sets],
      ["/model-sets", models],
    ]) {
      const { id } = rows.find((one) => one.built_in);
      assert.deepEqual(
        (await refused("PATCH", `${path}/${id}`, { name: "X" })).slice(0, 2),
        [403, "built_in"],
      );
      assert.equal((await refused("DELETE", `${path}/${id}`))[1], "built_in");
    }
    const permissions = await it.ask("POST", "/permission-sets", {
      name: "Lookers",
      permissions: ["access_data", "see_user_dashboards"],
    });
    assert.deepEqual(
      await refused("POST", "/permission-sets", {
        name: "Wrong",
        permissions: ["no_such_permission"],
      }),
      [422, "invalid", "permissions"],
    );
    const set = await it.ask("POST", "/model-sets", {
      name: "Flights",
      models: ["flights", "flights"],
    });
    assert.deepEqual(set.models, ["flights"]);
    assert.deepEqual(
      await refused("POST", "/roles", {
        name: "Looker",
        permission_set: permissions.id,
        model_set: 987654,
      }),
      [422, "invalid", "model_set"],
    );
    const role = await it.ask("POST", "/roles", {
      name: "Looker",
      permission_set: permissions.id,
      model_set: set.id,
    });
    assert.deepEqual(role.model_set, { id: set.id, name: "Flights" });
    assert.equal(
      (await refused("DELETE", `/model-sets/${set.id}`))[1],
      "in_use",
    );
    const { user } = await it.join("looker@example.org");
    const given = await it.ask("PUT", `/users/${user.id}/roles`, {
      roles: [role.id],
    });
    assert.deepEqual(given.roles, [{ id: role.id, name: "Looker" }]);
    const after = (await it.ask("GET", "/roles")).items;
    assert.equal(after.find((one) => one.id === role.id).users, 1);
    assert.equal(
      (await it.ask("PATCH", `/roles/${role.id}`, { name: "Reader" })).name,
      "Reader",
    );
    await it.ask("DELETE", `/roles/${role.id}`);
    await it.ask("DELETE", `/model-sets/${set.id}`);
    assert.equal((await refused("DELETE", `/roles/${role.id}`))[0], 404);
    const { permissions: all } = await it.ask("GET", "/embed-permissions");
    assert.ok(all.some((one) => one.name === "access_data" && one.grantable));
  });
});

describe("user attributes", () => {
  test("take a person's own value before the groups' by rank before the default", async () => {
    const attribute = await it.ask("POST", "/user-attributes", {
      name: "region",
      label: "Region",
      type: "string",
      default: "nowhere",
    });
    const path = `/user-attributes/${attribute.id}`;
    const east = await it.ask("POST", "/groups", { name: "East" });
    const west = await it.ask("POST", "/groups", { name: "West" });
    const { user } = await it.join("region@example.org");
    const value = async () => {
      const { attributes } = await it.ask(
        "GET",
        `/users/${user.id}/attributes`,
      );
      const found = attributes.find((one) => one.name === "region");
      return [found.value, found.source, found.group];
    };
    assert.deepEqual(await value(), ["nowhere", "default", null]);
    for (const group of [east, west]) {
      await it.ask("PUT", `/groups/${group.id}/members/${user.id}`);
    }
    const set = (...groups) =>
      it.ask("PUT", `${path}/group-values`, { group_values: groups });
    await set({ group: west.id, value: "W" }, { group: east.id, value: "E" });
    assert.deepEqual(await value(), ["W", "group", "West"]);
    await set({ group: east.id }, { group: west.id });
    assert.deepEqual(await value(), ["E", "group", "East"]);
    const own = `/users/${user.id}/attributes/${attribute.id}`;
    await it.ask("PUT", own, { value: "mine" });
    assert.deepEqual(await value(), ["mine", "own", null]);
    await it.ask("PUT", own, { value: null });
    assert.deepEqual(await value(), ["E", "group", "East"]);
    assert.equal((await refused("PUT", own, { value: 7 }))[1], "invalid_body");
    assert.equal(
      (
        await refused("PUT", `/users/${user.id}/attributes/987654`, {
          value: "x",
        })
      )[1],
      "attribute_not_found",
    );
    const wrong = async (...values) =>
      refused("PUT", `${path}/group-values`, { group_values: values });
    assert.deepEqual(await wrong({ group: 987654, value: "x" }), [
      422,
      "invalid",
      "group_id",
    ]);
    assert.deepEqual(
      await wrong(
        { group: east.id, value: "x" },
        { group: east.id, value: "y" },
      ),
      [422, "invalid", "group_id"],
    );
    const north = await it.ask("POST", "/groups", { name: "North" });
    assert.deepEqual(await wrong({ group: north.id }), [
      422,
      "invalid",
      "value",
    ]);
    await it.ask("DELETE", `/groups/${east.id}`);
    assert.deepEqual(await value(), ["W", "group", "West"]);
  });

  test("tell a hidden value to nobody, and stay hidden", async () => {
    const secret = "the-hidden-one";
    const attribute = await it.ask("POST", "/user-attributes", {
      name: "api_key",
      label: "Key",
      type: "string",
      hidden: true,
      domains: "https://example.org",
      default: `${secret}-default`,
    });
    const group = await it.ask("POST", "/groups", { name: "Keys" });
    const path = `/user-attributes/${attribute.id}`;
    await it.ask("PUT", `${path}/group-values`, {
      group_values: [{ group: group.id, value: `${secret}-group` }],
    });
    const { user } = await it.join("hidden@example.org");
    const set = await it.ada.call(
      "PUT",
      `/users/${user.id}/attributes/${attribute.id}`,
      {
        value: `${secret}-own`,
      },
    );
    assert.equal(set.status, 200);
    const person = await external("hidden-person", {
      user_attributes: { api_key: `${secret}-link`, region: "shown" },
    });
    for (const from of [
      set,
      await it.ada.call("GET", "/user-attributes"),
      await it.ada.call("GET", `/users/${user.id}/attributes`),
      await it.ada.call("GET", `/embed-users/${person.id}`),
      await it.ada.call("GET", "/audit?limit=1000"),
    ]) {
      assert.equal(from.status, 200);
      assert.ok(!from.text.includes(secret), from.text);
    }
    const { grant } = await it.ask("GET", `/embed-users/${person.id}`);
    assert.equal(grant.attributes.api_key, null);
    assert.equal(grant.attributes.region, "shown");
    assert.deepEqual(await refused("PATCH", path, { hidden: false }), [
      422,
      "invalid",
      "hidden",
    ]);
    const renamed = await it.ask("PATCH", path, { label: "Secret key" });
    assert.ok(renamed.has_default && renamed.hidden);
    assert.equal(renamed.domains, "https://example.org");
  });

  test("are checked: names, types, values of the type, and nothing twice", async () => {
    const fine = { name: "floors", label: "Floors", type: "number" };
    const create = (more) =>
      refused("POST", "/user-attributes", { ...fine, ...more });
    assert.deepEqual(await create({ name: "Big Name" }), [
      422,
      "invalid",
      "name",
    ]);
    assert.deepEqual(await create({ type: "colour" }), [
      422,
      "invalid",
      "type",
    ]);
    assert.deepEqual(await create({ default: "many" }), [
      422,
      "invalid",
      "default_value",
    ]);
    assert.equal((await create({ hidden: "yes" }))[1], "invalid_body");
    assert.equal((await create({ name: "n".repeat(65) }))[1], "invalid_body");
    const made = await it.ask("POST", "/user-attributes", {
      ...fine,
      default: "3",
    });
    assert.deepEqual(await create({}), [422, "already_exists", "name"]);
    const path = `/user-attributes/${made.id}`;
    assert.equal(
      (await refused("PATCH", path, { name: "other" }))[1],
      "invalid_body",
    );
    assert.equal(
      (await it.ask("PATCH", path, { default: null })).has_default,
      false,
    );
    await it.ask("DELETE", path);
    assert.equal((await refused("DELETE", path))[1], "attribute_not_found");
  });
});

describe("external people", () => {
  test("are found by the application's id and by name, with what their link granted", async () => {
    const person = await external("tenant-7/anna");
    const by = (query) => it.ask("GET", `/embed-users?${query}`);
    for (const query of [
      "search=tenant-7",
      "search=TENANT-7/AN",
      "by=last_name&search=of%20tenant-7",
      "by=first_name&search=xen&limit=500",
    ]) {
      const { people } = await by(query);
      assert.ok(
        people.some(({ id }) => id === person.id),
        query,
      );
    }
    assert.deepEqual((await by("search=nobody-like-this")).people, []);
    const shown = await it.ask("GET", `/embed-users/${person.id}`);
    assert.deepEqual(shown.grant.models, ["flights"]);
    assert.ok(shown.grant.permissions.includes("access_data"));
    assert.equal(shown.sessions.length, 1);
    assert.equal(
      (await it.ada.call("GET", `/users/${person.id}`)).code,
      "user_not_found",
      "a user of this server is somebody else",
    );
    const me = (await it.ask("GET", "/me")).user.id;
    assert.equal(
      (await it.ada.call("GET", `/embed-users/${me}`)).code,
      "person_not_found",
    );
  });

  test("are kept out, cut off and forgotten", async () => {
    const person = await external("tenant-8/ben");
    const path = `/embed-users/${person.id}`;
    assert.deepEqual(await it.ask("DELETE", `${path}/sessions`), { ended: 1 });
    await external("tenant-8/ben");
    const disabled = await it.ask("PATCH", path, { disabled: true });
    assert.ok(disabled.disabled);
    assert.deepEqual(disabled.sessions, []);
    await assert.rejects(external("tenant-8/ben"), /user_disabled/);
    await it.ask("DELETE", path);
    assert.equal((await it.ada.call("DELETE", path)).code, "person_not_found");
  });
});
