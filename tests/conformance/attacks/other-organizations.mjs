// Another organization of the same server learns nothing of ours, not even what exists.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link } from "./support/links.mjs";
import { nobodys } from "./support/witness.mjs";
import { api, paths, startTarget } from "./target.mjs";

describe("another organization", () => {
  let target, share, viewer, other;
  before(async () => {
    target = await startTarget({ otherOrganization: true });
    other = target.otherKeys;
    share = await target.share("orders", "acme", {}, { download: true });
    viewer = await target.viewer(share);
  });
  after(() => target?.close());
  const program = () => ({ Authorization: `Bearer ${target.serviceToken}` });

  const theirs = () => ({ Authorization: `Bearer ${other.service_token}` });

  test("has keys of its own that work", async () => {
    const me = await target.call("GET", `${api}/me`, { headers: theirs() });
    assert.equal(me.status, 200, me.text);
    assert.equal(JSON.parse(me.text).organization.id, 2);
  });

  test("cannot tell our things from things that do not exist", async () => {
    const id = JSON.parse(
      (await target.call("GET", `${api}/dashboards/orders`, { headers: program() })).text,
    ).id;
    const { credentials } = await target.api("GET", `${api}/shares/${share.token}/credentials`);
    const pairs = [
      ["GET", `${api}/dashboards/orders`, `${api}/dashboards/nordes`],
      ["GET", `${api}/dashboards/${id}`, `${api}/dashboards/987654`],
      [
        "PUT",
        `${api}/dashboards/orders`,
        `${api}/dashboards/nordes`,
        { document: { title: "x", panels: [] } },
      ],
      ["DELETE", `${api}/dashboards/orders`, `${api}/dashboards/nordes`],
      ["POST", `${api}/dashboards/orders/restore`, `${api}/dashboards/nordes/restore`],
      ["POST", `${api}/dashboards/orders/shares`, `${api}/dashboards/nordes/shares`, {}],
      ["GET", `${api}/shares/${share.token}`, `${api}/shares/${"x".repeat(32)}`],
      [
        "PATCH",
        `${api}/shares/${share.token}`,
        `${api}/shares/${"x".repeat(32)}`,
        { status: "paused" },
      ],
      ["DELETE", `${api}/shares/${share.token}`, `${api}/shares/${"x".repeat(32)}`],
      [
        "GET",
        `${api}/shares/${share.token}/credentials`,
        `${api}/shares/${"x".repeat(32)}/credentials`,
      ],
      [
        "POST",
        `${api}/shares/${share.token}/credentials`,
        `${api}/shares/${"x".repeat(32)}/credentials`,
        {},
      ],
      [
        "DELETE",
        `${api}/shares/${share.token}/credentials/${credentials[0].id}`,
        `${api}/shares/${"x".repeat(32)}/credentials/${credentials[0].id}`,
      ],
      ["GET", `${api}/sessions?share=${share.token}`, `${api}/sessions?share=${"x".repeat(32)}`],
      ["DELETE", `${api}/sessions/${viewer.id}`, `${api}/sessions/${"x".repeat(22)}`],
      ["GET", `${api}/shares?dashboard=orders`, `${api}/shares?dashboard=nordes`],
      ["GET", "/api/v1/dashboard/orders", "/api/v1/dashboard/nordes"],
      ["DELETE", "/api/v1/dashboard/orders", "/api/v1/dashboard/nordes"],
      [
        "DELETE",
        "/api/v1/dashboard",
        "/api/v1/dashboard",
        { data: [{ id: "orders", type: "dashboard" }] },
        { data: [{ id: "nordes", type: "dashboard" }] },
      ],
      ["GET", "/api/v2/dashboard/orders/shared", "/api/v2/dashboard/nordes/shared"],
      [
        "GET",
        `${paths.embeds("orders")}/${share.token}`,
        `${paths.embeds("nordes")}/${share.token}`,
      ],
      [
        "GET",
        `${paths.embeds("orders")}/${share.token}`,
        `${paths.embeds("orders")}/${"x".repeat(32)}`,
      ],
      [
        "PATCH",
        `${paths.embeds("orders")}/${share.token}`,
        `${paths.embeds("orders")}/${"x".repeat(32)}`,
        { data: { type: "secure_embed_update_request", attributes: { status: "paused" } } },
      ],
      [
        "DELETE",
        `${paths.embeds("orders")}/${share.token}`,
        `${paths.embeds("orders")}/${"x".repeat(32)}`,
      ],
    ];
    for (const [method, ours, none, body, noneBody] of pairs) {
      const of = async (path, what) => {
        const { status, text } = await target.call(method, path, { headers: theirs(), body: what });
        return `${status} ${text.replace(/with ID \S+ not/, "with ID … not")}`;
      };
      const real = await of(ours, body);
      assert.match(real, /^404 /, `${method} ${ours}: ${real}`);
      assert.equal(real, await of(none, noneBody ?? body), `${method} ${ours}`);
    }
    assert.equal(
      (await viewer.query({ panels: [5] })).status,
      200,
      "and nothing of it had an effect",
    );
  });

  test("sees nothing of us in its lists", async () => {
    for (const path of [
      `${api}/dashboards`,
      `${api}/dashboards?deleted=true`,
      `${api}/shares`,
      `${api}/sessions`,
      `${api}/sources`,
      `${api}/audit`,
      "/api/v1/dashboard",
      "/api/v1/dashboard?filter[shared]=true",
    ]) {
      const answer = await target.call("GET", path, { headers: theirs() });
      assert.equal(answer.status, 200, `${path}: ${answer.text}`);
      assert.doesNotMatch(answer.text, /orders|Orders|search|acme|session:|share:/, path);
    }
  });

  test("cannot query our source by giving its own dashboard the source's name", async () => {
    const made = await target.call("POST", `${api}/dashboards`, {
      headers: theirs(),
      body: {
        document: {
          uid: "orders",
          title: "Mine",
          time: { span: "1d" },
          panels: [
            {
              id: 1,
              type: "table",
              grid: { x: 0, y: 0, w: 24, h: 4 },
              queries: [{ source: "orders", sql: "select * from orders" }],
            },
          ],
        },
      },
    });
    assert.equal(made.status, 201, made.text);
    const shared = await target.call("POST", `${api}/dashboards/orders/shares`, {
      headers: theirs(),
      body: {},
    });
    const { share: mine, credential } = JSON.parse(shared.text);
    const answer = await target.open(link({ ...mine, credential: credential.secret }));
    assert.equal(answer.status, 201, answer.text);
    assert.ok(answer.lines.find(({ panel }) => panel === 1).error, answer.text);
    nobodys(answer.text, "the other organization's dashboard");
  });

  test("cannot mix its API key with our application key", async () => {
    for (const [key, app] of [
      [target.keys.api_key, other.datadog.app_key],
      [other.datadog.api_key, target.keys.app_key],
    ]) {
      const answer = await target.call("GET", "/api/v1/dashboard", {
        headers: { "DD-API-KEY": key, "DD-APPLICATION-KEY": app },
      });
      assert.equal(answer.status, 403, answer.text);
    }
  });

  test("cannot take a share's token that is ours", async () => {
    const answer = await target.call("POST", `${api}/apply`, {
      headers: theirs(),
      body: {
        dashboards: [{ document: { uid: "bait", title: "Bait", panels: [] } }],
        shares: [{ token: share.token, dashboard: "bait" }],
      },
    });
    assert.ok([400, 409].includes(answer.status), answer.text);
    assert.equal((await target.open(link(share))).status, 201);
  });
});
