// A filter as the server writes it: "key|operator|value", with "|" in a part as "__gfp__".

export interface Filter {
  key: string;
  operator: string;
  values: string[];
}

export const kOperators: Record<string, string> = {
  '=': 'is',
  '!=': 'is not',
  '=|': 'is one of',
  '!=|': 'is none of',
  '=~': 'matches',
  '!~': 'does not match',
  '<': 'is less than',
  '>': 'is more than',
};

const escape = (text: string): string => text.replaceAll('|', '__gfp__');
const unescape = (text: string): string =>
  text.replaceAll('__gfp__', '|').replaceAll('__gfc__', ',').replaceAll('__gfh__', '#');

export function readFilter(text: string): Filter {
  const [key = '', operator = '=', ...values] = text.split('|').map(unescape);
  return { key, operator, values };
}

export function writeFilter({ key, operator, values }: Filter): string {
  return [key, operator, ...values].map(escape).join('|');
}

export function filterWords({ key, operator, values }: Filter): string {
  return `${key} ${kOperators[operator] ?? operator} ${values.join(', ')}`;
}
