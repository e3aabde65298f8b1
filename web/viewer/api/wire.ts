// The JSON that the server sends to the viewer (ARCHITECTURE.md, "The viewer's protocol").
import type { Theme } from '../../common/messages';
import type { Field } from '../data/field';

export type Cell = number | string | boolean | null;
export type ColumnType = 'time' | 'number' | 'text' | 'boolean';

export interface Column {
  name: string;
  type: ColumnType;
  values: Cell[];
  /** Of a series, where its source has them. */
  labels?: Record<string, string>;
  /** By row: numbers as text that a double cannot hold; `values` has the nearest one there. */
  exact?: Record<string, string>;
  /** Made by a transformation: the course over time of each row. */
  trends?: (number | null)[][];
  /** Made by a transformation: options of this column; overrides are stronger. */
  config?: Record<string, unknown>;
  /** Set by the part "fields": how this column is shown. */
  field?: Field;
}

export interface Frame {
  name: string;
  columns: Column[];
  rows: number;
  truncated: boolean;
  /** What whoever looks at it should know. */
  notice?: string;
}

/** A frame on its way. */
export interface SentFrame extends Omit<Frame, 'columns'> {
  /** Rows that the page has, from `from` on; they stand at `at`, among the sent ones. */
  kept?: { from: number; rows: number; at: number };
  columns: Partial<Column>[];
}

export interface Choice {
  value: string;
  label?: string;
}

export interface Variable {
  name: string;
  label?: string;
  type: 'list' | 'query' | 'text' | 'interval' | 'constant' | 'source' | 'filters';
  mode: 'free' | 'bounded' | 'locked';
  multi?: boolean;
  include_all?: boolean;
  /** Counts, but is not shown. */
  hidden?: boolean;
  value: string[];
  choices?: Choice[];
  max_length?: number;
}

export type PanelType =
  | 'timeseries'
  | 'stat'
  | 'barchart'
  | 'table'
  | 'text'
  | 'gauge'
  | 'bargauge'
  | 'piechart'
  | 'heatmap'
  | 'histogram'
  | 'logs'
  | 'state-timeline'
  | 'status-history'
  | 'geomap';

/** A node of a text panel's Markdown tree (`src/dashboards/dashboard.h`). */
export interface MarkdownNode {
  t: string;
  v?: string;
  href?: string;
  /** Of an iframe: pixels, or 0 for as the page likes. */
  height?: number;
  c?: MarkdownNode[];
}

/** A clone of a repeated panel. */
export interface CloneRef {
  id: number;
  repeat: string;
}

export interface Panel {
  /** Of a clone: below zero, the page's own number for it (session/clones.ts). */
  id: number;
  /** One of PanelType, or a type that a newer server knows. */
  type: string;
  title?: string;
  description?: string;
  grid: { x: number; y: number; w: number; h: number };
  options?: Record<string, unknown>;
  content?: MarkdownNode[];
  queries?: string[];
  /** Of a clone: its value, and of which variable. */
  repeat?: string;
  repeat_by?: string;
  /** Of a row: its panels are folded away at first. */
  collapsed?: boolean;
  /** Those of them that are there for the transformations only. */
  hidden?: string[];
  /** Its options need the part "fields". */
  fields?: boolean;
  overrides?: Override[];
  transformations?: Transformation[];
  links?: Link[];
  /** "Last 6h", where the panel has a time of its own. */
  time_note?: string;
  transparent?: boolean;
}

export interface Override {
  match: { by: string; value: unknown; except?: boolean };
  set: Record<string, unknown>;
}

export interface Transformation {
  id: string;
  options?: Record<string, unknown>;
  disabled?: boolean;
  filter?: Record<string, unknown>;
}

export interface Link {
  title: string;
  url: string;
  new_tab?: boolean;
  tooltip?: string;
  keep_time?: boolean;
  include_variables?: boolean;
}

export interface TimeSettings {
  span?: string;
  from: number;
  to: number;
  selectable: boolean;
  spans?: string[];
  custom?: boolean;
}

export interface Dashboard {
  uid: string;
  title: string;
  description?: string;
  theme?: Theme;
  high_density?: boolean;
  timezone?: string;
  refresh_seconds?: number | null;
  time: TimeSettings;
  download?: boolean;
  allowed_origins?: string[];
  variables?: Variable[];
  /** What has to be asked for anew, before the data, when it changes. */
  settles?: { variables: string[]; time: boolean };
  notice?: string;
  links?: Link[];
  panels: Panel[];
}

export interface FirstLine {
  session: { id: string; expires_at: string };
  access_token: string;
  access_token_expires_in: number;
  dashboard: Dashboard;
}

export interface WireError {
  code: string;
  message: string;
  session_id?: string;
}

export interface PanelLine {
  panel: number;
  repeat?: string;
  from?: number;
  to?: number;
  interval_ms?: number;
  frames?: Frame[];
  error?: WireError;
}

/** A panel's answer that the page has, as the server calls it. */
export interface KnownAnswer {
  panel: number;
  repeat: string | undefined;
  version: string;
}

export interface SentLine extends Omit<PanelLine, 'frames'> {
  version?: string;
  /** What the page said it has is the answer. */
  unchanged?: boolean;
  frames?: SentFrame[];
}

export type TimeChoice = { span: string } | { from: number; to: number };

export interface QueryBody {
  panels: number[];
  time?: TimeChoice;
  variables?: Record<string, string[]>;
  width?: number;
  timezone?: string;
  query_timezone?: string;
}

export interface ExportBody {
  panel: number;
  query?: string;
  time?: TimeChoice;
  variables?: Record<string, string[]>;
  timezone?: string;
  query_timezone?: string;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isFirstLine(line: unknown): line is FirstLine {
  return isObject(line) && isObject(line.session) && typeof line.access_token === 'string';
}

export function isPanelLine(line: unknown): line is SentLine {
  return isObject(line) && typeof line.panel === 'number';
}

export function isEnd(line: unknown): boolean {
  return isObject(line) && line.end === true;
}

/** The error of a refusal, or of any other answer that is not ours (a proxy's page, say). */
export function readError(body: unknown, status: number): WireError {
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  return {
    code: typeof error.code === 'string' ? error.code : `http_${status}`,
    message:
      typeof error.message === 'string' ? error.message : `The server answered with ${status}.`,
    ...(typeof error.session_id === 'string' ? { session_id: error.session_id } : {}),
  };
}
