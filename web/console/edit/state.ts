// The editor's one state: the document as it is being written, what it was before, and what the
// server keeps. It changes by `reduce` alone.
import type { JsonObject } from '../api/types';
import { isSame } from './diff';

const kMostSteps = 200;

interface Step {
  document: JsonObject;
  /** What was done after it: "Moved “Departures”". */
  label: string;
}

/** The document as the server keeps it; revision null where it keeps none yet. */
export interface Kept {
  document: JsonObject;
  revision: number | null;
}

export interface EditState {
  kept: Kept;
  document: JsonObject;
  past: readonly Step[];
  future: readonly Step[];
  /** Changes with the same group, shortly after each other, are one step: letters of a word. */
  group: string | null;
  at: number;
}

const kPause = 1500;

export type Action =
  /** `at` in milliseconds. */
  | { do: 'change'; document: JsonObject; label: string; group?: string; at: number }
  | { do: 'undo' }
  | { do: 'redo' }
  /** The server keeps it now. What was typed since `sent` went out stays. */
  | { do: 'saved'; kept: Kept; sent?: JsonObject };

export function begin(kept: Kept, document = kept.document): EditState {
  const past = isSame(document, kept.document)
    ? []
    : [{ document: kept.document, label: 'Changes from before' }];
  return { kept, document, past, future: [], group: null, at: 0 };
}

export function isDirty(state: EditState): boolean {
  return !isSame(state.document, state.kept.document);
}

export function reduce(state: EditState, action: Action): EditState {
  switch (action.do) {
    case 'change': {
      if (action.document === state.document || isSame(action.document, state.document)) {
        return state;
      }
      const group = action.group ?? null;
      const isMore =
        group !== null &&
        group === state.group &&
        action.at - state.at < kPause &&
        state.past.length > 0;
      return {
        ...state,
        document: action.document,
        past: isMore
          ? state.past
          : [
              ...state.past.slice(1 - kMostSteps),
              { document: state.document, label: action.label },
            ],
        future: [],
        group,
        at: action.at,
      };
    }
    case 'undo': {
      const step = state.past.at(-1);
      if (!step) return state;
      return {
        ...state,
        document: step.document,
        past: state.past.slice(0, -1),
        future: [{ document: state.document, label: step.label }, ...state.future],
        group: null,
      };
    }
    case 'redo': {
      const [step, ...future] = state.future;
      if (!step) return state;
      return {
        ...state,
        document: step.document,
        past: [...state.past, { document: state.document, label: step.label }],
        future,
        group: null,
      };
    }
    case 'saved':
      return {
        ...state,
        kept: action.kept,
        document: state.document === action.sent ? action.kept.document : state.document,
        group: null,
      };
  }
}
