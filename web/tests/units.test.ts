import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatNumber, formatTick, setRichUnits } from '../viewer/format/numbers';
import { kUnitIds, richUnits } from '../viewer/format/units';

setRichUnits(richUnits);
const write = (value: number, unit: string, decimals?: number): string =>
  formatNumber(value, { unit, decimals, zone: 'UTC' }, 'en-US');

test('units scale, and say what they are', () => {
  assert.equal(write(1536, 'bytes'), '1.5 KiB');
  assert.equal(write(1500, 'decbytes'), '1.5 kB');
  assert.equal(write(2048, 'kbytes'), '2 MiB');
  assert.equal(write(1_250_000, 'bps'), '1.25 Mb/s');
  assert.equal(write(1_048_576, 'binBps'), '1 MiB/s');
  assert.equal(write(1500, 'reqps'), '1.5 K req/s');
  assert.equal(write(12, 'ops'), '12 ops/s');
  assert.equal(write(2_500_000, 'currencyEUR'), '€2.5M');
  assert.equal(write(-1500, 'currencyUSD'), '-$1.5K');
  assert.equal(write(21.5, 'celsius'), '21.5°C');
  assert.equal(write(0.002, 'watt'), '2 mW');
  assert.equal(write(3200, 'kwatth'), '3.2 MWh');
  assert.equal(write(90, 'm'), '1.5 h');
  assert.equal(write(1500, 'ns'), '1.5 µs');
  assert.equal(write(90_061, 'dtdurations'), '1 day, 1 hour');
  assert.equal(write(90_061, 'dthms'), '25:01:01');
  assert.equal(write(90_061, 'dtdhms'), '1 d 01:01:01');
  assert.equal(write(1, 'bool_yes_no'), 'Yes');
  assert.equal(write(0, 'bool_on_off'), 'Off');
  assert.equal(write(255, 'hex0x'), '0xFF');
  assert.equal(write(1234, 'sci', 1), '1.2e+3');
});

test('an author may make units', () => {
  assert.equal(write(5, 'suffix: items'), '5 items');
  assert.equal(write(5, 'suffix:pcs'), '5 pcs');
  assert.equal(write(5, 'prefix:#'), '#5');
  assert.equal(write(5000, 'si: mF'.replace(' ', '')), '5 F');
  assert.equal(write(1500, 'count:calls'), '1.5 K calls');
  assert.equal(write(3, 'currency:Fr'), 'Fr3');
  assert.equal(write(0, 'bool:open/shut'), 'shut');
  assert.equal(
    write(Date.UTC(2026, 0, 2, 3, 4, 5), 'time:YYYY-MM-DD HH:mm:ss'),
    '2026-01-02 03:04:05',
  );
  assert.equal(
    write(Date.UTC(2026, 0, 2, 15, 4), 'time:ddd, MMM Do, h:mm a'),
    'Fri, Jan 2nd, 3:04 pm',
  );
  assert.equal(write(5, 'widgets'), '5 widgets');
});

test('marks of an axis have as many digits as tell them apart', () => {
  assert.equal(formatTick(1_500_000, 500_000, { unit: 'bps' }, 'en-US'), '1.5 Mb/s');
  assert.equal(formatTick(0, 500_000, { unit: 'bps' }, 'en-US'), '0 b/s');
  assert.equal(formatTick(20, 10, { unit: 'celsius' }, 'en-US'), '20°C');
});

test('the server knows the same units', () => {
  const source = readFileSync('../src/dashboards/units.cpp', 'utf8');
  const list = [
    ...source.slice(source.indexOf('kUnits ='), source.indexOf('kOwn')).matchAll(/"([^"]*)"/g),
  ]
    .map(([, words]) => words)
    .join('');
  assert.deepEqual(list.trim().split(/\s+/).sort(), [...kUnitIds].sort());
});
