// A secure embed as its viewers get it: a link is signed as a backend would sign it, and opened here.
import { useState } from 'preact/hooks';
import { makeShareLink, type ShareLink } from '../api/calls';
import type { Share } from '../api/types';
import { useChange } from '../state/resource';
import { BusyButton } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { Card } from '../ui/page';
import { FormError } from '../ui/states';
import { LiveTest } from './live-test';

export function ShareTrial({ share }: { share: Share }) {
  const [made, setMade] = useState<ShareLink | null>(null);
  const change = useChange();
  const make = (): void => void change.run(async () => setMade(await makeShareLink(share.token)));
  const sites = share.allowed_origins ?? [];
  return (
    <Card
      title="Try it"
      hint="The server signs a link as your backend would. It opens once, and the session counts like any viewer’s."
      actions={
        <BusyButton type="button" isBusy={change.isBusy} onClick={make}>
          {made ? 'Sign another link' : 'Open it in a frame'}
        </BusyButton>
      }
    >
      <FormError error={change.error} />
      {sites.length > 0 && (
        <p class="notice">
          <Glyph name="info" />
          <span>It opens in frames of this console, and elsewhere only at {sites.join(', ')}.</span>
        </p>
      )}
      {made && (
        <>
          <p class="hint">
            Signed with the credential that ends in <span class="code">{made.suffix}</span>.
          </p>
          <LiveTest key={made.url} url={made.url} />
        </>
      )}
    </Card>
  );
}
