// Lists that come in pages, as one.

const kMostPages = 20;

/** Every item, by calls of `page`; stops at 20 pages, and says so. */
export async function allOf<T>(
  page: (after: number | undefined) => Promise<{ items: T[]; next: number | null }>,
): Promise<{ items: T[]; isCut: boolean }> {
  const items: T[] = [];
  let after: number | undefined;
  for (let count = 0; count < kMostPages; count++) {
    const { items: some, next } = await page(after);
    items.push(...some);
    if (next === null) return { items, isCut: false };
    after = next;
  }
  return { items, isCut: true };
}

/** Each word of the search is in one of the texts. */
export function matches(search: string, ...texts: (string | null | undefined)[]): boolean {
  const whole = texts.join('\n').toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}
