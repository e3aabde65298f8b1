// A text panel's tree becomes nodes; a text is only ever a text, whatever stands in it.
import { Fragment, h, type ComponentChild, type VNode } from 'preact';
import type { MarkdownNode } from '../api/wire';

const kElements = new Set([
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code'],
  ...['em', 'strong', 'del', 'br', 'hr', 'table', 'tr', 'th', 'td'],
]);
const kDeepest = 64;

/** `${name}` in a text is the variable's value, as text; an unknown name stays as written. */
export function fillIn(
  text: string,
  values: Readonly<Record<string, string>>,
  written = /\$\{([A-Za-z_]\w*)\}/g,
): string {
  return text.replace(written, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

/** The server has filtered addresses already; a link that came through wrong is still no script. */
export function safeHref(href: string | undefined): string | undefined {
  return href !== undefined && /^(https?:\/\/|mailto:|#)/i.test(href) ? href : undefined;
}

export function renderMarkdown(
  nodes: readonly MarkdownNode[],
  values: Readonly<Record<string, string>>,
): VNode {
  return h(Fragment, null, children(nodes, values, 0));
}

function children(
  nodes: readonly MarkdownNode[] | undefined,
  values: Readonly<Record<string, string>>,
  depth: number,
): ComponentChild[] {
  if (depth > kDeepest) return [];
  return (nodes ?? []).map((node) => element(node, values, depth));
}

function element(
  node: MarkdownNode,
  values: Readonly<Record<string, string>>,
  depth: number,
): ComponentChild {
  const inside = children(node.c, values, depth + 1);
  const own = node.v === undefined ? [] : [fillIn(node.v, values)];
  const href = safeHref(node.href);
  if (node.t === 'a') {
    if (href === undefined) return h('span', null, ...own, ...inside);
    return h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, ...own, ...inside);
  }
  if (node.t === 'iframe' && href !== undefined) {
    // Another site's page keeps its own origin, and may not take this frame elsewhere.
    const sandbox = 'allow-scripts allow-same-origin';
    return h('iframe', { src: href, title: node.v, sandbox, height: node.height || 320 });
  }
  if (node.t === 'table') return h('table', null, h('tbody', null, ...inside));
  if (!kElements.has(node.t)) return h(Fragment, null, ...own, ...inside);
  // The page has its own h1 and the panel its h2: headings inside start below them.
  const heading = /^h([1-6])$/.exec(node.t);
  if (heading) {
    const level = Number(heading[1]);
    return h(`h${Math.min(6, level + 2)}`, { class: `heading-${level}` }, ...own, ...inside);
  }
  if (node.t === 'br' || node.t === 'hr') return h(node.t, null);
  return h(node.t, null, ...own, ...inside);
}
