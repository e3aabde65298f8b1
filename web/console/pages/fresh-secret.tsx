// A secret that the server has just made: this page is the only one that ever shows it.
import { useEffect } from 'preact/hooks';
import { fresh, putAway } from '../state/fresh-secrets';
import { CopyLine } from '../ui/bits';
import { Glyph } from '../ui/icons';

export function FreshSecretCard({ token }: { token: string }) {
  const secret = fresh.value;
  const isHere = secret?.token === token;
  // Gone with the page: going back does not show it again.
  useEffect(() => {
    if (!isHere) return;
    const onHide = (): void => putAway();
    window.addEventListener('pagehide', onHide);
    return () => window.removeEventListener('pagehide', onHide);
  }, [isHere]);
  if (!secret || !isHere) return null;
  return (
    <section class="card secret" aria-label="New credential">
      <div class="card-head">
        <div role="status">
          <h2>
            <Glyph name="key" />
            Your new credential
          </h2>
          <p class="hint">
            It is shown now and never again. Copy it into your backend’s configuration, as
            CASEMENT_EMBED_CREDENTIAL.
          </p>
        </div>
        <button type="button" class="button" onClick={putAway}>
          I have kept it
        </button>
      </div>
      <CopyLine label="Credential" text={secret.secret} />
    </section>
  );
}
