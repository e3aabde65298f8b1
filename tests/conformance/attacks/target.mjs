// The one file that knows Casement: how it is started, where its calls are, what their bodies look
// like. Another server of the same contract needs another of these and no other change.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { addOrganization, createCredentials, startCasement } from "../../support/casement.mjs";
import { link, newSecret } from "./support/links.mjs";
import { onlyOf, withoutSaid } from "./support/witness.mjs";
import { httpClient } from "./support/wire.mjs";

const fixture = fileURLToPath(new URL("fixture/", import.meta.url));

export const publicUrl = "https://dashboards.attacks.test";
export const api = "/api/casement/v1";
export const paths = {
  open: `${api}/sessions`,
  resume: (id) => `${api}/sessions/${id}/resume`,
  query: `${api}/query`,
  export: `${api}/export`,
  view: `${api}/view`,
  embeds: (dashboard) => `/api/v2/dashboard/${dashboard}/shared/secure-embed`,
};
export const cookieName = "__Secure-casement";

/** The vendor's operations, which no OpenAPI document of this server names. */
export const vendorOperations = [
  ["GET", "/api/v1/validate"],
  ["GET", "/api/v1/dashboard"],
  ["POST", "/api/v1/dashboard"],
  ["DELETE", "/api/v1/dashboard"],
  ["PATCH", "/api/v1/dashboard"],
  ["GET", "/api/v1/dashboard/{id}"],
  ["PUT", "/api/v1/dashboard/{id}"],
  ["DELETE", "/api/v1/dashboard/{id}"],
  ["GET", "/api/v2/dashboard/{id}/shared"],
  ["POST", "/api/v2/dashboard/{id}/shared/secure-embed"],
  ["GET", "/api/v2/dashboard/{id}/shared/secure-embed/{token}"],
  ["PATCH", "/api/v2/dashboard/{id}/shared/secure-embed/{token}"],
  ["DELETE", "/api/v2/dashboard/{id}/shared/secure-embed/{token}"],
].map(([method, path]) => ({ id: `${method} ${path}`, method, path, who: "program" }));

/** What a browser sends with the page's own calls, through the proxy that ends TLS. */
export const pageHeaders = {
  "Content-Type": "application/json",
  Origin: publicUrl,
  "Sec-Fetch-Site": "same-origin",
  "X-Forwarded-Proto": "https",
};

export const attributes = (tenant, more = {}) => ({
  title: `Orders of ${tenant}`,
  status: "active",
  global_time: {},
  global_time_selectable: false,
  selectable_template_vars: [{ name: "tenant", default_values: [tenant] }],
  viewing_preferences: { theme: "system", high_density: false },
  ...more,
});

function callerOf(operation) {
  const schemes = (operation.security ?? []).flatMap((one) => Object.keys(one));
  if (operation.operationId === "openSession" || schemes.includes("sessionCookie")) return "frame";
  if (schemes.includes("accessToken")) return "viewer";
  return schemes.length === 0 ? "anyone" : "program";
}

/**
 * A server with the fixture's dashboards, for one group of tests. Options: `clockShift` (seconds),
 * `env`, `args`, and `otherOrganization: true` for a second organization with keys of its own.
 */
export async function startTarget(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "casement-attacks-"));
  try {
    return await Target.start(folder, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

class Target {
  static async start(folder, options) {
    const target = new Target();
    target.folder = folder;
    target.dataDir = join(folder, "data");
    target.fixture = join(folder, "provision");
    cpSync(fixture, target.fixture, { recursive: true });
    const credentials = await createCredentials(target.dataDir);
    if (options.otherOrganization) {
      addOrganization(target.dataDir);
      target.otherKeys = await createCredentials(target.dataDir, "Admin", 2);
    }
    target.serviceToken = credentials.service_token;
    target.keys = credentials.datadog;
    target.logged = "";
    target.args = [
      "--provision",
      target.fixture,
      "--public-url",
      publicUrl,
      ...(options.args ?? []),
    ];
    target.server = await startCasement({
      dataDir: target.dataDir,
      role: null,
      args: target.arguments(options.clockShift ?? 0),
      env: { CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1", ...options.env },
    });
    target.connect();
    return target;
  }

  arguments(clockShift) {
    return clockShift ? [...this.args, "--test-clock-shift", String(clockShift)] : this.args;
  }

  connect() {
    this.client?.close();
    this.client = httpClient(this.server.url);
    this.port = Number(new URL(this.server.url).port);
    this.pid = this.server.process.pid;
    this.logged += `${this.server.log()}\n`;
    this.server.process.stderr.on("data", (chunk) => {
      this.logged += chunk;
    });
  }

  /** The same data again, with another clock; `signal` ends the process before. */
  async restart({ clockShift = 0, signal = "SIGTERM" } = {}) {
    await this.server.end(signal);
    this.server.options.args = this.arguments(clockShift);
    await this.server.start();
    this.connect();
  }

  async close() {
    this.client?.close();
    try {
      await this.server.end();
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** A call without credentials, or with those in `headers`. */
  call(method, path, { headers = {}, body } = {}) {
    const json = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const type = json === undefined ? {} : { "Content-Type": "application/json" };
    return this.client.call(method, path, { headers: { ...type, ...headers }, body: json });
  }

  /** A call with the service token; fails unless the answer is of the `expected` status. */
  async api(method, path, body, expected = 200) {
    const headers = { Authorization: `Bearer ${this.serviceToken}` };
    const answer = await this.call(method, path, { headers, body });
    assert.equal(answer.status, expected, `${method} ${path}: ${answer.text}`);
    return answer.text === "" ? null : JSON.parse(answer.text);
  }

  /** Shares a dashboard, locked to `tenant` unless `more` says otherwise. `own`: what the vendor's
   *  API has no word for. */
  async share(dashboard, tenant, more = {}, own) {
    const body = {
      data: { type: "secure_embed_request", attributes: attributes(tenant, more) },
    };
    const { data } = await this.api("POST", paths.embeds(dashboard), body);
    const share = { ...data.attributes, dashboard, tenant };
    if (own) await this.changeShare(share, own);
    return share;
  }

  changeShare(share, change) {
    return this.api("PATCH", `${api}/shares/${share.token}`, change);
  }

  async addDashboard(document) {
    return this.api("POST", `${api}/dashboards`, { document }, 201);
  }

  /** Redeems a link as the page in the frame does. */
  async open(target, { secret = newSecret(), headers = {}, body = {} } = {}) {
    const answer = await this.call("POST", paths.open, {
      headers: { ...pageHeaders, ...headers },
      body: { link: target, secret, ...body },
    });
    return { ...opened(answer), secret };
  }

  /** A viewer who has opened a fresh link of this share. */
  async viewer(share, options = {}) {
    const answer = await this.open(link(share, options), options);
    assert.equal(answer.status, 201, answer.text);
    onlyOf(share.tenant, answer.text, "the answer that opens the session");
    return new Viewer(this, share, answer);
  }

  /** All operations that the server says it has, and the vendor's. */
  async operations() {
    const document = JSON.parse((await this.call("GET", `${api}/openapi.json`)).text);
    const list = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        who: callerOf(operation),
        schema: operation.requestBody?.content["application/json"].schema,
      })),
    );
    assert.ok(list.length >= 25, "the document names the operations");
    return [...list, ...vendorOperations];
  }

  /** An operation's path with real names in it. */
  pathOf(operation, { dashboard = "orders", share, session = "none" }) {
    const id = operation.path.includes("/sessions/")
      ? session
      : operation.path.includes("/credentials/")
        ? "1"
        : dashboard;
    return operation.path.replace("{id}", id).replace("{token}", share?.token ?? "none");
  }
}

/** The lines of an answer that opens or resumes a session, and what it carries. */
export function opened(answer) {
  const lines = ndjson(answer.text);
  const cookie = (answer.headers["set-cookie"] ?? [])
    .map((line) => line.split(";")[0].split("="))
    .find(([name]) => name === cookieName)?.[1];
  return {
    ...answer,
    lines,
    cookie,
    id: lines[0]?.session?.id,
    accessToken: lines[0]?.access_token,
    dashboard: lines[0]?.dashboard,
    code: lines[0]?.error?.code,
  };
}

export function ndjson(text) {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      try {
        return JSON.parse(line);
      } catch {
        return {};
      }
    });
}

/** A browser with an open session. Every answer to it is looked through for what is not its. */
export class Viewer {
  constructor(target, share, open) {
    Object.assign(this, { target, share, open });
    const { id, secret, cookie, accessToken, dashboard, lines } = open;
    Object.assign(this, { id, secret, cookie, accessToken, dashboard, lines });
  }

  async call(path, body, { headers = {}, method = "POST" } = {}) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await this.target.call(method, path, {
      headers: {
        ...pageHeaders,
        Authorization: `Bearer ${this.accessToken}`,
        ...headers,
      },
      body: text,
    });
    this.sees(withoutSaid(answer.text, text), `${path} ${text.slice(0, 200)}`);
    return { ...answer, lines: ndjson(answer.text), code: codeIn(answer.text) };
  }
  sees(text, what) {
    onlyOf(this.share.tenant, text, what, { secrets: [this.target.serviceToken] });
  }
  query(body, options) {
    return this.call(paths.query, body, options);
  }
  export(body, options) {
    return this.call(paths.export, body, options);
  }
  view(body = {}, options) {
    return this.call(paths.view, body, options);
  }
  async resume({ id = this.id, cookie = this.cookie, body = {}, headers = {} } = {}) {
    const answer = await this.target.call("POST", paths.resume(id), {
      headers: {
        ...pageHeaders,
        "X-Casement": "1",
        Cookie: `${cookieName}=${cookie}`,
        ...headers,
      },
      body,
    });
    return opened(answer);
  }
}

function codeIn(text) {
  try {
    return JSON.parse(text).error?.code;
  } catch {
    return undefined;
  }
}
