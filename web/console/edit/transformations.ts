// The transformations that the viewer has, in the order in which they are offered.
import * as columns from './transformations/columns';
import * as rows from './transformations/rows';
import * as shapes from './transformations/shapes';
import * as tables from './transformations/tables';
import type { Transformation } from './transformations/transformation';

export const kTransformations: Record<string, Transformation> = {
  organize: columns.organize,
  calculateField: columns.calculateField,
  filterByValue: rows.filterByValue,
  sortBy: rows.sortBy,
  limit: rows.limit,
  groupBy: rows.groupBy,
  reduce: rows.reduce,
  joinByField: tables.joinByField,
  seriesToColumns: tables.seriesToColumns,
  joinByLabels: tables.joinByLabels,
  merge: tables.merge,
  append: tables.append,
  concatenate: tables.concatenate,
  filterFieldsByName: columns.filterFieldsByName,
  filterByRefId: tables.filterByRefId,
  renameByRegex: columns.renameByRegex,
  rename: columns.rename,
  convertFieldType: columns.convertFieldType,
  extractFields: columns.extractFields,
  formatString: columns.formatString,
  formatTime: columns.formatTime,
  labelsToFields: shapes.labelsToFields,
  rowsToFields: shapes.rowsToFields,
  configFromData: shapes.configFromData,
  partitionByValues: tables.partitionByValues,
  prepareTimeSeries: shapes.prepareTimeSeries,
  seriesToRows: shapes.seriesToRows,
  timeSeriesTable: shapes.timeSeriesTable,
  groupingToMatrix: shapes.groupingToMatrix,
  transpose: shapes.transpose,
  histogram: rows.histogram,
  regression: rows.regression,
};
