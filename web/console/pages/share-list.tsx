// Shares in a table, here and on the page of their dashboard.
import type { Share } from '../api/types';
import { kTypes } from '../data/shares';
import { to } from '../state/router';
import { Badge, When } from '../ui/bits';
import { Link } from '../ui/link';
import { List, type Column } from '../ui/lists';

export function StatusBadge({
  share,
}: {
  share: Pick<Share, 'status' | 'expires_at' | 'switched_off'>;
}) {
  if (share.switched_off) return <Badge tone="bad">Switched off</Badge>;
  const hasEnded =
    typeof share.expires_at === 'string' && Date.parse(share.expires_at) <= Date.now();
  if (hasEnded) return <Badge tone="bad">Expired</Badge>;
  if (share.status === 'paused') return <Badge tone="warn">Paused</Badge>;
  return <Badge tone="good">Active</Badge>;
}

function Sharer({ share }: { share: Share }) {
  if (share.provisioned) return <span class="muted">provisioned</span>;
  return (
    <div class="stack">
      {share.sharer ?? <span class="muted">a key, or somebody who is gone</span>}
      {share.sharer_gone && <span class="muted">may be claimed</span>}
    </div>
  );
}

export const titleOf = (share: Share): string => share.title || share.dashboard.title;

export function ShareList({ items, withDashboard }: { items: Share[]; withDashboard: boolean }) {
  const columns: Column<Share>[] = [
    {
      label: 'Share',
      cell: (share) => (
        <div class="stack">
          <Link href={to('shares', share.token)} class="row-link">
            {titleOf(share)}
          </Link>
          {withDashboard && <span class="muted">{share.dashboard.title}</span>}
        </div>
      ),
    },
    { label: 'Type', cell: (share) => kTypes[share.type] },
    { label: 'Status', cell: (share) => <StatusBadge share={share} /> },
    {
      label: 'Sharer',
      cell: (share) => <Sharer share={share} />,
    },
    {
      label: 'Last opened',
      cell: (share) => <When at={share.last_accessed} />,
    },
  ];
  return <List label="Shares" items={items} keyOf={(share) => share.id} columns={columns} />;
}
