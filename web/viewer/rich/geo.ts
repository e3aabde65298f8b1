// Places on the map: Mercator's projection, geohashes, and where the rows of a result are.
import type { Column, Frame } from '../api/wire';
import type { Options } from '../data/options';
import * as read from '../data/options';
import type { Position } from './countries';
import { asNumber, cellText } from './singles';

export interface Spot {
  x: number;
  y: number;
}

/** Beyond it the projection runs to infinity. */
const kMostNorth = 85;

/** From 0, 0 in the north west to 1, 1 in the south east. */
export function project({ latitude, longitude }: Position): Spot {
  const angle = (Math.max(-kMostNorth, Math.min(kMostNorth, latitude)) * Math.PI) / 180;
  return {
    x: (longitude + 180) / 360,
    y: 0.5 - Math.log(Math.tan(Math.PI / 4 + angle / 2)) / (2 * Math.PI),
  };
}

const kBase32 = '0123456789bcdefghjkmnpqrstuvwxyz';

/** The middle of a geohash's box. */
export function geohashPosition(hash: string): Position | null {
  if (hash === '' || hash.length > 20) return null;
  const range = {
    latitude: [-90, 90] as [number, number],
    longitude: [-180, 180] as [number, number],
  };
  let isLongitude = true;
  for (const letter of hash.toLowerCase()) {
    const value = kBase32.indexOf(letter);
    if (value < 0) return null;
    for (let bit = 16; bit >= 1; bit /= 2) {
      const half = isLongitude ? range.longitude : range.latitude;
      const middle = (half[0] + half[1]) / 2;
      if (value & bit) half[0] = middle;
      else half[1] = middle;
      isLongitude = !isLongitude;
    }
  }
  return {
    latitude: (range.latitude[0] + range.latitude[1]) / 2,
    longitude: (range.longitude[0] + range.longitude[1]) / 2,
  };
}

export interface Marker extends Spot {
  name: string;
  value: number | null;
  /** The row's other columns. */
  details: { name: string; column: Column; row: number }[];
}

export interface Markers {
  markers: Marker[];
  /** Rows without a place. */
  lost: number;
  hasValues: boolean;
}

const kLatitude = /^(?:lat|latitude)$/i;
const kLongitude = /^(?:lon|lng|long|longitude)$/i;
const kGeohash = /^geo_?hash$/i;
const kCountry = /^(?:country|country_?code|iso|iso_?a[23]|cc|alpha_?[23])$/i;
const kMostMarkers = 2000;

type Finder = (row: number) => Position | null;

export function toMarkers(
  frames: readonly Frame[],
  options: Options,
  countries: ReadonlyMap<string, Position>,
): Markers | null {
  const markers: Marker[] = [];
  let lost = 0;
  let isFound = false;
  let hasValues = false;
  for (const frame of frames) {
    const finder = finderOf(frame, options, countries);
    if (!finder) continue;
    isFound = true;
    const { find, taken } = finder;
    const value =
      named(frame, read.text(options, 'value_column')) ??
      frame.columns.find((column) => column.type === 'number' && !taken.includes(column));
    const label =
      named(frame, read.text(options, 'label_column')) ??
      frame.columns.find((column) => column.type === 'text' && !taken.includes(column)) ??
      taken.find((column) => column.type === 'text');
    if (value) hasValues = true;
    const rest = frame.columns.filter(
      (column) => column !== value && column !== label && !taken.includes(column),
    );
    for (let row = 0; row < frame.rows; row++) {
      const position = find(row);
      if (!position || markers.length >= kMostMarkers) {
        lost++;
        continue;
      }
      markers.push({
        ...project(position),
        name: label ? cellText(label.values[row]) : '',
        value: value ? asNumber(value.values[row]) : null,
        details: [...(value ? [value] : []), ...rest].map((column) => ({
          name: column.name,
          column,
          row,
        })),
      });
    }
  }
  return isFound ? { markers, lost, hasValues } : null;
}

function finderOf(
  frame: Frame,
  options: Options,
  countries: ReadonlyMap<string, Position>,
): { find: Finder; taken: Column[] } | null {
  const how = read.choice(
    options,
    'location',
    ['auto', 'coordinates', 'geohash', 'country'] as const,
    'auto',
  );
  const allows = (kind: typeof how): boolean => how === 'auto' || how === kind;
  const like = (option: string, pattern: RegExp): Column | undefined =>
    named(frame, read.text(options, option)) ??
    frame.columns.find((column) => pattern.test(column.name));
  const latitude = like('latitude_column', kLatitude);
  const longitude = like('longitude_column', kLongitude);
  if (latitude && longitude && allows('coordinates')) {
    const find = (row: number): Position | null => {
      const [north, east] = [asNumber(latitude.values[row]), asNumber(longitude.values[row])];
      if (north === null || east === null || Math.abs(north) > 90 || Math.abs(east) > 180)
        return null;
      return { latitude: north, longitude: east };
    };
    return { find, taken: [latitude, longitude] };
  }
  const geohash = like('geohash_column', kGeohash);
  if (geohash && allows('geohash')) {
    const find = (row: number): Position | null => {
      const cell = geohash.values[row];
      return typeof cell === 'string' ? geohashPosition(cell) : null;
    };
    return { find, taken: [geohash] };
  }
  const country = like('country_column', kCountry);
  if (country && allows('country')) {
    const find = (row: number): Position | null =>
      countries.get(cellText(country.values[row]).trim().toUpperCase()) ?? null;
    return { find, taken: [country] };
  }
  return null;
}

function named(frame: Frame, name: string | undefined): Column | undefined {
  return name === undefined ? undefined : frame.columns.find((column) => column.name === name);
}

export interface View {
  /** What stands in the middle. */
  center: Spot;
  /** Width of the whole world in pixels. */
  scale: number;
}

/** So that all spots are in sight, with `padding` pixels around them. */
export function fitted(
  spots: readonly Spot[],
  size: { width: number; height: number },
  padding: number,
): View {
  if (spots.length === 0) return worldView(size);
  const xs = spots.map((spot) => spot.x);
  const ys = spots.map((spot) => spot.y);
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  const [north, south] = [Math.min(...ys), Math.max(...ys)];
  const room = (length: number): number => Math.max(20, length - 2 * padding);
  const scale = Math.min(
    room(size.width) / Math.max(east - west, 1e-9),
    room(size.height) / Math.max(south - north, 1e-9),
    // A town without the country around it says little: the outline is a coarse one.
    size.width * 24,
  );
  return { center: { x: (west + east) / 2, y: (north + south) / 2 }, scale };
}

/** All lands but the far south. */
export function worldView(size: { width: number; height: number }): View {
  const top = project({ latitude: 78, longitude: 0 }).y;
  const bottom = project({ latitude: -56, longitude: 0 }).y;
  return {
    center: { x: 0.5, y: (top + bottom) / 2 },
    scale: Math.min(size.width, size.height / (bottom - top)),
  };
}

/** The outline as one path, 1000 units wide. */
export function outlinePath(world: { arcs: number[][]; rings: number[][] }): string {
  const lines = world.arcs.map((arc) => {
    const points: string[] = [];
    let [longitude, latitude] = [0, 0];
    for (let at = 0; at < arc.length; at += 2) {
      longitude += arc[at] ?? 0;
      latitude += arc[at + 1] ?? 0;
      const { x, y } = project({ longitude: longitude / 50, latitude: latitude / 50 });
      points.push(`${Math.round(x * 100_000) / 100} ${Math.round(y * 100_000) / 100}`);
    }
    return points;
  });
  return world.rings
    .map((ring) => {
      const points = ring.flatMap((index) => {
        const line = lines[index < 0 ? ~index : index] ?? [];
        return index < 0 ? [...line].reverse() : line;
      });
      return `M${points.join('L')}Z`;
    })
    .join('');
}
