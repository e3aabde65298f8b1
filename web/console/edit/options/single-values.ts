// Panels that show one value for each row or column.
import { choice, choices, column, number, onOff, text, whole, type Option } from '../option';
import { kData, kDrawing, type Group } from './groups';
import { reducer } from './reducers';
import { kLegendShown, kSeriesColors } from './values';

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

export const kStat: Group[] = [
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
];

export const kGauge: Group[] = [
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
];

export const kBarGauge: Group[] = [
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
];

export const kPieChart: Group[] = [
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
];
