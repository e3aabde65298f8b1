// A server whose keys are tried: an organization with one of each role and another one beside it, and the
// calls of the tests. Every secret that is answered with is kept, for the question who else got it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { addOrganization, createCredentials, startCasement } from "../../support/casement.mjs";
import { Browser } from "./browser.mjs";

const flights = fileURLToPath(
  new URL("../../../examples/flights/", import.meta.url),
);

let dataDir;
export let server;
export let admin;
export let editor;
export let viewer;
export let stranger;
/** Of the first start; the log keeps its newest lines only. */
export let setUpCode;
/** Every secret that was answered with: none may be anywhere else. */
export const secrets = [];

export async function startKeys() {
  dataDir = mkdtempSync(join(tmpdir(), "casement-keys-"));
  viewer = await createCredentials(dataDir, "Viewer");
  editor = await createCredentials(dataDir, "Editor");
  addOrganization(dataDir);
  stranger = await createCredentials(dataDir, "Admin", 2);
  server = await startCasement({
    dataDir,
    args: ["--provision", flights],
    env: {
      CASEMENT_ALIYUN_API_KEY_SHARE: "true",
      CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: "v1,v2,v3",
      CASEMENT_SERVER_TRUSTED_PROXIES: "127.0.0.1",
    },
  });
  admin = server.credentials;
  const browser = new Browser(server.url);
  const line = /with the one-time code (\S+)/;
  // The line is on its way through a pipe; asking the server gives it the time.
  for (let tries = 0; tries < 200 && !line.test(server.log()); ++tries)
    await browser.call("GET", "/setup");
  setUpCode = line.exec(server.log())[1];
}

export async function stopKeys() {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Any call: {status, body, code, field}. */
export async function ask(method, path, { body, headers = {} } = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // not JSON
  }
  return {
    status: response.status,
    body: json,
    text,
    code: json?.error?.code,
    field: json?.error?.field,
  };
}

export const bearer = (token) => ({ authorization: `Bearer ${token}` });
export const api = (method, path, body, who = admin) =>
  ask(method, `/api/casement/v1${path}`, {
    body,
    headers: bearer(who.service_token),
  });

export async function expect(status, method, path, body, who) {
  const answer = await api(method, path, body, who);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  for (const name of ["key", "secret"]) {
    if (typeof answer.body?.[name] === "string")
      secrets.push(answer.body[name]);
  }
  return answer.body;
}
export async function refused(status, code, method, path, body, who) {
  const answer = await api(method, path, body, who);
  assert.deepEqual(
    [answer.status, answer.code],
    [status, code],
    `${method} ${path}: ${answer.text}`,
  );
  return answer;
}

/** Whether a key or a token opens Grafana's API. */
export const opens = async (key) =>
  (await ask("GET", "/api/search", { headers: bearer(key) })).status;

/** Every row of a list, by its pages; the sizes of the pages too. */
export async function pages(path, name, limit) {
  const rows = [];
  const sizes = [];
  let next = "";
  do {
    const page = await expect(
      200,
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}limit=${limit}${next}`,
    );
    rows.push(...page[name]);
    sizes.push(page[name].length);
    next = page.next === null ? "" : `&after=${page.next}`;
  } while (next !== "");
  return { rows, sizes };
}

/** Opens a link as the page behind it does: the status and the code of a refusal. */
export async function opensLink(url) {
  const { pathname, search } = new URL(url);
  const response = await fetch(`${server.url}/api/casement/v1/sessions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      origin: server.url,
      "sec-fetch-site": "same-origin",
    },
    body: JSON.stringify({
      link: pathname + search,
      secret: randomBytes(32).toString("base64url"),
      data: false,
    }),
  });
  const text = await response.text();
  if (response.ok) return "opened";
  return JSON.parse(text).error.code;
}

/**
 * No secret that was answered with, `least` of them or more, stands in the audit trail or in the log; these
 * actions stand in the trail.
 */
export async function saidOnly(actions, least) {
  const rows = [];
  let before = "";
  do {
    const page = await expect(200, "GET", `/audit?limit=1000${before}`);
    rows.push(...page.rows);
    before = page.next === null ? "" : `&before=${page.next}`;
  } while (before !== "");
  const text = JSON.stringify(rows) + server.log();
  assert.ok(secrets.length >= least, `${secrets.length} secrets`);
  for (const secret of secrets) assert.equal(text.includes(secret), false);
  const made = new Set(rows.map(({ action }) => action));
  for (const action of actions) assert.ok(made.has(action), action);
}
