// Who one is with a key or a link of the Grafana dialect: rows 1 and 14. No wrong credential is
// anybody, and a signature is of one formula and one key.
//
//     node --test tests/conformance/attacks/grafana-identity.test.mjs
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { legacyKey, token } from "../grafana/support.mjs";
import {
  basic,
  bearer,
  calls,
  changed,
  orders,
  own,
  randomLetters,
  startGrafanaTarget,
  v1,
  v2,
  v3,
  v3Parts,
  v3Text,
  withParameters,
} from "./grafana-target.mjs";
import { link, nowSeconds } from "./support/links.mjs";
import { nobodys } from "./support/witness.mjs";
import { cookieName, paths } from "./target.mjs";

let grafana, key, sa;
before(async () => {
  grafana = await startGrafanaTarget({ otherOrganization: true });
  key = await grafana.newKey("Admin");
  sa = await grafana.newToken("Editor");
  await grafana.expect(200, "POST", "/api/folders", { body: { uid: "f", title: "Canary folder" } });
  await grafana.expect(200, "POST", "/api/dashboards/db", {
    body: { dashboard: { uid: "g", title: "Canary board" }, folderUid: "f" },
  });
});
after(() => grafana?.close());
const real = () => ({ key: key.id, account: sa.account, token: sa.id });

describe("attack 1, Grafana: a wrong credential is nobody", () => {
  test("for every call, whatever is wrong with the key and wherever it stands", async () => {
    const revoked = await grafana.newKey("Admin");
    await grafana.expect(200, "POST", `${own}/${revoked.id}/revoke`);
    const deleted = await grafana.newKey("Admin");
    await grafana.expect(200, "DELETE", `/api/auth/keys/${deleted.id}`);
    const asleep = await grafana.newToken("Admin");
    await grafana.expect(200, "PATCH", `/api/serviceaccounts/${asleep.account}`, {
      body: { isDisabled: true },
    });
    const viewer = await grafana.viewer(v2(key));
    const share = await grafana.target.share("orders", "acme");
    const embedded = await grafana.target.viewer(share);
    const wrong = {
      "no key": {},
      "an empty bearer": { Authorization: "Bearer " },
      "no scheme": { Authorization: key.text },
      "another scheme": { Authorization: `Digest ${key.text}` },
      "the key twice": { Authorization: [`Bearer ${key.text}`, `Bearer ${key.text}`] },
      "a right key behind a wrong one": { Authorization: ["Bearer x", `Bearer ${key.text}`] },
      "a key of no form": bearer("x"),
      "a key with a letter less": bearer(key.text.slice(1)),
      "another secret": bearer(legacyKey(randomLetters(32), key.name, 1)),
      "the same secret, another name": bearer(legacyKey(key.secret, "nobody", 1)),
      "the same secret, another organization": bearer(legacyKey(key.secret, key.name, 2)),
      "the same name, other letters": bearer(legacyKey(key.secret, key.name.toUpperCase(), 1)),
      "a stored hash": bearer(key.hash),
      "a stored hash as a token": bearer(`glsa_${key.hash.slice(0, 32)}_${key.hash.slice(32, 40)}`),
      "a token with its checksum turned round": bearer(
        `glsa_${sa.secret}_${sa.text.split("_")[2].match(/../g).reverse().join("")}`,
      ),
      "a made-up token": bearer(token(randomLetters(32))),
      "a token as an API key": bearer(legacyKey(sa.secret, sa.name, 1)),
      "an API key as a token": bearer(token(key.secret)),
      "a revoked key": bearer(revoked.text),
      "a deleted key": bearer(deleted.text),
      "a token of a disabled account": bearer(asleep.text),
      "a session's access token": bearer(viewer.accessToken),
      "another dialect's access token": bearer(embedded.accessToken),
      "a session's cookie": { Cookie: `${cookieName}=${viewer.cookie}` },
      "a cookie with the key": { Cookie: `grafana_session=${key.text}` },
      "another dialect's keys": {
        "DD-API-KEY": grafana.target.keys.api_key,
        "DD-APPLICATION-KEY": grafana.target.keys.app_key,
      },
      "a key in another dialect's field": { "X-Grafana-Api-Key": key.text, "DD-API-KEY": key.text },
      "a password of an administrator": basic("admin", "admin"),
      "a key as another user's password": basic(key.text, "admin"),
      "a user without a password": basic("", "api_key"),
      "a key with a space before it": basic(` ${key.text}`),
      "Basic with no Base64": { Authorization: `Basic api_key:${key.text}` },
      "another organization wanted": { ...bearer(key.text), "X-Grafana-Org-Id": "2" },
      "no organization wanted": { ...bearer(key.text), "X-Grafana-Org-Id": "x" },
    };
    const before = await grafana.everything();
    for (const [what, headers] of Object.entries(wrong)) {
      for (const [method, path, body] of calls(real())) {
        const answer = await grafana.call(method, path, { headers, body });
        assert.equal(answer.status, 401, `${what}, ${method} ${path}: ${answer.text}`);
        assert.doesNotMatch(answer.text, /canary|account \d|key \d/i, `${what}, ${path}`);
        assert.equal(answer.headers["www-authenticate"], undefined, "no browser may remember it");
        assert.equal(answer.headers["set-cookie"], undefined);
      }
    }
    assert.equal(await grafana.everything(), before, "and nothing came of it");
  });

  test("nor does a key in the address do what one in a field does", async () => {
    for (const name of ["aliyun_api_key", "api_key", "access_token", "auth_token", "token"]) {
      const answer = await grafana.call("GET", `/api/search?${name}=${key.text}`, { headers: {} });
      assert.equal(answer.status, 401, `${name}: ${answer.text}`);
    }
  });

  test("a key opens no session's calls, and a session's token no other session's", async () => {
    const mine = await grafana.viewer(v2(key));
    for (const headers of [bearer(key.text), bearer(grafana.admin), bearer("x"), {}]) {
      for (const path of [paths.query, paths.export, paths.view]) {
        const answer = await grafana.target.call("POST", path, {
          headers,
          body: { content: "dashboards/orders", panels: [5], panel: 5 },
        });
        assert.ok([400, 401].includes(answer.status), `${path}: ${answer.text}`);
        nobodys(answer.text, path);
      }
    }
    assert.equal((await mine.query({ panels: [5] })).status, 200);
  });

  test("a link of no key, a lost key or another dialect opens nothing", async () => {
    const share = await grafana.target.share("orders", "acme");
    const foreign = new URL(link(share), "http://h").search.slice(1);
    const nobody = { ...key, name: "nobody", hash: "0".repeat(100) };
    for (const [what, address] of Object.entries({
      "no proof": orders,
      "an unknown key, version 1": v1({ text: legacyKey(randomLetters(32), "nobody", 1) }),
      "an unknown key, version 2": v2(nobody),
      "an unknown key, version 3": v3(nobody),
      "the name of another key": v2({ ...key, name: sa.name }),
      "the account's name for the token's": v2({ ...sa, name: `account ${sa.name.slice(6)}` }),
      "another organization's number": v2({ ...key, org: 2 }),
      "a share's proof": `${orders}?${foreign}`,
    })) {
      const answer = await grafana.refuses(address, [400, 401], undefined);
      assert.ok(answer.code, what);
    }
  });
});

describe("attack 14, Grafana: a signature is of one formula and one key", () => {
  test("any other digest, salt, length, spelling or key is refused", async () => {
    const md5 = (text) => createHash("md5").update(text).digest("hex");
    const time = nowSeconds();
    const right = md5(`${key.hash}_${time}`);
    const signed = (sign) => v2(key, orders, { time, changes: { aliyun_api_key_sign: sign } });
    assert.equal((await grafana.open(signed(right))).status, 201);
    for (const sign of [
      right.toUpperCase(),
      md5(`_${time}`),
      md5(`${"0".repeat(100)}_${time}`),
      md5(`${key.hash.toUpperCase()}_${time}`),
      md5(`${key.hash.slice(0, 64)}_${time}`),
      md5(`${key.secret}_${time}`),
      md5(`${key.text}_${time}`),
      md5(`${sa.hash}_${time}`),
      md5(`${key.hash}${time}`),
      md5(`${key.hash}_${time}\n`),
      createHash("sha256").update(`${key.hash}_${time}`).digest("hex"),
      createHash("sha256").update(`${key.hash}_${time}`).digest("hex").slice(0, 32),
      right.slice(0, 31),
      `${right} `,
      `${right}\u0000`,
      "",
      "0".repeat(32),
    ]) {
      await grafana.refuses(signed(sign), [400, 401], ["signature_invalid", "parameter_invalid"]);
    }
    const options = { expires: time + 300, session: 60, nonce: "n".repeat(24) };
    const text = v3Text(key, orders, options);
    const third = (signature) =>
      withParameters(
        orders,
        changed(v3Parts(key, orders, options), { casement_signature: signature }),
      );
    const hmac = (digest, secret, of = text) => createHmac(digest, secret).update(of).digest("hex");
    for (const signature of [
      hmac("md5", key.hash),
      hmac("sha1", key.hash),
      hmac("sha512", key.hash).slice(0, 64),
      hmac("sha256", ""),
      hmac("sha256", "0".repeat(100)),
      hmac("sha256", key.secret),
      hmac("sha256", Buffer.from(key.hash, "hex")),
      hmac("sha256", sa.hash),
      hmac("sha256", key.hash, `${text}\n`),
      hmac("sha256", key.hash, text.replaceAll("\n", "\r\n")),
      hmac("sha256", key.hash, text.replace("v3", "v2")),
      hmac("sha256", key.hash).toUpperCase(),
      createHash("sha256").update(`${key.hash}${text}`).digest("hex"),
      right,
    ]) {
      await grafana.refuses(
        third(signature),
        [400, 401],
        ["signature_invalid", "parameter_invalid"],
      );
    }
    assert.equal((await grafana.open(third(hmac("sha256", key.hash)))).status, 201);
  });

  test("a version that is switched off is off, for right links too", async () => {
    const only = await startGrafanaTarget({ versions: "v3" });
    try {
      const one = await only.newKey();
      await only.refuses(v1(one), [403], ["version_refused"]);
      await only.refuses(v2(one), [403], ["version_refused"]);
      assert.equal((await only.open(v3(one))).status, 201);
    } finally {
      await only.close();
    }
    const none = await startGrafanaTarget({ env: { CASEMENT_ALIYUN_API_KEY_SHARE: "false" } });
    try {
      const one = await none.newKey();
      for (const version of [v1, v2, v3]) {
        await none.refuses(version(one), [403], ["sharing_disabled"]);
      }
    } finally {
      await none.close();
    }
  });
});
