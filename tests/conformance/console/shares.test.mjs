// Shares over the native API: the types that need no signature, what opens them and what closes them, the
// organization's switches, snapshots.
//
//     node --test tests/conformance/console/shares.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { linkIn } from "../../support/mail.mjs";
import {
  admin,
  call,
  change,
  day,
  editor,
  mail,
  open,
  page,
  query,
  server,
  share,
  sharing,
  startShares,
  stopShares,
  viewer,
} from "./shares-server.mjs";

before(startShares);
after(stopShares);

describe("open shares", () => {
  test("open for anybody, for a year", async () => {
    const one = await share("open");
    assert.equal(one.url, `${server.url}/sb/${one.token}`);
    const year = Date.parse(one.expires_at) - Date.parse(one.created_at);
    assert.equal(Math.round(year / day), 365);
    assert.equal((await page(one.url)).status, 200);
    const opened = await open(one.url);
    assert.equal(opened.status, 201);
    assert.equal((await query(opened)).status, 200);
    const left = Date.parse(opened.body.session.expires_at) - Date.now();
    assert.equal(Math.round(left / day), 1);
  });

  test("say when they were last opened", async () => {
    const one = await share("open");
    assert.equal(one.last_accessed, null);
    await open(one.url);
    const seen = await call(viewer, "GET", `/shares/${one.token}`);
    assert.ok(Date.now() - Date.parse(seen.body.last_accessed) < 60_000);
  });

  test("are paused once their time is over, and active only with more of it", async () => {
    const one = await share("open");
    const opened = await open(one.url);
    const past = new Date(Date.now() - 1000).toISOString();
    const over = await change(one, { expires_at: past });
    assert.equal(over.body.status, "paused");
    assert.equal((await query(opened)).status, 410);
    const shut = await page(one.url);
    assert.equal(shut.status, 410);
    assert.match(await shut.text(), /share_expired/);
    const listed = await call(viewer, "GET", "/shares?status=paused");
    assert.ok(listed.body.shares.some((each) => each.token === one.token));
    const refused = await change(one, { status: "active" });
    assert.equal(refused.status, 400);
    assert.equal(refused.code, "share_expired");
    const more = new Date(Date.now() + day).toISOString();
    assert.equal(
      (await change(one, { status: "active", expires_at: more })).body.status,
      "active",
    );
    assert.equal((await open(one.url)).status, 201);
  });

  test("have no end when that is what was said", async () => {
    const one = await share("open", { expires_at: null });
    assert.equal(one.expires_at, null);
  });

  test("close when they become a type that needs a proof", async () => {
    for (const type of ["embed", "invite", "secure_embed"]) {
      const one = await share("open");
      const opened = await open(one.url);
      await change(one, { type });
      assert.equal((await query(opened)).status, 404, type);
    }
  });

  test("do not open as something else than they are", async () => {
    const secure = await share("secure_embed");
    for (const path of ["/sb/", "/sb/embed/"]) {
      assert.equal((await open(server.url + path + secure.token)).status, 404);
      assert.equal((await page(server.url + path + secure.token)).status, 404);
    }
    assert.equal((await open(`${server.url}/sb/${"n".repeat(32)}`)).status, 404);
    assert.equal((await open(`${server.url}/sb/a%2Fb`)).status, 400);
  });

  test("refuse a dashboard whose variable stands for a person", async () => {
    const one = await share("open");
    const document = (await call(admin, "GET", "/dashboards/board")).body
      .document;
    const variable = { name: "who", type: "text", attribute: "region" };
    await call(admin, "PUT", "/dashboards/board", {
      document: { ...document, variables: [variable] },
    });
    const opened = await open(one.url);
    await call(admin, "PUT", "/dashboards/board", { document });
    assert.equal(opened.status, 403);
    assert.equal(opened.code, "dashboard_not_public");
  });
});

describe("embed shares", () => {
  const inFrame = { "Sec-Fetch-Dest": "iframe" };

  test("stand in the pages of their origins, and open nowhere else", async () => {
    const one = await share("embed", {
      allowed_origins: ["https://app.example", "https://*.example.org"],
    });
    const framed = await page(one.url, inFrame);
    assert.equal(framed.status, 200);
    assert.match(
      framed.headers.get("content-security-policy"),
      /frame-ancestors 'self' https:\/\/app\.example https:\/\/\*\.example\.org$/,
    );
    const alone = await page(one.url, { "Sec-Fetch-Dest": "document" });
    assert.equal(alone.status, 403);
    assert.match(await alone.text(), /embed_only/);
    assert.equal((await query(await open(one.url))).status, 200);
  });

  test("without an origin stand in no page", async () => {
    const one = await share("embed");
    const framed = await page(one.url, inFrame);
    assert.equal(framed.status, 403);
    assert.match(
      framed.headers.get("content-security-policy"),
      /frame-ancestors 'none'$/,
    );
  });

  test("name what is wrong with an origin", async () => {
    const refused = await call(admin, "POST", "/dashboards/board/shares", {
      type: "embed",
      allowed_origins: ["https://app.example", "app.example/path"],
    });
    assert.equal(refused.status, 400);
    assert.equal(refused.body.error.field, "allowed_origins[1]");
  });
});

describe("the switches of an organization", () => {
  test("close every share of a type at once, and open it again", async () => {
    for (const type of ["open", "embed"]) {
      const one = await share(type, {
        allowed_origins: ["https://app.example"],
      });
      const opened = await open(one.url);
      assert.equal((await query(opened)).status, 200);
      const off = await sharing({ [type]: false });
      assert.equal(off.body.sharing[type], false);
      const refused = await query(opened);
      assert.deepEqual([refused.status, refused.code], [403, "sharing_disabled"]);
      assert.equal((await open(one.url)).code, "sharing_disabled");
      assert.equal((await page(one.url)).status, 403);
      const seen = (await call(viewer, "GET", `/shares/${one.token}`)).body;
      assert.deepEqual([seen.switched_off, seen.status], [true, "active"]);
      const another = await call(admin, "POST", "/dashboards/board/shares", {
        type,
      });
      assert.deepEqual([another.status, another.code], [403, "sharing_disabled"]);
      await sharing({ [type]: true });
      assert.equal((await query(opened)).status, 200);
    }
  });

  test("the one for everything closes all of them", async () => {
    const opens = await share("open");
    const opened = await open(opens.url);
    await sharing({ enabled: false });
    assert.equal((await query(opened)).code, "sharing_disabled");
    const secure = await call(admin, "POST", "/dashboards/board/shares", {});
    assert.equal(secure.code, "sharing_disabled");
    await sharing({ enabled: true });
    assert.equal((await query(opened)).status, 200);
  });

  test("a longest time counts for invitations that are there", async () => {
    const one = await share("invite", { invitees: [{ email: "anna@example.com" }] });
    await sharing({ max_access_seconds: 7200 });
    const before = mail.mails.length;
    await call(admin, "POST", `/shares/${one.token}/invitations`, {
      emails: ["anna@example.com"],
    });
    const got = await mail.next((each) => each.to.includes("anna@example.com"), before);
    const opened = await open(linkIn(got));
    await sharing({ max_access_seconds: null });
    const left = Date.parse(opened.body.session.expires_at) - Date.now();
    assert.ok(left <= 7_200_000 && left > 7_000_000, `${left}`);
  });

  test("are an administrator's, and must be switches", async () => {
    const body = { sharing: { open: false } };
    for (const key of [editor, viewer]) {
      assert.equal((await call(key, "PATCH", "/organization", body)).status, 403);
    }
    for (const bad of [{ open: 1 }, { other: true }, { max_access_seconds: 1 }, []]) {
      assert.equal((await sharing(bad)).status, 400);
    }
    assert.equal((await call(viewer, "GET", "/organization")).body.mail, true);
  });
});

describe("links of a secure embed, signed by the server", () => {
  const sign = (one, key = admin) =>
    call(key, "POST", `/shares/${one.token}/link`);

  test("open once, in one browser, and leave a row that lets nobody in", async () => {
    const one = await share("secure_embed");
    const made = await sign(one, editor);
    assert.equal(made.status, 200, made.text);
    const { url, valid_until: until } = made.body;
    assert.ok(url.startsWith(`${one.url}?token=`), url);
    const left = Date.parse(until) - Date.now();
    assert.ok(left > 29 * 60_000 && left <= 30 * 60_000, until);
    assert.equal((await open(url)).status, 201);
    const again = await open(url);
    assert.deepEqual([again.status, again.code], [409, "link_already_used"]);
    assert.notEqual((await sign(one)).body.url, url);
    // Rows are written a moment after the answers that they are about.
    let text = "";
    for (let tries = 0; text.split("share.link_signed").length < 3; ++tries) {
      assert.ok(tries < 500, text);
      text = (await call(admin, "GET", "/audit?action=share.link_signed")).text;
    }
    assert.ok(!text.includes(new URL(url).searchParams.get("token")), text);
  });

  test("are signed with the newest credential that signs, or not at all", async () => {
    const one = await share("secure_embed");
    const path = `/shares/${one.token}/credentials`;
    const newer = (await call(admin, "POST", path, {})).body;
    assert.equal((await sign(one)).body.suffix, newer.suffix);
    for (const each of (await call(admin, "GET", path)).body.credentials) {
      await call(admin, "PATCH", `${path}/${each.id}`, { disabled: true });
    }
    const refused = await sign(one);
    assert.deepEqual([refused.status, refused.code], [409, "no_credential"]);
  });

  test("are for who may share so, of shares that are opened so", async () => {
    const one = await share("secure_embed");
    assert.equal((await sign(one, viewer)).status, 403);
    assert.equal((await sign(one, "")).status, 401);
    const refused = await sign(await share("open"));
    assert.deepEqual([refused.status, refused.code], [409, "share_not_signed"]);
    assert.equal((await sign({ token: "nothing-here" })).status, 404);
  });

  test("are no way around a pause", async () => {
    const one = await share("secure_embed");
    await change(one, { status: "paused" });
    const made = await sign(one);
    assert.equal(made.status, 200);
    assert.equal((await open(made.body.url)).code, "share_paused");
  });
});

describe("a share whose sharer is gone", () => {
  test("is claimed by a person, and by nobody's key", async () => {
    const one = await share("open");
    assert.equal(one.sharer_gone, true);
    const refused = await call(admin, "POST", `/shares/${one.token}/claim`);
    assert.deepEqual([refused.status, refused.code], [403, "user_required"]);
    assert.equal((await call(viewer, "POST", `/shares/${one.token}/claim`)).status, 403);
  });
});

describe("snapshots", () => {
  test("are taken, listed, opened by everybody and deleted", async () => {
    const taken = await call(admin, "POST", "/dashboards/board/snapshots", {
      name: "Monday",
      expires_in_seconds: 3600,
    });
    assert.equal(taken.status, 201, taken.text);
    const { key, url, expires_at } = taken.body;
    assert.ok(Date.parse(expires_at) > Date.now());
    assert.equal((await page(url)).status, 200);
    const listed = await call(admin, "GET", "/snapshots");
    assert.ok(listed.body.snapshots.some((one) => one.key === key));
    assert.equal((await call(viewer, "DELETE", `/snapshots/${key}`)).status, 403);
    assert.equal((await call(admin, "DELETE", `/snapshots/${key}`)).status, 204);
    assert.equal((await call(admin, "DELETE", `/snapshots/${key}`)).status, 404);
    assert.equal((await page(url)).status, 404);
  });

  test("refuse a time and values that the dashboard does not have", async () => {
    const path = "/dashboards/board/snapshots";
    for (const [body, code] of [
      [{ variables: { nothing: ["x"] } }, "unknown_variable"],
      [{ time: { span: "1w", from: 0, to: 1 } }, "invalid_time"],
      [{ time: { from: 2, to: 1 } }, "invalid_time"],
    ]) {
      const refused = await call(admin, "POST", path, body);
      assert.deepEqual([refused.status, refused.code], [400, code], refused.text);
    }
    for (const body of [{ panels: [1] }, { variables: { a: "x" } }, { time: 7 }]) {
      assert.equal((await call(admin, "POST", path, body)).status, 400);
    }
  });

  test("need the permission to share openly, and a dashboard", async () => {
    const path = "/dashboards/board/snapshots";
    assert.equal((await call(viewer, "POST", path, {})).status, 403);
    assert.equal(
      (await call(admin, "POST", "/dashboards/none/snapshots", {})).status,
      404,
    );
    assert.equal(
      (await call(admin, "POST", path, { expires_in_seconds: 1 })).status,
      400,
    );
  });
});
