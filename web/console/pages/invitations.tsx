// Who is invited to a share, and what became of the links that were sent.
import { useState } from 'preact/hooks';
import { changeShare } from '../api/calls';
import { Refusal, wordsOf } from '../api/client';
import type { Share } from '../api/types';
import { fromLocalField, toLocalField } from '../data/shares';
import {
  getSharing,
  isDomain,
  listInvitations,
  revokeInvitations,
  sendInvitations,
  type Invitation,
  type Invitee,
} from '../data/sharing';
import { instantWords } from '../format';
import { confirm } from '../state/confirming';
import { useChange, useResource } from '../state/resource';
import { toast } from '../state/toasts';
import { Badge, BusyButton, CopyLine, When } from '../ui/bits';
import { TextField } from '../ui/fields';
import { List, type Column } from '../ui/lists';
import { Card } from '../ui/page';
import { Empty, FormError, Loaded } from '../ui/states';
import { TokenField } from '../ui/token-field';
import { useUnsaved } from './unsaved';

type Change = (share: Share) => void;

export function Invitations({ share, onChanged }: { share: Share; onChanged: Change }) {
  const sent = useResource(`invitations ${share.token}`, (signal) =>
    listInvitations(share.token, signal),
  );
  const sharing = useResource('sharing', (signal) => getSharing(signal));
  const canMail = sharing.value?.mail !== false;
  if (share.type !== 'invite') {
    return (
      <Empty title="Nobody is invited to this share">
        <p>Only a share of type Invite has invitations.</p>
      </Empty>
    );
  }
  const invitees = share.invitees ?? [];
  return (
    <>
      {!canMail && (
        <p class="notice">
          This server cannot send mail yet, so nobody can come in. Its operator sets smtp.enabled
          and server.public_url.
        </p>
      )}
      <Card
        title="Where invited people come in"
        hint="They give their address there, and get a link that is good for one hour. It opens the dashboard in that browser for 30 days."
      >
        <CopyLine label="Address" text={share.url} />
      </Card>
      <Add
        share={share}
        invitees={invitees}
        canMail={canMail}
        onChanged={onChanged}
        again={sent.reload}
      />
      <Card title="Invited">
        {invitees.length === 0 ? (
          <Empty title="Nobody is invited yet">
            <p>Add addresses, or a whole domain, above.</p>
          </Empty>
        ) : (
          <Invited
            share={share}
            invitees={invitees}
            canMail={canMail}
            onChanged={onChanged}
            again={sent.reload}
          />
        )}
      </Card>
      <Card title="Links that were sent" hint="By the address that they were sent to.">
        <Loaded from={sent} what="the links">
          {({ invitations }) =>
            invitations.length === 0 ? (
              <Empty title="None yet" />
            ) : (
              <Sent share={share} items={invitations} again={sent.reload} />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

function Add({
  share,
  invitees,
  canMail,
  onChanged,
  again,
}: {
  share: Share;
  invitees: Invitee[];
  canMail: boolean;
  onChanged: Change;
  again: () => void;
}) {
  const [emails, setEmails] = useState<string[]>([]);
  const [ends, setEnds] = useState('');
  const change = useChange();
  useUnsaved(emails.length > 0);
  const { error } = change;
  const addresses = emails.filter((email) => !isDomain(email));

  const add = (withMail: boolean): void => {
    void change.run(async () => {
      const access_expiration = fromLocalField(ends);
      const fresh = emails.map((email) => ({ email, access_expiration }));
      const kept = invitees.filter(({ email }) => !emails.includes(email));
      onChanged(await changeShare(share.token, { invitees: [...kept, ...fresh] }));
      setEmails([]);
      setEnds('');
      if (withMail && addresses.length > 0) {
        await sendInvitations(share.token, addresses);
        again();
        toast(
          addresses.length === 1
            ? 'Invited; the link is on its way.'
            : 'Invited; the links are on their way.',
        );
      } else {
        toast('Invited.');
      }
    });
  };
  const wrong =
    error instanceof Refusal && error.field?.startsWith('invitees') === true ? error.message : null;
  return (
    <Card title="Invite">
      <form
        class="form wide"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (emails.length > 0) add(canMail);
        }}
      >
        <FormError error={wrong === null ? error : null} />
        <TokenField
          label="Addresses or domains"
          hint="anna@example.com, or @example.com for every address there. Enter adds one."
          placeholder="anna@example.com"
          values={emails}
          error={wrong}
          onChange={setEmails}
        />
        <TextField
          label="Access ends"
          type="datetime-local"
          hint="In your time zone. Empty: when you take it back."
          value={ends}
          onInput={setEnds}
        />
        <div class="button-row">
          <BusyButton isBusy={change.isBusy} disabled={emails.length === 0}>
            {canMail && addresses.length > 0 ? 'Invite and send links' : 'Invite'}
          </BusyButton>
          {canMail && addresses.length > 0 && (
            <button type="button" class="button" onClick={() => add(false)}>
              Invite without mail
            </button>
          )}
        </div>
      </form>
    </Card>
  );
}

function Invited({
  share,
  invitees,
  canMail,
  onChanged,
  again,
}: {
  share: Share;
  invitees: Invitee[];
  canMail: boolean;
  onChanged: Change;
  again: () => void;
}) {
  const remove = async (invitee: Invitee): Promise<void> => {
    const isSure = await confirm({
      title: `Take back the invitation of ${invitee.email}?`,
      text: isDomain(invitee.email)
        ? 'Every session of an address of this domain ends at once, and its links open nothing.'
        : 'The sessions of this address end at once, and its links open nothing.',
      act: 'Take back',
    });
    if (!isSure) return;
    try {
      const rest = invitees.filter(({ id }) => id !== invitee.id);
      onChanged(await changeShare(share.token, { invitees: rest }));
      again();
      toast('The invitation is taken back.');
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  const send = async (email: string): Promise<void> => {
    try {
      await sendInvitations(share.token, [email]);
      again();
      toast(`A link to ${email} is on its way.`);
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  const columns: Column<Invitee>[] = [
    { label: 'Who', cell: ({ email }) => (isDomain(email) ? `Everybody at ${email}` : email) },
    { label: 'Since', cell: ({ created_at: at }) => <When at={at} /> },
    {
      label: 'Access ends',
      cell: ({ access_expiration: at }) =>
        at ? (
          <span title={toLocalField(at)}>{instantWords(at)}</span>
        ) : (
          <span class="muted">–</span>
        ),
    },
    {
      label: 'Actions',
      isHidden: true,
      end: true,
      cell: (invitee) => (
        <div class="button-row">
          {canMail && !isDomain(invitee.email) && (
            <button
              type="button"
              class="button"
              aria-label={`Send a link to ${invitee.email}`}
              onClick={() => void send(invitee.email)}
            >
              Send a link
            </button>
          )}
          <button
            type="button"
            class="button"
            aria-label={`Take back the invitation of ${invitee.email}`}
            onClick={() => void remove(invitee)}
          >
            Take back
          </button>
        </div>
      ),
    },
  ];
  return <List label="Invited" items={invitees} keyOf={({ email }) => email} columns={columns} />;
}

function State({ item }: { item: Invitation }) {
  if (item.mail === 'failed') return <Badge tone="bad">Mail failed</Badge>;
  if (item.has_session) return <Badge tone="good">Signed in</Badge>;
  if (item.mail === 'queued') return <Badge>On its way</Badge>;
  if (item.revoked_at !== null && item.revoked_at >= item.mailed_at) {
    return <Badge tone="warn">Ended</Badge>;
  }
  if (item.opened_at !== null && item.opened_at >= item.mailed_at) return <Badge>Opened</Badge>;
  return Date.parse(item.link_ends_at) <= Date.now() ? (
    <Badge>Link expired</Badge>
  ) : (
    <Badge>Link sent</Badge>
  );
}

function Sent({ share, items, again }: { share: Share; items: Invitation[]; again: () => void }) {
  const end = async (email: string): Promise<void> => {
    const isSure = await confirm({
      title: `End the access of ${email}?`,
      text: 'Its sessions end at once, and links that were sent to it open nothing. As long as the address or its domain is invited, it can ask for a new link.',
      act: 'End access',
    });
    if (!isSure) return;
    try {
      await revokeInvitations(share.token, [email]);
      again();
      toast('The access is ended.');
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
  };
  const columns: Column<Invitation>[] = [
    { label: 'Address', cell: ({ email }) => email },
    {
      label: 'State',
      cell: (item) => (
        <div class="stack">
          <span>
            <State item={item} />
          </span>
          {item.mail_error !== '' && <span class="muted">{item.mail_error}</span>}
        </div>
      ),
    },
    { label: 'Sent', cell: ({ mailed_at: at }) => <When at={at} /> },
    { label: 'Opened', cell: ({ opened_at: at }) => <When at={at} /> },
    {
      label: 'Actions',
      isHidden: true,
      end: true,
      cell: ({ email }) => (
        <button
          type="button"
          class="button"
          aria-label={`End access of ${email}`}
          onClick={() => void end(email)}
        >
          End access
        </button>
      ),
    },
  ];
  return (
    <List
      label="Links that were sent"
      items={items}
      keyOf={({ email }) => email}
      columns={columns}
    />
  );
}
