// What the fields of a form know besides the document.
import { kUnitIds } from '../../viewer/format/units';
import type { Json } from '../api/types';
import type { Option, Suggestions } from './option';

export interface Around {
  /** Names to offer. */
  names: Record<Exclude<Suggestions, 'units'>, readonly string[]>;
  /** What the server says is wrong at a path of the panel, or of the document. */
  fault: (path: string) => string | null;
}

const kUnits = [
  'none',
  'short',
  'percent',
  'percentunit',
  'bytes',
  'ms',
  's',
  'usd',
  'eur',
  ...kUnitIds,
];

export function offered(around: Around, suggest: Suggestions | undefined): readonly string[] {
  if (suggest === undefined) return [];
  return suggest === 'units' ? kUnits : around.names[suggest];
}

/** Of the field of one option. */
export interface FieldProps {
  option: Option;
  value: Json | undefined;
  path: string;
  around: Around;
  onChange: (value: Json | undefined) => void;
}
