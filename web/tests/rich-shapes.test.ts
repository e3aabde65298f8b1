import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsFor, pointAt, ringPath, slicesOf } from '../viewer/rich/arcs';
import { colorScheme } from '../viewer/rich/color-schemes';
import { geohashPosition, fitted, outlinePath, project, toMarkers } from '../viewer/rich/geo';
import { countries } from '../viewer/rich/countries';
import { isPale } from '../viewer/rich/pale';
import { timeMarks } from '../viewer/rich/time-marks';
import { frameOf, numbers, words } from './rich-frames';

const near = (a: number, b: number, within = 1e-6): void => {
  assert.ok(Math.abs(a - b) <= within, `${a} is not about ${b}`);
};

test('angles run clockwise from the top', () => {
  const right = pointAt({ x: 10, y: 10 }, 5, Math.PI / 2);
  near(right.x, 15);
  near(right.y, 10);
});

test('slices share the whole turn, and what is not above nothing has none', () => {
  const slices = slicesOf([1, null, 3, -2, 0]);
  assert.deepEqual(
    slices.map((slice) => [slice.index, slice.share]),
    [
      [0, 0.25],
      [2, 0.75],
    ],
  );
  near(slices[1]?.to ?? 0, 2 * Math.PI);
  assert.deepEqual(slicesOf([0, null]), []);
});

test('a whole turn is drawn, though its ends are one point', () => {
  const path = ringPath({ x: 0, y: 0 }, 5, 10, 0, 2 * Math.PI);
  assert.equal(path.match(/M/g)?.length, 2);
  assert.equal(path.match(/NaN/), null);
});

test('boxes stand so that each is as large as can be', () => {
  assert.equal(columnsFor(4, 400, 100, 1), 4);
  assert.equal(columnsFor(4, 100, 400, 1), 1);
  assert.equal(columnsFor(4, 300, 300, 1), 2);
});

test('marks of an axis of times are round on the clock of the zone', () => {
  const from = Date.UTC(2026, 1, 1, 0, 7);
  const { marks, step } = timeMarks(from, from + 4 * 3_600_000, 4, 'Asia/Kolkata');
  assert.equal(step, 3_600_000);
  // Half past the hour of UTC is the full hour there.
  assert.ok(marks.every((mark) => new Date(mark).getUTCMinutes() === 30));
});

test('days stay midnights over a change of the clock', () => {
  const from = Date.UTC(2026, 2, 27);
  const { marks } = timeMarks(from, from + 5 * 86_400_000, 5, 'Europe/Berlin');
  assert.deepEqual(
    marks.map((mark) => new Date(mark).getUTCHours()),
    [23, 23, 22, 22, 22],
  );
});

test('months and years are marks of long ranges', () => {
  const months = timeMarks(Date.UTC(2025, 0, 15), Date.UTC(2026, 0, 15), 12, 'UTC');
  assert.equal(new Date(months.marks[0] ?? 0).toISOString(), '2025-02-01T00:00:00.000Z');
  assert.equal(months.marks.length, 12);
  const years = timeMarks(Date.UTC(2000, 5, 1), Date.UTC(2026, 0, 1), 10, 'UTC');
  assert.ok(years.marks.every((mark) => new Date(mark).getUTCMonth() === 0));
  assert.deepEqual(timeMarks(5, 5, 3, 'UTC').marks, []);
});

test('a colour scheme runs from end to end, and turns around on a dark ground', () => {
  const light = colorScheme({ name: 'blues', reverse: false, steps: 64, isDark: false });
  const dark = colorScheme({ name: 'blues', reverse: false, steps: 64, isDark: true });
  assert.equal(light(0), '#eaf2fb');
  assert.equal(light(1), '#0a3a7a');
  assert.equal(dark(0), light(1));
  assert.equal(light(7), light(1));
  const viridis = { name: 'viridis', reverse: false, steps: 2 };
  assert.equal(
    colorScheme({ ...viridis, isDark: true })(0),
    colorScheme({ ...viridis, isDark: false })(0),
  );
  assert.equal(isPale('#ffff00'), true);
  assert.equal(isPale('#0a3a7a'), false);
});

test('a geohash is the middle of its box', () => {
  const place = geohashPosition('ezs42');
  near(place?.latitude ?? 0, 42.605, 0.001);
  near(place?.longitude ?? 0, -5.603, 0.001);
  assert.equal(geohashPosition('a!'), null);
  assert.equal(geohashPosition(''), null);
});

test('the map has the equator in its middle and does not run to infinity', () => {
  assert.deepEqual(project({ latitude: 0, longitude: 0 }), { x: 0.5, y: 0.5 });
  assert.ok(Number.isFinite(project({ latitude: 90, longitude: 0 }).y));
});

test('rows find their place by coordinates, by country in two or three letters, or not at all', () => {
  const byCountry = toMarkers(
    [frameOf('A', words('country', 'DE', 'fra', 'XX'), numbers('n', 1, 2, 3))],
    {},
    countries,
  );
  assert.ok(byCountry);
  assert.equal(byCountry.markers.length, 2);
  assert.equal(byCountry.lost, 1);
  assert.equal(byCountry.markers[0]?.value, 1);
  const byDegrees = toMarkers(
    [
      frameOf(
        'A',
        numbers('lat', 10, 95, null),
        numbers('lng', 20, 0, 0),
        words('name', 'x', 'y', 'z'),
      ),
    ],
    {},
    countries,
  );
  assert.ok(byDegrees);
  assert.equal(byDegrees.markers.length, 1);
  assert.equal(byDegrees.lost, 2);
  assert.equal(byDegrees.hasValues, false);
  assert.equal(toMarkers([frameOf('A', numbers('n', 1))], {}, countries), null);
});

test('every country has both codes and lies on the globe', () => {
  assert.ok(countries.size > 480);
  for (const [code, { latitude, longitude }] of countries) {
    assert.match(code, /^[A-Z]{2,3}$/);
    assert.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, code);
  }
});

test('a fitted view has all spots in sight', () => {
  const size = { width: 400, height: 200 };
  const spots = [
    { x: 0.2, y: 0.3 },
    { x: 0.6, y: 0.4 },
  ];
  const { center, scale } = fitted(spots, size, 20);
  for (const spot of spots) {
    assert.ok(Math.abs(spot.x - center.x) * scale <= 180 + 1e-9);
    assert.ok(Math.abs(spot.y - center.y) * scale <= 80 + 1e-9);
  }
  assert.ok(Number.isFinite(fitted([{ x: 0.5, y: 0.5 }], size, 20).scale));
});

test('an outline joins its lines, and takes those of the neighbour backwards', () => {
  const path = outlinePath({
    arcs: [
      [0, 0, 500, 0],
      [0, 0, 0, 500, 500, -500],
    ],
    rings: [[0, ~1]],
  });
  assert.match(path, /^M500 500L/);
  assert.match(path, /L500 500Z$/);
});
