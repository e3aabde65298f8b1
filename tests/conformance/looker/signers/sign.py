"""Prints a signed embed URL for the JSON description on standard input.

    {"base_url", "target", "secret", "algorithm": "sha-1" | "sha-256", "user": {…}}

`user` holds the link's parameters; nonce and time may be among them.
"""

# sign: begin
import base64
import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import quote, urlencode, urlsplit

SIGNED = ("nonce", "time", "session_length", "external_user_id", "permissions", "models",
          "group_ids", "external_group_id", "user_attributes", "access_filters")


def signed_embed_url(base_url, target, secret, user, digest=hashlib.sha256):
    parameters = {
        "nonce": secrets.token_hex(16),
        "time": int(time.time()),
        "session_length": 300,
        "access_filters": {},
        "force_logout_login": True,
        **user,
    }
    values = {name: json.dumps(value) for name, value in parameters.items()}
    path = "/login/embed/" + quote(target, safe="")
    lines = [urlsplit(base_url).netloc, path]
    lines += [values[name] for name in SIGNED if name in values]
    signature = hmac.new(secret.encode(), "\n".join(lines).encode(), digest).digest()
    values["signature"] = base64.b64encode(signature).decode()
    return base_url + path + "?" + urlencode(values)
# sign: end


if __name__ == "__main__":
    import sys

    given = json.load(sys.stdin)
    print(signed_embed_url(given["base_url"], given["target"], given["secret"], given["user"],
                           {"sha-1": hashlib.sha1, "sha-256": hashlib.sha256}[given["algorithm"]]))
