// A server with an organization that has one of everything the console can make, people of each
// role who are signed in, and a second organization beside it. The operations are those of the
// OpenAPI document that the server hands out, so a new one is attacked without being named here.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  addOrganization,
  casementBinary,
  createCredentials,
  startCasement,
} from "../../support/casement.mjs";
import { freePort, mailSettings, startMailServer } from "../../support/mail.mjs";
import { Browser } from "../console/browser.mjs";
import { fill, settingCanary } from "./support/console-content.mjs";
import { boardOf, imported, sqlCanary } from "./support/console-documents.mjs";
import { newSecret } from "./support/links.mjs";

export const api = "/api/casement/v1";
export { boardOf, settingCanary, sqlCanary };

const people = {
  admin: { handle: "ada@example.org", role: "Admin", org: 1 },
  editor: { handle: "ed@example.org", role: "Editor", org: 1 },
  viewer: { handle: "vera@example.org", role: "Viewer", org: 1 },
  other: { handle: "otto@example.net", role: "Admin", org: 2 },
};
const passwordOf = (who) => `canary password of the ${who}`;

/** Options: `env`, and `args` of the server. */
export async function startConsole(options = {}) {
  const target = new ConsoleTarget();
  try {
    await target.start(options);
    return target;
  } catch (error) {
    await target.close();
    throw error;
  }
}

class ConsoleTarget {
  constructor() {
    /** What nobody may read anywhere but in the one answer that shows it: name -> text. */
    this.secrets = {};
    this.logged = "";
  }

  async start({ env = {}, args = [] }) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), "casement-console-attacks-")));
    this.dataDir = join(this.folder, "data");
    this.files = join(this.folder, "files");
    mkdirSync(this.files);
    writeFileSync(join(this.files, "orders.csv"), "tenant,id,note\nacme,1,a\nglobex,2,b\n");
    this.keys = { admin: await this.credentials(1, "Admin") };
    for (const [who, role] of [
      ["editor", "Editor"],
      ["viewer", "Viewer"],
    ])
      this.keys[who] = await this.credentials(1, role);
    addOrganization(this.dataDir);
    this.keys.other = await this.credentials(2, "Admin");
    for (const [who, { handle, role, org }] of Object.entries(people)) {
      this.secrets[`password of the ${who}`] = passwordOf(who);
      execFileSync(
        casementBinary(),
        ["admin", "create-user", "--data", this.dataDir, "--org", String(org)].concat([
          "--handle",
          handle,
          "--name",
          `Person ${who}`,
          "--role",
          role,
          "--password-stdin",
        ]),
        { input: passwordOf(who), stdio: ["pipe", "ignore", "inherit"] },
      );
    }
    this.secrets["mail server's password"] = "canary-smtp-4f0e11aa";
    this.mail = await startMailServer([
      ...["--user", "casement"],
      ...["--password", this.secrets["mail server's password"]],
    ]);
    const port = await freePort();
    this.server = await startCasement({
      dataDir: this.dataDir,
      role: null,
      listen: `127.0.0.1:${port}`,
      args,
      env: mailSettings(this.mail, {
        CASEMENT_SERVER_PUBLIC_URL: `http://127.0.0.1:${port}`,
        CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1",
        CASEMENT_DATA_ALLOWED_FOLDERS: this.files,
        CASEMENT_SMTP_USER: "casement",
        CASEMENT_SMTP_PASSWORD: this.secrets["mail server's password"],
        ...env,
      }),
    });
    this.url = this.server.url;
    this.listen();
    await this.readOperations();
    this.browsers = {};
    for (const who of Object.keys(people)) this.browsers[who] = await this.signIn(who);
    await fill(this);
  }

  listen() {
    this.logged += `${this.server.log()}\n`;
    this.server.process.stderr.on("data", (chunk) => {
      this.logged += chunk;
    });
  }

  async close() {
    try {
      await this.server?.end();
      await this.mail?.stop();
    } finally {
      if (this.folder) rmSync(this.folder, { recursive: true, force: true });
    }
  }

  async credentials(org, role) {
    const made = await createCredentials(this.dataDir, role, org);
    const of = `${role} of organization ${org}`;
    this.secrets[`service token, ${of}`] = made.service_token;
    if (made.datadog) {
      this.secrets[`API key, ${of}`] = made.datadog.api_key;
      this.secrets[`application key, ${of}`] = made.datadog.app_key;
    }
    if (made.looker) this.secrets[`client secret, ${of}`] = made.looker.client_secret;
    return made;
  }

  async readOperations() {
    const document = (await new Browser(this.url).call("GET", "/openapi.json")).body;
    this.document = document;
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        id: operation.operationId,
        method: method.toUpperCase(),
        path: path.slice(api.length),
        who: callerOf(operation),
        schema: operation.requestBody?.content["application/json"]?.schema,
        query: (operation.parameters ?? []).filter((one) => one.in === "query"),
        answers: Object.fromEntries(
          Object.entries(operation.responses).map(([status, { content = {} }]) => [
            status,
            content["application/json"]?.schema,
          ]),
        ),
      })),
    );
    assert.ok(this.operations.length >= 150, "the document names the operations");
  }

  handleOf(who) {
    return people[who].handle;
  }

  /** One operation by its name. */
  operation(id) {
    const found = this.operations.find((one) => one.id === id);
    assert.ok(found, id);
    return found;
  }

  async signIn(who) {
    const browser = new Browser(this.url);
    const { handle, org } = people[who];
    const answer = await browser.call("POST", "/sign-in", {
      handle,
      password: passwordOf(who),
      organization: org,
    });
    assert.equal(answer.status, 200, answer.text);
    for (const [name, { value }] of browser.cookies) {
      const held = Object.keys(this.secrets).length;
      this.secrets[`${name} of the ${who}, number ${held}`] = value;
    }
    return browser;
  }

  /** As this person's page; fails unless it goes well. */
  async ask(method, path, body, who = "admin") {
    const answer = await this.browsers[who].call(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  byKey(who, method, path, body, headers = {}) {
    return new Browser(this.url).send(method, `${api}${path}`, body, {
      Authorization: `Bearer ${this.keys[who].service_token}`,
      ...headers,
    });
  }

  /** Redeems a link as the page in a frame does. */
  async open(target, secret = newSecret()) {
    const { pathname, search } = new URL(target, this.url);
    const answer = await new Browser(this.url).send(
      "POST",
      `${api}/sessions`,
      { link: pathname + search, secret, data: false },
      { Origin: this.url, "Sec-Fetch-Site": "same-origin" },
    );
    const first = answer.text.startsWith("{") ? JSON.parse(answer.text.split("\n")[0]) : {};
    return { ...answer, secret, id: first.session?.id, accessToken: first.access_token };
  }

  /** An operation's path with the names of what there is; fails where a part is not known. */
  pathOf({ path, query }, names = this.names) {
    const [, first, second] = path.split("/");
    const known = names[first] ?? {};
    // Guests are those of a share that has guests.
    const guests = first === "shares" && path.includes("/invitations");
    const isOurs = names === this.names;
    const full = path.replace(/\{(\w+)\}/g, (_, part) => {
      const value =
        (isOurs && guests && part === "token" ? this.made.shares.invite.token : undefined) ??
        (isOurs && /import-report|export\/grafana/.test(path) ? imported.uid : undefined) ??
        known[part] ??
        (first === "me" ? known[second] : undefined);
      assert.ok(value !== undefined, `nothing is known for {${part}} in ${path}`);
      return encodeURIComponent(String(value));
    });
    const needed = query
      .filter((one) => one.required)
      .map(({ name }) => `${name}=https://x.example`);
    return needed.length === 0 ? full : `${full}?${needed.join("&")}`;
  }

  /** Everything that the API shows of an organization to its Admin, but what time alone changes. */
  async everything(who = "admin") {
    const shown = {};
    for (const operation of this.operations) {
      if (operation.method !== "GET" || !["principal", "person"].includes(operation.who)) continue;
      if (volatile.has(operation.id)) continue;
      if (operation.path.includes("{") && who === "other") continue;
      const answer = await this.browsers[who].call("GET", this.pathOf(operation));
      assert.equal(answer.status, 200, `${operation.id}: ${answer.text}`);
      // Those come by when they were last used.
      const sessions = answer.body?.sessions;
      if (Array.isArray(sessions)) sessions.sort((a, b) => (a.id < b.id ? -1 : 1));
      shown[operation.id] = withoutTimes(answer.body ? JSON.stringify(answer.body) : answer.text);
    }
    assert.ok(Object.keys(shown).length > 25, "it is a look at everything");
    return shown;
  }
}

// What changes because time passes or because somebody asks.
const volatile = new Set([
  "listAudit",
  "verifyAudit",
  "getUsage",
  "getHealth",
  "getScopeCertificate",
]);
const withoutTimes = (text) =>
  text.replace(/"(last_seen_at|last_used_at|last_accessed|seen_at)":("[^"]*"|null)/g, '"$1":0');

function callerOf(operation) {
  const schemes = (operation.security ?? []).flatMap((one) => Object.keys(one));
  if (schemes.includes("sessionCookie") || operation.operationId === "openSession") return "frame";
  if (schemes.includes("accessToken")) return "viewer";
  if (schemes.includes("serviceToken")) return "principal";
  if (schemes.includes("consoleCookie")) return "person";
  return (operation.parameters ?? []).some(({ name }) => name === "X-Casement")
    ? "console"
    : "anyone";
}

/** The bytes of every file in the server's own folder. */
export function storedBytes(target) {
  const names = ["catalog.db", "catalog.db-wal", "sessions.db", "sessions.db-wal"];
  return names.flatMap((name) => {
    try {
      return [[name, readFileSync(join(target.dataDir, name), "latin1")]];
    } catch {
      return [];
    }
  });
}
