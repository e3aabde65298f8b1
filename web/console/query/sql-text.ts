// SQL taken into words, as far as completion and renaming need it. The server has the real parsers.

export interface SqlToken {
  kind: 'word' | 'quoted' | 'string' | 'comment' | 'number' | 'name' | 'mark';
  /** As written; of a quoted name what stands between the quotation marks. */
  text: string;
  from: number;
  to: number;
  /** Its end is the text's end, and something is missing there. */
  isOpen: boolean;
}

const kSpace = /\s/;
const kWordStart = /[\p{L}_]/u;
const kWord = /[\p{L}\p{N}_$]/u;
const kDigit = /[0-9]/;

/** Where the text that began at `from` with `mark` ends, a doubled mark being a part of it. */
function endOf(text: string, from: number, mark: string): { to: number; isOpen: boolean } {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== mark) continue;
    if (text[at + 1] === mark) at++;
    else return { to: at + 1, isOpen: false };
  }
  return { to: text.length, isOpen: true };
}

function endOfBlockComment(text: string, from: number): { to: number; isOpen: boolean } {
  const end = text.indexOf('*/', from + 2);
  return end < 0 ? { to: text.length, isOpen: true } : { to: end + 2, isOpen: false };
}

export function sqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  const add = (kind: SqlToken['kind'], from: number, to: number, isOpen = false): void => {
    const body =
      kind === 'quoted' ? text.slice(from + 1, isOpen ? to : to - 1) : text.slice(from, to);
    tokens.push({ kind, text: body, from, to, isOpen });
  };
  let at = 0;
  while (at < text.length) {
    const letter = text[at] ?? '';
    const from = at;
    if (kSpace.test(letter)) {
      at++;
      continue;
    }
    if (letter === "'") {
      const { to, isOpen } = endOf(text, at, "'");
      add('string', from, (at = to), isOpen);
    } else if (letter === '"' || letter === '`') {
      const { to, isOpen } = endOf(text, at, letter);
      add('quoted', from, (at = to), isOpen);
    } else if (text.startsWith('--', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
      add('comment', from, at, end < 0);
    } else if (text.startsWith('/*', at)) {
      const { to, isOpen } = endOfBlockComment(text, at);
      add('comment', from, (at = to), isOpen);
    } else if (letter === '$') {
      const tag = /^\$(?:[A-Za-z_]\w*)?\$/.exec(text.slice(at));
      if (tag) {
        const end = text.indexOf(tag[0], at + tag[0].length);
        at = end < 0 ? text.length : end + tag[0].length;
        add('string', from, at, end < 0);
      } else {
        at++;
        while (at < text.length && /\w/.test(text[at] ?? '')) at++;
        add('name', from, at);
      }
    } else if (kWordStart.test(letter)) {
      while (at < text.length && kWord.test(text[at] ?? '')) at++;
      add('word', from, at);
    } else if (kDigit.test(letter)) {
      while (at < text.length && /[\w.]/.test(text[at] ?? '')) at++;
      add('number', from, at);
    } else {
      at++;
      add('mark', from, at);
    }
  }
  return tokens;
}
