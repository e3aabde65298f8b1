// The server's clock decides everything, with the documented room for a signer's; a viewer's clock
// decides nothing.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link, newSecret } from "./support/links.mjs";
import { startTarget } from "./target.mjs";

describe("the clock", () => {
  let target, share;
  before(async () => {
    target = await startTarget();
    share = await target.share("orders", "acme");
  });
  after(() => target?.close());

  const minute = 60;
  // Two seconds beside each bound, because the test takes time too; the exact seconds are pinned by
  // the unit tests.
  for (const [age, status, code] of [
    [0, 201],
    [-58, 201],
    [-63, 403, "link_not_yet_valid"],
    [-600, 403, "link_not_yet_valid"],
    [minute, 201],
    [30 * minute - 5, 201],
    [30 * minute + 3, 410, "link_expired"],
    [60 * minute, 410, "link_expired"],
    [365 * 86_400, 410, "link_expired"],
    [-365 * 86_400, 403, "link_not_yet_valid"],
  ]) {
    test(`of a signer that is ${-age} s ahead gets ${status}`, async () => {
      const opened = await target.open(link(share, { age }));
      assert.equal(opened.status, status, opened.text);
      assert.equal(opened.code, code);
    });
  }

  test("at the ends of what can be written is refused, not wrapped around", async () => {
    for (const [ts, status] of [
      ["0", 410],
      ["1", 410],
      ["999999999999", 403],
      ["253402300800", 403],
      ["2147483648", 403],
      ["4294967296", 403],
    ]) {
      const opened = await target.open(link(share, { ts }));
      assert.equal(opened.status, status, `${ts}: ${opened.text}`);
    }
  });

  test("of a viewer does not count, whatever its request says the time is", async () => {
    const shift = (seconds) => new Date(Date.now() + seconds * 1000);
    for (const seconds of [-3_600, 600, -600, 365 * 86_400]) {
      const headers = {
        Date: shift(seconds).toUTCString(),
        "If-Modified-Since": shift(seconds).toUTCString(),
        "If-Unmodified-Since": shift(seconds).toUTCString(),
        "X-Request-Start": `t=${+shift(seconds)}`,
        Age: "3600",
        "X-Timestamp": String(Math.floor(+shift(seconds) / 1000)),
      };
      const old = await target.open(link(share, { age: 7_200 }), { headers });
      assert.equal(old.status, 410, old.text);
      const early = await target.open(link(share, { age: -600 }), { headers });
      assert.equal(early.status, 403, early.text);
      const good = await target.open(link(share), { headers });
      assert.equal(good.status, 201, good.text);
      const left = (Date.parse(good.lines[0].session.expires_at) - Date.now()) / 86_400_000;
      assert.ok(left > 29.9 && left < 30.1, `${left} days`);
    }
  });

  test("of a viewer changes no token's and no session's end", async () => {
    const viewer = await target.viewer(share);
    const headers = { Date: new Date(0).toUTCString() };
    await target.restart({ clockShift: 700 });
    const answer = await viewer.query({ panels: [5] }, { headers });
    assert.equal(answer.status, 401, answer.text);
    assert.equal(answer.code, "access_token_expired");
    const resumed = await viewer.resume({ headers });
    assert.equal(resumed.status, 200);
    assert.equal(resumed.lines[0].session.expires_at, viewer.lines[0].session.expires_at);
    await target.restart();
  });

  test("of the server is the only one: shifted, it judges the same links otherwise", async () => {
    const links = [link(share), link(share, { age: 20 * minute }), link(share, { age: -50 })];
    const secret = newSecret();
    await target.restart({ clockShift: 15 * minute });
    const late = [];
    for (const one of links) late.push((await target.open(one, { secret })).status);
    assert.deepEqual(late, [201, 410, 201]);
    await target.restart({ clockShift: -15 * minute });
    assert.equal((await target.open(links[1])).status, 201);
    assert.equal((await target.open(link(share))).code, "link_not_yet_valid");
    await target.restart();
  });

  test("lets the opening browser in after the window, and no other", async () => {
    const one = link(share);
    const secret = newSecret();
    const unused = link(share);
    assert.equal((await target.open(one, { secret })).status, 201);
    await target.restart({ clockShift: 2 * 3_600 });
    assert.equal((await target.open(one, { secret })).status, 200);
    assert.equal((await target.open(one)).status, 409);
    assert.equal((await target.open(unused)).status, 410);
    assert.equal((await target.open(link(share, { credential: "x", age: -7_200 }))).status, 401);
    await target.restart();
  });
});
