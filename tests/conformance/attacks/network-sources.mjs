// A source that comes through the API reads what the operator allowed and nothing else, and is no
// way to ask which files there are.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { link } from "./support/links.mjs";
import { api, startTarget } from "./target.mjs";

const grid = { x: 0, y: 0, w: 24, h: 4 };

describe("a source that comes over the network", () => {
  let target;
  before(async () => {
    target = await startTarget();
  });
  after(() => target?.close());

  const apply = (settings) =>
    target.call("POST", `${api}/apply`, {
      headers: { Authorization: `Bearer ${target.serviceToken}` },
      body: { sources: [{ name: "grab", type: "duckdb", settings }] },
    });

  test("is not asked which files there are outside of what is allowed", async () => {
    const allowed = join(target.folder, "allowed");
    mkdirSync(allowed);
    symlinkSync(target.fixture, join(allowed, "way-out"));
    const confined = await startTarget({ env: { CASEMENT_DATA_ALLOWED_FOLDERS: allowed } });
    try {
      const ask = async (path) => {
        const answer = await confined.call("POST", `${api}/apply`, {
          headers: { Authorization: `Bearer ${confined.serviceToken}` },
          body: { sources: [{ name: "grab", type: "duckdb", settings: { tables: { t: path } } }] },
        });
        assert.equal(answer.status, 403, `${path}: ${answer.status} ${answer.text}`);
        return answer.text;
      };
      const there = join(target.fixture, "canary-path-5d02c1/orders.csv");
      const missing = join(target.fixture, "canary-path-5d02c1/none.csv");
      assert.equal(await ask(there), await ask(missing));
      for (const path of [
        join(allowed, "../provision/canary-path-5d02c1/orders.csv"),
        join(allowed, "way-out/canary-path-5d02c1/orders.csv"),
        join(allowed, "way-out/*/*.csv"),
        `${allowed}-other/x.csv`,
        join(allowed, "*/../../provision/canary-path-5d02c1/orders.csv"),
        "/**/*.csv",
        "**/*.csv",
        "~/x.csv",
      ]) {
        await ask(path);
      }
    } finally {
      await confined.close();
    }
  });

  test("may not read a file where none is allowed", async () => {
    const reads = [
      { tables: { t: "/etc/passwd" } },
      { tables: { t: "/no/such/file.csv" } },
      { tables: { t: "../../../../etc/passwd" } },
      { tables: { t: ["/etc/*"] } },
      { database: join(target.dataDir, "catalog.db") },
      { database: "/no/such.db" },
      { tables: { t: "http://127.0.0.1/x.csv" } },
      { tables: { t: "s3://bucket/x" } },
      { folder: target.fixture, tables: { t: "canary-path-5d02c1/orders.csv" } },
      { tables: { 't" as select 1; --': "/etc/passwd" } },
      { tables: { t: "/etc/passwd\u0000.csv" } },
    ];
    for (const settings of reads) {
      const answer = await apply(settings);
      assert.ok([400, 403].includes(answer.status), `${JSON.stringify(settings)}: ${answer.text}`);
    }
    const { sources } = await target.api("GET", `${api}/sources`);
    assert.deepEqual(
      sources.map(({ name }) => name),
      ["orders"],
    );
  });

  test("shows names of tables to an administrator, and no path", async () => {
    const answer = await target.call("GET", `${api}/sources`, {
      headers: { Authorization: `Bearer ${target.serviceToken}` },
    });
    assert.ok(!answer.text.includes("canary-path"), answer.text);
    assert.ok(!answer.text.includes("/"), answer.text);
  });

  test("of another name than its own does not open for a dashboard", async () => {
    const { uid } = await target.addDashboard({
      title: "Other",
      time: { span: "1d" },
      panels: ["Orders", "orders ", "../orders", "main", "", "orders\u200b"]
        .filter(Boolean)
        .map((source, i) => ({
          id: i + 1,
          type: "table",
          grid,
          queries: [{ source, sql: "select * from orders" }],
        })),
    });
    const share = await target.share(uid, "acme", { selectable_template_vars: [] });
    const opened = await target.open(link(share));
    const lines = opened.lines.filter(({ panel }) => panel);
    assert.equal(lines.length, 5);
    for (const line of lines) assert.ok(line.error, JSON.stringify(line));
  });
});
