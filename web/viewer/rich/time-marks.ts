// Round instants for an axis of times, in the dashboard's zone.
import { wallTime } from '../format/dates';
import { instantOf } from '../format/wall-times';

const kSecond = 1000;
const kMinute = 60 * kSecond;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

const kSteps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * kSecond),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * kMinute),
  ...[1, 2, 3, 6, 12].map((count) => count * kHour),
  ...[1, 2, 4, 7, 14].map((count) => count * kDay),
];
const kMonths = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
const kMonth = 30 * kDay;
const kLongMonth = 31 * kDay;

export interface TimeMarks {
  marks: number[];
  step: number;
}

/** About `about` marks from `from` to `to`, at round times of the clock on the wall. */
export function timeMarks(from: number, to: number, about: number, zone?: string): TimeMarks {
  const rough = (to - from) / Math.max(1, about);
  if (!(rough > 0)) return { marks: [], step: 1 };
  const step = kSteps.find((candidate) => candidate >= rough);
  if (step === undefined) return monthMarks(from, to, rough, zone);
  if (step >= kDay) return dayMarks(from, to, step, zone);
  const start = wallTime(from, zone);
  const midnight = instantOf({ ...start, hour: 0, minute: 0, second: 0 }, zone);
  const marks: number[] = [];
  const first = midnight + Math.ceil((from - midnight) / step) * step;
  for (let mark = first; mark <= to; mark += step) marks.push(mark);
  return { marks, step };
}

function dayMarks(from: number, to: number, step: number, zone?: string): TimeMarks {
  const start = wallTime(from, zone);
  const marks: number[] = [];
  const days = step / kDay;
  for (let day = 0; ; day += days) {
    // Date.UTC carries days beyond a month's end into the next; a midnight is a midnight in any zone.
    const date = new Date(Date.UTC(start.year, start.month - 1, start.day + day));
    const mark = instantOf(
      {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: 0,
        minute: 0,
        second: 0,
      },
      zone,
    );
    if (mark > to) break;
    if (mark >= from) marks.push(mark);
  }
  return { marks, step };
}

function monthMarks(from: number, to: number, rough: number, zone?: string): TimeMarks {
  const months = kMonths.find((count) => count * kLongMonth >= rough) ?? 1200;
  const start = wallTime(from, zone);
  const marks: number[] = [];
  let month = Math.floor((start.year * 12 + start.month - 1) / months) * months;
  for (; marks.length < 1000; month += months) {
    const mark = instantOf(
      {
        year: Math.floor(month / 12),
        month: (month % 12) + 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
      },
      zone,
    );
    if (mark > to) break;
    if (mark >= from) marks.push(mark);
  }
  return { marks, step: months * kMonth };
}
