// A scope that is missing, empty or of the wrong kind locks or refuses. It never means "all rows".
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { link } from "./support/links.mjs";
import { onlyOf, rowsIn } from "./support/witness.mjs";
import { api, attributes, paths, startTarget } from "./target.mjs";

describe("a viewer who sends an empty scope", () => {
  let target, viewers;
  before(async () => {
    target = await startTarget();
    viewers = {
      locked: await target.viewer(await target.share("orders", "acme", {}, { download: true })),
      bounded: await target.viewer(
        await target.share(
          "orders",
          "acme",
          {
            selectable_template_vars: [
              { name: "tenant", default_values: ["acme"], visible_tags: ["acme", "nobody"] },
            ],
          },
          { download: true },
        ),
      ),
      optional: await target.viewer(await target.share("optional", "acme", {}, { download: true })),
      many: await target.viewer(await target.share("many", "acme", {}, { download: true })),
    };
  });
  after(() => target?.close());

  const variables = [
    "{}",
    "null",
    '""',
    "[]",
    "0",
    "false",
    '"acme"',
    '["acme"]',
    '{"tenant": null}',
    '{"tenant": ""}',
    '{"tenant": []}',
    '{"tenant": {}}',
    '{"tenant": [null]}',
    '{"tenant": [""]}',
    '{"tenant": [" "]}',
    '{"tenant": ["*"]}',
    '{"tenant": ["%"]}',
    '{"tenant": [[]]}',
    '{"tenant": [{}]}',
    '{"tenant": ["NaN"]}',
    '{"tenant": ["null"]}',
    '{"tenant": NaN}',
    '{"tenant": [NaN]}',
    '{"tenant": [undefined]}',
    '{"tenant": "*"}',
    '{"tenant": ["acme", "globex"]}',
    '{"tenant": ["globex", "acme"]}',
    '{"tenant": ["globex"]}',
    '{"tenant": ["acme", ""]}',
    '{"tenant": ["acme", "*"]}',
    '{"tenant": ["acme,globex"]}',
    '{"tenant": ["acme"], "tenant": ["globex"]}',
    '{"Tenant": ["globex"]}',
    '{"tenant ": ["globex"]}',
    '{"$tenant": ["globex"]}',
    '{"TENANT": []}',
    '{"tenant[]": ["globex"]}',
    '{"": [""]}',
    '{"tpl_var_tenant": ["globex"]}',
    '{"tenant.0": ["globex"]}',
    '{"__proto__": {"tenant": []}}',
    '{"from": ["2000-01-01"]}',
    '{"to": []}',
    '{"interval": []}',
    '{"timezone": [""]}',
    '{"tenant": ["acme\\u0000globex"]}',
    '{"tenant": ["ACME"]}',
    '{"tenant": ["acme "]}',
    '{"tenant": ["globex\\u0000"]}',
    '{"product": []}',
    '{"product": [""]}',
    '{"product": null}',
  ];

  test("gets its own tenant's rows or a refusal, in the query", async () => {
    for (const [name, viewer] of Object.entries(viewers)) {
      for (const scope of variables) {
        const answer = await viewer.call(paths.query, `{"variables": ${scope}}`);
        const what = `${name} ${scope}: ${answer.text.slice(0, 400)}`;
        if (answer.status !== 200) {
          assert.ok(answer.status >= 400 && answer.status < 404, what);
          assert.equal(rowsIn(answer.lines), 0, what);
        }
        // The witness in call() forgives what was said; rows are not said.
        onlyOf("acme", JSON.stringify(answer.lines.flatMap((line) => line.frames ?? [])), what);
      }
    }
  });

  test("gets its own tenant's rows or a refusal, in export, view and resume", async () => {
    for (const viewer of Object.values(viewers)) {
      for (const scope of variables) {
        const panel = viewer.share.dashboard === "orders" ? 5 : 1;
        const csv = await viewer.call(paths.export, `{"panel": ${panel}, "variables": ${scope}}`);
        assert.ok(csv.status < 404, `${scope}: ${csv.status} ${csv.text}`);
        if (csv.status === 200) onlyOf("acme", csv.text, scope);
        const seen = await viewer.call(paths.view, `{"variables": ${scope}}`);
        assert.ok(seen.status < 404, `${scope}: ${seen.status} ${seen.text}`);
        const resumed = await viewer.resume({ body: `{"variables": ${scope}}` });
        assert.ok(resumed.status < 404, `${scope}: ${resumed.status} ${resumed.text}`);
        onlyOf("acme", JSON.stringify(resumed.lines.flatMap((line) => line.frames ?? [])), scope);
      }
    }
  });

  test("cannot widen the scope while it opens the link", async () => {
    for (const scope of variables) {
      const fresh = link(viewers.locked.share);
      const answer = await target.call("POST", paths.open, {
        body:
          `{"link": ${JSON.stringify(fresh)}, "variables": ${scope}, ` +
          `"secret": "${"A".repeat(43)}"}`,
      });
      assert.ok(answer.status < 404, `${scope}: ${answer.status} ${answer.text}`);
      const frames = answer.text
        .split("\n")
        .filter((line) => line.includes('"frames"'))
        .join();
      onlyOf("acme", frames, scope);
    }
  });

  test("is told the locked value and cannot change it", async () => {
    const { variables: shown } = viewers.locked.dashboard;
    assert.ok(shown.every(({ mode, choices }) => mode === "locked" && choices === undefined));
    const refused = await viewers.locked.query({ variables: { tenant: ["globex"] } });
    assert.equal(refused.status, 403);
    assert.equal(refused.code, "variable_locked");
    const same = await viewers.locked.query({ variables: { tenant: ["acme"] }, panels: [5] });
    assert.equal(same.status, 200, "the locked value itself may be sent");
  });

  test("picks inside the signed set only when it is bounded", async () => {
    const { bounded } = viewers;
    const inside = await bounded.query({ variables: { tenant: ["nobody"] }, panels: [5] });
    assert.equal(inside.status, 200);
    assert.equal(rowsIn(inside.lines), 0);
    const outside = await bounded.query({ variables: { tenant: ["globex"] }, panels: [5] });
    assert.equal(outside.status, 403);
    assert.equal(outside.code, "value_not_allowed");
  });
});

describe("a share that is made with an empty scope", () => {
  let target;
  before(async () => {
    target = await startTarget();
  });
  after(() => target?.close());

  // As JSON text, because NaN and the like have no other way in.
  const lists = [
    "null",
    "{}",
    '""',
    '"tenant"',
    "0",
    "false",
    "NaN",
    "[]",
    "[null]",
    "[[]]",
    '[""]',
    "[{}]",
    '[{"name": null}]',
    '[{"name": ""}]',
    '[{"name": "tenant"}]',
    '[{"name": ["tenant"]}]',
    '[{"name": "Tenant", "default_values": ["acme"]}]',
    '[{"name": "tenant", "default_values": null}]',
    '[{"name": "tenant", "default_values": []}]',
    '[{"name": "tenant", "default_values": ""}]',
    '[{"name": "tenant", "default_values": [""]}]',
    '[{"name": "tenant", "default_values": [null]}]',
    '[{"name": "tenant", "default_values": {}}]',
    '[{"name": "tenant", "default_values": [NaN]}]',
    '[{"name": "tenant", "default_values": [[]]}]',
    '[{"name": "tenant", "default_values": "acme"}]',
    '[{"name": "tenant", "default_values": [], "visible_tags": []}]',
    '[{"name": "tenant", "default_values": [""], "visible_tags": [""]}]',
    '[{"name": "tenant", "default_values": ["acme"], "visible_tags": null}]',
    '[{"name": "tenant", "default_values": ["acme"], "visible_tags": []}]',
    '[{"name": "tenant", "default_values": ["acme"], "visible_tags": [""]}]',
    '[{"name": "tenant", "default_values": ["acme"], "visible_tags": [null]}]',
    '[{"name": "tenant", "visible_tags": [""]}]',
    '[{"name": "tenant", "visible_tags": []}]',
    '[{"name": "tenant", "default_values": ["acme"]}, {"name": "tenant", "visible_tags": ["*"]}]',
    '[{"name": "tenant", "visible_tags": ["*"]}, {"name": "tenant", "default_values": ["acme"]}]',
    '[{"name": "tenant", "default_values": ["acme", ""]}]',
  ];

  async function looksAt(share, what) {
    const opened = await target.open(link(share));
    assert.ok([201, 403].includes(opened.status), `${what}: ${opened.status} ${opened.text}`);
    onlyOf("acme", opened.text, what);
    if (opened.status !== 201) return "refused";
    for (const scope of [
      {},
      { variables: {} },
      { variables: { tenant: [""] } },
      { variables: { tenant: [] } },
      { variables: { tenant: ["*"] } },
      { variables: { tenant: ["globex"] } },
    ]) {
      const answer = await target.call("POST", paths.query, {
        headers: { Authorization: `Bearer ${opened.accessToken}` },
        body: scope,
      });
      const frames = answer.text
        .split("\n")
        .filter((line) => line.includes('"frames"'))
        .join();
      onlyOf("acme", frames, `${what} ${JSON.stringify(scope)}`);
    }
    return "opened";
  }

  for (const dashboard of ["orders", "optional", "many"]) {
    test(`refuses or locks, made through the vendor's API, on "${dashboard}"`, async () => {
      for (const list of lists) {
        const body = JSON.stringify({
          data: {
            type: "secure_embed_request",
            attributes: attributes("acme", { selectable_template_vars: "LIST" }),
          },
        }).replace('"LIST"', list);
        const answer = await target.call("POST", paths.embeds(dashboard), {
          headers: { Authorization: `Bearer ${target.serviceToken}` },
          body,
        });
        assert.ok([200, 400].includes(answer.status), `${list}: ${answer.status} ${answer.text}`);
        if (answer.status === 200) {
          await looksAt(JSON.parse(answer.text).data.attributes, `${dashboard} ${list}`);
        }
      }
    });

    test(`refuses or locks, made through the native API, on "${dashboard}"`, async () => {
      for (const list of [undefined, ...lists]) {
        const member = list === undefined ? "" : `"selectable_template_vars": ${list}`;
        const answer = await target.call("POST", `${api}/dashboards/${dashboard}/shares`, {
          headers: { Authorization: `Bearer ${target.serviceToken}` },
          body: `{${member}}`,
        });
        assert.ok([201, 400].includes(answer.status), `${list}: ${answer.status} ${answer.text}`);
        if (answer.status === 201) {
          const { share, credential } = JSON.parse(answer.text);
          await looksAt({ ...share, credential: credential.secret }, `${dashboard} ${list}`);
        }
      }
    });
  }

  test("keeps the old scope or locks when it is emptied later", async () => {
    for (const list of lists) {
      const share = await target.share("orders", "acme");
      const viewer = await target.viewer(share);
      const answer = await target.call("PATCH", `${paths.embeds("orders")}/${share.token}`, {
        headers: { Authorization: `Bearer ${target.serviceToken}` },
        body:
          '{"data": {"type": "secure_embed_update_request", "attributes": ' +
          `{"selectable_template_vars": ${list}}}}`,
      });
      assert.ok([200, 400].includes(answer.status), `${list}: ${answer.status} ${answer.text}`);
      await looksAt(share, `changed to ${list}`);
      // The session that was open follows too; Viewer looks through what it gets.
      const seen = await viewer.query({});
      assert.ok([200, 403].includes(seen.status), seen.text);
    }
  });

  test("a dashboard whose variable has no value at all is refused, not shown whole", async () => {
    const share = await target.share("optional", "acme", { selectable_template_vars: [] });
    const opened = await target.open(link(share));
    assert.equal(opened.status, 403, opened.text);
    assert.equal(opened.code, "variable_without_value");
  });
});
