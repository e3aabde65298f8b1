// The map under the markers, a bundle of its own: the world's outline (Natural Earth, public domain)
// and where its countries lie.
import { arcs, rings } from 'world-outline';
import { countries } from './countries';

export interface World {
  /** Per line: pairs of longitude and latitude in fiftieths of a degree, each after the first as a
   *  step. */
  arcs: number[][];
  /** Lines that close a piece of land; ~n is line n backwards. */
  rings: number[][];
  countries: typeof countries;
}

export const world: World = { arcs, rings, countries };
