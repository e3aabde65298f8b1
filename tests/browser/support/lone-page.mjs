// The viewer's page by itself: the built files of web/dist, and a server that answers with a given
// dashboard and given data. For how pictures look, where no rule of the real server plays a part.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

/**
 * `lines`: what each panel gets, by id. Answers the address; `asked`, every request's path and body, in
 * order; and `refuse`, patterns of the paths that are not answered.
 */
export async function servePage({ dashboard, lines }) {
  const manifest = JSON.parse(readFileSync(`${dist}manifest.json`, 'utf8'));
  const path = logical => manifest.find(file => file.logical === logical).path;
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>.</title>
    <link rel="stylesheet" href="${path('viewer.css')}"></head>
    <body><div id="app"></div><script type="module" src="${path('viewer.js')}"></script></body></html>`;
  const first = {
    session: { id: 's1', expires_at: '2099-01-01T00:00:00Z' },
    access_token: 'token', access_token_expires_in: 600, dashboard,
  };
  const ndjson = (list, response, status) => {
    response.writeHead(status, { 'content-type': 'application/x-ndjson' });
    response.end(list.map(line => `${JSON.stringify(line)}\n`).join(''));
  };
  const asked = [];
  const refuse = [];
  const bodyOf = async request => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const server = http.createServer(async (request, response) => {
    asked.push({ path: request.url, body: await bodyOf(request) });
    if (refuse.some(pattern => pattern.test(request.url))) {
      response.destroy();
      return;
    }
    const file = manifest.find(one => one.path === request.url.split('?')[0]);
    if (file) {
      response.writeHead(200, { 'content-type': file.content_type });
      response.end(readFileSync(dist + file.file));
    } else if (request.url.endsWith('/sessions')) {
      ndjson([first, ...lines, { end: true }], response, 201);
    } else if (request.url.endsWith('/query')) {
      ndjson([...lines, { end: true }], response, 200);
    } else {
      response.writeHead(200, {
        'content-type': 'text/html',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
          "require-trusted-types-for 'script'; trusted-types 'none'",
      });
      response.end(page);
    }
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return {
    asked,
    refuse,
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise(done => { server.closeAllConnections(); server.close(done); }),
  };
}
