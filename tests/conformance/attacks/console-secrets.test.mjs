// Row 10: what the native API answers is a closed list of members, without any secret, for people
// and keys of every role; and what only some may know is in nobody else's answers.
//
//     node --test tests/conformance/attacks/console-secrets.test.mjs
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { Browser } from "../console/browser.mjs";
import { settingCanary, sqlCanary, startConsole } from "./console-target.mjs";
import { misfits } from "./support/schema.mjs";

const roles = ["admin", "editor", "viewer"];

describe("attack 10, the console's API: what its answers hold", () => {
  let target, answers, needles;
  before(async () => {
    target = await startConsole();
    needles = needlesOf(target.secrets);
    answers = [];
    const reading = target.operations.filter(
      ({ method, who }) => method === "GET" && who !== "viewer",
    );
    assert.ok(reading.length > 50, `${reading.length}`);
    for (const who of roles) {
      for (const operation of reading) {
        const path = target.pathOf(operation);
        await ask(who, operation, "GET", path);
        for (const more of queriesOf(operation))
          await ask(who, operation, "GET", `${path}?${more}`);
      }
      for (const [id, body] of [
        ["drawDashboard", { dashboard: "board" }],
        ["drawPanels", { dashboard: "board" }],
        ["drawPanels", { dashboard: "board", as: { attributes: { tenant: "acme" } } }],
        ["drawExport", { dashboard: "board", panel: 1 }],
        ["inspectPanel", { dashboard: "board", panel: 1 }],
        ["previewModel", { attributes: { tenant: ["acme"] } }],
        ["testSource", { name: "shop" }],
        ["checkSource", { source: "shop" }],
        ["validateLink", { url: `${target.url}/sb/secure-embed/x?token=x&nonce=x&ts=1` }],
      ]) {
        const operation = target.operation(id);
        await ask(who, operation, "POST", target.pathOf(operation), body);
      }
    }
    await ask("nobody", target.operation("whoAmI"), "GET", "/me");
  });
  after(() => target?.close());

  /** As a person's page, and by a key of the same role. */
  async function ask(who, operation, method, path, body) {
    const browser = target.browsers[who] ?? new Browser(target.url);
    const by = [["cookie", await browser.call(method, path, body)]];
    if (who !== "nobody") by.push(["key", await target.byKey(who, method, path, body)]);
    for (const [how, answer] of by) answers.push({ who, how, operation, path, ...answer });
  }

  const queriesOf = ({ id }) =>
    ({
      listDashboards: ["deleted=true", "limit=1"],
      listShares: ["dashboard=board", "type=invite", "status=paused"],
      listSessions: [`share=${target.made.shares.secure_embed.token}`],
      listUsers: ["search=ada"],
      listEmbedUsers: ["search=anna"],
      listKeys: ["kind=looker_client", "kind=service_token"],
      listAccountKeys: ["expired=true", "query=ours-for-links"],
      listAudit: ["limit=1000"],
      getSourceSchema: ["search=orders", "limit=1"],
    })[id] ?? [];

  /** Each secret, as it is, in other letters, and as a hash that could be tried against guesses. */
  function needlesOf(secrets) {
    return Object.entries(secrets).flatMap(([name, text]) => {
      const bytes = Buffer.from(text);
      const sha = createHash("sha256").update(text).digest();
      const forms = {
        "as it is": text,
        "in a URL": encodeURIComponent(text),
        "in base64": bytes.toString("base64").replace(/=+$/, ""),
        "in hexadecimal": bytes.toString("hex"),
        "hashed, hexadecimal": sha.toString("hex"),
        "hashed, base64": sha.toString("base64").replace(/=+$/, ""),
        "hashed, base64url": sha.toString("base64url"),
      };
      return Object.entries(forms).map(([form, needle]) => [`${name}, ${form}`, needle]);
    });
  }
  const said = ({ who, how, operation, path, status }) =>
    `${operation.id} (${path}) to ${who} by ${how}: ${status}`;
  const bytesOf = ({ text, headers }) => `${text}\n${JSON.stringify(headers)}`;

  test("is worth looking at: each operation answers somebody", () => {
    const good = new Set(
      answers.filter(({ status }) => status === 200).map(({ operation }) => operation.id),
    );
    const asked = new Set(answers.map(({ operation }) => operation.id));
    assert.deepEqual(
      [...asked].filter((id) => !good.has(id)),
      [],
    );
    assert.ok(Object.keys(target.secrets).length > 30);
    for (const [name, text] of Object.entries(target.secrets))
      assert.ok(text?.length >= 16, `${name}: ${text}`);
  });

  test("is no secret, in no form, for no role", () => {
    for (const answer of answers) {
      const bytes = bytesOf(answer);
      for (const [name, needle] of needles) {
        assert.ok(!bytes.includes(needle), `${said(answer)}: the ${name}`);
      }
      if (answer.operation.who === "anyone") continue; // what the document describes
      assert.doesNotMatch(bytes, /\$scrypt\$|\$argon|\$2[aby]\$|password_hash|"hash"|totp_secret/);
    }
  });

  test("is what the OpenAPI document says, and no member more", () => {
    let checked = 0;
    for (const answer of answers) {
      const what = said(answer);
      if (answer.status >= 400) {
        const { schemas } = target.document.components;
        assert.deepEqual(
          misfits(answer.body, schemas.Error, schemas),
          [],
          `${what} ${answer.text}`,
        );
        assert.ok(answer.status < 500, what);
        continue;
      }
      const schema = answer.operation.answers[answer.status];
      if (!schema || !answer.headers["content-type"].startsWith("application/json")) continue;
      assert.deepEqual(misfits(answer.body, schema), [], what);
      ++checked;
    }
    assert.ok(checked > 200, `${checked}`);
  });

  test("is open only to the permissions that it names", () => {
    const least = new Map();
    for (const { who, operation, status } of answers) {
      if (status === 403) least.set(operation.id, (least.get(operation.id) ?? new Set()).add(who));
    }
    const refusedTo = (id) => [...(least.get(id) ?? [])].sort();
    for (const id of [
      ...["getSource", "getSourceUses", "listUsers", "getUser", "listKeys", "listEmbedSecrets"],
      ...["listInvitations", "listGroups", "listSettings", "getHealth", "getModel"],
      ...["listAccountKeys", "listServiceAccounts", "getEmbedSettings", "listEmbedUsers"],
      ...["previewModel", "testSource", "checkSource", "validateLink", "listAudit", "getUsage"],
    ]) {
      assert.ok(refusedTo(id).includes("viewer"), `${id} is open to viewers`);
      assert.ok(refusedTo(id).includes("editor"), `${id} is open to editors`);
      assert.ok(!refusedTo(id).includes("admin"), `${id} is closed to administrators`);
    }
    for (const id of ["inspectPanel", "listSources", "listModels", "getSourceSchema", "listCredentials"]) {
      assert.deepEqual(refusedTo(id), ["viewer"], id);
    }
  });

  test("is a source's settings for nobody but who manages sources", () => {
    const seen = answers.filter((answer) => bytesOf(answer).includes(settingCanary));
    for (const answer of seen) assert.equal(answer.who, "admin", said(answer));
    for (const answer of answers.filter(({ who }) => who !== "admin")) {
      assert.ok(
        !bytesOf(answer).includes(target.folder),
        `${said(answer)}: a folder of the server`,
      );
      assert.doesNotMatch(bytesOf(answer), /orders\.csv|127\.0\.0\.1:9\b/, said(answer));
    }
  });

  test("is the text of a query in documents, and nowhere else", () => {
    // A document is what an author wrote; whoever reads documents reads it whole.
    const documents = ["getDashboard", "getDashboardVersion", "exportGrafanaDashboard"];
    const seen = new Map();
    for (const answer of answers) {
      if (!bytesOf(answer).includes(sqlCanary)) continue;
      seen.set(answer.operation.id, [...(seen.get(answer.operation.id) ?? []), answer.who]);
    }
    assert.deepEqual(
      [...seen.keys()].filter((id) => ![...documents, "inspectPanel"].includes(id)),
      [],
    );
    assert.deepEqual([...new Set(seen.get("inspectPanel"))].sort(), ["admin", "editor"]);
  });

  test("is kept by no cache and read by no other page", () => {
    for (const answer of answers) {
      const { headers } = answer;
      assert.equal(headers["x-content-type-options"], "nosniff", said(answer));
      assert.ok(headers["referrer-policy"], said(answer));
      if (answer.operation.who === "anyone") continue;
      assert.match(headers["cache-control"] ?? "", /no-store/, said(answer));
    }
  });
});
