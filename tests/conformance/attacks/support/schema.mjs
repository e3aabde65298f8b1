// The part of JSON Schema that the server's OpenAPI document uses: samples of it, everything that
// does not fit it by type, and whether a value fits.

const typesOf = (schema) => [schema.type ?? []].flat();
const isFree = (schema) => typesOf(schema).length === 0 && !schema.properties && !schema.enum;

/** Something that fits, with every member that there is. */
export function sample(schema) {
  if (schema.enum) return schema.enum[0];
  switch (typesOf(schema)[0]) {
    case "boolean":
      return true;
    case "integer":
      return Math.min(Math.max(1, schema.minimum ?? 1), schema.maximum ?? 1);
    case "number":
      return 1.5;
    case "string":
      return "a".repeat(Math.max(1, schema.minLength ?? 1));
    case "array":
      return [sample(schema.items ?? {})];
    case "object": {
      const out = {};
      for (const [name, inner] of Object.entries(schema.properties ?? {}))
        out[name] = sample(inner);
      if (isMap(schema)) out.x = sample(schema.additionalProperties);
      return out;
    }
    default:
      return {};
  }
}
const isMap = (schema) =>
  typeof schema.additionalProperties === "object" && !isFree(schema.additionalProperties);

const others = {
  object: { $ne: "" },
  array: ["a"],
  string: "a",
  number: 1.5,
  boolean: true,
  null: null,
};

/** Every place of a schema: {path, schema}, the body itself first. */
export function* places(schema, path = []) {
  yield { path, schema };
  const types = typesOf(schema);
  if (types.includes("array") && schema.items) yield* places(schema.items, [...path, 0]);
  if (!types.includes("object")) return;
  for (const [name, inner] of Object.entries(schema.properties ?? {}))
    yield* places(inner, [...path, name]);
  if (isMap(schema)) yield* places(schema.additionalProperties, [...path, "x"]);
}

/** Every place with a value of each type that it does not take: {path, kind, body}. */
export function* confusions(schema) {
  for (const { path, schema: here } of places(schema)) {
    if (isFree(here)) continue;
    for (const [kind, value] of Object.entries(others)) {
      const takes = typesOf(here);
      if (takes.includes(kind) || (kind === "number" && takes.includes("number"))) continue;
      yield { path, kind, body: put(sample(schema), path, value) };
    }
    if (typesOf(here).includes("integer")) {
      for (const [kind, value] of Object.entries({ "a number as text": "1", "a list of one": [1] }))
        yield { path, kind, body: put(sample(schema), path, value) };
    }
  }
}

/** A copy of `body` with `value` at this place. */
export function put(body, path, value) {
  if (path.length === 0) return value;
  const copy = structuredClone(body);
  const inner = path.slice(0, -1).reduce((at, name) => at[name], copy);
  inner[path.at(-1)] = value;
  return copy;
}

/** As the server names a place: "panels[0].title". */
export const nameOf = (path) =>
  path.reduce(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`,
    "",
  );

/** What of `value` does not fit: texts for people. `components`: what "$ref" means. */
export function misfits(value, schema, components = {}, path = "") {
  const found = [];
  const here = path === "" ? "the body" : path;
  if (schema.$ref)
    return misfits(value, components[schema.$ref.split("/").at(-1)], components, path);
  if (schema.enum && !schema.enum.includes(value)) found.push(`${here} is none of the choices`);
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOf(value, type))) {
    return [...found, `${here} is no ${types.join(" or ")}`];
  }
  if (Array.isArray(value)) {
    if (value.length > (schema.maxItems ?? Infinity)) found.push(`${here} is too long`);
    value.forEach((item, i) =>
      found.push(...misfits(item, schema.items ?? {}, components, `${path}[${i}]`)),
    );
  } else if (value !== null && typeof value === "object") {
    for (const name of schema.required ?? []) {
      if (!(name in value)) found.push(`${here} has no ${name}`);
    }
    for (const [name, item] of Object.entries(value)) {
      const inner = schema.properties?.[name] ?? schema.additionalProperties ?? {};
      const at = path === "" ? name : `${path}.${name}`;
      if (inner === false) found.push(`${at} is not documented`);
      else found.push(...misfits(item, inner === true ? {} : inner, components, at));
    }
  }
  return found;
}

function isOf(value, type) {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return value !== null && typeof value === "object" && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
