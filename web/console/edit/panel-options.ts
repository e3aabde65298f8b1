// Every option of every type of panel, once: the forms are made from these tables, and a test holds
// them against the published schema.
import type { JsonObject } from '../api/types';
import {
  choice,
  choices,
  colour,
  colours,
  column,
  columns,
  list,
  longText,
  number,
  numbers,
  object,
  onOff,
  sortedList,
  suggested,
  text,
  texts,
  whole,
  type Option,
} from './option';
import type { PanelKind } from './panel-kinds';

export interface Group {
  title: string;
  options: readonly Option[];
}

export const kReducers = [
  'last=Last value',
  'first=First value',
  'mean=Mean',
  'min=Least',
  'max=Greatest',
  'sum=Sum',
  'count=Number of values',
  'median=Median',
  'range=Range',
  'diff=Difference',
  'diffperc=Difference in percent',
  'delta=Increase',
  'step=Least step',
  'stdDev=Standard deviation',
  'variance=Variance',
  'p50=50th percentile',
  'p75=75th percentile',
  'p90=90th percentile',
  'p95=95th percentile',
  'p99=99th percentile',
  'logmin=Least above zero',
  'countAll=Number of rows',
  'changeCount=Number of changes',
  'distinctCount=Number of different values',
  'lastNotNull=Last value that is there',
  'firstNotNull=First value that is there',
  'allIsZero=All are zero',
  'allIsNull=All are missing',
  'allValues=All values',
  'uniqueValues=Different values',
] as const;

const is =
  (name: string, ...values: string[]) =>
  (inside: JsonObject): boolean =>
    values.some((value) => inside[name] === value);

const reducer = (otherwise: string) => choice(otherwise, ...kReducers);

// -- of every column ------------------------------------------------------------------------------

const kColorModes = [
  'palette=One by one from the palette',
  'palette-by-name=From the palette, by name',
  'fixed=One colour',
  'shades=Shades of one colour',
  'thresholds=Of the thresholds',
  'continuous-GrYlRd=Green, yellow, red',
  'continuous-RdYlGr=Red, yellow, green',
  'continuous-BlYlRd=Blue, yellow, red',
  'continuous-YlRd=Yellow, red',
  'continuous-BlPu=Blue, purple',
  'continuous-YlBl=Yellow, blue',
  'continuous-blues=Blues',
  'continuous-reds=Reds',
  'continuous-greens=Greens',
  'continuous-purples=Purples',
  'continuous-viridis=Viridis',
  'continuous-magma=Magma',
  'continuous-plasma=Plasma',
  'continuous-inferno=Inferno',
  'continuous-cividis=Cividis',
];

export const kThresholds = sortedList(
  'threshold',
  'value',
  { value: 0, color: 'red' },
  number(undefined, undefined, 'the start')('value', 'From', { emptied: null }),
  colour('color', 'Colour', { emptied: 'green' }),
)('thresholds', 'Thresholds', {
  hint: 'From each value on its colour counts. Without a value it is the colour at the start.',
});

export const kMappings = list(
  'mapping',
  { type: 'value', value: '', text: '' },
  choice(
    'value',
    'value=A value',
    'range=A range',
    'regex=A pattern',
    'special=Missing and the like',
  )('type', 'What', { emptied: 'value' }),
  text('', 256)('value', 'Value', { when: is('type', 'value') }),
  number(undefined, undefined, 'no lower end')('from', 'From', { when: is('type', 'range') }),
  number(undefined, undefined, 'no upper end')('to', 'To', { when: is('type', 'range') }),
  text('^web-(.*)$', 256)('pattern', 'Pattern', { when: is('type', 'regex') }),
  choice(
    'null',
    'null=Missing',
    'nan=Not a number',
    'null+nan=Missing or not a number',
    'empty=Empty text',
    'true=True',
    'false=False',
  )('match', 'Which', { when: is('type', 'special') }),
  text('', 256)('text', 'Shown as'),
  colour('color', 'Colour'),
)('mappings', 'Words for values', { hint: 'The first that fits gives text and colour.' });

const kFieldLinks = list(
  'link',
  { title: '', url: '' },
  text('', 200)('title', 'Title', { emptied: '' }),
  text('https://…/${__value.raw}')('url', 'Address', { emptied: '' }),
  onOff(false)('new_tab', 'In a new tab'),
)('links', 'Links of values', {
  hint: 'May hold ${__value.raw}, ${__field.name}, ${__data.fields.x}, ${__from} and variables.',
});

const kValue: Option[] = [
  suggested('units', 'none')('unit', 'Unit', {
    hint: 'short, percent, bytes, ms, s, usd, eur and many more; any other text stands behind the number.',
  }),
  whole(0, 10, 'as needed')('decimals', 'Decimals'),
  number(undefined, undefined, 'the data’s')('min', 'Least'),
  number(undefined, undefined, 'the data’s')('max', 'Greatest'),
  text('the column’s name', 256)('display_name', 'Name', {
    hint: 'May hold ${__field.labels.x}, ${__field.name} and ${__series.name}.',
  }),
  text('–', 64)('no_value', 'Where there is no value'),
];

const kColor = object(
  'Choose where colours come from',
  { mode: 'fixed', color: 'blue' },
  choice('palette', ...kColorModes)('mode', 'Colours', { emptied: 'palette' }),
  colour('color', 'Colour', { when: is('mode', 'fixed', 'shades') }),
  choice(
    'last',
    'last=The last',
    'min=The least',
    'max=The greatest',
  )('by', 'Value that colours a series'),
)('color', 'Colour');

const kThresholdsMode = choice(
  'absolute',
  'absolute=Values',
  'percentage=Percent of the way from least to greatest',
)('thresholds_mode', 'Thresholds are');

const kSeriesColors = colours('colors', 'Colours of the series', { hint: 'In their order.' });
const kLegendShown = onOff(true)('legend', 'Legend');

/** Of each column or series; overrides say them for some. */
export const kFieldOptions: Option[] = [
  ...kValue,
  kColor,
  kThresholds,
  kThresholdsMode,
  kMappings,
  kFieldLinks,
];

/** All panels but text and rows take these. */
const kCommon: Option[] = [...kFieldOptions, kLegendShown, kSeriesColors];

// -- time series ----------------------------------------------------------------------------------

const kStyle = choice(
  'line',
  'line=Lines',
  'area=Areas',
  'bars=Bars',
  'points=Points',
)('style', 'Style');
const kFill = number(0, 1, 'the style’s')('fill', 'Opacity of the filling');
const kLineWidth = number(0, 10, 'the style’s')('line_width', 'Width of the line');
const kStack = onOff(false)('stack', 'Stacked');
const kNullAs = choice(
  'gap',
  'gap=A gap',
  'zero=Zero',
  'connect=A line across',
)('null_as', 'Where values are missing');

const kSeriesDrawing: Option[] = [
  choice(
    'linear',
    'linear=Straight',
    'smooth=Smooth',
    'stepBefore=Steps, before',
    'stepAfter=Steps, after',
  )('interpolation', 'Between points'),
  choice('solid', 'solid=Solid', 'dash=Dashes', 'dot=Dots')('line_style', 'Line'),
  numbers('dash', 'Strokes and gaps', { hint: 'Pixels: 10, 5.', when: is('line_style', 'dash') }),
  choice(
    'none',
    'none=None',
    'opacity=Opacity',
    'hue=Hue',
    'scheme=Colours',
  )('gradient', 'Gradient of the filling'),
  choice('auto', 'auto=Where there is room', 'always=Always', 'never=Never')('points', 'Points'),
  whole(1, 40)('point_size', 'Size of points'),
  choice('normal', 'normal=Values', 'percent=Percent')('stack_mode', 'Stacks hold'),
  text('', 64)('stack_group', 'Stacked with', { hint: 'Only equal names are stacked together.' }),
  text('', 16)('connect_up_to', 'Bridge gaps up to', { hint: 'A length such as 5m.' }),
  choice('center', 'before=Before', 'center=Around', 'after=After')('bar_align', 'Bars stand'),
  number(0, 1)('bar_width', 'Width of bars', { hint: 'Share of the room, 0 to 1.' }),
  choice(
    'none',
    'none=As they are',
    'negative-Y=Downwards',
    'constant=A level line',
  )('negative', 'Values are drawn'),
  column('')('fill_below_to', 'Filled down to the series'),
  choice(
    'dashed',
    'off=Not drawn',
    'line=Lines',
    'dashed=Dashed lines',
    'area=Areas',
    'line+area=Lines and areas',
    'dashed+area=Dashed lines and areas',
    'series=Colours of the series',
  )('thresholds_style', 'Thresholds'),
];

const kAxis: Option[] = [
  choice('auto', 'auto=As it fits', 'left=Left', 'right=Right', 'hidden=Hidden')('axis', 'Axis'),
  text('', 100)('axis_label', 'Label'),
  whole(0, 400)('axis_width', 'Least width'),
  number()('soft_min', 'Reaches down to'),
  number()('soft_max', 'Reaches up to'),
  onOff(false)('centered_zero', 'Zero in the middle'),
  choice(
    'linear',
    'linear=Linear',
    'log=Logarithmic',
    'symlog=Logarithmic around zero',
  )('scale', 'Scale'),
  whole(2, 10, '2 or 10')('log_base', 'Base', { when: is('scale', 'log', 'symlog') }),
  number()('linear_threshold', 'Linear up to', { when: is('scale', 'symlog') }),
];

const kLegend: Option[] = [
  kLegendShown,
  choice('list', 'list=List', 'table=Table')('legend_mode', 'Legend as'),
  choice('bottom', 'bottom=Below', 'right=Beside')('legend_placement', 'Legend stands'),
  choices(...kReducers)('legend_calcs', 'Values in the legend'),
  object(
    'Sort the legend',
    { by: 'max', direction: 'desc' },
    text('max', 32)('by', 'By', { emptied: '' }),
    choice('asc', 'asc=Ascending', 'desc=Descending')('direction', 'Order'),
  )('legend_sort', 'Order of the legend'),
  whole(40, 2000)('legend_width', 'Width of the legend'),
  choice(
    'multi',
    'multi=All series',
    'single=The nearest series',
    'none=None',
  )('tooltip', 'Tooltip'),
  choice(
    'none',
    'none=As drawn',
    'asc=Ascending',
    'desc=Descending',
  )('tooltip_sort', 'Order in the tooltip'),
  onOff(false)('tooltip_hide_zeros', 'Tooltip without zeros'),
];

const kTimeColumn = column()('time_column', 'Column of the time');
const kSeriesColumn = column('none')('series_column', 'Column that splits into series');
const kValueColumns = columns('value_columns', 'Columns of the values', {
  hint: 'Empty: every number column.',
});

// -- single values --------------------------------------------------------------------------------

const kReduce: Option[] = [
  reducer('last')('reduce', 'Rows become'),
  onOff(false)('values', 'One value for each row'),
  onOff(true)('per_series', 'One value for each column'),
  column('every number column')('value_column', 'Column of the value'),
  text('a name or /pattern/', 256)('fields', 'Columns'),
  whole(1, 1000)('limit', 'At most'),
];
const kSingleValues: Option[] = [
  ...kReduce,
  column('the first text')('label_column', 'Column of the names'),
];
const kAutoOrientation = choice(
  'auto',
  'auto=As it fits',
  'horizontal=Side by side',
  'vertical=One below another',
)('orientation', 'Arrangement');

const kValueMode = choice(
  'color',
  'color=In colour',
  'text=As text',
  'hidden=Hidden',
)('value_mode', 'Values');

// -- tables ---------------------------------------------------------------------------------------

const kAlign = choice(
  'auto',
  'auto=As it fits',
  'left=Left',
  'center=Middle',
  'right=Right',
)('align', 'Alignment');

export const kCellOptions: Option[] = [
  whole(20, 2000, 'as it fits')('width', 'Width'),
  whole(20, 2000)('min_width', 'Least width'),
  kAlign,
  onOff(false)('hidden', 'Hidden'),
  onOff(false)('filterable', 'Filter in the head'),
  object(
    'Choose how cells look',
    { type: 'color-text' },
    choice(
      'auto',
      'auto=As it fits',
      'color-text=Coloured text',
      'color-background=Coloured background',
      'gauge=Bar',
      'sparkline=Small line',
      'pill=Pills',
      'boolean=Tick or cross',
      'json-view=JSON',
      'data-links=Links',
    )('type', 'Look', { emptied: 'auto' }),
    choice(
      'basic',
      'basic=Plain',
      'gradient=Gradient',
      'lcd=Segments',
    )('mode', 'Drawn', {
      when: is('type', 'gauge', 'color-background'),
    }),
    choice(
      'color',
      'color=In colour',
      'text=As text',
      'hidden=Hidden',
    )('value_mode', 'Value', {
      when: is('type', 'gauge'),
    }),
    onOff(false)('apply_to_row', 'Colour the row', { when: is('type', 'color-background') }),
    onOff(false)('wrap', 'Long text breaks'),
  )('cell', 'Cells'),
];

const kTableColumns = list(
  'column',
  { name: '' },
  column('')('name', 'Column', { emptied: '' }),
  text('', 200)('title', 'Head'),
  suggested('units')('unit', 'Unit'),
  whole(0, 10)('decimals', 'Decimals'),
  choice('left', 'left=Left', 'center=Middle', 'right=Right')('align', 'Alignment'),
  whole(20, 2000)('width', 'Width'),
  onOff(false)('bar', 'A bar behind the number'),
)('columns', 'Columns', { hint: 'In their order. None: all of the result.' });

// -- state pictures -------------------------------------------------------------------------------

const kStates: Option[] = [
  choice(
    'auto',
    'auto=Where there is room',
    'always=Always',
    'never=Never',
  )('show_value', 'Values in the boxes'),
  number(0, 1)('row_height', 'Height of rows', { hint: 'Share of the room, 0 to 1.' }),
  number(0, 1)('fill', 'Opacity of boxes'),
  number(0, 10)('line_width', 'Width of edges'),
];

const kDrawing = 'Drawing';
const kData = 'Data';

const kOwn: Record<PanelKind, Group[]> = {
  timeseries: [
    {
      title: kDrawing,
      options: [kStyle, kStack, kFill, kLineWidth, kNullAs, ...kSeriesDrawing, kSeriesColors],
    },
    { title: 'Axis', options: kAxis },
    { title: 'Legend and tooltip', options: kLegend },
    { title: kData, options: [kTimeColumn, kSeriesColumn, kValueColumns] },
  ],
  stat: [
    {
      title: kDrawing,
      options: [
        choice(
          'value',
          'value=The value',
          'background=The background, shaded',
          'background_solid=The background',
          'none=Nothing',
        )('color_mode', 'Colour paints'),
        choice('none', 'none=None', 'line=Line', 'area=Area')('graph_mode', 'Course over time'),
        onOff(false)('sparkline', 'Small line behind the value'),
        choice(
          'auto',
          'auto=As it fits',
          'value=Value',
          'value_and_name=Value and name',
          'name=Name',
          'none=Nothing',
        )('text_mode', 'Text'),
        choice('auto', 'auto=At the start', 'center=Middle')('justify', 'Text stands'),
        kAutoOrientation,
        onOff(true)('wide_layout', 'Name and value beside each other where it is wide'),
        onOff(false)('show_percent_change', 'Change in percent'),
        choice(
          'standard',
          'standard=More is green',
          'inverted=More is red',
          'same_as_value=As the value',
        )('percent_change_color', 'Colour of the change', {
          when: (inside) => inside['show_percent_change'] === true,
        }),
        whole(4, 400, 'as it fits')('title_size', 'Size of the name'),
        whole(4, 400, 'as it fits')('value_size', 'Size of the value'),
      ],
    },
    { title: kData, options: kReduce },
  ],
  barchart: [
    {
      title: kDrawing,
      options: [
        choice('vertical', 'vertical=Upwards', 'horizontal=Sideways')('orientation', 'Bars go'),
        kStack,
        choice(
          'none',
          'none=As the query has them',
          'asc=Ascending',
          'desc=Descending',
        )('sort', 'Order'),
        whole(1, 1000, '100')('limit', 'At most'),
        kLegendShown,
        kSeriesColors,
      ],
    },
    {
      title: kData,
      options: [column('the first text')('label_column', 'Column of the names'), kValueColumns],
    },
  ],
  table: [
    {
      title: kDrawing,
      options: [
        onOff(true)('show_header', 'Head'),
        choice('sm', 'sm=Low', 'md=Middle', 'lg=High')('cell_height', 'Height of rows'),
        whole(1, 1000, 'the panel’s')('page_size', 'Rows of a page'),
        whole(0, 20)('frozen_columns', 'Columns that stay while others scroll'),
        object(
          'Sort the rows',
          { column: '', direction: 'desc' },
          column('')('column', 'Column', { emptied: '' }),
          choice('asc', 'asc=Ascending', 'desc=Descending')('direction', 'Order', {
            emptied: 'asc',
          }),
        )('sort', 'Order'),
        object(
          'Add a footer',
          { reducers: ['sum'] },
          choices(...kReducers)('reducers', 'Values'),
          columns('columns', 'Of the columns'),
        )('footer', 'Footer'),
      ],
    },
    { title: 'Columns', options: [kTableColumns] },
    { title: 'Cells of every column', options: kCellOptions },
  ],
  text: [],
  gauge: [
    {
      title: kDrawing,
      options: [
        kAutoOrientation,
        onOff(false)('show_threshold_labels', 'Numbers of the thresholds'),
        onOff(true)('show_threshold_markers', 'Band of the thresholds'),
        number()('neutral', 'The bar starts at'),
      ],
    },
    { title: kData, options: kSingleValues },
  ],
  bargauge: [
    {
      title: kDrawing,
      options: [
        choice(
          'gradient',
          'basic=Plain',
          'gradient=Gradient',
          'lcd=Segments',
        )('display_mode', 'Drawn'),
        kAutoOrientation,
        onOff(true)('show_unfilled', 'The rest of the scale'),
        kValueMode,
        choice(
          'auto',
          'auto=As it fits',
          'top=Above',
          'left=Beside',
          'hidden=Hidden',
        )('name_placement', 'Names stand'),
      ],
    },
    { title: kData, options: kSingleValues },
  ],
  piechart: [
    {
      title: kDrawing,
      options: [
        choice('pie', 'pie=Pie', 'donut=Ring')('pie_type', 'Shape'),
        choices('name=Name', 'value=Value', 'percent=Percent')('display_labels', 'At the slices'),
        choice(
          'desc',
          'none=As the query has them',
          'asc=Ascending',
          'desc=Descending',
        )('sort', 'Order'),
        kLegendShown,
        choices('value=Value', 'percent=Percent')('legend_values', 'In the legend'),
        choice('right', 'bottom=Below', 'right=Beside')('legend_placement', 'Legend stands'),
        kSeriesColors,
      ],
    },
    { title: kData, options: kSingleValues },
  ],
  heatmap: [
    {
      title: 'Buckets',
      options: [
        onOff(false)('calculate', 'Count the rows into buckets here', {
          hint: 'Otherwise each number column is a bucket that counts already.',
        }),
        text('5m', 16)('x_bucket_size', 'Width of a bucket'),
        whole(1, 500)('x_bucket_count', 'Buckets side by side'),
        number(0)('y_bucket_size', 'Height of a bucket'),
        whole(1, 200)('y_bucket_count', 'Buckets on each other'),
        choice(
          'linear',
          'linear=Evenly',
          'log2=By powers of 2',
          'log10=By powers of 10',
        )('y_scale', 'Buckets grow'),
        suggested('units')('y_unit', 'Unit of the buckets'),
      ],
    },
    {
      title: kDrawing,
      options: [
        choice(
          'blues',
          'blues',
          'greens',
          'oranges',
          'reds',
          'purples',
          'greys',
          'spectral',
          'turbo',
          'viridis',
          'magma',
          'inferno',
          'plasma',
        )('color_scheme', 'Colours'),
        choice(
          'linear',
          'linear=Evenly',
          'exponential=More for small counts',
        )('color_scale', 'Colours grow'),
        whole(2, 128)('color_steps', 'Steps of colour'),
        onOff(false)('color_reverse', 'Colours the other way round'),
        number()('color_min', 'First colour at'),
        number()('color_max', 'Last colour at'),
        number()('hide_below', 'Empty below'),
        whole(0, 10, '1')('cell_gap', 'Gap between cells'),
        choice(
          'auto',
          'auto=Where there is room',
          'always=Always',
          'never=Never',
        )('show_value', 'Counts in the cells'),
      ],
    },
    { title: kData, options: [kTimeColumn] },
  ],
  histogram: [
    {
      title: 'Buckets',
      options: [
        number(0)('bucket_size', 'Width of a bucket'),
        whole(1, 500, '30')('bucket_count', 'About so many buckets'),
        number(undefined, undefined, '0')('bucket_offset', 'Buckets start at'),
        onOff(false)('combine', 'All series as one'),
      ],
    },
    {
      title: kDrawing,
      options: [kStack, kFill, kLineWidth, kLegendShown, kSeriesColors],
    },
    { title: kData, options: [kValueColumns] },
  ],
  logs: [
    {
      title: kDrawing,
      options: [
        onOff(true)('show_time', 'Time'),
        onOff(false)('show_labels', 'Other columns before the line'),
        onOff(false)('show_common_labels', 'What all lines have in common, above'),
        onOff(true)('wrap_lines', 'Long lines break'),
        onOff(false)('pretty_json', 'JSON over many lines'),
        onOff(true)('details', 'A line opens its columns'),
        choice(
          'none',
          'none=All lines',
          'exact=Equal lines as one',
          'numbers=Equal but for numbers',
          'signature=Equal signs',
        )('dedup', 'Lines in a row that are alike'),
        choice(
          'descending',
          'descending=Newest first',
          'ascending=Oldest first',
        )('sort_order', 'Order'),
      ],
    },
    {
      title: kData,
      options: [
        kTimeColumn,
        column('line, message or the first text')('message_column', 'Column of the line'),
        column('level or severity')('level_column', 'Column of the level'),
      ],
    },
  ],
  'state-timeline': [
    {
      title: kDrawing,
      options: [
        onOff(true)('merge_values', 'Equal values in a row are one box'),
        choice('left', 'left=Left', 'center=Middle', 'right=Right')('align_value', 'Values stand'),
        ...kStates,
        kLegendShown,
        kSeriesColors,
      ],
    },
    { title: kData, options: [kTimeColumn, kSeriesColumn, kValueColumns] },
  ],
  'status-history': [
    {
      title: kDrawing,
      options: [
        number(0, 1)('col_width', 'Width of columns', { hint: 'Share of the room, 0 to 1.' }),
        ...kStates,
        kLegendShown,
        kSeriesColors,
      ],
    },
    { title: kData, options: [kTimeColumn, kSeriesColumn, kValueColumns] },
  ],
  geomap: [
    {
      title: 'Places',
      options: [
        choice(
          'auto',
          'auto=As the columns say',
          'coordinates=Latitude and longitude',
          'geohash=Geohash',
          'country=Country',
        )('location', 'A row is at'),
        column()('latitude_column', 'Column of the latitude'),
        column()('longitude_column', 'Column of the longitude'),
        column()('geohash_column', 'Column of the geohash'),
        column()('country_column', 'Column of the country'),
        column()('value_column', 'Column of the value'),
        column()('label_column', 'Column of the names'),
      ],
    },
    {
      title: 'Markers and map',
      options: [
        number(1, 100, '4')('size_min', 'Least radius'),
        number(1, 100, '15')('size_max', 'Greatest radius'),
        number(0, 1, '0.7')('marker_opacity', 'Opacity'),
        choice(
          'fit',
          'fit=On all markers',
          'world=On the world',
          'center=On a place',
        )('view', 'Opens'),
        number(-90, 90)('center_latitude', 'Latitude', { when: is('view', 'center') }),
        number(-180, 180)('center_longitude', 'Longitude', { when: is('view', 'center') }),
        number(1, 20)('zoom', 'Zoom', { when: is('view', 'center') }),
      ],
    },
  ],
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
