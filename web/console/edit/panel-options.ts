// What the form of a panel offers: the options of its kind, and those that every panel has. A test
// holds them against the published schema.
import type { JsonObject } from '../api/types';
import {
  choice,
  list,
  longText,
  object,
  onOff,
  suggested,
  text,
  texts,
  whole,
  type Option,
} from './option';
import { kBarChart, kHeatmap, kHistogram } from './options/counts';
import type { Group } from './options/groups';
import { kGeomap } from './options/places';
import { kCellOptions, kLogs, kTable } from './options/rows';
import {
  kAxis,
  kFill,
  kLineWidth,
  kNullAs,
  kSeriesDrawing,
  kStack,
  kStateTimeline,
  kStatusHistory,
  kStyle,
  kTimeSeries,
} from './options/series';
import { kBarGauge, kGauge, kPieChart, kStat } from './options/single-values';
import {
  kColor,
  kCommon,
  kFieldLinks,
  kFieldOptions,
  kMappings,
  kThresholds,
  kThresholdsMode,
  kValue,
} from './options/values';
import type { PanelKind } from './panel-kinds';

const kOwn: Record<PanelKind, Group[]> = {
  timeseries: kTimeSeries,
  stat: kStat,
  barchart: kBarChart,
  table: kTable,
  text: [],
  gauge: kGauge,
  bargauge: kBarGauge,
  piechart: kPieChart,
  heatmap: kHeatmap,
  histogram: kHistogram,
  logs: kLogs,
  'state-timeline': kStateTimeline,
  'status-history': kStatusHistory,
  geomap: kGeomap,
  row: [],
};

/** In their order in the form; empty for text panels and rows. */
export function groupsOf(kind: PanelKind): Group[] {
  const own = kOwn[kind];
  if (own.length === 0) return [];
  return [
    ...own,
    { title: 'Values', options: [...kValue, kColor] },
    { title: 'Thresholds', options: [kThresholds, kThresholdsMode] },
    { title: 'Words for values', options: [kMappings] },
    { title: 'Links of values', options: [kFieldLinks] },
  ];
}

/** Names of all options that a panel of this kind may have. */
export function optionNames(kind: PanelKind): Set<string> {
  const own = kOwn[kind];
  if (own.length === 0) return new Set();
  return new Set(
    [...own.flatMap(({ options }) => options), ...kCommon].map((option) => option.name),
  );
}

const kSeriesKinds = new Set<PanelKind>(['timeseries', 'state-timeline', 'status-history']);

/** What an override may set in a panel of this kind. */
export function overrideOptions(kind: PanelKind): Option[] {
  return [
    ...kFieldOptions,
    ...(kind === 'timeseries'
      ? [kStyle, kFill, kLineWidth, kStack, kNullAs, ...kSeriesDrawing, ...kAxis]
      : kSeriesKinds.has(kind) || kind === 'histogram'
        ? [kFill, kLineWidth]
        : []),
    ...(kind === 'table' ? kCellOptions : []),
    onOff(false)('hide_in_legend', 'Not in the legend'),
    onOff(false)('hide_in_tooltip', 'Not in the tooltip'),
  ];
}

/** Every option that an override may ever set, by the schema's name. */
export function everyOverrideOption(): Option[] {
  const all = new Map<string, Option>();
  for (const kind of ['timeseries', 'table'] as const) {
    for (const option of overrideOptions(kind)) all.set(option.name, option);
  }
  return [...all.values()];
}

/** Links beside a panel's title and in the head of the page. */
export const kLinks = list(
  'link',
  { title: '', url: '' },
  text('', 200)('title', 'Title', { emptied: '' }),
  text('https://… or /d/…')('url', 'Address', { emptied: '' }),
  text('', 200)('tooltip', 'Tooltip'),
  onOff(false)('new_tab', 'In a new tab'),
  onOff(false)('keep_time', 'With the time range'),
  onOff(false)('include_variables', 'With the variables'),
)('links', 'Links', {
  hint: 'https, http, mailto or a path of this server; may hold ${name} of variables.',
});

export const kRepeat = (isRow: boolean): Option =>
  object(
    'Repeat it by a variable',
    { variable: '' },
    suggested('variables')('variable', 'Variable', { emptied: '' }),
    ...(isRow
      ? []
      : [
          choice('h', 'h=Side by side', 'v=One below another')('direction', 'Copies stand'),
          whole(1, 24, '4')('max_per_row', 'Side by side at most', {
            when: (inside: JsonObject) => inside['direction'] !== 'v',
          }),
        ]),
  )('repeat', 'Repeat', { hint: 'Once for each chosen value of a variable.' });

/** A panel's own time, cache and frame. */
export const kPanelTime: Option[] = [
  text('1h', 16)('time_from', 'Shows the last', {
    hint: 'Whatever the others show: 15m, 6h, 7d.',
  }),
  text('1d', 16)('time_shift', 'Shows an earlier range, by'),
  onOff(false)('hide_time_override', 'Does not say that its time is another'),
  text('1m', 16)('interval', 'Shortest bucket of $interval'),
  whole(0, 604_800, 'the source’s')('cache_seconds', 'Results are kept for seconds'),
];

export const kPanelTexts: Option[] = [
  text('', 200)('title', 'Title', { hint: 'May name variables: $airport.' }),
  longText(2000)('description', 'Description'),
];

export const kTransparent = onOff(false)('transparent', 'Without a card around it');

export const kTagsOption = texts('tags', 'Tags');
