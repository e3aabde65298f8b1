// A value that leads somewhere: the first of its column's links, around its picture.
import type { ComponentChildren } from 'preact';
import type { Item } from './singles';

interface LinkedProps {
  item: Item;
  /** The value as it is written. */
  text: string;
  children: ComponentChildren;
}

export function Linked({ item: { column, row, name }, text, children }: LinkedProps) {
  const [link] = column?.field?.links(row ?? column.values.length - 1) ?? [];
  if (!link) return <>{children}</>;
  return (
    <a
      class="linked"
      href={link.href}
      title={link.title}
      aria-label={`${name}: ${text}. ${link.title}`}
      target="_blank"
      rel="noopener noreferrer"
    >
      {children}
    </a>
  );
}
