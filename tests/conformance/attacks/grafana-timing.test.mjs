// Whether a name is a key's is nobody's to know who has no key: a wrong name takes as long as a wrong
// key, in links of every version, as a bearer and as a password.
//
//     node --test tests/conformance/attacks/grafana-timing.test.mjs
//
// How it is held: pairs of requests, one of each kind, one right after the other on one warm
// connection, in an order that a coin decides. If nothing tells the kinds apart, either is the slower
// one as often as the other, whatever else the machine does: a sign test. More than four standard
// deviations (6 in 100 000 by chance) are looked at a second time with new samples, and fail when they
// come back on the same side. A difference that is really there is there both times; by chance that
// happens once in a billion runs. That the yardstick sees a difference where there is one is shown
// first, by one of some microseconds.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import net from "node:net";
import { after, before, describe, test } from "node:test";

import { legacyKey } from "../grafana/support.mjs";
import {
  basic,
  bearer,
  newAddress,
  orders,
  own,
  randomLetters,
  startGrafanaTarget,
  v1,
  v2,
  v3,
} from "./grafana-target.mjs";
import { newSecret } from "./support/links.mjs";
import { requestBytes } from "./support/wire.mjs";
import { pageHeaders, paths } from "./target.mjs";

const deviations = 4;
/** Names of each kind: so many that none is locked, all of one length. */
const names = 64;

/** One connection; `time(bytes)` answers how long an answer took, in microseconds. */
class Line {
  static open(port) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(port, "127.0.0.1", () => resolve(new Line(socket)));
      socket.setNoDelay(true);
      socket.once("error", reject);
    });
  }
  constructor(socket) {
    this.socket = socket;
    this.text = "";
    socket.on("data", (chunk) => {
      const at = process.hrtime.bigint();
      this.text += chunk.toString("latin1");
      const head = this.text.indexOf("\r\n\r\n");
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.text)?.[1]);
      if (head < 0 || this.text.length < head + 4 + length) return;
      const text = this.text;
      this.text = "";
      this.answered({ micros: Number(at - this.sent) / 1000, text });
    });
  }
  ask(bytes) {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.socket.once("error", reject);
      this.sent = process.hrtime.bigint();
      this.socket.write(bytes, () => this.socket.removeListener("error", reject));
    });
  }
  close() {
    this.socket.destroy();
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

describe("attack 1, Grafana: the time that a refusal takes says nothing of what there is", () => {
  let grafana, line, known, rotating;
  const unknown = [];
  before(async () => {
    grafana = await startGrafanaTarget({ env: { CASEMENT_LOG_ACCESS: "false" } });
    line = await Line.open(grafana.target.port);
    known = [];
    rotating = [];
    const name = () => randomBytes(12).toString("hex");
    for (let i = 0; i < names; ++i) {
      known.push(await grafana.newKey("Viewer", { name: name() }));
      const one = await grafana.newKey("Viewer", { name: name() });
      await grafana.expect(200, "POST", `${own}/${one.id}/rotate`, { body: {} });
      rotating.push(one);
      unknown.push({ name: name(), org: 1, hash: "0".repeat(100) });
    }
  });
  after(async () => {
    line?.close();
    await grafana?.close();
  });

  const opening = (link) =>
    requestBytes(
      "POST",
      paths.open,
      { Host: "h", "X-Forwarded-For": newAddress(), ...pageHeaders },
      JSON.stringify({ link, secret: newSecret() }),
    );
  const knocking = (headers) =>
    requestBytes("GET", "/api/org", { Host: "h", "X-Forwarded-For": newAddress(), ...headers });

  /** How far the sides are from a fair coin, in standard deviations, and by how much. */
  async function sample(one, other, pairs, status, even = true) {
    const differences = [];
    let [more, less] = [0, 0];
    for (let i = -20; i < pairs; ++i) {
      const bytes = [one(Math.abs(i)), other(Math.abs(i))];
      if (even) assert.equal(bytes[0].length, bytes[1].length, "as long as one another");
      const first = randomBytes(1)[0] & 1;
      const times = [];
      for (const side of [first, 1 - first]) {
        const { micros, text } = await line.ask(bytes[side]);
        assert.match(text, new RegExp(`^HTTP/1.1 ${status} `), text);
        times[side] = micros;
      }
      if (i < 0) continue; // warm first
      differences.push(times[0] - times[1]);
      if (times[0] > times[1]) ++more;
      if (times[0] < times[1]) ++less;
    }
    const deviation = (more - less) / Math.sqrt(more + less);
    return { deviation, micros: median(differences) };
  }

  async function alike(t, one, other, { pairs, status = 401 }) {
    const first = await sample(one, other, pairs, status);
    t.diagnostic(`${first.deviation.toFixed(1)} deviations, ${first.micros.toFixed(1)} µs`);
    if (Math.abs(first.deviation) <= deviations) return;
    const second = await sample(one, other, pairs, status);
    t.diagnostic(`again: ${second.deviation.toFixed(1)}, ${second.micros.toFixed(1)} µs`);
    const again =
      Math.abs(second.deviation) > deviations && first.deviation > 0 === second.deviation > 0;
    assert.ok(!again, `told apart by ${second.micros} µs: ${first.deviation}, ${second.deviation}`);
  }

  const of = (list, i) => list[i % names];
  const wrong = (list, sign) => (i) => sign({ ...of(list, i), hash: "0".repeat(100) });
  const wrongKey = (list) => (i) => legacyKey(randomLetters(32), of(list, i).name, 1);
  const value = "v".repeat(4_000);
  const long = `${orders}?var-a=${value}&var-b=${value}&var-c=${value}`;
  const lockingAll = (one) => v3(one, long, { lock: ["a", "b", "c"] });
  // The same parameters, and two of them less to sign.
  const lockingOne = (one) => `${v3(one, long, { lock: ["a"] })}&x=y`;

  test("and the yardstick sees what is there: what is signed is long or short", async (t) => {
    const one = (i) => opening(wrong(unknown, lockingAll)(i));
    // As long as the other: what is not signed is longer by what "%2Cb%2Cc" is there.
    const other = (i) => opening(wrong(unknown, lockingOne)(i).replace("&x=y", "&x=yyyyy"));
    let seen = { deviation: 0 };
    // Like a difference, that there is none is believed the second time only.
    for (let i = 0; i < 2 && Math.abs(seen.deviation) <= deviations; ++i) {
      seen = await sample(one, other, 1_000, 401);
      t.diagnostic(`${seen.deviation.toFixed(1)} deviations, ${seen.micros.toFixed(1)} µs`);
    }
    assert.ok(seen.deviation > deviations, `${seen.deviation}`);
  });

  const links = {
    "version 2": v2,
    "version 3": v3,
    "version 3 with much to sign": lockingAll,
  };
  for (const [what, sign] of Object.entries(links)) {
    const make = (list) => (i) => opening(wrong(list, sign)(i));
    test(`for links of ${what}`, (t) => alike(t, make(known), make(unknown), { pairs: 1_500 }));
    test(`for links of ${what}, of a key that is being rotated`, (t) =>
      alike(t, make(rotating), make(unknown), { pairs: 1_500 }));
  }

  const keys = {
    "links of version 1": (text) => opening(v1({ text })),
    "a bearer": (text) => knocking(bearer(text)),
    "a password": (text) => knocking(basic(text)),
  };
  for (const [what, present] of Object.entries(keys)) {
    const make = (list) => (i) => present(wrongKey(list)(i));
    test(`for a key in ${what}`, (t) => alike(t, make(known), make(unknown), { pairs: 400 }));
    test(`for a key in ${what}, where the name's is being rotated`, (t) =>
      alike(t, make(rotating), make(unknown), { pairs: 400 }));
  }

  test("for a right key of a wrong name: both cost the one expensive hash", async (t) => {
    // What is no key at all costs nothing, and may: it says nothing of what there is.
    const cheap = (i) => knocking(bearer(legacyKey(randomLetters(31), `${of(known, i).name}x`, 1)));
    const dear = (i) => knocking(bearer(wrongKey(known)(i)));
    const { deviation, micros } = await sample(dear, cheap, 100, 401, false);
    t.diagnostic(`${micros.toFixed(0)} µs more`);
    assert.ok(deviation > deviations && micros > 300, `${deviation}: ${micros} µs`);
  });
});
