// A JSON text with the place of everything in it: where it is wrong, and where a path points.

export interface Range {
  from: number;
  to: number;
}

export type Node =
  | (Range & { kind: 'value' })
  | (Range & { kind: 'list'; items: Node[] })
  | (Range & { kind: 'object'; members: { name: string; key: Range; value: Node }[] });

export interface JsonFault extends Range {
  message: string;
}

class Fault extends Error {
  constructor(
    message: string,
    readonly from: number,
    readonly to: number,
  ) {
    super(message);
  }
}

const kDeepest = 200;

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  read(): Node {
    const node = this.value(0);
    this.space();
    if (this.at < this.text.length) {
      this.fail('There is more text after the end of the document.');
    }
    return node;
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private fail(message: string, from = this.at, to = Math.min(from + 1, this.text.length)): never {
    throw new Fault(message, from, to);
  }

  private value(depth: number): Node {
    this.space();
    if (depth > kDeepest) this.fail('This is nested too deeply.');
    const from = this.at;
    const letter = this.text[from];
    if (letter === '{') return this.object(depth);
    if (letter === '[') return this.list(depth);
    if (letter === '"') {
      this.string();
      return { kind: 'value', from, to: this.at };
    }
    const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/.exec(
      this.text.slice(from, from + 400),
    )?.[0];
    if (word === undefined) {
      if (letter === undefined) this.fail('The document ends too early: a value is missing.');
      const wrong = /^[^\s,\]}]+/.exec(this.text.slice(from, from + 60))?.[0] ?? letter;
      this.fail(
        letter === "'" ? 'Texts stand in double quotes.' : `“${wrong}” is not a value of JSON.`,
        from,
        from + wrong.length,
      );
    }
    this.at += word.length;
    return { kind: 'value', from, to: this.at };
  }

  private string(): string {
    const from = this.at;
    this.at += 1;
    for (;;) {
      const letter = this.text[this.at];
      if (letter === undefined || letter === '\n') {
        this.fail('The text is not closed: a double quote is missing.', from, this.at);
      }
      if (letter === '\\') this.at += 1;
      this.at += 1;
      if (letter === '"') break;
    }
    try {
      return JSON.parse(this.text.slice(from, this.at)) as string;
    } catch {
      return this.fail(
        'This text has an escape or a sign that JSON does not allow.',
        from,
        this.at,
      );
    }
  }

  private list(depth: number): Node {
    const from = this.at;
    const items: Node[] = [];
    this.at += 1;
    this.space();
    if (this.text[this.at] !== ']') {
      do {
        this.space();
        if (this.text[this.at] === ']')
          this.fail('A comma before ] is one too many.', this.comma());
        items.push(this.value(depth + 1));
        this.space();
      } while (this.take(','));
      if (this.text[this.at] !== ']') this.fail('A comma or ] is missing here.');
    }
    this.at += 1;
    return { kind: 'list', from, to: this.at, items };
  }

  private object(depth: number): Node {
    const from = this.at;
    const members: { name: string; key: Range; value: Node }[] = [];
    const names = new Set<string>();
    this.at += 1;
    this.space();
    if (this.text[this.at] !== '}') {
      do {
        this.space();
        if (this.text[this.at] === '}')
          this.fail('A comma before } is one too many.', this.comma());
        const begin = this.at;
        if (this.text[begin] !== '"') this.fail('A name in double quotes is missing here.');
        const name = this.string();
        const key = { from: begin, to: this.at };
        if (names.has(name)) this.fail(`"${name}" is there twice.`, key.from, key.to);
        names.add(name);
        this.space();
        if (!this.take(':')) this.fail('A colon is missing after the name.');
        members.push({ name, key, value: this.value(depth + 1) });
        this.space();
      } while (this.take(','));
      if (this.text[this.at] !== '}') this.fail('A comma or } is missing here.');
    }
    this.at += 1;
    return { kind: 'object', from, to: this.at, members };
  }

  private comma(): number {
    return this.text.lastIndexOf(',', this.at);
  }

  private take(letter: string): boolean {
    if (this.text[this.at] !== letter) return false;
    this.at += 1;
    return true;
  }
}

export function readJson(text: string): { node: Node } | { fault: JsonFault } {
  try {
    return { node: new Reader(text).read() };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { fault: { message: error.message, from: error.from, to: error.to } };
  }
}

/** `panels[2].queries[0].sql` -> its steps. */
export function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index !== undefined ? Number(index) : (name ?? ''),
  );
}

/** Where the path points; for what is missing, what it is missing from. */
export function placeOf(root: Node, path: string): Range {
  let node: Node = root;
  let range: Range = { from: root.from, to: Math.min(root.from + 1, root.to) };
  for (const step of stepsOf(path)) {
    if (node.kind === 'object') {
      // Older messages write an index as a member.
      const member = node.members.find(({ name }) => name === String(step));
      if (!member) break;
      node = member.value;
      range = node.kind === 'value' ? node : member.key;
    } else if (node.kind === 'list' && typeof step === 'number') {
      const item: Node | undefined = node.items[step];
      if (!item) break;
      node = item;
      range = node.kind === 'value' ? node : { from: node.from, to: node.from + 1 };
    } else {
      break;
    }
  }
  return { from: range.from, to: range.to };
}

/** Line and column of an offset, from 1. */
export function lineOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
