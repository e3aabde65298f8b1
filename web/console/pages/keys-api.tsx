// API keys of their own, as Grafana had them before service accounts.
import { useState } from 'preact/hooks';
import { matches } from '../data/all';
import { everyAccountKey, migrateApiKeys, type Migration } from '../data/keys';
import { confirm } from '../state/confirming';
import { useChange, useResource } from '../state/resource';
import { place, setQuery } from '../state/router';
import { toast } from '../state/toasts';
import { BusyButton } from '../ui/bits';
import { SearchField, Switch } from '../ui/fields';
import { Glyph } from '../ui/icons';
import { Count } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Empty, FormError, Loaded } from '../ui/states';
import { AccountKeys } from './account-keys';
import { FreshKeyCard } from './fresh-key';
import { MakeKey } from './key-dialogs';

const kShown = 50;

export function ApiKeys() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const withExpired = query.get('expired') === '1';
  const keys = useResource(`api keys ${withExpired}`, (signal) =>
    everyAccountKey({ kind: 'api_key', ...(withExpired ? {} : { unexpired: true }) }, signal),
  );
  const [most, setMost] = useState(kShown);
  const [isMaking, setMaking] = useState(false);
  const [migration, setMigration] = useState<Migration | null>(null);
  const change = useChange();

  const migrateAll = async (): Promise<void> => {
    const isSure = await confirm({
      title: 'Move every API key to a service account?',
      text: 'Each key gets a service account of its role and becomes its token, expired ones too. Texts and links go on working. They do not become API keys again.',
      act: 'Move all',
      tone: 'plain',
    });
    if (!isSure) return;
    await change.run(async () => {
      const done = await migrateApiKeys();
      setMigration(done.failures.length > 0 ? done : null);
      toast(`${done.migrated} of ${done.total} API keys moved to service accounts.`);
      keys.reload();
    });
  };

  return (
    <>
      <FreshKeyCard place="keys" />
      <div class="tools">
        <SearchField
          label="Search API keys"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <Switch
          label="Include expired keys"
          isOn={withExpired}
          onChange={(isOn) => setQuery({ expired: isOn ? '1' : null })}
        />
        <div class="button-row tools-end">
          {keys.value !== null && keys.value.items.length > 0 && (
            <BusyButton
              type="button"
              class="button"
              isBusy={change.isBusy}
              onClick={() => void migrateAll()}
            >
              Move all to service accounts
            </BusyButton>
          )}
          <button type="button" class="button primary" onClick={() => setMaking(true)}>
            <Glyph name="plus" />
            New API key
          </button>
        </div>
      </div>
      <FormError error={change.error} />
      {migration && <NotMoved migration={migration} />}
      <Loaded from={keys} what="API keys">
        {({ items, isCut }) => {
          const found = items
            .filter((row) => matches(search, row.name, row.role, row.author, row.suffix))
            .sort((a, b) => a.name.localeCompare(b.name));
          if (items.length === 0) return <Nothing withExpired={withExpired} />;
          return (
            <>
              <Count
                shown={found.length}
                all={items.length}
                one="API key"
                note={isCut ? ' (the first 20 000)' : ''}
              />
              {found.length === 0 ? (
                <NoMatch filters={['q']}>No API key fits the search.</NoMatch>
              ) : (
                <AccountKeys
                  label="API keys"
                  rows={found.slice(0, most)}
                  place="keys"
                  onChanged={keys.reload}
                />
              )}
              {found.length > most && (
                <button type="button" class="button" onClick={() => setMost(most + kShown)}>
                  Show more
                </button>
              )}
            </>
          );
        }}
      </Loaded>
      {isMaking && (
        <MakeKey
          onClose={() => setMaking(false)}
          onDone={() => {
            setMaking(false);
            keys.reload();
          }}
        />
      )}
    </>
  );
}

function NotMoved({ migration }: { migration: Migration }) {
  return (
    <div class="notice bad" role="alert">
      <Glyph name="alert" />
      <div>
        <p>
          {migration.failures.length} of {migration.total} API keys stay as they are:
        </p>
        <ul>
          {migration.failures.map((failure) => (
            <li key={failure.key}>
              {failure.name}: {failure.message}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Nothing({ withExpired }: { withExpired: boolean }) {
  return (
    <Empty title="No API keys">
      <p>
        {withExpired
          ? 'Make one here for a program that knows Grafana’s API keys. For a new program a service account is the better choice.'
          : 'None that works. Expired ones are shown with the switch above.'}
      </p>
    </Empty>
  );
}
