// Many frames of many tenants in one browser: each cookie belongs to its own session's path, and
// no session sees, replaces or ends another.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { CookieJar } from "./support/cookie-jar.mjs";
import { link, newSecret } from "./support/links.mjs";
import { onlyOf } from "./support/witness.mjs";
import { api, cookieName, opened, pageHeaders, paths, startTarget } from "./target.mjs";

describe("many sessions in one browser", () => {
  const frames = 20;
  let target, shares, jar, sessions;
  before(async () => {
    target = await startTarget();
    shares = [];
    for (let i = 0; i < frames; ++i) {
      shares.push(await target.share("orders", ["acme", "globex", "initech"][i % 3]));
    }
    jar = new CookieJar();
    sessions = [];
    for (const share of shares) {
      const cookie = jar.for(paths.open);
      const answer = await target.open(link(share), { headers: cookie ? { Cookie: cookie } : {} });
      assert.equal(answer.status, 201, answer.text);
      const [taken] = jar.take(answer.headers);
      sessions.push({ share, ...answer, taken });
    }
  });
  after(() => target?.close());

  async function resume(id, cookie, headers = {}) {
    const sent = cookie === undefined ? {} : { Cookie: cookie };
    return opened(
      await target.call("POST", paths.resume(id), {
        headers: { ...pageHeaders, "X-Casement": "1", ...sent, ...headers },
        body: {},
      }),
    );
  }
  const byJar = (session, headers) =>
    resume(session.id, jar.for(paths.resume(session.id)), headers);

  test("leave as many cookies, each locked to its own path and unreadable for scripts", () => {
    assert.equal(jar.all.length, frames);
    assert.equal(new Set(jar.all.map(({ path }) => path)).size, frames);
    assert.equal(new Set(jar.all.map(({ value }) => value)).size, frames);
    for (const { id, taken } of sessions) {
      assert.equal(taken.name, cookieName);
      assert.equal(taken.path, `${api}/sessions/${id}/`);
      const { httponly, secure, partitioned, samesite, domain } = taken.flags;
      assert.deepEqual(
        { httponly, secure, partitioned, samesite, domain },
        {
          httponly: true,
          secure: true,
          partitioned: true,
          samesite: "None",
          domain: undefined,
        },
      );
      // A day longer than the session can last, so that the browser can ask about its end.
      assert.ok(Number(taken.flags["max-age"]) <= 31 * 86_400);
    }
  });

  test("send no cookie to any other path of the server", () => {
    for (const path of [
      "/",
      paths.open,
      paths.query,
      "/api/v1/dashboard",
      `${api}/sessions/other/resume`,
      new URL(shares[0].url).pathname,
    ]) {
      assert.equal(jar.for(path), undefined, path);
    }
  });

  test("go on with their own session each, and see their own tenant", async () => {
    for (const session of sessions) {
      const again = await byJar(session);
      assert.equal(again.status, 200, again.text);
      assert.equal(again.id, session.id);
      onlyOf(session.share.tenant, again.text, "a resumed frame");
    }
  });

  test("refuse every other session's cookie", async () => {
    for (const one of sessions) {
      for (const other of sessions) {
        if (one === other) continue;
        const answer = await resume(one.id, `${cookieName}=${other.cookie}`);
        assert.equal(answer.status, 401, answer.text);
        assert.equal(answer.code, "no_session_cookie");
      }
    }
  });

  test("refuse a heap of cookies that begins with another's", async () => {
    const [one, other] = sessions;
    const both = [other.cookie, one.cookie].map((value) => `${cookieName}=${value}`).join("; ");
    assert.equal((await resume(one.id, both)).status, 401);
    const heap = sessions
      .slice(1)
      .map(({ cookie }) => `${cookieName}=${cookie}`)
      .join("; ");
    assert.equal((await resume(one.id, heap)).status, 401);
    for (const header of [
      `X${cookieName}=${one.cookie}`,
      `${cookieName.toLowerCase()}=${one.cookie}`,
      `casement=${one.cookie}`,
      `${cookieName}=`,
      cookieName,
      `=${one.cookie}`,
      one.cookie,
    ]) {
      assert.equal((await resume(one.id, header)).status, 401, header);
    }
  });

  test("are not resumed without the header that only our page can send", async () => {
    const [one] = sessions;
    for (const value of [undefined, "", "0", "true", "11", "1, 1"]) {
      const headers = { ...pageHeaders, Cookie: jar.for(paths.resume(one.id)) };
      if (value !== undefined) headers["X-Casement"] = value;
      const answer = await target.call("POST", paths.resume(one.id), { headers, body: {} });
      assert.equal(answer.status, 403, `${value}: ${answer.text}`);
    }
  });

  test("give their access token to nobody else, and take nobody else's", async () => {
    const answers = await Promise.all(
      sessions.map((session, i) =>
        target.call("POST", paths.query, {
          headers: {
            ...pageHeaders,
            Authorization: `Bearer ${session.accessToken}`,
            Cookie: jar.for(paths.resume(sessions[(i + 1) % frames].id)),
          },
          body: { panels: [5] },
        }),
      ),
    );
    answers.forEach((answer, i) => {
      assert.equal(answer.status, 200);
      onlyOf(shares[i].tenant, answer.text, "data with another frame's cookie beside it");
      assert.match(answer.text, new RegExp(`${shares[i].tenant}-row`));
    });
  });

  test("do not disturb an administrator signed in beside them, nor the other way round", async () => {
    const [one] = sessions;
    const admin = { Authorization: `Bearer ${target.serviceToken}` };
    const beside = await byJar(one, admin);
    assert.equal(beside.status, 200);
    onlyOf(one.share.tenant, beside.text, "a frame with an administrator beside it");
    const stillOnlyCookie = await resume(one.id, undefined, admin);
    assert.equal(stillOnlyCookie.status, 401, "an administrator's token resumes nothing");
    const managed = await target.call("GET", `${api}/shares`, {
      headers: { ...admin, Cookie: `${cookieName}=${one.cookie}` },
    });
    assert.equal(managed.status, 200);
  });

  test("end one by one, and the others stay", async () => {
    const [ended, ...others] = sessions;
    await target.api("DELETE", `${api}/sessions/${ended.id}`, undefined, 204);
    assert.equal((await byJar(ended)).status, 410);
    for (const session of others) assert.equal((await byJar(session)).status, 200);
  });

  test("open a second link of the same share without losing the first", async () => {
    const share = shares[1];
    const first = sessions[1];
    const secret = newSecret();
    const second = await target.open(link(share), {
      secret,
      headers: { Cookie: `${cookieName}=${first.cookie}` },
    });
    assert.equal(second.status, 201);
    assert.notEqual(second.id, first.id);
    jar.take(second.headers);
    assert.equal((await byJar(first)).status, 200);
    assert.equal((await byJar(second)).status, 200);
  });

  test("give a new cookie for the old one when the same secret opens again", async () => {
    const share = shares[4];
    const one = link(share);
    const secret = newSecret();
    const first = await target.open(one, { secret });
    const again = await target.open(one, { secret });
    assert.equal(again.status, 200);
    assert.equal(again.id, first.id);
    assert.notEqual(again.cookie, first.cookie);
    assert.equal((await resume(first.id, `${cookieName}=${again.cookie}`)).status, 200);
    assert.equal((await resume(first.id, `${cookieName}=${first.cookie}`)).status, 401);
  });
});
