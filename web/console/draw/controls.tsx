// What can be chosen on a dashboard, and how often it is brought up to date.
import type { ComponentChildren } from 'preact';
import { FullscreenButton, Pickers, RefreshButton } from '../../viewer/ui/header';
import { Popover } from '../../viewer/ui/popover';
import { MenuItem } from '../ui/frame';
import { Glyph } from '../ui/icons';
import type { DrawnViewer } from './viewer';

export function DrawnControls({
  viewer,
  onEvery,
  children,
}: {
  viewer: DrawnViewer;
  onEvery: (seconds: number | null) => void;
  children?: ComponentChildren;
}) {
  if (viewer.page.value.kind !== 'dashboard') return null;
  return (
    <div class="controls">
      <Pickers viewer={viewer} />
      <div class="button-group">
        <RefreshButton viewer={viewer} />
        <EveryMenu viewer={viewer} onEvery={onEvery} />
        {document.fullscreenEnabled && <FullscreenButton />}
        {children}
      </div>
    </div>
  );
}

const kChoices = [0, 10, 30, 60, 300, 900, 3600];

export function everyWords(seconds: number): string {
  if (seconds === 0) return 'Off';
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function EveryMenu({
  viewer,
  onEvery,
}: {
  viewer: DrawnViewer;
  onEvery: (seconds: number | null) => void;
}) {
  const chosen = viewer.every.value;
  const own = viewer.ownEvery;
  const now = chosen ?? own;
  return (
    <Popover
      label={now === 0 ? 'Refresh by itself: off' : `Refresh by itself: every ${everyWords(now)}`}
      title="Refresh by itself"
      kind="menu"
      buttonClass={now === 0 ? 'button icon-only' : 'button'}
      face={
        <>
          {now > 0 && <span>{everyWords(now)}</span>}
          <Glyph name="chevron" />
        </>
      }
    >
      {(close) => (
        <>
          <MenuItem
            icon="refresh"
            label={`As the dashboard says (${own === 0 ? 'off' : everyWords(own)})`}
            isChecked={chosen === null}
            onChoose={() => {
              onEvery(null);
              close();
            }}
          />
          {kChoices.map((seconds) => (
            <MenuItem
              key={seconds}
              icon={seconds === 0 ? 'pause' : 'clock'}
              label={seconds === 0 ? 'Off' : `Every ${everyWords(seconds)}`}
              isChecked={chosen === seconds}
              onChoose={() => {
                onEvery(seconds);
                close();
              }}
            />
          ))}
        </>
      )}
    </Popover>
  );
}
