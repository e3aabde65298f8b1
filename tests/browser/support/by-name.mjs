// Finds an element by its role and accessible name, as somebody with a screen reader asks for it. For
// engines whose drivers have no such search: what stands here runs inside the page. It knows the roles
// and the ways to a name that the console uses, not the whole of the recommendation.

/** Runs in the page: the first that is seen, in the dialog that is open if there is one; or null. */
function findByName(role, name, what) {
  const kRoles = {
    button: 'button:not([role]), summary, [role="button"]',
    link: 'a[href]:not([role])',
    textbox: 'input:is(:not([type]), [type="text"], [type="password"], [type="search"], [type="datetime-local"]):not([list]), textarea, [role="textbox"]',
    combobox: 'select, input[list]',
    radio: 'input[type="radio"], [role="radio"]',
    checkbox: 'input[type="checkbox"]',
    heading: 'h1, h2, h3, h4',
    table: 'table',
    dialog: 'dialog[open], [role="dialog"]',
    navigation: 'nav',
    region: 'section[aria-label], [role="region"]',
  };
  const isSeen = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: false })
    && element.closest('[inert], [aria-hidden="true"]') === null;
  const words = node => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true') return '';
    if (node.hasAttribute('aria-label')) return ` ${node.getAttribute('aria-label')} `;
    const inner = [...node.childNodes].map(words).join('');
    return getComputedStyle(node).display.startsWith('inline') ? inner : ` ${inner} `;
  };
  const nameOf = element => {
    const by = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean)
      .map(id => element.getRootNode().getElementById(id)).filter(Boolean);
    if (by.length > 0) return by.map(words).join(' ');
    if (element.hasAttribute('aria-label')) return element.getAttribute('aria-label');
    if (element.labels?.length > 0) return [...element.labels].map(words).join(' ');
    if (element.matches('table')) return element.caption ? words(element.caption) : '';
    if (element.matches('input, select, textarea, dialog, nav, section')) return element.title;
    return words(element).trim() || element.title;
  };
  const roots = [document.querySelector('dialog:modal') ?? document.body];
  for (const root of roots) {
    for (const inner of root.querySelectorAll('*')) if (inner.shadowRoot) roots.push(inner.shadowRoot);
  }
  const selector = kRoles[role] ?? `[role="${role}"]`;
  const found = roots.flatMap(root => [...root.querySelectorAll(selector)]).find(element =>
    isSeen(element) && nameOf(element).replace(/\s+/g, ' ').trim() === name) ?? null;
  if (found === null || what === 'seen') return found;
  // To be clicked it has to be free: switched on, in sight, with nothing over it.
  if (found.matches(':disabled, [aria-disabled="true"]')) return null;
  const shown = found.matches('input:is([type="radio"], [type="checkbox"])') ? found.labels[0] ?? found : found;
  shown.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const box = shown.getBoundingClientRect();
  const hit = shown.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return shown.contains(hit) ? shown : null;
}

const call = (role, name, what) => `(${findByName})(${JSON.stringify(role)}, ${JSON.stringify(name)}, '${what}')`;

/** Code that answers the element, or null. */
export const seenByName = (role, name) => call(role, name, 'seen');
/** The same, once it can be clicked. Of a radio button or a box to tick: its label. */
export const freeByName = (role, name) => call(role, name, 'free');
