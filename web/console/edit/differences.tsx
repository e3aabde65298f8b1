// What has changed, member by member, in words.
import type { Json } from '../api/types';
import type { Difference } from './diff';
import { wordsOf } from './option';

const kMost = 200;

/** A value as a line of text. */
function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > kMost ? `${text.slice(0, kMost)}…` : text === '' ? 'empty' : text;
}

function whereWords(where: readonly string[]): string {
  if (where.length === 0) return 'The whole document';
  return where.map((part) => (/^[a-z_]+$/.test(part) ? wordsOf(part) : part)).join(' › ');
}

function how({ base, mine }: Difference): string {
  if (base === undefined) return 'Added';
  return mine === undefined ? 'Removed' : 'Changed';
}

/** From what is kept to what will be. */
export function Changes({ list }: { list: readonly Difference[] }) {
  if (list.length === 0) return <p class="muted">Only the order of something has changed.</p>;
  return (
    <ul class="differences" aria-label="What changes">
      {list.map((one, at) => (
        <li key={at}>
          <span class="difference-where">{whereWords(one.where)}</span>
          <span class="muted">{how(one)}</span>
          {how(one) === 'Changed' && (
            <span class="difference-values">
              <del>{shown(one.base)}</del> <ins>{shown(one.mine)}</ins>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

const kBy = { mine: 'You', theirs: 'They', both: 'Both' };

const kSides = ['Where', 'Changed by', 'Before', 'Yours', 'Theirs'];

/** Mine and theirs, since both began with the same. */
export function BothSides({ list }: { list: readonly Difference[] }) {
  return (
    <div class="both-sides" tabIndex={0} role="region" aria-label="What differs">
      <table role="table" class="list dense" aria-label="Differences">
        <thead role="rowgroup">
          <tr role="row">
            {kSides.map((label) => (
              <th key={label} role="columnheader" scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {list.map((one, at) => (
            <tr key={at} role="row" class={one.by === 'both' ? 'clash' : undefined}>
              {[
                whereWords(one.where),
                kBy[one.by],
                shown(one.base),
                shown(one.mine),
                shown(one.theirs),
              ].map((text, index) => (
                <td key={index} role="cell">
                  {index > 0 && (
                    <span class="cell-label" aria-hidden="true">
                      {kSides[index]}
                    </span>
                  )}
                  <span class="cell">{text}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
