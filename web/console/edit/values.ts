// Values of the document and what stands in a field for them.
import type { Json } from '../api/types';
import { isObject } from './document';
import type { Control } from './option';

/** Whether a control can show what is there; what it cannot is edited as JSON, and not lost. */
export function fits(control: Control, value: Json | undefined): boolean {
  if (value === undefined) return true;
  switch (control.kind) {
    case 'switch':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' || value === null;
    case 'text':
    case 'colour':
    case 'choice':
      return typeof value === 'string';
    case 'texts':
    case 'choices':
    case 'colours':
      return Array.isArray(value) && value.every((one) => typeof one === 'string');
    case 'numbers':
      return Array.isArray(value) && value.every((one) => typeof one === 'number');
    case 'list':
      return Array.isArray(value) && value.every(isObject);
    case 'object':
    case 'map':
      return isObject(value);
    case 'flags':
      return isObject(value) && Object.values(value).every((one) => typeof one === 'boolean');
    case 'order':
      return isObject(value) && Object.values(value).every((one) => typeof one === 'number');
  }
}

export type Read = { value: Json | undefined } | { fault: string };

/** What somebody has written for a number. Empty is none. */
export function readNumber(text: string, control: Control & { kind: 'number' }): Read {
  const written = text.trim().replace(',', '.');
  if (written === '') return { value: undefined };
  const value = Number(written);
  if (!Number.isFinite(value)) return { fault: 'This is not a number.' };
  if (control.isWhole && !Number.isInteger(value)) return { fault: 'Only whole numbers.' };
  const { min = -Infinity, max = Infinity } = control;
  if (value < min || value > max) {
    return {
      fault:
        max === Infinity
          ? `At least ${min}.`
          : min === -Infinity
            ? `At most ${max}.`
            : `From ${min} to ${max}.`,
    };
  }
  return { value };
}

export function readNumbers(text: string): Read {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  if (parts.length === 0) return { value: undefined };
  const values = parts.map(Number);
  return values.every((value) => Number.isInteger(value) && value >= 0)
    ? { value: values }
    : { fault: 'Whole numbers, with commas between them.' };
}

export function readJsonText(text: string): Read {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return { fault: 'This is not JSON yet.' };
  }
}

export function numberText(value: Json | undefined): string {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'number').join(', ');
  return typeof value === 'number' ? String(value) : '';
}

/** In the order of a member; what has none stands first. */
export function sortedBy(items: readonly Json[], name: string): Json[] {
  const of = (item: Json): number => {
    const value = isObject(item) ? item[name] : undefined;
    return typeof value === 'number' ? value : -Infinity;
  };
  return items
    .map((item, at) => ({ item, at }))
    .sort((a, b) => {
      const [x, y] = [of(a.item), of(b.item)];
      return x === y ? a.at - b.at : x < y ? -1 : 1;
    })
    .map(({ item }) => item);
}
