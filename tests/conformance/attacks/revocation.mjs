// What was taken back or has run out is over at once, for tokens, cookies, secrets and new links
// alike, and never falls back to something weaker.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link, newSecret } from "./support/links.mjs";
import { nobodys } from "./support/witness.mjs";
import { api, paths, startTarget } from "./target.mjs";

const refusals = [401, 403, 404, 410];

describe("a credential that was revoked", () => {
  let target;
  before(async () => {
    target = await startTarget();
  });
  after(() => target?.close());

  async function fresh() {
    const share = await target.share("orders", "acme", {}, { download: true });
    return { share, viewer: await target.viewer(share) };
  }
  async function shut({ share, viewer }, codes) {
    for (const [path, body] of [
      [paths.query, { panels: [5] }],
      [paths.export, { panel: 5 }],
      [paths.view, {}],
    ]) {
      const answer = await viewer.call(path, body);
      assert.ok(refusals.includes(answer.status), `${path}: ${answer.status}`);
      assert.ok(codes.includes(answer.code), `${path}: ${answer.text}`);
      nobodys(answer.text, path);
    }
    const resumed = await viewer.resume();
    assert.ok(refusals.includes(resumed.status), `resume: ${resumed.status} ${resumed.text}`);
    nobodys(resumed.text, "resume");
    const again = await target.open(link(share), { secret: newSecret() });
    nobodys(again.status === 201 ? "" : again.text, "a new link");
    return again;
  }

  test("an ended session is over for its token, its cookie and its secret", async () => {
    const one = await fresh();
    const target1 = link(one.share);
    const first = await target.open(target1);
    await target.api("DELETE", `${api}/sessions/${one.viewer.id}`, undefined, 204);
    await target.api("DELETE", `${api}/sessions/${first.id}`, undefined, 204);
    const later = await shut(one, ["session_ended"]);
    assert.equal(later.status, 201, "the share itself is open");
    const again = await target.open(target1, { secret: first.secret });
    assert.equal(again.status, 410, again.text);
  });

  test("a paused share shuts its sessions and its links", async () => {
    const one = await fresh();
    await target.changeShare(one.share, { status: "paused" });
    assert.equal((await shut(one, ["share_paused"])).status, 403);
  });

  test("a deleted share shuts its sessions and its links", async () => {
    const one = await fresh();
    await target.api("DELETE", `${api}/shares/${one.share.token}`, undefined, 204);
    assert.equal((await shut(one, ["share_not_found"])).status, 404);
  });

  test("a credential that was switched off takes its sessions along", async () => {
    const one = await fresh();
    const { credentials } = await target.api("GET", `${api}/shares/${one.share.token}/credentials`);
    await target.api("PATCH", `${api}/shares/${one.share.token}/credentials/${credentials[0].id}`, {
      disabled: true,
    });
    const later = await shut(one, ["session_ended"]);
    assert.equal(later.code, "credential_disabled", later.text);
  });

  test("a credential that was removed takes its sessions along", async () => {
    const one = await fresh();
    const base = `${api}/shares/${one.share.token}/credentials`;
    await target.api("POST", base, {}, 201);
    const { credentials } = await target.api("GET", base);
    await target.api("DELETE", `${base}/${credentials[0].id}`, undefined, 204);
    assert.equal((await shut(one, ["session_ended"])).code, "bad_signature");
  });

  test("a dashboard in the bin shuts its shares", async () => {
    const one = await fresh();
    await target.api("DELETE", `${api}/dashboards/orders`, undefined, 204);
    try {
      assert.equal((await shut(one, ["share_not_found"])).status, 404);
    } finally {
      await target.api("POST", `${api}/dashboards/orders/restore`);
    }
    assert.equal(
      (await one.viewer.query({ panels: [5] })).status,
      200,
      "restored, it is there again",
    );
  });

  test("an organization that switches embedding off shuts everything", async () => {
    const one = await fresh();
    await target.api("PATCH", `${api}/organization`, { embed_sharing: false });
    try {
      assert.equal((await shut(one, ["embed_disabled"])).status, 403);
    } finally {
      await target.api("PATCH", `${api}/organization`, { embed_sharing: true });
    }
  });
});

describe("a credential whose time is over", () => {
  let target, share, viewer, short, closing, redeemed;
  before(async () => {
    target = await startTarget();
    share = await target.share("orders", "acme", {}, { download: true });
    viewer = await target.viewer(share);
    const brief = await target.share("orders", "acme", {}, { session_length_seconds: 60 });
    short = await target.viewer(brief);
    const ends = new Date(Date.now() + 300_000).toISOString();
    closing = await target.viewer(await target.share("orders", "acme", {}, { expires_at: ends }));
    redeemed = { link: link(share) };
    redeemed.first = await target.open(redeemed.link);
  });
  after(() => target?.close());

  test("an access token of ten minutes ago is refused, and the session goes on", async () => {
    await target.restart({ clockShift: 601 });
    for (const [path, body] of [
      [paths.query, { panels: [5] }],
      [paths.export, { panel: 5 }],
      [paths.view, {}],
    ]) {
      const answer = await viewer.call(path, body);
      assert.equal(answer.status, 401, `${path}: ${answer.text}`);
      assert.equal(answer.code, "access_token_expired");
      nobodys(answer.text, path);
    }
    assert.equal((await viewer.resume()).status, 200);
  });

  test("a session of one minute and a share that has ended are over for good", async () => {
    assert.equal((await short.resume()).status, 410);
    assert.equal((await closing.resume()).status, 410);
    assert.equal((await target.open(link(closing.share))).status, 410);
  });

  test("after thirty days neither cookie nor secret nor token opens anything", async () => {
    await target.restart({ clockShift: 31 * 86_400 });
    const resumed = await viewer.resume();
    assert.ok([401, 410].includes(resumed.status), resumed.text);
    nobodys(resumed.text, "resume");
    const again = await target.open(redeemed.link, { secret: redeemed.first.secret });
    assert.equal(again.status, 410, again.text);
    const answer = await viewer.query({ panels: [5] });
    assert.equal(answer.status, 401, answer.text);
    nobodys(answer.text, "query");
  });
});
