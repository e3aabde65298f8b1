// Shares over the native API: the four types, what opens them and what closes them, invitations by
// mail, the organization's switches, snapshots.
//
//     node --test tests/conformance/console/shares.test.mjs
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { createCredentials, startCasement } from "../../support/casement.mjs";
import {
  freePort,
  linkIn,
  mailSettings,
  startMailServer,
} from "../../support/mail.mjs";

const api = "/api/casement/v1";
const day = 86_400_000;

let mail, server, admin, editor, viewer;

/** What a program with this key gets: {status, body}. */
async function call(key, method, path, body) {
  const response = await fetch(`${server.url}${api}${path}`, {
    method,
    headers: {
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith("{") ? JSON.parse(text.split("\n")[0]) : null,
    code: /"code":"(\w+)"/.exec(text)?.[1],
  };
}

/** As the page does: the link that it was loaded with, for the browser that has this secret. */
function open(url, secret = randomBytes(32).toString("base64url")) {
  const { pathname, search } = new URL(url);
  return call(null, "POST", "/sessions", { link: pathname + search, secret });
}
const query = (session) =>
  call(session.body.access_token, "POST", "/query", { panels: [1] });
const page = (url, headers = {}) => fetch(url, { headers });

async function share(type, more = {}) {
  const made = await call(admin, "POST", "/dashboards/board/shares", {
    type,
    ...more,
  });
  assert.equal(made.status, 201, made.text);
  return made.body.share;
}
const change = (one, body) =>
  call(admin, "PATCH", `/shares/${one.token}`, body);
const sharing = (body) =>
  call(admin, "PATCH", "/organization", { sharing: body });

before(async () => {
  mail = await startMailServer();
  const port = await freePort();
  server = await startCasement({
    listen: `127.0.0.1:${port}`,
    env: mailSettings(mail, {
      CASEMENT_SERVER_PUBLIC_URL: `http://127.0.0.1:${port}`,
      CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1",
    }),
  });
  admin = server.credentials.service_token;
  editor = (await createCredentials(server.dataDir, "Editor")).service_token;
  viewer = (await createCredentials(server.dataDir, "Viewer")).service_token;
  const made = await call(admin, "POST", "/dashboards", {
    document: {
      uid: "board",
      title: "Board",
      panels: [
        {
          id: 1,
          type: "text",
          title: "Hello",
          grid: { x: 0, y: 0, w: 12, h: 4 },
          markdown: "Hello",
        },
      ],
    },
  });
  assert.equal(made.status, 201, made.text);
});
after(async () => {
  await server?.stop();
  await mail?.stop();
});

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
      /frame-ancestors https:\/\/app\.example https:\/\/\*\.example\.org$/,
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

describe("invitations", () => {
  let clients = 0;
  /** A stranger's page asks; each has an address of its own unless one is given. */
  const ask = (token, email, address = `10.9.${clients >> 8}.${clients++ & 255}`) =>
    fetch(`${server.url}${api}/share-invitations`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-Forwarded-For": address,
      },
      body: JSON.stringify({ share: token, email }),
    });
  const to = (email) => (one) => one.to.includes(email);
  async function linkFor(one, email) {
    const before = mail.mails.length;
    const asked = await ask(one.token, email);
    assert.equal(asked.status, 202, await asked.text());
    return linkIn(await mail.next(to(email), before));
  }
  const invite = (...emails) =>
    share("invite", { invitees: emails.map((email) => ({ email })) });
  const list = async (one) =>
    (await call(admin, "GET", `/shares/${one.token}/invitations`)).body
      .invitations;

  test("the address of the share opens nothing by itself", async () => {
    const one = await invite("anna@example.com");
    const shown = await page(one.url);
    assert.equal(shown.status, 200);
    assert.match(shown.headers.get("content-security-policy"), /'none'$/);
    const refused = await open(one.url);
    assert.equal(refused.status, 401);
    assert.equal(refused.code, "invitation_needed");
  });

  test("an invited address gets a link that opens once, in one browser", async () => {
    const one = await invite("anna@example.com");
    const link = await linkFor(one, "anna@example.com");
    assert.ok(link.startsWith(`${one.url}?invitation=`));
    // What looks into mails loads every link in them.
    for (let i = 0; i < 3; ++i) assert.equal((await page(link)).status, 200);
    const secret = randomBytes(32).toString("base64url");
    const opened = await open(link, secret);
    assert.equal(opened.status, 201);
    assert.equal((await query(opened)).status, 200);
    const left = Date.parse(opened.body.session.expires_at) - Date.now();
    assert.equal(Math.round(left / day), 30);
    const again = await open(link, secret);
    assert.equal(again.status, 200);
    assert.equal(again.body.session.id, opened.body.session.id);
    const thief = await open(link);
    assert.equal(thief.status, 409);
    assert.equal(thief.code, "link_already_used");
  });

  test("a domain lets in every address of it, and no other", async () => {
    const one = await invite("@corp.example");
    await open(await linkFor(one, "Anyone@CORP.example".toLowerCase()));
    const before = mail.mails.length;
    for (const stranger of [
      "x@sub.corp.example",
      "x@notcorp.example",
      "x@corp.example.evil.example",
    ]) {
      assert.equal((await ask(one.token, stranger)).status, 202);
    }
    await linkFor(one, "last@corp.example");
    assert.equal(mail.mails.length, before + 1);
  });

  test("the mail goes where the invitation says, however it is typed", async () => {
    const one = await invite("Anna@Example.com");
    const before = mail.mails.length;
    assert.equal((await ask(one.token, "aNNA@eXAMPLE.COM")).status, 202);
    const got = await mail.next(to("Anna@example.com"), before);
    assert.equal(mail.mails.length, before + 1);
    assert.equal((await open(linkIn(got))).status, 201);
  });

  test("the answer tells nobody who is invited", async () => {
    const one = await invite("anna@example.com");
    const before = mail.mails.length;
    const answers = [];
    for (const email of ["eve@example.com", "anna@example.com"]) {
      const answer = await ask(one.token, email);
      const headers = Object.fromEntries(answer.headers);
      delete headers.date;
      delete headers["x-request-id"];
      answers.push({ status: answer.status, headers, text: await answer.text() });
    }
    assert.deepEqual(answers[0], answers[1]);
    await mail.next(to("anna@example.com"), before);
    assert.equal(mail.mails.length, before + 1);
    const rows = (await call(admin, "GET", "/audit?limit=50")).text;
    assert.ok(!rows.includes("eve@example.com"));
  });

  test("what is no address is refused before anything is sent", async () => {
    const one = await invite("anna@example.com", "@example.org");
    const before = mail.mails.length;
    for (const bad of [
      "anna",
      "@example.org",
      "anna@example.com\r\nBcc: eve@example.org",
      "anna@example.com,eve@example.org",
      '"a b"@example.org',
      "a@b@example.org",
      "anna@example.org>",
      "-f@example.org",
      "änna@example.org",
      "a@[127.0.0.1]",
      `${"a".repeat(65)}@example.org`,
      "a..b@example.org",
    ]) {
      const refused = await ask(one.token, bad);
      assert.equal(refused.status, 400, bad);
      assert.equal((await refused.json()).error.code, "invalid_email", bad);
    }
    for (const bad of [7, null, ["anna@example.com"], { email: "a@b.example" }, "a".repeat(300)]) {
      assert.equal((await ask(one.token, bad)).status, 400);
    }
    await linkFor(one, "anna@example.com");
    assert.equal(mail.mails.length, before + 1);
  });

  test("one client and one address can ask for so many and no more", async () => {
    const one = await invite("anna@example.com", "@example.org");
    for (let i = 0; i < 5; ++i) {
      assert.equal((await ask(one.token, "much@example.org")).status, 202);
    }
    // The same for an address that is not invited.
    for (let i = 0; i < 5; ++i) {
      assert.equal((await ask(one.token, "eve@example.net")).status, 202);
    }
    for (const email of ["much@example.org", "eve@example.net"]) {
      const refused = await ask(one.token, email);
      assert.equal(refused.status, 429);
      assert.equal((await refused.json()).error.code, "too_many_attempts");
    }
    const seen = [];
    for (let i = 0; i < 25; ++i) {
      seen.push((await ask(one.token, `a${i}@example.net`, "10.8.0.1")).status);
    }
    assert.deepEqual(new Set(seen.slice(0, 20)), new Set([202]));
    assert.equal(seen.at(-1), 429);
  });

  test("another site cannot ask in a visitor's name", async () => {
    const one = await invite("anna@example.com");
    const refused = await fetch(`${server.url}${api}/share-invitations`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Origin: "https://evil.example",
        "Sec-Fetch-Site": "cross-site",
      },
      body: JSON.stringify({ share: one.token, email: "anna@example.com" }),
    });
    assert.equal(refused.status, 403);
  });

  test("the link never begins with what the request was addressed to", async () => {
    const one = await invite("anna@example.com");
    const before = mail.mails.length;
    await fetch(`${server.url}${api}/share-invitations`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "10.7.0.1",
      },
      body: JSON.stringify({ share: one.token, email: "anna@example.com" }),
    });
    const got = await mail.next(to("anna@example.com"), before);
    assert.ok(linkIn(got).startsWith(one.url));
    assert.ok(!got.data.includes("evil.example"));
  });

  test("a title cannot add to a mail's head", async () => {
    const one = await invite("anna@example.com");
    await change(one, { title: "Sales\r\nBcc: eve@example.org\r\n\r\n<b>ü" });
    const before = mail.mails.length;
    await ask(one.token, "anna@example.com");
    const got = await mail.next(to("anna@example.com"), before);
    assert.deepEqual(got.to, ["anna@example.com"]);
    assert.doesNotMatch(got.data, /^Bcc:/m);
    assert.match(got.subject, /^Your link to Sales {2}Bcc: eve@example.org/);
    assert.match(got.subject, /ü$/);
  });

  test("who is taken off the list is out at once, with the links that are under way", async () => {
    const one = await invite("anna@example.com", "bob@example.com");
    const anna = await open(await linkFor(one, "anna@example.com"));
    const unused = await linkFor(one, "anna@example.com");
    const bob = await open(await linkFor(one, "bob@example.com"));
    await change(one, { invitees: [{ email: "bob@example.com" }] });
    assert.equal((await query(anna)).status, 410);
    assert.equal((await open(unused)).status, 410);
    assert.equal((await query(bob)).status, 200);
    // Invited again is not let in again by what was opened before.
    await change(one, {
      invitees: [{ email: "bob@example.com" }, { email: "anna@example.com" }],
    });
    assert.equal((await query(anna)).status, 410);
    assert.equal((await query(bob)).status, 200);
  });

  test("one address is revoked: its sessions end, and nobody else's", async () => {
    const one = await invite("@corp.example");
    const anna = await open(await linkFor(one, "anna@corp.example"));
    const unused = await linkFor(one, "anna@corp.example");
    const bob = await open(await linkFor(one, "bob@corp.example"));
    const revoked = await call(
      admin,
      "POST",
      `/shares/${one.token}/invitations/revoke`,
      { emails: ["Anna@corp.example", "nobody@corp.example"] },
    );
    assert.deepEqual([revoked.status, revoked.body.revoked], [200, 1]);
    assert.equal((await query(anna)).status, 410);
    const refused = await open(unused);
    assert.deepEqual(
      [refused.status, refused.code],
      [410, "invitation_revoked"],
    );
    assert.equal((await query(bob)).status, 200);
    const listed = await list(one);
    assert.deepEqual(
      listed.map((each) => [each.email, each.has_session]),
      [
        ["anna@corp.example", false],
        ["bob@corp.example", true],
      ],
    );
  });

  test("access ends when the invitation says", async () => {
    const one = await share("invite", {
      invitees: [
        {
          email: "anna@example.com",
          access_expiration: new Date(Date.now() + 2 * day).toISOString(),
        },
      ],
    });
    const anna = await open(await linkFor(one, "anna@example.com"));
    const left = Date.parse(anna.body.session.expires_at) - Date.now();
    assert.equal(Math.round(left / day), 2);
    await change(one, {
      invitees: [
        {
          email: "anna@example.com",
          access_expiration: new Date(Date.now() - 1000).toISOString(),
        },
      ],
    });
    assert.equal((await query(anna)).status, 410);
    const before = mail.mails.length;
    await ask(one.token, "anna@example.com");
    const other = await invite("mark@example.com");
    await linkFor(other, "mark@example.com");
    assert.equal(mail.mails.length, before + 1);
  });

  test("mails that do not go are tried again, and failures are to be seen", async () => {
    const one = await invite("later@example.com", "bounce@example.com");
    const before = mail.mails.length;
    const sent = await call(admin, "POST", `/shares/${one.token}/invitations`, {
      emails: ["bounce@example.com", "later@example.com"],
    });
    assert.equal(sent.status, 202);
    assert.ok(sent.body.invitations.every((each) => each.mail === "queued"));
    await mail.next(to("later@example.com"), before);
    // The row follows its mail: asked for until it is there, within a bounded number of calls.
    let states = {};
    for (let tries = 0; tries < 500 && states.later !== "sent"; ++tries) {
      states = Object.fromEntries(
        (await list(one)).map((each) => [
          each.email.split("@")[0],
          each.mail,
        ]),
      );
    }
    assert.deepEqual(states, { bounce: "failed", later: "sent" });
    const bounced = (await list(one)).find((each) => each.mail === "failed");
    assert.match(bounced.mail_error, /550/);
    assert.match(server.log(), /"mail_failed"/);
  });

  test("a forged or foreign code opens nothing", async () => {
    const one = await invite("anna@example.com");
    const other = await invite("anna@example.com");
    const link = await linkFor(one, "anna@example.com");
    const code = new URL(link).searchParams.get("invitation");
    const flipped = (code[0] === "A" ? "B" : "A") + code.slice(1);
    for (const bad of [
      `${other.url}?invitation=${code}`,
      `${one.url}?invitation=${flipped}`,
      `${one.url}?invitation=${code.slice(0, -4)}`,
      `${one.url}?invitation=x`,
    ]) {
      const refused = await open(bad);
      assert.deepEqual(
        [refused.status, refused.code],
        [401, "invitation_invalid"],
        bad,
      );
    }
    assert.equal((await open(`${link}&invitation=${code}`)).status, 400);
    assert.equal((await open(link)).status, 201);
  });

  test("nothing that opens a dashboard stands in the log, the audit or the database", async () => {
    const one = await invite("anna@example.com");
    const link = await linkFor(one, "anna@example.com");
    await page(link);
    await open(link);
    const code = new URL(link).searchParams.get("invitation");
    assert.ok(!server.log().includes(code));
    const audit = await call(admin, "GET", "/audit?limit=100");
    assert.ok(!audit.text.includes(code));
    assert.match(audit.text, /invitation\.sent/);
    for (const file of ["catalog.db", "catalog.db-wal"]) {
      const bytes = await readFile(`${server.dataDir}/${file}`).catch(() => "");
      assert.ok(!bytes.includes(code), file);
    }
  });

  test("need the permission to invite", async () => {
    const one = await invite("anna@example.com");
    const path = `/shares/${one.token}/invitations`;
    assert.equal((await call(viewer, "GET", path)).status, 403);
    assert.equal(
      (await call(viewer, "POST", path, { emails: ["anna@example.com"] }))
        .status,
      403,
    );
    assert.equal(
      (await call(viewer, "POST", `${path}/revoke`, { emails: ["a@b.example"] }))
        .status,
      403,
    );
    assert.equal((await call(null, "GET", path)).status, 401);
    assert.equal((await call(admin, "GET", "/shares/none/invitations")).status, 404);
    const open = await share("open");
    const wrong = await call(admin, "GET", `/shares/${open.token}/invitations`);
    assert.deepEqual([wrong.status, wrong.code], [409, "share_not_invite"]);
    for (const body of [{}, { emails: [] }, { emails: "anna" }, { emails: [7] }]) {
      assert.equal((await call(admin, "POST", path, body)).status, 400);
    }
    const uninvited = await call(admin, "POST", path, {
      emails: ["anna@example.com", "eve@example.com"],
    });
    assert.deepEqual(
      [uninvited.status, uninvited.body.error.field],
      [400, "emails[1]"],
    );
  });

  test("a list that is too long or wrong is refused by its place", async () => {
    const one = await invite("anna@example.com");
    const many = Array.from({ length: 1001 }, (_, i) => ({
      email: `a${i}@example.com`,
    }));
    assert.equal((await change(one, { invitees: many })).status, 400);
    const wrong = await change(one, {
      invitees: [{ email: "anna@example.com" }, { email: "a b@example.com" }],
    });
    assert.deepEqual(
      [wrong.status, wrong.body.error.field],
      [400, "invitees[1].email"],
    );
    const twice = await change(one, {
      invitees: [{ email: "anna@example.com" }, { email: "ANNA@example.com" }],
    });
    assert.equal(twice.body.invitees.length, 1);
  });
});

describe("a server without a mail server", () => {
  test("says so to whoever asks and whoever invites", async () => {
    const plain = await startCasement();
    try {
      const key = plain.credentials.service_token;
      const at = (method, path, body) =>
        fetch(`${plain.url}${api}${path}`, {
          method,
          headers: {
            Authorization: `Bearer ${key}`,
            "Content-Type": "application/json",
          },
          body: body && JSON.stringify(body),
        });
      await at("POST", "/dashboards", {
        document: { uid: "board", title: "Board", panels: [] },
      });
      const made = await (
        await at("POST", "/dashboards/board/shares", {
          type: "invite",
          invitees: [{ email: "anna@example.com" }],
        })
      ).json();
      const { token } = made.share;
      assert.equal(made.credential, null);
      for (const [path, body] of [
        ["/share-invitations", { share: token, email: "anna@example.com" }],
        [`/shares/${token}/invitations`, { emails: ["anna@example.com"] }],
      ]) {
        const refused = await at("POST", path, body);
        assert.equal(refused.status, 409);
        assert.equal((await refused.json()).error.code, "mail_not_configured");
      }
      assert.equal((await (await at("GET", "/organization")).json()).mail, false);
    } finally {
      await plain.stop();
    }
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
