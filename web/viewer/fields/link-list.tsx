import type { LinkListProps } from '../state/parts';
import { fillLink } from './links';

export function LinkList({ links, from, to, variables }: LinkListProps) {
  return (
    <nav class="link-list" aria-label="Links">
      {links.map((link, index) => {
        const filled = fillLink(link, { from, to, variables });
        return (
          filled && (
            <a
              key={index}
              href={filled.href}
              title={link.tooltip || filled.title}
              target="_blank"
              rel="noopener noreferrer"
            >
              <span class="truncate">{filled.title}</span>
              <svg viewBox="0 0 12 12" aria-hidden="true">
                <path d="M4.5 2.5H2v7.5h7.5V7.5M6.5 2H10v3.5M10 2 5.5 6.5" />
              </svg>
            </a>
          )
        );
      })}
    </nav>
  );
}
