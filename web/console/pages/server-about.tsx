// The server's version, and whose work is in it.
import { useState } from 'preact/hooks';
import { kApi } from '../api/client';
import { getAbout, type CarriedPart } from '../data/watch';
import { useResource } from '../state/resource';
import { Dialog } from '../ui/dialog';
import { List } from '../ui/lists';
import { Failed, Loaded, Loading } from '../ui/states';

const kKinds = { program: 'Program', library: 'Library', web: 'In the pages' };

export function About() {
  const about = useResource('about', (signal) => getAbout(signal));
  const [open, setOpen] = useState<CarriedPart | null>(null);
  return (
    <Loaded from={about} what="version">
      {({ version, parts }) => (
        <>
          <p class="lead">
            Casement <span class="code">{version}</span>. What the program and its pages are made
            of, and under which licence:
          </p>
          <List
            label="Parts and their licences"
            items={parts}
            keyOf={(part) => part.id}
            columns={[
              {
                label: 'Part',
                cell: (part) => (
                  <div class="stack">
                    <span class="row-title">{part.name}</span>
                    <span class="muted code">{part.version}</span>
                  </div>
                ),
              },
              { label: 'Kind', cell: (part) => kKinds[part.kind] },
              { label: 'Licence', cell: (part) => part.licence },
              {
                label: 'Text',
                isHidden: true,
                end: true,
                cell: (part) => (
                  <button
                    type="button"
                    class="button"
                    aria-label={`Read the licence of ${part.name}`}
                    onClick={() => setOpen(part)}
                  >
                    Read
                  </button>
                ),
              },
            ]}
          />
          {open && <LicenceText part={open} onClose={() => setOpen(null)} />}
        </>
      )}
    </Loaded>
  );
}

async function textOf(part: CarriedPart, signal: AbortSignal): Promise<string> {
  const answer = await fetch(`${kApi}/about/licences/${part.id}`, {
    credentials: 'same-origin',
    headers: { 'X-Casement': '1' },
    signal,
  });
  if (!answer.ok) throw new Error('no licence text');
  return answer.text();
}

function LicenceText({ part, onClose }: { part: CarriedPart; onClose: () => void }) {
  const text = useResource(`licence ${part.id}`, (signal) => textOf(part, signal));
  return (
    <Dialog title={`${part.name}: ${part.licence}`} width="wide" onClose={onClose}>
      {text.error !== null && <Failed error={text.error} onRetry={text.reload} />}
      {text.value === null ? (
        text.error === null && <Loading what="the licence" />
      ) : (
        <pre class="licence" tabIndex={0} role="region" aria-label={`Licence of ${part.name}`}>
          {text.value}
        </pre>
      )}
    </Dialog>
  );
}
