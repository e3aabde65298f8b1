// How one column of a result is shown. Types only: the part "fields" fills it in, and a picture that
// finds none shows the column by the panel's own options.
import type { Cell } from '../api/wire';
import type { Options } from './options';

export interface Shown {
  text: string;
  /** "#rrggbb", or undefined where neither a threshold nor a mapping gives one. */
  color: string | undefined;
}

export interface DataLink {
  title: string;
  href: string;
}

export interface Field {
  /** What the column is called; `name` of the column is the same. */
  title: string;
  /** As the query calls it. */
  source: string;
  /** Name of the query. */
  query: string;
  /** The panel's options with the overrides that fit this column. */
  options: Options;
  /** The colour of the whole series. */
  color: string;
  /** Ends of the scale for gauges and bars: the options', else the data's. */
  range: [least: number, most: number];
  show: (value: Cell, row?: number) => Shown;
  links: (row: number) => DataLink[];
}
