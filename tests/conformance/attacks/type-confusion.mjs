// Every value of every body in every other JSON type: a refusal that names it, never a fault, and
// never an acceptance.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { link, newSecret } from "./support/links.mjs";
import { mutations, schemaAt } from "./support/mutations.mjs";
import { api, attributes, cookieName, pageHeaders, paths, startTarget } from "./target.mjs";

const grid = { x: 0, y: 0, w: 24, h: 4 };
const document = {
  title: "Types",
  description: "d",
  tags: ["t"],
  theme: "light",
  timezone: "UTC",
  refresh: "30s",
  time: { from: "2026-02-01", to: "2026-03-01", selectable: true, as_of: "2026-03-01T00:00:00Z" },
  variables: [
    {
      name: "tenant",
      label: "Tenant",
      type: "list",
      multi: false,
      include_all: false,
      choices: [{ value: "acme", label: "Acme" }],
      default: ["acme"],
    },
    { name: "found", type: "query", query: { source: "orders", sql: "select 1" } },
    { name: "needle", type: "text", max_length: 10, default: ["x"] },
  ],
  panels: [
    { id: 1, type: "text", title: "t", description: "d", grid, markdown: "m" },
    {
      id: 2,
      type: "timeseries",
      grid,
      queries: [{ name: "A", source: "orders", sql: "select 1" }],
      options: {
        unit: "s",
        decimals: 1,
        min: 0,
        max: 1,
        legend: true,
        colors: ["red"],
        thresholds: [{ value: 1, color: "#ff0000" }],
        style: "line",
        stack: true,
        fill: 0.5,
        line_width: 1,
        time_column: "t",
        series_column: "s",
        value_columns: ["v"],
        null_as: "gap",
      },
    },
    {
      id: 3,
      type: "table",
      grid,
      queries: [{ source: "orders", sql: "select 1" }],
      options: {
        page_size: 10,
        sort: { column: "c", direction: "asc" },
        columns: [
          { name: "c", title: "C", unit: "s", decimals: 1, align: "left", bar: true, width: 100 },
        ],
      },
    },
  ],
};
const view = {
  time: { span: "1d" },
  variables: { tenant: ["acme"] },
  width: 800,
  timezone: "UTC",
};
const settings = {
  type: "secure_embed",
  status: "active",
  title: "Types",
  global_time: { live_span: "1d" },
  global_time_selectable: true,
  selectable_template_vars: [
    { name: "tenant", prefix: "p", type: "t", default_values: ["acme"], visible_tags: ["acme"] },
  ],
  viewing_preferences: { theme: "dark", high_density: true },
  allowed_origins: ["https://app.example"],
  download: true,
  session_length_seconds: 600,
  expires_at: "2099-01-01T00:00:00Z",
};

describe("a body with a value of another type", () => {
  let target, operations, share, viewer;
  before(async () => {
    target = await startTarget();
    operations = await target.operations();
    share = await target.share(
      "orders",
      "acme",
      { global_time: { live_span: "1d" }, global_time_selectable: true },
      { download: true },
    );
    viewer = await target.viewer(share);
  });
  after(() => target?.close());

  const program = () => ({ Authorization: `Bearer ${target.serviceToken}` });
  const reader = () => ({ ...pageHeaders, Authorization: `Bearer ${viewer.accessToken}` });

  /** `body` is accepted, and none of its mutations is. `lax(path, kind)`: may be accepted. */
  async function onlyAsItIs(method, path, headers, body, { schema, lax = () => false } = {}) {
    const good = await target.call(method, path, { headers, body });
    assert.ok(good.status < 300, `the body as it is: ${good.status} ${good.text}`);
    let tried = 0;
    for (const mutation of mutations(body)) {
      const what = `${method} ${path} with ${mutation.path.join(".")} as ${mutation.kind}`;
      const answer = await target.call(method, path, { headers, body: mutation.body });
      assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text}`);
      ++tried;
      if (schema && lenient(schemaAt(schema, mutation.path), mutation.kind)) continue;
      if (lax(mutation.path, mutation.kind)) continue;
      assert.ok(answer.status >= 400, `${what} was accepted: ${answer.text.slice(0, 200)}`);
      assert.ok(
        [400, 401, 403, 404, 409, 422].includes(answer.status),
        `${what}: ${answer.status}`,
      );
    }
    assert.ok(tried > 0);
  }

  // What the published schema itself leaves open.
  function lenient(schema, kind) {
    if (!schema || schema.type === undefined) return true;
    const types = [schema.type].flat();
    if (kind === "null") return types.includes("null");
    if (kind === "wrapped") return types.includes("array");
    const emptyFits = { object: "object", list: "array" };
    return types.includes(emptyFits[kind]) || (kind === "number" && types.includes("number"));
  }
  const schemaOf = (id) => {
    const found = operations.find((operation) => operation.id === id);
    assert.ok(found?.schema, `${id} has a schema`);
    return found.schema;
  };

  const dataCalls = {
    queryPanels: [() => paths.query, { panels: [1, 5], ...view }],
    exportPanel: [() => paths.export, { panel: 5, query: "A", ...view }],
    describeView: [() => paths.view, view],
  };
  for (const [id, [path, body]] of Object.entries(dataCalls)) {
    test(`is refused by ${id}`, () =>
      onlyAsItIs("POST", path(), reader(), body, { schema: schemaOf(id) }));
  }

  test("is refused by openSession, and the link is not spent by it", async () => {
    const fresh = link(share);
    const secret = newSecret();
    const body = { link: fresh, secret, data: false, ...view };
    const schema = schemaOf("openSession");
    for (const mutation of mutations(body)) {
      if (lenient(schemaAt(schema, mutation.path), mutation.kind)) continue;
      const answer = await target.call("POST", paths.open, {
        headers: pageHeaders,
        body: mutation.body,
      });
      const what = `${mutation.path.join(".")} as ${mutation.kind}: ${answer.text}`;
      assert.equal(answer.status, 400, what);
    }
    const parts = new URL(fresh, "http://host").searchParams;
    for (const odd of [Object.fromEntries(parts), [...parts], [fresh], { path: fresh }]) {
      const answer = await target.call("POST", paths.open, {
        headers: pageHeaders,
        body: { link: odd, secret },
      });
      assert.equal(answer.status, 400, answer.text);
    }
    assert.equal((await target.open(fresh, { secret, body: view })).status, 201);
  });

  test("is refused by resumeSession", () =>
    onlyAsItIs(
      "POST",
      paths.resume(viewer.id),
      {
        ...pageHeaders,
        "X-Casement": "1",
        Cookie: `${cookieName}=${viewer.cookie}`,
      },
      { data: false, ...view },
      { schema: schemaOf("resumeSession") },
    ));

  test("is refused by createShare and changeShare", async () => {
    await onlyAsItIs("POST", `${api}/dashboards/orders/shares`, program(), settings, {
      schema: schemaOf("createShare"),
    });
    const other = await target.share("orders", "acme");
    await onlyAsItIs("PATCH", `${api}/shares/${other.token}`, program(), settings, {
      schema: schemaOf("changeShare"),
    });
  });

  test("is refused by the calls for credentials", async () => {
    const other = await target.share("orders", "acme");
    const base = `${api}/shares/${other.token}/credentials`;
    const expires_at = "2099-01-01T00:00:00Z";
    await onlyAsItIs(
      "POST",
      base,
      program(),
      { note: "n", expires_at },
      { schema: schemaOf("addCredential") },
    );
    await onlyAsItIs(
      "POST",
      `${base}/rotate`,
      program(),
      { overlap_seconds: 60, note: "n" },
      { schema: schemaOf("rotateCredential") },
    );
    const { credentials } = await target.api("GET", base);
    await onlyAsItIs(
      "PATCH",
      `${base}/${credentials[0].id}`,
      program(),
      { note: "n", expires_at, disabled: false },
      { schema: schemaOf("changeCredential") },
    );
  });

  test("is refused by changeOrganization", () =>
    onlyAsItIs(
      "PATCH",
      `${api}/organization`,
      program(),
      { name: "Acme", embed_sharing: true },
      { schema: schemaOf("changeOrganization") },
    ));

  test("is refused by createDashboard and replaceDashboard", async () => {
    const kept = await target.addDashboard(document);
    // The published schema describes documents; the body's own only says "an object".
    const answer = await target.call("GET", `${api}/dashboards/schema`);
    const schema = { type: "object", properties: { document: JSON.parse(answer.text) } };
    await onlyAsItIs("POST", `${api}/dashboards`, program(), { document }, { schema });
    await onlyAsItIs("PUT", `${api}/dashboards/${kept.uid}`, program(), { document }, { schema });
  });

  test("is refused by applyBundle, and nothing of it is applied", async () => {
    const folder = join(target.fixture, "canary-path-5d02c1");
    const body = {
      sources: [],
      prune: false,
      dashboards: [{ document: { ...document, uid: "applied" }, origin: "a.json" }],
      shares: [
        {
          token: "applied-share",
          dashboard: "applied",
          type: "secure_embed",
          status: "active",
          title: "t",
          variables: { tenant: "acme" },
          time: { span: "1d", selectable: true },
          theme: "light",
          high_density: true,
          allowed_origins: ["https://app.example"],
          download: true,
          session_days: 1,
          expires_at: "2099-01-01",
          origin: "s.yaml",
        },
      ],
    };
    await onlyAsItIs("POST", `${api}/apply`, program(), body, {
      schema: schemaOf("applyBundle"),
      lax: ([list, , name]) => list === "dashboards" && name === undefined,
    });
    const source = {
      name: "s",
      type: "duckdb",
      settings: { tables: { t: join(folder, "x.csv") } },
    };
    for (const mutation of mutations({ sources: [source] })) {
      const answer = await target.call("POST", `${api}/apply`, {
        headers: program(),
        body: mutation.body,
      });
      const empty = mutation.path.length === 1 && mutation.kind === "list";
      assert.ok(
        empty || (answer.status >= 400 && answer.status < 500),
        `${mutation.path.join(".")} as ${mutation.kind}: ${answer.status} ${answer.text}`,
      );
    }
  });

  test("is refused by the vendor's calls for embeds", async () => {
    const all = attributes("acme", {
      global_time: { live_span: "1d" },
      selectable_template_vars: settings.selectable_template_vars,
    });
    // Lists of any length may be empty, and an object's members are all optional.
    const lax = (path, kind) =>
      (kind === "list" && Array.isArray(valueAt(all, path.slice(2)))) ||
      (kind === "object" && path.length > 2 && isObject(valueAt(all, path.slice(2))));
    await onlyAsItIs(
      "POST",
      paths.embeds("orders"),
      program(),
      { data: { type: "secure_embed_request", attributes: all } },
      { lax },
    );
    const other = await target.share("orders", "acme");
    await onlyAsItIs(
      "PATCH",
      `${paths.embeds("orders")}/${other.token}`,
      program(),
      { data: { type: "secure_embed_update_request", attributes: all } },
      { lax },
    );
  });

  test("is refused, or kept word for word, by the vendor's calls for dashboards", async () => {
    const body = {
      title: "Types",
      layout_type: "ordered",
      description: "d",
      tags: ["team:x"],
      widgets: [{ definition: { type: "note", content: "c" } }],
      template_variables: [{ name: "org", prefix: "org", defaults: ["acme"] }],
    };
    // This dialect keeps what it does not know; what it reads, it checks.
    const checked = [
      "title",
      "layout_type",
      "widgets",
      "widgets.0.definition",
      "widgets.0.definition.type",
      "template_variables.0.name",
      "template_variables.0.defaults",
    ];
    const lax = (path) => !checked.includes(path.join("."));
    const listed = (path, kind) => lax(path, kind) || kind === "list";
    await onlyAsItIs("POST", "/api/v1/dashboard", program(), body, { lax: listed });
    for (const data of [
      null,
      {},
      "x",
      1,
      [null],
      [{}],
      [{ id: 1 }],
      [{ id: null }],
      [["orders"]],
    ]) {
      for (const method of ["DELETE", "PATCH"]) {
        const answer = await target.call(method, "/api/v1/dashboard", {
          headers: program(),
          body: { data },
        });
        assert.ok(answer.status >= 400 && answer.status < 500, `${method}: ${answer.status}`);
      }
    }
  });
});

const valueAt = (value, path) => path.reduce((inner, name) => inner?.[name], value);
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
