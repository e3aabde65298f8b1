// Every way to give one value of a JSON body another type.

const kinds = {
  object: {},
  filled: { $ne: null },
  list: [],
  string: "x",
  number: 1,
  fraction: 1.5,
  boolean: true,
  null: null,
};

const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "list" : typeof value);

/** What the kind names are called when they are values. */
const same = {
  object: ["object", "filled"],
  list: ["list"],
  string: ["string"],
  number: ["number", "fraction"],
  boolean: ["boolean"],
  null: ["null"],
};

function* places(value, path = []) {
  if (path.length > 0) yield path;
  if (value === null || typeof value !== "object") return;
  for (const [name, item] of Object.entries(value)) yield* places(item, [...path, name]);
}

const at = (value, path) => path.reduce((inner, name) => inner[name], value);

function replaced(value, path, other) {
  const copy = structuredClone(value);
  at(copy, path.slice(0, -1))[path.at(-1)] = other;
  return copy;
}

/** Every value of `body` in every other type, and each wrapped in a list: {path, kind, body}. */
export function* mutations(body) {
  for (const path of places(body)) {
    const value = at(body, path);
    const kind = kindOf(value);
    for (const [name, other] of Object.entries(kinds)) {
      if (same[kind].includes(name)) continue;
      yield { path, kind: name, body: replaced(body, path, structuredClone(other)) };
    }
    if (kind !== "list") yield { path, kind: "wrapped", body: replaced(body, path, [value]) };
  }
}

/** The schema of the place that `path` names; null when the schema does not say. */
export function schemaAt(schema, path) {
  let here = schema;
  for (const name of path) {
    if (!here) return null;
    if (here.properties && name in here.properties) here = here.properties[name];
    else if (here.items) here = here.items;
    else here = typeof here.additionalProperties === "object" ? here.additionalProperties : null;
  }
  return here;
}
