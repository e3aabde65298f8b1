// Dashboards as people see them who sign in here, over the network: who may draw what, drafts,
// other eyes, the queries behind a panel, and the versions of a dashboard.
//
//     node --test tests/conformance/console/drawing.test.mjs
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import {
  addOrganization,
  casementBinary,
  createCredentials,
  startCasement,
} from "../../support/casement.mjs";
import { api, Browser } from "./browser.mjs";

const flights = fileURLToPath(
  new URL("../../../examples/flights/", import.meta.url),
);
const kPassword = "correct horse battery";
const kAtlanta = { airport: "ATL" };

let folder, server, keys, outside;

/** A call with a key: {status, text, body, code, lines}. */
async function call(key, method, path, body) {
  const response = await fetch(`${server.url}${api}${path}`, {
    method,
    headers: {
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      "content-type": "application/json",
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const lines = text
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  const one = lines.length === 1 ? lines[0] : undefined;
  return {
    status: response.status,
    headers: response.headers,
    text,
    lines,
    body: one,
    code: one?.error?.code,
    field: one?.error?.field,
  };
}
const draw = (key, body, path = "") =>
  call(key, "POST", `/draw${path}`, { timezone: "UTC", ...body });
const dashboardOf = (answer) => {
  assert.equal(answer.status, 200, answer.text);
  return answer.lines[0].dashboard;
};
const lineOf = (answer, panel) =>
  answer.lines.find((line) => line.panel === panel);
const valuesOf = (answer, panel, column) =>
  lineOf(answer, panel).frames[0].columns.find(({ name }) => name === column)
    .values;

/** The newest audit rows once one of them fits: they are written just after the answer. */
async function audited(fits) {
  for (let tries = 0; ; ++tries) {
    const { rows } = (await call(keys.Admin, "GET", "/audit?limit=50")).body;
    if (rows.some(fits)) return rows;
    assert.ok(tries < 200, "there is no such row");
  }
}

/** What the API of Looker's kind answers. */
async function looker(method, path, body) {
  const { client_id, client_secret } = server.credentials.looker;
  const login = await fetch(`${server.url}/api/4.0/login`, {
    method: "POST",
    body: new URLSearchParams({ client_id, client_secret }),
  });
  const { access_token } = await login.json();
  const response = await fetch(`${server.url}/api/4.0${path}`, {
    method,
    headers: {
      authorization: `token ${access_token}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text && JSON.parse(text);
}

/** A share of a dashboard, and links of it: {token, link()}. */
async function share(dashboard, settings) {
  const made = await call(
    keys.Admin,
    "POST",
    `/dashboards/${dashboard}/shares`,
    {
      type: "secure_embed",
      ...settings,
    },
  );
  assert.equal(made.status, 201, made.text);
  const { share: kept, credential } = made.body;
  const link = () => {
    const nonce = randomBytes(16).toString("hex");
    const ts = Math.floor(Date.now() / 1000);
    const token = createHmac("sha256", credential.secret)
      .update(`${nonce}|${ts}`)
      .digest("hex");
    return `${kept.url}?token=${token}&nonce=${nonce}&ts=${ts}`;
  };
  return { token: kept.token, link };
}

function createUser(handle, role) {
  execFileSync(
    casementBinary(),
    // prettier-ignore
    ["admin", "create-user", "--data", join(folder, "data"), "--handle", handle,
      "--name", handle, "--role", role, "--password-stdin"],
    { input: kPassword, stdio: ["pipe", "ignore", "inherit"] },
  );
}

async function signedIn(handle) {
  const browser = new Browser(server.url);
  const answer = await browser.call("POST", "/sign-in", {
    handle,
    password: kPassword,
  });
  assert.equal(answer.status, 200, answer.text);
  return { browser, user: answer.body.user };
}

before(async () => {
  execFileSync(join(flights, "fetch-data.sh"), { stdio: "ignore" });
  folder = mkdtempSync(join(tmpdir(), "casement-drawing-"));
  const dataDir = join(folder, "data");
  const credentials = await createCredentials(dataDir);
  addOrganization(dataDir);
  outside = (await createCredentials(dataDir, "Admin", 2)).service_token;
  keys = { Admin: credentials.service_token };
  for (const role of ["Editor", "Viewer"]) {
    keys[role] = (await createCredentials(dataDir, role)).service_token;
  }
  server = await startCasement({
    dataDir,
    role: null,
    args: ["--provision", flights],
    env: { CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1" },
  });
  server.credentials = credentials;
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A dashboard of its own for a test. */
async function make(uid, document) {
  const made = await call(keys.Admin, "POST", "/dashboards", {
    document: { uid, title: uid, panels: [], ...document },
  });
  assert.equal(made.status, 201, made.text);
  return made.body;
}
const stat = (id, sql, more = {}) => ({
  id,
  type: "stat",
  title: `Panel ${id}`,
  grid: { x: 0, y: (id - 1) * 4, w: 8, h: 4 },
  queries: [{ name: "A", source: "flights", sql, ...more }],
});

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
    assert.ok(raw.error);
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

describe("the versions of a dashboard", () => {
  const put = (key, title, more = {}) =>
    call(key, "PUT", "/dashboards/kept", {
      document: { uid: "kept", title, panels: [] },
      ...more,
    });
  const versions = async (query = "", key = keys.Viewer) =>
    (await call(key, "GET", `/dashboards/kept/versions${query}`)).body.versions;
  before(() => make("kept", { title: "First" }));

  test("are none before the first change, and then what it was and is, with who and why", async () => {
    assert.deepEqual(await versions(), []);
    const saved = await put(keys.Editor, "Second", { message: "Another name" });
    assert.equal(saved.status, 200, saved.text);
    const { revision } = saved.body;
    const [newest, oldest, ...rest] = await versions();
    assert.deepEqual(rest, []);
    assert.deepEqual(
      [newest.revision, newest.title, newest.message, newest.parent],
      [revision, "Second", "Another name", oldest.revision],
    );
    assert.equal(oldest.title, "First");
    assert.ok(newest.author);
    const whole = await call(
      keys.Viewer,
      "GET",
      `/dashboards/kept/versions/${oldest.revision}`,
    );
    assert.equal(whole.body.document.title, "First");
  });

  test("are not more for what changes nothing", async () => {
    const before = await versions();
    await put(keys.Editor, "Second");
    assert.deepEqual(await versions(), before);
  });

  test("come a page at a time", async () => {
    for (const title of ["Third", "Fourth"]) await put(keys.Editor, title);
    const [newest, second] = await versions("?limit=2");
    const next = await versions(`?limit=2&before=${second.revision}`);
    assert.equal(newest.title, "Fourth");
    assert.deepEqual(
      next.map(({ title }) => title),
      ["Second", "First"],
    );
    for (const query of ["?limit=0", "?limit=201", "?limit=x", "?before=0"]) {
      const answer = await call(
        keys.Viewer,
        "GET",
        `/dashboards/kept/versions${query}`,
      );
      assert.equal(answer.status, 400, query);
    }
  });

  test("come back as a new one, for whoever may write", async () => {
    const oldest = (await versions()).at(-1);
    const path = `/dashboards/kept/versions/${oldest.revision}/restore`;
    const refused = await call(keys.Viewer, "POST", path, {});
    assert.equal(refused.code, "missing_permission");
    const restored = await call(keys.Editor, "POST", path, {
      message: "As it was",
    });
    assert.equal(restored.status, 200, restored.text);
    assert.equal(restored.body.title, "First");
    const [newest] = await versions();
    assert.deepEqual(
      [newest.revision, newest.restored_from, newest.message],
      [restored.body.revision, oldest.revision, "As it was"],
    );
    await audited(
      ({ action, detail }) =>
        action === "dashboard.changed" && detail.revision === newest.revision,
    );
  });

  test("are not written over: whoever changes an older one is told", async () => {
    const [{ revision }] = await versions();
    const mine = await put(keys.Editor, "Mine", { revision });
    assert.equal(mine.status, 200, mine.text);
    const late = await put(keys.Admin, "Late", { revision });
    assert.equal(late.status, 409);
    assert.equal(late.code, "dashboard_version_mismatch");
    const path = `/dashboards/kept/versions/${revision}/restore`;
    assert.equal(
      (await call(keys.Admin, "POST", path, { revision })).code,
      "dashboard_version_mismatch",
    );
    assert.equal(
      (await call(keys.Admin, "GET", "/dashboards/kept")).body.title,
      "Mine",
    );
    const both = await Promise.all(
      ["Left", "Right"].map((title) =>
        put(keys.Admin, title, { revision: mine.body.revision }),
      ),
    );
    assert.deepEqual(
      both.map(({ status }) => status).sort(),
      [200, 409],
      "of two at once one is kept",
    );
  });

  test("are those of one's own organization, and numbers that there are", async () => {
    const [{ revision }] = await versions();
    for (const path of ["", `/${revision}`]) {
      const theirs = await call(
        outside,
        "GET",
        `/dashboards/kept/versions${path}`,
      );
      assert.equal(theirs.code, "dashboard_not_found");
    }
    const restored = await call(
      outside,
      "POST",
      `/dashboards/kept/versions/${revision}/restore`,
      {},
    );
    assert.equal(restored.code, "dashboard_not_found");
    for (const number of ["0", "-1", "x", "99999", "9".repeat(30), "1.5"]) {
      const answer = await call(
        keys.Viewer,
        "GET",
        `/dashboards/kept/versions/${number}`,
      );
      assert.equal(answer.status, 404, `${number}: ${answer.text}`);
      const back = await call(
        keys.Editor,
        "POST",
        `/dashboards/kept/versions/${number}/restore`,
        {},
      );
      assert.equal(back.status, 404, `${number}: ${back.text}`);
    }
    const wordy = await put(keys.Editor, "Wordy", { message: "x".repeat(501) });
    assert.equal(wordy.status, 400);
    assert.equal(wordy.field, "message");
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
