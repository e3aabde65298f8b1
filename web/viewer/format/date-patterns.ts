// Dates by a pattern as moment.js reads it: YYYY-MM-DD HH:mm:ss.
import { wallTime } from './dates';

const kToken =
  /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DDDD|DD|Do|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|X|x|ZZ|Z/g;

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** A leading "?": without the date where it is today's. */
export function patternDate(instant: number, written: string, zone?: string): string {
  if (!Number.isFinite(instant) || Math.abs(instant) > 8.64e15) return '–';
  const wall = wallTime(instant, zone);
  let pattern = written;
  if (written.startsWith('?')) {
    const now = wallTime(Date.now(), zone);
    const isToday = now.year === wall.year && now.month === wall.month && now.day === wall.day;
    pattern = isToday ? written.slice(written.indexOf(' ') + 1) : written.slice(1);
  }
  const name = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }).format(
      Date.UTC(wall.year, wall.month - 1, wall.day, 12),
    );
  const hour = wall.hour % 12 || 12;
  const offset = (): string => {
    const there = Date.UTC(
      wall.year,
      wall.month - 1,
      wall.day,
      wall.hour,
      wall.minute,
      wall.second,
    );
    const minutes = Math.round((there - instant) / 60_000);
    const size = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
  };
  return pattern.replace(kToken, (token, literal: string | undefined) => {
    if (literal !== undefined) return literal;
    switch (token) {
      case 'YYYY':
        return pad(wall.year, 4);
      case 'YY':
        return pad(wall.year % 100);
      case 'MMMM':
        return name({ month: 'long' });
      case 'MMM':
        return name({ month: 'short' });
      case 'MM':
        return pad(wall.month);
      case 'M':
        return String(wall.month);
      case 'DD':
        return pad(wall.day);
      case 'D':
        return String(wall.day);
      case 'Do':
        return `${wall.day}${['th', 'st', 'nd', 'rd'][wall.day % 10 > 3 || Math.floor(wall.day / 10) === 1 ? 0 : wall.day % 10]}`;
      case 'dddd':
        return name({ weekday: 'long' });
      case 'ddd':
        return name({ weekday: 'short' });
      case 'HH':
        return pad(wall.hour);
      case 'H':
        return String(wall.hour);
      case 'hh':
        return pad(hour);
      case 'h':
        return String(hour);
      case 'mm':
        return pad(wall.minute);
      case 'm':
        return String(wall.minute);
      case 'ss':
        return pad(wall.second);
      case 's':
        return String(wall.second);
      case 'SSS':
        return pad(((instant % 1000) + 1000) % 1000, 3);
      case 'A':
        return wall.hour < 12 ? 'AM' : 'PM';
      case 'a':
        return wall.hour < 12 ? 'am' : 'pm';
      case 'X':
        return String(Math.floor(instant / 1000));
      case 'x':
        return String(instant);
      case 'Z':
        return offset();
      case 'ZZ':
        return offset().replace(':', '');
      default:
        return token;
    }
  });
}
