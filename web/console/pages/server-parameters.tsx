// The server's settings, as it was started with them.
import { matches } from '../data/all';
import { changeOf } from '../data/setting-changes';
import { listSettings, type Setting } from '../data/watch';
import { useResource } from '../state/resource';
import { place, setQuery } from '../state/router';
import { Badge } from '../ui/bits';
import { SearchField } from '../ui/fields';
import { Count, List } from '../ui/lists';
import { NoMatch } from '../ui/no-match';
import { Loaded } from '../ui/states';

const kOrigins: Record<Setting['from'], string> = {
  default: 'default',
  file: 'file',
  environment: 'environment',
  flag: 'flag',
};

export function Parameters() {
  const { query } = place.value;
  const search = query.get('q') ?? '';
  const which = query.get('which') ?? 'vendor';
  const settings = useResource('settings', (signal) => listSettings(signal));
  return (
    <>
      <p class="lead">
        As the server was started. A change in its file, environment or flags counts from its next
        start. Secrets, and names of files that hold them, are not shown.
      </p>
      <div class="tools">
        <SearchField
          label="Search settings"
          value={search}
          onInput={(value) => setQuery({ q: value })}
        />
        <label class="inline-select">
          <span>Show</span>
          <select
            class="input"
            value={which}
            onChange={(event) =>
              setQuery({
                which: event.currentTarget.value === 'vendor' ? null : event.currentTarget.value,
              })
            }
          >
            <option value="vendor">With vendors’ names</option>
            <option value="changed">Other than the default</option>
            <option value="all">All</option>
          </select>
        </label>
      </div>
      <Loaded from={settings} what="settings">
        {({ settings: rows }) => {
          const shown = rows.filter(
            (row) =>
              (which === 'all' || (which === 'changed' ? row.from !== 'default' : row.vendor)) &&
              matches(search, row.name, row.help, row.variable, changeOf(row.name)),
          );
          return (
            <>
              <Count shown={shown.length} all={rows.length} one="setting" />
              {shown.length === 0 ? (
                <NoMatch filters={['q', 'which']}>
                  No setting fits the search and the choice.
                </NoMatch>
              ) : (
                <SettingRows rows={shown} />
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function SettingRows({ rows }: { rows: Setting[] }) {
  return (
    <List
      label="Settings"
      isDense
      items={rows}
      keyOf={(row) => row.name}
      columns={[
        {
          label: 'Setting',
          cell: (row) => (
            <div class="stack">
              <span class="row-title code">{row.name}</span>
              <span class="small">{row.help}</span>
              {changeOf(row.name) !== null && (
                <span class="small setting-change">
                  <strong>When it changes:</strong> {changeOf(row.name)}
                </span>
              )}
              <span class="muted small">
                {row.choices.length > 0 ? row.choices.join(', ') : row.type}; in the environment{' '}
                <span class="code">{row.variable}</span>
              </span>
            </div>
          ),
        },
        { label: 'Now', cell: (row) => <SettingValue row={row} /> },
        {
          label: 'From',
          cell: (row) => (
            <Badge {...(row.from === 'default' ? {} : { tone: 'good' as const })}>
              {kOrigins[row.from]}
            </Badge>
          ),
        },
      ]}
    />
  );
}

function SettingValue({ row }: { row: Setting }) {
  if (row.masked) return <span class="muted">set, not shown</span>;
  const isDefault = row.value === row.default;
  return (
    <div class="stack">
      {row.value === '' ? (
        <span class="muted nowrap">empty</span>
      ) : (
        <span class="code breaks">{row.value}</span>
      )}
      {!isDefault && (
        <span class="muted small">
          by default {row.default === '' ? 'empty' : <span class="code">{row.default}</span>}
        </span>
      )}
    </div>
  );
}
