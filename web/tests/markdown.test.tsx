import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValidElement, type ComponentChild, type VNode } from 'preact';
import type { MarkdownNode } from '../viewer/api/wire';
import { fillIn, renderMarkdown, safeHref } from '../viewer/panels/markdown';

/** What the tree would be, as text; only elements the test knows. */
function write(node: ComponentChild | ComponentChild[]): string {
  if (Array.isArray(node)) return node.map(write).join('');
  if (isValidElement(node)) {
    const { type, props } = node as VNode<{ href?: string; children?: ComponentChild[] }>;
    const inside = write(props.children ?? []);
    if (typeof type !== 'string') return inside;
    const href = props.href === undefined ? '' : ` ${props.href}`;
    return `<${type}${href}>${inside}</${type}>`;
  }
  return typeof node === 'string' ? `[${node}]` : '';
}

const render = (nodes: MarkdownNode[], values: Record<string, string> = {}): string =>
  write(renderMarkdown(nodes, values));
const words = (v: string): MarkdownNode => ({ t: 'text', v });

test('nodes become elements, below the page’s own headings', () => {
  assert.equal(
    render([
      { t: 'h1', c: [words('Title')] },
      { t: 'p', c: [words('a '), { t: 'strong', c: [words('b')] }] },
    ]),
    '<h3>[Title]</h3><p>[a ]<strong>[b]</strong></p>',
  );
});

test('markup in a text or a variable stays text', () => {
  const html = '<img src=x onerror=alert(1)>';
  assert.equal(render([words('${x}')], { x: html }), `[${html}]`);
});

test('an element that is not known is not made', () => {
  assert.equal(render([{ t: 'script', c: [words('alert(1)')] }]), '[alert(1)]');
});

test('only addresses of harmless kinds become links', () => {
  const link = (href: string): string => render([{ t: 'a', href, c: [words('x')] }]);
  assert.equal(link('https://example.org/'), '<a https://example.org/>[x]</a>');
  for (const href of [
    'javascript:alert(1)',
    ' javascript:1',
    'data:text/html,x',
    '//x',
    'JaVaScRiPt:1',
  ]) {
    assert.equal(link(href), '<span>[x]</span>');
  }
  assert.equal(safeHref(undefined), undefined);
});

test('a frame is a page of the web, and may not move the page around it', () => {
  const frame = (href: string): ComponentChild => {
    const [made] = (
      renderMarkdown([{ t: 'iframe', href, v: 'T', height: 0 }], {}).props as {
        children: ComponentChild[];
      }
    ).children;
    return made;
  };
  const made = frame('https://example.org/');
  assert.ok(isValidElement(made));
  const { type, props } = made as VNode<Record<string, unknown>>;
  assert.equal(type, 'iframe');
  assert.equal(props.src, 'https://example.org/');
  assert.equal(props.title, 'T');
  assert.equal(props.height, 320);
  assert.doesNotMatch(String(props.sandbox), /top-navigation/);
  assert.equal(write(frame('javascript:alert(1)')), '[T]');
});

test('variables are filled in by name; others stay as written', () => {
  assert.equal(fillIn('${a} and ${b} and $a', { a: '1' }), '1 and ${b} and $a');
  assert.equal(fillIn('${constructor}', {}), '${constructor}');
});

test('a tree without end is cut', () => {
  const deep: MarkdownNode = { t: 'em' };
  deep.c = [deep];
  assert.ok(render([deep]).length < 2000);
});
