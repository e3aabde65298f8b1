// Where in a dashboard something is wrong, in the words of its author: no path of the JSON.
import type { Json } from '../api/types';
import { isObject, nameOf, textOf } from './document';

/** What stands in the place of its index in a list. */
const kNamed: Record<string, (one: Json | undefined, at: number) => string> = {
  panels: (one, at) => (isObject(one) ? `panel “${nameOf(one)}”` : counted('panel', at)),
  variables: (one, at) => {
    const name = isObject(one) ? textOf(one['name']) : '';
    return name === '' ? counted('variable', at) : `variable “${name}”`;
  },
  queries: (one, at) => {
    const name = isObject(one) ? textOf(one['name']) : '';
    return `query ${name || String.fromCharCode(65 + (at % 26))}`;
  },
};

/** They say nothing that what they stand in does not say already. */
const kUnsaid = new Set(['sql', 'promql', 'options', 'value']);

const kOrdinals = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ');

function counted(noun: string, at: number): string {
  const ordinal = kOrdinals[at];
  return ordinal === undefined ? `${noun} ${at + 1}` : `${ordinal} ${noun}`;
}

/** "links" as "link", "queries" as "query". */
const oneOf = (list: string): string =>
  list
    .replace(/ies$/, 'y')
    .replace(/([^s])s$/, '$1')
    .replace(/_/g, ' ');

/** `path` from `inside`, a document or a panel: "variables[2].choices[0].value" is `variable “x”, first choice`. */
export function placeInWords(path: string, inside: Json): string {
  const words: string[] = [];
  let here: Json | undefined = inside;
  let list = '';
  for (const [, name, opens, index] of path.matchAll(/([A-Za-z_$][\w$-]*)(\[)?|(\d+)\]/g)) {
    if (name !== undefined) {
      here = isObject(here) && Object.hasOwn(here, name) ? here[name] : undefined;
      if (list !== '') words.push(oneOf(list));
      list = opens !== undefined || Array.isArray(here) ? name : '';
      if (list === '' && !kUnsaid.has(name)) words.push(name.replace(/_/g, ' '));
      continue;
    }
    const at = Number(index);
    here = Array.isArray(here) ? here[at] : undefined;
    const named = Object.hasOwn(kNamed, list) ? kNamed[list] : undefined;
    words.push(named?.(here, at) ?? counted(oneOf(list) || 'entry', at));
    list = '';
  }
  if (list !== '') words.push(list.replace(/_/g, ' '));
  return words.join(', ');
}
