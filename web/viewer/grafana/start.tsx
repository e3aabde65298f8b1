// The page of a sharable link, or of a snapshot: puts its parts together over the real browser.
import { startPage } from '../page';
import { browserZone, makeSecret, webLocks, withLock } from '../session/browser-session';
import { browserStores, SlotKeeper } from '../session/slots';
import { chartWidth } from '../state/chart-width';
import { FrameAddress } from './frame-address';
import { keepsData } from './keeps-data';
import { KeySession } from './key-session';
import { KeyViewer } from './key-viewer';
import { addMessages } from './messages';
import { isSnapshotAddress, startSnapshot } from './snapshot';
import { dashboardTarget, hasProof, isPublicPage } from './target';
import { KeyApp } from './ui/key-app';

declare const GRAFANA_CSS_PATH: string;

const kDay = 86_400_000;
const kPointer = 'casement:key';

export function start(root: HTMLElement): void {
  addMessages();
  loadStyle();
  if (isSnapshotAddress(location.pathname)) {
    startSnapshot(root);
    return;
  }
  startPage(root, (events, refused) => {
    const link = location.pathname + location.search;
    const { mode } = root.dataset;
    const isPublic = isPublicPage(location.pathname);
    const isClean = !isPublic && (mode === 'content' || (mode === 'refused' && !hasProof(link)));
    // What a public page is asked to show stands in its address; its session is the same one.
    const place = isPublic ? location.pathname : link;
    const address = new FrameAddress(history, place, isClean, () => makeSecret().slice(0, 20));
    const stores = browserStores();
    const keeper = new SlotKeeper(address.slot, stores);
    const session = new KeySession({
      link,
      isClean,
      keepsData: () => keepsData(() => window.localStorage),
      isAdmitted: root.dataset.anonymous === 'true',
      isPublic,
      keeper,
      pointer: new SlotKeeper(kPointer, stores),
      pointerLock: (action) => withLock(webLocks(), kPointer, action),
      settled: (target) => address.show(target),
      fetch: (input, init) => window.fetch(input, init),
      lock: (action) => withLock(webLocks(), address.slot, action),
      makeSecret,
      now: () => performance.now(),
      wallClock: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      refused,
      width: chartWidth(),
      timezone: browserZone(),
    });
    const viewer = new KeyViewer({
      session,
      events,
      zone: browserZone(),
      show: (target) => address.show(target),
    });
    // A public page's session shows one dashboard: links to others are the browser's.
    if (!isPublic) followLinks(root, viewer, address);
    return {
      viewer,
      content: <KeyApp viewer={viewer} />,
      // A day of grace: this clock may be wrong, and only the server's decides.
      tidy: () => keeper.tidy(Date.now() - kDay),
    };
  });
}

function loadStyle(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = GRAFANA_CSS_PATH;
  document.head.append(link);
}

/**
 * A text's link to another dashboard opens it in this frame, with this frame's session: a window of
 * its own has none. All other links are the browser's.
 */
function followLinks(root: HTMLElement, viewer: KeyViewer, address: FrameAddress): void {
  root.addEventListener('click', (event) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    const element = event.target;
    if (!isPlain || event.defaultPrevented || !(element instanceof Element)) return;
    const anchor = element.closest<HTMLAnchorElement>('.markdown a[href]');
    const target = anchor && dashboardTarget(anchor.href, location.origin);
    if (!target) return;
    event.preventDefault();
    address.goTo(target);
    location.reload();
  });
  window.addEventListener('popstate', () => {
    if (location.pathname + location.search !== viewer.target) location.reload();
  });
}
