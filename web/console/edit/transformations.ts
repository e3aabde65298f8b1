// The transformations that the viewer has, and their options.
import type { JsonObject } from '../api/types';
import {
  choice,
  choices,
  column,
  columns,
  flags,
  inside,
  list,
  map,
  number,
  onOff,
  order,
  suggested,
  text,
  texts,
  whole,
  type Option,
} from './option';
import { kReducers } from './panel-options';

export interface Transformation {
  label: string;
  about: string;
  options: readonly Option[];
  /** What a new one begins with. */
  fresh?: JsonObject;
}

const is =
  (name: string, otherwise: string, ...values: string[]) =>
  (given: JsonObject): boolean => {
    const value = given[name];
    return values.includes(typeof value === 'string' ? value : otherwise);
  };

const reducer = (otherwise: string) => choice(otherwise, ...kReducers);
const kMode = (...values: string[]) => ({ when: is('mode', 'reduceRow', ...values) });

const kColumn = column('');

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

const kJoin: Option[] = [
  column('the time')('byField', 'Column'),
  choice(
    'outer',
    'outer=All rows',
    'inner=Rows that all have',
    'outerTabular=All rows, as a table',
  )('mode', 'Keeps'),
];

const kOrganize: Option[] = [
  flags('excludeByName', 'Leave out'),
  flags('includeByName', 'Keep only'),
  order('indexByName', 'Order'),
  map('name', text('', 256)('', 'Shown as'), '', 'columns')('renameByName', 'New names'),
];

const kSettings = [
  'field.name=Name',
  'field.value=Value',
  'field.label=Label',
  'unit=Unit',
  'min=Least',
  'max=Greatest',
  'decimals=Decimals',
  'displayName=Shown name',
  'color=Colour',
  'threshold1=Threshold',
  'mappings.value=Mapped value',
  'mappings.text=Mapped text',
  'mappings.color=Mapped colour',
];

const kChooser = [columns('names', 'Columns'), text('/^avg_/', 256)('pattern', 'Or a pattern')];

const kCompared = [
  'greater=is greater than',
  'greaterOrEqual=is at least',
  'lower=is less than',
  'lowerOrEqual=is at most',
  'equal=is',
  'notEqual=is not',
  'between=is between',
  'substring=contains',
  'notSubstring=does not contain',
  'regex=fits the pattern',
  'isNull=is missing',
  'isNotNull=is there',
];

/** Of a rule over values: what it is compared with. */
const kBounds: Option = {
  ...inside(
    'options',
    'With',
    text('', 256)('value', 'Value'),
    number()('from', 'From (between)'),
    number()('to', 'To (between)'),
  ),
  when: (given) => given['id'] !== 'isNull' && given['id'] !== 'isNotNull',
};

export const kTransformations: Record<string, Transformation> = {
  organize: {
    label: 'Choose, order and name columns',
    about: 'Leaves columns out, sorts them, calls them otherwise.',
    options: kOrganize,
  },
  calculateField: {
    label: 'Compute a column',
    about: 'A new column from others: sums, ratios, moving averages.',
    options: kCalculate,
  },
  filterByValue: {
    label: 'Filter rows',
    about: 'Keeps or leaves out rows by their values.',
    options: [
      choice('include', 'include=Keep', 'exclude=Leave out')('type', 'Rows that fit'),
      choice('any', 'any=one of the rules', 'all=all of them')('match', 'Fit'),
      list(
        'rule',
        { fieldName: '', config: { id: 'greater', options: { value: 0 } } },
        kColumn('fieldName', 'Column', { emptied: '' }),
        inside('config', 'Rule', choice('equal', ...kCompared)('id', 'Value'), kBounds),
      )('filters', 'Rules'),
    ],
  },
  sortBy: {
    label: 'Sort rows',
    about: 'By the values of a column.',
    options: [
      list(
        'column',
        { field: '' },
        kColumn('field', 'Column', { emptied: '' }),
        onOff(false)('desc', 'Greatest first'),
      )('sort', 'By'),
    ],
    fresh: { sort: [{ field: '' }] },
  },
  limit: {
    label: 'Limit rows',
    about: 'Keeps the first or the last so many.',
    options: [
      whole(0, 50_000, '10')('limitField', 'Rows'),
      choice('head', 'head=The first', 'tail=The last')('limitAt', 'Which'),
    ],
  },
  groupBy: {
    label: 'Group rows',
    about: 'One row for each value of a column, others summed up.',
    options: [
      map(
        'column',
        inside(
          '',
          '',
          choice('aggregate', 'groupby=Groups by it', 'aggregate=Is summed up')('operation', 'It'),
          {
            ...choices(...kReducers)('aggregations', 'Values'),
            when: is('operation', '', 'aggregate'),
          },
        ),
        { operation: 'groupby', aggregations: [] },
        'columns',
      )('fields', 'Columns'),
    ],
  },
  reduce: {
    label: 'Reduce',
    about: 'Many rows become one value for each column.',
    options: [
      choice(
        'seriesToRows',
        'seriesToRows=One row for each column',
        'reduceFields=One row',
      )('mode', 'Makes'),
      choices(...kReducers)('reducers', 'Values', { hint: 'None: the greatest.' }),
      onOff(false)('includeTimeField', 'The time too'),
      onOff(false)('labelsToFields', 'Labels as columns'),
    ],
  },
  joinByField: {
    label: 'Join by a column',
    about: 'Puts tables beside each other where a column is equal.',
    options: kJoin,
  },
  seriesToColumns: {
    label: 'Series to columns',
    about: 'Joins tables by a column, under its older name.',
    options: kJoin,
  },
  joinByLabels: {
    label: 'Join by labels',
    about: 'One row for equal labels, a column for each value of one.',
    options: [
      text('', 200)('value', 'Label that becomes columns'),
      texts('join', 'Labels of the rows', { hint: 'Empty: all others.' }),
    ],
  },
  merge: {
    label: 'Merge',
    about: 'One table of several; rows that agree become one.',
    options: [],
  },
  append: {
    label: 'Append',
    about: 'One table below the other.',
    options: [],
  },
  concatenate: {
    label: 'Concatenate',
    about: 'Tables side by side, the shorter ones filled up.',
    options: [
      choice(
        'field',
        'field=in the column’s name',
        'label=as a label',
        'drop=not at all',
      )('frameNameMode', 'Says whose a column was'),
      text('frame', 64)('frameNameLabel', 'Label', { when: is('frameNameMode', 'field', 'label') }),
    ],
  },
  filterFieldsByName: {
    label: 'Filter columns',
    about: 'Keeps or leaves out columns by name or pattern.',
    options: [inside('include', 'Keep', ...kChooser), inside('exclude', 'Leave out', ...kChooser)],
  },
  filterByRefId: {
    label: 'Filter queries',
    about: 'Keeps the results of some queries.',
    options: [suggested('queries', 'A or /A|B/')('include', 'Queries')],
  },
  renameByRegex: {
    label: 'Rename by a pattern',
    about: 'Changes the names of all columns that fit.',
    options: [
      text('^avg_(.*)$', 256)('regex', 'Pattern'),
      text('$1', 256)('renamePattern', 'Becomes'),
    ],
  },
  rename: {
    label: 'Rename columns',
    about: 'Calls columns otherwise.',
    options: kOrganize,
  },
  convertFieldType: {
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
  },
  extractFields: {
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
  },
  formatString: {
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
  },
  formatTime: {
    label: 'Format times',
    about: 'A time as text, after a pattern.',
    options: [
      kColumn('timeField', 'Column'),
      text('YYYY-MM-DD HH:mm:ss', 64)('outputFormat', 'Pattern'),
      text('browser', 64)('timezone', 'Time zone'),
    ],
  },
  labelsToFields: {
    label: 'Labels to columns',
    about: 'Labels of series become columns or rows.',
    options: [
      choice('columns', 'columns=Columns', 'rows=Rows')('mode', 'Labels become'),
      texts('keepLabels', 'Only these labels'),
      text('', 200)('valueLabel', 'Label that names the values'),
    ],
  },
  rowsToFields: {
    label: 'Rows to columns',
    about: 'Each row becomes a column.',
    options: [
      list(
        'column',
        { fieldName: '', handlerKey: 'field.name' },
        kColumn('fieldName', 'Column', { emptied: '' }),
        choice('field.name', ...kSettings)('handlerKey', 'Is', { emptied: 'field.name' }),
      )('mappings', 'Columns'),
    ],
  },
  configFromData: {
    label: 'Settings from a query',
    about: 'Units, limits and colours from the result of a query.',
    options: [
      suggested('queries', 'config')('configRefId', 'Query'),
      list(
        'column',
        { fieldName: '', handlerKey: 'max' },
        kColumn('fieldName', 'Column', { emptied: '' }),
        choice('max', ...kSettings.slice(3))('handlerKey', 'Is', { emptied: 'max' }),
        reducer('lastNotNull')('reducerId', 'Value'),
      )('mappings', 'Columns'),
    ],
  },
  partitionByValues: {
    label: 'Partition by values',
    about: 'A table for each value of a column.',
    options: [columns('fields', 'Columns'), onOff(false)('keepFields', 'Keep these columns')],
  },
  prepareTimeSeries: {
    label: 'Prepare time series',
    about: 'Brings results into the form of time series.',
    options: [
      choice(
        'wide',
        'wide=A column for each series',
        'multi=A table for each series',
        'long=A row for each point',
      )('format', 'Form'),
    ],
  },
  seriesToRows: {
    label: 'Series to rows',
    about: 'One row for each point: time, metric, value.',
    options: [],
  },
  timeSeriesTable: {
    label: 'Time series as table',
    about: 'A row for each series, with its course as a small line.',
    options: [
      map(
        'query',
        reducer('lastNotNull')('', 'Value'),
        'lastNotNull',
        'queries',
      )('refIdToStat', 'Values beside the line'),
    ],
  },
  groupingToMatrix: {
    label: 'Grouping to matrix',
    about: 'A column for each value of one column, a row for each of another.',
    options: [
      kColumn('columnField', 'Columns from'),
      kColumn('rowField', 'Rows from'),
      kColumn('valueField', 'Values from'),
      choice(
        'empty',
        'empty=Empty',
        'null=Missing',
        'zero=Zero',
        'true=True',
        'false=False',
      )('emptyValue', 'Where there is none'),
    ],
  },
  transpose: {
    label: 'Transpose',
    about: 'Rows become columns and columns rows.',
    options: [column('the first column')('firstFieldName', 'Name of the first column')],
  },
  histogram: {
    label: 'Histogram',
    about: 'Counts of values in equal buckets.',
    options: [
      number(0)('bucketSize', 'Width of a bucket'),
      whole(1, 500, '30')('bucketCount', 'About so many buckets'),
      number()('bucketOffset', 'Buckets start at'),
      onOff(false)('combine', 'All series as one'),
    ],
  },
  regression: {
    label: 'Regression',
    about: 'A line or a curve that comes nearest to the values.',
    options: [
      kColumn('xFieldName', 'Over the column'),
      kColumn('yFieldName', 'Of the column'),
      choice('linear', 'linear=A line', 'polynomial=A curve')('modelType', 'Drawn as'),
      whole(1, 10, '2')('degree', 'Degree', { when: is('modelType', 'linear', 'polynomial') }),
      whole(2, 10_000, '100')('predictionCount', 'Points'),
    ],
  },
};
