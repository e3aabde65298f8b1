// What can be picked by name, as lists that are searched.
import type { Find, Pick } from '../ui/pick-field';
import { matches } from './all';
import {
  kSearchedBy,
  listExternalPeople,
  listGroups,
  listUsers,
  type ExternalPerson,
  type User,
} from './people';

const kMostShown = 50;

/** The first of a list that is there as a whole. */
export function among(all: readonly Pick[]): Find {
  return (search) =>
    Promise.resolve(
      all.filter(({ label, detail }) => matches(search, label, detail)).slice(0, kMostShown),
    );
}
const labelOf = ({ name, handle }: User): string =>
  name === '' || name === handle ? handle : `${name} (${handle})`;

export const findUsers: Find = async (search, signal) => {
  const { rows } = await listUsers({ search }, signal);
  return rows.map((one) => ({ value: String(one.id), label: labelOf(one), detail: one.role }));
};

/** By the name that they sign in with. */
export const findHandles: Find = async (search, signal) => {
  const { rows } = await listUsers({ search }, signal);
  return rows.map((one) => ({ value: one.handle, label: labelOf(one), detail: one.role }));
};

/** In any of what the server searches by; each once. */
async function externalPeople(search: string, signal: AbortSignal): Promise<ExternalPerson[]> {
  const pages = await Promise.all(
    (search === '' ? kSearchedBy.slice(0, 1) : kSearchedBy).map(({ value }) =>
      listExternalPeople({ search, by: value }, signal),
    ),
  );
  return [...new Map(pages.flatMap(({ rows }) => rows).map((one) => [one.id, one])).values()];
}

/** Users of this server, and those whom only an application knows. */
export const findPeople: Find = async (search, signal) => {
  const [users, external] = await Promise.all([
    findUsers(search, signal),
    externalPeople(search, signal),
  ]);
  return [
    ...users,
    ...external.map((one) => ({
      value: String(one.id),
      label: one.name === '' ? one.external_user_id : `${one.name} (${one.external_user_id})`,
      detail: 'External',
    })),
  ];
};

export const findGroups: Find = async (search, signal) => {
  const { rows } = await listGroups({ search }, signal);
  return rows.map((one) => ({ value: String(one.id), label: one.name }));
};
