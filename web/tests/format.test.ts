import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatRange, instantFormat, spanLabel, timeTicks, wallTime } from '../viewer/format/dates';
import { instantOf } from '../viewer/format/wall-times';
import { fromInput, toInput } from '../viewer/menus/time-input';
import { decimalsOf, formatNumber, formatTick, stepsOf } from '../viewer/format/numbers';

const kHour = 3_600_000;
const en = (value: number | null, unit?: string, decimals?: number): string =>
  formatNumber(value, { unit, decimals }, 'en-US');

test('numbers by unit', () => {
  assert.equal(en(1234567), '1,234,567');
  assert.equal(en(12.3456), '12.35');
  assert.equal(en(0.012345), '0.0123');
  assert.equal(en(12345, 'short'), '12.3K');
  assert.equal(en(999, 'short'), '999');
  assert.equal(en(42.42, 'percent'), '42.4%');
  assert.equal(en(0.4242, 'percentunit', 2), '42.42%');
  assert.equal(en(1536, 'bytes'), '1.5 KiB');
  assert.equal(en(0, 'bytes'), '0 B');
  assert.equal(en(90_000, 'ms'), '1.5 min');
  assert.equal(en(0.25, 's'), '250 ms');
  assert.equal(en(-7200, 's'), '-2 h');
  assert.equal(en(12.5, 'usd'), '$12.50');
  assert.equal(en(4_512_000, 'usd'), '$4.51M');
  assert.equal(en(8, 'mi'), '8 mi');
  assert.equal(en(3, 'mi', 2), '3.00 mi');
});

test('what is no number is a dash', () => {
  for (const value of [null, NaN, Infinity]) assert.equal(en(value), '–');
});

test('numbers follow the language', () => {
  assert.equal(formatNumber(1234.5, { decimals: 1 }, 'de-DE'), '1.234,5');
});

test('an axis shows the decimals that tell its marks apart', () => {
  assert.equal(formatTick(0.30000000000000004, 0.1, {}, 'en-US'), '0.3');
  assert.equal(formatTick(2, 0.5, {}, 'en-US'), '2');
  assert.equal(formatTick(1e-17, 0.1, {}, 'en-US'), '0');
  assert.equal(formatTick(20_000, 5000, {}, 'en-US'), '20K');
  assert.equal(formatTick(0.25, 0.05, { unit: 'percentunit' }, 'en-US'), '25%');
  assert.equal(decimalsOf(0.25), 2);
  assert.equal(decimalsOf(1e-7), 7);
  assert.equal(decimalsOf(50), 0);
});

test('bytes and durations have their own steps', () => {
  assert.ok(stepsOf('bytes')?.includes(1024));
  assert.ok(stepsOf('s')?.includes(300));
  assert.ok(stepsOf('ms')?.includes(300_000));
  assert.equal(stepsOf('usd'), undefined);
});

test('wall time and instants in a zone, across a clock change', () => {
  // New York went to summer time on 2024-03-10 at 07:00 UTC.
  const before = Date.UTC(2024, 2, 10, 6, 30);
  assert.equal(wallTime(before, 'America/New_York').hour, 1);
  assert.equal(wallTime(before + kHour, 'America/New_York').hour, 3);
  for (const instant of [before, before + kHour, Date.UTC(2024, 10, 3, 12)]) {
    assert.equal(instantOf(wallTime(instant, 'America/New_York'), 'America/New_York'), instant);
  }
});

test('date fields read what they wrote', () => {
  const instant = Date.UTC(2001, 0, 15, 13, 45);
  assert.equal(toInput(instant, 'Europe/Berlin'), '2001-01-15T14:45');
  assert.equal(fromInput('2001-01-15T14:45', 'Europe/Berlin'), instant);
  assert.equal(fromInput('tomorrow', 'UTC'), null);
});

test('ranges: days for long ones, times for short ones', () => {
  const day = Date.UTC(2001, 0, 15);
  assert.match(
    formatRange(day, day + 30 * 24 * kHour, 'UTC', 'en-US'),
    /^Jan 15\s–\sFeb 14, 2001$/,
  );
  assert.match(formatRange(day + kHour, day + 3 * kHour, 'UTC', 'en-US'), /1:00/);
});

test('daily data shows no midnight', () => {
  const day = Date.UTC(2001, 0, 15);
  assert.equal(instantFormat([day], 'UTC', 'en-US')(day), 'Jan 15, 2001');
  assert.match(instantFormat([day, day + kHour], 'UTC', 'en-US')(day), /12:00/);
});

test('spans in words', () => {
  assert.equal(spanLabel('15m'), 'Past 15 minutes');
  assert.equal(spanLabel('1mo'), 'Past month');
  assert.equal(spanLabel('odd'), 'odd');
});

test('axis marks name the greater unit once', () => {
  const start = Date.UTC(2000, 11, 31, 12);
  const marks = [0, 6, 12, 18].map((hours) => start + hours * kHour);
  const labels = timeTicks(marks, 6 * kHour, 'UTC', 'en-US').map((label) => label.split('\n')[1]);
  assert.deepEqual(labels, ['Dec 31', undefined, 'Jan 1', undefined]);
  const years = timeTicks([start, start + 24 * kHour], 24 * kHour, 'UTC', 'en-US');
  assert.deepEqual(years, ['Dec 31\n2000', 'Jan 1\n2001']);
});
