// Calls of the native API by the cookie of the person who is signed in.

export const kApi = '/api/casement/v1';

/** Of a refusal that did not come in the server's own words. */
export const kNoCode = 'unknown';

/** The server refused: what it said, for the person. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Path of the value that is wrong, in the body that was sent. */
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

/** No answer came. */
export class Unreachable extends Error {
  constructor() {
    super('The server could not be reached. Check the connection and try again.');
  }
}

export interface Asking {
  body?: unknown;
  query?: Record<string, string | number | boolean | undefined>;
  signal?: AbortSignal;
}

interface Listeners {
  /** The session is over; the person has to sign in again. */
  signedOut: () => void;
  reached: (isReached: boolean) => void;
}

const listeners: Listeners = { signedOut: () => undefined, reached: () => undefined };

export function listen(given: Listeners): void {
  Object.assign(listeners, given);
}

/** For calls that are not made here and were refused with 401. */
export function signedOut(): void {
  listeners.signedOut();
}

/** These refuse with 401 for what was typed, not for who is signed in. */
const kTyped = new Set(['login_failed', 'totp_required', 'wrong_password', 'wrong_code']);

export function addressOf(path: string, query: Asking['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return `${kApi}${path}${text === '' ? '' : `?${text}`}`;
}

/** The answer's JSON; undefined for an empty one. Throws Refusal, Unreachable, or an AbortError. */
export async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  { body, query, signal }: Asking = {},
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(addressOf(path, query), {
      method,
      credentials: 'same-origin',
      headers: {
        'X-Casement': '1',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    listeners.reached(false);
    throw new Unreachable();
  }
  listeners.reached(true);
  if (response.ok) {
    return (await bodyOf(response)) as T;
  }
  const refusal = await refusalOf(response);
  if (refusal.status === 401 && !kTyped.has(refusal.code)) listeners.signedOut();
  throw refusal;
}

async function bodyOf(response: Response): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Unreachable();
  }
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Refusal(
      response.status,
      kNoCode,
      'Something other than the server answered: a proxy, or a network that wants a sign-in of its own. Try again once the server can be reached.',
    );
  }
}

export async function refusalOf(response: Response): Promise<Refusal> {
  const { status } = response;
  try {
    const told = (await response.json()) as {
      error?: { code?: unknown; message?: unknown; field?: unknown };
    };
    const { code, message, field } = told.error ?? {};
    if (typeof code === 'string' && typeof message === 'string') {
      return new Refusal(status, code, message, typeof field === 'string' ? field : null);
    }
  } catch {
    // What stands between server and browser may answer in words of its own.
  }
  return new Refusal(
    status,
    kNoCode,
    status >= 500
      ? `The server could not do this (status ${status}). Try again; if it stays, its log says why.`
      : `The server refused this with status ${status} and no reason.`,
  );
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** A sentence for whatever was thrown. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof Unreachable) return error.message;
  return 'Something went wrong in this page. Reload it; if that does not help, tell its operator.';
}
