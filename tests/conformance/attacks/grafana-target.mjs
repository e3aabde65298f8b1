// What the attacks on sharable links and on the keys behind them share: the target of this folder
// with links switched on, keys made over the API, and links signed and bent by hand (grafana.md
// §§1, 2 and the guide of version 3), apart from the server's own code.
import assert from "node:assert/strict";
import { createHash, createHmac, randomBytes } from "node:crypto";

import { readLegacyKey, readToken } from "../grafana/support.mjs";
import { newNonce, newSecret, nowSeconds } from "./support/links.mjs";
import { nobodys } from "./support/witness.mjs";
import { cookieName, opened, ndjson, pageHeaders, paths, startTarget } from "./target.mjs";

export const own = "/api/casement/v1/account-keys";
export const orders = "/d/orders/x";
export const bearer = (key) => ({ Authorization: `Bearer ${key}` });
export const basic = (key, user = "api_key") => ({
  Authorization: `Basic ${Buffer.from(`${user}:${key}`).toString("base64")}`,
});

/** A server with all versions of links. Options are startTarget's. */
export async function startGrafanaTarget({ versions = "v1,v2,v3", ...options } = {}) {
  const env = {
    CASEMENT_ALIYUN_API_KEY_SHARE: "true",
    CASEMENT_ALIYUN_API_KEY_SHARE_VERSION: versions,
    // Who fails is shut out; grafana-limits.test.mjs is about that, the others try a lot.
    CASEMENT_ALIYUN_LOGIN_RATE_LIMITER: "1000",
    CASEMENT_ALIYUN_LOGIN_FORBIDDEN_SECONDS: "1",
    ...options.env,
  };
  return new GrafanaTarget(await startTarget({ ...options, env }));
}

let numbered = 0;
let addressed = 0;
/** An address that nobody had before, all of one length; the target trusts the proxy that says so. */
export const newAddress = () => {
  addressed += 1;
  const part = (place) => 100 + (Math.floor(addressed / 150 ** place) % 150);
  return `10.${part(2)}.${part(1)}.${part(0)}`;
};

class GrafanaTarget {
  constructor(target) {
    this.target = target;
    this.admin = target.serviceToken;
  }
  close() {
    return this.target.close();
  }
  restart(options) {
    return this.target.restart(options);
  }

  /** {status, headers, text, json}; with the administrator's key unless `key` or `headers` say. */
  async call(method, path, { key = this.admin, headers, body } = {}) {
    const answer = await this.target.call(method, path, { headers: headers ?? bearer(key), body });
    let json;
    try {
      json = JSON.parse(answer.text);
    } catch {
      json = undefined;
    }
    return { ...answer, json };
  }
  async expect(status, method, path, options) {
    const answer = await this.call(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  /** An API key with everything that signs: {id, name, org, text, secret, hash}. */
  async newKey(role = "Viewer", { name = `key ${++numbered}`, by, ...more } = {}) {
    const body = { name, role, ...more };
    const made = await this.expect(200, "POST", "/api/auth/keys", { body, key: by });
    const { secret, org, hash } = readLegacyKey(made.key);
    return { id: made.id, name, org, text: made.key, secret, hash };
  }
  /** The same of a service account's token; `account` is its id. */
  async newToken(role = "Viewer", { org = 1, by } = {}) {
    const account = await this.expect(201, "POST", "/api/serviceaccounts", {
      body: { name: `account ${++numbered}`, role },
      key: by,
    });
    const name = `token ${numbered}`;
    const made = await this.expect(200, "POST", `/api/serviceaccounts/${account.id}/tokens`, {
      body: { name },
      key: by,
    });
    const { secret, hash } = readToken(made.key);
    return { id: made.id, account: account.id, name, org, text: made.key, secret, hash };
  }

  /** What exists, to see that nothing came, went or changed. */
  async everything() {
    const texts = [];
    for (const path of [`${own}?limit=1000`, "/api/serviceaccounts/search", "/api/search"]) {
      const { text } = await this.call("GET", path);
      texts.push(text.replace(/"last_used_at":[^,}]*/g, ""));
    }
    return texts.join("\n");
  }

  /** Opens a link as its page does; `code` and no access token when it is refused. */
  open(link, options) {
    return this.target.open(link, options);
  }
  /** A browser with the open session of a link. */
  async viewer(link, options) {
    const answer = await this.open(link, options);
    assert.equal(answer.status, 201, answer.text);
    return new KeyViewer(this.target, answer);
  }
  /** Fails unless neither the page nor the opening of this link gives anything away. */
  async refuses(link, statuses, codes, options = {}) {
    const headers = { "X-Forwarded-For": newAddress(), ...options.headers };
    const page = await this.target.call("GET", link, { headers });
    const answer = await this.open(link, { ...options, headers });
    const what = `${link}: ${answer.status} ${answer.text}`;
    assert.ok(statuses.includes(answer.status), what);
    if (codes) assert.ok(codes.includes(answer.code), what);
    assert.equal(answer.accessToken, undefined, what);
    assert.equal(answer.headers["set-cookie"], undefined, what);
    nobodys(answer.text, link);
    nobodys(page.text, link);
    return answer;
  }
}

export class KeyViewer {
  constructor(target, open) {
    Object.assign(this, { target, open });
    const { id, secret, cookie, accessToken, lines, dashboard } = open;
    Object.assign(this, { id, secret, cookie, accessToken, lines, dashboard });
  }
  async post(path, body, headers = {}) {
    const answer = await this.target.call("POST", path, {
      headers: { ...pageHeaders, ...bearer(this.accessToken), ...headers },
      body,
    });
    const lines = ndjson(answer.text);
    return { ...answer, lines, code: lines[0]?.error?.code };
  }
  query(body, content = "dashboards/orders") {
    return this.post(paths.query, { content, ...body });
  }
  export(body, content = "dashboards/orders") {
    return this.post(paths.export, { content, ...body });
  }
  view(content) {
    return this.post(paths.view, { content });
  }
  async resume({ id = this.id, cookie = this.cookie, body = {}, headers = {} } = {}) {
    return opened(
      await this.target.call("POST", paths.resume(id), {
        headers: {
          ...pageHeaders,
          "X-Casement": "1",
          Cookie: `${cookieName}=${cookie}`,
          ...headers,
        },
        body,
      }),
    );
  }
}

// -- links --------------------------------------------------------------------------------------

export function withParameters(target, parameters) {
  const text = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return text === "" ? target : `${target}${target.includes("?") ? "&" : "?"}${text}`;
}

/** Pairs with some of them replaced, or left out where the value is null. */
export const changed = (pairs, changes = {}) =>
  pairs
    .map(([name, value]) => [name, name in changes ? changes[name] : value])
    .filter(([, value]) => value !== null);

export const v1 = (key, target = orders) => withParameters(target, [["aliyun_api_key", key.text]]);

/** The parameters of version 2. `age` in seconds. */
export function v2Parts(key, { age = 0, time = nowSeconds() - age, session = 3600 } = {}) {
  return [
    ["aliyun_api_key_sign", createHash("md5").update(`${key.hash}_${time}`).digest("hex")],
    ["aliyun_api_key_timestamp", time],
    ["aliyun_api_key_name", key.name],
    ["aliyun_api_key_org_id", key.org],
    ["aliyun_api_key_expire_seconds", session],
  ];
}
export const v2 = (key, target = orders, options = {}) =>
  withParameters(target, changed(v2Parts(key, options), options.changes));

/** The text that version 3 signs, of a target whose variables have plain values. */
export function v3Text(key, target, { lock = [], bound = [], expires, session, nonce }) {
  const { pathname, searchParams } = new URL(target, "http://h");
  const of = (kind, names) =>
    [...searchParams]
      .filter(([name]) => name.startsWith("var-") && names.includes(name.slice(4)))
      .map(([name, value]) => `${kind}:${name.slice(4)}=${value}`)
      .sort();
  const solo = pathname.startsWith("/d-solo/") ? [`panel:${searchParams.get("panelId")}`] : [];
  return [
    ...["casement-grafana-v3", pathname, key.org, key.name, expires, session, nonce],
    ...[...solo, ...of("lock", lock), ...of("bound", bound)],
  ].join("\n");
}
export function v3Parts(key, target = orders, options = {}) {
  const { lock = [], bound = [], life = 300, session = 3600, nonce = newNonce() } = options;
  const expires = options.expires ?? nowSeconds() + life;
  const text = v3Text(key, target, { lock, bound, expires, session, nonce });
  return [
    ["casement_key", key.name],
    ["casement_org", key.org],
    ["casement_expires", expires],
    ["casement_session", session],
    ["casement_lock", lock.join(",")],
    ["casement_bound", bound.join(",")],
    ["casement_nonce", nonce],
    ["casement_signature", createHmac("sha256", key.hash).update(text).digest("hex")],
  ];
}
export const v3 = (key, target = orders, options = {}) =>
  withParameters(target, changed(v3Parts(key, target, options), options.changes));

export const versions = { 1: v1, 2: v2, 3: v3 };
export const randomLetters = (count) =>
  randomBytes(count * 2)
    .toString("base64")
    .replace(/[^0-9A-Za-z]/g, "x")
    .slice(0, count);
export { newNonce, newSecret, nowSeconds };

// -- the API ------------------------------------------------------------------------------------

/** Every call that needs a key, with names that are real. */
export const calls = (of) => [
  ["GET", "/api/auth/keys"],
  ["POST", "/api/auth/keys", { name: "stolen", role: "Viewer" }],
  ["DELETE", `/api/auth/keys/${of.key}`],
  ["POST", "/api/serviceaccounts", { name: "stolen", role: "Viewer" }],
  ["GET", "/api/serviceaccounts/search"],
  ["GET", `/api/serviceaccounts/${of.account}`],
  ["PATCH", `/api/serviceaccounts/${of.account}`, { role: "None" }],
  ["DELETE", `/api/serviceaccounts/${of.account}`],
  ["GET", `/api/serviceaccounts/${of.account}/tokens`],
  ["POST", `/api/serviceaccounts/${of.account}/tokens`, { name: "stolen" }],
  ["DELETE", `/api/serviceaccounts/${of.account}/tokens/${of.token}`],
  ["POST", "/api/serviceaccounts/migrate"],
  ["POST", `/api/serviceaccounts/migrate/${of.key}`],
  ["GET", own],
  ["GET", `${own}/${of.key}`],
  ["POST", `${own}/${of.key}/rotate`, {}],
  ["POST", `${own}/${of.key}/revoke`],
  ["POST", `${own}/import`, { hash: "0".repeat(100), name: "stolen" }],
  ["GET", "/api/folders"],
  ["POST", "/api/folders", { title: "stolen" }],
  ["GET", "/api/folders/f"],
  ["PUT", "/api/folders/f", { title: "stolen", overwrite: true }],
  ["POST", "/api/folders/f/move", {}],
  ["GET", "/api/folders/f/counts"],
  ["DELETE", "/api/folders/f"],
  ["POST", "/api/dashboards/db", { dashboard: { title: "stolen" } }],
  ["POST", "/api/dashboards/import", { dashboard: { title: "stolen" }, inputs: [] }],
  ["GET", "/api/dashboards/uid/g"],
  ["GET", "/api/dashboards/uid/g/versions"],
  ["GET", "/api/dashboards/uid/g/versions/1"],
  ["POST", "/api/dashboards/uid/g/restore", { version: 1 }],
  ["DELETE", "/api/dashboards/uid/g"],
  ["GET", "/api/dashboards/tags"],
  ["GET", "/api/search"],
  ["GET", "/api/org"],
  ["GET", "/api/user"],
];
