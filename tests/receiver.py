"""A real SMTP receiver for tests, that keeps what it took and does as it is told."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Receiver:
    """What came, for whom, and what to answer."""

    port: int = 0
    came: list[tuple[str, EmailMessage]] = field(default_factory=list)
    # What is answered to a receiver's address, and after the content.
    to_address: str = "250 OK"
    to_content: str = "250 OK"
    # Called before answering, to hold a sender there.
    at_address: Any = None
    at_content: Any = None

    @property
    def url(self) -> str:
        """Give the setting that leads here."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 -- as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address or not."""
        del session, options
        if self.at_address:
            await server.loop.run_in_executor(None, self.at_address)
        envelope.rcpt_tos.append(address)
        return self.to_address

    async def handle_DATA(  # noqa: N802 -- as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail or not."""
        del session
        if self.to_content.startswith("2"):
            content = envelope.content or b""
            assert isinstance(content, bytes)
            self.came.append((envelope.rcpt_tos[0], _read(content)))
        if self.at_content:
            await server.loop.run_in_executor(None, self.at_content)
        return self.to_content


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


@contextmanager
def receiving(**told: Any) -> Iterator[Receiver]:
    """Listen on a port of this machine."""
    # It greets itself at its start, so it must know the port beforehand.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Receiver(port, **told)
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    yield made
    controller.stop(no_assert=True)


@dataclass
class Gate:
    """Where a sender is held until it is opened."""

    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        """Be reached, and wait."""
        self.reached.set()
        self.opened.wait(20)
