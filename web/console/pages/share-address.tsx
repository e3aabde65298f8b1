// The address of a share that needs no signature, and what to do with it.
import type { Share } from '../api/types';
import { kMeanings } from '../data/sharing';
import { to } from '../state/router';
import { CodeBlock, CopyLine } from '../ui/bits';
import { Glyph } from '../ui/icons';
import { Link } from '../ui/link';
import { Card } from '../ui/page';

const kLabels = { open: 'Open link', invite: 'Address', embed: 'Address of the frame' } as const;

export function Address({ share }: { share: Share }) {
  if (share.type === 'secure_embed') return null;
  const hasOrigins = (share.allowed_origins ?? []).length > 0;
  return (
    <>
      {share.status === 'paused' && (
        <p class="notice">
          <Glyph name="pause" />
          <span>The share is paused: nobody gets in until it is active again.</span>
        </p>
      )}
      {share.type === 'embed' && !hasOrigins && (
        <p class="notice">
          <Glyph name="pause" />
          <span>
            It names no site yet, so it opens nowhere.{' '}
            <Link href={to('shares', share.token)}>Name the sites that may frame it</Link>
          </span>
        </p>
      )}
      <Card title="Address" hint={kMeanings[share.type]}>
        <CopyLine label={kLabels[share.type]} text={share.url} />
      </Card>
      {share.type === 'embed' && (
        <Card title="In the page" hint="Of one of the sites that the share names.">
          <CodeBlock
            label="HTML"
            text={`<iframe src="${share.url}" title="Dashboard" allow="fullscreen"
  style="width: 100%; height: 85vh; border: 0"></iframe>`}
          />
        </Card>
      )}
    </>
  );
}
