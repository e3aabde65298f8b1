// How frame and host page talk: Looker's message channel where the SDK is there, JSON texts where not.

/** An event's or an action's fields, without its name. */
export type Detail = Record<string, unknown>;

/** Answers a host's action; what it throws is told to a host that waits. */
export type ActionHandler = (name: string, detail: unknown, signal: AbortSignal) => unknown;

export interface Channel {
  /** Called each time that a host has answered the greeting; a host may do so again. */
  onConnect: () => void;
  onAction: ActionHandler;
  start: () => void;
  send: (name: string, detail?: Detail) => void;
  /** Tells the host and asks whether it takes the action over. Nobody there: it does not. */
  isCancelled: (name: string, detail: Detail) => Promise<boolean>;
}

/** Handlers that answered nothing, and handlers that failed, have not cancelled. */
export function hasCancelled(answers: unknown): boolean {
  return (
    Array.isArray(answers) &&
    answers.some(
      (answer: unknown) =>
        typeof answer === 'object' &&
        answer !== null &&
        (answer as { cancel?: unknown }).cancel === true,
    )
  );
}
