// Small buttons in forms: add one, move one up or down.
import { Glyph } from '../ui/icons';

export function AddButton({ noun, onAdd }: { noun: string; onAdd: () => void }) {
  return (
    <button type="button" class="button small-button" onClick={onAdd}>
      <Glyph name="plus" />
      Add a {noun}
    </button>
  );
}

export function Movers({
  noun,
  at,
  count,
  onMove,
}: {
  noun: string;
  at: number;
  count: number;
  onMove: (to: number) => void;
}) {
  return (
    <>
      <button
        type="button"
        class="button quiet icon-only"
        aria-label={`Move ${noun} up`}
        aria-disabled={at === 0}
        onClick={() => at > 0 && onMove(at - 1)}
      >
        <Glyph name="up" />
      </button>
      <button
        type="button"
        class="button quiet icon-only"
        aria-label={`Move ${noun} down`}
        aria-disabled={at === count - 1}
        onClick={() => at < count - 1 && onMove(at + 1)}
      >
        <Glyph name="down" />
      </button>
    </>
  );
}
