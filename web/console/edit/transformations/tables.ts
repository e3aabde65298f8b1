// Results are joined, put together or taken apart.
import { choice, column, columns, onOff, suggested, text, texts, type Option } from '../option';
import { is, type Transformation } from './transformation';

const kJoin: Option[] = [
  column('the time')('byField', 'Column'),
  choice(
    'outer',
    'outer=All rows',
    'inner=Rows that all have',
    'outerTabular=All rows, as a table',
  )('mode', 'Keeps'),
];

export const joinByField: Transformation = {
  label: 'Join by a column',
  about: 'Puts tables beside each other where a column is equal.',
  options: kJoin,
};

export const seriesToColumns: Transformation = {
  label: 'Series to columns',
  about: 'Joins tables by a column, under its older name.',
  options: kJoin,
};

export const joinByLabels: Transformation = {
  label: 'Join by labels',
  about: 'One row for equal labels, a column for each value of one.',
  options: [
    text('', 200)('value', 'Label that becomes columns'),
    texts('join', 'Labels of the rows', { hint: 'Empty: all others.' }),
  ],
};

export const merge: Transformation = {
  label: 'Merge',
  about: 'One table of several; rows that agree become one.',
  options: [],
};

export const append: Transformation = {
  label: 'Append',
  about: 'One table below the other.',
  options: [],
};

export const concatenate: Transformation = {
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
};

export const filterByRefId: Transformation = {
  label: 'Filter queries',
  about: 'Keeps the results of some queries.',
  options: [suggested('queries', 'A or /A|B/')('include', 'Queries')],
};

export const partitionByValues: Transformation = {
  label: 'Partition by values',
  about: 'A table for each value of a column.',
  options: [columns('fields', 'Columns'), onOff(false)('keepFields', 'Keep these columns')],
};
