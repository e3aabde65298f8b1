// From the clock of a zone back to the instant.
import { wallTime, type WallTime } from './dates';

function asUtc(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
}

/** The instant at which clocks of `zone` show `wall`. In the hour that a clock change skips, the
 *  instant just as far after the change. */
export function instantOf(wall: WallTime, zone?: string): number {
  const target = asUtc(wall);
  let instant = target;
  for (let pass = 0; pass < 2; pass++) {
    instant += target - asUtc(wallTime(instant, zone));
  }
  return instant;
}
