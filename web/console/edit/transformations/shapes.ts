// The same values in another form: series, rows, columns, settings.
import { choice, column, list, map, suggested, text, texts } from '../option';
import { reducer } from '../options/reducers';
import { kColumn, type Transformation } from './transformation';

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

export const labelsToFields: Transformation = {
  label: 'Labels to columns',
  about: 'Labels of series become columns or rows.',
  options: [
    choice('columns', 'columns=Columns', 'rows=Rows')('mode', 'Labels become'),
    texts('keepLabels', 'Only these labels'),
    text('', 200)('valueLabel', 'Label that names the values'),
  ],
};

export const rowsToFields: Transformation = {
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
};

export const configFromData: Transformation = {
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
};

export const prepareTimeSeries: Transformation = {
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
};

export const seriesToRows: Transformation = {
  label: 'Series to rows',
  about: 'One row for each point: time, metric, value.',
  options: [],
};

export const timeSeriesTable: Transformation = {
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
};

export const groupingToMatrix: Transformation = {
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
};

export const transpose: Transformation = {
  label: 'Transpose',
  about: 'Rows become columns and columns rows.',
  options: [column('the first column')('firstFieldName', 'Name of the first column')],
};
