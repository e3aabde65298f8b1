// Regular expressions come from the dashboard's author, values from the data: both are bounded, and
// a pattern whose time could grow beyond all measure is not run.

const kLongest = 256;
const known = new Map<string, RegExp | null>();

/** `/…/flags` or the bare pattern; null where it is broken or could run for ever. */
export function safePattern(written: string): RegExp | null {
  const found = known.get(written);
  if (found !== undefined) {
    if (found) found.lastIndex = 0;
    return found;
  }
  const made = make(written);
  if (known.size > 500) known.clear();
  known.set(written, made);
  return made;
}

function make(written: string): RegExp | null {
  const parts = /^\/(.*)\/([gimsuy]*)$/s.exec(written);
  const source = parts?.[1] ?? written;
  const flags = (parts?.[2] ?? '').replace(/[gy]/g, '');
  if (source.length > kLongest || repeatsRepetitions(source)) return null;
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

/** A group that is repeated and holds a repetition or a choice: (a+)+, (a|ab)*. */
function repeatsRepetitions(source: string): boolean {
  const open: boolean[] = [];
  for (let index = 0; index < source.length; index++) {
    const letter = source[index];
    if (letter === '\\') index++;
    else if (letter === '[') {
      while (index < source.length && source[index] !== ']')
        index += source[index] === '\\' ? 2 : 1;
    } else if (letter === '(') open.push(false);
    else if (letter === ')') {
      const inner = open.pop() ?? false;
      const isRepeated = /^(?:[*+]|\{\d+,)/.test(source.slice(index + 1));
      if (isRepeated && inner) return true;
      if ((inner || isRepeated) && open.length > 0) open[open.length - 1] = true;
    } else if (
      letter === '|' ||
      letter === '*' ||
      letter === '+' ||
      /^\{\d+,/.test(source.slice(index))
    ) {
      if (open.length > 0) open[open.length - 1] = true;
    }
  }
  return false;
}
