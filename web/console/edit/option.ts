// What an option of the document is, so that its control can be made from it.
import type { Json, JsonObject } from '../api/types';

export interface Option {
  /** Of the member in the document. */
  name: string;
  label: string;
  hint?: string;
  control: Control;
  /** Offered only while this holds for what it stands in. */
  when?: (inside: JsonObject) => boolean;
  /** The document demands it: emptied, it is this. Others are taken out. */
  emptied?: Json;
}

export type Suggestions = 'columns' | 'units' | 'variables' | 'queries';

export type Control =
  | { kind: 'switch'; otherwise: boolean }
  | { kind: 'choice'; choices: readonly Chosen[]; otherwise: string }
  | { kind: 'number'; min?: number; max?: number; isWhole?: boolean; placeholder?: string }
  | { kind: 'text'; suggest?: Suggestions; placeholder?: string; most?: number; isLong?: boolean }
  | { kind: 'texts'; suggest?: Suggestions }
  | { kind: 'numbers' }
  | { kind: 'choices'; choices: readonly Chosen[] }
  | { kind: 'colour' }
  | { kind: 'colours' }
  /** Without `act` it is always open; with it there is a button until somebody asks for it. */
  | { kind: 'object'; members: readonly Option[]; fresh: JsonObject; act: string }
  | {
      kind: 'list';
      members: readonly Option[];
      fresh: JsonObject;
      noun: string;
      /** Keeps them in order, once nobody writes in them. */
      sortBy?: string;
    }
  /** Members by a name that the author gives: { "Delay": { … } }. */
  | { kind: 'map'; value: Option; noun: string; suggest?: Suggestions; fresh: Json }
  /** Names as members that are true: { "a": true }. */
  | { kind: 'flags'; suggest: Suggestions }
  /** Names as members with their place: { "a": 0, "b": 1 }. */
  | { kind: 'order'; suggest: Suggestions };

export interface Chosen {
  value: string;
  label: string;
}

/** "a=Label": choices as they are written in a table. */
export function chosen(...pairs: string[]): Chosen[] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    return at < 0
      ? { value: pair, label: wordsOf(pair) }
      : { value: pair.slice(0, at), label: pair.slice(at + 1) };
  });
}

/** "color_mode" as "Color mode". */
export function wordsOf(name: string): string {
  const words = name.replace(/[_-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export interface OptionExtra {
  hint?: string;
  when?: (inside: JsonObject) => boolean;
  emptied?: Json;
}

const make =
  (control: Control) =>
  (name: string, label: string, extra: OptionExtra = {}): Option => ({
    name,
    label,
    control,
    ...extra,
  });

export const onOff = (otherwise: boolean) => make({ kind: 'switch', otherwise });
export const choice = (otherwise: string, ...pairs: string[]) =>
  make({ kind: 'choice', choices: chosen(...pairs), otherwise });
export const choices = (...pairs: string[]) => make({ kind: 'choices', choices: chosen(...pairs) });
export const number = (min?: number, max?: number, placeholder = '') =>
  make({
    kind: 'number',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    placeholder,
  });
export const whole = (min: number, max: number, placeholder = '') =>
  make({ kind: 'number', min, max, isWhole: true, placeholder });
export const text = (placeholder = '', most = 2000) => make({ kind: 'text', placeholder, most });
export const longText = (most: number) => make({ kind: 'text', most, isLong: true });
export const suggested = (suggest: Suggestions, placeholder = '') =>
  make({ kind: 'text', suggest, placeholder });
export const column = (placeholder = 'chosen by the panel') => suggested('columns', placeholder);
export const columns = make({ kind: 'texts', suggest: 'columns' });
export const texts = make({ kind: 'texts' });
export const numbers = make({ kind: 'numbers' });
export const colour = make({ kind: 'colour' });
export const colours = make({ kind: 'colours' });
export const object = (act: string, fresh: JsonObject, ...members: Option[]) =>
  make({ kind: 'object', members, fresh, act });
export const list = (noun: string, fresh: JsonObject, ...members: Option[]) =>
  make({ kind: 'list', members, fresh, noun });
export const sortedList = (noun: string, sortBy: string, fresh: JsonObject, ...members: Option[]) =>
  make({ kind: 'list', members, fresh, noun, sortBy });
/** Members that stand in an object of their own. */
export const inside = (name: string, label: string, ...members: Option[]) =>
  make({ kind: 'object', members, fresh: {}, act: '' })(name, label);
export const map = (noun: string, value: Option, fresh: Json, suggest?: Suggestions) =>
  make({ kind: 'map', value, noun, fresh, ...(suggest ? { suggest } : {}) });
export const flags = make({ kind: 'flags', suggest: 'columns' });
export const order = make({ kind: 'order', suggest: 'columns' });

/** Members that no control of these shows, and that stay as they are. */
export function unknownIn(inside: JsonObject, options: readonly Option[]): string[] {
  return Object.keys(inside).filter((name) => !options.some((option) => option.name === name));
}
