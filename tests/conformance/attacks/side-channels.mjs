// The lock holds for everything beside the panels too: choices, labels, CSV, texts, errors, and
// results that two tenants' viewers could share in a cache.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link } from "./support/links.mjs";
import { nobodys, onlyOf, rowsIn } from "./support/witness.mjs";
import { pageHeaders, paths, startTarget } from "./target.mjs";

describe("what stands beside the panels", () => {
  let target, acme, globex;
  before(async () => {
    target = await startTarget();
    const viewer = async (tenant) =>
      target.viewer(await target.share("orders", tenant, {}, { download: true }));
    acme = await viewer("acme");
    globex = await viewer("globex");
  });
  after(() => target?.close());

  test("a locked variable names no choices and no labels of others", async () => {
    const { text } = await acme.view();
    onlyOf("acme", text, "the view");
    const { dashboard } = JSON.parse(text);
    assert.deepEqual(
      dashboard.variables.map(({ choices }) => choices),
      [undefined, undefined],
    );
  });

  test("a bounded variable offers the signed values and no other", async () => {
    const share = await target.share("orders", "acme", {
      selectable_template_vars: [
        { name: "tenant", default_values: ["acme"] },
        {
          name: "product",
          default_values: ["Anvil acme-row"],
          visible_tags: ["Anvil acme-row", "Rocket acme-row"],
        },
      ],
    });
    const viewer = await target.viewer(share);
    const product = viewer.dashboard.variables.find(({ name }) => name === "product");
    assert.equal(product.mode, "bounded");
    assert.deepEqual(
      product.choices.map(({ value }) => value),
      ["Anvil acme-row", "Rocket acme-row"],
    );
    const other = await viewer.query({ variables: { product: ["Anvil globex-row"] } });
    assert.equal(other.status, 403);
    const all = await viewer.query({ variables: { product: ["*"] } });
    assert.equal(all.status, 403, all.text);
  });

  test("a text panel is written with the tenant's own value", async () => {
    const about = acme.dashboard.panels.find(({ type }) => type === "text");
    onlyOf("acme", JSON.stringify(about), "the text panel");
    assert.ok(!JSON.stringify(globex.dashboard.panels).includes("acme"));
  });

  test("the CSV of every panel has the tenant's rows only", async () => {
    for (const viewer of [acme, globex]) {
      for (const [panel, query] of [[2], [3], [4], [5], [5, "Totals"], [6]]) {
        const answer = await viewer.export({ panel, query });
        assert.equal(answer.status, 200, answer.text);
        onlyOf(viewer.share.tenant, answer.text, `the CSV of panel ${panel}`);
        assert.ok(answer.text.split("\r\n").length >= 2, answer.text);
      }
    }
  });

  test("an error does not tell a tenant that exists from one that does not", async () => {
    const shape = ({ status, text }) => `${status} ${text}`;
    for (const path of [paths.query, paths.view, paths.export]) {
      const ask = (tenant) =>
        acme.call(path, {
          panel: path === paths.export ? 5 : undefined,
          variables: { tenant: [tenant] },
        });
      assert.equal(shape(await ask("globex")), shape(await ask("qlobez")));
    }
  });

  test("a query that fails says nothing of itself", async () => {
    const sql = "select tenant, error('globex-row ' || tenant) from orders -- canary-sql-81fa37";
    const broken = [
      sql,
      "select * from missing_table_canary",
      "select nosuchcolumn from orders",
      "select tenant::integer from orders where tenant = 'globex'",
      "selekt 1 canary",
      "select product::date from orders",
      "select $nosuchvariable",
      "select 1 / $tenant",
    ];
    const { uid } = await target.addDashboard({
      uid: "broken",
      title: "Broken",
      time: { span: "1d" },
      panels: broken
        .map((text, i) => ({
          id: i + 1,
          type: "table",
          grid: { x: 0, y: 0, w: 24, h: 4 },
          queries: [{ source: i % 2 ? "orders" : "orders", sql: text }],
        }))
        .concat([
          {
            id: 50,
            type: "table",
            grid: { x: 0, y: 0, w: 24, h: 4 },
            queries: [{ source: "canary-path-5d02c1", sql: "select 1" }],
          },
        ]),
    });
    const share = await target.share(
      uid,
      "acme",
      { selectable_template_vars: [] },
      { download: true },
    );
    const viewer = await target.viewer(share);
    const answer = await viewer.query({});
    const lines = answer.lines.filter((line) => line.panel !== undefined);
    assert.equal(lines.length, broken.length + 1);
    for (const line of lines) {
      assert.ok(line.error, JSON.stringify(line));
      nobodys(JSON.stringify(line), "a failed panel");
      assert.doesNotMatch(line.error.message, /canary|select|column|orders|Error:|LINE \d/);
      const csv = await viewer.export({ panel: line.panel });
      assert.ok(csv.status >= 400, csv.text);
      assert.doesNotMatch(csv.text, /canary|selekt|nosuch|LINE \d|Binder|Parser|Catalog/);
    }
  });

  test("pages of refused links show nobody's data", async () => {
    const share = acme.share;
    const pages = [
      link(share, { age: 4_000 }),
      link(share, { credential: "x" }),
      link(share, { age: -4_000 }),
      new URL(share.url).pathname,
      `${new URL(share.url).pathname}?token=1`,
      link(share),
      "/sb/secure-embed/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?token=x",
    ];
    for (const path of pages) {
      const answer = await target.call("GET", path);
      nobodys(answer.text, path);
      assert.ok(!answer.text.includes("Orders of"), "the title of the share is data too");
    }
  });

  test("two tenants never meet in the cache, however their requests mix", async () => {
    const bodies = [
      {},
      { panels: [5] },
      { panels: [2, 3] },
      { panels: [4], width: 400 },
      { panels: [5], timezone: "Europe/Berlin" },
    ];
    const calls = Array.from({ length: 400 }, (_, i) => {
      const viewer = i % 2 ? acme : globex;
      return viewer.query(bodies[Math.floor(i / 2) % bodies.length]);
    });
    const answers = await Promise.all(calls); // each is looked through by its Viewer
    answers.forEach((answer, i) => {
      assert.equal(answer.status, 200);
      assert.ok(answer.text.endsWith('{"end":true}\n'), "the answer is whole");
      const five = answer.lines.find((line) => line.panel === 5);
      if (five) assert.equal(five.frames[0].rows, 8, `answer ${i}`);
    });
  });

  test("no answer with data can be revalidated or kept by a cache between", async () => {
    for (const viewer of [acme, globex]) {
      for (const [path, body] of [
        [paths.query, { panels: [5] }],
        [paths.export, { panel: 5 }],
        [paths.view, {}],
      ]) {
        const answer = await viewer.call(path, body, { headers: { "If-None-Match": "*" } });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers["cache-control"], "no-store");
        assert.equal(answer.headers.etag, undefined);
        assert.equal(answer.headers["last-modified"], undefined);
      }
    }
  });

  test("a locked time range is locked for panels, CSV and opening alike", async () => {
    const share = await target.share(
      "search",
      "acme",
      { global_time: { live_span: "1mo" } },
      { download: true },
    );
    const viewer = await target.viewer(share);
    const times = [
      { span: "3mo" },
      { span: "1y" },
      { span: "15m" },
      { span: "1000y" },
      { span: "*" },
      { from: 0, to: 253_402_300_799_000 },
      { from: 1, to: 2 },
    ];
    for (const time of times) {
      for (const [path, body] of [
        [paths.query, { panels: [4], time }],
        [paths.export, { panel: 4, time }],
        [paths.view, { time }],
      ]) {
        const answer = await viewer.call(path, body);
        assert.equal(answer.status, 403, `${path} ${JSON.stringify(time)}: ${answer.text}`);
        assert.equal(answer.code, "time_locked");
      }
      const fresh = await target.open(link(share), { body: { time } });
      assert.equal(fresh.status, 403, fresh.text);
      assert.equal(rowsIn(fresh.lines), 0);
    }
  });

  test("HEAD and OPTIONS of data calls have no body and no data in their headers", async () => {
    for (const method of ["HEAD", "OPTIONS"]) {
      for (const path of [paths.query, paths.view, paths.export, paths.open]) {
        const answer = await target.call(method, path, {
          headers: { ...pageHeaders, Authorization: `Bearer ${acme.accessToken}` },
        });
        assert.equal(answer.text, "");
        nobodys(JSON.stringify(answer.rawHeaders), `${method} ${path}`);
      }
    }
  });
});
