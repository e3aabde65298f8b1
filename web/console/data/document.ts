// What the console tells about a dashboard's document, whoever's dialect it is in.
import type { Dashboard, Json, JsonObject } from '../api/types';

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A text or a number, as text. */
function word(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export interface PanelLine {
  id: string;
  title: string;
  type: string;
  /** Sources and models that its queries name. */
  reads: string[];
}

export interface VariableLine {
  name: string;
  label: string;
  type: string;
  /** Its own default, when that is text. */
  defaults: string[];
}

export interface Contents {
  description: string;
  panels: PanelLine[];
  variables: VariableLine[];
}

export function contentsOf({
  dialect,
  document,
}: Pick<Dashboard, 'dialect' | 'document'>): Contents {
  if (dialect === 'grafana') return grafanaContents(document);
  if (dialect === 'datadog') return datadogContents(document);
  return {
    description: text(document['description']),
    panels: objects(document['panels']).map((panel) => ({
      id: word(panel['id']),
      title: text(panel['title']),
      type: text(panel['type']),
      reads: unique(
        objects(panel['queries']).map((query) => text(query['model']) || text(query['source'])),
      ),
    })),
    variables: objects(document['variables']).map((variable) => ({
      name: text(variable['name']),
      label: text(variable['label']) || text(variable['name']),
      type: text(variable['type']),
      defaults: texts(variable['default']),
    })),
  };
}

function grafanaContents(document: JsonObject): Contents {
  const templating = isObject(document['templating']) ? document['templating'] : {};
  const rows = objects(document['panels']);
  // A folded row keeps its panels to itself.
  const panels = rows.flatMap((panel) => [panel, ...objects(panel['panels'])]);
  return {
    description: text(document['description']),
    panels: panels.map((panel) => ({
      id: word(panel['id']),
      title: text(panel['title']),
      type: text(panel['type']),
      reads: unique([
        sourceName(panel['datasource']),
        ...objects(panel['targets']).map((target) => sourceName(target['datasource'])),
      ]),
    })),
    variables: objects(templating['list']).map((variable) => ({
      name: text(variable['name']),
      label: text(variable['label']) || text(variable['name']),
      type: text(variable['type']),
      defaults: isObject(variable['current']) ? texts(variable['current']['value']) : [],
    })),
  };
}

function datadogContents(document: JsonObject): Contents {
  return {
    description: text(document['description']),
    panels: objects(document['widgets']).map((widget) => {
      const definition = isObject(widget['definition']) ? widget['definition'] : {};
      return {
        id: word(widget['id']),
        title: text(definition['title']),
        type: text(definition['type']),
        reads: [],
      };
    }),
    variables: objects(document['template_variables']).map((variable) => ({
      name: text(variable['name']),
      label: text(variable['name']),
      type: 'tag',
      defaults: texts(variable['defaults'] ?? variable['default']),
    })),
  };
}

function sourceName(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return '';
  return text(value['uid']) || text(value['type']);
}

function texts(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function unique(names: string[]): string[] {
  return [...new Set(names.filter((name) => name !== ''))];
}

export const kDialects: Record<string, string> = {
  casement: 'Casement',
  grafana: 'Grafana',
  datadog: 'Datadog',
  looker: 'Looker',
};
