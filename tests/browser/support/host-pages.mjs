// The pages that embed a dashboard, on several sites, and the proxy by which WebKit finds them.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

const escape = text => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
const listen = server => new Promise(done => server.listen(0, '127.0.0.1', () => done(server.address().port)));

/** `GET /?src=…&src=…&attrs=…` is a page with an iframe for each src; window.heard is what they said. */
function page(request) {
  const url = new URL(request.url, 'http://host');
  const attrs = url.searchParams.get('attrs') ?? '';
  const frames = url.searchParams.getAll('src')
    .map((src, i) => `<iframe id="frame${i}" ${attrs} width="1000" height="700" src="${escape(src)}"></iframe>`);
  return `<!doctype html><html lang="en"><title>Host page</title>${frames.join('\n')}
<script>
  window.heard = [];
  addEventListener('message', e => window.heard.push({ origin: e.origin, at: Date.now(), ...e.data,
    frame: [...document.querySelectorAll('iframe')].findIndex(f => f.contentWindow === e.source) }));
  window.assignAgain = i => { const f = document.getElementById('frame' + i); f.src = f.getAttribute('src'); };
</script>`;
}

/** What the browser said with the request for a frame about this frame's access to its own cookies. */
const storageAccess = request =>
  `<!doctype html><html lang="en"><title>Access</title>${escape(request.headers['sec-fetch-storage-access'] ?? 'unsaid')}`;

/** A page that embeds through the script: first the link it was given, then whatever /fresh answers. */
function renewingPage(request) {
  const url = new URL(request.url, 'http://host');
  return `<!doctype html><html lang="en"><title>Host page</title><div id="place"></div>
<script src="${escape(url.searchParams.get('script'))}"></script>
<script>
  window.heard = [];
  window.states = [];
  window.asked = 0;
  Casement.embed(document.getElementById('place'), {
    url: async () => asked++ === 0 ? ${JSON.stringify(url.searchParams.get('first')).replace(/</g, '\\u003c')}
      : (await fetch('/fresh')).text(),
    onReady: () => states.push('ready'),
    onDenied: event => states.push(event.code ?? 'denied'),
  });
</script>`;
}

function serve(handler, certificates) {
  if (!certificates) return http.createServer(handler);
  const { chain, key } = certificates;
  return https.createServer({ cert: readFileSync(chain), key: readFileSync(key) }, handler);
}

/** Starts it; `certificates` null means plain HTTP, `fresh` makes a new link for /fresh. */
export async function startHostPages(certificates, fresh, routes = () => false) {
  const server = serve((request, response) => {
    if (routes(request, response)) return;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    if (request.url === '/fresh') response.end(fresh());
    else if (request.url === '/storage-access') response.end(storageAccess(request));
    else response.end((request.url.startsWith('/renewing?') ? renewingPage : page)(request));
  }, certificates);
  const port = await listen(server);

  // WebKitGTK has no flag that maps names, so it is given a proxy that takes every *.test to loopback.
  const proxy = net.createServer(client => {
    client.once('data', head => {
      const text = head.toString('latin1');
      const tunnel = /^CONNECT [^: ]+\.test:(\d+)/.exec(text);
      const plain = /^[A-Z]+ http:\/\/[^:/ ]+\.test:(\d+)/.exec(text);
      const target = tunnel ?? plain;
      if (!target) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const upstream = net.connect(Number(target[1]), '127.0.0.1', () => {
        if (tunnel) client.write('HTTP/1.1 200 OK\r\n\r\n');
        else upstream.write(head);
        client.pipe(upstream).pipe(client);
      });
      upstream.on('error', () => client.destroy());
      client.on('close', () => upstream.destroy());
    });
    client.on('error', () => client.destroy());
  });
  const proxyPort = await listen(proxy);

  const scheme = certificates ? 'https' : 'http';
  return {
    port,
    proxyPort,
    origin: name => `${scheme}://${name}:${port}`,
    /** URL of a page on site `name` that frames these URLs. */
    url: (name, sources, attrs = '') => `${scheme}://${name}:${port}/?` + new URLSearchParams(
      [...[sources].flat().map(src => ['src', src]), ['attrs', attrs]]),
    /** A document of site `name` that shows what the browser said about its cookies. */
    storageAccess: name => `${scheme}://${name}:${port}/storage-access`,
    close() {
      server.close();
      server.closeAllConnections();
      proxy.close();
    },
  };
}
