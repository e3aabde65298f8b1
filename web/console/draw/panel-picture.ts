// A panel as a PNG file: its nodes and the page's own style rules in an SVG, drawn on a canvas. No
// request leaves the page for it, and its policy allows each step.
import type { Panel } from '../../viewer/api/wire';
import { saveFile } from '../../viewer/menus/save-file';
import { titleOf } from '../../viewer/panels/panel';
import type { Viewer } from '../../viewer/state/viewer';

const kSvg = 'http://www.w3.org/2000/svg';
/** What browsers draw at all. */
const kMostPixels = 8192;
/** What can be pressed has no place in a picture. */
const kLeftOut =
  '.popover, .panel-button, .button-group, .visually-hidden, .tooltip, .u-cursor-x, .u-cursor-y';

/** The panel's card in the page. */
export function cardOf(panel: Panel): HTMLElement | null {
  const name =
    panel.title === undefined || panel.title === ''
      ? `[aria-label="Panel ${panel.id}"]`
      : `[aria-labelledby="panel-${panel.id}-title"]`;
  return document.querySelector<HTMLElement>(`.drawing .panel${name}`);
}

/** The rules that hold in this window: in the picture, queries of its size would ask another one's. */
function rulesOf(list: CSSRuleList): string {
  let text = '';
  for (const rule of list) {
    if (rule instanceof CSSMediaRule) {
      if (window.matchMedia(rule.conditionText).matches) text += rulesOf(rule.cssRules);
    } else if (!(rule instanceof CSSFontFaceRule)) text += `${rule.cssText}\n`;
  }
  return text;
}

function pageRules(): string {
  return [...document.styleSheets].map((sheet) => rulesOf(sheet.cssRules)).join('\n');
}

/** A copy whose canvases are images, since a copied canvas is empty. */
function copyOf(card: HTMLElement): HTMLElement {
  const copy = card.cloneNode(true) as HTMLElement;
  const drawn = card.querySelectorAll('canvas');
  copy.querySelectorAll('canvas').forEach((canvas, index) => {
    const original = drawn[index];
    if (!original || original.width === 0 || original.height === 0) return;
    const image = document.createElement('img');
    image.src = original.toDataURL();
    image.className = canvas.className;
    image.style.cssText = canvas.style.cssText;
    // Rules for canvases do not hold for it.
    const { display, position, inset } = getComputedStyle(original);
    Object.assign(image.style, { display, position, inset });
    const { width, height } = original.getBoundingClientRect();
    image.style.width = `${width}px`;
    image.style.height = `${height}px`;
    canvas.replaceWith(image);
  });
  copy.querySelectorAll(kLeftOut).forEach((node) => node.remove());
  return copy;
}

function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('The browser could not draw the picture.'));
    image.src = address;
  });
}

/** The colour behind the card: its own, else what it stands on. */
function groundOf(card: HTMLElement): string {
  const own = getComputedStyle(card).backgroundColor;
  const isClear = own === 'transparent' || /,\s*0\)$/.test(own);
  return isClear ? getComputedStyle(document.body).backgroundColor : own;
}

export async function pictureOf(card: HTMLElement): Promise<Blob> {
  const { width, height } = card.getBoundingClientRect();
  const scale = Math.min(
    Math.max(2, window.devicePixelRatio),
    kMostPixels / Math.max(width, height, 1),
  );
  const svg = document.createElementNS(kSvg, 'svg');
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  // The style sheet's :root is this element now.
  svg.dataset.theme = document.documentElement.dataset.theme ?? 'light';
  const style = document.createElementNS(kSvg, 'style');
  style.textContent = `${pageRules()}\n* { scrollbar-width: none; }`;
  const holder = document.createElementNS(kSvg, 'foreignObject');
  holder.setAttribute('width', '100%');
  holder.setAttribute('height', '100%');
  const body = document.createElement('body');
  const around = document.createElement('div');
  around.className = 'drawing';
  const copy = copyOf(card);
  for (const [name, value] of Object.entries({
    position: 'static',
    'inline-size': `${width}px`,
    'block-size': `${height}px`,
    margin: '0',
    'box-shadow': 'none',
  })) {
    copy.style.setProperty(name, value, 'important');
  }
  around.append(copy);
  body.append(around);
  holder.append(body);
  svg.append(style, holder);
  const text = new XMLSerializer().serializeToString(svg);
  const image = await loaded(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gives no canvas.');
  context.fillStyle = groundOf(card);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be written.'))),
      'image/png',
    );
  });
}

export async function savePicture(panel: Panel, viewer: Viewer): Promise<void> {
  const card = cardOf(panel);
  if (!card) throw new Error('The panel is no longer on the page.');
  const title = titleOf(panel, viewer)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  saveFile(await pictureOf(card), `${title === '' ? `panel-${panel.id}` : title}.png`);
}
