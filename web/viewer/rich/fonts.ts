// How large a text may be in a given room.
import { textWidth } from '../panels/text-width';

/** textWidth measures letters of this size. */
const kMeasured = 11;
/** Numbers are drawn in a heavier face than the one that is measured. */
const kHeavier = 1.08;

export function fontFor(text: string, room: number, most: number, least = 9): number {
  const width = Math.max(1, textWidth(text) * kHeavier);
  return Math.max(least, Math.min(most, (room / width) * kMeasured));
}
