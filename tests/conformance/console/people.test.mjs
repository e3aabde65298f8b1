// Users of an organization and their invitations over the native API: who may, what a link is good
// for and how often, and that an organization keeps somebody who can administer it.
//
//     node --test tests/conformance/console/people.test.mjs
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { ada, password, PeopleServer } from "./people-server.mjs";

const day = 24 * 3600;

describe("an invitation", () => {
  let it;
  before(async () => (it = await PeopleServer.start()));
  after(() => it?.stop());

  test("is a link whose secret is in the fragment, is shown once, and is stored as a hash", async () => {
    const { invitation, url, secret } = await it.invite(
      "grace@example.org",
      "Editor",
    );
    assert.equal(
      url,
      `${it.server.url}/console/invitation/${invitation.id}#${secret}`,
    );
    assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(invitation.status, "pending");
    assert.equal(invitation.author, ada.handle);
    const lasts =
      Date.parse(invitation.expires_at) - Date.parse(invitation.created_at);
    assert.equal(lasts, 7 * day * 1000);
    const listed = await it.ada.call("GET", "/invitations");
    assert.deepEqual(listed.body.invitations, [invitation]);
    assert.ok(!listed.text.includes(secret));
    assert.ok(
      !JSON.stringify(await it.audit("invitation.created")).includes(secret),
    );
    for (const name of await readdir(it.dataDir)) {
      if (!name.startsWith("catalog.db")) continue;
      const file = await readFile(join(it.dataDir, name));
      assert.ok(!file.includes(secret), name);
    }
    assert.ok(!it.server.log().includes(secret));
  });

  test("lets the invited person see whose it is, choose a password, and come in with the role", async () => {
    const { secret } = await it.invite("joan@example.org", "Editor", "Joan");
    const browser = it.browser();
    const seen = await browser.call("POST", "/invitation/look", { secret });
    assert.equal(seen.status, 200, seen.text);
    const { expires_at: expires, ...rest } = seen.body;
    assert.ok(Date.parse(expires) > Date.now());
    assert.deepEqual(rest, {
      kind: "invitation",
      organization: "Main",
      handle: "joan@example.org",
      name: "Joan",
      role: "Editor",
    });
    const weak = await browser.call("POST", "/invitation/accept", {
      secret,
      password: "short",
    });
    assert.equal(weak.code, "weak_password");
    assert.equal(weak.body.error.field, "password");
    const accepted = await browser.call("POST", "/invitation/accept", {
      secret,
      name: "Joan of Example",
      password,
    });
    assert.deepEqual(accepted.body, {
      handle: "joan@example.org",
      signed_in: true,
    });
    const me = await browser.call("GET", "/me");
    assert.equal(me.body.user.role, "Editor");
    assert.equal(me.body.user.name, "Joan of Example");
    await it.signIn("joan@example.org");
    const [row] = await it.audit("user.joined");
    assert.equal(row.detail.invited_by, ada.handle);
    assert.equal(row.actor, `user:${me.body.user.id}`);
  });

  test("is good once, also for many who try at the same time", async () => {
    const { secret } = await it.invite("once@example.org");
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        it.browser().call("POST", "/invitation/accept", { secret, password }),
      ),
    );
    const codes = answers.map((one) => one.code ?? one.status).sort();
    assert.deepEqual(codes, [200, ...Array(5).fill("invitation_used")]);
    const late = await it
      .browser()
      .call("POST", "/invitation/look", { secret });
    assert.equal(late.status, 410);
    assert.equal(late.code, "invitation_used");
  });

  test("is refused plainly when it was revoked, has a typing error, or is no secret at all", async () => {
    const { invitation, secret } = await it.invite("never@example.org");
    await it.ask("DELETE", `/invitations/${invitation.id}`);
    const browser = it.browser();
    const look = async (text) =>
      (await browser.call("POST", "/invitation/look", { secret: text })).code;
    assert.equal(await look(secret), "invitation_revoked");
    const used = await browser.call("POST", "/invitation/accept", {
      secret,
      password,
    });
    assert.equal(used.code, "invitation_revoked");
    assert.equal(await look(`${secret.slice(0, -1)}~`), "invitation_not_found");
    assert.equal(await look("x"), "invitation_not_found");
    assert.equal(await look("x".repeat(129)), "invalid_body");
    assert.equal(
      (await it.ada.call("DELETE", `/invitations/${invitation.id}`)).code,
      "invitation_not_found",
      "twice",
    );
    // Revoked, so the same person can be invited anew.
    await it.invite("never@example.org");
  });

  test("is not made twice for one handle, nor for a user who is there, nor with nonsense", async () => {
    await it.invite("twice@example.org");
    const ask = (body) => it.ada.call("POST", "/invitations", body);
    const fine = { handle: "fine@example.org", name: "Fine", role: "Viewer" };
    const cases = [
      [
        { ...fine, handle: "twice@example.org" },
        409,
        "already_invited",
        "handle",
      ],
      [{ ...fine, handle: ada.handle }, 409, "already_exists", "handle"],
      [{ ...fine, handle: "with space" }, 400, "invalid_handle", "handle"],
      [{ ...fine, role: "Owner" }, 400, "invalid_role", "role"],
      [{ ...fine, name: "a\nb" }, 400, "invalid_name", "name"],
      [{ ...fine, name: 7 }, 400, "invalid_body", "name"],
      [{ ...fine, handle: "h".repeat(255) }, 400, "invalid_body", "handle"],
      [{ ...fine, more: true }, 400, "invalid_body", "more"],
    ];
    for (const [body, status, code, field] of cases) {
      const answer = await ask(body);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.code, code);
      assert.equal(answer.body.error.field, field);
    }
  });

  test("is opened by a page of this server alone", async () => {
    const { secret } = await it.invite("cross@example.org");
    const foreign = {
      "Sec-Fetch-Site": "cross-site",
      Origin: "https://evil.test",
    };
    for (const path of ["/invitation/look", "/invitation/accept"]) {
      const answer = await it
        .browser()
        .call("POST", path, { secret, password }, foreign);
      assert.ok(
        ["cross_site", "invalid_body"].includes(answer.code),
        answer.text,
      );
      assert.equal(answer.code, "cross_site");
    }
  });

  test("cannot be guessed at speed from one address", async () => {
    const browser = it.browser();
    const codes = new Set();
    for (let i = 0; i < 61; ++i) {
      const answer = await browser.call("POST", "/invitation/look", {
        secret: `guess${i}`,
      });
      codes.add(answer.code);
    }
    assert.deepEqual([...codes], ["invitation_not_found", "too_many_attempts"]);
  });

  test("ends after seven days", async () => {
    const { secret, invitation } = await it.invite("late@example.org");
    await it.server.end();
    it.server.options.args = ["--test-clock-shift", String(7 * day + 60)];
    await it.server.start();
    it.ada = await it.signIn(ada.handle);
    const answer = await it
      .browser()
      .call("POST", "/invitation/accept", { secret, password });
    assert.equal(answer.status, 410);
    assert.equal(answer.code, "invitation_expired");
    const { invitations } = await it.ask("GET", "/invitations");
    const row = invitations.find((one) => one.id === invitation.id);
    assert.equal(row.status, "expired");
  });
});

describe("users", () => {
  let it;
  before(async () => (it = await PeopleServer.start()));
  after(() => it?.stop());

  test("are managed by who has org_manage, and are nobody else's to see", async () => {
    const id = (await it.ask("GET", "/users")).users[0].id;
    const calls = [
      ["GET", "/users"],
      ["GET", `/users/${id}`],
      ["PATCH", `/users/${id}`, { name: "Eve" }],
      ["DELETE", `/users/${id}`],
      ["DELETE", `/users/${id}/totp`],
      ["DELETE", `/users/${id}/sessions`],
      ["POST", `/users/${id}/password-link`],
      ["PUT", `/users/${id}/roles`, { roles: [] }],
      ["GET", `/users/${id}/attributes`],
      ["GET", "/invitations"],
      ["POST", "/invitations", { handle: "x", name: "x", role: "Admin" }],
      ["DELETE", "/invitations/abc"],
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
      const nobody = await it.browser().call(method, path, body);
      assert.equal(nobody.status, 401, `${method} ${path}`);
      const other = await it.byKey("other", method, path, body);
      const isOwn = path === "/users" || path === "/invitations";
      if (!isOwn)
        assert.equal(other.status, 404, `${method} ${path}: ${other.text}`);
      else if (method === "GET")
        assert.ok(!other.text.includes(ada.handle), other.text);
    }
  });

  test("are searched and come in pages", async () => {
    for (const name of ["alan", "barbara", "claude"]) {
      await it.join(`${name}@pages.example`);
    }
    const page = await it.ask("GET", "/users?search=PAGES.example&limit=2");
    assert.equal(page.users.length, 2);
    const rest = await it.ask(
      "GET",
      `/users?search=PAGES.example&limit=2&after=${page.next}`,
    );
    assert.deepEqual(
      [...page.users, ...rest.users].map(({ handle }) => handle),
      ["alan@pages.example", "barbara@pages.example", "claude@pages.example"],
    );
    assert.equal(rest.next, null);
    assert.deepEqual(
      (await it.ask("GET", "/users?role=Admin&search=ada")).users.map(
        (one) => one.handle,
      ),
      [ada.handle],
    );
    assert.ok(!JSON.stringify(page).includes("scrypt"));
  });

  test("get another name and role at once, and lose every session when they are disabled", async () => {
    const { user, browser } = await it.join("change@example.org", "Viewer");
    const path = `/users/${user.id}`;
    const changed = await it.ask("PATCH", path, {
      name: "Changed",
      role: "Editor",
    });
    assert.equal(changed.name, "Changed");
    assert.equal(changed.sessions, 1);
    const me = await browser.call("GET", "/me");
    assert.ok(me.body.permissions.includes("dashboards_write"));
    await it.ask("PATCH", path, { disabled: true });
    assert.equal((await browser.call("GET", "/me")).code, "signed_out");
    const link = await it.ada.call("POST", `${path}/password-link`);
    assert.equal(link.code, "user_disabled");
    for (const [body, code] of [
      [{ role: "Owner" }, "invalid_role"],
      [{ name: "" }, "invalid_body"],
      [{ disabled: "yes" }, "invalid_body"],
      [{ password }, "invalid_body"],
    ]) {
      assert.equal((await it.ada.call("PATCH", path, body)).code, code);
    }
    await it.ask("PATCH", path, { disabled: false });
    await it.signIn("change@example.org");
  });

  test("get another password by a link that is good once, and keep their second factor", async () => {
    const { user, browser } = await it.join("forgot@example.org");
    const first = await it.ask("POST", `/users/${user.id}/password-link`);
    const second = await it.ask("POST", `/users/${user.id}/password-link`);
    const secretOf = (made) => new URL(made.url).hash.slice(1);
    assert.equal(second.invitation.kind, "password");
    const open = it.browser();
    const accept = (made, text) =>
      open.call("POST", "/invitation/accept", {
        secret: secretOf(made),
        password: text,
      });
    assert.equal(
      (await accept(first, "another one 1")).code,
      "invitation_revoked",
    );
    const done = await accept(second, "another one 2");
    assert.equal(done.body.signed_in, true, done.text);
    assert.equal((await browser.call("GET", "/me")).code, "signed_out");
    assert.equal(
      (await accept(second, "another one 3")).code,
      "invitation_used",
    );
    await it.signIn("forgot@example.org", "another one 2");

    const third = await it.ask("POST", `/users/${user.id}/password-link`);
    const own = await open.call("PUT", "/me/password", {
      old: "another one 2",
      new: "my own choice",
    });
    assert.equal(own.status, 204, own.text);
    assert.equal(
      (await accept(third, "another one 4")).code,
      "invitation_used",
      "a password that was changed since makes older links void",
    );
    assert.equal((await it.audit("user.password_reset")).length, 1);
  });

  test("have their sessions ended and are deleted, by others and not by themselves", async () => {
    const { user, browser } = await it.join("leaver@example.org");
    const path = `/users/${user.id}`;
    assert.deepEqual(await it.ask("DELETE", `${path}/sessions`), { ended: 1 });
    assert.equal((await browser.call("GET", "/me")).code, "signed_out");
    assert.equal(
      (await it.ada.call("DELETE", `${path}/totp`)).code,
      "totp_not_set",
    );
    await it.ask("DELETE", path);
    assert.equal((await it.ada.call("DELETE", path)).code, "user_not_found");
    const me = (await it.ask("GET", "/me")).user.id;
    for (const [method, of, body] of [
      ["DELETE", ""],
      ["PATCH", "", { disabled: true }],
      ["PATCH", "", { role: "Viewer" }],
      ["DELETE", "/totp"],
      ["POST", "/password-link"],
    ]) {
      const answer = await it.ada.call(method, `/users/${me}${of}`, body);
      assert.equal(answer.code, "own_user", `${method} ${of}`);
    }
    for (const id of ["0", "-1", "abc", "99999", "9".repeat(40)]) {
      assert.equal((await it.ada.call("GET", `/users/${id}`)).status, 404, id);
    }
  });
});

describe("the last administrator", () => {
  let it;
  before(async () => (it = await PeopleServer.start()));
  after(() => it?.stop());

  test("stays, whatever a key asks for, until there is another who can sign in", async () => {
    const me = (await it.ask("GET", "/me")).user.id;
    const path = `/users/${me}`;
    const tries = [
      ["DELETE", path],
      ["PATCH", path, { disabled: true }],
      ["PATCH", path, { role: "Editor" }],
    ];
    for (const [method, at, body] of tries) {
      const answer = await it.byKey("admin", method, at, body);
      assert.equal(answer.status, 409, answer.text);
      assert.equal(answer.code, "last_admin");
    }
    await it.byKey("admin", "PATCH", path, { name: "Ada still" });
    const { user } = await it.join("second@example.org", "Admin");
    await it.ask("PATCH", `/users/${user.id}`, { disabled: true });
    assert.equal((await it.byKey("admin", ...tries[0])).code, "last_admin");
    await it.ask("PATCH", `/users/${user.id}`, { disabled: false });
    const done = await it.byKey("admin", ...tries[2]);
    assert.equal(done.status, 200, done.text);
    assert.equal(
      (await it.byKey("admin", "DELETE", `/users/${user.id}`)).code,
      "last_admin",
    );
  });

  test("is one of two who are demoted at the same time", async () => {
    const { body } = await it.byKey("admin", "GET", "/users");
    // Programs have users of their own, whom no password signs in.
    const users = body.users.filter((one) => one.has_password);
    for (const { id } of users) {
      await it.byKey("admin", "PATCH", `/users/${id}`, { role: "Admin" });
    }
    const answers = await Promise.all(
      users.map(({ id }) =>
        it.byKey("admin", "PATCH", `/users/${id}`, { role: "Viewer" }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  });
});
