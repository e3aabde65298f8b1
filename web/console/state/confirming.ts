// A question before something that cannot be undone. One at a time.
import { signal } from '@preact/signals';

export interface Question {
  title: string;
  text: string;
  /** On the button: what will be done. */
  act: string;
  tone?: 'danger' | 'plain';
  /** To be typed before the button works, for what cannot be brought back. */
  typed?: string;
}

interface Open extends Question {
  answer: (yes: boolean) => void;
}

export const question = signal<Open | null>(null);

export function confirm(asked: Question): Promise<boolean> {
  question.peek()?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer: (yes) => {
        question.value = null;
        resolve(yes);
      },
    };
  });
}
