#!/usr/bin/python3
"""A mail server for a test: Debian's aiosmtpd, which says on standard output what it was given.

    mail_server.py [--user NAME --password WORD] [--tls CERTIFICATE KEY [--from-the-start]]
                   [--listen HOST:PORT]

With --tls it takes mail after STARTTLS only, with --from-the-start over TLS from the first byte.
Its first line is {"port": N}; then a line for each message: {"from", "to", "tls", "user", "data"},
and one for each try to sign in: {"attempt", "holds", "tls"}.
An address that holds "bounce" is refused for good, one that holds "later" the first time only.
"""

import argparse
import json
import signal
import socket
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def say(line):
    print(json.dumps(line), flush=True)


def is_tls(server):
    return server.transport.get_extra_info("ssl_object") is not None


class Handler:
    def __init__(self):
        self.deferred = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "bounce" in address:
            return "550 5.1.1 no such mailbox"
        if "later" in address and address not in self.deferred:
            self.deferred.add(address)
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": is_tls(server),
            "user": session.auth_data,
            "greeting": session.host_name,
            "data": envelope.content.decode("utf-8", "replace"),
        })
        return "250 OK"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--from-the-start", action="store_true")
    parser.add_argument("--listen", default="127.0.0.1:0")
    options = parser.parse_args()

    def check(server, session, envelope, mechanism, auth_data):
        name, word = auth_data.login.decode(), auth_data.password.decode()
        holds = (name, word) == (options.user, options.password)
        say({"attempt": name, "holds": holds, "tls": is_tls(server)})
        return AuthResult(success=holds, auth_data=name, handled=False)

    more = {}
    if options.user:
        # What counts as TLS there is STARTTLS alone.
        by_command = bool(options.tls) and not options.from_the_start
        more = {"authenticator": check, "auth_required": True, "auth_require_tls": by_command}
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        if options.from_the_start:
            more |= {"ssl_context": context}
        else:
            more |= {"tls_context": context, "require_starttls": True}

    host, port = options.listen.rsplit(":", 1)
    port = int(port)
    if port == 0:
        # Port 0 is not a choice there: a free one, taken at once, is.
        with socket.socket() as probe:
            probe.bind((host, 0))
            port = probe.getsockname()[1]
    controller = Controller(Handler(), hostname=host, port=port, **more)
    controller.start()
    say({"port": port})
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    # Threads inherit it: the signal is for sigwait alone.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
