// What an author writes into a dashboard can read the source's tables and nothing else: no file, no
// network, no setting, no environment, and nothing is written.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { api, startTarget } from "./target.mjs";

const secret = "canary-file-66c9e0";
const grid = { x: 0, y: 0, w: 24, h: 4 };

describe("a query that reaches for more than its tables", () => {
  let target, outside, written, network, asked;
  before(async () => {
    network = http.createServer((request, response) => {
      asked.push(request.url);
      response.end(`a,b\n${secret},1\n`);
    });
    asked = [];
    await new Promise((done) => network.listen(0, "127.0.0.1", done));
    target = await startTarget({
      env: { CANARY_ENVIRONMENT: secret, CASEMENT_DATA_QUERY_SECONDS: "2" },
    });
    outside = join(target.folder, "outside");
    written = join(target.folder, "written");
    mkdirSync(outside);
    mkdirSync(written);
    writeFileSync(join(outside, "secret.csv"), `a,b\n${secret},1\n`);
    writeFileSync(join(outside, "secret.txt"), secret);
    writeFileSync(join(outside, "secret.json"), JSON.stringify([{ a: secret }]));
  });
  after(async () => {
    network?.close();
    network?.closeAllConnections?.();
    await target?.close();
  });

  const doors = () => {
    const csv = join(outside, "secret.csv");
    const text = join(outside, "secret.txt");
    const json = join(outside, "secret.json");
    const url = `http://127.0.0.1:${network.address().port}/x`;
    const own = join(target.dataDir, "catalog.db");
    const out = (name) => join(written, name);
    return {
      "reads files": [
        `select * from read_csv('${csv}')`,
        `select * from read_csv_auto('${csv}')`,
        `select * from '${csv}'`,
        `select * from "${csv}"`,
        `from '${csv}'`,
        `from read_csv('${csv}')`,
        `select * from read_text('${text}')`,
        `select * from read_blob('${text}')`,
        `select * from read_json('${json}')`,
        `select * from read_json_auto('${json}')`,
        `select * from read_json_objects('${json}')`,
        `select * from read_ndjson('${json}')`,
        `select * from read_parquet('${join(outside, "*")}')`,
        `select * from glob('${outside}/*')`,
        `select * from parquet_metadata('${csv}')`,
        `select * from sniff_csv('${csv}')`,
        `select * from parquet_scan('${csv}')`,
        `select * from read_csv('/etc/passwd', sep='|')`,
        `select * from read_text('/proc/self/environ')`,
        `select * from read_text('${own}')`,
        `select * from main.read_text('${text}')`,
        `select * from system.main.read_text('${text}')`,
        `select * from READ_TEXT('${text}')`,
        `select * from "read_text"('${text}')`,
        `with t as (select * from read_text('${text}')) select * from t`,
        `select (select content from read_text('${text}'))`,
        `select * from orders where tenant in (select content from read_text('${text}'))`,
        `select * from orders, lateral (select * from read_text('${text}'))`,
        `select * from orders union all by name select * from read_csv('${csv}')`,
        `select * from query('select * from read_text(''${text}'')')`,
        `select * from query_table('${csv}')`,
        `select * from query_table(['${csv}'])`,
        `pivot read_csv('${csv}') on a using sum(b)`,
        `summarize select * from read_csv('${csv}')`,
        `describe '${csv}'`,
        `select * from sqlite_scan('${own}', 'credentials')`,
      ],
      "asks the network": [
        `select * from read_csv('${url}')`,
        `select * from '${url}.csv'`,
        `select * from read_text('${url}')`,
        `select * from read_json('${url}')`,
        `select * from read_parquet('${url}')`,
        `select * from read_csv('s3://bucket/x.csv')`,
        `select * from read_csv('hf://datasets/x/y.csv')`,
        `select * from postgres_scan('host=127.0.0.1', 'public', 't')`,
      ],
      "writes or attaches": [
        `copy orders to '${out("copy.csv")}'`,
        `copy (select 1) to '${out("c.parquet")}'`,
        `export database '${out("export")}'`,
        `attach '${out("a.db")}' as a`,
        `attach '${own}' as c (type sqlite)`,
        `import database '${outside}'`,
        `create table t as select 1`,
        `create view v as select 1`,
        `insert into orders select * from orders`,
        `delete from orders`,
        `update orders set tenant = 'acme'`,
        `drop table orders`,
        `truncate orders`,
        `create secret s (type s3)`,
        `create macro m() as 1`,
        `create or replace table orders as select 1`,
        `vacuum`,
        `checkpoint`,
        `detach memory`,
        `use memory`,
        `begin transaction`,
        `prepare p as select 1`,
      ],
      "loads or sets": [
        `install httpfs`,
        `load httpfs`,
        `load '${out("x.duckdb_extension")}'`,
        `force install json`,
        `set enable_external_access = true`,
        `set global memory_limit = '1TB'`,
        `reset threads`,
        `set home_directory = '${written}'`,
        `pragma database_list`,
        `pragma version`,
        `set variable v = 1`,
        `pragma enable_profiling`,
        `pragma enable_logging`,
        `call pragma_version()`,
        `select * from pragma_database_list()`,
        `explain analyze select 1`,
        `call start_ui()`,
        `set file_search_path = '/'`,
        `set temp_directory = '${written}'`,
      ],
      "looks at the engine": [
        `select getenv('CANARY_ENVIRONMENT')`,
        `select current_setting('home_directory')`,
        `select * from duckdb_settings()`,
        `select * from duckdb_secrets()`,
        `show tables`,
        `select * from duckdb_databases()`,
        `select * from duckdb_views()`,
        `select * from duckdb_temporary_files()`,
        `select * from information_schema.tables`,
        `select * from pg_catalog.pg_class`,
        `select * from sqlite_master`,
        `select * from duckdb_logs`,
        `select current_query()`,
        `select * from pragma_storage_info('orders')`,
        `select version()`,
        `show all tables`,
        `select * from duckdb_columns()`,
        `select * from duckdb_functions()`,
        `select getvariable('x')`,
        `select * from duckdb_extensions()`,
        `select * from main.duckdb_settings()`,
      ],
      "is more than one statement": [
        `select 1; select 2`,
        `select 1; copy orders to '${out("two.csv")}'`,
        `; select 1; drop table orders`,
        `select 1 /* ; */; attach '${out("b.db")}'`,
        `;`,
        ` `,
        `-- nothing`,
      ],
    };
  };

  async function openWith(panels, variables = []) {
    const answer = await target.call("POST", `${api}/dashboards`, {
      headers: { Authorization: `Bearer ${target.serviceToken}` },
      body: { document: { title: "Doors", time: { span: "1d" }, variables, panels } },
    });
    assert.equal(answer.status, 201, answer.text);
    const share = await target.share(
      JSON.parse(answer.text).uid,
      "acme",
      { selectable_template_vars: [] },
      { download: true },
    );
    return target.viewer(share);
  }
  const panelOf = (sql, id) => ({ id, type: "table", grid, queries: [{ source: "orders", sql }] });
  const everyFile = () => [written, outside].flatMap((folder) => readdirSync(folder)).sort();

  for (const kind of [
    "reads files",
    "asks the network",
    "writes or attaches",
    "loads or sets",
    "looks at the engine",
    "is more than one statement",
  ]) {
    test(`gets an error without content when it ${kind}`, async () => {
      const earlier = everyFile();
      const queries = doors()[kind];
      const viewer = await openWith([
        ...queries.map((sql, i) => panelOf(sql, i + 1)),
        panelOf("select 42 as ok", 99),
      ]);
      const answer = await viewer.query({});
      const byPanel = Object.fromEntries(answer.lines.map((line) => [line.panel, line]));
      assert.equal(byPanel[99].frames?.[0].rows, 1, "a plain query answers");
      for (const [i, sql] of queries.entries()) {
        const line = byPanel[i + 1];
        assert.equal(line.error?.code, "query_failed", `${sql}: ${JSON.stringify(line)}`);
        const csv = await viewer.export({ panel: i + 1 });
        assert.equal(csv.status, 500, `${sql}: ${csv.status} ${csv.text}`);
        assert.equal(csv.code, "query_failed", csv.text);
      }
      assert.ok(!answer.text.includes(secret));
      assert.ok(!answer.text.includes("root:"));
      assert.deepEqual(everyFile(), earlier, "nothing was written");
      assert.deepEqual(asked, [], "nobody was called");
    });
  }

  test("finds the same doors closed in a variable's query", async () => {
    const some = Object.values(doors()).flatMap((list) => list.slice(0, 4));
    const free = some.map((sql, i) => ({
      name: `v${i}`,
      type: "query",
      query: { source: "orders", sql },
      default: ["x"],
    }));
    const { uid } = await target.addDashboard({
      title: "Variables",
      time: { span: "1d" },
      variables: free,
      panels: [panelOf("select 1", 1)],
    });
    const share = await target.share(uid, "acme", {
      selectable_template_vars: free.map(({ name }) => ({
        name,
        default_values: ["x"],
        visible_tags: ["*"],
      })),
    });
    const viewer = await target.viewer(share);
    for (const variable of viewer.dashboard.variables) {
      assert.equal(variable.mode, "free");
      assert.deepEqual(variable.choices, [], JSON.stringify(variable));
    }
    assert.deepEqual(asked, []);
  });

  test("is refused when it is stored with a NUL or without any text", async () => {
    for (const sql of ["select '\u0000'; drop table orders", "", null, ["select 1"]]) {
      const answer = await target.call("POST", `${api}/dashboards`, {
        headers: { Authorization: `Bearer ${target.serviceToken}` },
        body: { document: { title: "Doors", panels: [panelOf(sql, 1)] } },
      });
      assert.equal(answer.status, 400, answer.text);
    }
  });

  test("cannot take a value for a table's name, a file's name or a setting", async () => {
    const text = join(outside, "secret.txt");
    const variables = [{ name: "name", type: "text", default: [text], max_length: 500 }];
    const queries = [
      "select * from read_text($name)",
      "select * from $name",
      "select * from query_table($name)",
      "select * from query($name)",
      "select * from glob($name)",
      "select getenv($name)",
      "select current_setting($name)",
      "set home_directory = $name",
      "select * from identifier($name)",
    ];
    const viewer = await openWith(
      queries.map((sql, i) => panelOf(sql, i + 1)),
      variables,
    );
    const answer = await viewer.query({});
    for (const line of answer.lines.filter(({ panel }) => panel)) {
      assert.equal(line.error?.code, "query_failed", JSON.stringify(line));
    }
    assert.ok(!answer.text.replaceAll(text, "").includes(secret));
  });

  test("is stopped when it is endless, and the server answers meanwhile", async () => {
    const endless = [
      "select count(*) from range(1000000000) a, range(1000000000) b",
      "with recursive t(n) as (select 1 union all select n + 1 from t) select sum(n) from t",
    ];
    const started = performance.now();
    const opening = openWith(endless.map((sql, i) => panelOf(sql, i + 1)));
    const alive = await target.call("GET", "/healthz");
    assert.equal(alive.status, 200);
    const viewer = await opening;
    for (const line of viewer.lines.filter(({ panel }) => panel)) {
      assert.ok(
        ["query_timeout", "query_too_large", "query_failed"].includes(line.error?.code),
        JSON.stringify(line).slice(0, 300),
      );
    }
    assert.ok(performance.now() - started < 15_000, "its two seconds are kept");
    assert.equal((await target.call("GET", "/healthz")).status, 200);
  });

  test("is cut when its result is huge, in rows, in width and in one value", async () => {
    const huge = [
      "select * from range(100000000)",
      "select repeat('x', 100000000) as big",
      "select list(range) from range(100000000)",
      "select repeat('x', 100000) from range(100000)",
      "select string_agg(repeat('x', 1000), '') from range(1000000)",
    ];
    const started = performance.now();
    const viewer = await openWith(huge.map((sql, i) => panelOf(sql, i + 1)));
    assert.ok(performance.now() - started < 20_000, "each ends near its two seconds");
    for (const line of viewer.lines.filter(({ panel }) => panel)) {
      const kept = line.frames?.[0];
      assert.ok(
        line.error || (kept.truncated && kept.rows <= 1_000_000),
        JSON.stringify(line).slice(0, 200),
      );
    }
    assert.ok(viewer.open.text.length < 64 * 1024 * 1024, "the answer is bounded");
    assert.equal((await target.call("GET", "/readyz")).status, 200);
  });
});
