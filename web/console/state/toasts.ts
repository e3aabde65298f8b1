// Short words about what has just happened, seen and read out.
import { signal } from '@preact/signals';

export interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'bad';
}

export const toasts = signal<Toast[]>([]);

const kShownFor = 6000;
let last = 0;

export function toast(text: string, tone: Toast['tone'] = 'good'): void {
  const id = ++last;
  // A new good word takes the place of the last one: what has just happened is what counts. What
  // went wrong stays.
  const others = toasts.value.filter(
    (item) => item.text !== text && !(tone === 'good' && item.tone === 'good'),
  );
  toasts.value = [...others.slice(-2), { id, text, tone }];
  // What went wrong stays until it is closed.
  if (tone === 'good') setTimeout(() => dismiss(id), kShownFor);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((item) => item.id !== id);
}
