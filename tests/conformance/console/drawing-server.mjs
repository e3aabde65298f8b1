// A server with the flights example whose dashboards are drawn: keys of each role, a key of another
// organization, people who sign in, shares with links, and the calls of the tests.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
export const kAtlanta = { airport: "ATL" };

let folder;
export let server, keys, outside;

/** A call with a key: {status, text, body, code, lines}. */
export async function call(key, method, path, body) {
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
export const draw = (key, body, path = "") =>
  call(key, "POST", `/draw${path}`, { timezone: "UTC", ...body });
export const dashboardOf = (answer) => {
  assert.equal(answer.status, 200, answer.text);
  return answer.lines[0].dashboard;
};
export const lineOf = (answer, panel) =>
  answer.lines.find((line) => line.panel === panel);
export const valuesOf = (answer, panel, column) =>
  lineOf(answer, panel).frames[0].columns.find(({ name }) => name === column)
    .values;

/** The newest audit rows once one of them fits: they are written just after the answer. */
export async function audited(fits) {
  for (let tries = 0; ; ++tries) {
    const { rows } = (await call(keys.Admin, "GET", "/audit?limit=50")).body;
    if (rows.some(fits)) return rows;
    assert.ok(tries < 200, "there is no such row");
  }
}

/** What the API of Looker's kind answers. */
export async function looker(method, path, body) {
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
export async function share(dashboard, settings) {
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

export function createUser(handle, role) {
  execFileSync(
    casementBinary(),
    // prettier-ignore
    ["admin", "create-user", "--data", join(folder, "data"), "--handle", handle,
      "--name", handle, "--role", role, "--password-stdin"],
    { input: kPassword, stdio: ["pipe", "ignore", "inherit"] },
  );
}

export async function signedIn(handle) {
  const browser = new Browser(server.url);
  const answer = await browser.call("POST", "/sign-in", {
    handle,
    password: kPassword,
  });
  assert.equal(answer.status, 200, answer.text);
  return { browser, user: answer.body.user };
}

export async function startDrawing() {
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
}

export async function stopDrawing() {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
}

/** A dashboard of its own for a test. */
export async function make(uid, document) {
  const made = await call(keys.Admin, "POST", "/dashboards", {
    document: { uid, title: uid, panels: [], ...document },
  });
  assert.equal(made.status, 201, made.text);
  return made.body;
}
export const stat = (id, sql, more = {}) => ({
  id,
  type: "stat",
  title: `Panel ${id}`,
  grid: { x: 0, y: (id - 1) * 4, w: 8, h: 4 },
  queries: [{ name: "A", source: "flights", sql, ...more }],
});
