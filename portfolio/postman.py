"""Bringing e-mail: to an SMTP server with TLS, or to a folder where there is none.

What lives here: handing one mail over at most once, and the worker that does so. What does
not: the queue (models/mail.py), and the words (letters.py).
"""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import select

from portfolio.config import LOOPBACK_HOSTS
from portfolio.events import record
from portfolio.extensions import db, keyring, settings
from portfolio.languages import chosen
from portfolio.letters import letter
from portfolio.models.base import begin, clock
from portfolio.models.email import Email, address_of
from portfolio.models.mail import (
    TRIED,
    Result,
    Said,
    Taken,
    finish,
    finish_left,
    hand_over,
    mail_waits,
    put_back,
    take_mail,
)
from portfolio.models.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from pathlib import Path

    from flask import Flask

    from portfolio.config import Settings

FOLDER = "mail"
# Nine steps of so long stay within the lease of a mail.
SECONDS = 20
SUBMISSION, SUBMISSION_TLS = 587, 465
OK, REFUSED_FOR_GOOD = 250, 500


class NotTakenError(Exception):
    """The receiver surely did not take the mail. `for_good`: nor will it later."""

    def __init__(self, *, for_good: bool = False) -> None:
        super().__init__()
        self.for_good = for_good


class UnsureError(Exception):
    """The line went dead when the receiver may have taken the mail, or not."""


class LostError(Exception):
    """The lease was lost: somebody else has this mail."""


class Post(Protocol):
    """A way for a mail to go. It calls `hand` once, just before the receiver may take it."""

    def bring(self, message: EmailMessage, to: str, name: str, hand: Callable[[], bool]) -> None:
        """Bring one mail. Raises NotTakenError, UnsureError or LostError."""


@dataclass(frozen=True)
class Folder:
    """Mail as files. Without its receiver: nobody's address lies unsealed on a disk."""

    path: Path

    def bring(self, message: EmailMessage, to: str, name: str, hand: Callable[[], bool]) -> None:
        """Write one mail."""
        del to
        if not hand():
            raise LostError
        file = self.path / f"{name}.eml"
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(opened, "wb") as out:
                out.write(message.as_bytes())
        except OSError:
            file.unlink(missing_ok=True)
            raise NotTakenError from None


@dataclass(frozen=True, repr=False)
class Smtp:
    """An SMTP server. Off this machine it is spoken to with TLS, or not at all."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    tls: bool

    @classmethod
    def at(cls, url: str, sender: str) -> Smtp:
        """Read the setting."""
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme
        port = parts.port or (SUBMISSION_TLS if scheme == "smtps" else SUBMISSION)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        tls = scheme == "smtp" and host not in LOOPBACK_HOSTS
        return cls(scheme, host, port, user, password, sender, tls)

    def bring(self, message: EmailMessage, to: str, name: str, hand: Callable[[], bool]) -> None:
        """Hand one mail over."""
        del name
        message["To"] = to
        content = message.as_bytes()
        handed = False
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._greet()
            _must(smtp.mail(self.sender), for_good=False)
            _must(smtp.rcpt(to))
            if not hand():
                raise LostError
            handed = True
            _must(smtp.data(content))
        except smtplib.SMTPDataError as refused:
            raise NotTakenError(for_good=refused.smtp_code >= REFUSED_FOR_GOOD) from None
        except (OSError, smtplib.SMTPException):
            raise (UnsureError if handed else NotTakenError) from None
        finally:
            if smtp is not None:
                smtp.close()

    def _greet(self) -> smtplib.SMTP:
        here, trusted = self.sender.rpartition("@")[2], ssl.create_default_context()
        smtp: smtplib.SMTP
        if self.scheme == "smtps":
            smtp = smtplib.SMTP_SSL(self.host, self.port, here, timeout=SECONDS, context=trusted)
        else:
            smtp = smtplib.SMTP(self.host, self.port, here, timeout=SECONDS)
        try:
            if self.tls:
                smtp.starttls(context=trusted)
            smtp.ehlo_or_helo_if_needed()
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _must(answer: tuple[int, bytes], *, for_good: bool = True) -> None:
    # That we may not send is a matter of settings, and passes.
    if answer[0] // 10 != OK // 10:
        raise NotTakenError(for_good=for_good and answer[0] >= REFUSED_FOR_GOOD)


def post_of(found: Settings) -> Post:
    """Give the way by which mail goes in this installation."""
    if found.smtp_url:
        return Smtp.at(found.smtp_url, found.mail_from)
    return Folder(found.data_folder / FOLDER)


def send_waiting(app: Flask) -> dict[Result | None, int]:
    """Send what is due; gives what became of how many mails, None for what is tried again."""
    counted: dict[Result | None, int] = {}
    with app.app_context():
        begin(db.session, writing=False)
        due = mail_waits(db.session)
        db.session.rollback()
        if not due:
            return counted
        left = finish_left(db.session)
        if left:
            counted[Result.UNSURE] = left
        post = post_of(settings())
        while (mail := take_mail(db.session)) is not None:
            result = send(post, mail)
            counted[result] = counted.get(result, 0) + 1
    return counted


def send(post: Post, mail: Taken) -> Result | None:
    """Send one mail that was taken; gives what became of it, None when it is tried again."""
    found = _receiver(mail)
    if found is None:
        return _done(mail, Result.NOBODY)
    said, tags = found
    if clock(db.session) > mail.created_at + TRIED[mail.kind]:
        return _done(mail, Result.GIVEN_UP)
    message = letter(
        mail.kind,
        tags,
        name=mail.id,
        sender=settings().mail_from,
        at=mail.created_at,
        code=said.code,
    )
    db.session.rollback()
    return _bring(post, mail, message, said.to)


def _bring(post: Post, mail: Taken, message: EmailMessage, to: str) -> Result | None:
    try:
        post.bring(message, to, mail.id, lambda: hand_over(db.session, mail))
    except NotTakenError as refused:
        if refused.for_good:
            return _done(mail, Result.GIVEN_UP)
        result = put_back(db.session, mail)
        record("mail_waits" if result is None else "mail_done", **_told(mail, result))
        return result
    except UnsureError:
        return _done(mail, Result.UNSURE)
    except LostError:
        return None
    return _done(mail, Result.SENT)


def _done(mail: Taken, result: Result) -> Result:
    finish(db.session, mail, result)
    record("mail_done", **_told(mail, result))
    return result


def _told(mail: Taken, result: Result | None) -> dict[str, str | int | None]:
    told: dict[str, str | int | None] = {"person": mail.person_id, "kind": str(mail.kind)}
    return told | ({"tries": mail.tries} if result is None else {"result": str(result)})


def _receiver(mail: Taken) -> tuple[Said, tuple[str, ...]] | None:
    """Find where a mail goes and in which language; None when its person is erased."""
    begin(db.session, writing=False)
    person = db.session.scalars(select(Person).where(Person.id == mail.person_id)).first()
    key = keyring().fetch([person.key_id]).get(person.key_id) if person else None
    if person is None or key is None:
        return None
    # One language: beside Dutch that is one's own, since nobody helps to read a mail.
    tags = chosen(person.language, person.mode).tags[-1:]
    if mail.said is not None:
        return Said.opened(key, mail.id, mail.said), tags
    row = db.session.scalars(select(Email).where(Email.person_id == person.id)).first()
    to = address_of(row, key)
    return (Said(to), tags) if to else None
