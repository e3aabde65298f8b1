// A key that was just made: shown now, and never again.
import { useEffect } from 'preact/hooks';
import { freshWords, type FreshPlace } from '../state/fresh-key';
import { fresh, putAway } from '../state/fresh-secrets';
import { CopyLine } from '../ui/bits';
import { Glyph } from '../ui/icons';

export function FreshKeyCard({ place }: { place: FreshPlace }) {
  const secret = fresh.value;
  const words = freshWords.value;
  const isHere = secret?.token === `/${place}`;
  // Gone with the page: going back does not show it again.
  useEffect(() => {
    if (!isHere) return;
    window.addEventListener('pagehide', putAway);
    return () => {
      window.removeEventListener('pagehide', putAway);
      putAway();
    };
  }, [isHere]);
  if (!secret || !isHere || !words) return null;
  return (
    <section class="card secret" aria-label={words.title}>
      <div class="card-head">
        <div role="status">
          <h2>
            <Glyph name="key" />
            {words.title}
          </h2>
          <p class="hint">It is shown now and never again. {words.hint}</p>
        </div>
        <button type="button" class="button" onClick={putAway}>
          I have kept it
        </button>
      </div>
      {words.clientId !== undefined && <CopyLine label="Client id" text={words.clientId} />}
      <CopyLine label={words.label} text={secret.secret} />
    </section>
  );
}
