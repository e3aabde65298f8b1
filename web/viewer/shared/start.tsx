// The page of a share that needs no signature: open to everybody, standing in a frame of the pages it
// names, or for those who are invited.
import { startPage } from '../page';
import { browserZone, makeSecret, webLocks, withLock } from '../session/browser-session';
import { browserStores, SlotKeeper, slotName } from '../session/slots';
import { chartWidth } from '../state/chart-width';
import { Viewer } from '../state/viewer';
import { App } from '../ui/app';
import { AskPage, kAskCodes } from './ask-page';
import { SharedSession } from './shared-session';

declare const SHARED_CSS_PATH: string;

const kDay = 86_400_000;

export function start(root: HTMLElement): void {
  loadStyle();
  const isInvite = root.dataset.share === 'invite';
  const path = location.pathname.replace(/\/$/, '');
  const token = path.slice(path.lastIndexOf('/') + 1);
  startPage(root, (events, refused) => {
    const name = slotName(`shared ${token}`);
    const keeper = new SlotKeeper(name, browserStores());
    const session = new SharedSession({
      link: location.pathname + location.search,
      keeper,
      isOpen: !isInvite,
      hasCode: isInvite && new URLSearchParams(location.search).has('invitation'),
      settled: () => history.replaceState(history.state, '', location.pathname),
      fetch: (input, init) => window.fetch(input, init),
      lock: (action) => withLock(webLocks(), name, action),
      makeSecret,
      now: () => performance.now(),
      wallClock: () => Date.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      refused,
      width: chartWidth(),
      timezone: browserZone(),
    });
    const viewer = new Viewer(session, events, browserZone());
    return {
      viewer,
      content: isInvite ? <InviteApp viewer={viewer} token={token} /> : <App viewer={viewer} />,
      // A day of grace: this clock may be wrong, and only the server's decides.
      tidy: () => keeper.tidy(Date.now() - kDay),
    };
  });
}

function InviteApp({ viewer, token }: { viewer: Viewer; token: string }) {
  const page = viewer.page.value;
  if (page.kind === 'message' && kAskCodes.has(page.code)) {
    return <AskPage code={page.code} token={token} />;
  }
  return <App viewer={viewer} />;
}

function loadStyle(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = SHARED_CSS_PATH;
  document.head.append(link);
}
