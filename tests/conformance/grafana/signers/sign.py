"""Prints a signed link for the JSON description on standard input.

    {"version": 2 | 3, "url", "key", "name", "org", "session", "now"?, "nonce"?, "lock": [], "bound": []}
"""

# sign: begin
import base64
import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import parse_qsl, urlencode, urlsplit


def key_hash(key):
    if key.startswith("glsa_"):
        _, secret, salt = key.split("_")
    else:
        parts = json.loads(base64.b64decode(key))
        secret, salt = parts["k"], parts["n"]
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt.encode(), 10000, 50).hex()


def with_parameters(url, parameters):
    return url + ("&" if "?" in url else "?") + urlencode(parameters)


def sign_v2(url, key, name, org, session=3600, now=None):
    now = now or int(time.time())
    return with_parameters(url, {
        "aliyun_api_key_sign": hashlib.md5(f"{key_hash(key)}_{now}".encode()).hexdigest(),
        "aliyun_api_key_timestamp": now, "aliyun_api_key_name": name,
        "aliyun_api_key_org_id": org, "aliyun_api_key_expire_seconds": session})


def sign_v3(url, key, name, org, lock=(), bound=(), session=3600, now=None, nonce=None):
    expires, nonce = (now or int(time.time())) + 300, nonce or secrets.token_hex(16)
    path, query = urlsplit(url).path, sorted(parse_qsl(urlsplit(url).query, True))
    lines = ["casement-grafana-v3", path, str(org), name, str(expires), str(session), nonce]
    lines += ["panel:" + v for n, v in query if n == "panelId" and path.startswith("/d-solo/")]
    lines += [f"lock:{n[4:]}={v}" for n, v in query if n[:4] == "var-" and n[4:] in lock]
    lines += [f"bound:{n[4:]}={v}" for n, v in query if n[:4] == "var-" and n[4:] in bound]
    signature = hmac.new(key_hash(key).encode(), "\n".join(lines).encode(), "sha256").hexdigest()
    return with_parameters(url, {
        "casement_key": name, "casement_org": org, "casement_expires": expires,
        "casement_session": session, "casement_lock": ",".join(lock),
        "casement_bound": ",".join(bound), "casement_nonce": nonce,
        "casement_signature": signature})
# sign: end


if __name__ == "__main__":
    import sys

    given = json.load(sys.stdin)
    sign = {2: sign_v2, 3: sign_v3}[given.pop("version")]
    print(sign(**given))
