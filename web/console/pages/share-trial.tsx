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

/** Whether the share lets pages of this console's own origin frame it. */
function mayFrameHere({ allowed_origins: origins }: Share): boolean {
  return !origins || origins.length === 0 || origins.includes(location.origin);
}

export function ShareTrial({ share }: { share: Share }) {
  const [made, setMade] = useState<ShareLink | null>(null);
  const change = useChange();
  const canFrame = mayFrameHere(share);
  const make = (): void => void change.run(async () => setMade(await makeShareLink(share.token)));
  return (
    <Card
      title="Try it"
      hint="The server signs a link as your backend would. It opens once, and the session counts like any viewer’s."
      actions={
        <BusyButton type="button" isBusy={change.isBusy} onClick={make}>
          {made ? 'Sign another link' : canFrame ? 'Open it in a frame' : 'Sign a link'}
        </BusyButton>
      }
    >
      <FormError error={change.error} />
      {!canFrame && (
        <p class="notice">
          <Glyph name="info" />
          <span>
            The share names the sites that may frame it, and this console ({location.origin}) is
            none of them: no frame would open here. The link opens in a tab of its own.
          </span>
        </p>
      )}
      {made && (
        <>
          <p class="hint">
            Signed with the credential that ends in <span class="code">{made.suffix}</span>.
          </p>
          {canFrame ? (
            <LiveTest key={made.url} url={made.url} />
          ) : (
            <a class="button" href={made.url} target="_blank" rel="noreferrer">
              Open the link in a tab
            </a>
          )}
        </>
      )}
    </Card>
  );
}
