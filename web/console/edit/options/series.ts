// Panels whose values stand over time: lines and states.
import {
  choice,
  choices,
  column,
  columns,
  number,
  numbers,
  object,
  onOff,
  text,
  whole,
  type Option,
} from '../option';
import { is, kData, kDrawing, type Group } from './groups';
import { kReducers } from './reducers';
import { kLegendShown, kSeriesColors } from './values';

export const kStyle = choice(
  'line',
  'line=Lines',
  'area=Areas',
  'bars=Bars',
  'points=Points',
)('style', 'Style');
export const kFill = number(0, 1, 'automatic')('fill', 'Opacity of the filling');
export const kLineWidth = number(0, 10, 'automatic')('line_width', 'Width of the line');
export const kStack = onOff(false)('stack', 'Stacked');
export const kNullAs = choice(
  'gap',
  'gap=A gap',
  'zero=Zero',
  'connect=A line across',
)('null_as', 'Missing values');

export const kSeriesDrawing: Option[] = [
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

export const kAxis: Option[] = [
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

export const kTimeColumn = column()('time_column', 'Column of the time');
const kSeriesColumn = column('none')('series_column', 'Column that splits into series');
export const kValueColumns = columns('value_columns', 'Columns of the values', {
  hint: 'Empty: every number column.',
});

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

export const kTimeSeries: Group[] = [
  {
    title: kDrawing,
    options: [kStyle, kStack, kFill, kLineWidth, kNullAs, ...kSeriesDrawing, kSeriesColors],
  },
  { title: 'Axis', options: kAxis },
  { title: 'Legend and tooltip', options: kLegend },
  { title: kData, options: [kTimeColumn, kSeriesColumn, kValueColumns] },
];

export const kStateTimeline: Group[] = [
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
];

export const kStatusHistory: Group[] = [
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
];
