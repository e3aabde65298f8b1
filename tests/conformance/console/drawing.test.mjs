// Dashboards as people see them who sign in here, over the network: who may draw what, and drafts.
//
//     node --test tests/conformance/console/drawing.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  call,
  createUser,
  dashboardOf,
  draw,
  kAtlanta,
  keys,
  lineOf,
  make,
  outside,
  signedIn,
  startDrawing,
  stat,
  stopDrawing,
  valuesOf,
} from "./drawing-server.mjs";

before(startDrawing);
after(stopDrawing);

describe("a dashboard that is drawn", () => {
  test("comes as one line that describes it and a line for each panel, for every role", async () => {
    for (const role of ["Admin", "Editor"]) {
      const answer = await draw(keys[role], { dashboard: "flights" });
      const dashboard = dashboardOf(answer);
      assert.equal(dashboard.uid, "flights");
      assert.deepEqual(answer.lines.at(-1), { end: true });
      const drawn = answer.lines.slice(1, -1).map(({ panel }) => panel);
      assert.deepEqual(
        drawn.sort((a, b) => a - b),
        dashboard.panels.map(({ id }) => id).sort((a, b) => a - b),
      );
      assert.equal(JSON.stringify(dashboard).includes("select "), false);
    }
    const viewer = await draw(keys.Viewer, { dashboard: "flights" });
    assert.equal(dashboardOf(viewer).uid, "flights");
  });

  test("is found by number too, and is drawn without data where that is wanted", async () => {
    const { id } = (await call(keys.Admin, "GET", "/dashboards/flights")).body;
    const answer = await draw(keys.Viewer, {
      dashboard: String(id),
      data: false,
    });
    assert.equal(dashboardOf(answer).uid, "flights");
    assert.deepEqual(answer.lines.slice(1), [{ end: true }]);
  });

  test("is not there for another organization, for nobody, and when it does not exist", async () => {
    const theirs = await draw(outside, { dashboard: "flights" });
    const missing = await draw(outside, { dashboard: "flightz" });
    assert.equal(theirs.status, 404);
    assert.equal(
      theirs.text.replace("flights", "flightz"),
      missing.text,
      "they cannot tell it from one that does not exist",
    );
    assert.equal((await draw(null, { dashboard: "flights" })).status, 401);
    assert.equal((await draw(keys.Admin, {})).code, "dashboard_required");
    for (const path of ["/query", "/export", "/choices", "/inspect"]) {
      const body = { dashboard: "flights", panel: 2, variable: "airport" };
      const { panel, variable } = body;
      const own = {
        "/query": {},
        "/export": { panel },
        "/choices": { variable },
        "/inspect": { panel },
      }[path];
      const answer = await draw(
        outside,
        { dashboard: "flights", ...own },
        path,
      );
      assert.equal(answer.status, 404, `${path}: ${answer.text}`);
    }
  });

  test("is not there while it is in the bin", async () => {
    await make("to-the-bin");
    await call(keys.Admin, "DELETE", "/dashboards/to-the-bin");
    const answer = await draw(keys.Admin, { dashboard: "to-the-bin" });
    assert.equal(answer.code, "dashboard_not_found");
  });

  test("shows an author everything, and the others the rows of their attributes only", async () => {
    const body = { dashboard: "airport-operations" };
    const author = await draw(keys.Editor, body);
    const all = valuesOf(author, 2, "departures").reduce((a, b) => a + b, 0);
    const atlanta = await draw(keys.Admin, {
      ...body,
      as: { attributes: kAtlanta },
    });
    const some = valuesOf(atlanta, 2, "departures").reduce((a, b) => a + b, 0);
    assert.ok(some > 0 && some < all / 5, `${some} of ${all}`);
    const nobody = await draw(keys.Viewer, body);
    assert.deepEqual(
      valuesOf(nobody, 2, "departures"),
      [],
      "a key has no attribute, so it has no row",
    );
    // What stands under a model is not read past it either.
    const raw = lineOf(await draw(keys.Viewer, { dashboard: "flights" }), 2);
    assert.equal(raw.frames, undefined);
    assert.equal(raw.error.code, "query_not_scoped");
    assert.match(raw.error.message, /read a model/);
  });

  test("refuses bodies that are not of its shape, and says where", async () => {
    const wrong = [
      [{ dashboard: 7 }, 400, "dashboard"],
      [{ dashboard: "x".repeat(65) }, 400, "dashboard"],
      [{ dashboard: "flights", panels: "all" }, 400, "panels"],
      [{ dashboard: "flights", panels: ["2"] }, 400, "panels[0]"],
      [{ dashboard: "flights", time: { span: 5 } }, 400, "time.span"],
      [
        { dashboard: "flights", variables: { airport: "ATL" } },
        400,
        "variables.airport",
      ],
      [{ dashboard: "flights", variables: { nothing: ["x"] } }, 400, undefined],
      [{ dashboard: "flights", width: 1e9 }, 400, "width"],
      [{ dashboard: "flights", as: "ada" }, 400, "as"],
      [{ dashboard: "flights", as: {} }, 400, "as"],
      [{ dashboard: "flights", as: { user: 1, share: "x" } }, 400, "as"],
      [{ dashboard: "flights", as: { user: "1" } }, 400, "as.user"],
      [
        { dashboard: "flights", as: { attributes: { airport: ["ATL"] } } },
        400,
        "as.attributes.airport",
      ],
      [
        { dashboard: "flights", as: { link: "x".repeat(20_000) } },
        400,
        "as.link",
      ],
      [{ dashboard: "flights", sql: "select 1" }, 400, "sql"],
      [{ dashboard: "flights", document: [] }, 400, "document"],
    ];
    for (const [body, status, field] of wrong) {
      const answer = await draw(keys.Admin, body);
      const what = JSON.stringify(body).slice(0, 120);
      assert.equal(answer.status, status, `${what}: ${answer.text}`);
      if (field !== undefined)
        assert.equal(answer.field, field, `${what}: ${answer.text}`);
    }
    for (const text of [
      "",
      "{",
      "[]",
      "null",
      '"flights"',
      '{"dashboard":"flights","dashboard":"x"}',
    ]) {
      const answer = await call(keys.Admin, "POST", "/draw", text);
      assert.equal(answer.status, 400, `${text}: ${answer.text}`);
    }
    const huge = await draw(keys.Admin, {
      document: { title: "x".repeat(3 * 1024 * 1024) },
    });
    assert.equal(huge.status, 413, huge.text.slice(0, 200));
  });

  test("answers data, CSV and choices in calls of their own", async () => {
    const queried = await draw(
      keys.Editor,
      { dashboard: "flights", panels: [2], variables: { airport: ["ORD"] } },
      "/query",
    );
    assert.deepEqual(
      queried.lines.map(({ panel }) => panel),
      [2, undefined],
    );
    const csv = await draw(
      keys.Editor,
      { dashboard: "flights", panel: 2, variables: { airport: ["ORD"] } },
      "/export",
    );
    assert.match(csv.text, /^time,departures\r\n2001-06-/);
    assert.equal(
      csv.headers.get("content-disposition"),
      'attachment; filename="flights-panel-2.csv"',
    );
    const missing = await draw(
      keys.Editor,
      { dashboard: "flights", panel: 99 },
      "/export",
    );
    assert.equal(missing.code, "panel_not_found");
    const none = await draw(
      keys.Editor,
      { dashboard: "flights", variable: "nothing" },
      "/choices",
    );
    assert.equal(none.code, "variable_not_found");
  });
});

describe("a draft", () => {
  const draft = {
    title: "Draft",
    panels: [stat(1, "select count(*) as n from flights")],
  };

  test("is drawn for whoever may write dashboards, and is kept nowhere", async () => {
    for (const role of ["Admin", "Editor"]) {
      const answer = await draw(keys[role], { document: draft });
      assert.equal(dashboardOf(answer).title, "Draft");
      assert.equal(valuesOf(answer, 1, "n").length, 1);
    }
    const { dashboards } = (await call(keys.Admin, "GET", "/dashboards")).body;
    assert.equal(
      dashboards.some(({ title }) => title === "Draft"),
      false,
    );
    const kept = {
      ...(await call(keys.Admin, "GET", "/dashboards/flights")).body,
    };
    const over = await draw(keys.Editor, {
      dashboard: "flights",
      document: draft,
    });
    assert.equal(dashboardOf(over).title, "Draft");
    assert.deepEqual(
      (await call(keys.Admin, "GET", "/dashboards/flights")).body,
      kept,
    );
  });

  test("is refused to everybody else: it would be a query of their own", async () => {
    for (const path of ["", "/query"]) {
      const answer = await draw(keys.Viewer, { document: draft }, path);
      assert.equal(answer.status, 403, answer.text);
      assert.equal(answer.code, "missing_permission");
      const over = await draw(
        keys.Viewer,
        { dashboard: "flights", document: draft },
        path,
      );
      assert.equal(over.code, "missing_permission");
    }
    const { id } = (await call(keys.Admin, "GET", "/dashboards/flights")).body;
    for (const path of ["/export", "/inspect"]) {
      const answer = await draw(
        keys.Viewer,
        { dashboard: String(id), document: draft, panel: 1 },
        path,
      );
      assert.equal(answer.status, 403, answer.text);
    }
    const theirs = await draw(outside, { document: draft });
    assert.ok(lineOf(theirs, 1).error, "their draft reads no source of ours");
    assert.equal(theirs.text.includes("frames"), false);
  });

  test("that is wrong says where, in the draft's own words", async () => {
    const answer = await draw(keys.Editor, {
      document: {
        ...draft,
        panels: [{ ...draft.panels[0], type: "hologram" }],
      },
    });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.field, "document.panels[0].type");
  });

  test("is drawn through other eyes too, so that scope is seen before it is kept", async () => {
    const scoped = {
      title: "Draft",
      panels: [
        {
          ...stat(1, ""),
          queries: [
            {
              name: "A",
              model: "flights",
              sql: "select distinct origin from flights",
            },
          ],
        },
      ],
    };
    const answer = await draw(keys.Editor, {
      document: scoped,
      as: { attributes: kAtlanta },
    });
    assert.deepEqual(valuesOf(answer, 1, "origin"), ["ATL"]);
    const around = await draw(keys.Editor, {
      document: {
        ...scoped,
        panels: [stat(1, "select distinct origin from flights")],
      },
      as: { attributes: kAtlanta },
    });
    assert.ok(
      lineOf(around, 1).error,
      "the source without its model gives no row",
    );
  });
});

describe("a person's cookie", () => {
  test("draws from the console's own page, and from no other site", async () => {
    createUser("edda@example.org", "Editor");
    const { browser } = await signedIn("edda@example.org");
    const body = { dashboard: "flights", data: false };
    assert.equal((await browser.call("POST", "/draw", body)).status, 200);
    for (const headers of [
      { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.test" },
      { "X-Casement": null },
    ]) {
      for (const path of ["", "/query", "/inspect"]) {
        const own =
          path === "/inspect"
            ? { dashboard: "flights", panel: 2 }
            : { dashboard: "flights" };
        const answer = await browser.call("POST", `/draw${path}`, own, headers);
        assert.equal(answer.code, "cross_site", path);
      }
    }
  });
});
