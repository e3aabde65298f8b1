// Panels that compare or count: bars and buckets.
import { choice, column, number, onOff, suggested, text, whole } from '../option';
import { kData, kDrawing, type Group } from './groups';
import { kFill, kLineWidth, kStack, kTimeColumn, kValueColumns } from './series';
import { kLegendShown, kSeriesColors } from './values';

export const kBarChart: Group[] = [
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
];

export const kHeatmap: Group[] = [
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
];

export const kHistogram: Group[] = [
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
];
