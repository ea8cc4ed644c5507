"""Serving with waitress: one process, every byte of a request in memory only.

What lives here: how the server is set up, and how it is told to end. What does not: the
command line (commands.py).
"""

from __future__ import annotations

import io
import logging
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from waitress.utilities import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from portfolio import events
from portfolio.config import ConfigurationError
from portfolio.extensions import settings
from portfolio.security import LARGEST_UPLOAD
from portfolio.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

# Above every request that is kept: nothing that comes in or goes out is spooled to a disk,
# where it would lie unsealed.
NEVER = 4 * LARGEST_UPLOAD
# What is too large is read to its end, so that the browser shows our page; up to here.
READ_AWAY = 512 * 1024 * 1024
CONNECTIONS = 1000
SILENCE = 60
SWEEP_EVERY = 24 * 60 * 60
LOGGER = logging.getLogger("portfolio")


class Nothing:
    """A buffer that keeps nothing."""

    def append(self, data: bytes) -> None:
        """Let the bytes go."""

    def getfile(self) -> io.BytesIO:
        """Give an empty file."""
        return io.BytesIO()

    def close(self) -> None:
        """Have nothing to close."""

    def __len__(self) -> int:
        return 0


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads a body that is too large without keeping it; then the page says what to do."""

    body_rcv: Any
    error: Any

    def received(self, data: bytes) -> int:
        """Take in bytes of one request, and tell how many of them were its own."""
        if self.body_rcv is not None and isinstance(self.body_rcv.getbuf(), Nothing):
            used: int = self.body_rcv.received(data)
            self.completed = self.body_rcv.completed
            return used
        consumed: int = super().received(data)
        refused = isinstance(self.error, RequestEntityTooLarge) and not self.chunked
        if refused and self.content_length <= READ_AWAY:
            self.error, self.completed = None, False
            self.body_rcv = FixedStreamReceiver(self.content_length, Nothing())
        return consumed


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that reads with our parser."""

    parser_class = Parser


def listen(app: Flask, host: str, port: int, threads: int) -> BaseWSGIServer:
    """Bind the address. Raises ConfigurationError when it cannot be had."""
    with app.app_context():
        proxies = settings().trusted_proxies
    try:
        server = create_server(
            behind_proxies(app, proxies),
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_body_size=LARGEST_UPLOAD + 1,
            inbuf_overflow=NEVER,
            outbuf_overflow=NEVER,
            # A half-sent request holds a connection, never a thread.
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,
            channel_timeout=SILENCE,
            clear_untrusted_proxy_headers=proxies == 0,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"Cannot listen on {host} port {port}: {reason}."
        raise ConfigurationError(message) from None
    sockets = server.map.values() if isinstance(server, MultiSocketServer) else [server]
    for each in sockets:
        if isinstance(each, BaseWSGIServer):
            each.channel_class = Channel
    return server


def port_of(server: BaseWSGIServer) -> int:
    """Tell on which port a server really listens; a name may stand for two addresses."""
    several = getattr(server, "effective_listen", None)
    return int(several[0][1] if several else server.effective_port)


def behind_proxies(app: Flask, proxies: int) -> Callable[..., Any]:
    """Take address and scheme from so many proxies of ours, and from nobody else."""
    return ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies) if proxies else app


def stop_when_told() -> None:
    """Take SIGTERM as the way to stop; the server then finishes what was begun."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def log_events() -> None:
    """Write the events of the installation to stderr; they hold ids only."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOGGER.addHandler(handler)
    events.LOGGER.setLevel(logging.INFO)


def sweep_daily(app: Flask) -> None:
    """Sweep now and once a day, beside the serving."""
    threading.Thread(target=_keep_sweeping, args=(app,), name="sweep", daemon=True).start()


def _keep_sweeping(app: Flask) -> None:
    pause = threading.Event()
    while True:
        try:
            sweep(app)
        except Exception as error:  # noqa: BLE001 -- tomorrow's sweep does what today's did not
            # The kind only: the rest of a message could hold somebody's words.
            LOGGER.warning("the sweep stopped: %s", type(error).__name__)
        pause.wait(SWEEP_EVERY)
