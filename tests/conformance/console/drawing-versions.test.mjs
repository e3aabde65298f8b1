// The versions of a dashboard over the network: what is kept, who sees and restores it.
//
//     node --test tests/conformance/console/drawing-versions.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import {
  audited,
  call,
  keys,
  make,
  outside,
  startDrawing,
  stopDrawing,
} from "./drawing-server.mjs";

before(startDrawing);
after(stopDrawing);

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
