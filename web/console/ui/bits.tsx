// Small things that many pages use.
import { useEffect, useState } from 'preact/hooks';
import { instantWords, sinceWords } from '../format';
import { toast } from '../state/toasts';
import { Glyph } from './icons';

export function Badge({ tone, children }: { tone?: 'good' | 'warn' | 'bad'; children: string }) {
  return <span class={`badge ${tone ?? ''}`}>{children}</span>;
}

/** "5 minutes ago", with the whole time for those who ask. */
export function When({
  at,
  none = 'never',
  over = '',
}: {
  at: string | null | undefined;
  none?: string;
  /** What stands before a time that is over. */
  over?: string;
}) {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((old) => old + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (at === null || at === undefined) return <span class="muted nowrap">{none}</span>;
  return (
    <time dateTime={at} title={instantWords(at)}>
      {Date.parse(at) <= Date.now() && over}
      {sinceWords(at, Date.now())}
    </time>
  );
}

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied.`);
  } catch {
    toast(
      `The browser did not allow copying. Select ${what.toLowerCase()} and copy it by hand.`,
      'bad',
    );
  }
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  return (
    <button
      type="button"
      class="button"
      aria-label={`Copy ${what.toLowerCase()}`}
      onClick={() => void copyText(text, what)}
    >
      <Glyph name="copy" />
      Copy
    </button>
  );
}

/** A value to be copied: an address, a secret. */
export function CopyLine({ label, text }: { label: string; text: string }) {
  return (
    <div class="copy-line">
      <span class="copy-label">{label}</span>
      <code tabIndex={0}>{text}</code>
      <CopyButton text={text} what={label} />
    </div>
  );
}

export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <div class="code-block">
      <div class="code-head">
        <span>{label}</span>
        <CopyButton text={text} what={label} />
      </div>
      {/* It scrolls, so the keyboard has to reach it. */}
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
    </div>
  );
}

export function BusyButton({
  isBusy,
  class: name = 'button primary',
  children,
  ...rest
}: {
  isBusy: boolean;
  class?: string;
  children: string;
  type?: 'submit' | 'button';
  disabled?: boolean;
  onClick?: () => void;
}) {
  return (
    <button
      type={rest.type ?? 'submit'}
      class={`${name}${isBusy ? ' busy' : ''}`}
      aria-busy={isBusy}
      // Not disabled while it works: the focus would be lost.
      aria-disabled={isBusy || rest.disabled}
      onClick={(event) => {
        if (isBusy || rest.disabled) event.preventDefault();
        else rest.onClick?.();
      }}
    >
      {isBusy && <Glyph name="refresh" />}
      {children}
    </button>
  );
}
