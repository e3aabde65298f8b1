// What is said of the dashboard as a whole.
import type { Json, JsonObject } from '../api/types';
import { SelectField, TextField } from '../ui/fields';
import { Card } from '../ui/page';
import { objectOf, textOf, withMember, withPart } from './document';
import { faultAt, type Fault } from './faults';
import { choice, longText, onOff, text, type Option } from './option';
import type { Around } from './around';
import { Options } from './option-fields';
import { kLinks, kTagsOption } from './panel-options';

const kAbout: Option[] = [
  text('', 200)('title', 'Title', { emptied: '' }),
  longText(4000)('description', 'Description'),
  kTagsOption,
];

const kLooks: Option[] = [
  choice('system', 'system=As the viewer’s system', 'light=Light', 'dark=Dark')('theme', 'Theme'),
  text('browser', 64)('timezone', 'Time zone', {
    hint: 'browser, UTC, or a name such as Europe/Berlin.',
  }),
];

const kUnits: Record<string, string> = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' };

/** "5m" as "Every 5 minutes". */
function everyWords(length: string): string {
  const [, count = '', letter = ''] = /^(\d+)([smhdw])$/.exec(length) ?? [];
  const unit = kUnits[letter];
  if (unit === undefined) return `Every ${length}`;
  return count === '1' ? `Every ${unit}` : `Every ${count} ${unit}s`;
}

const kRefreshes = [
  { value: '', label: 'Never by itself' },
  ...['5s', '10s', '30s', '1m', '5m', '15m', '30m', '1h', '24h'].map((value) => ({
    value,
    label: everyWords(value),
  })),
];

const kSpans = [
  { value: '15m', label: 'The last 15 minutes' },
  { value: '1h', label: 'The last hour' },
  { value: '4h', label: 'The last 4 hours' },
  { value: '1d', label: 'The last day' },
  { value: '2d', label: 'The last 2 days' },
  { value: '1w', label: 'The last week' },
  { value: '1mo', label: 'The last 30 days' },
  { value: '3mo', label: 'The last 3 months' },
  { value: '6mo', label: 'The last 6 months' },
  { value: '1y', label: 'The last year' },
  { value: 'range', label: 'From one day to another' },
];

const kDay = 86_400_000;
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const kTimeMore: Option[] = [
  onOff(true)('selectable', 'Viewers may choose another range'),
  text('now', 40)('as_of', 'Ranges end', {
    hint: 'For data that end in the past: at a moment such as 2026-01-31T12:00:00Z.',
  }),
];

export function Settings({
  document,
  faults,
  variables,
  onChange,
}: {
  document: JsonObject;
  faults: readonly Fault[];
  variables: readonly string[];
  onChange: (document: JsonObject, label: string, group?: string) => void;
}) {
  const fault = faultAt(faults, null);
  const around: Around = { names: { columns: [], queries: [], variables }, fault };
  const set = (next: JsonObject, option: Option): void =>
    onChange(next, option.label, `dashboard ${option.name}`);
  const time = objectOf(document['time']);
  const setTime = (next: JsonObject, group?: string): void =>
    onChange(withPart(document, 'time', next), 'Time', group);
  const isRange = 'from' in time || 'to' in time;
  const refresh = textOf(document['refresh']);
  return (
    <>
      <Card title="About">
        <Options options={kAbout} value={document} path="" around={around} onChange={set} />
      </Card>
      <Card title="Time">
        <div class="option-fields">
          <SelectField
            label="Opens with"
            value={isRange ? 'range' : textOf(time['span']) || '1d'}
            choices={kSpans}
            error={fault('time.span')}
            onChange={(span) => {
              const { span: _span, from: _from, to: _to, ...rest } = time;
              const range: Record<string, Json> =
                span === 'range'
                  ? { from: dayOf(Date.now() - 7 * kDay), to: dayOf(Date.now()) }
                  : { span };
              setTime({ ...range, ...rest });
            }}
          />
          {isRange &&
            (['from', 'to'] as const).map((end) => (
              <TextField
                key={end}
                label={end === 'from' ? 'From' : 'To'}
                placeholder="2026-01-31"
                value={textOf(time[end])}
                error={fault(`time.${end}`)}
                onInput={(value) => setTime({ ...time, [end]: value }, `time ${end}`)}
              />
            ))}
          <SelectField
            label="Refreshes"
            value={refresh}
            choices={
              kRefreshes.some(({ value }) => value === refresh)
                ? kRefreshes
                : [...kRefreshes, { value: refresh, label: everyWords(refresh) }]
            }
            error={fault('refresh')}
            onChange={(value) =>
              onChange(
                withMember(document, 'refresh', value === '' ? undefined : value),
                'Refreshes',
              )
            }
          />
        </div>
        <Options
          options={kTimeMore}
          value={time}
          path="time"
          around={around}
          onChange={(next, option) => setTime(next, `time ${option.name}`)}
        />
      </Card>
      <Card title="Looks">
        <Options options={kLooks} value={document} path="" around={around} onChange={set} />
      </Card>
      <Card title="Links in the head of the page">
        <Options options={[kLinks]} value={document} path="" around={around} onChange={set} />
      </Card>
    </>
  );
}
