// Links that an author wrote and data fills in. Values come from anybody: they are percent-encoded,
// and only a web address, a mail address or a path of this server ever becomes a link.
import type { Cell, Column, Frame, Link } from '../api/wire';

export interface LinkScope {
  from: number;
  to: number;
  variables: Record<string, string[]>;
  frame?: Frame;
  column?: Column;
  row?: number;
  text?: string;
}

const kHole = /\$\{([^{}]{1,128})\}|\$(\w{1,64})/g;

function cellText(column: Column | undefined, row: number | undefined): string | undefined {
  if (!column || row === undefined) return undefined;
  const value: Cell = column.values[row] ?? null;
  return column.exact?.[row] ?? (value === null ? '' : String(value));
}

/** The value of a hole, or undefined for one that is not known: then it stays as it was written. */
function valueOf(name: string, scope: LinkScope): string[] | undefined {
  const { column, row, frame, from, to, variables } = scope;
  const one = (text: string | undefined): string[] | undefined =>
    text === undefined ? undefined : [text];
  switch (name) {
    case '__from':
    case '__value.timeFrom':
      return [String(from)];
    case '__to':
      return [String(to)];
    case '__value.raw':
    case '__value':
      return one(cellText(column, row));
    case '__value.numeric':
      return one(cellText(column, row));
    case '__value.text':
      return one(scope.text ?? cellText(column, row));
    case '__value.time':
      return one(
        cellText(
          frame?.columns.find((candidate) => candidate.type === 'time'),
          row,
        ),
      );
    case '__field.name':
    case '__field.displayName':
    case '__series.name':
      return one(column?.field?.title ?? column?.name);
    default:
      break;
  }
  const label = /^__field\.labels(?:\.([^"[\]]+)|\[["']?([^"'\]]+)["']?\])$/.exec(name);
  if (label) return one(column?.labels?.[label[1] ?? label[2] ?? ''] ?? '');
  const field =
    /^__data\.fields(?:\.([^"[\]]+)|\[["']?([^"'\]]+)["']?\])(?:\.(?:text|raw|numeric))?$/.exec(
      name.replace(/\.(?:text|raw|numeric)$/, ''),
    );
  if (field) {
    const wanted = field[1] ?? field[2] ?? '';
    const found =
      frame?.columns.find((candidate) => candidate.name === wanted) ??
      frame?.columns.find((candidate) => candidate.field?.source === wanted) ??
      (/^\d+$/.test(wanted) ? frame?.columns[Number(wanted)] : undefined);
    return one(cellText(found, row));
  }
  if (name === '__url_time_range') return [`from=${from}&to=${to}`];
  return variables[name.replace(/:\w+$/, '')];
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** With every value percent-encoded; several values of a variable stand between commas. */
export function fillUrl(url: string, scope: LinkScope): string {
  return url.slice(0, 2000).replace(kHole, (hole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    const values = valueOf(name, scope);
    if (values === undefined) return /^__(?:data|field|value)/.test(name) ? '' : hole;
    if (name === '__url_time_range') return values.join('');
    if (/:queryparam$/.test(name)) {
      const variable = name.replace(/:\w+$/, '');
      return values.map((value) => `var-${encode(variable)}=${encode(value)}`).join('&');
    }
    return values.map(encode).join(',');
  });
}

/** The same for text that is shown. */
export function fillText(text: string, scope: LinkScope): string {
  return text
    .replace(kHole, (hole, braced?: string, bare?: string) =>
      (valueOf(braced ?? bare ?? '', scope) ?? [hole]).join(', '),
    )
    .slice(0, 500);
}

/** Undefined for anything that is not https, http, mailto or of this origin: javascript:, data:, … */
export function safeHref(written: string, base: string = location.href): string | undefined {
  // Browsers drop these while they read an address; so a check must not see past them.
  const text = written
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    .replace(/[\u0000-\u0020]+/g, (run) => (/^ +$/.test(run) ? '%20' : ''))
    .trim();
  if (text === '' || /^[/\\]{2}/.test(text) || text.startsWith('\\')) return undefined;
  const isWhole = /^(?:https?:\/\/|mailto:)/i.test(text);
  if (!isWhole && !/^[/?#]/.test(text)) return undefined;
  try {
    const url = new URL(text, base);
    if (isWhole) return /^(?:https?|mailto):$/.test(url.protocol) ? url.href : undefined;
    return url.origin === new URL(base).origin ? url.href : undefined;
  } catch {
    return undefined;
  }
}

export function fillLink(
  link: Pick<Link, 'title' | 'url' | 'keep_time' | 'include_variables'>,
  scope: LinkScope,
): { title: string; href: string } | null {
  // What decides where it leads is the author's: a value never gives the scheme or the host. Only a
  // variable's own value that stands at the very start is the address itself.
  const start = /^\$\{?(\w{1,64})(?::\w+)?\}?/.exec(link.url);
  const own = start ? scope.variables[start[1] ?? '']?.[0] : undefined;
  // A cell may be an address as a whole, where the author wrote nothing beside it.
  const whole = /^\$\{(__(?:value|data)[^{}]+)\}$/.exec(link.url)?.[1];
  const cell = whole === undefined ? undefined : valueOf(whole, scope)?.[0];
  const filled =
    cell !== undefined
      ? cell
      : start && own !== undefined
        ? own + fillUrl(link.url.slice(start[0].length), scope)
        : fillUrl(link.url, scope);
  let href = safeHref(filled);
  if (href === undefined) return null;
  const more = [
    ...(link.keep_time ? [`from=${scope.from}`, `to=${scope.to}`] : []),
    ...(link.include_variables
      ? Object.entries(scope.variables).flatMap(([name, values]) =>
          values.map((value) => `var-${encode(name)}=${encode(value)}`),
        )
      : []),
  ];
  if (more.length > 0 && !href.startsWith('mailto:')) {
    const [path = '', hash] = href.split('#');
    href = `${path}${path.includes('?') ? '&' : '?'}${more.join('&')}${hash === undefined ? '' : `#${hash}`}`;
  }
  return { title: fillText(link.title, scope) || href, href };
}
