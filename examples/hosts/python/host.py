"""The smallest host application: a page of yours with a private dashboard in it.

    CASEMENT_EMBED_URL=… CASEMENT_EMBED_CREDENTIAL=… python3 host.py
"""

import hashlib
import hmac
import html
import json
import os
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

EMBED_URL = os.environ.get("CASEMENT_EMBED_URL")
CREDENTIAL = os.environ.get("CASEMENT_EMBED_CREDENTIAL")
ALLOWED_ORIGIN = os.environ.get("ALLOWED_ORIGIN")
PORT = int(os.environ.get("PORT", "5000"))


# sign: begin
def signed_url(embed_url, credential):
    nonce = secrets.token_hex(16)
    ts = str(int(time.time()))
    token = hmac.new(credential.encode(), f"{nonce}|{ts}".encode(), hashlib.sha256).hexdigest()
    return embed_url + "?" + urlencode({"token": token, "nonce": nonce, "ts": ts})
# sign: end


FRAME = """<iframe id="dashboard" title="Dashboard" {src} style="width: 100%; height: 85vh; border: 0"
  loading="lazy" referrerpolicy="no-referrer" allow="fullscreen"></iframe>"""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A page with a dashboard</title>
{frame}
{script}
</html>
"""

FETCHING_SCRIPT = """<script>
fetch('/api/embed-url')
  .then(answer => answer.json())
  .then(({url}) => { document.getElementById('dashboard').src = url; });
</script>"""


class Host(BaseHTTPRequestHandler):
    def do_GET(self):
        # In your application: only for a visitor who is signed in and may see this dashboard.
        if self.path == "/":
            # First way: the page asks for a signed URL when it loads.
            page = PAGE.format(frame=FRAME.format(src=""), script=FETCHING_SCRIPT)
            self.answer(200, "text/html; charset=utf-8", page)
        elif self.path == "/server-rendered":
            # Second way: the server writes the signed URL into the page.
            url = html.escape(signed_url(EMBED_URL, CREDENTIAL))
            page = PAGE.format(frame=FRAME.format(src=f'src="{url}"'), script="")
            self.answer(200, "text/html; charset=utf-8", page)
        elif self.path == "/api/embed-url":
            body = json.dumps({"url": signed_url(EMBED_URL, CREDENTIAL)})
            self.answer(200, "application/json", body, self.cors())
        else:
            self.answer(404, "text/plain", "Not found\n")

    def do_OPTIONS(self):
        if self.path == "/api/embed-url":
            self.answer(204, None, "", self.cors())
        else:
            self.answer(404, "text/plain", "Not found\n")

    def cors(self):
        # With cookies ("credentials: 'include'") browsers want the one origin by name.
        headers = {
            "Access-Control-Allow-Origin": ALLOWED_ORIGIN or "*",
            "Access-Control-Allow-Methods": "GET, OPTIONS",
            "Access-Control-Allow-Headers": "Content-Type",
        }
        if ALLOWED_ORIGIN:
            headers["Access-Control-Allow-Credentials"] = "true"
        return headers

    def answer(self, status, content_type, text, headers=None):
        body = text.encode()
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    if not EMBED_URL or not CREDENTIAL:
        sys.exit("Set CASEMENT_EMBED_URL and CASEMENT_EMBED_CREDENTIAL to the share's url and credential.")
    print(f"http://127.0.0.1:{PORT}/")
    ThreadingHTTPServer(("127.0.0.1", PORT), Host).serve_forever()
