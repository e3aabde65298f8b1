// Reads along with a viewer: what one tenant's viewer must never see, in any answer.
import assert from "node:assert/strict";

/** What tells each tenant's data apart: names, labels, and numbers of their own size. */
const marks = {
  acme: /acme-row|Acme Inc/i,
  globex: /globex|\b77\d{5}(\.\d+)?\b/i,
  initech: /initech|\b88\d{5}(\.\d+)?\b/i,
  hidden: /hidden-row|\b99\d{5}\b/i,
};

/** Strings that are nobody's to see but the operator's and the author's. */
export const canaries = ["canary-sql-81fa37", "canary-path-5d02c1"];

/** Fails when `text` shows data of anyone but `tenant` (null: of anyone), or a canary. */
export function onlyOf(tenant, text, what = "an answer", { secrets = [] } = {}) {
  for (const [owner, mark] of Object.entries(marks)) {
    if (owner === tenant) continue;
    const found = mark.exec(text);
    assert.equal(found?.[0], undefined, `${what} shows ${owner}'s data to ${tenant ?? "anyone"}`);
  }
  for (const canary of [...canaries, ...secrets]) {
    assert.ok(!text.includes(canary), `${what} shows what no viewer may see: ${canary}`);
  }
}

export const nobodys = (text, what) => onlyOf(null, text, what);

/** All values of all frames in the lines of an answer. */
export function rowsIn(lines) {
  return lines.flatMap((line) => line.frames ?? []).reduce((sum, frame) => sum + frame.rows, 0);
}

/** An answer without the texts that its own request said: those may come back. */
export function withoutSaid(answer, request) {
  const said = new Set();
  const collect = (value) => {
    if (typeof value === "string") said.add(value);
    if (value === null || typeof value !== "object") return;
    for (const [name, item] of Object.entries(value)) {
      said.add(name);
      collect(item);
    }
  };
  try {
    collect(JSON.parse(request));
  } catch {
    return answer;
  }
  let rest = answer;
  for (const text of said) {
    if (text.length >= 4) rest = rest.split(JSON.stringify(text).slice(1, -1)).join("");
  }
  return rest;
}
