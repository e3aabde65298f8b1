// Options that stand together in the form of a panel.
import type { JsonObject } from '../../api/types';
import type { Option } from '../option';

export interface Group {
  title: string;
  options: readonly Option[];
}

export const kDrawing = 'Drawing';
export const kData = 'Data';

/** A member has one of these values. */
export const is =
  (name: string, ...values: string[]) =>
  (inside: JsonObject): boolean =>
    values.some((value) => inside[name] === value);
