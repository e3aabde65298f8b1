// The time of a log line: to the millisecond, always as wide.
import { wallTime } from '../format/dates';

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

export function logTime(instant: number, zone: string | undefined): { day: string; clock: string } {
  const wall = wallTime(instant, zone);
  const milliseconds = ((instant % 1000) + 1000) % 1000;
  return {
    day: `${pad(wall.year, 4)}-${pad(wall.month)}-${pad(wall.day)}`,
    clock: `${pad(wall.hour)}:${pad(wall.minute)}:${pad(wall.second)}.${pad(Math.floor(milliseconds), 3)}`,
  };
}
