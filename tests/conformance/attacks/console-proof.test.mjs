// Row 20: what was proven when a share was made is proven again with every change that the console's
// API can make. A change that would break it is refused, and what was there goes on as it was.
//
//     node --test tests/conformance/attacks/console-proof.test.mjs
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { boardOf, startConsole } from "./console-target.mjs";
import { link } from "./support/links.mjs";

let target, frame;
before(async () => {
  target = await startConsole();
  frame = target.made.session;
});
after(() => target?.close());

const grid = { x: 0, y: 12, w: 24, h: 6 };
const locked = { selectable_template_vars: [{ name: "tenant", default_values: ["acme"] }] };

/** A board with one panel more. */
const withPanel = (uid, query) => {
  const document = boardOf(uid);
  document.panels.push({ id: 3, type: "table", title: "More", grid, queries: [query] });
  return document;
};
/** Queries that would show another tenant's rows, or could. */
const around = {
  "of the source itself": { source: "orders", sql: "select * from orders" },
  "of the source under the model's name": {
    model: "orders",
    sql: "select * from main.orders",
  },
  "of a file": { model: "orders", sql: "select * from read_csv('/etc/passwd')" },
  "of a relation that the model has not": { model: "orders", sql: "select * from hidden" },
  "of a catalog": { model: "orders", sql: "select * from information_schema.tables" },
  "of two statements": { model: "orders", sql: "select 1; select * from orders" },
  "of no query at all": { model: "orders", sql: "drop table orders" },
  "of a model that is not there": { model: "nothing", sql: "select 1" },
};

const call = (method, path, body) => target.browsers.admin.call(method, path, body);

async function refused(method, path, body, codes) {
  const answer = await call(method, path, body);
  const what = `${method} ${path}: ${answer.status} ${answer.text.slice(0, 400)}`;
  assert.ok([400, 409, 422].includes(answer.status), what);
  assert.ok(codes.includes(answer.code), what);
  return answer;
}

/** The frame that was open before shows its own tenant's rows, and a new one does. */
async function sharedAsBefore() {
  const opened = await target.open(link(target.made.shares.secure_embed));
  assert.equal(opened.status, 201, opened.text);
  for (const { accessToken } of [frame, opened]) {
    const { status, text } = await target.byKey(
      "admin",
      "POST",
      "/query",
      { panels: [1] },
      {
        Authorization: `Bearer ${accessToken}`,
      },
    );
    assert.equal(status, 200, text);
    assert.match(text, /acme/);
    assert.doesNotMatch(text, /globex|"error"/);
  }
}

describe("attack 20, the console's API: a proof is asked for again", () => {
  let before_;
  before(async () => {
    await target.ask("POST", "/sources", {
      name: "unprovable",
      type: "prometheus",
      settings: { url: "http://127.0.0.1:9" },
    });
    before_ = await target.everything();
  });
  afterEach(async () => {
    await sharedAsBefore();
    const now = await target.everything();
    for (const ended of [before_, now]) delete ended.listSessions;
    assert.deepEqual(now, before_, "a change was made in spite of the refusal");
  });

  const unproven = ["scope_not_proven", "model_not_proven", "invalid_dashboard"];

  for (const [name, query] of Object.entries(around)) {
    test(`when a shared dashboard gets a query ${name}: saved, imported, applied`, async () => {
      const document = withPanel("board", query);
      await refused("PUT", "/dashboards/board", { document }, unproven);
      await refused("PUT", "/dashboards/board", { document, revision: 2 }, unproven);
      await refused("POST", "/dashboards/import", { document: { ...document, uid: "board" } }, [
        ...unproven,
        "already_exists",
      ]);
      const key = await target.byKey("admin", "POST", "/apply", { dashboards: [{ document }] });
      assert.ok([400, 409, 422].includes(key.status), key.text);
    });

    test(`when its variable offers choices by a query ${name}`, async () => {
      const document = boardOf("board");
      document.variables.push({ name: "choice", type: "query", query });
      await refused("PUT", "/dashboards/board", { document }, unproven);
    });
  }

  test("when an older version that read around the model comes back", async () => {
    const uid = "older";
    await target.ask("POST", "/dashboards", {
      document: withPanel(uid, around["of the source itself"]),
    });
    await target.ask("PUT", `/dashboards/${uid}`, { document: boardOf(uid) });
    const { share } = await target.ask("POST", `/dashboards/${uid}/shares`, {
      type: "secure_embed",
      ...locked,
    });
    await refused("POST", `/dashboards/${uid}/versions/1/restore`, {}, unproven);
    assert.equal((await target.ask("GET", `/dashboards/${uid}`)).document.panels.length, 2);
    // Without the share it is the author's own affair; and then it cannot be shared.
    await target.ask("DELETE", `/shares/${share.token}`);
    await target.ask("POST", `/dashboards/${uid}/versions/1/restore`, {});
    await refused(
      "POST",
      `/dashboards/${uid}/shares`,
      { type: "secure_embed", ...locked },
      unproven,
    );
    await target.ask("DELETE", `/dashboards/${uid}`);
  });

  test("when a dashboard comes out of the bin, after its model has changed", async () => {
    const uid = "binned";
    const own = {
      source: "orders",
      relations: { orders: { row_filters: [{ column: "tenant", attribute: "tenant" }] } },
    };
    await target.ask("PUT", "/models/binned", own);
    const document = JSON.parse(
      JSON.stringify(boardOf(uid)).replaceAll('"model":"orders"', '"model":"binned"'),
    );
    await target.ask("POST", "/dashboards", { document });
    const { share, credential } = await target.ask("POST", `/dashboards/${uid}/shares`, {
      type: "secure_embed",
      ...locked,
    });
    await refused("DELETE", "/models/binned", undefined, ["proof_broken"]);
    await target.ask("DELETE", `/dashboards/${uid}`);
    await target.ask("DELETE", "/models/binned");
    await refused("POST", `/dashboards/${uid}/restore`, undefined, unproven);
    assert.equal((await call("GET", `/dashboards/${uid}`)).status, 404);
    const stays = await target.open(link({ ...share, credential: credential.secret }));
    assert.ok(stays.status >= 400, "its share opens in spite of the bin");
    await target.ask("DELETE", `/shares/${share.token}`);
  });

  test("when a model is taken away, renamed to another source, or loses a relation", async () => {
    await refused("DELETE", "/models/orders", undefined, ["proof_broken"]);
    const { version } = await target.ask("GET", "/models/orders");
    for (const body of [
      { source: "unprovable", relations: target.made.model.relations },
      { source: "nothing", relations: target.made.model.relations },
      { source: "orders", relations: { hidden: { row_filters: [] } } },
      { source: "orders", relations: {} },
    ]) {
      const answer = await call("PUT", "/models/orders", { ...body, version });
      assert.notEqual(answer.code, "model_version_mismatch");
      const what = `${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 300)}`;
      assert.ok([400, 404, 409, 422].includes(answer.status), what);
      const bundle = { models: [{ name: "orders", ...body }] };
      const applied = await target.byKey("admin", "POST", "/apply", bundle);
      assert.ok([400, 404, 409, 422].includes(applied.status), `${what} applied: ${applied.text}`);
    }
  });

  test("when a source is taken away, retyped, or reads other files", async () => {
    await refused("DELETE", "/sources/orders", undefined, ["source_in_use", "proof_broken"]);
    const { revision, settings } = await target.ask("GET", "/sources/orders");
    for (const tables of [{ hidden: join(target.files, "orders.csv") }, {}]) {
      const body = { revision, settings: { tables } };
      const answer = await call("PUT", "/sources/orders", body);
      const what = `${JSON.stringify(tables)}: ${answer.status} ${answer.text.slice(0, 300)}`;
      assert.ok([400, 409, 422].includes(answer.status), what);
    }
    for (const type of ["prometheus", "mysql"]) {
      const answer = await target.byKey("admin", "POST", "/apply", {
        sources: [
          {
            name: "orders",
            type,
            settings:
              type === "mysql"
                ? { host: "127.0.0.1", port: 9, database: "d", user: "u" }
                : { url: "http://127.0.0.1:9" },
          },
        ],
      });
      assert.ok([400, 409, 422].includes(answer.status), `${type}: ${answer.text}`);
    }
    assert.deepEqual((await target.ask("GET", "/sources/orders")).settings, settings);
  });
});

describe("attack 20, the console's API: what cannot be seen beforehand shows nothing", () => {
  /** Of the frame that is open: no row of anybody, and a refusal in place of the panel. */
  async function showsNothing(what) {
    const { status, text } = await target.byKey(
      "admin",
      "POST",
      "/query",
      { panels: [1] },
      {
        Authorization: `Bearer ${frame.accessToken}`,
      },
    );
    assert.equal(status, 200, text);
    assert.doesNotMatch(text, /acme|globex|hidden/, what);
    assert.match(text, /"error"/, what);
    assert.ok(!text.includes("/*") && !text.includes(target.folder), `${what}: ${text}`);
  }
  afterEach(sharedAsBefore);

  for (const [name, orders] of Object.entries({
    "filters by a column that is not there": {
      row_filters: [{ column: "nothing", attribute: "tenant" }],
    },
    "filters by an attribute that nobody has": {
      row_filters: [
        { column: "tenant", attribute: "tenant" },
        { column: "note", attribute: "nothing" },
      ],
    },
    "takes text for numbers": {
      row_filters: [{ column: "tenant", attribute: "tenant", type: "number" }],
    },
    "takes a text for a range": {
      row_filters: [{ column: "tenant", attribute: "tenant", match: "range" }],
    },
  })) {
    test(`a model that ${name}`, async () => {
      const put = async (body) => {
        const { version } = await target.ask("GET", "/models/orders");
        return call("PUT", "/models/orders", { ...body, version });
      };
      const changed = await put({ source: "orders", relations: { orders } });
      if (changed.status >= 400) return refusedWell(changed);
      try {
        const { text } = await target.byKey(
          "admin",
          "POST",
          "/query",
          { panels: [1] },
          {
            Authorization: `Bearer ${frame.accessToken}`,
          },
        );
        assert.doesNotMatch(text, /acme|globex/, text);
      } finally {
        const back = await put(target.made.model);
        assert.equal(back.status, 200, back.text);
      }
    });
  }
  const refusedWell = ({ status, text }) => assert.ok([400, 409, 422].includes(status), text);

  test("a source of other files, without the column that binds its rows", async () => {
    const other = join(target.files, "other.csv");
    writeFileSync(other, "id,word\n1,hidden\n");
    const { revision, settings } = await target.ask("GET", "/sources/orders");
    const changed = await call("PUT", "/sources/orders", {
      revision,
      settings: { tables: { orders: other } },
    });
    if (changed.status >= 400) return refusedWell(changed);
    try {
      await showsNothing("another file");
    } finally {
      const body = { revision: changed.body.revision, settings };
      const back = await call("PUT", "/sources/orders", body);
      assert.equal(back.status, 200, back.text);
    }
  });
});

describe("attack 20, the console's API: a share is proven whenever it begins to count", () => {
  const uid = "loose";
  const unproven = ["scope_not_proven"];
  let token;
  before(async () => {
    await target.ask("POST", "/dashboards", {
      document: withPanel(uid, around["of the source itself"]),
    });
  });

  test("made with a lock, or with a demand for it: refused, and there is no share", async () => {
    for (const more of [locked, { require_scope: true }]) {
      for (const type of ["secure_embed", "embed", "open", "invite"]) {
        const answer = await call("POST", `/dashboards/${uid}/shares`, {
          type,
          ...more,
          ...(type === "embed" ? { allowed_origins: ["https://app.example"] } : {}),
        });
        assert.ok(answer.status >= 400 && answer.status < 500, `${type}: ${answer.text}`);
      }
    }
    const { shares } = await target.ask("GET", `/shares?dashboard=${uid}`);
    assert.deepEqual(shares, []);
  });

  test("made paused, it may be anything: resumed, it must be proven", async () => {
    const { share } = await target.ask("POST", `/dashboards/${uid}/shares`, {
      type: "secure_embed",
      status: "paused",
      ...locked,
    });
    ({ token } = share);
    await refused("PATCH", `/shares/${token}`, { status: "active" }, unproven);
    await refused("PATCH", `/shares/${token}`, { status: "active", title: "Other" }, unproven);
    const kept = await target.ask("GET", `/shares/${token}`);
    assert.deepEqual([kept.status, kept.title], ["paused", share.title]);
    await target.ask("DELETE", `/shares/${token}`);
  });

  test("made without a lock, it gets none while it is active", async () => {
    const { share } = await target.ask("POST", `/dashboards/${uid}/shares`, {
      type: "secure_embed",
      selectable_template_vars: [{ name: "tenant", default_values: ["acme"], visible_tags: ["*"] }],
    });
    for (const change of [locked, { require_scope: true }, { selectable_template_vars: null }]) {
      await refused("PATCH", `/shares/${share.token}`, change, unproven);
    }
    const kept = await target.ask("GET", `/shares/${share.token}`);
    assert.deepEqual(kept.selectable_template_vars, share.selectable_template_vars);
    await target.ask("DELETE", `/shares/${share.token}`);
  });

  test("when another takes it over: only a proven one is there to take", async () => {
    const { share } = await target.ask(
      "POST",
      "/dashboards/board/shares",
      { type: "secure_embed", ...locked },
      "editor",
    );
    await target.ask("PATCH", `/shares/${share.token}`, { status: "paused" });
    const claimed = await call("POST", `/shares/${share.token}/claim`);
    assert.deepEqual([claimed.status, claimed.code], [409, "share_owned"], claimed.text);
    await target.ask("DELETE", `/users/${target.made.users.editor}`);
    // While nobody answers for it, and while it is paused, the dashboard may leave its model.
    const document = withPanel("board", around["of the source itself"]);
    await refused("PUT", "/dashboards/board", { document }, unproven);
    const taken = await target.ask("POST", `/shares/${share.token}/claim`);
    assert.deepEqual(
      [taken.sharer, taken.sharer_gone, taken.status],
      ["ada@example.org", false, "paused"],
    );
    await target.ask("DELETE", `/shares/${share.token}`);
  });

  test("a snapshot holds no row that stands for a person, whoever took it", async () => {
    const { url, key } = await target.ask("POST", "/dashboards/board/snapshots", { name: "Leak" });
    const page = await target.browsers.other.send("GET", new URL(url).pathname);
    const opened = await target.open(url);
    assert.equal(opened.status, 201, opened.text);
    const rows = await target.byKey(
      "other",
      "POST",
      "/query",
      { panels: [1] },
      {
        Authorization: `Bearer ${opened.accessToken}`,
      },
    );
    for (const { text } of [page, opened, rows]) assert.doesNotMatch(text, /acme|globex/);
    await target.ask("DELETE", `/snapshots/${key}`);
  });
});
