// A pasted link is explained: what is right, what is wrong, in the order of the server's checks;
// nothing is used up by it, and nothing told that could sign another one.
//
//     node --test tests/conformance/console/links.test.mjs
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";

import { check, firstWrong, Watched } from "./watch.mjs";

let lab;
before(async () => {
  lab = await Watched.start();
  await lab.makeEmbedSecret();
  await lab.makeKey();
});
after(() => lab?.stop());

const credential = "atlanta-credential-of-the-tests-0123456789ab";

describe("A Datadog link", () => {
  test("that is right opens, and asking does not use it up", async () => {
    const link = lab.datadog();
    for (let times = 0; times < 2; ++times) {
      const answer = await lab.explain(link);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.body.opens, true, answer.text);
      assert.equal(answer.body.dialect, "datadog");
      assert.equal(check(answer, "used").state, "ok");
      assert.match(check(answer, "signature").sentence, /ends in 89ab/);
    }
    assert.equal((await lab.open(link)).status, 201);
    const used = await lab.explain(link);
    assert.equal(used.body.opens, false);
    assert.equal(firstWrong(used).name, "used");
    assert.match(firstWrong(used).sentence, /is still open/);
  });

  test("shows its parts, its token masked, and the text that is signed", async () => {
    const nonce = "0123456789abcdef";
    const ts = Math.floor(Date.now() / 1000);
    const link = lab.datadog({ nonce, ts });
    const token = new URL(link).searchParams.get("token");
    const answer = await lab.explain(`  "${link}&theme=dark"\n`);
    const part = (name) =>
      answer.body.parts.find((one) => one.name === name);
    assert.deepEqual(
      answer.body.parts.map((one) => one.name),
      ["scheme", "host", "path", "token", "nonce", "ts", "theme"],
    );
    assert.equal(part("token").masked, true);
    assert.equal(part("token").value, `…${token.slice(-4)} (64 characters)`);
    assert.equal(part("nonce").value, nonce);
    assert.deepEqual(answer.body.signed_lines, [
      { name: "nonce|ts", text: `${nonce}|${ts}` },
    ]);
    assert.ok(!answer.text.includes(token));
  });

  test("that was signed wrongly hears what was done, and never the right token", async () => {
    const nonce = randomBytes(16).toString("hex");
    const ts = Math.floor(Date.now() / 1000);
    const right = createHmac("sha256", credential)
      .update(`${nonce}|${ts}`)
      .digest("hex");
    const answer = await lab.explain(
      lab.datadog({ nonce, ts, text: `${ts}|${nonce}` }),
    );
    assert.equal(answer.body.opens, false);
    assert.equal(firstWrong(answer).name, "signature");
    assert.match(firstWrong(answer).sentence, /The token was made with the/);
    assert.ok(!answer.text.includes(right));
    assert.ok(!answer.text.includes(credential));
    assert.equal(check(answer, "window").state, "not_reached");
    assert.equal(check(answer, "window").would_hold, true);
    assert.equal(check(answer, "used").state, "not_reached");
  });

  test("that is signed for another share is told so", async () => {
    const answer = await lab.explain(
      lab.datadog({
        credential: "chicago-credential-of-the-tests-0123456789ab",
      }),
    );
    assert.match(firstWrong(answer).sentence, /of another share/);
  });

  test("whose time is over says since when", async () => {
    const answer = await lab.explain(
      lab.datadog({ ts: Math.floor(Date.now() / 1000) - 4000 }),
    );
    assert.equal(firstWrong(answer).name, "window");
    assert.match(firstWrong(answer).sentence, /Made .*, good until .*; now it/);
    assert.equal(check(answer, "signature").state, "ok");
  });

  test("with parameters missing, twice or of a wrong form names them", async () => {
    const link = lab.datadog();
    const twice = await lab.explain(`${link}&nonce=again`);
    assert.equal(firstWrong(twice).name, "nonce");
    const missing = await lab.explain(link.replace(/&ts=\d+/, ""));
    assert.equal(firstWrong(missing).name, "ts");
    assert.equal(check(missing, "signature").state, "not_reached");
    const milliseconds = await lab.explain(link.replace(/&ts=(\d+)/, "&ts=$1000"));
    assert.match(firstWrong(milliseconds).sentence, /milliseconds/);
  });

  test("with the credential itself in it hides that and says to replace it", async () => {
    const answer = await lab.explain(
      `${lab.datadog()}&key=${encodeURIComponent(credential)}`,
    );
    assert.equal(check(answer, "secret").state, "note");
    assert.ok(!answer.text.includes(credential));
  });

  test("of a paused share says so, to those who signed it", async () => {
    const link = lab.datadog({
      share: "flights-ord-demo",
      credential: "chicago-credential-of-the-tests-0123456789ab",
    });
    await lab.call("PATCH", "/shares/flights-ord-demo", lab.admin, {
      status: "paused",
    });
    const answer = await lab.explain(link);
    assert.equal(firstWrong(answer).name, "state");
    assert.match(firstWrong(answer).advice, /Resume/);
    await lab.call("PATCH", "/shares/flights-ord-demo", lab.admin, {
      status: "active",
    });
  });
});

describe("A Looker link", () => {
  test("that is right opens, shows its lines, and is used once", async () => {
    const link = await lab.looker();
    const answer = await lab.explain(link);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.dialect, "looker");
    assert.deepEqual(firstWrong(answer), undefined, answer.text);
    assert.deepEqual(
      answer.body.signed_lines.slice(0, 3).map((one) => one.name),
      ["host", "path", "nonce"],
    );
    assert.ok(!answer.text.includes(lab.embedSecret));
    assert.equal((await lab.open(link)).status, 201);
    assert.equal(firstWrong(await lab.explain(link)).name, "used");
  });

  test("signed with another secret is refused at the signature, and says no right one", async () => {
    const link = await lab.looker("another-secret-another-secret-another-secret");
    const answer = await lab.explain(link);
    assert.equal(firstWrong(answer).name, "signature");
    const lines = answer.body.signed_lines.map((one) => one.text).join("\n");
    const right = createHmac("sha256", lab.embedSecret)
      .update(lines)
      .digest("base64");
    assert.ok(!answer.text.includes(right));
    assert.ok(!answer.text.includes(lab.embedSecret));
  });

  test("to a dashboard that is not there says so last", async () => {
    const answer = await lab.explain(
      await lab.looker(lab.embedSecret, "/embed/dashboards/no-such"),
    );
    assert.equal(firstWrong(answer).name, "content");
    assert.equal(check(answer, "signature").state, "ok");
  });

  test("whose values are no JSON names the parameter", async () => {
    const link = await lab.looker();
    const answer = await lab.explain(
      link.replace(/external_user_id=[^&]*/, "external_user_id=u1"),
    );
    assert.equal(firstWrong(answer).name, "external_user_id");
  });

  test("with a parameter of its own is refused for it", async () => {
    const answer = await lab.explain(`${await lab.looker()}&theme=dark`);
    assert.equal(firstWrong(answer).name, "parameters");
    assert.match(firstWrong(answer).sentence, /theme/);
  });
});

describe("A sharable link of Grafana", () => {
  for (const version of [1, 2, 3]) {
    test(`of version ${version} that is right opens`, async () => {
      const link = await lab.grafana(version);
      const answer = await lab.explain(link);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.body.dialect, "grafana");
      assert.deepEqual(firstWrong(answer), undefined, answer.text);
      assert.ok(!answer.text.includes(lab.key));
      assert.equal((await lab.open(link)).status, 201);
      const again = await lab.explain(link);
      assert.equal(again.body.opens, version !== 3);
      if (version === 3) assert.equal(firstWrong(again).name, "used");
    });
  }

  test("of version 3 that was changed afterwards is refused at its signature", async () => {
    const link = await lab.grafana(3);
    const answer = await lab.explain(link.replace("/d/flights/", "/d/other/"));
    assert.equal(firstWrong(answer).name, "signature");
    assert.equal(check(answer, "dashboard").state, "not_reached");
    assert.equal(check(answer, "dashboard").would_hold, false);
  });

  test("of a key that is not there says which name it looked for", async () => {
    const link = await lab.grafana(2);
    const answer = await lab.explain(
      link.replace("aliyun_api_key_name=embed", "aliyun_api_key_name=embedding"),
    );
    assert.equal(firstWrong(answer).name, "key");
    assert.match(firstWrong(answer).sentence, /embedding/);
  });

  test("without any proof says what is missing", async () => {
    const answer = await lab.explain(`${lab.url}/d/flights/flights`);
    assert.equal(firstWrong(answer).name, "version");
  });
});

describe("Whoever asks", () => {
  test("must manage the organization", async () => {
    const link = lab.datadog();
    for (const token of [lab.editor, lab.viewer]) {
      const answer = await lab.explain(link, token);
      assert.equal(answer.status, 403);
      assert.equal(answer.code, "missing_permission");
    }
    assert.equal((await lab.explain(link, null)).status, 401);
  });

  test("of another organization learns nothing of this one's", async () => {
    const known = await lab.explain(lab.datadog(), lab.stranger);
    const unknown = await lab.explain(
      lab.datadog({ share: "no-such-share-here" }),
      lab.stranger,
    );
    assert.equal(firstWrong(known).name, "share");
    assert.equal(firstWrong(known).sentence, firstWrong(unknown).sentence);
    for (const link of [await lab.looker(), await lab.grafana(2)]) {
      const answer = await lab.explain(link, lab.stranger);
      assert.equal(firstWrong(answer).name, "organization", answer.text);
      assert.ok(!answer.body.checks.some((one) => one.name === "signature"));
    }
    const key = await lab.explain(await lab.grafana(1), lab.stranger);
    assert.equal(firstWrong(key).name, "key");
  });

  test("is told which addresses are links at all", async () => {
    for (const url of ["https://example.org/", "nonsense", "/console/links"]) {
      const answer = await lab.explain(url);
      assert.equal(answer.body.dialect, null);
      assert.equal(firstWrong(answer).name, "address");
    }
  });

  test("must paste something, as text, and not a book", async () => {
    assert.equal((await lab.explain("   ")).status, 400);
    assert.equal((await lab.explain(7)).status, 400);
    assert.equal((await lab.explain("x".repeat(40_000))).status, 400);
    const answer = await lab.call("POST", "/links/validate", lab.admin, {});
    assert.equal(answer.status, 400);
  });

  test("leaves a row in the trail, without the link", async () => {
    const nonce = randomBytes(16).toString("hex");
    await lab.explain(lab.datadog({ nonce, text: "wrong" }));
    const { body, text } = await lab.until(() =>
      lab
        .call("GET", "/audit?action=link.explained&limit=1")
        // Rows are written a moment later.
        .then((one) => ({
          ...one,
          status: one.body.rows[0]?.detail.refused_at === "signature" ? 200 : 0,
        })),
    );
    assert.deepEqual(body.rows[0].detail, {
      opens: false,
      refused_at: "signature",
    });
    assert.ok(!text.includes(nonce));
  });

  test("is counted", async () => {
    let last;
    for (let times = 0; times < 40; ++times) {
      last = await lab.explain("nonsense", lab.stranger);
      if (last.status !== 200) break;
    }
    assert.equal(last.status, 429);
  });
});

test("The vendor's address of embedding leads to the page", async () => {
  const answer = await fetch(`${lab.url}/admin/embed`, { redirect: "manual" });
  assert.ok([302, 303, 307, 308].includes(answer.status), `${answer.status}`);
  assert.equal(answer.headers.get("location"), "/console/links");
});
