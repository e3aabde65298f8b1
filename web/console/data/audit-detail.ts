// What a row of the audit trail says besides, in a few words. The whole of it is JSON and stays so.

/** Of a list, so many are said. */
const kSaid = 5;
const kMoment = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?Z$/;

function said(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    const moment = kMoment.exec(value);
    if (moment) return `${moment[1]} ${moment[2]} UTC`;
    return value === '' ? 'empty' : value;
  }
  if (Array.isArray(value)) return listed(value);
  return pairs(value as object)
    .map(({ name, text }) => `${name} ${text}`)
    .join(', ');
}

function listed(values: readonly unknown[]): string {
  if (values.length === 0) return 'none';
  const isNested = values.some((value) => typeof value === 'object' && value !== null);
  if (isNested) return values.length === 1 ? said(values[0]) : `${values.length} entries`;
  const rest = values.length - kSaid;
  // One more is as short as its number.
  if (rest <= 1) return values.map(said).join(', ');
  return `${values.slice(0, kSaid).map(said).join(', ')} and ${rest} more`;
}

function pairs(detail: object): { name: string; text: string }[] {
  return Object.entries(detail).map(([name, value]) => ({
    name: name.replaceAll('_', ' '),
    text: said(value),
  }));
}

/** Whether the words leave nothing out. */
export function isSaidWhole(detail: object): boolean {
  return Object.values(detail).every((value: unknown) => {
    if (typeof value !== 'object' || value === null) return true;
    const isPlain = (one: unknown): boolean => typeof one !== 'object' || one === null;
    return Array.isArray(value) && value.length <= kSaid + 1 && value.every(isPlain);
  });
}

/** "refused at: signature; totp: no". Empty where there is nothing to say. */
export function detailWords(detail: object): string {
  return pairs(detail)
    .map(({ name, text }) => `${name}: ${text}`)
    .join('; ');
}
