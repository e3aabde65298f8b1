// A key for each item of a list that has none of its own and is changed here and from outside.
import { useRef } from 'preact/hooks';
import { moved } from './json';

let last = 0;
const fresh = (): string => `item-${++last}`;

export interface Keys {
  keys: readonly string[];
  /** What is about to happen to the list. */
  /** Answers the key of the new item. */
  insert: (at: number) => string;
  remove: (at: number) => void;
  move: (from: number, to: number) => void;
}

export function useKeys(count: number): Keys {
  const held = useRef<string[]>([]);
  // Changed from outside: those at the end are new, or gone.
  while (held.current.length < count) held.current = [...held.current, fresh()];
  if (held.current.length > count) held.current = held.current.slice(0, count);
  return {
    keys: held.current,
    insert: (at) => {
      const key = fresh();
      held.current = [...held.current.slice(0, at), key, ...held.current.slice(at)];
      return key;
    },
    remove: (at) => {
      held.current = held.current.filter((_, other) => other !== at);
    },
    move: (from, to) => {
      held.current = moved(held.current, from, to);
    },
  };
}
