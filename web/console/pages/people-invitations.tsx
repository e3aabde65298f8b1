// Links that were handed over: invitations, and links for another password.
import { listInvitations, revokeInvitation, type Invitation } from '../data/people';
import { useResource } from '../state/resource';
import { to } from '../state/router';
import { Badge, When } from '../ui/bits';
import { Link } from '../ui/link';
import { List } from '../ui/lists';
import { Empty, Loaded } from '../ui/states';
import { act, PeoplePage } from './people-parts';

const kStates = {
  pending: { tone: 'good', label: 'Waits' },
  used: { tone: undefined, label: 'Used' },
  revoked: { tone: 'bad', label: 'Revoked' },
  expired: { tone: 'warn', label: 'Expired' },
} as const;

export function PeopleInvitations() {
  const invitations = useResource('invitations', (signal) => listInvitations(signal));
  return (
    <PeoplePage
      tab="invitations"
      lead="Links that you passed on so that somebody chooses a password. Each is good once and for seven days; what has ended stays here for thirty."
    >
      <Loaded from={invitations} what="invitations">
        {({ invitations: rows }) =>
          rows.length === 0 ? (
            <Empty title="Nobody is invited">
              <p>Choose Invite under People: you get a link to pass on.</p>
              <Link href={to('people')} class="button">
                Go to the people
              </Link>
            </Empty>
          ) : (
            <Rows rows={rows} onChanged={invitations.reload} />
          )
        }
      </Loaded>
    </PeoplePage>
  );
}

function Rows({ rows, onChanged }: { rows: Invitation[]; onChanged: () => void }) {
  return (
    <List
      label="Invitations"
      isDense
      items={rows}
      keyOf={(row) => row.id}
      columns={[
        {
          label: 'For',
          cell: (row) => (
            <div class="stack">
              {row.user === null ? (
                <span class="row-title">{row.name}</span>
              ) : (
                <Link href={to('people', 'users', row.user)} class="row-link">
                  {row.name}
                </Link>
              )}
              <span class="muted">{row.handle}</span>
            </div>
          ),
        },
        {
          label: 'What',
          cell: (row) =>
            row.kind === 'invitation' ? `Invitation as ${row.role}` : 'Another password',
        },
        {
          label: 'State',
          cell: (row) => {
            const { tone, label } = kStates[row.status];
            return <Badge {...(tone ? { tone } : {})}>{label}</Badge>;
          },
        },
        { label: 'By', cell: (row) => row.author },
        { label: 'Made', cell: (row) => <When at={row.created_at} /> },
        { label: 'Ends', cell: (row) => <When at={row.expires_at} /> },
        {
          label: 'Actions',
          isHidden: true,
          end: true,
          cell: (row) =>
            row.status === 'pending' && (
              <button
                type="button"
                class="button"
                aria-label={`Revoke the link of ${row.handle}`}
                onClick={() => void revoke(row).then(onChanged)}
              >
                Revoke
              </button>
            ),
        },
      ]}
    />
  );
}

function revoke(row: Invitation): Promise<boolean> {
  return act(
    {
      title: `Revoke the link of ${row.handle}?`,
      text: 'It opens nothing any more. You can make another one.',
      act: 'Revoke',
    },
    async () => {
      await revokeInvitation(row.id);
      return 'The link is revoked.';
    },
  );
}
