// The types of panels: what each is for.
import type { JsonObject } from '../api/types';

export const kPanelKinds = [
  'timeseries',
  'stat',
  'gauge',
  'bargauge',
  'barchart',
  'piechart',
  'table',
  'heatmap',
  'histogram',
  'state-timeline',
  'status-history',
  'geomap',
  'logs',
  'text',
  'row',
] as const;

export type PanelKind = (typeof kPanelKinds)[number];

export interface KindWords {
  label: string;
  about: string;
  /** Of an icon of 24 by 24. */
  icon: string;
  /** Size of a new one. */
  w: number;
  h: number;
}

export const kKinds: Record<PanelKind, KindWords> = {
  timeseries: {
    label: 'Time series',
    about: 'Values over time: lines, areas, bars or points.',
    icon: 'M3 4v16h18M6 15l4-5 4 3 6-7',
    w: 12,
    h: 8,
  },
  stat: {
    label: 'Stat',
    about: 'One number, large, with its course behind it.',
    icon: 'M7 8l3-2v12M14 8h4v4h-4v6h5',
    w: 6,
    h: 4,
  },
  gauge: {
    label: 'Gauge',
    about: 'A number on a dial between its ends.',
    icon: 'M4 17a8 8 0 1 1 16 0M12 16l4-5',
    w: 6,
    h: 6,
  },
  bargauge: {
    label: 'Bar gauge',
    about: 'Several numbers as bars on one scale.',
    icon: 'M4 6h16M4 6h9M4 12h16M4 12h13M4 18h16M4 18h6',
    w: 8,
    h: 6,
  },
  barchart: {
    label: 'Bar chart',
    about: 'Compares names: a bar for each.',
    icon: 'M3 20h18M6 20v-8h3v8M11 20V5h3v15M16 20v-5h3v5',
    w: 12,
    h: 8,
  },
  piechart: {
    label: 'Pie chart',
    about: 'Parts of a whole, as slices or a ring.',
    icon: 'M12 4a8 8 0 1 0 8 8h-8zM15 3.5A8 8 0 0 1 20.500 9H15z',
    w: 8,
    h: 8,
  },
  table: {
    label: 'Table',
    about: 'Rows and columns as the query answers them.',
    icon: 'M3 5h18v14H3zM3 10h18M3 14.500h18M9 5v14',
    w: 12,
    h: 8,
  },
  heatmap: {
    label: 'Heatmap',
    about: 'How often which values came, over time.',
    icon: 'M4 4h5v5H4zM9.500 9.500h5v5h-5zM15 15h5v5h-5zM4 15h5v5H4zM15 4h5v5h-5z',
    w: 12,
    h: 8,
  },
  histogram: {
    label: 'Histogram',
    about: 'How values are spread: counts by bucket.',
    icon: 'M3 20h18M4 20v-4h4v4M8 20V9h4v11M12 20V5h4v15M16 20v-7h4v7',
    w: 12,
    h: 8,
  },
  'state-timeline': {
    label: 'State timeline',
    about: 'What state things were in, and for how long.',
    icon: 'M3 6h7v3H3zM10 6h11v3H10zM3 15h12v3H3zM15 15h6v3h-6z',
    w: 12,
    h: 8,
  },
  'status-history': {
    label: 'Status history',
    about: 'States at regular times, box by box.',
    icon: 'M3 5h4v5H3zM10 5h4v5h-4zM17 5h4v5h-4zM3 14h4v5H3zM10 14h4v5h-4zM17 14h4v5h-4z',
    w: 12,
    h: 8,
  },
  geomap: {
    label: 'Map',
    about: 'Values at places of the world.',
    icon: 'M12 21s6-5.500 6-11a6 6 0 1 0-12 0c0 5.500 6 11 6 11ZM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
    w: 12,
    h: 10,
  },
  logs: {
    label: 'Logs',
    about: 'Lines of text with their time and level.',
    icon: 'M4 6h2M9 6h11M4 10h2M9 10h8M4 14h2M9 14h11M4 18h2M9 18h6',
    w: 24,
    h: 10,
  },
  text: {
    label: 'Text',
    about: 'Words of yours, in Markdown.',
    icon: 'M5 6h14M12 6v13M9 19h6',
    w: 12,
    h: 4,
  },
  row: {
    label: 'Row',
    about: 'A heading over the panels below; it folds.',
    icon: 'M3 6h18M5 11h6v7H5zM13 11h6v7h-6z',
    w: 24,
    h: 1,
  },
};

export function kindOf(panel: JsonObject): PanelKind | null {
  const type = panel['type'];
  return kPanelKinds.find((kind) => kind === type) ?? null;
}

/** Panels that ask for data. */
export function asks(kind: PanelKind): boolean {
  return kind !== 'text' && kind !== 'row';
}
