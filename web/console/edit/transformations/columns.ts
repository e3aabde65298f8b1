// Columns are chosen, named, computed, converted.
import {
  choice,
  columns,
  flags,
  inside,
  list,
  map,
  number,
  onOff,
  order,
  text,
  whole,
  type Option,
} from '../option';
import { reducer } from '../options/reducers';
import { is, kColumn, type Transformation } from './transformation';

const kMode = (...values: string[]) => ({ when: is('mode', 'reduceRow', ...values) });

const kCalculate: Option[] = [
  choice(
    'reduceRow',
    'reduceRow=One value of each row',
    'binary=Two columns',
    'unary=One column',
    'index=The number of the row',
    'cumulativeFunctions=A running total',
    'windowFunctions=A moving window',
  )('mode', 'Computes'),
  {
    ...inside(
      'reduce',
      'Of each row',
      reducer('sum')('reducer', 'Value'),
      columns('include', 'Columns', { hint: 'Empty: every number column.' }),
    ),
    ...kMode('reduceRow'),
  },
  {
    ...inside(
      'binary',
      'Two columns',
      kColumn('left', 'First: a column or a number'),
      choice(
        '+',
        '+=plus',
        '-=minus',
        '*=times',
        '/=divided by',
        '**=to the power of',
        '%=modulo',
      )('operator', 'With'),
      kColumn('right', 'Second: a column or a number'),
    ),
    ...kMode('binary'),
  },
  {
    ...inside(
      'unary',
      'One column',
      choice(
        'abs',
        'abs=without its sign',
        'exp=e to its power',
        'ln=natural logarithm',
        'floor=rounded down',
        'ceil=rounded up',
        'round=rounded',
      )('operator', 'Is'),
      kColumn('fieldName', 'Column'),
    ),
    ...kMode('unary'),
  },
  {
    ...inside('index', 'The row', onOff(false)('asPercentile', 'As a share of all rows')),
    ...kMode('index'),
  },
  {
    ...inside(
      'cumulative',
      'So far',
      kColumn('field', 'Column'),
      choice('sum', 'sum=Sum', 'mean=Mean')('reducer', 'Value'),
    ),
    ...kMode('cumulativeFunctions'),
  },
  {
    ...inside(
      'window',
      'Window',
      kColumn('field', 'Column'),
      reducer('mean')('reducer', 'Value'),
      choice(
        'trailing',
        'trailing=The rows before',
        'centered=Around the row',
      )('windowAlignment', 'Of'),
      choice(
        'percentage',
        'percentage=A share of all rows',
        'fixed=So many rows',
      )('windowSizeMode', 'Its size is'),
      number(0, undefined, '0.1')('windowSize', 'Size'),
    ),
    ...kMode('windowFunctions'),
  },
  text('', 200)('alias', 'Name of the new column'),
  onOff(false)('replaceFields', 'Without the other columns'),
];

const kOrganize: Option[] = [
  flags('excludeByName', 'Leave out'),
  flags('includeByName', 'Keep only'),
  order('indexByName', 'Order'),
  map('name', text('', 256)('', 'Shown as'), '', 'columns')('renameByName', 'New names'),
];

const kChooser = [columns('names', 'Columns'), text('/^avg_/', 256)('pattern', 'Or a pattern')];

export const organize: Transformation = {
  label: 'Choose, order and name columns',
  about: 'Leaves columns out, sorts them, calls them otherwise.',
  options: kOrganize,
};

export const rename: Transformation = {
  label: 'Rename columns',
  about: 'Calls columns otherwise.',
  options: kOrganize,
};

export const renameByRegex: Transformation = {
  label: 'Rename by a pattern',
  about: 'Changes the names of all columns that fit.',
  options: [
    text('^avg_(.*)$', 256)('regex', 'Pattern'),
    text('$1', 256)('renamePattern', 'Becomes'),
  ],
};

export const filterFieldsByName: Transformation = {
  label: 'Filter columns',
  about: 'Keeps or leaves out columns by name or pattern.',
  options: [inside('include', 'Keep', ...kChooser), inside('exclude', 'Leave out', ...kChooser)],
};

export const calculateField: Transformation = {
  label: 'Compute a column',
  about: 'A new column from others: sums, ratios, moving averages.',
  options: kCalculate,
};

export const convertFieldType: Transformation = {
  label: 'Convert types',
  about: 'Texts to numbers or times, and back.',
  options: [
    list(
      'column',
      { targetField: '', destinationType: 'number' },
      kColumn('targetField', 'Column', { emptied: '' }),
      choice(
        'number',
        'number=Number',
        'string=Text',
        'time=Time',
        'boolean=True or false',
      )('destinationType', 'Becomes'),
    )('conversions', 'Columns'),
  ],
};

export const extractFields: Transformation = {
  label: 'Extract columns',
  about: 'Takes a text apart: JSON, key=value, patterns.',
  options: [
    kColumn('source', 'Column'),
    choice(
      'auto',
      'auto=As it is',
      'json=JSON',
      'kvp=key=value',
      'regexp=Pattern with names',
      'delimiter=Parts between signs',
    )('format', 'Its text is'),
    text('(?<level>\\w+)', 256)('regExp', 'Pattern', { when: is('format', '', 'regexp') }),
    text(',', 16)('delimiter', 'Sign', { when: is('format', '', 'delimiter') }),
    list(
      'path',
      { path: '' },
      text('a.b[0]', 200)('path', 'Path'),
      text('', 200)('alias', 'Name'),
    )('jsonPaths', 'Only these paths'),
    onOff(false)('replace', 'Without the other columns'),
    onOff(false)('keepTime', 'With the time'),
  ],
};

export const formatString: Transformation = {
  label: 'Format texts',
  about: 'Upper case, lower case, a part of it.',
  options: [
    kColumn('stringField', 'Column'),
    choice(
      'Upper Case',
      'Upper Case',
      'Lower Case',
      'Sentence Case',
      'Title Case',
      'Pascal Case',
      'Camel Case',
      'Snake Case',
      'Kebab Case',
      'Trim=Without spaces around',
      'Substring=A part of it',
    )('outputFormat', 'As', { emptied: 'Upper Case' }),
    whole(0, 4096, '0')('substringStart', 'From', { when: is('outputFormat', '', 'Substring') }),
    whole(0, 4096, '100')('substringEnd', 'To', { when: is('outputFormat', '', 'Substring') }),
  ],
  fresh: { outputFormat: 'Upper Case' },
};

export const formatTime: Transformation = {
  label: 'Format times',
  about: 'A time as text, after a pattern.',
  options: [
    kColumn('timeField', 'Column'),
    text('YYYY-MM-DD HH:mm:ss', 64)('outputFormat', 'Pattern'),
    text('browser', 64)('timezone', 'Time zone'),
  ],
};
