// Rows are filtered, sorted, grouped, counted.
import {
  choice,
  choices,
  inside,
  list,
  map,
  number,
  onOff,
  text,
  whole,
  type Option,
} from '../option';
import { kReducers } from '../options/reducers';
import { is, kColumn, type Transformation } from './transformation';

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

export const filterByValue: Transformation = {
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
};

export const sortBy: Transformation = {
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
};

export const limit: Transformation = {
  label: 'Limit rows',
  about: 'Keeps the first or the last so many.',
  options: [
    whole(0, 50_000, '10')('limitField', 'Rows'),
    choice('head', 'head=The first', 'tail=The last')('limitAt', 'Which'),
  ],
};

export const groupBy: Transformation = {
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
};

export const reduce: Transformation = {
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
};

export const histogram: Transformation = {
  label: 'Histogram',
  about: 'Counts of values in equal buckets.',
  options: [
    number(0)('bucketSize', 'Width of a bucket'),
    whole(1, 500, '30')('bucketCount', 'About so many buckets'),
    number()('bucketOffset', 'Buckets start at'),
    onOff(false)('combine', 'All series as one'),
  ],
};

export const regression: Transformation = {
  label: 'Regression',
  about: 'A line or a curve that comes nearest to the values.',
  options: [
    kColumn('xFieldName', 'Over the column'),
    kColumn('yFieldName', 'Of the column'),
    choice('linear', 'linear=A line', 'polynomial=A curve')('modelType', 'Drawn as'),
    whole(1, 10, '2')('degree', 'Degree', { when: is('modelType', 'linear', 'polynomial') }),
    whole(2, 10_000, '100')('predictionCount', 'Points'),
  ],
};
