// Row 17 for keys: a key that stands in a link, a field or an answer ends where it is used. Not in the
// log, not in an address, a page, a refusal, the metrics or the audit trail, and on the disk sealed.
//
//     node --test tests/conformance/attacks/grafana-secrets.test.mjs
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { legacyKey, token } from "../grafana/support.mjs";
import {
  basic,
  bearer,
  orders,
  own,
  randomLetters,
  startGrafanaTarget,
  v1,
  v2,
  v2Parts,
  v3,
  v3Parts,
} from "./grafana-target.mjs";
import { exchange, requestBytes } from "./support/wire.mjs";
import { api, pageHeaders, publicUrl } from "./target.mjs";

describe("attack 17, Grafana: a key", () => {
  let grafana, target;
  const secrets = {};
  const answers = [];

  before(async () => {
    grafana = await startGrafanaTarget({ env: { CASEMENT_LOG_LEVEL: "debug" } });
    target = grafana.target;
    const keep = (answer) => {
      answers.push(answer);
      return answer;
    };
    const remember = (name, key) => {
      secrets[`${name}`] = key.text;
      secrets[`${name}'s secret`] = key.secret;
      secrets[`${name}'s hash`] = key.hash;
    };
    const key = await grafana.newKey();
    const sa = await grafana.newToken();
    remember("API key", key);
    remember("token", sa);
    for (const one of [key, sa]) {
      for (const version of [v1, v2, v3]) {
        const link = version(one, `${orders}?from=now-6h`);
        keep(await target.call("GET", link));
        keep(await target.call("HEAD", link));
        const opened = keep(await grafana.open(link));
        assert.equal(opened.status, 201, opened.text);
        keep(await target.call("GET", `${opened.lines[0].sharable.target}&again=1`));
      }
      keep(await grafana.call("GET", "/api/org", { key: one.text }));
      keep(await grafana.call("GET", "/api/org", { headers: basic(one.text) }));
      keep(await grafana.call("GET", `${own}/${one.id}`));
    }
    secrets["signature of version 2"] = v2Parts(key)[0][1];
    secrets["signature of version 3"] = v3Parts(key).at(-1)[1];
    keep(await target.call("GET", v2(key)));
    // Keys of nobody are somebody's elsewhere: mistyped, or for another server.
    const foreign = randomLetters(32);
    secrets["another server's key"] = legacyKey(foreign, "elsewhere", 1);
    secrets["another server's token"] = token(foreign);
    const second = randomLetters(32);
    secrets["imported key"] = legacyKey(second, "imported", 1);
    keep(await grafana.call("POST", `${own}/import`, { body: { key: secrets["imported key"] } }));
    const rotated = await grafana.expect(200, "POST", `${own}/${sa.id}/rotate`, { body: {} });
    secrets["rotated token"] = rotated.key;
    await everyWrongPlace(keep);
    await target.server.end(); // what is queued is written
  });
  after(() => grafana?.close());

  async function everyWrongPlace(keep) {
    for (const secret of Object.values(secrets)) {
      const text = encodeURIComponent(secret);
      for (const path of [
        `${orders}?aliyun_api_key=${text}`,
        `${orders}?aliyun_api_key=${secret}`,
        `${orders}?aliyun_api_key=${text}&aliyun_api_key=${text}`,
        `${orders}?aliyun_api_key=${text}x`,
        `${orders}?%61liyun_api_key=${text}`,
        `${orders}?aliyun_api_key=${text}&aliyun_api_key_sign=${text}`,
        `${orders}?aliyun_api_key_name=${text}&aliyun_api_key_sign=${text}`,
        `${orders}?casement_key=${text}&casement_signature=${text}`,
        `/d/nothing/x?aliyun_api_key=${text}`,
        `/d-solo/orders/x?aliyun_api_key=${text}`,
        `/d/orders/x/y/z?aliyun_api_key=${text}`,
        `/dashboard/snapshot/x?aliyun_api_key=${text}`,
        `/?aliyun_api_key=${text}`,
        `/login?aliyun_api_key=${text}`,
        `/api/search?aliyun_api_key=${text}`,
        `/api/nothing?api_key=${text}`,
        `${api}/nothing?aliyun_api_key=${text}`,
        `/healthz?aliyun_api_key=${text}`,
      ]) {
        keep(await target.call("GET", path, { headers: { Referer: publicUrl + path } }));
        const body = { link: path, secret: randomLetters(43) };
        keep(await target.call("POST", `${api}/sessions`, { headers: pageHeaders, body }));
      }
      for (const headers of [
        bearer(`${secret}x`),
        bearer(`x${secret}`),
        basic(secret, "admin"),
        { Authorization: secret },
        { "X-Grafana-Api-Key": secret },
        { Cookie: `grafana_session=${secret}` },
        { "X-Grafana-Org-Id": secret },
        { "User-Agent": "curl", "X-DS-Authorization": secret },
      ]) {
        keep(await grafana.call("GET", "/api/org", { headers }));
      }
      for (const body of [
        { key: secret, name: "x" },
        { hash: `${secret}x`, name: "x" },
        `{"key":"${secret}"`,
        { name: secret.slice(0, 190), role: secret },
      ]) {
        keep(await grafana.call("POST", `${own}/import`, { body }));
      }
      await exchange(
        target.port,
        requestBytes("GET", `${orders}?aliyun_api_key=${text}${"a".repeat(17_000)}`, { Host: "h" }),
        { ms: 300 },
      );
      await exchange(target.port, `GET ${orders}?aliyun_api_key=${text} HTTP/9\r\n\r\n`, {
        ms: 300,
      });
    }
  }

  function inNone(text, what) {
    for (const [name, secret] of Object.entries(secrets)) {
      for (const form of new Set([secret, encodeURIComponent(secret)])) {
        const at = text.indexOf(form);
        const before = text.slice(Math.max(0, at - 150), Math.max(0, at));
        assert.equal(at, -1, `the ${name} stands in ${what}: …${before}`);
      }
    }
  }

  test("is worth looking for: there are many, and what was answered was kept", () => {
    const all = Object.values(secrets);
    assert.ok(all.every((secret) => secret?.length >= 32));
    assert.equal(new Set(all).size, all.length);
    assert.ok(answers.length > 300, `${answers.length}`);
    assert.match(target.logged, /"path":"\/d\/orders\/x"/);
  });

  test("is in no line of the log", () => inNone(target.logged, "the log"));

  test("is in no address that a browser is sent to, nor in any header", () => {
    for (const { rawHeaders, headers } of answers) {
      // The console's own address is the only one, and always the same.
      assert.ok([undefined, "/console/"].includes(headers.location), headers.location);
      assert.equal(headers.refresh, undefined);
      inNone(JSON.stringify(rawHeaders), "a header");
    }
  });

  test("is in no page, and no page sends its own address on", () => {
    const pages = answers.filter(({ headers }) => /html/.test(headers["content-type"]));
    assert.ok(pages.length > 100, `${pages.length}`);
    for (const { text, headers } of pages) {
      inNone(text, "a page");
      assert.match(headers["referrer-policy"], /^(same-origin|no-referrer)$/);
      assert.match(headers["cache-control"], /no-store/);
    }
  });

  test("is not in the address that the page goes on with", () => {
    const opened = answers.filter(({ status, lines }) => status === 201 && lines);
    assert.ok(opened.length >= 6, `${opened.length}`);
    for (const { lines } of opened) {
      if (lines[0].sharable)
        assert.match(lines[0].sharable.target, /^\/d\/orders\/x\?from=now-6h$/);
      inNone(JSON.stringify(lines[0].sharable ?? {}), "an address");
    }
  });

  test("comes back in no refusal", () => {
    const refusals = answers.filter(({ status }) => status >= 400);
    assert.ok(refusals.length > 200, `${refusals.length}`);
    for (const { text } of refusals) inNone(text, "a refusal");
  });

  test("is in no file as plain text, so a copy of the database signs nothing", () => {
    const files = readdirSync(target.dataDir).filter((name) =>
      statSync(join(target.dataDir, name)).isFile(),
    );
    assert.ok(files.includes("catalog.db") && files.includes("sessions.db"), files.join());
    const raw = { ...secrets };
    for (const name of Object.keys(raw).filter((one) => /hash/.test(one))) {
      raw[`${name} as bytes`] = Buffer.from(raw[name], "hex").toString("latin1");
    }
    for (const name of files) {
      const text = readFileSync(join(target.dataDir, name), "latin1");
      for (const [what, secret] of Object.entries(raw)) {
        assert.ok(!text.includes(secret), `the ${what} stands in ${name}`);
      }
    }
  });

  test("is in no row of the audit trail and in no metric", async () => {
    await target.server.start();
    target.connect();
    const { rows } = await target.api("GET", `${api}/audit?limit=1000`);
    const actions = new Set(rows.map(({ action }) => action));
    for (const action of ["link.refused", "link.redeemed", "account_key.used"]) {
      assert.ok(actions.has(action), `${action} of ${[...actions]}`);
    }
    inNone(JSON.stringify(rows), "the audit trail");
    inNone((await target.call("GET", "/metrics")).text, "the metrics");
    const keys = (await grafana.expect(200, "GET", `${own}?limit=1000`)).keys;
    inNone(JSON.stringify(keys), "the list of keys");
  });
});
