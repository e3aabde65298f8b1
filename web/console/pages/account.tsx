// One's own password, second factor and sessions.
import { useState } from 'preact/hooks';
import { changePassword, endOwnSession, ownSessions } from '../api/calls';
import { wordsOf } from '../api/client';
import type { OwnSession } from '../api/types';
import { browserWords } from '../format';
import { me } from '../state/app';
import { confirm } from '../state/confirming';
import { useChange, useResource, type Resource } from '../state/resource';
import { toast } from '../state/toasts';
import { Badge, BusyButton, When } from '../ui/bits';
import { PasswordField } from '../ui/fields';
import { Card, Page } from '../ui/page';
import { elsewhere, FormError, Loaded, wrongIn } from '../ui/states';
import { kShortestPassword } from './entry';
import { SecondFactor } from './second-factor';

export function Account() {
  const who = me.value;
  const sessions = useResource('own-sessions', (signal) => ownSessions(signal));
  return (
    <Page
      title="Security and sessions"
      lead={who ? `You are signed in as ${who.handle}.` : undefined}
    >
      <Password />
      <SecondFactor />
      <Card
        title="Where you are signed in"
        hint="End what you do not know, then change your password."
      >
        <Loaded from={sessions} what="your sessions">
          {({ sessions: rows }) => <OwnSessions rows={rows} from={sessions} />}
        </Loaded>
      </Card>
    </Page>
  );
}

function Password() {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const change = useChange();
  const { error } = change;
  return (
    <Card title="Password">
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void change.run(async () => {
            await changePassword({ old, new: fresh });
            setOld('');
            setFresh('');
            toast('Your password is changed.');
          });
        }}
      >
        <FormError error={elsewhere(error, 'old', 'new')} />
        <PasswordField
          label="Password now"
          value={old}
          onInput={setOld}
          error={wrongIn(error, 'old')}
          autocomplete="current-password"
        />
        <PasswordField
          label="New password"
          hint={`At least ${kShortestPassword} characters.`}
          value={fresh}
          onInput={setFresh}
          error={wrongIn(error, 'new')}
          autocomplete="new-password"
        />
        <div>
          <BusyButton isBusy={change.isBusy} disabled={old === '' || fresh === ''}>
            Change the password
          </BusyButton>
        </div>
      </form>
    </Card>
  );
}

function OwnSessions({
  rows,
  from,
}: {
  rows: OwnSession[];
  from: Resource<{ sessions: OwnSession[] }>;
}) {
  const end = async (row: OwnSession): Promise<void> => {
    const isSure = await confirm({
      title: 'End this session?',
      text: `${browserWords(row.user_agent)} at ${row.client} is signed out at once.`,
      act: 'End the session',
    });
    if (!isSure) return;
    try {
      await endOwnSession(row.id);
      toast('The session is over.');
    } catch (error) {
      toast(wordsOf(error), 'bad');
    }
    from.reload();
  };
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li key={row.id} class="row-item">
          <div class="row-main">
            <span class="row-title">
              {browserWords(row.user_agent)}
              {row.current && <Badge tone="good">This browser</Badge>}
            </span>
            <span class="muted">
              {row.client}, signed in <When at={row.created_at} />, last seen{' '}
              <When at={row.last_seen_at} />
            </span>
          </div>
          {!row.current && (
            <button
              type="button"
              class="button"
              aria-label={`End the session of ${browserWords(row.user_agent)}`}
              onClick={() => void end(row)}
            >
              End
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
