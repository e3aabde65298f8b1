// What can be done with an item of a list: up, down, once more, away.
import { Glyph } from '../ui/icons';

export interface ListButtonsProps {
  /** "query A": read out with each button. */
  what: string;
  at: number;
  count: number;
  onMove: (to: number) => void;
  onDuplicate: (() => void) | null;
  /** Null: it has to stay. */
  onRemove: (() => void) | null;
}

export function ListButtons({ what, at, count, onMove, onDuplicate, onRemove }: ListButtonsProps) {
  return (
    <div class="list-buttons">
      {count > 1 && (
        <>
          {/* Not disabled at the ends: a key that is pressed again would have lost the focus. */}
          <button
            type="button"
            class="button quiet icon-only"
            aria-label={`Move ${what} up`}
            aria-disabled={at === 0}
            onClick={() => {
              if (at > 0) onMove(at - 1);
            }}
          >
            <Glyph name="up" />
          </button>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label={`Move ${what} down`}
            aria-disabled={at === count - 1}
            onClick={() => {
              if (at < count - 1) onMove(at + 1);
            }}
          >
            <Glyph name="down" />
          </button>
        </>
      )}
      {onDuplicate && (
        <button
          type="button"
          class="button quiet icon-only"
          aria-label={`Duplicate ${what}`}
          onClick={onDuplicate}
        >
          <Glyph name="copy" />
        </button>
      )}
      {onRemove && (
        <button
          type="button"
          class="button quiet icon-only"
          aria-label={`Remove ${what}`}
          onClick={onRemove}
        >
          <Glyph name="bin" />
        </button>
      )}
    </div>
  );
}
