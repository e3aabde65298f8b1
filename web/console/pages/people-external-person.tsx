// One external person: what the last link granted, the live sessions, and keeping somebody out.
import {
  changeExternalPerson,
  deleteExternalPerson,
  endSessionsOfExternalPerson,
  getExternalPerson,
  type ExternalPersonDetail,
  type Named,
} from '../data/people';
import { browserWords } from '../format';
import { useResource } from '../state/resource';
import { navigate, to } from '../state/router';
import { Badge, When } from '../ui/bits';
import { List } from '../ui/lists';
import { Card, Page } from '../ui/page';
import { Loaded } from '../ui/states';
import { act } from './people-parts';

export function PeopleExternalPerson({ id }: { id: string }) {
  const person = useResource(`external person ${id}`, (signal) => getExternalPerson(id, signal));
  return (
    <Page
      title={person.value?.external_user_id ?? 'External person'}
      trail={[
        { label: 'People', href: to('people') },
        { label: 'External people', href: to('people', 'external') },
      ]}
    >
      <Loaded from={person} what="the person">
        {(value) => (
          <>
            <p class="facts-line">
              <span>{value.name}</span>
              {value.disabled ? (
                <Badge tone="bad">Disabled</Badge>
              ) : (
                <Badge tone="good">Active</Badge>
              )}
              <span>
                Last here <When at={value.logged_in_at} />
              </span>
            </p>
            <Grant person={value} />
            <Sessions person={value} onChanged={person.reload} />
            <Removal person={value} onChanged={person.set} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Words({ words }: { words: string[] }) {
  return words.length === 0 ? <span class="muted">none</span> : <>{words.join(', ')}</>;
}

const namesOf = (list: Named[]): string[] => list.map(({ name }) => name);

function Grant({ person }: { person: ExternalPersonDetail }) {
  const { permissions, models, attributes } = person.grant;
  const values = Object.entries(attributes);
  return (
    <Card
      title="What the last link granted"
      hint="A link says each time what this person may see; nothing here adds to it."
    >
      <dl class="facts">
        <div>
          <dt>Permissions</dt>
          <dd>
            <Words words={permissions} />
          </dd>
        </div>
        <div>
          <dt>Models</dt>
          <dd>
            <Words words={models} />
          </dd>
        </div>
        <div>
          <dt>Groups</dt>
          <dd>
            <Words words={namesOf(person.groups)} />
          </dd>
        </div>
        <div>
          <dt>Time zone</dt>
          <dd>
            <Words words={person.timezone === '' ? [] : [person.timezone]} />
          </dd>
        </div>
      </dl>
      {values.length > 0 && (
        <List
          label="Attributes of the link"
          items={values}
          keyOf={([name]) => name}
          columns={[
            { label: 'Attribute', cell: ([name]) => <span class="code">{name}</span> },
            {
              label: 'Value',
              cell: ([, value]) =>
                value === null ? (
                  <span class="muted">hidden</span>
                ) : (
                  <span class="code">{value}</span>
                ),
            },
          ]}
        />
      )}
    </Card>
  );
}

function Sessions({ person, onChanged }: { person: ExternalPersonDetail; onChanged: () => void }) {
  const endAll = (): Promise<boolean> =>
    act(
      {
        title: `End all sessions of “${person.external_user_id}”?`,
        text: 'What is open is cut at once. A fresh link opens a new session: disable the person to prevent that.',
        act: 'End them all',
      },
      async () => {
        const { ended } = await endSessionsOfExternalPerson(person.id);
        return `${ended} ${ended === 1 ? 'session is' : 'sessions are'} over.`;
      },
    );
  return (
    <Card
      title="Live sessions"
      actions={
        person.sessions.length > 0 && (
          <button type="button" class="button" onClick={() => void endAll().then(onChanged)}>
            End all sessions
          </button>
        )
      }
    >
      {person.sessions.length === 0 ? (
        <p class="muted">This person is not looking at anything now.</p>
      ) : (
        <List
          label="Live sessions"
          items={person.sessions}
          keyOf={(row) => row.id}
          columns={[
            {
              label: 'Browser',
              cell: (row) => (
                <div class="stack">
                  <span class="row-title" title={row.user_agent}>
                    {browserWords(row.user_agent)}
                  </span>
                  <span class="muted code">{row.client}</span>
                </div>
              ),
            },
            { label: 'Since', cell: (row) => <When at={row.created_at} /> },
            { label: 'Last seen', cell: (row) => <When at={row.last_seen_at} /> },
            { label: 'Ends', cell: (row) => <When at={row.expires_at} /> },
          ]}
        />
      )}
    </Card>
  );
}

function Removal({
  person,
  onChanged,
}: {
  person: ExternalPersonDetail;
  onChanged: (person: ExternalPersonDetail) => void;
}) {
  const turn = (): Promise<boolean> =>
    act(
      person.disabled
        ? null
        : {
            title: `Disable “${person.external_user_id}”?`,
            text: 'Links that name this person are refused until you enable it again, and what is open is cut at once.',
            act: 'Disable',
          },
      async () => {
        onChanged(await changeExternalPerson(person.id, !person.disabled));
        return person.disabled ? 'Links of this person work again.' : 'This person is kept out.';
      },
    );
  const remove = async (): Promise<void> => {
    const isGone = await act(
      {
        title: `Delete “${person.external_user_id}”?`,
        text: 'What is open is cut at once, and what is kept of this person is forgotten. The next link makes the person anew: to keep somebody out, disable instead.',
        act: 'Delete for good',
      },
      async () => {
        await deleteExternalPerson(person.id);
        return `“${person.external_user_id}” is deleted.`;
      },
    );
    if (isGone) await navigate(to('people', 'external'));
  };
  return (
    <Card title="Keep out">
      <div class="button-row">
        <button type="button" class="button" onClick={() => void turn()}>
          {person.disabled ? 'Enable' : 'Disable'}
        </button>
        <button type="button" class="button danger" onClick={() => void remove()}>
          Delete
        </button>
      </div>
    </Card>
  );
}
