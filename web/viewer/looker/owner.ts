// Whose session a slot names, as far as a frame must know it: which of two logins in one browser are
// the same person's, and which is a user's of the server. It grants nothing, the server decides.
import { slotName, type Slot } from '../session/slots';
import { parameter } from './target';
import { isObject, type EmbedDetails } from './wire';

export interface Owner {
  user?: number;
  /** A user of the server who signed in inside a frame: numbered apart from embed users. */
  ordinary?: boolean;
  /** The application's own name of the person, hashed: known from the link alone. */
  person?: string;
}

export function personOf(link: string): Owner {
  const name = parameter(link, 'external_user_id');
  return name === null ? {} : { person: slotName(name) };
}

export function ownerOf({ user, ordinary }: EmbedDetails): Owner {
  return { ...(user === undefined ? {} : { user }), ordinary: ordinary === true };
}

export function readOwner(slot: Slot | null): Owner | null {
  const owner: unknown = slot?.owner;
  if (!isObject(owner)) return null;
  const { user, ordinary, person } = owner;
  return {
    ...(typeof user === 'number' ? { user } : {}),
    ordinary: ordinary === true,
    ...(typeof person === 'string' ? { person } : {}),
  };
}

export function isSame(own: Owner, other: Owner | null): boolean {
  if (!other) return false;
  if (own.user !== undefined && other.user !== undefined) {
    return own.user === other.user && (own.ordinary === true) === (other.ordinary === true);
  }
  return own.person !== undefined && own.person === other.person;
}
