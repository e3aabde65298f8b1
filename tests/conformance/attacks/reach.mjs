// What is not on the granted dashboard cannot be had by naming it: sessions × panel ids, query
// names and export ids, all of them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { rowsIn } from "./support/witness.mjs";
import { startTarget } from "./target.mjs";

describe("a thing that is not on the dashboard", () => {
  let target, sessions;
  const own = {
    orders: { 1: [], 2: ["A"], 3: ["A"], 4: ["A"], 5: ["A", "Totals"], 6: ["A"] },
    search: { 1: ["A"], 2: ["A"], 3: ["A"], 4: ["A"] },
    hidden: { 2: ["A"], 77: ["Hidden"] },
  };
  const ids = [0, 1, 2, 3, 4, 5, 6, 7, 22, 76, 77, 78, 255, 256, 65_536, 999_999, 1_000_000];
  const names = ["A", "B", "Totals", "Hidden", "a", "totals", "A ", "*", "0", "orders"];

  before(async () => {
    target = await startTarget();
    const viewer = async (dashboard, tenant) => {
      const more = dashboard === "hidden" ? { selectable_template_vars: [] } : {};
      return target.viewer(await target.share(dashboard, tenant, more, { download: true }));
    };
    sessions = [
      await viewer("orders", "acme"),
      await viewer("orders", "globex"),
      await viewer("search", "acme"),
      await viewer("hidden", "hidden"),
    ];
  });
  after(() => target?.close());

  test("no panel of another dashboard answers with rows", async () => {
    for (const viewer of sessions) {
      const panels = own[viewer.share.dashboard];
      for (const id of ids) {
        const answer = await viewer.query({ panels: [id] });
        assert.equal(answer.status, 200, `${id}: ${answer.text}`);
        const [line] = answer.lines;
        assert.equal(line.panel, id);
        if (panels[id]) {
          assert.equal(line.error, undefined, answer.text);
        } else {
          assert.equal(line.error.code, "panel_not_found", answer.text);
          assert.equal(rowsIn(answer.lines), 0);
        }
      }
    }
  });

  test("ids of all dashboards in one call give the own ones only", async () => {
    for (const viewer of sessions) {
      const answer = await viewer.query({ panels: ids });
      const shown = answer.lines.filter((line) => line.frames).map((line) => line.panel);
      assert.deepEqual(
        shown.sort((a, b) => a - b),
        Object.keys(own[viewer.share.dashboard]).map(Number),
      );
    }
  });

  test("an id that is named a hundred times is answered once", async () => {
    const answer = await sessions[0].query({ panels: Array(100).fill(5) });
    assert.equal(answer.lines.filter((line) => line.panel === 5).length, 1);
  });

  test("ids that are no ids are refused", async () => {
    for (const id of [-1, 1.5, 1e300, "5", "5 or 1=1", null, true, [5], { id: 5 }, 1_000_001]) {
      const answer = await sessions[0].query({ panels: [id] });
      assert.equal(answer.status, 400, `${JSON.stringify(id)}: ${answer.text}`);
      const exported = await sessions[0].export({ panel: id });
      assert.equal(exported.status, 400, `${JSON.stringify(id)}: ${exported.text}`);
    }
  });

  test("the export gives what is on the dashboard and nothing else", async () => {
    for (const viewer of sessions) {
      const panels = own[viewer.share.dashboard];
      for (const panel of ids) {
        for (const query of [undefined, ...names]) {
          const answer = await viewer.export({ panel, query });
          const known =
            panels[panel] &&
            (query === undefined ? panels[panel].length > 0 : panels[panel].includes(query));
          assert.equal(
            answer.status,
            known ? 200 : 404,
            `${viewer.share.dashboard} ${panel} ${query}: ${answer.text}`,
          );
        }
      }
    }
  });

  test("a share that does not allow downloads exports nothing, whatever is named", async () => {
    const viewer = await target.viewer(await target.share("orders", "acme"));
    assert.equal(viewer.dashboard.download, false);
    for (const panel of ids) {
      for (const extra of [{}, { query: "A" }, { query: "Totals" }]) {
        const answer = await viewer.export({ panel, ...extra });
        assert.equal(answer.status, 403, answer.text);
        assert.equal(answer.code, "download_not_allowed");
      }
    }
    const asked = await viewer.export({ panel: 5, download: true });
    assert.ok([400, 403].includes(asked.status), asked.text);
  });

  test("a viewer cannot send a query, a source or a dashboard of its own", async () => {
    const smuggled = {
      sql: "select * from hidden",
      query: "select * from hidden",
      source: "orders",
      dashboard: "hidden",
      uid: "hidden",
      share: sessions[3].share.token,
      org: 1,
      tenant: "globex",
      session: sessions[3].id,
      limit: 1_000_000,
      queries: [{ sql: "select * from hidden" }],
    };
    for (const [name, value] of Object.entries(smuggled)) {
      const answer = await sessions[0].query({ panels: [5], [name]: value });
      assert.equal(answer.status, 400, `${name}: ${answer.text}`);
      const seen = await sessions[0].view({ [name]: value });
      assert.equal(seen.status, 400, `${name}: ${seen.text}`);
    }
  });

  test("one session's access token works on no other session's path", async () => {
    const [first, second] = sessions;
    for (const id of [second.id, sessions[3].id, "none", "../query"]) {
      const answer = await first.resume({ id: encodeURIComponent(id) });
      assert.equal(answer.status, 401, answer.text);
    }
  });
});
