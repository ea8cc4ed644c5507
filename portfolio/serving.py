"""Serving with waitress: one process, every byte of a request in memory only.

What lives here: how the server is set up, and how it is told to end. What does not: the
command line (commands.py).
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from waitress.task import ErrorTask
from werkzeug.middleware.proxy_fix import ProxyFix

from portfolio import events
from portfolio.bodies import Parser
from portfolio.config import ConfigurationError
from portfolio.extensions import settings
from portfolio.headers import HEADERS, NO_STORE, NOTHING_RUNS
from portfolio.postman import send_waiting
from portfolio.shape import LARGEST_UPLOAD
from portfolio.sweep import sweep
from portfolio.takeaway import make_next

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

# Above every request that is kept: nothing that comes in or goes out is spooled to a disk,
# where it would lie unsealed.
NEVER = 4 * LARGEST_UPLOAD
CONNECTIONS = 1000
SILENCE = 60
LOOK_EVERY = 3
SWEEP_EVERY = 24 * 60 * 60
MAIL_EVERY = 5
LOGGER = logging.getLogger("portfolio")


class Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What the server itself answers to what is no request: with the headers of every answer."""

    def execute(self) -> None:
        """Answer."""
        self.response_headers.extend(HEADERS.items())
        self.response_headers += [
            ("Content-Security-Policy", NOTHING_RUNS),
            ("Cache-Control", NO_STORE),
        ]
        super().execute()


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that reads with our parser."""

    parser_class = Parser
    error_task_class = Refusal
    request: Any

    def handle_close(self) -> None:
        """Let go of what was half read: waitress itself forgets it."""
        request, self.request = self.request, None
        if request is not None:
            request.close()
        super().handle_close()


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


def make_takeaways(app: Flask) -> None:
    """Make the files that people take along, beside the serving; each process takes its turn."""
    threading.Thread(target=_keep_making, args=(app,), name="takeaway", daemon=True).start()


def _keep_making(app: Flask) -> None:
    pause = threading.Event()
    while True:
        try:
            if make_next(app):
                continue
        except Exception as error:  # noqa: BLE001 -- whoever waits is taken up again
            LOGGER.warning("the making of a file stopped: %s", type(error).__name__)
        pause.wait(LOOK_EVERY)


def _keep_sweeping(app: Flask) -> None:
    pause = threading.Event()
    while True:
        try:
            sweep(app)
        except Exception as error:  # noqa: BLE001 -- tomorrow's sweep does what today's did not
            # The kind only: the rest of a message could hold somebody's words.
            LOGGER.warning("the sweep stopped: %s", type(error).__name__)
        pause.wait(SWEEP_EVERY)


def send_mail_always(app: Flask) -> None:
    """Send what waits, beside the serving. Many processes may do so at once."""
    threading.Thread(target=_keep_sending, args=(app,), name="mail", daemon=True).start()


def _keep_sending(app: Flask) -> None:
    pause = threading.Event()
    while True:
        try:
            send_waiting(app)
        except Exception as error:  # noqa: BLE001 -- what waits is tried again in a moment
            LOGGER.warning("the mail stopped: %s", type(error).__name__)
        pause.wait(MAIL_EVERY)
