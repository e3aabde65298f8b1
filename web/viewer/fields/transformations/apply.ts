// A panel's transformations, one after the other.
import type { Frame, Transformation } from '../../api/wire';
import {
  convertFieldType,
  extractFields,
  filterByRefId,
  filterFieldsByName,
  formatString,
  formatTime,
  frameFilter,
  labelsToFields,
  organize,
  renameByRegex,
} from './columns';
import { calculateField, histogram, reduce, timeSeriesTable } from './calculate';
import { configFromData } from './config';
import { object, Unsupported, type Transform } from './frames';
import { append, concatenate, joinByField, joinByLabels, merge, prepareTimeSeries } from './joins';
import { regression } from './regression';
import {
  filterByValue,
  groupBy,
  groupingToMatrix,
  limit,
  partitionByValues,
  rowsToFields,
  seriesToRows,
  sortBy,
  transpose,
} from './rows';

const kTransforms: Record<string, Transform | undefined> = {
  append,
  calculateField,
  concatenate,
  configFromData,
  convertFieldType,
  extractFields,
  filterByRefId,
  filterByValue,
  filterFieldsByName,
  formatString,
  formatTime,
  groupBy,
  groupingToMatrix,
  histogram,
  joinByField,
  joinByLabels,
  labelsToFields,
  limit,
  merge,
  organize,
  partitionByValues,
  prepareTimeSeries,
  reduce,
  regression,
  rename: organize,
  renameByRegex,
  rowsToFields,
  seriesToColumns: joinByField,
  seriesToRows,
  sortBy,
  timeSeriesTable,
  transpose,
};

export interface Transformed {
  frames: Frame[];
  /** What could not be done; then `frames` is what was there before it. */
  trouble: string | null;
}

/** Stops at the first one that is not known here: what comes after it would work on other data. */
export function applyTransformations(
  frames: Frame[],
  list: readonly Transformation[] | undefined,
): Transformed {
  let current = frames;
  for (const { id, options, disabled, filter } of list ?? []) {
    if (disabled) continue;
    const transform = kTransforms[id];
    if (!transform) return { frames: current, trouble: id };
    const isFor = frameFilter(filter);
    const chosen = current.filter(isFor);
    try {
      const changed = transform(chosen, object(options));
      current =
        chosen.length === current.length
          ? changed
          : [...changed, ...current.filter((frame) => !isFor(frame))];
    } catch (error) {
      if (error instanceof Unsupported) return { frames: current, trouble: error.message };
      throw error;
    }
  }
  return { frames: current, trouble: null };
}
