// The application's page: the vendor's SDK as published, and a few words for the tests to drive it.

/** Every event that a frame may send; the SDK hands over those that somebody listens to. */
const EVENTS = ['page:changed', 'page:properties:changed', 'dashboard:loaded', 'dashboard:run:start',
  'dashboard:run:complete', 'dashboard:filters:changed', 'dashboard:download', 'dashboard:tile:start',
  'dashboard:tile:complete', 'dashboard:tile:download', 'drillmenu:click', 'drillmodal:download', 'look:ready', 'look:run:start',
  'look:run:complete', 'look:state:changed', 'env:client:dialog', 'session:tokens:request', 'session:status',
  'session:expired'];

/** Runs in the page. */
function script(events, apiHost) {
  const sdk = window.LookerEmbedSDK.getEmbedSDK();
  window.sdk = sdk;
  window.heard = [];
  window.connections = [];
  window.failures = [];
  /** Answers of handlers by event, for the cancellable ones. */
  window.answers = {};
  window.begin = (kind, user) => {
    const url = path => `${path}?user=${user}`;
    if (kind === 'cookieless') sdk.initCookieless(apiHost, url('/looker/acquire'), url('/looker/generate'));
    else if (kind === 'signed') sdk.init(apiHost, { url: '/looker/auth', params: [{ name: 'user', value: user }] });
    else sdk.init(apiHost);
  };
  window.placed = 0;
  window.place = () => {
    const i = window.placed++;
    const element = document.body.appendChild(document.createElement('div'));
    element.className = 'place';
    new MutationObserver(() => {
      const frame = element.querySelector('iframe');
      if (frame) frame.id = `frame${i}`;
    }).observe(element, { childList: true });
    return { i, element };
  };
  /** `make(sdk)` answers a builder; embeds it as the next frame and answers its number. */
  window.embed = (make, options) => {
    const { i, element } = window.place();
    let builder = make(sdk).appendTo(element);
    for (const name of events) {
      builder = builder.on(name, detail => {
        window.heard.push({ type: name, frame: i, detail });
        return window.answers[name];
      });
    }
    builder.build().connect(options).then(
      connection => { window.connections[i] = connection; },
      error => { window.failures[i] = String(error?.message ?? error); });
    return i;
  };
  window.addEventListener('message', event => {
    if (event.data?.source !== 'casement') return;
    const frame = [...document.querySelectorAll('iframe')].findIndex(f => f.contentWindow === event.source);
    window.heard.push({ ...event.data, frame });
  });
}

export const hostPage = apiHost => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Application</title>
<style>
  body { margin: 0; font: 14px/1.4 system-ui, sans-serif; }
  .place { height: 700px; }
  .place iframe { width: 100%; height: 100%; border: 0; }
</style>
<body><script src="/looker/sdk.js"></script>
<script>(${script})(${JSON.stringify(EVENTS)}, ${JSON.stringify(apiHost)});</script>
</body></html>`;
