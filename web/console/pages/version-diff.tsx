// Two versions of a dashboard, held against each other.
import { useMemo } from 'preact/hooks';
import type { JsonObject } from '../api/types';
import { compareDocuments, type Item } from '../data/document-diff';
import { compareLines, hunksOf, type Hunk } from '../data/line-diff';
import { Badge } from '../ui/bits';

export interface Side {
  title: string;
  document: JsonObject;
}

const kTones = { added: 'good', removed: 'bad', changed: 'warn' } as const;
/** Beyond it the page is no help any more, and slow. */
const kMostLines = 3000;

export function VersionDiff({
  dialect,
  before,
  after,
}: {
  dialect: string;
  before: Side;
  after: Side;
}) {
  const items = useMemo(() => {
    const found = compareDocuments(dialect, before.document, after.document);
    if (before.title === after.title || hasTitle(found)) return found;
    const title = `title: “${before.title}” → “${after.title}”`;
    return [
      { what: 'Dashboard', name: '', difference: 'changed', details: [title] } satisfies Item,
      ...found,
    ];
  }, [dialect, before, after]);
  const hunks = useMemo(
    () => hunksOf(compareLines(jsonOf(before.document), jsonOf(after.document))),
    [before, after],
  );
  if (items.length === 0 && hunks.length === 0) {
    return <p class="muted">There is no difference between these two.</p>;
  }
  return (
    <div class="version-diff">
      {items.length === 0 ? (
        <p class="muted">Nothing that counts: only the order of members differs.</p>
      ) : (
        <ul class="difference-list">
          {items.map((item) => (
            <li key={`${item.what} ${item.name} ${item.difference}`}>
              <span class="difference-head">
                <Badge tone={kTones[item.difference]}>{item.difference}</Badge>
                <span>
                  {item.what}
                  {item.name !== '' && (
                    <>
                      {' '}
                      <strong>{item.name}</strong>
                    </>
                  )}
                </span>
              </span>
              {item.details.length > 0 && (
                <ul class="difference-details">
                  {item.details.map((detail) => (
                    <li key={detail}>{detail}</li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
      )}
      <Lines hunks={hunks} />
    </div>
  );
}

const jsonOf = (document: JsonObject): string => JSON.stringify(document, null, 2);
const hasTitle = (items: Item[]): boolean =>
  items.some(
    ({ what, details }) =>
      what === 'Dashboard' && details.some((detail) => detail.startsWith('title')),
  );

const kSigns = { same: ' ', added: '+', removed: '−' } as const;
const kRead = { same: '', added: 'Added: ', removed: 'Removed: ' } as const;

function Lines({ hunks }: { hunks: Hunk[] }) {
  if (hunks.length === 0) return null;
  const count = hunks.reduce((sum, hunk) => sum + hunk.length, 0);
  let left = kMostLines;
  const shown = hunks.flatMap((hunk) => {
    const part = hunk.slice(0, left);
    left -= part.length;
    return part.length > 0 ? [part] : [];
  });
  return (
    <>
      <div class="lines" tabIndex={0} role="region" aria-label="Lines of JSON that differ">
        {shown.map((hunk) => (
          <div key={`${hunk[0]?.before} ${hunk[0]?.after}`} class="hunk">
            {hunk.map((line) => (
              <div key={`${line.before} ${line.after}`} class={`line ${line.kind}`}>
                <span class="line-number" aria-hidden="true">
                  {line.before}
                </span>
                <span class="line-number" aria-hidden="true">
                  {line.after}
                </span>
                <span class="line-sign" aria-hidden="true">
                  {kSigns[line.kind]}
                </span>
                <code>
                  {line.kind !== 'same' && <span class="visually-hidden">{kRead[line.kind]}</span>}
                  {line.text}
                </code>
              </div>
            ))}
          </div>
        ))}
      </div>
      {count > kMostLines && (
        <p class="muted">
          The first {kMostLines.toLocaleString()} lines of {count.toLocaleString()}.
        </p>
      )}
    </>
  );
}
