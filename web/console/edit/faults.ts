// What the server says is wrong in a document, by the panel and the place in it.
import { Refusal } from '../api/client';
import type { JsonObject } from '../api/types';
import { DrawnRefusal } from '../draw/session';
import { idOf, panelOf, panelsOf } from './document';
import { placeInWords } from './fault-place';

export interface Fault {
  /** Id; null: it is about the document itself. */
  panel: number | null;
  /** From the panel or the document: "queries[0].sql". */
  path: string;
  message: string;
}

/** The sentence without the path, which stands where the field is. */
function sentence(message: string): string {
  const rest = message.replace(/^"[^"]*"\s+/, '').replace(/^"[^"]*"\s+/, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function fieldOf(error: unknown): string | null {
  return error instanceof Refusal || error instanceof DrawnRefusal ? error.field : null;
}

/** Null where the error is no fault of the document. */
export function faultOf(error: unknown, document: JsonObject): Fault | null {
  const field = fieldOf(error);
  if (!(error instanceof Error) || field === null || !field.startsWith('document')) return null;
  const path = field.replace(/^document\.?/, '');
  const message = sentence(error.message);
  const at = /^panels\[(\d+)\]\.?(.*)$/.exec(path);
  const panel = at ? panelsOf(document)[Number(at[1])] : undefined;
  return panel && at
    ? { panel: idOf(panel), path: at[2] ?? '', message }
    : { panel: null, path, message };
}

/** Where, and what: `variable “x”, first choice: Cannot be "*".` */
export function faultWords({ panel, path, message }: Fault, document: JsonObject): string {
  const inside = panel === null ? document : (panelOf(document, panel) ?? {});
  const place = placeInWords(path, inside);
  return place === '' ? message : `${place}: ${message}`;
}

/** For the fields of a form: what is wrong at a path, or below one that no field shows. */
export function faultAt(
  faults: readonly Fault[],
  panel: number | null,
): (path: string) => string | null {
  return (path) =>
    faults.find((fault) => fault.panel === panel && fault.path === path)?.message ?? null;
}
