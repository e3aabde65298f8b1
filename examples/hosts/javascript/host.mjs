// The smallest host application: a page of yours with a private dashboard in it.
//
//     CASEMENT_EMBED_URL=… CASEMENT_EMBED_CREDENTIAL=… node host.mjs

import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const {
  CASEMENT_EMBED_URL: embedUrl,
  CASEMENT_EMBED_CREDENTIAL: credential,
  ALLOWED_ORIGIN: allowedOrigin,
  PORT: port = '5000',
} = process.env;

// sign: begin
function signedUrl(embedUrl, credential) {
  const nonce = randomBytes(16).toString('hex');
  const ts = String(Math.floor(Date.now() / 1000));
  const token = createHmac('sha256', credential).update(`${nonce}|${ts}`).digest('hex');
  return `${embedUrl}?${new URLSearchParams({ token, nonce, ts })}`;
}
// sign: end

const escapeHtml = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (src, script) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A page with a dashboard</title>
<iframe id="dashboard" title="Dashboard" ${src} style="width: 100%; height: 85vh; border: 0"
  loading="lazy" referrerpolicy="no-referrer" allow="fullscreen"></iframe>
${script}
</html>
`;

const fetchingScript = `<script>
fetch('/api/embed-url')
  .then(answer => answer.json())
  .then(({url}) => { document.getElementById('dashboard').src = url; });
</script>`;

// With cookies ("credentials: 'include'") browsers want the one origin by name.
const cors = {
  'Access-Control-Allow-Origin': allowedOrigin || '*',
  'Access-Control-Allow-Methods': 'GET, OPTIONS',
  'Access-Control-Allow-Headers': 'Content-Type',
  ...(allowedOrigin && { 'Access-Control-Allow-Credentials': 'true' }),
};

function handle(request, response) {
  const answer = (status, type, body, headers = {}) => {
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
    response.end(body);
  };
  // In your application: only for a visitor who is signed in and may see this dashboard.
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /') {
    // First way: the page asks for a signed URL when it loads.
    answer(200, 'text/html; charset=utf-8', page('', fetchingScript));
  } else if (route === 'GET /server-rendered') {
    // Second way: the server writes the signed URL into the page.
    const src = `src="${escapeHtml(signedUrl(embedUrl, credential))}"`;
    answer(200, 'text/html; charset=utf-8', page(src, ''));
  } else if (route === 'GET /api/embed-url') {
    answer(200, 'application/json', JSON.stringify({ url: signedUrl(embedUrl, credential) }), cors);
  } else if (route === 'OPTIONS /api/embed-url') {
    response.writeHead(204, { 'Cache-Control': 'no-store', ...cors }).end();
  } else {
    answer(404, 'text/plain', 'Not found\n');
  }
}

if (!embedUrl || !credential) {
  console.error("Set CASEMENT_EMBED_URL and CASEMENT_EMBED_CREDENTIAL to the share's url and credential.");
  process.exit(1);
}
createServer(handle).listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`));
