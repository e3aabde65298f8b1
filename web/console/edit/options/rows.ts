// Panels that show rows as they are: tables and logs.
import {
  choice,
  choices,
  column,
  columns,
  list,
  object,
  onOff,
  suggested,
  text,
  whole,
  type Option,
} from '../option';
import { is, kData, kDrawing, type Group } from './groups';
import { kReducers } from './reducers';
import { kTimeColumn } from './series';

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

export const kTable: Group[] = [
  {
    title: kDrawing,
    options: [
      onOff(true)('show_header', 'Head'),
      choice('sm', 'sm=Low', 'md=Middle', 'lg=High')('cell_height', 'Height of rows'),
      whole(1, 1000, 'automatic')('page_size', 'Rows of a page'),
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
];

export const kLogs: Group[] = [
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
];
