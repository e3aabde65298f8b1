// Invitations to a share over the native API: the mail, its link, the access after it, and who revokes it.
//
//     node --test tests/conformance/console/share-invitations.test.mjs
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { startCasement } from "../../support/casement.mjs";
import { linkIn } from "../../support/mail.mjs";
import {
  admin,
  api,
  call,
  change,
  day,
  mail,
  open,
  page,
  query,
  server,
  share,
  startShares,
  stopShares,
  viewer,
} from "./shares-server.mjs";

before(startShares);
after(stopShares);

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
    const { sessions } = (
      await call(admin, "GET", `/sessions?share=${one.token}`)
    ).body;
    assert.deepEqual(
      sessions.map(({ name, user, key }) => [name, user, key]),
      [["bob@corp.example", null, null]],
    );
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
