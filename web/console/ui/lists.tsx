// Tables that become cards where there is no room for columns.
import type { ComponentChildren } from 'preact';
import { counted } from '../format';

export interface Column<T> {
  label: string;
  /** Numbers and buttons stand at the end. */
  end?: boolean;
  /** Read out, not seen. */
  isHidden?: boolean;
  cell: (item: T) => ComponentChildren;
}

export function List<T>({
  label,
  items,
  keyOf,
  columns,
  isDense = false,
}: {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string | number;
  columns: readonly Column<T>[];
  /** Every column as wide as what is in it; otherwise the first has most of the room. */
  isDense?: boolean;
}) {
  return (
    // Roles are said again: shown as cards, a browser no longer takes it for a table.
    <table class={isDense ? 'list dense' : 'list'} role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.label}
              scope="col"
              role="columnheader"
              class={column.end ? 'end' : undefined}
            >
              {column.isHidden ? <span class="visually-hidden">{column.label}</span> : column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((item) => (
          <tr key={keyOf(item)} role="row">
            {columns.map((column, at) => (
              <td
                key={column.label}
                role="cell"
                class={`${at === 0 ? 'first' : ''} ${column.end ? 'end' : ''} ${column.isHidden ? 'acts' : ''}`}
              >
                {at > 0 && !column.isHidden && (
                  <span class="cell-label" aria-hidden="true">
                    {column.label}
                  </span>
                )}
                <div class="cell">{column.cell(item)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many there are, for those who filter by ear too. */
export function Count({
  shown,
  all,
  one,
  note = '',
}: {
  shown: number;
  all: number;
  /** What one of them is called. */
  one: string;
  note?: string;
}) {
  return (
    <p class="count" role="status">
      {shown === all ? '' : `${shown} of `}
      {counted(all, one)}
      {note}
    </p>
  );
}
