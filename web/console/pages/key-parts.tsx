// What every list of keys has in common: states, ends of dialogs, one question and its answer.
import { wordsOf } from '../api/client';
import type { AccountKey } from '../data/keys';
import { may } from '../state/app';
import { confirm, type Question } from '../state/confirming';
import { toast } from '../state/toasts';
import { Badge, BusyButton, When } from '../ui/bits';
import type { Choice } from '../ui/fields';

export const kOverlaps: Choice[] = [
  { value: '0', label: 'At once' },
  { value: '3600', label: 'After an hour' },
  { value: '86400', label: 'After a day' },
  { value: '604800', label: 'After a week' },
  { value: '2592000', label: 'After 30 days' },
];

/** What a key of an account, or of its own, is called. */
export const wordOf = (row: Pick<AccountKey, 'account'>): string =>
  row.account === null ? 'API key' : 'token';

/** Nobody gives out more than he has. */
export function rolesToGive(withNone: boolean): Choice[] {
  return [
    ...(withNone ? [{ value: 'None', label: 'None' }] : []),
    { value: 'Viewer', label: 'Viewer: reads' },
    ...(may('dashboards_write') ? [{ value: 'Editor', label: 'Editor: writes and shares' }] : []),
    ...(may('dashboards_write') && may('org_manage')
      ? [{ value: 'Admin', label: 'Admin: everything' }]
      : []),
  ];
}

export function Suffix({ of }: { of: string }) {
  return (
    <span class="code muted">
      <span aria-hidden="true">••••{of}</span>
      <span class="visually-hidden">ends in {of}</span>
    </span>
  );
}

export function KeyState({
  row,
}: {
  row: { expired: boolean; revoked?: boolean; disabled?: boolean; works?: boolean };
}) {
  if (row.revoked) return <Badge tone="bad">Revoked</Badge>;
  if (row.expired) return <Badge tone="bad">Expired</Badge>;
  if (row.disabled) return <Badge tone="warn">Off</Badge>;
  if (row.works === false) return <Badge tone="warn">Owner off</Badge>;
  return <Badge tone="good">Works</Badge>;
}

/** When a key ends, or has ended. */
export function Ends({ at }: { at: string | null }) {
  return <When at={at} over="ended " />;
}

export function DialogEnd({
  act,
  isBusy,
  onClose,
}: {
  act: string;
  isBusy: boolean;
  onClose: () => void;
}) {
  return (
    <>
      <button type="button" class="button" onClick={onClose}>
        Cancel
      </button>
      <BusyButton isBusy={isBusy}>{act}</BusyButton>
    </>
  );
}

/** Does it after a yes, and says how it went. */
export async function ask(
  question: Question | null,
  work: () => Promise<unknown>,
  done: string,
): Promise<boolean> {
  if (question !== null && !(await confirm(question))) return false;
  try {
    await work();
    toast(done);
    return true;
  } catch (error) {
    toast(wordsOf(error), 'bad');
    return false;
  }
}

/** Before typed work in a dialog is thrown away. */
export function closing(isTyped: boolean, onClose: () => void): () => void {
  return () => {
    if (!isTyped) {
      onClose();
      return;
    }
    void confirm({
      title: 'Close without saving?',
      text: 'What you typed here has not been saved and will be lost.',
      act: 'Close',
    }).then((isSure) => {
      if (isSure) onClose();
    });
  };
}
