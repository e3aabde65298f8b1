// What a source of each kind asks for, as fields of a form; and forms to settings and back. The
// server checks the settings: a form only sends what was typed.
import type { Json, JsonObject } from '../api/types';

export interface Pair {
  name: string;
  value: string;
}

interface Base {
  name: string;
  label: string;
  hint?: string;
}
export type Field = Base &
  (
    | { kind: 'text' | 'number' | 'area'; placeholder?: string }
    | { kind: 'choice'; choices: { value: string; label: string }[] }
    | { kind: 'switch'; isOnUsually: boolean }
    | { kind: 'list'; placeholder?: string }
    | { kind: 'pairs' }
    | { kind: 'tables' }
  );

export interface SourceKind {
  type: string;
  label: string;
  lead: string;
  /** What the secret is called; none: it has none. */
  secret?: { label: string; hint?: string };
  fields: Field[];
}

const kFolder: Field = {
  name: 'folder',
  label: 'Folder',
  kind: 'text',
  hint: 'Where relative paths start: one of the folders that the server allows (data.allowed_folders), or inside one. Empty: the first that has the files.',
};

export const kKinds: SourceKind[] = [
  {
    type: 'postgres',
    label: 'PostgreSQL',
    lead: 'Queried where it is. Use an account that may only read.',
    secret: { label: 'Password' },
    fields: [
      { name: 'host', label: 'Host', kind: 'text', placeholder: 'db.example.com' },
      { name: 'port', label: 'Port', kind: 'number', placeholder: '5432' },
      { name: 'database', label: 'Database', kind: 'text' },
      { name: 'user', label: 'User', kind: 'text' },
      {
        name: 'ssl_mode',
        label: 'Encryption',
        kind: 'choice',
        choices: [
          { value: '', label: 'Encrypted if the server offers it (as usual)' },
          { value: 'verify-full', label: 'Encrypted, certificate and name checked' },
          { value: 'verify-ca', label: 'Encrypted, certificate checked' },
          { value: 'require', label: 'Encrypted, not checked' },
          { value: 'prefer', label: 'Encrypted if the server offers it' },
          { value: 'disable', label: 'Not encrypted' },
        ],
      },
      {
        name: 'ca',
        label: 'Certificate authorities',
        kind: 'area',
        hint: 'Who may sign the server’s certificate, as PEM. Empty: whom the system trusts.',
      },
      {
        name: 'schema',
        label: 'Schemas',
        kind: 'list',
        hint: 'In which names without a schema are looked for. Empty: public.',
        placeholder: 'public',
      },
      { name: 'connect_timeout', label: 'Seconds to connect', kind: 'number' },
      { name: 'pool_size', label: 'Connections kept', kind: 'number' },
    ],
  },
  {
    type: 'mysql',
    label: 'MySQL, MariaDB',
    lead: 'Queried where it is. No model can stand on it: what its queries read cannot be proven.',
    secret: { label: 'Password' },
    fields: [
      { name: 'host', label: 'Host', kind: 'text', placeholder: 'db.example.com' },
      { name: 'port', label: 'Port', kind: 'number', placeholder: '3306' },
      { name: 'database', label: 'Database', kind: 'text' },
      { name: 'user', label: 'User', kind: 'text' },
      {
        name: 'tls',
        label: 'Encryption',
        kind: 'choice',
        choices: [
          { value: '', label: 'Encrypted, certificate and name checked (as usual)' },
          { value: 'require', label: 'Encrypted, not checked' },
          { value: 'off', label: 'Not encrypted' },
        ],
      },
    ],
  },
  {
    type: 'prometheus',
    label: 'Prometheus, VictoriaMetrics',
    lead: 'Asked in PromQL over its HTTP API.',
    secret: {
      label: 'Password or token',
      hint: 'With a user: the password. Without: a bearer token.',
    },
    fields: [
      {
        name: 'url',
        label: 'URL',
        kind: 'text',
        placeholder: 'https://prometheus.example.com',
        hint: 'What stands before /api/v1.',
      },
      { name: 'user', label: 'User', kind: 'text' },
      { name: 'scrape_interval', label: 'Scrape interval', kind: 'text', placeholder: '15s' },
      { name: 'timeout', label: 'Longest query', kind: 'text', placeholder: '30s' },
      {
        name: 'http_method',
        label: 'HTTP method',
        kind: 'choice',
        choices: [
          { value: '', label: 'POST (as usual)' },
          { value: 'GET', label: 'GET' },
        ],
      },
      {
        name: 'tls_verify',
        label: 'Check the server’s certificate',
        kind: 'switch',
        isOnUsually: true,
      },
      { name: 'query_parameters', label: 'Parameters of every request', kind: 'pairs' },
      {
        name: 'max_series',
        label: 'Most series of one query',
        kind: 'number',
        placeholder: '1000',
      },
    ],
  },
  {
    type: 'duckdb',
    label: 'Files (Parquet, CSV, JSON, DuckDB)',
    lead: 'Read by the engine that is built in, from folders that the server allows.',
    fields: [
      {
        name: 'tables',
        label: 'Tables',
        kind: 'tables',
        hint: 'Each with its files: .parquet, .csv or .json; * stands for any part of a name.',
      },
      {
        name: 'database',
        label: 'Or a DuckDB file',
        kind: 'text',
        placeholder: 'shop.duckdb',
        hint: 'In place of tables. It is opened for reading only.',
      },
      kFolder,
      { name: 'memory_limit', label: 'Memory', kind: 'text', placeholder: '512MB' },
      { name: 'threads', label: 'Threads', kind: 'number', placeholder: '2' },
    ],
  },
  {
    type: 'sqlite',
    label: 'SQLite file',
    lead: 'Opened for reading only, from folders that the server allows.',
    fields: [{ name: 'database', label: 'File', kind: 'text', placeholder: 'shop.db' }, kFolder],
  },
];

/** What every kind has. */
export const kCommon: Field[] = [
  {
    name: 'max_concurrent',
    label: 'Queries at the same time',
    kind: 'number',
    placeholder: '8',
    hint: 'More wait for their turn.',
  },
  {
    name: 'cache_seconds',
    label: 'Seconds that results are kept',
    kind: 'number',
    hint: 'Empty: as the server’s configuration says.',
  },
  {
    name: 'stale_seconds',
    label: 'Seconds that older results may be shown',
    kind: 'number',
    hint: 'While new ones are fetched behind them.',
  },
];

export function kindOf(type: string): SourceKind | undefined {
  return kKinds.find((kind) => kind.type === (type.includes('postgres') ? 'postgres' : type));
}

export function labelOfType(type: string): string {
  return kindOf(type)?.label ?? type;
}

export interface TableDraft {
  name: string;
  paths: string;
}
/** Texts for most fields; what was typed, also where it is no number. */
export interface Draft {
  texts: Record<string, string>;
  switches: Record<string, boolean>;
  lists: Record<string, string[]>;
  pairs: Record<string, Pair[]>;
  tables: TableDraft[];
  /** What the form has no field for. */
  rest: JsonObject;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: Json | undefined): string => {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
};
const textsOf = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.map(textOf) : value === undefined ? [] : [textOf(value)];

export function fieldsOf(kind: SourceKind): Field[] {
  return [...kind.fields, ...kCommon];
}

export function draftOf(kind: SourceKind, settings: JsonObject): Draft {
  const draft: Draft = { texts: {}, switches: {}, lists: {}, pairs: {}, tables: [], rest: {} };
  const known = new Set<string>();
  for (const field of fieldsOf(kind)) {
    const value = settings[field.name];
    known.add(field.name);
    if (field.kind === 'switch') {
      draft.switches[field.name] = typeof value === 'boolean' ? value : field.isOnUsually;
    } else if (field.kind === 'list') {
      draft.lists[field.name] = textsOf(value);
    } else if (field.kind === 'pairs') {
      draft.pairs[field.name] = isObject(value)
        ? Object.entries(value).map(([name, text]) => ({ name, value: textOf(text) }))
        : [];
    } else if (field.kind === 'tables') {
      draft.tables = isObject(value)
        ? Object.entries(value).map(([name, paths]) => ({ name, paths: textsOf(paths).join('\n') }))
        : [];
    } else {
      draft.texts[field.name] = textOf(value);
    }
  }
  for (const [name, value] of Object.entries(settings)) {
    if (!known.has(name)) draft.rest[name] = value;
  }
  return draft;
}

/** A number when it is one; else what was typed, which the server answers. */
function numberOf(text: string): Json {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function pathsOf(text: string): Json {
  const paths = text
    .split('\n')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  return paths.length === 1 ? (paths[0] ?? '') : paths;
}

export function settingsOf(kind: SourceKind, draft: Draft): JsonObject {
  const settings: JsonObject = { ...draft.rest };
  for (const field of fieldsOf(kind)) {
    const { name } = field;
    if (field.kind === 'switch') {
      const isOn = draft.switches[name] ?? field.isOnUsually;
      if (isOn !== field.isOnUsually) settings[name] = isOn;
    } else if (field.kind === 'list') {
      const list = draft.lists[name] ?? [];
      if (list.length > 0) settings[name] = list;
    } else if (field.kind === 'pairs') {
      const pairs = (draft.pairs[name] ?? []).filter((pair) => pair.name.trim() !== '');
      if (pairs.length > 0) {
        settings[name] = Object.fromEntries(pairs.map((pair) => [pair.name.trim(), pair.value]));
      }
    } else if (field.kind === 'tables') {
      const tables = draft.tables.filter(({ name: table, paths }) => table !== '' || paths !== '');
      if (tables.length > 0) {
        settings[name] = Object.fromEntries(
          tables.map(({ name: table, paths }) => [table.trim(), pathsOf(paths)]),
        );
      }
    } else {
      const text = draft.texts[name]?.trim() ?? '';
      if (text !== '') settings[name] = field.kind === 'number' ? numberOf(text) : text;
    }
  }
  return settings;
}

const isSame = (a: Json | undefined, b: Json | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/**
 * Two people changed the same settings: what only the other one changed is taken over, and what
 * both did stays as it is in this form.
 */
export function mergedSettings(base: JsonObject, mine: JsonObject, theirs: JsonObject): JsonObject {
  const merged: JsonObject = {};
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const value = isSame(base[name], mine[name]) ? theirs[name] : mine[name];
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

export interface Difference {
  name: string;
  label: string;
  was: string;
  is: string;
}

/** What somebody else has changed, in words. */
export function differencesOf(kind: SourceKind, was: JsonObject, is: JsonObject): Difference[] {
  const words = (value: Json | undefined): string =>
    value === undefined ? 'not given' : typeof value === 'string' ? value : JSON.stringify(value);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter((name) => !isSame(was[name], is[name]))
    .map((name) => ({
      name,
      label: fieldsOf(kind).find((field) => field.name === name)?.label ?? name,
      was: words(was[name]),
      is: words(is[name]),
    }));
}
