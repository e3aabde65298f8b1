import { wallTime } from '../format/dates';
import { instantOf } from '../format/wall-times';

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** For `<input type="datetime-local">`. */
export function toInput(instant: number, zone?: string): string {
  const wall = wallTime(instant, zone);
  return `${pad(wall.year, 4)}-${pad(wall.month)}-${pad(wall.day)}T${pad(wall.hour)}:${pad(wall.minute)}`;
}

export function fromInput(text: string, zone?: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part || 0));
  return instantOf(
    {
      year: year ?? 0,
      month: month ?? 1,
      day: day ?? 1,
      hour: hour ?? 0,
      minute: minute ?? 0,
      second: second ?? 0,
    },
    zone,
  );
}
