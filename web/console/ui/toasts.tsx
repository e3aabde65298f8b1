import { dismiss, toasts } from '../state/toasts';
import { Glyph } from './icons';

/** Always in the page: a live region that comes with its first words is not read out. */
export function Toasts() {
  const shown = (tone: 'good' | 'bad') => toasts.value.filter((item) => item.tone === tone);
  return (
    <div class="toasts">
      {(['good', 'bad'] as const).map((tone) => (
        <div key={tone} role={tone === 'good' ? 'status' : 'alert'} class="toast-lane">
          {shown(tone).map((item) => (
            <div key={item.id} class={`toast ${tone}`}>
              <Glyph name={tone === 'good' ? 'check' : 'alert'} />
              <span>{item.text}</span>
              <button
                type="button"
                class="button quiet icon-only"
                aria-label="Close this message"
                onClick={() => dismiss(item.id)}
              >
                <Glyph name="close" />
              </button>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
