// The dashboard and its tiles as the events tell of them, and as a host sets their options.
import type { Frame, Variable } from '../api/wire';
import type { PanelState, VariableValues } from '../state/viewer';
import type { Detail } from './channel';
import { filterText } from './target';
import { isObject, type EmbedPanel } from './wire';

/** A panel, and what a host has changed about it. */
export interface Element {
  panel: EmbedPanel;
  isTitleHidden: boolean;
  isDeleted: boolean;
}

const kColumns = 24;
const kMostRows = 10_000;
const kLayoutId = '1';

/** The vendor's names of what we draw. */
const kTypes: Record<string, string> = {
  looker_line: 'timeseries',
  looker_area: 'timeseries',
  looker_column: 'barchart',
  looker_bar: 'barchart',
  looker_grid: 'table',
  table: 'table',
  single_value: 'stat',
  timeseries: 'timeseries',
  barchart: 'barchart',
  stat: 'stat',
};

export interface Place {
  target: string;
  origin: string;
}

export function address({ target, origin }: Place): { url: string; absoluteUrl: string } {
  return { url: target, absoluteUrl: origin + target };
}

export interface Described {
  id: string;
  title: string;
  variables: readonly Variable[];
  values: VariableValues;
  elements: ReadonlyMap<number, Element>;
  place: Place;
}

export function dashboardDetail(shown: Described): Detail {
  return {
    id: shown.id,
    title: shown.title,
    canEdit: false,
    dashboard_filters: filterTexts(shown.variables, shown.values),
    ...address(shown.place),
    options: {
      elements: elementOptions(shown.elements),
      layouts: [layout(shown.id, shown.elements)],
    },
  };
}

/** As much of it as a dialog's events tell. */
export function dashboardName(dashboard: Detail): Detail {
  const { id, title, url, absoluteUrl, dashboard_filters } = dashboard;
  return { id, title, url, absoluteUrl, dashboard_filters };
}

function filterTexts(
  variables: readonly Variable[],
  values: VariableValues,
): Record<string, string> {
  return Object.fromEntries(
    variables.map((variable) => [
      variable.name,
      filterText(values[variable.name] ?? variable.value),
    ]),
  );
}

function elementOptions(elements: ReadonlyMap<number, Element>): Detail {
  return Object.fromEntries(
    [...elements.values()].map(({ panel, isTitleHidden }) => [
      String(panel.id),
      {
        title: panel.title ?? '',
        title_hidden: isTitleHidden,
        vis_config: { type: panel.type, ...panel.options },
      },
    ]),
  );
}

function layout(dashboard: string, elements: ReadonlyMap<number, Element>): Detail {
  return {
    id: kLayoutId,
    dashboard_id: dashboard,
    type: 'newspaper',
    active: true,
    column_width: kColumns,
    width: null,
    deleted: false,
    dashboard_layout_components: [...elements.values()].map(({ panel, isDeleted }) => ({
      id: String(panel.id),
      dashboard_layout_id: kLayoutId,
      dashboard_element_id: String(panel.id),
      row: panel.grid.y,
      column: panel.grid.x,
      width: panel.grid.w,
      height: panel.grid.h,
      deleted: isDeleted,
    })),
  };
}

export function tileDetail(panel: EmbedPanel): Detail {
  return { id: String(panel.id), title: panel.title ?? '', listen: {} };
}

function tileErrors(state: PanelState): Detail[] {
  const { status, error } = state;
  if (status !== 'error' && status !== 'interrupted') return [];
  return [
    {
      message: error?.message ?? 'The connection was interrupted before this tile arrived.',
      message_details: null,
      params: null,
      error_pos: null,
      level: 'error',
      fatal: true,
      sql_error_loc: {},
    },
  ];
}

function isTruncated(frames: readonly Frame[] | null): boolean {
  return (frames ?? []).some((frame) => frame.truncated);
}

/** What a tile's events say of how it ended. */
export function tileOutcome(state: PanelState): {
  status: 'complete' | 'error';
  truncated: boolean;
  errors: Detail[];
} {
  const errors = tileErrors(state);
  return {
    status: errors.length > 0 ? 'error' : 'complete',
    truncated: isTruncated(state.frames),
    errors,
  };
}

/** The elements with a host's options on them; what cannot be applied is passed over. */
export function withOptions(
  elements: ReadonlyMap<number, Element>,
  detail: unknown,
): Map<number, Element> {
  const changed = new Map(elements);
  if (!isObject(detail)) return changed;
  for (const [id, given] of Object.entries(isObject(detail.elements) ? detail.elements : {})) {
    const element = changed.get(Number(id));
    if (element && isObject(given)) changed.set(Number(id), withElementOptions(element, given));
  }
  const layouts = Array.isArray(detail.layouts) ? detail.layouts.filter(isObject) : [];
  const active = layouts.find((candidate) => candidate.active === true) ?? layouts[0];
  const components = active?.dashboard_layout_components;
  for (const component of Array.isArray(components) ? components.filter(isObject) : []) {
    const id = Number(component.dashboard_element_id);
    const element = changed.get(id);
    if (element) changed.set(id, placed(element, component));
  }
  return changed;
}

function withElementOptions(element: Element, given: Detail): Element {
  const { title, title_hidden: hidden, vis_config: config } = given;
  let { panel } = element;
  if (typeof title === 'string') panel = { ...panel, title };
  if (isObject(config) && panel.type !== 'text') {
    const { type, ...options } = config;
    const known = typeof type === 'string' && Object.hasOwn(kTypes, type) ? kTypes[type] : null;
    panel = { ...panel, type: known ?? panel.type, options: { ...panel.options, ...options } };
  }
  const isTitleHidden = typeof hidden === 'boolean' ? hidden : element.isTitleHidden;
  return { ...element, panel, isTitleHidden };
}

function placed(element: Element, component: Detail): Element {
  const { grid } = element.panel;
  const whole = (value: unknown, least: number, most: number, fallback: number): number =>
    Number.isInteger(value) ? Math.min(most, Math.max(least, value as number)) : fallback;
  const x = whole(component.column, 0, kColumns - 1, grid.x);
  const y = whole(component.row, 0, kMostRows, grid.y);
  const w = whole(component.width, 1, kColumns - x, Math.min(grid.w, kColumns - x));
  const h = whole(component.height, 1, kMostRows, grid.h);
  const isDeleted = typeof component.deleted === 'boolean' ? component.deleted : element.isDeleted;
  return { ...element, panel: { ...element.panel, grid: { x, y, w, h } }, isDeleted };
}

/** What the page draws of it, or null for nothing. */
export function drawn({ panel, isTitleHidden, isDeleted }: Element): EmbedPanel | null {
  if (isDeleted) return null;
  return isTitleHidden ? { ...panel, title: '' } : panel;
}
