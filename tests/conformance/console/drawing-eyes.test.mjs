// Dashboards through somebody else's eyes, and the queries behind a panel, over the network.
//
//     node --test tests/conformance/console/drawing-eyes.test.mjs
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { casementBinary } from "../../support/casement.mjs";
import { api } from "./browser.mjs";
import {
  audited,
  call,
  createUser,
  dashboardOf,
  draw,
  kAtlanta,
  keys,
  lineOf,
  looker,
  make,
  outside,
  server,
  share,
  signedIn,
  startDrawing,
  stat,
  stopDrawing,
  valuesOf,
} from "./drawing-server.mjs";

before(startDrawing);
after(stopDrawing);

describe("through somebody else's eyes", () => {
  const origins = {
    title: "Origins",
    panels: [
      {
        ...stat(1, ""),
        type: "table",
        queries: [
          {
            name: "A",
            model: "flights",
            sql: "select distinct origin from flights order by 1",
          },
        ],
      },
    ],
  };
  before(() => make("origins", origins));

  test("one needs to be an author, whatever the eyes are", async () => {
    const { link, token } = await share("flights", {
      selectable_template_vars: [{ name: "airport", default_values: ["ATL"] }],
    });
    for (const as of [
      { user: 1 },
      { attributes: kAtlanta },
      { share: token },
      { link: link() },
      { link: "no link at all" },
    ]) {
      for (const path of ["", "/query"]) {
        const answer = await draw(
          keys.Viewer,
          { dashboard: "origins", as },
          path,
        );
        assert.equal(answer.status, 403, JSON.stringify(as));
        assert.equal(answer.code, "missing_permission", JSON.stringify(as));
      }
    }
  });

  test("somebody with an attribute has its rows, and somebody without it has none", async () => {
    const seen = async (attributes) =>
      draw(keys.Editor, { dashboard: "origins", as: { attributes } });
    assert.deepEqual(valuesOf(await seen(kAtlanta), 1, "origin"), ["ATL"]);
    assert.deepEqual(valuesOf(await seen({ airport: "ORD" }), 1, "origin"), [
      "ORD",
    ]);
    for (const attributes of [{}, { airport: "" }, { port: "ATL" }]) {
      assert.deepEqual(
        valuesOf(await seen(attributes), 1, "origin"),
        [],
        JSON.stringify(attributes),
      );
    }
    const own = valuesOf(
      await draw(keys.Editor, { dashboard: "origins" }),
      1,
      "origin",
    );
    assert.ok(own.includes("ATL") && own.includes("ORD"));
  });

  test("a user has the rows of the attributes that he has, and sees the same himself", async () => {
    createUser("vera@example.org", "Viewer");
    createUser("nick@example.org", "Viewer");
    const { browser, user } = await signedIn("vera@example.org");
    const attribute = await looker("POST", "/user_attributes", {
      name: "airport",
      label: "Airport",
      type: "string",
    });
    await looker(
      "PATCH",
      `/users/${user.id}/attribute_values/${attribute.id}`,
      { value: "SEA" },
    );
    const seen = await draw(keys.Editor, {
      dashboard: "origins",
      as: { user: user.id },
    });
    assert.deepEqual(valuesOf(seen, 1, "origin"), ["SEA"]);
    const herself = await browser.call("POST", "/draw", {
      dashboard: "origins",
    });
    assert.equal(herself.status, 200, herself.text);
    assert.match(herself.text, /"SEA"/);
    assert.doesNotMatch(herself.text, /"ATL"/);
    const { browser: other, user: nick } = await signedIn("nick@example.org");
    assert.match(
      (await other.call("POST", "/draw", { dashboard: "origins" })).text,
      /"values":\[\]/,
    );
    const his = await draw(keys.Editor, {
      dashboard: "origins",
      as: { user: nick.id },
    });
    assert.deepEqual(valuesOf(his, 1, "origin"), []);
    for (const id of [987654, 2 ** 40]) {
      const nobody = await draw(keys.Editor, {
        dashboard: "origins",
        as: { user: id },
      });
      assert.equal(nobody.code, "user_not_found");
    }
    const theirs = await draw(outside, {
      document: origins,
      as: { user: user.id },
    });
    assert.equal(
      theirs.code,
      "user_not_found",
      "another organization has no such user",
    );
  });

  test("a share has the variables that it locks, and is one of this dashboard", async () => {
    const { token, link } = await share("flights", {
      selectable_template_vars: [{ name: "airport", default_values: ["BOS"] }],
    });
    for (const as of [{ share: token }, { link: link() }]) {
      const seen = await draw(keys.Editor, { dashboard: "flights", as });
      const [airport] = dashboardOf(seen).variables;
      assert.deepEqual([airport.mode, airport.value], ["locked", ["BOS"]]);
      const another = await draw(keys.Editor, {
        dashboard: "flights",
        as,
        variables: { airport: ["ATL"] },
      });
      assert.equal(
        another.code,
        "variable_locked",
        "what is locked stays locked",
      );
      const elsewhere = await draw(keys.Editor, { dashboard: "origins", as });
      assert.equal(elsewhere.code, "link_of_another_dashboard");
    }
    for (const from of [outside, keys.Editor]) {
      const unknown = await draw(from, {
        ...(from === outside
          ? { document: origins }
          : { dashboard: "flights" }),
        as: { share: from === outside ? token : "no-such-share" },
      });
      assert.equal(unknown.code, "share_not_found", unknown.text);
    }
  });

  test("a link is not used up by looking through it, and a bad one says what is wrong", async () => {
    const { link } = await share("flights", {
      selectable_template_vars: [{ name: "airport", default_values: ["ATL"] }],
    });
    const url = link();
    for (let round = 0; round < 3; ++round) {
      const seen = await draw(keys.Editor, {
        dashboard: "flights",
        as: { link: url },
      });
      assert.equal(seen.status, 200, seen.text);
    }
    const { pathname, search } = new URL(url);
    const opened = await fetch(`${server.url}${api}/sessions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: server.url,
        "sec-fetch-site": "same-origin",
      },
      body: JSON.stringify({
        link: pathname + search,
        secret: randomBytes(32).toString("base64url"),
        data: false,
      }),
    });
    assert.equal(opened.status, 201, await opened.text());
    for (const wrong of [
      `${url}0`,
      url.replace(/token=./, "token=g"),
      url.replace(/ts=\d+/, "ts=5"),
      "https://elsewhere.example/sb/secure-embed/x?token=1",
      "/nowhere",
      " ",
    ]) {
      const answer = await draw(keys.Editor, {
        dashboard: "flights",
        as: { link: wrong },
      });
      assert.ok(
        answer.status >= 400 && answer.status < 500,
        `${wrong}: ${answer.text}`,
      );
      assert.equal(answer.field, "as.link", `${wrong}: ${answer.text}`);
    }
  });

  test("a person's signed link has the rows of the attributes in it, and no other", async () => {
    const { secret } = await looker("POST", "/embed_config/secrets", {
      algorithm: "hmac/sha-256",
    });
    const { id } = (await call(keys.Admin, "GET", "/dashboards/origins")).body;
    for (const airport of ["ATL", "SFO"]) {
      const url = execFileSync(
        casementBinary(),
        // prettier-ignore
        ["sign", "looker", "--url", server.url, "--target", `/embed/dashboards/${id}`,
          "--user", `u-${airport}`, "--permission", "access_data",
          "--permission", "see_user_dashboards", "--permission", "see_lookml_dashboards",
          "--model", "flights", "--attribute", `airport=${airport}`, "--secret-file", "-"],
        { input: secret, encoding: "utf8" },
      ).trim();
      const seen = await draw(keys.Editor, {
        dashboard: "origins",
        as: { link: url },
      });
      assert.equal(seen.status, 200, seen.text);
      assert.deepEqual(valuesOf(seen, 1, "origin"), [airport]);
    }
  });

  test("a failure is told as they are told it", async () => {
    await make("failing", {
      panels: [stat(1, "select no_such_column from flights")],
    });
    const { token } = await share("failing", {});
    const own = lineOf(await draw(keys.Editor, { dashboard: "failing" }), 1);
    assert.match(own.error.message, /no_such_column/);
    const theirs = await draw(keys.Editor, {
      dashboard: "failing",
      as: { share: token },
    });
    assert.equal(lineOf(theirs, 1).error.code, "query_failed");
    assert.doesNotMatch(theirs.text, /no_such_column/);
    const viewer = await draw(keys.Viewer, { dashboard: "failing" });
    assert.doesNotMatch(viewer.text, /no_such_column/);
    assert.ok(lineOf(viewer, 1).error);
  });

  test("looking leaves a row in the audit trail, without the link", async () => {
    const { link } = await share("flights", {});
    const url = link();
    const proof = new URL(url).searchParams.get("token");
    await draw(keys.Editor, { dashboard: "flights", as: { link: url } });
    const { id } = (await call(keys.Admin, "GET", "/dashboards/flights")).body;
    const rows = await audited(
      ({ action, object }) =>
        action === "dashboard.viewed" && object === `dashboard:${id}`,
    );
    assert.equal(JSON.stringify(rows).includes(proof), false);
    assert.equal(server.log().includes(proof), false);
  });
});

describe("the queries behind a panel", () => {
  before(() =>
    make("inspected", {
      time: { span: "1w", as_of: "2001-07-01T00:00:00Z" },
      variables: [{ name: "airport", type: "text", default: ["ATL"] }],
      panels: [
        stat(
          1,
          "select count(*) as n from flights where origin = $airport and date >= $from and date < $to",
        ),
        stat(2, "select no_such_column from flights"),
      ],
    }),
  );
  const inspect = (key, body) =>
    draw(key, { dashboard: "inspected", panel: 1, ...body }, "/inspect");

  test("are shown to authors: text, bound values, source, time, rows, cache", async () => {
    const first = await inspect(keys.Editor, {
      variables: { airport: ["MIA"] },
    });
    assert.equal(first.status, 200, first.text);
    const [query] = first.body.queries;
    assert.equal(query.name, "A");
    assert.equal(query.source, "flights");
    assert.equal(query.source_type, "duckdb");
    assert.match(query.written, /\$airport/);
    assert.match(query.asked, /count\(\*\)/);
    assert.equal(query.values.airport, "MIA");
    assert.equal(query.values.to, "2001-07-01T00:00:00.000000Z");
    assert.equal(query.from_cache, false);
    assert.equal(query.rows, 1);
    assert.ok(query.bytes > 0 && query.milliseconds > 0);
    assert.equal(query.error, null);
    const [again] = (
      await inspect(keys.Editor, { variables: { airport: ["MIA"] } })
    ).body.queries;
    assert.equal(again.from_cache, true);
    const [fresh] = (
      await inspect(keys.Admin, {
        variables: { airport: ["MIA"] },
        fresh: true,
      })
    ).body.queries;
    assert.equal(fresh.from_cache, false, "past the cache");
  });

  test("that fail say so in the source's own words", async () => {
    const [query] = (await inspect(keys.Editor, { panel: 2 })).body.queries;
    assert.match(query.error.message, /no_such_column/);
    assert.equal(query.rows, null);
  });

  test("are shown to nobody else: not to viewers, not through other eyes, not to sessions", async () => {
    for (const panel of [1, 2]) {
      const viewer = await inspect(keys.Viewer, { panel });
      assert.equal(viewer.code, "missing_permission");
      assert.doesNotMatch(viewer.text, /select|no_such_column/);
    }
    const theirs = await inspect(keys.Editor, { as: { attributes: {} } });
    assert.equal(theirs.status, 403, "eyes that may not read queries");
    const { link } = await share("inspected", {});
    const { pathname, search } = new URL(link());
    const opened = await fetch(`${server.url}${api}/sessions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: server.url,
        "sec-fetch-site": "same-origin",
      },
      body: JSON.stringify({
        link: pathname + search,
        secret: randomBytes(32).toString("base64url"),
        data: false,
      }),
    });
    const [{ access_token }] = (await opened.text())
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    for (const path of ["", "/query", "/inspect", "/export"]) {
      const answer = await draw(
        access_token,
        {
          dashboard: "inspected",
          ...(path === "/inspect" || path === "/export" ? { panel: 1 } : {}),
        },
        path,
      );
      assert.ok(
        [401, 403].includes(answer.status),
        `${path}: ${answer.status} ${answer.text}`,
      );
    }
    assert.equal((await inspect(outside, {})).code, "dashboard_not_found");
  });

  test("are those of panels that there are", async () => {
    assert.equal(
      (await inspect(keys.Editor, { panel: 99 })).code,
      "panel_not_found",
    );
    assert.equal((await inspect(keys.Editor, { panel: "1" })).status, 400);
    assert.equal(
      (await inspect(keys.Editor, { panel: 1, repeat: "x".repeat(5000) }))
        .status,
      400,
    );
    assert.equal(
      (await draw(keys.Editor, { dashboard: "inspected" }, "/inspect")).status,
      400,
      "a panel is to be named",
    );
  });
});
