import { useMemo, useState } from 'preact/hooks';
import * as read from '../data/options';
import { formatInstant } from '../format/dates';
import { Quiet, type PictureProps } from '../panels/common';
import { logTime } from './log-time';
import { pretty, toLines, type Label, type Line } from './log-lines';

/** So many lines more at a time: a document of many thousand lines is slow. */
const kStep = 200;

export function LogsPicture({ options, frames, zone, panel }: PictureProps) {
  const [most, setMost] = useState(kStep);
  const { lines, common } = useMemo(() => toLines(frames, options), [frames, options]);
  if (lines.length === 0) return <Quiet>No lines.</Quiet>;
  const hasCommon = read.flag(options, 'show_common_labels', false) && common.length > 0;
  const classes = [
    'logs',
    read.flag(options, 'wrap_lines', true) ? 'wrapped' : '',
    read.flag(options, 'show_time', true) ? 'with-time' : '',
  ];
  const shown = lines.slice(0, most);
  const isSameDay = spansOneDay(shown, zone);
  return (
    <div class="picture">
      {hasCommon && (
        <div class="log-common">
          <span>Common labels</span> <Labels labels={common} />
        </div>
      )}
      <div
        class={classes.filter(Boolean).join(' ')}
        role="log"
        aria-live="off"
        aria-label={`${lines.length} lines${panel.title ? ` of “${panel.title}”` : ''}`}
        tabIndex={0}
      >
        {shown.map((line, index) => (
          <LogLine
            key={`${line.time}-${index}`}
            {...{ line, options, common, zone }}
            isSameDay={isSameDay}
          />
        ))}
        {lines.length > most && (
          <button type="button" class="button log-more" onClick={() => setMost(most + kStep)}>
            Show {Math.min(kStep, lines.length - most)} of {lines.length - most} more
          </button>
        )}
      </div>
    </div>
  );
}

function spansOneDay(lines: readonly Line[], zone: string | undefined): boolean {
  const days = new Set(
    [lines[0], lines[lines.length - 1]].map((line) => logTime(line?.time ?? 0, zone).day),
  );
  return days.size === 1;
}

interface LogLineProps {
  line: Line;
  options: read.Options;
  common: Label[];
  zone: string | undefined;
  isSameDay: boolean;
}

function LogLine({ line, options, common, zone, isSameDay }: LogLineProps) {
  const [isOpen, setOpen] = useState(false);
  const hasDetails = read.flag(options, 'details', true);
  const own = line.labels.filter(
    (label) => !common.some(({ name, value }) => name === label.name && value === label.value),
  );
  const text = read.flag(options, 'pretty_json', false) ? pretty(line.message) : line.message;
  const time = line.time === null ? null : logTime(line.time, zone);
  const content = (
    <>
      <span class="log-level" title={line.level === 'unknown' ? '' : line.level}>
        <span class="visually-hidden">{line.level === 'unknown' ? '' : line.level}</span>
      </span>
      {read.flag(options, 'show_time', true) && time && (
        <time class="log-time" dateTime={new Date(line.time ?? 0).toISOString()}>
          {isSameDay ? time.clock : `${time.day} ${time.clock}`}
        </time>
      )}
      {line.count > 1 && <span class="log-count">{line.count}×</span>}
      {read.flag(options, 'show_labels', false) && own.length > 0 && <Labels labels={own} />}
      <span class="log-message">{text}</span>
    </>
  );
  return (
    <div class={`log-line level-${line.level}${isOpen ? ' open' : ''}`}>
      {hasDetails ? (
        <button
          type="button"
          class="log-head"
          aria-expanded={isOpen}
          onClick={() => {
            // A click that ends a selection is one that wants to copy.
            if (window.getSelection()?.toString()) return;
            setOpen(!isOpen);
          }}
        >
          {content}
        </button>
      ) : (
        <div class="log-head">{content}</div>
      )}
      {isOpen && <Details line={line} zone={zone} />}
    </div>
  );
}

function Labels({ labels }: { labels: readonly Label[] }) {
  return (
    <span class="log-labels">
      {labels.map(({ name, value }) => (
        <span key={name} class="log-label">
          {name}={value}
        </span>
      ))}
    </span>
  );
}

function Details({ line, zone }: { line: Line; zone: string | undefined }) {
  return (
    <div class="log-details">
      <dl>
        {line.time !== null && (
          <>
            <dt>Time</dt>
            <dd>
              {formatInstant(line.time, zone)} · {new Date(line.time).toISOString()}
            </dd>
          </>
        )}
        {line.labels.map(({ name, value }) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <CopyButton text={line.message} />
    </div>
  );
}

function CopyButton({ text }: { text: string }) {
  const [said, setSaid] = useState('Copy line');
  return (
    <button
      type="button"
      class="button log-copy"
      aria-live="polite"
      onClick={() => {
        copy(text).then(
          () => setSaid('Copied'),
          () => setSaid('Not copied: select the line and press Ctrl+C'),
        );
      }}
    >
      {said}
    </button>
  );
}

/** A frame may be denied the clipboard; the older way asks nobody. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    document.body.append(field);
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const isDone = document.execCommand('copy');
    field.remove();
    if (!isDone) throw new Error('denied');
  }
}
