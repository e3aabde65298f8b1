// A model as a form has it, and where the server's errors belong.
import type { Json, JsonObject } from '../api/types';

export interface FilterDraft {
  column: string;
  attribute: string;
  type: string;
  match: string;
}
export interface CoverDraft {
  name: string;
  show: string;
  unless: string;
}
export interface RelationDraft {
  name: string;
  filters: FilterDraft[];
  columns: CoverDraft[];
}
export interface ModelDraft {
  name: string;
  label: string;
  source: string;
  relations: RelationDraft[];
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export function relationsOf(document: JsonObject): RelationDraft[] {
  return Object.entries(document).map(([name, relation]) => {
    const filters = isObject(relation) ? relation['row_filters'] : undefined;
    const columns = isObject(relation) ? relation['columns'] : undefined;
    return {
      name,
      filters: (Array.isArray(filters) ? filters : []).filter(isObject).map((filter) => ({
        column: textOf(filter['column']),
        attribute: textOf(filter['attribute']),
        type: textOf(filter['type']) || 'text',
        match: textOf(filter['match']) || 'one_of',
      })),
      columns: Object.entries(isObject(columns) ? columns : {}).map(([column, cover]) => ({
        name: column,
        show: isObject(cover) ? textOf(cover['show']) || 'hidden' : 'hidden',
        unless: isObject(cover) ? textOf(cover['unless']) : '',
      })),
    };
  });
}

export function documentOf(relations: RelationDraft[]): JsonObject {
  return Object.fromEntries(
    relations.map(({ name, filters, columns }): [string, Json] => {
      const relation: JsonObject = {};
      if (filters.length > 0) {
        relation['row_filters'] = filters.map(({ column, attribute, type, match }) => ({
          column: column.trim(),
          attribute: attribute.trim(),
          type,
          match,
        }));
      }
      if (columns.length > 0) {
        relation['columns'] = Object.fromEntries(
          columns.map((cover): [string, Json] => [
            cover.name.trim(),
            { show: cover.show, ...(cover.unless.trim() ? { unless: cover.unless.trim() } : {}) },
          ]),
        );
      }
      return [name.trim(), relation];
    }),
  );
}

/** What a document cannot say: the same name twice. */
export function twiceIn(relations: RelationDraft[]): string | null {
  const names = relations.map(({ name }) => name.trim().toLowerCase());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return `The relation “${twice}” is there twice.`;
  for (const { name, columns } of relations) {
    const covers = columns.map((column) => column.name.trim().toLowerCase());
    const again = covers.find((column, at) => covers.indexOf(column) !== at);
    if (again !== undefined) return `“${name}” covers the column “${again}” twice.`;
  }
  return null;
}

/** The field of an error inside a relation ("row_filters[0].column"), or null: it is elsewhere. */
export function placeIn(field: string | null, relation: string): string | null {
  const path = `relations.${relation}`;
  if (field === path) return '';
  return field?.startsWith(`${path}.`) === true ? field.slice(path.length + 1) : null;
}

/** Attributes that the row filters ask for, each once. */
export function attributesOf(relations: RelationDraft[]): string[] {
  return [
    ...new Set(relations.flatMap(({ filters }) => filters.map(({ attribute }) => attribute))),
  ].sort();
}

export function filterWords({ column, attribute, match }: FilterDraft): string {
  return match === 'range'
    ? `${column} within the viewer’s ${attribute}`
    : `${column} is one of the viewer’s ${attribute}`;
}
