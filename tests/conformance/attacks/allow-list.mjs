// What a viewer receives is a closed list of fields: text of queries, settings of sources and
// secrets are in no byte of it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link } from "./support/links.mjs";
import { canaries } from "./support/witness.mjs";
import { api, pageHeaders, paths, publicUrl, startTarget } from "./target.mjs";

// The first line as ARCHITECTURE.md gives it. Lists stand for each of their entries; null: anything.
const firstLine = {
  session: { id: 0, expires_at: 0 },
  access_token: 0,
  access_token_expires_in: 0,
  dashboard: {
    uid: 0,
    title: 0,
    description: 0,
    theme: 0,
    high_density: 0,
    timezone: 0,
    refresh_seconds: 0,
    time: { span: 0, from: 0, to: 0, selectable: 0, spans: [0], custom: 0 },
    download: 0,
    allowed_origins: [0],
    settles: { variables: [0], time: 0 },
    variables: [
      {
        name: 0,
        label: 0,
        type: 0,
        mode: 0,
        multi: 0,
        include_all: 0,
        value: [0],
        choices: [{ value: 0, label: 0 }],
        max_length: 0,
      },
    ],
    panels: [
      {
        id: 0,
        type: 0,
        title: 0,
        description: 0,
        grid: { x: 0, y: 0, w: 0, h: 0 },
        options: null,
        content: null,
        queries: [0],
      },
    ],
  },
};
const panelLine = {
  panel: 0,
  from: 0,
  to: 0,
  interval_ms: 0,
  version: 0,
  end: 0,
  frames: [
    { name: 0, columns: [{ name: 0, type: 0, values: null, unit: 0 }], rows: 0, truncated: 0 },
  ],
  error: { code: 0, message: 0 },
};

/** Paths of fields in `value` that `known` does not name. */
function unknown(value, known, path = "") {
  if (known === null || value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => unknown(item, known[0], `${path}[${i}]`));
  }
  return Object.entries(value).flatMap(([name, item]) =>
    name in known ? unknown(item, known[name], `${path}.${name}`) : [`${path}.${name}`],
  );
}

describe("what a viewer receives", () => {
  let target, viewers, secrets, everything;
  before(async () => {
    target = await startTarget();
    viewers = [];
    for (const [dashboard, tenant, more] of [
      ["orders", "acme", {}],
      ["orders", "globex", {}],
      [
        "search",
        "acme",
        {
          global_time: { live_span: "1mo" },
          global_time_selectable: true,
          selectable_template_vars: [
            { name: "tenant", default_values: ["acme"] },
            { name: "needle", default_values: ["Anvil"], visible_tags: ["*"] },
            { name: "product", default_values: ["Anvil acme-row"], visible_tags: ["*"] },
          ],
        },
      ],
    ]) {
      viewers.push(
        await target.viewer(await target.share(dashboard, tenant, more, { download: true })),
      );
    }
    secrets = [
      target.serviceToken,
      target.keys.api_key,
      target.keys.app_key,
      ...viewers.flatMap(({ share, secret, cookie }) => [share.credential, secret, cookie]),
    ];
    everything = [];
    const collect = (answer) => everything.push(JSON.stringify(answer.rawHeaders) + answer.text);
    for (const viewer of viewers) {
      collect(await target.call("GET", link(viewer.share)));
      for (const body of [
        {},
        { panels: [1, 2, 3, 4, 5, 6, 7] },
        { panels: ["x"] },
        { x: 1 },
        { variables: { tenant: ["initec"] } },
        { time: { span: "no" } },
        "[",
        "",
      ]) {
        for (const path of [paths.query, paths.view]) collect(await viewer.call(path, body));
      }
      for (const panel of [1, 2, 3, 4, 5, 99]) collect(await viewer.export({ panel }));
      const resumed = await viewer.resume();
      assert.equal(resumed.status, 200);
      collect({ ...resumed, rawHeaders: [] });
      collect(await target.open(link(viewer.share, { age: 9_999 })));
      collect(await target.open(link(viewer.share, { credential: "wrong" })));
    }
    for (const path of ["/", "/healthz", "/readyz", `${api}/openapi.json`, "/none"]) {
      collect(await target.call("GET", path));
    }
  });
  after(() => target?.close());

  test("has no field in its first line but the documented ones", async () => {
    for (const viewer of viewers) {
      assert.deepEqual(unknown(viewer.lines[0], firstLine), []);
      assert.deepEqual(unknown((await viewer.resume()).lines[0], firstLine), []);
      assert.deepEqual(unknown(JSON.parse((await viewer.view()).text), firstLine), []);
    }
  });

  test("has no field in a panel's line but the documented ones", async () => {
    for (const viewer of viewers) {
      const answer = await viewer.query({ panels: [1, 2, 3, 4, 5, 99] });
      assert.ok(answer.lines.length > 3);
      for (const line of [...answer.lines, ...viewer.lines.slice(1)]) {
        assert.deepEqual(unknown(line, panelLine), []);
      }
    }
  });

  test("has no word of a query, no path of a source and no secret in any byte", () => {
    assert.ok(everything.length > 80);
    for (const bytes of everything) {
      for (const canary of canaries) assert.ok(!bytes.includes(canary), `${canary} in ${bytes}`);
      for (const secret of secrets) assert.ok(!bytes.includes(secret), `a secret in ${bytes}`);
      assert.doesNotMatch(
        bytes,
        /\bselect\s+(day|tenant|product|distinct)\b|where tenant|orders\.csv|hidden\.csv|\.db\b/i,
      );
      assert.ok(!bytes.includes(target.folder) && !bytes.includes(target.dataDir));
    }
  });

  test("names no software, version or machine in its headers", async () => {
    for (const path of ["/", "/healthz", link(viewers[0].share), paths.query]) {
      const { headers } = await target.call("GET", path);
      for (const name of ["server", "x-powered-by", "via", "x-runtime", "x-backend"]) {
        assert.equal(headers[name], undefined, name);
      }
    }
  });

  test("shows a signed link's page without the share, its title or the link itself", async () => {
    const { share } = viewers[0];
    const address = link(share);
    const page = await target.call("GET", address);
    assert.equal(page.status, 200);
    const query = new URL(address, publicUrl).searchParams;
    for (const text of [query.get("token"), query.get("nonce"), share.token, share.title, "acme"]) {
      assert.ok(!page.text.includes(text), text);
    }
    assert.equal(page.headers["set-cookie"], undefined);
  });

  test("is one viewer's page for all: two links give the same bytes", async () => {
    const [one, two] = await Promise.all(
      viewers.map(({ share }) => target.call("GET", link(share))),
    );
    assert.equal(one.text, two.text);
  });

  test("lists sessions and credentials to an administrator without what could carry one", async () => {
    const { share } = viewers[0];
    for (const path of [
      `${api}/sessions`,
      `${api}/shares`,
      `${api}/shares/${share.token}`,
      `${api}/shares/${share.token}/credentials`,
      `${api}/audit?limit=1000`,
      `${api}/me`,
      `/api/v2/dashboard/orders/shared`,
      `${paths.embeds("orders")}/${share.token}`,
      "/api/v1/dashboard/orders",
      "/metrics",
    ]) {
      const answer = await target.call("GET", path, {
        headers: { Authorization: `Bearer ${target.serviceToken}` },
      });
      assert.equal(answer.status, 200, `${path}: ${answer.text}`);
      for (const secret of secrets) assert.ok(!answer.text.includes(secret), path);
      for (const viewer of viewers) {
        assert.ok(!answer.text.includes(viewer.accessToken), path);
      }
    }
  });

  test("has no session cookie in any answer but those that open or renew one", async () => {
    const [viewer] = viewers;
    for (const [path, body] of [
      [paths.query, {}],
      [paths.view, {}],
      [paths.export, { panel: 5 }],
    ]) {
      assert.equal((await viewer.call(path, body)).headers["set-cookie"], undefined, path);
    }
    const refused = await target.open(link(viewer.share, { age: 9_999 }));
    assert.equal(refused.headers["set-cookie"], undefined);
    const plain = await target.open(link(viewer.share), {
      headers: { "X-Forwarded-Proto": "http" },
    });
    assert.equal(plain.headers["set-cookie"], undefined, "no cookie over plain HTTP");
    assert.equal(pageHeaders["X-Forwarded-Proto"], "https");
  });
});
