// Row 7: every value of every body that the native API takes, in every other type, twice, huge and
// deep. The bodies are those of the server's own OpenAPI document.
//
//     node --test tests/conformance/attacks/console-types.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Browser } from "../console/browser.mjs";
import { boardOf, startConsole } from "./console-target.mjs";
import { mutations } from "./support/mutations.mjs";
import { confusions, misfits, nameOf, places, put, sample } from "./support/schema.mjs";

let target, taking;
before(async () => {
  target = await startConsole();
  taking = target.operations.filter(({ schema }) => schema);
});
after(() => target?.close());

/** Sends a body as whoever may: {status, code, field, text}. */
async function send(operation, body, headers = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const path = target.pathOf(operation);
  const { method, who } = operation;
  const browsers = {
    person: target.browsers.admin,
    principal: target.browsers.admin,
    console: new Browser(target.url),
    frame: new Browser(target.url),
    viewer: new Browser(target.url),
  };
  const more =
    who === "viewer" ? { Authorization: `Bearer ${target.made.session.accessToken}` } : {};
  const answer = await browsers[who].call(method, path, text, { ...more, ...headers });
  return { ...answer, field: answer.body?.error?.field };
}

/** A refusal as the document has it: of the caller, in an envelope, without the machinery. */
function refused(answer, what, statuses = [400]) {
  const said = `${what}: ${answer.status} ${answer.text.slice(0, 300)}`;
  assert.ok(statuses.includes(answer.status), said);
  const { schemas } = target.document.components;
  assert.deepEqual(misfits(answer.body, schemas.Error, schemas), [], said);
  assert.doesNotMatch(answer.text, /exception|boost|std::|\.cpp|soci|sqlite/i, said);
  assert.ok(answer.text.length < 2_000, `${what}: the refusal is as long as what was sent`);
}

/** Runs `attack`, which must leave everything as it is. */
async function leavingEverything(attack) {
  const before = await target.everything();
  await attack();
  assert.deepEqual(await target.everything(), before);
}

describe("attack 7, the console's API: a value of another type", () => {
  test("is looked for in every operation that takes a body", () => {
    assert.ok(taking.length >= 80, `${taking.length}`);
    for (const { id, schema } of taking) assert.ok([...places(schema)].length > 1, id);
  });

  test("is refused by every operation at every place, by its name, and writes nothing", async () => {
    let tried = 0;
    await leavingEverything(async () => {
      for (const operation of taking) {
        for (const { path, kind, body } of confusions(operation.schema)) {
          const answer = await send(operation, JSON.stringify(body));
          const what = `${operation.id} with ${nameOf(path) || "the body"} as ${kind}`;
          refused(answer, what);
          assert.equal(answer.code, "invalid_body", `${what}: ${answer.text}`);
          assert.equal(answer.field ?? "", nameOf(path), `${what}: ${answer.text}`);
          ++tried;
        }
      }
    });
    assert.ok(tried > 1_500, `${tried}`);
  });

  test("is refused when a member comes twice, whichever of the two would be right", async () => {
    await leavingEverything(async () => {
      for (const operation of taking) {
        for (const [name, inner] of Object.entries(operation.schema.properties ?? {})) {
          const good = JSON.stringify(sample(operation.schema));
          const member = `${JSON.stringify(name)}:${JSON.stringify(sample(inner))}`;
          for (const body of [
            `{${member},${good.slice(1)}`,
            `${good.slice(0, -1)},${member}}`,
            `{"\\u${name.charCodeAt(0).toString(16).padStart(4, "0")}${member.slice(2)},${good.slice(1)}`,
          ]) {
            const answer = await send(operation, body);
            refused(answer, `${operation.id} with ${name} twice`);
            assert.match(answer.text, /two members of one name/);
          }
        }
      }
    });
  });

  test("is refused when a member is unknown, also where objects have members of their own", async () => {
    await leavingEverything(async () => {
      for (const operation of taking) {
        for (const name of [
          "__proto__",
          "constructor",
          "$where",
          "id ",
          "\u0000",
          "x".repeat(5_000),
        ]) {
          const good = JSON.stringify(sample(operation.schema));
          const body = `${good.slice(0, -1)},${JSON.stringify(name)}:{"x":1}}`;
          const answer = await send(operation, body);
          refused(answer, `${operation.id} with ${name.slice(0, 20)}`);
        }
      }
    });
  });
});

describe("attack 7, the console's API: a body out of bounds", () => {
  const long = "x".repeat(70_000);

  test("is refused where a text is longer than it may be", async () => {
    let tried = 0;
    await leavingEverything(async () => {
      for (const operation of taking) {
        for (const { path, schema } of places(operation.schema)) {
          if (![schema.type].flat().includes("string") || path.length === 0) continue;
          if (!schema.enum && (schema.maxLength ?? Infinity) > long.length) continue;
          const answer = await send(operation, put(sample(operation.schema), path, long));
          const what = `${operation.id}: ${nameOf(path)} of ${long.length} bytes`;
          refused(answer, what);
          assert.equal(answer.field, nameOf(path), what);
          ++tried;
        }
      }
    });
    assert.ok(tried > 150, `${tried}`);
  });

  test("is refused where a list has more entries than it may", async () => {
    let tried = 0;
    await leavingEverything(async () => {
      for (const operation of taking) {
        for (const { path, schema } of places(operation.schema)) {
          if (!schema.maxItems || path.length === 0) continue;
          const list = Array(schema.maxItems + 1).fill(sample(schema.items ?? {}));
          const answer = await send(operation, put(sample(operation.schema), path, list));
          refused(answer, `${operation.id}: ${list.length} of ${nameOf(path)}`, [400, 413]);
          ++tried;
        }
      }
    });
    assert.ok(tried > 20, `${tried}`);
  });

  test("is refused where a number is out of its range or of no size", async () => {
    await leavingEverything(async () => {
      for (const operation of taking) {
        for (const { path, schema } of places(operation.schema)) {
          if (![schema.type].flat().includes("integer")) continue;
          for (const number of ["1e400", "-1e400", "9223372036854775808", "-9223372036854775809"]) {
            const body = put(sample(operation.schema), path, "NUMBER");
            const answer = await send(operation, JSON.stringify(body).replace('"NUMBER"', number));
            refused(answer, `${operation.id}: ${nameOf(path)} is ${number}`);
          }
        }
      }
    });
  });

  test("is refused when it is larger than any may be", async () => {
    const huge = `{"x":"${"x".repeat(2 * 1024 * 1024)}"}`;
    await leavingEverything(async () => {
      for (const operation of taking) {
        // The server answers before it has read it all; then it may close the connection.
        const answer = await send(operation, huge).catch((error) => error);
        if (answer instanceof Error) {
          assert.match(String(answer.code), /EPIPE|ECONNRESET/, `${operation.id}: ${answer}`);
        } else {
          refused(answer, `${operation.id} with 2 MiB`, [400, 413]);
        }
      }
    });
  });

  test("is refused when it is deeper than any may be, at every free place too", async () => {
    const deep = (n, [open, close]) => open.repeat(n) + "1" + close.repeat(n);
    await leavingEverything(async () => {
      for (const operation of taking) {
        const whole = JSON.stringify(sample(operation.schema));
        for (const brackets of [
          ["[", "]"],
          ['{"a":', "}"],
        ]) {
          for (const n of [40, 100_000]) {
            const sent = async (body, what) =>
              refused(
                await send(operation, body),
                `${operation.id}, ${what} ${n} deep`,
                [400, 413],
              );
            await sent(deep(n, brackets), "a body");
            await sent(`${whole.slice(0, -1)},"deep":${deep(n, brackets)}}`, "a member");
            for (const { path, schema } of places(operation.schema)) {
              const isFree = schema.type === "object" && schema.additionalProperties !== false;
              if (!isFree || path.length === 0) continue;
              const body = JSON.stringify(put(sample(operation.schema), path, "DEEP"));
              const text = body.replace('"DEEP"', `{"a":${deep(n, brackets)}}`);
              await sent(text, nameOf(path));
            }
          }
        }
      }
    });
  });
});

// Where the published schema only says "an object", what is in it is the handler's to refuse.
describe("attack 7, the console's API: documents and settings", () => {
  /** The body as it is goes well, and no mutation below `free` does; `after` puts things back. */
  async function onlyAsItIs(
    id,
    body,
    free,
    { lax = () => false, after = () => {}, least = 15 } = {},
  ) {
    const operation = target.operation(id);
    const good = await send(operation, body);
    assert.ok(good.status < 300, `${id} as it is: ${good.status} ${good.text}`);
    await after();
    let tried = 0;
    await leavingEverything(async () => {
      for (const { path, kind, body: wrong } of mutations(body)) {
        if (!path.join(".").startsWith(free) || path.length === free.split(".").length) continue;
        if (lax(path, kind)) continue;
        const answer = await send(operation, wrong);
        refused(answer, `${id} with ${path.join(".")} as ${kind}`, [400, 404, 409, 422]);
        ++tried;
      }
    });
    assert.ok(tried >= least, `${id}: ${tried}`);
  }
  const board = () => boardOf("board", "select tenant, id from orders");
  // An empty list of what may be none, and an object without what may be left out, are right.
  const empties = ([, ...path], kind) => {
    const name = path.at(-1);
    if (kind === "list") return typeof name === "string" && ["variables", "panels"].includes(name);
    return kind === "object" && ["time"].includes(name);
  };

  test("of a dashboard are refused by whatever takes one", async () => {
    await onlyAsItIs("replaceDashboard", { document: board() }, "document", { lax: empties });
    const drawn = { document: board(), timezone: "UTC" };
    for (const id of ["drawDashboard"]) await onlyAsItIs(id, drawn, "document", { lax: empties });
    const panel = { ...drawn, panel: 1 };
    await onlyAsItIs("inspectPanel", panel, "document", { lax: empties });
  });

  test("of a source are refused when it is made, changed and tried", async () => {
    const tables = { orders: `${target.files}/orders.csv` };
    const settings = { tables };
    const remove = (name) => () => target.ask("DELETE", `/sources/${name}`);
    await onlyAsItIs("createSource", { name: "types", type: "duckdb", settings }, "settings", {
      after: remove("types"),
      // A table may be a list of files.
      lax: (path, kind) => path.length === 3 && kind === "wrapped",
      least: 12,
    });
    const postgres = {
      host: "127.0.0.1",
      port: 9,
      database: "d",
      user: "u",
      ssl_mode: "disable",
      connect_timeout: 1,
    };
    await onlyAsItIs(
      "createSource",
      { name: "types", type: "postgres", settings: postgres },
      "settings",
      { after: remove("types") },
    );
  });

  test("of an import are refused", async () => {
    const document = {
      uid: "imported",
      title: "Imported",
      schemaVersion: 39,
      panels: [
        {
          id: 1,
          type: "table",
          title: "T",
          gridPos: { x: 0, y: 0, w: 12, h: 6 },
          targets: [{ refId: "A", rawSql: "select 1", format: "table" }],
        },
      ],
    };
    const operation = target.operation("importDashboard");
    const good = await send(operation, { document, dry_run: true });
    assert.equal(good.status, 200, good.text);
    await leavingEverything(async () => {
      for (const { path, kind, body } of mutations({ document, dry_run: true })) {
        const answer = await send(operation, body);
        const what = `${path.join(".")} as ${kind}: ${answer.status} ${answer.text.slice(0, 200)}`;
        // The vendor's own documents are taken as they are; what cannot be shown is reported.
        assert.ok(answer.status < 500, what);
        if (path[0] !== "document" || path.length === 1) continue;
        if (answer.status < 300) assert.ok(answer.body && typeof answer.body === "object", what);
        else refused(answer, what, [400, 409, 422]);
      }
    });
  });
});
