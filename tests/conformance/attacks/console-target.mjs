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
import { freePort, linkIn, mailSettings, startMailServer } from "../../support/mail.mjs";
import { Browser } from "../console/browser.mjs";
import { boardOf, imported, plainOf, sqlCanary } from "./support/console-documents.mjs";
import { link, newSecret } from "./support/links.mjs";

export const api = "/api/casement/v1";
export { boardOf, sqlCanary };
/** In the settings of a source. */
export const settingCanary = "canary-setting-51d8f0";

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
    await this.fill();
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

  /** One of everything. `names`: what a path's part is called, by the first part of the path. */
  async fill() {
    const it = this;
    const made = {};
    const keep = (name, text) => {
      assert.equal(typeof text, "string", name);
      it.secrets[name] = text;
      return text;
    };
    // Sources and models.
    keep("source's password", "canary-source-password-0d77");
    await it.ask("POST", "/sources", {
      name: "orders",
      type: "duckdb",
      settings: { tables: { orders: join(it.files, "orders.csv") } },
    });
    await it.ask("POST", "/sources", {
      name: "shop",
      type: "postgres",
      settings: {
        host: "127.0.0.1",
        port: 9,
        database: settingCanary,
        user: "reader",
        ssl_mode: "disable",
        connect_timeout: 1,
      },
      secret: it.secrets["source's password"],
    });
    made.model = {
      source: "orders",
      relations: { orders: { row_filters: [{ column: "tenant", attribute: "tenant" }] } },
    };
    await it.ask("PUT", "/models/orders", made.model);
    // Content.
    const folder = await it.ask("POST", "/folders", { name: "Folder" });
    made.document = boardOf("board");
    await it.ask("POST", "/dashboards", { document: made.document });
    await it.ask("PUT", "/dashboards/board", {
      document: { ...made.document, description: "Changed" },
    });
    await it.ask("POST", "/dashboards", { document: plainOf("plain") });
    await it.ask("POST", "/dashboards/move", { dashboards: ["plain"], folder: folder.uid });
    await it.ask("POST", "/dashboards/import", { document: imported });
    await it.ask("PUT", "/me/stars/board");
    await it.ask("POST", "/me/seen", { dashboard: "board" });
    const snapshot = await it.ask("POST", "/dashboards/plain/snapshots", { name: "Monday" });
    // Shares, a session, and a mail.
    made.shares = {};
    for (const [type, more] of Object.entries({
      secure_embed: { selectable_template_vars: [{ name: "tenant", default_values: ["acme"] }] },
      open: {},
      embed: { allowed_origins: ["https://app.example"] },
      invite: { invitees: [{ email: "anna@example.com" }] },
    })) {
      const dashboard = type === "secure_embed" ? "board" : "plain";
      const { share, credential } = await it.ask("POST", `/dashboards/${dashboard}/shares`, {
        type,
        title: `A share of type ${type}`,
        ...more,
      });
      made.shares[type] = {
        ...share,
        credential: credential?.secret,
        credentialId: credential?.id,
      };
    }
    const { secure_embed: signed, invite } = made.shares;
    keep("share's credential", signed.credential);
    const mailed = it.mail.next((one) => one.to.includes("anna@example.com"));
    await it.ask("POST", `/shares/${invite.token}/invitations`, { emails: ["anna@example.com"] });
    made.guestLink = linkIn(await mailed);
    keep("guest's code", new URL(made.guestLink).searchParams.get("invitation"));
    const session = await it.open(link(signed));
    assert.equal(session.status, 201, session.text);
    keep("frame's secret", session.secret);
    keep("frame's access token", session.accessToken);
    made.session = session;
    // Keys.
    const account = await it.ask("POST", "/service-accounts", { name: "Robot", role: "Viewer" });
    const token = await it.ask("POST", `/service-accounts/${account.id}/tokens`, { name: "its" });
    keep("service account's token", token.key);
    const accountKey = await it.ask("POST", "/account-keys", {
      name: "ours-for-links",
      role: "Viewer",
    });
    keep("account's key", accountKey.key);
    const key = await it.ask("POST", "/keys", { kind: "service_token", name: "n", role: "Viewer" });
    keep("key of a program", key.secret);
    const embedSecret = await it.ask("POST", "/embed-secrets", {});
    keep("embed secret", embedSecret.secret);
    await it.ask("PATCH", "/embed-settings", { enabled: true, signed_links: true });
    await it.ask("POST", "/embed-settings/domains", { origin: "https://app.example" });
    // People.
    const set = await it.ask("POST", "/permission-sets", {
      name: "Reads",
      permissions: ["access_data", "see_looks", "see_user_dashboards"],
    });
    const models = await it.ask("POST", "/model-sets", { name: "Orders", models: ["orders"] });
    const role = await it.ask("POST", "/roles", {
      name: "Reader",
      permission_set: set.id,
      model_set: models.id,
    });
    const group = await it.ask("POST", "/groups", { name: "Tenants" });
    const attribute = await it.ask("POST", "/user-attributes", {
      name: "tenant",
      label: "Tenant",
      type: "string",
    });
    const { users } = await it.ask("GET", "/users");
    const idOf = (who) => users.find(({ handle }) => handle === people[who].handle).id;
    made.users = { editor: idOf("editor"), viewer: idOf("viewer"), admin: idOf("admin") };
    await it.ask("PUT", `/groups/${group.id}/members/${made.users.viewer}`);
    await it.ask("PUT", `/users/${made.users.viewer}/attributes/${attribute.id}`, {
      value: "globex",
    });
    const invited = await it.ask("POST", "/invitations", {
      handle: "new@example.org",
      name: "New",
      role: "Viewer",
    });
    keep("user's invitation", new URL(invited.url).hash.slice(1));
    const { secret: totp } = await it.ask("POST", "/me/totp", undefined, "editor");
    keep("second factor's secret", totp);
    const { url } = await it.ask("POST", "/embed-urls", {
      target_url: `${it.url}/embed/dashboards/board`,
      external_user_id: "anna",
      permissions: ["access_data", "see_looks", "see_user_dashboards"],
      models: ["orders"],
      user_attributes: { tenant: "acme" },
      session_length: 900,
    });
    keep("embed URL's signature", new URL(url).searchParams.get("signature"));
    const embedded = await it.open(url);
    assert.equal(embedded.status, 201, embedded.text);
    const { people: external } = await it.ask("GET", "/embed-users?search=anna");
    const own = await it.signIn("admin");
    const mine = (await own.call("GET", "/me/sessions")).body.sessions;
    made.own = own;
    it.made = made;
    it.names = {
      me: { sessions: mine.find(({ current }) => current).id, stars: "board" },
      sessions: { id: session.id },
      shares: { token: signed.token, id: String(signed.credentialId) },
      dashboards: { id: "board", revision: "1" },
      models: { name: "orders" },
      sources: { name: "orders" },
      users: { id: made.users.editor, attribute: attribute.id },
      invitations: { id: invited.invitation.id },
      groups: { id: group.id, person: made.users.viewer },
      roles: { id: role.id },
      "permission-sets": { id: set.id },
      "model-sets": { id: models.id },
      "user-attributes": { id: attribute.id },
      "embed-users": { id: external[0].id },
      keys: { id: key.key.id },
      "embed-secrets": { id: embedSecret.embed_secret.id },
      folders: { uid: folder.uid },
      about: { id: 1 },
      snapshots: { key: snapshot.key },
      "account-keys": { id: accountKey.id },
      "service-accounts": { id: account.id },
    };
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
