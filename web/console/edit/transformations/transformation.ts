// What the form knows of a transformation.
import type { JsonObject } from '../../api/types';
import { column, type Option } from '../option';

export interface Transformation {
  label: string;
  about: string;
  options: readonly Option[];
  /** What a new one begins with. */
  fresh?: JsonObject;
}

/** A member has one of the values; where none is written it has `otherwise`. */
export const is =
  (name: string, otherwise: string, ...values: string[]) =>
  (given: JsonObject): boolean => {
    const value = given[name];
    return values.includes(typeof value === 'string' ? value : otherwise);
  };

/** A column that has to be named. */
export const kColumn = column('');
